//! `explain::dlga::Explainer`: every known mistake is found and named, and nothing secret is shown.

#![allow(clippy::format_collect)]

use imza::dlga::{Date, Request, Signer};
use imza::explain::dlga::Explainer;
use imza::explain::{Explanation, MOST_BODY};
use imza::mac::Key;
use proptest::prelude::*;

const ID: &str = "1234567-8ABC-DEF0-5432-56712ABCDEF5";
const SECRET: &str = "bm90LWEtcmVhbC1zZWNyZXQ=";
const DATE: &str = "Tue, 09 Mar 2021 13:28:32 GMT";
const NOW: i64 = 1_615_296_512;
const BODY: &str = "{\n  \"customerId\" : \"2337368\",\n  \"startDate\" : 1\n}";
const RESOURCE: &str = "/v1/reporting/get%20list?page=2";

/// The string to sign of the request that `received` explains, in its parts.
const SIGNED: [&str; 6] = ["POST", "application/json", DATE, BODY, "\n", RESOURCE];

/// The base64 of the HMAC of any bytes under any key: what a mistaken client may present.
fn signature(secret: &[u8], signed: &[u8]) -> String {
    Key::new(secret).mac(signed).to_string()
}

fn string_to_sign([method, content_type, date, body, body_line, resource]: [&str; 6]) -> String {
    format!("{method}\n{content_type}\n{date}\n{body}{body_line}{resource}")
}

fn headers(authorization: String) -> [(&'static str, String); 3] {
    [
        ("x-dlg-date", DATE.to_owned()),
        ("x-dlg-requester-userid", "45186".to_owned()),
        ("x-dlg-authorization", authorization),
    ]
}

fn explainer() -> Explainer {
    Explainer::new().key(ID, SECRET).unwrap()
}

/// Explains the request of [`SIGNED`], with this authorization header.
fn explain_header(authorization: String) -> Explanation {
    explainer().explain(&Request::post(RESOURCE).json(BODY), &headers(authorization))
}

/// Explains the request of [`SIGNED`], with this signature.
fn explain(signature: &str) -> Explanation {
    explain_header(format!("DLGA {ID}:{signature}"))
}

fn readings(explanation: &Explanation) -> Vec<String> {
    explanation.matches().iter().map(ToString::to_string).collect()
}

/// What a client that signed these bytes under this key is told.
fn told(secret: &[u8], signed: &str) -> Vec<String> {
    readings(&explain(&signature(secret, signed.as_bytes())))
}

fn with(part: usize, value: &str) -> String {
    let mut parts = SIGNED;
    parts[part] = value;
    string_to_sign(parts)
}

#[test]
fn a_valid_request_needs_no_explanation() {
    let explanation = explain(&signature(SECRET.as_bytes(), string_to_sign(SIGNED).as_bytes()));
    assert!(explanation.is_valid());
    assert_eq!(readings(&explanation), ["matches as it stands"]);
    assert_eq!(explanation.to_string(), "Valid: the signature matches, and nothing else is wrong.\n");
}

/// DLGA-5 to DLGA-12: one mistake at a time, in the bytes that are signed.
#[test]
fn every_mistake_in_the_signed_bytes_is_named() {
    let crlf = BODY.replace('\n', "\r\n");
    let cases: &[(String, &str)] = &[
        (with(4, ""), "the body line is `never`"),
        (with(3, &format!("{BODY}\n")), "the body has a final line feed"),
        (with(3, &format!("{BODY}\r\n")), "the body has a final CR LF"),
        (with(3, &crlf), "the body has CR LF where it has LF"),
        (with(3, r#"{"customerId":"2337368","startDate":1}"#), "the body is compact JSON"),
        (
            with(3, r#"{"customerId": "2337368", "startDate": 1}"#),
            "the body is JSON on one line, with a space after `:` and `,`",
        ),
        (with(3, "{\n  \"customerId\": \"2337368\",\n  \"startDate\": 1\n}"), "the body is JSON indented by 2 spaces"),
        (
            with(3, "{\n    \"customerId\": \"2337368\",\n    \"startDate\": 1\n}"),
            "the body is JSON indented by 4 spaces",
        ),
        (with(3, "{\n\t\"customerId\": \"2337368\",\n\t\"startDate\": 1\n}"), "the body is JSON indented by tabs"),
        (
            with(3, "{\n    \"customerId\" : \"2337368\",\n    \"startDate\" : 1\n}"),
            "the body is JSON indented by 4 spaces, with spaces around `:`",
        ),
        (with(3, &format!("\u{feff}{BODY}")), "the body begins with a byte order mark"),
        (with(1, ""), "the content type is empty"),
        (with(1, "application/json; charset=utf-8"), "the content type ends in `; charset=utf-8`"),
        (with(1, "application/json;charset=UTF-8"), "the content type ends in `;charset=UTF-8`"),
        (with(5, "/v1/reporting/get%20list"), "the resource has no query"),
        (with(5, "/v1/reporting/get list?page=2"), "the resource is percent-decoded"),
        (with(5, "/v1/reporting/get%20list/?page=2"), "the resource has a slash at the end of its path"),
        (with(5, "v1/reporting/get%20list?page=2"), "the resource has no slash in front"),
        (with(5, "/reporting/get%20list?page=2"), "the resource lacks the first part of its path"),
        (
            with(5, &format!("https://api.diyalog.im{RESOURCE}")),
            "the resource has `https://` and the server address in front",
        ),
        (with(5, &format!("api.diyalog.im{RESOURCE}")), "the resource has the server address in front"),
        (with(0, "post"), "the method is in lower case"),
        (with(2, "Tue, 09 Mar 2021 13:28:32 +0000"), "the date ends in `+0000`"),
        (with(2, "Tue, 09 Mar 2021 13:28:32 UTC"), "the date ends in `UTC`"),
        (with(2, "Tue, 09 Mar 2021 13:28:32"), "the date has no zone"),
        (with(2, "Tue, 09 Mar 2021 16:28:32 +0300"), "the date is in Turkish time, with `+0300`"),
        (with(2, "Tue, 9 Mar 2021 13:28:32 GMT"), "the date has a one-digit day"),
        (with(2, "Tue, 09 Mar 2021 13:28:33 GMT"), "the date is one second later"),
        (with(2, ""), "the date line is empty"),
        (with(5, &format!("{RESOURCE}\n")), "a line feed ends the string to sign"),
        (format!("POST\r\napplication/json\r\n{DATE}\r\n{BODY}\r\n{RESOURCE}"), "CR LF separates the parts"),
        (
            format!("POST\\napplication/json\\n{DATE}\\n{BODY}\\n{RESOURCE}"),
            "the two characters `\\n` separate the parts",
        ),
        (format!("POSTapplication/json{DATE}{BODY}{RESOURCE}"), "nothing separates the parts"),
        (with(2, &format!("{DATE}\n45186")), "the requester is signed too, after the date"),
        (with(5, &format!("{RESOURCE}\n45186")), "the requester is signed too, at the end"),
    ];
    for (signed, mistake) in cases {
        let told = told(SECRET.as_bytes(), signed);
        assert!(told.contains(&format!("matches when {mistake}")), "for {signed:?}: {told:?}");
    }
}

/// DLGA-6, DLGA-7: a body that was left out loses its line too, or keeps it.
#[test]
fn an_empty_body_is_named_with_and_without_its_line() {
    let head = format!("POST\napplication/json\n{DATE}\n");
    assert_eq!(told(SECRET.as_bytes(), &format!("{head}{RESOURCE}")), ["matches when the body is empty"]);
    assert_eq!(
        told(SECRET.as_bytes(), &format!("{head}\n{RESOURCE}")),
        ["matches when the body line is `always` and the body is empty"]
    );
}

/// DLGA-7: escapes that one JSON library writes and another does not, alone and with another layout.
#[test]
fn every_mistake_in_the_escapes_of_json_is_named() {
    let explain = |received: &str, signed: &str| {
        let signed = Request::post("/v1/x").json(signed);
        let headers = Signer::new(ID, SECRET).unwrap().sign(&signed, Date::from_unix(NOW).unwrap(), "45186").unwrap();
        readings(&explainer().explain(&Request::post("/v1/x").json(received), &headers))
    };
    for (received, signed, mistake) in [
        (r#"{"a":"b/c"}"#, r#"{"a":"b\/c"}"#, r"the body has `\/` where it has `/`"),
        (r#"{"a":"b\/c"}"#, r#"{"a":"b/c"}"#, r"the body has `/` where it has `\/`"),
        (r#"{"a":"k="}"#, r#"{"a":"k\u003d"}"#, r"the body has `\u003d` where it has `=`"),
        (r#"{"a":"k\u003d"}"#, r#"{"a":"k="}"#, r"the body has `=` where it has `\u003d`"),
        (
            r#"{"a":"ş😀"}"#,
            r#"{"a":"\u015f\ud83d\ude00"}"#,
            r"the body has `\uXXXX` where it has characters that are not ASCII",
        ),
    ] {
        assert_eq!(explain(received, signed)[0], format!("matches when {mistake}"));
    }
    assert_eq!(
        explain(r#"{ "a" : "b/c" }"#, r#"{"a":"b\/c"}"#),
        [r"matches when the body is compact JSON and has `\/` where it has `/`"]
    );
}

/// What other programs print of a JSON body, both ways where both can be.
#[test]
fn every_further_form_of_a_body_is_named() {
    for (received, signed, mistake) in [
        (
            r#"{"a":[1,{"b":2}],"c":{}}"#,
            "{\n  \"a\" : [ 1, {\n    \"b\" : 2\n  } ],\n  \"c\" : { }\n}",
            "is JSON indented by 2 spaces, with spaces around `:` and lists on one line",
        ),
        (
            r#"{"a":1,"b":2}"#,
            r#"{ "a": 1, "b": 2 }"#,
            "is JSON on one line, with spaces within braces and brackets and after `:` and `,`",
        ),
        (r#"{"customerId":1,"page":2}"#, r#"{"CustomerId":1,"Page":2}"#, "has names that begin with a capital letter"),
        (r#"{"CustomerId":1}"#, r#"{"customerId":1}"#, "has names that begin with a small letter"),
        (r#"{"customerId":1}"#, r#"{"customer_id":1}"#, "has names in snake_case"),
        (r#"{"customer_id":1}"#, r#"{"customerId":1}"#, "has names in camelCase"),
        (r#"{"a":"","b":1}"#, r#"{"b":1}"#, "has no members that are empty strings"),
        (r#"{"a":null,"b":""}"#, r"{}", "has no members that are null or empty strings"),
        (r#"{"a":null}"#, r#"{"a":""}"#, "has `\"\"` where it has `null`"),
        (r#"{"a":true}"#, r#"{"a":1}"#, "has `1` where it has `true`"),
        (r#"{"a":12345678.9}"#, r#"{"a":1.23456789E7}"#, "has `1.23456789E7` where it has `12345678.9`"),
        (r#"{"a":1e21}"#, r#"{"a":1e+21}"#, "has `1e+21` where it has `1e21`"),
        (
            r#"{"a":12345678901234567890}"#,
            r#"{"a":12345678901234567000}"#,
            "has `12345678901234567000` where it has `12345678901234567890`",
        ),
        (r#"{"a":"x","b":null}"#, r#"{"a"=>"x", "b"=>nil}"#, "is the text of a Ruby hash, with `=>` and `nil`"),
        (r#"{"b":"x","a":[1,2]}"#, "map[a:[1 2] b:x]", "is the text of a Go map, `map[…]`"),
        (r#"{"a":"x","b":2}"#, "{a=x, b=2}", "is the text of a Java map, with `=` and no quotes"),
        (r#"{"a":"x"}"#, r#"{a:"x"}"#, "has names without quotes"),
        (
            r#"{"a":"x","c":true}"#,
            "{'a': 'x', 'c': True}",
            "is the text of a Python dict, with single quotes, True, False and None",
        ),
        ("{'a': 'x', 'c': True}", r#"{"a": "x", "c": true}"#, "has JSON's words and quotes where it has Python's"),
        (r#"{"a":1,"b":"c ş"}"#, "a=1&b=c+%C5%9F", "is a form of its members"),
        ("a=1&b=c+%C5%9F", r#"{"a":"1","b":"c ş"}"#, "is JSON of its fields"),
        (r#"{"b":1,"a":{"d":2,"c":3}}"#, r#"{"a":{"d":2,"c":3},"b":1}"#, "is compact JSON, its names in another order"),
        (r#"{"a":"ç"}"#, "%7B%22a%22%3A%22%C3%A7%22%7D", "is percent-encoded as a whole"),
        (r#"{"a":"ş"}"#, r#"{"a":"&#x15F;"}"#, "has HTML entities in hex for what is not ASCII"),
        ("a%5B0%5D=1&a%5B1%5D=2", "a%5B%5D=1&a%5B%5D=2", "has `[]` for `[0]`, `[1]` and so on in its names"),
    ] {
        let signed = string_to_sign(["POST", "application/json", DATE, signed, "\n", RESOURCE]);
        let header = format!("DLGA {ID}:{}", signature(SECRET.as_bytes(), signed.as_bytes()));
        let told = readings(&explainer().explain(&Request::post(RESOURCE).json(received), &headers(header)));
        assert!(told.contains(&format!("matches when the body {mistake}")), "{received} {signed}: {told:?}");
    }
}

/// The other parts, their order, and what is computed of them.
#[test]
fn every_further_mistake_is_named() {
    let [method, content_type, date, body, _, resource] = SIGNED;
    for (signed, mistake) in [
        (with(5, &format!("{RESOURCE} HTTP/1.1")), "the resource has ` HTTP/1.1` at its end"),
        (with(5, "%2Fv1%2Freporting%2Fget%2520list%3Fpage%3D2"), "the resource is percent-encoded as a whole"),
        (with(5, "page=2"), "the resource is its query alone, without `?`"),
        (with(5, ""), "the resource is empty"),
        (
            with(2, "Tue Mar 09 2021 16:28:32 GMT+0300 (GMT+03:00)"),
            "the date is `EEE MMM dd yyyy HH:mm:ss 'GMT'Z (JavaScript's toString)` in Turkish time",
        ),
        (with(2, "Tuesday, 09-Mar-21 13:28:32 GMT"), "the date is `EEEE, dd-MMM-yy HH:mm:ss 'GMT' (RFC 850)`"),
        (with(2, "Tue, 09 Mar 2021 01:28:32 PM GMT"), "the date has an hour of twelve and AM or PM"),
        (with(2, "Salı, 09 Mart 2021 13:28:32 GMT"), "the date has long Turkish names"),
        (with(2, "3/9/2021 1:28:32 PM"), "the date is `M/d/yyyy h:mm:ss tt`"),
        (with(2, "Tue, 09 Mar 2021 13:29:15 GMT"), "the date is 43 seconds later"),
        (with(2, &format!("{DATE}\n")), "the date has a line feed at its end"),
        (format!("{content_type}\n{method}\n{date}\n{body}\n{resource}"), "the content type stands before the method"),
        (format!("{method}\n{content_type}\n{date}\n{resource}\n{body}"), "the resource stands before the body"),
        (format!("{method}\n{date}\n{body}\n{resource}"), "the line of the content type is left out"),
        (body.to_owned(), "the body alone is signed"),
    ] {
        let told = told(SECRET.as_bytes(), &signed);
        assert!(told.contains(&format!("matches when {mistake}")), "{signed}: {told:?}");
    }
    let signed = string_to_sign(SIGNED);
    for (held, taken, mistake) in [
        ("a&amp;b&lt;c-not-real", "a&b<c-not-real", "taken without HTML entities"),
        ("a&b-not-real", "a&amp;b-not-real", "taken with HTML entities"),
        ("a+b/c==", "a%2Bb%2Fc%3D%3D", "taken percent-encoded"),
        ("a$$b-not-real", "a$b-not-real", "taken with one `$` where it has two"),
        ("a\\u003db-not-real", "a=b-not-real", "taken without JSON's escapes"),
        ("b'not-real'", "not-real", "taken without Python's `b'…'`"),
        (SECRET, "undefined", "`undefined`"),
        (SECRET, "", "empty"),
    ] {
        let header = format!("DLGA {ID}:{}", signature(taken.as_bytes(), signed.as_bytes()));
        let explainer = Explainer::new().key(ID, held).unwrap();
        let told = readings(&explainer.explain(&Request::post(RESOURCE).json(BODY), &headers(header)));
        assert!(told.contains(&format!("matches when the secret is {mistake}")), "{held}: {told:?}");
    }
    let twice = Key::new(SECRET.as_bytes()).mac(signature_bytes(&signed).as_slice()).to_string();
    assert_eq!(readings(&explain(&twice)), ["matches when the HMAC is over the HMAC once more"]);
}

fn signature_bytes(signed: &str) -> Vec<u8> {
    Key::new(SECRET.as_bytes()).mac(signed.as_bytes()).as_bytes().to_vec()
}

/// DLGA-12: the bytes of the secret as handed out, not decoded, not trimmed.
#[test]
fn every_mistake_with_the_secret_is_named() {
    let signed = string_to_sign(SIGNED);
    let cases: &[(&str, &[u8], &str)] = &[
        (SECRET, b"bm90LWEtcmVhbC1zZWNyZXQ=\n", "the secret is taken with a line feed at its end"),
        ("s3cret-with-newline\n", b"s3cret-with-newline", "the secret is taken without the newline at its end"),
        ("s3cret-with-newline\r\n", b"s3cret-with-newline", "the secret is taken without the newline at its end"),
        (" s3cret in blanks ", b"s3cret in blanks", "the secret is taken without the spaces around it"),
        (SECRET, b"not-a-real-secret", "the secret is taken base64-decoded"),
        ("_-_-_-_-", &[0xff, 0xef, 0xfe, 0xff, 0xef, 0xfe], "the secret is taken base64-decoded, in the URL alphabet"),
        ("00ff10ABcd", &[0x00, 0xff, 0x10, 0xab, 0xcd], "the secret is taken hex-decoded"),
        (SECRET, ID.as_bytes(), "the access key id is taken for the secret"),
    ];
    for (secret, taken, mistake) in cases {
        let authorization = format!("DLGA {ID}:{}", signature(taken, signed.as_bytes()));
        let explainer = Explainer::new().key(ID, secret).unwrap();
        let explanation = explainer.explain(&Request::post(RESOURCE).json(BODY), &headers(authorization));
        assert_eq!(readings(&explanation), [format!("matches when {mistake}")]);
    }
}

/// DLGA-16: the signature is right, and not written as it should be.
#[test]
fn every_way_to_write_the_signature_is_named() {
    // A signature with both characters that the URL alphabet changes.
    let signed_at = |n: u32| Key::new(SECRET.as_bytes()).mac(with(5, &format!("/v1/{n}")).as_bytes());
    let n = (0..10_000)
        .find(|&n| signed_at(n).to_string().contains('+') && signed_at(n).to_string().contains('/'))
        .unwrap();
    let (tag, resource) = (signed_at(n), format!("/v1/{n}"));
    let right = tag.to_string();
    let hex: String = tag.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let url = right.replace('+', "-").replace('/', "_");
    let percent = right.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let cases = [
        (hex.clone(), "as hex instead of base64"),
        (hex.to_uppercase(), "as hex instead of base64"),
        (right.trim_end_matches('=').to_owned(), "without padding"),
        (url.clone(), "in base64's URL alphabet"),
        (url.trim_end_matches('=').to_owned(), "in base64's URL alphabet, without padding"),
        (percent, "percent-decoded"),
        (right.replace('+', " "), "with `+` where it has spaces"),
        (base64_of(hex.as_bytes()), "as base64 of its hex digits"),
    ];
    for (presented, reading) in cases {
        let request = Request::post(&resource).json(BODY);
        let explanation = explainer().explain(&request, &headers(format!("DLGA {ID}:{presented}")));
        assert!(!explanation.is_valid());
        assert_eq!(readings(&explanation), [format!("matches when the signature is read {reading}")]);
    }
}

/// Base64, written apart from the library.
fn base64_of(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            text.push(if place > chunk.len() { '=' } else { char::from(ALPHABET[digit as usize]) });
        }
    }
    text
}

/// DLGA-3: the header's own form.
#[test]
fn every_mistake_in_the_authorization_header_is_named() {
    let right = signature(SECRET.as_bytes(), string_to_sign(SIGNED).as_bytes());
    let cases = [
        (format!("dlga {ID}:{right}"), "the authorization header begins with `DLGA` and one space"),
        (format!("{ID}:{right}"), "the authorization header begins with `DLGA` and one space"),
        (format!("DLGA  {ID}:{right}"), "the authorization header begins with `DLGA` and one space"),
        (format!("TSA {ID}:{right}"), "the authorization header begins with `DLGA` and one space"),
        (format!("DLGA {right}:{ID}"), "access key id and signature change places in the authorization header"),
        (
            format!("DLGA {right}"),
            "an access key id and `:` are in front of the signature and the access key id is \
             `1234567-8ABC-DEF0-5432-56712ABCDEF5`",
        ),
        (format!("DLGA other-id:{right}"), "the access key id is `1234567-8ABC-DEF0-5432-56712ABCDEF5`"),
    ];
    for (authorization, reading) in cases {
        let explanation = explain_header(authorization);
        assert!(!explanation.is_valid());
        assert_eq!(readings(&explanation), [format!("matches when {reading}")]);
    }
}

/// Two mistakes at once, in different parts.
#[test]
fn pairs_of_mistakes_are_named_where_neither_matches_alone() {
    let secret = b"not-a-real-secret";
    assert_eq!(
        told(secret, &with(1, "")),
        ["matches when the secret is taken base64-decoded and the content type is empty"]
    );
    let mut parts = SIGNED;
    (parts[0], parts[5]) = ("post", "/v1/reporting/get%20list");
    assert_eq!(
        told(SECRET.as_bytes(), &string_to_sign(parts)),
        ["matches when the resource has no query and the method is in lower case"]
    );
}

/// A body that ends in a newline: two single mistakes have the same bytes, and both are named.
#[test]
fn every_reading_is_named_and_not_only_the_first() {
    let signed = Request::post(RESOURCE).json("{}");
    let headers = Signer::new(ID, SECRET).unwrap().sign(&signed, Date::from_unix(NOW).unwrap(), "45186").unwrap();
    let explanation = explainer().explain(&Request::post(RESOURCE).json("{}\n"), &headers);
    let readings = readings(&explanation);
    for reading in [
        "matches when the body has no final newline",
        "matches when the body has no spaces around it",
        "matches when the body line is `never`",
    ] {
        assert!(readings.iter().any(|known| known == reading), "{readings:?}");
    }
}

/// Two tables can make the same bytes under the same name: a newline behind a body, and behind its JSON.
#[test]
fn each_reading_is_named_once() {
    for (received, signed) in [("{}", "{}\n"), (r#"{"a": [1, 2]}"#, "{\"a\": [1, 2]}\n"), ("{}\n", "{}"), ("{} ", "{}")]
    {
        let headers = Signer::new(ID, SECRET)
            .unwrap()
            .sign(&Request::post(RESOURCE).json(signed), Date::from_unix(NOW).unwrap(), "45186")
            .unwrap();
        let told = readings(&explainer().explain(&Request::post(RESOURCE).json(received), &headers));
        let names: std::collections::HashSet<&String> = told.iter().collect();
        assert!(!told.is_empty() && names.len() == told.len(), "for {received:?}, signed {signed:?}: {told:?}");
    }
}

/// DLGA-14, DLGA-15: where only the clock refuses, the explanation says so.
#[test]
fn a_late_request_matches_as_it_stands() {
    let right = signature(SECRET.as_bytes(), string_to_sign(SIGNED).as_bytes());
    let headers = headers(format!("DLGA {ID}:{right}"));
    let request = Request::post(RESOURCE).json(BODY);
    assert!(explainer().at(NOW + 900).explain(&request, &headers).is_valid());

    let explanation = explainer().at(NOW + 901).explain(&request, &headers);
    assert_eq!(explanation.refusal(), Some("the date lies 901 seconds behind the clock; at most 900 are allowed"));
    assert_eq!(readings(&explanation), ["matches as it stands"]);
}

/// DLGA-3, DLGA-16: 20 bytes are HMAC-SHA1; other lengths are said too. DLGA-4: or nothing is there.
#[test]
fn a_signature_that_cannot_be_one_is_told_by_its_length() {
    let cases = [
        (
            "4J2OtxTeMpyfMad4y26RaKA/rrk=",
            "The signature has 20 bytes: HMAC-SHA1; HMAC-SHA256 gives 32. No reading can match.",
        ),
        (
            "e09d8eb714de329c9f31a778cb6e9168a03faeb9",
            "The signature has 20 bytes: HMAC-SHA1; HMAC-SHA256 gives 32. No reading can match.",
        ),
        (
            "4J2OtxTeMpyfMad4y26RaKA/",
            "The signature has 18 bytes: a signature that was cut short; HMAC-SHA256 gives 32. No reading can match.",
        ),
        ("???", "The signature is neither base64 nor hex (3 characters). No reading can match."),
    ];
    for (presented, note) in cases {
        let explanation = explain(presented);
        assert_eq!(explanation.notes().collect::<Vec<_>>(), [note]);
        assert_eq!((explanation.tried(), explanation.matches().len()), (0, 0));
    }
    let nothing: [(&str, &str); 0] = [];
    let explanation = explainer().explain(&Request::get("/v1/x"), &nothing);
    assert_eq!(explanation.refusal(), Some("the header x-dlg-date (or Date) is missing or empty"));
    assert_eq!(explanation.notes().collect::<Vec<_>>(), ["There is no signature to try."]);
}

/// Where no reading matches, the exact string to sign is shown, as text and as hex.
#[test]
fn where_nothing_matches_the_string_to_sign_is_shown() {
    let explanation = explainer().explain(
        &Request::post("/v1/x").json("{\t\"ş\"\x1b}"),
        &headers(format!("DLGA {ID}:{}", signature(b"another", b"request"))),
    );
    assert!(explanation.matches().is_empty());
    let text = format!("POST⏎\napplication/json⏎\n{DATE}⏎\n{{\\t\"ş\"\\u{{1b}}}}⏎\n/v1/x");
    assert_eq!(explanation.signed_text(), text);
    assert!(explanation.signed_hex().starts_with("504f53540a6170706c69"));
    assert!(explanation.signed_hex().ends_with("7b0922c59f221b7d0a2f76312f78"));
    let told = explanation.to_string();
    assert!(told.contains(&format!("No reading matches. Tried: {} variants of the request.", explanation.tried())));
    assert!(told.contains(&text) && told.contains(&explanation.signed_hex()));
}

/// What a terminal acts upon, or does not show, reaches it escaped: whatever is explained.
#[test]
fn what_does_not_print_is_escaped() {
    let hostile = "\u{202e}\u{9b}31m\u{7f}\r\u{2028}\u{200b}\u{200e}\u{61c}\u{feff}";
    let received = headers(format!("DLGA {hostile}:{}", signature(b"another", b"request")));
    let resource = format!("/{hostile}");
    let request = Request::post(&resource).content_type(hostile).body(hostile);
    let told = Explainer::new().key("held", SECRET).unwrap().explain(&request, &received).to_string();
    assert!(told.contains(r"\u{202e}\u{9b}31m\u{7f}\r\u{2028}\u{200b}\u{200e}\u{61c}\u{feff}"), "{told}");
    assert!(told.chars().all(|c| matches!(c, '\n' | '⏎') || c.is_ascii_graphic() || c == ' '), "{told}");
}

/// DLGA-20: several keys are held, and the reading says which one matches.
#[test]
fn the_key_that_matches_is_named() {
    let explainer = explainer().key("other", "other-secret").unwrap().key(ID, "older-secret").unwrap();
    let request = Request::post(RESOURCE).json(BODY);
    let signed_by = |secret: &str, signed: &str| {
        let authorization = format!("DLGA {ID}:{}", signature(secret.as_bytes(), signed.as_bytes()));
        let explanation = explainer.explain(&request, &headers(authorization));
        (readings(&explanation), explanation.matches()[0].key_index(), explanation.is_valid())
    };
    let right = string_to_sign(SIGNED);
    assert_eq!(signed_by("older-secret", &right), (vec!["matches as it stands".to_owned()], 2, true));
    let (told, index, _) = signed_by("other-secret", &right);
    assert_eq!((told[0].as_str(), index), ("matches when the access key id is `other`", 1));
    let (told, index, _) = signed_by("older-secret", &with(4, ""));
    assert_eq!((told[0].as_str(), index), ("matches when the body line is `never`", 2));
}

/// A Host header tells which address may have been signed (DLGA-10), a Date header which date (DLGA-4).
#[test]
fn the_other_received_headers_are_used() {
    let request = Request::post(RESOURCE).json(BODY);
    let explained = |signed: &str| {
        let authorization = format!("DLGA {ID}:{}", signature(SECRET.as_bytes(), signed.as_bytes()));
        let mut received = headers(authorization).to_vec();
        received.push(("Host", "test.example:8443".to_owned()));
        received.push(("Date", "Tue, 09 Mar 2021 13:30:00 GMT".to_owned()));
        readings(&explainer().explain(&request, &received))
    };
    let with_host = with(5, &format!("https://test.example:8443{RESOURCE}"));
    assert_eq!(explained(&with_host), ["matches when the resource has `https://` and the server address in front"]);
    let with_date = with(2, "Tue, 09 Mar 2021 13:30:00 GMT");
    assert_eq!(explained(&with_date), ["matches when the date is that of the header `Date`"]);
}

/// DLGA-8: where the request has no content type of its own, the received one is what was signed.
#[test]
fn a_received_content_type_stands_in_for_a_missing_one() {
    let request = Request::post(RESOURCE).body(BODY);
    let explained = |signed: &str| {
        let authorization = format!("DLGA {ID}:{}", signature(SECRET.as_bytes(), signed.as_bytes()));
        let mut received = headers(authorization).to_vec();
        received.push(("Content-Type", " application/json ".to_owned()));
        explainer().explain(&request, &received)
    };
    assert!(explained(&string_to_sign(SIGNED)).is_valid());
    assert_eq!(readings(&explained(&with(1, ""))), ["matches when the content type is empty"]);
    let unsigned = explained("something else").signed_text();
    assert!(unsigned.starts_with("POST⏎\napplication/json⏎\nTue"), "{unsigned}");
}

/// The bounds are kept and said: a long body is not re-formed, and many keys do not make more readings.
#[test]
fn the_search_is_bounded_and_says_so() {
    let long = "x".repeat(MOST_BODY + 1);
    let wrong = headers(format!("DLGA {ID}:{}", signature(b"another", b"request")));
    let explanation = explainer().explain(&Request::post("/v1/x").body(&long), &wrong);
    assert!(explanation.to_string().contains("The body has more than 65536 bytes: it was not re-formed"));
    assert!(explanation.tried() < 400);

    let many = (0..40).fold(explainer(), |held, n| held.key(&format!("id-{n}"), "s3cret").unwrap());
    let explanation = many.explain(&Request::post("/v1/x").json(BODY), &wrong);
    assert!(explanation.was_cut_short());
    assert!(explanation.to_string().contains("There were more to try: the search ends"));
}

/// An explanation must not sign for whoever asks: the right signature never stands in it.
#[test]
fn the_right_signature_is_never_shown() {
    let right = signature(SECRET.as_bytes(), string_to_sign(SIGNED).as_bytes());
    for wrong in [signature(b"another", b"request"), signature(SECRET.as_bytes(), with(4, "").as_bytes())] {
        let explanation = explain(&wrong);
        assert!(!format!("{explanation} {explanation:?}").contains(&right));
    }
}

/// Everything that an explanation says, in every way it can be asked.
fn everything(explanation: &Explanation) -> String {
    let notes: Vec<&str> = explanation.notes().collect();
    let changes: Vec<_> = explanation.matches().iter().flat_map(imza::explain::Reading::changes).collect();
    format!(
        "{explanation}\n{explanation:?}\n{explanation:#?}\n{:?}\n{notes:?}\n{changes:?}\n{}\n{}",
        explanation.refusal(),
        explanation.signed_text(),
        explanation.signed_hex()
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever the secret stands in the request, trimmed or decoded, no explanation shows it.
    #[test]
    fn no_secret_is_ever_shown(secret in "[A-Za-z0-9+/]{12,24}", place in 0..7_usize, form in 0..4_usize) {
        let decoded = format!("<{secret}>");
        let (held, leaked) = match form {
            0 => (secret.clone(), secret.clone()),
            1 => (format!(" {secret}\n"), secret.clone()),
            2 => (base64_of(decoded.as_bytes()), decoded.clone()),
            _ => (hex(decoded.as_bytes()), decoded.clone()),
        };
        let in_place = |at: usize, otherwise: &str| if at == place { format!("/{leaked}{leaked}") } else { otherwise.to_owned() };
        let (resource, body, content_type) = (in_place(0, "/v1/x"), in_place(1, "{}"), in_place(2, "text/plain"));
        let authorization = format!("DLGA {}:{}", in_place(4, ID), signature(b"another", b"request"));
        let received = [
            ("x-dlg-date", in_place(3, DATE)),
            ("x-dlg-requester-userid", in_place(5, "45186")),
            ("x-dlg-authorization", if place == 6 { leaked.clone() } else { authorization }),
        ];
        let request = Request::post(&resource).content_type(&content_type).body(&body);
        let explainer = Explainer::new().key(ID, &held).unwrap();
        let told = format!("{} {explainer:?}", everything(&explainer.clone().most_work(1 << 24).explain(&request, &received)));
        for hidden in [&held, &leaked, &secret] {
            prop_assert!(!told.contains(hidden.as_str()), "{hidden} stands in {told}");
            prop_assert!(!told.contains(&hex(hidden.as_bytes())), "the hex of {hidden} stands in {told}");
        }
    }

    /// Whatever is received, there is an explanation and no panic.
    #[test]
    fn any_request_is_explained(
        method in ".{0,8}", resource in ".{0,40}", content_type in ".{0,40}", date in ".{0,40}",
        authorization in "(DLGA )?.{0,20}(:.{0,50})?", body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let received = [("x-dlg-date", date), ("X-Requester-UserId", "1".to_owned()), ("x-authorization", authorization)];
        let request = Request::new(&method, &resource).content_type(&content_type).body(&body);
        let explanation = explainer().most_work(1 << 20).explain(&request, &received);
        prop_assert!(!explanation.is_valid());
    }

    /// Any JSON, however it is written, is found as compact JSON.
    #[test]
    fn compact_json_is_found(value in json(3), indent in 1..5_usize) {
        let value = serde_json::Value::Array(vec![value, serde_json::Value::from("a \"quoted\" : , { \\ ş")]);
        let mut pretty = Vec::new();
        let indent = " ".repeat(indent);
        let formatter = serde_json::ser::PrettyFormatter::with_indent(indent.as_bytes());
        serde::Serialize::serialize(&value, &mut serde_json::Serializer::with_formatter(&mut pretty, formatter)).unwrap();
        let compact = value.to_string();
        let signed = Request::post("/v1/x").json(&compact);
        let headers = Signer::new(ID, SECRET).unwrap().sign(&signed, Date::from_unix(NOW).unwrap(), "45186").unwrap();
        let explanation = explainer().explain(&Request::post("/v1/x").json(&pretty), &headers);
        prop_assert_eq!(readings(&explanation), ["matches when the body is compact JSON"]);
    }

    /// And the other way round: a pretty one that was signed is found for a compact one that arrived.
    #[test]
    fn indented_json_is_found(value in json(3)) {
        let value = serde_json::Value::Array(vec![value, serde_json::Value::from(1)]);
        let pretty = serde_json::to_vec_pretty(&value).unwrap();
        let signed = Request::post("/v1/x").json(&pretty);
        let headers = Signer::new(ID, SECRET).unwrap().sign(&signed, Date::from_unix(NOW).unwrap(), "45186").unwrap();
        let explanation = explainer().explain(&Request::post("/v1/x").json(&value.to_string()), &headers);
        prop_assert_eq!(&readings(&explanation)[0], "matches when the body is JSON indented by 2 spaces");
    }
}

fn json(depth: u32) -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        ".{0,10}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(depth, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::hash_map("[a-z]{1,5}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

#[test]
fn two_steps_in_each_of_two_parts_are_named() {
    let compact = "{\"customerId\":\"2337368\",\"startDate\":1}";
    let mut parts = SIGNED;
    let body = base64_of(compact.as_bytes());
    (parts[3], parts[5]) = (&body, "/v1/reporting/get list");
    assert_eq!(
        told(SECRET.as_bytes(), &string_to_sign(parts)).first().map(String::as_str),
        Some(
            "matches when the body has no whitespace at all and then the body is in base64 and the resource has no query and \
             then the resource has ` ` where it has `%20`"
        )
    );
}

#[test]
fn the_resource_before_a_proxy_rewrote_it_is_used() {
    for (name, value, resource) in [
        ("X-Original-URI", "/api/x?a=1", "/api/x?a=1"),
        ("x-envoy-original-path", "/api/x?a=1", "/api/x?a=1"),
        ("Forwarded", "for=192.0.2.1;proto=https;host=\"shop.example\"", "https://shop.example/v1/x"),
    ] {
        let signed = string_to_sign(["POST", "application/json", DATE, BODY, "\n", resource]);
        let own = headers(format!("DLGA {ID}:{}", signature(SECRET.as_bytes(), signed.as_bytes())));
        let received: Vec<_> = own.into_iter().chain([(name, value.to_owned())]).collect();
        let explanation = explainer().explain(&Request::post("/v1/x").json(BODY), &received);
        assert!(!explanation.matches().is_empty(), "{name}: {explanation}");
    }
}

/// DLGA-1: a program whose locale is Turkish. Its signature matches, over the date as it is, and still the vendor refuses it.
#[test]
fn a_date_with_turkish_names_is_named_with_what_to_do() {
    for (date, is_turkish) in [("Sal, 09 Mar 2021 13:28:32 GMT", true), ("Xyz, 09 Mar 2021 13:28:32 GMT", false)] {
        let signed = string_to_sign(["POST", "application/json", date, BODY, "\n", RESOURCE]);
        let mut headers = headers(format!("DLGA {ID}:{}", signature(SECRET.as_bytes(), signed.as_bytes())));
        headers[0].1 = date.to_owned();
        let text = explainer().explain(&Request::post(RESOURCE).json(BODY), &headers).to_string();
        assert!(text.starts_with("Refused: "), "{text}");
        assert_eq!(text.contains("the date has Turkish names: use an English locale"), is_turkish, "{text}");
    }
}
