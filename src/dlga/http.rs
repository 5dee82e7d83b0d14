//! Signing and verifying the request type of the `http` crate, which reqwest, hyper, axum and tonic
//! share (feature `http`). No client and no server is owned here: a request in, headers or a verdict out.

use std::borrow::Cow;

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery};
use http::{Method, Uri};

use super::request::with_path;
use super::{Accepted, Date, Error, Part, Received, Rejection, Request, SignedHeaders, Signer, Verifier};

impl Signer {
    /// Signs a request whose body is in memory, and puts the three headers into it; headers of the
    /// same name are replaced, and those of the vendor's other set are taken out (DLGA-4): stale ones would
    /// count beside the new. The resource is the URI's path and query (DLGA-10), the content type that of the
    /// request's headers (DLGA-8).
    ///
    /// ```
    /// use imza::dlga::{Date, Signer};
    ///
    /// let signer = Signer::new("key-id", "not-a-real-secret")?;
    /// let mut request = http::Request::post("https://api.diyalog.im/v1/application/finishonlinehelp")
    ///     .header("content-type", "application/json")
    ///     .body(r#"{"customerId":"123456"}"#)?;
    /// signer.sign_http(&mut request, Date::from_unix(1_615_296_512)?, "45186")?;
    /// assert_eq!(request.headers()["x-dlg-authorization"], "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Signer::sign`]; also a content type that is there twice, a requester that no HTTP header
    /// can hold, and a URI without a path as those of `CONNECT` and `OPTIONS *` are. The request is then as before.
    pub fn sign_http<B: AsRef<[u8]>>(
        &self,
        request: &mut http::Request<B>,
        date: Date,
        requester: &str,
    ) -> Result<(), Error> {
        let signed = {
            let (content_type, resource) =
                (content_type(request.headers())?, resource(request.method(), request.uri()));
            let body = request.body().as_ref();
            let signed = Request::new(request.method().as_str(), &*resource).content_type(content_type).body(body);
            self.sign(&signed, date, requester)?
        };
        self.insert(request.headers_mut(), signed)
    }

    /// [`Signer::sign_http`] for a request whose body stands apart from its other parts.
    ///
    /// # Errors
    /// As [`Signer::sign_http`].
    pub fn sign_http_parts(&self, parts: &mut Parts, body: &[u8], date: Date, requester: &str) -> Result<(), Error> {
        let (content_type, resource) = (content_type(&parts.headers)?, resource(&parts.method, &parts.uri));
        let request = Request::new(parts.method.as_str(), &*resource).content_type(content_type).body(body);
        let signed = self.sign(&request, date, requester)?;
        self.insert(&mut parts.headers, signed)
    }

    /// Puts signed headers among a request's headers: all of them or none. No header of the other set stays, as
    /// it would be from an earlier signature, and the `x-dlg-*` ones would count (DLGA-4).
    fn insert(&self, headers: &mut HeaderMap, signed: SignedHeaders) -> Result<(), Error> {
        let [date, requester, authorization] = signed
            .into_pairs()
            .map(|(name, text)| HeaderValue::from_bytes(text.as_bytes()).map(|v| (name, v)).map_err(|_| text));
        // Of the three, only the requester can hold what no header can.
        let refused = |text: String| not_a_header_value(&text);
        let (date, requester) = (date.map_err(refused)?, requester.map_err(refused)?);
        let (name, mut value) = authorization.map_err(refused)?;
        value.set_sensitive(true);
        for stale in self.header_names.other().all() {
            headers.remove(stale);
        }
        for (name, value) in [date, requester, (name, value)] {
            headers.insert(name, value);
        }
        Ok(())
    }
}

impl Verifier {
    /// Verifies a received request whose body is in memory, as [`Verifier::verify`] does.
    ///
    /// The URI must be the one that was received: a router that strips a prefix from it (axum's
    /// `nest`) keeps the original elsewhere (axum's `OriginalUri`), and that one was signed.
    ///
    /// # Errors
    /// As [`Verifier::verify`]; a content type that stands twice is a format error.
    pub fn verify_http<B: AsRef<[u8]>>(
        &self,
        request: &http::Request<B>,
        now: i64,
    ) -> Result<Accepted<'static>, Rejection> {
        self.verify_parts(request.method(), request.uri(), request.headers(), request.body().as_ref(), now)
    }

    /// [`Verifier::verify_http`] for a request whose body stands apart from its other parts.
    ///
    /// # Errors
    /// As [`Verifier::verify_http`].
    pub fn verify_http_parts(&self, parts: &Parts, body: &[u8], now: i64) -> Result<Accepted<'static>, Rejection> {
        self.verify_parts(&parts.method, &parts.uri, &parts.headers, body, now)
    }

    fn verify_parts(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
        now: i64,
    ) -> Result<Accepted<'static>, Rejection> {
        // The content type is that of the headers (DLGA-8).
        let received = Received::among(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        let resource = resource(method, uri);
        let request = Request::new(method.as_str(), &*resource).body(body);
        self.verify_received(&request, &received, now).map(Accepted::into_owned)
    }
}

/// What stands on the request line behind the method: path and query (DLGA-10). `CONNECT` names a server and no
/// resource, as a URI does that is nothing but a server's address; DLGA-13 refuses both.
fn resource<'a>(method: &Method, uri: &'a Uri) -> Cow<'a, str> {
    match uri.path_and_query().map(PathAndQuery::as_str) {
        Some(resource) if *method != Method::CONNECT => with_path(resource),
        _ => Cow::Borrowed(uri.authority().map_or("*", Authority::as_str)),
    }
}

/// The one content type of a request; none is an empty line (DLGA-8).
fn content_type(headers: &HeaderMap) -> Result<&[u8], Error> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let first = values.next().map(HeaderValue::as_bytes).unwrap_or_default();
    if values.next().is_some() { Err(Error::ContentTypeTwice) } else { Ok(first) }
}

/// HTTP forbids more control characters in a header than DLGA-13 does.
fn not_a_header_value(value: &str) -> Error {
    let forbidden = value.bytes().enumerate().find(|(_, byte)| byte.is_ascii_control() && *byte != b'\t');
    let (offset, byte) = forbidden.unwrap_or_default();
    Error::Forbidden { part: Part::Requester, byte, offset }
}
