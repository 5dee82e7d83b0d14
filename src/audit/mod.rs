//! Recorded requests in, verdicts out: what the command `imza audit` does (feature `cli`).

mod keys;

pub use keys::{Keys, KeysError, Newline};
