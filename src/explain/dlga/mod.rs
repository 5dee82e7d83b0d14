//! Why a DLGA signature does not match: the known mistakes, tried (`docs/explain.md`).

mod draft;
mod mistakes;
mod received;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use zeroize::Zeroizing;

use draft::{Draft, Value};
use mistakes::{alone, alternatives, credential_mistakes, second};
use received::{Claim, Headers};

use super::budget::{Budget, MOST_BODY, MOST_WORK};
use super::explanation::{Change, Explanation, Nouns, Told};
use super::mask::Mask;
use super::presented::{Presented, read};
use super::search::{Base, Found, Judge, search};
use crate::dlga::{AccessKey, Error, Kind, Reason, Rejection, Request, Verifier, WINDOW};
use crate::mac::Tag;

const NOUNS: Nouns = Nouns { presented: "signature", signed: "string to sign" };

/// Holds access keys and explains refused requests: under which reading does the signature match?
///
/// ```
/// use imza::dlga::{Date, Request, Signer};
/// use imza::explain::dlga::Explainer;
///
/// // The client signs a body without its final newline, and sends it with one.
/// let signer = Signer::new("key-id", "not-a-real-secret")?;
/// let signed = Request::post("/v1/simplepush/sendpush").json("{}");
/// let headers = signer.sign(&signed, Date::from_unix(1_615_296_512)?, "45186")?;
/// let received = Request::post("/v1/simplepush/sendpush").json("{}\n");
///
/// let explanation = Explainer::new().key("key-id", "not-a-real-secret")?.explain(&received, &headers);
/// assert!(!explanation.is_valid());
/// assert_eq!(explanation.matches()[0].to_string(), "matches when the body has no final newline");
/// # Ok::<(), imza::dlga::Error>(())
/// ```
///
/// Secrets are zeroized on drop and `[redacted]` in `Debug`; see [`explain`](super) for what
/// an explanation never shows.
#[derive(Clone)]
pub struct Explainer {
    held: Vec<Held>,
    mask: Mask,
    clock: Clock,
    most_work: u64,
}

/// A key that is held. What can be made of its secret is made where it is tried, so that holding many is cheap.
#[derive(Clone)]
struct Held {
    id: Box<str>,
    secret: Zeroizing<Box<[u8]>>,
}

/// A time, and how far a date may be before and after it (DLGA-19). No `Option`: the room of a `None` is not written, so
/// that whatever the stack held there would be kept with it.
#[derive(Clone, Copy)]
struct Clock {
    is_judged: bool,
    now: i64,
    past: Duration,
    future: Duration,
}

impl Default for Explainer {
    fn default() -> Self {
        Self::new()
    }
}

impl Explainer {
    /// An explainer without keys, which does not look at the clock.
    pub fn new() -> Self {
        let clock = Clock { is_judged: false, now: 0, past: WINDOW, future: WINDOW };
        Self { held: Vec::new(), mask: Mask::default(), clock, most_work: MOST_WORK }
    }

    /// Adds a key; the first one added has index 0. A request is tried with all of them, those of its
    /// own access key id first.
    ///
    /// # Errors
    /// As [`Signer::new`](crate::dlga::Signer::new).
    pub fn key(mut self, access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<Self, Error> {
        let secret = secret.as_ref();
        AccessKey::new(access_key_id, secret)?;
        self.mask.hide("secret", secret);
        self.held.push(Held { id: access_key_id.into(), secret: Zeroizing::new(secret.into()) });
        Ok(self)
    }

    /// Judges the clock too: `now` in seconds since 1970, with the vendor's 15 minutes (DLGA-14).
    #[must_use]
    pub fn at(self, now: i64) -> Self {
        self.at_within(now, WINDOW, WINDOW)
    }

    /// Judges the clock too, with other windows (DLGA-19).
    #[must_use]
    pub fn at_within(self, now: i64, past: Duration, future: Duration) -> Self {
        Self { clock: Clock { is_judged: true, now, past, future }, ..self }
    }

    /// Ends the search after so much work, in bytes that are hashed or copied; [`MOST_WORK`] at most and unless told
    /// otherwise. For audits, where many requests are refused.
    #[must_use]
    pub fn most_work(self, bytes: u64) -> Self {
        Self { most_work: bytes.min(MOST_WORK), ..self }
    }

    /// Explains a received request. The headers are those of [`Verifier::verify`]; a `Host` among them
    /// is used for resources that were signed with the server address. Whatever is wrong with the
    /// request, there is an explanation.
    pub fn explain<N: AsRef<str>, V: AsRef<[u8]>>(&self, request: &Request, received: &[(N, V)]) -> Explanation {
        let budget = Budget::new(self.most_work);
        let headers = Headers::of(received);
        let claim = Claim::read(headers.authorization);
        let draft = Draft::of(request, &headers);
        let mut notes = Vec::new();
        let mut found = Found::default();
        match read(claim.signature) {
            _ if headers.authorization.is_empty() => notes.push("There is no signature to try.".to_owned()),
            Presented::Other(what) => notes.push(format!("The signature {what}. No reading can match.")),
            Presented::Tag { tag, taken } => {
                if self.held.is_empty() {
                    notes.push("No key is held to try.".to_owned());
                }
                let of_claimed_id = |index: &usize| self.held.get(*index).is_some_and(|held| claim.is_of(&held.id));
                let (mut keys, others): (Vec<_>, Vec<_>) = (0..self.held.len()).partition(of_claimed_id);
                keys.extend(others);
                let trial = Trial {
                    explainer: self,
                    claim: &claim,
                    headers: &headers,
                    taken,
                    draft: &draft,
                    tag: &tag,
                    matched: RefCell::default(),
                };
                let common = alternatives(request, &headers);
                let in_pairs = draft.len() <= MOST_BODY;
                found = search(&keys, |key_index| trial.base(key_index), &common, in_pairs, &trial, &budget);
            }
        }
        let refusal = self.refusal(request, received, &claim, &found, &budget);
        if refusal.is_some() {
            notes.extend(draft.long_part().map(|part| {
                format!("The {part} has more than {MOST_BODY} bytes: it was not re-formed, and no pairs were tried.")
            }));
        }
        Explanation {
            nouns: NOUNS,
            refusal,
            matches: found.matches,
            tried: found.tried,
            work: budget.spent(),
            cut_short: found.cut_short,
            has_several_keys: self.held.len() > 1,
            notes,
            signed: self.mask.parts(|take| draft.each_part(take)),
        }
    }

    /// A text with every occurrence of a secret replaced, as an explanation shows it. Everything else stays, control
    /// characters too; of more than [`MOST_SHOWN`](super::MOST_SHOWN) bytes the middle is left out.
    pub fn without_secrets(&self, text: &str) -> String {
        self.mask.bytes(text.as_bytes()).raw()
    }

    /// Why the request is refused as it stands, once its signature has been tried.
    fn refusal<N: AsRef<str>, V: AsRef<[u8]>>(
        &self,
        request: &Request,
        received: &[(N, V)],
        claim: &Claim<'_>,
        found: &Found,
        budget: &Budget,
    ) -> Option<String> {
        let told = |rejection: &Rejection| Some(self.mask.text(&rejection.to_string()));
        // Without a key and without the body, which no rule but the signature is about, this costs next to nothing.
        budget.charge(request.resource.len());
        match Verifier::new().ignore_clock().verify(&request.body(b""), received, 0) {
            Err(rejection) if rejection.kind() != Kind::UnknownKeyId => return told(&rejection),
            _ => {}
        }
        let own = self.held.iter().filter(|held| claim.is_of(&held.id)).count();
        if own == 0 {
            // Without the id that was received, which may be a secret in the wrong place.
            return Some("no key is held for the access key id that the authorization header names".to_owned());
        }
        let matching = found.matches.iter().find(|reading| reading.changes.is_empty());
        let Some(held) = matching.and_then(|reading| self.held.get(reading.key_index)) else {
            return if found.tried < own {
                Some("the signature matches with none of the keys that could be tried within the bound".to_owned())
            } else {
                Some(Reason::SignatureMismatch.to_string())
            };
        };
        let Clock { is_judged, now, past, future } = self.clock;
        if !is_judged {
            return None;
        }
        budget.charge(request.body.len());
        let verifier = Verifier::new().window(past, future).key(&held.id, &*held.secret).ok()?;
        told(&verifier.verify(request, received, now).err()?)
    }
}

/// Every known mistake with an example of the part that is signed then: for the documentation.
pub(super) fn examples() -> Vec<(String, Vec<u8>)> {
    let headers = [
        ("x-dlg-date", "Tue, 09 Mar 2021 13:28:32 GMT"),
        ("x-dlg-requester-userid", "45186"),
        ("Content-Type", "application/json; charset=utf-8"),
        ("X-Forwarded-Prefix", "/gateway"),
    ];
    let received = Headers::of(&headers);
    let bodies = [
        "{\"name\" : \"Ay\u{15f}e & Can\", \"url\" : \"a/b\", \"sum\" : 10.50, \"1\" : null}\r\n",
        "{\"name\":\"Ay\\u015fe \\u0026 Can\",\"url\":\"a\\/b\",\"sum\":10.50}",
        "name=Ay%C5%9Fe+Can&sum=10%2C50",
    ];
    let resources = ["/v1/reporting/get%20list?page=2&by=a%2Cb", "/v1//x,y?q=a+b", "/v1/x?q=%c3%a7"];
    let mut rows: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |clause: &str, bytes: &[u8]| {
        if rows.iter().all(|(known, _)| known != clause) {
            rows.push((clause.to_owned(), bytes.to_vec()));
        }
    };
    for (clause, value) in credential_mistakes("key-id", b"czNjcmV0\n").all() {
        add(clause, value.bytes());
    }
    for (body, resource) in bodies.into_iter().zip(resources) {
        let request = Request::post(resource).json(body);
        for (clause, value) in alternatives(&request, &received).all() {
            add(clause, value.bytes());
        }
    }
    rows
}

/// What one explanation tries its readings with.
struct Trial<'t> {
    explainer: &'t Explainer,
    claim: &'t Claim<'t>,
    headers: &'t Headers<'t>,
    taken: Option<String>,
    draft: &'t Draft<'t>,
    tag: &'t Tag,
    /// The strings to sign that matched, each with its key: of pairs that make the same one, the first is told.
    matched: RefCell<HashSet<(usize, u64)>>,
}

impl Trial<'_> {
    /// What can be made of a key.
    fn base(&self, key_index: usize) -> Base<Value> {
        let held = self.explainer.held.get(key_index);
        let credentials = held.map(|held| credential_mistakes(&held.id, &held.secret));
        Base { key_index, credentials: credentials.unwrap_or_default() }
    }
}

impl Judge<Value> for Trial<'_> {
    fn cost(&self, _base: &Base<Value>, changed: &[&Value]) -> usize {
        self.draft.with(changed).cost()
    }

    fn matches(&self, base: &Base<Value>, changed: &[&Value]) -> bool {
        let Some(held) = self.explainer.held.get(base.key_index) else { return false };
        let draft = self.draft.with(changed);
        if !draft.matches(&held.secret, changed, self.tag) {
            return false;
        }
        let mut hasher = DefaultHasher::new();
        draft.each_part(|part| hasher.write(part));
        let is_new = self.matched.borrow_mut().insert((base.key_index, hasher.finish()));
        is_new || changed.len() < 2
    }

    fn seen(&self, key_index: usize) -> Vec<Change> {
        let named = self.headers.seen.iter().map(|text| Change::new(self.explainer.mask.text(text)));
        let mut seen: Vec<Change> = named.chain(self.claim.seen.iter().map(|&text| Change::new(text))).collect();
        seen.extend(self.taken.as_ref().map(|taken| Change::new(format!("the signature is read {taken}"))));
        let held = self.explainer.held.get(key_index).filter(|held| !self.claim.is_of(&held.id));
        let other_id = held.map(|held| format!("the access key id is `{}`", held.id));
        seen.extend(other_id.map(|text| Change::new(self.explainer.mask.text(&text))));
        seen
    }

    fn told(&self, base: &Base<Value>, changed: &[&Value], shown: bool) -> Told {
        let (signed, mask) = (self.draft.with(changed), &self.explainer.mask);
        let differences = if shown { self.draft.differences(&signed, mask) } else { Vec::new() };
        let signed = (!differences.is_empty()).then(|| mask.parts(|take| signed.each_part(take)));
        let mut advice: Vec<_> = changed.iter().map(|value| value.advice()).collect();
        if self.taken.is_some() || !self.claim.seen.is_empty() {
            advice.push("write the header as `DLGA id:signature`, the signature as 44 characters of base64");
        }
        if !self.headers.seen.is_empty() {
            advice.push("send the headers under the vendor's names");
        }
        if self.explainer.held.get(base.key_index).is_some_and(|held| !self.claim.is_of(&held.id)) {
            advice.push("send the access key id that the secret belongs to");
        }
        Told { differences, signed, advice }
    }

    fn alone(&self, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
        alone(self.headers.date, self.draft.body(), take);
    }

    fn second(&self, value: &Value, take: &mut dyn FnMut(Cow<'static, str>, Value) -> bool) {
        second(value, take);
    }

    fn fingerprint(&self, value: &Value) -> u64 {
        let mut hasher = DefaultHasher::new();
        value.bytes().hash(&mut hasher);
        hasher.finish()
    }
}

impl fmt::Debug for Explainer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.held.iter().map(|held| &held.id).collect();
        f.debug_struct("Explainer")
            .field("key_ids", &ids)
            .field("secrets", &format_args!("[redacted]"))
            .finish_non_exhaustive()
    }
}
