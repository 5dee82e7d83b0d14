//! What becomes of a piece of an input: the lines of its verdicts, and what the summary and the report need of each.

use std::borrow::Cow;
use std::ops::Range;

use super::record::Json;
use super::rows::Rows;
use super::verdict::{Judgement, Scheme, Signature, Verdict};

/// How many refusals, and how many replays, the report shows.
pub(super) const MOST_SHOWN: usize = 100;

/// The judged records of a piece of an input.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// The verdicts, each a line.
    pub(super) lines: Vec<u8>,
    /// What is counted of each.
    pub(super) events: Vec<Event>,
    /// The first refusals among them.
    pub(super) refusals: Vec<Refusal>,
    /// Entries of a HAR file that are requests of neither scheme.
    pub(super) skipped: u64,
    /// The verdicts as rows, where they go to a Parquet file.
    #[cfg(feature = "parquet")]
    pub(super) tables: Vec<arrow_array::RecordBatch>,
    /// Whether this is an entry of a HAR file.
    pub(super) is_entry: bool,
}

/// What the summary counts of a judged record.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// The row of the table that it belongs to.
    pub(super) row: usize,
    pub(super) scheme: Option<Scheme>,
    pub(super) verdict: Verdict,
    /// When it was received or, where the recording does not say, made: seconds since 1970.
    pub(super) seen: Option<i64>,
    /// Whether only the request itself says when, and no signature vouches for it.
    pub(super) is_claimed: bool,
    pub(super) signature: Option<Signature>,
    /// The number of its line or entry in the input.
    pub(super) line: u64,
    /// Where its id is among the lines.
    pub(super) id: Range<usize>,
    /// Where its line ends among the lines.
    pub(super) end: usize,
}

/// A refused record, as the report shows it.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) line: u64,
    pub(super) id: String,
    pub(super) scheme: Option<Scheme>,
    pub(super) verdict: Verdict,
    pub(super) reason: String,
}

impl Judged {
    pub(super) fn add(&mut self, rows: &Rows, id: Option<Json>, line: u64, judgement: Judgement) {
        let id_at = judgement.write_line(id, line, &mut self.lines);
        let Judgement { scheme, verdict, key, received_at, made_at, signature, claimed_row, reason, .. } = judgement;
        let row = match (scheme, key) {
            (Some(scheme), Some(key)) => rows.of_key(scheme, key),
            (scheme, _) => claimed_row.unwrap_or_else(|| rows.of_others(scheme)),
        };
        self.events.push(Event {
            row,
            scheme,
            verdict,
            seen: received_at.or(made_at),
            is_claimed: received_at.is_none() && signature.is_none(),
            signature,
            line,
            id: id_at,
            end: self.lines.len(),
        });
        if verdict != Verdict::Valid && self.refusals.len() < MOST_SHOWN {
            let id = id.map_or_else(String::new, |Json(id)| shown_id(id));
            self.refusals.push(Refusal { line, id, scheme, verdict, reason });
        }
    }

    /// The id of an event as the report shows it.
    pub(super) fn id_of(&self, event: &Event) -> String {
        let id = self.lines.get(event.id.clone()).unwrap_or_default();
        str::from_utf8(id).ok().filter(|id| *id != "null").map_or_else(String::new, shown_id)
    }
}

/// The beginning of an id, which can be as long as a line: a text without its quotes, other JSON as it is.
fn shown_id(json: &str) -> String {
    let text: Cow<'_, str> = serde_json::from_str(json).map_or(json.into(), Cow::Owned);
    text.chars().take(64).collect()
}
