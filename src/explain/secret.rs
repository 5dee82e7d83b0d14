//! What becomes of a secret on its way from the vendor's letter to the key of an HMAC.

use zeroize::Zeroizing;

use crate::mac::{Alphabet, decode_base64, encode_base64};

type Form = fn(&[u8]) -> Option<Zeroizing<Vec<u8>>>;

/// The known mistakes, each as it follows *the secret is taken*.
const FORMS: [(&str, Form); 8] = [
    ("without the newline at its end", |secret| Some(without_newline(secret))),
    ("without the blanks around it", |secret| Some(owned(secret.trim_ascii()))),
    ("with a line feed at its end", |secret| Some(joined(secret, b"\n"))),
    ("with CR LF at its end", |secret| Some(joined(secret, b"\r\n"))),
    ("base64-decoded", |secret| decode_base64(secret.trim_ascii(), Alphabet::Standard)),
    ("base64-decoded, in the URL alphabet", |secret| decode_base64(secret.trim_ascii(), Alphabet::Url)),
    ("hex-decoded", |secret| decode_hex(secret.trim_ascii())),
    ("within quotes", |secret| Some(joined(&joined(b"\"", secret), b"\""))),
];

/// The forms that a secret has and that differ from it and from each other; none is empty.
pub(crate) fn forms(secret: &[u8]) -> Vec<(&'static str, Zeroizing<Vec<u8>>)> {
    let mut forms: Vec<(&'static str, Zeroizing<Vec<u8>>)> = Vec::new();
    for (taken, form) in FORMS {
        let Some(bytes) = form(secret) else { continue };
        let is_new = bytes.as_slice() != secret && forms.iter().all(|(_, earlier)| *earlier != bytes);
        if is_new && !bytes.is_empty() {
            forms.push((taken, bytes));
        }
    }
    forms
}

/// Hands over how others write a secret: in hex, in base64 (without its padding), in a URL or a form, within JSON.
pub(crate) fn spellings(secret: &[u8], mut take: impl FnMut(&[u8])) {
    for alphabet in [Alphabet::Standard, Alphabet::Url] {
        take(&encode_base64(secret, alphabet));
    }
    for digits in [b"0123456789abcdef", b"0123456789ABCDEF"] {
        let hex =
            |byte: u8| [byte >> 4, byte & 15].map(|half| digits.get(usize::from(half)).copied().unwrap_or_default());
        let respelled = |spell: &dyn Fn(u8, &mut Vec<u8>)| {
            // The room first: a vector that grows would leave the secret behind in freed memory.
            let mut spelling = Zeroizing::new(Vec::with_capacity(secret.len().saturating_mul(6)));
            for &byte in secret {
                spell(byte, &mut spelling);
            }
            spelling
        };
        take(&respelled(&|byte, to| to.extend(hex(byte))));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        for space in ["%20", "+"] {
            take(&respelled(&|byte, to| match byte {
                b' ' => to.extend_from_slice(space.as_bytes()),
                plain if is_plain(plain) => to.push(plain),
                other => to.extend([b'%'].into_iter().chain(hex(other))),
            }));
        }
        let Ok(text) = str::from_utf8(secret) else { continue };
        for (slash, is_ascii) in [("/", false), ("\\/", false), ("/", true), ("\\/", true)] {
            let mut json = Zeroizing::new(Vec::with_capacity(secret.len().saturating_mul(6)));
            for character in text.chars() {
                match character {
                    '"' | '\\' => json.extend([b'\\', if character == '"' { b'"' } else { b'\\' }]),
                    '/' => json.extend_from_slice(slash.as_bytes()),
                    '\n' => json.extend_from_slice(b"\\n"),
                    '\r' => json.extend_from_slice(b"\\r"),
                    '\t' => json.extend_from_slice(b"\\t"),
                    plain if !plain.is_ascii_control() && (plain.is_ascii() || !is_ascii) => {
                        json.extend_from_slice(plain.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    other => {
                        for unit in other.encode_utf16(&mut [0; 2]) {
                            let [high, low] = unit.to_be_bytes();
                            json.extend([b'\\', b'u'].into_iter().chain(hex(high)).chain(hex(low)));
                        }
                    }
                }
            }
            take(&json);
        }
    }
}

/// The bytes of hexadecimal digits, in either case.
pub(crate) fn decode_hex(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    for pair in text.chunks(2) {
        let [high, low] = *pair else { return None };
        let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        bytes.push(digit(high)? << 4 | digit(low)?);
    }
    Some(bytes)
}

fn without_newline(secret: &[u8]) -> Zeroizing<Vec<u8>> {
    let without = secret.strip_suffix(b"\n").unwrap_or(secret);
    owned(without.strip_suffix(b"\r").unwrap_or(without))
}

fn owned(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(bytes.to_vec())
}

fn joined(front: &[u8], back: &[u8]) -> Zeroizing<Vec<u8>> {
    // The room first: a vector that grows would leave the secret behind in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(front.len().saturating_add(back.len())));
    bytes.extend_from_slice(front);
    bytes.extend_from_slice(back);
    bytes
}
