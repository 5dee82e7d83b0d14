//! The page at `/_imza/`: requests as they come, each with its verdict and what explains it.
//!
//! What it shows was sent by others, so the page writes it as text alone, its content security policy allows no
//! script but its own, and requests that a page of another site makes a browser send are refused.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, channel::Channel};
use hyper::body::Incoming;
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY};
use hyper::{Request, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast::{self, error::RecvError};

use crate::server::{Answer, answer, is_own, text};

const PAGE: &str = include_str!("inspector.html");

/// How many requests are kept to be shown.
const MOST_KEPT: usize = 100;
/// How many pages may listen at a time.
const MOST_LISTENERS: usize = 8;
/// So often a line goes out where nothing happens: a page that has gone is noticed by it.
const PULSE: Duration = Duration::from_secs(15);

/// What the page shows of a request. Nothing of it is secret.
#[derive(Serialize)]
pub(crate) struct Shown {
    pub(crate) number: u64,
    pub(crate) status: u16,
    pub(crate) method: String,
    pub(crate) resource: String,
    pub(crate) verdict: String,
    /// In one line; empty for a valid request.
    pub(crate) reason: String,
    /// As `imza dlga explain --format json` has it, of a request that was refused.
    pub(crate) explanation: Option<serde_json::Value>,
    /// What should have been signed of the request as it was received.
    pub(crate) signed: String,
    /// The request without its signature.
    pub(crate) curl: String,
}

/// The last requests, and those who listen for the next.
pub(crate) struct Seen {
    kept: Mutex<VecDeque<Bytes>>,
    news: broadcast::Sender<Bytes>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { kept: Mutex::default(), news: broadcast::channel(MOST_KEPT).0 }
    }
}

impl Seen {
    pub(crate) fn add(&self, shown: &Shown) {
        let Ok(json) = serde_json::to_string(shown) else { return };
        let event = Bytes::from(format!("data: {json}\n\n"));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back(event.clone());
        // No one may listen.
        let _ = self.news.send(event);
    }

    /// The events so far, and those to come.
    fn listen(&self) -> Option<(Bytes, broadcast::Receiver<Bytes>)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if self.news.receiver_count() >= MOST_LISTENERS {
            return None;
        }
        let past: Vec<u8> = kept.iter().flatten().copied().collect();
        Some((past.into(), self.news.subscribe()))
    }
}

/// Whether a path is the inspector's.
pub(crate) fn is_for(path: &str) -> bool {
    path == "/_imza" || path.starts_with("/_imza/")
}

pub(crate) fn serve(seen: &Seen, request: &Request<Incoming>) -> Answer {
    if !is_own(request.headers()) {
        return text(403, "imza: the inspector is for this machine's own pages\n");
    }
    if request.method() != "GET" {
        return text(405, "imza: the inspector only answers GET\n");
    }
    match request.uri().path() {
        "/_imza" | "/_imza/" => page(),
        "/_imza/events" => events(seen),
        _ => text(404, "imza: the inspector has no such page\n"),
    }
}

fn page() -> Answer {
    let mut page = answer(200, "text/html; charset=utf-8", PAGE);
    let within = |tag: &str| {
        let (_, behind) = PAGE.split_once(&format!("<{tag}>")).unwrap_or_default();
        let (within, _) = behind.split_once(&format!("</{tag}>")).unwrap_or_default();
        format!("'sha256-{}'", STANDARD.encode(Sha256::digest(within.as_bytes())))
    };
    let policy = format!(
        "default-src 'none'; connect-src 'self'; img-src data:; script-src {}; style-src {}; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'",
        within("script"),
        within("style")
    );
    let headers = page.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    page
}

fn events(seen: &Seen) -> Answer {
    let Some((past, mut news)) = seen.listen() else {
        return text(503, "imza: too many pages are open\n");
    };
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(4);
    tokio::spawn(async move {
        if !past.is_empty() && sender.send_data(past).await.is_err() {
            return;
        }
        loop {
            let event = match tokio::time::timeout(PULSE, news.recv()).await {
                Ok(Ok(event)) => event,
                // A page that reads too slowly misses some.
                Ok(Err(RecvError::Lagged(_))) => continue,
                Ok(Err(RecvError::Closed)) => return,
                Err(_nothing) => Bytes::from_static(b": \n\n"),
            };
            let Ok(Ok(())) = tokio::time::timeout(PULSE, sender.send_data(event)).await else { return };
        }
    });
    let mut answer = Response::new(body.map_err(|never| match never {}).boxed_unsync());
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
