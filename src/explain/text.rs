//! Texts as other programs write them.

use std::fmt::Write as _;

/// In capitals as Turkish has them: `i` becomes `İ`.
pub(crate) fn upper_turkish(text: &str) -> String {
    text.replace('i', "İ").to_uppercase()
}

/// In small letters as Turkish has them: `I` becomes `ı`, and `İ` becomes `i`.
pub(crate) fn lower_turkish(text: &str) -> String {
    text.replace('I', "ı").replace('İ', "i").to_lowercase()
}

/// JSON with `\uXXXX` for every character that is not ASCII, with digits in `upper` or lower case: those stand only in strings.
pub(crate) fn escaped_to_ascii(json: &str, upper: bool) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = if upper { write!(escaped, "\\u{unit:04X}") } else { write!(escaped, "\\u{unit:04x}") };
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
