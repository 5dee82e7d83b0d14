//! The texts of a recording: names, values, bodies.

use std::borrow::Cow;
use std::rc::Rc;

/// A text, borrowed from what was read wherever it can be. A copy of one shares its bytes: a name that has a
/// thousand values is held once.
#[derive(Clone, Debug)]
pub(super) enum Text<'a> {
    Borrowed(&'a str),
    Shared(Rc<str>),
}

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self::Borrowed("")
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<T> for Text<'a> {
    fn from(text: T) -> Self {
        match text.into() {
            Cow::Borrowed(text) => Self::Borrowed(text),
            Cow::Owned(text) => Self::Shared(text.into()),
        }
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<[u8]> for Text<'_> {
    fn as_ref(&self) -> &[u8] {
        self.as_str().as_bytes()
    }
}

/// The bytes of a text.
pub(super) fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// The bytes of the JSON text that some JSON begins with, and what follows it. Its escapes are all of one
/// character, as in nearly every body: others are left to [`json`](super::json).
pub(super) fn unescape(json: &str) -> Option<(Cow<'_, [u8]>, &str)> {
    let begun = json.strip_prefix('"')?;
    let mut rest = begun;
    let mut bytes = Vec::new();
    loop {
        let (piece, behind) = rest.split_at_checked(quote_or_escape(rest.as_bytes())?)?;
        if let Some(behind) = behind.strip_prefix('"') {
            if bytes.is_empty() {
                return Some((Cow::Borrowed(piece.as_bytes()), behind));
            }
            bytes.extend_from_slice(piece.as_bytes());
            return Some((Cow::Owned(bytes), behind));
        }
        let (escape, behind) = behind.split_at_checked(r"\n".len())?;
        if bytes.is_empty() {
            bytes.reserve_exact(begun.len());
        }
        bytes.extend_from_slice(piece.as_bytes());
        bytes.push(match escape {
            r#"\""# => b'"',
            r"\\" => b'\\',
            r"\/" => b'/',
            r"\n" => b'\n',
            r"\t" => b'\t',
            r"\r" => b'\r',
            r"\b" => 0x08,
            r"\f" => 0x0c,
            _ => return None,
        });
        rest = behind;
    }
}

/// Where a text's next quote or backslash is. Most texts are so short that calling memchr takes longer than
/// looking at eight bytes at a time.
pub(super) fn quote_or_escape(text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    // The lowest high bit that is set is that of the first byte that is zero.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let of_each = |byte: u8| u64::from_ne_bytes([byte; 8]);
    let (words, rest) = text.as_chunks();
    let mut at = 0_usize;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let found = zeros(word ^ of_each(b'"')) | zeros(word ^ of_each(b'\\'));
        if found != 0 {
            return Some(at.saturating_add(found.trailing_zeros() as usize / 8));
        }
        at = at.saturating_add(8);
    }
    rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).map(|within| at.saturating_add(within))
}

/// Where a text ends, which begins behind a quote.
pub(super) fn end_of_text(text: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        let found = memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        at = at.saturating_add(found);
        if text.get(at) == Some(&b'"') {
            return Some(at);
        }
        at = at.saturating_add(2);
    }
}
