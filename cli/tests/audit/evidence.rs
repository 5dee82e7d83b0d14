//! An audit never destroys what it reads: not by any name, link or stream, and not when it fails.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

use super::{Desk, Run, dlga_record, lines, verdicts_of};

/// Runs a shell line in the desk's directory, in which `audit` is the command with the keys file.
fn sh(desk: &Desk, line: &str) -> Output {
    let audit = format!("audit() {{ '{}' audit --keys keys.toml --ignore-clock \"$@\"; }}", env!("CARGO_BIN_EXE_imza"));
    Command::new("sh").current_dir(&desk.directory).args(["-c", &format!("{audit}; {line}")]).output().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Everything in a directory: names and contents.
fn contents(desk: &Desk) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(&desk.directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()))
        .collect();
    all.sort();
    all
}

/// A desk with an input, an input under two further names, and a keys file that names secret files.
fn desk(name: &str) -> Desk {
    let desk = Desk::new(name);
    desk.write("records.jsonl", lines(&[dlga_record("a")]));
    desk.write("d.secret", "another's secret");
    desk.write("h.key", "key-not-real");
    desk.write("h.salt", "salt-not-real");
    desk.write(
        "keys.toml",
        "[[dlga]]\naccess_key_id = \"id-2\"\nsecret_file = \"d.secret\"\n\n\
         [[haso]]\nmerchant_id = \"1\"\nkey_file = \"h.key\"\nsalt_file = \"h.salt\"\n",
    );
    for file in ["records.jsonl", "keys.toml", "d.secret", "h.key", "h.salt"] {
        fs::hard_link(desk.path(file), desk.path(&format!("hard-{file}"))).unwrap();
        symlink(file, desk.path(&format!("soft-{file}"))).unwrap();
    }
    desk
}

#[test]
fn no_output_goes_over_what_is_read_whatever_it_is_called() {
    let desk = desk("evidence");
    let before = contents(&desk);
    for option in ["--out", "--report", "--summary"] {
        for (file, what) in [
            ("records.jsonl", "the input records.jsonl"),
            ("keys.toml", "the keys file keys.toml"),
            ("d.secret", "the secret file d.secret"),
            ("h.key", "the secret file h.key"),
            ("h.salt", "the secret file h.salt"),
        ] {
            for prefix in ["", "./", "hard-", "soft-"] {
                let run = desk.run(&["--ignore-clock", "records.jsonl", option, &format!("{prefix}{file}")]);
                assert_eq!(run.failure(), format!("imza: {option} would overwrite {what}"));
                assert_eq!(contents(&desk), before, "{option} {prefix}{file}");
            }
        }
    }
    // Read through a link, and written under its own name.
    let run = desk.run(&["--ignore-clock", "hard-records.jsonl", "--out", "records.jsonl"]);
    assert_eq!(run.failure(), "imza: --out would overwrite the input hard-records.jsonl");
    // No two outputs go into one file either, whether it is there or not.
    for (one, other) in [("--out", "--report"), ("--out", "--summary"), ("--report", "--summary")] {
        for (here, there) in [("new", "./new"), ("old", "hard-old"), ("old", "soft-old")] {
            let both = self::desk("evidence-both");
            both.write("old", "old");
            fs::hard_link(both.path("old"), both.path("hard-old")).unwrap();
            symlink("old", both.path("soft-old")).unwrap();
            let before = contents(&both);
            let run = both.run(&["--ignore-clock", "records.jsonl", one, here, other, there]);
            assert!(run.failure().starts_with(&format!("imza: {other} would overwrite the ")), "{}", run.stderr);
            assert_eq!(contents(&both), before, "{one} {here} {other} {there}");
        }
    }
    assert_eq!(contents(&desk), before);
}

#[test]
fn standard_input_and_output_are_files_like_others() {
    let desk = desk("evidence-streams");
    let before = contents(&desk);
    for (line, sentence) in [
        ("audit - --out records.jsonl <records.jsonl", "--out would overwrite standard input"),
        ("audit - --report hard-records.jsonl <records.jsonl", "--report would overwrite standard input"),
        ("cat records.jsonl | audit - records.jsonl --out records.jsonl", "--out would overwrite the input"),
        ("audit records.jsonl >>records.jsonl", "standard output would overwrite the input records.jsonl"),
        ("audit records.jsonl >>h.key", "standard output would overwrite the secret file h.key"),
        ("audit - <records.jsonl >>hard-records.jsonl", "standard output would overwrite standard input"),
        ("audit records.jsonl --out - >>soft-keys.toml", "standard output would overwrite the keys file keys.toml"),
    ] {
        let run = Run::of(&sh(&desk, line));
        assert!(run.failure().starts_with(&format!("imza: {sentence}")), "{line}: {}", run.stderr);
        assert_eq!(contents(&desk), before, "{line}");
    }
    // Devices and pipes lose nothing.
    for line in ["audit - --out /dev/null <records.jsonl", "cat records.jsonl | audit - | cat >verdicts"] {
        let run = Run::of(&sh(&desk, line));
        assert_eq!(run.code, Some(0), "{line}: {}", run.stderr);
    }
    assert_eq!(verdicts_of(&desk.path("verdicts")).len(), 1);
}

#[test]
fn what_is_there_stays_until_the_audit_can_begin() {
    let desk = desk("evidence-begin");
    desk.write("verdicts.jsonl", "the verdicts of yesterday\n");
    desk.write("report.html", "the report of yesterday\n");
    desk.write("no-keys.toml", "[[dlga]]\n");
    fs::create_dir(desk.path("directory")).unwrap();
    let outputs = ["--out", "verdicts.jsonl", "--report", "report.html", "--summary", "summary.json"];
    for arguments in [
        ["records.jsonl", "absent.jsonl"].as_slice(),
        &["records.jsonl", "directory"],
        &["--keys", "no-keys.toml", "records.jsonl"],
        &["--keys", "absent.toml", "records.jsonl"],
        &["records.jsonl", "--report", "directory/absent/report.html"],
        &["records.jsonl", "--summary", "directory"],
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imza"));
        command.current_dir(&desk.directory).args(["audit", "--ignore-clock"]).args(arguments);
        for pair in [["--keys", "keys.toml"]].iter().chain(outputs.as_chunks().0) {
            if !arguments.contains(&pair[0]) {
                command.args(pair);
            }
        }
        let run = Run::of(&command.output().unwrap());
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.stderr);
        assert_eq!(fs::read_to_string(desk.path("verdicts.jsonl")).unwrap(), "the verdicts of yesterday\n");
        assert_eq!(fs::read_to_string(desk.path("report.html")).unwrap(), "the report of yesterday\n");
        assert!(!desk.path("summary.json").exists());
    }
    assert_eq!(fs::read_dir(desk.path("directory")).unwrap().count(), 0);
}

#[test]
fn a_report_takes_its_place_when_all_is_done_and_not_before() {
    let desk = desk("evidence-report");
    desk.write("report.html", "the report of yesterday\n");
    desk.write("cut.jsonl.gz", [0x1f, 0x8b, 8, 0, 0]);
    let before = contents(&desk);
    let run = desk.run(&["--ignore-clock", "records.jsonl", "cut.jsonl.gz", "--report", "report.html"]);
    assert!(run.failure().contains("cut.jsonl.gz: it breaks off"), "{}", run.stderr);
    // Nothing is left beside it either.
    assert_eq!(contents(&desk), before);

    // A link stays a link, and leads to the new report; other names of the old file keep the old report.
    symlink("report.html", desk.path("link.html")).unwrap();
    fs::hard_link(desk.path("report.html"), desk.path("old.html")).unwrap();
    let run = desk.run(&["--ignore-clock", "records.jsonl", "--report", "link.html"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(fs::symlink_metadata(desk.path("link.html")).unwrap().is_symlink());
    assert!(fs::read_to_string(desk.path("report.html")).unwrap().contains("Every request is genuine"));
    assert_eq!(fs::read_to_string(desk.path("old.html")).unwrap(), "the report of yesterday\n");
    // A device is written to; there is no way to put another file in its place.
    let run = desk.run(&["--ignore-clock", "records.jsonl", "--report", "/dev/full"]);
    assert!(run.stderr.contains("cannot write the report to /dev/full"), "{}", run.stderr);
    assert_eq!(run.code, Some(2));
}

#[test]
fn the_outputs_are_for_their_owner_alone() {
    let desk = desk("evidence-mode");
    for before in [None, Some(0o644), Some(0o600)] {
        for file in ["verdicts.jsonl", "report.html", "summary.json"] {
            let _ = fs::remove_file(desk.path(file));
            if let Some(before) = before {
                desk.write(file, "old");
                fs::set_permissions(desk.path(file), fs::Permissions::from_mode(before)).unwrap();
            }
        }
        let output = sh(
            &desk,
            "umask 022; audit records.jsonl --out verdicts.jsonl --report report.html --summary summary.json",
        );
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        for file in ["verdicts.jsonl", "report.html", "summary.json"] {
            assert_eq!(mode(&desk.path(file)), 0o600, "{file}, {before:?} before");
        }
    }
}

#[test]
fn an_audit_without_a_record_is_no_success() {
    let desk = desk("evidence-none");
    desk.write("empty.jsonl", "");
    desk.write("blank.jsonl", "\n  \n\r\n");
    desk.write(
        "other.har",
        r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://example.com/","headers":[]}}]}}"#,
    );
    desk.write("report.html", "old");
    for (file, sentence) in [
        ("empty.jsonl", "there is no record in empty.jsonl"),
        ("blank.jsonl", "there is no record in blank.jsonl"),
        ("/dev/null", "there is no record in /dev/null"),
        ("other.har", "the one entry is a request of neither scheme"),
    ] {
        let run = desk.run(&["--ignore-clock", file, "--out", "verdicts.jsonl", "--report", "report.html"]);
        assert_eq!(run.failure(), format!("imza: {sentence}"));
        assert_eq!(fs::read_to_string(desk.path("report.html")).unwrap(), "old");
        let run = desk.run(&["--ignore-clock", "--exit-zero", file]);
        assert_eq!((run.code, run.stderr.trim_end()), (Some(0), format!("imza: {sentence}").as_str()), "{file}");
    }
    let run = desk.run(&["--ignore-clock", "empty.jsonl", "blank.jsonl"]);
    assert_eq!(run.failure(), "imza: there is no record in empty.jsonl, blank.jsonl");
}

#[test]
fn exit_zero_is_for_verdicts_and_not_for_faults() {
    let desk = desk("evidence-zero");
    desk.write("refused.jsonl", lines(&[dlga_record("a")]).replace("\"{}\"", "\"{ }\""));
    let run = desk.run(&["--ignore-clock", "--exit-zero", "refused.jsonl"]);
    assert_eq!((run.code, run.words()), (Some(0), vec!["invalid"]));
    assert!(run.stderr.ends_with("imza: 1 of 1 records are not valid\n"), "{}", run.stderr);
    for arguments in [["absent.jsonl"].as_slice(), &["records.jsonl", "--out", "records.jsonl"]] {
        let run = desk.run(&[&["--ignore-clock", "--exit-zero"], arguments].concat());
        assert_eq!(run.code, Some(2), "{}", run.stderr);
    }
    let run = desk.run(&["--ignore-clock", "--exit-zero", "records.jsonl", "--out", "/dev/full"]);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}
