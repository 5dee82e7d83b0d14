//! Secrets as they are kept: in a file, in an environment variable, in a keys file, with a program. One reader for all of
//! them, which leaves no copy behind.

mod command;

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::str::FromStr;

use imza::mac::{Alphabet, decode_base64};
use zeroize::Zeroizing;

/// The longest secret that is read, in bytes; a longer file is another one than the one meant.
const LONGEST: usize = 64 * 1024;

/// What becomes of a newline at the end of a secret that was written by an editor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newline {
    /// It belongs to the secret, and a warning says so (DLGA-12). The default.
    #[default]
    Kept,
    /// One `\n` or `\r\n` at the end is taken off.
    Trimmed,
}

/// How the bytes of a secret are written where it is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Byte by byte (DLGA-12). The default.
    #[default]
    AsIs,
    /// In base64 (RFC 4648, section 4), padded or not.
    Base64,
    /// In base64's URL alphabet (RFC 4648, section 5), padded or not.
    Base64Url,
    /// In hex digits, in upper or lower case.
    Hex,
}

impl Encoding {
    /// Every encoding.
    pub const ALL: [Self; 4] = [Self::AsIs, Self::Base64, Self::Base64Url, Self::Hex];

    /// Its word in the keys file and in the command's `--secret-encoding`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AsIs => "as-is",
            Self::Base64 => "base64",
            Self::Base64Url => "base64url",
            Self::Hex => "hex",
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Encoding {
    type Err = NoSuchEncoding;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|encoding| encoding.as_str() == word).ok_or(NoSuchEncoding)
    }
}

/// A word that names no [`Encoding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the encoding of a secret is `as-is`, `base64`, `base64url` or `hex`")]
pub struct NoSuchEncoding;

/// A secret that was read.
pub struct SecretRead {
    /// The bytes that key an HMAC or are part of a message.
    pub bytes: Zeroizing<Vec<u8>>,
    /// What the user should hear of them, each in one sentence: a newline at the end, a byte order mark, UTF-16.
    pub warnings: Vec<String>,
    /// A warning where the file is one that others than its owner can read or write.
    pub open_to_others: Option<String>,
}

impl fmt::Debug for SecretRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretRead")
            .field("bytes", &format_args!("[redacted]"))
            .field("warnings", &self.warnings)
            .field("open_to_others", &self.open_to_others)
            .finish()
    }
}

/// Reads secrets, each from where it is kept.
///
/// ```
/// use imza_audit::{Encoding, Newline, SecretReader};
///
/// let reader = SecretReader { newline: Newline::Trimmed, encoding: Encoding::Hex };
/// # let directory = std::env::temp_dir().join(format!("imza-secret-{}", std::process::id()));
/// # std::fs::write(&directory, "00ff\n")?;
/// # let path = &directory;
/// assert_eq!(*reader.file(path)?.bytes, [0x00, 0xff]);
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecretReader {
    /// What becomes of a newline at the end.
    pub newline: Newline,
    /// How the bytes are written.
    pub encoding: Encoding,
}

/// Why a secret cannot be had: one sentence, which names where it is kept and holds no byte of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The file cannot be read.
    #[error("cannot read {from}: {error}")]
    Unreadable {
        /// The file.
        from: String,
        /// What the system says.
        error: io::Error,
    },
    /// The file or variable is longer than 65,536 bytes.
    #[error("{from} is longer than {LONGEST} bytes")]
    TooLong {
        /// The file or the variable.
        from: String,
    },
    /// The environment variable is not set.
    #[error("{from} is not set")]
    NotSet {
        /// The variable.
        from: String,
    },
    /// The program cannot be run.
    #[error("cannot run {from}: {error}")]
    NotRun {
        /// The program.
        from: String,
        /// What the system says.
        error: io::Error,
    },
    /// The program says that it has failed.
    #[error("{from} failed ({status})")]
    Failed {
        /// The program.
        from: String,
        /// How it ended, such as "exit status: 1".
        status: std::process::ExitStatus,
    },
    /// The program was ended, since it had not come to its end in time.
    #[error("{from} was ended: it had not come to its end in {} seconds", limit.as_secs())]
    TooSlow {
        /// The program.
        from: String,
        /// The time that it had.
        limit: std::time::Duration,
    },
    /// There is nothing in it.
    #[error("{from} is empty")]
    Empty {
        /// The file or the variable.
        from: String,
    },
    /// It is not written as it should be.
    #[error("{from} is not {encoding}, as which it is to be read")]
    NotEncoded {
        /// Where it is kept.
        from: String,
        /// How it should be written.
        encoding: Encoding,
    },
}

impl SecretReader {
    /// Reads a secret from a file of at most 65,536 bytes. A pipe will do.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn file(self, path: &Path) -> Result<SecretRead, SecretError> {
        let from = format!("the secret file {}", path.display());
        let Whole { bytes, mode } = match read_whole(path, LONGEST) {
            Ok(Some(whole)) => whole,
            Ok(None) => return Err(SecretError::TooLong { from }),
            Err(error) => return Err(SecretError::Unreadable { from, error }),
        };
        let mut read = self.read(bytes, &from)?;
        read.open_to_others = mode.and_then(|mode| open_to_others(&from, mode));
        Ok(read)
    }

    /// Reads a secret from an environment variable.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn variable(self, name: &OsStr) -> Result<SecretRead, SecretError> {
        let from = format!("the environment variable {}", imza::shown::shown(&name.to_string_lossy()));
        // `var_os` panics in debug builds of some platforms on such names.
        let is_legal = !name.is_empty() && !name.as_encoded_bytes().iter().any(|byte| matches!(byte, b'=' | 0));
        match is_legal.then(|| std::env::var_os(name)).flatten() {
            Some(value) => self.read(Zeroizing::new(value.into_encoded_bytes()), &from),
            None => Err(SecretError::NotSet { from }),
        }
    }

    /// Runs a program with its arguments, not through a shell, and takes what it writes to standard output, at most
    /// 65,536 bytes within 60 seconds. One line feed at its end is taken off, as a shell does it. The program reads
    /// nothing, and runs in `directory`, from which a path to it is also counted; its standard error is this process's.
    ///
    /// # Errors
    /// [`SecretError`], which names the program but never what it wrote.
    pub fn command(self, command: &[&str], directory: &Path) -> Result<SecretRead, SecretError> {
        let (bytes, from) = command::output(command, directory, command::LIMIT)?;
        Self { newline: Newline::Trimmed, ..self }.read(bytes, &from)
    }

    /// Reads a secret that is written out in a keys file.
    pub(super) fn text(self, text: &str, from: &str) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        match self.encoding {
            Encoding::AsIs => Ok(Zeroizing::new(text.as_bytes().to_vec())),
            encoding => decode(text.as_bytes(), encoding)
                .ok_or_else(|| SecretError::NotEncoded { from: from.to_owned(), encoding }),
        }
    }

    fn read(self, mut bytes: Zeroizing<Vec<u8>>, from: &str) -> Result<SecretRead, SecretError> {
        let mut warnings = Vec::new();
        if self.newline == Newline::Trimmed {
            let ends = [b"\r\n".as_slice(), b"\n"];
            let kept = ends.into_iter().find_map(|end| bytes.strip_suffix(end)).unwrap_or(&bytes).len();
            bytes.truncate(kept);
        }
        if bytes.is_empty() {
            return Err(SecretError::Empty { from: from.to_owned() });
        }
        if self.encoding != Encoding::AsIs {
            let encoding = self.encoding;
            let not_encoded = || SecretError::NotEncoded { from: from.to_owned(), encoding };
            let bytes = decode(&bytes, encoding).ok_or_else(not_encoded)?;
            return Ok(SecretRead { bytes, warnings, open_to_others: None });
        }
        if is_utf_16(&bytes) {
            warnings.push(format!(
                "{from} is UTF-16, and every byte of it counts as part of the secret; write it as UTF-8"
            ));
        } else if bytes.starts_with(b"\xef\xbb\xbf") {
            warnings.push(format!("{from} begins with a byte order mark, which counts as part of the secret"));
        }
        if self.newline == Newline::Kept && bytes.ends_with(b"\n") {
            warnings.push(format!(
                "{from} ends in a newline, which counts as part of the secret; --trim-newline takes it off"
            ));
        }
        Ok(SecretRead { bytes, warnings, open_to_others: None })
    }
}

/// Whether bytes are a text in UTF-16, with its mark or without.
fn is_utf_16(bytes: &[u8]) -> bool {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let is_marked = matches!(pairs.first(), Some([0xff, 0xfe] | [0xfe, 0xff]));
    let is_ascii = pairs.iter().all(|pair| matches!(pair, [1..=0x7f, 0]))
        || pairs.iter().all(|pair| matches!(pair, [0, 1..=0x7f]));
    rest.is_empty() && (is_marked || pairs.len() > 1 && is_ascii)
}

/// The bytes of a secret that is written in an encoding; whitespace within it, as of lines, does not count.
fn decode(text: &[u8], encoding: Encoding) -> Option<Zeroizing<Vec<u8>>> {
    let mut written = Zeroizing::new(Vec::with_capacity(text.len()));
    written.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let bytes = match encoding {
        Encoding::AsIs => written,
        Encoding::Base64 => decode_base64(&written, Alphabet::Standard)?,
        Encoding::Base64Url => decode_base64(&written, Alphabet::Url)?,
        Encoding::Hex => {
            let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let (pairs, rest) = written.as_chunks();
            let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
            for [high, low] in pairs {
                bytes.push(digit(*high)? << 4 | digit(*low)?);
            }
            rest.is_empty().then_some(bytes)?
        }
    };
    (!bytes.is_empty()).then_some(bytes)
}

/// A file that was read.
pub(super) struct Whole {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// Its mode, where it is a file and not a pipe.
    pub(super) mode: Option<u32>,
}

/// Reads a file; `None` for one with more than `most` bytes.
/// No block with a part of it is given back unwiped.
pub(super) fn read_whole(path: &Path, most: usize) -> io::Result<Option<Whole>> {
    /// A pipe does not say how long it is.
    const FIRST: usize = 64 * 1024 + 1;
    let mut file = File::open(path)?;
    let about = file.metadata()?;
    let length = usize::try_from(about.len()).unwrap_or(usize::MAX);
    // One more, to see the end.
    let room = length.max(FIRST).min(most).saturating_add(1);
    let mut bytes = Zeroizing::new(vec![0; room]);
    let mut held = 0_usize;
    loop {
        if held >= bytes.len() {
            if held > most {
                return Ok(None);
            }
            let room = held.saturating_mul(2).min(most.saturating_add(1));
            let mut larger = Zeroizing::new(vec![0; room]);
            larger.iter_mut().zip(bytes.iter()).for_each(|(to, from)| *to = *from);
            bytes = larger;
        }
        match file.read(bytes.get_mut(held..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => held = held.saturating_add(read),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(held);
    Ok(Some(Whole { bytes, mode: mode(&about) }))
}

#[cfg(unix)]
fn mode(about: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    about.is_file().then(|| about.mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_about: &std::fs::Metadata) -> Option<u32> {
    None
}

/// A warning about a file that others than its owner can read or write.
pub(super) fn open_to_others(what: &str, mode: u32) -> Option<String> {
    let can = match (mode & 0o044, mode & 0o022) {
        (0, 0) => return None,
        (_, 0) => "read",
        (0, _) => "changed",
        _ => "read and changed",
    };
    Some(format!("{what} can be {can} by other users (its mode is {mode:03o}); `chmod 600` takes that away"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], newline: Newline, encoding: Encoding) -> Result<(Vec<u8>, Vec<String>), String> {
        let read = SecretReader { newline, encoding }.read(Zeroizing::new(bytes.to_vec()), "it");
        read.map(|read| (read.bytes.to_vec(), read.warnings)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_is_decoded_as_its_encoding_says() {
        for (text, encoding, bytes) in [
            ("s3cret", Encoding::AsIs, b"s3cret".as_slice()),
            ("+/8=", Encoding::Base64, b"\xfb\xff"),
            ("+/8", Encoding::Base64, b"\xfb\xff"),
            (" +/\r\n8=\n", Encoding::Base64, b"\xfb\xff"),
            ("-_8", Encoding::Base64Url, b"\xfb\xff"),
            ("fBfF\n", Encoding::Hex, b"\xfb\xff"),
        ] {
            assert_eq!(read(text.as_bytes(), Newline::Kept, encoding), Ok((bytes.to_vec(), Vec::new())), "{text}");
        }
        for (text, encoding) in [
            ("-_8=", Encoding::Base64),
            ("+/8=", Encoding::Base64Url),
            ("s3cret!", Encoding::Base64),
            ("abc", Encoding::Hex),
            ("xy", Encoding::Hex),
            ("\u{feff}00", Encoding::Hex),
            ("\n", Encoding::Base64),
        ] {
            let error = read(text.as_bytes(), Newline::Kept, encoding).unwrap_err();
            assert_eq!(error, format!("it is not {encoding}, as which it is to be read"), "{text}");
        }
        assert_eq!(Encoding::ALL.map(|encoding| encoding.as_str().parse()), Encoding::ALL.map(Ok));
        assert!("base32".parse::<Encoding>().is_err());
    }

    #[test]
    fn what_an_editor_added_is_warned_of_and_kept() {
        let utf_16 = |text: &str, mark: bool| -> Vec<u8> {
            mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        for (bytes, warnings) in [
            (b"s3cret".to_vec(), [].as_slice()),
            (b"s3cret\n".to_vec(), &["newline"]),
            (b"\xef\xbb\xbfs3cret".to_vec(), &["byte order mark"]),
            (b"\xef\xbb\xbfs3cret\r\n".to_vec(), &["byte order mark", "newline"]),
            (utf_16("s3cret", true), &["UTF-16"]),
            (utf_16("s3cret\n", true), &["UTF-16"]),
            (utf_16("s3cret", false), &["UTF-16"]),
            (b"a\0".to_vec(), &[]),
            (b"ab\0\0".to_vec(), &[]),
        ] {
            let (kept, said) = read(&bytes, Newline::Kept, Encoding::AsIs).unwrap();
            assert_eq!(kept, bytes);
            assert_eq!(said.len(), warnings.len(), "{said:?}");
            assert!(said.iter().zip(warnings).all(|(said, word)| said.contains(word)), "{said:?}");
        }
        assert_eq!(read(b"\r\n", Newline::Trimmed, Encoding::AsIs), Err("it is empty".to_owned()));
    }

    #[test]
    fn only_a_file_that_others_can_read_or_change_is_warned_of() {
        for (mode, can) in [
            (0o600, None),
            (0o400, None),
            (0o711, None),
            (0o640, Some("read by")),
            (0o604, Some("read by")),
            (0o644, Some("read by")),
            (0o620, Some("changed by")),
            (0o666, Some("read and changed by")),
        ] {
            let warning = open_to_others("it", mode);
            assert_eq!(warning.is_some(), can.is_some(), "{mode:o}");
            assert!(warning.is_none_or(|warning| warning.contains(can.unwrap())), "{mode:o}");
        }
    }
}
