//! Signatures and tokens as programs and logs write them (DLGA-16, HASO-11). How one is written is seen, not guessed.

use super::percent;
use super::secret::decode_hex;
use super::text::replaced;
use crate::mac::{Alphabet, TAG_BYTES, TAG_CHARS, Tag, decode_base64};

/// A signature or token as it was presented.
pub(crate) enum Presented {
    /// It is 32 bytes; `taken` says how it must be read where it is not written by the rules.
    Tag { tag: Tag, taken: Option<String> },
    /// It cannot be HMAC-SHA256, however it is read: a clause that says what it is instead.
    Other(String),
}

type Step = fn(&[u8]) -> Option<Vec<u8>>;

/// What a log or a program puts around or into a text, in the order in which it is taken off. Each as it follows *the
/// signature is read*; any number of them may be met.
const WRAPPINGS: [(&str, Step); 13] = [
    ("without the spaces around it", |text| changed(text, text.trim_ascii())),
    ("without a `,` or `;` behind it", |text| text.strip_suffix(b",").or_else(|| text.strip_suffix(b";")).map(owned)),
    ("without Python's `b'…'`", |text| {
        let inside = text.strip_prefix(b"b'").and_then(|text| text.strip_suffix(b"'"));
        inside.or_else(|| text.strip_prefix(b"b\"").and_then(|text| text.strip_suffix(b"\""))).map(owned)
    }),
    ("without the quotes around it", |text| {
        let within = |quote: &[u8]| text.strip_prefix(quote)?.strip_suffix(quote);
        within(b"\"").or_else(|| within(b"'")).or_else(|| within(b"\\\"")).map(owned)
    }),
    ("without a quote behind it", |text| text.strip_suffix(b"\"").or_else(|| text.strip_suffix(b"'")).map(owned)),
    ("without the escapes of JSON", |text| text.contains(&b'\\').then(|| unescaped(text)).flatten()),
    ("percent-decoded", |text| changed(text, &percent::decoded(text)).filter(|_| text.contains(&b'%'))),
    ("without the newline in it", |text| {
        let without: Vec<u8> = text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
        changed(text, &without)
    }),
    ("without HTML entities", |text| {
        let plain = [
            (b"&#43;".as_slice(), b"+".as_slice()),
            (b"&#47;", b"/"),
            (b"&#x2F;", b"/"),
            (b"&#61;", b"="),
            (b"&#x2B;", b"+"),
            (b"&#x3D;", b"="),
        ];
        changed(text, &plain.iter().fold(text.to_vec(), |text, (entity, plain)| replaced(&text, entity, plain)))
    }),
    ("without the brackets around it", |text| {
        let pairs = [("[", "]"), ("<", ">"), ("{", "}"), ("(", ")"), ("`", "`"), ("\u{201c}", "\u{201d}")];
        let within =
            |(open, close): (&str, &str)| text.strip_prefix(open.as_bytes())?.strip_suffix(close.as_bytes()).map(owned);
        pairs.into_iter().find_map(within)
    }),
    ("without the name in front of it", |text| {
        let names = ["sha256=", "SHA256=", "sha-256=", "hmac-sha256=", "signature=", "Signature=", "0x"];
        names.into_iter().find_map(|name| text.strip_prefix(name.as_bytes())).map(owned)
    }),
    ("without what is behind it", |text| {
        let behind = [b"==".as_slice(), b"=.", b"=3D"].into_iter().find(|end| text.ends_with(end))?;
        let len = text.len().checked_sub(behind.len())?;
        Some([text.get(..len)?, b"="].concat())
    }),
    ("with `+` where it has spaces", |text| changed(text, &replaced(text, b" ", b"+"))),
];

/// How 32 bytes are written as text, other than by the rules.
const SPELLINGS: [(&str, Step); 11] = [
    ("as hex instead of base64", |text| Some(decode_hex(text)?.to_vec())),
    ("as hex with dashes, as .NET's BitConverter writes it", |text| separated_hex(text, b'-')),
    ("as hex with colons", |text| separated_hex(text, b':')),
    ("as hex with spaces", |text| separated_hex(text, b' ')),
    ("as hex with `\\x` before each byte", |text| {
        let pairs = text.strip_prefix(b"\\x").map(|text| replaced(text, b"\\x", b"-"))?;
        separated_hex(&pairs, b'-')
    }),
    ("as a list of its bytes in decimal digits", |text| {
        let text = str::from_utf8(text).ok()?.trim_matches(['[', ']']);
        text.split(',')
            .map(|number| {
                let number: i16 = number.trim().parse().ok()?;
                u8::try_from(number).ok().or_else(|| Some(i8::try_from(number).ok()?.cast_unsigned()))
            })
            .collect()
    }),
    ("without padding", |text| without_padding(text, Alphabet::Standard)),
    ("in base64's URL alphabet", |text| Some(decode_base64(text, Alphabet::Url)?.to_vec()).filter(|_| is_padded(text))),
    ("in base64's URL alphabet, without padding", |text| without_padding(text, Alphabet::Url)),
    ("as base64 of its hex digits", |text| Some(decode_hex(&decode_base64(text, Alphabet::Standard)?)?.to_vec())),
    ("as base64 of its base64", |text| {
        decode_base64(text, Alphabet::Standard).and_then(|inner| canonical(inner.trim_ascii()))
    }),
];

/// The longest text that is read as a signature, in bytes. No spelling of 32 bytes is longer.
const LONGEST: usize = 1024;

/// Reads a presented signature or token, by the rules or as one of the known mistakes writes it.
pub(crate) fn read(text: &[u8]) -> Presented {
    if let Ok(tag) = Tag::parse(text) {
        return Presented::Tag { tag, taken: None };
    }
    if text.len() > LONGEST {
        return Presented::Other(format!("is too long: {} characters", text.len()));
    }
    let (mut unwrapped, mut taken) = (text.to_vec(), Vec::new());
    let mut tried = 0_usize;
    loop {
        if let Some((tag, spelled)) = spelled(&unwrapped) {
            taken.extend(spelled);
            return Presented::Tag { tag, taken: (!taken.is_empty()).then(|| taken.join(", ")) };
        }
        tried = tried.saturating_add(1);
        let next = WRAPPINGS.iter().find_map(|(name, step)| Some((*name, step(&unwrapped)?)));
        // Each step makes the text another; the bound ends what would go round.
        let Some((name, bytes)) = next.filter(|_| tried <= WRAPPINGS.len()) else { break };
        taken.push(name);
        unwrapped = bytes;
    }
    Presented::Other(what_it_is(text.trim_ascii()))
}

fn spelled(text: &[u8]) -> Option<(Tag, Option<&'static str>)> {
    if let Ok(tag) = Tag::parse(text) {
        return Some((tag, None));
    }
    SPELLINGS.iter().find_map(|(taken, spelling)| {
        let bytes = <[u8; TAG_BYTES]>::try_from(spelling(text)?).ok()?;
        Some((Tag::from(bytes), Some(*taken)))
    })
}

fn owned(text: &[u8]) -> Vec<u8> {
    text.to_vec()
}

fn changed(text: &[u8], other: &[u8]) -> Option<Vec<u8>> {
    (text != other).then(|| other.to_vec())
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

/// Pairs of hexadecimal digits with something between them.
fn separated_hex(text: &[u8], between: u8) -> Option<Vec<u8>> {
    let pairs: Vec<&[u8]> = text.split(|&b| b == between).collect();
    (pairs.len() > 1 && pairs.iter().all(|pair| pair.len() == 2))
        .then(|| decode_hex(&pairs.concat()))?
        .map(|b| b.to_vec())
}

/// Without `\/`, `\uXXXX` and other escapes.
fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let (mut written, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        if first != b'\\' {
            written.push(first);
            continue;
        }
        let (&escaped, behind) = rest.split_first()?;
        rest = behind;
        match escaped {
            b'u' => {
                let (digits, behind) = rest.split_at_checked(4)?;
                let bytes = decode_hex(digits)?;
                let [0, byte] = *bytes.as_slice() else { return None };
                written.push(byte);
                rest = behind;
            }
            b'n' | b'r' | b't' => {}
            other => written.push(other),
        }
    }
    Some(written)
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
        48 => "HMAC-SHA384",
        64 => "HMAC-SHA512",
        ..TAG_BYTES => "a signature that was cut short",
        _ => "too many",
    };
    format!("has {len} bytes: {kind}; HMAC-SHA256 gives {TAG_BYTES}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Hv/WFxdKyStAC4qtRtd1rXOkXsnqfG0+LyQp2lAMGXM=";

    fn taken(text: &str) -> Option<String> {
        match read(text.as_bytes()) {
            Presented::Tag { tag, taken } => {
                assert_eq!(tag.to_string(), TEXT);
                taken
            }
            Presented::Other(what) => panic!("{text} {what}"),
        }
    }

    #[test]
    fn a_signature_is_read_however_a_log_or_a_program_writes_it() {
        assert_eq!(taken(TEXT), None);
        let bytes = *Tag::parse(TEXT).unwrap().as_bytes();
        let hex = bytes.map(|byte| format!("{byte:02X}"));
        for (text, expected) in [
            (hex.join("-"), "as hex with dashes, as .NET's BitConverter writes it"),
            (hex.join(":"), "as hex with colons"),
            (hex.concat(), "as hex instead of base64"),
            (TEXT.replace('/', "\\/"), "without the escapes of JSON"),
            (TEXT.replace('+', "\\u002B").replace('=', "\\u003D"), "without the escapes of JSON"),
            (format!("\"{TEXT}\""), "without the quotes around it"),
            (format!("b'{TEXT}'"), "without Python's `b'…'`"),
            (format!("{TEXT}\n"), "without the spaces around it"),
            (format!("{TEXT}\""), "without a quote behind it"),
            (
                format!("\"{}\",", TEXT.replace('/', "\\/")),
                "without a `,` or `;` behind it, without the quotes around it, without the escapes of JSON",
            ),
            (format!("[{TEXT}]"), "without the brackets around it"),
            (format!("`{TEXT}`"), "without the brackets around it"),
            (format!("\u{201c}{TEXT}\u{201d}"), "without the brackets around it"),
            (format!("sha256={TEXT}"), "without the name in front of it"),
            (format!("0x{}", hex.concat()), "without the name in front of it, as hex instead of base64"),
            (format!("{TEXT}="), "without what is behind it"),
            (format!("{TEXT}."), "without what is behind it"),
            (TEXT.replace('=', "=3D"), "without what is behind it"),
            (TEXT.replace('+', "&#x2B;"), "without HTML entities"),
            (format!("\\x{}", hex.join("\\x")), "as hex with `\\x` before each byte"),
            (format!("{bytes:?}"), "as a list of its bytes in decimal digits"),
            (format!("{:?}", bytes.map(u8::cast_signed)), "as a list of its bytes in decimal digits"),
            (TEXT.replace('+', " "), "with `+` where it has spaces"),
            (TEXT.replace('+', "%2B").replace('=', "%3d"), "percent-decoded"),
            (TEXT.trim_end_matches('=').to_owned(), "without padding"),
            (TEXT.replace('/', "_").replace('+', "-"), "in base64's URL alphabet"),
        ] {
            assert_eq!(taken(&text).as_deref(), Some(expected), "{text}");
        }
    }
}
