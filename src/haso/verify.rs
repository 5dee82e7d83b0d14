//! The server's side: fields, a recipe and a token in, the verdict out (HASO-11).

use super::recipe::Posted;
use super::{Error, Merchant, Recipe};
use crate::mac::Tag;

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

impl Merchant {
    /// Verifies the `requestToken` of posted fields, trying every secret of the merchant, each in
    /// constant time.
    ///
    /// # Errors
    /// A fault of the fields as in [`Merchant::token`], then [`Error::TokenMalformed`] for a text that
    /// is not canonical base64 of 32 bytes, then [`Error::TokenMismatch`].
    pub fn verify<N: AsRef<str>, V: AsRef<str>>(
        &self,
        recipe: &Recipe,
        fields: &[(N, V)],
        token: impl AsRef<[u8]>,
    ) -> Result<Accepted, Error> {
        self.verify_of(recipe, fields, token.as_ref())
    }

    /// [`Merchant::verify`] of fields however they are held.
    pub(crate) fn verify_of(&self, recipe: &Recipe, fields: &[impl Posted], token: &[u8]) -> Result<Accepted, Error> {
        recipe.check(self.merchant_id(), fields)?;
        let tag = Tag::parse(token).map_err(Error::TokenMalformed)?;
        std::iter::once(&self.secret)
            .chain(self.older_secrets.iter().map(Box::as_ref))
            .position(|secret| secret.verify(&tag, self.merchant_id(), recipe, fields))
            .map(|key_index| Accepted { key_index })
            .ok_or(Error::TokenMismatch)
    }
}
