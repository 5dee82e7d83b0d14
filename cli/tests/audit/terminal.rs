//! What was received reaches a terminal only as what it is: no control, bidi or invisible character in any output.

use std::process::Stdio;

use serde_json::{Value, json};

use super::{Desk, dlga_record, haso_record};

/// C1, DEL, a bidi override, a zero-width space, a line separator, a byte order mark, a tag.
const HOSTILE: &str = "\u{9b}31mRED\u{7f}\u{202e}\u{200b}\u{2028}\u{feff}\u{e0041}\u{200f}";

/// Whether nothing in an output but line feeds would be acted upon, or hidden, by a terminal.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| c == '\n' || imza::shown::is_printable(c))
}

#[test]
fn hostile_texts_of_records_are_escaped_in_verdicts_and_reasons_and_mean_the_same() {
    let desk = Desk::new("terminal");
    let raw = |record: Value| record.to_string();
    let mut resource = dlga_record(HOSTILE);
    resource["headers"]["x-dlg-requester-userid"] = json!(HOSTILE);
    let mut unknown = dlga_record("u");
    unknown["headers"]["x-dlg-authorization"] = json!(format!("DLGA {HOSTILE}:{}=", "A".repeat(43)));
    let mut endpoint = haso_record("e");
    endpoint["endpoint"] = json!(format!("/{HOSTILE}"));
    let mut merchant = haso_record("m");
    merchant["fields"]["merchantId"] = json!(HOSTILE);
    let records = [
        raw(dlga_record(HOSTILE)),
        raw(resource),
        raw(unknown),
        raw(endpoint),
        raw(merchant),
        // JSON with whitespace that moves the cursor, and ids that are no texts.
        raw(haso_record("X")).replace("\"X\"", &format!("{{\"a\":\r1,\t\"{HOSTILE}\":[\"{HOSTILE}\"]}}")),
        // serde's own words repeat what they refuse.
        raw(dlga_record("s")).replace("\"dlga\"", &json!(HOSTILE).to_string()),
        format!("{{\"{HOSTILE}\"\u{9b}"),
    ];
    desk.write("records.jsonl", records.join("\n"));
    let run = desk.run(&["--at-received", "records.jsonl", "--report", "report.html", "--summary", "summary.json"]);
    assert_eq!(run.verdicts.len(), records.len(), "{}", run.stdout);
    assert!(is_plain(&run.stdout), "{:?}", run.stdout);
    assert!(is_plain(&run.stderr), "{:?}", run.stderr);
    assert_eq!(run.verdicts[0]["id"], HOSTILE);
    assert!(run.stdout.starts_with(r#"{"id":"\u009b31mRED\u007f\u202e\u200b\u2028\ufeff\udb40\udc41\u200f","#));
    assert_eq!(run.verdicts[5]["id"], json!({"a": 1, HOSTILE: [HOSTILE]}));
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(page.chars().all(|c| c == '\n' || c == '\u{202f}' || imza::shown::is_printable(c)));
    assert!(is_plain(&std::fs::read_to_string(desk.path("summary.json")).unwrap()));
}

#[test]
fn hostile_names_of_files_and_keys_are_escaped_in_the_table_and_in_sentences() {
    let desk = Desk::new("terminal-names");
    let name = format!("{HOSTILE}.jsonl");
    // An id holds no control characters of ASCII's.
    let escaped: Vec<_> =
        HOSTILE.chars().filter(|c| !c.is_ascii_control()).map(|c| format!("\\U{:08x}", u32::from(c))).collect();
    let escaped = escaped.concat();
    desk.write("keys.toml", format!("[[dlga]]\naccess_key_id = \"id-2{escaped}\"\nsecret = \"x\"\n"));
    desk.write(&name, format!("{}\n", haso_record("a")));
    let run = desk.run(&["--ignore-clock", &name, "--report", "report.html", "--summary", "summary.json"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(is_plain(&run.stderr) && run.stderr.contains(r"id-2\u{9b}31mRED"), "{:?}", run.stderr);
    let page = std::fs::read_to_string(desk.path("report.html")).unwrap();
    assert!(page.chars().all(|c| c == '\n' || c == '\u{202f}' || imza::shown::is_printable(c)));
    let summary = std::fs::read_to_string(desk.path("summary.json")).unwrap();
    assert!(is_plain(&summary));
    assert_eq!(serde_json::from_str::<Value>(&summary).unwrap()["inputs"], json!([name]));

    for arguments in [vec!["absent".to_owned() + HOSTILE], vec![name.clone(), "--out".to_owned(), name.clone()]] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = desk.run(&[["--ignore-clock"].as_slice(), &arguments].concat());
        assert!(is_plain(run.failure()) && run.stderr.contains(r"\u{202e}"), "{:?}", run.stderr);
    }
}

/// What is written to a terminal of this width.
#[cfg(target_os = "linux")]
fn on_a_terminal(desk: &Desk, columns: u16) -> Vec<String> {
    let script = format!(
        "stty cols {columns}; '{}' audit --keys keys.toml --at-received records.jsonl --out verdicts",
        env!("CARGO_BIN_EXE_imza")
    );
    let output = std::process::Command::new("script")
        .current_dir(&desk.directory)
        .args(["-qec", &script, "/dev/null"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    // The bar draws over its line; what is left of it when it goes is not text.
    text.lines().map(|line| line.rsplit("\u{1b}[2K").next().unwrap_or(line).trim_end().to_owned()).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_narrow_terminal_the_summary_is_paragraphs_that_fit() {
    const ID: &str = "1234567-8ABC-DEF0-5432-56712ABCDEF5";
    let desk = Desk::new("terminal-narrow");
    desk.write("keys.toml", super::KEYS.replace("id-2", ID));
    let records = [dlga_record("a"), dlga_record("b"), haso_record("c")].map(|record| record.to_string()).join("\n");
    let records = records.replace("DLGA id-2:", &format!("DLGA {ID}:"));
    let forged = records.replace("\"{}\"", "\"{ }\"").lines().next().unwrap().to_owned();
    desk.write("records.jsonl", format!("{records}\n{forged}\nnot a record"));
    let narrow = on_a_terminal(&desk, 80);
    assert!(narrow.iter().all(|line| line.chars().count() <= 80), "{narrow:#?}");
    for line in [
        &format!("dlga, key 1, {ID}"),
        "  2 valid, 1 invalid, 1 replayed",
        "  first seen (UTC): 2021-03-09 13:29:32",
        "  last seen (UTC): 2021-03-09 13:29:32",
        "  not genuine, seen (UTC): 2021-03-09 13:29:32",
        "haso, key 2, 1000042",
        "  1 valid",
        "not a record",
        "  1 unreadable",
        "4 records: 3 valid, 1 not; 1 line could not be read",
    ] {
        assert!(narrow.iter().any(|shown| shown.ends_with(line)), "{line}\n{narrow:#?}");
    }
    let wide = on_a_terminal(&desk, 220);
    assert!(wide.iter().any(|line| line.contains("│ dlga   ┆ 1   ┆ 1234567-8ABC-DEF0")), "{wide:#?}");
}
