//! Clients that do not keep to the rules get an answer or a clean close, and hold up no one else.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::Command;

use crate::proxy::proxy;
use crate::served::{KEYS, SOON, Served, private, rest};

#[test]
fn too_much_is_answered_and_closed() {
    both().iter().zip([404, 502]).for_each(|(served, status)| too_much(served, status));
}

fn too_much(served: &Served, status: u16) {
    let head = "POST /v1/x HTTP/1.1\r\nhost: localhost\r\n";
    assert!(served.raw(format!("{head}content-length: 1048577\r\n\r\n")).starts_with("HTTP/1.1 413 "));
    let chunks = format!("{:x}\r\n{}\r\n0\r\n\r\n", 1_100_000, "x".repeat(1_100_000));
    assert!(served.raw(format!("{head}transfer-encoding: chunked\r\n\r\n{chunks}")).starts_with("HTTP/1.1 413 "));
    let many = "a: b\r\n".repeat(101);
    assert!(served.raw(format!("{head}{many}\r\n")).starts_with("HTTP/1.1 431 "));
    let long = "x".repeat(1 << 17);
    assert!(served.raw(format!("{head}a: {long}\r\n\r\n")).starts_with("HTTP/1.1 431 "));
    assert!(served.raw("no HTTP\r\n\r\n").starts_with("HTTP/1.1 400 "));
    assert_eq!(served.send("GET", "/", &[], "").0, status);
}

/// Both servers; the proxy's vendor is one that no one reaches.
fn both() -> [Served; 2] {
    [Served::run("sandbox", &[]), proxy("127.0.0.1:1", &[])]
}

#[test]
fn a_body_cut_short_is_answered_and_is_no_request() {
    for served in [Served::run("sandbox", &["--record", "requests.jsonl"]), proxy("127.0.0.1:1", &[])] {
        let answer = served.raw("POST /v1/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
        let line = served.line();
        assert!(line.contains("the body breaks off"), "{line}");
        let record = served.directory.path().join("requests.jsonl");
        assert!(!record.exists() || std::fs::read(record).unwrap().is_empty());
    }
}

#[test]
fn a_client_that_closes_its_half_gets_its_answer() {
    for (served, status) in both().iter().zip(["404", "502"]) {
        let mut socket = served.connect();
        socket.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        assert_eq!(rest(socket).split(' ').nth(1), Some(status));
    }
}

#[test]
fn a_client_that_leaves_before_its_answer_harms_no_one() {
    for (served, status) in both().iter().zip([404, 502]) {
        for _ in 0..100 {
            served.connect().write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        }
        assert_eq!(served.send("GET", "/", &[], "").0, status);
    }
}

#[test]
fn slow_clients_are_cut_off() {
    let both = both();
    let begin = |served: &Served, sent: &str| {
        let mut socket = served.connect();
        socket.set_read_timeout(Some(SOON * 3)).unwrap();
        socket.write_all(sent.as_bytes()).unwrap();
        socket
    };
    let head = "POST /v1/x HTTP/1.1\r\nhost: localhost\r\n";
    let waiting: Vec<_> = both
        .iter()
        .map(|served| (begin(served, head), begin(served, &format!("{head}content-length: 10\r\n\r\nabc"))))
        .collect();
    for (slow_head, slow_body) in waiting {
        // Headers that never come are answered or closed without a word, a body that never comes is answered.
        assert!(!rest(slow_head).contains(" 200 "));
        let answer = rest(slow_body);
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("within 30 seconds"), "{answer}");
    }
}

/// How many connections a test may hold: ten thousand, or what this process may have open beside other tests.
fn a_crowd() -> usize {
    const CROWD: usize = 10_000;
    const FOR_OTHERS: usize = 300;
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let open_files = limits.lines().find(|line| line.starts_with("Max open files"));
    let most = open_files.and_then(|line| line.split_whitespace().nth(3)?.parse().ok()).unwrap_or(1024_usize);
    let crowd = CROWD.min(most.saturating_sub(FOR_OTHERS));
    if crowd < CROWD {
        println!("{crowd} idle connections and not {CROWD}: a process may open {most} files here");
    }
    crowd
}

#[test]
fn a_crowd_of_idle_clients_is_cut_off_makes_room_and_leaves_no_memory_behind() {
    for (served, status) in both().iter().zip([404, 502]) {
        // What is allocated once is there before.
        assert_eq!(served.send("GET", "/", &[], "").0, status);
        let before = served.memory();
        let idle: Vec<TcpStream> = (0..a_crowd()).map(|_| served.connect()).collect();
        for socket in idle {
            assert_eq!(rest(socket), "");
        }
        assert_eq!(served.send("GET", "/", &[], "").0, status);
        flat(before, served.memory(), 16);
    }
}

/// Memory grew by no more than some MiB.
fn flat(before: Option<u64>, after: Option<u64>, most: u64) {
    if let (Some(before), Some(after)) = (before, after) {
        assert!(after < before + most * 1024, "{before} KiB before, {after} KiB after");
    }
}

#[test]
fn thousands_of_requests_leave_no_memory_behind() {
    for served in both() {
        let mut socket = BufReader::new(served.connect());
        let mut after = |count: usize| {
            let body = "x".repeat(10_000);
            for _ in 0..count {
                let head = "POST /v1/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10000\r\n";
                socket.get_mut().write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
                let (mut line, mut length) = (String::new(), 0);
                while line != "\r\n" {
                    line.clear();
                    assert!(socket.read_line(&mut line).unwrap() > 0);
                    if let Some(value) = line.strip_prefix("content-length: ") {
                        length = value.trim().parse().unwrap();
                    }
                }
                socket.read_exact(&mut vec![0; length]).unwrap();
            }
            served.memory()
        };
        // The first fill what is held on purpose, such as the requests that the page shows.
        let before = after(1_000);
        flat(before, after(4_000), 4);
    }
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
