//! Diyalog's `DLGA` authorization header: rules DLGA-1 to DLGA-20, written out in `docs/dlga.md`.
//!
//! A request carries three headers ([`HeaderNames`]): when it was made, on whose behalf, and the
//! signature. The signature covers method, content type, date, body and resource, **but not the
//! requester** (DLGA-2): anyone on the path can change that one unseen.
//!
//! The way of the data: [`Request`] and [`Date`] → [`Request::string_to_sign`] → [`Signer`] → headers →
//! [`Verifier`] → [`Accepted`] or [`Rejection`]. A body too large for memory goes through
//! [`Signer::stream`] and [`Verifier::stream`] in pieces. Why a signature does not match, the feature `explain`
//! finds out.

#[cfg(feature = "json")]
pub mod calls;
mod date;
mod error;
mod headers;
#[cfg(feature = "http")]
mod http;
mod request;
mod sign;
mod verify;

pub use date::{Date, DateError, ZoneWarning};
#[cfg(feature = "explain")]
pub(crate) use date::{TURKISH_MONTHS, TURKISH_WEEKDAYS};
pub use error::{Error, Kind, Part, Reason, Rejection, UnknownKeyId};
pub use headers::{HeaderNames, Received, SCHEME, SignedHeaders};
pub use request::{BodyLine, Request, resource_of_url};
pub use sign::{AccessKey, Signer, SigningStream};
pub use verify::{Accepted, Verdict, Verifier, VerifyingStream, WINDOW};
