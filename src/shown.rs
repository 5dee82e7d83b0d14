//! Received texts as errors, explanations and the command show them.

/// Whether a character may be shown as it is. Not so are control characters (C0, DEL, C1), line and paragraph
/// separators, characters that change the direction of text, and all others that are invisible or change the ones
/// beside them: combining marks, variation selectors, U+200B, U+FEFF.
pub fn is_printable(character: char) -> bool {
    // Of ASCII all that has a glyph; `escape_debug` would escape quotes and the backslash, which print well.
    matches!(character, ' '..='~') || character.escape_debug().len() == 1
}

/// A text of any origin, safe to show on a terminal and in a log: on one line, what [`is_printable`] does not allow
/// written as Rust does (`\n`, `\u{202e}`), everything else as it is.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_printable(character) {
            escaped.push(character);
        } else {
            escaped.extend(character.escape_default());
        }
    }
    escaped
}

/// A received name or id as an error shows it: what does not print is escaped, so that it stays on one line and
/// tells a terminal nothing; cut after 64 characters.
pub fn shown(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_upon_or_does_not_show_is_escaped() {
        let invisible = [0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x061c, 0xfeff, 0xad, 0x2060, 0xe0001, 0xfe0f, 0x301];
        let controls = (0..0x20).chain(0x7f..0xa0).chain(0x202a..=0x202e).chain(0x2066..=0x2069);
        for character in controls.chain(invisible).filter_map(char::from_u32) {
            let shown = escaped(&format!("a{character}b"));
            assert!(shown.starts_with("a\\") && shown.ends_with('b'), "{shown:?}");
            assert!(shown.chars().all(|shown| shown.is_ascii_graphic()), "{shown:?}");
        }
        assert_eq!(escaped("a\tb\r\n\u{202e}\u{9b}"), r"a\tb\r\n\u{202e}\u{9b}");
    }

    #[test]
    fn what_prints_is_left_as_it_is() {
        let plain = r#" {"ş": "İ/\u003d 😀", 'ı'}⏎ "#;
        assert_eq!(escaped(plain), plain);
    }
}
