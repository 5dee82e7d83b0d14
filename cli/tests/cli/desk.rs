//! Where a test works: a directory of its own, in which `imza` is run.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const SECRET: &str = "not-a-real-secret";
pub(crate) const MERCHANT_KEY: &str = "merchant-key-not-real";
pub(crate) const MERCHANT_SALT: &str = "merchant-salt-not-real";

/// A directory with the secrets in files; it goes when the test ends.
pub(crate) struct Desk {
    directory: PathBuf,
}

impl Desk {
    pub(crate) fn new() -> Self {
        static DESKS: AtomicUsize = AtomicUsize::new(0);
        let number = DESKS.fetch_add(1, Ordering::Relaxed);
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let desk = Self { directory };
        desk.file("secret", SECRET);
        desk.file("key", MERCHANT_KEY);
        desk.file("salt", MERCHANT_SALT);
        desk
    }

    pub(crate) fn path(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.directory.join(name), bytes).unwrap();
        self.mode(name, 0o600);
    }

    /// Sets who can read a file, where files have such modes.
    pub(crate) fn mode(&self, name: &str, mode: u32) {
        #[cfg(unix)]
        std::fs::set_permissions(self.directory.join(name), std::os::unix::fs::PermissionsExt::from_mode(mode))
            .unwrap();
        #[cfg(not(unix))]
        let _ = (name, mode);
    }

    /// A program that will run here, with `imza` on its path.
    pub(crate) fn command(&self, program: &str) -> Command {
        let directory = Path::new(env!("CARGO_BIN_EXE_imza")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path));
        let mut command = Command::new(program);
        command.current_dir(&self.directory).env("PATH", std::env::join_paths(paths).unwrap());
        // As wide as clap takes a terminal to be where there is none.
        command.env("COLUMNS", "100");
        command
    }

    pub(crate) fn imza<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ended {
        self.imza_reading(b"", arguments)
    }

    /// Runs `imza` with something on its standard input.
    pub(crate) fn imza_reading<A: AsRef<OsStr>>(&self, stdin: &[u8], arguments: impl IntoIterator<Item = A>) -> Ended {
        run(self.command(env!("CARGO_BIN_EXE_imza")).args(arguments), stdin)
    }

    pub(crate) fn sh(&self, script: &str) -> Ended {
        run(self.command("sh").args(["-e", "-c", script]), b"")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// The arguments of a command line that has no blanks in them.
pub(crate) fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(ToOwned::to_owned).collect()
}

pub(crate) fn run(command: &mut Command, stdin: &[u8]) -> Ended {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a program to run");
    // The program may end without having read it.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Ended { code: status.code(), stdout, stderr: String::from_utf8(stderr).unwrap() }
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    /// It did what it was asked, and says nothing else.
    #[track_caller]
    pub(crate) fn done(self) -> Vec<u8> {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.text());
        self.stdout
    }

    /// The same, as text.
    #[track_caller]
    pub(crate) fn done_text(self) -> String {
        String::from_utf8(self.done()).unwrap()
    }

    /// It refused, with one sentence on standard error.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        self.one_sentence(1)
    }

    /// It could not run, and says why in one sentence.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        self.one_sentence(2)
    }

    /// clap refused the arguments.
    #[track_caller]
    pub(crate) fn misused(self) -> String {
        assert_eq!((self.code, self.text().as_str()), (Some(2), ""), "{}", self.stderr);
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        self.stderr
    }

    #[track_caller]
    fn one_sentence(self, code: i32) -> String {
        assert_eq!((self.code, self.text().as_str()), (Some(code), ""), "{}", self.stderr);
        let lines: Vec<_> = self.stderr.lines().filter(|line| !line.starts_with("imza: warning: ")).collect();
        assert!(lines.len() == 1 && lines[0].starts_with("imza: "), "one sentence belongs here: {}", self.stderr);
        lines[0].to_owned()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}
