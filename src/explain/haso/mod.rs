//! Why a Haso token does not match: the known mistakes, tried (`docs/explain.md`).

mod draft;
mod forms;
mod mistakes;
mod order;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use zeroize::Zeroizing;

use draft::{Draft, Value, merchant_key};
use mistakes::{alone, alternatives, credential_mistakes, second_addresses};
use order::{Fields, pieces};

use super::budget::{Budget, MOST_BODY, MOST_WORK};
pub use super::discover::{Discovered, Discoverer, Discovery, End, MOST_FIELDS, MOST_FOUND, MOST_TRIES, Progress};
use super::explanation::{Change, Explanation, Nouns, Told};
use super::mask::Mask;
use super::presented::{Presented, read};
use super::search::{Base, Found, Judge, search};
use super::secret::forms;
use super::side_by_side::Difference;
use crate::haso::{Credential, Error, Recipe, Secret};
use crate::mac::Tag;

const NOUNS: Nouns = Nouns { presented: "token", signed: "message" };

/// Holds a merchant's credentials and explains refused tokens: under which reading does one match?
///
/// ```
/// use imza::explain::haso::Explainer;
/// use imza::haso::{Merchant, SET_PRE_DEFINED_LIMIT};
///
/// // Whoever made this token took the key for the salt, and the salt for the key.
/// let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
/// let token = Merchant::new("1000042", "merchant-salt-not-real", "merchant-key-not-real")?
///     .token(&SET_PRE_DEFINED_LIMIT, &fields)?;
///
/// let explainer = Explainer::new("1000042", "merchant-key-not-real", "merchant-salt-not-real")?;
/// let explanation = explainer.explain(&SET_PRE_DEFINED_LIMIT, &fields, token);
/// assert_eq!(explanation.matches()[0].to_string(), "matches when key and salt change places");
/// assert_eq!(explanation.signed_text(), "10000425500123GOLD[salt]");
/// # Ok::<(), imza::haso::Error>(())
/// ```
///
/// Secrets are zeroized on drop and `[redacted]` in `Debug`; see [`explain`](super) for what
/// an explanation never shows.
#[derive(Clone)]
pub struct Explainer {
    merchant_id: Box<str>,
    secrets: Vec<Secret>,
    mask: Mask,
    salt_is_revealed: bool,
    most_work: u64,
}

impl Explainer {
    /// Takes a merchant's credentials, as [`Merchant::new`](crate::haso::Merchant::new) does.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id, key or salt (HASO-10).
    pub fn new(merchant_id: &str, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::of(merchant_id, &Secret::new(key, salt)?)
    }

    /// Takes the credentials of a merchant who has only a salt, as
    /// [`Merchant::salt_keyed`](crate::haso::Merchant::salt_keyed) does.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id or salt (HASO-10).
    pub fn salt_keyed(merchant_id: &str, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::of(merchant_id, &Secret::salt_only(salt)?)
    }

    /// Takes a merchant's credentials, whichever secrets there are.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id (HASO-10).
    pub fn of(merchant_id: &str, secret: &Secret) -> Result<Self, Error> {
        if merchant_id.is_empty() {
            return Err(Error::Empty { credential: Credential::MerchantId });
        }
        let (secrets, mask) = (Vec::new(), Mask::default());
        Ok(Self { merchant_id: merchant_id.into(), secrets, mask, salt_is_revealed: false, most_work: MOST_WORK }
            .older(secret))
    }

    /// Adds a secret that is tried too, as [`Merchant::older_secret`](crate::haso::Merchant::older_secret) does; the
    /// first one has index 0.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty key or salt (HASO-10).
    pub fn older_secret(self, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(self.older(&Secret::new(key, salt)?))
    }

    /// Adds a salt that keys the HMAC and is tried too, as
    /// [`Merchant::older_salt`](crate::haso::Merchant::older_salt) does.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty salt (HASO-10).
    pub fn older_salt(self, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(self.older(&Secret::salt_only(salt)?))
    }

    /// Adds an older secret, whichever of the two it is; else as [`Explainer::older_secret`].
    #[must_use]
    pub fn older(mut self, secret: &Secret) -> Self {
        if let Some(key) = merchant_key(secret) {
            self.mask.hide("key", key);
        }
        if !self.salt_is_revealed {
            self.mask.hide("salt", secret.reveal_salt());
        }
        self.secrets.push(secret.clone());
        self
    }

    /// Shows **the salt** where it stands in the message. The merchant key is never shown.
    #[must_use]
    pub fn reveal_salt(mut self) -> Self {
        self.mask.reveal("salt");
        Self { salt_is_revealed: true, ..self }
    }

    /// Ends the search after so much work, in bytes that are hashed or copied; [`MOST_WORK`] at most and unless told
    /// otherwise. For audits, where many requests are refused.
    #[must_use]
    pub fn most_work(self, bytes: u64) -> Self {
        Self { most_work: bytes.min(MOST_WORK), ..self }
    }

    /// A text with every occurrence of a secret replaced, as an explanation shows it. Everything else stays, control
    /// characters too; of more than [`MOST_SHOWN`](super::MOST_SHOWN) bytes the middle is left out.
    pub fn without_secrets(&self, text: &str) -> String {
        self.mask.bytes(text.as_bytes()).raw()
    }

    /// Explains a token of posted fields, as (name, value). Where a field is given twice, the first
    /// one counts. Whatever is wrong with the fields, there is an explanation.
    pub fn explain<N: AsRef<str>, V: AsRef<str>>(
        &self,
        recipe: &Recipe,
        fields: &[(N, V)],
        token: impl AsRef<[u8]>,
    ) -> Explanation {
        let (token, mask, budget) = (token.as_ref(), &self.mask, Budget::new(self.most_work));
        let fault = recipe.check_for(&self.merchant_id, fields).err();
        let given = fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
        let fields = Fields::of(given, recipe);
        let by_recipe = pieces(recipe);
        let draft = Draft::of(&self.merchant_id, &by_recipe, &fields);
        let mut notes = Vec::new();
        let mut found = Found::default();
        match read(token) {
            Presented::Other(what) => notes.push(format!("The token {what}. No reading can match.")),
            Presented::Tag { tag, taken } => {
                let common = alternatives(recipe, &fields, &draft, mask);
                let trial = Trial { explainer: self, taken, draft: &draft, tag: &tag, matched: RefCell::default() };
                let keys: Vec<usize> = (0..self.secrets.len()).collect();
                let in_pairs = fields.len <= MOST_BODY;
                found = search(&keys, |key_index| trial.base(key_index), &common, in_pairs, &trial, &budget);
            }
        }
        let fault = fault.or_else(|| Tag::parse(token).err().map(Error::TokenMalformed));
        let matches_as_it_stands = found.matches.iter().any(|reading| reading.changes.is_empty());
        let refusal = match fault {
            Some(fault) => Some(told(&fault, mask)),
            None if matches_as_it_stands => None,
            None if found.tried < self.secrets.len() => {
                Some("the token matches with none of the secrets that could be tried within the bound".to_owned())
            }
            None => Some(Error::TokenMismatch.to_string()),
        };
        if refusal.is_some() && fields.are_cut {
            notes.push(format!(
                "Of the posted fields, only the first {MOST_FIELDS} and those of the recipe were tried."
            ));
        }
        if refusal.is_some() && fields.len > MOST_BODY {
            notes.push(format!(
                "The values have more than {MOST_BODY} bytes: they were taken as they are, and no pairs were tried."
            ));
        }
        let first = self.secrets.first();
        let signed = first.map(|secret| mask.parts(|take| draft.each_part_with(secret, take)));
        Explanation {
            nouns: NOUNS,
            refusal,
            matches: found.matches,
            tried: found.tried,
            work: budget.spent(),
            cut_short: found.cut_short,
            has_several_keys: self.secrets.len() > 1,
            notes,
            signed: signed.unwrap_or_default(),
        }
    }
}

/// Every known mistake with an example of the message: for the documentation.
pub(super) fn examples() -> Vec<(String, Vec<u8>)> {
    let Ok(secret) = Secret::new("merchant-key", "[salt]") else { return Vec::new() };
    let recipe = &crate::haso::SET_PAID_PAYMENT;
    let given = [
        ("merchantOid", "M 1"),
        ("paymentCode", "P\u{fc}1"),
        ("paymentDate", "2026-11-22T10:15:00"),
        ("ipAddress", "85.105.1.2"),
        ("orderAmount", "150000"),
    ];
    let fields = Fields::of(given.into_iter(), recipe);
    let by_recipe = pieces(recipe);
    let draft = Draft::of("1000042", &by_recipe, &fields);
    let mask = Mask::default();
    let mut rows: Vec<(String, Vec<u8>)> = Vec::new();
    for all in [credential_mistakes(&secret), alternatives(recipe, &fields, &draft, &mask)] {
        for (clause, value) in all.all() {
            if rows.iter().all(|(known, _)| known != clause) {
                rows.push((clause.to_owned(), draft.with(&[value]).message(&secret).to_vec()));
            }
        }
    }
    rows
}

/// What one explanation tries its readings with.
struct Trial<'t> {
    explainer: &'t Explainer,
    taken: Option<String>,
    draft: &'t Draft<'t>,
    tag: &'t Tag,
    /// The messages that matched, each with its key: of pairs that make the same one, the first is told.
    matched: RefCell<Vec<(usize, Zeroizing<Vec<u8>>)>>,
}

impl Trial<'_> {
    /// What can be made of a secret.
    fn base(&self, key_index: usize) -> Base<Value> {
        let credentials = self.explainer.secrets.get(key_index).map(credential_mistakes);
        Base { key_index, credentials: credentials.unwrap_or_default() }
    }
}

impl Judge<Value> for Trial<'_> {
    fn cost(&self, _base: &Base<Value>, changed: &[&Value]) -> usize {
        self.draft.with(changed).cost()
    }

    fn matches(&self, base: &Base<Value>, changed: &[&Value]) -> bool {
        let Some(secret) = self.explainer.secrets.get(base.key_index) else { return false };
        let draft = self.draft.with(changed);
        if !draft.matches(secret, self.tag) {
            return false;
        }
        let (message, mut matched) = ((base.key_index, draft.message(secret)), self.matched.borrow_mut());
        let is_new = !matched.contains(&message);
        matched.push(message);
        is_new || changed.len() < 2
    }

    fn seen(&self, _key_index: usize) -> Vec<Change> {
        self.taken.as_ref().map(|taken| Change::new(format!("the token is read {taken}"))).into_iter().collect()
    }

    fn told(&self, base: &Base<Value>, changed: &[&Value], shown: bool) -> Told {
        let secret = self.explainer.secrets.get(base.key_index);
        let secret = secret.filter(|_| shown && !changed.iter().any(|value| value.is_of_credentials()));
        let mask = &self.explainer.mask;
        let told = secret.and_then(|secret| {
            let (received, signed) = (self.draft.message(secret), self.draft.with(changed).message(secret));
            let difference = Difference::between("message", &received, &signed, mask)?;
            Some((difference, mask.bytes(&signed)))
        });
        let (difference, signed) = told.unzip();
        let mut advice: Vec<_> = changed.iter().map(|value| value.advice()).collect();
        advice.dedup();
        if self.taken.is_some() {
            advice.push("write the token as 44 characters of base64");
        }
        Told { differences: difference.into_iter().collect(), signed, advice }
    }

    fn alone(&self, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
        alone(self.draft, &self.explainer.mask, take);
    }

    fn second(&self, value: &Value, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
        let (bytes, wrap): (_, fn(_) -> Value) = match value {
            Value::Key(key) => (key, Value::Key),
            Value::Salt(salt) => (salt, Value::Salt),
            Value::Rewritten(values) => return second_addresses(values, take),
            _ => return,
        };
        for (taken, bytes) in forms(bytes) {
            if !take(format!("then taken {taken}").into(), wrap(bytes)) {
                return;
            }
        }
    }

    fn fingerprint(&self, value: &Value) -> u64 {
        let mut hasher = DefaultHasher::new();
        match value {
            Value::Key(bytes) | Value::Salt(bytes) => bytes.hash(&mut hasher),
            Value::Rewritten(values) => values.hash(&mut hasher),
            _ => {}
        }
        hasher.finish()
    }
}

/// An error without a secret: an unknown field's name may hold one, and where the error escapes or cuts it no mask would
/// find it.
fn told(error: &Error, mask: &Mask) -> String {
    match error {
        Error::FieldUnknown { field, .. } if field.len() >= 64 || field.contains('\\') => {
            "the method has not all of these fields".to_owned()
        }
        error => mask.text(&error.to_string()),
    }
}

impl fmt::Debug for Explainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explainer")
            .field("merchant_id", &self.merchant_id)
            .field("secrets", &format_args!("[redacted]"))
            .finish_non_exhaustive()
    }
}
