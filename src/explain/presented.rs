//! Signatures and tokens that are written otherwise than the rules have it (DLGA-16, HASO-11).

use super::secret::decode_hex;
use super::text::percent_decoded;
use crate::mac::{Alphabet, TAG_BYTES, TAG_CHARS, Tag, decode_base64};

/// A signature or token as it was presented.
pub(crate) enum Presented {
    /// It is 32 bytes; `taken` says how it must be read where it is not written by the rules.
    Tag { tag: Tag, taken: Option<&'static str> },
    /// It cannot be HMAC-SHA256, however it is read: a clause that says what it is instead.
    Other(String),
}

type Spelling = fn(&[u8]) -> Option<Vec<u8>>;

/// The known mistakes, each as it follows *the signature is read*.
const SPELLINGS: [(&str, Spelling); 8] = [
    ("without the blanks around it", canonical),
    ("as hex instead of base64", |text| Some(decode_hex(text)?.to_vec())),
    ("without padding", |text| without_padding(text, Alphabet::Standard)),
    ("in base64's URL alphabet", |text| Some(decode_base64(text, Alphabet::Url)?.to_vec()).filter(|_| is_padded(text))),
    ("in base64's URL alphabet, without padding", |text| without_padding(text, Alphabet::Url)),
    ("as base64 of its hex digits", |text| Some(decode_hex(&decode_base64(text, Alphabet::Standard)?)?.to_vec())),
    ("percent-decoded", |text| canonical(&percent_decoded(text))),
    ("with `+` where it has blanks", |text| {
        canonical(&text.iter().map(|&b| if b == b' ' { b'+' } else { b }).collect::<Vec<u8>>())
    }),
];

/// Reads a presented signature or token, by the rules or as one of the known mistakes writes it.
pub(crate) fn read(text: &[u8]) -> Presented {
    if let Ok(tag) = Tag::parse(text) {
        return Presented::Tag { tag, taken: None };
    }
    let trimmed = text.trim_ascii();
    SPELLINGS
        .into_iter()
        .find_map(|(taken, spelling)| {
            let bytes = <[u8; TAG_BYTES]>::try_from(spelling(trimmed)?).ok()?;
            Some(Presented::Tag { tag: Tag::from(bytes), taken: Some(taken) })
        })
        .unwrap_or_else(|| Presented::Other(what_it_is(trimmed)))
}

fn canonical(text: &[u8]) -> Option<Vec<u8>> {
    Tag::parse(text).ok().map(|tag| tag.as_bytes().to_vec())
}

fn is_padded(text: &[u8]) -> bool {
    text.len() == TAG_CHARS
}

fn without_padding(text: &[u8], alphabet: Alphabet) -> Option<Vec<u8>> {
    decode_base64(text, alphabet).filter(|_| !is_padded(text)).map(|bytes| bytes.to_vec())
}

/// What a text is that does not hold 32 bytes, by the number of bytes that it does hold.
fn what_it_is(text: &[u8]) -> String {
    if text.is_empty() {
        return "is empty".to_owned();
    }
    let bytes = decode_hex(text)
        .or_else(|| decode_base64(text, Alphabet::Standard))
        .or_else(|| decode_base64(text, Alphabet::Url));
    let Some(len) = bytes.map(|bytes| bytes.len()) else {
        return format!("is neither base64 nor hex ({} characters)", text.len());
    };
    let kind = match len {
        16 => "as many as HMAC-MD5 gives",
        20 => "HMAC-SHA1",
        28 => "as many as HMAC-SHA224 gives",
        48 => "as many as HMAC-SHA384 gives",
        64 => "HMAC-SHA512",
        ..TAG_BYTES => "a signature that was cut short",
        _ => "too many",
    };
    format!("has {len} bytes: {kind}; HMAC-SHA256 gives {TAG_BYTES}")
}
