//! How much work one explanation may do.

use std::cell::Cell;

/// The longest part of a request, in bytes, that is re-formed: a body's line ends and JSON, a resource's escapes. A
/// longer one is taken as it is, a body also with or without its final newline, or as empty. Where all parts together
/// are longer, the mistakes are tried one at a time and not in pairs.
pub const MOST_BODY: usize = 65_536;

/// The most work of one explanation, in bytes that are hashed or copied to be tried. Each reading counts its own bytes
/// and 512 for the HMAC around them. It is a quarter of a second where a gigabyte is hashed in one.
///
/// No clock is asked: the same request and keys always give the same explanation.
pub const MOST_WORK: u64 = 1 << 28;

/// What a reading costs beside the bytes that are hashed: the key, the beginning and the end of an HMAC, the draft.
const PER_READING: u64 = 512;

/// What is left of the work that an explanation may do. Shared by all who do it.
pub(crate) struct Budget {
    work: u64,
    left: Cell<u64>,
}

impl Budget {
    pub(crate) fn new(work: u64) -> Self {
        Self { work, left: Cell::new(work) }
    }

    /// Takes what a reading of so many bytes costs; `false`, and nothing is taken, where not as much is left.
    pub(crate) fn affords(&self, bytes: usize) -> bool {
        let cost = PER_READING.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        let left = self.left.get().checked_sub(cost);
        self.left.set(left.unwrap_or(self.left.get()));
        left.is_some()
    }

    /// Counts what is done in any case.
    pub(crate) fn charge(&self, bytes: usize) {
        if !self.affords(bytes) {
            self.left.set(0);
        }
    }

    /// The work that was done.
    pub(crate) fn spent(&self) -> u64 {
        self.work.saturating_sub(self.left.get())
    }
}
