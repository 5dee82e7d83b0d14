//! Requests of the `http` crate (feature `http`): what is signed is what the request says.

use http::Request;
use imza::dlga::{self, Date, HeaderNames, Kind, Signer, Verifier};

const NOW: i64 = 1_615_296_512;
const URL: &str = "https://api.diyalog.im/v1/reporting/getcalllist?page=2&size=50";

fn signer() -> Signer {
    Signer::new("key-id", "not-a-real-secret").unwrap()
}

fn verifier() -> Verifier {
    Verifier::new().key("key-id", "not-a-real-secret").unwrap()
}

fn signed() -> Request<Vec<u8>> {
    let mut request =
        Request::put(URL).header("Content-Type", "application/json; charset=utf-8").body(b"{}".to_vec()).unwrap();
    signer().sign_http(&mut request, Date::from_unix(NOW).unwrap(), "45186").unwrap();
    request
}

/// DLGA-8, DLGA-10, DLGA-11: method, content type and resource come from the request itself.
#[test]
fn a_request_is_signed_as_its_parts_would_be() {
    let by_hand = dlga::Request::put("/v1/reporting/getcalllist?page=2&size=50")
        .content_type("application/json; charset=utf-8")
        .body("{}");
    let expected = signer().sign(&by_hand, Date::from_unix(NOW).unwrap(), "45186").unwrap();
    for (name, value) in expected {
        assert_eq!(signed().headers()[name], value);
    }
}

#[test]
fn a_signed_request_verifies_and_tells_who_signed() {
    let accepted = verifier().verify_http(&signed(), NOW).unwrap();
    assert_eq!((accepted.key_id(), accepted.requester(), accepted.key_index()), ("key-id", "45186", 0));

    let (parts, body) = signed().into_parts();
    assert!(verifier().verify_http_parts(&parts, &body, NOW).is_ok());
}

#[test]
fn parts_are_signed_like_the_whole() {
    let (mut parts, body) =
        Request::put(URL).header("content-type", "application/json; charset=utf-8").body(b"{}").unwrap().into_parts();
    signer().sign_http_parts(&mut parts, body, Date::from_unix(NOW).unwrap(), "45186").unwrap();
    assert_eq!(parts.headers, {
        let mut headers = signed().headers().clone();
        headers.get_mut("x-dlg-authorization").unwrap().set_sensitive(true);
        headers
    });
}

/// DLGA-4: the other set of names, which `http` stores in lower case.
#[test]
fn the_other_header_names_are_written_and_read() {
    let mut request = Request::get(URL).body(Vec::new()).unwrap();
    let signer = signer().header_names(HeaderNames::X);
    signer.sign_http(&mut request, Date::from_unix(NOW).unwrap(), "45186").unwrap();
    assert!(request.headers().contains_key("x-authorization") && request.headers().contains_key("date"));
    assert!(verifier().verify_http(&request, NOW).is_ok());
}

#[test]
fn signing_again_replaces_the_headers() {
    let mut request = signed();
    signer().sign_http(&mut request, Date::from_unix(NOW + 60).unwrap(), "45186").unwrap();
    assert_eq!(request.headers().get_all("x-dlg-date").iter().count(), 1);
    assert!(verifier().verify_http(&request, NOW + 60).is_ok());
}

/// DLGA-5, DLGA-7: whatever is changed on the way is noticed; the requester is not signed (DLGA-2).
#[test]
fn what_is_changed_on_the_way_is_refused() {
    let mut other_body = signed();
    other_body.body_mut().push(b'\n');
    let mut other_method = signed();
    *other_method.method_mut() = http::Method::POST;
    let mut other_uri = signed();
    *other_uri.uri_mut() = "/v1/reporting/getcalllist?page=3&size=50".parse().unwrap();
    let mut other_type = signed();
    other_type.headers_mut().remove("content-type");
    for request in [other_body, other_method, other_uri, other_type] {
        assert_eq!(verifier().verify_http(&request, NOW).unwrap_err().kind(), Kind::SignatureMismatch);
    }
    let mut other_requester = signed();
    other_requester.headers_mut().insert("x-dlg-requester-userid", "99999".parse().unwrap());
    assert_eq!(verifier().verify_http(&other_requester, NOW).unwrap().requester(), "99999");
}

/// DLGA-4: two content types leave open what was signed; what is missing is told first.
#[test]
fn two_content_types_are_refused() {
    let mut request = signed();
    request.headers_mut().append("content-type", "text/plain".parse().unwrap());
    assert_eq!(verifier().verify_http(&request, NOW).unwrap_err().to_string(), "the header Content-Type occurs twice");
    let error = signer().sign_http(&mut request, Date::from_unix(NOW).unwrap(), "45186").unwrap_err();
    assert_eq!(error, dlga::Error::ContentTypeTwice);
    request.headers_mut().remove("x-dlg-date");
    assert_eq!(verifier().verify_http(&request, NOW).unwrap_err().kind(), Kind::HeadersMissing);
}

/// DLGA-13, and what HTTP itself forbids: nothing is put into the request on an error.
#[test]
fn a_requester_that_no_header_can_hold_is_refused() {
    for requester in ["", "45\r\n186", "45\u{1}186"] {
        let mut request = Request::get(URL).body("").unwrap();
        assert!(signer().sign_http(&mut request, Date::from_unix(NOW).unwrap(), requester).is_err());
        assert!(request.headers().is_empty());
    }
}

#[test]
fn a_secret_header_is_marked_as_sensitive() {
    assert!(!format!("{:?}", signed().headers()).contains("DLGA key-id"));
}

/// DLGA-10: what goes over the wire, as `resource_of_url` has it too.
#[test]
fn an_empty_path_is_signed_as_the_slash_that_is_sent() {
    for url in
        ["https://api.diyalog.im", "https://api.diyalog.im?page=2", "http://h?", "https://h/?page=2", "https://h/a?"]
    {
        let mut request = Request::get(url).body(Vec::new()).unwrap();
        signer().sign_http(&mut request, Date::from_unix(NOW).unwrap(), "45186").unwrap();
        let resource = dlga::resource_of_url(url).unwrap();
        let by_hand = signer().authorization(&dlga::Request::get(&*resource), Date::from_unix(NOW).unwrap()).unwrap();
        assert_eq!(request.headers()["x-dlg-authorization"], by_hand, "{url}");
        assert!(verifier().verify_http(&request, NOW).is_ok(), "{url}");
    }
}

/// DLGA-10, DLGA-13: neither `CONNECT` nor a server's address alone nor `OPTIONS *` has a resource.
#[test]
fn a_request_without_a_resource_is_refused() {
    let headers = signed().headers().clone();
    for (method, uri) in [
        ("CONNECT", "host:443"),
        ("CONNECT", "https://host:443"),
        ("GET", "host:443"),
        ("GET", "host"),
        ("OPTIONS", "*"),
    ] {
        let mut request = Request::builder().method(method).uri(uri).body(Vec::new()).unwrap();
        let refused = signer().sign_http(&mut request, Date::from_unix(NOW).unwrap(), "45186");
        assert_eq!(refused, Err(dlga::Error::NotAResource), "{method} {uri}");
        assert!(request.headers().is_empty(), "{method} {uri}");

        *request.headers_mut() = headers.clone();
        let rejection = verifier().verify_http(&request, NOW).unwrap_err();
        assert_eq!(rejection.reason(), &dlga::Reason::Request(dlga::Error::NotAResource), "{method} {uri}");
    }
}

/// DLGA-4: the headers of an earlier signature under the other set of names would count beside the new ones.
#[test]
fn signing_under_the_other_names_leaves_no_header_of_the_first_signature() {
    for (first, second) in [(HeaderNames::XDlg, HeaderNames::X), (HeaderNames::X, HeaderNames::XDlg)] {
        let mut request = Request::get(URL).header("x-other", "stays").body(Vec::new()).unwrap();
        for (names, now) in [(first, NOW), (second, NOW + 3600)] {
            signer().header_names(names).sign_http(&mut request, Date::from_unix(now).unwrap(), "45186").unwrap();
        }
        assert!(verifier().verify_http(&request, NOW + 3600).is_ok(), "{first:?}, then {second:?}");
        assert!(first.all().iter().all(|stale| !request.headers().contains_key(*stale)), "{first:?}");
        assert!(request.headers().contains_key("x-other"));
    }
}
