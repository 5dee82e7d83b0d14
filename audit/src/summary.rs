//! The summary of an audit: counts for each key and scheme, replays, verdicts over time, and the first
//! refusals. It grows with the keys file, not with the input.

use std::time::Duration;

use super::judge::Clock;
use super::judged::{Event, Judged, MOST_SHOWN, Refusal};
use super::replays::{Place, Signatures};
use super::rows::{Row, Rows};
use super::timeline::Timeline;
use super::verdict::{Scheme, Verdict, mark_replays};

/// What an audit found.
#[derive(Debug)]
pub struct Summary {
    pub(super) about: About,
    /// How many workers there were, where fewer could be had than were asked for.
    pub(super) workers: Option<usize>,
    rows: Vec<(Row, Counts)>,
    skipped: u64,
    has_entries: bool,
    signatures: Signatures,
    replays: Vec<Replay>,
    timeline: Timeline,
    refusals: Vec<(usize, Refusal)>,
}

/// What was asked.
#[derive(Debug)]
pub(super) struct About {
    pub(super) inputs: Vec<String>,
    pub(super) keys: String,
    pub(super) clock: Clock,
    pub(super) past: Duration,
    pub(super) future: Duration,
    pub(super) jobs: usize,
}

/// A genuine record whose signature was seen before.
#[derive(Debug)]
pub(super) struct Replay {
    pub(super) at: Place,
    pub(super) id: String,
    pub(super) scheme: Option<Scheme>,
    /// Where the signature was seen first.
    pub(super) first: Place,
}

/// What is counted in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    verdicts: [u64; Verdict::ALL.len()],
    replays: u64,
    seen: Span,
    refused_seen: Span,
}

/// The first and the last of some times, in seconds since 1970.
type Span = Option<(i64, i64)>;

fn with(span: Span, other: Span) -> Span {
    match (span, other) {
        (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
        (one, two) => one.or(two),
    }
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

    /// When the first and the last genuine record were received (or made, where the recording does not say when
    /// they were received), in seconds since 1970.
    pub fn seen(&self) -> Option<(i64, i64)> {
        self.seen
    }

    /// The same of the records whose signature did not match. Where the recording does not say when they were
    /// received, the time is whatever the sender wrote.
    pub fn refused_seen(&self) -> Option<(i64, i64)> {
        self.refused_seen
    }

    fn add(&mut self, event: &Event, is_replay: bool) {
        let count = Verdict::ALL.iter().zip(&mut self.verdicts).find(|(verdict, _)| **verdict == event.verdict);
        if let Some((_, count)) = count {
            *count = count.saturating_add(1);
        }
        self.replays = self.replays.saturating_add(is_replay.into());
        let span = if event.signature.is_some() { &mut self.seen } else { &mut self.refused_seen };
        *span = with(*span, event.seen.map(|seen| (seen, seen)));
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.verdicts.iter_mut().zip(other.verdicts).for_each(|(count, more)| *count = count.saturating_add(more));
        self.replays = self.replays.saturating_add(other.replays);
        self.seen = with(self.seen, other.seen);
        self.refused_seen = with(self.refused_seen, other.refused_seen);
        self
    }
}

impl Summary {
    pub(super) fn new(about: About, rows: &Rows) -> Self {
        Self {
            about,
            workers: None,
            rows: rows.all().iter().map(|row| (row.clone(), Counts::default())).collect(),
            skipped: 0,
            has_entries: false,
            signatures: Signatures::default(),
            replays: Vec::new(),
            timeline: Timeline::default(),
            refusals: Vec::new(),
        }
    }

    /// Counts the next piece of an input, and names in its lines what is a replay. The pieces come in the order of
    /// the inputs.
    pub(super) fn add(&mut self, input: usize, judged: &mut Judged) {
        self.skipped = self.skipped.saturating_add(judged.skipped);
        self.has_entries |= judged.is_entry;
        let mut replays = Vec::new();
        for event in &judged.events {
            let at = Place { input, line: event.line };
            let first = event.signature.and_then(|signature| self.signatures.seen_before(signature, at));
            if let Some((_, counts)) = self.rows.get_mut(event.row) {
                counts.add(event, first.is_some());
            }
            // A time that only the sender vouches for would stretch the chart to any length.
            if let Some(seen) = event.seen.filter(|_| !event.is_claimed) {
                self.timeline.add(seen, event.verdict);
            }
            if let Some(first) = first {
                replays.push((event.end, first.line));
                if self.replays.len() < MOST_SHOWN {
                    self.replays.push(Replay { at, id: judged.id_of(event), scheme: event.scheme, first });
                }
            }
        }
        mark_replays(&mut judged.lines, &replays);
        let room = MOST_SHOWN.saturating_sub(self.refusals.len());
        self.refusals.extend(judged.refusals.drain(..).take(room).map(|refusal| (input, refusal)));
    }

    /// The rows: each key, then for each scheme what no key matched, then what is not a record.
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

    /// How many records were read, of all lines and entries that got a verdict.
    pub fn records(&self) -> u64 {
        let total = self.total();
        total.total().saturating_sub(total.of(Verdict::Unreadable))
    }

    /// Whether an input was a HAR file.
    pub(super) fn has_entries(&self) -> bool {
        self.has_entries
    }

    /// How many signatures are remembered, where there were more and later replays may not have been noticed.
    pub fn replay_bound(&self) -> Option<usize> {
        self.signatures.bound()
    }

    pub(super) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// The first refusals, at most a hundred, each with its input's number.
    pub(super) fn refusals(&self) -> &[(usize, Refusal)] {
        &self.refusals
    }

    /// The first replays, at most a hundred.
    pub(super) fn replays(&self) -> &[Replay] {
        &self.replays
    }
}
