//! What goes wrong while an audit runs: said in one sentence, exit code 2, and whole lines before.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::json;

use super::{Desk, verdicts, verdicts_of};

const STRANGER: &str = r#"{"scheme":"haso","endpoint":"x","fields":{}}"#;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn files_that_cannot_be_read_or_written_are_named_before_anything_is_done() {
    let desk = Desk::new("absent");
    desk.write("records.jsonl", STRANGER);
    let run = desk.run(&["--ignore-clock", "records.jsonl", "absent.jsonl", "--out", "verdicts.jsonl"]);
    assert!(run.failure().contains("absent.jsonl"));
    assert!(!desk.path("verdicts.jsonl").exists());
    assert!(desk.run(&["--ignore-clock", "."]).failure().contains("there is no Parquet file below this directory"));
    let run = desk.run(&["--ignore-clock", "records.jsonl", "--out", "absent/verdicts.jsonl"]);
    assert!(run.failure().contains("cannot write absent/verdicts.jsonl"));
    let run = desk.run(&["--ignore-clock", "records.jsonl", "--report", "absent/report.html"]);
    assert!(run.failure().contains("cannot write absent/report.html"));
    let run = desk.run(&["--ignore-clock", "records.jsonl", "--out", "./records.jsonl"]);
    assert!(run.failure().contains("would overwrite the input"));
    assert_eq!(std::fs::read_to_string(desk.path("records.jsonl")).unwrap(), STRANGER);
    assert!(desk.run(&["--ignore-clock", "-", "-"]).failure().contains("is given twice"));

    desk.write("keys.toml", "[[dlga]]\naccess_key_id = \"a\"\nsecrt = \"hunter2\"\n");
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert!(run.failure().starts_with("imza: keys.toml:3: dlga has no word `secrt`"), "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2"));
}

#[test]
fn nothing_that_is_read_or_written_already_is_overwritten() {
    let desk = Desk::new("overwrites");
    desk.write("records.jsonl", STRANGER);
    let keys = std::fs::read(desk.path("keys.toml")).unwrap();
    for (options, fault) in [
        (["--report", "./records.jsonl"].as_slice(), "--report would overwrite the input records.jsonl"),
        (&["--out", "keys.toml"], "--out would overwrite the keys file"),
        (&["--report", "keys.toml"], "--report would overwrite the keys file"),
        (&["--out", "both", "--report", "both"], "--report would overwrite the verdicts in both"),
    ] {
        let run = desk.run(&[&["--ignore-clock", "records.jsonl"], options].concat());
        assert!(run.failure().contains(fault), "{}", run.stderr);
    }
    assert_eq!(std::fs::read_to_string(desk.path("records.jsonl")).unwrap(), STRANGER);
    assert_eq!(std::fs::read(desk.path("keys.toml")).unwrap(), keys);
    assert!(!desk.path("both").exists());
}

#[test]
fn a_gzip_file_that_is_cut_short_ends_the_audit_after_its_whole_lines() {
    let desk = Desk::new("cut-gzip");
    let lines: String = (0..2000_u64).map(|n| STRANGER.replace("\"x\"", &format!("\"{}\"", n * n)) + "\n").collect();
    let compressed = gzip(lines.as_bytes());
    for cut in [11, compressed.len() / 2, compressed.len() - 1] {
        desk.write("records.jsonl.gz", &compressed[..cut]);
        let run = desk.run(&["--ignore-clock", "records.jsonl.gz", "--out", "verdicts.jsonl"]);
        assert!(run.failure().contains("records.jsonl.gz: it breaks off in the middle"), "{}", run.stderr);
        let verdicts = verdicts_of(&desk.path("verdicts.jsonl"));
        assert_eq!(verdicts.is_empty(), cut == 11);
        assert!(verdicts.iter().all(|verdict| verdict["verdict"] == "unsupported"));
    }
    let mut damaged = compressed;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    desk.write("records.jsonl.gz", damaged);
    assert!(desk.run(&["--ignore-clock", "records.jsonl.gz"]).stderr.contains("records.jsonl.gz: it cannot be read"));
}

#[test]
fn a_har_file_without_entries_or_cut_short_ends_the_audit() {
    let desk = Desk::new("cut-har");
    for text in ["", "{}", r#"{"log":{}}"#, r#"{"log":{"entries":[]}}"#] {
        desk.write("session.har", text);
        let run = desk.run(&["--ignore-clock", "session.har"]);
        assert!(run.failure().starts_with("imza: session.har: "), "{}", run.stderr);
    }
    assert!(desk.run(&["--ignore-clock", "session.har"]).failure().contains("without entries"));
    desk.write("session.har", r#"{"log":{"entries":{}}}"#);
    assert!(desk.run(&["--ignore-clock", "session.har"]).failure().contains("it is not a HAR file: "));

    let sent = json!({"method": "GET", "url": "https://h/", "headers": [{"name": "x-dlg-date", "value": ""}]});
    let entry = json!({"startedDateTime": "2021-03-09T13:29:32Z", "request": sent});
    desk.write("session.har", format!(r#"{{"log":{{"entries":[{entry},{entry},{{"request":"#));
    let run = desk.run(&["--ignore-clock", "session.har"]);
    assert!(run.failure().contains("the HAR file breaks off in the middle"), "{}", run.stderr);
    assert_eq!(run.words(), ["malformed", "malformed"]);
    // An entry that is none is a verdict, not the end.
    desk.write("session.har", format!(r#"{{"log":{{"entries":[{{}},{{"request":7}},{entry}]}}}}"#));
    assert_eq!(desk.run(&["--ignore-clock", "session.har"]).words(), ["unreadable", "unreadable", "malformed"]);
}

#[test]
fn an_entry_that_is_no_object_is_an_unreadable_verdict_and_the_next_entry_is_read() {
    let desk = Desk::new("no-object");
    let sent = json!({"method": "GET", "url": "https://h/", "headers": [{"name": "x-dlg-date", "value": ""}]});
    let nested = json!([["2021-03-09T13:29:32Z", sent], {"request": sent}]);
    for other in ["null", "7", "-7", "0.5", "true", "\"{}\"", "[]", &nested.to_string()] {
        let entry = json!({"request": sent});
        desk.write("session.har", format!(r#"{{"log":{{"entries":[{entry},{other},{entry}]}}}}"#));
        let run = desk.run(&["--ignore-clock", "session.har"]);
        assert_eq!((run.code, run.words()), (Some(1), vec!["malformed", "unreadable", "malformed"]), "{other}");
        assert_eq!((&run.verdicts[1]["line"], &run.verdicts[2]["line"]), (&json!(2), &json!(3)));
        assert_eq!(run.verdicts[1]["reason"], "the entry is not an object");
    }
}

#[test]
fn out_to_a_dash_is_standard_output() {
    let desk = Desk::new("dash");
    let run = desk.pipe(&["--ignore-clock", "-", "--out", "-"], STRANGER.as_bytes());
    assert_eq!((run.code, run.words()), (Some(1), vec!["unsupported"]), "{}", run.stderr);
    assert!(!desk.path("-").exists());
    // Nor does it collide with a file of that name, which is `./-`.
    desk.write("-", "kept");
    let run = desk.pipe(&["--ignore-clock", "-", "--out", "-"], STRANGER.as_bytes());
    assert_eq!(run.words(), ["unsupported"], "{}", run.stderr);
    assert_eq!(std::fs::read_to_string(desk.path("-")).unwrap(), "kept");
}

#[test]
fn an_overlong_line_is_one_unreadable_verdict_and_the_next_line_is_read() {
    let desk = Desk::new("overlong");
    let bound = 4 * 1024 * 1024;
    for length in [bound - 1, bound, bound + 1, 2 * bound] {
        let line = format!("{STRANGER}{}", " ".repeat(length - STRANGER.len()));
        for input in [format!("{line}\n{STRANGER}\n"), format!("{STRANGER}\n\n{line}")] {
            let run = desk.pipe(&["--ignore-clock", "-"], input.as_bytes());
            let long = usize::from(!input.starts_with(&line));
            assert_eq!(run.words()[long] == "unreadable", length > bound, "{length}");
            assert_eq!(run.words()[1 - long], "unsupported");
            assert_eq!(run.verdicts[1]["line"], if long == 0 { 2 } else { 3 });
        }
    }
}

/// An audit that is talked with: what it is told, and what it answers.
#[cfg(target_os = "linux")]
fn talk(desk: &Desk) -> (Child, ChildStdin, Lines<BufReader<ChildStdout>>) {
    let mut audit = desk.command(&["--ignore-clock", "--jobs", "2", "-"]);
    let mut child = audit.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    (child, stdin, BufReader::new(stdout).lines())
}

/// Looks at the most memory that an audit has had so far, and ends it.
#[cfg(target_os = "linux")]
fn kept_within_64_mib(mut child: Child, stdin: ChildStdin) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(kilobytes < 64 * 1024, "{kilobytes} kB");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
#[cfg(target_os = "linux")]
fn ids_of_megabytes_do_not_fill_the_memory_underway_or_in_the_summary() {
    let desk = Desk::new("long-ids");
    let (child, mut stdin, mut lines) = talk(&desk);
    let record = STRANGER.replacen('{', &format!("{{\"id\":\"{}\",", "x".repeat((4 << 20) - 1024)), 1);
    // All at once, so that the audit reads as far ahead as it likes.
    let stdin = std::thread::scope(|scope| {
        let writing = scope.spawn(move || {
            for _ in 0..40 {
                writeln!(stdin, "{record}").unwrap();
            }
            stdin
        });
        for _ in 0..40 {
            assert!(lines.next().unwrap().unwrap().contains("unsupported"));
        }
        writing.join().unwrap()
    });
    kept_within_64_mib(child, stdin);
}

#[test]
#[cfg(target_os = "linux")]
fn a_line_of_100_mb_is_passed_over_in_bounded_memory() {
    let desk = Desk::new("memory");
    let (child, mut stdin, mut lines) = talk(&desk);
    let megabyte = vec![b'"'; 1 << 20];
    for _ in 0..100 {
        stdin.write_all(&megabyte).unwrap();
    }
    // Verdicts come as the lines come, so the next line's verdict says that this one is done.
    writeln!(stdin, "\n{STRANGER}").unwrap();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("longer than 4194304 bytes"), "{first}");
    assert!(lines.next().unwrap().unwrap().contains("unsupported"));
    kept_within_64_mib(child, stdin);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_ends_the_audit_with_whole_lines() {
    let desk = Desk::new("full");
    desk.write("records.jsonl", format!("{STRANGER}\n").repeat(1000));
    let run = desk.run(&["--ignore-clock", "records.jsonl", "--out", "/dev/full"]);
    assert!(run.failure().contains("cannot write the verdicts to /dev/full"), "{}", run.stderr);

    // A limit on the size of files stands in for a disk with room for some of the lines only.
    for redirect in ["--out verdicts.jsonl", "> verdicts.jsonl"] {
        let script = format!(
            "trap '' XFSZ; ulimit -f 8; exec '{}' audit --keys keys.toml --ignore-clock records.jsonl {redirect}",
            env!("CARGO_BIN_EXE_imza")
        );
        let output = Command::new("sh").current_dir(&desk.directory).args(["-c", &script]).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("cannot write the verdicts") && stderr.contains("whole lines"), "{stderr}");
        let text = std::fs::read_to_string(desk.path("verdicts.jsonl")).unwrap();
        assert!(text.ends_with('\n') && text.len() > 3000 && verdicts(&text).len() < 1000);
    }
}

#[test]
#[cfg(unix)]
fn a_reader_that_goes_away_ends_the_audit_quietly() {
    let desk = Desk::new("head");
    desk.write("records.jsonl", format!("{STRANGER}\n").repeat(100_000));
    let sent = json!({"method": "GET", "url": "https://h/", "headers": [{"name": "x-dlg-date", "value": ""}]});
    let entries = format!("{},", json!({"request": sent})).repeat(100_000);
    // Whoever goes does not even hear that the file breaks off.
    desk.write("session.har", format!(r#"{{"log":{{"entries":[{entries}"#));
    for file in ["records.jsonl", "session.har"] {
        let mut child =
            desk.command(&["--ignore-clock", file]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut String::new()).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""), "{file}");
    }
}

#[test]
fn a_file_that_is_cut_short_while_it_is_read_is_not_taken_for_whole() {
    let desk = Desk::new("shrinks");
    desk.write("records.jsonl", format!("{STRANGER}\n").repeat(400_000));
    // Of what was written ahead of the reader of the verdicts, a pipe and the audit hold a few megabytes.
    let mut child = desk
        .command(&["--ignore-clock", "records.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(desk.path("records.jsonl")).unwrap();
    file.set_len(1 << 20).unwrap();
    let verdicts = stdout.lines().count();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(verdicts < 399_999, "{verdicts}");
    assert_eq!((output.status.code(), stderr.lines().count()), (Some(2), 1), "{stderr}");
    let length = 400_000 * (STRANGER.len() + 1);
    assert!(stderr.contains(&format!("records.jsonl: it cannot be read: it had {length} bytes and ended")), "{stderr}");
}
