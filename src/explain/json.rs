//! JSON as other programs write it. A program is a row of [`WRITERS`]; what a row can differ in is a table of its own:
//! [`SPACINGS`], [`ESCAPES`], [`MEMBERS`] and [`NUMBERS`]. A variant is named by what differs from the received text, not
//! by the program.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};

use super::differences::Differences;

/// The deepest nesting that is written again.
const DEEPEST: usize = 32;

/// How the tokens are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spacing {
    /// What each level is indented by, each member on its line; `None` for all on one line.
    indent: Option<&'static str>,
    line_end: &'static str,
    colon: &'static str,
    comma: &'static str,
}

const fn on_one_line(colon: &'static str, comma: &'static str) -> Spacing {
    Spacing { indent: None, line_end: "", colon, comma }
}

const fn indented(indent: &'static str, line_end: &'static str, colon: &'static str) -> Spacing {
    Spacing { indent: Some(indent), line_end, colon, comma: "," }
}

const COMPACT: usize = 0;
const AFTER_BOTH: usize = 1;
const BY_2: usize = 3;
const BY_4: usize = 4;
const BY_2_CR_LF: usize = 9;
const BY_2_AROUND: usize = 6;

/// The known ways, each as it follows *the body is*.
const SPACINGS: [(&str, Spacing); 19] = [
    ("compact JSON", on_one_line(":", ",")),
    ("JSON on one line, with a space after `:` and `,`", on_one_line(": ", ", ")),
    ("JSON on one line, with spaces around `:` and after `,`", on_one_line(" : ", ", ")),
    ("JSON indented by 2 spaces", indented("  ", "\n", ": ")),
    ("JSON indented by 4 spaces", indented("    ", "\n", ": ")),
    ("JSON indented by tabs", indented("\t", "\n", ": ")),
    ("JSON indented by 2 spaces, with spaces around `:`", indented("  ", "\n", " : ")),
    ("JSON indented by 4 spaces, with spaces around `:`", indented("    ", "\n", " : ")),
    ("JSON indented by tabs, with spaces around `:`", indented("\t", "\n", " : ")),
    ("JSON indented by 2 spaces, with CR LF", indented("  ", "\r\n", ": ")),
    ("JSON indented by 4 spaces, with CR LF", indented("    ", "\r\n", ": ")),
    ("JSON indented by tabs, with CR LF", indented("\t", "\r\n", ": ")),
    ("JSON indented by 2 spaces, with CR LF and spaces around `:`", indented("  ", "\r\n", " : ")),
    ("JSON indented by 4 spaces, with CR LF and spaces around `:`", indented("    ", "\r\n", " : ")),
    ("JSON indented by tabs, with CR LF and spaces around `:`", indented("\t", "\r\n", " : ")),
    ("JSON on one line, with a space after `:`", on_one_line(": ", ",")),
    ("JSON on one line, with a space after `,`", on_one_line(":", ", ")),
    ("JSON indented by 1 space", indented(" ", "\n", ": ")),
    ("JSON indented by 3 spaces", indented("   ", "\n", ": ")),
];

/// Which characters a writer escapes that JSON does not ask it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a character, or is not")]
struct Escapes {
    /// `/` as `\/`.
    slash: bool,
    /// ASCII characters written as `\u00XX`.
    ascii: &'static str,
    /// All that is not ASCII, as `\uXXXX`.
    non_ascii: bool,
    /// U+2028 and U+2029, which JavaScript once took for line ends.
    line_separators: bool,
    /// Hexadecimal digits in upper case.
    upper: bool,
}

const NO_ESCAPES: Escapes = Escapes { slash: false, ascii: "", non_ascii: false, line_separators: false, upper: false };

const PLAIN: usize = 0;
const SLASH_AND_U: usize = 1;
const SLASH: usize = 2;
const U: usize = 3;
const HTML: usize = 5;
const LINES: usize = 6;
const GSON: usize = 7;
const DOT_NET: usize = 8;
const U_UPPER: usize = 4;
const HTML_QUOTES: usize = 9;
const PHP_HEX: usize = 10;
const PHP_HEX_U: usize = 11;
const SLASH_AND_LINES: usize = 12;

const ESCAPES: [Escapes; 13] = [
    NO_ESCAPES,
    Escapes { slash: true, non_ascii: true, ..NO_ESCAPES },
    Escapes { slash: true, line_separators: true, ..NO_ESCAPES },
    Escapes { non_ascii: true, ..NO_ESCAPES },
    Escapes { non_ascii: true, upper: true, ..NO_ESCAPES },
    Escapes { ascii: "&<>", line_separators: true, ..NO_ESCAPES },
    Escapes { line_separators: true, ..NO_ESCAPES },
    Escapes { ascii: "&<>='", line_separators: true, ..NO_ESCAPES },
    Escapes { ascii: "&<>'\"+`\x7f", non_ascii: true, upper: true, ..NO_ESCAPES },
    Escapes { ascii: "&<>'\"", line_separators: true, ..NO_ESCAPES },
    Escapes { slash: true, ascii: "&<>'\"", line_separators: true, upper: true, ..NO_ESCAPES },
    Escapes { slash: true, ascii: "&<>'\"", non_ascii: true, upper: true, ..NO_ESCAPES },
    Escapes { slash: true, ascii: "", non_ascii: false, line_separators: true, upper: false },
];

/// Which members an object has, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Members {
    AsReceived,
    Sorted,
    IntegersFirst,
    WithoutNulls,
}

const MEMBERS: [(&str, Members); 3] = [
    ("has the names of its objects sorted", Members::Sorted),
    ("has names that are integers first", Members::IntegersFirst),
    ("has no members that are null", Members::WithoutNulls),
];

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Numbers {
    AsReceived,
    /// The shortest form, as JavaScript, Go and `.NET` have it: `1.0` is `1`, `1E2` is `100`.
    Shortest,
    /// As Python's and Java's floating-point numbers: `10.50` is `10.5`, `1E2` is `100.0`, `1.0` stays.
    Float,
    /// As Gson reads numbers into a map: `1` is `1.0`.
    Double,
    /// With two decimals, as a database's amounts: `1` is `1.00`.
    TwoDecimals,
    /// Within quotes.
    Text,
    /// Out of quotes, as PHP's `JSON_NUMERIC_CHECK` does.
    OfTexts,
}

const NUMBERS: [Numbers; 6] =
    [Numbers::Shortest, Numbers::Float, Numbers::Double, Numbers::TwoDecimals, Numbers::Text, Numbers::OfTexts];

/// A way to write JSON. `None` keeps what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Writer {
    spacing: Option<usize>,
    escapes: Option<usize>,
    members: Members,
    numbers: Numbers,
    end: &'static str,
}

const AS_RECEIVED: Writer =
    Writer { spacing: None, escapes: None, members: Members::AsReceived, numbers: Numbers::AsReceived, end: "" };

const fn writer(spacing: usize, escapes: usize) -> Writer {
    Writer { spacing: Some(spacing), escapes: Some(escapes), ..AS_RECEIVED }
}

const fn sorted(writer: Writer) -> Writer {
    Writer { members: Members::Sorted, ..writer }
}

const fn numbers(numbers: Numbers, writer: Writer) -> Writer {
    Writer { numbers, ..writer }
}

const fn ended(writer: Writer) -> Writer {
    Writer { end: "\n", ..writer }
}

/// Programs and their usual settings, the likeliest first.
const WRITERS: [(&str, Writer); 41] = [
    ("JavaScript's JSON.stringify", numbers(Numbers::Shortest, writer(COMPACT, PLAIN))),
    (
        "JavaScript's JSON.stringify",
        Writer { members: Members::IntegersFirst, ..numbers(Numbers::Shortest, writer(COMPACT, PLAIN)) },
    ),
    ("JavaScript's JSON.stringify, indented by 2", numbers(Numbers::Shortest, writer(BY_2, PLAIN))),
    ("JavaScript's JSON.stringify, indented by 4", numbers(Numbers::Shortest, writer(BY_4, PLAIN))),
    ("PHP's json_encode", numbers(Numbers::Float, writer(COMPACT, SLASH_AND_U))),
    ("PHP's json_encode, JSON_UNESCAPED_SLASHES", numbers(Numbers::Float, writer(COMPACT, U))),
    ("PHP's json_encode, JSON_UNESCAPED_UNICODE", numbers(Numbers::Float, writer(COMPACT, SLASH))),
    ("PHP's json_encode, both unescaped", numbers(Numbers::Float, writer(COMPACT, LINES))),
    ("PHP's json_encode, JSON_PRETTY_PRINT", numbers(Numbers::Float, writer(BY_4, SLASH_AND_U))),
    ("PHP's json_encode, JSON_PRETTY_PRINT, both unescaped", numbers(Numbers::Float, writer(BY_4, LINES))),
    ("PHP's json_encode, JSON_PRETTY_PRINT, JSON_UNESCAPED_UNICODE", numbers(Numbers::Float, writer(BY_4, SLASH))),
    ("PHP's json_encode, JSON_PRETTY_PRINT, JSON_UNESCAPED_SLASHES", numbers(Numbers::Float, writer(BY_4, U))),
    ("PHP's json_encode, JSON_HEX_*", numbers(Numbers::Float, writer(COMPACT, PHP_HEX_U))),
    ("PHP's json_encode, JSON_HEX_*, JSON_UNESCAPED_UNICODE", numbers(Numbers::Float, writer(COMPACT, PHP_HEX))),
    ("PHP's json_encode, JSON_NUMERIC_CHECK", numbers(Numbers::OfTexts, writer(COMPACT, SLASH_AND_U))),
    ("Python's json.dumps", numbers(Numbers::Float, writer(AFTER_BOTH, U))),
    ("Python's json.dumps, ensure_ascii=False", numbers(Numbers::Float, writer(AFTER_BOTH, PLAIN))),
    ("Python's json.dumps, sort_keys", sorted(numbers(Numbers::Float, writer(AFTER_BOTH, U)))),
    ("Python's json.dumps, sort_keys, compact", sorted(numbers(Numbers::Float, writer(COMPACT, U)))),
    ("Python's json.dumps, sort_keys, compact, not ASCII", sorted(numbers(Numbers::Float, writer(COMPACT, PLAIN)))),
    ("Python's json.dumps, separators=(',', ':')", numbers(Numbers::Float, writer(COMPACT, U))),
    ("Python's json.dumps, indent=2", numbers(Numbers::Float, writer(BY_2, U))),
    ("Python's json.dumps, indent=4", numbers(Numbers::Float, writer(BY_4, U))),
    ("Go's encoding/json", numbers(Numbers::Shortest, writer(COMPACT, HTML))),
    ("Go's encoding/json, of a map", sorted(numbers(Numbers::Shortest, writer(COMPACT, HTML)))),
    ("Go's encoding/json, SetEscapeHTML(false)", ended(numbers(Numbers::Shortest, writer(COMPACT, LINES)))),
    (
        "Go's encoding/json, of a map, SetEscapeHTML(false)",
        ended(sorted(numbers(Numbers::Shortest, writer(COMPACT, LINES)))),
    ),
    ("Go's encoding/json, Encoder", ended(numbers(Numbers::Shortest, writer(COMPACT, HTML)))),
    ("Go's encoding/json, Encoder, of a map", ended(sorted(numbers(Numbers::Shortest, writer(COMPACT, HTML))))),
    ("Go's json.MarshalIndent", sorted(numbers(Numbers::Shortest, writer(BY_2, HTML)))),
    ("Jackson", numbers(Numbers::Float, writer(COMPACT, PLAIN))),
    ("Jackson, ESCAPE_NON_ASCII", numbers(Numbers::Float, writer(COMPACT, U_UPPER))),
    ("Jackson, INDENT_OUTPUT", numbers(Numbers::Float, writer(BY_2_AROUND, PLAIN))),
    ("Gson", writer(COMPACT, GSON)),
    ("Gson, of a map", Writer { members: Members::WithoutNulls, ..numbers(Numbers::Double, writer(COMPACT, GSON)) }),
    ("System.Text.Json", writer(COMPACT, DOT_NET)),
    ("System.Text.Json, WriteIndented", writer(BY_2_CR_LF, DOT_NET)),
    ("Newtonsoft, Formatting.Indented", writer(BY_2_CR_LF, PLAIN)),
    ("Newtonsoft, EscapeHtml", writer(COMPACT, HTML_QUOTES)),
    ("Rails, to_json", writer(COMPACT, HTML)),
    ("Ruby's JSON.generate, script_safe", writer(COMPACT, SLASH_AND_LINES)),
];

/// The other ways to write a JSON object or array: first those of one difference, then those of the known programs.
/// Gives none for anything else, or where it is nested too deeply; stops where `take` says so. Each comes with the
/// clause that follows *the body*.
pub(crate) fn rewritten(text: &[u8], take: &mut dyn FnMut(Cow<'static, str>, Vec<u8>) -> bool) {
    let Some(document) = str::from_utf8(text).ok().and_then(Document::read) else { return };
    let singles = (0..SPACINGS.len())
        .map(|at| Writer { spacing: Some(at), ..AS_RECEIVED })
        .chain((0..ESCAPES.len()).map(|at| Writer { escapes: Some(at), ..AS_RECEIVED }))
        .chain(MEMBERS.into_iter().map(|(_, members)| Writer { members, ..AS_RECEIVED }))
        .chain(NUMBERS.into_iter().map(|numbers| Writer { numbers, ..AS_RECEIVED }));
    // Many programs write the same: the plainest name is enough.
    let mut known = HashSet::new();
    for writer in singles.chain(WRITERS.into_iter().map(|(_, writer)| writer)) {
        if let Some((clause, written)) = document.write(writer)
            && written != text
            && known.insert(hash(&written))
            && !take(clause.into(), written)
        {
            return;
        }
    }
    if let Some(written) = document.python()
        && written != text
    {
        take("is the text of a Python dict, with single quotes, True, False and None".into(), written);
    }
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(text);
    hasher.finish()
}

/// A text as a JSON string of itself, as programs write that encode twice, and the reverse.
pub(crate) fn as_text(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let Ok(text) = str::from_utf8(text) else { return Vec::new() };
    let mut written = String::from("\"");
    for character in text.chars() {
        NO_ESCAPES.write(character, &mut written);
    }
    written.push('"');
    let mut all = vec![("is a JSON string of itself (encoded twice)", written.into_bytes())];
    if text.starts_with('"')
        && let Some(inside) = decode(text)
    {
        all.push(("is what its JSON string says (encoded once)", inside.into_owned().into_bytes()));
    }
    all
}

enum Node<'a> {
    /// A string with its quotes, a number or a word, as received.
    Scalar(&'a str),
    List(Vec<Node<'a>>),
    Object(Vec<(&'a str, Node<'a>)>),
}

/// A JSON text, and how it is spaced, where that is one of the known ways.
struct Document<'a> {
    root: Node<'a>,
    spacing: Option<usize>,
    tokens: Vec<(&'a str, &'a str)>,
    /// What is behind the last token.
    behind: &'a str,
}

impl<'a> Document<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (tokens, behind) = tokens(text)?;
        let mut rest = tokens.as_slice();
        let root = node(&mut rest, 0)?;
        if !rest.is_empty() || matches!(root, Node::Scalar(_)) {
            return None;
        }
        let mut document = Self { root, spacing: None, tokens, behind };
        document.spacing = SPACINGS.iter().position(|(_, spacing)| {
            let mut written = String::new();
            Pen { writer: AS_RECEIVED, spacing: *spacing, differences: None }.node(&document.root, 0, &mut written);
            written == text.trim_ascii()
        });
        Some(document)
    }

    /// The text as a writer writes it, and the clause that names the differences.
    fn write(&self, writer: Writer) -> Option<(String, Vec<u8>)> {
        let mut differences = Differences::default();
        let mut written = String::new();
        let spacing = writer.spacing.or(self.spacing);
        if let Some((_, known)) = spacing.and_then(|at| SPACINGS.get(at)) {
            let mut pen = Pen { writer, spacing: *known, differences: Some(&mut differences) };
            pen.node(&self.root, 0, &mut written);
        } else if writer.members == Members::AsReceived {
            // Spaced in no known way: only the texts and numbers change.
            let mut pen = Pen { writer, spacing: on_one_line(":", ","), differences: Some(&mut differences) };
            for (gap, token) in &self.tokens {
                written.push_str(gap);
                pen.scalar(token, &mut written);
            }
            written.push_str(self.behind);
        } else {
            return None;
        }
        let mut clauses: Vec<Cow<'_, str>> = Vec::new();
        let is_new = writer.spacing.is_some() && writer.spacing != self.spacing;
        clauses.extend(
            writer
                .spacing
                .and_then(|at| SPACINGS.get(at))
                .filter(|_| is_new)
                .map(|(name, _)| Cow::Owned(format!("is {name}"))),
        );
        if writer.members != Members::AsReceived && self.has_members(writer.members) {
            clauses
                .extend(MEMBERS.iter().find(|(_, members)| *members == writer.members).map(|(name, _)| (*name).into()));
        }
        clauses.extend(differences.clause().map(Cow::Owned));
        if writer.spacing.is_some() {
            written.push_str(writer.end);
            if !writer.end.is_empty() {
                clauses.push("has a final line feed".into());
            } else if !self.behind.is_empty() && !is_new {
                clauses.push("has no whitespace at its end".into());
            }
        }
        let clause = clauses.join(" and ");
        (!clause.is_empty()).then_some((clause, written.into_bytes()))
    }

    /// Whether the members would be others in this way.
    fn has_members(&self, members: Members) -> bool {
        let text = |members| {
            let mut written = String::new();
            let writer = Writer { members, ..AS_RECEIVED };
            Pen { writer, spacing: on_one_line(":", ","), differences: None }.node(&self.root, 0, &mut written);
            written
        };
        text(members) != text(Members::AsReceived)
    }

    /// What `str` makes of a Python dict.
    fn python(&self) -> Option<Vec<u8>> {
        let mut written = String::new();
        python(&self.root, &mut written)?;
        Some(written.into_bytes())
    }
}

fn python(node: &Node<'_>, written: &mut String) -> Option<()> {
    let text = |text: &str, written: &mut String| -> Option<()> {
        let decoded = decode(text)?;
        let quote = if decoded.contains('\'') && !decoded.contains('"') { '"' } else { '\'' };
        written.push(quote);
        for character in decoded.chars() {
            match character {
                '\\' => written.push_str("\\\\"),
                '\n' => written.push_str("\\n"),
                '\r' => written.push_str("\\r"),
                '\t' => written.push_str("\\t"),
                c if c == quote => written.extend(['\\', c]),
                c => written.push(c),
            }
        }
        written.push(quote);
        Some(())
    };
    match node {
        Node::Scalar("true") => written.push_str("True"),
        Node::Scalar("false") => written.push_str("False"),
        Node::Scalar("null") => written.push_str("None"),
        Node::Scalar(scalar) if scalar.starts_with('"') => text(scalar, written)?,
        Node::Scalar(number) => written.push_str(number),
        Node::List(list) => {
            written.push('[');
            for (at, node) in list.iter().enumerate() {
                written.push_str(if at == 0 { "" } else { ", " });
                python(node, written)?;
            }
            written.push(']');
        }
        Node::Object(members) => {
            written.push('{');
            for (at, (name, node)) in members.iter().enumerate() {
                written.push_str(if at == 0 { "" } else { ", " });
                text(name, written)?;
                written.push_str(": ");
                python(node, written)?;
            }
            written.push('}');
        }
    }
    Some(())
}

/// Writes a document in one way.
struct Pen<'d> {
    writer: Writer,
    spacing: Spacing,
    differences: Option<&'d mut Differences>,
}

impl Pen<'_> {
    fn node(&mut self, node: &Node<'_>, depth: usize, written: &mut String) {
        let within = depth.saturating_add(1);
        match node {
            Node::Scalar(scalar) => self.scalar(scalar, written),
            Node::List(list) if list.is_empty() => written.push_str("[]"),
            Node::List(list) => {
                written.push('[');
                for (at, node) in list.iter().enumerate() {
                    self.begin_member(at, within, written);
                    self.node(node, within, written);
                }
                self.new_line(depth, written);
                written.push(']');
            }
            Node::Object(members) => {
                let members = self.members(members);
                written.push('{');
                for (at, (name, node)) in members.iter().enumerate() {
                    self.begin_member(at, within, written);
                    self.text(name, written);
                    written.push_str(self.spacing.colon);
                    self.node(node, within, written);
                }
                if !members.is_empty() {
                    self.new_line(depth, written);
                }
                written.push('}');
            }
        }
    }

    fn begin_member(&self, at: usize, depth: usize, written: &mut String) {
        if at > 0 {
            written.push_str(self.spacing.comma);
        }
        self.new_line(depth, written);
    }

    fn new_line(&self, depth: usize, written: &mut String) {
        let Some(indent) = self.spacing.indent else { return };
        written.push_str(self.spacing.line_end);
        (0..depth).for_each(|_| written.push_str(indent));
    }

    fn members<'n, 'a>(&self, members: &'n [(&'a str, Node<'a>)]) -> Vec<&'n (&'a str, Node<'a>)> {
        let mut ordered: Vec<_> = members.iter().collect();
        let name = |member: &(&str, Node<'_>)| decode(member.0).map(Cow::into_owned).unwrap_or_default();
        match self.writer.members {
            Members::AsReceived => {}
            Members::Sorted => ordered.sort_by_key(|member| name(member)),
            // Stable: the others stay as they are.
            Members::IntegersFirst => ordered.sort_by_key(|member| {
                let name = name(member);
                let is_integer = name == "0" || !name.starts_with('0') && name.bytes().all(|b| b.is_ascii_digit());
                name.parse::<u32>().ok().filter(|_| is_integer).map_or(u64::MAX, u64::from)
            }),
            Members::WithoutNulls => ordered.retain(|(_, node)| !matches!(node, Node::Scalar("null"))),
        }
        ordered
    }

    fn scalar(&mut self, scalar: &str, written: &mut String) {
        if scalar.starts_with('"') {
            let number = decode(scalar).filter(|_| self.writer.numbers == Numbers::OfTexts);
            match number.filter(|text| is_number(text)) {
                Some(number) => self.replace(scalar, &number, written),
                None => self.text(scalar, written),
            }
        } else if is_number(scalar) {
            match number(scalar, self.writer.numbers) {
                Some(number) => self.replace(scalar, &number, written),
                None => written.push_str(scalar),
            }
        } else {
            written.push_str(scalar);
        }
    }

    fn replace(&mut self, received: &str, other: &str, written: &mut String) {
        if let Some(differences) = &mut self.differences {
            differences.add(received, other);
        }
        written.push_str(other);
    }

    /// A string with its quotes.
    fn text(&mut self, text: &str, written: &mut String) {
        let Some(escapes) = self.writer.escapes.and_then(|at| ESCAPES.get(at)) else {
            return written.push_str(text);
        };
        written.push('"');
        let mut rest = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        while let Some((received, character, behind)) = next_character(rest) {
            let from = written.len();
            escapes.write(character, written);
            if let Some(differences) = &mut self.differences {
                let now = written.get(from..).unwrap_or_default();
                if now != received {
                    differences.add_character(character, received, now);
                }
            }
            rest = behind;
        }
        written.push('"');
    }
}

impl Escapes {
    fn write(&self, character: char, written: &mut String) {
        let short = match character {
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\\' => "\\\\",
            '"' if !self.ascii.contains('"') => "\\\"",
            '/' if self.slash => "\\/",
            _ => "",
        };
        let is_escaped = u32::from(character) < 0x20
            || character.is_ascii() && self.ascii.contains(character)
            || !character.is_ascii() && self.non_ascii
            || matches!(character, '\u{2028}' | '\u{2029}') && self.line_separators;
        if !short.is_empty() {
            written.push_str(short);
        } else if is_escaped {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = if self.upper { write!(written, "\\u{unit:04X}") } else { write!(written, "\\u{unit:04x}") };
            }
        } else {
            written.push(character);
        }
    }
}

/// The first character of a string's inside: as it is spelled, what it is, and what follows it.
fn next_character(text: &str) -> Option<(&str, char, &str)> {
    let first = text.chars().next()?;
    let plain = |character: char, len: usize| {
        let (spelled, behind) = text.split_at_checked(len)?;
        Some((spelled, character, behind))
    };
    if first != '\\' {
        return plain(first, first.len_utf8());
    }
    let short = match text.as_bytes().get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = |at: usize| u16::from_str_radix(text.get(at..at.saturating_add(4))?, 16).ok();
            let high = unit(2)?;
            if let Some(character) = char::from_u32(u32::from(high)) {
                return plain(character, 6);
            }
            let low = text.get(6..8).filter(|escape| *escape == "\\u").and_then(|_| unit(8))?;
            let character = char::decode_utf16([high, low]).next()?.ok()?;
            return plain(character, 12);
        }
        other => char::from(*other),
    };
    plain(short, 2)
}

/// What a string with its quotes says; `None` where an escape is broken.
fn decode(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.get(1..text.len().saturating_sub(1))?;
    if !inside.contains('\\') {
        return Some(inside.into());
    }
    let (mut decoded, mut rest) = (String::with_capacity(inside.len()), inside);
    while !rest.is_empty() {
        let (_, character, behind) = next_character(rest)?;
        decoded.push(character);
        rest = behind;
    }
    Some(decoded.into())
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
        && !(digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit))
        && digits.parse::<f64>().is_ok()
}

/// A number written otherwise; `None` where it would be no other, or beyond what all programs write alike.
fn number(text: &str, numbers: Numbers) -> Option<String> {
    let is_integer = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let value: f64 = text.parse().ok()?;
    let is_usual = value == 0.0 || (1e-4..1e15).contains(&value.abs());
    let written = match numbers {
        Numbers::AsReceived | Numbers::OfTexts => return None,
        Numbers::Text => format!("\"{text}\""),
        _ if !is_usual => return None,
        Numbers::Shortest if !is_integer => format!("{value}"),
        Numbers::Float if !is_integer => format!("{value:?}"),
        Numbers::Double => format!("{value:?}"),
        Numbers::TwoDecimals => format!("{value:.2}"),
        Numbers::Shortest | Numbers::Float => return None,
    };
    (written != text).then_some(written)
}

/// Cuts JSON into its tokens, each with the whitespace in front of it, and gives what is behind the last. Checks no more
/// than writing it again needs.
fn tokens(text: &str) -> Option<(Vec<(&str, &str)>, &str)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        let begun = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let (gap, begun) = rest.split_at_checked(rest.len().saturating_sub(begun.len()))?;
        let Some(first) = begun.chars().next() else { return Some((tokens, gap)) };
        let len = match first {
            '{' | '}' | '[' | ']' | ':' | ',' => 1,
            '"' => string_len(begun)?,
            _ => begun.find(['{', '}', '[', ']', ':', ',', '"', ' ', '\t', '\r', '\n']).unwrap_or(begun.len()),
        };
        let (token, behind) = begun.split_at_checked(len)?;
        tokens.push((gap, token));
        rest = behind;
    }
}

/// The length of a string with both its quotes.
fn string_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some(end.saturating_add(2))
}

fn node<'a>(rest: &mut &[(&'a str, &'a str)], depth: usize) -> Option<Node<'a>> {
    if depth > DEEPEST {
        return None;
    }
    let within = depth.saturating_add(1);
    match next(rest)? {
        "{" => {
            let mut members = Vec::new();
            if peek(rest)? == "}" {
                next(rest)?;
                return Some(Node::Object(members));
            }
            loop {
                let name = next(rest).filter(|name| name.starts_with('"'))?;
                next(rest).filter(|colon| *colon == ":")?;
                members.push((name, node(rest, within)?));
                match next(rest)? {
                    "," => {}
                    "}" => return Some(Node::Object(members)),
                    _ => return None,
                }
            }
        }
        "[" => {
            let mut list = Vec::new();
            if peek(rest)? == "]" {
                next(rest)?;
                return Some(Node::List(list));
            }
            loop {
                list.push(node(rest, within)?);
                match next(rest)? {
                    "," => {}
                    "]" => return Some(Node::List(list)),
                    _ => return None,
                }
            }
        }
        "}" | "]" | ":" | "," => None,
        scalar => Some(Node::Scalar(scalar)),
    }
}

fn peek<'a>(rest: &[(&'a str, &'a str)]) -> Option<&'a str> {
    rest.first().map(|(_, token)| *token)
}

fn next<'a>(rest: &mut &[(&'a str, &'a str)]) -> Option<&'a str> {
    let ((_, token), behind) = rest.split_first()?;
    *rest = behind;
    Some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        rewritten(text.as_bytes(), &mut |clause, written| {
            found.push((clause.into_owned(), String::from_utf8(written).unwrap()));
            true
        });
        found
    }

    fn has(text: &str, clause: &str, written: &str) {
        let all = all(text);
        assert!(all.iter().any(|(c, w)| c == clause && w == written), "{clause}: {written} is not among {all:#?}");
    }

    #[test]
    fn what_a_program_writes_is_named_by_its_difference() {
        has(r#"{"a": 1}"#, "is compact JSON", r#"{"a":1}"#);
        has(r#"{"u":"x/y"}"#, r"has `\/` where it has `/`", r#"{"u":"x\/y"}"#);
        has(r#"{"u":"x\/y"}"#, r"has `/` where it has `\/`", r#"{"u":"x/y"}"#);
        has(r#"{"m":"a&b"}"#, r"has `\u0026` where it has `&`", r#"{"m":"a\u0026b"}"#);
        has(r#"{"m":"ş"}"#, r"has `\uXXXX` where it has characters that are not ASCII", r#"{"m":"\u015f"}"#);
        has(r#"{"b":1,"a":2}"#, "has the names of its objects sorted", r#"{"a":2,"b":1}"#);
        has(r#"{"b":1,"a":0,"1":2}"#, "has names that are integers first", r#"{"1":2,"b":1,"a":0}"#);
        has(r#"{"b":1.0}"#, "has `1` where it has `1.0`", r#"{"b":1}"#);
        has(r#"{"b":1E2}"#, "has `100` where it has `1E2`", r#"{"b":100}"#);
        has(r#"{"b":10.50}"#, "has `10.5` where it has `10.50`", r#"{"b":10.5}"#);
        has(r#"{"b":null,"c":1}"#, "has no members that are null", r#"{"c":1}"#);
    }

    #[test]
    fn one_program_makes_several_differences_at_once() {
        has(
            r#"{"ad":"Ayşe","u":"http://x/y"}"#,
            r"has `\uXXXX` where it has characters that are not ASCII and `\/` where it has `/`",
            r#"{"ad":"Ay\u015fe","u":"http:\/\/x\/y"}"#,
        );
        has(
            "{ \"b\": \"<\",\n \"a\": 1.0}",
            r"is compact JSON and has the names of its objects sorted and has `1` where it has `1.0` and `\u003c` where it has `<`",
            r#"{"a":1,"b":"\u003c"}"#,
        );
    }

    #[test]
    fn python_writes_a_dict_with_single_quotes() {
        let text = r#"{"a":[true,null,"it's"],"b":{}}"#;
        has(
            text,
            "is the text of a Python dict, with single quotes, True, False and None",
            r#"{'a': [True, None, "it's"], 'b': {}}"#,
        );
    }

    #[test]
    fn what_is_no_json_is_left_alone() {
        for text in ["", "1", "\"a\"", "{", "{\"a\":1}}", "{a:1}", "[1,]", &"[".repeat(10_000)] {
            assert!(all(text).is_empty(), "{text:.20}");
        }
    }
}
