//! The summary of an audit: counts for each key and scheme, replays, verdicts over time, and the first
//! refusals. It grows with the keys file, not with the input.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::report::Refusal;
use super::rows::{Row, Rows};
use super::run::Judged;
use super::timeline::Timeline;
use super::verdict::Verdict;

/// How many signatures are remembered to know replays by; it takes 19 MB.
const MOST_SIGNATURES: usize = 1_800_000;

/// How many refusals the report shows.
pub(super) const MOST_REFUSALS: usize = 100;

/// What the summary wants to know of a judged record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) row: usize,
    pub(super) verdict: Verdict,
    pub(super) seen: Option<i64>,
    pub(super) signature: Option<u64>,
    /// Where its line ends among the lines of its block.
    pub(super) end: usize,
}

/// What an audit found.
#[derive(Debug)]
pub struct Summary {
    rows: Vec<(Row, Counts)>,
    skipped: u64,
    signatures: Signatures,
    timeline: Timeline,
    refusals: Vec<Refusal>,
}

/// What is counted in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    verdicts: [u64; Verdict::ALL.len()],
    replays: u64,
    seen: Option<(i64, i64)>,
}

impl Counts {
    /// How many records got this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        let place = Verdict::ALL.iter().position(|&other| other == verdict).unwrap_or_default();
        self.verdicts.get(place).copied().unwrap_or_default()
    }

    /// How many records there are.
    pub fn total(&self) -> u64 {
        self.verdicts.iter().sum()
    }

    /// How many genuine records carry a signature that was seen before.
    pub fn replays(&self) -> u64 {
        self.replays
    }

    /// When the first and the last one were received or made, in seconds since 1970.
    pub fn seen(&self) -> Option<(i64, i64)> {
        self.seen
    }

    fn add(&mut self, event: &Event, is_replay: bool) {
        let count = Verdict::ALL.iter().zip(&mut self.verdicts).find(|(verdict, _)| **verdict == event.verdict);
        if let Some((_, count)) = count {
            *count = count.saturating_add(1);
        }
        self.replays = self.replays.saturating_add(is_replay.into());
        if let Some(seen) = event.seen {
            let (first, last) = self.seen.unwrap_or((seen, seen));
            self.seen = Some((first.min(seen), last.max(seen)));
        }
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.verdicts.iter_mut().zip(other.verdicts).for_each(|(count, more)| *count = count.saturating_add(more));
        self.replays = self.replays.saturating_add(other.replays);
        self.seen = match (self.seen, other.seen) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
        self
    }
}

impl Summary {
    pub(super) fn new(rows: &Rows) -> Self {
        Self {
            rows: rows.all().iter().map(|row| (row.clone(), Counts::default())).collect(),
            skipped: 0,
            signatures: Signatures::default(),
            timeline: Timeline::default(),
            refusals: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, judged: &Judged) {
        self.skipped = self.skipped.saturating_add(judged.skipped);
        let mut begin = 0;
        for event in &judged.events {
            let is_replay = event.signature.is_some_and(|signature| self.signatures.is_replay(signature));
            if let Some((_, counts)) = self.rows.get_mut(event.row) {
                counts.add(event, is_replay);
            }
            if let Some(seen) = event.seen {
                self.timeline.add(seen, event.verdict);
            }
            if event.verdict != Verdict::Valid && self.refusals.len() < MOST_REFUSALS {
                let line = judged.lines.get(begin..event.end).unwrap_or_default();
                self.refusals.extend(serde_json::from_slice::<Refusal>(line));
            }
            begin = event.end;
        }
    }

    /// The rows: each key, then for each scheme what no key matched, then what is no record.
    pub fn rows(&self) -> &[(Row, Counts)] {
        &self.rows
    }

    /// All records together.
    pub fn total(&self) -> Counts {
        self.rows.iter().fold(Counts::default(), |total, (_, counts)| total.and(counts))
    }

    /// How many entries of HAR files were requests of neither scheme, and got no verdict.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// How many signatures were remembered, where that was the bound and later replays may have gone
    /// unseen.
    pub fn replay_bound(&self) -> Option<usize> {
        self.signatures.overflowed.then_some(MOST_SIGNATURES)
    }

    pub(super) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The first refusals, at most a hundred.
    pub(super) fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }
}

/// Signatures that were seen, up to a bound.
#[derive(Debug, Default)]
struct Signatures {
    seen: HashSet<u64, BuildHasherDefault<AsItIs>>,
    overflowed: bool,
}

impl Signatures {
    fn is_replay(&mut self, signature: u64) -> bool {
        if self.seen.len() < MOST_SIGNATURES {
            return !self.seen.insert(signature);
        }
        let is_replay = self.seen.contains(&signature);
        self.overflowed |= !is_replay;
        is_replay
    }
}

/// What is looked up here is a hash already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
