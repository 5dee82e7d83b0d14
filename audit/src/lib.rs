//! Recorded requests in, verdicts out: what the command `imza audit` does.
//!
//! The way of the data: [`Input`] → blocks of whole lines → a verdict for each record, from the library's
//! verifiers with the keys of a keys file ([`Keys`]) → lines in the order of the input ([`Output`]) and a
//! [`Summary`]. The form of records and verdicts is written out in `docs/audit.md`.

#[cfg(feature = "arrow")]
mod columns;
mod entries;
mod evidence;
mod fields;
mod har;
mod input;
mod json;
mod judge;
mod judged;
mod keys;
mod kind;
#[cfg(feature = "parquet")]
mod lake;
mod output;
mod printable;
mod quick;
mod record;
mod replays;
mod report;
mod rows;
mod run;
mod secret;
mod summary;
mod table;
mod text;
mod time;
mod timeline;
mod totals;
mod verdict;
#[cfg(feature = "zstd")]
mod zstd;

use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;

#[cfg(feature = "arrow")]
pub use columns::{Columns, ColumnsError};
pub use input::Input;
pub use judge::Clock;
pub use keys::{Keys, KeysError};
#[cfg(feature = "parquet")]
pub use lake::is_decoding;
pub use output::Output;
pub use rows::Row;
pub use secret::{Encoding, Newline, NoSuchEncoding, SecretError, SecretRead, SecretReader};
pub use summary::{Counts, Summary};
pub use time::{Time, TimeError};
pub use verdict::{Judged, Scheme, Verdict};

use judge::Judge;
use summary::About;

/// An audit that is about to begin.
#[derive(Debug)]
pub struct Audit {
    judge: Judge,
    keys: String,
    clock: Clock,
    past: Duration,
    future: Duration,
    jobs: NonZeroUsize,
}

impl Audit {
    /// An audit with these keys, against this clock, and the windows around it (DLGA-19). It works on
    /// as many records at a time as there are `jobs`. Where the keys were read with [`Keys::read_to_explain`], it tries
    /// for each refused record the known mistakes, and says in its reason which one it is; that takes long.
    pub fn new(keys: Keys, clock: Clock, past: Duration, future: Duration, jobs: NonZeroUsize) -> Self {
        let name = keys.name();
        Self { judge: Judge::new(keys, clock, past, future), keys: name, clock, past, future, jobs }
    }

    /// Takes the records of Parquet files from one column, each a line of JSON, and not from a column for each member.
    #[cfg(feature = "parquet")]
    #[must_use]
    pub fn with_json_column(self, name: impl Into<String>) -> Self {
        Self { judge: self.judge.with_json_column(name.into()), ..self }
    }

    /// Judges one record, a line of JSON Lines without its line feed, as [`Audit::run`] judges each.
    pub fn judge_record(&self, record: &str) -> Judged {
        self.judge.record(record).into()
    }

    /// The endpoint that a path ends with, where there is a recipe for it: one of the keys file, or one of the vendor's
    /// table.
    pub fn endpoint_of(&self, path: &str) -> Option<&str> {
        self.judge.endpoint_of(path)
    }

    /// The keys that requests are verified with.
    pub fn keys(&self) -> &Keys {
        self.judge.keys()
    }

    /// Reads the inputs one after the other and writes a verdict for each record, in their order.
    /// `progress` hears how many bytes were read, piece by piece, from another thread. Memory does not
    /// grow with the inputs.
    ///
    /// # Errors
    /// [`AuditError`], in one sentence. What was written before is whole lines, and no Parquet file; the summary is lost.
    pub fn run(
        &self,
        inputs: &[Input],
        output: &mut Output,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Summary, AuditError> {
        let about = About {
            inputs: inputs.iter().map(Input::name).collect(),
            keys: self.keys.clone(),
            clock: self.clock,
            past: self.past,
            future: self.future,
            jobs: self.jobs.get(),
        };
        let mut summary = Summary::new(about, self.judge.rows());
        run::run(&self.judge, inputs, progress, output, &mut summary)
            .and_then(|()| output.finish())
            .inspect_err(|_| output.discard())?;
        Ok(summary)
    }
}

/// The fields that a body posts, as (name, value) in the order in which they were sent, a name that was sent twice kept
/// twice (HASO-9): of a JSON object, a form, or a form in parts. Of JSON, `null` is an absent field, and what is no text
/// is its JSON.
///
/// # Errors
/// What is wrong with the body, in one sentence.
pub fn posted_fields(content_type: &str, body: &str) -> Result<Vec<(String, String)>, String> {
    let fields = fields::of_body(content_type, body)?;
    Ok(fields.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned())).collect())
}

/// Why an audit did not come to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// An input cannot be read to its end.
    #[error("{name}: {fault}")]
    Input {
        /// The input's name.
        name: String,
        /// What is wrong with it.
        fault: String,
    },
    /// The verdicts cannot be written, as on a disk that is full.
    #[error("cannot write the verdicts to {name}: {error}; what was written before is whole lines")]
    Output {
        /// The output's name.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// The verdicts cannot be written to a Parquet file, and none is left.
    #[error("cannot write the verdicts to {name}: {error}")]
    Table {
        /// The output's name.
        name: String,
        /// What is wrong.
        error: io::Error,
    },
    /// The reader of the verdicts has gone, as `head` does: no fault.
    #[error("no one reads the verdicts any more")]
    NobodyReads,
}
