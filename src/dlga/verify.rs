//! Verifying: a request, its headers and a clock in, the vendor's verdict out.
//!
//! Rules kept here: DLGA-15, DLGA-17, DLGA-19, DLGA-20.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::headers::Claim;
use super::request::{BodyStream, check_method, check_resource};
use super::{AccessKey, BodyLine, Date, Error, Reason, Received, Rejection, Request, Signer, UnknownKeyId};
use crate::mac::{Key, Tag, Whole, in_pairs, verify_both};

/// How far date and clock may differ unless a verifier is told otherwise, either way: 15 minutes. Exactly this much
/// passes (DLGA-14).
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

/// What [`Verifier::verify`] says of a request.
pub type Verdict<'h> = Result<Accepted<'h>, Rejection>;

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
    pub fn key(self, access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<Self, Error> {
        Ok(self.access_key(AccessKey::new(access_key_id, secret)?))
    }

    /// A signer with the key of this id, the one added first where it has several; `None` where no key is held for it.
    ///
    /// ```
    /// use imza::dlga::{Date, Request, Verifier};
    ///
    /// let verifier = Verifier::new().key("key-id", "not-a-real-secret")?;
    /// let signer = verifier.signer("key-id").expect("it was added");
    /// let (request, made_at) = (Request::get("/v1/x"), Date::from_unix(1_615_296_512)?);
    /// assert!(verifier.verify(&request, &signer.sign(&request, made_at, "45186")?, 1_615_296_512).is_ok());
    /// assert!(verifier.signer("another").is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn signer(&self, access_key_id: &str) -> Option<Signer> {
        let (_, key) = self.keys.get(access_key_id.as_bytes())?.first()?;
        Some(Signer::from(AccessKey { id: access_key_id.into(), key: Key::clone(key) }))
    }

    /// Adds a key that was prepared before; else as [`Verifier::key`]. A verifier that stays where it is takes one so:
    ///
    /// ```
    /// use imza::dlga::{AccessKey, Verifier};
    ///
    /// struct Server {
    ///     verifier: Verifier,
    /// }
    ///
    /// impl Server {
    ///     fn add_key(&mut self, id: &str, secret: &[u8]) -> Result<(), imza::dlga::Error> {
    ///         let key = AccessKey::new(id, secret)?;
    ///         self.verifier = std::mem::take(&mut self.verifier).access_key(key);
    ///         Ok(())
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn access_key(mut self, access_key: AccessKey) -> Self {
        let AccessKey { id, key } = access_key;
        let secrets = self.keys.entry(id.into_boxed_bytes()).or_default();
        secrets.push((self.added, Box::new(key)));
        self.most_secrets = self.most_secrets.max(secrets.len());
        self.added = self.added.saturating_add(1);
        self
    }

    /// How far a date may lie before and after the clock; exactly that far still passes (DLGA-19).
    #[must_use]
    pub fn window(self, past: Duration, future: Duration) -> Self {
        Self { clock: Clock::Checked { past, future }, ..self }
    }

    /// Takes a date however old it is: for audits of recorded requests (DLGA-19).
    #[must_use]
    pub fn ignore_clock(self) -> Self {
        Self { clock: Clock::Ignored, ..self }
    }

    /// Verifies a received request. `received` are its headers as (name, value); others than the
    /// vendor's and the content type do not matter, so all of them can be passed. Either set of names is taken, in any
    /// case, with blanks around the values (DLGA-4). `now` is the server's clock in seconds since
    /// 1970; any number will do.
    ///
    /// The content type is the request's; where that is empty, it is the value of the received `Content-Type` (DLGA-8).
    /// One that occurs twice is a format error in either case.
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
        self.verify_received(request, &Received::find(received), now)
    }

    /// [`Verifier::verify`] for headers that have been found already.
    ///
    /// # Errors
    /// As there.
    pub fn verify_received<'h>(
        &self,
        request: &Request,
        received: &Received<'h>,
        now: i64,
    ) -> Result<Accepted<'h>, Rejection> {
        self.verdict(self.claimed(request, received)?, None, now)
    }

    /// Verifies many requests, each with its headers and the time it is held against: for audits. Each gets the verdict
    /// that [`Verifier::verify_received`] gives, in its place among `verdicts`; but two signatures are computed at once,
    /// which takes less time on a processor with instructions for SHA-256. Allocates nothing for a request that is
    /// accepted.
    ///
    /// A request for which `verdicts` has no place is not verified, and where there are more places, the rest is `None`.
    ///
    /// ```
    /// use imza::dlga::{Date, Received, Request, Signer, Verifier};
    ///
    /// let (signer, verifier) = (Signer::new("key-id", "secret")?, Verifier::new().key("key-id", "secret")?);
    /// let (one, other) = (Request::get("/v1/one"), Request::get("/v1/other"));
    /// let headers = signer.sign(&one, Date::from_unix(1_615_296_512)?, "45186")?;
    ///
    /// let recorded = [one, other].map(|request| (request, Received::find(&headers), 1_615_296_600));
    /// let mut verdicts = [None, None];
    /// verifier.verify_many(&recorded, &mut verdicts);
    /// let [one, other] = verdicts.map(|verdict| verdict.expect("it has a place"));
    /// assert!(one.is_ok() && other.is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn verify_many<'h>(&self, requests: &[(Request, Received<'h>, i64)], verdicts: &mut [Option<Verdict<'h>>]) {
        in_pairs(
            requests,
            verdicts,
            |pair| self.verify_both(pair),
            |(request, received, now)| self.verify_received(request, received, *now),
        );
    }

    /// The verdicts on two requests. Only where both come to a signature is there something to compute at once: the tags
    /// of the first keys to try, which most often are the only ones.
    fn verify_both<'h>(&self, pair: [&(Request, Received<'h>, i64); 2]) -> [Verdict<'h>; 2] {
        let [first, second] = pair.map(|(request, received, _now)| self.claimed(request, received));
        let [of_first, of_second] = match (&first, &second) {
            (Ok(first), Ok(second)) => {
                let keys = [first, second].map(|claimed| self.first_candidate(claimed.secrets));
                verify_both(keys, [&first.tag, &second.tag], |[of_first, of_second]| {
                    first.feed(of_first);
                    second.feed(of_second);
                })
                .map(Some)
            }
            _ => [None; 2],
        };
        let [now_first, now_second] = pair.map(|(_request, _received, now)| *now);
        [
            first.and_then(|claimed| self.verdict(claimed, of_first, now_first)),
            second.and_then(|claimed| self.verdict(claimed, of_second, now_second)),
        ]
    }

    /// What is left to verify of a request: all that its headers tell is checked, and what they claim is read (DLGA-15).
    fn claimed<'r, 'h: 'r>(
        &self,
        request: &Request<'r>,
        received: &Received<'h>,
    ) -> Result<Claimed<'_, 'r, 'h>, Rejection> {
        received.check_presence()?;
        check_method(request.method)?;
        let request = Request { content_type: received.signed_content_type(request.content_type)?, ..*request };
        check_resource(request.resource)?;
        let (claim, tag) = received.claim()?;
        let secrets = self.secrets(&claim.key_id);
        Ok(Claimed { request, date: received.date(), claim, tag, secrets })
    }

    /// The verdict on a request that has come to its signature. Whether that is of the first key to try may be known.
    fn verdict<'h>(&self, claimed: Claimed<'_, '_, 'h>, of_first: Option<bool>, now: i64) -> Verdict<'h> {
        let Claimed { claim, tag, secrets, .. } = &claimed;
        let matching = self.matching(secrets, tag, of_first, |mac| claimed.feed(mac));
        let key_index = self.clock.judge(claim, !secrets.is_empty(), matching, now)?;
        Ok(Accepted::of(claimed.claim, key_index))
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
        self.stream_received(method, content_type, &Received::find(received))
    }

    /// [`Verifier::stream`] for headers that have been found already.
    ///
    /// # Errors
    /// As there.
    pub fn stream_received(
        &self,
        method: impl AsRef<[u8]>,
        content_type: impl AsRef<[u8]>,
        received: &Received,
    ) -> Result<VerifyingStream, Rejection> {
        received.check_presence()?;
        let (method, content_type) = (method.as_ref(), content_type.as_ref());
        check_method(method)?;
        let content_type = received.signed_content_type(content_type)?;
        let (claim, tag) = received.claim()?;
        // The exact room first: a vector that grows would leave the keys' states behind in freed memory.
        let mut bodies = Vec::with_capacity(self.most_secrets);
        let secrets = self.secrets(&claim.key_id);
        for (index, key) in self.candidates(secrets) {
            bodies.push((index, BodyStream::begin(key, method, content_type, received.date())?));
        }
        let key_is_held = !secrets.is_empty();
        Ok(VerifyingStream { claim: claim.into_owned(), tag, key_is_held, bodies, clock: self.clock })
    }

    /// The keys that are held for an id, each with its index; none for an id that is not known.
    fn secrets(&self, key_id: &[u8]) -> &[(usize, Box<Key>)] {
        self.keys.get(key_id).map(Vec::as_slice).unwrap_or_default()
    }

    /// The keys to try. However many an id has, and also when it has none, trying them all costs the same (DLGA-17): decoys,
    /// which have no index, make up the number.
    fn candidates<'v>(&'v self, secrets: &'v [(usize, Box<Key>)]) -> impl Iterator<Item = (Option<usize>, &'v Key)> {
        let keys = secrets.iter().map(|(index, key)| (Some(*index), &**key));
        keys.chain(std::iter::repeat((None, &self.decoy))).take(self.most_secrets)
    }

    /// The first of them.
    fn first_candidate<'v>(&'v self, secrets: &'v [(usize, Box<Key>)]) -> &'v Key {
        secrets.first().map_or(&self.decoy, |(_index, key)| key)
    }

    /// The index of the first key whose tag is the claimed one; of the first to try it may be known already. A decoy that happens to match ends
    /// nothing: anybody can sign with its empty secret, and would learn from the time it takes how
    /// many secrets an id has (DLGA-17).
    fn matching(
        &self,
        secrets: &[(usize, Box<Key>)],
        tag: &Tag,
        mut of_first: Option<bool>,
        feed: impl Fn(&mut Whole),
    ) -> Option<usize> {
        self.candidates(secrets).find_map(|(index, key)| {
            let matches = of_first.take().unwrap_or_else(|| key.verify_of(tag, &feed));
            index.filter(|_| matches)
        })
    }
}

/// A request that has come to its signature.
struct Claimed<'v, 'r, 'h> {
    request: Request<'r>,
    date: &'h [u8],
    claim: Claim<'h>,
    tag: Tag,
    /// Those of the claimed id.
    secrets: &'v [(usize, Box<Key>)],
}

impl Claimed<'_, '_, '_> {
    fn feed(&self, mac: &mut Whole) {
        self.request.each_part(self.date, |part| mac.update(part));
    }
}

impl Clock {
    /// The verdict, once the tags are compared: the signature, then the clock (DLGA-15).
    fn judge(self, claim: &Claim, key_is_held: bool, matching: Option<usize>, now: i64) -> Result<usize, Rejection> {
        let Some(key_index) = matching else {
            // DLGA-17: both reasons cost the same, and neither is written out here.
            let unknown = Reason::UnknownKeyId { key_id: UnknownKeyId::of(&claim.key_id) };
            return Err(if key_is_held { Reason::SignatureMismatch } else { unknown }.into());
        };
        self.check(claim.made_at, now).map_err(|reason| Rejection::from(reason).with_key_index(key_index))?;
        Ok(key_index)
    }

    /// DLGA-14, DLGA-19.
    fn check(self, made_at: i64, now: i64) -> Result<(), Reason> {
        let Self::Checked { past, future } = self else { return Ok(()) };
        let ahead = made_at > now;
        let (seconds, allowed) = (made_at.abs_diff(now), if ahead { future } else { past });
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
#[derive(Clone, PartialEq, Eq)]
pub struct Accepted<'h> {
    key_index: usize,
    /// Its key id and requester are UTF-8.
    claim: Claim<'h>,
}

impl<'h> Accepted<'h> {
    /// A key was held for the id, so it is UTF-8.
    fn of(claim: Claim<'h>, key_index: usize) -> Self {
        // Nearly all requesters are ASCII, and this check is the faster one.
        let is_text = claim.requester.is_ascii() || str::from_utf8(&claim.requester).is_ok();
        Self { key_index, claim: if is_text { claim } else { with_replacements(claim) } }
    }
}

/// The requester's bytes that are not UTF-8 become U+FFFD.
#[cold]
fn with_replacements(mut claim: Claim) -> Claim {
    claim.requester = String::from_utf8_lossy(&claim.requester).into_owned().into_bytes().into();
    claim
}

impl Accepted<'_> {
    /// Which key matched: its place in the order of adding, from 0 (DLGA-20).
    pub fn key_index(&self) -> usize {
        self.key_index
    }

    /// The AccessKeyId that signed.
    pub fn key_id(&self) -> &str {
        text(&self.claim.key_id)
    }

    /// The person on whose behalf the call says it is made. **Not covered by the signature**: anyone
    /// on the path can have changed it (DLGA-2). Bytes that are not UTF-8 are shown as U+FFFD.
    pub fn requester(&self) -> &str {
        text(&self.claim.requester)
    }

    /// When the request says it was made.
    pub fn date(&self) -> Date {
        self.claim.date()
    }

    /// The same without a borrow of the headers: to hand on to whoever answers the request.
    pub fn into_owned(self) -> Accepted<'static> {
        Accepted { key_index: self.key_index, claim: self.claim.into_owned() }
    }
}

impl fmt::Debug for Accepted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accepted")
            .field("key_index", &self.key_index)
            .field("key_id", &self.key_id())
            .field("requester", &self.requester())
            .field("date", &self.date())
            .finish()
    }
}

/// What was seen to be UTF-8, so that the fallback is never taken.
fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

/// A body in pieces whose signature is being verified; made by [`Verifier::stream`].
pub struct VerifyingStream {
    claim: Claim<'static>,
    tag: Tag,
    key_is_held: bool,
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
            if body.clone().end(resource)?.verify(&self.tag) {
                matching = matching.or(*index);
            }
        }
        let key_index = self.clock.judge(&self.claim, self.key_is_held, matching, now)?;
        Ok(Accepted::of(self.claim, key_index))
    }
}

impl fmt::Debug for VerifyingStream {
    /// Without the received id and signature: one may be a secret in a wrong place, the other may be genuine.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingStream")
            .field("date", &self.claim.date())
            .field("secrets", &format_args!("[redacted]"))
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// How many tags a verifier computes for a claimed id and a tag.
    fn tags_computed(verifier: &Verifier, key_id: &str, tag: Tag) -> usize {
        let count = Cell::new(0_usize);
        let secrets = verifier.secrets(key_id.as_bytes());
        verifier.matching(secrets, &tag, None, |_mac| count.update(|count| count.saturating_add(1)));
        let alone = count.take();
        // As `verify_many` does, where the first tag is computed elsewhere.
        let of_first = verifier.first_candidate(secrets).verify(b"", &tag);
        verifier.matching(secrets, &tag, Some(of_first), |_mac| count.update(|count| count.saturating_add(1)));
        assert_eq!(count.get().saturating_add(1), alone, "{key_id}");
        alone
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
