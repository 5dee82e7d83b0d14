//! DLGA against the golden corpus and the vendor's page.

mod calendar;
#[cfg(feature = "json")]
mod calls;
#[path = "../support/corpus.rs"]
mod corpus;
mod date;
#[cfg(feature = "http")]
mod http;
mod sign;
mod stream;
mod verify;

use imza::dlga::{BodyLine, Request};
use serde_json::Value;

/// The body line that a case names.
fn body_line(case: &Value) -> BodyLine {
    match corpus::text(case, "body_line") {
        "when-present" => BodyLine::WhenPresent,
        "always" => BodyLine::Always,
        "never" => BodyLine::Never,
        other => panic!("{other} is no body line"),
    }
}

/// The request of a case; its body stands beside it, decoded.
fn request<'c>(case: &'c Value, body: &'c [u8]) -> Request<'c> {
    Request::new(corpus::text(case, "method"), corpus::text(case, "resource"))
        .content_type(corpus::text(case, "content_type"))
        .body(body)
        .body_line(body_line(case))
}
