//! Any request, with the secret anywhere in it: an explanation keeps its bounds, shows neither the secret nor the right
//! signature, and nothing that a terminal acts upon.

#![no_main]

use arbitrary::Arbitrary;
use imza::dlga::{BodyLine, Date, Request, Signer};
use imza::explain::MOST_WORK;
use imza::explain::dlga::Explainer;
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "bm90LWEtcmVhbC1zZWNyZXQ=";

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    method: &'a [u8],
    content_type: &'a [u8],
    resource: &'a [u8],
    body: &'a [u8],
    body_line: u8,
    headers: Vec<(&'a str, &'a [u8])>,
    signature: &'a [u8],
    /// Where the secret is put: one bit a place.
    planted: u8,
}

fuzz_target!(|input: Input| {
    let plant = |bit: u32, bytes: &[u8]| {
        let mut planted = bytes.to_vec();
        if input.planted >> bit & 1 == 1 {
            planted.splice(bytes.len() / 2..bytes.len() / 2, SECRET.bytes());
        }
        planted
    };
    let (method, content_type) = (plant(0, input.method), plant(1, input.content_type));
    let (resource, body) = (plant(2, input.resource), plant(3, input.body));
    let body_line = [BodyLine::WhenPresent, BodyLine::Always, BodyLine::Never][usize::from(input.body_line % 3)];
    let request = Request::new(&method, &resource).content_type(&content_type).body(&body).body_line(body_line);
    let mut headers: Vec<(String, Vec<u8>)> =
        input.headers.iter().map(|(name, value)| ((*name).to_owned(), plant(4, value))).collect();
    let authorization = [b"DLGA ".as_slice(), &plant(5, b"key-id"), b":", &plant(6, input.signature)].concat();
    headers.push(("x-dlg-authorization".to_owned(), authorization));
    let explainer = Explainer::new().key("key-id", SECRET).unwrap().key("other", "another-not-real").unwrap();
    let explanation = explainer.explain(&request, &headers);
    assert!(explanation.work() <= MOST_WORK);

    let told = format!("{explanation}{}{}", explanation.signed_text(), explanation.signed_hex());
    let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    for hidden in [SECRET, "not-a-real-secret", &hex] {
        assert!(!told.contains(hidden), "{told}");
    }
    assert!(told.chars().all(|shown| shown == '\n' || imza::shown::is_printable(shown)), "{told:?}");
    if let Ok(date) = Date::from_unix(1_615_296_512)
        && let Ok(right) = Signer::new("key-id", SECRET).unwrap().authorization(&request, date)
    {
        assert!(!told.contains(right.rsplit(':').next().unwrap()));
    }
});
