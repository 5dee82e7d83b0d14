//! How a command ends: done, refused, or not run at all.

use std::fmt;

/// How a command that could run ended.
pub(crate) enum Outcome {
    /// Exit code 0.
    Done,
    /// Exit code 1; what there is to say stands on standard output.
    NotValid,
    /// Exit code 1, with one sentence that says why.
    Refused(String),
    /// The same sentence, but exit code 0: the user asked for that.
    Excused(String),
}

/// Why a command could not run: one sentence that names the thing. Exit code 2.
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

/// The library's errors are such sentences already.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
