//! A HAR document cut into its entries, in one pass and in bounded memory.
//!
//! Of an entry is kept what the audit asks for, at most [`LONGEST`] bytes; everything else is passed over byte by
//! byte, however long it is and however deep it nests. The cuts follow quotes and brackets alone, so what is wrong
//! within an entry (an escape, a byte that is not UTF-8, a missing comma) ends with that entry.

use std::fmt;
use std::io::{self, BufRead, ErrorKind};
use std::ops::Range;

use super::input::LONGEST_LINE as LONGEST;

/// What is kept of an entry: the values of the members that are read. Each is whole, but may be wrong in itself.
#[derive(Debug, Default)]
pub(super) struct Entry {
    kept: Vec<u8>,
    members: Vec<(Member, Range<usize>)>,
    pub(super) damage: Option<Damage>,
}

impl Entry {
    /// The members and their JSON, in the order in which they occur.
    pub(super) fn members(&self) -> impl Iterator<Item = (Member, &[u8])> {
        self.members.iter().map(|(member, range)| (*member, self.kept.get(range.clone()).unwrap_or_default()))
    }

    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        self.kept.capacity()
    }
}

/// A member that is read: of the entry itself, or of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Started,
    /// The request itself; its JSON is kept only where it is not an object.
    Request,
    Method,
    Url,
    Headers,
    PostData,
    BodySize,
}

impl Member {
    fn of_request(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"method" => Self::Method,
            b"url" => Self::Url,
            b"headers" => Self::Headers,
            b"postData" => Self::PostData,
            b"bodySize" => Self::BodySize,
            _ => return None,
        })
    }

    /// Its name in the document.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Started => "startedDateTime",
            Self::Request => "request",
            Self::Method => "method",
            Self::Url => "url",
            Self::Headers => "headers",
            Self::PostData => "postData",
            Self::BodySize => "bodySize",
        }
    }
}

/// Why not all of an entry was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    Overlong,
    NotJson,
    NotAnObject,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overlong => write!(f, "the request of the entry is longer than {LONGEST} bytes"),
            Self::NotJson => f.write_str("the entry is not JSON"),
            Self::NotAnObject => f.write_str("the entry is not an object"),
        }
    }
}

/// Why a document does not come to its end.
#[derive(Debug)]
pub(super) enum Fault {
    /// It cannot be read.
    Io(io::Error),
    /// It ends in the middle.
    CutShort,
    /// It is not built as HAR documents are; at which byte, from 1, and what belongs there.
    NotHar(u64, &'static str),
    /// No one takes the entries any more.
    NotWanted,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The most members that are kept of an entry. There are seven, each once.
const MOST_MEMBERS: usize = 32;

/// Passes on the entries of a document until `take` says no. Returns how many there were.
pub(super) fn read(source: impl BufRead, mut take: impl FnMut(Entry) -> bool) -> Result<u64, Fault> {
    let mut document = Document { source, read: 0, depth: 0 };
    let mut entries = 0_u64;
    let mut is_wanted = true;
    document.members(|document, name| {
        if name != b"log" {
            return document.value(&mut Kept::nothing());
        }
        document.members(|document, name| {
            if name != b"entries" {
                return document.value(&mut Kept::nothing());
            }
            document.items(|document| {
                entries = entries.saturating_add(1);
                is_wanted = is_wanted && take(document.entry()?);
                if is_wanted { Ok(()) } else { Err(Fault::NotWanted) }
            })
        })
    })?;
    match document.peek()? {
        None => Ok(entries),
        Some(_) => Err(document.not_har("the end of the file")),
    }
}

/// The document, as far as it was read.
struct Document<R> {
    source: R,
    read: u64,
    /// How many objects and lists are open.
    depth: u64,
}

impl<R: BufRead> Document<R> {
    /// One entry.
    fn entry(&mut self) -> Result<Entry, Fault> {
        if self.next()? != b'{' {
            self.value(&mut Kept::nothing())?;
            return Ok(Entry { damage: Some(Damage::NotAnObject), ..Entry::default() });
        }
        let outside = self.depth;
        let mut kept = Kept::default();
        let mut members = Vec::new();
        let read = self.members(|document, name| match name {
            b"startedDateTime" => document.keep(Member::Started, &mut kept, &mut members),
            b"request" if document.next()? == b'{' => {
                kept.mark(Member::Request, &mut members);
                document.members(|document, name| match Member::of_request(name) {
                    Some(member) => document.keep(member, &mut kept, &mut members),
                    None => document.value(&mut Kept::nothing()),
                })
            }
            b"request" => document.keep(Member::Request, &mut kept, &mut members),
            _ => document.value(&mut Kept::nothing()),
        });
        let damage = match read {
            Ok(()) => kept.is_cut.then_some(Damage::Overlong),
            Err(Fault::NotHar(..)) => {
                self.leave(outside)?;
                Some(Damage::NotJson)
            }
            Err(fault) => return Err(fault),
        };
        // Many entries are underway at a time: none takes more memory than it has bytes.
        kept.bytes.shrink_to_fit();
        Ok(Entry { kept: kept.bytes, members, damage })
    }

    /// Keeps a member, all of it or nothing.
    fn keep(
        &mut self,
        member: Member,
        kept: &mut Kept,
        members: &mut Vec<(Member, Range<usize>)>,
    ) -> Result<(), Fault> {
        let before = kept.bytes.len();
        let was_cut = std::mem::take(&mut kept.is_cut);
        let read = self.value(kept);
        if kept.is_cut || read.is_err() {
            kept.bytes.truncate(before);
        } else {
            kept.mark(member, members);
        }
        kept.is_cut |= was_cut;
        read
    }

    /// The members of the object that begins here; `take` reads the value of each, at which it stands.
    fn members(&mut self, mut take: impl FnMut(&mut Self, &[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        self.each(b'{', b'}', |document| {
            if document.next()? != b'"' {
                return Err(document.not_har("a member's name"));
            }
            let mut name = Kept { limit: 64, ..Kept::default() };
            document.value(&mut name)?;
            document.expect(b':', "`:`")?;
            let name = name.bytes.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or_default();
            take(document, name)
        })
    }

    /// The items of the list that begins here; `take` reads each.
    fn items(&mut self, take: impl FnMut(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.each(b'[', b']', take)
    }

    fn each(&mut self, open: u8, close: u8, mut take: impl FnMut(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        self.expect(open, if open == b'{' { "an object" } else { "a list" })?;
        self.depth = self.depth.saturating_add(1);
        if self.next()? != close {
            loop {
                take(self)?;
                match self.next()? {
                    b',' => self.skip(1),
                    byte if byte == close => break,
                    _ => return Err(self.not_har(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" })),
                }
            }
        }
        self.skip(1);
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// A value of any kind, cut out by its quotes and brackets alone.
    fn value(&mut self, kept: &mut Kept) -> Result<(), Fault> {
        let first = self.next()?;
        let mut scan = Scan::default();
        if !matches!(first, b'"' | b'{' | b'[') {
            if matches!(first, b',' | b':' | b'}' | b']') {
                return Err(self.not_har("a value"));
            }
            let is_token = |byte: &u8| matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"');
            let ends = |byte: &u8| is_token(byte) || byte.is_ascii_whitespace();
            return self.pass(kept, |piece| piece.iter().position(ends));
        }
        self.pass(kept, |piece| scan.end_of_value(piece))
    }

    /// Passes over the rest of what is open beyond a depth.
    fn leave(&mut self, depth: u64) -> Result<(), Fault> {
        let mut scan = Scan { depth: self.depth.saturating_sub(depth), ..Scan::default() };
        self.depth = depth;
        self.pass(&mut Kept::nothing(), |piece| scan.end_of_value(piece))
    }

    /// Passes over bytes up to where `end` finds an end, and keeps them.
    fn pass(&mut self, kept: &mut Kept, mut end: impl FnMut(&[u8]) -> Option<usize>) -> Result<(), Fault> {
        loop {
            let piece = match self.source.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                piece => piece?,
            };
            if piece.is_empty() {
                return Err(Fault::CutShort);
            }
            let found = end(piece);
            let length = found.unwrap_or(piece.len());
            kept.add(piece.get(..length).unwrap_or_default());
            self.skip(length);
            if found.is_some() {
                return Ok(());
            }
        }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Fault> {
        if self.next()? != byte {
            return Err(self.not_har(what));
        }
        self.skip(1);
        Ok(())
    }

    /// The next byte that is not whitespace, which is not passed over.
    fn next(&mut self) -> Result<u8, Fault> {
        self.peek()?.ok_or(Fault::CutShort)
    }

    fn peek(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let piece = match self.source.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                piece => piece?,
            };
            let whitespace = piece.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let byte = piece.get(whitespace).copied();
            let is_end = piece.is_empty();
            self.skip(whitespace);
            if byte.is_some() || is_end {
                return Ok(byte);
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.source.consume(bytes);
        self.read = self.read.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    fn not_har(&self, expected: &'static str) -> Fault {
        Fault::NotHar(self.read.saturating_add(1), expected)
    }
}

/// Where within a value a piece of it ends: nothing is remembered of it but this.
#[derive(Default)]
struct Scan {
    depth: u64,
    in_text: bool,
    is_escaped: bool,
}

impl Scan {
    /// Where the value ends in a piece of it; `None` where it goes on behind it.
    fn end_of_value(&mut self, piece: &[u8]) -> Option<usize> {
        let mut at = 0_usize;
        while let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
            if self.in_text {
                if std::mem::take(&mut self.is_escaped) {
                    at = at.saturating_add(1);
                    continue;
                }
                let found = memchr::memchr2(b'"', b'\\', rest)?;
                self.is_escaped = rest.get(found) == Some(&b'\\');
                self.in_text = self.is_escaped;
                at = at.saturating_add(found).saturating_add(1);
            } else {
                let found = rest.iter().position(|byte| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']'))?;
                at = at.saturating_add(found).saturating_add(1);
                match rest.get(found) {
                    Some(b'"') => self.in_text = true,
                    Some(b'{' | b'[') => self.depth = self.depth.saturating_add(1),
                    _ => self.depth = self.depth.saturating_sub(1),
                }
            }
            if self.depth == 0 && !self.in_text {
                return Some(at);
            }
        }
        None
    }
}

/// What is kept, up to a limit.
struct Kept {
    bytes: Vec<u8>,
    limit: usize,
    /// Whether something did not fit.
    is_cut: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self { bytes: Vec::new(), limit: LONGEST, is_cut: false }
    }
}

impl Kept {
    /// For what is passed over.
    fn nothing() -> Self {
        Self { limit: 0, ..Self::default() }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.is_cut |= self.bytes.len().saturating_add(bytes.len()) > self.limit;
        if !self.is_cut {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// What was kept last, since the member before, is this one's value.
    fn mark(&mut self, member: Member, members: &mut Vec<(Member, Range<usize>)>) {
        let begin = members.last().map_or(0, |(_, range)| range.end);
        if members.len() < MOST_MEMBERS {
            members.push((member, begin..self.bytes.len()));
        } else {
            self.is_cut = true;
        }
    }
}
