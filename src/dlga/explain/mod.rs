//! Why a DLGA signature does not match: the known mistakes, tried (`docs/explain.md`).

mod draft;
mod mistakes;
mod received;

use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

use draft::{Draft, Value};
use mistakes::alternatives;
use received::{Claim, Headers};

use super::{AccessKey, Error, Reason, Rejection, Request, Verifier, WINDOW};
use crate::explain::{
    Alternatives, Base, Change, Explanation, Found, MOST_BODY, Mask, Nouns, Presented, forms, read, search,
};
use crate::mac::Key;

const NOUNS: Nouns = Nouns { presented: "signature", signed: "string to sign" };

/// Holds access keys and explains refused requests: under which reading does the signature match?
///
/// ```
/// use imza::dlga::{Date, Explainer, Request, Signer};
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
/// Secrets are zeroized on drop and `[redacted]` in `Debug`; see [`explain`](crate::explain) for what
/// an explanation never shows.
#[derive(Clone)]
pub struct Explainer {
    held: Vec<Held>,
    verifier: Verifier,
    now: i64,
}

/// A key that is held, ready in every form that its secret has.
#[derive(Clone)]
struct Held {
    id: Box<str>,
    secret: Zeroizing<Box<[u8]>>,
    /// The secret as it is, then its forms.
    keys: Vec<Key>,
    /// Names the forms by their places in `keys`.
    forms: Alternatives<Value>,
}

impl Default for Explainer {
    fn default() -> Self {
        Self::new()
    }
}

impl Explainer {
    /// An explainer without keys, which does not look at the clock.
    pub fn new() -> Self {
        Self { held: Vec::new(), verifier: Verifier::new().ignore_clock(), now: 0 }
    }

    /// Adds a key; the first one added has index 0. A request is tried with all of them, those of its
    /// own access key id first.
    ///
    /// # Errors
    /// As [`Signer::new`](super::Signer::new).
    pub fn key(mut self, access_key_id: &str, secret: impl AsRef<[u8]>) -> Result<Self, Error> {
        let secret = secret.as_ref();
        let access_key = AccessKey::new(access_key_id, secret)?;
        let forms = forms(secret);
        // The exact room first: a vector that grows would leave keys behind in freed memory.
        let mut keys = Vec::with_capacity(forms.len().saturating_add(2));
        keys.push(Key::new(secret));
        let mut alternatives = Alternatives::to(Vec::new());
        for (taken, bytes) in forms {
            alternatives.add(format!("the secret is taken {taken}"), Value::Secret(keys.len()));
            keys.push(Key::new(&bytes));
        }
        alternatives.add("the access key id is taken for the secret", Value::Secret(keys.len()));
        keys.push(Key::new(access_key_id.as_bytes()));
        self.held.push(Held {
            id: access_key_id.into(),
            secret: Zeroizing::new(secret.into()),
            keys,
            forms: alternatives,
        });
        self.verifier = self.verifier.access_key(access_key);
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
        Self { verifier: self.verifier.window(past, future), now, ..self }
    }

    /// Explains a received request. The headers are those of [`Verifier::verify`]; a `Host` among them
    /// is used for resources that were signed with the server address. Whatever is wrong with the
    /// request, there is an explanation.
    pub fn explain<N: AsRef<str>, V: AsRef<[u8]>>(&self, request: &Request, received: &[(N, V)]) -> Explanation {
        let mask = self.mask();
        let refusal = self.verifier.verify(request, received, self.now).err();
        let headers = Headers::of(received);
        let claim = Claim::read(headers.authorization);
        let draft = Draft::of(request, &headers);
        let mut notes = Vec::new();
        let mut found = Found::default();
        match read(claim.signature) {
            _ if headers.authorization.is_empty() => notes.push("There is no signature to try.".to_owned()),
            Presented::Other(what) => notes.push(format!("The signature {what}. No reading can match.")),
            Presented::Tag { tag, taken } => {
                let alternatives = alternatives(request, &headers);
                let bases = self.bases(&claim, taken, &alternatives, &mask);
                found = search(&bases, request.body.len() <= MOST_BODY, |key_index, values| {
                    self.held.get(key_index).is_some_and(|held| draft.with(values).matches(held, values, &tag))
                });
                if self.held.is_empty() {
                    notes.push("No key is held to try.".to_owned());
                }
            }
        }
        if refusal.is_some() && request.body.len() > MOST_BODY {
            notes.push(format!(
                "The body has more than {MOST_BODY} bytes: it was not re-formed, and no pairs were tried."
            ));
        }
        let mut signed = Vec::new();
        draft.each_part(|part| signed.extend_from_slice(part));
        Explanation {
            nouns: NOUNS,
            refusal: refusal.map(|rejection| told(&rejection, &mask)),
            matches: found.matches,
            tried: found.tried,
            cut_short: found.cut_short,
            has_several_keys: self.held.len() > 1,
            notes,
            signed: mask.bytes(&signed),
        }
    }

    /// The held keys to try, those of the claimed access key id first.
    fn bases<'a>(
        &'a self,
        claim: &Claim<'_>,
        taken: Option<&'static str>,
        alternatives: &'a Alternatives<Value>,
        mask: &Mask,
    ) -> Vec<Base<'a, Value>> {
        let written = taken.map(|taken| Change::new(format!("the signature is read {taken}")));
        let seen: Vec<Change> = claim.seen.iter().map(|&text| Change::new(text)).chain(written).collect();
        let is_claimed = |held: &Held| held.id.as_bytes() == claim.key_id;
        let mut bases: [Vec<Base<'a, Value>>; 2] = Default::default();
        let [claimed, others] = &mut bases;
        for (key_index, held) in self.held.iter().enumerate() {
            let mut seen = seen.clone();
            let alternatives = vec![&held.forms, alternatives];
            if is_claimed(held) {
                claimed.push(Base { seen, key_index, alternatives });
            } else {
                seen.push(Change::new(mask.text(&format!("the access key id is `{}`", held.id))));
                others.push(Base { seen, key_index, alternatives });
            }
        }
        bases.into_iter().flatten().collect()
    }

    fn mask(&self) -> Mask {
        let mut mask = Mask::default();
        self.held.iter().for_each(|held| mask.hide("secret", &held.secret));
        mask
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

/// A rejection without the id that was received, which may be a secret in the wrong place.
fn told(rejection: &Rejection, mask: &Mask) -> String {
    match rejection.reason() {
        Reason::UnknownKeyId { .. } => {
            "no key is held for the access key id that the authorization header names".to_owned()
        }
        reason => mask.text(&reason.to_string()),
    }
}
