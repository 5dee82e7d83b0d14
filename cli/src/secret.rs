//! Secrets come from files or the environment, never from arguments: those can be read by everyone
//! on the machine, and stay in the shell's history.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use imza_audit::{Keys, KeysError, Newline, SecretReader};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::output;

/// A secret's bytes as they were handed out, wiped after use.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

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
    pub(crate) form: FormOptions,
}

impl SecretOptions {
    pub(crate) fn read(&self) -> Result<Secret, Failure> {
        let secret = self.form.read(self.secret_file.as_deref(), self.secret_env.as_deref())?;
        secret.ok_or_else(|| Failure::new("a secret is needed: give --secret-file or --secret-env"))
    }
}

/// How the secrets of a command are written where they are kept.
#[derive(Args)]
#[group(skip)]
pub(crate) struct FormOptions {
    #[command(flatten)]
    trim: TrimOptions,
    /// How each secret is written in its file or variable; without it, the bytes are taken as they are
    #[arg(long, value_name = "ENCODING", value_enum)]
    secret_encoding: Option<Encoding>,
}

/// The encodings of a secret.
#[derive(Clone, Copy)]
struct Encoding(imza_audit::Encoding);

impl ValueEnum for Encoding {
    fn value_variants<'a>() -> &'a [Self] {
        use imza_audit::Encoding::{AsIs, Base64, Base64Url, Hex};
        &[Self(AsIs), Self(Base64), Self(Base64Url), Self(Hex)]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.as_str()))
    }
}

impl FormOptions {
    /// Reads a secret from a file or a variable; `None` where neither is given.
    pub(crate) fn read(&self, file: Option<&Path>, variable: Option<&OsStr>) -> Result<Option<Secret>, Failure> {
        let encoding = self.secret_encoding.map(|Encoding(encoding)| encoding).unwrap_or_default();
        let reader = SecretReader { newline: self.trim.newline(), encoding };
        let read = match (file, variable) {
            (Some(path), _) if path == Path::new("-") => {
                return Err(Failure::new(
                    "a secret is not read from standard input; name a file, such as bash's <(command) makes",
                ));
            }
            (Some(path), _) => reader.file(path)?,
            (None, Some(name)) => reader.variable(name)?,
            (None, None) => return Ok(None),
        };
        read.warnings.iter().chain(&read.open_to_others).for_each(|warning| output::warn(warning));
        Ok(Some(read.bytes))
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
    fn newline(&self) -> Newline {
        if self.trim_newline { Newline::Trimmed } else { Newline::Kept }
    }

    /// Reads a keys file and the secrets that it names, with `read` of [`Keys`].
    pub(crate) fn read_keys(&self, path: &Path, read: ReadKeys) -> Result<Keys, Failure> {
        let keys = read(path, self.newline())?;
        keys.warnings().iter().for_each(|warning| output::warn(warning));
        Ok(keys)
    }
}

/// [`Keys::read`] or [`Keys::read_to_explain`].
pub(crate) type ReadKeys = fn(&Path, Newline) -> Result<Keys, KeysError>;

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
    pub(crate) fn read(&self, form: &FormOptions, read: ReadKeys) -> Result<Option<Keys>, Failure> {
        let Some(path) = self.keys.as_deref() else { return Ok(None) };
        if form.secret_encoding.is_some() {
            return Err(Failure::new("--secret-encoding is not for a keys file; write secret_encoding in its entries"));
        }
        form.trim.read_keys(path, read).map(Some)
    }
}
