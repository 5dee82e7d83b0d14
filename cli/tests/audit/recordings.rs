//! What recorders leave out, change and get wrong: a genuine request is never judged `invalid` for it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

use super::Desk;
use super::formats::{dlga_headers, entry, gzip, har, haso_record, sent_to_haso, token};

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
        // Each word counts, whatever the others say.
        (sent_to_diyalog(&[("Content-Length", "2")], text("{}"), json!(22)), "holds 2 bytes of the body, but 22"),
        (sent_to_diyalog(&[("Content-Length", "22")], text("{}"), json!(2)), "holds 2 bytes of the body, but 22"),
        (sent_to_diyalog(&[("Content-Length", "2"), ("content-length", "22")], text("{}"), json!(2)), "but 22"),
        (sent_to_diyalog(&[], text("{}"), json!("22")), "holds 2 bytes of the body, but 22"),
        (sent_to_diyalog(&[("Content-Length", "0")], Value::Null, json!(22)), "does not hold it"),
        (
            sent_to_diyalog(&[("Content-Length", "0"), ("Transfer-Encoding", "chunked")], Value::Null, json!(0)),
            "does not hold it",
        ),
        (sent_to_diyalog(&[], json!({"text": "[cut]", "_file": "body.bin"}), json!(-1)), "which `_file` names"),
        (sent_to_diyalog(&[], json!({"text": "{}", "_sha1": "x.json"}), json!(2)), "which `_sha1` names"),
        (sent_to_diyalog(&[("Transfer-Encoding", "gzip, chunked")], text("{}"), json!(-1)), "Transfer-Encoding `gzip`"),
        (sent_to_diyalog(&[("content-encoding", "identity, Br")], text("{}"), json!(-1)), "Content-Encoding `br`"),
        (
            sent_to_diyalog(
                &[("Content-Encoding", "x-gzip")],
                json!({"text": "e30=", "encoding": "base64"}),
                json!(-1),
            ),
            "Content-Encoding `x-gzip`",
        ),
        (sent_to_diyalog(&[], json!({"text": "7b7d", "encoding": "hex"}), json!(-1)), "in the encoding `hex`"),
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
        sent_to_diyalog(&[("Content-Encoding", "utf-8")], text("{}"), json!(2)),
        sent_to_diyalog(&[("Transfer-Encoding", "chunked")], text("{}"), json!(2)),
        sent_to_diyalog(
            &[("Content-Encoding", "gzip")],
            json!({"text": STANDARD.encode(gzip(b"{}")), "encoding": "base64"}),
            json!(-1),
        ),
        sent_to_diyalog(&[], json!({"text": "{}", "encoding": "UTF-8", "_file": null, "_sha1": ""}), json!("x")),
        sent_to_diyalog(&[], json!({"text": STANDARD.encode(BODY), "encoding": "Base64"}), json!(-1)),
        sent_to_diyalog(
            &[],
            json!({"text": format!("{}\r\n", STANDARD.encode(BODY).replace('I', "\nI")), "encoding": "base64"}),
            json!(-1),
        ),
        sent_to_diyalog(&[], json!({"text": URL_SAFE.encode(BODY), "encoding": "base64"}), json!(-1)),
    ];
    desk.write("session.har", har(&entries));
    let run = desk.run(&["--at-received", "session.har"]);
    let words = [vec!["invalid"; 4], vec!["valid"; 2], vec!["invalid"; 4], vec!["valid"; 3]].concat();
    assert_eq!(run.words(), words, "{}", run.stdout);
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
        (
            json!({"params": [{"name": "merchantId", "value": "1000042"}, {"name": "customerId", "value": "A\u{fffd}"}]}),
            "0",
        ),
        (json!({"text": STANDARD.encode(b"merchantId=1000042&customerId=\xfe"), "encoding": "base64"}), "30"),
    ] {
        let mut entry = sent_to_haso(post_data);
        entry["request"]["headers"] = json!([{"name": "Content-Length", "value": length}]);
        sent.push(entry);
    }
    desk.write("session.har", har(&sent));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["unreadable"; 6], "{}", run.stdout);
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
        record(json!({"body": BODY, "body_size": 22.0})),
        record(json!({"body": BODY, "body_size": -1})),
        record(json!({"body": BODY, "body_size": "-1"})),
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
        "valid",
        "valid",
        "valid",
    ];
    assert_eq!(run.words(), words, "{}", run.stdout);

    let mut with_length = record(json!({}));
    with_length["headers"]["Content-Length"] = "22".into();
    let haso = json!({"scheme": "haso", "endpoint": "SetPreDefinedLimit", "body_size": "180"});
    desk.write("records.jsonl", lines(&[with_length, haso]));
    assert_eq!(desk.run(&["--ignore-clock", "records.jsonl"]).words(), ["unreadable", "unreadable"]);
}

#[test]
fn a_record_says_with_its_headers_and_replaced_bytes_that_its_body_is_another_one() {
    let desk = Desk::new("record-doubt");
    let with = |header: (&str, &str), body: &str| {
        let mut record = record(json!({"body": body}));
        record["headers"][header.0] = header.1.into();
        record
    };
    let length = BODY.len().to_string();
    let mut in_bytes = with(("content-encoding", "gzip"), "");
    in_bytes.as_object_mut().unwrap().remove("body");
    in_bytes["body_base64"] = STANDARD.encode(gzip(b"{}")).into();
    let records = [
        (with(("Content-Length", &length), "{}"), "unreadable", "holds 2 bytes of the body, but 22 were sent"),
        (with(("content-length", "2"), "{}"), "invalid", ""),
        (with(("content-length", &length), BODY), "valid", ""),
        (with(("content-length", "5"), BODY), "valid", ""),
        (with(("Content-Encoding", "gzip"), "{}"), "unreadable", "Content-Encoding `gzip`"),
        (with(("Content-Encoding", "gzip"), BODY), "valid", ""),
        (in_bytes, "invalid", ""),
        (with(("x", "y"), "{\u{fffd}}"), "unreadable", "by U+FFFD"),
        (with(("transfer-encoding", "chunked"), ""), "unreadable", "does not hold it"),
    ];
    desk.write("records.jsonl", lines(&records.each_ref().map(|(record, ..)| record.clone())));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert_eq!(run.words(), records.each_ref().map(|(_, word, _)| *word), "{}", run.stdout);
    for (verdict, (_, _, reason)) in run.verdicts.iter().zip(&records) {
        assert!(verdict["reason"].as_str().unwrap().contains(reason), "{verdict}");
    }

    // Of Haso too, and of its fields.
    let token = "A".repeat(43) + "=";
    let fields =
        json!({"merchantId": "1000042", "customerId": "A\u{fffd}", "dealerSegment": "GOLD", "requestToken": token});
    let fields = json!({"scheme": "haso", "endpoint": "SetPreDefinedLimit", "fields": fields});
    let mut body = json!({"scheme": "haso", "endpoint": "SetPreDefinedLimit", "body": fields["fields"].to_string()});
    body["headers"] = json!({"Content-Type": "application/json"});
    let mut short = body.clone();
    short["headers"]["Content-Length"] = 500.into();
    short["body"] = body["body"].as_str().unwrap().replace('\u{fffd}', "B").into();
    desk.write("records.jsonl", lines(&[fields, body, short.clone()]));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert_eq!(run.words(), ["unreadable"; 3], "{}", run.stdout);
    short["headers"]["Content-Length"] = short["body"].as_str().unwrap().len().into();
    desk.write("records.jsonl", lines(&[short]));
    assert_eq!(desk.run(&["--ignore-clock", "records.jsonl"]).words(), ["invalid"]);
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

    // The header knows the boundary, where the recording's own word for the type is cut short or another one.
    let types = ["", "multipart/form-data", "text/plain", "multipart/form-data; boundary="];
    let sent = types.map(|mime_type| {
        let mut sent = sent_to_haso(json!({"mimeType": mime_type, "text": parts("\r\n")}));
        sent["request"]["headers"] = json!([{"name": "content-type", "value": multipart}]);
        sent
    });
    desk.write("session.har", har(&sent));
    let run = desk.run(&["--ignore-clock", "session.har"]);
    assert_eq!(run.words(), ["valid"; 4], "{}", run.stdout);
    let records = types.map(|content_type| {
        let mut record = body(content_type, &parts("\r\n"));
        record["headers"] = json!({"Content-Type": multipart});
        record
    });
    desk.write("records.jsonl", lines(&records));
    let run = desk.run(&["--ignore-clock", "records.jsonl"]);
    assert_eq!(run.words(), ["valid"; 4], "{}", run.stdout);
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
    assert_eq!(run.words(), ["unreadable", "unreadable"], "{}", run.stdout);
    assert_eq!(run.verdicts[0]["reason"], "`postData`: it is an object, and here is a list");
    let reason = "`headers`: it is a list of objects with `name` and `value`, and here is a list";
    assert_eq!(run.verdicts[1]["reason"], reason);
}

#[test]
fn a_har_request_with_a_header_of_dlga_is_not_lost_for_how_its_headers_are_written() {
    let desk = Desk::new("header-shapes");
    let good = dlga_headers("/v1/x", BODY.as_bytes());
    let with = |first: Value| [vec![first], good.as_array().unwrap().clone()].concat().into();
    let shapes: [Value; 9] = [
        with(Value::Null),
        with(json!("Host: h")),
        with(json!({"name": 5, "value": ""})),
        with(json!({"name": "a", "value": {}})),
        with(json!({"name": "a", "value": ["b"]})),
        with(json!({"value": "b"})),
        with(json!({"name": "a", "value": true})),
        json!({"X-Authorization": "DLGA id-2:x"}),
        json!("x-dlg-date: x\r\n"),
    ];
    let entry = |headers: &Value| {
        let mut entry = sent_to_diyalog(&[], json!({"text": BODY}), json!(-1));
        entry["request"]["headers"] = headers.clone();
        entry
    };
    desk.write("session.har", har(&shapes.each_ref().map(entry)));
    let run = desk.run(&["--ignore-clock", "session.har"]);
    assert_eq!(run.words(), ["unreadable"; 9], "{}", run.stdout);
    for verdict in &run.verdicts {
        assert!(verdict["reason"].as_str().unwrap().starts_with("`headers`: "), "{verdict}");
    }
    // Those of another site are none of ours, in whatever form.
    let others = [json!({"a": "b"}), json!([null]), json!([{"name": "x-authorization", "value": {}}]), json!("a: b")];
    desk.write("session.har", har(&others.each_ref().map(entry)));
    let run = desk.run(&["--ignore-clock", "session.har"]);
    assert_eq!(run.words(), [""; 0], "{}", run.stdout);
}

#[test]
fn what_occurs_twice_in_a_har_request_is_not_taken_for_either() {
    let desk = Desk::new("har-twice");
    let good = sent_to_diyalog(&[], json!({"text": BODY}), json!(-1)).to_string();
    for (once, twice, what) in [
        ("\"text\":", "\"text\":\"{}\",\"text\":", "`postData`: `text` occurs twice"),
        ("{\"text\":", "{\"encoding\":\"\",\"encoding\":\"base64\",\"text\":", "`postData`: `encoding` occurs twice"),
        ("\"name\":\"X-DLG-DATE\"", "\"name\":\"X-DLG-DATE\",\"name\":\"a\"", "`headers`: `name` occurs twice"),
        ("\"value\":\"45186\"", "\"value\":\"45186\",\"value\":\"45187\"", "`headers`: `value` occurs twice"),
        ("\"method\":\"POST\",", "\"method\":\"POST\",\"method\":\"POST\",", "`method` occurs twice"),
    ] {
        let doubled = good.replacen(once, twice, 1);
        assert_ne!(doubled, good, "{once}");
        desk.write("session.har", format!("{{\"log\":{{\"entries\":[{doubled}]}}}}"));
        let run = desk.run(&["--ignore-clock", "session.har"]);
        assert_eq!((run.words(), &run.verdicts[0]["reason"]), (vec!["unreadable"], &json!(what)), "{}", run.stdout);
    }
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
    let damages: [(&str, &[u8]); 11] = [
        ("a word before an object", b"\"postData\":x{\"text\":\"\"}"),
        ("a byte before a list", b"\"cookies\": \xff[1]"),
        ("a word before a list", b"\"postData\":null[]"),
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
    // A HAR file has no member for bytes: none is advised.
    let half = format!(r#"{{"log":{{"entries":[{{"request":{{{ours},"postData":{{"text":"\udcfc"}}}}}}]}}}}"#);
    desk.write("session.har", half);
    let run = desk.run(&["--ignore-clock", "session.har"]);
    let reason = r"`postData`: `\udcfc` is half of a surrogate pair, which is not a character";
    assert_eq!(run.verdicts[0]["reason"], reason, "{}", run.stdout);
    let line = r#"{"scheme":"dlga","body":"\udcfc"}"#;
    let run = desk.pipe(&["--ignore-clock", "-"], line.as_bytes());
    let reason =
        r"column 26: `\udcfc` is half of a surrogate pair, which is not a character; for such a body, use body_base64";
    assert_eq!(run.verdicts[0]["reason"], reason, "{}", run.stdout);
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
        (utf_16(&format!("\r\n {good}"), false), "it is UTF-16"),
        (b"PK\x03\x04\x14\0".to_vec(), "it is a zip archive; unpack it first"),
        (gzip(&gzip(b"{}")), "it is packed twice; unpack it once first"),
        ([vec![b'x'; 257], b"ustar\x0000".to_vec()].concat(), "it is a tar archive; unpack it first (tar -xOf"),
        (b"id,scheme,received_at\na,dlga,1\n".to_vec(), "it is a table of separated values"),
        (b"BZh91AY".to_vec(), "it is packed with bzip2; unpack it first"),
        (b"\xfd7zXZ\0".to_vec(), "it is packed with xz; unpack it first"),
        (access.repeat(3).into_bytes(), "it is an access log"),
        (b"<?xml version=\"1.0\"?>\n<items/>".to_vec(), "it is XML or HTML"),
    ] {
        for name in ["records.jsonl", "records", "session.har"] {
            // Such a name says what it should be.
            if name == "session.har" && what.starts_with("its JSON") {
                continue;
            }
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
    // A log that was cut off ends with them, and files that were made into one have a mark in the middle.
    let run = desk.pipe(&["--ignore-clock", "-"], format!("{good}\n{zeros}\n\u{feff}{good}\n{zeros}").as_bytes());
    assert_eq!((run.code, run.all("line")), (Some(0), vec![json!(1), json!(3)]), "{}", run.stdout);
    let run = desk.pipe(&["--ignore-clock", "-"], "\u{feff}\u{feff}{\"scheme\":\"dlga\",\"a\":\"b".as_bytes());
    let reason = "column 26: the JSON ends in the middle, within the text that begins at column 25";
    assert_eq!(run.verdicts[0]["reason"], reason);
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
    // A time that is not asked for does no harm: by the clock, or by Haso, which has none.
    assert_eq!(desk.run(&["--ignore-clock", "session.har"]).words(), ["valid", "valid"]);
    for time in ["2021-03-09T13:29:32", "09/Mar/2021:13:29:32 +0000", "yesterday", ""] {
        let mut haso: Value = serde_json::from_str(&haso_record("1")).unwrap();
        haso["received_at"] = time.into();
        desk.write("records.jsonl", lines(&[at(time.into()), haso]));
        let run = desk.run(&["--ignore-clock", "records.jsonl"]);
        assert_eq!(run.words(), ["valid", "valid"], "{time}: {}", run.stdout);
        let run = desk.run(&["--at-received", "records.jsonl"]);
        assert_eq!(run.words(), ["unreadable", "valid"], "{time}: {}", run.stdout);
        assert!(run.verdicts[0]["reason"].as_str().unwrap().contains(": `received_at` "), "{}", run.stdout);
    }
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
