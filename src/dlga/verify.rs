//! Verifying: a request, its headers and a clock in, the vendor's verdict out (DLGA-14 to DLGA-20).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::request::{check_content_type, check_date, check_key_id, check_method, check_requester};
use super::sign::{BodyStream, SCHEME, prepare};
use super::{BodyLine, Date, DateError, Error, HeaderNames, Request};
use crate::mac::{Key, Mac, Malformed, TAG_CHARS, Tag};
use crate::shown::shown;

/// How far date and clock may differ, either way; exactly this much passes (DLGA-14).
pub const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The access keys that a server accepts, and how strictly it takes the clock.
///
/// Holds several keys, and several secrets for one access key id during a rotation; says which one
/// matched (DLGA-20). Keys are zeroized on drop and `[redacted]` in `Debug`; may be shared between
/// threads.
///
/// ```
/// use imza::dlga::{Kind, Request, Verifier};
///
/// let verifier = Verifier::new().key("key-id", "this month's secret")?.key("key-id", "last month's secret")?;
/// let request = Request::get("/v1/reporting/getcalllist");
/// let headers = [("X-DLG-Date", "Tue, 09 Mar 2021 13:28:32 GMT"), ("X-DLG-Requester-UserId", "45186")];
///
/// let rejection = verifier.verify(&request, &headers, 1_615_296_512).unwrap_err();
/// assert_eq!(rejection.kind(), Kind::HeadersMissing);
/// assert_eq!((rejection.http_status(), rejection.vendor_text()), (400, "Required headers not found"));
/// assert_eq!(rejection.to_string(), "the header x-dlg-authorization (or X-Authorization) is missing or empty");
/// # Ok::<(), imza::dlga::Error>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    /// For each access key id its secrets.
    keys: BTreeMap<Box<[u8]>, Secrets>,
    added: usize,
    /// The most secrets that one id has: how many tags every refusal costs (DLGA-17).
    most_secrets: usize,
    /// Computes the tags that an unknown id has no key for (DLGA-17).
    decoy: Key,
    clock: Clock,
}

/// The secrets of one access key id, each with its place in the order of adding. They are boxed so that
/// a vector that grows leaves none behind in freed memory.
type Secrets = Vec<(usize, Box<Key>)>;

/// How far a request's date may be from the clock (DLGA-19).
#[derive(Clone, Copy, Debug)]
enum Clock {
    Checked { past: Duration, future: Duration },
    Ignored,
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}

impl Verifier {
    /// A verifier without keys, which takes dates up to 15 minutes from the clock, either way.
    pub fn new() -> Self {
        Self {
            keys: BTreeMap::new(),
            added: 0,
            most_secrets: 1,
            decoy: Key::new(b""),
            clock: Clock::Checked { past: WINDOW, future: WINDOW },
        }
    }

    /// Adds a key; the first one added has index 0. An id may be added again with another secret.
    ///
    /// # Errors
    /// As [`Signer::new`](super::Signer::new).
    pub fn key(mut self, access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.add_key(access_key_id, secret)?;
        Ok(self)
    }

    /// [`Verifier::key`] for a verifier that stays where it is.
    ///
    /// # Errors
    /// As [`Signer::new`](super::Signer::new); the verifier is then as before.
    pub fn add_key(&mut self, access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<(), Error> {
        let key = prepare(access_key_id, secret.as_ref())?;
        let secrets = self.keys.entry(access_key_id.as_bytes().into()).or_default();
        secrets.push((self.added, Box::new(key)));
        self.most_secrets = self.most_secrets.max(secrets.len());
        self.added = self.added.saturating_add(1);
        Ok(())
    }

    /// How far a date may lie before and after the clock; exactly that far still passes (DLGA-19).
    #[must_use]
    pub fn window(mut self, past: Duration, future: Duration) -> Self {
        self.set_window(past, future);
        self
    }

    pub(crate) fn set_window(&mut self, past: Duration, future: Duration) {
        self.clock = Clock::Checked { past, future };
    }

    /// Takes a date however old it is: for audits of recorded requests (DLGA-19).
    #[must_use]
    pub fn ignore_clock(mut self) -> Self {
        self.set_ignore_clock();
        self
    }

    pub(crate) fn set_ignore_clock(&mut self) {
        self.clock = Clock::Ignored;
    }

    /// Verifies a received request. `received` are its headers as (name, value); others than the
    /// vendor's do not matter, so all of them can be handed over. Either set of names is taken, in any
    /// case, with blanks around the values (DLGA-4). `now` is the server's clock in seconds since
    /// 1970; any number will do.
    ///
    /// The checks come in the order of DLGA-15, so that a forger learns nothing about the clock.
    ///
    /// # Errors
    /// [`Rejection`]: the vendor's verdict, its HTTP status and text, and the reason.
    pub fn verify<'h, N, V>(
        &self,
        request: &Request,
        received: &'h [(N, V)],
        now: i64,
    ) -> Result<Accepted<'h>, Rejection>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let received = Received::find(received)?;
        let claim = self.checked_claim(request, &received)?;
        let key_index = self.judge(request, &received, &claim, now)?;
        Ok(claim.accepted(key_index))
    }

    /// [`Verifier::verify`] for headers that are found already; gives the matching key's index alone.
    ///
    /// # Errors
    /// As there.
    #[doc(hidden)]
    pub fn verify_found(&self, request: &Request, received: &Received, now: i64) -> Result<usize, Rejection> {
        let claim = self.checked_claim(request, received)?;
        self.judge(request, received, &claim, now)
    }

    /// All that can be told before a tag is computed.
    fn checked_claim<'h>(&self, request: &Request, received: &Received<'h>) -> Result<Claim<'h>, Rejection> {
        request.check().map_err(Rejection::request)?;
        self.claim(received)
    }

    /// The verdict on a claim, and the index of the matching key.
    fn judge(&self, request: &Request, received: &Received, claim: &Claim, now: i64) -> Result<usize, Rejection> {
        let feed = |mac: &mut Mac| request.each_part(received.date.bytes, |part| mac.update(part));
        let matching = self.matching(claim, feed);
        self.clock.judge(claim, matching, now)
    }

    /// Verifies a request whose body comes in pieces, in constant memory. All that the headers tell is
    /// checked here, before the first byte of the body; the signature and the clock in
    /// [`VerifyingStream::finish`].
    ///
    /// # Errors
    /// A [`Rejection`] because of a header or its format.
    pub fn stream<N, V>(
        &self,
        method: impl AsRef<[u8]>,
        content_type: impl AsRef<[u8]>,
        received: &[(N, V)],
    ) -> Result<VerifyingStream, Rejection>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.stream_found(method.as_ref(), content_type.as_ref(), &Received::find(received)?)
    }

    /// [`Verifier::stream`] for headers that are found already.
    pub(crate) fn stream_found(
        &self,
        method: &[u8],
        content_type: &[u8],
        received: &Received,
    ) -> Result<VerifyingStream, Rejection> {
        check_method(method).and_then(|()| check_content_type(content_type)).map_err(Rejection::request)?;
        let claim = self.claim(received)?;
        // The exact room first: a vector that grows would leave the keys' states behind in freed memory.
        let mut bodies = Vec::with_capacity(self.most_secrets);
        for (index, key) in self.candidates(&claim.key_id) {
            let body = BodyStream::begin(key, method, content_type, received.date.bytes).map_err(Rejection::request)?;
            bodies.push((index, body));
        }
        Ok(VerifyingStream { claim: claim.into_owned(), bodies, clock: self.clock })
    }

    /// The keys to try for an id. However many it has, and also when it has none, trying them all
    /// costs the same (DLGA-17): decoys, which have no index, make up the number.
    fn candidates(&self, key_id: &[u8]) -> impl Iterator<Item = (Option<usize>, &Key)> {
        let secrets = self.keys.get(key_id).map(Vec::as_slice).unwrap_or_default();
        let keys = secrets.iter().map(|(index, key)| (Some(*index), &**key));
        keys.chain(std::iter::repeat((None, &self.decoy))).take(self.most_secrets)
    }

    /// The index of the first key whose tag is the claimed one. A decoy that happens to match ends
    /// nothing: anybody can sign with its empty secret, and would learn from the time it takes how
    /// many secrets an id has (DLGA-17).
    fn matching(&self, claim: &Claim, feed: impl Fn(&mut Mac)) -> Option<usize> {
        self.candidates(&claim.key_id).find_map(|(index, key)| {
            let matches = key.verify_of(&claim.tag, &feed);
            index.filter(|_| matches)
        })
    }

    /// What the headers claim, and whether a key is held for it.
    fn claim<'h>(&self, received: &Received<'h>) -> Result<Claim<'h>, Rejection> {
        let mut claim = received.claim()?;
        claim.key_is_held = self.keys.contains_key(&*claim.key_id);
        Ok(claim)
    }
}

impl Clock {
    /// The verdict, once the tags are compared: the signature, then the clock (DLGA-15).
    fn judge(self, claim: &Claim, matching: Option<usize>, now: i64) -> Result<usize, Rejection> {
        let Some(key_index) = matching else {
            return Err(Rejection::plain(if claim.key_is_held {
                Reason::SignatureMismatch
            } else {
                Reason::UnknownKeyId { key_id: UnknownKeyId::of(&claim.key_id) }
            }));
        };
        self.check(claim.date, now).map_err(|reason| Rejection { reason, offset: None, key_index: Some(key_index) })?;
        Ok(key_index)
    }

    /// DLGA-14, DLGA-19.
    fn check(self, date: Date, now: i64) -> Result<(), Reason> {
        let Self::Checked { past, future } = self else { return Ok(()) };
        let ahead = date.unix_seconds() > now;
        let (seconds, allowed) = (date.unix_seconds().abs_diff(now), if ahead { future } else { past });
        if Duration::from_secs(seconds) > allowed {
            return Err(Reason::ClockSkew { seconds, allowed: allowed.as_secs(), ahead });
        }
        Ok(())
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.keys().map(|id| String::from_utf8_lossy(id)).collect();
        f.debug_struct("Verifier")
            .field("key_ids", &ids)
            .field("secrets", &format_args!("[redacted]"))
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

/// A request that was genuinely signed, in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted<'h> {
    key_index: usize,
    key_id: Cow<'h, str>,
    requester: Cow<'h, str>,
    date: Date,
}

impl Accepted<'_> {
    /// Which key matched: its place in the order of adding, from 0 (DLGA-20).
    pub fn key_index(&self) -> usize {
        self.key_index
    }

    /// The AccessKeyId that signed.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The person on whose behalf the call says it is made. **Not covered by the signature**: anyone
    /// on the path can have changed it (DLGA-2). Bytes that are not UTF-8 are shown as U+FFFD.
    pub fn requester(&self) -> &str {
        &self.requester
    }

    /// When the request says it was made.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The same without a borrow of the headers: to hand on to whoever answers the request.
    pub fn into_owned(self) -> Accepted<'static> {
        let Self { key_index, key_id, requester, date } = self;
        Accepted { key_index, key_id: key_id.into_owned().into(), requester: requester.into_owned().into(), date }
    }
}

/// A body in pieces whose signature is being verified; made by [`Verifier::stream`].
#[derive(Debug)]
pub struct VerifyingStream {
    claim: Claim<'static>,
    bodies: Vec<(Option<usize>, BodyStream)>,
    clock: Clock,
}

impl VerifyingStream {
    /// Another reading of the line between body and resource (DLGA-6).
    #[must_use]
    pub fn body_line(mut self, body_line: BodyLine) -> Self {
        self.bodies.iter_mut().for_each(|(_, body)| body.body_line = body_line);
        self
    }

    /// Takes the next bytes of the body. Until [`VerifyingStream::finish`] says so, nobody knows
    /// whether they are genuine.
    pub fn update(&mut self, piece: &[u8]) {
        self.bodies.iter_mut().for_each(|(_, body)| body.update(piece));
    }

    /// Ends the body and gives the verdict, as [`Verifier::verify`] does.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn finish(self, resource: impl AsRef<[u8]>, now: i64) -> Result<Accepted<'static>, Rejection> {
        let resource = resource.as_ref();
        let mut matching = None;
        // By reference: what is moved out of a vector is not wiped there.
        for (index, body) in &self.bodies {
            if body.clone().end(resource).map_err(Rejection::request)?.verify(&self.claim.tag) {
                matching = matching.or(*index);
            }
        }
        let key_index = self.clock.judge(&self.claim, matching, now)?;
        Ok(self.claim.accepted(key_index))
    }
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
    fn rejection(&self, reason: Reason) -> Rejection {
        let within = match &reason {
            Reason::Request(error) => error.offset(),
            Reason::Date(error) => error.offset(),
            _ => None,
        };
        self.rejection_at(reason, within)
    }

    /// A rejection because of a byte of this value, counted without the blanks in front.
    fn rejection_at(&self, reason: Reason, within: Option<usize>) -> Rejection {
        Rejection { reason, offset: within.map(|at| at.saturating_add(self.blanks)), key_index: None }
    }
}

/// The names of the three headers, each in both sets (DLGA-4).
const NAMES: [&str; 6] = {
    let (x_dlg, x) = (HeaderNames::XDlg, HeaderNames::X);
    [x_dlg.date(), x.date(), x_dlg.requester(), x.requester(), x_dlg.authorization(), x.authorization()]
};

/// The vendor's three headers among the received ones.
pub struct Received<'h> {
    date: Value<'h>,
    requester: Value<'h>,
    authorization: Value<'h>,
}

impl<'h> Received<'h> {
    /// Finds the three headers by DLGA-4: first what is missing, then what stands twice.
    ///
    /// # Errors
    /// [`Rejection`]: a header is missing, or stands twice.
    pub fn find<N: AsRef<str>, V: AsRef<[u8]>>(headers: &'h [(N, V)]) -> Result<Self, Rejection> {
        let mut values = [None; NAMES.len()];
        let mut twice = [false; NAMES.len()];
        for (name, value) in headers {
            let places = NAMES.iter().zip(values.iter_mut().zip(&mut twice));
            let known = places.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_ref()));
            if let Some((_, (first, twice))) = known {
                *twice = first.is_some();
                *first = first.or(Some(value.as_ref()));
            }
        }
        let [x_dlg_date, date, x_dlg_requester, requester, x_dlg_authorization, authorization] = values;
        let one = |x_dlg: Option<&'h [u8]>, other: Option<&'h [u8]>| x_dlg.or(other).unwrap_or_default();
        let received =
            Self::of(one(x_dlg_date, date), one(x_dlg_requester, requester), one(x_dlg_authorization, authorization))?;
        match NAMES.iter().zip(twice).find(|(_, twice)| *twice) {
            Some((header, _)) => Err(Rejection::plain(Reason::HeaderTwice { header })),
            None => Ok(received),
        }
    }

    /// The values of the three headers, each with any blanks around it, and empty where it is missing.
    ///
    /// # Errors
    /// [`Rejection`]: a header is missing.
    pub fn of(date: &'h [u8], requester: &'h [u8], authorization: &'h [u8]) -> Result<Self, Rejection> {
        let value = |raw: &'h [u8], name: fn(HeaderNames) -> &'static str| {
            let value = Value::of(raw);
            if value.bytes.is_empty() {
                let (header, other) = (name(HeaderNames::XDlg), name(HeaderNames::X));
                return Err(Rejection::plain(Reason::HeaderMissing { header, other }));
            }
            Ok(value)
        };
        Ok(Self {
            date: value(date, HeaderNames::date)?,
            requester: value(requester, HeaderNames::requester)?,
            authorization: value(authorization, HeaderNames::authorization)?,
        })
    }

    /// The end of the authorization header: of a genuine request, the signature.
    pub fn signature(&self) -> &'h [u8] {
        self.authorization.bytes.last_chunk::<TAG_CHARS>().map(<[u8; TAG_CHARS]>::as_slice).unwrap_or_default()
    }

    /// Reads what the headers claim: first their format, then the date (DLGA-15).
    fn claim(&self) -> Result<Claim<'h>, Rejection> {
        check_date(self.date.bytes).map_err(|error| self.date.rejection(Reason::Request(error)))?;
        check_requester(self.requester.bytes).map_err(|error| self.requester.rejection(Reason::Request(error)))?;

        let authorization = self.authorization;
        let credentials = authorization
            .bytes
            .strip_prefix(SCHEME.as_bytes())
            .ok_or_else(|| authorization.rejection_at(Reason::NotDlga, Some(0)))?;
        let (key_id, signature) = at_last_colon(credentials)
            .ok_or_else(|| authorization.rejection_at(Reason::NoColon, Some(authorization.bytes.len())))?;
        let key_id_at = SCHEME.len();
        check_key_id(key_id).map_err(|error| {
            let at = error.offset().unwrap_or_default().saturating_add(key_id_at);
            authorization.rejection_at(Reason::Request(error), Some(at))
        })?;
        let tag = Tag::parse(signature).map_err(|malformed| {
            let signature_at = authorization.bytes.len().saturating_sub(signature.len());
            let at = malformed.offset().unwrap_or_default().saturating_add(signature_at);
            authorization.rejection_at(Reason::Signature(malformed), Some(at))
        })?;

        let date = Date::parse(self.date.bytes).map_err(|error| self.date.rejection(Reason::Date(error)))?;
        Ok(Claim { key_id: key_id.into(), key_is_held: false, tag, date, requester: self.requester.bytes.into() })
    }
}

/// The key id ends at the last colon (DLGA-16), which nearly always stands before the length of a signature.
fn at_last_colon(credentials: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some((front, signature)) = credentials.split_last_chunk::<TAG_CHARS>()
        && let Some(key_id) = front.strip_suffix(b":")
        && !signature.contains(&b':')
    {
        return Some((key_id, signature));
    }
    let at = credentials.iter().rposition(|&b| b == b':')?;
    Some((credentials.get(..at)?, credentials.get(at.saturating_add(1)..)?))
}

/// What a request's headers claim, all of it well-formed and none of it verified.
#[derive(Clone, Debug)]
struct Claim<'h> {
    key_id: Cow<'h, [u8]>,
    key_is_held: bool,
    tag: Tag,
    date: Date,
    requester: Cow<'h, [u8]>,
}

impl<'h> Claim<'h> {
    fn accepted(self, key_index: usize) -> Accepted<'h> {
        let Self { key_id, requester, date, .. } = self;
        Accepted { key_index, key_id: lossy(key_id), requester: lossy(requester), date }
    }

    fn into_owned(self) -> Claim<'static> {
        let Self { key_id, key_is_held, tag, date, requester } = self;
        Claim { key_id: key_id.into_owned().into(), key_is_held, tag, date, requester: requester.into_owned().into() }
    }
}

/// What a rejection is in the vendor's table (DLGA-14). An unknown key id is told from a wrong
/// signature here; the vendor answers both alike.
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

    /// The vendor's table.
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

/// Why a request was refused, for the one who must mend it. What the caller is told is
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
    /// A header stands twice, so nobody knows which one counts.
    #[error("the header {header} stands twice")]
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
        /// By how much they differ.
        seconds: u64,
        /// By how much they may.
        allowed: u64,
        /// Whether the date is later than the clock.
        ahead: bool,
    },
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
    fn of(key_id: &[u8]) -> Self {
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
        let mut chars = start.chars();
        let shown = shown(&chars.by_ref().take(SHOWN_OF_UNKNOWN_ID).collect::<String>());
        let more = if self.len > self.start.len() || chars.next().is_some() { "…" } else { "" };
        write!(f, "`{shown}{more}` ({} bytes)", self.len)
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
    fn plain(reason: Reason) -> Self {
        Self { reason, offset: None, key_index: None }
    }

    pub(super) fn request(error: Error) -> Self {
        Self { offset: error.offset(), reason: Reason::Request(error), key_index: None }
    }

    /// The vendor's verdict.
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

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Rejection {}

/// Text of a header's bytes; what is not UTF-8 becomes U+FFFD.
fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        // `from_utf8_lossy` alone looks at each byte; nearly all values are UTF-8.
        Cow::Borrowed(bytes) => str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// How many tags a verifier computes for a claimed id and a tag.
    fn tags_computed(verifier: &Verifier, key_id: &str, tag: Tag) -> usize {
        let claim = Claim {
            key_id: key_id.as_bytes().into(),
            key_is_held: false,
            tag,
            date: Date::from_unix(0).unwrap(),
            requester: b"45186".into(),
        };
        let count = Cell::new(0_usize);
        verifier.matching(&claim, |_mac| count.update(|count| count.saturating_add(1)));
        count.get()
    }

    /// DLGA-17: told by the number of tags computed, since a stopwatch would be told by the machine's mood.
    #[test]
    fn every_refusal_costs_as_many_tags_as_the_id_with_the_most_secrets() {
        let verifier = Verifier::new();
        assert_eq!(tags_computed(&verifier, "nobody", Tag::from([0; 32])), 1);

        let add = |verifier: Verifier, id: &str, secret: &str| verifier.key(id, secret).unwrap();
        let verifier = add(add(add(add(verifier, "a", "1"), "b", "1"), "b", "2"), "b", "3");
        for id in ["nobody", "a", "b"] {
            assert_eq!(tags_computed(&verifier, id, Tag::from([0; 32])), 3, "{id}: a wrong signature");
            let forged = Key::new(b"").begin().finish();
            assert_eq!(tags_computed(&verifier, id, forged), 3, "{id}: signed with the decoys' secret");
        }
        // The positive control: a match ends the search.
        assert_eq!(tags_computed(&verifier, "b", Key::new(b"2").begin().finish()), 2);
    }
}
