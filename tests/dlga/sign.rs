//! Signing, stage by stage (DLGA-1 to DLGA-13).

use imza::dlga::{Date, Error, HeaderNames, Part, Request, Signer, resource_of_url};

use serde_json::Value;

use crate::corpus::{bytes, cases, text};
use crate::request;

const DATE: &str = "Tue, 09 Mar 2021 13:28:32 GMT";

fn date() -> Date {
    Date::parse(DATE).unwrap()
}

/// DLGA-3, DLGA-5 to DLGA-12: the first stage that differs is the one that is named.
#[test]
fn every_case_of_the_corpus_is_signed_as_it_says() {
    for case in cases("dlga.json").into_iter().chain(cases("dlga-more.json")) {
        let (name, body) = (&case["name"], bytes(&case, "body_base64"));
        let request = request(&case, &body);
        let to_sign = request.string_to_sign(text(&case, "date")).unwrap();
        assert_eq!(to_sign, bytes(&case, "string_to_sign_base64"), "{name}: string to sign");

        let secret = bytes(&case, "secret_base64");
        let signature = imza::mac::Key::new(&secret).mac(&to_sign);
        assert_eq!(signature.to_string(), text(&case, "signature"), "{name}: signature");

        let signer = Signer::new(text(&case, "access_key_id"), &secret).unwrap();
        let date = Date::parse(text(&case, "date")).unwrap();
        let authorization = signer.authorization(&request, date).unwrap();
        assert_eq!(authorization, text(&case, "authorization"), "{name}: authorization");

        let mut buffer = vec![0; signer.authorization_len()];
        assert_eq!(signer.write_authorization(&request, date, &mut buffer).unwrap(), authorization, "{name}: written");
    }
}

/// DLGA-1 to DLGA-3: the three headers; the requester is required.
#[test]
fn signing_gives_date_requester_and_authorization_in_this_order() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let headers = signer.sign(&Request::get("/v1/x"), date(), "45186").unwrap();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(names, ["x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization"]);
    assert_eq!((headers[0].1.as_str(), headers[1].1.as_str()), (DATE, "45186"));
    assert!(headers[2].1.starts_with("DLGA id:") && headers[2].1.len() == "DLGA id:".len() + 44);
}

/// DLGA-4.
#[test]
fn a_signer_can_be_told_to_write_the_other_set_of_names() {
    let (signer, request) = (Signer::new("id", "not-a-real-secret").unwrap(), Request::get("/v1/x"));
    let usual = signer.sign(&request, date(), "45186").unwrap();
    let other = signer.header_names(HeaderNames::X).sign(&request, date(), "45186").unwrap();
    assert_eq!(
        other.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["Date", "X-Requester-UserId", "X-Authorization"]
    );
    assert_eq!(usual.into_pairs().map(|(_, value)| value), other.into_pairs().map(|(_, value)| value));
}

/// DLGA-2: two requesters, one signature.
#[test]
fn the_requester_is_not_signed() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let one = signer.sign(&Request::get("/v1/x"), date(), "45186").unwrap();
    let other = signer.sign(&Request::get("/v1/x"), date(), "somebody else").unwrap();
    assert_eq!(one.authorization(), other.authorization());
    assert_ne!(one.requester(), other.requester());
}

/// DLGA-13, DLGA-11, DLGA-10: each its own error, with part and byte.
#[test]
fn what_would_forge_a_line_or_a_header_is_not_signed() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let refused = |request: Request, requester: &str| signer.sign(&request, date(), requester).unwrap_err();
    let forbidden = |part, byte, offset| Error::Forbidden { part, byte, offset };
    for byte in [b'\r', b'\n', 0] {
        let forged = [b'/', b'x', byte];
        assert_eq!(refused(Request::new(&forged[1..], "/"), "r"), forbidden(Part::Method, byte, 1));
        assert_eq!(refused(Request::get("/").content_type(&forged), "r"), forbidden(Part::ContentType, byte, 2));
        assert_eq!(refused(Request::get(&forged), "r"), forbidden(Part::Resource, byte, 2));
        assert_eq!(refused(Request::get("/"), str::from_utf8(&forged).unwrap()), forbidden(Part::Requester, byte, 2));
        let dated = Request::get("/").string_to_sign(forged);
        assert_eq!(dated, Err(forbidden(Part::Date, byte, 2)));
    }
    assert_eq!(refused(Request::new("", "/"), "r"), Error::Empty { part: Part::Method });
    assert_eq!(refused(Request::new("GET ", "/"), "r"), forbidden(Part::Method, b' ', 3));
    assert_eq!(refused(Request::get(""), "r"), Error::Empty { part: Part::Resource });
    assert_eq!(refused(Request::get("v1/x"), "r"), Error::NotAResource);
    for byte in [b' ', b'\t', 0x7f, b'#', 0x1b] {
        assert_eq!(refused(Request::get(&[b'/', byte]), "r"), forbidden(Part::Resource, byte, 1));
    }
    assert_eq!(Request::get("/").string_to_sign(""), Err(Error::Empty { part: Part::Date }));
}

/// DLGA-13, DLGA-4: blanks around a value do not count, so a verifier would find no requester.
#[test]
fn a_requester_of_nothing_but_blanks_is_no_requester() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    for requester in ["", " ", "\t ", "      "] {
        let refused = signer.sign(&Request::get("/"), date(), requester);
        assert_eq!(refused, Err(Error::Empty { part: Part::Requester }), "{requester:?}");
    }
}

/// DLGA-13.
#[test]
fn a_key_id_with_a_colon_a_blank_or_a_control_character_is_refused() {
    let refused = |id: &str| Signer::new(id, "not-a-real-secret").unwrap_err();
    assert_eq!(refused(""), Error::Empty { part: Part::KeyId });
    for byte in [b':', b' ', b'\t', b'\n', b'\r', 0, 0x1f, 0x7f] {
        let id = String::from_utf8(vec![b'a', byte, b'c']).unwrap();
        assert_eq!(refused(&id), Error::Forbidden { part: Part::KeyId, byte, offset: 1 });
    }
    assert_eq!(Signer::new("id", "").unwrap_err(), Error::Empty { part: Part::Secret });
}

/// DLGA-10, DLGA-7: every method may have a body, and a fragment never goes over the wire.
#[test]
fn the_resource_of_a_url_is_its_path_and_query() {
    for (url, resource) in [
        ("https://api.diyalog.im/v1/reporting/getonlinehelplist", "/v1/reporting/getonlinehelplist"),
        ("http://h:8080/a?b=c/d?e#f?g", "/a?b=c/d?e"),
        ("HTTPS://h", "/"),
        ("https://h?q", "/?q"),
        ("https://h#f", "/"),
        ("https://h/%C5%9F#", "/%C5%9F"),
    ] {
        assert_eq!(resource_of_url(url).unwrap(), resource, "{url}");
    }
    for url in ["", "/v1/x", "h/v1/x", "ftp://h/x", "https://", "https:///x", "https:/h/x", "://h/x"] {
        assert_eq!(resource_of_url(url), Err(Error::NotAUrl), "{url}");
    }
}

/// DLGA-12: nothing is written where the buffer is too small, and the length is told.
#[test]
fn a_buffer_that_is_too_small_is_left_as_it_was() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let needed = signer.authorization_len();
    for capacity in 0..needed {
        let mut buffer = vec![b'.'; capacity];
        let refused = signer.write_authorization(&Request::get("/"), date(), &mut buffer).unwrap_err();
        assert_eq!(refused, Error::BufferTooSmall { needed, capacity });
        assert!(buffer.iter().all(|&b| b == b'.'));
    }
}

/// DLGA-5, DLGA-12: a case of the corpus stands on the page, from the string to sign to the header.
#[test]
fn the_page_shows_the_vendors_example_as_it_is_signed() {
    let page = include_str!("../../docs/dlga.md");
    let is_shown = |case: &Value| {
        let to_sign = bytes(case, "string_to_sign_base64");
        let indented: String =
            String::from_utf8_lossy(&to_sign).lines().flat_map(|line| ["    ", line, "\n"]).collect();
        let header = format!("    x-dlg-authorization: {}\n", text(case, "authorization"));
        page.contains(&indented) && page.contains(&header)
    };
    assert_eq!(cases("dlga.json").iter().filter(|case| is_shown(case)).count(), 1);
}

/// DLGA-8, DLGA-9: the parts that a well-meaning stack would tidy up are signed as they stand.
#[test]
fn content_type_and_date_are_signed_as_they_stand() {
    let signed = |content_type: &str, date: &str| {
        let request = Request::get("/").content_type(content_type);
        String::from_utf8(request.string_to_sign(date).unwrap()).unwrap()
    };
    assert_eq!(signed("", DATE), format!("GET\n\n{DATE}\n/"), "no content type is an empty line");
    assert_eq!(signed("Text/Plain;charset=UTF-8", DATE), format!("GET\nText/Plain;charset=UTF-8\n{DATE}\n/"));
    assert_eq!(signed("", "Tue, 9 Mar 2021 16:28:32 +03:00"), "GET\n\nTue, 9 Mar 2021 16:28:32 +03:00\n/");
    assert_eq!(signed("", "yesterday"), "GET\n\nyesterday\n/", "a received date can be shown, whatever it says");
}

/// The type to look at while debugging is readable, and a long body does not flood the log.
#[test]
fn debug_of_a_request_shows_texts_and_the_length_of_the_body() {
    let request = Request::post("/v1/x?ş=\u{9b}").json("{\"customerId\":\"123456\"}");
    assert_eq!(
        format!("{request:?}"),
        r#"Request { method: "POST", content_type: "application/json", resource: "/v1/x?\xc5\x9f=\xc2\x9b", body: [23 bytes], body_line: WhenPresent }"#
    );
}

/// DLGA-1 to DLGA-4: by name, by place and one after another.
#[test]
fn signed_headers_are_named_and_are_three_pairs() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let headers = signer.sign(&Request::get("/v1/x"), date(), "45186").unwrap();
    assert_eq!((headers.date(), headers.requester()), (DATE, "45186"));
    assert_eq!(headers.authorization(), signer.authorization(&Request::get("/v1/x"), date()).unwrap());
    assert_eq!((headers[2].0, headers[2].1.as_str()), ("x-dlg-authorization", headers.authorization()));
    assert_eq!((headers.len(), headers.iter().count(), (&headers).into_iter().count()), (3, 3, 3));
    let values: Vec<String> = headers.clone().into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, headers.into_pairs().map(|(_, value)| value));
}

/// What a signer says of itself, and what a person sees of a date and a tag in a debugger.
#[test]
fn the_key_id_can_be_asked_for_and_dates_and_tags_are_readable_in_debug() {
    let signer = Signer::new("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret").unwrap();
    assert_eq!(signer.key_id(), "1234567-8ABC-DEF0-5432-56712ABCDEF5");
    assert_eq!(format!("{:?}", date()), format!("Date({DATE})"));
    let tag = imza::mac::Tag::from([0; 32]);
    assert_eq!(format!("{tag:?}"), "Tag(AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=)");
}
