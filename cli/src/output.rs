//! The two ways out: what was asked for, and everything else.

use std::io::{self, ErrorKind, Write};

use imza::shown::escaped;

use crate::failure::Failure;

/// Writes what was asked for to standard output. A reader that has gone (`imza … | head -1`) has
/// what it wanted.
pub(crate) fn print(bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes.as_ref()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Tells a sentence on standard error. It may repeat what somebody else sent, so it is escaped.
pub(crate) fn say(sentence: &str) {
    // Where standard error is gone, nobody is left to tell.
    let _ = writeln!(io::stderr(), "imza: {}", escaped(sentence));
}

/// Warns of what is probably not meant.
pub(crate) fn warn(sentence: &str) {
    say(&format!("warning: {sentence}"));
}
