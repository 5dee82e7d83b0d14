//! Everything that a call can fail with: what Rust refuses, and what only C can get wrong.

use std::fmt;

#[allow(clippy::wildcard_imports, reason = "the statuses are the vocabulary of this file")]
use super::status::*;
use crate::shown::shown;
use crate::{dlga, haso};

/// What a call comes to. Its failure is boxed: a call that succeeds then carries no room for it about.
pub(super) type Outcome<T> = Result<T, Box<Failure>>;

/// Why a call fails. `Display` is the message.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{place} is NULL")]
    Null { place: Place },
    #[error("{place} is NULL, with a length of {len}")]
    NullText { place: Place, len: usize },
    #[error("{place} claims {len} bytes, more than a machine has")]
    TooLong { place: Place, len: usize },
    #[error("{place} {fault}")]
    Argument { place: Place, fault: &'static str },
    #[error("{place} is not UTF-8: see byte {offset}")]
    NotUtf8 { place: Place, offset: usize },
    #[error("{place} is {given}; it must be {allowed}")]
    NoSuchChoice { place: Place, given: i32, allowed: &'static str },
    #[error("{place}.struct_size is {given}; it must be sizeof({name}), which was never less than {least}")]
    StructSize { place: Place, name: &'static str, given: usize, least: usize },
    #[error("index is {index}, and the readings that match are {count}")]
    NoSuchMatch { index: usize, count: usize },
    #[error("the buffer holds {capacity} bytes, and the text has {needed} and a NUL")]
    TooSmall { needed: usize, capacity: usize },

    #[error(transparent)]
    Dlga(dlga::Error),
    #[error(transparent)]
    Rejection(dlga::Rejection),

    #[error(transparent)]
    Haso(haso::Error),
    #[error("the name of {place} is not UTF-8, which no field of the method is: see its byte {offset}")]
    FieldName { place: Place, offset: usize },
    #[error("the field {field} is not UTF-8: see byte {offset}")]
    FieldValue { field: String, offset: usize },
    #[error("the recipe is not UTF-8: see byte {offset}")]
    RecipeText { offset: usize },
    #[error("the endpoint is not UTF-8, which no method is: see byte {offset}")]
    Endpoint { offset: usize },

    #[error("a fault in the library was caught; please report what you called it with, without your secrets")]
    Panic,
}

impl Failure {
    /// Out of the way of the calls that succeed.
    #[cold]
    #[inline(never)]
    pub(super) fn boxed(self) -> Box<Self> {
        Box::new(self)
    }

    /// A field whose value is not UTF-8. Its name can be any text: it is shown on one line, and not without end.
    pub(super) fn field_value(name: &str, offset: usize) -> Self {
        Self::FieldValue { field: shown(name), offset }
    }

    pub(super) fn status(&self) -> imza_status {
        match self {
            Self::Null { .. } | Self::NullText { .. } => IMZA_NULL_POINTER,
            Self::TooSmall { .. } => IMZA_BUFFER_TOO_SMALL,
            Self::TooLong { .. }
            | Self::Argument { .. }
            | Self::NotUtf8 { .. }
            | Self::NoSuchChoice { .. }
            | Self::StructSize { .. }
            | Self::NoSuchMatch { .. }
            | Self::Dlga(_) => IMZA_INVALID_ARGUMENT,
            Self::Rejection(rejection) => status_of_kind(rejection.kind()),
            Self::Haso(error) => status_of_haso(error),
            Self::FieldName { .. } => IMZA_HASO_FIELD_UNKNOWN,
            Self::FieldValue { .. } => IMZA_HASO_FIELD_INVALID,
            Self::RecipeText { .. } => IMZA_HASO_RECIPE_INVALID,
            Self::Endpoint { .. } => IMZA_HASO_RECIPE_UNKNOWN,
            Self::Panic => IMZA_PANIC,
        }
    }

    /// The byte at which the offending value goes wrong.
    pub(super) fn offset(&self) -> Option<usize> {
        match self {
            Self::NotUtf8 { offset, .. }
            | Self::FieldName { offset, .. }
            | Self::FieldValue { offset, .. }
            | Self::RecipeText { offset }
            | Self::Endpoint { offset } => Some(*offset),
            Self::Dlga(error) => error.offset(),
            Self::Rejection(rejection) => rejection.offset(),
            Self::Haso(error) => error.offset(),
            _ => None,
        }
    }

    /// The name of the posted field that the failure is about, "" where it has none that can be told; a
    /// failure that is about no field stays one.
    pub(super) fn into_field(self) -> Result<String, Self> {
        match self {
            Self::FieldValue { field, .. } => Ok(field),
            Self::FieldName { .. } => Ok(String::new()),
            Self::Haso(error) => error.field().map(str::to_owned).ok_or(Self::Haso(error)),
            other => Err(other),
        }
    }

    /// The key that matched all the same (DLGA-20).
    pub(super) fn key_index(&self) -> Option<usize> {
        match self {
            Self::Rejection(rejection) => rejection.key_index(),
            _ => None,
        }
    }
}

impl From<dlga::Error> for Box<Failure> {
    fn from(error: dlga::Error) -> Self {
        Self::new(match error {
            dlga::Error::BufferTooSmall { needed, capacity } => Failure::TooSmall { needed, capacity },
            error => Failure::Dlga(error),
        })
    }
}

impl From<dlga::Rejection> for Box<Failure> {
    fn from(rejection: dlga::Rejection) -> Self {
        Self::new(Failure::Rejection(rejection))
    }
}

impl From<haso::Error> for Box<Failure> {
    fn from(error: haso::Error) -> Self {
        Self::new(match error {
            haso::Error::BufferTooSmall { needed, capacity } => Failure::TooSmall { needed, capacity },
            error => Failure::Haso(error),
        })
    }
}

fn status_of_kind(kind: dlga::Kind) -> imza_status {
    match kind {
        dlga::Kind::HeadersMissing => IMZA_DLGA_HEADERS_MISSING,
        dlga::Kind::FormatInvalid => IMZA_DLGA_FORMAT_INVALID,
        dlga::Kind::DateInvalid => IMZA_DLGA_DATE_INVALID,
        dlga::Kind::UnknownKeyId | dlga::Kind::SignatureMismatch => IMZA_DLGA_SIGNATURE_MISMATCH,
        dlga::Kind::ClockSkew => IMZA_DLGA_CLOCK_SKEW,
    }
}

fn status_of_haso(error: &haso::Error) -> imza_status {
    match error {
        haso::Error::Empty { .. } => IMZA_INVALID_ARGUMENT,
        haso::Error::FieldMissing { .. } => IMZA_HASO_FIELD_MISSING,
        haso::Error::FieldUnknown { .. } => IMZA_HASO_FIELD_UNKNOWN,
        haso::Error::FieldDuplicate { .. } => IMZA_HASO_FIELD_DUPLICATE,
        haso::Error::FieldInvalid { .. } => IMZA_HASO_FIELD_INVALID,
        haso::Error::RecipeInvalid { .. } => IMZA_HASO_RECIPE_INVALID,
        haso::Error::RecipeUnknown { .. } => IMZA_HASO_RECIPE_UNKNOWN,
        haso::Error::TokenMalformed(_) => IMZA_HASO_TOKEN_MALFORMED,
        haso::Error::TokenMismatch => IMZA_HASO_TOKEN_MISMATCH,
        haso::Error::BufferTooSmall { .. } => IMZA_BUFFER_TOO_SMALL,
    }
}

/// Where among the arguments something is wrong, in the names of the header.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// An argument, or a member of the request.
    Argument(&'static str),
    /// One of an array of fields, by the array's name.
    Field(&'static str, usize),
    /// The name of one of the fields, or its value.
    InField(&'static str, usize, &'static str),
}

impl Place {
    /// The whole field that a name or a value stands in.
    pub(super) fn around(self) -> Self {
        match self {
            Self::InField(array, index, _) => Self::Field(array, index),
            other => other,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => f.write_str(name),
            Self::Field(array, index) => write!(f, "{array}[{index}]"),
            Self::InField(array, index, member) => write!(f, "{array}[{index}].{member}"),
        }
    }
}
