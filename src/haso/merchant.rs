//! A merchant's two sides: fields and a recipe in, the message and its token out; fields, a recipe and a token in, the
//! verdict out.
//!
//! Rules kept here: HASO-1, HASO-3, HASO-5, HASO-11.

use std::fmt;
use std::ops::Range;

use zeroize::Zeroizing;

use super::recipe::value_of;
use super::{Credential, Error, PostedField, Recipe, Secret, Term};
use crate::mac::{Key, TAG_CHARS, Tag, Whole, in_pairs, verify_both};

/// A merchant's credentials, ready to make and verify tokens: the HMAC state is computed once.
/// Zeroized on drop, `[redacted]` in `Debug`; may be shared between threads.
///
/// The vendor does not name the HMAC key (HASO-4). By default it is the merchant key; a merchant who
/// was given only a salt takes [`Merchant::salt_keyed`].
#[derive(Clone)]
pub struct Merchant {
    merchant_id: Box<str>,
    /// What tokens are made with; also the first to be tried in verifying.
    secret: PreparedSecret,
    #[expect(clippy::vec_box, reason = "a vector that grows would leave secrets behind in freed memory")]
    older_secrets: Vec<Box<PreparedSecret>>,
}

/// What [`Merchant::verify`] says of a token.
pub type Verdict = Result<Accepted, Error>;

/// A [`Secret`], made ready.
#[derive(Clone)]
struct PreparedSecret {
    key: Key,
    salt: Zeroizing<Box<[u8]>>,
}

impl PreparedSecret {
    fn of(secret: &Secret) -> Self {
        Self { key: Key::new(secret.reveal_hmac_key()), salt: Zeroizing::new(secret.reveal_salt().into()) }
    }

    /// The tag of checked fields.
    fn tag(&self, merchant_id: &str, recipe: &Recipe, fields: &[impl PostedField]) -> Tag {
        self.key.mac_of(|mac| self.feed(mac, merchant_id, recipe, fields))
    }

    /// Whether a tag belongs to checked fields.
    fn verify(&self, tag: &Tag, merchant_id: &str, recipe: &Recipe, fields: &[impl PostedField]) -> bool {
        self.key.verify_of(tag, |mac| self.feed(mac, merchant_id, recipe, fields))
    }

    fn feed(&self, mac: &mut Whole, merchant_id: &str, recipe: &Recipe, fields: &[impl PostedField]) {
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
        Self::of(merchant_id, &Secret::new(key, salt)?)
    }

    /// Prepares the credentials of a merchant who has only a salt: it keys the HMAC, and is still part
    /// of the message (HASO-4).
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id or salt (HASO-10).
    pub fn salt_keyed(merchant_id: &str, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::of(merchant_id, &Secret::salt_only(salt)?)
    }

    /// Prepares a merchant's secret, whichever of the two it is.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty id (HASO-10).
    pub fn of(merchant_id: &str, secret: &Secret) -> Result<Self, Error> {
        if merchant_id.is_empty() {
            return Err(Error::Empty { credential: Credential::MerchantId });
        }
        let secret = PreparedSecret::of(secret);
        Ok(Self { merchant_id: merchant_id.into(), secret, older_secrets: Vec::new() })
    }

    /// Adds a secret that [`Merchant::verify`] accepts too, during a rotation. The first one, with
    /// which tokens are made, has index 0.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty key or salt (HASO-10).
    pub fn older_secret(self, key: impl AsRef<[u8]>, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(self.older(&Secret::new(key, salt)?))
    }

    /// Adds a salt that keys the HMAC and that [`Merchant::verify`] accepts too, during a rotation.
    ///
    /// # Errors
    /// [`Error::Empty`] for an empty salt (HASO-10).
    pub fn older_salt(self, salt: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(self.older(&Secret::salt_only(salt)?))
    }

    /// Adds an older secret, whichever of the two it is; else as [`Merchant::older_secret`].
    #[must_use]
    pub fn older(mut self, secret: &Secret) -> Self {
        self.older_secrets.push(Box::new(PreparedSecret::of(secret)));
        self
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
    pub fn token(&self, recipe: &Recipe, fields: &[impl PostedField]) -> Result<String, Error> {
        recipe.check_for(&self.merchant_id, fields)?;
        Ok(self.secret.tag(&self.merchant_id, recipe, fields).to_string())
    }

    /// Writes the `requestToken` into the caller's buffer and gives it back, with no allocation at
    /// all. It has [`TAG_CHARS`] bytes.
    ///
    /// # Errors
    /// As [`Merchant::token`]; then [`Error::BufferTooSmall`]. Nothing is written on an error.
    pub fn write_token<'b>(
        &self,
        recipe: &Recipe,
        fields: &[impl PostedField],
        buffer: &'b mut [u8],
    ) -> Result<&'b str, Error> {
        recipe.check_for(&self.merchant_id, fields)?;
        let capacity = buffer.len();
        let too_small = || Error::BufferTooSmall { needed: TAG_CHARS, capacity };
        let place = buffer.first_chunk_mut().ok_or_else(too_small)?;
        self.secret.tag(&self.merchant_id, recipe, fields).encode_into(place);
        // Base64 is a text, so the fallback is never taken.
        Ok(str::from_utf8(place).unwrap_or_default())
    }

    /// The message that goes into the HMAC, to look at when a token does not match. It holds the
    /// salt, which is shown as `[salt]` unless [`Message::reveal`] is called.
    ///
    /// # Errors
    /// As [`Merchant::token`].
    pub fn message(&self, recipe: &Recipe, fields: &[impl PostedField]) -> Result<Message, Error> {
        recipe.check_for(&self.merchant_id, fields)?;
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

    /// Verifies the `requestToken` of posted fields, trying every secret of the merchant, each in
    /// constant time (HASO-11).
    ///
    /// # Errors
    /// A fault of the fields as in [`Merchant::token`], then [`Error::TokenMalformed`] for a text that
    /// is not canonical base64 of 32 bytes, then [`Error::TokenMismatch`].
    pub fn verify(
        &self,
        recipe: &Recipe,
        fields: &[impl PostedField],
        token: impl AsRef<[u8]>,
    ) -> Result<Accepted, Error> {
        self.verdict(recipe, fields, &self.claimed(recipe, fields, token)?, None)
    }

    /// Verifies many tokens of one method, each with its posted fields: for audits. Each gets the verdict that
    /// [`Merchant::verify`] gives, in its place among `verdicts`; but two tokens are computed at once, which takes less
    /// time on a processor with instructions for SHA-256. Allocates nothing for a token that is accepted.
    ///
    /// A token for which `verdicts` has no place is not verified, and where there are more places, the rest is `None`.
    ///
    /// ```
    /// use imza::haso::{Merchant, Recipe};
    ///
    /// let merchant = Merchant::new("1000042", "key-not-real", "salt-not-real")?;
    /// let recipe = Recipe::parse("merchantId + customerId + merhant_salt")?;
    /// let (one, other) = ([("customerId", "5500123")], [("customerId", "5500124")]);
    /// let token = merchant.token(&recipe, &one)?;
    ///
    /// let mut verdicts = [None, None];
    /// merchant.verify_many(&recipe, &[(&one[..], &token), (&other[..], &token)], &mut verdicts);
    /// let [one, other] = verdicts.map(|verdict| verdict.expect("it has a place"));
    /// assert!(one.is_ok() && other.is_err());
    /// # Ok::<(), imza::haso::Error>(())
    /// ```
    pub fn verify_many<F: PostedField, T: AsRef<[u8]>>(
        &self,
        recipe: &Recipe,
        posted: &[(&[F], T)],
        verdicts: &mut [Option<Verdict>],
    ) {
        in_pairs(
            posted,
            verdicts,
            |pair| self.verify_both(recipe, pair),
            |(fields, token)| self.verify(recipe, fields, token),
        );
    }

    /// The verdicts on two tokens. Only where both can be right is there something to compute at once: the tags of the
    /// newest secret, which most often is the only one.
    fn verify_both<F: PostedField, T: AsRef<[u8]>>(&self, recipe: &Recipe, pair: [&(&[F], T); 2]) -> [Verdict; 2] {
        let claimed = pair.map(|(fields, token)| self.claimed(recipe, fields, token));
        let [(first, _), (second, _)] = pair;
        let of_newest = match &claimed {
            [Ok(tag_of_first), Ok(tag_of_second)] => {
                verify_both([&self.secret.key; 2], [tag_of_first, tag_of_second], |[of_first, of_second]| {
                    self.secret.feed(of_first, &self.merchant_id, recipe, first);
                    self.secret.feed(of_second, &self.merchant_id, recipe, second);
                })
                .map(Some)
            }
            _ => [None; 2],
        };
        let ([of_first, of_second], [newest_of_first, newest_of_second]) = (claimed, of_newest);
        [
            of_first.and_then(|tag| self.verdict(recipe, first, &tag, newest_of_first)),
            of_second.and_then(|tag| self.verdict(recipe, second, &tag, newest_of_second)),
        ]
    }

    /// The tag of a token whose fields are in order.
    fn claimed(&self, recipe: &Recipe, fields: &[impl PostedField], token: impl AsRef<[u8]>) -> Result<Tag, Error> {
        recipe.check_for(&self.merchant_id, fields)?;
        Tag::parse(token).map_err(Error::TokenMalformed)
    }

    /// The verdict on a tag. Whether it is of the newest secret may be known.
    fn verdict(&self, recipe: &Recipe, fields: &[impl PostedField], tag: &Tag, mut of_newest: Option<bool>) -> Verdict {
        std::iter::once(&self.secret)
            .chain(self.older_secrets.iter().map(Box::as_ref))
            .position(|secret| {
                of_newest.take().unwrap_or_else(|| secret.verify(tag, &self.merchant_id, recipe, fields))
            })
            .map(|key_index| Accepted { key_index })
            .ok_or(Error::TokenMismatch)
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

/// Passes the message part by part, in the recipe's order (HASO-1); `None` is the salt (HASO-3).
fn each_part(merchant_id: &str, recipe: &Recipe, fields: &[impl PostedField], mut take: impl FnMut(Option<&[u8]>)) {
    for term in recipe.terms() {
        match term {
            Term::MerchantId => take(Some(merchant_id.as_bytes())),
            Term::Field(field) => take(Some(field.shape().as_signed(value_of(fields, field.name())).as_bytes())),
            Term::Salt => take(None),
        }
    }
}

/// A token that was genuinely made of these fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    key_index: usize,
}

impl Accepted {
    /// Which of the merchant's secrets matched: 0 is the one that tokens are made with, then the
    /// older ones in the order of adding.
    pub fn key_index(&self) -> usize {
        self.key_index
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
