//! The TOML of a keys file: entries that begin with `[[name]]`, of texts and lists of texts. It is read event by event, so that no
//! copy of a secret is left anywhere, and in time and memory that grow with the file alone.

use std::borrow::Cow;
use std::ops::Range;

use toml_parser::decoder::{Encoding, ScalarKind, StringBuilder};
use toml_parser::parser::{EventReceiver, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span};
use zeroize::Zeroizing;

/// How deep lists and tables may nest; none is read.
const DEEPEST: u32 = 16;

/// A `[[name]]` and what follows it.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) span: Range<usize>,
    words: Vec<(&'static str, Value)>,
    lists: Vec<(&'static str, List)>,
}

/// The text of a word, and where it is.
pub(super) struct Value {
    pub(super) text: Zeroizing<String>,
    pub(super) span: Range<usize>,
}

/// The texts of a word that has several, and where they are.
pub(super) struct List {
    pub(super) texts: Vec<Zeroizing<String>>,
    pub(super) span: Range<usize>,
}

impl Entry {
    /// Takes out what the entry has for a word.
    pub(super) fn take(&mut self, word: &str) -> Option<Value> {
        let place = self.words.iter().position(|(known, _)| *known == word)?;
        Some(self.words.swap_remove(place).1)
    }

    /// Takes out what the entry has for a word that has several texts.
    pub(super) fn take_list(&mut self, word: &str) -> Option<List> {
        let place = self.lists.iter().position(|(known, _)| *known == word)?;
        Some(self.lists.swap_remove(place).1)
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|(known, _)| *known == word) || self.lists.iter().any(|(known, _)| *known == word)
    }
}

/// An entry that a file may have, and its words.
pub(super) struct Form {
    pub(super) name: &'static str,
    /// Those that are a text.
    pub(super) texts: &'static [&'static str],
    /// Those that are a list of texts.
    pub(super) lists: &'static [&'static str],
}

/// What is wrong, and where.
pub(super) struct Fault {
    pub(super) span: Range<usize>,
    pub(super) what: String,
}

/// Passes on the entries of a text, up to the first fault: its own, or that of `take`.
pub(super) fn read(
    text: &str,
    vocabulary: &[Form],
    take: &mut dyn FnMut(Entry) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut reading = Reading {
        source,
        vocabulary,
        take,
        entry: None,
        header: None,
        word: Vec::new(),
        nested: 0,
        list: None,
        fault: None,
    };
    let mut invalid: Option<ParseError> = None;
    let mut guarded = RecursionGuard::new(&mut reading, DEEPEST);
    parse_document(&tokens, &mut ValidateWhitespace::new(&mut guarded, source), &mut invalid);
    // What is wrong with the words of a text that is not TOML may be wrong with its quotes.
    match (invalid, reading.fault.take()) {
        (Some(error), _) => Err(not_toml(&error)),
        (None, Some(fault)) => Err(fault),
        (None, None) => {
            reading.finish();
            reading.fault.map_or(Ok(()), Err)
        }
    }
}

/// Only the parser's own words: they repeat nothing of the text, which can hold a secret.
fn not_toml(error: &ParseError) -> Fault {
    let span = error.unexpected().or(error.context());
    let span = span.map_or(0..0, |span| span.start()..span.end());
    Fault { span, what: format!("this is not TOML: {}", error.description()) }
}

/// The text while it is read.
struct Reading<'t, 'r> {
    source: Source<'t>,
    vocabulary: &'r [Form],
    take: &'r mut dyn FnMut(Entry) -> Result<(), Fault>,
    entry: Option<Entry>,
    /// The names between the brackets of a `[[name]]` or `[name]`, while they are read.
    header: Option<Vec<Name<'t>>>,
    /// The name of a word, whose value comes next, and its further parts behind dots.
    word: Vec<Name<'t>>,
    /// How many lists and tables are open.
    nested: u32,
    /// The list that is read, of the word with this name.
    list: Option<(&'static str, List)>,
    fault: Option<Fault>,
}

/// A part of a name, and where it is.
type Name<'t> = (Span, Cow<'t, str>);

/// The parts of a name with dots between them.
fn joined(parts: &[Name]) -> String {
    parts.iter().map(|(_, part)| part.as_ref()).collect::<Vec<_>>().join(".")
}

impl Reading<'_, '_> {
    fn fail(&mut self, span: Span, what: impl Into<String>) {
        let fault = || Fault { span: span.start()..span.end(), what: what.into() };
        self.fault.get_or_insert_with(fault);
    }

    /// Passes on the entry that has ended.
    fn finish(&mut self) {
        if let Some(entry) = self.entry.take().filter(|_| self.fault.is_none()) {
            self.fault = (self.take)(entry).err();
        }
    }

    fn begin(&mut self, span: Span) {
        let names = self.header.take().unwrap_or_default();
        let name = joined(&names);
        let span = names.first().map_or(span, |(span, _)| *span);
        match self.vocabulary.iter().find(|form| form.name == name) {
            Some(Form { name, .. }) => {
                let span = span.start()..span.end();
                self.entry = Some(Entry { name, span, words: Vec::new(), lists: Vec::new() });
            }
            None => self.fail(span, self.no_entry(&name)),
        }
    }

    fn no_entry(&self, name: &str) -> String {
        no_word("a keys file", name, self.vocabulary.iter().map(|form| form.name))
    }

    /// Puts the value of a word into its entry.
    fn value(&mut self, span: Span, value: Found) {
        if self.nested > 0 {
            return self.within_list(span, value);
        }
        let names = std::mem::take(&mut self.word);
        let Some(at) = names.first().map(|(span, _)| *span) else { return };
        let name = joined(&names);
        let Some(entry) = &mut self.entry else {
            let is_entry = self.vocabulary.iter().any(|form| form.name == name);
            let what = if is_entry { in_two_brackets(&name) } else { self.no_entry(&name) };
            return self.fail(at, what);
        };
        let Some(form) = self.vocabulary.iter().find(|form| form.name == entry.name) else { return };
        let known = |words: &[&'static str]| words.iter().copied().find(|known| *known == name);
        let range = span.start()..span.end();
        let (span, what) = match (known(form.texts), known(form.lists), value) {
            (None, None, _) => (at, no_word(form.name, &name, form.texts.iter().chain(form.lists).copied())),
            (Some(word), _, _) | (_, Some(word), _) if entry.has(word) => (at, format!("`{word}` is given twice")),
            (Some(word), _, Found::Text(text)) => return entry.words.push((word, Value { text, span: range })),
            (_, Some(word), Found::List) => {
                self.list = Some((word, List { texts: Vec::new(), span: range }));
                return;
            }
            (Some(word), _, other) => (span, format!("`{word}` is a text, in quotes; this is {}", other.kind())),
            (_, Some(word), other) => (span, format!("`{word}` is a list of texts; this is {}", other.kind())),
        };
        self.fail(span, what);
    }

    /// Puts a value into the list that is read, if one is.
    fn within_list(&mut self, span: Span, value: Found) {
        match (&mut self.list, value) {
            (None, _) => {}
            (Some((_, list)), Found::Text(text)) => list.texts.push(text),
            (Some((word, _)), other) => {
                let what = format!("`{word}` is a list of texts; in it there is {}", other.kind());
                self.fail(span, what);
            }
        }
    }
}

/// The value of a word.
enum Found {
    Text(Zeroizing<String>),
    /// One that begins.
    List,
    /// What it is.
    Other(&'static str),
}

impl Found {
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::List => "a list",
            Self::Other(kind) => kind,
        }
    }
}

/// A word is repeated only where it can be a slip of the pen: a quote that is missing, or a name and a value that
/// changed places, make a word of a secret, which has digits or is long.
fn no_word<'w>(place: &str, word: &str, known: impl Iterator<Item = &'w str>) -> String {
    const LONGEST: usize = 24;
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.');
    let known = known.collect::<Vec<_>>().join(", ");
    if word.len() <= LONGEST && word.bytes().all(is_plain) {
        format!("{place} has no word `{word}`; it has {known}")
    } else {
        format!("{place} has no such word; it has {known}")
    }
}

impl EventReceiver for Reading<'_, '_> {
    fn std_table_open(&mut self, _span: Span, _error: &mut dyn ErrorSink) {
        self.finish();
        self.header = Some(Vec::new());
    }

    fn std_table_close(&mut self, span: Span, _error: &mut dyn ErrorSink) {
        let names = self.header.take().unwrap_or_default();
        let name = joined(&names);
        let first = names.first().map_or(span, |(span, _)| *span);
        let what = match self.vocabulary.iter().find(|form| form.name == name) {
            Some(Form { name, .. }) => in_two_brackets(name),
            None => self.no_entry(&name),
        };
        self.fail(first, what);
    }

    fn array_table_open(&mut self, span: Span, error: &mut dyn ErrorSink) {
        self.std_table_open(span, error);
    }

    fn array_table_close(&mut self, span: Span, _error: &mut dyn ErrorSink) {
        self.begin(span);
    }

    fn inline_table_open(&mut self, span: Span, _error: &mut dyn ErrorSink) -> bool {
        self.value(span, Found::Other("a table"));
        self.nested = self.nested.saturating_add(1);
        true
    }

    fn inline_table_close(&mut self, _span: Span, _error: &mut dyn ErrorSink) {
        self.nested = self.nested.saturating_sub(1);
    }

    fn array_open(&mut self, span: Span, _error: &mut dyn ErrorSink) -> bool {
        self.value(span, Found::List);
        self.nested = self.nested.saturating_add(1);
        true
    }

    fn array_close(&mut self, _span: Span, _error: &mut dyn ErrorSink) {
        self.nested = self.nested.saturating_sub(1);
        if self.nested == 0
            && let Some(list) = self.list.take()
            && let Some(entry) = &mut self.entry
        {
            entry.lists.push(list);
        }
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let Some(raw) = self.source.get(span) else { return };
        let mut name = Cow::Borrowed("");
        Raw::new_unchecked(raw.as_str(), encoding, span).decode_key(&mut name, error);
        match &mut self.header {
            Some(names) => names.push((span, name)),
            None if self.nested == 0 => self.word.push((span, name)),
            None => {}
        }
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        if self.nested > 0 && self.list.is_none() || self.fault.is_some() {
            return;
        }
        let Some(raw) = self.source.get(span) else { return };
        // No escape is shorter than what it stands for: the text does not grow, and leaves nothing behind.
        let mut text = Text(Zeroizing::new(String::with_capacity(raw.len())));
        let value = match Raw::new_unchecked(raw.as_str(), encoding, span).decode_scalar(&mut text, error) {
            ScalarKind::String => Found::Text(text.0),
            ScalarKind::Boolean(_) => Found::Other("true or false"),
            ScalarKind::DateTime => Found::Other("a date"),
            ScalarKind::Float | ScalarKind::Integer(_) => Found::Other("a number"),
        };
        self.value(span, value);
    }
}

/// A text that is wiped.
struct Text(Zeroizing<String>);

impl<'t> StringBuilder<'t> for Text {
    fn clear(&mut self) {
        self.0.clear();
    }

    fn push_str(&mut self, text: &'t str) -> bool {
        self.0.push_str(text);
        true
    }

    fn push_char(&mut self, character: char) -> bool {
        self.0.push(character);
        true
    }
}

fn in_two_brackets(name: &str) -> String {
    format!("an entry begins with [[{name}]], in two brackets")
}
