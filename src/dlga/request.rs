//! The parts of a request that are signed, what is never signed, and the string to sign, whole or while its body passes
//! by in pieces.
//!
//! Rules kept here: DLGA-5, DLGA-6, DLGA-7, DLGA-9, DLGA-10, DLGA-11, DLGA-13.

use std::borrow::Cow;
use std::fmt;

use super::{Error, Part};
use crate::mac::{Key, Mac};

/// What stands between body and resource in the string to sign (DLGA-6): the vendor's page shows
/// three readings, and one can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyLine {
    /// The body and a line feed when there is a body, nothing at all when there is none. The default.
    #[default]
    WhenPresent,
    /// The body and a line feed, also when the body is empty.
    Always,
    /// The body alone: no line feed even after a body.
    Never,
}

impl BodyLine {
    /// What follows a body in the string to sign: a line feed, or nothing.
    pub const fn after_body(self, body_is_empty: bool) -> &'static [u8] {
        match self {
            Self::Always => b"\n",
            Self::WhenPresent if !body_is_empty => b"\n",
            Self::WhenPresent | Self::Never => b"",
        }
    }
}

/// A request as it goes over the wire, borrowed: the parts that are signed, but for the date.
///
/// Every text is taken as bytes, exactly as sent; nothing is trimmed, decoded or re-serialised.
///
/// ```
/// use imza::dlga::Request;
///
/// let request = Request::post("/v1/reporting/getcalllist").content_type("application/json; charset=utf-8").body(b"{}");
/// let text = request.string_to_sign("Tue, 09 Mar 2021 13:28:32 GMT")?;
/// assert_eq!(text, b"POST\napplication/json; charset=utf-8\nTue, 09 Mar 2021 13:28:32 GMT\n{}\n/v1/reporting/getcalllist");
/// # Ok::<(), imza::dlga::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Request<'a> {
    /// The HTTP method, its case kept (DLGA-11).
    pub method: &'a [u8],
    /// The value of the `Content-Type` header; empty without the header (DLGA-8).
    pub content_type: &'a [u8],
    /// Path and query of the URI, as sent (DLGA-10).
    pub resource: &'a [u8],
    /// The exact bytes of the body (DLGA-7).
    pub body: &'a [u8],
    /// What stands between body and resource (DLGA-6).
    pub body_line: BodyLine,
}

impl<'a> Request<'a> {
    /// A request with any HTTP method, its case kept (DLGA-11), for a resource: what follows the
    /// server address in the URI, path and query, as sent (DLGA-10). Without content type or body.
    pub fn new<M, R>(method: &'a M, resource: &'a R) -> Self
    where
        M: AsRef<[u8]> + ?Sized,
        R: AsRef<[u8]> + ?Sized,
    {
        Self {
            method: method.as_ref(),
            content_type: b"",
            resource: resource.as_ref(),
            body: b"",
            body_line: BodyLine::default(),
        }
    }

    /// A `GET` request.
    pub fn get<R: AsRef<[u8]> + ?Sized>(resource: &'a R) -> Self {
        Self::new("GET", resource)
    }

    /// A `POST` request.
    pub fn post<R: AsRef<[u8]> + ?Sized>(resource: &'a R) -> Self {
        Self::new("POST", resource)
    }

    /// A `PUT` request.
    pub fn put<R: AsRef<[u8]> + ?Sized>(resource: &'a R) -> Self {
        Self::new("PUT", resource)
    }

    /// A `DELETE` request.
    pub fn delete<R: AsRef<[u8]> + ?Sized>(resource: &'a R) -> Self {
        Self::new("DELETE", resource)
    }

    /// The value of the `Content-Type` header as sent, parameters included; without the header, an
    /// empty line is signed (DLGA-8).
    #[must_use]
    pub fn content_type<T: AsRef<[u8]> + ?Sized>(self, value: &'a T) -> Self {
        Self { content_type: value.as_ref(), ..self }
    }

    /// The exact bytes of the body (DLGA-7).
    #[must_use]
    pub fn body<T: AsRef<[u8]> + ?Sized>(self, bytes: &'a T) -> Self {
        Self { body: bytes.as_ref(), ..self }
    }

    /// A JSON body: the content type `application/json`, and the body's exact bytes.
    #[must_use]
    pub fn json<T: AsRef<[u8]> + ?Sized>(self, bytes: &'a T) -> Self {
        self.content_type("application/json").body(bytes)
    }

    /// Another reading of the line between body and resource (DLGA-6).
    #[must_use]
    pub fn body_line(self, body_line: BodyLine) -> Self {
        Self { body_line, ..self }
    }

    /// The string to sign (DLGA-5) for the text of an `x-dlg-date` header: the bytes that go into
    /// the HMAC, to look at when a signature does not match. The date's text stands in it as it is
    /// (DLGA-9); it need not be in the pattern here, so that a received request can be looked at too.
    ///
    /// # Errors
    /// A part that DLGA-13 forbids, or an empty date.
    pub fn string_to_sign(&self, date: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        let date = date.as_ref();
        self.check()?;
        check_date(date)?;
        let mut text = Vec::new();
        self.each_part(date, |part| text.extend_from_slice(part));
        Ok(text)
    }

    /// Hands the string to sign over part by part.
    pub(super) fn each_part(&self, date: &[u8], mut take: impl FnMut(&[u8])) {
        head(self.method, self.content_type, date).into_iter().for_each(&mut take);
        take(self.body);
        take(self.body_line.after_body(self.body.is_empty()));
        take(self.resource);
    }

    /// Whether DLGA-11 and DLGA-13 allow this request.
    pub(super) fn check(&self) -> Result<(), Error> {
        check_method(self.method)?;
        check_content_type(self.content_type)?;
        check_resource(self.resource)
    }
}

impl fmt::Debug for Request<'_> {
    /// Readable: what is not ASCII is escaped, and of the body, which may be long, the length is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &Ascii(self.method))
            .field("content_type", &Ascii(self.content_type))
            .field("resource", &Ascii(self.resource))
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .field("body_line", &self.body_line)
            .finish()
    }
}

/// Bytes as `Debug` shows them: as a text, in quotes, what is not printable ASCII escaped.
pub(super) struct Ascii<'a>(pub(super) &'a [u8]);

impl fmt::Debug for Ascii<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// The string to sign while its body passes by, on its way into an HMAC (DLGA-5 to DLGA-7).
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

/// What stands in the string to sign before the body (DLGA-5).
fn head<'a>(method: &'a [u8], content_type: &'a [u8], date: &'a [u8]) -> [&'a [u8]; 6] {
    [method, b"\n", content_type, b"\n", date, b"\n"]
}

/// The resource of an absolute URL: path and query as they stand, without the fragment (DLGA-10).
///
/// ```
/// use imza::dlga::resource_of_url;
///
/// assert_eq!(resource_of_url("https://api.diyalog.im/v1/reporting/getcalllist?page=2#top")?, "/v1/reporting/getcalllist?page=2");
/// assert_eq!(resource_of_url("https://api.diyalog.im?page=2")?, "/?page=2");
/// # Ok::<(), imza::dlga::Error>(())
/// ```
///
/// # Errors
/// [`Error::NotAUrl`] when the text does not begin with `http://` or `https://` and a server address.
pub fn resource_of_url(url: &str) -> Result<Cow<'_, str>, Error> {
    let (scheme, rest) = url.split_once("://").ok_or(Error::NotAUrl)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(Error::NotAUrl);
    }
    let rest = rest.split_once('#').map_or(rest, |(before, _fragment)| before);
    let (server, resource) = rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len())).unwrap_or((rest, ""));
    if server.is_empty() {
        return Err(Error::NotAUrl);
    }
    Ok(with_path(resource))
}

/// Path and query as they go over the wire, where an empty path is "/" (DLGA-10; RFC 9110, section 4.2.3).
pub(super) fn with_path(resource: &str) -> Cow<'_, str> {
    if resource.is_empty() || resource.starts_with('?') { format!("/{resource}").into() } else { resource.into() }
}

/// DLGA-11: any HTTP token (RFC 9110, section 5.6.2).
pub(super) fn check_method(method: &[u8]) -> Result<(), Error> {
    let is_token_byte = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
    };
    not_empty(Part::Method, method)?;
    // Nearly every method is capital letters.
    if method.iter().all(u8::is_ascii_uppercase) { Ok(()) } else { refuse(Part::Method, method, |b| !is_token_byte(b)) }
}

/// DLGA-8, DLGA-13: may be empty.
pub(super) fn check_content_type(content_type: &[u8]) -> Result<(), Error> {
    BREAKS_LINE.refuse(Part::ContentType, content_type)
}

/// DLGA-13. Whether the date is in the pattern is asked elsewhere.
pub(super) fn check_date(date: &[u8]) -> Result<(), Error> {
    not_empty(Part::Date, date)?;
    BREAKS_LINE.refuse(Part::Date, date)
}

/// DLGA-10, DLGA-13.
pub(super) fn check_resource(resource: &[u8]) -> Result<(), Error> {
    not_empty(Part::Resource, resource)?;
    NOT_IN_RESOURCE.refuse(Part::Resource, resource)?;
    if resource.starts_with(b"/") { Ok(()) } else { Err(Error::NotAResource) }
}

/// DLGA-13.
pub(super) fn check_key_id(key_id: &[u8]) -> Result<(), Error> {
    not_empty(Part::KeyId, key_id)?;
    NOT_IN_KEY_ID.refuse(Part::KeyId, key_id)
}

/// DLGA-2, DLGA-13. Blanks around a header's value do not count (DLGA-4), so blanks alone are none.
pub(super) fn check_requester(requester: &[u8]) -> Result<(), Error> {
    BREAKS_LINE.refuse(Part::Requester, requester)?;
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
    if requester.iter().all(is_blank) { Err(Error::Empty { part: Part::Requester }) } else { Ok(()) }
}

/// DLGA-13.
pub(super) fn not_empty(part: Part, value: &[u8]) -> Result<(), Error> {
    if value.is_empty() { Err(Error::Empty { part }) } else { Ok(()) }
}

/// Names the first byte of a value that is forbidden in it.
#[cold]
fn refuse(part: Part, value: &[u8], forbidden: impl Fn(u8) -> bool) -> Result<(), Error> {
    match value.iter().enumerate().find(|&(_, &byte)| forbidden(byte)) {
        Some((offset, &byte)) => Err(Error::Forbidden { part, byte, offset }),
        None => Ok(()),
    }
}

/// The bytes that would forge a line of the string to sign, or a header.
const BREAKS_LINE: Forbidden<2> = Forbidden { below: 1, others: *b"\r\n" };

/// Whitespace and control characters as HTTP knows them, ASCII (bytes of UTF-8 are neither), and what begins a fragment.
const NOT_IN_RESOURCE: Forbidden<2> = Forbidden { below: b' ' + 1, others: *b"\x7f#" };

/// The same, and what ends the key id in the header (DLGA-3).
const NOT_IN_KEY_ID: Forbidden<2> = Forbidden { below: b' ' + 1, others: *b"\x7f:" };

/// Bytes that a part must not have: all below one, and some others.
struct Forbidden<const OTHERS: usize> {
    /// At most 128.
    below: u8,
    others: [u8; OTHERS],
}

impl<const OTHERS: usize> Forbidden<OTHERS> {
    #[inline]
    fn refuse(&self, part: Part, value: &[u8]) -> Result<(), Error> {
        // Nearly every value is fine.
        if !self.occurs_in(value) {
            return Ok(());
        }
        refuse(part, value, |byte| self.has(byte))
    }

    fn has(&self, byte: u8) -> bool {
        byte < self.below || self.others.contains(&byte)
    }

    /// Looks at eight bytes at a time, in a way that no compiler need see through: in the library built for size too.
    #[inline]
    fn occurs_in(&self, value: &[u8]) -> bool {
        // The last eight bytes overlap the ones before.
        let Some(last) = value.last_chunk() else { return value.iter().any(|&byte| self.has(byte)) };
        let (words, _) = value.as_chunks();
        words.iter().fold(self.in_word(*last), |found, word| found | self.in_word(*word)) & each(0x80) != 0
    }

    /// The upper bit of a byte where one is found, and where none is, of no byte.
    #[inline]
    fn in_word(&self, word: [u8; size_of::<u64>()]) -> u64 {
        let word = u64::from_le_bytes(word);
        // The lowest byte below `limit` borrows into its upper bit, which it does not have itself.
        let below = |word: u64, limit: u8| word.wrapping_sub(each(limit)) & !word;
        self.others.iter().fold(below(word, self.below), |found, &other| found | below(word ^ each(other), 1))
    }
}

/// This byte, eight times.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; size_of::<u64>()])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DLGA-13: eight bytes at a time are judged as one byte is, at every place and beside any other byte.
    #[test]
    fn a_forbidden_byte_is_found_at_every_place() {
        for class in [&BREAKS_LINE, &NOT_IN_RESOURCE, &NOT_IN_KEY_ID] {
            for around in [b'x', 0x80, 0xff, b'!', 0x7e] {
                for (length, byte) in (1..=25).flat_map(|length| (0..=255).map(move |byte| (length, byte))) {
                    for at in 0..length {
                        let mut value = vec![around; length];
                        value.iter_mut().skip(at).take(1).for_each(|place| *place = byte);
                        let is_forbidden = class.has(byte);
                        assert_eq!(
                            class.occurs_in(&value),
                            is_forbidden,
                            "{byte} at {at} of {length}, {around} around"
                        );
                    }
                }
            }
            assert!(!class.occurs_in(b""));
        }
    }
}
