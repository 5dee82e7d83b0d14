//! What a footer asks for, read before it is decoded: the decoder takes memory for as many entries as a list says it has, and
//! calls itself for each level of the schema.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};

use super::thrift::{self, Thrift, kind};
use super::{damaged, shape};

/// How many bytes the footer may have, which describes all columns of all row groups.
const MOST_FOOTER: u32 = 16 << 20;
/// How many entries its lists may have together.
const MOST_ENTRIES: u64 = 1 << 21;
/// How deep columns may lie in each other.
const MOST_LEVELS: usize = 32;

/// The numbers of fields, as parquet.thrift has them.
mod field {
    pub(super) const SCHEMA: i64 = 2;
    /// Of an element of the schema.
    pub(super) const NUM_CHILDREN: i64 = 5;
}

/// Refuses a footer that would take much memory. The file says how long it is in the four bytes before its last four.
///
/// # Errors
/// In words; a footer that is damaged, too.
pub(super) fn is_small(mut file: &File) -> Result<(), String> {
    let mut end = [0; 8];
    file.seek(SeekFrom::End(-8)).and_then(|_| file.read_exact(&mut end)).map_err(damaged)?;
    let [a, b, c, d, ..] = end;
    let length = u32::from_le_bytes([a, b, c, d]);
    if !end.ends_with(super::MAGIC) {
        return Err(damaged("it does not end with PAR1"));
    }
    if length > MOST_FOOTER {
        return Err(format!("its footer has {length} bytes; at most {MOST_FOOTER} are read"));
    }
    let begin = i64::from(length).saturating_add(8);
    file.seek(SeekFrom::End(begin.saturating_neg())).map_err(damaged)?;
    let mut footer = Thrift::new(BufReader::new(file).take(u64::from(length)));
    let mut schema = Schema::default();
    let done = footer.fields(|footer, id, kind| match (id, kind) {
        (field::SCHEMA, kind::LIST) => footer.list(|footer, kind| {
            if kind != kind::STRUCT {
                return Err(thrift::damaged());
            }
            let mut children = 0;
            footer.fields(|footer, id, kind| match id {
                field::NUM_CHILDREN => footer.number(kind).map(|number| children = number),
                _ => footer.field(shape::ELEMENT, id, kind),
            })?;
            schema.add(children);
            Ok(())
        }),
        _ => footer.field(shape::FILE, id, kind),
    });
    done.map_err(|error| damaged(format_args!("its footer: {error}")))?;
    if footer.entries > MOST_ENTRIES {
        let entries = footer.entries;
        return Err(format!("its footer has lists of {entries} entries; at most {MOST_ENTRIES} are read"));
    }
    if schema.deepest > MOST_LEVELS {
        return Err(format!("its columns lie in each other {} deep; at most {MOST_LEVELS} are read", schema.deepest));
    }
    if schema.children >= schema.elements.max(1) {
        return Err(damaged("its schema says that it has more columns than there are"));
    }
    Ok(())
}

/// The tree of columns, which is written as a list: each element says how many of the next lie in it.
#[derive(Default)]
struct Schema {
    elements: u64,
    children: u64,
    /// Of the elements that the next one lies in, how many children are still to come.
    open: Vec<u64>,
    deepest: usize,
}

impl Schema {
    fn add(&mut self, children: u64) {
        self.elements = self.elements.saturating_add(1);
        self.children = self.children.saturating_add(children);
        while self.open.pop_if(|left| *left == 0).is_some() {}
        if let Some(left) = self.open.last_mut() {
            *left = left.saturating_sub(1);
        }
        // One more level than is read is enough to refuse it.
        if children > 0 && self.open.len() <= MOST_LEVELS {
            self.open.push(children);
            self.deepest = self.deepest.max(self.open.len());
        }
    }
}
