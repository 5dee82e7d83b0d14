//! Where standard output or standard input is closed or full, a command says so, and its exit code is 2.
#![cfg(unix)]

use crate::desk::{Desk, Ended};

/// Every command that prints, with its help and version, as lines for a shell.
const PRINTING: &[&str] = &[
    "imza --help",
    "imza --version",
    "imza dlga sign --help",
    "imza help audit",
    "imza dlga sign --key-id my-key --secret-file secret --method GET --resource /v1/x --date 0 --requester 1",
    "imza dlga string-to-sign --method GET --resource /v1/x --date 0",
    "imza dlga explain --key-id k --secret-file secret --method GET --resource /v1/x --header x-dlg-date:x",
    "imza haso token --recipe a+merhant_salt --merchant-id 1 --key-file key --salt-file salt --field a=1",
    "imza haso message --recipe a+merhant_salt --merchant-id 1 --key-file key --salt-file salt --field a=1",
    "imza haso explain --recipe a+merhant_salt --merchant-id 1 --key-file key --salt-file salt --field a=1 --token x",
    "imza haso discover --merchant-id 1 --key-file key --salt-file salt --field a=1 \
        --token \"$(imza haso token --recipe a+merhant_salt --merchant-id 1 --key-file key --salt-file salt --field a=1)\"",
    "imza haso recipes",
    "imza haso recipes SetPreDefinedLimit",
    "imza completions bash",
    "imza audit --keys keys.toml --ignore-clock records.jsonl",
    "imza audit --keys keys.toml --ignore-clock records.jsonl --out -",
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("keys.toml", "[[dlga]]\naccess_key_id = \"id\"\nsecret = \"not-a-real-secret\"\n");
    desk.file("records.jsonl", r#"{"scheme":"haso","endpoint":"x","fields":{}}"#);
    desk
}

fn sentence(ended: &Ended) -> &str {
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!((ended.text().as_str(), ended.stderr.lines().count()), ("", 1), "{ended:?}");
    ended.stderr.trim_end()
}

#[test]
fn where_standard_output_is_closed_nothing_is_lost_in_silence() {
    let desk = desk();
    for line in PRINTING {
        let ended = desk.sh(&format!("{line} >&-"));
        assert_eq!(sentence(&ended), "imza: cannot write to standard output: it is closed", "{line}");
        // The positive control: with a standard output they print.
        let ended = desk.sh(&format!("{line} || test $? = 1"));
        assert!(ended.code == Some(0) && !ended.text().is_empty(), "{line}: {ended:?}");
        // And /dev/null is one, however it was opened.
        for open in [">/dev/null", "1<>/dev/null"] {
            assert_eq!(desk.sh(&format!("{line} {open} || test $? = 1")).code, Some(0), "{line} {open}");
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn where_standard_output_is_full_the_command_says_so() {
    let desk = desk();
    for line in PRINTING {
        let ended = desk.sh(&format!("{line} >/dev/full"));
        assert!(sentence(&ended).contains("No space left on device"), "{line}: {ended:?}");
    }
}

#[test]
fn a_command_that_prints_nothing_does_not_need_a_standard_output() {
    let desk = desk();
    desk.file("good.jsonl", "");
    for (line, code) in [
        ("imza man .", 0),
        ("imza audit --keys keys.toml --ignore-clock records.jsonl --out verdicts", 1),
        ("imza dlga verify --key-id k --secret-file secret --method GET --resource / --now 0", 1),
    ] {
        assert_eq!(desk.sh(&format!("{line} >&-")).code, Some(code), "{line}");
    }
    assert_eq!(std::fs::read_to_string(desk.path().join("verdicts")).unwrap().lines().count(), 1);
}

#[test]
fn where_standard_input_is_closed_it_is_not_taken_for_empty() {
    let desk = desk();
    for line in [
        "imza audit --keys keys.toml --ignore-clock - --exit-zero <&-",
        "imza dlga string-to-sign --method POST --resource /v1/x --date 0 --body - <&-",
        "imza dlga sign --key-id k --secret-file secret --method POST --resource /v1/x --date 0 --requester 1 --body - <&-",
    ] {
        assert_eq!(sentence(&desk.sh(line)), "imza: cannot read standard input: it is closed", "{line}");
    }
}
