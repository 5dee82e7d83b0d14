//! Keeping secrets out of what is shown.
//!
//! A secret is known by its length and a rolling hash (Rabin and Karp), so that looking for it takes one pass whatever
//! secret and text look like, and for any number of secrets as many passes as they have lengths. What has the length
//! and the hash of a secret is taken for it: a wrong guess, of one in 2^64, hides too much.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write as _};
use std::ops::Range;

use zeroize::Zeroizing;

use super::secret::{forms, spellings};
use crate::shown::escaped;

/// The longest text that is shown whole, in bytes. Of a longer one, half as many are shown at each end.
pub const MOST_SHOWN: usize = 65_536;

/// The most places at which secrets are looked for: those of the text, for each length that a secret has.
const MOST_PLACES: usize = 1 << 23;

/// The secrets that must not be shown, each with the name that stands in its place.
#[derive(Clone, Default)]
pub(crate) struct Mask {
    /// By their lengths, and then by their hashes.
    secrets: BTreeMap<usize, HashMap<u64, &'static str>>,
}

impl Mask {
    /// Hides a secret as it is, trimmed and decoded, and as hex, base64, JSON and URLs spell it. What is the secret of
    /// two names is shown under the one that comes first in the alphabet: a key that is a salt too stays a key.
    pub(crate) fn hide(&mut self, name: &'static str, secret: &[u8]) {
        self.add(name, secret);
        // A form that is longer, such as one with a newline behind it, holds the secret and so is hidden.
        for (_, form) in forms(secret).iter().filter(|(_, form)| form.len() < secret.len()) {
            self.add(name, form);
        }
        spellings(secret, |spelling| self.add(name, spelling));
    }

    fn add(&mut self, name: &'static str, secret: &[u8]) {
        if !secret.is_empty() {
            let hash = secret.iter().copied().fold(0, pushed);
            let of_this_length = self.secrets.entry(secret.len()).or_default();
            of_this_length.entry(hash).and_modify(|earlier| *earlier = name.min(earlier)).or_insert(name);
        }
    }

    /// No longer hides what is hidden under this name alone.
    pub(crate) fn reveal(&mut self, name: &str) {
        self.secrets.values_mut().for_each(|secrets| secrets.retain(|_, hidden| *hidden != name));
        self.secrets.retain(|_, secrets| !secrets.is_empty());
    }

    /// The bytes with every occurrence of a secret taken out, overlapping ones too.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Masked {
        self.parts(|take| take(bytes))
    }

    /// As [`Mask::bytes`], of bytes that come in parts; they are asked for twice.
    pub(crate) fn parts(&self, each_part: impl Fn(&mut dyn FnMut(&[u8]))) -> Masked {
        let mut len = 0_usize;
        each_part(&mut |part| len = len.saturating_add(part.len()));
        // What stands at a cut may be the beginning of a secret that is longer than what is shown.
        let longest = self.secrets.last_key_value().map_or(0, |(&longest, _)| longest);
        let end = if len > MOST_SHOWN { MOST_SHOWN / 2 } else { len };
        let looked_at = end.saturating_add(longest).min(len);
        let rest = if len > MOST_SHOWN { looked_at } else { 0 };
        if looked_at.saturating_add(rest).saturating_mul(self.secrets.len()) > MOST_PLACES {
            return Masked { pieces: vec![Piece::LeftOut(len)] };
        }
        let mut pieces = self.hidden(&section(&each_part, 0..looked_at), 0..end);
        if len > MOST_SHOWN {
            pieces.push(Piece::LeftOut(len.saturating_sub(MOST_SHOWN)));
            let begin = looked_at.saturating_sub(end);
            pieces.extend(self.hidden(&section(&each_part, len.saturating_sub(looked_at)..len), begin..looked_at));
        }
        Masked { pieces }
    }

    /// A range of some bytes, without the secrets that are in the bytes.
    fn hidden(&self, bytes: &[u8], shown: Range<usize>) -> Vec<Piece> {
        let mut names: Vec<Option<&'static str>> = vec![None; bytes.len()];
        for (&len, secrets) in &self.secrets {
            let mut hidden_to = 0_usize;
            for (from, hash) in hashes(bytes, len) {
                let Some(&name) = secrets.get(&hash) else { continue };
                let to = from.saturating_add(len);
                let places = names.get_mut(from.max(hidden_to)..to).unwrap_or_default();
                for place in places {
                    *place = place.or(Some(name));
                }
                hidden_to = to;
            }
        }
        let mut pieces = Vec::new();
        for (&byte, name) in bytes.iter().zip(names).take(shown.end).skip(shown.start) {
            match (name, pieces.last_mut()) {
                (None, Some(Piece::Shown(shown))) => shown.push(byte),
                (None, _) => pieces.push(Piece::Shown(vec![byte])),
                (Some(name), Some(Piece::Hidden(last))) if *last == name => {}
                (Some(name), _) => pieces.push(Piece::Hidden(name)),
            }
        }
        pieces
    }

    /// Whether a secret occurs in a text.
    pub(crate) fn hides_in(&self, text: &str) -> bool {
        self.bytes(text.as_bytes()).pieces.iter().any(|piece| !matches!(piece, Piece::Shown(_)))
    }

    /// A received name as [`Mask::text`] shows it, cut after 64 characters.
    pub(crate) fn name(&self, name: &str) -> String {
        self.text(name).chars().take(64).collect()
    }

    /// A text for people on one line, with every occurrence of a secret taken out.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut masked = String::new();
        for piece in self.bytes(text.as_bytes()).pieces {
            match piece {
                Piece::Shown(bytes) => masked.push_str(&escaped(&String::from_utf8_lossy(&bytes))),
                piece => masked.push_str(&piece.marker()),
            }
        }
        masked
    }
}

/// A hash with one more byte behind it.
fn pushed(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(byte))
}

/// Any odd number with bits all over.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of each piece of this length, with the place where it begins.
fn hashes(bytes: &[u8], len: usize) -> impl Iterator<Item = (usize, u64)> {
    let (first, behind) = bytes.split_at_checked(len).unwrap_or_default();
    let whole = !first.is_empty();
    let hash_of_first = first.iter().copied().fold(0, pushed);
    let weight_of_leaving = (0..len).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let rolled = behind.iter().zip(bytes).scan(hash_of_first, move |hash, (&entering, &leaving)| {
        *hash = pushed(*hash, entering).wrapping_sub(weight_of_leaving.wrapping_mul(u64::from(leaving)));
        Some(*hash)
    });
    whole.then_some(hash_of_first).into_iter().chain(rolled).enumerate()
}

/// A range of bytes that come in parts, secrets among them: of the exact room, since a vector that grows would leave
/// some behind in freed memory.
fn section(each_part: impl Fn(&mut dyn FnMut(&[u8])), range: Range<usize>) -> Zeroizing<Vec<u8>> {
    let mut section = Zeroizing::new(Vec::with_capacity(range.len()));
    let mut at = 0_usize;
    each_part(&mut |part| {
        let within = |place: usize| place.saturating_sub(at).min(part.len());
        section.extend_from_slice(part.get(within(range.start)..within(range.end)).unwrap_or_default());
        at = at.saturating_add(part.len());
    });
    section
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
    /// So many bytes, which are too many to show.
    LeftOut(usize),
}

impl Piece {
    /// What stands in the place of what is not shown.
    fn marker(&self) -> String {
        match self {
            Self::Shown(_) => String::new(),
            Self::Hidden(name) => format!("[{name}]"),
            Self::LeftOut(bytes) => format!("[{bytes} bytes]"),
        }
    }
}

impl Masked {
    /// As text: line feeds as `⏎` and a new line, what else does not print and what is not UTF-8
    /// escaped, so that a terminal shows nothing else than what is there.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            let Piece::Shown(bytes) = piece else {
                text.push_str(&piece.marker());
                continue;
            };
            for chunk in bytes.utf8_chunks() {
                for (index, line) in chunk.valid().split('\n').enumerate() {
                    text.push_str(if index == 0 { "" } else { "⏎\n" });
                    text.push_str(&escaped(line));
                }
                push_bytes(&mut text, "\\x", chunk.invalid());
            }
        }
        text
    }

    /// As text that is shown where nothing is acted upon: nothing is escaped. What is not UTF-8 is replaced.
    pub(crate) fn raw(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Shown(bytes) => text.push_str(&String::from_utf8_lossy(bytes)),
                piece => text.push_str(&piece.marker()),
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
                piece => text.push_str(&piece.marker()),
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

fn push_bytes(text: &mut String, before_each: &str, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{before_each}{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(secrets: &[&str], text: &str) -> String {
        let mut mask = Mask::default();
        for secret in secrets {
            mask.hide("secret", secret.as_bytes());
        }
        mask.text(text)
    }

    #[test]
    fn every_occurrence_is_hidden_wherever_it_stands() {
        for (secrets, text, expected) in [
            (&["not-a-real-secret"][..], "xnot-a-real-secret", "x[secret]"),
            (&["not-a-real-secret"], "not-a-real-secretx", "[secret]x"),
            (&["not-a-real-secret"], "not-a-real-secre", "not-a-real-secre"),
            (&["aaaa"], "baaaaaaab", "b[secret]b"),
            (&["abab", "bbab"], "ababbab", "[secret]"),
            (&["x", ""], "axb", "a[secret]b"),
        ] {
            assert_eq!(masked(secrets, text), expected);
        }
    }

    /// The spellings that a log or a body has of a secret: hex, base64, a URL's and JSON's.
    #[test]
    fn every_usual_spelling_is_hidden() {
        let secret = "s3cret/ş+\"not-real";
        for spelling in [
            "733363726574 2fc59f2b226e6f742d7265616c".replace(' ', ""),
            "7333637265742FC59F2B226E6F742D7265616C".to_owned(),
            "czNjcmV0L8WfKyJub3QtcmVhbA==".to_owned(),
            "s3cret%2F%C5%9F%2B%22not-real".to_owned(),
            "s3cret%2f%c5%9f%2b%22not-real".to_owned(),
            r#"s3cret/ş+\"not-real"#.to_owned(),
            r#"s3cret\/ş+\"not-real"#.to_owned(),
            r#"s3cret/\u015f+\"not-real"#.to_owned(),
            r#"s3cret\/\u015f+\"not-real"#.to_owned(),
        ] {
            let shown = masked(&[secret], &format!("<{spelling}>"));
            assert!(shown.starts_with("<[secret]") && shown.len() <= "<[secret]==>".len(), "{spelling}: {shown}");
        }
    }

    /// A text whose every place looks like a secret of 60,000 equal bytes is read once for each length.
    #[test]
    fn equal_bytes_and_long_texts_take_one_pass() {
        let secret = "a".repeat(60_000);
        assert_eq!(masked(&[&secret], &"a".repeat(65_536)), "[secret]");
        assert_eq!(masked(&[&secret], &"a".repeat(59_999)), "a".repeat(59_999));
        // A secret across either cut is hidden too.
        for at in [32_768 - 17, 32_768 - 1, 200_000 - 32_768 - 9] {
            let text = format!("{}not-a-real-secret{}", "x".repeat(at), "x".repeat(200_000 - 17 - at));
            let shown = masked(&["not-a-real-secret"], &text);
            assert_eq!(shown.matches("[secret]").count(), 1, "{at}");
            assert!(shown.contains("[134464 bytes]") && !shown.contains("not-"), "{at}");
        }
    }

    /// Where there are too many lengths to look for, nothing is shown.
    #[test]
    fn what_cannot_be_looked_through_is_not_shown() {
        let secrets: Vec<String> = (1..=400).map(|len| "s".repeat(len)).collect();
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        assert_eq!(masked(&secrets, &"x".repeat(40_000)), "[40000 bytes]");
        assert_eq!(masked(&secrets, "xsx"), "x[secret]x");
    }
}
