//! What recorders leave out, change and get wrong: a genuine request is never judged `invalid` for it.

use serde_json::{Value, json};

use super::Desk;
use super::formats::{dlga_headers, entry, gzip, har, sent_to_haso, token};

const BODY: &str = "{\"customerId\":\"Ayşe\"}";

/// A genuine request for Diyalog with [`BODY`], as a HAR file has it, with further headers.
#[expect(clippy::needless_pass_by_value, reason = "the macro makes values")]
fn sent_to_diyalog(more: &[(&str, &str)], post_data: Value, body_size: Value) -> Value {
    let mut headers = dlga_headers("/v1/x", BODY.as_bytes());
    headers.as_array_mut().unwrap().extend(more.iter().map(|(name, value)| json!({"name": name, "value": value})));
    let mut request = json!({"method": "POST", "url": "https://h/v1/x", "headers": headers, "bodySize": body_size});
    if post_data != Value::Null {
        request["postData"] = post_data;
    }
    entry(request)
}

/// The same as a record, with other members.
#[expect(clippy::needless_pass_by_value, reason = "the macro makes values")]
fn record(members: Value) -> Value {
    let mut headers = serde_json::Map::new();
    for header in dlga_headers("/v1/x", BODY.as_bytes()).as_array().unwrap() {
        headers.insert(header["name"].as_str().unwrap().to_owned(), header["value"].clone());
    }
    let mut record = json!({"scheme": "dlga", "method": "POST", "resource": "/v1/x", "headers": headers});
    for (name, value) in members.as_object().unwrap() {
        record[name] = value.clone();
    }
    record
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| record.to_string() + "\n").collect()
}

#[test]
fn a_body_that_the_recording_itself_doubts_is_unreadable_where_the_signature_does_not_match() {
    let desk = Desk::new("doubt");
    let text = |text: &str| json!({"mimeType": "application/json", "text": text});
    let length = BODY.len().to_string();
    let cases = [
        (sent_to_diyalog(&[("Content-Length", "23")], Value::Null, json!(-1)), "does not hold it"),
        (sent_to_diyalog(&[("content-length", "23")], Value::Null, json!(0)), "does not hold it"),
        (sent_to_diyalog(&[("Transfer-Encoding", "chunked")], Value::Null, Value::Null), "does not hold it"),
        (sent_to_diyalog(&[], text(""), json!(22)), "does not hold it"),
        (sent_to_diyalog(&[], json!({"text": "", "_file": "body.bin"}), json!(-1)), "which `_file` names"),
        (sent_to_diyalog(&[], json!({"_sha1": "x.json"}), json!(-1)), "which `_sha1` names"),
        (
            sent_to_diyalog(&[("Content-Length", &length)], text(&BODY[..9]), json!(-1)),
            "holds 9 bytes of the body, but 22",
        ),
        (sent_to_diyalog(&[], text(&BODY[..9]), json!(22)), "holds 9 bytes of the body, but 22"),
        (sent_to_diyalog(&[], text(&BODY[..9]), json!(22.0)), "holds 9 bytes of the body, but 22"),
        (sent_to_diyalog(&[], text(&BODY.replace('ş', "\u{fffd}\u{fffd}")), json!(-1)), "by U+FFFD"),
        (sent_to_diyalog(&[("Content-Encoding", "gzip")], text("other"), json!(-1)), "Content-Encoding `gzip`"),
        (
            sent_to_diyalog(&[], json!({"params": [{"name": "a", "value": "b"}]}), json!(-1)),
            "but not the bytes of the body",
        ),
        (
            sent_to_diyalog(&[("Content-Length", "5")], json!({"text": "AAAA", "encoding": "base64"}), json!(-1)),
            "holds 3",
        ),
    ];
    let entries: Vec<Value> = cases.iter().map(|(entry, _)| entry.clone()).collect();
    desk.write("session.har", har(&entries));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), vec!["unreadable"; cases.len()]);
    for (verdict, (_, reason)) in run.verdicts.iter().zip(&cases) {
        assert!(verdict["reason"].as_str().unwrap().contains(reason), "{verdict} {reason}");
    }

    // Where the recording has no doubt, a wrong body is what was sent; where the signature matches, no doubt counts.
    let entries = [
        sent_to_diyalog(&[("Content-Length", "2")], text("{}"), json!(2)),
        sent_to_diyalog(&[], text("{}"), json!(-1)),
        sent_to_diyalog(&[("Content-Encoding", "identity")], text("{}"), Value::Null),
        sent_to_diyalog(&[], Value::Null, json!(0)),
        sent_to_diyalog(&[("Content-Length", &length)], text(BODY), json!(-1)),
        sent_to_diyalog(&[("Content-Encoding", "gzip"), ("Content-Length", "7")], text(BODY), json!(7)),
    ];
    desk.write("session.har", har(&entries));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["invalid", "invalid", "invalid", "invalid", "valid", "valid"], "{}", run.stdout);
}

#[test]
fn a_body_that_is_doubted_makes_no_haso_request_malformed() {
    let desk = Desk::new("doubt-haso");
    let form =
        format!("merchantId=1000042&customerId=A%C5%9F&dealerSegment=GOLD&requestToken={}", "A".repeat(43) + "%3D");
    let mut sent = Vec::new();
    for (post_data, length) in [
        (Value::Null, "180"),
        (json!({"text": form[..30]}), "180"),
        (json!({"text": form.replace("GOLD", "G\u{fffd}LD")}), "0"),
        (json!({"mimeType": "application/json", "text": "{\"merchantId\":\"10"}), "180"),
    ] {
        let mut entry = sent_to_haso(post_data);
        entry["request"]["headers"] = json!([{"name": "Content-Length", "value": length}]);
        sent.push(entry);
    }
    desk.write("session.har", har(&sent));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["unreadable"; 4], "{}", run.stdout);
    assert!(!run.stdout.contains("not JSON"), "{}", run.stdout);
}

#[test]
fn a_record_says_with_body_size_that_a_body_was_there() {
    let desk = Desk::new("body-size");
    let records = [
        record(json!({"body": BODY, "body_size": BODY.len()})),
        record(json!({"body": BODY, "body_size": BODY.len().to_string()})),
        record(json!({"body": BODY, "body_size": "-"})),
        record(json!({"body": BODY, "body_size": 7})),
        record(json!({"body_size": "22"})),
        record(json!({"body": "", "body_size": 22})),
        record(json!({"body": "{}", "body_size": 22})),
        record(json!({"body": "{}", "body_size": 2})),
        record(json!({"body_size": ""})),
        record(json!({"body_size": 0})),
        record(json!({"body": null})),
        record(json!({"body_size": "many"})),
    ];
    desk.write("records.jsonl", lines(&records));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    let words = [
        "valid",
        "valid",
        "valid",
        "valid",
        "unreadable",
        "unreadable",
        "unreadable",
        "invalid",
        "invalid",
        "invalid",
        "invalid",
        "unreadable",
    ];
    assert_eq!(run.words(), words, "{}", run.stdout);

    let mut with_length = record(json!({}));
    with_length["headers"]["Content-Length"] = "22".into();
    let haso = json!({"scheme": "haso", "endpoint": "SetPreDefinedLimit", "body_size": "180"});
    desk.write("records.jsonl", lines(&[with_length, haso]));
    assert_eq!(desk.run(&["--ignore-clock", "records.jsonl"]).words(), ["unreadable", "unreadable"]);
}

#[test]
fn a_haso_record_may_hold_the_body_in_place_of_the_fields() {
    let desk = Desk::new("haso-body");
    let token = token(&[("customerId", "5+5%41&ş"), ("dealerSegment", "GOLD")]);
    let encoded = token.replace('+', "%2B").replace('/', "%2F");
    let form = format!("merchantId=1000042&customerId=5%2B5%2541%26%C5%9F&dealerSegment=GOLD&requestToken={encoded}");
    let fields =
        json!({"merchantId": 1_000_042, "customerId": "5+5%41&ş", "dealerSegment": "GOLD", "requestToken": token});
    let pairs =
        [("merchantId", "1000042"), ("customerId", "5+5%41&ş"), ("dealerSegment", "GOLD"), ("requestToken", &token)];
    let parts = |end: &str| {
        let part = |(name, value)| {
            format!(
                "--b=1{end}content-disposition: form-data; filename=\"name\"; name=\"{name}\"{end}{end}{value}{end}"
            )
        };
        format!("{}--b=1--{end}", pairs.map(part).concat())
    };
    let multipart = "Multipart/Form-Data; charset=x; boundary=\"b=1\"";
    let body = |content_type: &str, body: &str| json!({"scheme": "haso", "endpoint": "SetPreDefinedLimit", "content_type": content_type, "body": body});
    let mut in_header = body("", &parts("\r\n"));
    in_header.as_object_mut().unwrap().remove("content_type");
    in_header["headers"] = json!({"Content-Type": multipart});
    let mut in_base64 = body("", "");
    in_base64.as_object_mut().unwrap().remove("body");
    in_base64["body_base64"] = "bWVyY2hhbnRJZD0xMDAwMDQy".into();
    let mut both = body("", &form);
    both["fields"] = fields.clone();
    let records = [
        body("application/x-www-form-urlencoded", &form),
        body("", &form),
        body("application/json; charset=utf-8", &fields.to_string()),
        body(multipart, &parts("\r\n")),
        body(multipart, &parts("\n")),
        body(multipart, &format!("a preamble\r\n{}", parts("\r\n"))),
        in_header,
        in_base64,
        both,
        body(multipart, &parts("\r\n").replace("--b=1--", "")),
        body("multipart/form-data", &parts("\r\n")),
        body(multipart, "--b=1\r\nno name\r\n\r\nx\r\n--b=1--"),
        body("application/json", "{\"merchantId\":"),
    ];
    desk.write("records.jsonl", lines(&records));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    let words = [vec!["valid"; 7], vec!["malformed"], vec!["unreadable"; 5]].concat();
    assert_eq!(run.words(), words, "{}", run.stdout);
    assert!(
        run.verdicts[12]["reason"].as_str().unwrap().contains("the body is not JSON at its byte 14"),
        "{}",
        run.stdout
    );

    // In a HAR file too, where the recording holds the text alone.
    let text = |text: &str| sent_to_haso(json!({"mimeType": multipart, "text": text}));
    desk.write("session.har", har(&[text(&parts("\r\n")), text(&parts("\n"))]));
    assert_eq!(desk.run(&["--ignore-clock", "session.har"]).words(), ["valid", "valid"]);
}

#[test]
fn nothing_in_a_record_is_found_by_its_position() {
    let desk = Desk::new("positions");
    let good = record(json!({"body": BODY}));
    let list = json!(["r1", "dlga", null, "POST", "/v1/x", good["headers"], BODY, null, null, null]);
    let mut headers = good.clone();
    headers["headers"] = json!([["x-dlg-date", "x"]]);
    let fields = json!({"scheme": "haso", "endpoint": "SetPreDefinedLimit", "fields": [["merchantId", "1"]]});
    let number = json!({"0": "haso"});
    desk.write("records.jsonl", lines(&[list, good.clone(), headers, fields, number, json!([good]), good.clone()]));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    let words = ["unreadable", "valid", "unreadable", "unreadable", "unreadable", "unreadable", "valid"];
    assert_eq!(run.words(), words, "{}", run.stdout);
    assert_eq!(run.verdicts[0]["reason"], "column 1: a record is an object, and here is a list");

    let mut sent = sent_to_diyalog(&[], json!(["application/json", BODY, null, null]), json!(-1));
    let entries = [sent.clone(), {
        sent["request"]["postData"] = json!({"text": BODY});
        sent["request"]["headers"] = json!([["x-dlg-date", "x"]]);
        sent
    }];
    desk.write("session.har", har(&entries));
    let run = desk.run(&["--ignore-clock", "session.har"]);
    assert_eq!(run.words(), ["unreadable"], "{}", run.stdout);
    assert_eq!(run.verdicts[0]["reason"], "`postData`: it is an object, and here is a list");
}

#[test]
fn a_reason_has_the_column_in_the_line_also_for_what_is_within_a_value() {
    let desk = Desk::new("columns");
    let line =
        |body: &str| format!(r#"{{"scheme":"dlga","method":"GET","resource":"/","headers":{{}},"body":{body}}}"#);
    let begin = line("").find("body").unwrap() + "body\":".len() + 1;
    for (body, column) in [
        ("5", begin),
        ("  5", begin + 2),
        ("[[[[1]]]]", begin),
        (r#""ab\ud83d""#, begin + 3),
        (r#""ab\x""#, begin + 3),
        (r#""ş\x""#, begin + 3),
    ] {
        let run = desk.pipe(&["--ignore-clock", "-"], line(body).as_bytes());
        let reason = run.verdicts[0]["reason"].as_str().unwrap();
        assert!(reason.starts_with(&format!("column {column}: ")), "{body}: {reason}, not {column}");
    }
    let haso = |value: &str| format!(r#"{{"scheme":"haso","endpoint":"x","fields":{{"a":{value}}}}}"#);
    let run = desk.pipe(&["--ignore-clock", "-"], haso(r#""\u12""#).as_bytes());
    assert!(run.verdicts[0]["reason"].as_str().unwrap().starts_with("column 48: `\\u` needs"), "{}", run.stdout);
}

#[test]
fn no_reason_is_in_the_words_of_a_library() {
    let desk = Desk::new("words");
    let wrong = [
        "x",
        "5",
        "\"\"",
        "null",
        "[]",
        "{",
        "{\"scheme\"",
        "{\"scheme\":1}",
        "{\"scheme\":\"dlga\",}",
        "{\"scheme\":\"\u{9b}2J\"}",
        "{\"scheme\":\"dlga\",\"scheme\":\"dlga\"}",
        "{\"scheme\":\"dlga\",\"method\":5}",
        "{\"scheme\":\"dlga\",\"headers\":{\"a\":[[]]}}",
        "{\"scheme\":\"dlga\",\"headers\":\"\"}",
        "{\"scheme\":\"haso\",\"fields\":7}",
        "{\"received_at\":{}}",
        "{\"body\":{}}",
        "{\"a\":1e}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":tru}",
        "{\"a\":1}}",
        "{\"a\":\"\\ud800\",\"body\":\"\\ud800\"}",
    ];
    desk.write("records.jsonl", wrong.join("\n"));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert_eq!(run.words(), vec!["unreadable"; wrong.len()]);
    let entries = [
        "{}",
        "{\"request\":7}",
        "{\"request\":{\"url\":7}}",
        "{\"request\":{\"url\":\"https://h/\",\"method\":7}}",
        "{\"request\":{\"url\":\"https://h/RequestV2/SetPreDefinedLimit\",\"postData\":7,\"method\":\"POST\"}}",
    ];
    desk.write("session.har", format!("{{\"log\":{{\"entries\":[{}]}}}}", entries.join(",")));
    let har = desk.run(&["--ignore-clock", "session.har"]);
    assert_eq!(har.words(), ["unreadable"; 4], "{}", har.stdout);
    for verdict in run.verdicts.iter().chain(&har.verdicts) {
        let reason = verdict["reason"].as_str().unwrap();
        for word in [
            "struct",
            "expected",
            "invalid type",
            "EOF",
            "unknown variant",
            "missing field",
            "string",
            "map",
            "sequence",
        ] {
            assert!(!reason.contains(word), "{reason}");
        }
        assert!(!reason.contains('\u{9b}'), "{reason}");
    }
}

#[test]
fn one_damaged_entry_of_another_site_does_not_end_the_audit() {
    let desk = Desk::new("damaged");
    let good = sent_to_diyalog(&[], json!({"text": BODY}), json!(-1)).to_string();
    let other = r#""method":"POST","url":"https://example.org/","headers":[{"name":"a","value":"b"}]"#;
    let ours = r#""method":"POST","url":"https://h/","headers":[{"name":"x-dlg-date","value":""}]"#;
    let damages: [(&str, &[u8]); 8] = [
        ("a byte in the query", b"\"queryString\":[{\"name\":\"\xfc\"}]"),
        ("a byte in the body", b"\"postData\":{\"text\":\"\xfc\"}"),
        ("an escape in the body", br#""postData":{"text":"\v"}"#),
        ("half a pair in the body", br#""postData":{"text":"\udcff"}"#),
        ("a list for the body", br#""postData":[]"#),
        ("a member twice", br#""method":"GET""#),
        ("a value that is none", br#""bodySize":nul"#),
        ("no value", br#""x" 5"#),
    ];
    for (what, damage) in damages {
        let entry = |request: &str| [b"{\"request\":{", request.as_bytes(), b",", damage, b"},\"x\":1}"].concat();
        let har = |entry: &[u8]| {
            [b"{\"log\":{\"entries\":[", good.as_bytes(), b",", entry, b",", good.as_bytes(), b"]}}"].concat()
        };
        desk.write("session.har", har(&entry(other)));
        let run = desk.run(&["--ignore-clock", "session.har"]);
        assert_eq!((run.code, run.words()), (Some(0), vec!["valid", "valid"]), "{what}: {}{}", run.stdout, run.stderr);
        desk.write("session.har", har(&entry(ours)));
        let run = desk.run(&["--ignore-clock", "session.har"]);
        let middle = if what == "a byte in the query" { "malformed" } else { "unreadable" };
        assert_eq!(run.words(), ["valid", middle, "valid"], "{what}: {}{}", run.stdout, run.stderr);
    }
    // Damage before the headers leaves open whose request it is.
    for entry in ["{]", "{\"request\":{\"url\":\"https://h/\" \"headers\":[]}}", "{\"request\":{}}"] {
        desk.write("session.har", format!("{{\"log\":{{\"entries\":[{good},{entry},{good}]}}}}"));
        assert_eq!(desk.run(&["--ignore-clock", "session.har"]).words(), ["valid", "unreadable", "valid"], "{entry}");
    }
}

#[test]
fn har_is_known_by_its_structure_and_json_lines_may_begin_with_a_member_called_log() {
    let desk = Desk::new("structure");
    let mut logged = record(json!({"body": BODY})).to_string();
    for log in ["\"a line\"", "{\"level\":\"info\"}", "{\"entries\":[1]}", "{\"a\":{\"entries\":[1]}}"] {
        let line = logged.replacen('{', &format!("{{\"log\":{log},"), 1) + "\n";
        desk.write("records.jsonl", line.repeat(2));
        assert_eq!(desk.run(&["--ignore-clock", "records.jsonl"]).words(), ["valid", "valid"], "{log}");
        if !log.contains("{\"entries") || log.contains("\"a\"") {
            assert_eq!(desk.pipe(&["--ignore-clock", "-"], line.as_bytes()).words(), ["valid"], "{log}");
        }
    }
    logged.insert(0, '\n');
    let entry = sent_to_diyalog(&[], json!({"text": BODY}), json!(-1));
    let pages = json!([{"title": "x".repeat(600_000)}]);
    for document in [
        json!({"log": {"version": "1.2", "pages": pages, "entries": [entry]}}).to_string(),
        json!({"a": {"entries": []}, "log": {"entries": [entry]}}).to_string(),
        har(&[entry]),
    ] {
        desk.write("session", &document);
        assert_eq!(desk.run(&["--at-received", "session"]).words(), ["valid"], "{document:.60}");
        desk.write("session.gz", gzip(document.as_bytes()));
        assert_eq!(desk.run(&["--at-received", "session.gz"]).words(), ["valid"], "{document:.60}");
    }
}

#[test]
fn a_file_of_another_kind_is_named_with_what_to_do() {
    let desk = Desk::new("kinds");
    let good = record(json!({"body": BODY}));
    let utf_16 = |text: &str, mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let access = "192.0.2.1 - - [09/Mar/2021:13:28:32 +0300] \"POST /v1/x HTTP/1.1\" 200 5 \"-\" \"curl\"\n";
    for (file, what) in [
        (json!([good]).to_string().into_bytes(), "it is one JSON array; write one record a line first (jq -c"),
        (serde_json::to_vec_pretty(&json!([good, good])).unwrap(), "it is one JSON array"),
        (
            serde_json::to_vec_pretty(&good).unwrap(),
            "its JSON goes over several lines; write one record a line first (jq -c",
        ),
        (utf_16(&good.to_string(), true), "it is UTF-16; make UTF-8 of it first (iconv"),
        (utf_16(&good.to_string(), false), "it is UTF-16"),
        (b"PK\x03\x04\x14\0".to_vec(), "it is a zip archive; unpack it first"),
        (b"BZh91AY".to_vec(), "it is packed with bzip2; unpack it first"),
        (b"\xfd7zXZ\0".to_vec(), "it is packed with xz; unpack it first"),
        (access.repeat(3).into_bytes(), "it is an access log"),
        (b"<?xml version=\"1.0\"?>\n<items/>".to_vec(), "it is XML or HTML"),
    ] {
        for name in ["records.jsonl", "records"] {
            desk.write(name, &file);
            let run = desk.run(&["--ignore-clock", name]);
            assert!(run.failure().contains(&format!("{name}: {what}")), "{}", run.stderr);
            assert_eq!(run.stdout, "");
        }
        assert!(desk.pipe(&["--ignore-clock", "-"], &gzip(&file)).failure().contains(what));
    }
}

#[test]
fn zero_bytes_before_a_record_are_passed_over_and_counted() {
    let desk = Desk::new("zeros");
    let good = record(json!({"body": BODY})).to_string();
    let zeros = "\0".repeat(4096);
    let run = desk.pipe(&["--ignore-clock", "-"], format!("{zeros}{good}\n{good}\n{zeros}{{\n").as_bytes());
    assert_eq!(run.words(), ["valid", "valid", "unreadable"]);
    assert!(run.verdicts[2]["reason"].as_str().unwrap().starts_with("column 4097: "), "{}", run.stdout);
}

#[test]
fn a_time_is_read_as_recorders_write_it_and_a_genuine_request_never_expires_for_its_form() {
    let desk = Desk::new("times");
    let at = |received_at: Value| record(json!({"body": BODY, "received_at": received_at}));
    let times = [
        json!("2021-03-09T13:29:32Z"),
        json!("2021-03-09T16:29:32+0300"),
        json!("1615296572"),
        json!(1_615_296_572),
        json!("1615296572.123"),
        json!(1_615_296_572.123),
        json!(1_615_296_572_123_u64),
        json!("1615296572123"),
        json!("Tue, 09 Mar 2021 13:29:32 GMT"),
    ];
    desk.write("records.jsonl", lines(&times.map(at)));
    let run = desk.run(&["--at-received", "records.jsonl"]);
    assert_eq!(run.words(), ["valid"; 9], "{}", run.stdout);
    let wrong = [
        (json!("2021-03-09T13:29:32"), "`received_at` has no time zone"),
        (json!(1_615_296_572_123_456_u64), "`received_at` is neither seconds nor milliseconds"),
        (json!("yesterday"), "`received_at` is not a time"),
        (json!({}), "`received_at` is a text or a number, and here is an object"),
        (json!(null), "the record has no `received_at`"),
    ];
    for (time, reason) in wrong {
        desk.write("records.jsonl", lines(&[at(time.clone())]));
        let run = desk.run(&["--at-received", "records.jsonl"]);
        assert_eq!(run.words(), ["unreadable"], "{time}");
        assert!(run.verdicts[0]["reason"].as_str().unwrap().contains(reason), "{time}: {}", run.stdout);
    }

    let started = |time: &str| {
        let mut entry = sent_to_diyalog(&[], json!({"text": BODY}), json!(-1));
        entry["startedDateTime"] = time.into();
        entry
    };
    desk.write("session.har", har(&[started("2021-03-09T13:29:32"), started("2021-03-09T18:59:32.5+0530")]));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["unreadable", "valid"], "{}", run.stdout);
    assert!(run.verdicts[0]["reason"].as_str().unwrap().starts_with("`startedDateTime` has no time zone"));
    // A time that is not asked for does no harm.
    assert_eq!(desk.run(&["--ignore-clock", "session.har"]).words(), ["valid", "valid"]);
}

#[test]
fn header_values_may_be_null_or_numbers_and_pseudo_headers_are_passed_over() {
    let desk = Desk::new("header-values");
    let mut record = record(json!({"body": BODY}));
    record["headers"]["content-length"] = 22.into();
    record["headers"]["x-empty"] = Value::Null;
    record["headers"]["x-list"] = json!([null, 5, "a"]);
    record["headers"][":path"] = "/".into();
    let requester = record["headers"]["X-DLG-REQUESTER-USERID"].as_str().unwrap().parse::<u32>().unwrap();
    record["headers"]["X-DLG-REQUESTER-USERID"] = requester.into();
    desk.write("records.jsonl", lines(&[record.clone()]));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert_eq!(run.words(), ["valid"], "{}", run.stdout);
    record["headers"]["x-object"] = json!({});
    desk.write("records.jsonl", lines(&[record]));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert_eq!(run.words(), ["unreadable"], "{}", run.stdout);
}
