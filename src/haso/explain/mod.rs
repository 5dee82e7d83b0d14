//! Why a Haso token does not match: the known mistakes, tried (`docs/explain.md`).

mod draft;
mod mistakes;
mod order;

use std::cell::RefCell;
use std::fmt;

use zeroize::Zeroizing;

use draft::{Draft, Value};
use mistakes::{alternatives, credential_mistakes};
use order::pieces;

use super::{Error, HmacKey, Merchant, Recipe, Secret};
use crate::explain::{Alternatives, Base, Change, Explanation, Found, Mask, Nouns, Presented, forms, read, search};
use crate::mac::Key;

const NOUNS: Nouns = Nouns { presented: "token", signed: "message" };

/// Holds a merchant's credentials and explains refused tokens: under which reading does one match?
///
/// ```
/// use imza::haso::{Explainer, Merchant, SET_PRE_DEFINED_LIMIT};
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
/// Secrets are zeroized on drop and `[redacted]` in `Debug`; see [`explain`](crate::explain) for what
/// an explanation never shows.
#[derive(Clone)]
pub struct Explainer {
    merchant: Merchant,
    secrets: Vec<Held>,
    salt_is_revealed: bool,
}

/// One pair of key and salt, with the mistakes that can be made with it.
#[derive(Clone)]
struct Held {
    /// Without a form where there is only a salt (HASO-4). No `Option`: the room of a `None` is not written, so
    /// that whatever the stack held there would be kept with it.
    key: Credential,
    salt: Credential,
    alternatives: Alternatives<Value>,
}

impl Held {
    fn of(secret: &Secret) -> Self {
        let has_key = secret.hmac_key() == HmacKey::MerchantKey;
        let key = if has_key { Credential::new(secret.reveal_hmac_key()) } else { Credential::default() };
        let salt = Credential::new(secret.reveal_salt());
        let alternatives = credential_mistakes(&key, &salt);
        Self { key, salt, alternatives }
    }
}

/// The bytes of a credential, and the key that they make.
type Form = (Zeroizing<Vec<u8>>, Key);

/// A credential in every form that it has: first as it is.
#[derive(Clone, Default)]
struct Credential {
    forms: Vec<Form>,
    /// Says how the others differ, in their order.
    taken: Vec<&'static str>,
}

impl Credential {
    fn new(bytes: &[u8]) -> Self {
        let (taken, others): (Vec<_>, Vec<_>) = forms(bytes).into_iter().unzip();
        let as_it_is = Zeroizing::new(bytes.to_vec());
        let with_key = |bytes: Zeroizing<Vec<u8>>| {
            let key = Key::new(&bytes);
            (bytes, key)
        };
        Self { forms: std::iter::once(as_it_is).chain(others).map(with_key).collect(), taken }
    }

    fn is_there(&self) -> bool {
        !self.forms.is_empty()
    }

    fn as_it_is(&self) -> &[u8] {
        self.forms.first().map(|(bytes, _)| bytes.as_slice()).unwrap_or_default()
    }
}

impl Explainer {
    /// Takes a merchant's credentials, as [`Merchant::new`] does.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id, key or salt (HASO-10).
    pub fn new(merchant_id: &str, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::of(merchant_id, &Secret::new(key, salt)?)
    }

    /// Takes the credentials of a merchant who has only a salt, as [`Merchant::salt_keyed`] does.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id or salt (HASO-10).
    pub fn salt_keyed(merchant_id: &str, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::of(merchant_id, &Secret::salt_only(salt)?)
    }

    /// Takes a merchant's secret, whichever of the two it is.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id (HASO-10).
    pub fn of(merchant_id: &str, secret: &Secret) -> Result<Self, Error> {
        let merchant = Merchant::of(merchant_id, secret)?;
        Ok(Self { merchant, secrets: vec![Held::of(secret)], salt_is_revealed: false })
    }

    /// Adds a secret that is tried too, as [`Merchant::older_secret`] does; the first one has index 0.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty key or salt (HASO-10).
    pub fn older_secret(self, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(self.older(&Secret::new(key, salt)?))
    }

    /// Adds a salt that keys the HMAC and is tried too, as [`Merchant::older_salt`] does.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty salt (HASO-10).
    pub fn older_salt(self, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(self.older(&Secret::salt_only(salt)?))
    }

    /// Adds an older secret, whichever of the two it is; else as [`Explainer::older_secret`].
    #[must_use]
    pub fn older(mut self, secret: &Secret) -> Self {
        self.merchant = self.merchant.older(secret);
        self.secrets.push(Held::of(secret));
        self
    }

    /// Shows **the salt** where it stands in the message. The merchant key is never shown.
    #[must_use]
    pub fn reveal_salt(self) -> Self {
        Self { salt_is_revealed: true, ..self }
    }

    /// Explains a token of posted fields, as (name, value). Where a field is given twice, the first
    /// one counts. Whatever is wrong with the fields, there is an explanation.
    pub fn explain<N: AsRef<str>, V: AsRef<str>>(
        &self,
        recipe: &Recipe,
        fields: &[(N, V)],
        token: impl AsRef<[u8]>,
    ) -> Explanation {
        let token = token.as_ref();
        let mask = self.mask();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        let refusal = self.merchant.verify(recipe, &fields, token).err();
        let by_recipe = pieces(recipe);
        let draft = Draft::of(self.merchant.merchant_id(), &by_recipe, &fields);
        let mut notes = Vec::new();
        let mut found = Found::default();
        match read(token) {
            Presented::Other(what) => notes.push(format!("The token {what}. No reading can match.")),
            Presented::Tag { tag, taken } => {
                let seen = taken.map(|taken| Change::new(format!("the token is read {taken}")));
                let alternatives = alternatives(recipe, &fields, &draft, &mask);
                let mut bases = Vec::new();
                for (key_index, secret) in self.secrets.iter().enumerate() {
                    let alternatives = vec![&secret.alternatives, &alternatives];
                    bases.push(Base { seen: seen.iter().cloned().collect(), key_index, alternatives });
                }
                // Two orders of absent fields can make one message: one wording for it is enough.
                let matched = RefCell::new(Vec::new());
                found = search(&bases, true, |key_index, values| {
                    let Some(secret) = self.secrets.get(key_index) else { return false };
                    let draft = draft.with(values);
                    if !draft.matches(secret, &tag) {
                        return false;
                    }
                    let (message, mut matched) = ((key_index, draft.message(secret)), matched.borrow_mut());
                    let is_new = !matched.contains(&message);
                    matched.push(message);
                    is_new
                });
            }
        }
        let signed = self.secrets.first().map(|secret| mask.bytes(&draft.message(secret)));
        Explanation {
            nouns: NOUNS,
            refusal: refusal.map(|error| told(&error, &fields, &mask)),
            matches: found.matches,
            tried: found.tried,
            cut_short: found.cut_short,
            has_several_keys: self.secrets.len() > 1,
            notes,
            signed: signed.unwrap_or_default(),
        }
    }

    fn mask(&self) -> Mask {
        let mut mask = Mask::default();
        for secret in &self.secrets {
            if secret.key.is_there() {
                mask.hide("key", secret.key.as_it_is());
            }
            if !self.salt_is_revealed {
                mask.hide("salt", secret.salt.as_it_is());
            }
        }
        mask
    }
}

/// An error without a secret: an unknown field's name may hold one, and is escaped and cut in the error.
fn told(error: &Error, fields: &[(&str, &str)], mask: &Mask) -> String {
    match error {
        Error::FieldUnknown { .. } if fields.iter().any(|(name, _)| mask.hides_in(name)) => {
            "the method has not all of these fields".to_owned()
        }
        error => mask.text(&error.to_string()),
    }
}

impl fmt::Debug for Explainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explainer")
            .field("merchant_id", &self.merchant.merchant_id())
            .field("secrets", &format_args!("[redacted]"))
            .finish_non_exhaustive()
    }
}
