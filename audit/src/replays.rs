//! Which signature was seen where first: how replays are known, up to a bound.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

use super::verdict::Signature;

/// How many signatures are remembered; it takes 27 MB.
const MOST_SIGNATURES: usize = 1_800_000;

/// A line or entry of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The input's number in the order of reading, from 0.
    pub(super) input: usize,
    /// The line or entry, from 1.
    pub(super) line: u64,
}

/// Signatures that were seen, and where first.
#[derive(Debug)]
pub(super) struct Signatures {
    /// The line, counted through all inputs. In 32 bits, since there are so many of them.
    first_seen: HashMap<Signature, u32, BuildHasherDefault<AsItIs>>,
    most: usize,
    /// How many lines there are before each input, as far as signatures were seen.
    lines_before: Vec<u64>,
    lines: u64,
    overflowed: bool,
}

impl Default for Signatures {
    fn default() -> Self {
        Self::at_most(MOST_SIGNATURES)
    }
}

impl Signatures {
    /// Remembers so many signatures and no more.
    pub(super) fn at_most(most: usize) -> Self {
        Self { first_seen: HashMap::default(), most, lines_before: Vec::new(), lines: 0, overflowed: false }
    }

    /// Where this signature was seen before, if it was. The places come in the order of the inputs.
    pub(super) fn seen_before(&mut self, signature: Signature, place: Place) -> Option<Place> {
        while self.lines_before.len() <= place.input {
            self.lines_before.push(self.lines);
        }
        let before = self.lines_before.last().copied().unwrap_or_default();
        self.lines = before.saturating_add(place.line);
        let room = self.first_seen.len() < self.most;
        let first = match (u32::try_from(self.lines), room) {
            (Ok(line), true) => match self.first_seen.entry(signature) {
                Entry::Occupied(first) => Some(*first.get()),
                Entry::Vacant(free) => {
                    free.insert(line);
                    return None;
                }
            },
            _ => self.first_seen.get(&signature).copied(),
        };
        self.overflowed |= first.is_none();
        first.map(|line| self.place(line.into()))
    }

    /// How many signatures are remembered, where there were more: later replays may not have been noticed.
    pub(super) fn bound(&self) -> Option<usize> {
        self.overflowed.then_some(self.first_seen.len())
    }

    /// The place of a line that is counted through all inputs.
    fn place(&self, line: u64) -> Place {
        let input = self.lines_before.partition_point(|&before| before < line).saturating_sub(1);
        let before = self.lines_before.get(input).copied().unwrap_or_default();
        Place { input, line: line.saturating_sub(before) }
    }
}

/// What is looked up here is as good as random already.
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

#[cfg(test)]
mod tests {
    use super::{Place, Signatures};
    use crate::verdict::Signature;

    fn place(input: usize, line: u64) -> Place {
        Place { input, line }
    }

    #[test]
    fn a_replay_names_the_place_of_the_first_of_its_kind() {
        let mut signatures = Signatures::default();
        let mut seen = |number: u8, at| signatures.seen_before(Signature([number; 8]), at);
        assert_eq!(seen(1, place(0, 3)), None);
        assert_eq!(seen(2, place(0, 9)), None);
        assert_eq!(seen(1, place(0, 12)), Some(place(0, 3)));
        // The second input has no signatures at all.
        assert_eq!(seen(3, place(2, 1)), None);
        assert_eq!(seen(2, place(2, 2)), Some(place(0, 9)));
        assert_eq!(seen(3, place(3, 1)), Some(place(2, 1)));
        assert_eq!(seen(1, place(3, 2)), Some(place(0, 3)));
        assert_eq!(signatures.bound(), None);
    }

    #[test]
    fn signatures_beyond_the_bound_are_not_remembered_and_it_says_so() {
        let mut signatures = Signatures::at_most(2);
        let mut seen = |number: u8, line| signatures.seen_before(Signature([number; 8]), place(0, line));
        assert_eq!((seen(1, 1), seen(2, 2)), (None, None));
        assert_eq!(seen(2, 3), Some(place(0, 2)));
        assert_eq!((seen(3, 4), seen(3, 5)), (None, None));
        // The remembered ones are known for ever.
        assert_eq!(seen(1, 6), Some(place(0, 1)));
        assert_eq!(signatures.bound(), Some(2));
    }

    #[test]
    fn within_the_bound_nothing_is_said() {
        let mut signatures = Signatures::at_most(2);
        for number in [1, 2, 1, 2] {
            signatures.seen_before(Signature([number; 8]), place(0, 1));
        }
        assert_eq!(signatures.bound(), None);
    }

    #[test]
    fn a_line_beyond_what_32_bits_count_is_not_remembered_but_compared() {
        let mut signatures = Signatures::default();
        assert_eq!(signatures.seen_before(Signature([1; 8]), place(0, 7)), None);
        assert_eq!(signatures.seen_before(Signature([2; 8]), place(0, 1 << 32)), None);
        assert_eq!(signatures.seen_before(Signature([1; 8]), place(0, (1 << 32) + 1)), Some(place(0, 7)));
        assert_eq!(signatures.seen_before(Signature([2; 8]), place(0, (1 << 32) + 2)), None);
        assert_eq!(signatures.bound(), Some(1));
    }
}
