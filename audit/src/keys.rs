//! The keys file: TOML with the access keys, the merchants and the recipes that requests are verified with.
//!
//! ```toml
//! [[dlga]]
//! access_key_id = "1234567-8ABC-DEF0-5432-56712ABCDEF5"
//! secret_env = "DIYALOG_SECRET"          # or secret_file = "diyalog.secret", or secret = "…"
//!
//! [[haso]]
//! merchant_id = "1000042"
//! key_file = "haso.key"                  # or key_env, or key
//! salt_file = "haso.salt"                # or salt_env, or salt
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

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, io, mem};

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use imza::shown::shown;
use imza::{dlga, explain, haso};

/// What a keys file holds, read and ready to verify with. Secrets are zeroized on drop and
/// `[redacted]` in `Debug`.
#[derive(Debug)]
pub struct Keys {
    verifier: dlga::Verifier,
    explainer: explain::dlga::Explainer,
    access_key_ids: Vec<String>,
    merchants: BTreeMap<String, (haso::Merchant, Vec<usize>)>,
    merchant_explainers: BTreeMap<String, explain::haso::Explainer>,
    merchant_ids: Vec<String>,
    recipes: Vec<(String, haso::Recipe)>,
    warnings: Vec<String>,
}

/// What becomes of a newline at the end of a secret's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Newline {
    /// It belongs to the secret, and a warning says so (DLGA-12). The default.
    #[default]
    Kept,
    /// One `\n` or `\r\n` at the end is taken off.
    Trimmed,
}

impl Keys {
    /// Reads a keys file, and the environment variables and files (relative to the keys file) that it
    /// names.
    ///
    /// # Errors
    /// [`KeysError`]: what is wrong, in one sentence that begins with the file and the line.
    pub fn read(path: &Path, newline: Newline) -> Result<Self, KeysError> {
        let cannot_read = |error: io::Error| KeysError {
            file: path.to_owned(),
            line: None,
            fault: format!("the keys file cannot be read: {error}"),
        };
        let text = Zeroizing::new(fs::read(path).map_err(cannot_read)?);
        let text = str::from_utf8(&text).map_err(|error| KeysError {
            file: path.to_owned(),
            line: Some(line_at(&text, error.valid_up_to())),
            fault: "the keys file is not UTF-8".to_owned(),
        })?;
        let mut file = File { path, text, newline, warnings: Vec::new() };
        let table = DeTable::parse(text).map_err(|error| {
            // Only the parser's own words: its `Display` shows the line, which can hold a secret.
            file.fault(&error.span().unwrap_or_default(), format!("this is not TOML: {}", error.message()))
        })?;
        file.keys(table.get_ref())
    }

    /// Verifies DLGA requests, with the default window; the index of a key is the place of its
    /// `[[dlga]]` entry in the file, from 0.
    pub fn verifier(&self) -> &dlga::Verifier {
        &self.verifier
    }

    /// Explains refused DLGA requests with all keys; their indices are those of [`Keys::verifier`].
    pub fn explainer(&self) -> &explain::dlga::Explainer {
        &self.explainer
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
    /// [`Keys::merchant`].
    pub fn merchant_explainer(&self, merchant_id: &str) -> Option<&explain::haso::Explainer> {
        self.merchant_explainers.get(merchant_id)
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

    /// What the user should be told: secret files that end in a newline.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// Whether two ways to name an endpoint, a path or its last part alone, mean the same.
pub(super) fn is_endpoint(known: &str, asked: &str) -> bool {
    let last_part_is = |path: &str, name: &str| !name.contains('/') && path.rsplit('/').next() == Some(name);
    known == asked || last_part_is(known, asked) || last_part_is(asked, known)
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

/// The line, from 1, in which a byte stands.
fn line_at(text: &[u8], byte: usize) -> usize {
    text.iter().take(byte).filter(|&&b| b == b'\n').count().saturating_add(1)
}

/// The file while it is read.
struct File<'t> {
    path: &'t Path,
    text: &'t str,
    newline: Newline,
    warnings: Vec<String>,
}

/// One `[[…]]` of the file.
struct Entry<'t> {
    table: &'t DeTable<'t>,
    span: Range<usize>,
    /// What it is called in the file, for messages.
    kind: &'static str,
}

impl<'t> File<'t> {
    fn keys(&mut self, table: &'t DeTable<'t>) -> Result<Keys, KeysError> {
        self.only_words(table, &["dlga", "haso", "recipe"], "a keys file")?;
        let mut keys = Keys {
            verifier: dlga::Verifier::new(),
            explainer: explain::dlga::Explainer::new(),
            access_key_ids: Vec::new(),
            merchants: BTreeMap::new(),
            merchant_explainers: BTreeMap::new(),
            merchant_ids: Vec::new(),
            recipes: Vec::new(),
            warnings: Vec::new(),
        };
        for entry in self.entries(table, "dlga", &["access_key_id", "secret", "secret_env", "secret_file"])? {
            self.add_access_key(&mut keys, &entry)?;
        }
        let haso = ["merchant_id", "hmac_key", "key", "key_env", "key_file", "salt", "salt_env", "salt_file"];
        for entry in self.entries(table, "haso", &haso)? {
            self.add_merchant(&mut keys, &entry)?;
        }
        for entry in self.entries(table, "recipe", &["endpoint", "message"])? {
            self.add_recipe(&mut keys, &entry)?;
        }
        keys.warnings = std::mem::take(&mut self.warnings);
        Ok(keys)
    }

    fn add_access_key(&mut self, keys: &mut Keys, entry: &Entry<'t>) -> Result<(), KeysError> {
        let (id, _) = self.required_text(entry, "access_key_id")?;
        let secret = self.required_secret(entry, "secret")?;
        let fault = |error: dlga::Error| self.fault(&entry.span, error.to_string());
        keys.verifier = mem::take(&mut keys.verifier).key(id, &*secret).map_err(fault)?;
        keys.explainer = mem::take(&mut keys.explainer).key(id, &*secret).map_err(fault)?;
        keys.access_key_ids.push(id.to_owned());
        Ok(())
    }

    fn add_merchant(&mut self, keys: &mut Keys, entry: &Entry<'t>) -> Result<(), KeysError> {
        let (id, _) = self.required_text(entry, "merchant_id")?;
        let salt_keyed = match self.text_of(entry, "hmac_key")? {
            None | Some(("merchant-key", _)) => false,
            Some(("merchant-salt", _)) => true,
            Some((_, span)) => {
                return Err(self.fault(&span, "`hmac_key` is either \"merchant-key\" or \"merchant-salt\""));
            }
        };
        // A merchant whose salt keys the HMAC may have a key too: switching the reading is one word then.
        let key = if salt_keyed { self.secret(entry, "key")? } else { Some(self.required_secret(entry, "key")?) };
        let salt = self.required_secret(entry, "salt")?;
        let key = key.filter(|_| !salt_keyed);
        let index = keys.merchant_ids.len();
        let explainer = match (keys.merchant_explainers.remove(id), key.as_deref()) {
            (None, Some(key)) => explain::haso::Explainer::new(id, key, &*salt),
            (None, None) => explain::haso::Explainer::salt_keyed(id, &*salt),
            (Some(explainer), Some(key)) => explainer.older_secret(key, &*salt),
            (Some(explainer), None) => explainer.older_salt(&*salt),
        };
        let explainer = explainer.map_err(|error| self.fault(&entry.span, error.to_string()))?;
        keys.merchant_explainers.insert(id.to_owned(), explainer);
        let (merchant, mut entries) = match (keys.merchants.remove(id), key) {
            (None, Some(key)) => (haso::Merchant::new(id, &*key, &*salt), Vec::new()),
            (None, None) => (haso::Merchant::salt_keyed(id, &*salt), Vec::new()),
            (Some((merchant, entries)), Some(key)) => (merchant.older_secret(&*key, &*salt), entries),
            (Some((merchant, entries)), None) => (merchant.older_salt(&*salt), entries),
        };
        let merchant = merchant.map_err(|error| self.fault(&entry.span, error.to_string()))?;
        entries.push(index);
        keys.merchants.insert(id.to_owned(), (merchant, entries));
        keys.merchant_ids.push(id.to_owned());
        Ok(())
    }

    fn add_recipe(&self, keys: &mut Keys, entry: &Entry<'t>) -> Result<(), KeysError> {
        let (endpoint, span) = self.required_text(entry, "endpoint")?;
        if endpoint.is_empty() {
            return Err(self.fault(&span, "the endpoint is empty"));
        }
        if keys.recipes.iter().any(|(known, _)| is_endpoint(known, endpoint)) {
            return Err(self.fault(&span, "this endpoint has a recipe already"));
        }
        let (message, span) = self.required_text(entry, "message")?;
        let recipe = haso::Recipe::parse(message).map_err(|error| self.fault(&span, error.to_string()))?;
        keys.recipes.push((endpoint.to_owned(), recipe));
        Ok(())
    }

    /// The entries of one kind, in the order of the file, with no other words than these.
    fn entries(&self, file: &'t DeTable<'t>, kind: &'static str, words: &[&str]) -> Result<Vec<Entry<'t>>, KeysError> {
        let Some(value) = file.get(kind) else { return Ok(Vec::new()) };
        let brackets = || self.fault(&value.span(), format!("an entry begins with [[{kind}]], in two brackets"));
        let array = value.get_ref().as_array().ok_or_else(brackets)?;
        let entry = |item: &'t Spanned<DeValue<'t>>| {
            let table = item.get_ref().as_table().ok_or_else(brackets)?;
            self.only_words(table, words, kind)?;
            Ok(Entry { table, span: item.span(), kind })
        };
        array.iter().map(entry).collect()
    }

    fn only_words(&self, table: &DeTable, words: &[&str], place: &str) -> Result<(), KeysError> {
        let unknown = table.keys().filter(|key| !words.contains(&key.get_ref().as_ref()));
        match unknown.min_by_key(|key| key.span().start) {
            Some(key) => {
                let word = shown(key.get_ref());
                let fault = format!("{place} has no word `{word}`; it has {}", words.join(", "));
                Err(self.fault(&key.span(), fault))
            }
            None => Ok(()),
        }
    }

    /// A word's text and where it stands.
    fn text_of(&self, entry: &Entry<'t>, word: &str) -> Result<Option<(&'t str, Range<usize>)>, KeysError> {
        let Some(value) = entry.table.get(word) else { return Ok(None) };
        match value.get_ref() {
            DeValue::String(text) => Ok(Some((text, value.span()))),
            other => {
                let fault = format!("`{word}` is a text and stands in quotes; this is of type {}", other.type_str());
                Err(self.fault(&value.span(), fault))
            }
        }
    }

    fn required_text(&self, entry: &Entry<'t>, word: &str) -> Result<(&'t str, Range<usize>), KeysError> {
        let missing = || self.fault(&entry.span, format!("this [[{}]] entry has no `{word}`", entry.kind));
        self.text_of(entry, word)?.ok_or_else(missing)
    }

    fn required_secret(&mut self, entry: &Entry<'t>, name: &str) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let found = self.secret(entry, name)?;
        found.ok_or_else(|| {
            let fault = format!("this [[{}]] entry has no `{name}`, `{name}_env` or `{name}_file`", entry.kind);
            self.fault(&entry.span, fault)
        })
    }

    /// A secret from the one place that the entry gives for it: the file itself, an environment
    /// variable, or a file of its own.
    fn secret(&mut self, entry: &Entry<'t>, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeysError> {
        let here = self.text_of(entry, name)?;
        let variable = self.text_of(entry, &format!("{name}_env"))?;
        let file = self.text_of(entry, &format!("{name}_file"))?;
        match (here, variable, file) {
            (None, None, None) => Ok(None),
            (Some((secret, _)), None, None) => Ok(Some(Zeroizing::new(secret.as_bytes().to_owned()))),
            (None, Some((variable, span)), None) => self.variable(name, variable, &span).map(Some),
            (None, None, Some((file, span))) => self.secret_file(name, file, &span).map(Some),
            (here, variable, file) => {
                let last = [here, variable, file].into_iter().flatten().map(|(_, span)| span).max_by_key(|s| s.start);
                let fault =
                    format!("the {name} stands in two places; give one of `{name}`, `{name}_env`, `{name}_file`");
                Err(self.fault(&last.unwrap_or_default(), fault))
            }
        }
    }

    fn variable(&self, name: &str, variable: &str, span: &Range<usize>) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        // `var_os` panics in debug builds of some platforms on such names.
        let legal = !variable.is_empty() && !variable.contains(['=', '\0']);
        let value = legal.then(|| env::var_os(variable)).flatten().ok_or_else(|| {
            let variable = variable.escape_debug();
            self.fault(span, format!("the environment variable `{variable}` with the {name} is not set"))
        })?;
        Ok(Zeroizing::new(value.into_encoded_bytes()))
    }

    fn secret_file(&mut self, name: &str, file: &str, span: &Range<usize>) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let path = self.path.parent().unwrap_or(Path::new("")).join(file);
        let shown = path.display();
        let mut secret = fs::read(&path)
            .map(Zeroizing::new)
            .map_err(|error| self.fault(span, format!("the file {shown} with the {name} cannot be read: {error}")))?;
        match self.newline {
            Newline::Trimmed => {
                let ends = [b"\r\n".as_slice(), b"\n"];
                let kept = ends.into_iter().find_map(|end| secret.strip_suffix(end)).unwrap_or(&secret).len();
                secret.truncate(kept);
            }
            Newline::Kept if secret.ends_with(b"\n") => {
                let fault = format!(
                    "the file {shown} ends in a newline, which is taken as part of the {name} (--trim-newline takes it off)"
                );
                let warning = self.fault(span, fault).to_string();
                self.warnings.push(warning);
            }
            Newline::Kept => {}
        }
        Ok(secret)
    }

    fn fault(&self, span: &Range<usize>, fault: impl Into<String>) -> KeysError {
        let line = line_at(self.text.as_bytes(), span.start);
        KeysError { file: self.path.to_owned(), line: Some(line), fault: fault.into() }
    }
}
