//! What the pages of a row group ask for, read from their headers before one is unpacked.
//!
//! A Parquet column is a row of pages, and a page's header says how large it is when unpacked; the decoder believes it. So
//! the headers are walked through first. Each is a struct in Thrift's compact form, of which three numbers are wanted.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};

use parquet::file::metadata::ColumnChunkMetaData;

/// How many bytes the pages of a row group that are held at a time may have, unpacked: of each column that is read, its
/// dictionary and its largest page.
const MOST_BYTES: u64 = 64 << 20;
/// How many values a column of a row group may have: each costs some twenty bytes, if it comes in one row with all others.
const MOST_VALUES: u64 = 1 << 24;
/// How many bytes a header may have; it can hold the least and the largest value of its page.
const MOST_HEADER: u64 = 1 << 20;
/// How deep structs and lists may lie in each other.
const MOST_DEPTH: u32 = 8;

/// How many rows, `most` at the most, can be decoded at a time without more memory than is allowed: a value has no more
/// bytes than its page, but pages can be written so that every row has so many.
///
/// # Errors
/// In words, when the pages cannot be held, or their headers are damaged.
pub(super) fn rows_at_a_time<'a>(
    path: &std::path::Path,
    columns: impl Iterator<Item = &'a ColumnChunkMetaData>,
    most: usize,
) -> Result<usize, String> {
    let (mut held, mut largest) = (0_u64, 1_u64);
    for column in columns {
        let name = column.column_path().string();
        let name = imza::shown::shown(&name);
        let pages = Pages::of(path, column).map_err(|error| format!("column {name}: its pages: {error}"))?;
        if pages.values > MOST_VALUES {
            let values = pages.values;
            return Err(format!(
                "column {name} has {values} values; at most {MOST_VALUES} are read, write smaller row groups"
            ));
        }
        held = held.saturating_add(pages.dictionary).saturating_add(pages.largest);
        largest = largest.max(pages.largest).max(pages.dictionary);
        if held > MOST_BYTES {
            return Err(format!(
                "up to column {name} its pages have {held} bytes when unpacked; at most {MOST_BYTES} are held at a time, write smaller pages"
            ));
        }
    }
    let rows = usize::try_from(MOST_BYTES.checked_div(largest).unwrap_or(1)).unwrap_or(usize::MAX);
    Ok(rows.clamp(1, most))
}

/// The sizes of a column's pages when unpacked, in bytes, and how many values they have together.
#[derive(Debug, Default, PartialEq)]
struct Pages {
    dictionary: u64,
    largest: u64,
    values: u64,
}

impl Pages {
    fn of(path: &std::path::Path, column: &ColumnChunkMetaData) -> io::Result<Self> {
        let (start, length) = column.byte_range();
        let end = start.saturating_add(length);
        let mut file = BufReader::with_capacity(4096, File::open(path)?);
        file.seek(SeekFrom::Start(start))?;
        let mut at = start;
        let mut pages = Self::default();
        while at < end {
            let mut header = Header { from: (&mut file).take(MOST_HEADER), found: Found::default() };
            header.structure(0, 0)?;
            let (left, found) = (header.from.limit(), header.found);
            if found.is_dictionary {
                pages.dictionary = pages.dictionary.max(found.unpacked);
            } else {
                pages.largest = pages.largest.max(found.unpacked);
                pages.values = pages.values.saturating_add(found.values);
            }
            at = at.saturating_add(MOST_HEADER.saturating_sub(left)).saturating_add(found.packed);
            file.seek_relative(i64::try_from(found.packed).map_err(|_| damaged())?)?;
        }
        Ok(pages)
    }
}

/// What is wanted of a header.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    is_dictionary: bool,
    unpacked: u64,
    packed: u64,
    values: u64,
}

/// The numbers of fields in a `PageHeader`, and of `num_values` in each of its three headers, as parquet.thrift has them.
mod field {
    pub(super) const TYPE: i64 = 1;
    pub(super) const UNCOMPRESSED_PAGE_SIZE: i64 = 2;
    pub(super) const COMPRESSED_PAGE_SIZE: i64 = 3;
    pub(super) const DATA_PAGE_HEADER: i64 = 5;
    pub(super) const DATA_PAGE_HEADER_V2: i64 = 8;
    pub(super) const NUM_VALUES: i64 = 1;
    /// The value of `TYPE`.
    pub(super) const DICTIONARY_PAGE: u64 = 2;
}

/// A header while it is read.
struct Header<'a> {
    from: io::Take<&'a mut BufReader<File>>,
    found: Found,
}

impl Header<'_> {
    /// Reads a struct: the header itself at depth 0, and in it, at depth 1, that of its field `within`.
    fn structure(&mut self, depth: u32, within: i64) -> io::Result<()> {
        if depth > MOST_DEPTH {
            return Err(damaged());
        }
        let mut id = 0_i64;
        loop {
            let byte = self.byte()?;
            let (delta, kind) = (byte >> 4, byte & 0xf);
            if kind == 0 {
                return Ok(());
            }
            id = if delta == 0 { self.signed()? } else { id.saturating_add(i64::from(delta)) };
            match (depth, within, id) {
                (0, _, field::TYPE) => self.found.is_dictionary = self.number(kind)? == field::DICTIONARY_PAGE,
                (0, _, field::UNCOMPRESSED_PAGE_SIZE) => self.found.unpacked = self.number(kind)?,
                (0, _, field::COMPRESSED_PAGE_SIZE) => self.found.packed = self.number(kind)?,
                (1, field::DATA_PAGE_HEADER | field::DATA_PAGE_HEADER_V2, field::NUM_VALUES) => {
                    self.found.values = self.number(kind)?;
                }
                _ => self.pass_over(kind, depth, id)?,
            }
        }
    }

    /// Reads a value of no interest.
    fn pass_over(&mut self, kind: u8, depth: u32, id: i64) -> io::Result<()> {
        match kind {
            // A boolean, which is its kind.
            1 | 2 => Ok(()),
            3 => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            7 => self.bytes(8),
            8 => {
                let length = self.varint()?;
                self.bytes(length)
            }
            // Lists and sets. A boolean in one has a byte of its own.
            9 | 10 if depth < MOST_DEPTH => {
                let byte = self.byte()?;
                let length = if byte >> 4 == 15 { self.varint()? } else { u64::from(byte >> 4) };
                let kind = match byte & 0xf {
                    1 | 2 => 3,
                    kind => kind,
                };
                (0..length).try_for_each(|_| self.pass_over(kind, depth.saturating_add(1), id))
            }
            12 => self.structure(depth.saturating_add(1), id),
            _ => Err(damaged()),
        }
    }

    /// A whole number that is not negative.
    fn number(&mut self, kind: u8) -> io::Result<u64> {
        if !matches!(kind, 4..=6) {
            return Err(damaged());
        }
        u64::try_from(self.signed()?).map_err(|_| damaged())
    }

    fn signed(&mut self) -> io::Result<i64> {
        let coded = self.varint()?;
        let half = i64::try_from(coded >> 1).map_err(|_| damaged())?;
        Ok(if coded & 1 == 0 { half } else { !half })
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(damaged())
    }

    fn byte(&mut self) -> io::Result<u8> {
        let byte = *self.from.fill_buf()?.first().ok_or_else(damaged)?;
        self.from.consume(1);
        Ok(byte)
    }

    fn bytes(&mut self, length: u64) -> io::Result<()> {
        let passed = io::copy(&mut (&mut self.from).take(length), &mut io::sink())?;
        if passed == length { Ok(()) } else { Err(damaged()) }
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a header is damaged")
}
