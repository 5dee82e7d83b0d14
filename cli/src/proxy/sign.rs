//! Which signature a request gets, and where it is put.

use bytes::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap};
use hyper::http::request::Parts;
use imza::dlga::{Date, HeaderNames, Signer, WINDOW};
use imza::haso::Recipe;
use imza_audit::{Audit, Time, Verdict, posted_fields};

use crate::clock;
use crate::failure::Failure;
use crate::records;
use crate::server::{Answer, Received, Refused};

const MERCHANT_ID: &str = "merchantId";
const REQUEST_TOKEN: &str = "requestToken";

/// The keys, and how requests are signed with them.
pub(super) struct Signing {
    audit: Audit,
    /// None where the keys file has no access key.
    signer: Option<Signer>,
    requester: Option<String>,
}

/// What became of a request.
pub(super) struct Signed {
    pub(super) body: Bytes,
    /// Whose key: for the terminal.
    pub(super) by: String,
    /// Haso's endpoint; none for DLGA.
    endpoint: Option<String>,
}

impl Signing {
    pub(super) fn new(audit: Audit, key_id: Option<&str>, requester: Option<String>) -> Result<Self, Failure> {
        let keys = audit.keys();
        let ids = keys.access_key_ids();
        let id = match (key_id, ids) {
            (Some(id), _) => Some(id),
            (None, [first, others @ ..]) if others.iter().all(|other| other == first) => Some(first.as_str()),
            (None, []) => None,
            (None, _) => return Err(Failure::new("the keys file has several access keys; choose one with --key-id")),
        };
        let signer = id.map(|id| {
            let signer = keys.verifier().signer(id);
            signer.ok_or_else(|| Failure::new(format!("the keys file has no access key {id:?}")))
        });
        let signer = signer.transpose()?;
        Ok(Self { audit, signer, requester })
    }

    /// Signs a request; of a refused one, nothing is passed on.
    pub(super) fn sign(&self, parts: &mut Parts, body: Bytes) -> Result<Signed, Refused> {
        let path = parts.uri.path();
        if let Some(endpoint) = self.audit.endpoint_of(path) {
            return self.put_token(endpoint, parts, &body);
        }
        if path.starts_with("/RequestV2/") || path.starts_with("/Index/") {
            let todo = "add it to the keys file as a [[recipe]]";
            return Err(Refused::new(404, format!("no recipe is known for this path of Haso; {todo}")));
        }
        self.put_headers(parts, body)
    }

    /// Puts Diyalog's three headers in.
    fn put_headers(&self, parts: &mut Parts, body: Bytes) -> Result<Signed, Refused> {
        let bad = |error: &dyn std::fmt::Display| Refused::new(400, error.to_string());
        let signer = self.signer.as_ref();
        let signer = signer.ok_or_else(|| Refused::new(400, "the keys file has no access key to sign DLGA with"))?;
        let requester = match &self.requester {
            Some(requester) => requester.clone(),
            None => own_requester(&parts.headers)?,
        };
        let date = Date::from_unix(clock::now()).map_err(|error| bad(&error))?;
        signer.sign_http_parts(parts, &body, date, &requester).map_err(|error| bad(&error))?;
        Ok(Signed { body, by: format!("access key {}", signer.key_id()), endpoint: None })
    }

    /// Puts Haso's requestToken into the body.
    fn put_token(&self, endpoint: &str, parts: &Parts, body: &Bytes) -> Result<Signed, Refused> {
        let bad = |reason: String| Refused::new(400, reason);
        if parts.method != "POST" {
            return Err(Refused::new(405, "Haso's methods are all POST"));
        }
        if parts.headers.contains_key(CONTENT_ENCODING) {
            return Err(Refused::new(415, "no requestToken can be put into a compressed body"));
        }
        let content_type = parts.headers.get(CONTENT_TYPE).map_or("", |value| value.to_str().unwrap_or_default());
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        if kind.to_ascii_lowercase().starts_with("multipart/") {
            return Err(Refused::new(415, "a form in parts gets no requestToken; post a plain form or JSON"));
        }
        let text = str::from_utf8(body).map_err(|error| bad(format!("the body is not UTF-8: {error}")))?;
        let fields = posted_fields(content_type, text).map_err(bad)?;
        if fields.iter().any(|(name, _)| name == REQUEST_TOKEN) {
            return Err(bad(format!("the body has a `{REQUEST_TOKEN}` already; leave it out, and it is put in")));
        }
        let keys = self.audit.keys();
        let recipe = match keys.recipes().iter().find(|(known, _)| known == endpoint) {
            // The keys file does not say what else its methods are posted with.
            Some((_, recipe)) => recipe.clone().ignoring_other_fields(),
            None => Recipe::find(endpoint).cloned().map_err(|error| bad(error.to_string()))?,
        };
        let id = fields.iter().find(|(name, _)| name == MERCHANT_ID).map(|(_, value)| value.as_str());
        let id = id.ok_or_else(|| bad(format!("the body has no `{MERCHANT_ID}`")))?;
        let (merchant, _) = keys.merchant(id).ok_or_else(|| bad(format!("the keys file has no merchant {id:?}")))?;
        let token = merchant.token(&recipe, &fields).map_err(|error| bad(error.to_string()))?;
        let body = with_token(text, &token).into();
        Ok(Signed { body, by: format!("the secret of merchant {id}"), endpoint: Some(endpoint.to_owned()) })
    }

    /// Why the vendor refused, as far as what was sent tells.
    pub(super) fn why(&self, parts: &Parts, signed: &Signed, answer: &Answer) -> String {
        let now = clock::now();
        let received = Received::new(parts, signed.body.clone());
        let record = records::line(0, signed.endpoint.as_deref(), now, &received);
        let judged = self.audit.judge_record(&record);
        if judged.verdict != Verdict::Valid {
            return judged.reason.lines().next().unwrap_or_default().to_owned();
        }
        let date = answer.headers().get(DATE).and_then(|date| Time::read(date.to_str().ok()?).ok());
        let window = i64::try_from(WINDOW.as_secs()).unwrap_or(i64::MAX);
        let ahead = date.map_or(0, |date| now.saturating_sub(date.unix_seconds()));
        let seconds = ahead.saturating_abs();
        if signed.endpoint.is_none() && seconds > window {
            let way = if ahead > 0 { "ahead of" } else { "behind" };
            return format!("this machine's clock is {seconds} seconds {way} the vendor's; set it right");
        }
        let mut why = "what was sent is valid by the keys file: the vendor may hold another secret".to_owned();
        why += match (&signed.endpoint, answer.status().as_u16()) {
            (None, 403) => ", or another time, or refuses this caller",
            (None, 400) => ", or does not read the call's body",
            _ => " for this id, or something on the way changes requests",
        };
        if signed.endpoint.is_none() && !signed.body.is_empty() && received.content_type().is_empty() {
            why += "; the body was sent without a content type";
        }
        why
    }
}

/// The requester that a plain request names itself.
fn own_requester(headers: &HeaderMap) -> Result<String, Refused> {
    let name = HeaderNames::XDlg.requester();
    let mut values = headers.get_all(name).iter();
    match (values.next().map(|value| value.to_str()), values.next()) {
        (Some(Ok(requester)), None) => Ok(requester.trim().to_owned()),
        (None, _) => Err(Refused::new(400, format!("no requester is known: send `{name}`, or give --requester"))),
        _ => Err(Refused::new(400, format!("`{name}` must be there once, in ASCII"))),
    }
}

/// A form or an object of JSON with the token behind its other fields, which stay byte for byte.
fn with_token(body: &str, token: &str) -> String {
    let is_json = body.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    if let Some((members, end)) = body.rsplit_once('}').filter(|_| is_json) {
        let comma = if members.trim_end().ends_with('{') { "" } else { "," };
        return format!("{members}{comma}\"{REQUEST_TOKEN}\":\"{token}\"}}{end}");
    }
    let token = form_urlencoded::byte_serialize(token.as_bytes()).collect::<String>();
    let and = if body.is_empty() || body.ends_with('&') { "" } else { "&" };
    format!("{body}{and}{REQUEST_TOKEN}={token}")
}
