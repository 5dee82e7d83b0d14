//! What can be wrong with the arguments of a signature (DLGA-13).

use std::fmt;

use super::DateError;

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
        /// Where it stands.
        offset: usize,
    },
    /// The resource is not path and query.
    #[error(
        "the resource does not begin with `/`; it is what follows the server address in the URI: path and query (DLGA-10)"
    )]
    NotAResource,
    /// A request of the `http` crate has two content types, so nobody knows which one counts.
    #[error("the header content-type stands twice")]
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
