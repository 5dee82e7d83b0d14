//! Files in, blocks of whole lines out: what is compressed is decompressed, what is too long is passed
//! over, and memory does not grow with the file.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read};
use std::mem;
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;

use super::AuditError;
use super::entries::{self, Entry};
use super::judge::Judge;
use super::kind::{self, Ahead, Kind, Named};
#[cfg(feature = "parquet")]
use super::lake::{self, RowGroup};

/// The longest line that is read, in bytes; a longer one is passed over and judged unreadable.
pub(super) const LONGEST_LINE: usize = 4 * 1024 * 1024;

/// How much is read at once.
const BLOCK: usize = 256 * 1024;

/// What a gzip file begins with (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What a zstd file begins with (RFC 8878): a frame, or one that is for other programs.
const ZSTD: [&[u8]; 2] = [b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18"];

const LONGEST_MAGIC: usize = 4;

const NO_ZSTD: &str =
    "it is packed with zstd, which this build does not read; unpack it first (zstdcat FILE | imza audit … -)";

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where recorded requests come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// What the input is called in messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Opens it, and looks at how long it is, where that is known.
    fn open(&self) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
        Ok(match self {
            Self::Stdin => (Box::new(io::stdin()), None),
            Self::File(path) => {
                let file = File::open(path)?;
                let length = Some(file.metadata()?).filter(Metadata::is_file).map(|about| about.len());
                (Box::new(file), length)
            }
        })
    }

    /// What the name says of the kind of the file.
    fn named(&self) -> Named {
        let Self::File(path) = self else { return Named::Neither };
        let unpacked = path.with_extension("");
        let path = if ["gz", "zst"].into_iter().any(|packed| has_extension(path, packed)) { &unpacked } else { path };
        match () {
            () if has_extension(path, "har") => Named::Har,
            () if has_extension(path, "jsonl") || has_extension(path, "ndjson") => Named::Lines,
            () => Named::Neither,
        }
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// A piece of an input that one worker judges at a time.
pub(super) struct Block {
    /// The number of its first line or entry, from 1.
    pub(super) first: u64,
    pub(super) content: Content,
}

impl Block {
    /// How much memory it holds; of a row group, nothing yet.
    pub(super) fn bytes(&self) -> usize {
        match &self.content {
            Content::Lines(bytes) => bytes.len(),
            Content::Entry(entry) => entry.bytes(),
            Content::Overlong => 0,
            #[cfg(feature = "parquet")]
            Content::RowGroup(_) => 0,
        }
    }
}

pub(super) enum Content {
    /// Whole lines of JSON Lines.
    Lines(Vec<u8>),
    /// An entry of a HAR file.
    Entry(Entry),
    /// A line that was longer than [`LONGEST_LINE`].
    Overlong,
    /// Rows of a Parquet file.
    #[cfg(feature = "parquet")]
    RowGroup(RowGroup),
}

/// Whether it has rows, as a Parquet file does. One that cannot be read is found out about when it is.
pub(super) fn is_table(input: &Input) -> bool {
    match input {
        #[cfg(feature = "parquet")]
        Input::File(path) => lake::is_one(path).unwrap_or(true),
        _ => false,
    }
}

/// Reads an input to its end, or until `take` says that nobody wants more. `progress` hears of the
/// bytes as they are read; `spare` gives buffers that were used before.
pub(super) fn read(
    input: &Input,
    judge: &Judge,
    progress: &(dyn Fn(u64) + Sync),
    spare: impl FnMut() -> Vec<u8>,
    mut take: impl FnMut(Block) -> bool,
) -> Result<(), AuditError> {
    let fault = |fault: String| AuditError::Input { name: input.name(), fault };
    let cannot_read = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => fault("it breaks off in the middle: the packed data is cut short".to_owned()),
        _ => fault(format!("it cannot be read: {error}")),
    };
    #[cfg(feature = "parquet")]
    if let Input::File(path) = input
        && lake::is_one(path).map_err(cannot_read)?
    {
        return lake::read(path, judge, progress, take).map_err(fault);
    }
    #[cfg(feature = "parquet")]
    if let Some(column) = judge.json_column() {
        return Err(fault(format!(
            "it is no Parquet file, so it has no column `{}` of records",
            imza::shown::shown(column)
        )));
    }
    #[cfg(not(feature = "parquet"))]
    let _ = judge;
    let (source, length) = input.open().map_err(cannot_read)?;
    let source = Counted { source, progress, read: 0, length };
    let mut source = Ahead::new(BufReader::with_capacity(BLOCK, source));
    // A line of a pipe is not held back for more bytes than it has.
    while source.ahead().len() < LONGEST_MAGIC
        && !source.ahead().contains(&b'\n')
        && source.more().map_err(cannot_read)?
    {}
    let beginning = source.ahead();
    let source: Box<dyn BufRead> = if beginning.starts_with(&GZIP) {
        Box::new(BufReader::with_capacity(BLOCK, Members(GzDecoder::new(Box::new(source)))))
    } else if ZSTD.iter().any(|magic| beginning.starts_with(magic)) {
        unpacked(source).ok_or_else(|| fault(NO_ZSTD.to_owned()))?
    } else {
        Box::new(source)
    };
    let mut source = Ahead::new(source);
    while source.ahead().len() < BYTE_ORDER_MARK.len()
        && BYTE_ORDER_MARK.starts_with(source.ahead())
        && source.more().map_err(cannot_read)?
    {}
    if source.ahead().starts_with(BYTE_ORDER_MARK) {
        source.consume(BYTE_ORDER_MARK.len());
    }
    match kind::of(&mut source, input.named()).map_err(cannot_read)? {
        Kind::Lines => return read_lines(source, spare, take).map_err(cannot_read),
        Kind::Har => {}
        Kind::Other(what) => return Err(fault(what.to_owned())),
    }
    let mut number = 0_u64;
    let entries = entries::read(source, |entry| {
        number = number.saturating_add(1);
        take(Block { first: number, content: Content::Entry(entry) })
    });
    match entries {
        Ok(0) => Err(fault("it is a HAR file without entries".to_owned())),
        Ok(_) | Err(entries::Fault::NotWanted) => Ok(()),
        Err(entries::Fault::Io(error)) => Err(cannot_read(error)),
        Err(entries::Fault::CutShort) => Err(fault("the HAR file breaks off in the middle".to_owned())),
        Err(entries::Fault::NotHar(place, expected)) => {
            Err(fault(format!("it is not a HAR file: {expected} belongs at its byte {place}")))
        }
    }
}

/// Passes lines on in blocks, as soon as they are there: a pipe that gives one line gets it judged.
/// `spare` gives buffers that were used before, whose memory is at hand.
fn read_lines(
    mut source: impl BufRead,
    mut spare: impl FnMut() -> Vec<u8>,
    mut take: impl FnMut(Block) -> bool,
) -> io::Result<()> {
    let mut line = 1_u64;
    let mut buffer = spare();
    // How many bytes of the buffer hold the beginning of a line.
    let mut held = 0_usize;
    loop {
        buffer.resize(held.saturating_add(BLOCK), 0);
        let bytes = match source.read(buffer.get_mut(held..).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Ok(0) => {
                buffer.truncate(held);
                // The last line may lack its line feed.
                if held > 0 {
                    take(Block { first: line, content: Content::Lines(buffer) });
                }
                return Ok(());
            }
            read => read?,
        };
        let end = held.saturating_add(bytes);
        let read = buffer.get(held..end).unwrap_or_default();
        let Some(last) = memchr::memrchr(b'\n', read) else {
            held = end;
            if held > LONGEST_LINE {
                held = 0;
                // Its memory is not one that short lines may hold on to.
                buffer = Vec::new();
                source.skip_until(b'\n')?;
                if !take(Block { first: line, content: Content::Overlong }) {
                    return Ok(());
                }
                line = line.saturating_add(1);
            }
            continue;
        };
        let whole = held.saturating_add(last).saturating_add(1);
        let begun = buffer.get(whole..end).unwrap_or_default();
        let mut next = spare();
        held = begun.len();
        next.resize(next.len().max(held), 0);
        next.iter_mut().zip(begun).for_each(|(to, from)| *to = *from);
        buffer.truncate(whole);
        let first = line;
        let feeds = memchr::memchr_iter(b'\n', &buffer).count();
        line = line.saturating_add(u64::try_from(feeds).unwrap_or(u64::MAX));
        if !take(Block { first, content: Content::Lines(buffer) }) {
            return Ok(());
        }
        buffer = next;
    }
}

#[cfg(feature = "zstd")]
#[expect(clippy::unnecessary_wraps, reason = "a build without the feature has none")]
fn unpacked<'s>(source: impl BufRead + 's) -> Option<Box<dyn BufRead + 's>> {
    Some(Box::new(BufReader::with_capacity(BLOCK, super::zstd::Frames::new(source))))
}

#[cfg(not(feature = "zstd"))]
fn unpacked<'s>(_source: impl BufRead + 's) -> Option<Box<dyn BufRead + 's>> {
    None
}

/// The members of a gzip file, one after the other; zero bytes behind one are padding.
struct Members<'s>(GzDecoder<Box<dyn BufRead + 's>>);

impl Read for Members<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let bytes = self.0.read(buffer)?;
            let source = self.0.get_mut();
            if bytes > 0 || buffer.is_empty() {
                return Ok(bytes);
            }
            while source.fill_buf()?.first() == Some(&0) {
                source.consume(1);
            }
            if source.fill_buf()?.is_empty() {
                return Ok(0);
            }
            self.0 = GzDecoder::new(mem::replace(source, Box::new(io::empty())));
        }
    }
}

/// Counts the bytes that are read, reports them, and notices where a file has fewer than it had.
struct Counted<'p> {
    source: Box<dyn Read + Send>,
    progress: &'p (dyn Fn(u64) + Sync),
    read: u64,
    /// How long it was when it was opened, where that is known.
    length: Option<u64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = loop {
            match self.source.read(buffer) {
                // A signal came in between: nothing was read.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break u64::try_from(read?).unwrap_or(u64::MAX),
            }
        };
        self.read = self.read.saturating_add(bytes);
        if let Some(length) = self.length.filter(|&length| bytes == 0 && !buffer.is_empty() && self.read < length) {
            let read = self.read;
            return Err(io::Error::other(format!("it had {length} bytes and ended after {read}: it was cut short")));
        }
        (self.progress)(bytes);
        Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte at a time, and every other call is interrupted.
    struct Interrupted(&'static [u8], bool);

    impl Read for Interrupted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 { Err(io::ErrorKind::Interrupted.into()) } else { (&mut self.0).take(1).read(buffer) }
        }
    }

    fn read(text: &'static [u8], length: Option<u64>) -> io::Result<Vec<u8>> {
        let source = Box::new(Interrupted(text, false));
        let mut counted = Counted { source, progress: &|_| (), read: 0, length };
        let mut bytes = Vec::new();
        let mut byte = [0];
        // By hand, since `read_to_end` would repeat what is interrupted itself.
        while counted.read(&mut byte)? > 0 {
            bytes.push(byte[0]);
        }
        Ok(bytes)
    }

    #[test]
    fn an_interrupted_read_is_repeated_and_loses_nothing() {
        assert_eq!(read(b"{}\n{}", None).unwrap(), b"{}\n{}");
    }

    #[test]
    fn a_file_that_ends_before_its_length_was_cut_short_and_one_that_grew_is_read_to_its_end() {
        assert_eq!(read(b"1234", Some(4)).unwrap(), b"1234");
        assert_eq!(read(b"1234", Some(2)).unwrap(), b"1234");
        let error = read(b"1234", Some(5)).unwrap_err().to_string();
        assert_eq!(error, "it had 5 bytes and ended after 4: it was cut short");
    }
}
