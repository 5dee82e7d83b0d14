//! Signing: a request and a date in, the three headers out (DLGA-1 to DLGA-4, DLGA-12).

use std::fmt;

use super::request::{
    check_content_type, check_key_id, check_method, check_requester, check_resource, head, not_empty,
};
use super::{BodyLine, Date, Error, Part, Request};
use crate::mac::{Key, Mac, TAG_CHARS, Tag};

/// What the authorization header begins with (DLGA-3).
pub const SCHEME: &str = "DLGA ";

/// Which of the vendor's two sets of header names is written (DLGA-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderNames {
    /// `x-dlg-date`, `x-dlg-requester-userid`, `x-dlg-authorization`. The default.
    #[default]
    XDlg,
    /// `Date`, `X-Requester-UserId`, `X-Authorization`: the names of the vendor's error table.
    X,
}

impl HeaderNames {
    /// The name of the header with the date.
    pub const fn date(self) -> &'static str {
        match self {
            Self::XDlg => "x-dlg-date",
            Self::X => "Date",
        }
    }

    /// The name of the header with the requester.
    pub const fn requester(self) -> &'static str {
        match self {
            Self::XDlg => "x-dlg-requester-userid",
            Self::X => "X-Requester-UserId",
        }
    }

    /// The name of the header with the signature.
    pub const fn authorization(self) -> &'static str {
        match self {
            Self::XDlg => "x-dlg-authorization",
            Self::X => "X-Authorization",
        }
    }

    /// The three names, in the order date, requester, authorization.
    pub const fn names(self) -> [&'static str; 3] {
        [self.date(), self.requester(), self.authorization()]
    }

    /// The other of the two sets.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::XDlg => Self::X,
            Self::X => Self::XDlg,
        }
    }
}

/// An access key, ready to sign: its HMAC state is computed once. Zeroized on drop, `[redacted]` in
/// `Debug`; may be shared between threads.
#[derive(Clone)]
pub struct Signer {
    key_id: Box<str>,
    key: Key,
    pub(super) header_names: HeaderNames,
}

impl Signer {
    /// Prepares an access key: its AccessKeyId, and the bytes of its AccessKeySecret as they were
    /// handed out, not decoded and not trimmed (DLGA-12).
    ///
    /// # Errors
    /// The id is empty or holds `:`, a blank or a control character; the secret is empty (DLGA-13).
    pub fn new(access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(Self {
            key_id: access_key_id.into(),
            key: prepare(access_key_id, secret.as_ref())?,
            header_names: HeaderNames::default(),
        })
    }

    /// Writes the headers under the other set of names (DLGA-4).
    #[must_use]
    pub fn header_names(self, header_names: HeaderNames) -> Self {
        Self { header_names, ..self }
    }

    /// The AccessKeyId.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Signs a request: the three headers to add to it, as (name, value), in the order date,
    /// requester, authorization. The requester is **not** signed (DLGA-2).
    ///
    /// # Errors
    /// A part of the request, or the requester, that DLGA-13 forbids.
    pub fn sign(&self, request: &Request, date: Date, requester: &str) -> Result<[(&'static str, String); 3], Error> {
        let authorization = self.authorization(request, date)?;
        self.headers(date, requester, authorization)
    }

    /// The value of the authorization header alone: `DLGA id:signature` (DLGA-3).
    ///
    /// # Errors
    /// As [`Signer::sign`].
    pub fn authorization(&self, request: &Request, date: Date) -> Result<String, Error> {
        let tag = self.tag(request, date)?;
        Ok(self.authorization_of(&tag))
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
        let len = self.write_authorization_bytes(request, date, buffer)?;
        Ok(written(buffer, len))
    }

    /// [`Signer::write_authorization`] for one who wants no more than the length.
    pub(crate) fn write_authorization_bytes(
        &self,
        request: &Request,
        date: Date,
        buffer: &mut [u8],
    ) -> Result<usize, Error> {
        let tag = self.tag(request, date)?;
        self.write_value(&tag, buffer)
    }

    /// The length in bytes of every authorization value that this signer makes.
    pub fn authorization_len(&self) -> usize {
        SCHEME.len().saturating_add(self.key_id.len()).saturating_add(":".len()).saturating_add(TAG_CHARS)
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
    /// assert_eq!(headers[2].1, "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=");
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
        let body = BodyStream::begin(&self.key, method.as_ref(), content_type.as_ref(), date.as_bytes())?;
        Ok(SigningStream { signer: self.clone(), date, body })
    }

    fn tag(&self, request: &Request, date: Date) -> Result<Tag, Error> {
        request.check()?;
        Ok(self.key.mac_of(|mac| request.each_part(date.as_bytes(), |part| mac.update(part))))
    }

    fn headers(
        &self,
        date: Date,
        requester: &str,
        authorization: String,
    ) -> Result<[(&'static str, String); 3], Error> {
        check_requester(requester.as_bytes())?;
        Ok([
            (self.header_names.date(), date.as_str().to_owned()),
            (self.header_names.requester(), requester.to_owned()),
            (self.header_names.authorization(), authorization),
        ])
    }

    fn authorization_of(&self, tag: &Tag) -> String {
        [SCHEME, &self.key_id, ":", tag.encode().as_str()].concat()
    }

    fn write_value(&self, tag: &Tag, buffer: &mut [u8]) -> Result<usize, Error> {
        let (needed, capacity) = (self.authorization_len(), buffer.len());
        let too_small = || Error::BufferTooSmall { needed, capacity };
        let value = buffer.get_mut(..needed).ok_or_else(too_small)?;
        let (mut rest, signature) = value.split_last_chunk_mut().ok_or_else(too_small)?;
        for piece in [SCHEME.as_bytes(), self.key_id.as_bytes(), b":"] {
            let (place, behind) = rest.split_at_mut_checked(piece.len()).ok_or_else(too_small)?;
            place.copy_from_slice(piece);
            rest = behind;
        }
        tag.encode_into(signature);
        Ok(needed)
    }
}

/// What was written into a buffer. Texts one after another are a text, so the fallback is never taken.
fn written(buffer: &[u8], len: usize) -> &str {
    buffer.get(..len).and_then(|written| str::from_utf8(written).ok()).unwrap_or_default()
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("key_id", &self.key_id)
            .field("secret", &format_args!("[redacted]"))
            .field("header_names", &self.header_names)
            .finish_non_exhaustive()
    }
}

/// Checks an access key by DLGA-13 and prepares its secret.
pub(super) fn prepare(access_key_id: &str, secret: &[u8]) -> Result<Key, Error> {
    check_key_id(access_key_id.as_bytes())?;
    not_empty(Part::Secret, secret)?;
    Ok(Key::new(secret))
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
    pub fn finish(self, resource: impl AsRef<[u8]>, requester: &str) -> Result<[(&'static str, String); 3], Error> {
        let tag = self.body.end(resource.as_ref())?.finish();
        self.signer.headers(self.date, requester, self.signer.authorization_of(&tag))
    }

    /// Ends the body, and writes the value of the authorization header into the caller's buffer as
    /// [`Signer::write_authorization`] does. The stream stays as it was, so that a caller whose
    /// buffer was too small can come back.
    ///
    /// # Errors
    /// A resource that DLGA-13 forbids; then [`Error::BufferTooSmall`].
    pub fn write_authorization<'b>(&self, resource: impl AsRef<[u8]>, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
        let tag = self.body.clone().end(resource.as_ref())?.finish();
        let len = self.signer.write_value(&tag, buffer)?;
        Ok(written(buffer, len))
    }
}

/// The string to sign while its body passes by (DLGA-5, DLGA-6).
#[derive(Clone, Debug)]
pub(super) struct BodyStream {
    mac: Mac,
    body_is_empty: bool,
    pub(super) body_line: BodyLine,
}

impl BodyStream {
    pub(super) fn begin(key: &Key, method: &[u8], content_type: &[u8], date: &[u8]) -> Result<Self, Error> {
        check_method(method)?;
        check_content_type(content_type)?;
        let mut mac = key.begin();
        for part in head(method, content_type, date) {
            mac.update(part);
        }
        Ok(Self { mac, body_is_empty: true, body_line: BodyLine::default() })
    }

    pub(super) fn update(&mut self, piece: &[u8]) {
        self.body_is_empty &= piece.is_empty();
        self.mac.update(piece);
    }

    pub(super) fn end(self, resource: &[u8]) -> Result<Mac, Error> {
        check_resource(resource)?;
        let Self { mut mac, body_is_empty, body_line } = self;
        mac.update(body_line.after_body(body_is_empty));
        mac.update(resource);
        Ok(mac)
    }
}
