//! The typed bodies of the documented call (feature `json`).

use imza::haso;
use imza::haso::calls::SetPreDefinedLimit;

fn merchant() -> haso::Merchant {
    haso::Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap()
}

/// HASO-1, HASO-6, HASO-12: the token covers the recipe; the flag is posted beside it.
#[test]
fn the_limit_call_posts_every_parameter_and_its_token() {
    let call = SetPreDefinedLimit {
        customer_id: "5500123".into(),
        dealer_segment: "GOLD".into(),
        ip_address: Some("85.105.1.2".into()),
        limit_reduction_flag: Some(true),
    };
    let signed = call.sign(&merchant()).unwrap();
    assert_eq!(signed.token, "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=");
    let json: serde_json::Value = serde_json::from_slice(&signed.json()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"merchantId": "1000042", "customerId": "5500123", "dealerSegment": "GOLD",
            "ipAddress": "85.105.1.2", "limitReductionFlag": true, "requestToken": signed.token})
    );
    assert!(merchant().verify(&haso::SET_PRE_DEFINED_LIMIT, &signed.fields, &signed.token).is_ok());
}

/// HASO-9, HASO-10.
#[test]
fn a_field_that_is_wrong_is_named_before_anything_is_posted() {
    let call = SetPreDefinedLimit { dealer_segment: "GOLD".into(), ..SetPreDefinedLimit::default() };
    assert_eq!(call.sign(&merchant()).unwrap_err().field(), Some("customerId"));
    let call = SetPreDefinedLimit { customer_id: "1".into(), dealer_segment: "ELEVENCHARS".into(), ..call };
    assert_eq!(call.sign(&merchant()).unwrap_err().field(), Some("dealerSegment"));
}

#[test]
fn the_limit_answer_is_read() {
    let data =
        SetPreDefinedLimit::answer(200, br#"{"Success": true, "Data": {"CustomerInfo": {"Limit": 1}}}"#).unwrap();
    assert_eq!(data["CustomerInfo"]["Limit"], 1);
    let told = |status, body: &[u8]| SetPreDefinedLimit::answer(status, body).unwrap_err().to_string();
    assert_eq!(told(200, br#"{"Success": false, "Errors": ["a", "b"]}"#), "the vendor refused the call: a; b");
    assert_eq!(told(502, b"Bad Gateway"), "the vendor answered 502: Bad Gateway");
    assert!(told(200, b"nothing").starts_with("the answer cannot be read: "));
}
