//! JSON as other programs write it. A program is a row of [`WRITERS`]; what a row can differ in is a table of its own:
//! [`SPACINGS`], [`ESCAPES`], [`MEMBERS`], [`NAMES`] and [`SCALARS`]. What programs print that is no JSON is in [`NOTATIONS`]. A variant is named by what differs from the received text, not
//! by the program.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};

use super::differences::Differences;
use super::percent;
use super::text::replaced;

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
    /// What is within braces and brackets on one line.
    within: &'static str,
    /// Lists stay on one line, as Jackson has them.
    lists_on_one_line: bool,
}

const fn on_one_line(colon: &'static str, comma: &'static str) -> Spacing {
    Spacing { indent: None, line_end: "", colon, comma, within: "", lists_on_one_line: false }
}

const fn spaced_within(spacing: Spacing) -> Spacing {
    Spacing { within: " ", ..spacing }
}

const fn indented(indent: &'static str, line_end: &'static str, colon: &'static str) -> Spacing {
    Spacing { indent: Some(indent), line_end, colon, comma: ",", within: "", lists_on_one_line: false }
}

const fn lists_on_one_line(spacing: Spacing) -> Spacing {
    Spacing { within: " ", lists_on_one_line: true, ..spacing }
}

const COMPACT: usize = 0;
const AFTER_BOTH: usize = 1;
const BY_2: usize = 3;
const BY_4: usize = 4;
const BY_2_CR_LF: usize = 9;
const BY_2_AROUND: usize = 6;
const BY_2_LISTS: usize = 19;

/// The known ways, each as it follows *the body is*.
const SPACINGS: [(&str, Spacing); 26] = [
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
    (
        "JSON indented by 2 spaces, with spaces around `:` and lists on one line",
        lists_on_one_line(indented("  ", "\n", " : ")),
    ),
    (
        "JSON indented by 2 spaces, with CR LF, spaces around `:` and lists on one line",
        lists_on_one_line(indented("  ", "\r\n", " : ")),
    ),
    (
        "JSON on one line, with spaces within braces and brackets and after `:` and `,`",
        spaced_within(on_one_line(": ", ", ")),
    ),
    ("JSON on one line, with spaces within braces and brackets and after `,`", spaced_within(on_one_line(":", ", "))),
    ("JSON on one line, with spaces within braces and brackets", spaced_within(on_one_line(":", ","))),
    ("JSON with each member on its line, not indented", indented("", "\n", ": ")),
    ("JSON with each member on its line, not indented and without a space after `:`", indented("", "\n", ":")),
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
const DOT_NET_ALL: usize = 13;

const ESCAPES: [Escapes; 14] = [
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
    Escapes { ascii: "&<>'\"+`\x7f", upper: true, ..NO_ESCAPES },
];

/// Which members an object has, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Members {
    AsReceived,
    Sorted,
    Reversed,
    IntegersFirst,
    WithoutNulls,
    WithoutEmpty,
    WithoutBoth,
}

const MEMBERS: [(&str, Members); 6] = [
    ("has the names of its objects sorted", Members::Sorted),
    ("has names that are integers first", Members::IntegersFirst),
    ("has no members that are null", Members::WithoutNulls),
    ("has no members that are empty strings", Members::WithoutEmpty),
    ("has no members that are null or empty strings", Members::WithoutBoth),
    ("has the names of its objects the other way round", Members::Reversed),
];

type Rename = fn(&str) -> String;

/// How names are spelled.
const NAMES: [(&str, Rename); 7] = [
    ("has names that begin with a capital letter", |name| first_as(name, char::to_ascii_uppercase)),
    ("has names that begin with a small letter", |name| first_as(name, char::to_ascii_lowercase)),
    ("has names in snake_case", |name| separated(name, '_')),
    ("has names in camelCase", |name| first_as(&joined(name), char::to_ascii_lowercase)),
    ("has names in PascalCase", |name| first_as(&joined(name), char::to_ascii_uppercase)),
    ("has names in kebab-case", |name| separated(name, '-')),
    ("has names in lower case", str::to_lowercase),
];

fn first_as(name: &str, form: fn(&char) -> char) -> String {
    name.chars().enumerate().map(|(at, letter)| if at == 0 { form(&letter) } else { letter }).collect()
}

/// `customerId` as `customer_id`.
fn separated(name: &str, sign: char) -> String {
    let mut written = String::with_capacity(name.len());
    for (at, letter) in name.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            written.push(sign);
        }
        written.push(if matches!(letter, '_' | '-') { sign } else { letter.to_ascii_lowercase() });
    }
    written
}

/// `customer_id` as `customerId`.
fn joined(name: &str) -> String {
    let mut parts = name.split(['_', '-']);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &first_as(part, char::to_ascii_uppercase))
}

/// How a number or a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scalars {
    AsReceived,
    /// The shortest form, as JavaScript, Go and `.NET` have it: `1.0` is `1`, `1E2` is `100`.
    Shortest,
    /// As Python's and PHP's floating-point numbers: `10.50` is `10.5`, `1E2` is `100.0`, `1.0` stays.
    Float,
    /// As Java's: like Python's, but `12345678.9` is `1.23456789E7`.
    Java,
    /// As Gson reads numbers into a map: `1` is `1.0`.
    Double,
    /// With two decimals, as a database's amounts: `1` is `1.00`.
    TwoDecimals,
    /// Within quotes.
    Text,
    /// Out of quotes, as PHP's `JSON_NUMERIC_CHECK` does.
    OfTexts,
    /// `true` as `1`.
    BoolsAsNumbers,
    /// `true` as `"true"`.
    BoolsAsTexts,
    /// `null` as `""`.
    NullsAsTexts,
    /// `""` as `null`.
    TextsAsNulls,
    /// All but lists and objects within quotes, as a form has them: `null` as `""`.
    AllTexts,
}

const SCALARS: [Scalars; 12] = [
    Scalars::Shortest,
    Scalars::Float,
    Scalars::Java,
    Scalars::Double,
    Scalars::TwoDecimals,
    Scalars::Text,
    Scalars::OfTexts,
    Scalars::BoolsAsNumbers,
    Scalars::BoolsAsTexts,
    Scalars::NullsAsTexts,
    Scalars::TextsAsNulls,
    Scalars::AllTexts,
];

/// A way to write JSON. `None` keeps what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Writer {
    spacing: Option<usize>,
    escapes: Option<usize>,
    members: Members,
    scalars: Scalars,
    /// A place in [`NAMES`].
    names: Option<usize>,
    end: &'static str,
}

const AS_RECEIVED: Writer = Writer {
    spacing: None,
    escapes: None,
    members: Members::AsReceived,
    scalars: Scalars::AsReceived,
    names: None,
    end: "",
};

const fn writer(spacing: usize, escapes: usize) -> Writer {
    Writer { spacing: Some(spacing), escapes: Some(escapes), ..AS_RECEIVED }
}

const fn sorted(writer: Writer) -> Writer {
    Writer { members: Members::Sorted, ..writer }
}

const fn numbers(scalars: Scalars, writer: Writer) -> Writer {
    Writer { scalars, ..writer }
}

const fn ended(writer: Writer) -> Writer {
    Writer { end: "\n", ..writer }
}

/// Programs and their usual settings, the likeliest first.
const WRITERS: [(&str, Writer); 44] = [
    ("JavaScript's JSON.stringify", numbers(Scalars::Shortest, writer(COMPACT, PLAIN))),
    (
        "JavaScript's JSON.stringify",
        Writer { members: Members::IntegersFirst, ..numbers(Scalars::Shortest, writer(COMPACT, PLAIN)) },
    ),
    ("JavaScript's JSON.stringify, indented by 2", numbers(Scalars::Shortest, writer(BY_2, PLAIN))),
    ("JavaScript's JSON.stringify, indented by 4", numbers(Scalars::Shortest, writer(BY_4, PLAIN))),
    ("PHP's json_encode", numbers(Scalars::Float, writer(COMPACT, SLASH_AND_U))),
    ("PHP's json_encode, JSON_UNESCAPED_SLASHES", numbers(Scalars::Float, writer(COMPACT, U))),
    ("PHP's json_encode, JSON_UNESCAPED_UNICODE", numbers(Scalars::Float, writer(COMPACT, SLASH))),
    ("PHP's json_encode, both unescaped", numbers(Scalars::Float, writer(COMPACT, LINES))),
    ("PHP's json_encode, JSON_PRETTY_PRINT", numbers(Scalars::Float, writer(BY_4, SLASH_AND_U))),
    ("PHP's json_encode, JSON_PRETTY_PRINT, both unescaped", numbers(Scalars::Float, writer(BY_4, LINES))),
    ("PHP's json_encode, JSON_PRETTY_PRINT, JSON_UNESCAPED_UNICODE", numbers(Scalars::Float, writer(BY_4, SLASH))),
    ("PHP's json_encode, JSON_PRETTY_PRINT, JSON_UNESCAPED_SLASHES", numbers(Scalars::Float, writer(BY_4, U))),
    ("PHP's json_encode, JSON_HEX_*", numbers(Scalars::Float, writer(COMPACT, PHP_HEX_U))),
    ("PHP's json_encode, JSON_HEX_*, JSON_UNESCAPED_UNICODE", numbers(Scalars::Float, writer(COMPACT, PHP_HEX))),
    ("PHP's json_encode, JSON_NUMERIC_CHECK", numbers(Scalars::OfTexts, writer(COMPACT, SLASH_AND_U))),
    ("Python's json.dumps", numbers(Scalars::Float, writer(AFTER_BOTH, U))),
    ("Python's json.dumps, ensure_ascii=False", numbers(Scalars::Float, writer(AFTER_BOTH, PLAIN))),
    ("Python's json.dumps, sort_keys", sorted(numbers(Scalars::Float, writer(AFTER_BOTH, U)))),
    ("Python's json.dumps, sort_keys, compact", sorted(numbers(Scalars::Float, writer(COMPACT, U)))),
    ("Python's json.dumps, sort_keys, compact, not ASCII", sorted(numbers(Scalars::Float, writer(COMPACT, PLAIN)))),
    ("Python's json.dumps, separators=(',', ':')", numbers(Scalars::Float, writer(COMPACT, U))),
    ("Python's json.dumps, indent=2", numbers(Scalars::Float, writer(BY_2, U))),
    ("Python's json.dumps, indent=4", numbers(Scalars::Float, writer(BY_4, U))),
    ("Go's encoding/json", numbers(Scalars::Shortest, writer(COMPACT, HTML))),
    ("Go's encoding/json, of a map", sorted(numbers(Scalars::Shortest, writer(COMPACT, HTML)))),
    ("Go's encoding/json, SetEscapeHTML(false)", ended(numbers(Scalars::Shortest, writer(COMPACT, LINES)))),
    (
        "Go's encoding/json, of a map, SetEscapeHTML(false)",
        ended(sorted(numbers(Scalars::Shortest, writer(COMPACT, LINES)))),
    ),
    ("Go's encoding/json, Encoder", ended(numbers(Scalars::Shortest, writer(COMPACT, HTML)))),
    ("Go's encoding/json, Encoder, of a map", ended(sorted(numbers(Scalars::Shortest, writer(COMPACT, HTML))))),
    ("Go's json.MarshalIndent", sorted(numbers(Scalars::Shortest, writer(BY_2, HTML)))),
    ("Jackson", numbers(Scalars::Java, writer(COMPACT, PLAIN))),
    ("Jackson, ESCAPE_NON_ASCII", numbers(Scalars::Java, writer(COMPACT, U_UPPER))),
    ("Jackson, INDENT_OUTPUT", numbers(Scalars::Java, writer(BY_2_LISTS, PLAIN))),
    ("Jackson, INDENT_OUTPUT, lists indented too", numbers(Scalars::Java, writer(BY_2_AROUND, PLAIN))),
    ("Gson", writer(COMPACT, GSON)),
    ("Gson, of a map", Writer { members: Members::WithoutNulls, ..numbers(Scalars::Double, writer(COMPACT, GSON)) }),
    ("System.Text.Json", writer(COMPACT, DOT_NET)),
    ("System.Text.Json, WriteIndented", writer(BY_2_CR_LF, DOT_NET)),
    ("System.Text.Json, UnicodeRanges.All", writer(COMPACT, DOT_NET_ALL)),
    ("System.Text.Json, UnicodeRanges.All, WriteIndented", writer(BY_2_CR_LF, DOT_NET_ALL)),
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
        .chain(SCALARS.into_iter().map(|scalars| Writer { scalars, ..AS_RECEIVED }))
        .chain((0..NAMES.len()).map(|at| Writer { names: Some(at), ..AS_RECEIVED }));
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
    for (clause, notation) in NOTATIONS {
        if let Some(written) = document.noted(&notation).map(String::into_bytes)
            && written != text
            && known.insert(hash(&written))
            && !take(clause.into(), written)
        {
            return;
        }
    }
    if let Some(form) = document.form() {
        take("is a form of its members".into(), form.into_bytes());
    }
}

/// The most members whose every order is tried.
const MOST_ORDERED: usize = 5;

/// An object's members in every other order, as received and compact; those within stay as they are.
pub(crate) fn in_other_orders(text: &[u8], take: &mut dyn FnMut(Cow<'static, str>, Vec<u8>) -> bool) {
    let Some(document) = str::from_utf8(text).ok().and_then(Document::read) else { return };
    let Node::Object(members) = &document.root else { return };
    if members.len() > MOST_ORDERED {
        return;
    }
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in members {
        let longer = |order: &Vec<usize>| -> Vec<Vec<usize>> {
            let further = (0..members.len()).filter(|at| !order.contains(at));
            further.map(|at| [order.as_slice(), &[at]].concat()).collect()
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    let spacings = [document.spacing.unwrap_or(COMPACT), COMPACT, AFTER_BOTH];
    for order in orders {
        for spacing in spacings.iter().filter_map(|at| SPACINGS.get(*at)) {
            let root = Node::Object(order.iter().filter_map(|at| members.get(*at)).cloned().collect());
            let mut written = String::new();
            Pen { writer: AS_RECEIVED, spacing: spacing.1, differences: None }.node(&root, 0, &mut written);
            // Without the names: one may be a secret.
            if !take(format!("is {}, its names in another order", spacing.0).into(), written.into_bytes()) {
                return;
            }
        }
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

#[derive(Clone)]
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

    /// What a program prints of the value.
    fn noted(&self, notation: &Notation) -> Option<String> {
        let mut written = String::new();
        notation.write(&self.root, &mut written)?;
        Some(written)
    }

    /// An object as a form, its objects and lists within as PHP's `http_build_query` and `qs` write them.
    fn form(&self) -> Option<String> {
        let mut fields = Vec::new();
        match &self.root {
            Node::Object(members) if !members.is_empty() => form(&self.root, "", &mut fields)?,
            _ => return None,
        }
        Some(fields.join("&"))
    }
}

fn form(node: &Node<'_>, name: &str, fields: &mut Vec<String>) -> Option<()> {
    let within = |inner: &str| {
        let inner = percent::as_form(inner);
        if name.is_empty() { inner } else { format!("{name}%5B{inner}%5D") }
    };
    match node {
        Node::Scalar("null") => fields.push(format!("{name}=")),
        Node::Scalar(scalar) if scalar.starts_with('"') => {
            fields.push(format!("{name}={}", percent::as_form(&decode(scalar)?)));
        }
        Node::Scalar(scalar) => fields.push(format!("{name}={scalar}")),
        Node::List(list) => {
            for (at, node) in list.iter().enumerate() {
                form(node, &within(&at.to_string()), fields)?;
            }
        }
        Node::Object(members) => {
            for (inner, node) in members {
                form(node, &within(&decode(inner)?), fields)?;
            }
        }
    }
    Some(())
}

/// A form's fields as a JSON object of texts.
pub(crate) fn of_form(form: &[u8]) -> Option<Vec<u8>> {
    let text = |bytes: &[u8]| {
        let text = String::from_utf8(percent::decoded(&replaced(bytes, b"+", b" "))).ok()?;
        let mut written = String::from("\"");
        text.chars().for_each(|character| NO_ESCAPES.write(character, &mut written));
        Some(written + "\"")
    };
    let members: Option<Vec<String>> = form
        .split(|&b| b == b'&')
        .map(|field| {
            let at = field.iter().position(|&b| b == b'=')?;
            let (name, value) = (field.get(..at)?, field.get(at.saturating_add(1)..)?);
            Some(format!("{}:{}", text(name)?, text(value)?))
        })
        .collect();
    Some(format!("{{{}}}", members?.join(",")).into_bytes())
}

/// How a program prints a value that it has read from JSON.
struct Notation {
    /// For `null`, `true` and `false`.
    words: [&'static str; 3],
    /// Around names and around texts.
    quotes: [&'static str; 2],
    object: [&'static str; 2],
    colon: &'static str,
    comma: &'static str,
    is_sorted: bool,
}

const PYTHON: Notation = Notation {
    words: ["None", "True", "False"],
    quotes: ["'", "'"],
    object: ["{", "}"],
    colon: ": ",
    comma: ", ",
    is_sorted: false,
};

const RUBY: Notation = Notation { words: ["nil", "true", "false"], quotes: ["\"", "\""], colon: "=>", ..PYTHON };

const JAVASCRIPT: Notation =
    Notation { words: ["null", "true", "false"], quotes: ["", "\""], colon: ":", comma: ",", ..PYTHON };

const NOTATIONS: [(&str, Notation); 9] = [
    ("is the text of a Python dict, with single quotes, True, False and None", PYTHON),
    ("is the text of a Ruby hash, with `=>` and `nil`", RUBY),
    ("is the text of a Ruby hash, with ` => ` and `nil`", Notation { colon: " => ", ..RUBY }),
    (
        "is the text of a Java map, with `=` and no quotes",
        Notation { quotes: ["", ""], colon: "=", comma: ", ", ..JAVASCRIPT },
    ),
    (
        "is the text of a Go map, `map[…]`",
        Notation {
            words: ["<nil>", "true", "false"],
            quotes: ["", ""],
            object: ["map[", "]"],
            comma: " ",
            is_sorted: true,
            ..JAVASCRIPT
        },
    ),
    ("has names without quotes", JAVASCRIPT),
    ("has names without quotes and spaces after `:` and `,`", Notation { colon: ": ", comma: ", ", ..JAVASCRIPT }),
    ("has single quotes for `\"`", Notation { quotes: ["'", "'"], ..JAVASCRIPT }),
    (
        "has single quotes for `\"` and spaces after `:` and `,`",
        Notation { quotes: ["'", "'"], colon: ": ", comma: ", ", ..JAVASCRIPT },
    ),
];

impl Notation {
    fn write(&self, node: &Node<'_>, written: &mut String) -> Option<()> {
        let [null, yes, no] = self.words;
        let [of_names, of_texts] = self.quotes;
        match node {
            Node::Scalar("null") => written.push_str(null),
            Node::Scalar("true") => written.push_str(yes),
            Node::Scalar("false") => written.push_str(no),
            Node::Scalar(scalar) if scalar.starts_with('"') => quoted(scalar, of_texts, written)?,
            Node::Scalar(number) => written.push_str(number),
            Node::List(list) => {
                written.push('[');
                for (at, node) in list.iter().enumerate() {
                    written.push_str(if at == 0 { "" } else { self.comma });
                    self.write(node, written)?;
                }
                written.push(']');
            }
            Node::Object(members) => {
                let mut members: Vec<_> = members.iter().collect();
                if self.is_sorted {
                    members.sort_by_key(|(name, _)| *name);
                }
                let [open, close] = self.object;
                written.push_str(open);
                for (at, (name, node)) in members.into_iter().enumerate() {
                    written.push_str(if at == 0 { "" } else { self.comma });
                    quoted(name, of_names, written)?;
                    written.push_str(self.colon);
                    self.write(node, written)?;
                }
                written.push_str(close);
            }
        }
        Some(())
    }
}

/// What a JSON string says, within other quotes; as it is where there are none.
fn quoted(text: &str, quote: &str, written: &mut String) -> Option<()> {
    let decoded = decode(text)?;
    if quote.is_empty() {
        written.push_str(&decoded);
        return Some(());
    }
    // As Python: the other quotes where these would have to be escaped.
    let quote = if quote == "'" && decoded.contains('\'') && !decoded.contains('"') { "\"" } else { quote };
    written.push_str(quote);
    for character in decoded.chars() {
        match character {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            c if quote.starts_with(c) => written.extend(['\\', c]),
            c => written.push(c),
        }
    }
    written.push_str(quote);
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
            Node::List(list) => {
                let (within, is_on_one_line) = if self.spacing.lists_on_one_line {
                    (depth, true)
                } else {
                    (within, self.spacing.indent.is_none())
                };
                written.push('[');
                for (at, node) in list.iter().enumerate() {
                    self.begin_member(at, within, is_on_one_line, written);
                    self.node(node, within, written);
                }
                self.end(list.is_empty(), depth, is_on_one_line, written);
                written.push(']');
            }
            Node::Object(members) => {
                let (members, is_on_one_line) = (self.members(members), self.spacing.indent.is_none());
                written.push('{');
                for (at, (name, node)) in members.iter().enumerate() {
                    self.begin_member(at, within, is_on_one_line, written);
                    self.name(name, written);
                    written.push_str(self.spacing.colon);
                    self.node(node, within, written);
                }
                self.end(members.is_empty(), depth, is_on_one_line, written);
                written.push('}');
            }
        }
    }

    fn begin_member(&self, at: usize, depth: usize, is_on_one_line: bool, written: &mut String) {
        match (at, is_on_one_line) {
            (0, true) => written.push_str(self.spacing.within),
            (0, false) => self.new_line(depth, written),
            (_, true) if self.spacing.indent.is_some() => written.push_str(", "),
            (_, true) => written.push_str(self.spacing.comma),
            (_, false) => {
                written.push_str(self.spacing.comma);
                self.new_line(depth, written);
            }
        }
    }

    fn end(&self, is_empty: bool, depth: usize, is_on_one_line: bool, written: &mut String) {
        match (is_empty, is_on_one_line) {
            // As Jackson: `{ }`.
            (true, _) => written.push_str(if self.spacing.lists_on_one_line { " " } else { "" }),
            (false, true) => written.push_str(self.spacing.within),
            (false, false) => self.new_line(depth, written),
        }
    }

    fn new_line(&self, depth: usize, written: &mut String) {
        written.push_str(self.spacing.line_end);
        (0..depth).for_each(|_| written.push_str(self.spacing.indent.unwrap_or_default()));
    }

    /// A name with its quotes, as it is spelled otherwise.
    fn name(&mut self, name: &str, written: &mut String) {
        let Some((clause, rename)) = self.writer.names.and_then(|at| NAMES.get(at)) else {
            return self.text(name, written);
        };
        let inside = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
        let renamed = if inside.is_ascii() && !inside.contains('\\') { rename(inside) } else { inside.to_owned() };
        if let Some(differences) = self.differences.as_mut().filter(|_| renamed != inside) {
            differences.name(clause.strip_prefix("has ").unwrap_or(clause));
        }
        self.text(&format!("\"{renamed}\""), written);
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
            Members::Reversed => ordered.reverse(),
            Members::WithoutNulls => ordered.retain(|(_, node)| !matches!(node, Node::Scalar("null"))),
            Members::WithoutEmpty => ordered.retain(|(_, node)| !matches!(node, Node::Scalar("\"\""))),
            Members::WithoutBoth => ordered.retain(|(_, node)| !matches!(node, Node::Scalar("null" | "\"\""))),
        }
        ordered
    }

    fn scalar(&mut self, scalar: &str, written: &mut String) {
        match rewritten_scalar(scalar, self.writer.scalars) {
            Some(other) => self.replace(scalar, &other, written),
            None if scalar.starts_with('"') => self.text(scalar, written),
            None => written.push_str(scalar),
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

/// A number, a word or a text written otherwise; `None` where it would be no other.
fn rewritten_scalar(scalar: &str, scalars: Scalars) -> Option<String> {
    let written = match (scalar, scalars) {
        ("true", Scalars::BoolsAsNumbers) => "1".to_owned(),
        ("false", Scalars::BoolsAsNumbers) => "0".to_owned(),
        ("true" | "false", Scalars::BoolsAsTexts | Scalars::AllTexts) => format!("\"{scalar}\""),
        ("null", Scalars::NullsAsTexts | Scalars::AllTexts) => "\"\"".to_owned(),
        ("\"\"", Scalars::TextsAsNulls) => "null".to_owned(),
        (text, Scalars::OfTexts) if text.starts_with('"') => decode(text).filter(|text| is_number(text))?.into_owned(),
        (number, scalars) if is_number(number) => self::number(number, scalars)?,
        _ => return None,
    };
    (written != scalar).then_some(written)
}

/// A number as a program writes it that has read it.
fn number(text: &str, scalars: Scalars) -> Option<String> {
    let value: f64 = text.parse().ok()?;
    let is_integer = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let (size, is_zero) = (value.abs(), value == 0.0);
    let with_exponent = |sign: &str| {
        let written = format!("{value:e}");
        let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
        (digits.to_owned(), if exponent.starts_with('-') { exponent.to_owned() } else { format!("{sign}{exponent}") })
    };
    match scalars {
        Scalars::Text | Scalars::AllTexts => Some(format!("\"{text}\"")),
        // An integer is one of JavaScript's numbers only where those are exact.
        Scalars::Shortest if is_integer && size < 9e15 => None,
        Scalars::Shortest if is_zero || (1e-6..1e21).contains(&size) => Some(format!("{value}")),
        Scalars::Float | Scalars::Java if is_integer => None,
        Scalars::Float if is_zero || (1e-4..1e15).contains(&size) => Some(format!("{value:?}")),
        Scalars::Shortest | Scalars::Float => {
            let (digits, exponent) = with_exponent("+");
            Some(format!("{digits}e{exponent}"))
        }
        Scalars::Java | Scalars::Double if is_zero || (1e-3..1e7).contains(&size) => Some(format!("{value:?}")),
        Scalars::Java | Scalars::Double => {
            let (digits, exponent) = with_exponent("");
            let point = if digits.contains('.') { "" } else { ".0" };
            Some(format!("{digits}{point}E{exponent}"))
        }
        Scalars::TwoDecimals if size < 1e15 => Some(format!("{value:.2}")),
        _ => None,
    }
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
