//! What the pages of a row group ask for, read from their headers before one is unpacked.
//!
//! A Parquet column is a row of pages, and a page's header says how large it is when unpacked; the decoder believes it. So
//! the headers are walked through first. Each is a struct in Thrift's compact form, of which a few numbers are wanted.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek as _, SeekFrom};

use flate2::bufread::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;

use super::shape;
use super::thrift::{Thrift, kind};

/// How many bytes the pages of a row group that are held at a time may have, unpacked: of each column that is read, its
/// dictionary and its largest page.
const MOST_BYTES: u64 = 64 << 20;
/// How many values a column of a row group may have: each costs some twenty bytes, if it comes in one row with all others.
const MOST_VALUES: u64 = 1 << 24;
/// How many bytes a header may have; it can hold the least and the largest value of its page.
const MOST_HEADER: u64 = 1 << 20;
/// How many bytes the decoder takes for each value of a dictionary, beside the dictionary's own.
const BYTES_OF_A_VALUE: u64 = 16;

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
        if pages.has_lengths {
            return Err(format!(
                "column {name} has pages in the encoding DELTA_BYTE_ARRAY or DELTA_LENGTH_BYTE_ARRAY, which is not read; \
                 write plain or dictionary pages"
            ));
        }
        if pages.values > MOST_VALUES {
            let values = pages.values;
            return Err(format!(
                "column {name} has {values} values; at most {MOST_VALUES} are read, write smaller row groups"
            ));
        }
        // A column of values of one length takes that for a null, too; where a row may have many, of each.
        let length = u64::try_from(column.column_descr().type_length()).unwrap_or(0);
        let in_a_row = if column.column_descr().max_rep_level() > 0 { pages.values } else { 1 };
        let fixed = length.saturating_mul(in_a_row);
        let dictionary = pages.dictionary_values.saturating_mul(BYTES_OF_A_VALUE).saturating_add(pages.dictionary);
        held = held.saturating_add(dictionary).saturating_add(pages.largest).saturating_add(fixed);
        largest = largest.max(pages.largest).max(pages.dictionary).max(fixed);
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
    dictionary_values: u64,
    largest: u64,
    values: u64,
    /// One is in an encoding whose data say how many lengths are in it, which the decoder believes.
    has_lengths: bool,
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
            let mut header = Thrift::new((&mut file).take(MOST_HEADER));
            let found = Found::read(&mut header)?;
            at = at.saturating_add(MOST_HEADER.saturating_sub(header.from.limit())).saturating_add(found.packed);
            if found.is_dictionary {
                pages.dictionary = pages.dictionary.max(found.unpacked);
                pages.dictionary_values = pages.dictionary_values.max(found.values);
            } else {
                pages.largest = pages.largest.max(found.unpacked);
                pages.values = pages.values.saturating_add(found.values);
                pages.has_lengths |= matches!(found.encoding, DELTA_LENGTH_BYTE_ARRAY | DELTA_BYTE_ARRAY);
            }
            let page = (&mut file).take(found.packed);
            let is_longer = match column.compression() {
                _ if found.unpacked > MOST_BYTES => false,
                Compression::GZIP(_) => found.is_exceeded_by(page, MultiGzDecoder::new)?,
                Compression::LZ4 => found.is_exceeded_by(page, FrameDecoder::new)?,
                _ => false,
            };
            if is_longer {
                return Err(io::Error::other("one is longer when unpacked than its header says"));
            }
            file.seek(SeekFrom::Start(at))?;
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
    encoding: u64,
    /// How many bytes of levels are before what is packed.
    levels: u64,
}

/// The numbers of fields in a `PageHeader` and in its three headers, as parquet.thrift has them.
mod field {
    pub(super) const TYPE: i64 = 1;
    pub(super) const UNCOMPRESSED_PAGE_SIZE: i64 = 2;
    pub(super) const COMPRESSED_PAGE_SIZE: i64 = 3;
    pub(super) const DATA_PAGE_HEADER: i64 = 5;
    pub(super) const DICTIONARY_PAGE_HEADER: i64 = 7;
    pub(super) const DATA_PAGE_HEADER_V2: i64 = 8;
    /// Of each of the three.
    pub(super) const NUM_VALUES: i64 = 1;
    pub(super) const ENCODING: i64 = 2;
    pub(super) const ENCODING_V2: i64 = 4;
    pub(super) const DEFINITION_LEVELS_BYTE_LENGTH: i64 = 5;
    pub(super) const REPETITION_LEVELS_BYTE_LENGTH: i64 = 6;
}

/// A value of `field::TYPE`.
const DICTIONARY_PAGE: u64 = 2;
/// Values of `field::ENCODING`.
const DELTA_LENGTH_BYTE_ARRAY: u64 = 6;
const DELTA_BYTE_ARRAY: u64 = 7;

impl Found {
    fn read<R: BufRead>(header: &mut Thrift<R>) -> io::Result<Self> {
        let mut found = Self::default();
        header.fields(|header, id, kind| match id {
            field::TYPE => header.number(kind).map(|number| found.is_dictionary = number == DICTIONARY_PAGE),
            field::UNCOMPRESSED_PAGE_SIZE => header.number(kind).map(|number| found.unpacked = number),
            field::COMPRESSED_PAGE_SIZE => header.number(kind).map(|number| found.packed = number),
            field::DATA_PAGE_HEADER | field::DICTIONARY_PAGE_HEADER if kind == kind::STRUCT => {
                let fields = if id == field::DATA_PAGE_HEADER { shape::DATA_PAGE } else { shape::DICTIONARY_PAGE };
                header.fields(|header, id, kind| match id {
                    field::NUM_VALUES => header.number(kind).map(|number| found.values = number),
                    field::ENCODING => header.number(kind).map(|number| found.encoding = number),
                    _ => header.field(fields, id, kind),
                })
            }
            field::DATA_PAGE_HEADER_V2 if kind == kind::STRUCT => header.fields(|header, id, kind| match id {
                field::NUM_VALUES => header.number(kind).map(|number| found.values = number),
                field::ENCODING_V2 => header.number(kind).map(|number| found.encoding = number),
                field::DEFINITION_LEVELS_BYTE_LENGTH | field::REPETITION_LEVELS_BYTE_LENGTH => {
                    header.number(kind).map(|number| found.levels = found.levels.saturating_add(number))
                }
                _ => header.field(shape::DATA_PAGE_V2, id, kind),
            }),
            _ => header.field(shape::PAGE, id, kind),
        })?;
        Ok(found)
    }

    /// Whether the page has more bytes than its header says, by a decoder that unpacks to the end and not to that length.
    fn is_exceeded_by<P: BufRead, D: Read>(&self, mut page: P, decoder: impl FnOnce(P) -> D) -> io::Result<bool> {
        io::copy(&mut (&mut page).take(self.levels), &mut io::sink())?;
        let mut unpacked = decoder(page).take(self.unpacked.saturating_add(1));
        // Where this fails, it fails there too.
        let _ = io::copy(&mut unpacked, &mut io::sink());
        Ok(unpacked.limit() == 0)
    }
}
