//! The desk that requests come to: each is recorded, judged, shown and answered.

use std::fs::File;
use std::io::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use imza::dlga::{self, Received as DlgaHeaders};
use imza::shown::escaped;
use imza_audit::{Audit, Judged, Scheme, Verdict};
use serde_json::Value;

use super::answers::{self, Reply, plain};
use super::inspector::{Seen, Shown};
use super::scenario::Scenario;
use super::unsigned::unsigned;
use super::vendor::{Asked, asked};
use crate::clock;
use crate::explain;
use crate::output;
use crate::records;
use crate::server::{Received, Refused};

/// The longest text that the inspector is given of one request, in characters.
const LONGEST_SHOWN: usize = 16 * 1024;
/// The most variants that it is given.
const MOST_MATCHES: usize = 8;

/// What is in order: the numbers of the requests, their records and their lines.
struct Book {
    requests: u64,
    record: Option<File>,
}

pub(crate) struct Desk {
    audit: Audit,
    scenarios: Vec<Scenario>,
    book: Mutex<Book>,
    pub(crate) seen: Seen,
}

impl Desk {
    pub(crate) fn new(audit: Audit, scenarios: Vec<Scenario>, record: Option<File>) -> Self {
        Self { audit, scenarios, book: Mutex::new(Book { requests: 0, record }), seen: Seen::default() }
    }

    /// How long every answer waits.
    pub(crate) fn delay(&self) -> Duration {
        self.scenarios.iter().map(Scenario::delay).fold(Duration::ZERO, Duration::saturating_add)
    }

    /// A request that could not be read to its end.
    pub(crate) fn unread(&self, refused: &Refused) {
        let number = self.number();
        let _ = output::print(format!("#{number} {}: {}\n", refused.status, escaped(&refused.reason)));
    }

    /// Judges a request and makes the answer to it.
    pub(crate) fn handle(&self, mut received: Received) -> Reply {
        self.scenarios.iter().for_each(|scenario| scenario.change(&mut received));
        let skew = self.scenarios.iter().map(Scenario::skew).fold(0, i64::saturating_add);
        let received_at = clock::now().saturating_add(skew);
        let number = self.number();
        let asked = asked(&received, &self.audit);
        let Some(scheme) = asked.scheme() else {
            let reply = plain(404, "imza: neither vendor documents this path\n");
            self.say(number, &received, &reply, None, None);
            return reply;
        };
        if scheme == Scheme::Haso && received.method != "POST" {
            let reply = plain(405, "imza: Haso's methods are all POST\n");
            self.say(number, &received, &reply, Some(scheme), None);
            return reply;
        }
        let endpoint = if let Asked::Haso(endpoint) = &asked { Some(endpoint.as_str()) } else { None };
        let record = records::line(number, endpoint, received_at, &received);
        let judged = self.audit.judge_record(&record);
        self.keep(record);
        let mut reply = match &asked {
            Asked::Haso(endpoint) => answers::haso(endpoint, &judged),
            _ => answers::diyalog(&received, &judged),
        };
        if judged.verdict == Verdict::Valid && self.scenarios.contains(&Scenario::Error) {
            reply = plain(500, "imza: an error that --scenario asked for");
        }
        self.say(number, &received, &reply, Some(scheme), Some(&judged));
        reply
    }

    fn number(&self) -> u64 {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.requests = book.requests.saturating_add(1);
        book.requests
    }

    /// Appends a record. Where that fails, as on a disk that is full, no more is written: half a file of records
    /// with a gap in it would be trusted.
    fn keep(&self, mut record: String) {
        record.push('\n');
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(error)) = book.record.as_mut().map(|file| file.write_all(record.as_bytes())) {
            book.record = None;
            output::warn(&format!("cannot write the record: {error}; requests are not recorded any more"));
        }
    }

    /// The line on the terminal, and the inspector's entry.
    fn say(&self, number: u64, received: &Received, reply: &Reply, scheme: Option<Scheme>, judged: Option<&Judged>) {
        let verdict = judged.map_or("no call", |judged| judged.verdict.as_str());
        let reason = judged.map_or(reply.body.as_str(), |judged| judged.reason.as_str());
        let mut line = format!("#{number} {} {} {} {verdict}", reply.status, received.method, received.path());
        let summary = summary(reason);
        if !summary.is_empty() {
            line = format!("{line}: {summary}");
        } else if reply.status >= 400 {
            line = format!("{line}, but: {}", reply.body.trim_end());
        }
        // A request may hold a secret in a wrong place.
        let shown = |text: &str| cut(&self.audit.keys().without_secrets(text));
        // Where standard output is gone, no one reads.
        let _ = output::print(format!("{}\n", escaped(&self.audit.keys().without_secrets(&line))));
        let explanation = judged.and_then(|judged| judged.explanation.as_deref());
        let signed = || judged.map(|_| shown(&string_to_sign(received))).unwrap_or_default();
        self.seen.add(&Shown {
            number,
            status: reply.status,
            method: shown(&received.method),
            resource: shown(&received.resource),
            verdict: verdict.to_owned(),
            reason: shown(reason.lines().next().unwrap_or_default()),
            signed: explanation.map_or_else(signed, |explanation| cut(&explanation.signed_text())),
            explanation: explanation.map(|explanation| bounded(explain::json(explanation))),
            curl: cut(&unsigned(received, scheme, shown)),
        });
    }
}

/// An explanation with bounds on its texts and their number.
fn bounded(mut explanation: Value) -> Value {
    fn each(value: &mut Value) {
        match value {
            Value::String(text) => *text = cut(text),
            Value::Array(values) => values.iter_mut().for_each(each),
            Value::Object(members) => members.values_mut().for_each(each),
            _ => {}
        }
    }
    if let Some(explanation) = explanation.as_object_mut() {
        explanation.remove("signed_hex");
        // The string to sign is the same as that of the request.
        explanation.remove("signed_text");
        if let Some(Value::Array(matches)) = explanation.get_mut("matches") {
            matches.truncate(MOST_MATCHES);
        }
    }
    each(&mut explanation);
    explanation
}

/// A reason with what mends it, in one line: of an explanation, the variants that match and what to do.
fn summary(reason: &str) -> String {
    let mut lines = reason.lines();
    let mut summary = lines.next().unwrap_or_default().trim_end().to_owned();
    let mut named = Vec::new();
    for line in lines.map(|line| line.trim_end().trim_end_matches('.')) {
        let is_found = line.starts_with("The ") && line.contains(" matches when ");
        // Of a request that lacks what can be tried, nothing was.
        let is_none = line.starts_with("No reading matches") && !line.contains("Tried: 0 ");
        let is_advice = line.starts_with("What to do: ");
        if (is_found || is_none || is_advice) && !named.contains(&line) {
            named.push(line);
            summary = format!("{summary}; {line}");
        }
    }
    summary
}

/// What was signed of the request as it was received (DLGA-5); empty where there is nothing to show.
fn string_to_sign(received: &Received) -> String {
    let headers = DlgaHeaders::find(&received.headers);
    if headers.authorization().is_empty() {
        return String::new();
    }
    let request = dlga::Request::new(&received.method, &received.resource)
        .content_type(headers.content_type())
        .body(&received.body);
    let signed = request.string_to_sign(headers.date()).unwrap_or_default();
    String::from_utf8_lossy(&signed).replace('\n', "⏎\n")
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
