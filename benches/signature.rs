//! What a signature costs, beside the forty lines that everybody writes by hand: `Hmac::new` for each
//! request, a `format!` for the string to sign, base64 into a `String`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use divan::{Bencher, black_box};
use hmac::{Hmac, KeyInit as _, Mac as _};
use imza::{dlga, haso};
use sha2::Sha256;

const KEY_ID: &str = "1234567-8ABC-DEF0-5432-56712ABCDEF5";
const SECRET: &str = "not-a-real-secret";
const RESOURCE: &str = "/v1/application/gettransactionhashforonlinehelp";
const NOW: i64 = 1_615_296_512;
const FIELDS: [(&str, &str); 3] = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2")];

fn main() {
    divan::main();
}

/// A body of 200 bytes.
fn body() -> String {
    format!(r#"{{"customerId":"123456","deviceHash":"{}"}}"#, "f".repeat(161))
}

#[divan::bench]
fn dlga_by_hand(bencher: Bencher) {
    let (body, date) = (body(), dlga::Date::from_unix(NOW).unwrap());
    bencher.bench(|| {
        let text = format!("POST\napplication/json\n{}\n{}\n{RESOURCE}", black_box(date.as_str()), black_box(&body));
        let mut mac = Hmac::<Sha256>::new_from_slice(black_box(SECRET).as_bytes()).unwrap();
        mac.update(text.as_bytes());
        format!("DLGA {KEY_ID}:{}", STANDARD.encode(mac.finalize().into_bytes()))
    });
}

#[divan::bench]
fn dlga_sign_into_a_buffer(bencher: Bencher) {
    let (body, date) = (body(), dlga::Date::from_unix(NOW).unwrap());
    let signer = dlga::Signer::new(KEY_ID, SECRET).unwrap();
    bencher.bench(|| {
        let mut buffer = [0; 128];
        let request = dlga::Request::post(RESOURCE).json(black_box(&body));
        signer.write_authorization(&request, black_box(date), &mut buffer).map(str::len)
    });
}

#[divan::bench]
fn dlga_verify(bencher: Bencher) {
    let (body, date) = (body(), dlga::Date::from_unix(NOW).unwrap());
    let request = dlga::Request::post(RESOURCE).json(&body);
    let headers = dlga::Signer::new(KEY_ID, SECRET).unwrap().sign(&request, date, "45186").unwrap();
    let verifier = dlga::Verifier::new().key(KEY_ID, SECRET).unwrap();
    bencher.bench(|| verifier.verify(black_box(&request), black_box(&headers), NOW).is_ok());
}

#[divan::bench]
fn dlga_date_parse(bencher: Bencher) {
    bencher.bench(|| dlga::Date::parse(black_box("Tue, 09 Mar 2021 13:28:32 GMT")));
}

#[divan::bench]
fn haso_by_hand(bencher: Bencher) {
    bencher.bench(|| {
        let [(_, customer), (_, segment), (_, address)] = black_box(FIELDS);
        let message = format!("1000042{customer}{segment}{address}merchant-salt-not-real");
        let mut mac = Hmac::<Sha256>::new_from_slice(black_box("merchant-key-not-real").as_bytes()).unwrap();
        mac.update(message.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    });
}

#[divan::bench]
fn haso_token_into_a_buffer(bencher: Bencher) {
    let merchant = haso::Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    bencher.bench(|| {
        let mut buffer = [0; 64];
        merchant.write_token(&haso::SET_PRE_DEFINED_LIMIT, black_box(&FIELDS), &mut buffer).map(str::len)
    });
}
