//! A received request without its signature, as a curl line: what is to be signed anew.

use std::collections::BTreeMap;

use imza_audit::{Scheme, posted_fields};
use serde_json::value::RawValue;

use crate::curl::{Line, is_sent_as_it_is};
use crate::server::Received;

const REQUEST_TOKEN: &str = "requestToken";
/// The longest body that is written into the line itself, in bytes.
const LONGEST_INLINE: usize = 8 * 1024;
/// Stands for a body that cannot be written into the line.
const FILE: &str = "@body";

/// The line, without the headers that sign and without a `requestToken`. Each part goes through `shown` before it is
/// quoted: a secret in quotes would not be known for one.
pub(super) fn unsigned(received: &Received, scheme: Option<Scheme>, shown: impl Fn(&str) -> String) -> String {
    let mut line = Line::curl();
    line.option("--request", shown(&received.method));
    let (content_type, body) = match scheme {
        Some(Scheme::Haso) => without_token(received),
        _ => (received.content_type().to_owned(), str::from_utf8(&received.body).ok().map(str::to_owned)),
    };
    // Left to itself, curl names a content type of its own for every body.
    line.option("--header", shown(format!("content-type: {content_type}").trim_end()));
    match body.filter(|body| body.len() <= LONGEST_INLINE && !body.contains('\0')) {
        Some(body) if body.is_empty() && received.method == "GET" => {}
        Some(body) => line.option("--data-raw", shown(&body)),
        None => line.option("--data-binary", FILE),
    }
    if !is_sent_as_it_is(&received.resource) {
        line.option("--request-target", shown(&received.resource));
    }
    let host = received.headers.iter().find(|(name, _)| name == "host").map_or("localhost", |(_, value)| value);
    let url = shown(&format!("http://{host}{}", received.resource));
    if url.contains(['[', ']', '{', '}']) {
        line.word("--globoff");
    }
    line.word(url);
    line.into_text()
}

/// The content type and the body without the token; no body where that cannot be read. A form in parts becomes a plain
/// one, with the same values.
fn without_token(received: &Received) -> (String, Option<String>) {
    let content_type = received.content_type().to_owned();
    let Ok(body) = str::from_utf8(&received.body) else { return (content_type, None) };
    if body.is_empty() {
        return (content_type, Some(String::new()));
    }
    if let Ok(mut object) = serde_json::from_str::<BTreeMap<String, &RawValue>>(body) {
        object.remove(REQUEST_TOKEN);
        return (content_type, serde_json::to_string(&object).ok());
    }
    let Ok(fields) = posted_fields(&content_type, body) else { return (content_type, None) };
    let fields = fields.iter().filter(|(name, _)| name != REQUEST_TOKEN);
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    ("application/x-www-form-urlencoded".to_owned(), Some(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(content_type: &str, body: &str, scheme: Scheme) -> String {
        let headers = [("content-type", content_type), ("x-dlg-authorization", "DLGA a:b"), ("host", "127.0.0.1:1")];
        let headers = headers.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (method, resource) = ("POST".to_owned(), "/v1/x".to_owned());
        unsigned(&Received { method, resource, headers, body: body.to_owned().into() }, Some(scheme), str::to_owned)
    }

    #[test]
    fn what_signs_is_left_out_and_the_rest_stays() {
        assert_eq!(
            line("application/json", "{\"a\": \"b'c\"}\n", Scheme::Dlga),
            "curl --request POST --header 'content-type: application/json' --data-raw '{\"a\": \"b'\\''c\"}\n' \
             http://127.0.0.1:1/v1/x"
        );
        let form = "application/x-www-form-urlencoded";
        let haso = line(form, "a=%C5%9F+1&requestToken=t&b=2", Scheme::Haso);
        assert!(haso.contains(" --data-raw 'a=%C5%9F+1&b=2' "), "{haso}");
        let haso = line("application/json", r#"{"b":10.50,"requestToken":"t","a":null}"#, Scheme::Haso);
        assert!(haso.contains(r#" --data-raw '{"a":null,"b":10.50}' "#), "{haso}");
        let parts = "--x\r\ncontent-disposition: form-data; name=\"requestToken\"\r\n\r\nt\r\n--x\r\ncontent-disposition: \
                     form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";
        let haso = line("multipart/form-data; boundary=x", parts, Scheme::Haso);
        assert!(haso.contains("--data-raw 'a=1'") || haso.contains("--data-raw a=1"), "{haso}");
        // What cannot be read may hold the token.
        let haso = line("application/json", "{\"requestToken\":\"t", Scheme::Haso);
        assert!(haso.contains(" --data-binary @body ") && !haso.contains("requestToken"), "{haso}");
    }
}
