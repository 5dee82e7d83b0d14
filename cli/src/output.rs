//! The two ways out: what was asked for, and everything else.

use std::io::{self, ErrorKind, Write};

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

/// Tells a sentence on standard error.
pub(crate) fn say(sentence: &str) {
    // Where standard error is gone, nobody is left to tell.
    let _ = writeln!(io::stderr(), "imza: {}", on_one_line(sentence));
}

/// Warns of what is probably not meant.
pub(crate) fn warn(sentence: &str) {
    say(&format!("warning: {sentence}"));
}

/// A sentence may repeat what somebody else sent; control characters in it do not reach the terminal.
fn on_one_line(sentence: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    sentence.chars().map(shown).collect()
}
