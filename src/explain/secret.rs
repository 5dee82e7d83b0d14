//! What becomes of a secret on its way from the vendor's letter to the key of an HMAC, on either side.

use std::slice;

use zeroize::Zeroizing;

use super::encodings::{BYTE_ORDER_MARK, ascii, latin1, latin5, windows_1254};
use super::percent;
use crate::mac::{Alphabet, decode_base64, encode_base64, sha256};

type Form = fn(&[u8]) -> Option<Zeroizing<Vec<u8>>>;

/// The known mistakes, each as it follows *the secret is taken*. First what an editor or a file adds, then what a
/// variable's line and a program add, then the encodings.
const FORMS: [(&str, Form); 63] = [
    ("without the newline at its end", |secret| Some(without_newline(secret))),
    ("without the spaces around it", |secret| Some(owned(secret.trim_ascii()))),
    ("with a line feed at its end", |secret| Some(joined(secret, b"\n"))),
    ("with CR LF at its end", |secret| Some(joined(secret, b"\r\n"))),
    ("with a NUL at its end", |secret| Some(joined(secret, b"\0"))),
    ("without the NUL at its end", |secret| secret.strip_suffix(b"\0").map(owned)),
    ("without its byte order mark", |secret| secret.strip_prefix(BYTE_ORDER_MARK).map(owned)),
    ("without its byte order mark and the newline at its end", |secret| {
        secret.strip_prefix(BYTE_ORDER_MARK).map(without_newline)
    }),
    ("with a byte order mark in front", |secret| Some(joined(BYTE_ORDER_MARK, secret))),
    ("with a byte order mark in front and a line feed at its end", |secret| {
        Some(joined(&joined(BYTE_ORDER_MARK, secret), b"\n"))
    }),
    ("with a byte order mark in front and CR LF at its end", |secret| {
        Some(joined(&joined(BYTE_ORDER_MARK, secret), b"\r\n"))
    }),
    ("from UTF-16", |secret| of_utf16(secret).map(|text| owned(text.trim_ascii_end()))),
    ("in UTF-16LE", |secret| in_utf16(secret, u16::to_le_bytes, b"")),
    ("in UTF-16LE, with a byte order mark", |secret| in_utf16(secret, u16::to_le_bytes, b"\xff\xfe")),
    ("in UTF-16BE", |secret| in_utf16(secret, u16::to_be_bytes, b"")),
    ("within double quotes", |secret| Some(within(secret, b"\""))),
    ("within single quotes", |secret| Some(within(secret, b"'"))),
    ("without the quotes around it", |secret| without_quotes(secret.trim_ascii())),
    ("without the name and `=` in front of it", |secret| {
        let value = value_of_line(secret)?;
        Some(without_quotes(value).unwrap_or_else(|| owned(value)))
    }),
    ("base64-decoded", |secret| decode_base64(&compact(secret), Alphabet::Standard)),
    ("base64-decoded, in the URL alphabet", |secret| decode_base64(&compact(secret), Alphabet::Url)),
    ("base64-decoded twice", |secret| {
        decode_base64(&decode_base64(&compact(secret), Alphabet::Standard)?, Alphabet::Standard)
    }),
    ("base64-encoded", |secret| Some(padded_base64(secret, Alphabet::Standard))),
    ("base64-encoded, with a line feed at its end", |secret| {
        Some(joined(&padded_base64(secret, Alphabet::Standard), b"\n"))
    }),
    ("hex-decoded", |secret| decode_hex(secret.trim_ascii())),
    ("hex-encoded, in lower case", |secret| Some(hex(secret, false))),
    ("hex-encoded, in upper case", |secret| Some(hex(secret, true))),
    ("in lower case", |secret| Some(Zeroizing::new(secret.to_ascii_lowercase()))),
    ("in upper case", |secret| Some(Zeroizing::new(secret.to_ascii_uppercase()))),
    ("without its spaces, tabs and newlines", |secret| Some(compact(secret))),
    ("without the name and `:` in front of it", |secret| {
        let value = behind_name(secret, b':')?;
        Some(without_quotes(value).unwrap_or_else(|| owned(value)))
    }),
    ("without a `,` or `;` behind it", |secret| {
        let secret = secret.trim_ascii();
        let inside = secret.strip_suffix(b",").or_else(|| secret.strip_suffix(b";"))?;
        Some(without_quotes(inside).unwrap_or_else(|| owned(inside)))
    }),
    ("without the backticks or angle brackets around it", |secret| {
        let secret = secret.trim_ascii();
        let within = |open: &[u8], close: &[u8]| secret.strip_prefix(open)?.strip_suffix(close).map(owned);
        within(b"`", b"`").or_else(|| within(b"<", b">"))
    }),
    ("without the typographic quotes around it", |secret| {
        let secret = secret.trim_ascii();
        let within =
            |open: &str, close: &str| secret.strip_prefix(open.as_bytes())?.strip_suffix(close.as_bytes()).map(owned);
        within("\u{201c}", "\u{201d}").or_else(|| within("\u{2018}", "\u{2019}"))
    }),
    ("without the no-break or zero-width spaces around it", |secret| {
        let is_space = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}');
        str::from_utf8(secret).ok().map(|text| owned(text.trim_matches(is_space).as_bytes()))
    }),
    ("without the comment behind it", |secret| {
        let at = secret.windows(2).position(|pair| pair == b" #")?;
        secret.get(..at).map(|value| owned(value.trim_ascii()))
    }),
    ("as its last line alone", |secret| {
        let text = secret.trim_ascii_end();
        let at = text.iter().rposition(|&b| b == b'\n')?;
        text.get(at.saturating_add(1)..).map(owned)
    }),
    ("percent-decoded", |secret| Some(Zeroizing::new(percent::decoded(secret)))),
    ("with `+` where it has spaces", |secret| {
        let mut bytes = owned(secret);
        bytes.iter_mut().filter(|b| **b == b' ').for_each(|b| *b = b'+');
        Some(bytes)
    }),
    ("without its backslashes", |secret| {
        let mut bytes = owned(secret);
        bytes.retain(|b| *b != b'\\');
        Some(bytes)
    }),
    ("base64-encoded, without padding", |secret| Some(encode_base64(secret, Alphabet::Standard))),
    ("base64-encoded in the URL alphabet, without padding", |secret| Some(encode_base64(secret, Alphabet::Url))),
    ("in ISO-8859-9", |secret| one_byte(secret, latin5)),
    ("in windows-1254", |secret| one_byte(secret, windows_1254)),
    ("in ISO-8859-1", |secret| one_byte(secret, latin1)),
    ("in ASCII, with `?` for other characters", |secret| one_byte(secret, ascii)),
    ("encoded in UTF-8 twice", |secret| {
        let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len().saturating_mul(2)));
        for &byte in secret {
            bytes.extend_from_slice(char::from(byte).encode_utf8(&mut [0; 2]).as_bytes());
        }
        Some(bytes)
    }),
    ("as its SHA-256", |secret| Some(owned(&sha256(|update| update(secret))))),
    ("as the hex of its SHA-256", |secret| Some(hex(&sha256(|update| update(secret)), false))),
    ("percent-encoded", |secret| {
        Some(respelled(secret, |byte, to| match byte {
            plain if plain.is_ascii_alphanumeric() || b"-._~".contains(&plain) => to.push(plain),
            other => {
                to.push(b'%');
                to.extend_from_slice(&hex(&[other], true));
            }
        }))
    }),
    ("without the `=` at its end", |secret| Some(owned(without_padding(secret)))),
    ("with `=` at its end as base64 has them", |secret| {
        let bare = without_padding(secret);
        let missing = b"===".get(..bare.len().next_multiple_of(4).saturating_sub(bare.len()))?;
        Some(joined(bare, missing))
    }),
    ("with spaces where it has `+`", |secret| {
        Some(respelled(secret, |byte, to| to.push(if byte == b'+' { b' ' } else { byte })))
    }),
    ("with `\\/` where it has `/`", |secret| {
        Some(respelled(secret, |byte, to| {
            to.extend_from_slice(if byte == b'/' { b"\\/" } else { slice::from_ref(&byte) });
        }))
    }),
    ("with HTML entities", |secret| {
        Some(respelled(secret, |byte, to| {
            let entity = ENTITIES.iter().find(|(plain, _)| *plain == [byte]);
            to.extend_from_slice(entity.map_or(slice::from_ref(&byte), |(_, entity)| entity));
        }))
    }),
    ("without HTML entities", |secret| Some(put_back(secret, &ENTITIES))),
    ("without JSON's escapes", |secret| Some(put_back(secret, &ESCAPED))),
    ("with one `$` where it has two", |secret| Some(put_back(secret, &[(b"$", b"$$")]))),
    ("with a space at its end", |secret| Some(joined(secret, b" "))),
    ("with a tab at its end", |secret| Some(joined(secret, b"\t"))),
    ("with `&` at its end", |secret| Some(joined(secret, b"&"))),
    ("within Python's `b'…'`", |secret| Some(joined(&joined(b"b'", secret), b"'"))),
    ("without Python's `b'…'`", |secret| {
        secret.trim_ascii().strip_prefix(b"b'").and_then(|secret| secret.strip_suffix(b"'")).map(owned)
    }),
];

/// A character and how another text has it.
type Spelling = (&'static [u8], &'static [u8]);

/// `&` last where they are put back.
const ENTITIES: [Spelling; 12] = [
    (b"<", b"&lt;"),
    (b">", b"&gt;"),
    (b"\"", b"&quot;"),
    (b"'", b"&#39;"),
    (b"'", b"&#039;"),
    (b"'", b"&#x27;"),
    (b"+", b"&#43;"),
    (b"/", b"&#47;"),
    (b"/", b"&#x2F;"),
    (b"=", b"&#61;"),
    (b"=", b"&#x3D;"),
    (b"&", b"&amp;"),
];

const ESCAPED: [Spelling; 8] = [
    (b"=", b"\\u003d"),
    (b"=", b"\\u003D"),
    (b"+", b"\\u002b"),
    (b"+", b"\\u002B"),
    (b"/", b"\\u002f"),
    (b"&", b"\\u0026"),
    (b"/", b"\\/"),
    (b"\"", b"\\\""),
];

/// What each byte becomes, of at most six bytes each.
fn respelled(secret: &[u8], spell: impl Fn(u8, &mut Vec<u8>)) -> Zeroizing<Vec<u8>> {
    // The room first: a vector that grows would leave the secret behind in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len().saturating_mul(6)));
    for &byte in secret {
        spell(byte, &mut bytes);
    }
    bytes
}

/// Without some spellings of characters.
fn put_back(secret: &[u8], spellings: &[Spelling]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len()));
    let mut rest = secret;
    while let Some((&first, behind)) = rest.split_first() {
        let spelled = spellings.iter().find_map(|(plain, spelled)| Some((*plain, rest.strip_prefix(*spelled)?)));
        let (plain, after) = spelled.unwrap_or((slice::from_ref(&first), behind));
        bytes.extend_from_slice(plain);
        rest = after;
    }
    bytes
}

fn one_byte(secret: &[u8], byte_of: fn(char) -> Option<u8>) -> Option<Zeroizing<Vec<u8>>> {
    let text = str::from_utf8(secret).ok()?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len()));
    bytes.extend(text.chars().map(|character| byte_of(character).unwrap_or(b'?')));
    Some(bytes)
}

fn without_padding(secret: &[u8]) -> &[u8] {
    secret.strip_suffix(b"==").or_else(|| secret.strip_suffix(b"=")).unwrap_or(secret)
}

/// What a program takes for a secret that its settings do not have.
pub(crate) const UNSET: [(&str, &str); 4] =
    [("empty", ""), ("`undefined`", "undefined"), ("`null`", "null"), ("`None`", "None")];

/// The longest secret that is looked at in other forms, in bytes: longer than any that a vendor hands out.
const LONGEST: usize = 4096;

/// The forms that a secret has and that differ from it and from each other; none is empty.
pub(crate) fn forms(secret: &[u8]) -> Vec<(&'static str, Zeroizing<Vec<u8>>)> {
    let mut forms: Vec<(&'static str, Zeroizing<Vec<u8>>)> = Vec::with_capacity(FORMS.len());
    for (taken, form) in FORMS.into_iter().filter(|_| secret.len() <= LONGEST) {
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

/// Hexadecimal digits of some bytes.
pub(crate) fn hex(bytes: &[u8], upper: bool) -> Zeroizing<Vec<u8>> {
    let digits: &[u8; 16] = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len().saturating_mul(2)));
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(digits.get(usize::from(nibble)).copied().unwrap_or_default());
        }
    }
    text
}

fn without_newline(secret: &[u8]) -> Zeroizing<Vec<u8>> {
    let without = secret.strip_suffix(b"\n").unwrap_or(secret);
    owned(without.strip_suffix(b"\r").unwrap_or(without))
}

fn without_quotes(secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let within = |quote: &[u8]| secret.strip_prefix(quote)?.strip_suffix(quote);
    within(b"\"").or_else(|| within(b"'")).map(owned)
}

/// What is behind the `=` of a line such as `export SECRET="…"`.
fn value_of_line(secret: &[u8]) -> Option<&[u8]> {
    let secret = ["export ", "set ", "$env:", "$"]
        .iter()
        .fold(secret, |secret, prefix| secret.strip_prefix(prefix.as_bytes()).unwrap_or(secret));
    behind_name(secret, b'=')
}

/// What is behind a name and `=` or `:`, also in an object of JSON; without a `;` at its end.
fn behind_name(secret: &[u8], sign: u8) -> Option<&[u8]> {
    let object = secret.trim_ascii().strip_prefix(b"{").and_then(|secret| secret.strip_suffix(b"}"));
    let secret = object.unwrap_or(secret);
    let at = secret.iter().position(|&b| b == sign)?;
    let (name, value) = (secret.get(..at)?.trim_ascii(), secret.get(at.saturating_add(1)..)?.trim_ascii());
    let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
    let is_name = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let value = value.strip_suffix(b";").unwrap_or(value);
    Some(value).filter(|value| is_name && !value.is_empty())
}

/// Base64 as most programs write it, with padding.
pub(crate) fn padded_base64(bytes: &[u8], alphabet: Alphabet) -> Zeroizing<Vec<u8>> {
    let text = encode_base64(bytes, alphabet);
    let len = text.len().next_multiple_of(4);
    // The room first: a vector that grows would leave the secret behind in freed memory.
    let mut padded = Zeroizing::new(Vec::with_capacity(len));
    padded.extend_from_slice(&text);
    padded.resize(len, b'=');
    padded
}

fn compact(secret: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(secret.len()));
    bytes.extend(secret.iter().filter(|b| !b.is_ascii_whitespace()));
    bytes
}

fn of_utf16(secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, rest) = secret.as_chunks::<2>();
    let is_big = secret.starts_with(b"\xfe\xff") || secret.first() == Some(&0);
    let zeros = pairs.iter().filter(|pair| pair.contains(&0)).count();
    if !rest.is_empty() || zeros == 0 {
        return None;
    }
    let units = pairs.iter().map(|pair| if is_big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    // The room first: a vector that grows would leave the secret behind in freed memory.
    let mut text = Zeroizing::new(Vec::with_capacity(secret.len().saturating_mul(2)));
    for character in char::decode_utf16(units.filter(|unit| *unit != 0xfeff)) {
        text.extend_from_slice(character.ok()?.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Some(text)
}

fn in_utf16(secret: &[u8], bytes_of: fn(u16) -> [u8; 2], mark: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = str::from_utf8(secret).ok()?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(mark.len().saturating_add(secret.len().saturating_mul(2))));
    bytes.extend_from_slice(mark);
    bytes.extend(text.encode_utf16().flat_map(bytes_of));
    Some(bytes)
}

fn within(secret: &[u8], quote: &[u8]) -> Zeroizing<Vec<u8>> {
    joined(&joined(quote, secret), quote)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn has(secret: &[u8], taken: &str, bytes: &[u8]) {
        let forms = forms(secret);
        let found = forms.iter().find(|(name, _)| *name == taken).map(|(_, bytes)| bytes.as_slice());
        assert_eq!(found, Some(bytes), "{taken}");
    }

    #[test]
    fn a_secret_in_the_forms_that_files_lines_and_programs_give_it() {
        has(b"\xef\xbb\xbfs3cret", "without its byte order mark", b"s3cret");
        has(b"\xef\xbb\xbfs3cret\r\n", "without its byte order mark and the newline at its end", b"s3cret");
        has(b"\xff\xfes\x003\x00\r\0\n\0", "from UTF-16", b"s3");
        has(b"SECRET='s3cret'\n", "without the name and `=` in front of it", b"s3cret");
        has(b"export SECRET=s3cret", "without the name and `=` in front of it", b"s3cret");
        has(b"'s3cret'", "without the quotes around it", b"s3cret");
        has(b"czNj\ncmV0", "base64-decoded", b"s3cret");
        has(b"s3cret", "base64-encoded", b"czNjcmV0");
        has(b"s3cret", "hex-encoded, in lower case", b"733363726574");
        has(b"secret: \"s3cret\"\n", "without the name and `:` in front of it", b"s3cret");
        has(b"{\"secret\":\"s3cret\"}", "without the name and `:` in front of it", b"s3cret");
        has(b"my-key:s3cret", "without the name and `:` in front of it", b"s3cret");
        has(b"$env:SECRET = 's3cret'", "without the name and `=` in front of it", b"s3cret");
        has(b"SECRET=\"s3cret\";", "without the name and `=` in front of it", b"s3cret");
        has(b"\"s3cret\",", "without a `,` or `;` behind it", b"s3cret");
        has(b"`s3cret`", "without the backticks or angle brackets around it", b"s3cret");
        has(b"<s3cret>", "without the backticks or angle brackets around it", b"s3cret");
        has("\u{201c}s3cret\u{201d}".as_bytes(), "without the typographic quotes around it", b"s3cret");
        has("s3cret\u{a0}".as_bytes(), "without the no-break or zero-width spaces around it", b"s3cret");
        has("s3cret\u{200b}".as_bytes(), "without the no-break or zero-width spaces around it", b"s3cret");
        has(b"s3cret # of production", "without the comment behind it", b"s3cret");
        has(b"my-key\ns3cret\n", "as its last line alone", b"s3cret");
        has(b"a%2Bb%3D", "percent-decoded", b"a+b=");
        has(b"a b=", "with `+` where it has spaces", b"a+b=");
        has(b"a\\/b\\$", "without its backslashes", b"a/b$");
        has(b"s3cre", "base64-encoded", b"czNjcmU=");
        has(b"s3cre", "base64-encoded, without padding", b"czNjcmU");
        has(b"s3>?e", "base64-encoded in the URL alphabet, without padding", b"czM-P2U");
        has("s\u{15f}".as_bytes(), "in ISO-8859-9", b"s\xfe");
        has("\u{e7}".as_bytes(), "encoded in UTF-8 twice", b"\xc3\x83\xc2\xa7");
        has(
            b"s3cret",
            "as the hex of its SHA-256",
            b"1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0",
        );
        has(b"s3cret", "in UTF-16LE", b"s\x003\0c\0r\0e\0t\0");
    }
}
