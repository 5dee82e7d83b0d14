//! A received request with its whole body, within bounds.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::Request;
use hyper::body::{Body as _, Incoming};
use hyper::http::request::Parts;
use tokio::time::timeout;

use super::{Answer, text};

/// The longest body of a request.
const MOST_BODY_BYTES: usize = 1 << 20;
/// The whole body must be there so soon after the headers.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// A request as it was received: what its signature is about.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query, as sent (DLGA-10).
    pub(crate) resource: String,
    /// Names are in lower case; what is not UTF-8 in a value is replaced.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn new(parts: &Parts, body: Bytes) -> Self {
        let resource = parts.uri.path_and_query().map_or("", |resource| resource.as_str()).to_owned();
        let headers = parts.headers.iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        Self { method: parts.method.as_str().to_owned(), resource, headers, body }
    }

    /// The resource without its query.
    pub(crate) fn path(&self) -> &str {
        self.resource.split('?').next().unwrap_or_default()
    }

    pub(crate) fn content_type(&self) -> &str {
        self.headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value)
    }
}

/// Why a request could not be read: the answer to it, and the same for the log.
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) reason: String,
}

impl Refused {
    pub(crate) fn new(status: u16, reason: impl Into<String>) -> Self {
        Self { status, reason: reason.into() }
    }

    pub(crate) fn answer(&self) -> Answer {
        text(self.status, format!("imza: {}\n", self.reason))
    }
}

/// Reads a request with its whole body.
pub(crate) async fn read(request: Request<Incoming>) -> Result<Received, Refused> {
    let (parts, body) = request.into_parts();
    Ok(Received::new(&parts, read_body(body).await?))
}

/// Reads a whole body, of at most [`MOST_BODY_BYTES`].
pub(crate) async fn read_body(body: Incoming) -> Result<Bytes, Refused> {
    let too_long = || Refused::new(413, format!("the body is longer than {MOST_BODY_BYTES} bytes"));
    if body.size_hint().lower() > MOST_BODY_BYTES as u64 {
        return Err(too_long());
    }
    match timeout(BODY_WITHIN, Limited::new(body, MOST_BODY_BYTES).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(Refused::new(400, "the body breaks off")),
        Err(_late) => Err(Refused::new(408, format!("the body did not come within {} seconds", BODY_WITHIN.as_secs()))),
    }
}
