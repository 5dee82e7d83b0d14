//! JSON that can be shown on a terminal: it means the same as any other, and has no character that a terminal
//! acts upon or does not show.

use std::io::{self, Write};

use imza::shown::is_printable;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Writes a value as JSON.
pub(super) fn write(to: &mut Vec<u8>, value: &impl Serialize) {
    // Writing to a vector cannot fail, and what is written here has no map with other keys than texts.
    let _ = value.serialize(&mut Serializer::with_formatter(to, Printable));
}

/// Writes JSON that is there already.
pub(super) fn write_json(to: &mut Vec<u8>, json: &str) {
    // Nor can this.
    let _ = write_fragment(to, json);
}

/// JSON, or a part of one of its texts.
fn write_fragment<W: Write + ?Sized>(writer: &mut W, json: &str) -> io::Result<()> {
    if json.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return writer.write_all(json.as_bytes());
    }
    let mut utf_16 = [0; 2];
    for character in json.chars() {
        match character {
            // JSON has these between two tokens only.
            '\0'..' ' => writer.write_all(b" ")?,
            character if is_printable(character) => write!(writer, "{character}")?,
            // All others are within texts.
            character => {
                character.encode_utf16(&mut utf_16).iter().try_for_each(|unit| write!(writer, "\\u{unit:04x}"))?;
            }
        }
    }
    Ok(())
}

struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_fragment(writer, fragment)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    fn written(json: &str) -> String {
        let mut to = Vec::new();
        super::write_json(&mut to, json);
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn what_does_not_print_is_escaped_and_means_the_same() {
        for code in (0x7f..0xa0).chain([0x202e, 0x200b, 0x200f, 0x2028, 0x061c, 0xfeff, 0xad, 0xe0001, 0x301, 0x1_d173])
        {
            let text = format!("a{}\"\\\u{9b}ş", char::from_u32(code).unwrap());
            let mut json = Vec::new();
            super::write(&mut json, &text);
            let json = String::from_utf8(json).unwrap();
            assert!(json.chars().all(|c| matches!(c, ' '..='~' | 'ş')), "{json}");
            assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), Value::from(text.clone()));
            let raw = serde_json::to_string(&text).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&written(&raw)).unwrap(), Value::from(text));
        }
    }

    #[test]
    fn whitespace_between_tokens_is_spaces() {
        assert_eq!(written("{\"a\":\r\n\t1}"), "{\"a\":   1}");
        assert_eq!(written("\"ş\\n\""), "\"ş\\n\"");
    }
}
