//! The two ways out: what was asked for, and everything else.

use std::io::{self, ErrorKind, Write};

use imza::shown::escaped;

use crate::failure::Failure;
use crate::streams;

/// Writes what was asked for to standard output. A reader that has gone (`imza … | head -1`) has
/// what it wanted.
pub(crate) fn print(bytes: impl AsRef<[u8]>) -> Result<(), Failure> {
    streams::stdout()?;
    let mut stdout = io::stdout().lock();
    printed(stdout.write_all(bytes.as_ref()).and_then(|()| stdout.flush()))
}

/// What became of writing to standard output.
pub(crate) fn printed(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says a sentence on standard error. It may repeat what was received, so what does not print is escaped.
pub(crate) fn say(sentence: &str) {
    // Where standard error is gone, no one is left to hear.
    let _ = writeln!(io::stderr(), "imza: {}", escaped(sentence));
}

/// Warns of what is probably not meant.
pub(crate) fn warn(sentence: &str) {
    say(&format!("warning: {sentence}"));
}
