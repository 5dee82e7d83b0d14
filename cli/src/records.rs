//! A received request as a record of the audit (docs/audit.md).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imza_audit::Scheme;
use serde_json::{Map, Value, json};

use crate::server::Received;

/// The record's line, without its line feed: of Haso where there is an endpoint, else of DLGA.
pub(crate) fn line(id: u64, endpoint: Option<&str>, received_at: i64, received: &Received) -> String {
    let scheme = if endpoint.is_some() { Scheme::Haso } else { Scheme::Dlga };
    let mut headers = Map::new();
    for (name, value) in &received.headers {
        // A header that occurs twice is a list of its values.
        let values = headers.entry(name.as_str()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(values) = values {
            values.push(Value::from(value.as_str()));
        }
    }
    let mut record = Map::new();
    record.insert("id".to_owned(), json!(id));
    record.insert("scheme".to_owned(), json!(scheme.as_str()));
    record.insert("received_at".to_owned(), json!(received_at));
    if let Some(endpoint) = endpoint {
        record.insert("endpoint".to_owned(), json!(endpoint));
    } else {
        record.insert("method".to_owned(), json!(received.method));
        record.insert("resource".to_owned(), json!(received.resource));
    }
    record.insert("headers".to_owned(), Value::Object(headers));
    match str::from_utf8(&received.body) {
        Ok(body) => record.insert("body".to_owned(), json!(body)),
        Err(_) => record.insert("body_base64".to_owned(), json!(STANDARD.encode(&received.body))),
    };
    Value::Object(record).to_string()
}
