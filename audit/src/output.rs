//! Where verdicts go: whole lines, also when the disk is full.

use std::fs::File;
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write};

use super::AuditError;
use super::judged::Judged;
#[cfg(feature = "parquet")]
use super::lake::Writer;

/// The file (or pipe) that takes the verdicts.
#[derive(Debug)]
pub struct Output {
    file: File,
    name: String,
    #[cfg(feature = "parquet")]
    table: Option<Writer>,
}

impl Output {
    /// Verdicts go to this file, which is called so in messages.
    pub fn new(file: File, name: impl Into<String>) -> Self {
        Self {
            file,
            name: name.into(),
            #[cfg(feature = "parquet")]
            table: None,
        }
    }

    /// Verdicts go to this file as the rows of a Parquet file; see `docs/audit.md` for its columns.
    ///
    /// # Errors
    /// Where the file cannot be held on to twice.
    #[cfg(feature = "parquet")]
    pub fn parquet(file: File, name: impl Into<String>) -> io::Result<Self> {
        let table = Some(Writer::new(file.try_clone()?));
        Ok(Self { table, ..Self::new(file, name) })
    }

    /// Whether verdicts are written as rows.
    #[cfg_attr(not(feature = "parquet"), expect(clippy::unused_self))]
    pub(super) fn is_table(&self) -> bool {
        #[cfg(feature = "parquet")]
        return self.table.is_some();
        #[cfg(not(feature = "parquet"))]
        return false;
    }

    /// Writes the verdicts of a piece.
    pub(super) fn write(&mut self, judged: &Judged) -> Result<(), AuditError> {
        #[cfg(feature = "parquet")]
        if let Some(table) = &mut self.table {
            let written = judged.tables.iter().try_for_each(|rows| table.write(rows));
            return written.map_err(|error| self.table_fault(error));
        }
        self.write_lines(&judged.lines)
    }

    /// Writes what a whole file has at its end.
    #[cfg_attr(not(feature = "parquet"), expect(clippy::unused_self, clippy::unnecessary_wraps))]
    pub(super) fn finish(&mut self) -> Result<(), AuditError> {
        #[cfg(feature = "parquet")]
        if let Some(table) = &mut self.table {
            return table.finish().map_err(|error| self.table_fault(error));
        }
        Ok(())
    }

    /// After an error: lines stay, but a Parquet file without its end is none.
    #[cfg_attr(not(feature = "parquet"), expect(clippy::unused_self))]
    pub(super) fn discard(&mut self) {
        #[cfg(feature = "parquet")]
        if let Some(table) = &mut self.table {
            table.discard();
        }
    }

    #[cfg(feature = "parquet")]
    fn table_fault(&self, error: io::Error) -> AuditError {
        match self.fault(error) {
            AuditError::Output { name, error } => AuditError::Table { name, error },
            other => other,
        }
    }

    /// Writes lines. Where only a part of them fits, what was written of the last one is taken back.
    fn write_lines(&mut self, lines: &[u8]) -> Result<(), AuditError> {
        let mut written = 0;
        write_all(&mut self.file, lines, &mut written).map_err(|error| {
            let part = lines.get(..written).unwrap_or_default().rsplit(|&byte| byte == b'\n').next();
            // A pipe or a terminal keeps what it got; the error that counts is the first one.
            let _ = self.take_back(part.unwrap_or_default().len());
            self.fault(error)
        })
    }

    fn take_back(&mut self, bytes: usize) -> io::Result<()> {
        if bytes > 0 && self.file.metadata()?.is_file() {
            let bytes = i64::try_from(bytes).map_err(io::Error::other)?;
            let end = self.file.seek(SeekFrom::Current(bytes.saturating_neg()))?;
            self.file.set_len(end)?;
        }
        Ok(())
    }

    fn fault(&self, error: io::Error) -> AuditError {
        if error.kind() == ErrorKind::BrokenPipe {
            return AuditError::NobodyReads;
        }
        AuditError::Output { name: self.name.clone(), error }
    }
}

/// Writes all bytes, and counts them, so that after an error it is known how many were written.
fn write_all(to: &mut impl Write, bytes: &[u8], written: &mut usize) -> io::Result<()> {
    while let Some(rest) = bytes.get(*written..).filter(|rest| !rest.is_empty()) {
        match to.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(bytes) => *written = written.saturating_add(bytes),
            // A signal came in between: nothing was written.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes at most three bytes at a time, and every other call is interrupted; full after so many bytes.
    struct Slow {
        written: Vec<u8>,
        room: usize,
        is_interrupted: bool,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.is_interrupted = !self.is_interrupted;
            if self.is_interrupted {
                return Err(ErrorKind::Interrupted.into());
            }
            let taken = bytes.len().min(3).min(self.room - self.written.len());
            if taken == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            self.written.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_interrupted_write_is_repeated_and_loses_nothing() {
        let mut slow = Slow { written: Vec::new(), room: 100, is_interrupted: false };
        let mut written = 0;
        write_all(&mut slow, b"{\"line\":1}\n", &mut written).unwrap();
        assert_eq!((slow.written.as_slice(), written), (b"{\"line\":1}\n".as_slice(), 11));
    }

    #[test]
    fn after_an_error_it_is_known_how_much_was_written() {
        let mut slow = Slow { written: Vec::new(), room: 7, is_interrupted: false };
        let mut written = 0;
        let error = write_all(&mut slow, b"{\"line\":1}\n", &mut written).unwrap_err();
        assert_eq!((error.kind(), written, slow.written.len()), (ErrorKind::StorageFull, 7, 7));
    }
}
