//! Secrets come from files or the environment, never from arguments: those can be read by everybody
//! on the machine, and stay in the shell's history.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use imza_audit::{Keys, Newline};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::output;

/// A secret's bytes as they were handed out, wiped after use.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// The longest secret that is read from a file; a longer one is another file than the one meant.
const LONGEST: u64 = 64 * 1024;

/// The AccessKeySecret. A command that takes these options declares the group `secret`.
#[derive(Args)]
#[group(skip)]
pub(crate) struct SecretOptions {
    /// File with the AccessKeySecret, read as it is
    #[arg(long, value_name = "FILE", group = "secret")]
    secret_file: Option<PathBuf>,
    /// Environment variable with the AccessKeySecret
    #[arg(long, value_name = "NAME", group = "secret")]
    secret_env: Option<OsString>,
    #[command(flatten)]
    pub(crate) trim: TrimOptions,
}

impl SecretOptions {
    pub(crate) fn read(&self) -> Result<Secret, Failure> {
        let secret = self.trim.read(self.secret_file.as_deref(), self.secret_env.as_deref())?;
        secret.ok_or_else(|| Failure::new("a secret is needed: give --secret-file or --secret-env"))
    }
}

/// What to do with a secret's last newline.
#[derive(Args)]
#[group(skip)]
pub(crate) struct TrimOptions {
    /// Take one newline (LF or CRLF) off the end of each secret
    #[arg(long)]
    trim_newline: bool,
}

impl TrimOptions {
    /// Reads a secret from a file or a variable; `None` where neither is given.
    pub(crate) fn read(&self, file: Option<&Path>, variable: Option<&OsStr>) -> Result<Option<Secret>, Failure> {
        let (mut secret, source) = match (file, variable) {
            (Some(path), _) => (read_file(path)?, format!("the secret file {}", path.display())),
            (None, Some(name)) => (read_variable(name)?, format!("the environment variable {}", name.display())),
            (None, None) => return Ok(None),
        };
        if secret.ends_with(b"\n") {
            if self.trim_newline {
                let newline = if secret.ends_with(b"\r\n") { 2 } else { 1 };
                let rest = secret.len().saturating_sub(newline);
                secret.truncate(rest);
            } else {
                output::warn(&format!(
                    "{source} ends in a newline, which counts as part of the secret; --trim-newline takes it off"
                ));
            }
        }
        if secret.is_empty() { Err(Failure::new(format!("{source} is empty"))) } else { Ok(Some(secret)) }
    }

    /// Reads a keys file and the secrets that it names.
    pub(crate) fn read_keys(&self, path: &Path) -> Result<Keys, Failure> {
        let newline = if self.trim_newline { Newline::Trimmed } else { Newline::Kept };
        let keys = Keys::read(path, newline)?;
        keys.warnings().iter().for_each(|warning| output::warn(warning));
        Ok(keys)
    }
}

/// The keys file, in place of a single key.
#[derive(Args)]
#[group(skip)]
pub(crate) struct KeysOptions {
    /// Keys file (TOML) with everything that is accepted, in place of one key
    #[arg(long, value_name = "KEYS.toml")]
    keys: Option<PathBuf>,
}

impl KeysOptions {
    /// Reads the keys file, where one was given, and the secrets that it names.
    pub(crate) fn read(&self, trim: &TrimOptions) -> Result<Option<Keys>, Failure> {
        self.keys.as_deref().map(|path| trim.read_keys(path)).transpose()
    }
}

fn read_file(path: &Path) -> Result<Secret, Failure> {
    if path.as_os_str() == "-" {
        return Err(Failure::new(
            "a secret is not read from standard input; name a file, such as bash's <(command) makes",
        ));
    }
    let cannot = |error| Failure::new(format!("cannot read the secret file {}: {error}", path.display()));
    // Room for the whole at once: a vector that grows would leave the secret behind in freed memory.
    let room = usize::try_from(LONGEST.saturating_add(1)).unwrap_or(usize::MAX);
    let mut secret = Zeroizing::new(Vec::with_capacity(room));
    let file = File::open(path).map_err(cannot)?;
    file.take(LONGEST.saturating_add(1)).read_to_end(&mut secret).map_err(cannot)?;
    if secret.len() >= room {
        return Err(Failure::new(format!("the secret file {} is longer than {LONGEST} bytes", path.display())));
    }
    Ok(secret)
}

fn read_variable(name: &OsStr) -> Result<Secret, Failure> {
    let value = std::env::var_os(name)
        .ok_or_else(|| Failure::new(format!("the environment variable {} is not set", name.display())))?;
    Ok(Zeroizing::new(value.into_encoded_bytes()))
}
