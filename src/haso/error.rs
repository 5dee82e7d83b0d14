//! What can be wrong with a recipe, its fields, or a token (HASO-8 to HASO-11).

use std::fmt;

use crate::mac::Malformed;

/// One of a merchant's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// The merchant id.
    MerchantId,
    /// The merchant key, which keys the HMAC.
    Key,
    /// The merchant salt, which ends the message.
    Salt,
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MerchantId => "merchant id",
            Self::Key => "merchant key",
            Self::Salt => "merchant salt",
        })
    }
}

/// Why a token was not made, or not accepted. Names the field and the place; never holds a byte of a
/// secret, nor a field's value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A credential is empty (HASO-10).
    #[error("the {credential} is empty")]
    Empty {
        /// Which one.
        credential: Credential,
    },
    /// A required field is absent or empty (HASO-9).
    #[error("the required field {field} is absent or empty")]
    FieldMissing {
        /// Its name.
        field: String,
    },
    /// The method has no such field (HASO-9): a misspelt optional field would silently change the token, and a
    /// name that only differs in the case of its letters would be taken for the field by many a decoder.
    #[error("the method has no field `{field}`; it has {known}{}", Like(.like.as_deref()))]
    FieldUnknown {
        /// Its name as given; what does not print is escaped, and it is cut after 64 characters.
        field: String,
        /// The names that the recipe knows, separated by commas.
        known: String,
        /// The recipe's name that differs from it in the case of the letters alone, where there is one.
        like: Option<String>,
    },
    /// A field is given twice (HASO-9).
    #[error("the field {field} is given twice")]
    FieldDuplicate {
        /// Its name.
        field: String,
    },
    /// A field's value is not in its shape (HASO-7, HASO-8, HASO-10), or not the merchant's (HASO-9).
    #[error("the field {field} {fault}")]
    FieldInvalid {
        /// Its name.
        field: String,
        /// What is wrong with the value.
        fault: FieldFault,
    },
    /// A line is no recipe.
    #[error("the recipe is invalid at byte {offset}: {fault}")]
    RecipeInvalid {
        /// Where.
        offset: usize,
        /// What is wrong there.
        fault: RecipeFault,
    },
    /// No method of the table has this name or path.
    #[error(
        "no recipe is known for `{endpoint}`; if the vendor's page of the method prints one, \
         that line can be used as a recipe of its own"
    )]
    RecipeUnknown {
        /// The name or path as given; what does not print is escaped, and it is cut after 64 characters.
        endpoint: String,
    },
    /// The presented token cannot be one (HASO-11).
    #[error("the token is malformed: {0}")]
    TokenMalformed(Malformed),
    /// The presented token is another one than the merchant's secrets make of these fields.
    #[error(
        "the token does not match: another key or salt, other values, or another recipe than the ones it was made with"
    )]
    TokenMismatch,
    /// The caller's buffer is too small; nothing was written.
    #[error("the buffer holds {capacity} bytes and the token has {needed}")]
    BufferTooSmall {
        /// Bytes that the token has.
        needed: usize,
        /// Bytes that the buffer has.
        capacity: usize,
    },
}

impl Error {
    /// The byte at which the offending value goes wrong, where there is one: in the field's value, in
    /// the recipe's line or in the token.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::FieldInvalid { fault, .. } => fault.offset(),
            Self::RecipeInvalid { offset, .. } => Some(*offset),
            Self::TokenMalformed(malformed) => malformed.offset(),
            _ => None,
        }
    }

    /// The field that the error is about, where it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::FieldMissing { field }
            | Self::FieldUnknown { field, .. }
            | Self::FieldDuplicate { field }
            | Self::FieldInvalid { field, .. } => Some(field),
            _ => None,
        }
    }
}

/// The end of a sentence about a name that is another one but for the case of its letters.
struct Like<'a>(Option<&'a str>);

impl fmt::Display for Like<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(name) = self.0 else { return Ok(()) };
        write!(f, ". Its case makes it another name than `{name}`, and some decoders would confuse the two")
    }
}

/// What is wrong with a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FieldFault {
    /// More characters than the vendor's table allows.
    #[error("has {chars} characters; at most {most} are allowed")]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        most: usize,
        /// Where the first one too many begins.
        offset: usize,
    },
    /// Not a whole number of kuruş (HASO-7).
    #[error("is not an amount in whole kuruş, digits only (500 TL = `50000`): see byte {offset}")]
    NotAnAmount {
        /// The first byte that is not a digit.
        offset: usize,
    },
    /// Does not begin with a date that exists (HASO-8).
    #[error("does not begin with a date that exists, as yyyy-MM-dd: see byte {offset}")]
    NotADate {
        /// Where the date goes wrong.
        offset: usize,
    },
    /// Not an address (HASO-10).
    #[error("is not an IPv4 or IPv6 address")]
    NotAnIpAddress,
    /// Another merchant id than the credentials' (HASO-9).
    #[error("is not the merchant id of the credentials")]
    NotTheMerchant,
}

impl FieldFault {
    /// The byte at which the value goes wrong, where there is one.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::TooLong { offset, .. } | Self::NotAnAmount { offset } | Self::NotADate { offset } => Some(*offset),
            Self::NotAnIpAddress | Self::NotTheMerchant => None,
        }
    }
}

/// What is wrong with a recipe's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipeFault {
    /// Nothing between two `+`, or before the first or after the last.
    #[error("a name belongs here")]
    EmptyTerm,
    /// Something that the notation does not have.
    #[error("this is not in the notation; a term reads `name`, `name?` or `name.ToString(\"yyyy-MM-dd\")`")]
    NotInNotation,
    /// A name stands twice.
    #[error("this name stands here a second time")]
    NameTwice,
    /// The salt stands twice.
    #[error("the salt stands here a second time")]
    SaltTwice,
    /// The salt is missing.
    #[error("the salt is missing: add `+ merhant_salt`")]
    NoSalt,
}
