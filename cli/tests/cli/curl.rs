//! `--format curl`: the line is pasted into a shell, sent by curl to a server on the loopback, and what
//! arrives there is verified.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::desk::{Desk, run, words};

/// A request as it came over the wire.
struct Arrived {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Arrived {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        let head = loop {
            let read = stream.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the request ends within its head");
            bytes.extend_from_slice(&buffer[..read]);
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
        };
        let mut body = bytes.split_off(head + 4);
        let head = String::from_utf8(bytes).unwrap();
        let mut lines = head.trim_end().split("\r\n");
        let start: Vec<_> = lines.next().unwrap().split(' ').map(ToOwned::to_owned).collect();
        let pair = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = lines.map(|line| pair(line).unwrap()).collect();
        let mut arrived = Self { method: start[0].clone(), target: start[1].clone(), headers, body: Vec::new() };
        let length = arrived.header("content-length").map_or(0, |length| length.parse().unwrap());
        while body.len() < length {
            let read = stream.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the request ends within its body");
            body.extend_from_slice(&buffer[..read]);
        }
        arrived.body = body;
        stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").unwrap();
        arrived
    }
}

/// Signs a request, has a shell run the line, and verifies what arrived.
#[track_caller]
fn sent_and_verified(desk: &Desk, method: &str, resource: &str, more: &[&str], stdin: &[u8]) -> Arrived {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{resource}", listener.local_addr().unwrap());
    let server = thread::spawn(move || Arrived::read(listener.accept().unwrap().0));

    let own = words("dlga sign --key-id my-key --secret-file secret --date 0 --requester 45186 --format curl");
    let own = own.iter().map(String::as_str).chain(["--method", method, "--url", &url]).chain(more.iter().copied());
    let line = desk.imza_reading(stdin, own);
    assert_eq!(line.code, Some(0), "{}", line.stderr);
    desk.file("line.sh", &line.stdout);
    // A proxy or a .curlrc of the machine is no part of the line.
    let pasted = "curl() { command curl --disable --noproxy '*' --silent --show-error \"$@\"; }; . ./line.sh";
    let mut shell = desk.command("sh");
    let ended = run(shell.args(["-e", "-c", pasted]), stdin);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "curl is needed, and this line: {}", line.text());

    let arrived = server.join().unwrap();
    let own = words("dlga verify --key-id my-key --secret-file secret --ignore-clock --body -");
    let headers = arrived.headers.iter().map(|(name, value)| format!("--header={name}: {value}"));
    let request = ["--method", &arrived.method, "--resource", &arrived.target].map(ToOwned::to_owned);
    let reading = more.iter().position(|&word| word == "--body-line").map(|at| [more[at], more[at + 1]]);
    let reading = reading.into_iter().flatten().map(ToOwned::to_owned);
    let verify: Vec<_> = own.into_iter().chain(request).chain(headers).chain(reading).collect();
    let verified = desk.imza_reading(&arrived.body, verify);
    assert_eq!(verified.code, Some(0), "{}: {}", line.text(), verified.stderr);
    assert_eq!(arrived.target, resource);
    arrived
}

/// DLGA-7 to DLGA-11: whatever is signed arrives as it was signed.
#[test]
fn the_line_sends_exactly_what_was_signed() {
    let desk = Desk::new();
    let text = "{\n\t\"name\" : \"d'Artagnan $HOME `id` \\ \\n % !\"\n}\n";
    desk.file("body.json", text);
    desk.file("it's a \"body\" $HOME", b"\0\xff\r\n@");
    desk.file("empty", "");
    let json = "application/json; charset=utf-8";

    let arrived = sent_and_verified(&desk, "POST", "/v1/x", &["--content-type", json, "--body", "body.json"], b"");
    assert_eq!((arrived.header("content-type"), arrived.body.as_slice()), (Some(json), text.as_bytes()));
    let arrived = sent_and_verified(&desk, "PUT", "/v1/x", &["--body", "it's a \"body\" $HOME"], b"");
    assert_eq!((arrived.header("content-type"), arrived.body.as_slice()), (None, &b"\0\xff\r\n@"[..]));

    let inline = ["--content-type", json, "--body", "-"];
    for body in [text, "@body.json", "'", "-", "x\n\n"] {
        let arrived = sent_and_verified(&desk, "POST", "/v1/x", &inline, body.as_bytes());
        assert_eq!(arrived.body, body.as_bytes());
    }
    // No text, and too long for a line: the line reads standard input.
    for body in [&b"\0"[..], b"\xff\xfe", b"\x1b[31m", &vec![b'x'; 70_000]] {
        assert_eq!(sent_and_verified(&desk, "POST", "/v1/x", &inline, body).body, body);
    }
    for body in [&["--body", "empty"][..], &["--body", "-"], &[], &["--body-line", "always"]] {
        let arrived = sent_and_verified(&desk, "POST", "/v1/x", body, b"");
        assert_eq!((arrived.header("content-type"), arrived.header("content-length")), (None, Some("0")), "{body:?}");
    }
    for method in ["GET", "HEAD", "DELETE", "post"] {
        let arrived = sent_and_verified(&desk, method, "/v1/x", &[], b"");
        assert_eq!((arrived.method.as_str(), arrived.header("content-length")), (method, None));
        sent_and_verified(&desk, method, "/v1/x", &["--content-type", json], b"");
    }
    sent_and_verified(&desk, "GET", "/v1/x", &["--header-names", "x"], b"");
}

/// DLGA-10: curl resolves dots, drops a lone `?` and expands brackets, where it is left to itself.
#[test]
fn the_line_sends_the_resource_as_it_is() {
    let desk = Desk::new();
    for resource in [
        "/",
        "/?",
        "/v1/x?",
        "/v1/x?page=2&name=it's",
        "/v1/../x/./y",
        "/v1/x%20y?q=%C3%BC",
        "/v1/ü?q=ü",
        "/v1/[1-3]{a,b}",
        "/v1/x?a=[1]",
        "/v1//x\\y|z",
        "//x",
        "/~x/$HOME/`id`/\"",
    ] {
        sent_and_verified(&desk, "GET", resource, &[], b"");
    }
}

#[test]
fn the_line_is_one_word_after_another() {
    let desk = Desk::new();
    desk.file("body.json", "{}");
    let line = "dlga sign --key-id my-key --secret-file secret --date 0 --requester 45186 --format curl --method POST \
                --content-type application/json --body body.json";
    let url = desk.imza(words(&format!("{line} --url https://api.diyalog.im/v1/x"))).done_text();
    assert_eq!(
        url,
        "curl --request POST --header 'Content-Type: application/json' \
         --header 'x-dlg-date: Thu, 01 Jan 1970 00:00:00 GMT' --header 'x-dlg-requester-userid: 45186' \
         --header 'x-dlg-authorization: DLGA my-key:RMVHOffYssK/H5FI8j/smpitSQ1nk6qp08ngsuTCB3I=' \
         --data-binary @body.json https://api.diyalog.im/v1/x\n"
    );
    let placeholder = desk.imza(words(&format!("{line} --resource /v1/x")));
    assert_eq!(placeholder.code, Some(0));
    assert_eq!(placeholder.text(), url.replace("https://api.diyalog.im", "https://your-server.example"));
    assert!(placeholder.stderr.contains("without --url, the curl line names the server https://your-server.example"));
}
