//! What passes the proxy is signed, goes to its vendor alone, and comes back as the vendor answered it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use imza::haso::{Merchant, Recipe};

use crate::served::{KEYS, SOON, Served, private};

const HASH: &str = "/v1/application/gettransactionhashforonlinehelp";
const BODY: &str = r#"{"customerId":"123456","deviceHash":"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}"#;
const JSON: (&str, &str) = ("content-type", "application/json");
const LIMIT: &str = "/RequestV2/SetPreDefinedLimit";

pub(crate) fn proxy(to: &str, more: &[&str]) -> Served {
    Served::run("proxy", &[&["--to", &format!("http://{to}"), "--requester", "45186"], more].concat())
}

/// A vendor that answers each connection with these bytes and closes; what it was sent comes out.
fn vendor(answers: Vec<Option<&'static str>>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, sent) = channel();
    thread::spawn(move || {
        // What hangs is held open.
        let mut held = Vec::new();
        for answer in answers {
            let (mut socket, _) = listener.accept().unwrap();
            let _ = tell.send(request(&mut socket));
            match answer {
                Some(answer) => socket.write_all(answer.as_bytes()).unwrap(),
                None => held.push(socket),
            }
        }
        thread::sleep(SOON);
    });
    (address, sent)
}

/// A request with its body.
fn request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        let mut piece = [0; 4096];
        let read = socket.read(&mut piece).unwrap();
        assert!(read > 0, "{text}");
        bytes.extend_from_slice(&piece[..read]);
    }
}

#[test]
fn a_plain_request_is_accepted_by_diyalog() {
    let sandbox = Served::run("sandbox", &[]);
    let proxy = proxy(&sandbox.address, &[]);
    for _ in 0..3 {
        let (status, answer) = proxy.send("POST", HASH, &[JSON], BODY);
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains("7c5963043b37edbe2706c2b48b4568387084acc7"), "{answer}");
        assert!(proxy.line().ends_with("signed with access key 1234567-8ABC-DEF0-5432-56712ABCDEF5"));
    }
    // With a query, without a content type, with headers of an old signature.
    let old = [("X-Authorization", "DLGA a:b"), ("x-dlg-date", "noon"), ("x-dlg-authorization", "DLGA a:b")];
    assert_eq!(proxy.send("POST", &format!("{HASH}?a=%41&b=c+d"), &old, BODY).0, 200);
    // The vendor's own refusals come back as they are.
    assert_eq!(proxy.send("POST", "/v1/nothing", &[JSON], "{}").0, 404);
    assert_eq!(proxy.send("POST", HASH, &[JSON], "no JSON").0, 500);
}

#[test]
fn a_plain_form_and_plain_json_are_accepted_by_haso() {
    let sandbox = Served::run("sandbox", &[]);
    let proxy = proxy(&sandbox.address, &[]);
    let fields = [
        ("customerId", "5500123 ş&+"),
        ("merchantId", "1000042"),
        ("dealerSegment", "GOLD"),
        ("ipAddress", "85.105.1.2"),
    ];
    let (status, answer) = proxy.form(LIMIT, &fields);
    assert_eq!((status, answer.contains(r#""Success":true"#)), (200, true), "{answer}");
    assert!(proxy.line().ends_with("signed with the secret of merchant 1000042"));
    let object: serde_json::Map<String, serde_json::Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let json = serde_json::to_string_pretty(&object).unwrap() + "\n";
    let (status, answer) = proxy.send("POST", LIMIT, &[JSON], &json);
    assert_eq!((status, answer.contains(r#""Success":true"#)), (200, true), "{answer}");
    // The keys file's own recipe, whose method is posted with more than its token is made of.
    let own = [("merchantId", "1000042"), ("merchantOid", "7"), ("orderAmount", "100"), ("ipAddress", "85.105.1.2")];
    let (status, answer) = proxy.form("/RequestV2/CreateTransaction", &[&own[..], &[("note", "x")]].concat());
    assert_eq!((status, answer.contains(r#""Success":true"#)), (200, true), "{answer}");
}

#[test]
fn the_body_stays_byte_for_byte_before_the_token() {
    let (address, sent) = vendor(vec![Some("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"); 2]);
    let proxy = proxy(&address, &[]);
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let fields =
        [("merchantId", "1000042"), ("customerId", "a b}"), ("dealerSegment", "G"), ("ipAddress", "85.105.1.2")];
    let token = merchant.token(Recipe::find(LIMIT).unwrap(), &fields).unwrap();

    let json = "{ \"merchantId\": 1000042,\"customerId\":\"a\\u0020b}\",\n\"dealerSegment\":\"G\",\"ipAddress\":\"85.105.1.2\" }\n";
    proxy.send("POST", LIMIT, &[JSON], json);
    let body = sent.recv_timeout(SOON).unwrap().split_once("\r\n\r\n").unwrap().1.to_owned();
    assert_eq!(body, json.replace(" }\n", &format!(" ,\"requestToken\":\"{token}\"}}\n")));

    let form = "customerId=a+b%7D&merchantId=1000042&dealerSegment=%47&ipAddress=85.105.1.2";
    proxy.send("POST", LIMIT, &[("content-type", "application/x-www-form-urlencoded")], form);
    let body = sent.recv_timeout(SOON).unwrap().split_once("\r\n\r\n").unwrap().1.to_owned();
    let token = token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    assert_eq!(body, format!("{form}&requestToken={token}"));
}

#[test]
fn what_is_about_the_connection_is_not_passed_on_and_the_answer_is() {
    let answer = "HTTP/1.1 418 Short And Stout\r\nX-Vendor: a\r\nx-vendor: b\r\nlocation: https://elsewhere.example/\r\n\
        Connection: X-Hop, close\r\nX-Hop: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let (address, sent) = vendor(vec![Some(answer)]);
    let proxy = proxy(&address, &[]);
    let head = "POST /v1/x HTTP/1.1\r\nhost: localhost\r\nconnection: close, x-mine\r\nx-mine: 1\r\nupgrade: h2c\r\n\
        te: trailers\r\nproxy-authorization: Basic eA==\r\nx-kept: yes\r\ntransfer-encoding: chunked\r\n\r\n";
    let got = proxy.raw(format!("{head}2\r\nab\r\n0\r\n\r\n"));
    let sent = sent.recv_timeout(SOON).unwrap().to_lowercase();
    for gone in ["x-mine", "upgrade", "\nte:", "proxy-authorization", "transfer-encoding", "connection:", "localhost"] {
        assert!(!sent.contains(gone), "{gone} in {sent}");
    }
    for there in [&format!("host: {address}"), "x-kept: yes", "content-length: 2", "x-dlg-requester-userid: 45186"] {
        assert!(sent.contains(there), "{there} not in {sent}");
    }
    assert!(got.starts_with("HTTP/1.1 418 "), "{got}");
    for there in ["x-vendor: a", "x-vendor: b", "location: https://elsewhere.example/", "\r\nabc\r\n"] {
        assert!(got.contains(there), "{there} not in {got}");
    }
    assert!(!got.contains("x-hop"), "{got}");
}

#[test]
fn nothing_is_signed_for_another_host_or_another_site() {
    let (address, sent) = vendor(vec![Some("")]);
    let proxy = proxy(&address, &[]);
    let status = |request: &str| {
        let answer = proxy.raw(format!("{request}connection: close\r\n\r\n"));
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(status("GET http://other.example/v1/x HTTP/1.1\r\nhost: localhost\r\n"), "400");
    assert_eq!(status(&format!("GET http://{address}/v1/x HTTP/1.1\r\nhost: {address}\r\n")), "400");
    assert_eq!(status("CONNECT other.example:443 HTTP/1.1\r\nhost: localhost\r\n"), "400");
    assert_eq!(status("OPTIONS * HTTP/1.1\r\nhost: localhost\r\n"), "400");
    assert_eq!(status("GET /v1/x HTTP/1.1\r\nhost: rebound.example\r\n"), "403");
    assert_eq!(status("GET /v1/x HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.example\r\n"), "403");
    assert_eq!(status("GET /v1/x HTTP/1.1\r\nhost: localhost\r\nsec-fetch-site: cross-site\r\n"), "403");
    assert!(sent.try_recv().is_err());
}

#[test]
fn what_cannot_be_signed_is_said_and_not_passed_on() {
    let (address, sent) = vendor(vec![Some("")]);
    let proxy = Served::run("proxy", &["--to", &format!("http://{address}")]);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let parts = ("content-type", "multipart/form-data; boundary=x");
    let too_long = "x".repeat((1 << 20) + 1);
    for (method, path, headers, body, status, why) in [
        ("POST", HASH, vec![JSON], BODY, 400, "--requester"),
        ("POST", HASH, vec![("x-dlg-requester-userid", "1"), JSON, JSON], BODY, 400, "Content-Type"),
        ("POST", HASH, vec![JSON], too_long.as_str(), 413, "longer than 1048576 bytes"),
        ("GET", LIMIT, vec![], "", 405, "POST"),
        ("POST", "/RequestV2/Unknown", vec![form], "", 404, "[[recipe]]"),
        ("POST", LIMIT, vec![form], "customerId=1", 400, "merchantId"),
        ("POST", LIMIT, vec![form], "merchantId=1", 400, "no merchant \"1\""),
        ("POST", LIMIT, vec![form], "merchantId=1000042&ipAddress=1.1.1.1", 400, "customerId"),
        ("POST", LIMIT, vec![form], "merchantId=1000042&requestToken=", 400, "requestToken"),
        ("POST", LIMIT, vec![JSON], "{\"merchantId\":", 400, "not JSON"),
        ("POST", LIMIT, vec![JSON], "[]", 400, "merchantId"),
        ("POST", LIMIT, vec![parts], "--x--", 415, "form in parts"),
        ("POST", LIMIT, vec![form, ("content-encoding", "gzip")], "x", 415, "compressed"),
    ] {
        let (got, answer) = proxy.send(method, path, &headers, body);
        let line = proxy.line();
        assert_eq!(got, status, "{answer}");
        assert!(line.contains("not passed on: ") && line.contains(why), "{line}");
        // A server that refuses early may cut its answer off: what it says is in the line.
        assert!(status == 413 || answer.contains(why), "{answer}");
        assert!(!line.contains("not-real") && !line.contains("not-a-real"), "{line}");
    }
    assert!(sent.try_recv().is_err());
}

#[test]
fn a_refusal_is_explained_from_what_was_sent() {
    let old = "HTTP/1.1 403 Forbidden\r\ndate: Tue, 09 Mar 2021 13:28:32 GMT\r\ncontent-length: 31\r\nconnection: close\r\n\r\n\
        Request time may not be correct";
    let other = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let (address, _sent) = vendor(vec![Some(old), Some(other)]);
    let proxy = proxy(&address, &[]);
    assert_eq!(proxy.send("POST", HASH, &[JSON], BODY), (403, "Request time may not be correct".to_owned()));
    let line = proxy.line();
    assert!(line.starts_with("#1 403 POST ") && line.contains("ahead of the vendor's"), "{line}");
    assert_eq!(proxy.send("POST", HASH, &[], BODY).0, 401);
    let line = proxy.line();
    assert!(line.contains("valid by the keys file") && line.contains("without a content type"), "{line}");
    // A sandbox whose keys differ refuses for real.
    let sandbox = Served::run("sandbox", &["--scenario", "strip=x-dlg-requester-userid"]);
    let proxy = self::proxy(&sandbox.address, &[]);
    assert_eq!(proxy.send("POST", HASH, &[JSON], BODY), (400, "Required headers not found".to_owned()));
    assert!(proxy.line().contains("valid by the keys file"));
}

#[test]
fn a_vendor_that_hangs_resets_or_sends_garbage_is_one_sentence() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\nabc";
    let (address, _sent) = vendor(vec![None, Some(""), Some("garbage\r\n\r\n"), Some(cut)]);
    let proxy = proxy(&address, &["--timeout", "1"]);
    for (status, why) in
        [(504, "within 1 seconds"), (502, "no answer that can be read"), (502, "no answer that can be read")]
    {
        let (got, answer) = proxy.send("POST", HASH, &[JSON], BODY);
        assert_eq!(got, status, "{answer}");
        assert!(answer.contains(why) && answer.trim_end().lines().count() == 1, "{answer}");
        let line = proxy.line();
        assert!(line.contains("no answer: ") && line.contains(why), "{line}");
    }
    // What was begun cannot be taken back: it ends short of the length that it names.
    assert_eq!(proxy.send("POST", HASH, &[JSON], BODY), (200, "abc".to_owned()));
    proxy.line();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let proxy = self::proxy(&gone, &[]);
    let (status, answer) = proxy.send("POST", HASH, &[JSON], BODY);
    assert_eq!(status, 502);
    assert!(answer.contains("cannot be connected to"), "{answer}");
}

#[test]
fn a_vendor_that_resets_or_stalls_within_its_answer_ends_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(&listener.local_addr().unwrap().to_string(), &["--timeout", "1"]);
    thread::spawn(move || {
        // What is not read is answered with a reset when the socket is closed.
        let (mut socket, _) = listener.accept().unwrap();
        socket.read_exact(&mut [0; 10]).unwrap();
        drop(socket);
        let (mut socket, _) = listener.accept().unwrap();
        request(&mut socket);
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc").unwrap();
        thread::sleep(SOON * 2);
    });
    let (status, answer) = proxy.send("POST", HASH, &[JSON], BODY);
    assert_eq!((status, answer.contains("no answer that can be read")), (502, true), "{answer}");
    // It ends in the middle, and soon.
    let answer = proxy.send("POST", HASH, &[JSON], BODY);
    assert_eq!(answer, (200, "abc".to_owned()));
}

/// A vendor whose answer has no end, and that gives up where nothing of it is taken for so long. Comes out: how many
/// pieces of 64 KiB it was rid of, and what ended it.
fn endless(patience: Duration) -> (String, Receiver<(usize, ErrorKind)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, ended) = channel();
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        request(&mut socket);
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n").unwrap();
        socket.set_write_timeout(Some(patience)).unwrap();
        let piece = vec![b'x'; 1 << 16];
        let mut end = |sent| socket.write_all(&piece).err().map(|error| (sent, error.kind()));
        let _ = tell.send((0..10_000).find_map(&mut end).expect("it is not rid of all"));
    });
    (address, ended)
}

/// A client that sends a request and reads nothing.
fn unread(proxy: &Served) -> TcpStream {
    let mut client = proxy.connect();
    write!(client, "GET {HASH} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    client
}

#[test]
fn an_answer_without_an_end_that_no_one_reads_takes_no_memory() {
    let (address, ended) = endless(SOON / 10);
    let proxy = proxy(&address, &[]);
    let before = proxy.memory();
    let _client = unread(&proxy);
    // The vendor cannot go on sending: nothing between it and the client takes more.
    assert!(ended.recv_timeout(SOON * 2).unwrap().0 < 1_000);
    if let (Some(before), Some(after)) = (before, proxy.memory()) {
        assert!(after < before + 16 * 1024, "{before} KiB before, {after} KiB after");
    }
}

#[test]
fn a_client_that_never_reads_its_answer_is_cut_off() {
    let (address, ended) = endless(SOON * 3);
    let proxy = proxy(&address, &[]);
    let _client = unread(&proxy);
    // The proxy lets the vendor go: not for want of time on its side.
    let (_, ended) = ended.recv_timeout(SOON * 4).unwrap();
    assert!(matches!(ended, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{ended}");
}

#[test]
fn connections_to_the_vendor_are_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = proxy(&listener.local_addr().unwrap().to_string(), &[]);
    let vendor = thread::spawn(move || {
        // One connection for both requests.
        let (mut socket, _) = listener.accept().unwrap();
        socket.set_read_timeout(Some(SOON)).unwrap();
        for _ in 0..2 {
            request(&mut socket);
            socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
        }
    });
    for _ in 0..2 {
        assert_eq!(proxy.send("POST", HASH, &[JSON], BODY), (200, "ok".to_owned()));
    }
    vendor.join().unwrap();
}

#[test]
fn what_it_is_run_with_is_checked_first() {
    let directory = tempfile::tempdir().unwrap();
    private(directory.path(), "keys.toml", KEYS);
    let two = KEYS.to_owned() + "\n[[dlga]]\naccess_key_id = \"another\"\nsecret = \"not-a-real-secret\"\n";
    private(directory.path(), "two.toml", &two);
    for (arguments, why) in [
        (["--keys", "keys.toml", "--to", "http://api.vendor.example"].as_slice(), "for this machine alone"),
        (&["--keys", "keys.toml", "--to", "https://api.vendor.example/v1"], "the host alone"),
        (&["--keys", "keys.toml", "--to", "http://127.0.0.1:1", "--listen", "0.0.0.0:0"], "--expose"),
        (&["--keys", "keys.toml", "--to", "http://127.0.0.1:1", "--key-id", "b"], "no access key \"b\""),
        (&["--keys", "two.toml", "--to", "http://127.0.0.1:1"], "--key-id"),
    ] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_imza"));
        let run = run.arg("proxy").args(arguments).current_dir(directory.path()).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }
}

#[test]
#[cfg(unix)]
fn a_signal_ends_the_proxy_cleanly() {
    let proxy = proxy("127.0.0.1:1", &[]);
    let _idle = proxy.connect();
    assert_eq!(proxy.stop("-TERM"), (Some(0), String::new()));
}

#[test]
fn ten_lines_of_php_without_imza_are_signed() {
    if Command::new("php").arg("-v").output().is_err() {
        println!("not run: there is no php here");
        return;
    }
    let sandbox = Served::run("sandbox", &[]);
    let proxy = proxy(&sandbox.address, &[]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/php-proxy/call.php");
    assert!(std::fs::read_to_string(script).unwrap().lines().count() <= 10);
    let run = Command::new("php").arg(script).env("PROXY", format!("http://{}", proxy.address)).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success() && said.contains("transactionHash"), "{said}");
    assert!(sandbox.line().contains(" valid"));
}
