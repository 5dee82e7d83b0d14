//! The keys file: TOML with the access keys, the merchants and the recipes that requests are verified with.
//!
//! ```toml
//! [[dlga]]
//! access_key_id = "1234567-8ABC-DEF0-5432-56712ABCDEF5"
//! secret_env = "DIYALOG_SECRET"          # or secret_file = "diyalog.secret", or secret = "…", or
//!                                        # secret_command = ["op", "read", "op://shop/diyalog/secret"]
//! secret_encoding = "as-is"              # the default; or base64, base64url, hex
//!
//! [[haso]]
//! merchant_id = "1000042"
//! key_file = "haso.key"                  # or key_env, key, key_command
//! salt_file = "haso.salt"                # or salt_env, salt, salt_command
//! hmac_key = "merchant-key"              # the default; "merchant-salt" needs no key (HASO-4)
//!
//! [[recipe]]
//! endpoint = "/RequestV2/CreateTransaction"
//! message = "merchantId + ipAddress + merchantOid + merhant_salt"
//! ```
//!
//! An id may have several entries, one for each of its secrets during a rotation (DLGA-20, HASO-11).
//! The file is read entry by entry and not by `serde`, whose messages repeat the value they refuse:
//! here that can be a secret.

mod toml;

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{fmt, io, mem};

use zeroize::Zeroizing;

use imza::dlga::{self, AccessKey};
use imza::explain;
use imza::haso::{self, HmacKey};

use super::secret::{Encoding, Newline, SecretReader, Whole, open_to_others, read_whole};
use toml::{Entry, Fault, Form, List, Value};

/// The longest keys file that is read, in bytes: some 200,000 keys.
const LONGEST: usize = 32 * 1024 * 1024;

/// What a keys file holds, read and ready to verify with. Secrets are zeroized on drop and
/// `[redacted]` in `Debug`.
#[derive(Debug, Default)]
pub struct Keys {
    verifier: dlga::Verifier,
    access_key_ids: Vec<String>,
    merchants: BTreeMap<String, (haso::Merchant, Vec<usize>)>,
    merchant_ids: Vec<String>,
    explainers: Option<Explainers>,
    recipes: Vec<(String, haso::Recipe)>,
    files: Vec<PathBuf>,
    warnings: Vec<String>,
}

/// Explainers hold the secrets themselves, so they are made only where they are asked for.
#[derive(Debug, Default)]
struct Explainers {
    dlga: explain::dlga::Explainer,
    haso: BTreeMap<String, explain::haso::Explainer>,
}

impl Keys {
    /// Reads a keys file of at most 32 MiB, and the environment variables and files (relative to the keys file) that
    /// it names; and runs the commands that it gives, unless others than its owner can change it. Time and memory grow
    /// with the number of keys alone.
    ///
    /// # Errors
    /// [`KeysError`]: what is wrong, in one sentence that begins with the file and the line.
    pub fn read(path: &Path, newline: Newline) -> Result<Self, KeysError> {
        Self::read_with(path, newline, None)
    }

    /// Reads a keys file as [`Keys::read`] does, and makes of it what explains refusals too. This holds the secrets
    /// in plain.
    ///
    /// # Errors
    /// As [`Keys::read`].
    pub fn read_to_explain(path: &Path, newline: Newline) -> Result<Self, KeysError> {
        Self::read_with(path, newline, Some(Explainers::default()))
    }

    /// Takes the text of a keys file that is held in memory. Files that it names are relative to the working
    /// directory; `explains` is as in [`Keys::read_to_explain`]. No command is run for it.
    ///
    /// # Errors
    /// As [`Keys::read`]; the file is called `<keys>`.
    pub fn of_toml(text: &[u8], newline: Newline, explains: bool) -> Result<Self, KeysError> {
        Self::take(Path::new("<keys>"), text, None, Runs::NothingOfMemory, newline, explains.then(Explainers::default))
    }

    fn read_with(path: &Path, newline: Newline, explainers: Option<Explainers>) -> Result<Self, KeysError> {
        let whole = |fault: String| KeysError { file: path.to_owned(), line: None, fault };
        let Whole { bytes, mode } = read_whole(path, LONGEST)
            .map_err(|error: io::Error| whole(format!("the keys file cannot be read: {error}")))?
            .ok_or_else(|| whole(format!("the keys file is longer than {LONGEST} bytes")))?;
        let runs = if mode.is_some_and(|mode| mode & 0o022 != 0) { Runs::NothingOfOthers } else { Runs::Commands };
        let mut keys = Self::take(path, &bytes, mode, runs, newline, explainers)?;
        keys.files.insert(0, path.to_owned());
        Ok(keys)
    }

    fn take(
        path: &Path,
        bytes: &[u8],
        mode: Option<u32>,
        runs: Runs,
        newline: Newline,
        explainers: Option<Explainers>,
    ) -> Result<Self, KeysError> {
        let mut place = Place { path, text: bytes, at: 0, line: 1 };
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                return Err(place.fault(error.valid_up_to()..error.valid_up_to(), "the keys file is not UTF-8"));
            }
        };
        let keys = Self { explainers, ..Self::default() };
        let mut reading = Reading {
            keys,
            path,
            newline,
            place,
            endpoints: Endpoints::default(),
            open: Vec::new(),
            holds_a_secret: false,
            runs,
        };
        toml::read(text, &VOCABULARY, &mut |entry| reading.add(entry))
            .map_err(|fault| place.fault(fault.span, fault.what))?;
        let Reading { mut keys, open, holds_a_secret, .. } = reading;
        let keys_file = mode.filter(|_| holds_a_secret);
        let keys_file = keys_file.and_then(|mode| open_to_others(&format!("the keys file {}", path.display()), mode));
        keys.warnings.extend(keys_file);
        if let [first, others @ ..] = open.as_slice() {
            keys.warnings.push(match others.len() {
                0 => first.clone(),
                others => format!("{first}; so can {others} other secret files of the keys file"),
            });
        }
        Ok(keys)
    }

    /// Verifies DLGA requests, with the default window; the index of a key is the place of its
    /// `[[dlga]]` entry in the file, from 0.
    pub fn verifier(&self) -> &dlga::Verifier {
        &self.verifier
    }

    /// The keys with a bound for each explanation, as [`explain::dlga::Explainer::most_work`] has it.
    pub(super) fn with_most_work(mut self, bytes: u64) -> Self {
        if let Some(Explainers { dlga, haso }) = &mut self.explainers {
            *dlga = mem::take(dlga).most_work(bytes);
            *haso = mem::take(haso).into_iter().map(|(id, explainer)| (id, explainer.most_work(bytes))).collect();
        }
        self
    }

    /// The keys with another clock or window in their verifier, which is not copied: it may hold many.
    pub(super) fn with_verifier(self, change: impl FnOnce(dlga::Verifier) -> dlga::Verifier) -> Self {
        Self { verifier: change(self.verifier), ..self }
    }

    /// Explains refused DLGA requests with all keys; their indices are those of [`Keys::verifier`]. `None` where the
    /// file was not read to explain.
    pub fn explainer(&self) -> Option<&explain::dlga::Explainer> {
        self.explainers.as_ref().map(|explainers| &explainers.dlga)
    }

    /// The access key id of each `[[dlga]]` entry, in the order of the file.
    pub fn access_key_ids(&self) -> &[String] {
        &self.access_key_ids
    }

    /// The merchant with this id and, for each of its secrets, the place of the `[[haso]]` entry that
    /// it comes from, from 0: `entries[accepted.key_index()]`.
    pub fn merchant(&self, merchant_id: &str) -> Option<(&haso::Merchant, &[usize])> {
        self.merchants.get(merchant_id).map(|(merchant, entries)| (merchant, entries.as_slice()))
    }

    /// Explains refused tokens of the merchant with this id; the index of a secret is that of
    /// [`Keys::merchant`]. `None` also where the file was not read to explain.
    pub fn merchant_explainer(&self, merchant_id: &str) -> Option<&explain::haso::Explainer> {
        self.explainers.as_ref()?.haso.get(merchant_id)
    }

    /// A text with every secret replaced that this file has, as an explanation shows it. Only the secrets of a file that
    /// was read to explain are known here.
    pub fn without_secrets(&self, text: &str) -> String {
        let Some(Explainers { dlga, haso }) = &self.explainers else { return text.to_owned() };
        haso.values().fold(dlga.without_secrets(text), |text, explainer| explainer.without_secrets(&text))
    }

    /// The merchant id of each `[[haso]]` entry, in the order of the file.
    pub fn merchant_ids(&self) -> &[String] {
        &self.merchant_ids
    }

    /// The `[[recipe]]` entries as (endpoint, recipe), in the order of the file.
    pub fn recipes(&self) -> &[(String, haso::Recipe)] {
        &self.recipes
    }

    /// The recipe for an endpoint, given as a path or as its last part: that of the keys file, else
    /// that of the vendor's table.
    pub fn recipe(&self, endpoint: &str) -> Option<&haso::Recipe> {
        let own = self.recipes.iter().find(|(known, _)| is_endpoint(known, endpoint)).map(|(_, recipe)| recipe);
        own.or_else(|| haso::Recipe::find(endpoint).ok())
    }

    /// The keys file's name, as messages have it.
    pub fn name(&self) -> String {
        self.files.first().map(|path| path.display().to_string()).unwrap_or_default()
    }

    /// The keys file and the secret files that were read.
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// What the user should hear, each in one sentence: secrets that end in a newline, begin with a byte order mark or
    /// are UTF-16, and files with secrets that others can read.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// Whether two ways to name an endpoint, a path or its last part alone, mean the same.
pub(super) fn is_endpoint(known: &str, asked: &str) -> bool {
    let last_part_is = |path: &str, name: &str| !name.contains('/') && last_part(path) == name;
    known == asked || last_part_is(known, asked) || last_part_is(asked, known)
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// What is wrong with a keys file: one sentence with file and line. Never holds a byte of a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {fault}", file.display(), Line(*line))]
pub struct KeysError {
    file: PathBuf,
    line: Option<usize>,
    fault: String,
}

impl KeysError {
    /// The line in the keys file, from 1; none where the file as a whole cannot be read.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

/// A line as it follows a file's name.
struct Line(Option<usize>);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

/// A place in the file, whose line is known.
#[derive(Clone, Copy)]
struct Place<'t> {
    path: &'t Path,
    text: &'t [u8],
    at: usize,
    line: usize,
}

impl Place<'_> {
    /// A fault somewhere in the file. Lines are counted on from the last one: a file may have a fault in each.
    fn fault(&mut self, span: Range<usize>, fault: impl Into<String>) -> KeysError {
        let feeds = |range: Range<usize>| memchr::memchr_iter(b'\n', self.text.get(range).unwrap_or_default()).count();
        let line = if span.start < self.at {
            self.line.saturating_sub(feeds(span.start..self.at))
        } else {
            self.line.saturating_add(feeds(self.at..span.start))
        };
        (self.at, self.line) = (span.start, line);
        KeysError { file: self.path.to_owned(), line: Some(line), fault: fault.into() }
    }
}

const VOCABULARY: [Form; 3] = [
    Form {
        name: "dlga",
        texts: &["access_key_id", "secret", "secret_env", "secret_file", "secret_encoding"],
        lists: &["secret_command"],
    },
    Form {
        name: "haso",
        texts: &[
            "merchant_id",
            "hmac_key",
            "key",
            "key_env",
            "key_file",
            "salt",
            "salt_env",
            "salt_file",
            "secret_encoding",
        ],
        lists: &["key_command", "salt_command"],
    },
    Form { name: "recipe", texts: &["endpoint", "message"], lists: &[] },
];

/// The words for where a secret is kept.
struct Sources {
    /// In the file itself.
    text: &'static str,
    /// In an environment variable.
    variable: &'static str,
    /// In a file of its own.
    file: &'static str,
    /// With a program that writes it.
    command: &'static str,
}

const SECRET: Sources =
    Sources { text: "secret", variable: "secret_env", file: "secret_file", command: "secret_command" };
const KEY: Sources = Sources { text: "key", variable: "key_env", file: "key_file", command: "key_command" };
const SALT: Sources = Sources { text: "salt", variable: "salt_env", file: "salt_file", command: "salt_command" };

/// The file while it is read.
struct Reading<'t> {
    keys: Keys,
    path: &'t Path,
    newline: Newline,
    place: Place<'t>,
    endpoints: Endpoints,
    /// Warnings about secret files that others can read.
    open: Vec<String>,
    holds_a_secret: bool,
    runs: Runs,
}

/// Whether the commands of a keys file are run.
#[derive(Clone, Copy)]
enum Runs {
    Commands,
    /// It is a text that a program holds.
    NothingOfMemory,
    /// It is a file that others can change.
    NothingOfOthers,
}

impl Reading<'_> {
    fn add(&mut self, entry: Entry) -> Result<(), Fault> {
        match entry.name {
            "dlga" => self.add_access_key(entry),
            "haso" => self.add_merchant(entry),
            _ => self.add_recipe(entry),
        }
    }

    fn add_access_key(&mut self, mut entry: Entry) -> Result<(), Fault> {
        let id = entry.required("access_key_id")?;
        let encoding = encoding(&mut entry)?;
        let secret = self.required_secret(&mut entry, &SECRET, encoding)?;
        let fault = |error: dlga::Error| entry.fault(error.to_string());
        let key = AccessKey::new(&id.text, &*secret).map_err(fault)?;
        self.keys.verifier = mem::take(&mut self.keys.verifier).access_key(key);
        if let Some(explainers) = &mut self.keys.explainers {
            explainers.dlga = mem::take(&mut explainers.dlga).key(&id.text, &*secret).map_err(fault)?;
        }
        self.keys.access_key_ids.push(id.text.to_string());
        Ok(())
    }

    fn add_merchant(&mut self, mut entry: Entry) -> Result<(), Fault> {
        let id = entry.required("merchant_id")?;
        let hmac_key = match entry.take("hmac_key") {
            None => HmacKey::default(),
            Some(Value { text, span }) => text.parse().map_err(|_| Fault {
                span,
                what: "`hmac_key` is either \"merchant-key\" or \"merchant-salt\"".to_owned(),
            })?,
        };
        let encoding = encoding(&mut entry)?;
        // A merchant whose salt keys the HMAC may have a key too: switching the reading is one word then.
        let key = match hmac_key {
            HmacKey::MerchantSalt => self.secret(&mut entry, &KEY, encoding)?.filter(|_| false),
            _ => Some(self.required_secret(&mut entry, &KEY, encoding)?),
        };
        let salt = self.required_secret(&mut entry, &SALT, encoding)?;
        let fault = |error: haso::Error| entry.fault(error.to_string());
        let secret = match key {
            Some(key) => haso::Secret::new(&*key, &*salt),
            None => haso::Secret::salt_only(&*salt),
        };
        let secret = secret.map_err(fault)?;
        let index = self.keys.merchant_ids.len();
        let id = id.text.to_string();
        let (merchant, entries) = match self.keys.merchants.remove(&id) {
            None => (haso::Merchant::of(&id, &secret).map_err(fault)?, vec![index]),
            Some((merchant, mut entries)) => {
                entries.push(index);
                (merchant.older(&secret), entries)
            }
        };
        self.keys.merchants.insert(id.clone(), (merchant, entries));
        if let Some(explainers) = &mut self.keys.explainers {
            let explainer = explaining(explainers.haso.remove(&id), &id, &secret).map_err(fault)?;
            explainers.haso.insert(id.clone(), explainer);
        }
        self.keys.merchant_ids.push(id);
        Ok(())
    }

    fn add_recipe(&mut self, mut entry: Entry) -> Result<(), Fault> {
        let Value { text: endpoint, span } = entry.required("endpoint")?;
        if endpoint.is_empty() {
            return Err(Fault { span, what: "the endpoint is empty".to_owned() });
        }
        if !self.endpoints.insert(&endpoint) {
            return Err(Fault { span, what: "this endpoint has a recipe already".to_owned() });
        }
        let Value { text: message, span } = entry.required("message")?;
        let recipe = haso::Recipe::parse(&message).map_err(|error| Fault { span, what: error.to_string() })?;
        self.keys.recipes.push((endpoint.to_string(), recipe));
        Ok(())
    }

    fn required_secret(
        &mut self,
        entry: &mut Entry,
        from: &Sources,
        encoding: Encoding,
    ) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let Sources { text, variable, file, command } = from;
        let found = self.secret(entry, from, encoding)?;
        let kind = entry.name;
        found.ok_or_else(|| {
            entry.fault(format!("this [[{kind}]] entry has no `{text}`, `{variable}`, `{file}` or `{command}`"))
        })
    }

    /// A secret from the one place that the entry gives for it.
    fn secret(
        &mut self,
        entry: &mut Entry,
        from: &Sources,
        encoding: Encoding,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
        let reader = SecretReader { newline: self.newline, encoding };
        let texts = [from.text, from.variable, from.file].map(|word| entry.take(word));
        for (word, value) in [from.variable, from.file].into_iter().zip(texts.iter().skip(1)) {
            if let Some(Value { span, .. }) = value.as_ref().filter(|value| value.text.is_empty()) {
                return Err(Fault { span: span.clone(), what: format!("`{word}` is empty") });
            }
        }
        let (span, read) = match (texts, entry.take_list(from.command)) {
            ([None, None, None], None) => return Ok(None),
            ([Some(Value { text, span }), None, None], None) => {
                self.holds_a_secret = true;
                let secret = reader.text(&text, &format!("`{}`", from.text));
                return secret.map(Some).map_err(|error| Fault { span, what: error.to_string() });
            }
            ([None, Some(Value { text, span }), None], None) => (span, reader.variable(OsStr::new(text.as_str()))),
            ([None, None, Some(Value { text, span })], None) => {
                let path = self.directory().join(text.as_str());
                let read = reader.file(&path);
                self.keys.files.push(path);
                (span, read)
            }
            ([None, None, None], Some(List { texts, span })) => {
                if let Some(what) = self.runs_nothing() {
                    return Err(Fault { span, what: format!("`{}`: {what}", from.command) });
                }
                let command = texts.iter().map(|text| text.as_str()).collect::<Vec<_>>();
                (span, reader.command(&command, self.directory()))
            }
            (several, list) => {
                let spans = several.into_iter().flatten().map(|value| value.span).chain(list.map(|list| list.span));
                let Sources { text, variable, file, command } = from;
                let what = format!(
                    "the {text} is given in two places; give one of `{text}`, `{variable}`, `{file}`, `{command}`"
                );
                return Err(Fault { span: spans.max_by_key(|span| span.start).unwrap_or_default(), what });
            }
        };
        let read = read.map_err(|error| Fault { span: span.clone(), what: error.to_string() })?;
        self.keys
            .warnings
            .extend(read.warnings.into_iter().map(|warning| self.place.fault(span.clone(), warning).to_string()));
        self.open.extend(read.open_to_others);
        Ok(Some(read.bytes))
    }

    /// Where files that the keys file names are.
    fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Why no command of the keys file is run, if none is: who can write it decides what runs.
    fn runs_nothing(&self) -> Option<&'static str> {
        match self.runs {
            Runs::Commands => None,
            Runs::NothingOfMemory => Some("a command is run for a keys file alone, and not for a text from memory"),
            Runs::NothingOfOthers => {
                Some("no command is run, since other users can change the keys file; `chmod go-w` takes that away")
            }
        }
    }
}

/// Adds a secret to what explains the tokens of a merchant.
fn explaining(
    explainer: Option<explain::haso::Explainer>,
    id: &str,
    secret: &haso::Secret,
) -> Result<explain::haso::Explainer, haso::Error> {
    let (key, salt) = (secret.reveal_hmac_key(), secret.reveal_salt());
    match (explainer, secret.hmac_key()) {
        (None, HmacKey::MerchantSalt) => explain::haso::Explainer::salt_keyed(id, salt),
        (None, _) => explain::haso::Explainer::new(id, key, salt),
        (Some(explainer), HmacKey::MerchantSalt) => explainer.older_salt(salt),
        (Some(explainer), _) => explainer.older_secret(key, salt),
    }
}

/// How the secrets of an entry are written.
fn encoding(entry: &mut Entry) -> Result<Encoding, Fault> {
    match entry.take("secret_encoding") {
        None => Ok(Encoding::default()),
        Some(Value { text, span }) => text.parse().map_err(|_| {
            let known = Encoding::ALL.map(|encoding| format!("\"{encoding}\"")).join(", ");
            Fault { span, what: format!("`secret_encoding` is one of {known}") }
        }),
    }
}

impl Entry {
    fn fault(&self, what: impl Into<String>) -> Fault {
        Fault { span: self.span.clone(), what: what.into() }
    }

    fn required(&mut self, word: &'static str) -> Result<Value, Fault> {
        let name = self.name;
        self.take(word).ok_or_else(|| self.fault(format!("this [[{name}]] entry has no `{word}`")))
    }
}

/// The endpoints that have a recipe, to know one again under either of its names ([`is_endpoint`]).
#[derive(Default)]
struct Endpoints {
    whole: HashSet<String>,
    last_parts: HashSet<String>,
}

impl Endpoints {
    /// Adds an endpoint; false where it is one of these already.
    fn insert(&mut self, endpoint: &str) -> bool {
        let last = last_part(endpoint);
        let is_known = if endpoint == last { self.last_parts.contains(last) } else { self.whole.contains(last) };
        self.last_parts.insert(last.to_owned());
        self.whole.insert(endpoint.to_owned()) && !is_known
    }
}
