//! The body of a request: its exact bytes (DLGA-7), from a file or standard input, in pieces.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::streams;

/// How much of a body is in memory at a time.
const PIECE: usize = 64 * 1024;

/// Where a body comes from, opened.
pub(crate) enum Body<'a> {
    /// No body.
    Empty,
    /// `--body -`.
    Stdin,
    /// `--body FILE`.
    File(&'a Path, File),
}

impl<'a> Body<'a> {
    /// Opens the source, so that a file that is not there is told before anything is read.
    pub(crate) fn open(argument: Option<&'a PathBuf>) -> Result<Self, Failure> {
        match argument {
            None => Ok(Self::Empty),
            Some(path) if path == Path::new("-") => streams::stdin().map(|()| Self::Stdin),
            Some(path) => {
                let file = File::open(path)
                    .map_err(|error| Failure::new(format!("cannot read the body file {}: {error}", path.display())))?;
                Ok(Self::File(path, file))
            }
        }
    }

    /// Hands the body over piece by piece, in constant memory.
    pub(crate) fn each_piece(&mut self, take: impl FnMut(&[u8])) -> Result<(), Failure> {
        match self {
            Self::Empty => Ok(()),
            Self::Stdin => each_piece(&mut io::stdin().lock(), take)
                .map_err(|error| Failure::new(format!("cannot read the body from standard input: {error}"))),
            Self::File(path, file) => each_piece(file, take)
                .map_err(|error| Failure::new(format!("cannot read the body file {}: {error}", path.display()))),
        }
    }

    /// The whole body, for what needs it at once.
    pub(crate) fn read(mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.each_piece(|piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }
}

fn each_piece(source: &mut impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => take(buffer.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
