//! No recording makes the audit hold more than its bound, or ends it by a signal.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{BufWriter, Read as _, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::{Desk, verdicts};

const MEGABYTE: usize = 1 << 20;

/// How much memory an audit may have at its peak, in kilobytes.
const MOST: u64 = 64 * 1024;

/// How an audit of one file ended, and the most memory that it had.
struct Audited {
    code: Option<i32>,
    words: Vec<String>,
    reasons: Vec<String>,
    stderr: String,
    peak: u64,
}

/// Audits a file with 1 GB of address space.
fn audit(desk: &Desk, file: &str) -> Audited {
    let arguments =
        format!("ulimit -v 1000000; exec '{}' audit --keys keys.toml --ignore-clock", env!("CARGO_BIN_EXE_imza"));
    let mut child = Command::new("sh")
        .current_dir(&desk.directory)
        .args(["-c", &format!("{arguments} '{file}'")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (pid, mut stdout) = (child.id(), child.stdout.take().unwrap());
    let (output, lines, peak) = std::thread::scope(|scope| {
        let watching = scope.spawn(move || peak_of(pid));
        let reading = scope.spawn(move || {
            let mut lines = String::new();
            stdout.read_to_string(&mut lines).unwrap();
            lines
        });
        (child.wait_with_output().unwrap(), reading.join().unwrap(), watching.join().unwrap())
    });
    let word = |verdict: &Value, member: &str| verdict[member].as_str().unwrap().to_owned();
    let verdicts = verdicts(&lines);
    Audited {
        code: output.status.code(),
        words: verdicts.iter().map(|verdict| word(verdict, "verdict")).collect(),
        reasons: verdicts.iter().map(|verdict| word(verdict, "reason")).collect(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        peak,
    }
}

/// The most memory that a process has had when it was last seen alive, in kilobytes.
fn peak_of(pid: u32) -> u64 {
    let mut peak = 0;
    while let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) {
        let Some(line) = status.lines().find_map(|line| line.strip_prefix("VmHWM:")) else { break };
        peak = line.trim().trim_end_matches(" kB").parse().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    peak
}

impl Audited {
    #[track_caller]
    fn is_bounded(&self) {
        assert!(self.peak < MOST, "{} kB: {}", self.peak, self.stderr);
        assert!(self.code.is_some(), "ended by a signal: {}", self.stderr);
        assert!(self.peak > 1024, "it was looked at");
    }
}

/// A compressed file, written piece by piece.
fn packed(desk: &Desk, name: &str, write: impl FnOnce(&mut dyn Write)) -> PathBuf {
    let file = BufWriter::new(File::create(desk.path(name)).unwrap());
    let mut packed = GzEncoder::new(file, Compression::fast());
    write(&mut packed);
    packed.finish().unwrap().flush().unwrap();
    desk.path(name)
}

fn repeated(to: &mut dyn Write, piece: &str, bytes: usize) {
    let block = piece.repeat((MEGABYTE / piece.len()).max(1));
    for _ in 0..bytes.div_ceil(block.len()) {
        to.write_all(block.as_bytes()).unwrap();
    }
}

const STRANGER: &str = r#"{"scheme":"haso","endpoint":"x","fields":{}}"#;

/// An entry of Diyalog's, which lacks its headers but for one.
const ENTRY: &str = r#"{"request":{"method":"GET","url":"https://h/","headers":[{"name":"x-dlg-date","value":""}]}}"#;

#[test]
fn a_line_of_a_few_megabytes_takes_a_few_times_as_much() {
    let desk = Desk::new("bounds-line");
    let name = format!("\\u0041{}", "x".repeat(65_000));
    let half = (1 << 21) - 100;
    let headers =
        |headers: String| format!(r#"{{"scheme":"dlga","method":"GET","resource":"/","headers":{headers},"body":""}}"#);
    let haso = |fields: String| format!(r#"{{"scheme":"haso","endpoint":"x","fields":{fields}}}"#);
    let few = format!("[{}\"\"]", "\"\",".repeat(900));
    let many = format!("[{}\"\"]", "\"\",".repeat(1_000_000));
    let lines = [
        // A long name with many values: once 1 GB from 130 KB.
        (headers(format!("{{\"{name}\":{few}}}")), "malformed"),
        (headers(format!("{{\"{name}\":{many}}}")), "unreadable"),
        (headers(format!("{{\"a\":{many}}}")), "unreadable"),
        (headers(format!("{{{}\"a\":\"\"}}", "\"a\":\"\",".repeat(500_000))), "unreadable"),
        (haso(format!("{{{}\"a\":\"\"}}", "\"a\":\"\",".repeat(500_000))), "unreadable"),
        (haso(format!("{{\"a\":\"{}\"}}", "\\n".repeat(half))), "unsupported"),
        (headers("{}".to_owned()).replace("\"\"}", &format!("\"{}\"}}", "\\n".repeat(half - 100))), "malformed"),
        (headers("{}".to_owned()).replace("\"\"}", &format!("\"{}\"}}", "\\u0041".repeat(600_000))), "malformed"),
        (STRANGER.replacen('{', &format!("{{\"id\":{}{},", "[".repeat(half), "]".repeat(half)), 1), "unreadable"),
        (STRANGER.replacen('{', &format!("{{\"x\":{}{},", "{\"a\":".repeat(200), "}".repeat(200)), 1), "unreadable"),
        (STRANGER.replacen('{', &format!("{{\"x\":{}1{},", "[".repeat(127), "]".repeat(127)), 1), "unsupported"),
        (STRANGER.replacen('{', &format!("{{\"x\":{}1{},", "[".repeat(128), "]".repeat(128)), 1), "unreadable"),
        (format!(r#"{{"scheme":"haso","endpoint":"x","body":"{}"}}"#, "a=1&".repeat(1_000_000)), "unreadable"),
        (format!(r#"{{"scheme":"haso","endpoint":"x","body":"{}"}}"#, "+".repeat(4_000_000)), "unsupported"),
    ];
    let text: Vec<String> = lines.iter().map(|(line, _)| line.clone() + "\n").collect();
    desk.write("lines.jsonl", text.concat().repeat(2));
    let audited = audit(&desk, "lines.jsonl");
    audited.is_bounded();
    let expected: Vec<&str> = lines.iter().map(|(_, word)| *word).collect();
    assert_eq!(audited.words, expected.repeat(2), "{:?}", audited.reasons);
    assert!(audited.reasons[1].ends_with("the request has more than 1000 names"), "{}", audited.reasons[1]);
    assert_eq!(audited.reasons[8], "column 134: the JSON is nested more than 128 levels deep");
}

#[test]
fn long_and_short_lines_in_turn_hold_no_more_than_their_bytes() {
    let desk = Desk::new("bounds-turns");
    packed(&desk, "lines.jsonl.gz", |to| {
        for _ in 0..40 {
            repeated(to, "x", 5 * MEGABYTE);
            write!(to, "\n{STRANGER}\n").unwrap();
        }
    });
    let audited = audit(&desk, "lines.jsonl.gz");
    audited.is_bounded();
    assert_eq!(audited.words, ["unreadable", "unsupported"].repeat(40));
}

/// What a HAR document holds beside what is read is passed over, however long it is and however deep.
#[test]
fn what_a_har_document_holds_beside_its_requests_is_not_held() {
    let desk = Desk::new("bounds-har");
    let deep = |to: &mut dyn Write| {
        repeated(to, "[", 35 * MEGABYTE);
        repeated(to, "]", 35 * MEGABYTE);
    };
    let long = |to: &mut dyn Write| {
        to.write_all(b"\"").unwrap();
        repeated(to, "x", 70 * MEGABYTE);
        to.write_all(b"\"").unwrap();
    };
    for (what, value) in [("deep", &deep as &dyn Fn(&mut dyn Write)), ("long", &long)] {
        for (before, behind) in [
            ("{\"x\":".to_owned(), format!(",\"log\":{{\"entries\":[{ENTRY}]}}}}")),
            ("{\"log\":{\"pages\":".to_owned(), format!(",\"entries\":[{ENTRY}]}}}}")),
            ("{\"log\":{\"entries\":[{\"response\":".to_owned(), format!(",{}]}}}}", &ENTRY[1..])),
            (
                "{\"log\":{\"entries\":[{\"request\":{\"queryString\":".to_owned(),
                format!(",{}]}}}}", ENTRY.split_once("\"request\":{").unwrap().1),
            ),
        ] {
            packed(&desk, "bomb.har.gz", |to| {
                to.write_all(before.as_bytes()).unwrap();
                value(to);
                to.write_all(behind.as_bytes()).unwrap();
            });
            let audited = audit(&desk, "bomb.har.gz");
            audited.is_bounded();
            assert_eq!((audited.code, audited.words), (Some(1), vec!["malformed".to_owned()]), "{what} {before}");
        }
    }
    // Without an end it is a sentence.
    packed(&desk, "bomb.har.gz", |to| {
        to.write_all(b"{\"log\":{\"pages\":").unwrap();
        repeated(to, "[", 70 * MEGABYTE);
    });
    let audited = audit(&desk, "bomb.har.gz");
    audited.is_bounded();
    assert_eq!(audited.code, Some(2));
    assert!(audited.stderr.contains("the HAR file breaks off in the middle"), "{}", audited.stderr);
}

/// A name, a list of names, a request, a time: each longer than an entry may be is one verdict, and the next entry is read.
#[test]
fn an_entry_longer_than_its_bound_is_one_verdict() {
    let desk = Desk::new("bounds-entry");
    let ours = r#""url":"https://h/","method":"POST","headers":[{"name":"x-dlg-date","value":""}]"#;
    let other = r#""url":"https://h/","method":"POST","headers":[]"#;
    let post_data = |request: &str| format!("{{\"request\":{{{request},\"postData\":{{\"text\":\"");
    let text = |before: String, behind: &'static str| (before, "x", behind);
    let entries = [
        (text(post_data(ours), "\"}}}"), Some("the request of the entry is longer than 4194304 bytes")),
        (text(post_data(other), "\"}}}"), None),
        ((format!("{{\"request\":{{{ours},\"postData\":{{\"text\":\"\\"), "\\n", "n\"}}}"), Some("longer")),
        ((format!("{{\"request\":{{{ours},\"postData\":"), "[", ""), Some("")),
        (text("{\"request\":{\"url\":\"".to_owned(), "\"}}"), Some("longer")),
        (text(format!("{{\"request\":{{{other},\"x"), "\":1}}"), None),
        (text("{\"request\":{\"headers\":[{\"name\":\"".to_owned(), "\",\"value\":\"\"}]}}"), Some("longer")),
        ((format!("{{{}", ""), "\"request\":{},", "\"request\":{}}"), Some("longer")),
        (("{\"request\":{\"url\":1".to_owned(), ",\"url\":1", "}}"), Some("longer")),
        (text("{\"startedDateTime\":\"".to_owned(), "\"}"), Some("longer")),
        ((String::new(), "1", ""), Some("not an object")),
    ];
    packed(&desk, "bomb.har.gz", |to| {
        to.write_all(b"{\"log\":{\"entries\":[").unwrap();
        for _ in 0..3 {
            for ((before, repeat, behind), _) in &entries {
                to.write_all(before.as_bytes()).unwrap();
                repeated(to, repeat, 6 * MEGABYTE);
                if *repeat == "[" {
                    repeated(to, "]", 6 * MEGABYTE);
                    to.write_all(b"}}").unwrap();
                }
                write!(to, "{behind},").unwrap();
            }
        }
        write!(to, "{ENTRY}]}}}}").unwrap();
    });
    let audited = audit(&desk, "bomb.har.gz");
    audited.is_bounded();
    let expected = entries.iter().filter_map(|(_, reason)| *reason);
    let expected: Vec<&str> = expected.collect::<Vec<_>>().repeat(3).into_iter().chain(["header"]).collect();
    assert_eq!(audited.words.len(), expected.len(), "{:?}", audited.reasons);
    for (reason, expected) in audited.reasons.iter().zip(expected) {
        assert!(reason.contains(expected), "{reason} {expected}");
    }
    assert_eq!(audited.words.last().unwrap(), "malformed");
}

/// Bodies as large as an entry may be, of both schemes, in every form that has to be decoded.
#[test]
fn the_largest_bodies_of_a_har_document_are_read_in_bounded_memory() {
    let desk = Desk::new("bounds-bodies");
    let size = 4 * MEGABYTE - 4096;
    let url = "https://h/RequestV2/SetPreDefinedLimit";
    let entry = |headers: Value, post_data: Value| {
        json!({"request": {"method": "POST", "url": url, "headers": headers, "postData": post_data}}).to_string()
    };
    let ours = json!([{"name": "x-dlg-date", "value": ""}]);
    let lines = "\n".repeat(size / 2 - 100);
    let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    let multipart =
        |value: &str| json!({"mimeType": "multipart/form-data; boundary=b", "text": format!("{part}{value}\r\n--b--")});
    let entries = [
        (entry(ours.clone(), json!({"text": lines})), "malformed"),
        (entry(ours, json!({"text": "A".repeat(size), "encoding": "base64"})), "malformed"),
        (entry(json!([]), json!({"text": lines})), "malformed"),
        (entry(json!([]), json!({"text": "%41".repeat(size / 3)})), "malformed"),
        (entry(json!([]), json!({"text": format!("{{\"a\":\"{}\"}}", "x".repeat(size - 100))})), "malformed"),
        (entry(json!([]), json!({"text": json!({"a": "\n".repeat(size / 3 - 100)}).to_string()})), "malformed"),
        (entry(json!([]), multipart(&"x".repeat(size - 200))), "malformed"),
        (entry(json!([]), multipart(&"\r\n--".repeat(size / 12))), "malformed"),
        (entry(json!([]), json!({"text": "&a".repeat(size / 2)})), "unreadable"),
        (entry(json!([]), json!({"text": format!("{{{}\"a\":1}}", "\"a\":1,".repeat(size / 12))})), "unreadable"),
        (entry(json!([]), json!({"params": [json!({"name": "a", "value": "%41".repeat(size / 3)})]})), "malformed"),
    ];
    packed(&desk, "large.har.gz", |to| {
        let all: Vec<&str> = entries.iter().map(|(entry, _)| entry.as_str()).collect();
        write!(to, "{{\"log\":{{\"entries\":[{}]}}}}", all.repeat(3).join(",")).unwrap();
    });
    let audited = audit(&desk, "large.har.gz");
    audited.is_bounded();
    let expected: Vec<&str> = entries.iter().map(|(_, word)| *word).collect();
    assert_eq!(audited.words, expected.repeat(3), "{:?}", audited.reasons);
}
