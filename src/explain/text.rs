//! Texts as other programs write them.

use std::fmt::Write as _;

use super::secret::decode_hex;

/// With every `%XX` replaced by its byte; anything else as it is.
pub(crate) fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = behind.split_at_checked(2).filter(|_| first == b'%');
        let byte = escaped.and_then(|(digits, after)| Some((*decode_hex(digits)?.first()?, after)));
        let (byte, after) = byte.unwrap_or((first, behind));
        decoded.push(byte);
        rest = after;
    }
    decoded
}

/// With `%XX` for every byte but letters, digits, `-._~` and those in `kept`.
pub(crate) fn percent_encoded(text: &[u8], kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for &byte in text {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// In ISO-8859-9, the one-byte encoding of Turkish; `?` for what it does not have.
pub(crate) fn latin5(text: &str) -> Vec<u8> {
    let byte = |character: char| match character {
        'Ğ' => 0xd0,
        'İ' => 0xdd,
        'Ş' => 0xde,
        'ğ' => 0xf0,
        'ı' => 0xfd,
        'ş' => 0xfe,
        // Icelandic letters, whose places the six have.
        'Ð' | 'Ý' | 'Þ' | 'ð' | 'ý' | 'þ' => b'?',
        other => u8::try_from(other).unwrap_or(b'?'),
    };
    text.chars().map(byte).collect()
}

/// In capitals as Turkish has them: `i` becomes `İ`.
pub(crate) fn upper_turkish(text: &str) -> String {
    text.replace('i', "İ").to_uppercase()
}

/// In small letters as Turkish has them: `I` becomes `ı`, and `İ` becomes `i`.
pub(crate) fn lower_turkish(text: &str) -> String {
    text.replace('I', "ı").replace('İ', "i").to_lowercase()
}

/// JSON with `\uXXXX` for every character that is not ASCII: those stand only in strings.
pub(crate) fn escaped_to_ascii(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// With every occurrence of some bytes replaced by others.
pub(crate) fn replaced(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, behind)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(from) {
            written.extend_from_slice(to);
            rest = after;
        } else {
            written.push(first);
            rest = behind;
        }
    }
    written
}
