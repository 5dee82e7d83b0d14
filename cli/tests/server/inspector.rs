//! The page shows what came, escaped, and to this machine's own pages alone.

use std::io::{BufRead as _, BufReader, Write as _};

use crate::served::Served;

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
