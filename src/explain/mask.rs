//! Keeping secrets out of what is shown.

use std::fmt::{self, Write as _};

use zeroize::Zeroizing;

use super::forms;
use crate::shown::escaped;

/// The secrets that must not be shown, each with the name that stands in its place.
#[derive(Default)]
pub(crate) struct Mask {
    secrets: Vec<(&'static str, Zeroizing<Vec<u8>>)>,
}

impl Mask {
    /// Hides a secret as it is, trimmed and decoded.
    pub(crate) fn hide(&mut self, name: &'static str, secret: &[u8]) {
        self.secrets.push((name, Zeroizing::new(secret.to_vec())));
        // A form that is longer, such as one with a newline behind it, holds the secret and so is hidden.
        let shorter = forms(secret).into_iter().map(|(_, bytes)| bytes);
        self.secrets.extend(shorter.filter(|bytes| bytes.len() < secret.len()).map(|bytes| (name, bytes)));
    }

    /// The bytes with every occurrence of a secret taken out, overlapping ones too.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Masked {
        let mut names: Vec<Option<&'static str>> = vec![None; bytes.len()];
        for (name, secret) in self.secrets.iter().filter(|(_, secret)| !secret.is_empty()) {
            let at = bytes.windows(secret.len()).enumerate().filter(|(_, window)| *window == secret.as_slice());
            for (from, _) in at {
                names.iter_mut().skip(from).take(secret.len()).for_each(|place| *place = place.or(Some(*name)));
            }
        }
        let mut pieces = Vec::new();
        for (&byte, name) in bytes.iter().zip(names) {
            match (name, pieces.last_mut()) {
                (None, Some(Piece::Shown(shown))) => shown.push(byte),
                (None, _) => pieces.push(Piece::Shown(vec![byte])),
                (Some(name), Some(Piece::Hidden(last))) if *last == name => {}
                (Some(name), _) => pieces.push(Piece::Hidden(name)),
            }
        }
        Masked { pieces }
    }

    /// Whether a secret occurs in a text.
    pub(crate) fn hides_in(&self, text: &str) -> bool {
        self.bytes(text.as_bytes()).pieces.iter().any(|piece| matches!(piece, Piece::Hidden(_)))
    }

    /// A text for people on one line, with every occurrence of a secret taken out.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut masked = String::new();
        for piece in self.bytes(text.as_bytes()).pieces {
            match piece {
                Piece::Shown(bytes) => masked.push_str(&escaped(&String::from_utf8_lossy(&bytes))),
                Piece::Hidden(name) => masked.push_str(&marker(name)),
            }
        }
        masked
    }
}

/// Bytes without the secrets that were among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Masked {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Shown(Vec<u8>),
    Hidden(&'static str),
}

impl Masked {
    /// As text: line feeds as `⏎` and a new line, what else does not print and what is not UTF-8
    /// escaped, so that a terminal shows nothing else than what is there.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Hidden(name) => text.push_str(&marker(name)),
                Piece::Shown(bytes) => bytes.utf8_chunks().for_each(|chunk| {
                    for (index, line) in chunk.valid().split('\n').enumerate() {
                        text.push_str(if index == 0 { "" } else { "⏎\n" });
                        text.push_str(&escaped(line));
                    }
                    push_bytes(&mut text, "\\x", chunk.invalid());
                }),
            }
        }
        text
    }

    /// In hex, two lower-case digits a byte.
    pub(crate) fn hex(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Shown(bytes) => push_bytes(&mut text, "", bytes),
                Piece::Hidden(name) => text.push_str(&marker(name)),
            }
        }
        text
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// What stands in the place of a secret.
fn marker(name: &str) -> String {
    format!("[{name}]")
}

fn push_bytes(text: &mut String, before_each: &str, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{before_each}{byte:02x}");
    }
}
