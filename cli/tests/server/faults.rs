//! Clients that do not keep to the rules get an answer or a clean close, and hold up no one else.

use std::io::Write as _;
use std::net::{Shutdown, TcpStream};
use std::process::Command;

use crate::served::{KEYS, Served, private, rest};

#[test]
fn too_much_is_answered_and_closed() {
    let served = Served::run("sandbox", &[]);
    let head = "POST /v1/x HTTP/1.1\r\nhost: localhost\r\n";
    assert!(served.raw(format!("{head}content-length: 1048577\r\n\r\n")).starts_with("HTTP/1.1 413 "));
    let chunks = format!("{:x}\r\n{}\r\n0\r\n\r\n", 1_100_000, "x".repeat(1_100_000));
    assert!(served.raw(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}")).starts_with("HTTP/1.1 413 "));
    let many = "a: b\r\n".repeat(101);
    assert!(served.raw(format!("{head}{many}\r\n")).starts_with("HTTP/1.1 431 "));
    let long = "x".repeat(1 << 17);
    assert!(served.raw(format!("{head}a: {long}\r\n\r\n")).starts_with("HTTP/1.1 431 "));
    assert!(served.raw("no HTTP\r\n\r\n").starts_with("HTTP/1.1 400 "));
    assert_eq!(served.send("GET", "/", &[], "").0, 404);
}

#[test]
fn a_body_cut_short_is_answered_and_is_no_request() {
    let served = Served::run("sandbox", &["--record", "requests.jsonl"]);
    let answer = served.raw("POST /v1/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let line = served.line();
    assert!(line.contains("the body breaks off"), "{line}");
    assert_eq!(std::fs::read(served.directory.path().join("requests.jsonl")).unwrap(), b"");
}

#[test]
fn a_client_that_closes_its_half_gets_its_answer() {
    let served = Served::run("sandbox", &[]);
    let mut socket = served.connect();
    socket.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    assert!(rest(socket).starts_with("HTTP/1.1 404 "));
}

#[test]
fn slow_and_idle_clients_are_cut_off_and_make_room() {
    let served = Served::run("sandbox", &[]);
    let mut slow = served.connect();
    slow.write_all(b"POST /v1/x HTTP/1.1\r\nhost: ").unwrap();
    // More than have room.
    let idle: Vec<TcpStream> = (0..700).map(|_| served.connect()).collect();
    for socket in idle {
        assert_eq!(rest(socket), "");
    }
    // The one whose headers never come is closed, with or without a word.
    assert!(!rest(slow).contains(" 200 "));
    assert_eq!(served.send("GET", "/", &[], "").0, 404);
}

#[test]
fn only_loopback_unless_told() {
    let directory = tempfile::tempdir().unwrap();
    private(directory.path(), "keys.toml", KEYS);
    let run = |arguments: &[&str]| {
        let run = Command::new(env!("CARGO_BIN_EXE_imza"))
            .args(["sandbox", "--keys", "keys.toml"])
            .args(arguments)
            .current_dir(directory.path())
            .output()
            .unwrap();
        (run.status.code(), String::from_utf8(run.stderr).unwrap())
    };
    let (code, said) = run(&["--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("--expose"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, said) = run(&["--listen", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(code, Some(2));
    assert!(said.contains("cannot listen on 127.0.0.1:"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_signal_ends_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        let served = Served::run("sandbox", &[]);
        let _idle = served.connect();
        assert_eq!(served.stop(signal), (Some(0), String::new()));
    }
}
