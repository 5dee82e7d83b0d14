//! Any request with any headers (DLGA-13 to DLGA-16): never a panic; what can be signed verifies, and
//! whatever else is presented for it does not.

#![no_main]

use arbitrary::Arbitrary;
use imza::dlga::{BodyLine, Date, Request, Signer, Verifier};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    method: &'a [u8],
    content_type: &'a [u8],
    resource: &'a [u8],
    body: &'a [u8],
    body_line: u8,
    headers: Vec<(&'a str, &'a [u8])>,
    requester: &'a str,
    time: i64,
    now: i64,
}

fuzz_target!(|input: Input| {
    let body_line = [BodyLine::WhenPresent, BodyLine::Always, BodyLine::Never][usize::from(input.body_line % 3)];
    let request = Request::new(input.method, input.resource)
        .content_type(input.content_type)
        .body(input.body)
        .body_line(body_line);
    let signer = Signer::new("key-id", "not-a-real-secret").unwrap();
    let verifier = Verifier::new().key("key-id", "not-a-real-secret").unwrap();

    assert!(verifier.verify(&request, &input.headers, input.now).is_err());
    let Ok(date) = Date::from_unix(input.time) else { return };
    let Ok(headers) = signer.sign(&request, date, input.requester) else { return };
    // Blanks around a header's value do not count, so a requester of blanks is none (DLGA-4).
    if !input.requester.trim_matches([' ', '\t']).is_empty() {
        assert!(verifier.verify(&request, &headers, input.time).is_ok());
    }
});
