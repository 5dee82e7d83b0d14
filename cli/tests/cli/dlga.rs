//! `imza dlga`: the golden corpus, the vendor's verdicts, the clock, and bad input.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::desk::{Desk, Ended, SECRET, words};

const DATE: &str = "Tue, 09 Mar 2021 13:28:32 GMT";
const SIGNED_AT: i64 = 1_615_296_512;
const BODY: &str = r#"{"customerId":"123456"}"#;
const RESOURCE: &str = "/v1/application/finishonlinehelp";
const AUTHORIZATION: &str = "DLGA my-key:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=";

#[derive(Deserialize)]
struct Corpus {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    access_key_id: String,
    secret_base64: String,
    body_line: String,
    method: String,
    content_type: String,
    date: String,
    body_base64: String,
    resource: String,
    string_to_sign_base64: String,
    authorization: String,
}

impl Case {
    /// The options that describe the request; its body and secret are put on the desk.
    fn request(&self, desk: &Desk) -> Vec<String> {
        desk.file("body", decode(&self.body_base64));
        desk.file("case-secret", decode(&self.secret_base64));
        let pairs = [
            ("--method", &self.method),
            ("--content-type", &self.content_type),
            ("--resource", &self.resource),
            ("--body", &"body".to_owned()),
            ("--body-line", &self.body_line),
        ];
        pairs.into_iter().flat_map(|(name, value)| [name.to_owned(), value.clone()]).collect()
    }

    fn key(&self) -> [String; 4] {
        ["--key-id", &self.access_key_id, "--secret-file", "case-secret"].map(ToOwned::to_owned)
    }
}

fn decode(base64: &str) -> Vec<u8> {
    let mut bytes = vec![0; base64.len()];
    let written = STANDARD.decode_slice(base64, &mut bytes).unwrap();
    bytes.truncate(written);
    bytes
}

fn corpus() -> Vec<Case> {
    serde_json::from_str::<Corpus>(include_str!("../../../tests/vectors/dlga.json")).unwrap().cases
}

/// DLGA-5 to DLGA-12, stage by stage, as an independent implementation has them.
#[test]
fn every_case_of_the_corpus_is_shown_signed_and_verified() {
    let desk = Desk::new();
    for case in corpus() {
        let request = case.request(&desk);
        let dated = ["--date".to_owned(), case.date.clone()];

        let shown = desk.imza([words("dlga string-to-sign"), request.clone(), dated.to_vec()].concat());
        assert_eq!(shown.done(), decode(&case.string_to_sign_base64), "{}", case.name);

        let requester = words("--requester 45186");
        let sign = [words("dlga sign"), case.key().to_vec(), request.clone(), dated.to_vec(), requester].concat();
        let signed = desk.imza(sign);
        let expected = format!(
            "x-dlg-date: {}\nx-dlg-requester-userid: 45186\nx-dlg-authorization: {}\n",
            case.date, case.authorization
        );
        assert_eq!((signed.code, signed.text()), (Some(0), expected.clone()), "{}", case.name);

        let headers = expected.lines().flat_map(|line| ["--header".to_owned(), line.to_owned()]);
        let mut verify = [words("dlga verify --ignore-clock"), case.key().to_vec(), request].concat();
        verify.extend(headers);
        let verified = desk.imza(&verify);
        assert_eq!(verified.code, Some(0), "{}: {}", case.name, verified.stderr);
        assert!(verified.text().starts_with("accepted: "), "{}", verified.text());

        let mut body = decode(&case.body_base64);
        body.push(b'!');
        desk.file("body", body);
        assert!(desk.imza(&verify).stderr.contains("refused with 401 `Authorization failed`: "), "{}", case.name);
    }
}

/// The options of one signed request.
struct Signed {
    desk: Desk,
}

impl Signed {
    fn new() -> Self {
        let desk = Desk::new();
        desk.file("body", BODY);
        Self { desk }
    }

    fn sign(&self, more: &[&str]) -> Ended {
        let own = words("dlga sign --key-id my-key --secret-file secret --method POST --body body --requester 45186");
        let own = [own, words("--content-type application/json --resource"), vec![RESOURCE.to_owned()]].concat();
        self.desk.imza(own.iter().map(String::as_str).chain(more.iter().copied()))
    }

    /// Verifies with these three headers, and further options.
    fn verify_headers(&self, headers: &[&str], more: &[&str]) -> Ended {
        let own = words("dlga verify --key-id my-key --secret-file secret --method POST --body body");
        let own = [own, words("--content-type application/json --resource"), vec![RESOURCE.to_owned()]].concat();
        let headers = headers.iter().flat_map(|header| ["--header", header]);
        self.desk.imza(own.iter().map(String::as_str).chain(headers).chain(more.iter().copied()))
    }

    fn verify(&self, more: &[&str]) -> Ended {
        let [date, authorization] = [format!("x-dlg-date: {DATE}"), format!("x-dlg-authorization: {AUTHORIZATION}")];
        self.verify_headers(&[&date, "x-dlg-requester-userid: 45186", &authorization], more)
    }
}

/// DLGA-18: the vendor's server may refuse what Java's parser does not read; it is signed all the same.
#[test]
fn a_zone_that_java_does_not_read_is_signed_with_a_warning() {
    let desk = Signed::new();
    for (date, warned) in [
        ("Tue, 09 Mar 2021 13:28:32 Z", true),
        ("Tue, 09 Mar 2021 13:28:32 UT", true),
        ("Tue, 09 Mar 2021 16:28:32 +03:00", true),
        ("Tue, 09 Mar 2021 16:28:32 +0300", false),
        ("2021-03-09T16:28:32+03:00", false),
    ] {
        let signed = desk.sign(&["--date", date]);
        assert_eq!(signed.code, Some(0), "{date}");
        assert_eq!(signed.stderr.starts_with("imza: warning: the date's zone is `"), warned, "{}", signed.stderr);
        assert_eq!(signed.stderr.is_empty(), !warned, "{}", signed.stderr);
    }
}

/// DLGA-1, DLGA-9, DLGA-18: three forms of a DATE, and the header's own is kept with its zone.
#[test]
fn a_date_is_unix_seconds_or_rfc_3339_or_the_headers_form() {
    let desk = Signed::new();
    for (date, header) in [
        ("1615296512", DATE),
        ("0", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("2021-03-09T13:28:32Z", DATE),
        ("2021-03-09T16:28:32.999+03:00", DATE),
        ("2021-03-09t13:28:32z", DATE),
        ("2021-03-09 13:28:32Z", DATE),
        (DATE, DATE),
        ("Tue, 9 Mar 2021 16:28:32 +0300", "Tue, 9 Mar 2021 16:28:32 +0300"),
        ("Tue, 09 Mar 2021 13:28:32", "Tue, 09 Mar 2021 13:28:32"),
    ] {
        let signed = desk.sign(&["--date", date]).done_text();
        assert_eq!(signed.lines().next(), Some(format!("x-dlg-date: {header}").as_str()), "{date}");
    }
    for (date, reason) in [
        ("yesterday", "leaves the pattern at byte 0"),
        ("Wed, 09 Mar 2021 13:28:32 GMT", "the weekday contradicts the date, which is a Tue"),
        ("Tue, 09 Mar 2021 13:28:60 GMT", "no such date or time of day"),
        ("-1", "outside the years 1970 to 9999"),
        ("1969-12-31T23:59:59.5Z", "outside the years 1970 to 9999"),
        ("253402300800", "outside the years 1970 to 9999"),
        ("-9223372036854775808", "outside the years 1970 to 9999"),
        ("99999999999999999999", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
        ("2021-03-09T13:28:60Z", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
        ("2021-02-29T13:28:32Z", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
        ("2021-03-09T13:28:32", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
        ("20210309T132832Z", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
        ("2021-03-09T13:28:32+0300", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
        ("2021-03-09", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
        ("", "Unix seconds (1615296512), RFC 3339 (2021-03-09T13:28:32Z)"),
    ] {
        let refused = desk.sign(&["--date", date]).misused();
        assert!(refused.contains(reason), "{date}: {refused}");
    }
}

#[test]
fn what_is_signed_without_a_date_is_dated_now() {
    let desk = Signed::new();
    let headers = desk.sign(&[]).done_text();
    let headers: Vec<_> = headers.lines().collect();
    desk.verify_headers(&headers, &["--past", "300", "--future", "0"]).done();
}

/// DLGA-4.
#[test]
fn the_vendors_other_header_names_are_written_and_read() {
    let desk = Signed::new();
    let headers = desk.sign(&["--date", DATE, "--header-names", "x"]).done_text();
    let expected = format!("Date: {DATE}\nX-Requester-UserId: 45186\nX-Authorization: {AUTHORIZATION}\n");
    assert_eq!(headers, expected);
    let headers: Vec<_> = headers.lines().collect();
    desk.verify_headers(&headers, &["--now", DATE]).done();
}

#[test]
fn json_is_one_object_of_name_and_value() {
    let json = Signed::new().sign(&["--date", DATE, "--format", "json"]).done_text();
    let expected = format!(
        r#"{{"x-dlg-date":"{DATE}","x-dlg-requester-userid":"45186","x-dlg-authorization":"{AUTHORIZATION}"}}"#
    );
    assert_eq!(json, expected + "\n");
}

/// DLGA-10.
#[test]
fn a_resource_is_given_as_it_is_or_taken_from_the_url() {
    let desk = Desk::new();
    let shown = |target: [&str; 2]| {
        let own = words("dlga string-to-sign --method GET --date 0");
        desk.imza(own.iter().map(String::as_str).chain(target))
    };
    let from_url = shown(["--url", "https://api.diyalog.im/v1/x?page=2#top"]).done_text();
    assert_eq!(from_url, "GET\n\nThu, 01 Jan 1970 00:00:00 GMT\n/v1/x?page=2");
    assert_eq!(from_url, shown(["--resource", "/v1/x?page=2"]).done_text());
    assert!(shown(["--url", "api.diyalog.im/v1/x"]).failed().contains("--url: this is not an absolute"));
    assert!(shown(["--resource", "v1/x"]).failed().contains("does not begin with `/`"));
    assert!(shown(["--resource", "/v1/x#top"]).failed().contains("the resource holds `#` at byte 5"));
    desk.imza(words("dlga string-to-sign --method GET --date 0")).misused();
    desk.imza(words("dlga string-to-sign --method GET --date 0 --url https://a/b --resource /b")).misused();
}

/// DLGA-7: the bytes of standard input are the body, and no body is an empty one.
#[test]
fn a_body_comes_from_a_file_or_standard_input_or_is_empty() {
    let desk = Desk::new();
    let own = "dlga string-to-sign --method POST --date 0 --resource /v1/x";
    let piped = desk.imza_reading(b"\0\xff\r\n", words(&format!("{own} --body -"))).done();
    assert_eq!(piped, b"POST\n\nThu, 01 Jan 1970 00:00:00 GMT\n\0\xff\r\n\n/v1/x");
    desk.file("empty", "");
    for body in ["", " --body empty", " --body -"] {
        let shown = desk.imza(words(&format!("{own}{body}"))).done_text();
        assert_eq!(shown, "POST\n\nThu, 01 Jan 1970 00:00:00 GMT\n/v1/x");
    }
    assert!(desk.imza(words(&format!("{own} --body gone"))).failed().contains("cannot read the body file gone: "));
    assert!(desk.imza(words(&format!("{own} --body ."))).failed().contains("cannot read the body file .: "));
}

/// DLGA-7: the command may not use more memory than a small part of the body.
#[cfg(target_os = "linux")]
#[test]
fn a_body_larger_than_the_memory_is_signed_and_verified() {
    let desk = Desk::new();
    let file = std::fs::File::create(desk.path().join("large")).unwrap();
    file.set_len(68 << 20).unwrap();
    let key = "--key-id my-key --secret-file secret --method POST --resource /v1/x";
    // 64 MiB of address space, less than the body has; what needs the whole body shows that it is enforced.
    let script = format!(
        "ulimit -v 65536
         imza dlga sign {key} --date 0 --requester 1 --body large >headers
         imza dlga sign {key} --date 0 --requester 1 --body - --format curl <large >line
         imza dlga verify {key} --body - --ignore-clock --header \"$(sed -n 1p headers)\" \\
             --header \"$(sed -n 2p headers)\" --header \"$(sed -n 3p headers)\" <large
         if imza dlga string-to-sign --method POST --resource /v1/x --body large >shown 2>/dev/null; then
             echo 'the limit has no effect'
         fi"
    );
    let ended = desk.sh(&script);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.text().starts_with("accepted: ") && ended.text().lines().count() == 1, "{}", ended.text());
}

/// DLGA-2, DLGA-20.
#[test]
fn an_accepted_request_is_told_with_its_key_date_and_requester() {
    let accepted = Signed::new().verify(&["--now", "1615296600"]).done_text();
    assert_eq!(
        accepted,
        format!(
            "accepted: signed at {DATE} with key 0 (access key id my-key); the requester, which is not signed, is \"45186\"\n"
        )
    );
}

/// DLGA-14, DLGA-15, DLGA-19.
#[test]
fn the_clock_is_an_argument_and_its_windows_can_be_set_apart() {
    let desk = Signed::new();
    let at = |seconds: i64| (SIGNED_AT + seconds).to_string();
    for accepted in [
        &["--now", &at(900)][..],
        &["--now", &at(-900)],
        &["--now", "2021-03-09T13:43:32Z"],
        &["--now", "Tue, 09 Mar 2021 16:28:32 +0300"],
        &["--now", &at(10), "--past", "10"],
        &["--now", &at(-10), "--future", "10"],
        &["--now", &at(0), "--past", "0", "--future", "0"],
        &["--now", &at(1_000_000), "--past", "18446744073709551615"],
        &["--ignore-clock"],
        &["--ignore-clock", "--now", "-5"],
    ] {
        desk.verify(accepted).done();
    }
    for refused in [
        &["--now", &at(901)][..],
        &["--now", &at(-901)],
        &["--now", "2021-03-09T13:43:33Z"],
        &["--now", "-5"],
        &["--now=-9223372036854775808"],
        &["--now", "-9223372036854775808"],
        &["--now", "9223372036854775807"],
        &["--now", &at(11), "--past", "10"],
        &["--now", &at(-11), "--future", "10"],
        &["--now", &at(-1), "--past", "10", "--future", "0"],
    ] {
        let sentence = desk.verify(refused).refused();
        assert!(sentence.contains("refused with 403 `Request time may not be correct.`: the date lies "), "{sentence}");
    }
    for misused in [["--now", "soon"], ["--past", "-1"], ["--future", "1.5"], ["--now", "9223372036854775808"]] {
        desk.verify(&misused).misused();
    }
}

/// DLGA-13 to DLGA-16: the vendor's status and text, and the reason behind it.
#[test]
fn a_refusal_has_the_vendors_status_and_text_and_a_reason() {
    let desk = Signed::new();
    let date = &format!("x-dlg-date: {DATE}");
    let requester = "x-dlg-requester-userid: 45186";
    let authorization = &format!("x-dlg-authorization: {AUTHORIZATION}");
    let with = |value: &str| format!("x-dlg-authorization: {value}");
    let (missing, format, date_invalid, failed) = (
        "400 `Required headers not found`: ",
        "400 `Authorization failed due to data format not valid`: ",
        "400 `Authorization failed due to date not valid`: ",
        "401 `Authorization failed`: ",
    );
    for (headers, verdict, reason) in [
        (vec![], missing, "the header x-dlg-date (or Date) is missing"),
        (vec![date, requester], missing, "the header x-dlg-authorization (or X-Authorization) is missing"),
        (vec![date, authorization], missing, "the header x-dlg-requester-userid (or X-Requester-UserId) is missing"),
        (vec![date, requester, authorization, "X-DLG-Date: x"], format, "the header x-dlg-date occurs twice"),
        (vec![date, requester, &with("TSA my-key:x")], format, "does not begin with `DLGA` and one blank"),
        (vec![date, requester, &with("DLGA my-key")], format, "lacks the `:`"),
        (
            vec![date, requester, &with("DLGA my-key:4J2OtxTeMpyfMad4y26RaKA/rrk=")],
            format,
            "replaced HMAC-SHA1 on 12 March 2021",
        ),
        (vec![date, requester, &with(&AUTHORIZATION.replace('/', "_"))], format, "base64's URL alphabet"),
        (
            vec![date, "x-dlg-requester-userid: a\nb", authorization],
            format,
            "the requester id holds a line feed at byte 1",
        ),
        (vec!["x-dlg-date: now", requester, authorization], date_invalid, "leaves the pattern at byte 0"),
        (
            vec![
                date,
                requester,
                &AUTHORIZATION.replace("my-key", "other").replace("DLGA", "x-dlg-authorization: DLGA"),
            ],
            failed,
            "no key is held for the access key id `othe…` (5 bytes)",
        ),
        (vec![date, requester, &with(&AUTHORIZATION.replace("0T", "1T"))], failed, "the signature does not match"),
    ] {
        let sentence = desk.verify_headers(&headers, &["--now", DATE]).refused();
        let begin = format!("imza: refused with {verdict}");
        assert!(sentence.starts_with(&begin) && sentence.contains(reason), "{headers:?}: {sentence}");
    }
}

#[test]
fn what_somebody_else_sent_does_not_reach_the_terminal_raw() {
    let desk = Signed::new();
    let (date, id) = (format!("x-dlg-date: {DATE}"), AUTHORIZATION.replace("my-key", "a\u{9b}31m"));
    let unknown = format!("x-dlg-authorization: {id}");
    let sentence = desk.verify_headers(&[&date, "x-dlg-requester-userid: 1", &unknown], &["--now", DATE]).refused();
    assert!(sentence.contains("no key is held for the access key id `a\\u{9b}31…`"), "{sentence}");

    let genuine = format!("x-dlg-authorization: {AUTHORIZATION}");
    let requester = "x-dlg-requester-userid: \x1b[31mAyşe";
    let accepted = desk.verify_headers(&[&date, requester, &genuine], &["--now", DATE]).done_text();
    assert!(accepted.ends_with("is \"\\u{1b}[31mAyşe\"\n"), "{accepted}");
}

/// DLGA-13: a received request with a forged line is refused, where signing one could not run.
#[test]
fn a_forbidden_part_is_refused_in_verifying_and_an_error_in_signing() {
    let desk = Desk::new();
    let own = "dlga sign --key-id my-key --secret-file secret --date 0";
    let sign = |more: [&str; 6]| desk.imza(words(own).iter().map(String::as_str).chain(more)).failed();
    for (more, reason) in [
        (["--method", "PO ST", "--resource", "/x", "--requester", "1"], "the method holds a blank at byte 2"),
        (["--method", "", "--resource", "/x", "--requester", "1"], "the method is empty"),
        (["--method", "GET", "--resource", "/x y", "--requester", "1"], "the resource holds a blank at byte 2"),
        (["--method", "GET", "--resource", "/x", "--requester", ""], "the requester id is empty"),
        (
            ["--method", "GET", "--resource", "/x", "--requester", "1\r\nx: y"],
            "the requester id holds a carriage return",
        ),
    ] {
        let sentence = sign(more);
        assert!(sentence.contains(reason), "{sentence}");
    }
    let own = "dlga sign --secret-file secret --date 0 --method GET --resource /x --requester 1 --key-id";
    for (id, reason) in [("a:b", "`:` at byte 1"), ("a b", "a blank at byte 1"), ("", "the access key id is empty")] {
        let sentence = desk.imza(words(own).iter().map(String::as_str).chain([id])).failed();
        assert!(sentence.contains(reason), "{sentence}");
    }

    let (date, authorization) = (format!("x-dlg-date: {DATE}"), format!("x-dlg-authorization: {AUTHORIZATION}"));
    let verify = words("dlga verify --key-id my-key --secret-file secret --method POST --resource v1 --ignore-clock");
    let headers = ["--header", &date, "--header", "x-dlg-requester-userid: 1", "--header", &authorization];
    let sentence = desk.imza(verify.iter().map(String::as_str).chain(headers)).refused();
    assert!(sentence.contains("400 `Authorization failed due to data format not valid`: the resource"), "{sentence}");
}

/// DLGA-8: the content type that was signed is the option's, or else the received header's.
#[test]
fn the_content_type_is_taken_from_the_received_header_too() {
    let signed = Signed::new();
    let (date, authorization) = (format!("x-dlg-date: {DATE}"), format!("x-dlg-authorization: {AUTHORIZATION}"));
    let verify = |more: &[&str]| {
        let own = words("dlga verify --key-id my-key --secret-file secret --method POST --body body --ignore-clock");
        let headers = ["--header", &date, "--header", "x-dlg-requester-userid: 1", "--header", &authorization];
        let own = own.iter().map(String::as_str).chain(["--resource", RESOURCE]).chain(headers);
        signed.desk.imza(own.chain(more.iter().copied()))
    };
    let json = "content-type: application/json ";
    verify(&["--header", json]).done();
    verify(&["--header", json, "--content-type", "application/json"]).done();
    assert!(verify(&[]).refused().contains("the signature does not match"));
    assert!(
        verify(&["--header", json, "--content-type", "text/json"])
            .failed()
            .contains("--content-type says \"text/json\"")
    );
    // DLGA-4: a header that occurs twice is a format error, whatever the option says.
    for more in [
        &["--header", json, "--header", json][..],
        &["--header", json, "--header", json, "--content-type", "application/json"],
    ] {
        let refused = verify(more).refused();
        assert!(
            refused.contains(
                "400 `Authorization failed due to data format not valid`: the header Content-Type occurs twice"
            ),
            "{refused}"
        );
    }
    assert!(verify(&["--header", "no colon"]).misused().contains("a header reads `Name: value`"));
    assert!(verify(&["--header", "two words: x"]).misused().contains("a header reads `Name: value`"));
}

/// DLGA-20: a keys file has several keys, and the one that matched is named.
#[test]
fn a_keys_file_says_which_key_matched() {
    let signed = Signed::new();
    signed.desk.file(
        "keys.toml",
        "[[dlga]]\naccess_key_id = \"other\"\nsecret = \"x\"\n\
         [[dlga]]\naccess_key_id = \"my-key\"\nsecret = \"newer\"\n\
         [[dlga]]\naccess_key_id = \"my-key\"\nsecret_file = \"secret\"\n",
    );
    let (date, authorization) = (format!("x-dlg-date: {DATE}"), format!("x-dlg-authorization: {AUTHORIZATION}"));
    let headers = ["--header", &date, "--header", "x-dlg-requester-userid: 1", "--header", &authorization];
    let verify = |more: &str| {
        let own = words("dlga verify --content-type application/json --method POST --body body --resource");
        let more = words(more);
        let own = own.iter().map(String::as_str).chain([RESOURCE]).chain(headers);
        signed.desk.imza(own.chain(more.iter().map(String::as_str)))
    };
    assert!(verify("--keys keys.toml --ignore-clock").done_text().contains("with key 2 (access key id my-key)"));
    let late = verify("--keys keys.toml --now 0").refused();
    assert!(late.contains("403 ") && late.ends_with("; the signature is genuine, with key 2"), "{late}");
    verify("--keys keys.toml --ignore-clock --key-id my-key").misused();
    verify("--keys keys.toml --ignore-clock --secret-file secret").misused();
    verify("--ignore-clock --secret-file secret").misused();
    verify("--ignore-clock --key-id my-key").misused();
    assert!(verify("--ignore-clock --keys gone.toml").failed().contains("gone.toml: "));
    signed.desk.file("secret", format!("{SECRET}\r\n"));
    let warned = verify("--keys keys.toml --ignore-clock");
    assert!(warned.code == Some(1) && warned.stderr.contains("imza: warning: "), "{}", warned.stderr);
    verify("--keys keys.toml --ignore-clock --trim-newline").done();
}

#[test]
fn a_reader_that_goes_early_is_no_panic() {
    let desk = Desk::new();
    desk.file("large", vec![b'x'; 1 << 20]);
    let ended = desk.sh("imza dlga string-to-sign --method POST --date 0 --resource /x --body large | head -c 1");
    assert_eq!(ended.done_text(), "P");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let desk = Desk::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = desk.command(env!("CARGO_BIN_EXE_imza"));
    command.args(words("dlga string-to-sign --method POST --date 0 --resource /x"));
    let output = command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("imza: cannot write to standard output: "));
    // And where standard error is full as well, there is still the exit code.
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let status = command.stdout(full()).stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(2));
}
