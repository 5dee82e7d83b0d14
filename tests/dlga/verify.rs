//! The vendor's verdicts (DLGA-2, DLGA-4, DLGA-13 to DLGA-20).

use std::time::Duration;

use imza::dlga::{Accepted, AccessKey, Error, Kind, Part, Reason, Received, Rejection, Request, Signer, Verifier};
use imza::mac::Malformed;
use serde_json::Value;

use crate::corpus::{bytes, cases, place, text};
use crate::request;

/// The verifier of a case, and its clock.
pub(crate) fn verifier(case: &Value) -> (Verifier, i64) {
    let seconds = |stage: &str| Duration::from_secs(case[stage].as_u64().unwrap());
    let mut verifier = Verifier::new().window(seconds("past"), seconds("future"));
    for key in case["keys"].as_array().unwrap() {
        verifier = verifier.key(text(key, "access_key_id"), bytes(key, "secret_base64")).unwrap();
    }
    // DLGA-19: a clock that is switched off may say anything.
    case["now"].as_i64().map_or_else(|| (verifier.clone().ignore_clock(), i64::MIN), |now| (verifier.clone(), now))
}

/// The received headers of a case.
pub(crate) fn headers(case: &Value) -> Vec<(&str, &str)> {
    let headers = case["headers"].as_array().unwrap();
    headers.iter().map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap())).collect()
}

/// Whether a verdict is the case's: kind, status, text, offset, key and requester.
pub(crate) fn assert_verdict(case: &Value, judged: Result<Accepted<'_>, Rejection>) {
    let (name, verdict) = (&case["name"], &case["verdict"]);
    match judged {
        Ok(accepted) => {
            assert_eq!(text(verdict, "kind"), "accepted", "{name}");
            assert_eq!(accepted.requester(), text(verdict, "requester"), "{name}");
            assert_eq!(Some(accepted.key_index()), place(verdict, "key_index"), "{name}");
        }
        Err(rejection) => {
            let kind = match rejection.kind() {
                Kind::HeadersMissing => "headers-missing",
                Kind::FormatInvalid => "format-invalid",
                Kind::DateInvalid => "date-invalid",
                Kind::UnknownKeyId => "unknown-key-id",
                Kind::SignatureMismatch => "signature-mismatch",
                Kind::ClockSkew => "clock-skew",
                _ => "unknown to this test",
            };
            assert_eq!(kind, text(verdict, "kind"), "{name}: {rejection}");
            assert_eq!(Some(usize::from(rejection.http_status())), place(verdict, "http_status"), "{name}");
            assert_eq!(rejection.vendor_text(), text(verdict, "text"), "{name}");
            assert_eq!(rejection.offset(), place(verdict, "offset"), "{name}: {rejection}");
            assert_eq!(rejection.key_index(), place(verdict, "key_index"), "{name}");
        }
    }
}

/// DLGA-4.
#[test]
fn a_header_counts_by_its_whole_name_and_not_by_its_length() {
    const NAMES: [(&str, &str); 4] = [
        ("x-dlg-date", "x-dlg-da\u{e9}"),
        ("x-dlg-requester-userid", "x-dlg-requester-userie"),
        ("x-dlg-authorization", "x-dlg-authorisation"),
        ("content-type", "content-ty\u{e9}"),
    ];
    for (name, other) in NAMES {
        let headers = [(other, "other"), (name, "right"), (&other[1..], "shorter")];
        assert_eq!(name.len(), other.len());
        let found = Received::find(&headers);
        let values = [found.date(), found.requester(), found.authorization(), found.content_type()];
        assert_eq!(values.concat(), b"right", "{name}");
    }
}

/// DLGA-2, DLGA-4, DLGA-13 to DLGA-16, DLGA-18 to DLGA-20.
#[test]
fn every_request_of_the_corpus_gets_the_verdict_of_the_rules() {
    for case in cases("dlga-verdicts.json") {
        let ((verifier, now), body) = (verifier(&case), bytes(&case, "body_base64"));
        assert_verdict(&case, verifier.verify(&request(&case, &body), &headers(&case), now));
    }
}

/// DLGA-12, DLGA-16.
#[test]
fn every_signature_of_the_corpus_is_accepted() {
    for case in cases("dlga.json").into_iter().chain(cases("dlga-more.json")) {
        let body = bytes(&case, "body_base64");
        let verifier = Verifier::new().key(text(&case, "access_key_id"), bytes(&case, "secret_base64")).unwrap();
        let received = [
            ("x-dlg-date", text(&case, "date")),
            ("x-dlg-requester-userid", "45186"),
            ("x-dlg-authorization", text(&case, "authorization")),
        ];
        let accepted = verifier.ignore_clock().verify(&request(&case, &body), &received, 0);
        assert_eq!(accepted.unwrap().key_id(), text(&case, "access_key_id"), "{}", case["name"]);
    }
}

/// DLGA-3, DLGA-16: the vendor's own example can never verify, and the reason says why.
#[test]
fn the_vendors_example_header_is_told_to_be_of_the_sha_1_days() {
    let received = [
        ("x-dlg-date", "Tue, 09 Mar 2021 13:28:32 GMT"),
        ("x-dlg-requester-userid", "45186"),
        ("x-dlg-authorization", "DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:4J2OtxTeMpyfMad4y26RaKA/rrk="),
    ];
    let rejection = Verifier::new().verify(&Request::get("/"), &received, 0).unwrap_err();
    assert_eq!(rejection.reason(), &Reason::Signature(Malformed::Sha1));
    assert_eq!(
        rejection.to_string(),
        "the signature is malformed: it is 20 bytes long: HMAC-SHA1; HMAC-SHA256 gives 32 bytes. \
         Diyalog's page replaced HMAC-SHA1 on 12 March 2021"
    );
    let as_hex = refused_signature("e09d8eb714de329c9f31a778cb6e9168a03faeb9");
    assert!(as_hex.ends_with(". Diyalog's page replaced HMAC-SHA1 on 12 March 2021"), "{as_hex}");
    for other in ["", "AAAA", &"0".repeat(64), &"A".repeat(44)] {
        assert!(!refused_signature(other).contains("2021"), "{other}");
    }
}

/// DLGA-19, DLGA-14: the windows do not overflow, and part of a second still counts.
#[test]
fn any_window_and_any_clock_can_be_given() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let headers = signer.sign(&Request::get("/"), imza::dlga::Date::from_unix(1000).unwrap(), "r").unwrap();
    let judge = |past, future, now| {
        let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap().window(past, future);
        verifier.verify(&Request::get("/"), &headers, now).map(|accepted| accepted.key_index())
    };
    assert_eq!(judge(Duration::MAX, Duration::MAX, i64::MAX), Ok(0));
    assert_eq!(judge(Duration::MAX, Duration::MAX, i64::MIN), Ok(0));
    assert_eq!(judge(Duration::from_millis(1999), Duration::ZERO, 1001), Ok(0));
    let late = judge(Duration::from_millis(1999), Duration::ZERO, 1002).unwrap_err();
    assert_eq!(late.reason(), &Reason::ClockSkew { seconds: 2, allowed: 1, ahead: false });
    let early = judge(Duration::ZERO, Duration::ZERO, i64::MIN).unwrap_err();
    assert_eq!(early.reason(), &Reason::ClockSkew { seconds: (1 << 63) + 1000, allowed: 0, ahead: true });
}

/// DLGA-13, DLGA-20: a refused key changes nothing.
#[test]
fn a_key_that_is_refused_does_not_count() {
    let verifier = Verifier::new().key("id", "first-not-real").unwrap();
    assert!(AccessKey::new("a:b", "not-real").is_err() && verifier.clone().key("a:b", "not-real").is_err());
    assert!(AccessKey::new("id", "").is_err() && verifier.clone().key("id", "").is_err());
    let verifier = verifier.access_key(AccessKey::new("id", "second-not-real").unwrap());
    let signer = Signer::new("id", "second-not-real").unwrap();
    let headers = signer.sign(&Request::get("/"), imza::dlga::Date::from_unix(0).unwrap(), "r").unwrap();
    assert_eq!(verifier.verify(&Request::get("/"), &headers, 0).unwrap().key_index(), 1);
}

/// DLGA-4: a header that is no UTF-8 is judged like any other; the requester is shown with U+FFFD.
#[test]
fn header_values_may_be_any_bytes() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let headers = signer.sign(&Request::get("/"), imza::dlga::Date::from_unix(0).unwrap(), "r").unwrap();
    let mut received = headers.into_pairs().map(|(name, value)| (name, value.into_bytes()));
    received[1].1 = b"\xff45186".to_vec();
    let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
    assert_eq!(verifier.verify(&Request::get("/"), &received, 0).unwrap().requester(), "\u{fffd}45186");
    received[2].1 = b"DLGA \xff\xfe:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_vec();
    assert_eq!(verifier.verify(&Request::get("/"), &received, 0).unwrap_err().kind(), Kind::UnknownKeyId);
}

/// The text of the refusal of this signature.
fn refused_signature(signature: &str) -> String {
    let received = [
        ("x-dlg-date", "Tue, 09 Mar 2021 13:28:32 GMT"),
        ("x-dlg-requester-userid", "45186"),
        ("x-dlg-authorization", &format!("DLGA id:{signature}")),
    ];
    Verifier::new().verify(&Request::get("/"), &received, 0).unwrap_err().to_string()
}

/// The refusal of a request whose authorization header names this id.
fn refused(key_id: &str) -> Rejection {
    let authorization = format!("DLGA {key_id}:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let received = [
        ("x-dlg-date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("x-dlg-requester-userid", "r"),
        ("x-dlg-authorization", &authorization),
    ];
    let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
    verifier.verify(&Request::get("/"), &received, 0).unwrap_err()
}

/// DLGA-16: the sender of the id writes part of the error's text, but not what a terminal does with it.
#[test]
fn an_unknown_key_id_is_shown_by_its_first_four_characters_and_its_length() {
    for (key_id, shown) in [
        ("1234567-8ABC-DEF0-5432-56712ABCDEF5", "`1234…` (35 bytes)"),
        ("a", "`a` (1 bytes)"),
        ("abcd", "`abcd` (4 bytes)"),
        ("ab\u{9b}\u{202e}ş", "`ab\\u{9b}\\u{202e}…` (9 bytes)"),
        ("\u{1f600}\u{1f601}\u{1f602}\u{1f603}", "`\u{1f600}\u{1f601}\u{1f602}\u{1f603}` (16 bytes)"),
        ("\u{1f600}\u{1f601}\u{1f602}\u{1f603}ş", "`\u{1f600}\u{1f601}\u{1f602}\u{1f603}…` (18 bytes)"),
    ] {
        let rejection = refused(key_id);
        assert_eq!(rejection.to_string(), format!("no key is held for the access key id {shown}"));
        let Reason::UnknownKeyId { key_id: unknown } = rejection.reason() else { panic!("{rejection:?}") };
        assert_eq!(unknown.len(), key_id.len());
    }
}

/// A client that puts its secret where the id belongs does not find it in the server's log.
#[test]
fn a_secret_in_the_place_of_the_key_id_is_not_repeated() {
    let rejection = refused("not-a-real-secret");
    for text in [rejection.to_string(), format!("{rejection:?}"), format!("{rejection:#?}")] {
        assert!(!text.contains("not-a-") && !text.contains("[110, 111"), "{text}");
    }
}

/// DLGA-8, DLGA-4: the request's own content type counts, blanks around a received one do not, and one that is there
/// twice is refused all the same.
#[test]
fn the_received_content_type_counts_where_the_request_has_none() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let request = Request::post("/").json("{}");
    let headers = signer.sign(&request, imza::dlga::Date::from_unix(0).unwrap(), "r").unwrap();
    let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
    let judge = |content_type: &str, received: &[&str]| {
        let mut all: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(received.iter().map(|value| ("Content-Type", *value)));
        let request = Request::post("/").content_type(content_type).body("{}");
        let whole = verifier.verify(&request, &all, 0).map(|accepted| accepted.key_index());
        let stream = verifier.stream("POST", content_type, &all).and_then(|mut stream| {
            stream.update(b"{}");
            stream.finish("/", 0).map(|accepted| accepted.key_index())
        });
        assert_eq!(whole, stream, "{content_type:?} {received:?}");
        whole.map_err(|rejection| rejection.to_string())
    };
    let mismatch =
        Err("the signature does not match: another secret, or other bytes than the ones that were signed".to_owned());
    let twice = Err("the header Content-Type occurs twice".to_owned());
    assert_eq!(judge("", &["application/json"]), Ok(0));
    assert_eq!(judge("", &["\t application/json "]), Ok(0));
    assert_eq!(judge("application/json", &["text/plain"]), Ok(0));
    assert_eq!(judge("", &[]), mismatch);
    assert_eq!(judge("text/plain", &["application/json"]), mismatch);
    assert_eq!(judge("application/json", &["application/json", "application/json"]), twice);
    assert_eq!(judge("", &["application/json", ""]), twice);
}

/// DLGA-3, DLGA-16: what is claimed can be asked for before anything is verified, and also of a request that is refused.
#[test]
fn what_the_headers_claim_can_be_asked_for() {
    let claimed = |authorization: &'static str| {
        let headers = [("X-Authorization", authorization)];
        let received = Received::find(&headers);
        received
            .claimed_key_id()
            .zip(received.claimed_signature())
            .map(|(id, signature)| (id.to_vec(), signature.to_vec()))
    };
    assert_eq!(claimed(" DLGA a:b:c"), Some((b"a:b".to_vec(), b"c".to_vec())));
    assert_eq!(claimed("DLGA :"), Some((Vec::new(), Vec::new())));
    for other in ["", "DLGA", "DLGA a", "dlga a:b", "Basic a:b"] {
        assert_eq!(claimed(other), None, "{other}");
    }
    let secret = [("x-dlg-authorization", "DLGA not-a-real-secret:x"), ("x-dlg-requester-userid", "4\u{9b}5")];
    let shown = format!("{:?}", Received::find(&secret));
    assert_eq!(shown, r#"Received { date: "", requester: "4\xc2\x9b5", content_type: "", .. }"#);
}

/// DLGA-14: the vendor's five answers, to the letter.
#[test]
fn the_vendors_answers_are_given_to_the_letter() {
    let answers = [
        (Kind::HeadersMissing, 400, "Required headers not found"),
        (Kind::FormatInvalid, 400, "Authorization failed due to data format not valid"),
        (Kind::DateInvalid, 400, "Authorization failed due to date not valid"),
        (Kind::UnknownKeyId, 401, "Authorization failed"),
        (Kind::SignatureMismatch, 401, "Authorization failed"),
        (Kind::ClockSkew, 403, "Request time may not be correct."),
    ];
    let page = include_str!("../../docs/dlga.md");
    for (kind, status, answer) in answers {
        assert_eq!((kind.http_status(), kind.vendor_text()), (status, answer));
        assert!(page.contains(&format!("| {status} | `{answer}` |")), "the page has another {answer}");
    }
}

/// DLGA-16: the id ends at the last colon, also where that one is among what could be the signature.
#[test]
fn a_colon_within_the_last_44_characters_ends_the_key_id_too() {
    let signature = format!("b:{}", "A".repeat(42));
    let received = [
        ("x-dlg-date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("x-dlg-requester-userid", "r"),
        ("x-dlg-authorization", &format!("DLGA a:{signature}")),
    ];
    let rejection = Verifier::new().verify(&Request::get("/"), &received, 0).unwrap_err();
    let colon = Error::Forbidden { part: Part::KeyId, byte: b':', offset: 1 };
    assert_eq!((rejection.reason(), rejection.offset()), (&Reason::Request(colon), Some(6)));
}

/// DLGA-14: without a word about it, the window is 15 minutes either way, to the second.
#[test]
fn a_new_verifier_takes_15_minutes_either_way() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let headers = signer.sign(&Request::get("/"), imza::dlga::Date::from_unix(10_000).unwrap(), "r").unwrap();
    let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
    for (now, passes) in [(9_099, false), (9_100, true), (10_000, true), (10_900, true), (10_901, false)] {
        assert_eq!(verifier.verify(&Request::get("/"), &headers, now).is_ok(), passes, "{now}");
    }
}

/// A reason is told once: whoever prints a chain of errors does not find it again as the rejection's source.
#[test]
fn a_rejection_has_no_source_that_repeats_it() {
    let rejection = refused("unknown");
    assert!(std::error::Error::source(&rejection).is_none());
    assert_eq!(rejection.to_string(), rejection.reason().to_string());
}
