//! What an audit reads and what it writes, kept apart: no output goes over an input, the keys or another output,
//! whatever names and links lead there.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::output;

/// A file, by what it is and not by what it is called.
#[derive(Debug, PartialEq, Eq)]
enum Identity {
    /// Device and inode.
    #[cfg(unix)]
    Inode(u64, u64),
    #[cfg(not(unix))]
    Path(PathBuf),
    /// A file that is not there yet: its directory, and its name in it.
    Absent(Box<Identity>, std::ffi::OsString),
}

impl Identity {
    /// Of what a path leads to. Devices and pipes lose nothing when they are written to, and have none.
    fn of(path: &Path) -> Option<Self> {
        match fs::metadata(path) {
            Ok(about) => Self::of_open(&about, path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
                let directory = directory.unwrap_or(Path::new("."));
                let about = fs::metadata(directory).ok()?;
                Some(Self::Absent(Box::new(Self::of_any(&about, directory)?), path.file_name()?.to_owned()))
            }
            Err(_) => None,
        }
    }

    /// Of an open file; the path is asked where the system has no inodes.
    fn of_open(about: &Metadata, path: &Path) -> Option<Self> {
        #[cfg(unix)]
        let holds_bytes = about.is_file() || std::os::unix::fs::FileTypeExt::is_block_device(&about.file_type());
        #[cfg(not(unix))]
        let holds_bytes = about.is_file();
        if holds_bytes { Self::of_any(about, path) } else { None }
    }

    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "it may fail elsewhere")]
    fn of_any(about: &Metadata, _path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        Some(Self::Inode(about.dev(), about.ino()))
    }

    #[cfg(not(unix))]
    fn of_any(_about: &Metadata, path: &Path) -> Option<Self> {
        path.canonicalize().ok().map(Self::Path)
    }
}

/// The files that an audit reads or is to write.
#[derive(Default)]
pub(super) struct Files(Vec<(String, Identity)>);

impl Files {
    /// A file that is read, and what to call it.
    pub(super) fn reads(&mut self, path: &Path, name: String) {
        self.0.extend(Identity::of(path).map(|identity| (name, identity)));
    }

    /// A file that is open for reading, such as standard input.
    pub(super) fn reads_open(&mut self, file: &File, name: String) {
        let about = file.metadata().ok();
        let identity = about.and_then(|about| Identity::of_open(&about, Path::new("/dev/stdin")));
        self.0.extend(identity.map(|identity| (name, identity)));
    }

    /// Refuses to write to a file that is read, or that something else is written to.
    pub(super) fn writes(&mut self, path: &Path, option: &str, what: &str) -> Result<(), Failure> {
        self.claim(Identity::of(path), option, format!("{what} in {}", path.display()))
    }

    /// The same of a file that is open for writing, whether its path was looked at before or not.
    pub(super) fn writes_open(&mut self, file: &File, path: &Path, option: &str, what: &str) -> Result<(), Failure> {
        let name = format!("{what} in {}", path.display());
        self.0.retain(|(other, _)| *other != name);
        let about = file.metadata().ok();
        self.claim(about.and_then(|about| Identity::of_open(&about, path)), option, name)
    }

    fn claim(&mut self, identity: Option<Identity>, option: &str, name: String) -> Result<(), Failure> {
        let Some(identity) = identity else { return Ok(()) };
        if let Some((other, _)) = self.0.iter().find(|(_, other)| *other == identity) {
            return Err(Failure::new(format!("{option} would overwrite {other}")));
        }
        self.0.push((name, identity));
        Ok(())
    }
}

/// Opens the file for the verdicts, without emptying it. One that is made is for its owner alone.
pub(super) fn open_for_verdicts(path: &Path) -> Result<File, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| cannot_write(path, &error))
}

/// Empties the file for the verdicts, and takes it from the eyes of others: they can hold what was sent.
pub(super) fn empty(file: &File, path: &Path) -> Result<(), Failure> {
    let about = file.metadata().map_err(|error| cannot_write(path, &error))?;
    if !about.is_file() {
        return Ok(());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if about.permissions().mode() & 0o077 != 0
            && let Err(error) = file.set_permissions(fs::Permissions::from_mode(0o600))
        {
            output::warn(&format!("others may read {}, and that cannot be changed: {error}", path.display()));
        }
    }
    file.set_len(0).map_err(|error| cannot_write(path, &error))
}

/// A page that is written when all is done: until then what is there stays, and no one ever sees half of it.
pub(super) struct Page {
    path: PathBuf,
    what: &'static str,
    /// A device or a pipe, which no other file can take the place of.
    device: Option<File>,
}

impl Page {
    /// Finds out whether it can be written.
    pub(super) fn begin(path: &Path, what: &'static str) -> Result<Self, Failure> {
        // Where a link leads to a file, that one is replaced and not the link.
        let page = Self { path: path.canonicalize().unwrap_or_else(|_| path.to_owned()), what, device: None };
        let begun = match fs::metadata(&page.path) {
            Ok(about) if about.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(about) if !about.is_file() => OpenOptions::new().write(true).open(&page.path).map(Some),
            // It goes at once: an audit that is ended by a signal leaves nothing behind.
            _ => page.file_beside().map(|_| None),
        };
        let device = begun.map_err(|error| cannot_write(path, &error))?;
        Ok(Self { device, ..page })
    }

    /// A file in the same directory that can take its place, for its owner alone.
    fn file_beside(&self) -> io::Result<NamedTempFile> {
        let directory = self.path.parent().filter(|directory| !directory.as_os_str().is_empty());
        tempfile::Builder::new().prefix(".imza-").tempfile_in(directory.unwrap_or(Path::new(".")))
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = match &mut self.device {
            Some(device) => device.write_all(bytes),
            None => self.file_beside().and_then(|mut file| {
                file.write_all(bytes)?;
                file.persist(&self.path).map(drop).map_err(|error| error.error)
            }),
        };
        let Self { path, what, .. } = self;
        written.map_err(|error| Failure::new(format!("cannot write {what} to {}: {error}", path.display())))
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write {}: {error}", path.display()))
}
