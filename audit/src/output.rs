//! Where verdicts go: whole lines, also when the disk is full.

use std::fs::File;
use std::io::{self, ErrorKind, Seek as _, SeekFrom, Write as _};

use super::AuditError;

/// The file (or pipe) that takes the verdicts.
#[derive(Debug)]
pub struct Output {
    file: File,
    name: String,
}

impl Output {
    /// Verdicts go to this file, which is called so in messages.
    pub fn new(file: File, name: impl Into<String>) -> Self {
        Self { file, name: name.into() }
    }

    /// Writes lines. Where only a part of them fits, what was written of the last one is taken back.
    pub(super) fn write(&mut self, lines: &[u8]) -> Result<(), AuditError> {
        let mut written = 0_usize;
        while let Some(rest) = lines.get(written..).filter(|rest| !rest.is_empty()) {
            match self.file.write(rest) {
                Ok(0) => return Err(self.fault(ErrorKind::WriteZero.into())),
                Ok(bytes) => written = written.saturating_add(bytes),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let part = lines.get(..written).unwrap_or_default().rsplit(|&byte| byte == b'\n').next();
                    // A pipe or a terminal keeps what it got; the error that counts is the first one.
                    let _ = self.take_back(part.unwrap_or_default().len());
                    return Err(self.fault(error));
                }
            }
        }
        Ok(())
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
