//! The page shows what came, escaped, and to this machine's own pages alone.

use std::io::{BufRead as _, BufReader, Write as _};

use crate::served::{KEY_ID, SECRET, Served, now};

#[test]
fn requests_are_shown_as_they_come_and_as_text() {
    let served = Served::run("sandbox", &[]);
    let mut socket = served.connect();
    write!(socket, "GET /_imza/events HTTP/1.1\r\nhost: {}\r\n\r\n", served.address).unwrap();
    let mut lines = BufReader::new(socket).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "HTTP/1.1 200 OK");

    served.send("POST", "/v1/x?a='b'", &[("x-dlg-date", "\u{9b}31m")], "</script>\r\ndata: forged");
    let event = lines.by_ref().take(100).find(|line| line.starts_with("data: ")).unwrap();
    let shown: serde_json::Value = serde_json::from_str(&event["data: ".len()..]).unwrap();
    assert_eq!((shown["status"].as_u64(), shown["verdict"].as_str()), (Some(400), Some("malformed")));
    assert_eq!(shown["resource"], "/v1/x?a='b'");
    assert!(!event.contains("not-a-real-secret"));
    assert!(!served.line().contains('\u{9b}'));
}

/// Where a secret is sent, in whatever place, neither the page nor the terminal shows it; nor what signs.
#[test]
fn what_is_shown_holds_no_secret_and_no_signature() {
    let served = Served::run("sandbox", &[]);
    let mut socket = served.connect();
    write!(socket, "GET /_imza/events HTTP/1.1\r\nhost: {}\r\n\r\n", served.address).unwrap();
    let mut events = BufReader::new(socket).lines().map(Result::unwrap).filter(|line| line.starts_with("data: "));
    let mut shown = || events.next().unwrap();

    let json = [("content-type", "application/json")];
    let headers = [
        json[0],
        ("x-dlg-date", "not-a-real-secret"),
        ("x-dlg-requester-userid", "not-a-real-secret"),
        ("x-dlg-authorization", "DLGA not-a-real-secret:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="),
    ];
    served.send("POST", "/v1/x?key=not-a-real-secret", &headers, r#"{"secret":"not-a-real-secret"}"#);
    let hidden = "a=merchant-key-not-real&b=merchant-salt-not-real&requestToken=c2lnbmF0dXJl&merchantId=1000042";
    let form = [("content-type", "application/x-www-form-urlencoded")];
    served.send("POST", "/RequestV2/SetPreDefinedLimit", &form, hidden);
    served.send("POST", "/merchant-key-not-real", &json, "");
    for _ in 0..3 {
        let (event, line) = (shown(), served.line());
        for secret in ["not-a-real-secret", "not-a-real", "merchant-key-not-real", "merchant-salt-not-real"] {
            assert!(!event.contains(secret) && !line.contains(secret), "{secret}: {event}\n{line}");
        }
        let event: serde_json::Value = serde_json::from_str(&event["data: ".len()..]).unwrap();
        let curl = event["curl"].as_str().unwrap();
        assert!(curl.starts_with("curl --request POST "), "{curl}");
        for signs in ["authorization", "DLGA", "requestToken", "c2lnbmF0dXJl"] {
            assert!(!curl.contains(signs), "{curl}");
        }
    }
}

/// What was signed comes with the explanation: both strings to sign, and where they differ.
#[test]
fn the_string_to_sign_is_shown_as_received_and_as_signed() {
    let served = Served::run("sandbox", &["--scenario", "strip=content-type"]);
    let mut socket = served.connect();
    write!(socket, "GET /_imza/events HTTP/1.1\r\nhost: {}\r\n\r\n", served.address).unwrap();
    let mut events = BufReader::new(socket).lines().map(Result::unwrap).filter(|line| line.starts_with("data: "));
    let date = imza::dlga::Date::from_unix(now()).unwrap();
    let request = imza::dlga::Request::post("/v1/application/finishonlinehelp").json("{}\n");
    let headers = imza::dlga::Signer::new(KEY_ID, SECRET).unwrap().sign(&request, date, "45186").unwrap();
    let mut sent = vec![("content-type", "application/json")];
    sent.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
    served.send("POST", "/v1/application/finishonlinehelp", &sent, "{}");

    let event: serde_json::Value = serde_json::from_str(&events.next().unwrap()["data: ".len()..]).unwrap();
    let received = event["signed"].as_str().unwrap();
    let matched = &event["explanation"]["matches"][0];
    let signed = matched["signed_text"].as_str().unwrap();
    assert!(received.starts_with("POST⏎\n⏎\n") && received.ends_with("⏎\n{}⏎\n/v1/application/finishonlinehelp"));
    assert!(signed.starts_with("POST⏎\napplication/json⏎\n"), "{signed}");
    assert!(signed.ends_with("⏎\n{}⏎\n⏎\n/v1/application/finishonlinehelp"), "{signed}");
    let body = matched["differences"].as_array().unwrap().iter().find(|part| part["part"] == "body").unwrap();
    assert_eq!((body["received"].as_str(), body["signed"].as_str()), (Some("{}"), Some("{}⏎")));
    assert_eq!((body["offset"].as_u64(), body["column"].as_u64()), (Some(2), Some(2)));
}

#[test]
fn the_page_needs_nothing_from_elsewhere_and_runs_no_other_script() {
    let served = Served::run("sandbox", &[]);
    let page = served.raw(format!("GET /_imza/ HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", served.address));
    let (head, page) = page.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("default-src 'none'"), "{head}");
    assert!(!head.contains("unsafe-inline"), "{head}");
    for forbidden in
        ["http://", "https://", "innerHTML", "document.write", "insertAdjacentHTML", " style=", " onclick="]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn a_page_of_another_site_sees_nothing() {
    let served = Served::run("sandbox", &[]);
    let status = |host: &str, more: &str| {
        let answer = served.raw(format!("GET /_imza/ HTTP/1.1\r\nhost: {host}\r\n{more}connection: close\r\n\r\n"));
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(status(&served.address, ""), "200");
    assert_eq!(status("rebound.example", ""), "403");
    assert_eq!(status(&served.address, "origin: https://evil.example\r\n"), "403");
    assert_eq!(status(&served.address, "sec-fetch-site: cross-site\r\n"), "403");
}
