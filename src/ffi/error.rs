//! What a call can fail with, and the caller's own report of it.

use std::ffi::c_char;
use std::fmt::{self, Write as _};
use std::mem::{offset_of, size_of};

use super::borrow::{Growing, struct_size};
#[allow(clippy::wildcard_imports, reason = "the statuses are the vocabulary of this file")]
use super::status::*;
use crate::shown::shown;
use crate::{dlga, haso};

/// What happened, in a struct of the caller's own: nothing to free, nothing shared between threads.
/// Every function takes NULL for it. Where it is given it is filled on every return, on success too.
///
/// Set `struct_size` to `sizeof(imza_error)` before the first call; the other members need no value. A
/// `struct_size` of 0, or one smaller than the first version of this struct, is
/// `IMZA_INVALID_ARGUMENT`, and then nothing at all is done or written. Members that later versions
/// add come behind `message`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_error {
    /// Set by the caller: `sizeof(imza_error)`.
    pub struct_size: usize,
    /// The status that was returned.
    pub status: imza_status,
    /// The HTTP status with which Diyalog answers such a request (DLGA-14); 0 where there is none.
    pub http_status: u16,
    /// The key that matched, in the order of adding, from 0 (DLGA-20, HASO-11); -1 for none. A
    /// `IMZA_DLGA_CLOCK_SKEW` has the matching key too.
    pub key_index: i32,
    /// The byte at which the offending value goes wrong, from 0; `SIZE_MAX` where there is none.
    pub offset: usize,
    /// What is wrong, where, and what to do about it: UTF-8 that ends in a NUL, cut at a character where
    /// it is too long. "" on success. Never holds a byte of a secret. For people and logs: its wording
    /// can change.
    pub message: [c_char; 256],
    /// The name of the posted field that an `IMZA_HASO_FIELD_` status is about: UTF-8 that ends in a NUL. An unknown
    /// name has what does not print escaped, and is cut at a character where it is too long. "" for every other status,
    /// and for a name that is not UTF-8.
    pub field: [c_char; 64],
}

// SAFETY: numbers, the first of them `struct_size`. `field` came later.
unsafe impl Growing for imza_error {
    const NAME: &'static str = "imza_error";
    const FIRST_VERSION: usize = if cfg!(target_pointer_width = "64") { 288 } else { 276 };
}

const _: () = assert!(offset_of!(imza_error, struct_size) == 0 && offset_of!(imza_error, status) == size_of::<usize>());
const _: () = assert!(offset_of!(imza_error, message) == if cfg!(target_pointer_width = "64") { 32 } else { 20 });
const _: () = assert!(offset_of!(imza_error, field) == imza_error::FIRST_VERSION);
const _: () = assert!(size_of::<imza_error>() == if cfg!(target_pointer_width = "64") { 352 } else { 340 });

/// A caller's `imza_error` that can be written to, or none.
pub(super) struct Report {
    error: *mut imza_error,
    /// Whether the caller's version has the last member.
    has_field: bool,
}

impl Report {
    /// Judges the caller's struct; `None` where it is too small to be one.
    ///
    /// # Safety
    /// `error` is NULL, or points to as many bytes as its `struct_size` says, aligned, and at least to that one.
    pub(super) unsafe fn on(error: *mut imza_error) -> Option<Self> {
        if error.is_null() {
            return Some(Self { error, has_field: false });
        }
        // SAFETY: not NULL, so there is a `struct_size`.
        let size = unsafe { struct_size(error) };
        (size >= imza_error::FIRST_VERSION).then_some(Self { error, has_field: size >= size_of::<imza_error>() })
    }

    /// Compiled once, and not into every export.
    #[inline(never)]
    pub(super) fn success(&self, key_index: Option<usize>) {
        self.fill(IMZA_OK, key_index, None, |message, field| {
            // SAFETY: both are the caller's. The first byte is all that counts of an empty text.
            unsafe { message.cast::<u8>().write(0) };
            if let Some(field) = field {
                // SAFETY: as above.
                unsafe { field.cast::<u8>().write(0) };
            }
        });
    }

    pub(super) fn failure(&self, failure: &Failure) {
        self.fill(failure.status(), failure.key_index(), failure.offset(), |message, field| {
            // SAFETY: both are the caller's, and `c_char` has the layout of `u8`.
            unsafe { message.cast::<[u8; 256]>().write(cut(failure)) };
            if let Some(field) = field {
                // SAFETY: as above.
                unsafe { field.cast::<[u8; 64]>().write(cut(failure.field().unwrap_or_default())) };
            }
        });
    }

    fn fill(
        &self,
        status: imza_status,
        key_index: Option<usize>,
        offset: Option<usize>,
        write_texts: impl FnOnce(*mut [c_char; 256], Option<*mut [c_char; 64]>),
    ) {
        let Self { error, has_field } = *self;
        if error.is_null() {
            return;
        }
        let key_index = key_index.map_or(-1, |index| i32::try_from(index).unwrap_or(i32::MAX));
        // SAFETY: not NULL, and at least as large as the first version, which has all these members. They are
        // written one by one, through the pointer, since the caller need not have set them before.
        unsafe {
            (&raw mut (*error).status).write(status);
            (&raw mut (*error).http_status).write(imza_status_http(status));
            (&raw mut (*error).key_index).write(key_index);
            (&raw mut (*error).offset).write(offset.unwrap_or(usize::MAX));
        }
        // SAFETY: as above; the last member is looked for only where the caller's version has it.
        let (message, field) = unsafe { (&raw mut (*error).message, has_field.then(|| &raw mut (*error).field)) };
        write_texts(message, field);
    }
}

/// A text with a NUL behind it, cut at a character where it is too long.
fn cut<const SIZE: usize>(text: impl fmt::Display) -> [u8; SIZE] {
    let mut cut = Cut { bytes: [0; SIZE], len: 0 };
    // Fails only where the text is cut, and then what fitted is there.
    let _ = write!(cut, "{text}");
    cut.bytes
}

/// A text in place that takes what fits, in whole characters, and leaves room for a NUL.
struct Cut<const SIZE: usize> {
    bytes: [u8; SIZE],
    len: usize,
}

impl<const SIZE: usize> fmt::Write for Cut<SIZE> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let room = SIZE.saturating_sub(1).saturating_sub(self.len);
        let taken = (0..=room.min(piece.len())).rev().find(|&end| piece.is_char_boundary(end)).unwrap_or(0);
        let end = self.len.saturating_add(taken);
        let (from, to) = (piece.as_bytes().get(..taken), self.bytes.get_mut(self.len..end));
        to.ok_or(fmt::Error)?.copy_from_slice(from.ok_or(fmt::Error)?);
        self.len = end;
        if taken == piece.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

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
    #[error("index is {index}, and {count} variants match")]
    NoSuchMatch { index: usize, count: usize },
    #[error("index is {index}, and {count} recipes were found")]
    NoSuchRecipe { index: usize, count: usize },
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
            | Self::NoSuchRecipe { .. }
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

    /// The name of the posted field that the failure is about: "" where it is not UTF-8, `None` where the failure is about
    /// something else.
    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Self::FieldValue { field, .. } => Some(field),
            Self::FieldName { .. } => Some(""),
            Self::Haso(error) => error.field(),
            _ => None,
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
    /// The whole field that a name or a value belongs to.
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
