//! A merchant's secrets: which of them keys the HMAC, and which one the message has in it.
//!
//! Rules kept here: HASO-4.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::{Credential, Error};

/// Which secret keys the HMAC (HASO-4). `Display` and `FromStr` have the words of the keys file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HmacKey {
    /// The merchant key: the default. `merchant-key`.
    #[default]
    MerchantKey,
    /// The salt: [`Secret::salt_only`]. `merchant-salt`.
    MerchantSalt,
}

impl HmacKey {
    const fn word(self) -> &'static str {
        match self {
            Self::MerchantKey => "merchant-key",
            Self::MerchantSalt => "merchant-salt",
        }
    }
}

impl fmt::Display for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for HmacKey {
    type Err = NoSuchHmacKey;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::MerchantKey, Self::MerchantSalt].into_iter().find(|key| key.word() == word).ok_or(NoSuchHmacKey)
    }
}

/// A word that names neither of the secrets that can key the HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the HMAC key is either `merchant-key` or `merchant-salt`")]
pub struct NoSuchHmacKey;

/// What a merchant was handed out: key and salt, or a salt alone. The bytes are taken as they are, not decoded and not
/// trimmed. Zeroized on drop, `[redacted]` in `Debug`.
///
/// ```
/// use imza::haso::{HmacKey, Merchant, Secret};
///
/// let secret = Secret::new("merchant-key-not-real", "merchant-salt-not-real")?;
/// let older = Secret::salt_only("an-older-salt-not-real")?;
/// assert_eq!(older.hmac_key(), HmacKey::MerchantSalt);
/// let merchant = Merchant::of("1000042", &secret)?.older(&older);
/// # Ok::<(), imza::haso::Error>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    /// Empty where the salt keys the HMAC. No `Option`: the room of a `None` is not written, so whatever the stack held
    /// there would be kept with it.
    key: Zeroizing<Box<[u8]>>,
    salt: Zeroizing<Box<[u8]>>,
}

impl Secret {
    /// A key, which keys the HMAC, and a salt, which is part of the message.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty key or salt (HASO-10).
    pub fn new(key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        let key = not_empty(Credential::Key, key.as_ref())?;
        Ok(Self { key, ..Self::salt_only(salt)? })
    }

    /// A salt alone: it keys the HMAC, and is part of the message all the same.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty salt (HASO-10).
    pub fn salt_only(salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self { key: Zeroizing::new(Box::default()), salt: not_empty(Credential::Salt, salt.as_ref())? })
    }

    /// Which of the two keys the HMAC.
    pub fn hmac_key(&self) -> HmacKey {
        if self.key.is_empty() { HmacKey::MerchantSalt } else { HmacKey::MerchantKey }
    }

    /// **The bytes that key the HMAC** (HASO-4): the merchant key, or the salt where there is no key.
    pub fn reveal_hmac_key(&self) -> &[u8] {
        match self.hmac_key() {
            HmacKey::MerchantKey => &self.key,
            HmacKey::MerchantSalt => &self.salt,
        }
    }

    /// **The bytes of the salt.**
    pub fn reveal_salt(&self) -> &[u8] {
        &self.salt
    }
}

fn not_empty(credential: Credential, bytes: &[u8]) -> Result<Zeroizing<Box<[u8]>>, Error> {
    if bytes.is_empty() { Err(Error::Empty { credential }) } else { Ok(Zeroizing::new(bytes.into())) }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("hmac_key", &self.hmac_key())
            .field("secrets", &format_args!("[redacted]"))
            .finish_non_exhaustive()
    }
}
