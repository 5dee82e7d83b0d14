//! Signing: a request and a date in, the three headers out.
//!
//! Rules kept here: DLGA-12.

use std::fmt;

use super::headers::{authorization, authorization_len, write_authorization};
use super::request::{BodyStream, check_key_id, not_empty};
use super::{BodyLine, Date, Error, HeaderNames, Part, Request, SignedHeaders};
use crate::mac::{Key, Tag};

/// An access key: the AccessKeyId, and the AccessKeySecret made ready to compute signatures. Zeroized on drop,
/// `[redacted]` in `Debug`.
///
/// [`Signer::new`] and [`Verifier::key`](super::Verifier::key) make one of what they are given; made beforehand, it can
/// be added where no error can be handled.
#[derive(Clone)]
pub struct AccessKey {
    pub(super) id: Box<str>,
    pub(super) key: Key,
}

impl AccessKey {
    /// Prepares an access key: its id, and the bytes of its secret as they were handed out, not decoded and not
    /// trimmed (DLGA-12).
    ///
    /// # Errors
    /// The id is empty or holds `:`, a blank or a control character; the secret is empty (DLGA-13).
    pub fn new(access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<Self, Error> {
        let secret = secret.as_ref();
        check_key_id(access_key_id.as_bytes())?;
        not_empty(Part::Secret, secret)?;
        Ok(Self { id: access_key_id.into(), key: Key::new(secret) })
    }

    /// The AccessKeyId.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("secret", &format_args!("[redacted]"))
            .finish_non_exhaustive()
    }
}

/// An access key, ready to sign: its HMAC state is computed once. Zeroized on drop, `[redacted]` in
/// `Debug`; may be shared between threads.
#[derive(Clone)]
pub struct Signer {
    access_key: AccessKey,
    pub(super) header_names: HeaderNames,
}

impl Signer {
    /// Prepares an access key: its AccessKeyId, and the bytes of its AccessKeySecret as they were
    /// handed out, not decoded and not trimmed (DLGA-12).
    ///
    /// # Errors
    /// The id is empty or holds `:`, a blank or a control character; the secret is empty (DLGA-13).
    pub fn new(access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self::from(AccessKey::new(access_key_id, secret)?))
    }

    /// Writes the headers under the other set of names (DLGA-4).
    #[must_use]
    pub fn header_names(self, header_names: HeaderNames) -> Self {
        Self { header_names, ..self }
    }

    /// The AccessKeyId.
    pub fn key_id(&self) -> &str {
        self.access_key.id()
    }

    /// Signs a request: the three headers to add to it. The requester is **not** signed (DLGA-2).
    ///
    /// # Errors
    /// A part of the request, or the requester, that DLGA-13 forbids.
    pub fn sign(&self, request: &Request, date: Date, requester: &str) -> Result<SignedHeaders, Error> {
        let authorization = self.authorization(request, date)?;
        SignedHeaders::new(self.header_names, date, requester, authorization)
    }

    /// The value of the authorization header alone: `DLGA id:signature` (DLGA-3).
    ///
    /// # Errors
    /// As [`Signer::sign`].
    pub fn authorization(&self, request: &Request, date: Date) -> Result<String, Error> {
        let tag = self.tag(request, date)?;
        Ok(authorization(self.key_id(), &tag))
    }

    /// Writes the value of the authorization header into the caller's buffer and gives it back, with
    /// no allocation at all. It has [`Signer::authorization_len`] bytes.
    ///
    /// # Errors
    /// As [`Signer::sign`]; then [`Error::BufferTooSmall`]. Nothing is written on an error.
    pub fn write_authorization<'b>(
        &self,
        request: &Request,
        date: Date,
        buffer: &'b mut [u8],
    ) -> Result<&'b str, Error> {
        write_authorization(self.key_id(), &self.tag(request, date)?, buffer)
    }

    /// The length in bytes of every authorization value that this signer makes.
    pub fn authorization_len(&self) -> usize {
        authorization_len(self.key_id())
    }

    /// Signs a body that comes in pieces, in constant memory. The resource comes last, since it
    /// stands last in the string to sign (DLGA-5).
    ///
    /// ```
    /// use imza::dlga::{Date, Signer};
    ///
    /// let signer = Signer::new("key-id", "not-a-real-secret")?;
    /// let mut stream = signer.stream("POST", "application/json", Date::from_unix(1_615_296_512)?)?;
    /// stream.update(br#"{"customerId":"#);
    /// stream.update(br#""123456"}"#);
    /// let headers = stream.finish("/v1/application/finishonlinehelp", "45186")?;
    /// assert_eq!(headers.authorization(), "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=");
    /// # Ok::<(), imza::dlga::Error>(())
    /// ```
    ///
    /// # Errors
    /// A method or content type that DLGA-13 forbids.
    pub fn stream(
        &self,
        method: impl AsRef<[u8]>,
        content_type: impl AsRef<[u8]>,
        date: Date,
    ) -> Result<SigningStream, Error> {
        let body = BodyStream::begin(&self.access_key.key, method.as_ref(), content_type.as_ref(), date.as_bytes())?;
        Ok(SigningStream { signer: self.clone(), date, body })
    }

    fn tag(&self, request: &Request, date: Date) -> Result<Tag, Error> {
        request.check()?;
        // DLGA-12: the HMAC of the string to sign (DLGA-5).
        Ok(self.access_key.key.mac_of(|mac| request.each_part(date.as_bytes(), |part| mac.update(part))))
    }
}

impl From<AccessKey> for Signer {
    fn from(access_key: AccessKey) -> Self {
        Self { access_key, header_names: HeaderNames::default() }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key_id", &self.key_id())
            .field("secret", &format_args!("[redacted]"))
            .field("header_names", &self.header_names)
            .finish_non_exhaustive()
    }
}

/// A signature over a body in pieces; made by [`Signer::stream`]. Owns all it needs; zeroized on drop.
#[derive(Clone, Debug)]
pub struct SigningStream {
    signer: Signer,
    date: Date,
    body: BodyStream,
}

impl SigningStream {
    /// Another reading of the line between body and resource (DLGA-6).
    #[must_use]
    pub fn body_line(mut self, body_line: BodyLine) -> Self {
        self.body.body_line = body_line;
        self
    }

    /// Takes the next bytes of the body.
    pub fn update(&mut self, piece: &[u8]) {
        self.body.update(piece);
    }

    /// Ends the body: the three headers, as [`Signer::sign`] gives them.
    ///
    /// # Errors
    /// A resource or requester that DLGA-13 forbids.
    pub fn finish(self, resource: impl AsRef<[u8]>, requester: &str) -> Result<SignedHeaders, Error> {
        let tag = self.body.end(resource.as_ref())?.finish();
        let authorization = authorization(self.signer.key_id(), &tag);
        SignedHeaders::new(self.signer.header_names, self.date, requester, authorization)
    }

    /// Ends the body, and writes the value of the authorization header into the caller's buffer as
    /// [`Signer::write_authorization`] does. The stream stays as it was, so that a caller whose
    /// buffer was too small can come back.
    ///
    /// # Errors
    /// A resource that DLGA-13 forbids; then [`Error::BufferTooSmall`].
    pub fn write_authorization<'b>(&self, resource: impl AsRef<[u8]>, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        let tag = self.body.clone().end(resource.as_ref())?.finish();
        write_authorization(self.signer.key_id(), &tag, buffer)
    }
}
