//! The headers of a request: their names in both of the vendor's sets, the three that a signer writes, those that a
//! server received, and what these claim.
//!
//! Rules kept here: DLGA-2, DLGA-3, DLGA-4, DLGA-8, DLGA-16.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use super::date::instant;
use super::request::{Ascii, check_content_type, check_date, check_key_id, check_requester};
use super::{Date, Error, Reason, Rejection};
use crate::mac::{TAG_CHARS, Tag};

/// What the value of an authorization header begins with (DLGA-3): the four letters and one space.
pub const SCHEME: &str = "DLGA ";

/// The header whose value is signed as the content type (DLGA-8).
const CONTENT_TYPE: &str = "Content-Type";

/// One of the vendor's two sets of header names (DLGA-4). A signer writes one of them, a verifier reads both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
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
    pub const fn all(self) -> [&'static str; 3] {
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

/// The three headers that [`Signer::sign`](super::Signer::sign) makes, to be added to the request.
///
/// They are three (name, value) pairs, in the order date, requester, authorization, and can be used as a slice of
/// them, or iterated.
///
/// ```
/// use imza::dlga::{Date, Request, Signer};
///
/// let signer = Signer::new("key-id", "not-a-real-secret")?;
/// let headers = signer.sign(&Request::get("/v1/x"), Date::from_unix(1_615_296_512)?, "45186")?;
///
/// assert_eq!(headers.date(), "Tue, 09 Mar 2021 13:28:32 GMT");
/// assert_eq!(headers.requester(), "45186");
/// assert!(headers.authorization().starts_with("DLGA key-id:"));
/// for (name, value) in &headers {
///     println!("{name}: {value}");
/// }
/// # Ok::<(), imza::dlga::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders {
    pairs: [(&'static str, String); 3],
}

impl SignedHeaders {
    pub(super) fn new(names: HeaderNames, date: Date, requester: &str, authorization: String) -> Result<Self, Error> {
        // DLGA-2: required, though it is not signed.
        check_requester(requester.as_bytes())?;
        let [date_name, requester_name, authorization_name] = names.all();
        Ok(Self {
            pairs: [
                (date_name, date.as_str().to_owned()),
                (requester_name, requester.to_owned()),
                (authorization_name, authorization),
            ],
        })
    }

    /// The value of the header with the date: the text that was signed (DLGA-1, DLGA-9).
    pub fn date(&self) -> &str {
        let [(_, date), _, _] = &self.pairs;
        date
    }

    /// The value of the header with the requester, which is **not** signed (DLGA-2).
    pub fn requester(&self) -> &str {
        let [_, (_, requester), _] = &self.pairs;
        requester
    }

    /// The value of the authorization header: `DLGA id:signature` (DLGA-3).
    pub fn authorization(&self) -> &str {
        let [_, _, (_, authorization)] = &self.pairs;
        authorization
    }

    /// The three (name, value) pairs.
    pub fn into_pairs(self) -> [(&'static str, String); 3] {
        self.pairs
    }
}

impl Deref for SignedHeaders {
    type Target = [(&'static str, String)];

    fn deref(&self) -> &Self::Target {
        &self.pairs
    }
}

impl IntoIterator for SignedHeaders {
    type Item = (&'static str, String);
    type IntoIter = std::array::IntoIter<Self::Item, 3>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.into_iter()
    }
}

impl<'a> IntoIterator for &'a SignedHeaders {
    type Item = &'a (&'static str, String);
    type IntoIter = std::slice::Iter<'a, (&'static str, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.pairs.iter()
    }
}

/// The length in bytes of every authorization value with this key id.
pub(super) fn authorization_len(key_id: &str) -> usize {
    // DLGA-3: the scheme, the key id, a colon, the signature.
    SCHEME.len().saturating_add(key_id.len()).saturating_add(":".len()).saturating_add(TAG_CHARS)
}

/// The value of the authorization header (DLGA-3).
pub(super) fn authorization(key_id: &str, tag: &Tag) -> String {
    [SCHEME, key_id, ":", tag.encode().as_str()].concat()
}

/// Writes the value of the authorization header (DLGA-3) into a buffer, and gives back what was written.
pub(super) fn write_authorization<'b>(key_id: &str, tag: &Tag, buffer: &'b mut [u8]) -> Result<&'b str, Error> {
    let (needed, capacity) = (authorization_len(key_id), buffer.len());
    let too_small = || Error::BufferTooSmall { needed, capacity };
    let value = buffer.get_mut(..needed).ok_or_else(too_small)?;
    let (mut rest, signature) = value.split_last_chunk_mut().ok_or_else(too_small)?;
    for piece in [SCHEME.as_bytes(), key_id.as_bytes(), b":"] {
        let (place, behind) = rest.split_at_mut_checked(piece.len()).ok_or_else(too_small)?;
        place.copy_from_slice(piece);
        rest = behind;
    }
    tag.encode_into(signature);
    // Texts one after another are a text, so the fallback is never taken.
    Ok(buffer.get(..needed).and_then(|written| str::from_utf8(written).ok()).unwrap_or_default())
}

/// The headers of a received request that matter: the vendor's three and the content type, found by DLGA-4 and
/// DLGA-8 and judged by nobody yet. [`Verifier::verify_received`](super::Verifier::verify_received) judges them.
///
/// ```
/// use imza::dlga::Received;
///
/// let headers = [
///     (":path", "/v1/x"),
///     ("Content-Type", "application/json"),
///     ("X-DLG-Date", " Tue, 09 Mar 2021 13:28:32 GMT"),
///     ("X-Authorization", "DLGA key-id:4J2OtxTeMpyfMad4y26RaKA/rrk="),
/// ];
/// let received = Received::find(&headers);
/// assert_eq!(received.date(), b"Tue, 09 Mar 2021 13:28:32 GMT");
/// assert_eq!(received.content_type(), b"application/json");
/// assert_eq!(received.claimed_key_id(), Some(b"key-id".as_slice()));
/// assert_eq!(received.requester(), b"", "it is missing");
/// ```
#[derive(Clone, Copy)]
pub struct Received<'h> {
    date: Value<'h>,
    requester: Value<'h>,
    authorization: Value<'h>,
    content_type: Value<'h>,
    /// The first name that occurs twice.
    twice: Option<&'static str>,
}

/// Every name that counts: the vendor's in both sets, then the content type's.
const NAMES: [&str; 7] = {
    let (x_dlg, x) = (HeaderNames::XDlg, HeaderNames::X);
    [x_dlg.date(), x.date(), x_dlg.requester(), x.requester(), x_dlg.authorization(), x.authorization(), CONTENT_TYPE]
};

const _: () = {
    let mut seen = 0_u64;
    let mut names = NAMES.as_slice();
    while let [name, rest @ ..] = names {
        assert!(seen & 1 << name.len() == 0, "a header is found by its name's length alone");
        (seen, names) = (seen | 1 << name.len(), rest);
    }
};

impl<'h> Received<'h> {
    /// Finds the headers that matter among all that were received, as (name, value). Names are taken in any case,
    /// blanks around a value (spaces and tabs) do not count, and where both names of one header are there, the
    /// `x-dlg-*` one counts (DLGA-4). Any other header is passed over, HTTP/2's pseudo-headers (`:path`) too.
    pub fn find<N: AsRef<str>, V: AsRef<[u8]>>(headers: &'h [(N, V)]) -> Self {
        Self::among(headers.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
    }

    /// [`Received::find`] for headers that are held otherwise than as a slice of pairs.
    pub fn among<'n>(headers: impl IntoIterator<Item = (&'n str, &'h [u8])>) -> Self {
        Self::among_bytes(headers.into_iter().map(|(name, value)| (name.as_bytes(), value)))
    }

    /// [`Received::among`] for names that need not be texts: none of the names that count has a byte that is not ASCII.
    pub fn among_bytes<'n>(headers: impl IntoIterator<Item = (&'n [u8], &'h [u8])>) -> Self {
        let mut values: [Option<&'h [u8]>; NAMES.len()] = [None; NAMES.len()];
        let mut twice = [false; NAMES.len()];
        for (name, value) in headers {
            let mut places = NAMES.iter().zip(values.iter_mut().zip(&mut twice));
            // At most one of the names has this length.
            let of_this_length = places.find(|(known, _)| known.len() == name.len());
            let known = of_this_length
                .filter(|(known, _)| name == known.as_bytes() || name.eq_ignore_ascii_case(known.as_bytes()));
            if let Some((_, (first, twice))) = known {
                *twice = first.is_some();
                *first = first.or(Some(value));
            }
        }
        let [x_dlg_date, date, x_dlg_requester, requester, x_dlg_authorization, authorization, content_type] = values;
        let one = |x_dlg: Option<&'h [u8]>, other| Value::of(x_dlg.or(other).unwrap_or_default());
        Self {
            date: one(x_dlg_date, date),
            requester: one(x_dlg_requester, requester),
            authorization: one(x_dlg_authorization, authorization),
            content_type: one(content_type, None),
            twice: NAMES.iter().zip(twice).find(|(_, twice)| *twice).map(|(name, _)| *name),
        }
    }

    /// The values of the three headers where the caller has found them already: each as it was received, blanks
    /// around it and all, and empty where the header is missing. The content type is the request's.
    pub fn new(date: &'h [u8], requester: &'h [u8], authorization: &'h [u8]) -> Self {
        let content_type = Value::of(b"");
        let [date, requester, authorization] = [date, requester, authorization].map(Value::of);
        Self { date, requester, authorization, content_type, twice: None }
    }

    /// The date's text, without the blanks around it; empty where the header is missing.
    pub fn date(&self) -> &'h [u8] {
        self.date.bytes
    }

    /// On whose behalf the request says it is made, which **no signature covers** (DLGA-2); empty where the header
    /// is missing.
    pub fn requester(&self) -> &'h [u8] {
        self.requester.bytes
    }

    /// The value of the authorization header; empty where it is missing.
    pub fn authorization(&self) -> &'h [u8] {
        self.authorization.bytes
    }

    /// The value of the `Content-Type` header; empty where it is missing (DLGA-8).
    pub fn content_type(&self) -> &'h [u8] {
        self.content_type.bytes
    }

    /// The access key id that the authorization header claims, `None` where the header is not in its format up to
    /// there. **Nothing is verified.** The id may be any bytes, and a client may have put its secret there.
    pub fn claimed_key_id(&self) -> Option<&'h [u8]> {
        self.credentials().ok().map(|(key_id, _)| key_id)
    }

    /// The signature's text as it was received, not verified; `None` where the header is not in its format.
    pub fn claimed_signature(&self) -> Option<&'h [u8]> {
        self.credentials().ok().map(|(_, signature)| signature)
    }

    /// What was signed as the content type: the request's own, or where that is empty, the received header's
    /// (DLGA-8).
    pub(super) fn signed_content_type<'r>(&self, of_request: &'r [u8]) -> Result<&'r [u8], Rejection>
    where
        'h: 'r,
    {
        let value = if of_request.is_empty() { self.content_type } else { Value { bytes: of_request, blanks: 0 } };
        check_content_type(value.bytes).map_err(|error| value.rejection(error))?;
        Ok(value.bytes)
    }

    /// DLGA-4: what is missing is reported first, then what occurs twice.
    pub(super) fn check_presence(&self) -> Result<(), Rejection> {
        let [x_dlg, x] = [HeaderNames::XDlg, HeaderNames::X].map(HeaderNames::all);
        let values = [self.date, self.requester, self.authorization];
        let mut headers = values.iter().zip(x_dlg.into_iter().zip(x));
        if let Some((_, (header, other))) = headers.find(|(value, _)| value.bytes.is_empty()) {
            return Err(Reason::HeaderMissing { header, other }.into());
        }
        self.twice.map_or(Ok(()), |header| Err(Reason::HeaderTwice { header }.into()))
    }

    /// Reads what the headers claim, and the signature: first their format, then the date (DLGA-15).
    #[inline]
    pub(super) fn claim(&self) -> Result<(Claim<'h>, Tag), Rejection> {
        let made_at = instant(self.date.bytes);
        // A date in the pattern has no byte that is forbidden.
        if made_at.is_err() {
            check_date(self.date.bytes).map_err(|error| self.date.rejection(error))?;
        }
        check_requester(self.requester.bytes).map_err(|error| self.requester.rejection(error))?;
        let (key_id, tag) = self.key_id_and_tag()?;
        let made_at = made_at.map_err(|error| self.date.rejection(error))?;
        let (date, requester) = (self.date.bytes.into(), self.requester.bytes.into());
        Ok((Claim { key_id: key_id.into(), date, made_at, requester }, tag))
    }

    #[inline]
    fn key_id_and_tag(&self) -> Result<(&'h [u8], Tag), Rejection> {
        // A signature that is one has no colon, so the one before it is the last (DLGA-16).
        if let Some(credentials) = self.authorization.bytes.strip_prefix(SCHEME.as_bytes())
            && let Some((front, signature)) = credentials.split_last_chunk::<TAG_CHARS>()
            && let Some(key_id) = front.strip_suffix(b":")
            && let Some(tag) = Tag::of_text(signature)
            && check_key_id(key_id).is_ok()
        {
            return Ok((key_id, tag));
        }
        self.faulty_key_id_or_tag()
    }

    #[cold]
    fn faulty_key_id_or_tag(&self) -> Result<(&'h [u8], Tag), Rejection> {
        let authorization = self.authorization;
        let (key_id, signature) = self.credentials().map_err(|reason| {
            let at = if reason == Reason::NotDlga { 0 } else { authorization.bytes.len() };
            authorization.rejection_at(reason, Some(at))
        })?;
        check_key_id(key_id).map_err(|error| {
            let at = error.offset().unwrap_or_default().saturating_add(SCHEME.len());
            authorization.rejection_at(error, Some(at))
        })?;
        let tag = Tag::parse(signature).map_err(|malformed| {
            let signature_at = authorization.bytes.len().saturating_sub(signature.len());
            let at = malformed.offset().unwrap_or_default().saturating_add(signature_at);
            authorization.rejection_at(Reason::Signature(malformed), Some(at))
        })?;
        Ok((key_id, tag))
    }

    /// The key id and the signature of the authorization header, whatever they are (DLGA-3).
    fn credentials(&self) -> Result<(&'h [u8], &'h [u8]), Reason> {
        let credentials = self.authorization.bytes.strip_prefix(SCHEME.as_bytes()).ok_or(Reason::NotDlga)?;
        at_last_colon(credentials).ok_or(Reason::NoColon)
    }
}

impl fmt::Debug for Received<'_> {
    /// Without the authorization, which may hold a secret in a wrong place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("date", &Ascii(self.date()))
            .field("requester", &Ascii(self.requester()))
            .field("content_type", &Ascii(self.content_type()))
            .finish_non_exhaustive()
    }
}

/// The key id ends at the last colon (DLGA-16).
fn at_last_colon(credentials: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = credentials.iter().rposition(|&b| b == b':')?;
    Some((credentials.get(..at)?, credentials.get(at.saturating_add(1)..)?))
}

/// A header's value without the blanks around it, which do not count (DLGA-4).
#[derive(Clone, Copy)]
struct Value<'h> {
    bytes: &'h [u8],
    /// How many blanks were taken off in front.
    blanks: usize,
}

impl<'h> Value<'h> {
    fn of(raw: &'h [u8]) -> Self {
        let is_blank = |b: &u8| matches!(b, b' ' | b'\t');
        let blanks = raw.iter().take_while(|b| is_blank(b)).count();
        let end = raw.iter().rposition(|b| !is_blank(b)).map_or(blanks, |last| last.saturating_add(1));
        Self { bytes: raw.get(blanks..end).unwrap_or_default(), blanks }
    }

    /// A rejection because of this value.
    fn rejection(&self, reason: impl Into<Reason>) -> Rejection {
        let reason = reason.into();
        let within = reason.offset();
        self.rejection_at(reason, within)
    }

    /// A rejection because of a byte of this value, counted without the blanks in front.
    fn rejection_at(&self, reason: impl Into<Reason>, within: Option<usize>) -> Rejection {
        Rejection::at(reason.into(), within.map(|at| at.saturating_add(self.blanks)))
    }
}

/// What a request's headers claim beside the signature, all of it well-formed and none of it verified. Texts are read
/// only where they are asked for.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Claim<'h> {
    pub(super) key_id: Cow<'h, [u8]>,
    pub(super) requester: Cow<'h, [u8]>,
    date: Cow<'h, [u8]>,
    /// The instant of the date, in seconds since 1970.
    pub(super) made_at: i64,
}

impl Claim<'_> {
    pub(super) fn date(&self) -> Date {
        Date::of(&self.date, self.made_at)
    }

    pub(super) fn into_owned(self) -> Claim<'static> {
        let owned = |bytes: Cow<[u8]>| bytes.into_owned().into();
        let Self { key_id, requester, date, made_at } = self;
        Claim { key_id: owned(key_id), requester: owned(requester), date: owned(date), made_at }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

    use super::*;

    /// DLGA-16.
    #[test]
    fn the_short_way_to_key_id_and_signature_and_the_long_one_agree() {
        let (zeros, stray) = (format!("{}=", "A".repeat(43)), format!("{}B=", "A".repeat(42)));
        for authorization in [
            format!("DLGA id:{zeros}"),
            format!("DLGA a:b:{zeros}"),
            format!("DLGA id:{zeros}A"),
            format!("DLGA id:b:{}=", "A".repeat(41)),
            format!("DLGA id:{stray}"),
            format!("DLGA i d:{zeros}"),
            format!("DLGA :{zeros}"),
            format!("DLGA id{zeros}"),
            format!("DLGA {zeros}"),
            format!("dlga id:{zeros}"),
            "DLGA id:".to_owned(),
            String::new(),
        ] {
            let received = Received::new(b"", b"", authorization.as_bytes());
            let texts =
                |found: Result<(&[u8], Tag), Rejection>| found.map(|(id, tag)| (id.to_owned(), tag.to_string()));
            let (short, long) = (texts(received.key_id_and_tag()), texts(received.faulty_key_id_or_tag()));
            assert_eq!(short, long, "{authorization}");
            assert_eq!(short.is_ok(), authorization == format!("DLGA id:{zeros}"), "{authorization}");
        }
    }
}
