//! The vendor: connections to it that are kept, and what is passed on of a request and of an answer.

use std::error::Error;
use std::fmt;
use std::future::Future as _;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderMap, HeaderName};
use hyper::http::request::Parts;
use hyper::http::uri::{Authority, Scheme};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, Error as ClientError, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::time::{Instant, Sleep, sleep, timeout};

use crate::failure::Failure;
use crate::server::{Answer, BodyError, Refused};

/// A connection to the vendor is there so soon.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long an idle connection is kept: less than most servers do, so that none is used that is about to be closed.
const KEPT_IDLE: Duration = Duration::from_secs(20);

/// The headers that are about one connection, not about the request (RFC 9110, 7.6.1).
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Takes off the headers that are about one connection.
pub(super) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let listed = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let listed: Vec<HeaderName> =
        listed.flat_map(|value| value.split(',')).filter_map(|name| name.trim().parse().ok()).collect();
    for name in listed {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Where signed requests go: a scheme and a host.
#[derive(Clone)]
pub(crate) struct Origin {
    scheme: Scheme,
    authority: Authority,
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|error| format!("this is no address: {error}"))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err("the vendor's address reads https://HOST or https://HOST:PORT".to_owned());
        };
        if authority.as_str().contains('@') {
            return Err("the vendor's address holds no user name and no password".to_owned());
        }
        if parts.path_and_query.is_some_and(|path| path.as_str() != "/") {
            return Err("give the host alone: the path is that of each request".to_owned());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let is_loopback = host.eq_ignore_ascii_case("localhost")
            || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
        match scheme.as_str() {
            "https" => Ok(Self { scheme, authority }),
            "http" if is_loopback => Ok(Self { scheme, authority }),
            "http" => Err("http:// is for this machine alone: anyone on the way could read and replay".to_owned()),
            _ => Err("the vendor's address begins with https://".to_owned()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

/// A client of the one vendor.
pub(super) struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    to: Origin,
    patience: Duration,
}

impl Upstream {
    pub(super) fn new(to: Origin, patience: Duration) -> Result<Self, Failure> {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?;
        let config = if to.scheme == Scheme::HTTPS {
            config.with_native_roots().map_err(|error| {
                Failure::new(format!(
                    "the system has no certificates to know {to} by: {error}; SSL_CERT_FILE can name a file with them"
                ))
            })?
        } else {
            config.with_root_certificates(RootCertStore::empty())
        };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_WITHIN.min(patience)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config.with_no_client_auth())
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT_IDLE)
            .build(connector);
        Ok(Self { client, to, patience })
    }

    /// Sends a request with this body to the vendor. Its answer is passed on while it comes.
    pub(super) async fn send(&self, parts: &Parts, body: Bytes) -> Result<Answer, Refused> {
        let uri = Uri::builder().scheme(self.to.scheme.clone()).authority(self.to.authority.clone());
        let resource = parts.uri.path_and_query().map_or("/", |resource| resource.as_str());
        let uri = uri.path_and_query(resource).build().map_err(|error| Refused::new(400, error.to_string()))?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = parts.headers.clone();
        // What the client sets anew: the vendor's name, and the length of the body.
        for name in [HOST, CONTENT_LENGTH, EXPECT] {
            request.headers_mut().remove(name);
        }
        let to = &self.to;
        match timeout(self.patience, self.client.request(request)).await {
            Ok(Ok(answer)) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => {
                Err(Refused::new(502, format!("{to} changed to another protocol, which no one asked for")))
            }
            Ok(Ok(answer)) => Ok(self.passed_back(answer)),
            Ok(Err(error)) => Err(Refused::new(502, self.fault(&error))),
            Err(_late) => {
                Err(Refused::new(504, format!("{to} did not answer within {} seconds", self.patience.as_secs())))
            }
        }
    }

    fn fault(&self, error: &ClientError) -> String {
        let what = if error.is_connect() { "cannot be connected to" } else { "gave no answer that can be read" };
        // The innermost cause says most: a refused connection, an unknown certificate.
        let mut cause: &dyn Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        format!("{} {what}: {cause}", self.to)
    }

    fn passed_back(&self, answer: Response<Incoming>) -> Answer {
        let (mut parts, body) = answer.into_parts();
        remove_hop_by_hop(&mut parts.headers);
        let mut passed = Response::new(Patient::new(body, self.patience).boxed_unsync());
        *passed.status_mut() = parts.status;
        *passed.headers_mut() = parts.headers;
        passed
    }
}

/// A body that breaks off where its next piece takes too long.
struct Patient {
    body: Incoming,
    patience: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Patient {
    fn new(body: Incoming, patience: Duration) -> Self {
        Self { body, patience, sleep: Box::pin(sleep(patience)) }
    }
}

impl Body for Patient {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let next = Instant::now() + self.patience;
            self.sleep.as_mut().reset(next);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        self.sleep.as_mut().poll(context).map(|()| Some(Err("the vendor's answer stopped".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_address_is_a_host_that_no_one_listens_in_on() {
        for good in
            ["https://api.vendor.example", "https://api.vendor.example:444/", "http://127.0.0.1:8080", "http://[::1]:1"]
        {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for bad in [
            "http://api.vendor.example",
            "http://127.0.0.1.vendor.example",
            "http://localhost.vendor.example",
            "https://user:pass@api.vendor.example",
            "https://api.vendor.example/v1",
            "https://api.vendor.example?x",
            "api.vendor.example",
            "ftp://127.0.0.1",
            "/v1",
            "",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }

    #[test]
    fn headers_of_the_connection_go_and_those_that_it_names() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "keep-alive, X-Mine"),
            ("x-mine", "1"),
            ("te", "trailers"),
            ("accept", "*/*"),
            ("upgrade", "h2c"),
        ] {
            headers.append(name, value.parse().expect("a header"));
        }
        remove_hop_by_hop(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["accept"]);
    }
}
