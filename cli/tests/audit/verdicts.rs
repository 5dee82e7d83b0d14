//! The line of a verdict, the clock's switches, and the exit code.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Desk;

fn dlga_record(id: &str) -> String {
    super::dlga_record(id).to_string()
}

fn haso_record(id: &str) -> String {
    super::haso_record(id).to_string()
}

#[test]
fn a_verdict_is_a_line_with_its_keys_in_the_promised_order() {
    let desk = Desk::new("line");
    let input = format!("{}\n\n{}\n{{\n", dlga_record("a1"), haso_record("a2"));
    desk.write("records.jsonl", input);
    let run = desk.run(&["--at-received", "records.jsonl"]);
    // The first 64 bits of the signature, in hex.
    let signature = |record: &str, place: &str| {
        let record: Value = serde_json::from_str(record).unwrap();
        let text = record.pointer(place).unwrap().as_str().unwrap();
        let bytes = STANDARD.decode(text.rsplit(':').next().unwrap()).unwrap();
        format!("{:016x}", u64::from_be_bytes(bytes[..8].try_into().unwrap()))
    };
    let first = signature(&dlga_record("a1"), "/headers/x-dlg-authorization");
    let second = signature(&haso_record("a2"), "/fields/requestToken");
    assert_eq!(
        run.stdout,
        concat!(
            r#"{"id":"a1","line":1,"scheme":"dlga","verdict":"valid","http_status":200,"reason":"","key":1,"#,
            r#""signature":"FIRST","replay_of":null}"#,
            "\n",
            r#"{"id":"a2","line":3,"scheme":"haso","verdict":"valid","http_status":200,"reason":"","key":2,"#,
            r#""signature":"SECOND","replay_of":null}"#,
            "\n",
            r#"{"id":null,"line":4,"scheme":null,"verdict":"unreadable","http_status":null,"#,
            r#""reason":"column 1: the JSON ends in the middle, where the name of a member belongs","key":null,"#,
            r#""signature":null,"replay_of":null}"#,
            "\n",
        )
        .replace("FIRST", &first)
        .replace("SECOND", &second)
    );
    assert_eq!(run.code, Some(1));
}

#[test]
fn the_exit_code_is_0_when_all_are_valid_and_1_when_one_is_not() {
    let desk = Desk::new("code");
    desk.write("good.jsonl", format!("{}\n{}", dlga_record("a"), haso_record("b")));
    desk.write("mixed.jsonl", format!("{}\n{}", dlga_record("a"), haso_record("b").replace("GOLD", "SILVER")));
    let run = desk.run(&["--at-received", "good.jsonl"]);
    assert_eq!((run.code, run.words()), (Some(0), vec!["valid", "valid"]));
    let run = desk.run(&["--at-received", "mixed.jsonl"]);
    assert_eq!((run.code, run.words()), (Some(1), vec!["valid", "invalid"]));
    // Lines are counted for each file.
    let run = desk.run(&["--at-received", "good.jsonl", "mixed.jsonl"]);
    let lines: Vec<_> = run.verdicts.iter().map(|verdict| verdict["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [1, 2, 1, 2]);
}

#[test]
fn the_clock_is_chosen_by_name_by_dlga_19() {
    let desk = Desk::new("clock");
    desk.write("records.jsonl", dlga_record("a"));
    let word = |arguments: &[&str]| {
        let run = desk.run(&[arguments, &["records.jsonl"]].concat());
        run.words().first().map(|word| (*word).to_owned())
    };
    let valid = Some("valid".to_owned());
    let expired = Some("expired".to_owned());
    assert_eq!(word(&["--at-received"]), valid);
    assert_eq!(word(&["--ignore-clock"]), valid);
    assert_eq!(word(&["--now", "1615297412"]), valid);
    assert_eq!(word(&["--now", "1615297413"]), expired);
    assert_eq!(word(&["--now", "2021-03-09T13:43:32Z"]), valid);
    assert_eq!(word(&["--now", "Tue, 09 Mar 2021 13:13:31 GMT"]), expired);
    assert_eq!(word(&["--now", "-1"]), expired);
    // The windows for past and future are set apart.
    assert_eq!(word(&["--at-received", "--past", "60"]), valid);
    assert_eq!(word(&["--at-received", "--past", "59"]), expired);
    assert_eq!(word(&["--now", "1615296500", "--future", "12", "--past", "0"]), valid);
    assert_eq!(word(&["--now", "1615296500", "--future", "11"]), expired);

    // The key that matched is named all the same (DLGA-20).
    let run = desk.run(&["--now", "0", "records.jsonl"]);
    assert_eq!(run.verdicts[0]["key"], 1);
    assert_eq!(run.verdicts[0]["http_status"], 403);

    for arguments in [&["records.jsonl"][..], &["--at-received", "--ignore-clock", "records.jsonl"]] {
        assert_eq!(desk.run(arguments).code, Some(2));
    }
}

#[test]
fn without_a_clock_a_record_needs_no_time() {
    let desk = Desk::new("timeless");
    desk.write("records.jsonl", dlga_record("a").replace("received_at", "noted_at"));
    assert_eq!(desk.run(&["--ignore-clock", "records.jsonl"]).words(), ["valid"]);
    assert_eq!(desk.run(&["--now", "1615296512", "records.jsonl"]).words(), ["valid"]);
    let run = desk.run(&["--at-received", "records.jsonl"]);
    assert_eq!(run.words(), ["unreadable"]);
    assert!(run.verdicts[0]["reason"].as_str().unwrap().contains("--at-received"));
}

#[test]
fn explain_names_the_mistake_in_the_reason_of_a_refused_record() {
    let desk = Desk::new("explain");
    // The body was signed without its last line feed, and the dealer segment was another one.
    let line_feed = dlga_record("a").replace("\"body\":\"{}\"", "\"body\":\"{}\\n\"");
    let records = [dlga_record("b"), line_feed, haso_record("c").replace("GOLD", "SILVER")].join("\n");
    desk.write("records.jsonl", records);
    let run = desk.run(&["--at-received", "--explain", "records.jsonl", "--report", "report.html"]);
    assert_eq!(run.words(), ["valid", "invalid", "invalid"]);
    let reason = |line: usize| run.verdicts[line]["reason"].as_str().unwrap();
    assert_eq!(reason(0), "");
    assert!(reason(1).starts_with("the signature does not match"), "{}", reason(1));
    assert!(reason(1).contains("matches when the body has no final newline"), "{}", reason(1));
    assert!(
        reason(2).contains("No reading matches") && reason(2).contains("10000425500123SILVER[salt]"),
        "{}",
        reason(2)
    );
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(page.contains("matches when the body has no final newline"));
    for secret in ["another's secret", "merchant-salt-not-real", "older-key-not-real", "older-salt-not-real"] {
        assert!(!run.stdout.contains(secret) && !page.contains(secret), "{secret}");
    }
}

/// A log can be full of refused requests, so an audit does a small part of what `explain` may do for one of them.
#[test]
fn an_explanation_of_the_audit_ends_early_and_says_so() {
    let desk = Desk::new("ends-early");
    let line_feed = dlga_record("a").replace("\"body\":\"{}\"", "\"body\":\"{}\\n\"");
    let other = dlga_record("b").replace("\"/v1/x\"", "\"/v1/y?a=b&c=d%20e\"");
    desk.write("records.jsonl", [line_feed, other].join("\n"));
    let run = desk.run(&["--at-received", "--explain", "records.jsonl"]);
    assert_eq!(run.words(), ["invalid", "invalid"]);
    let reason = |line: usize| run.verdicts[line]["reason"].as_str().unwrap();
    assert!(reason(0).contains("matches when the body has no final newline"), "{}", reason(0));
    assert!(reason(1).contains("There were more to try"), "{}", reason(1));
    assert!(reason(1).ends_with("Try this one with `imza dlga explain`, which tries more."), "{}", reason(1));
    let tried = reason(1).split_once("Tried: ").unwrap().1.split_once(' ').unwrap().0;
    assert!((500..20_000).contains(&tried.parse::<usize>().unwrap()), "{tried}");
}

/// DLGA-8: no one knows which one was signed.
#[test]
fn a_content_type_that_is_present_twice_is_malformed_unless_a_header_is_missing() {
    let desk = Desk::new("content-type");
    let twice = |record: &str| record.replace("\"content-type\":", "\"Content-Type\":\"text/plain\",\"content-type\":");
    let record = twice(&dlga_record("a"));
    let other = twice(&dlga_record("b")).replace("\"{}\"", "\"{ }\"");
    let without = twice(&dlga_record("c")).replace("x-dlg-date", "x-other-date");
    desk.write("records.jsonl", [record, other, without].join("\n"));
    let run = desk.run(&["--at-received", "records.jsonl"]);
    assert_eq!(run.words(), ["malformed"; 3]);
    let reason = |line: usize| run.verdicts[line]["reason"].as_str().unwrap();
    assert!(reason(0).to_lowercase().contains("content-type") && reason(0).contains("twice"), "{}", reason(0));
    assert_eq!(reason(1), reason(0));
    assert!(reason(2).contains("x-dlg-date") && reason(2).contains("missing"), "{}", reason(2));
    assert_eq!((&run.verdicts[0]["http_status"], &run.verdicts[0]["signature"]), (&json!(400), &Value::Null));
}

/// HASO-9.
#[test]
fn a_request_token_that_is_present_twice_is_malformed() {
    let desk = Desk::new("token-twice");
    let record = haso_record("a");
    let twice = record.replace("\"requestToken\":", "\"requestToken\":\"x\",\"requestToken\":");
    desk.write("records.jsonl", [record, twice].join("\n"));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert_eq!(run.words(), ["valid", "malformed"]);
    assert!(run.verdicts[1]["reason"].as_str().unwrap().contains("requestToken"), "{}", run.stdout);
}

#[test]
fn a_reason_with_its_explanation_is_cut_after_8192_characters() {
    let desk = Desk::new("cut");
    let long = super::dlga_record_of("a", &"ş".repeat(100_000), super::MADE).to_string();
    let short = dlga_record("b").replace("\"{}\"", "\"{ }\"");
    desk.write("records.jsonl", [long.replacen("\"POST\"", "\"PUT\"", 1), short].join("\n"));
    let run = desk.run(&["--at-received", "--explain", "records.jsonl"]);
    assert_eq!(run.words(), ["invalid", "invalid"]);
    let reason = |line: usize| run.verdicts[line]["reason"].as_str().unwrap();
    assert_eq!(reason(0).chars().count(), 8193);
    assert!(reason(0).contains('…') && !reason(1).contains('…'), "{}", reason(1));
}

/// However much is cut, the reason still ends with what to do.
#[test]
fn a_reason_that_is_cut_says_that_there_was_more_to_try() {
    let desk = Desk::new("cut-more");
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(20_000));
    let long = super::dlga_record_of("a", &body, super::MADE).to_string();
    desk.write("records.jsonl", long.replacen("\"POST\"", "\"PUT\"", 1).replacen("/v1/", "/v9/", 1));
    let run = desk.run(&["--at-received", "--explain", "records.jsonl"]);
    assert_eq!(run.words(), ["invalid"]);
    let reason = run.verdicts[0]["reason"].as_str().unwrap();
    assert_eq!(reason.chars().count(), 8193);
    assert!(reason.ends_with("…\nTry this one with `imza dlga explain`, which tries more."), "{reason}");
}
