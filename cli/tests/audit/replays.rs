//! Replays are marked, and no more than what is genuine vouches for a time.

use serde_json::{Value, json};

use super::{Desk, MADE, dlga_record, dlga_record_of, haso_record, lines};

#[test]
fn different_genuine_signatures_are_no_replays() {
    let desk = Desk::new("replays-none");
    let records: Vec<_> = (0..50).map(|n| dlga_record_of("a", &format!("{n}"), MADE + n % 5)).collect();
    desk.write("records.jsonl", lines(&records));
    let run = desk.run(&["--at-received", "records.jsonl", "--report", "report.html"]);
    assert_eq!(run.words(), ["valid"; 50]);
    assert!(run.all("replay_of").iter().all(Value::is_null));
    let mut signatures = run.all("signature");
    signatures.sort_by_key(ToString::to_string);
    signatures.dedup();
    assert_eq!(signatures.len(), 50);
    assert!(!run.stderr.contains("replay") && !run.stderr.contains("seen before"), "{}", run.stderr);
    assert!(std::fs::read_to_string(desk.path("report.html")).unwrap().contains("<h1>Every request is genuine</h1>"));
}

#[test]
fn a_replay_names_the_line_of_the_first_of_its_kind() {
    let desk = Desk::new("replays");
    let expired = dlga_record_of("e", "{}", MADE - 5000);
    let mut refused = dlga_record("r");
    refused["body"] = json!("{ }");
    let records =
        [dlga_record("a"), haso_record("h"), expired.clone(), dlga_record("b"), refused.clone(), haso_record("i")];
    let more = [expired, refused, dlga_record("c"), dlga_record("d")];
    desk.write("records.jsonl", format!("\n{}\n{}", lines(&records), lines(&more)));
    let run = desk.run(&["--at-received", "records.jsonl"]);
    assert_eq!(
        run.words(),
        ["valid", "valid", "expired", "valid", "invalid", "valid", "expired", "invalid", "valid", "valid"]
    );
    let null = Value::Null;
    assert_eq!(
        run.all("replay_of"),
        [&null, &null, &null, &json!(2), &null, &json!(3), &json!(4), &null, &json!(2), &json!(2)].map(Clone::clone)
    );
    let signatures = run.all("signature");
    assert!(signatures[4].is_null() && signatures[7].is_null());
    assert_eq!(signatures[0], signatures[9]);
    assert_ne!(signatures[0], signatures[2]);
    assert!(run.stderr.contains("genuine records whose signature was seen before: 5"), "{}", run.stderr);

    // The same however many work on it, and also in a pipe.
    for jobs in ["1", "7"] {
        let again = desk.run(&["--at-received", "records.jsonl", "--jobs", jobs]);
        assert_eq!(again.stdout, run.stdout);
    }
}

#[test]
fn many_replays_in_many_blocks_are_all_marked() {
    let desk = Desk::new("replays-many");
    let records: Vec<_> = (0..7).map(|n| dlga_record_of("", &n.to_string(), MADE)).collect();
    desk.write("records.jsonl", lines(&records).repeat(30_000 / 7));
    let run = desk.run(&["--at-received", "records.jsonl", "--jobs", "3"]);
    assert_eq!(run.verdicts.len(), 30_000 / 7 * 7);
    for (verdict, line) in run.verdicts.iter().zip(1_u64..) {
        let first = (line - 1) % 7 + 1;
        assert_eq!(verdict["replay_of"].as_u64(), (line > 7).then_some(first), "{verdict}");
    }
}

#[test]
fn a_replay_in_another_file_names_the_line_there_and_the_report_the_file() {
    let desk = Desk::new("replays-files");
    desk.write("one.jsonl", format!("\n\n{}", lines(&[dlga_record("first")])));
    desk.write("two.jsonl", lines(&[haso_record("other"), dlga_record("<again>")]));
    let run = desk.run(&["--at-received", "one.jsonl", "two.jsonl", "--report", "report.html"]);
    assert_eq!((run.code, run.all("replay_of")), (Some(0), vec![Value::Null, Value::Null, json!(3)]));
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(page.contains("<h1>Every signature is genuine, one request was replayed</h1>"));
    assert!(!page.contains("Every request is genuine"));
    let (_, replays) = page.split_once("<h2>Replayed</h2>").unwrap();
    let (row, _) = replays.split_once("</tbody>").unwrap();
    for cell in [">two.jsonl<", ">2<", ">&lt;again&gt;<", ">dlga<", ">line 3 of one.jsonl<"] {
        assert!(row.contains(cell), "{cell}: {row}");
    }
}

#[test]
fn the_report_shows_the_first_hundred_replays() {
    let desk = Desk::new("replays-hundred");
    desk.write("records.jsonl", format!("{}\n", haso_record("x")).repeat(102));
    desk.run(&["--ignore-clock", "records.jsonl", "--report", "report.html"]);
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert_eq!(page.matches(">line 1</td>").count(), 100);
    assert!(page.contains("the first 100 of 101"));
}

#[test]
fn what_no_signature_vouches_for_does_not_say_when_a_key_was_seen() {
    let desk = Desk::new("replays-seen");
    let mut forged = dlga_record_of("f", "{}", 253_402_200_000);
    forged["body"] = json!("forged");
    forged.as_object_mut().unwrap().remove("received_at");
    desk.write("records.jsonl", lines(&[dlga_record("a"), forged]));
    let run = desk.run(&["--ignore-clock", "records.jsonl", "--report", "report.html", "--summary", "summary.json"]);
    assert_eq!(run.words(), ["valid", "invalid"]);
    let row = run.stderr.lines().find(|line| line.contains("id-2")).unwrap();
    let cells: Vec<_> = row.split(['│', '┆']).map(str::trim).collect();
    let (seen, claimed) = ("2021-03-09 13:29:32", "9999-12-30 20:00:00");
    assert_eq!(cells[1..], ["dlga", "1", "id-2", "1", "1", seen, seen, claimed, ""]);
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    // The chart is of one step: the forger does not stretch it.
    assert!(page.contains("a column is one minute") && page.matches("<g>").count() == 1, "{page}");
    let summary: Value = serde_json::from_slice(&std::fs::read(desk.path("summary.json")).unwrap()).unwrap();
    assert_eq!(summary["last_seen"], "2021-03-09T13:29:32Z");
    assert_eq!(summary["last_not_genuine"], "9999-12-30T20:00:00Z");
}
