//! The typed bodies of the documented call (feature `json`).

use imza::dlga::calls::{CallError, GetTransactionHash};
use imza::dlga::{Date, Kind, Request, Signer, Verifier};

const NOW: i64 = 1_615_296_512;

fn call() -> GetTransactionHash {
    GetTransactionHash { customer_id: "123456".into(), device_hash: "Ş\"\\/".into() }
}

/// DLGA-7: the bytes that come out are the bytes that are signed.
#[test]
fn the_body_that_comes_out_is_the_one_that_is_signed() {
    let access_key = Signer::new("key-id", "not-a-real-secret").unwrap();
    let signed = call().sign(&access_key, Date::from_unix(NOW).unwrap(), "45186").unwrap();
    assert_eq!(str::from_utf8(&signed.body).unwrap(), r#"{"customerId":"123456","deviceHash":"Ş\"\\/"}"#);

    let verifier = Verifier::new().key("key-id", "not-a-real-secret").unwrap();
    let request = Request::post(GetTransactionHash::RESOURCE).json(&signed.body);
    assert!(verifier.verify(&request, &signed.headers, NOW).is_ok());
    assert_eq!(signed.headers[0], ("content-type", "application/json".into()));
}

#[test]
fn the_documented_answer_is_read() {
    let body = br#"{"isSuccess": true, "message": "TransactionHash created", "transactionHash": "7c5963043b37edbe2706c2b48b4568387084acc7"}"#;
    let answer = GetTransactionHash::answer(200, body).unwrap();
    assert_eq!(answer.transaction_hash, "7c5963043b37edbe2706c2b48b4568387084acc7");
    assert_eq!(answer.message, "TransactionHash created");
}

/// DLGA-14: the vendor's verdicts come back as what they are.
#[test]
fn each_verdict_comes_back_as_an_error_of_its_own() {
    for kind in Kind::VERDICTS {
        let answer = GetTransactionHash::answer(kind.http_status(), kind.vendor_text().as_bytes());
        assert!(matches!(answer, Err(CallError::Refused { kind: read }) if read == kind), "{kind:?}");
    }
    assert!(matches!(GetTransactionHash::answer(401, b"Go away"), Err(CallError::Vendor { http_status: 401, .. })));
}

#[test]
fn other_failures_say_what_the_vendor_said() {
    let told = |status, body: &[u8]| GetTransactionHash::answer(status, body).unwrap_err().to_string();
    assert_eq!(told(500, b"database down\n"), "the vendor answered 500: database down");
    assert_eq!(
        told(200, br#"{"isSuccess": false, "message": "no such customer"}"#),
        "the call did not succeed: no such customer"
    );
    assert!(told(200, b"<html>").starts_with("the answer cannot be read: "));
}
