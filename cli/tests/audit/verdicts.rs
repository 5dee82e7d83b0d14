//! The line of a verdict, the clock's switches, and the exit code.

use imza::{dlga, haso};
use serde_json::json;

use super::Desk;

const MADE: i64 = 1_615_296_512;

/// A valid DLGA record of `id-2`, made at [`MADE`] and received a minute later.
fn dlga_record(id: &str) -> String {
    let request = dlga::Request::post("/v1/x").json("{}");
    let signer = dlga::Signer::new("id-2", "another's secret").unwrap();
    let headers = signer.sign(&request, dlga::Date::from_unix(MADE).unwrap(), "45186").unwrap();
    let [(_, date), (_, requester), (_, authorization)] = headers.into_pairs();
    json!({
        "id": id, "scheme": "dlga", "received_at": "2021-03-09T13:29:32Z", "method": "POST", "resource": "/v1/x",
        "headers": {
            "content-type": "application/json", "x-dlg-date": date, "x-dlg-requester-userid": requester,
            "x-dlg-authorization": authorization,
        },
        "body": "{}",
    })
    .to_string()
}

fn haso_record(id: &str) -> String {
    let merchant = haso::Merchant::new("1000042", "older-key-not-real", "older-salt-not-real").unwrap();
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
    let token = merchant.token(&haso::SET_PRE_DEFINED_LIMIT, &fields).unwrap();
    json!({
        "id": id, "scheme": "haso", "endpoint": "/RequestV2/SetPreDefinedLimit",
        "fields": {"merchantId": "1000042", "customerId": "5500123", "dealerSegment": "GOLD", "requestToken": token},
    })
    .to_string()
}

#[test]
fn a_verdict_is_a_line_with_its_keys_in_the_promised_order() {
    let desk = Desk::new("line");
    let input = format!("{}\n\n{}\n{{\n", dlga_record("a1"), haso_record("a2"));
    desk.write("records.jsonl", input);
    let run = desk.run(&["--at-received", "records.jsonl"]);
    assert_eq!(
        run.stdout,
        concat!(
            r#"{"id":"a1","line":1,"scheme":"dlga","verdict":"valid","http_status":200,"reason":"","key":1}"#,
            "\n",
            r#"{"id":"a2","line":3,"scheme":"haso","verdict":"valid","http_status":200,"reason":"","key":2}"#,
            "\n",
            r#"{"id":null,"line":4,"scheme":null,"verdict":"unreadable","http_status":null,"#,
            r#""reason":"column 1: EOF while parsing an object","key":null}"#,
            "\n",
        )
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
fn the_summary_counts_by_key_and_names_replays_and_times() {
    let desk = Desk::new("summary");
    let other = dlga_record("c").replace("\"{}\"", "\"{ }\"");
    desk.write("records.jsonl", [dlga_record("a"), dlga_record("b"), other, haso_record("d")].join("\n"));
    let run = desk.run(&["--at-received", "records.jsonl"]);
    let cells = |line: &str| line.split(['│', '┆']).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let table: Vec<_> = run.stderr.lines().map(cells).collect();
    let head = ["", "scheme", "key", "id", "valid", "invalid", "replayed", "first seen (UTC)", "last seen (UTC)", ""];
    assert_eq!(table[1], head);
    let id_2 = ["", "dlga", "1", "id-2", "2", "1", "1", "2021-03-09 13:29:32", "2021-03-09 13:29:32", ""];
    assert!(table.contains(&id_2.map(str::to_owned).to_vec()), "{}", run.stderr);
    let older = ["", "haso", "2", "1000042", "1", "0", "0", "", "", ""];
    assert!(table.contains(&older.map(str::to_owned).to_vec()), "{}", run.stderr);
    assert!(run.stderr.contains("4 records: 3 valid, 1 not"));
    // No progress bar in a pipe.
    assert!(!run.stderr.contains('\r') && !run.stderr.contains('\u{1b}'));
}

#[test]
fn the_report_needs_nothing_but_itself_and_escapes_what_strangers_sent() {
    let desk = Desk::new("report");
    let hostile = dlga_record("<script>alert(1)</script>\\u0027\\u202e").replace("\\\\u", "\\u");
    desk.write("records.jsonl", hostile.replace("\"{}\"", "\"{ }\"") + "\n{\"<img src=x onerror=alert(1)>\n");
    let run = desk.run(&["--at-received", "records.jsonl", "--report", "report.html"]);
    assert_eq!(run.code, Some(1));
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&#39;\u{fffd}"));
    for forbidden in ["<script", "<img", "http:", "https:", "src=", "url(", "@import", "\u{202e}"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    assert!(page.contains("<svg") && page.contains("2 requests were refused"));
}

#[test]
fn the_report_shows_the_first_hundred_refusals() {
    let desk = Desk::new("hundred");
    let refused = haso_record("x").replace("GOLD", "SILVER") + "\n";
    desk.write("records.jsonl", refused.repeat(101));
    desk.run(&["--ignore-clock", "records.jsonl", "--report", "report.html"]);
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert_eq!(page.matches("<td class=\"reason\">").count(), 100);
    assert!(page.contains("the first 100 of 101"));
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
