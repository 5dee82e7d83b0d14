//! Percent-encoding as other programs do it.

use std::borrow::Cow;

use super::differences::Differences;
use super::secret::decode_hex;
use super::text::replaced;

/// How a program writes a percent-encoded text.
struct Encoder {
    /// The ASCII characters that stay as they are, beside letters and digits.
    kept: &'static [u8],
    /// A space is `+`.
    plus: bool,
    /// Hexadecimal digits in lower case.
    lower: bool,
    /// What is not ASCII stays as it is.
    raw: bool,
}

const ENCODER: Encoder = Encoder { kept: b"-._~", plus: false, lower: false, raw: false };

/// A form's fields, as Java's `URLEncoder` and browsers write them.
const FORM: Encoder = Encoder { kept: b"-._*", plus: true, ..ENCODER };

/// RFC 3986 (PHP's `rawurlencode`, .NET's `Uri.EscapeDataString`, Python's quote with nothing safe), JavaScript's
/// `encodeURIComponent` and `encodeURI`, PHP's `urlencode`, Java's `URLEncoder`, .NET's `HttpUtility.UrlEncode` and
/// `WebUtility.UrlEncode`, Python's `quote_plus`, RFC 3986 with the characters that a path or a query may have, and nothing
/// but what is not ASCII.
const ENCODERS: [Encoder; 11] = [
    ENCODER,
    Encoder { kept: b"-._~!'()*", ..ENCODER },
    Encoder { kept: b"-._~!'()*;/?:@&=+$,#", ..ENCODER },
    Encoder { kept: b"-._", plus: true, ..ENCODER },
    Encoder { kept: b"-._*", plus: true, ..ENCODER },
    Encoder { kept: b"-._!*()", plus: true, lower: true, ..ENCODER },
    Encoder { kept: b"-._!*()", plus: true, ..ENCODER },
    Encoder { kept: b"-._~", plus: true, ..ENCODER },
    Encoder { kept: b"-._~!$'()*,;:@", ..ENCODER },
    Encoder { kept: b"-._~!$'()*,;:@/?", ..ENCODER },
    Encoder { kept: b" -._~!$'()*,;:@/?\"<>[]{}|\\^`+", raw: true, ..ENCODER },
];

/// A piece of a text: as it is spelled, and the byte that it stands for.
fn next_byte(text: &[u8], plus_is_space: bool) -> Option<(&[u8], u8, &[u8])> {
    let (&first, _) = text.split_first()?;
    let escaped = text.get(1..3).filter(|_| first == b'%').and_then(decode_hex);
    let (len, byte) = match escaped.as_ref().and_then(|bytes| bytes.first()) {
        Some(byte) => (3, *byte),
        None if first == b'+' && plus_is_space => (1, b' '),
        None => (1, first),
    };
    let (spelled, behind) = text.split_at_checked(len)?;
    Some((spelled, byte, behind))
}

/// A text decoded and encoded again; the separators in `between` stay, and part what is encoded.
fn recoded(
    text: &[u8],
    between: &[u8],
    plus_is_space: bool,
    encoder: &Encoder,
    differences: &mut Differences,
) -> Vec<u8> {
    let mut written = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((spelled, byte, behind)) = next_byte(rest, plus_is_space) {
        rest = behind;
        let from = written.len();
        let is_kept = byte.is_ascii_alphanumeric() || encoder.kept.contains(&byte) || !byte.is_ascii() && encoder.raw;
        if between.contains(&byte) && spelled.len() == 1 || is_kept {
            written.push(byte);
        } else if byte == b' ' && encoder.plus {
            written.push(b'+');
        } else {
            let digits = b"0123456789ABCDEF";
            let digit = |nibble: u8| digits.get(usize::from(nibble)).copied().unwrap_or_default();
            let escape = [b'%', digit(byte >> 4), digit(byte & 15)];
            written.extend(if encoder.lower { escape.to_ascii_lowercase() } else { escape.to_vec() });
        }
        let now = written.get(from..).unwrap_or_default();
        if now != spelled {
            match (byte.is_ascii(), spelled.len(), now.len()) {
                (true, ..) => differences.add(&String::from_utf8_lossy(spelled), &String::from_utf8_lossy(now)),
                // A byte of such a character is not a text by itself.
                (false, 1, _) => differences.name("`%XX` where it has characters that are not ASCII"),
                (false, _, 1) => differences.name("characters that are not ASCII where it has `%XX`"),
                _ if encoder.lower => differences.name("percent-escapes in lower case"),
                _ => differences.name("percent-escapes in upper case"),
            }
        }
    }
    written
}

type Whole = fn(&[u8]) -> Vec<u8>;

/// What is done to all escapes of a text at once.
const WHOLE: [(&str, Whole); 12] = [
    ("is percent-decoded", decoded),
    ("is percent-decoded twice", |text| decoded(&decoded(text))),
    ("is percent-decoded, `+` as a space", |text| decoded(&replaced(text, b"+", b" "))),
    ("is percent-encoded twice", |text| replaced(text, b"%", b"%25")),
    ("is percent-encoded once instead of twice", |text| replaced(text, b"%25", b"%")),
    ("has its percent-escapes in lower case", |text| hex_case(text, false)),
    ("has its percent-escapes in upper case", |text| hex_case(text, true)),
    ("has `+` where it has `%20`", |text| replaced(text, b"%20", b"+")),
    ("has `%20` where it has `+`", |text| replaced(text, b"+", b"%20")),
    ("is percent-encoded as a whole", |text| all_encoded(text, &ENCODER)),
    ("is percent-encoded as a whole, as a form's field", |text| all_encoded(text, &FORM)),
    ("is percent-encoded as a whole, in lower case and as a form's field", |text| {
        all_encoded(text, &Encoder { lower: true, ..FORM })
    }),
];

/// A text that is not decoded first.
fn all_encoded(text: &[u8], encoder: &Encoder) -> Vec<u8> {
    recoded(&replaced(text, b"%", b"%25"), b"", false, encoder, &mut Differences::default())
}

/// Values (of fields) in other encodings, all in one way, with the clause that follows *each value*.
pub(crate) fn of_values(values: &[&[u8]], take: &mut dyn FnMut(Cow<'static, str>, Vec<Vec<u8>>)) {
    for plus_is_space in [false, true] {
        for encoder in &ENCODERS {
            let mut differences = Differences::default();
            let written = values.iter().map(|value| recoded(value, b"", plus_is_space, encoder, &mut differences));
            let written = written.collect();
            if let Some(clause) = differences.clause() {
                take(clause.into(), written);
            }
        }
    }
    for (clause, form) in WHOLE {
        let written: Vec<Vec<u8>> = values.iter().map(|value| form(value)).collect();
        if written.iter().zip(values).any(|(written, value)| written != value) {
            take(clause.into(), written);
        }
    }
}

/// A form (`a=1&b=2`).
pub(crate) fn of_form(form: &[u8], take: &mut dyn FnMut(Cow<'static, str>, Vec<u8>) -> bool) {
    for plus_is_space in [true, false] {
        for encoder in &ENCODERS {
            let mut differences = Differences::default();
            let written = recoded(form, b"&=", plus_is_space, encoder, &mut differences);
            if let Some(clause) = differences.clause()
                && !take(clause.into(), written)
            {
                return;
            }
        }
    }
    whole(form, take);
}

/// A text as forms have it.
pub(crate) fn as_form(text: &str) -> String {
    String::from_utf8_lossy(&all_encoded(text.as_bytes(), &FORM)).into_owned()
}

/// What is done to a text as a whole.
pub(crate) fn whole(text: &[u8], take: &mut dyn FnMut(Cow<'static, str>, Vec<u8>) -> bool) {
    for (clause, form) in WHOLE {
        let written = form(text);
        if written != text && !take(clause.into(), written) {
            return;
        }
    }
}

/// With every `%XX` replaced by its byte; anything else as it is.
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    let (mut decoded, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((_, byte, behind)) = next_byte(rest, false) {
        decoded.push(byte);
        rest = behind;
    }
    decoded
}

fn hex_case(text: &[u8], upper: bool) -> Vec<u8> {
    let (mut written, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((spelled, _, behind)) = next_byte(rest, false) {
        if spelled.len() == 1 {
            written.extend_from_slice(spelled);
        } else {
            written.extend(if upper { spelled.to_ascii_uppercase() } else { spelled.to_ascii_lowercase() });
        }
        rest = behind;
    }
    written
}

/// Path and query of a URL in other encodings: each of the two alone, and both.
pub(crate) fn of_resource(resource: &[u8], take: &mut dyn FnMut(Cow<'static, str>, Vec<u8>) -> bool) {
    let query_at = resource.iter().position(|&b| b == b'?').unwrap_or(resource.len());
    let (path, query) = resource.split_at_checked(query_at).unwrap_or((resource, b""));
    for plus_is_space in [true, false] {
        for encoder in &ENCODERS {
            let mut differences = Differences::default();
            let mut written = recoded(path, b"/", false, encoder, &mut differences);
            written.extend(recoded(query, b"?&=", plus_is_space, encoder, &mut differences));
            if let Some(clause) = differences.clause()
                && !take(clause.into(), written)
            {
                return;
            }
        }
    }
    // The path as it is, when only the query differs, and the reverse.
    for encoder in &ENCODERS {
        for (of_path, of_query) in [(true, false), (false, true)] {
            let mut differences = Differences::default();
            let mut written = path.to_vec();
            if of_path {
                written = recoded(path, b"/", false, encoder, &mut differences);
            }
            if of_query {
                written.extend(recoded(query, b"?&=", true, encoder, &mut differences));
            } else {
                written.extend_from_slice(query);
            }
            if let Some(clause) = differences.clause()
                && !take(clause.into(), written)
            {
                return;
            }
        }
    }
    whole(resource, take);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(resource: &str, clause: &str, written: &str) {
        let mut all = Vec::new();
        of_resource(resource.as_bytes(), &mut |clause, written| {
            all.push((clause.into_owned(), String::from_utf8_lossy(&written).into_owned()));
            true
        });
        assert!(all.iter().any(|(c, w)| c == clause && w == written), "{clause}: {written} is not among {all:#?}");
    }

    #[test]
    fn a_resource_is_encoded_as_other_programs_do_it() {
        has("/v1/x?q=a%20b", "is percent-encoded twice", "/v1/x?q=a%2520b");
        has("/v1/x?q=a%3ab", "has `%3A` where it has `%3a`", "/v1/x?q=a%3Ab");
        has(
            "/v1/x?c=sip%3A1%402.3&d=a%20b",
            "has `:` where it has `%3A` and `@` where it has `%40`",
            "/v1/x?c=sip:1@2.3&d=a%20b",
        );
        has("/v1/1,4%20x", "has `%2C` where it has `,`", "/v1/1%2C4%20x");
        has("/v1/x?p=+90", "has `%2B` where it has `+`", "/v1/x?p=%2B90");
        has("/v1/ş", "has `%XX` where it has characters that are not ASCII", "/v1/%C5%9F");
    }
}
