//! What a file is, seen from its beginning: JSON Lines, a HAR document, or something that has to be made into one
//! of these first.

use std::io::{self, BufRead, Read};
use std::ops::Range;

use super::input::LONGEST_LINE;
use super::json::DEEPEST;
use super::record::MEMBERS;
use super::text::end_of_text;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Lines,
    Har,
    /// Neither; what it is, and what to do with it.
    Other(&'static str),
}

/// What the name of a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Lines,
    Har,
    Neither,
}

/// What files that hold no text begin with, what they are, and what to do. Of gzip and zstd the outermost is read, so
/// what is seen of them here is packed twice.
const NO_TEXT: [(&[u8], &str); 17] = [
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"PK\x07\x08", ZIP),
    (b"\xff\xfe\0\0", UTF_32),
    (b"\0\0\xfe\xff", UTF_32),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
    (b"\x1f\x8b", TWICE),
    (b"\x28\xb5\x2f\xfd", TWICE),
    (b"\x1f\x9d", "it is packed with compress; unpack it first (zcat FILE | imza audit … -)"),
    (b"\x04\x22\x4d\x18", "it is packed with lz4; unpack it first (lz4cat FILE | imza audit … -)"),
    (b"Rar!\x1a\x07", "it is a RAR archive; unpack it first"),
    (b"SQLite format 3\0", "it is an SQLite database; write its records as JSON Lines first"),
    (b"BZh", "it is packed with bzip2; unpack it first (bzcat FILE | imza audit … -)"),
    (b"\xfd7zXZ", "it is packed with xz; unpack it first (xzcat FILE | imza audit … -)"),
    (b"7z\xbc\xaf", "it is a 7z archive; unpack it first"),
    (b"PAR1", PARQUET),
];
#[cfg(feature = "parquet")]
const PARQUET: &str = "it is a Parquet file, which is read by its name and not from a pipe or a packed one";
#[cfg(not(feature = "parquet"))]
const PARQUET: &str = "it is a Parquet file, which this build does not read; write its records as JSON Lines first";
const ZIP: &str = "it is a zip archive; unpack it first";
const TWICE: &str = "it is packed twice; unpack it once first";
const TAR: &str = "it is a tar archive; unpack it first (tar -xOf FILE | imza audit … -)";
const UTF_32: &str = "it is UTF-32; make UTF-8 of it first (iconv -f UTF-32 -t UTF-8 FILE)";
const UTF_16: &str = "it is UTF-16; make UTF-8 of it first (iconv -f UTF-16 -t UTF-8 FILE)";
const ONE_ARRAY: &str = "it is one JSON array; write one record a line first (jq -c '.[]' FILE)";
const MANY_LINES: &str = "its JSON goes over several lines; write one record a line first (jq -c . FILE)";
const ACCESS_LOG: &str = "it is an access log, which holds neither headers nor bodies; \
                          let the server write the records (docs/audit.md shows how)";
const TABLE: &str = "it is a table of separated values; write each row as a JSON object on a line of its own first";
const FLOWS: &str =
    "it is a file of mitmproxy's flows; write them as HAR first (mitmdump -nr FILE --set hardump=FILE.har)";
const MARKUP: &str = "it is XML or HTML; export the recording as HAR";

/// How much of a text is looked at that is not JSON.
const LONGEST_SAMPLE: usize = 4096;

/// How many bytes are looked at, all times counted, before only twice as much is worth another look.
const MOST_WORK: usize = 16 * LONGEST_LINE;

/// Looks at the beginning of a source for what it is. No more is read ahead than it takes to know.
pub(super) fn of<R: BufRead>(source: &mut Ahead<R>, named: Named) -> io::Result<Kind> {
    // UTF-16 has a line feed within what may have to be seen of it; a line of a pipe is not held back for more.
    let is_seen = |ahead: &[u8]| ahead.len() >= TAR_MARK.end || ahead.contains(&b'\n') && !ahead.contains(&0);
    while !is_seen(source.ahead()) && source.more()? {}
    if let Some(advice) = no_text(source.ahead()) {
        return Ok(Kind::Other(advice));
    }
    let (mut is_end, mut work, mut last) = (false, 0_usize, 0_usize);
    loop {
        let length = source.ahead().len();
        // It is looked at from its beginning each time, however small the pieces are in which it comes.
        if is_end || work < MOST_WORK || length >= last.saturating_mul(2) {
            if let Some(kind) = known(source.ahead(), named, is_end) {
                return Ok(kind);
            }
            (work, last) = (work.saturating_add(length), length);
        }
        is_end = !source.more()?;
    }
}

/// Where a tar archive has its mark, `ustar`.
const TAR_MARK: Range<usize> = 257..262;

/// What a file is that begins so, and holds no text in UTF-8; `None` where it may.
fn no_text(beginning: &[u8]) -> Option<&'static str> {
    let is_ascii = |byte: u8| byte > 0 && byte.is_ascii();
    match *beginning {
        _ if beginning.get(TAR_MARK) == Some(b"ustar") => Some(TAR),
        // Without a mark in front: ASCII characters with zero bytes between them.
        [a, 0, 0, 0, b, 0, 0, 0, ..] | [0, 0, 0, a, 0, 0, 0, b, ..] if is_ascii(a) && is_ascii(b) => Some(UTF_32),
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] if is_ascii(a) && is_ascii(b) => Some(UTF_16),
        _ => NO_TEXT.iter().find(|(begins, _)| beginning.starts_with(begins)).map(|(_, advice)| *advice),
    }
}

/// What a text is that begins so; `None` where more of it has to be seen. At its end it is known.
fn known(text: &[u8], named: Named, is_end: bool) -> Option<Kind> {
    let is_end = is_end || text.len() > LONGEST_LINE;
    // Zero bytes in front are what a log has that was cut off while it was written to.
    let zeros = text.iter().take_while(|&&byte| byte == 0).count();
    let text = text.get(zeros..).unwrap_or_default().trim_ascii_start();
    let Some(first) = text.first() else {
        return is_end.then_some(if named == Named::Har { Kind::Har } else { Kind::Lines });
    };
    match named {
        Named::Har if *first == b'{' => Some(Kind::Har),
        // What it is else may be known; lines of records it is not.
        Named::Har => structure(text, named, is_end).map(|kind| if kind == Kind::Lines { Kind::Har } else { kind }),
        Named::Lines | Named::Neither => structure(text, named, is_end),
    }
}

/// What a text is, by its structure, that begins with something.
fn structure(text: &[u8], named: Named, is_end: bool) -> Option<Kind> {
    let first = text.first()?;
    if !matches!(first, b'{' | b'[') {
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let is_seen = is_end || line.len() < text.len() || text.len() > LONGEST_SAMPLE;
        return is_seen.then(|| of_line(line));
    }
    let is_list = *first == b'[';
    let seen = Outline::of(text);
    // What goes over several lines is not JSON Lines, whatever its name says.
    let har = if named == Named::Lines && !seen.has_lines { Kind::Lines } else { Kind::Har };
    match seen.end {
        End::Entries => Some(har),
        End::Closed(_) if seen.has_lines => Some(Kind::Other(if is_list { ONE_ARRAY } else { MANY_LINES })),
        End::Closed(_) if !is_list || !seen.begins_with_object => Some(Kind::Lines),
        // A list that is the whole file is not a line among others.
        End::Closed(rest) if rest.trim_ascii().is_empty() => is_end.then_some(Kind::Other(ONE_ARRAY)),
        End::Open if !is_end => None,
        End::Open if is_list && (seen.has_lines || seen.begins_with_object && text.len() > LONGEST_LINE) => {
            Some(Kind::Other(ONE_ARRAY))
        }
        End::Open if seen.is_in_log && (seen.has_lines || text.len() > LONGEST_LINE) => Some(har),
        End::Open if seen.has_lines => Some(Kind::Other(MANY_LINES)),
        End::Broken | End::Closed(_) | End::Open => Some(Kind::Lines),
    }
}

/// What a text is whose first line is not JSON.
fn of_line(line: &[u8]) -> Kind {
    let is_markup = matches!(line, [b'<', b'?' | b'!' | b'a'..=b'z' | b'A'..=b'Z', ..]);
    // Apache's and nginx's `[09/Mar/2021:13:30:00 +0300]`.
    let is_date = |text: &[u8]| {
        let form = b"[dd/aaa/dddd:dd:dd:dd ";
        let fits = |(byte, form): (&u8, &u8)| match form {
            b'd' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_alphabetic(),
            _ => byte == form,
        };
        text.iter().zip(form).all(fits)
    };
    // That of IIS.
    let is_extended = [b"#Software:".as_slice(), b"#Version:", b"#Fields:"].iter().any(|word| line.starts_with(word));
    // `1234:9:websocket;`: lengths, and the name of a member.
    let mut pieces = line.splitn(3, |&byte| byte == b':');
    let mut is_length = || pieces.next().is_some_and(|piece| !piece.is_empty() && piece.iter().all(u8::is_ascii_digit));
    let is_flow = is_length() && is_length() && pieces.next().is_some_and(|name| name.first() > Some(&b'9'));
    match line {
        _ if is_markup => Kind::Other(MARKUP),
        _ if is_extended || line.windows("[09/Mar/2021:13:30:00 ".len()).any(is_date) => Kind::Other(ACCESS_LOG),
        _ if is_flow => Kind::Other(FLOWS),
        _ if [b',', b';', b'\t'].into_iter().any(|separator| is_header(line, separator)) => Kind::Other(TABLE),
        _ => Kind::Lines,
    }
}

/// Whether a line names the columns of a table, at least two of a record's among them.
fn is_header(line: &[u8], separator: u8) -> bool {
    let name = |cell: &[u8]| str::from_utf8(cell).map(|cell| cell.trim().trim_matches('"').to_ascii_lowercase());
    let names = line.split(|&byte| byte == separator).filter_map(|cell| name(cell).ok());
    names.filter(|name| MEMBERS.contains(&name.as_str())).take(2).count() == 2
}

/// What is seen of the first value of a text.
struct Outline<'t> {
    end: End<'t>,
    /// Whether it goes over several lines.
    has_lines: bool,
    /// Whether it is a list whose first item is an object.
    begins_with_object: bool,
    /// Whether what was seen last is within the object's member `log`.
    is_in_log: bool,
}

/// How far the first value goes.
enum End<'t> {
    /// It is not JSON.
    Broken,
    /// It goes on behind what is seen of it.
    Open,
    /// It has ended, and this follows.
    Closed(&'t [u8]),
    /// The list `log.entries` begins, as in a HAR document.
    Entries,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    ValueOrClose,
    Name,
    NameOrClose,
    Colon,
    CommaOrClose,
}

impl<'t> Outline<'t> {
    /// Looks at the structure alone: quotes, brackets, colons and commas.
    fn of(text: &'t [u8]) -> Self {
        let mut seen = Self { end: End::Open, has_lines: false, begins_with_object: false, is_in_log: false };
        let mut open = Vec::new();
        // The names of the members that are open in the outermost two objects.
        let mut names: [&[u8]; 2] = [b"", b""];
        let mut next = Next::Value;
        let mut rest = text;
        seen.end = loop {
            let blank = rest.len().saturating_sub(rest.trim_ascii_start().len());
            let (whitespace, at) = rest.split_at(blank);
            seen.has_lines |= whitespace.contains(&b'\n');
            let Some((&byte, behind)) = at.split_first() else { break End::Open };
            rest = behind;
            let [outer, inner] = names;
            seen.is_in_log = outer == b"log" && open.len() > 1;
            let is_value = matches!(next, Next::Value | Next::ValueOrClose);
            let is_closing = matches!(next, Next::CommaOrClose | Next::ValueOrClose | Next::NameOrClose);
            next = match byte {
                b'{' | b'[' if is_value => {
                    if byte == b'[' && seen.is_in_log && open.len() == 2 && inner == b"entries" {
                        break End::Entries;
                    }
                    seen.begins_with_object |= byte == b'{' && open.as_slice() == b"[";
                    if open.len() >= DEEPEST {
                        break End::Broken;
                    }
                    open.push(byte);
                    if byte == b'{' { Next::NameOrClose } else { Next::ValueOrClose }
                }
                b'}' | b']' if is_closing => {
                    // `{` and `}`, `[` and `]` are two apart.
                    if open.pop() != byte.checked_sub(2) {
                        break End::Broken;
                    }
                    if open.is_empty() {
                        break End::Closed(rest);
                    }
                    Next::CommaOrClose
                }
                b'"' if is_value || matches!(next, Next::Name | Next::NameOrClose) => {
                    let Some(length) = end_of_text(rest) else {
                        // A text does not go over the end of its line.
                        break if rest.contains(&b'\n') { End::Broken } else { End::Open };
                    };
                    let (text, behind) = rest.split_at(length);
                    if text.contains(&b'\n') {
                        break End::Broken;
                    }
                    rest = behind.get(1..).unwrap_or_default();
                    if is_value {
                        Next::CommaOrClose
                    } else {
                        if let Some(name) = open.len().checked_sub(1).and_then(|level| names.get_mut(level)) {
                            *name = text;
                        }
                        Next::Colon
                    }
                }
                b':' if next == Next::Colon => Next::Value,
                b',' if next == Next::CommaOrClose => {
                    if open.last() == Some(&b'{') {
                        Next::Name
                    } else {
                        Next::Value
                    }
                }
                b'-' | b'0'..=b'9' | b'a'..=b'z' if is_value => {
                    let is_of_it = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
                    let length = rest.iter().take_while(|byte| is_of_it(byte)).count();
                    rest = rest.get(length..).unwrap_or_default();
                    Next::CommaOrClose
                }
                _ => break End::Broken,
            };
        };
        seen
    }
}

/// A source of which something was read ahead.
pub(super) struct Ahead<R> {
    source: R,
    ahead: Vec<u8>,
    /// How much of that is consumed.
    consumed: usize,
}

impl<R: BufRead> Ahead<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, ahead: Vec::new(), consumed: 0 }
    }

    /// What was read ahead and is not consumed.
    pub(super) fn ahead(&self) -> &[u8] {
        self.ahead.get(self.consumed..).unwrap_or_default()
    }

    /// Reads more ahead; false at the end of the source.
    pub(super) fn more(&mut self) -> io::Result<bool> {
        let piece = loop {
            match self.source.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(piece) => break piece.len(),
            }
        };
        self.ahead.extend_from_slice(self.source.fill_buf()?.get(..piece).unwrap_or_default());
        self.source.consume(piece);
        Ok(piece > 0)
    }
}

impl<R: BufRead> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ahead().is_empty() {
            return self.source.read(buffer);
        }
        let bytes = self.ahead().read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

impl<R: BufRead> BufRead for Ahead<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.ahead().is_empty() { self.source.fill_buf() } else { Ok(self.ahead()) }
    }

    fn consume(&mut self, bytes: usize) {
        if self.ahead().is_empty() {
            self.source.consume(bytes);
            return;
        }
        self.consumed = self.consumed.saturating_add(bytes);
        if self.ahead().is_empty() {
            // It may be megabytes.
            self.ahead = Vec::new();
            self.consumed = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a text is, read in pieces of some bytes.
    fn kind(text: &[u8], named: Named, piece: usize) -> Kind {
        let mut source = Ahead::new(io::BufReader::with_capacity(piece, text));
        let kind = of(&mut source, named).expect("a slice can be read");
        let mut read = Vec::new();
        source.read_to_end(&mut read).expect("a slice can be read");
        assert_eq!(read, text, "what was read ahead is read again");
        kind
    }

    #[test]
    fn a_file_is_known_by_its_structure() {
        let har = Kind::Har;
        let list = Kind::Other(ONE_ARRAY);
        let lines = Kind::Other(MANY_LINES);
        for (text, expected) in [
            ("", Kind::Lines),
            ("\n \n", Kind::Lines),
            (r#"{"scheme":"dlga"}"#, Kind::Lines),
            ("{\"scheme\":\"dlga\",\n{\"scheme\":\"dlga\"}\n", Kind::Lines),
            ("{\"scheme\":\"dl\n{\"scheme\":\"dlga\"}\n", Kind::Lines),
            ("{\"log\":\"a line\",\"scheme\":\"dlga\"}\n", Kind::Lines),
            ("{\"log\":{\"level\":\"info\"},\"entries\":[]}\n", Kind::Lines),
            ("{\"log\":{\"a\":{\"entries\":[]}}}\n", Kind::Lines),
            ("{\"a\":{\"entries\":[]}}\n", Kind::Lines),
            (r#"{"log":{"version":"1.2","pages":[{"id":"}"}],"entries":["#, har),
            (r#"{"comment":"\"","log":{"entries":[]}}"#, har),
            ("{\n\"log\" : {\n\"entries\" : [\n", har),
            ("{\n\"log\" : {\n\"version\" : \"1.2\"", har),
            ("[\n {\"scheme\":\"dlga\"},\n {}]\n", list),
            ("[{\"scheme\":\"dlga\"},\n{\"scheme\":\"dlga\"}]", list),
            ("[{\"scheme\":\"dlga\"}]\n", list),
            ("[{\"scheme\":\"dlga\"}]\n[{}]\n", Kind::Lines),
            ("[{\"scheme\":\"dlga\"}]\n{}\n", Kind::Lines),
            ("[\"r1\",\"dlga\"]\n", Kind::Lines),
            ("[]", Kind::Lines),
            ("{\n  \"scheme\": \"dlga\"\n}\n{\n  \"scheme\": \"dlga\"\n}\n", lines),
            ("{\"scheme\": \"dlga\",\n  \"id\": 1}\n", lines),
            ("not JSON\n{}\n", Kind::Lines),
            ("\0\0\0\0{\"scheme\":\"dlga\"}\n", Kind::Lines),
            ("1.2.3.4 - - [09/Mar/2021:13:30:00 +0300] \"GET / HTTP/1.1\" 200 5\n", Kind::Other(ACCESS_LOG)),
            ("<?xml version=\"1.0\"?>\n<items>", Kind::Other(MARKUP)),
            ("<134>1 2021-03-09T13:30:00Z host - - - {}\n", Kind::Lines),
            ("PK\x03\x04", Kind::Other(NO_TEXT[0].1)),
            ("{\0\"\0", Kind::Other(UTF_16)),
            ("\r\0\n\0{\0", Kind::Other(UTF_16)),
            ("\0[\0{", Kind::Other(UTF_16)),
            ("{\0\0\0\"\0\0\0", Kind::Other(UTF_32)),
            ("\n\0\0{\"scheme\":\"dlga\"}\n", Kind::Lines),
            ("\0{\"scheme\":\"dlga\"}\n", Kind::Lines),
            ("PK\x05\x06\0\0", Kind::Other(ZIP)),
            ("id,scheme,received_at\na,dlga,1\n", Kind::Other(TABLE)),
            ("\"id\";\"Scheme\"\n", Kind::Other(TABLE)),
            ("id\tbody\n", Kind::Other(TABLE)),
            ("body, a method\n{}\n", Kind::Lines),
            ("#Software: Microsoft Internet Information Services 10.0\n", Kind::Other(ACCESS_LOG)),
            ("2044:9:websocket;0:~8:response;", Kind::Other(FLOWS)),
            ("12:30:05 {}\n", Kind::Lines),
            ("::1 {}\n", Kind::Lines),
        ] {
            for piece in [1, 2, 7, 1000] {
                assert_eq!(kind(text.as_bytes(), Named::Neither, piece), expected, "{text}");
            }
        }
        assert_eq!(kind(b"\xff\xfe{\0", Named::Lines, 100), Kind::Other(UTF_16));
        assert_eq!(kind(&[b"[".repeat(10_000), b"\n{}".to_vec()].concat(), Named::Neither, 100), Kind::Lines);
    }

    #[test]
    fn a_name_decides_where_the_structure_may_be_either() {
        let one_line = br#"{"log":{"entries":[]},"scheme":"dlga"}"#;
        assert_eq!(kind(one_line, Named::Neither, 100), Kind::Har);
        assert_eq!(kind(one_line, Named::Lines, 100), Kind::Lines);
        for text in ["", " \n", "{}", "{\n\"a\":1}", "null", "[]", "// exported\n{}"] {
            assert_eq!(kind(text.as_bytes(), Named::Har, 100), Kind::Har, "{text}");
        }
        for (text, expected) in
            [("PK\x03\x04", Kind::Other(ZIP)), ("[{}]", Kind::Other(ONE_ARRAY)), ("<a>", Kind::Other(MARKUP))]
        {
            assert_eq!(kind(text.as_bytes(), Named::Har, 100), expected, "{text}");
        }
        assert_eq!(kind(b"{\"log\":{\n\"entries\":[]}}", Named::Lines, 100), Kind::Har);
    }

    #[test]
    fn a_first_value_longer_than_a_line_may_be_is_not_read_ahead_to_its_end() {
        let long = format!("{{\"log\":{{\"comment\":\"{}\"}}}}\n", "x".repeat(2 * LONGEST_LINE));
        assert_eq!(kind(long.as_bytes(), Named::Neither, 1 << 16), Kind::Har);
        for nothing in [b"\0", b"\n", b" "] {
            let mut source = Ahead::new(io::BufReader::new(io::repeat(nothing[0])));
            assert_eq!(of(&mut source, Named::Neither).expect("it can be read"), Kind::Lines);
            assert!(source.ahead().len() <= 2 * LONGEST_LINE + (1 << 16));
        }
        let long = long.replace("log", "gol");
        assert_eq!(kind(long.as_bytes(), Named::Neither, 1 << 16), Kind::Lines);
    }

    /// Else a value of megabytes that comes byte by byte would be looked at a million times.
    #[test]
    fn what_comes_in_small_pieces_is_not_looked_at_for_each() {
        let value = format!("{{\"a\":\"{}\"", "x".repeat(LONGEST_LINE));
        let begun = std::time::Instant::now();
        assert_eq!(kind(value.as_bytes(), Named::Neither, 64), Kind::Lines);
        assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    }
}
