//! What can be wrong: with the arguments of a signature ([`Error`]), and with a received request ([`Rejection`]), which
//! gets the vendor's verdict ([`Kind`]).
//!
//! Rules kept here: DLGA-14.

use std::fmt;

use super::DateError;
use crate::mac::Malformed;
use crate::shown::{escaped, is_printable};

/// The part of a request or credential that an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The HTTP method.
    Method,
    /// The value of the `Content-Type` header.
    ContentType,
    /// The value of the `x-dlg-date` header.
    Date,
    /// Path and query of the URI.
    Resource,
    /// The AccessKeyId.
    KeyId,
    /// The AccessKeySecret.
    Secret,
    /// The value of the `x-dlg-requester-userid` header.
    Requester,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Method => "method",
            Self::ContentType => "content type",
            Self::Date => "date",
            Self::Resource => "resource",
            Self::KeyId => "access key id",
            Self::Secret => "access key secret",
            Self::Requester => "requester id",
        })
    }
}

/// An argument that cannot be signed with (DLGA-13, DLGA-19). Says which one, where, and what to do;
/// never holds a byte of a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A part that must be there is empty.
    #[error("the {part} is empty; a signature needs one")]
    Empty {
        /// Which part.
        part: Part,
    },
    /// A part holds a byte that would forge a line or a header, or that its syntax does not have.
    #[error("the {part} holds {} at byte {offset}, which is not allowed there", ByteName(*.byte))]
    Forbidden {
        /// Which part.
        part: Part,
        /// The byte.
        byte: u8,
        /// Its offset in the part's value, from 0.
        offset: usize,
    },
    /// The resource is not path and query.
    #[error(
        "the resource does not begin with `/`; it is what follows the server address in the URI: path and query (DLGA-10)"
    )]
    NotAResource,
    /// A request of the `http` crate has two content types, so no one knows which one counts.
    #[error("the header Content-Type occurs twice")]
    ContentTypeTwice,
    /// A text that is not an absolute `http` or `https` URL.
    #[error("this is not an absolute http:// or https:// URL with a server address")]
    NotAUrl,
    /// The date is not one that can be signed.
    #[error(transparent)]
    Date(#[from] DateError),
    /// The caller's buffer is too small; nothing was written.
    #[error("the buffer holds {capacity} bytes and the value has {needed}")]
    BufferTooSmall {
        /// Bytes that the value has.
        needed: usize,
        /// Bytes that the buffer has.
        capacity: usize,
    },
}

impl Error {
    /// The byte at which the offending value goes wrong, where there is one.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::Forbidden { offset, .. } => Some(*offset),
            Self::NotAResource => Some(0),
            Self::Date(error) => error.offset(),
            _ => None,
        }
    }
}

/// A byte as an error names it: never raw, so that an error fits on one line of any log.
struct ByteName(u8);

impl fmt::Display for ByteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("a NUL"),
            b'\n' => f.write_str("a line feed"),
            b'\r' => f.write_str("a carriage return"),
            b' ' => f.write_str("a blank"),
            b'\t' => f.write_str("a tab"),
            byte @ 0x21..=0x7e => write!(f, "`{}`", char::from(byte)),
            byte => write!(f, "the byte 0x{byte:02x}"),
        }
    }
}

/// What a rejection is in the vendor's table (DLGA-14). An unknown key id and a wrong signature are two kinds here; the
/// vendor answers both alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A required header is missing.
    HeadersMissing,
    /// The authorization header, or something that forges lines or headers, is not in its format.
    FormatInvalid,
    /// The date is not in the pattern, or does not exist.
    DateInvalid,
    /// No key is held for the access key id.
    UnknownKeyId,
    /// The signature is another one than the key makes of this request.
    SignatureMismatch,
    /// The signature is right, and the date too far from the clock.
    ClockSkew,
}

impl Kind {
    /// The verdicts that the vendor tells apart, in the order of the checks (DLGA-15).
    pub const VERDICTS: [Self; 5] =
        [Self::HeadersMissing, Self::FormatInvalid, Self::DateInvalid, Self::SignatureMismatch, Self::ClockSkew];

    /// The HTTP status that the vendor answers with.
    pub const fn http_status(self) -> u16 {
        self.answer().0
    }

    /// The text that the vendor answers with, to the letter.
    pub const fn vendor_text(self) -> &'static str {
        self.answer().1
    }

    /// The vendor's table (DLGA-14).
    const fn answer(self) -> (u16, &'static str) {
        match self {
            Self::HeadersMissing => (400, "Required headers not found"),
            Self::FormatInvalid => (400, "Authorization failed due to data format not valid"),
            Self::DateInvalid => (400, "Authorization failed due to date not valid"),
            Self::UnknownKeyId | Self::SignatureMismatch => (401, "Authorization failed"),
            Self::ClockSkew => (403, "Request time may not be correct."),
        }
    }
}

/// Why a request was refused, for the operator who has to mend it. What the caller is answered is
/// [`Rejection::vendor_text`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A required header is missing, or empty.
    #[error("the header {header} (or {other}) is missing or empty")]
    HeaderMissing {
        /// Its name.
        header: &'static str,
        /// Its name in the vendor's other set (DLGA-4).
        other: &'static str,
    },
    /// A header occurs twice, so no one knows which one counts.
    #[error("the header {header} occurs twice")]
    HeaderTwice {
        /// Its name.
        header: &'static str,
    },
    /// A part of the request that DLGA-13 forbids.
    #[error(transparent)]
    Request(#[from] Error),
    /// The authorization header is of another scheme.
    #[error("the authorization header does not begin with `DLGA` and one blank")]
    NotDlga,
    /// The authorization header has no signature.
    #[error("the authorization header lacks the `:` between access key id and signature")]
    NoColon,
    /// The signature cannot be one (DLGA-16).
    #[error("the signature is malformed: {malformed}{history}", malformed = .0, history = history(*.0))]
    Signature(Malformed),
    /// The date cannot be read.
    #[error(transparent)]
    Date(#[from] DateError),
    /// No key is held for the access key id.
    #[error("no key is held for the access key id {key_id}")]
    UnknownKeyId {
        /// How the id begins, and its length.
        key_id: UnknownKeyId,
    },
    /// The signature is another one than the key makes of this request.
    #[error("the signature does not match: another secret, or other bytes than the ones that were signed")]
    SignatureMismatch,
    /// Date and clock differ too much.
    #[error(
        "the date lies {seconds} seconds {} the clock; at most {allowed} are allowed",
        if *.ahead { "ahead of" } else { "behind" }
    )]
    ClockSkew {
        /// By how many seconds they differ.
        seconds: u64,
        /// By how many seconds they may.
        allowed: u64,
        /// Whether the date is later than the clock.
        ahead: bool,
    },
}

impl Reason {
    /// The byte at which the offending part goes wrong, where its error names one.
    pub(super) fn offset(&self) -> Option<usize> {
        match self {
            Self::Request(error) => error.offset(),
            Self::Date(error) => error.offset(),
            _ => None,
        }
    }
}

/// What the vendor's page once said (DLGA-3), to the client that still keeps to it.
fn history(malformed: Malformed) -> &'static str {
    match malformed {
        Malformed::Sha1 | Malformed::Hex { digits: 40 } => ". Diyalog's page replaced HMAC-SHA1 on 12 March 2021",
        _ => "",
    }
}

/// An access key id that no key is held for. Only its first four characters are kept, and
/// its length: a client that sends its secret in the id's place does not find it in the server's log.
/// Keeping it costs the same whatever the id is, and nothing is formatted before `Display` asks (DLGA-17).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UnknownKeyId {
    /// The id's first bytes, then zeros.
    start: [u8; 4 * SHOWN_OF_UNKNOWN_ID],
    len: usize,
}

/// How many characters of an unknown access key id an error shows.
const SHOWN_OF_UNKNOWN_ID: usize = 4;

impl UnknownKeyId {
    pub(super) fn of(key_id: &[u8]) -> Self {
        let mut start = [0; 4 * SHOWN_OF_UNKNOWN_ID];
        start.iter_mut().zip(key_id).for_each(|(to, from)| *to = *from);
        Self { start, len: key_id.len() }
    }

    /// The id's length in bytes.
    #[expect(clippy::len_without_is_empty, reason = "an empty id is a format error and never gets here")]
    pub fn len(&self) -> usize {
        self.len
    }
}

impl fmt::Display for UnknownKeyId {
    /// Such as `` `1234…` (36 bytes) ``; what does not print is escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = String::from_utf8_lossy(self.start.get(..self.len).unwrap_or(&self.start));
        let end = start.char_indices().nth(SHOWN_OF_UNKNOWN_ID).map_or(start.len(), |(end, _)| end);
        let (shown, more) = start.split_at(end);
        f.write_str("`")?;
        if shown.chars().all(is_printable) {
            // What nearly every id is takes no memory and little time (DLGA-17).
            f.write_str(shown)?;
        } else {
            f.write_str(&escaped(shown))?;
        }
        f.write_str(if self.len > self.start.len() || !more.is_empty() { "…` (" } else { "` (" })?;
        self.len.fmt(f)?;
        f.write_str(" bytes)")
    }
}

impl fmt::Debug for UnknownKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnknownKeyId({self})")
    }
}

/// A refused request: the vendor's verdict and the reason behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    reason: Reason,
    offset: Option<usize>,
    key_index: Option<usize>,
}

impl Rejection {
    pub(super) fn at(reason: Reason, offset: Option<usize>) -> Self {
        Self { reason, offset, key_index: None }
    }

    pub(super) fn with_key_index(self, key_index: usize) -> Self {
        Self { key_index: Some(key_index), ..self }
    }

    /// The vendor's verdict (DLGA-14).
    pub fn kind(&self) -> Kind {
        match self.reason {
            Reason::HeaderMissing { .. } => Kind::HeadersMissing,
            Reason::HeaderTwice { .. }
            | Reason::Request(_)
            | Reason::NotDlga
            | Reason::NoColon
            | Reason::Signature(_) => Kind::FormatInvalid,
            Reason::Date(_) => Kind::DateInvalid,
            Reason::UnknownKeyId { .. } => Kind::UnknownKeyId,
            Reason::SignatureMismatch => Kind::SignatureMismatch,
            Reason::ClockSkew { .. } => Kind::ClockSkew,
        }
    }

    /// What exactly is wrong.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The HTTP status to answer with (DLGA-14).
    pub fn http_status(&self) -> u16 {
        self.kind().http_status()
    }

    /// The text to answer with, to the letter (DLGA-14).
    pub fn vendor_text(&self) -> &'static str {
        self.kind().vendor_text()
    }

    /// The byte at which the offending value goes wrong, counted from the value's beginning as it was
    /// received.
    pub fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// The key that did match, where only the clock refuses (DLGA-20).
    pub fn key_index(&self) -> Option<usize> {
        self.key_index
    }
}

impl From<Reason> for Rejection {
    fn from(reason: Reason) -> Self {
        let offset = reason.offset();
        Self::at(reason, offset)
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Reason::from(error).into()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Rejection {}
