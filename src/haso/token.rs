//! The merchant's side: fields and a recipe in, the message and its token out (HASO-1 to HASO-6).

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use super::recipe::{Posted, value_of};
use super::{Credential, Error, Recipe, Term};
use crate::mac::{Key, Mac, TAG_CHARS, Tag};

/// A merchant's credentials, ready to make and verify tokens: the HMAC state is computed once.
/// Zeroized on drop, `[redacted]` in `Debug`; may be shared between threads.
///
/// The vendor does not name the HMAC key (HASO-4). By default it is the merchant key; a merchant who
/// was given only a salt takes [`Merchant::salt_keyed`].
#[derive(Clone)]
pub struct Merchant {
    merchant_id: Box<str>,
    /// What tokens are made with; also the first to be tried in verifying.
    pub(super) secret: Secret,
    #[expect(clippy::vec_box, reason = "a vector that grows would leave secrets behind in freed memory")]
    pub(super) older_secrets: Vec<Box<Secret>>,
}

/// What keys the HMAC, and the salt.
#[derive(Clone)]
pub(super) struct Secret {
    key: Key,
    salt: Zeroizing<Box<[u8]>>,
}

impl Secret {
    fn new(key: &[u8], salt: &[u8]) -> Result<Self, Error> {
        if key.is_empty() {
            return Err(Error::Empty { credential: Credential::Key });
        }
        if salt.is_empty() {
            return Err(Error::Empty { credential: Credential::Salt });
        }
        Ok(Self { key: Key::new(key), salt: Zeroizing::new(salt.into()) })
    }

    fn salt_keyed(salt: &[u8]) -> Result<Self, Error> {
        if salt.is_empty() {
            return Err(Error::Empty { credential: Credential::Salt });
        }
        Self::new(salt, salt)
    }

    /// The tag of checked fields.
    fn tag(&self, merchant_id: &str, recipe: &Recipe, fields: &[impl Posted]) -> Tag {
        self.key.mac_of(|mac| self.feed(mac, merchant_id, recipe, fields))
    }

    /// Whether a tag belongs to checked fields.
    pub(super) fn verify(&self, tag: &Tag, merchant_id: &str, recipe: &Recipe, fields: &[impl Posted]) -> bool {
        self.key.verify_of(tag, |mac| self.feed(mac, merchant_id, recipe, fields))
    }

    fn feed(&self, mac: &mut Mac, merchant_id: &str, recipe: &Recipe, fields: &[impl Posted]) {
        each_part(merchant_id, recipe, fields, |part| mac.update(part.unwrap_or(&self.salt)));
    }
}

impl Merchant {
    /// Prepares credentials: the bytes of key and salt as they were handed out. The HMAC key is the
    /// merchant key (HASO-4).
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id, key or salt (HASO-10).
    pub fn new(merchant_id: &str, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::with_secret(merchant_id, Secret::new(key.as_ref(), salt.as_ref())?)
    }

    /// Prepares the credentials of a merchant who has only a salt: it keys the HMAC, and still stands
    /// in the message (HASO-4).
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id or salt (HASO-10).
    pub fn salt_keyed(merchant_id: &str, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::with_secret(merchant_id, Secret::salt_keyed(salt.as_ref())?)
    }

    fn with_secret(merchant_id: &str, secret: Secret) -> Result<Self, Error> {
        if merchant_id.is_empty() {
            return Err(Error::Empty { credential: Credential::MerchantId });
        }
        Ok(Self { merchant_id: merchant_id.into(), secret, older_secrets: Vec::new() })
    }

    /// Adds a secret that [`Merchant::verify`] accepts too, during a rotation. The first one, with
    /// which tokens are made, has index 0.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty key or salt (HASO-10).
    pub fn older_secret(mut self, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.add_older_secret(key, salt)?;
        Ok(self)
    }

    /// [`Merchant::older_secret`] for a merchant that stays where it is.
    ///
    /// # Errors
    /// As [`Merchant::older_secret`]; the merchant is then as before.
    pub fn add_older_secret(&mut self, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<(), Error> {
        self.older_secrets.push(Box::new(Secret::new(key.as_ref(), salt.as_ref())?));
        Ok(())
    }

    /// Adds a salt that keys the HMAC and that [`Merchant::verify`] accepts too, during a rotation.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty salt (HASO-10).
    pub fn older_salt(mut self, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.add_older_salt(salt)?;
        Ok(self)
    }

    /// [`Merchant::older_salt`] for a merchant that stays where it is.
    ///
    /// # Errors
    /// As [`Merchant::older_salt`]; the merchant is then as before.
    pub fn add_older_salt(&mut self, salt: impl AsRef<[u8]>) -> Result<(), Error> {
        self.older_secrets.push(Box::new(Secret::salt_keyed(salt.as_ref())?));
        Ok(())
    }

    /// The merchant id.
    pub fn merchant_id(&self) -> &str {
        &self.merchant_id
    }

    /// Makes the `requestToken` of posted fields, given as (name, value) in any order: 44 characters.
    ///
    /// # Errors
    /// A field that the recipe requires and that is not there, one that it does not have, one that is
    /// there twice or not in its shape (HASO-7 to HASO-10).
    pub fn token<N: AsRef<str>, V: AsRef<str>>(&self, recipe: &Recipe, fields: &[(N, V)]) -> Result<String, Error> {
        recipe.check(&self.merchant_id, fields)?;
        Ok(self.secret.tag(&self.merchant_id, recipe, fields).to_string())
    }

    /// Writes the `requestToken` into the caller's buffer and gives it back, with no allocation at
    /// all. It has [`TAG_CHARS`] bytes.
    ///
    /// # Errors
    /// As [`Merchant::token`]; then [`Error::BufferTooSmall`]. Nothing is written on an error.
    pub fn write_token<'b, N: AsRef<str>, V: AsRef<str>>(
        &self,
        recipe: &Recipe,
        fields: &[(N, V)],
        buffer: &'b mut [u8],
    ) -> Result<&'b str, Error> {
        self.write_token_of(recipe, fields, buffer)?;
        // Base64 is a text, so the fallback is never taken.
        Ok(buffer.get(..TAG_CHARS).and_then(|token| str::from_utf8(token).ok()).unwrap_or_default())
    }

    /// [`Merchant::write_token`] of fields however they are held.
    pub(crate) fn write_token_of(
        &self,
        recipe: &Recipe,
        fields: &[impl Posted],
        buffer: &mut [u8],
    ) -> Result<(), Error> {
        recipe.check(&self.merchant_id, fields)?;
        let capacity = buffer.len();
        let too_small = || Error::BufferTooSmall { needed: TAG_CHARS, capacity };
        let place = buffer.first_chunk_mut().ok_or_else(too_small)?;
        self.secret.tag(&self.merchant_id, recipe, fields).encode_into(place);
        Ok(())
    }

    /// The message that goes into the HMAC, to look at when a token does not match. It holds the
    /// salt, which is shown as `[salt]` unless [`Message::reveal`] is called.
    ///
    /// # Errors
    /// As [`Merchant::token`].
    pub fn message<N: AsRef<str>, V: AsRef<str>>(&self, recipe: &Recipe, fields: &[(N, V)]) -> Result<Message, Error> {
        self.message_of(recipe, fields)
    }

    /// [`Merchant::message`] of fields however they are held.
    pub(crate) fn message_of(&self, recipe: &Recipe, fields: &[impl Posted]) -> Result<Message, Error> {
        recipe.check(&self.merchant_id, fields)?;
        // The exact room first: a vector that grows would leave the salt behind in freed memory.
        let mut len = 0_usize;
        each_part(&self.merchant_id, recipe, fields, |part| {
            len = len.saturating_add(part.unwrap_or(&self.secret.salt).len());
        });
        let (mut bytes, mut salt) = (Zeroizing::new(Vec::with_capacity(len)), 0..0);
        each_part(&self.merchant_id, recipe, fields, |part| {
            let from = bytes.len();
            bytes.extend_from_slice(part.unwrap_or(&self.secret.salt));
            if part.is_none() {
                salt = from..bytes.len();
            }
        });
        Ok(Message { bytes, salt })
    }
}

impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merchant")
            .field("merchant_id", &self.merchant_id)
            .field("secrets", &format_args!("[redacted]"))
            .finish_non_exhaustive()
    }
}

/// Hands a message over part by part, in the recipe's order; `None` stands for the salt.
fn each_part(merchant_id: &str, recipe: &Recipe, fields: &[impl Posted], mut take: impl FnMut(Option<&[u8]>)) {
    for term in recipe.terms() {
        match term {
            Term::MerchantId => take(Some(merchant_id.as_bytes())),
            Term::Field(field) => take(Some(field.shape().as_signed(value_of(fields, field.name())).as_bytes())),
            Term::Salt => take(None),
        }
    }
}

/// The bytes that go into the HMAC (HASO-1). `Display` and `Debug` show the salt as `[salt]`;
/// zeroized on drop.
pub struct Message {
    bytes: Zeroizing<Vec<u8>>,
    salt: Range<usize>,
}

impl Message {
    /// The very bytes, **the salt among them**.
    pub fn reveal(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |range: Option<&[u8]>| String::from_utf8_lossy(range.unwrap_or_default()).into_owned();
        let (before, behind) = (self.bytes.get(..self.salt.start), self.bytes.get(self.salt.end..));
        write!(f, "{}[salt]{}", text(before), text(behind))
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({:?})", self.to_string())
    }
}
