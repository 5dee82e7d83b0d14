//! The summary as JSON, in a form whose numbers can be added up over several audits.

use std::collections::BTreeMap;

use serde::Serialize;

use super::judge::Clock;
use super::printable;
use super::summary::{Counts, Summary};
use super::time;
use super::verdict::{Scheme, Verdict};

#[derive(Serialize)]
struct Totals<'s> {
    imza: &'static str,
    inputs: &'s [String],
    keys: &'s str,
    clock: &'static str,
    now: Option<String>,
    past: u64,
    future: u64,
    #[serde(flatten)]
    counted: Counted,
    /// Entries of HAR files of neither scheme.
    skipped: u64,
    /// Where later replays may not have been noticed.
    replays_bound: Option<usize>,
    rows: Vec<Row<'s>>,
}

#[derive(Serialize)]
struct Row<'s> {
    scheme: Option<&'static str>,
    key: Option<usize>,
    id: Option<&'s str>,
    #[serde(flatten)]
    counted: Counted,
}

#[derive(Serialize)]
struct Counted {
    verdicts: BTreeMap<&'static str, u64>,
    replays: u64,
    first_seen: Option<String>,
    last_seen: Option<String>,
    first_not_genuine: Option<String>,
    last_not_genuine: Option<String>,
}

impl From<&Counts> for Counted {
    fn from(counts: &Counts) -> Self {
        let both = |(first, last)| (iso(first), iso(last));
        let (first_seen, last_seen) = counts.seen().map(both).unwrap_or_default();
        let (first_not_genuine, last_not_genuine) = counts.refused_seen().map(both).unwrap_or_default();
        Self {
            verdicts: Verdict::ALL.into_iter().map(|verdict| (verdict.as_str(), counts.of(verdict))).collect(),
            replays: counts.replays(),
            first_seen,
            last_seen,
            first_not_genuine,
            last_not_genuine,
        }
    }
}

/// RFC 3339; none for a time that no calendar has.
fn iso(seconds: i64) -> Option<String> {
    let shown = time::shown(seconds);
    (!shown.is_empty()).then(|| shown.replace(' ', "T") + "Z")
}

impl Summary {
    /// The summary as a JSON object on one line. All counts can be added up over several audits, and of the times
    /// the least and the greatest taken; keys without a record are left out.
    pub fn to_json(&self) -> Vec<u8> {
        let about = &self.about;
        let (clock, now) = match about.clock {
            Clock::AtReceived => ("at-received", None),
            Clock::At(now) => ("now", iso(now)),
            Clock::Ignored => ("ignored", None),
        };
        let used = self.rows().iter().filter(|(_, counts)| counts.total() > 0);
        let totals = Totals {
            imza: env!("CARGO_PKG_VERSION"),
            inputs: &about.inputs,
            keys: &about.keys,
            clock,
            now,
            past: about.past.as_secs(),
            future: about.future.as_secs(),
            counted: Counted::from(&self.total()),
            skipped: self.skipped(),
            replays_bound: self.replay_bound(),
            rows: used
                .map(|(row, counts)| Row {
                    scheme: row.scheme.map(Scheme::as_str),
                    key: row.key,
                    id: row.id.as_deref(),
                    counted: Counted::from(counts),
                })
                .collect(),
        };
        let mut json = Vec::new();
        printable::write(&mut json, &totals);
        json.push(b'\n');
        json
    }
}
