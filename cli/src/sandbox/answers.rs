//! The vendors' answers, to the letter where they are documented.

use imza_audit::{Judged, Verdict};
use serde_json::{Value, json};

use super::vendor::{DIYALOG_CALLS, TRANSACTION_HASH};
use crate::server::Received;

/// An answer that is about to be sent.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
}

const JSON: &str = "application/json; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// A plain text.
pub(crate) fn plain(status: u16, body: impl Into<String>) -> Reply {
    Reply { status, content_type: TEXT, body: body.into() }
}

/// Diyalog's answer (DLGA-14).
pub(crate) fn diyalog(received: &Received, judged: &Judged) -> Reply {
    if judged.verdict != Verdict::Valid {
        // A record that cannot be judged has no text of the vendor's.
        return match judged.http_status {
            Some(status) => plain(status, judged.vendor_text),
            None => plain(400, "imza: the request cannot be judged\n"),
        };
    }
    if !DIYALOG_CALLS.contains(&received.path()) {
        return plain(404, "imza: the signature is valid, but the vendor documents no call with this path\n");
    }
    if received.method != "POST" {
        return plain(405, "imza: the signature is valid, but the vendor's calls are all POST\n");
    }
    let body: Value = match serde_json::from_slice(&received.body) {
        Ok(body @ Value::Object(_)) => body,
        Ok(_) => return plain(500, "the body is not a JSON object"),
        Err(error) => return plain(500, format!("the body is not JSON: {error}")),
    };
    if received.path() != TRANSACTION_HASH {
        return Reply { status: 200, content_type: JSON, body: json!({"isSuccess": true, "message": ""}).to_string() };
    }
    for field in ["customerId", "deviceHash"] {
        if !body.get(field).is_some_and(Value::is_string) {
            return plain(500, format!("the body has no text `{field}`"));
        }
    }
    let body = r#"{"isSuccess": true, "message": "TransactionHash created", "transactionHash": "7c5963043b37edbe2706c2b48b4568387084acc7"}"#;
    Reply { status: 200, content_type: JSON, body: body.to_owned() }
}

/// Haso's answer. The vendor documents its form, not its error texts: those are ours.
pub(crate) fn haso(endpoint: &str, judged: &Judged) -> Reply {
    let body = if judged.verdict == Verdict::Valid {
        let data = if endpoint.ends_with("SetPreDefinedLimit") { json!({"CustomerInfo": {}}) } else { json!({}) };
        json!({"Success": true, "Errors": [], "Data": data})
    } else {
        let reason = judged.reason.lines().next().unwrap_or_default();
        json!({"Success": false, "Errors": [reason], "Data": null})
    };
    Reply { status: 200, content_type: JSON, body: body.to_string() }
}
