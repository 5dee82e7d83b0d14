//! One recorded request in, its verdict out: the library's own verifiers, asked as an audit asks them.

use std::fmt;
use std::str::Utf8Error;
use std::time::Duration;

use super::entries::Entry;
use super::har;
use super::keys::{Keys, is_endpoint};
use super::record::{Json, Recorded, Request, Text, Unreadable};
use super::rows::Rows;
use super::verdict::{Judgement, Scheme, Signature, Verdict};
use imza::dlga::{self, Kind, Received};
use imza::explain::Explanation;
use imza::haso::{self, Recipe};
use imza::mac::Tag;
use imza::shown::shown;

/// Which clock a DLGA request is held against (DLGA-19). Haso has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// When it was received, as its record says.
    AtReceived,
    /// One time for all, in seconds since 1970.
    At(i64),
    /// No clock at all.
    Ignored,
}

/// The longest reason with an explanation, in characters: what should have been signed can be as long as a body.
const LONGEST_REASON: usize = 8 * 1024;

/// The work that one explanation may do, in bytes: a thirty-second of what it may where only one is asked for, since a
/// recording can have any number of refusals. It is enough for all single mistakes of a usual request, and for its
/// likeliest pairs.
const MOST_WORK: u64 = 1 << 23;

/// What records are judged by. Shared by all workers.
#[derive(Debug)]
pub(super) struct Judge {
    keys: Keys,
    clock: Clock,
    recipes: Vec<(String, Recipe)>,
    rows: Rows,
    #[cfg(feature = "parquet")]
    json_column: Option<String>,
}

impl Judge {
    pub(super) fn new(keys: Keys, clock: Clock, past: Duration, future: Duration) -> Self {
        let keys = keys.with_most_work(MOST_WORK).with_verifier(|verifier| match clock {
            Clock::Ignored => verifier.ignore_clock(),
            Clock::AtReceived | Clock::At(_) => verifier.window(past, future),
        });
        // The audit re-computes what was really sent (HASO-9, HASO-10). The user's recipes go first.
        let as_sent = |recipe: &Recipe| recipe.clone().without_field_checks().ignoring_other_fields();
        let own = keys.recipes().iter().map(|(endpoint, recipe)| (endpoint.clone(), as_sent(recipe)));
        let documented =
            haso::METHODS.iter().filter_map(|&recipe| Some((recipe.endpoint()?.to_owned(), as_sent(recipe))));
        let recipes = own.chain(documented).collect();
        Self {
            rows: Rows::new(&keys),
            keys,
            clock,
            recipes,
            #[cfg(feature = "parquet")]
            json_column: None,
        }
    }

    #[cfg(feature = "arrow")]
    pub(super) fn clock(&self) -> Clock {
        self.clock
    }

    /// Which column of a Parquet file holds records as lines of JSON; none where each member has a column.
    #[cfg(feature = "parquet")]
    pub(super) fn json_column(&self) -> Option<&str> {
        self.json_column.as_deref()
    }

    #[cfg(feature = "parquet")]
    pub(super) fn with_json_column(self, name: String) -> Self {
        Self { json_column: Some(name), ..self }
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Judges a line of JSON Lines.
    pub(super) fn line<'l>(&self, line: Result<&'l str, Utf8Error>) -> (Option<Json<'l>>, Judgement) {
        let judged = line.map_err(Unreadable::not_utf8).and_then(|line| {
            let recorded = Recorded::parse(line)?;
            let judgement = self.judge(&recorded).map_err(|fault| fault.in_line(line))?;
            Ok((recorded.id, judgement))
        });
        judged.unwrap_or_else(|fault| (None, Judgement::unreadable(fault.to_string())))
    }

    /// Judges a record by itself, a line of JSON Lines, and keeps its explanation.
    pub(super) fn record(&self, line: &str) -> Judgement {
        let judged = Recorded::parse(line)
            .and_then(|recorded| self.judge_with_explanation(&recorded).map_err(|fault| fault.in_line(line)));
        judged.unwrap_or_else(|fault| Judgement::unreadable(fault.to_string()))
    }

    /// Judges an entry of a HAR file; `None` for a request of neither scheme.
    pub(super) fn entry(&self, entry: &Entry) -> Option<Judgement> {
        let recorded = match har::parse(entry, |path| self.endpoint_of(path)) {
            Ok(recorded) => recorded?,
            Err(fault) => return Some(Judgement::unreadable(fault.to_string())),
        };
        Some(self.judge(&recorded).unwrap_or_else(|fault| Judgement::unreadable(fault.to_string())))
    }

    /// Judges a record that has been read. Of its explanation, the text is kept: there may be many records at a time.
    pub(super) fn judge(&self, recorded: &Recorded) -> Result<Judgement, Unreadable> {
        Ok(Judgement { explanation: None, ..self.judge_with_explanation(recorded)? })
    }

    fn judge_with_explanation(&self, recorded: &Recorded) -> Result<Judgement, Unreadable> {
        let Recorded { received_at, request, doubt, .. } = recorded;
        let seen = received_at.as_ref().ok().copied();
        // Where the body may be another one, there is nothing to explain.
        let explains = doubt.is_none();
        let judgement = match request {
            Request::Dlga { method, resource, headers, body } => {
                let now = match self.clock {
                    Clock::AtReceived => received_at.clone()?,
                    Clock::At(now) => now,
                    Clock::Ignored => 0,
                };
                let request = dlga::Request::new(method, resource).body(body);
                self.dlga(request, headers, now, seen, explains)
            }
            Request::Haso { endpoint, fields } => self.haso(endpoint.as_str(), fields, seen, explains),
        };
        // Haso's fields are its body.
        let is_of_body = match (judgement.scheme, judgement.verdict) {
            (_, Verdict::Invalid) => true,
            (Some(Scheme::Haso), verdict) => matches!(verdict, Verdict::Malformed | Verdict::UnknownKey),
            _ => false,
        };
        match doubt {
            Some(doubt) if is_of_body => Err(Unreadable::new(doubt.clone())),
            _ => Ok(judgement),
        }
    }

    fn dlga(
        &self,
        request: dlga::Request,
        headers: &[(Text, Text)],
        now: i64,
        received_at: Option<i64>,
        explains: bool,
    ) -> Judgement {
        let judgement = |verdict, http_status, reason, key| Judgement {
            scheme: Some(Scheme::Dlga),
            verdict,
            http_status: Some(http_status),
            vendor_text: "",
            reason,
            key,
            received_at,
            made_at: None,
            signature: None,
            claimed_row: None,
            explanation: None,
        };
        let received = Received::find(headers);
        // Asked for only where the recording does not say when it was received.
        let made_at = || match received_at {
            Some(_) => None,
            None => Some(dlga::Date::parse(received.date()).ok()?.unix_seconds()),
        };
        // The content type is that of the headers (DLGA-8).
        match self.keys.verifier().verify_received(&request, &received, now).map(|accepted| accepted.key_index()) {
            Ok(key) => Judgement {
                made_at: made_at(),
                signature: received.claimed_signature().map(Signature::of),
                ..judgement(Verdict::Valid, 200, String::new(), Some(key))
            },
            Err(rejection) => {
                let (verdict, key) = match rejection.kind() {
                    Kind::ClockSkew => (Verdict::Expired, rejection.key_index()),
                    Kind::SignatureMismatch => (Verdict::Invalid, None),
                    Kind::UnknownKeyId => (Verdict::UnknownKey, None),
                    _ => (Verdict::Malformed, None),
                };
                let genuine = verdict == Verdict::Expired;
                let claimed = received.claimed_key_id().and_then(|key_id| str::from_utf8(key_id).ok());
                let explainer = self.keys.explainer().filter(|_| explains && !genuine);
                let explanation = explainer.map(|explainer| Box::new(explainer.explain(&request, headers)));
                let reason = reason(Scheme::Dlga, &rejection, explanation.as_deref());
                Judgement {
                    made_at: made_at(),
                    signature: received.claimed_signature().filter(|_| genuine).map(Signature::of),
                    vendor_text: rejection.vendor_text(),
                    claimed_row: if genuine { None } else { self.rows.of_access_key(claimed) },
                    explanation,
                    ..judgement(verdict, rejection.http_status(), reason, key)
                }
            }
        }
    }

    /// In the order unsupported, malformed, unknown-key, then the token.
    fn haso(&self, endpoint: &str, fields: &[(Text, Text)], received_at: Option<i64>, explains: bool) -> Judgement {
        let refused = |verdict, reason: String| Judgement {
            scheme: Some(Scheme::Haso),
            verdict,
            http_status: None,
            vendor_text: "",
            reason,
            key: None,
            received_at,
            made_at: None,
            signature: None,
            claimed_row: None,
            explanation: None,
        };
        let Some((_, recipe)) = self.recipes.iter().find(|(known, _)| is_endpoint(known, endpoint)) else {
            let unknown = Recipe::find(endpoint).err();
            return refused(Verdict::Unsupported, unknown.map(|error| error.to_string()).unwrap_or_default());
        };
        let value =
            |name: &str| fields.iter().find(|(n, _)| n.as_str() == name).map_or("", |(_, value)| value.as_str());
        let (merchant_id, token) = (value("merchantId"), value("requestToken"));
        if fields.iter().filter(|(name, _)| name.as_str() == "requestToken").count() > 1 {
            let twice = haso::Error::FieldDuplicate { field: "requestToken".to_owned() };
            return refused(Verdict::Malformed, twice.to_string());
        }
        for (field, value) in [("merchantId", merchant_id), ("requestToken", token)] {
            if value.is_empty() {
                let missing = haso::Error::FieldMissing { field: field.to_owned() };
                return refused(Verdict::Malformed, missing.to_string());
            }
        }
        let held = self.keys.merchant(merchant_id);
        let verified = match held {
            Some((merchant, entries)) => {
                merchant.verify(recipe, fields, token).map(|accepted| entries.get(accepted.key_index()).copied())
            }
            // A stranger's fields and token are looked at all the same: malformed comes first.
            None => recipe
                .check(fields)
                .and_then(|()| Tag::parse(token).map_err(haso::Error::TokenMalformed))
                .and(Err(haso::Error::TokenMismatch)),
        };
        match verified {
            Ok(key) => Judgement {
                http_status: Some(200),
                key,
                signature: Some(Signature::of(token.as_bytes())),
                ..refused(Verdict::Valid, String::new())
            },
            Err(haso::Error::TokenMismatch) if held.is_none() => {
                refused(Verdict::UnknownKey, format!("no key is held for the merchant `{}`", shown(merchant_id)))
            }
            Err(error) => {
                let verdict = match error {
                    haso::Error::TokenMismatch => Verdict::Invalid,
                    _ => Verdict::Malformed,
                };
                let explainer = self.keys.merchant_explainer(merchant_id).filter(|_| explains);
                let explanation = explainer.map(|explainer| Box::new(explainer.explain(recipe, fields, token)));
                let reason = reason(Scheme::Haso, &error, explanation.as_deref());
                Judgement { claimed_row: self.rows.of_merchant(merchant_id), explanation, ..refused(verdict, reason) }
            }
        }
    }

    /// The endpoint that a URL's path ends with, where there is a recipe for it.
    pub(super) fn endpoint_of(&self, path: &str) -> Option<&str> {
        let ends = |known: &str| match path.strip_suffix(known) {
            Some(before) => known.starts_with('/') || before.ends_with('/'),
            None => false,
        };
        self.recipes.iter().map(|(known, _)| known.as_str()).find(|known| ends(known))
    }
}

/// A reason and, beneath it, the explanation, where there is one.
fn reason(scheme: Scheme, reason: &impl fmt::Display, explanation: Option<&Explanation>) -> String {
    let Some(explanation) = explanation else { return reason.to_string() };
    // Whatever is cut, this stays at the end.
    let more = if explanation.was_cut_short() {
        format!("\nTry this one with `imza {} explain`, which tries more.", scheme.as_str())
    } else {
        String::new()
    };
    let explanation = explanation.to_string();
    // Its first line is the reason once more.
    let beneath = explanation.split_once('\n').map_or("", |(_reason, beneath)| beneath).trim_end();
    let mut text = format!("{reason}\n{beneath}");
    if let Some((end, _)) = text.char_indices().nth(LONGEST_REASON.saturating_sub(more.chars().count())) {
        text.truncate(end);
        text.push('…');
    }
    text + &more
}
