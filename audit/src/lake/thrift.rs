//! Thrift's compact form, in which Parquet's headers and footer are: read so far as to find a few numbers, and to pass over
//! the rest, without memory for any of it.

use std::io::{self, BufRead, Read as _};

use super::shape::{Fields, Is};

/// How deep structs and lists may lie in each other.
const MOST_DEPTH: u32 = 16;

/// The kinds of values.
pub(super) mod kind {
    pub(in super::super) const LIST: u8 = 9;
    pub(in super::super) const STRUCT: u8 = 12;
}

/// Reads values one after another.
pub(super) struct Thrift<R> {
    pub(super) from: R,
    /// How many entries the lists had that were read or passed over.
    pub(super) entries: u64,
    depth: u32,
}

impl<R: BufRead> Thrift<R> {
    pub(super) fn new(from: R) -> Self {
        Self { from, entries: 0, depth: 0 }
    }

    /// Reads a struct: `field` is given the number and the kind of each field, and reads its value or passes over it.
    pub(super) fn fields(&mut self, mut field: impl FnMut(&mut Self, i64, u8) -> io::Result<()>) -> io::Result<()> {
        self.deeper(|thrift| {
            let mut id = 0_i64;
            loop {
                let byte = thrift.byte()?;
                let (delta, kind) = (byte >> 4, byte & 0xf);
                if kind == 0 {
                    return Ok(());
                }
                id = if delta == 0 { thrift.signed()? } else { id.saturating_add(i64::from(delta)) };
                // The decoder would take its lower 16 bits.
                i16::try_from(id).map_err(|_| damaged())?;
                field(thrift, id, kind)?;
            }
        })
    }

    /// Reads a list: `entry` is given the kind of each entry, and reads it or passes over it.
    pub(super) fn list(&mut self, mut entry: impl FnMut(&mut Self, u8) -> io::Result<()>) -> io::Result<()> {
        self.deeper(|thrift| {
            let byte = thrift.byte()?;
            let length = if byte >> 4 == 15 { thrift.varint()? } else { u64::from(byte >> 4) };
            // A boolean in a list has a byte of its own.
            let kind = match byte & 0xf {
                1 | 2 => 3,
                kind => kind,
            };
            for _ in 0..length {
                thrift.entries = thrift.entries.saturating_add(1);
                entry(thrift, kind)?;
            }
            Ok(())
        })
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        if self.depth == MOST_DEPTH {
            return Err(damaged());
        }
        self.depth = self.depth.saturating_add(1);
        read(self)?;
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Passes over the value of a field, which must be what such a field is.
    pub(super) fn field(&mut self, fields: Fields, id: i64, kind: u8) -> io::Result<()> {
        match fields.iter().find(|(known, _)| *known == id) {
            Some((_, is)) => self.value(is, kind),
            None => self.pass_over(kind),
        }
    }

    fn value(&mut self, is: &Is, kind: u8) -> io::Result<()> {
        match (is, kind) {
            (Is::Struct(fields), kind::STRUCT) => self.fields(|thrift, id, kind| thrift.field(fields, id, kind)),
            (Is::List(is), kind::LIST) => self.list(|thrift, kind| thrift.value(is, kind)),
            (Is::Truth, 1 | 2) | (Is::Byte, 3) | (Is::Number, 4..=6) | (Is::Double, 7) | (Is::Text, 8) => {
                self.pass_over(kind)
            }
            _ => Err(damaged()),
        }
    }

    /// Reads a value of no interest.
    pub(super) fn pass_over(&mut self, kind: u8) -> io::Result<()> {
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
            // Lists and sets.
            kind::LIST | 10 => self.list(Self::pass_over),
            kind::STRUCT => self.fields(|thrift, _, kind| thrift.pass_over(kind)),
            _ => Err(damaged()),
        }
    }

    /// A whole number that is not negative.
    pub(super) fn number(&mut self, kind: u8) -> io::Result<u64> {
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

pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a header is damaged")
}
