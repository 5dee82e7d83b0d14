//! Text in other encodings, both ways: what was received as one and signed as another. Each line serves bodies, secrets
//! and Haso's values alike.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::text::{escaped_to_ascii, replaced};

/// What an encoding makes of some bytes; `None` where it makes nothing of them.
pub(crate) type Encoding = fn(&[u8]) -> Option<Vec<u8>>;

/// The table. A clause follows the name of the part: *the body is in ISO-8859-9*.
pub(crate) const ENCODINGS: [(&str, Encoding); 42] = [
    ("is in ISO-8859-9", |text| Some(one_byte(utf8(text)?, latin5, b'?'))),
    ("is in windows-1254", |text| Some(one_byte(utf8(text)?, windows_1254, b'?'))),
    ("is in ISO-8859-1", |text| Some(one_byte(utf8(text)?, latin1, b'?'))),
    ("is in ASCII, with `?` for other characters", |text| Some(one_byte(utf8(text)?, ascii, b'?'))),
    ("has the low byte of each character alone", |text| {
        Some(
            utf8(text)?
                .chars()
                .map(|c| c.encode_utf16(&mut [0; 2]).iter().map(|u| u.to_le_bytes()[0]).collect::<Vec<_>>())
                .collect::<Vec<_>>()
                .concat(),
        )
    }),
    ("is in UTF-16LE", |text| Some(utf16(utf8(text)?, u16::to_le_bytes, ""))),
    ("is in UTF-16LE, with a byte order mark", |text| Some(utf16(utf8(text)?, u16::to_le_bytes, "\u{feff}"))),
    ("is in UTF-16BE", |text| Some(utf16(utf8(text)?, u16::to_be_bytes, ""))),
    ("is in UTF-16BE, with a byte order mark", |text| Some(utf16(utf8(text)?, u16::to_be_bytes, "\u{feff}"))),
    ("is encoded in UTF-8 twice", |text| Some(of_one_byte(text, char::from))),
    ("is encoded in UTF-8 twice, read as windows-1252", |text| Some(of_one_byte(text, char_of_windows_1252))),
    ("begins with a byte order mark", |text| Some([BYTE_ORDER_MARK, text].concat())),
    ("has no byte order mark", |text| Some(text.strip_prefix(BYTE_ORDER_MARK)?.to_vec())),
    ("has composed letters (NFC)", |text| Some(composed(utf8(text)?).into_bytes())),
    ("has letters and accents apart (NFD)", |text| Some(decomposed(utf8(text)?).into_bytes())),
    ("has letters without accents for the Turkish ones", |text| Some(flattened(utf8(text)?).into_bytes())),
    ("has HTML entities", |text| Some(with_entities(text, b"&#39;"))),
    ("has HTML entities, `&#039;` for `'`", |text| Some(with_entities(text, b"&#039;"))),
    ("has HTML entities also for what is not ASCII", |text| Some(numeric_entities(utf8(text)?))),
    ("has no HTML entities", without_entities),
    ("has `\\uXXXX` where it has characters that are not ASCII", |text| {
        Some(escaped_to_ascii(utf8(text)?, false).into_bytes())
    }),
    // The reverse: what was received in one of these, and signed in UTF-8.
    ("is in UTF-8 instead of ISO-8859-9", |text| Some(of_one_byte(not_utf8(text)?, char_of_latin5))),
    ("is in UTF-8 instead of windows-1254", |text| Some(of_one_byte(not_utf8(text)?, char_of_windows_1254))),
    ("is in UTF-8 instead of ISO-8859-1", |text| Some(of_one_byte(not_utf8(text)?, char::from))),
    ("is in UTF-8 instead of UTF-16", of_utf16),
    ("is encoded in UTF-8 once instead of twice", |text| {
        let once = one_byte_exactly(utf8(text)?, latin1).or_else(|| one_byte_exactly(utf8(text)?, windows_1252))?;
        str::from_utf8(&once).is_ok().then_some(once)
    }),
    ("has U+FFFD where it has bytes that are not UTF-8", |text| {
        Some(String::from_utf8_lossy(not_utf8(text)?).into_owned().into_bytes())
    }),
    ("is in cp857", |text| Some(one_byte(utf8(text)?, |character| of_table(CP857, character), b'?'))),
    ("is in windows-1252", |text| Some(one_byte(utf8(text)?, windows_1252, b'?'))),
    ("has no characters that are not ASCII", |text| Some(utf8(text)?.chars().filter_map(ascii).collect())),
    ("is encoded in UTF-8 twice, read as ISO-8859-9", |text| Some(of_one_byte(text, char_of_latin5))),
    ("is encoded in UTF-8 twice, read as windows-1254", |text| Some(of_one_byte(text, char_of_windows_1254))),
    ("has HTML entities in hex for what is not ASCII", |text| Some(hex_entities(utf8(text)?))),
    ("has HTML entities with names also for Turkish letters", |text| {
        Some(NAMED.iter().fold(with_entities(text, b"&#039;"), |text, (letter, entity)| {
            replaced(&text, letter.as_bytes(), entity.as_bytes())
        }))
    }),
    ("has characters where it has HTML entities", |text| Some(characters_of_entities(utf8(text)?))),
    ("has HTML entities, `&#x27;` for `'`", |text| Some(with_entities(text, b"&#x27;"))),
    ("has HTML entities, `'` as it is", |text| Some(with_entities(text, b"'"))),
    ("has `\\uXXXX` with digits in upper case where it has characters that are not ASCII", |text| {
        Some(escaped_to_ascii(utf8(text)?, true).into_bytes())
    }),
    ("has characters where it has `\\uXXXX`", |text| Some(unescaped_from_ascii(utf8(text)?).into_bytes())),
    ("has a backslash before each quote and backslash", |text| Some(with_backslashes(text))),
    ("has no backslash before its quotes", |text| {
        Some(
            ["'", "\"", "\\"]
                .iter()
                .fold(text.to_vec(), |text, quote| replaced(&text, format!("\\{quote}").as_bytes(), quote.as_bytes())),
        )
    }),
    ("has spaces where it has no-break spaces", |text| Some(replaced(text, "\u{a0}".as_bytes(), b" "))),
];

/// Letters that HTML has names for.
const NAMED: [(&str, &str); 12] = [
    ("Ç", "&Ccedil;"),
    ("ç", "&ccedil;"),
    ("Ö", "&Ouml;"),
    ("ö", "&ouml;"),
    ("Ü", "&Uuml;"),
    ("ü", "&uuml;"),
    ("â", "&acirc;"),
    ("î", "&icirc;"),
    ("û", "&ucirc;"),
    ("é", "&eacute;"),
    ("€", "&euro;"),
    ("\u{a0}", "&nbsp;"),
];

/// What cp857, DOS's code page for Turkish, has at 0x80 to 0xff.
const CP857: &str = "ÇüéâäàåçêëèïîıÄÅÉæÆôöòûùİÖÜø£ØŞşáíóúñÑĞğ¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ºªÊËÈ\u{fffd}ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµ\u{fffd}×ÚÛÙìÿ¯´\u{ad}±\u{fffd}¾¶§÷¸°¨·¹³²■\u{a0}";

/// The byte of a character that is ASCII or in the upper half of a code page.
fn of_table(table: &str, character: char) -> Option<u8> {
    let above = || table.chars().position(|known| known == character && known != '\u{fffd}');
    ascii(character).or_else(|| u8::try_from(above()?).ok()?.checked_add(0x80))
}

pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn utf8(text: &[u8]) -> Option<&str> {
    str::from_utf8(text).ok()
}

fn not_utf8(text: &[u8]) -> Option<&[u8]> {
    str::from_utf8(text).is_err().then_some(text)
}

/// Each character as the byte of a one-byte encoding, `other` for those that it does not have.
fn one_byte(text: &str, byte_of: fn(char) -> Option<u8>, other: u8) -> Vec<u8> {
    text.chars().map(|character| byte_of(character).unwrap_or(other)).collect()
}

fn one_byte_exactly(text: &str, byte_of: fn(char) -> Option<u8>) -> Option<Vec<u8>> {
    text.chars().map(byte_of).collect()
}

fn of_one_byte(text: &[u8], char_of: fn(u8) -> char) -> Vec<u8> {
    text.iter().map(|&byte| char_of(byte)).collect::<String>().into_bytes()
}

fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2], mark: &str) -> Vec<u8> {
    mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes_of).collect()
}

/// UTF-16 of either byte order, with or without its mark.
fn of_utf16(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_chunks::<2>();
    let looks_so =
        pairs.iter().any(|pair| pair.contains(&0)) || text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff");
    if !rest.is_empty() || pairs.is_empty() || !looks_so {
        return None;
    }
    let is_big = text.starts_with(b"\xfe\xff") || text.first() == Some(&0);
    let units = pairs.iter().map(|pair| if is_big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let text: Result<String, _> = char::decode_utf16(units).collect();
    Some(text.ok()?.trim_start_matches('\u{feff}').to_owned().into_bytes())
}

pub(crate) fn ascii(character: char) -> Option<u8> {
    u8::try_from(character).ok().filter(u8::is_ascii)
}

pub(crate) fn latin1(character: char) -> Option<u8> {
    u8::try_from(character).ok()
}

/// The six Turkish letters that ISO-8859-9 has in the places of Icelandic ones.
const TURKISH: [(char, char); 6] = [('Ğ', 'Ð'), ('İ', 'Ý'), ('Ş', 'Þ'), ('ğ', 'ð'), ('ı', 'ý'), ('ş', 'þ')];

pub(crate) fn latin5(character: char) -> Option<u8> {
    match TURKISH.iter().find(|(turkish, icelandic)| character == *turkish || character == *icelandic) {
        Some((turkish, icelandic)) => u8::try_from(*icelandic).ok().filter(|_| character == *turkish),
        None => latin1(character),
    }
}

fn char_of_latin5(byte: u8) -> char {
    let character = char::from(byte);
    TURKISH.iter().find(|(_, icelandic)| character == *icelandic).map_or(character, |(turkish, _)| *turkish)
}

/// What windows-1252 has at 0x80 to 0x9f; U+FFFD where it has nothing. Windows-1254 has the same, but for two.
const WINDOWS: &str = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ";

fn windows(character: char) -> Option<u8> {
    let at = WINDOWS.chars().position(|known| known == character && known != '\u{fffd}')?;
    u8::try_from(at).ok()?.checked_add(0x80)
}

fn char_of_windows(byte: u8) -> Option<char> {
    WINDOWS.chars().nth(usize::from(byte.checked_sub(0x80)?))
}

fn windows_1252(character: char) -> Option<u8> {
    windows(character).or_else(|| latin1(character))
}

pub(crate) fn windows_1254(character: char) -> Option<u8> {
    windows(character).filter(|_| !matches!(character, 'Ž' | 'ž')).or_else(|| latin5(character))
}

fn char_of_windows_1252(byte: u8) -> char {
    char_of_windows(byte).filter(|c| *c != '\u{fffd}').unwrap_or(char::from(byte))
}

fn char_of_windows_1254(byte: u8) -> char {
    char_of_windows(byte).filter(|c| !matches!(c, 'Ž' | 'ž' | '\u{fffd}')).unwrap_or_else(|| char_of_latin5(byte))
}

/// Letters with an accent, each as it is composed, and as base letter and combining accent: those of Turkish and of its
/// neighbours. Letters of other scripts stay as they are.
const ACCENTS: [(&str, &str, char); 7] = [
    ("ÇŞçşĢģ", "CScsGg", '\u{327}'),
    ("ĞğĂă", "GgAa", '\u{306}'),
    ("ÖÜöüÄäËëÏï", "OUouAaEeIi", '\u{308}'),
    ("ÂÎÛâîûÊêÔô", "AIUaiuEeOo", '\u{302}'),
    ("ÁÉÍÓÚáéíóú", "AEIOUaeiou", '\u{301}'),
    ("ÀÈÌÒÙàèìòùÑñ", "AEIOUaeiouNn", '\u{300}'),
    ("İ", "I", '\u{307}'),
];

/// The base and the accent of a letter.
fn parts(letter: char) -> Option<(char, char)> {
    ACCENTS.iter().find_map(|(letters, bases, accent)| {
        let base = letters.chars().zip(bases.chars()).find(|(known, _)| *known == letter).map(|(_, base)| base)?;
        let accent = if matches!(letter, 'Ñ' | 'ñ') { '\u{303}' } else { *accent };
        Some((base, accent))
    })
}

fn decomposed(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        match parts(letter) {
            Some((base, accent)) => written.extend([base, accent]),
            None => written.push(letter),
        }
    }
    written
}

fn composed(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        let is_accent = ('\u{300}'..='\u{36f}').contains(&character);
        let base = written.chars().next_back().filter(|_| is_accent);
        let letter = base.and_then(|base| {
            let all = ACCENTS.iter().flat_map(|(letters, _, _)| letters.chars());
            all.into_iter().find(|letter| parts(*letter) == Some((base, character)))
        });
        match letter {
            Some(letter) => {
                written.pop();
                written.push(letter);
            }
            None => written.push(character),
        }
    }
    written
}

fn flattened(text: &str) -> String {
    let plain = |letter: char| match letter {
        'ı' => 'i',
        letter => parts(letter).map_or(letter, |(base, _)| base),
    };
    text.chars().map(plain).collect()
}

const ENTITIES: [(&[u8], &[u8]); 4] = [(b"&", b"&amp;"), (b"<", b"&lt;"), (b">", b"&gt;"), (b"\"", b"&quot;")];

fn with_entities(text: &[u8], apostrophe: &[u8]) -> Vec<u8> {
    let written = ENTITIES.iter().fold(text.to_vec(), |text, (plain, entity)| replaced(&text, plain, entity));
    replaced(&written, b"'", apostrophe)
}

fn without_entities(text: &[u8]) -> Option<Vec<u8>> {
    text.contains(&b'&').then(|| {
        let text = [b"&#39;".as_slice(), b"&#039;", b"&#x27;", b"&apos;"]
            .iter()
            .fold(text.to_vec(), |text, entity| replaced(&text, entity, b"'"));
        ENTITIES.iter().rev().fold(text, |text, (plain, entity)| replaced(&text, entity, plain))
    })
}

fn numeric_entities(text: &str) -> Vec<u8> {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            written.push(character);
        } else {
            // Writing to a `String` cannot fail.
            let _ = write!(written, "&#{};", u32::from(character));
        }
    }
    written.into_bytes()
}

fn hex_entities(text: &str) -> Vec<u8> {
    let entity = |character: char| format!("&#x{:X};", u32::from(character));
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { entity(c) }).collect::<String>().into_bytes()
}

/// Entities as numbers, in either base, and those of [`NAMED`] and [`ENTITIES`].
fn characters_of_entities(text: &str) -> Vec<u8> {
    let (mut written, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once("&#") {
        written.push_str(before);
        let number = behind.split_once(';').and_then(|(digits, behind)| {
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            Some((char::from_u32(number.ok()?)?, behind))
        });
        if let Some((character, behind)) = number {
            written.push(character);
            rest = behind;
        } else {
            written.push_str("&#");
            rest = behind;
        }
    }
    written.push_str(rest);
    let named = NAMED
        .iter()
        .fold(written.into_bytes(), |text, (letter, entity)| replaced(&text, entity.as_bytes(), letter.as_bytes()));
    without_entities(&named).unwrap_or(named)
}

/// Each `\uXXXX` as its character; what is none stays.
fn unescaped_from_ascii(text: &str) -> String {
    let (mut units, mut rest): (Vec<u16>, _) = (Vec::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once("\\u") {
        units.extend(before.encode_utf16());
        let unit = behind.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        units.extend(unit.map_or_else(|| "\\u".encode_utf16().collect(), |unit| vec![unit]));
        rest = behind.get(if unit.is_some() { 4 } else { 0 }..).unwrap_or_default();
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}

fn with_backslashes(text: &[u8]) -> Vec<u8> {
    [b"\\".as_slice(), b"'", b"\""]
        .iter()
        .fold(text.to_vec(), |text, quote| replaced(&text, quote, &[b"\\", *quote].concat()))
}

/// Each encoding that makes another text of this one, with its clause.
pub(crate) fn encoded(text: &[u8], take: &mut dyn FnMut(Cow<'static, str>, Vec<u8>) -> bool) {
    for (clause, encoding) in ENCODINGS {
        if let Some(written) = encoding(text)
            && written != text
            && !take(clause.into(), written)
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(clause: &str, text: &[u8]) -> Option<Vec<u8>> {
        ENCODINGS.iter().find(|(name, _)| *name == clause).and_then(|(_, encoding)| encoding(text))
    }

    #[test]
    fn turkish_letters_in_one_byte_each() {
        assert_eq!(of("is in ISO-8859-9", "ĞİŞğışÇ".as_bytes()).unwrap(), b"\xd0\xdd\xde\xf0\xfd\xfe\xc7");
        assert_eq!(of("is in windows-1254", "€ş".as_bytes()).unwrap(), b"\x80\xfe");
        assert_eq!(of("is in ISO-8859-1", "çş".as_bytes()).unwrap(), b"\xe7?");
        assert_eq!(of("is in UTF-8 instead of ISO-8859-9", b"\xfe").unwrap(), "ş".as_bytes());
        assert_eq!(of("is in UTF-8 instead of windows-1254", b"\x80\xfe").unwrap(), "€ş".as_bytes());
        assert_eq!(of("is in UTF-8 instead of ISO-8859-9", "ş".as_bytes()), None);
    }

    #[test]
    fn utf_16_and_twice_utf_8_both_ways() {
        assert_eq!(of("is in UTF-16LE, with a byte order mark", b"a").unwrap(), b"\xff\xfea\0");
        assert_eq!(of("is in UTF-16BE", "ş".as_bytes()).unwrap(), b"\x01\x5f");
        for text in [b"\xff\xfea\0".as_slice(), b"a\0", b"\0a", b"\xfe\xff\0a"] {
            assert_eq!(of("is in UTF-8 instead of UTF-16", text).unwrap(), b"a");
        }
        let twice = of("is encoded in UTF-8 twice", "ş".as_bytes()).unwrap();
        assert_eq!(twice, "Å\u{9f}".as_bytes());
        assert_eq!(of("is encoded in UTF-8 once instead of twice", &twice).unwrap(), "ş".as_bytes());
        let windows = of("is encoded in UTF-8 twice, read as windows-1252", "ş".as_bytes()).unwrap();
        assert_eq!(windows, "ÅŸ".as_bytes());
        assert_eq!(of("is encoded in UTF-8 once instead of twice", &windows).unwrap(), "ş".as_bytes());
    }

    #[test]
    fn accents_apart_together_and_left_out() {
        let apart = of("has letters and accents apart (NFD)", "İşğüñ".as_bytes()).unwrap();
        assert_eq!(apart, "I\u{307}s\u{327}g\u{306}u\u{308}n\u{303}".as_bytes());
        assert_eq!(of("has composed letters (NFC)", &apart).unwrap(), "İşğüñ".as_bytes());
        assert_eq!(of("has letters without accents for the Turkish ones", "Işığı".as_bytes()).unwrap(), b"Isigi");
    }

    #[test]
    fn entities_both_ways() {
        assert_eq!(of("has HTML entities", b"a&'\"<").unwrap(), b"a&amp;&#39;&quot;&lt;");
        assert_eq!(of("has no HTML entities", b"a&amp;&#039;&quot;&lt;&amp;lt;").unwrap(), b"a&'\"<&lt;");
    }
}
