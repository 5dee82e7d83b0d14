//! The summary: the table on standard error, and its counts as JSON.

use serde_json::{Value, json};

use super::{Desk, MADE, dlga_record, dlga_record_of, haso_record, lines};

#[test]
fn the_summary_counts_by_key_and_names_replays_and_times() {
    let desk = Desk::new("summary");
    let mut other = dlga_record("c");
    other["body"] = json!("{ }");
    desk.write("records.jsonl", lines(&[dlga_record("a"), dlga_record("b"), other, haso_record("d")]));
    let run = desk.run(&["--at-received", "records.jsonl"]);
    let cells = |line: &str| line.split(['│', '┆']).map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let table: Vec<_> = run.stderr.lines().map(cells).collect();
    let times = ["first seen (UTC)", "last seen (UTC)", "not genuine, seen (UTC)"];
    let head = [["", "scheme", "key", "id", "valid", "invalid", "replayed"].as_slice(), &times, &[""]].concat();
    assert_eq!(table[1], head);
    let time = "2021-03-09 13:29:32";
    let id_2 = ["", "dlga", "1", "id-2", "2", "1", "1", time, time, time, ""];
    assert!(table.contains(&id_2.map(str::to_owned).to_vec()), "{}", run.stderr);
    let older = ["", "haso", "2", "1000042", "1", "0", "0", "", "", "", ""];
    assert!(table.contains(&older.map(str::to_owned).to_vec()), "{}", run.stderr);
    assert!(run.stderr.contains("4 records: 3 valid, 1 not"));
    // No progress bar in a pipe.
    assert!(!run.stderr.contains('\r') && !run.stderr.contains('\u{1b}'));
}

/// The summary of an audit as JSON.
fn json_of(desk: &Desk, arguments: &[&str]) -> Value {
    desk.run(&[arguments, &["--summary", "summary.json", "--out", "/dev/null"]].concat());
    let text = std::fs::read_to_string(desk.path("summary.json")).unwrap();
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_summary_as_json_has_the_tables_counts() {
    let desk = Desk::new("summary-json");
    let mut other = dlga_record("c");
    other["body"] = json!("{ }");
    let records = lines(&[dlga_record("a"), dlga_record("b"), other, haso_record("d")]);
    desk.write("records.jsonl", records + "not a record");
    let summary = json_of(&desk, &["--at-received", "--past", "60", "records.jsonl"]);
    let verdicts = |counts: &[(&str, u64)]| {
        let mut all = json!({
            "valid": 0, "invalid": 0, "expired": 0, "malformed": 0, "unknown-key": 0, "unsupported": 0, "unreadable": 0,
        });
        for &(verdict, count) in counts {
            all[verdict] = count.into();
        }
        all
    };
    let time = "2021-03-09T13:29:32Z";
    let row =
        |scheme: Option<&str>, key: Option<u64>, id: Option<&str>, counts: &[(&str, u64)], replays, times: [_; 4]| {
            json!({
                "scheme": scheme, "key": key, "id": id, "verdicts": verdicts(counts), "replays": replays,
                "first_seen": times[0], "last_seen": times[1],
                "first_not_genuine": times[2], "last_not_genuine": times[3],
            })
        };
    let times = [Some(time); 4];
    let mut expected = row(None, None, None, &[("valid", 3), ("invalid", 1), ("unreadable", 1)], 1, times);
    for member in ["scheme", "key", "id"] {
        expected.as_object_mut().unwrap().remove(member);
    }
    for (member, value) in [
        ("imza", json!(env!("CARGO_PKG_VERSION"))),
        ("inputs", json!(["records.jsonl"])),
        ("keys", json!("keys.toml")),
        ("clock", json!("at-received")),
        ("now", Value::Null),
        ("past", json!(60)),
        ("future", json!(900)),
        ("skipped", json!(0)),
        ("replays_bound", Value::Null),
    ] {
        expected[member] = value;
    }
    expected["rows"] = json!([
        row(Some("dlga"), Some(1), Some("id-2"), &[("valid", 2), ("invalid", 1)], 1, times),
        row(Some("haso"), Some(2), Some("1000042"), &[("valid", 1)], 0, [None; 4]),
        row(None, None, None, &[("unreadable", 1)], 0, [None; 4]),
    ]);
    assert_eq!(summary, expected);
    let at = |options: &[&str]| json_of(&desk, &[options, &["records.jsonl"]].concat());
    assert_eq!(at(&["--now", "1615296512"])["now"], "2021-03-09T13:28:32Z");
    assert_eq!(at(&["--ignore-clock"])["clock"], "ignored");
}

/// What docs/audit.md says: counts add up, and of the times the least and the greatest count.
#[test]
fn summaries_of_several_audits_add_up_to_that_of_one() {
    let desk = Desk::new("summary-merge");
    let mut records: Vec<_> = (0..40).map(|n| dlga_record_of("a", &n.to_string(), MADE + n * 100)).collect();
    records.iter_mut().step_by(7).for_each(|record| record["body"] = json!("other"));
    for record in &mut records {
        record.as_object_mut().unwrap().remove("received_at");
    }
    records.push(haso_record("h"));
    let (one, two) = records.split_at(17);
    desk.write("one.jsonl", lines(one));
    desk.write("two.jsonl", lines(two));
    let parts = [json_of(&desk, &["--ignore-clock", "one.jsonl"]), json_of(&desk, &["--ignore-clock", "two.jsonl"])];
    let whole = json_of(&desk, &["--ignore-clock", "one.jsonl", "two.jsonl"]);
    let texts = |name: &str| parts.iter().filter_map(|part| part[name].as_str()).collect::<Vec<_>>();
    for name in ["first_seen", "first_not_genuine"] {
        assert_eq!(whole[name].as_str(), texts(name).into_iter().min());
    }
    for name in ["last_seen", "last_not_genuine"] {
        assert_eq!(whole[name].as_str(), texts(name).into_iter().max());
    }
    for (verdict, count) in whole["verdicts"].as_object().unwrap() {
        let sum: u64 = parts.iter().map(|part| part["verdicts"][verdict].as_u64().unwrap()).sum();
        assert_eq!(count.as_u64(), Some(sum), "{verdict}");
    }
}

#[test]
fn where_not_one_line_is_a_record_the_summary_says_so() {
    let desk = Desk::new("summary-none");
    desk.write("access.log", "{\"method\":\"POST\",\"path\":\"/v1/x\"}\n".repeat(4));
    let run = desk.run(&["--ignore-clock", "access.log", "--report", "report.html"]);
    assert_eq!(run.code, Some(1));
    let sentence = "none of the 4 lines is a record: is this JSON Lines?";
    assert!(run.stderr.contains(sentence), "{}", run.stderr);
    assert!(!run.stderr.contains("4 of 4") && !run.stderr.contains("0 valid"), "{}", run.stderr);
    assert!(run.stderr.ends_with("imza: 4 lines could not be read\n"), "{}", run.stderr);
    assert!(std::fs::read_to_string(desk.path("report.html")).unwrap().contains(sentence));

    desk.write("mixed.jsonl", format!("{}\nnot a record\n", dlga_record("a")));
    let run = desk.run(&["--ignore-clock", "mixed.jsonl"]);
    assert!(run.stderr.contains("1 record, 1 valid; 1 line could not be read\n"), "{}", run.stderr);
    assert!(!run.stderr.contains("none of"), "{}", run.stderr);
    assert_eq!((run.code, run.stderr.lines().last()), (Some(1), Some("imza: 1 line could not be read")));
}

#[test]
fn of_many_keys_only_those_with_records_are_shown() {
    let desk = Desk::new("summary-keys");
    let key = |n: u32| format!("[[dlga]]\naccess_key_id = \"id-{n}\"\nsecret = \"another's secret\"\n");
    desk.write("keys.toml", (0..30).map(key).collect::<String>());
    desk.write("records.jsonl", lines(&[dlga_record("a")]));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert!(run.stderr.contains("id-2 ") && !run.stderr.contains("id-3 "), "{}", run.stderr);
    assert!(run.stderr.contains("keys of the keys file that no record belongs to, left out above: 29"));
    // A few are shown all the same: that nothing came from a key can be what one looks for.
    desk.write("keys.toml", (0..20).map(key).collect::<String>());
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert!(run.stderr.contains("id-2 ") && run.stderr.contains("id-3 "), "{}", run.stderr);
}
