//! JSON as recordings hold it: read once, borrowed from its text, every fault with its place.
//!
//! Objects and lists are what they say: nothing is found by its position. What is read nests at most
//! [`DEEPEST`] levels, so no text makes the stack grow.

use std::borrow::Cow;
use std::fmt;

use super::text::{Text, end_of_text, quote_or_escape};

/// How deep objects and lists may nest.
pub(super) const DEEPEST: usize = 128;

/// What is said of an escape that no text in UTF-8 can have.
pub(super) const HALF: &str = "is half of a surrogate pair, which is not a character";

/// What is wrong, and at which byte, from 0.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    pub(super) what: String,
}

impl Fault {
    pub(super) fn new(at: usize, what: impl Into<String>) -> Self {
        Self { at, what: what.into() }
    }
}

/// The kinds of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    List,
    Text,
    Number,
    Flag,
    Null,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Flag => "true or false",
            Self::Null => "null",
        })
    }
}

/// The name of a member, and where it begins.
pub(super) struct Name<'a> {
    pub(super) text: Text<'a>,
    pub(super) at: usize,
}

/// A place within a text of JSON.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    is_lenient: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0, is_lenient: false }
    }

    /// Reads a text from one of its bytes on.
    pub(super) fn from(text: &'a str, at: usize) -> Self {
        Self { at, ..Self::new(text) }
    }

    /// Reads wrong escapes as U+FFFD: for a look at what is damaged.
    pub(super) fn lenient(text: &'a str) -> Self {
        Self { is_lenient: true, ..Self::new(text) }
    }

    /// Where the next value begins.
    pub(super) fn place(&mut self) -> usize {
        self.skip_whitespace();
        self.at
    }

    /// What the next value is.
    pub(super) fn kind(&mut self) -> Result<Kind, Fault> {
        self.skip_whitespace();
        match self.peek() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::List),
            Some(b'"') => Ok(Kind::Text),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b't' | b'f') => Ok(Kind::Flag),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    /// A fault of the next value: it is of another kind than it should be.
    pub(super) fn wrong_kind(&mut self, expected: &str) -> Fault {
        let at = self.place();
        match self.kind() {
            Ok(kind) => Fault::new(at, format!("{expected}, and here is {kind}")),
            Err(fault) => fault,
        }
    }

    /// Passes over `null`, where that is the next value.
    pub(super) fn null(&mut self) -> Result<bool, Fault> {
        if self.kind()? != Kind::Null {
            return Ok(false);
        }
        self.value().map(|_null| true)
    }

    /// The members of an object, in order; `take` reads the value of each. `what` is said where this is no object.
    pub(super) fn members(
        &mut self,
        what: &str,
        mut take: impl FnMut(Name<'a>, &mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.kind()? != Kind::Object {
            return Err(self.wrong_kind(what));
        }
        self.enter()?;
        self.each(b'}', &mut |reader| {
            let at = reader.place();
            reader.quote()?;
            let text = reader.string("")?.into();
            reader.colon()?;
            take(Name { text, at }, reader)
        })
    }

    /// The items of a list, in order; `take` reads each. `what` is said where this is no list.
    pub(super) fn items(
        &mut self,
        what: &str,
        mut take: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.kind()? != Kind::List {
            return Err(self.wrong_kind(what));
        }
        self.enter()?;
        self.each(b']', &mut take)
    }

    /// A text; borrowed unless it holds escapes. `what` is said where this is none.
    pub(super) fn string(&mut self, what: &str) -> Result<Cow<'a, str>, Fault> {
        if self.kind()? != Kind::Text {
            return Err(self.wrong_kind(what));
        }
        let begin = self.at;
        self.at = self.at.saturating_add(1);
        let mut unescaped = String::new();
        loop {
            let piece = self.piece(begin)?;
            if self.peek() != Some(b'"') {
                if unescaped.is_empty() {
                    // No escape is shorter than what it stands for.
                    unescaped.reserve_exact(piece.len().saturating_add(end_of_text(self.rest()).unwrap_or_default()));
                }
                unescaped.push_str(piece);
                unescaped.push(self.escape()?);
                continue;
            }
            self.at = self.at.saturating_add(1);
            if unescaped.is_empty() {
                return Ok(Cow::Borrowed(piece));
            }
            unescaped.push_str(piece);
            return Ok(Cow::Owned(unescaped));
        }
    }

    /// The text of the next value, which is read through and is right.
    pub(super) fn value(&mut self) -> Result<&'a str, Fault> {
        let kind = self.kind()?;
        let begin = self.at;
        match kind {
            Kind::Object => {
                self.enter()?;
                self.each(b'}', &mut |reader| {
                    reader.quote()?;
                    reader.pass_string()?;
                    reader.colon()?;
                    reader.value().map(drop)
                })?;
            }
            Kind::List => {
                self.enter()?;
                self.each(b']', &mut |reader| reader.value().map(drop))?;
            }
            Kind::Text => self.pass_string()?,
            Kind::Number => self.number()?,
            Kind::Flag | Kind::Null => self.word()?,
        }
        Ok(self.text.get(begin..self.at).unwrap_or_default())
    }

    /// Nothing but whitespace follows.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        self.skip_whitespace();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Fault::new(self.at, "something follows the record on its line; write one record a line")),
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at = self.at.saturating_add(1);
        }
    }

    /// A fault here: something else than what belongs here.
    fn unexpected(&self, expected: &str) -> Fault {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => self.ends(&format!("where {expected} belongs")),
            Some(c) => {
                Fault::new(self.at, format!("this is not JSON: {expected} belongs here, not `{}`", c.escape_debug()))
            }
        }
    }

    /// A fault at the last byte: there is no more.
    fn ends(&self, why: &str) -> Fault {
        Fault::new(self.text.len().saturating_sub(1), format!("the JSON ends in the middle, {why}"))
    }

    /// Goes into an object or a list.
    fn enter(&mut self) -> Result<(), Fault> {
        if self.depth >= DEEPEST {
            return Err(Fault::new(self.at, format!("the JSON is nested more than {DEEPEST} levels deep")));
        }
        self.depth = self.depth.saturating_add(1);
        self.at = self.at.saturating_add(1);
        Ok(())
    }

    /// What stands between two brackets, piece by piece, and the closing one.
    fn each(&mut self, close: u8, take: &mut dyn FnMut(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.skip_whitespace();
        if self.peek() != Some(close) {
            loop {
                take(self)?;
                self.skip_whitespace();
                match self.peek() {
                    Some(b',') => self.at = self.at.saturating_add(1),
                    Some(byte) if byte == close => break,
                    _ => return Err(self.unexpected(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" })),
                }
            }
        }
        self.at = self.at.saturating_add(1);
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// The name of a member is next.
    fn quote(&mut self) -> Result<(), Fault> {
        self.skip_whitespace();
        if self.peek() == Some(b'"') { Ok(()) } else { Err(self.unexpected("the name of a member")) }
    }

    fn colon(&mut self) -> Result<(), Fault> {
        self.skip_whitespace();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at = self.at.saturating_add(1);
        Ok(())
    }

    /// What of a text stands before its next quote or escape.
    fn piece(&mut self, begin: usize) -> Result<&'a str, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(length) = quote_or_escape(rest.as_bytes()) else {
            let column = begin.saturating_add(1);
            return Err(self.ends(&format!("within the text that begins at column {column}")));
        };
        let piece = rest.get(..length).unwrap_or_default();
        // The least byte is found by vectors.
        if piece.bytes().fold(u8::MAX, u8::min) < b' ' && !self.is_lenient {
            let within = piece.bytes().position(|byte| byte < b' ').unwrap_or_default();
            let fault = "a control character within a text is written as an escape, such as \\n";
            return Err(Fault::new(self.at.saturating_add(within), fault));
        }
        self.at = self.at.saturating_add(length);
        Ok(piece)
    }

    /// Passes over a text, whose quote is next.
    fn pass_string(&mut self) -> Result<(), Fault> {
        let begin = self.at;
        self.at = self.at.saturating_add(1);
        loop {
            self.piece(begin)?;
            if self.peek() == Some(b'"') {
                self.at = self.at.saturating_add(1);
                return Ok(());
            }
            // Half of a surrogate pair is no character, but a text that is not read may have it.
            let at = self.at;
            if let Err(fault) = self.escape()
                && self.at == at
            {
                return Err(fault);
            }
        }
    }

    /// The character that an escape means.
    fn escape(&mut self) -> Result<char, Fault> {
        let (at, rest) = (self.at, self.rest());
        let simple = match rest.get(1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ if self.is_lenient => {
                self.at = at.saturating_add(1);
                return Ok(char::REPLACEMENT_CHARACTER);
            }
            _ => {
                let c = self.text.get(at.saturating_add(1)..).and_then(|rest| rest.chars().next());
                let c = c.map(|c| c.escape_debug().to_string()).unwrap_or_default();
                return Err(Fault::new(at, format!("`\\{c}` is not an escape of JSON")));
            }
        };
        self.at = at.saturating_add(r"\n".len());
        Ok(simple)
    }

    /// `\u` with four hex digits, or two of them for one character (RFC 8259, section 7).
    fn unicode_escape(&mut self) -> Result<char, Fault> {
        const LENGTH: usize = r"\uffff".len();
        let unit = |escape: &[u8]| {
            let digits = escape.strip_prefix(br"\u")?;
            digits.iter().try_fold(0_u32, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
        };
        let at = self.at;
        let Some(first) = self.rest().get(..LENGTH).and_then(unit) else {
            if self.is_lenient {
                self.at = at.saturating_add(r"\u".len());
                return Ok(char::REPLACEMENT_CHARACTER);
            }
            return Err(Fault::new(at, r"`\u` needs four hex digits"));
        };
        self.at = at.saturating_add(LENGTH);
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let second = self.rest().get(..LENGTH).and_then(unit);
        let pair = match (u16::try_from(first), second.map(u16::try_from)) {
            (Ok(first), Some(Ok(second))) => char::decode_utf16([first, second]).next().and_then(Result::ok),
            _ => None,
        };
        match pair {
            Some(c) => {
                self.at = self.at.saturating_add(LENGTH);
                Ok(c)
            }
            None if self.is_lenient => Ok(char::REPLACEMENT_CHARACTER),
            None => Err(Fault::new(at, format!("`\\u{first:04x}` {HALF}"))),
        }
    }

    /// A number (RFC 8259, section 6).
    fn number(&mut self) -> Result<(), Fault> {
        let begin = self.at;
        let mut take = |allowed: fn(&u8) -> bool| {
            let count =
                self.text.as_bytes().get(self.at..).unwrap_or_default().iter().take_while(|b| allowed(b)).count();
            self.at = self.at.saturating_add(count);
            count
        };
        take(|&b| b == b'-');
        take(u8::is_ascii_digit);
        if take(|&b| b == b'.') > 0 {
            take(u8::is_ascii_digit);
        }
        if take(|&b| matches!(b, b'e' | b'E')) > 0 {
            take(|&b| matches!(b, b'+' | b'-'));
            take(u8::is_ascii_digit);
        }
        if is_number(self.text.get(begin..self.at).unwrap_or_default()) {
            Ok(())
        } else {
            Err(Fault::new(begin, "this is not a number of JSON"))
        }
    }

    fn word(&mut self) -> Result<(), Fault> {
        match ["true", "false", "null"].into_iter().find(|word| self.rest().starts_with(word.as_bytes())) {
            Some(word) => {
                self.at = self.at.saturating_add(word.len());
                Ok(())
            }
            None => Err(self.unexpected("a value")),
        }
    }
}

/// Whether digits, signs and points in the right order, but in any number, are a number of JSON.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    fn read(text: &str) -> Result<&str, Fault> {
        let mut reader = Reader::new(text);
        let value = reader.value()?;
        reader.end().map(|()| value)
    }

    /// Every change of one place in some texts is accepted by `serde_json` and here, or by neither.
    #[test]
    fn what_is_json_here_is_json_elsewhere() {
        let texts = [
            r#" {"a": [1, -0.5e+7, true, false, null, {}, []], "ş\u00fc\ud83d\ude00\n\"\\\/": "x"} "#,
            "[0,10,-1,1.0,1E2,\"\",{\"a\":{\"b\":[]}}]",
            "\"plain\"",
            "-0",
        ];
        let pieces = [
            "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\\u12", "\\ud83d", "\\x", "0", "-", ".", "e", "t",
            "\u{1}", "ş",
        ];
        let (mut accepted, mut refused) = (0, 0);
        for text in texts {
            for (place, _) in text.char_indices() {
                let (before, behind) = text.split_at(place);
                let mut without = behind.chars();
                without.next();
                let without = without.as_str();
                let changed = pieces
                    .iter()
                    .flat_map(|piece| [format!("{before}{piece}{behind}"), format!("{before}{piece}{without}")]);
                for text in changed.chain([before.to_owned(), format!("{before}{without}")]) {
                    let there = serde_json::from_str::<IgnoredAny>(&text);
                    let here = read(&text);
                    assert_eq!(here.is_ok(), there.is_ok(), "{text:?}: {here:?}, {there:?}");
                    match here {
                        Ok(_) => accepted += 1,
                        Err(fault) => {
                            assert!(fault.at <= text.len(), "{text:?}: {fault:?}");
                            refused += 1;
                        }
                    }
                    let there = serde_json::from_str::<String>(&text);
                    let mut reader = Reader::new(&text);
                    let here = reader.string("a text").and_then(|text| reader.end().map(|()| text));
                    assert_eq!(here.as_deref().ok(), there.as_deref().ok(), "{text:?}: {here:?}, {there:?}");
                }
            }
        }
        assert!(accepted > 200 && refused > 2000, "{accepted} {refused}");
    }

    #[test]
    fn a_fault_is_said_in_plain_words_and_has_its_place() {
        for (text, column, what) in [
            ("", 1, "the JSON ends in the middle, where a value belongs"),
            ("{\"a\":", 5, "the JSON ends in the middle, where a value belongs"),
            ("{\"a\" 1}", 6, "this is not JSON: `:` belongs here, not `1`"),
            ("[1 2]", 4, "this is not JSON: `,` or `]` belongs here, not `2`"),
            ("{\"a\":1,}", 8, "this is not JSON: the name of a member belongs here, not `}`"),
            ("{1:2}", 2, "this is not JSON: the name of a member belongs here, not `1`"),
            ("[1]x", 4, "something follows the record on its line; write one record a line"),
            ("[\"a\\x\"]", 4, "`\\x` is not an escape of JSON"),
            ("[\"\\u12\"]", 3, "`\\u` needs four hex digits"),
            ("[\"a\u{1}\"]", 4, "a control character within a text is written as an escape, such as \\n"),
            ("[\"a", 3, "the JSON ends in the middle, within the text that begins at column 2"),
            ("[01]", 2, "this is not a number of JSON"),
            ("ş", 1, "this is not JSON: a value belongs here, not `ş`"),
        ] {
            let fault = read(text).unwrap_err();
            assert_eq!(fault.at + 1, column, "{text}: {fault:?}");
            assert!(fault.what.starts_with(what), "{text}: {fault:?}");
        }
    }

    #[test]
    fn what_is_nested_deeper_than_the_bound_is_refused_and_the_stack_stays_small() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(read(&nested(DEEPEST)).is_ok());
        assert_eq!(read(&nested(DEEPEST + 1)).unwrap_err().at, DEEPEST);
        assert_eq!(read(&"{\"a\":".repeat(1_000_000)).unwrap_err().at, DEEPEST * 5);
    }

    #[test]
    fn a_lenient_reader_reads_on_behind_what_is_wrong() {
        let text = r#"["a\vb\ud800\uzz","c"]"#;
        let mut texts = Vec::new();
        let read = |texts: &mut Vec<String>, mut reader: Reader| {
            reader.items("", |reader| reader.string("").map(|text| texts.push(text.into_owned())))
        };
        assert!(read(&mut texts, Reader::new(text)).is_err());
        texts.clear();
        read(&mut texts, Reader::lenient(text)).unwrap();
        assert_eq!(texts, ["a\u{fffd}vb\u{fffd}\u{fffd}zz", "c"]);
    }
}
