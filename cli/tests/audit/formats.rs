//! What an audit reads: JSON Lines, plain, compressed and from a pipe, and HAR files.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use imza::{dlga, haso};
use serde_json::{Map, Value, json};

use super::Desk;

pub(super) fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Those members of a value that another one has.
fn members(value: &Value, of: &Value) -> Value {
    of.as_object().unwrap().keys().map(|name| (name.clone(), value[name].clone())).collect::<Map<_, _>>().into()
}

pub(super) fn haso_record(customer: &str) -> String {
    let fields = [("customerId", customer), ("dealerSegment", "GOLD")];
    json!({
        "id": customer, "scheme": "haso", "endpoint": "SetPreDefinedLimit",
        "fields": {"merchantId": "1000042", "customerId": customer, "dealerSegment": "GOLD", "requestToken": token(&fields)},
    })
    .to_string()
}

pub(super) fn token(fields: &[(&str, &str)]) -> String {
    let merchant = haso::Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    merchant.token(&haso::SET_PRE_DEFINED_LIMIT, fields).unwrap()
}

/// The three headers of a DLGA request, and a content type, as a HAR has them.
pub(super) fn dlga_headers(resource: &str, body: &[u8]) -> Value {
    let request = dlga::Request::post(resource).json(body);
    let signer = dlga::Signer::new("id-2", "another's secret").unwrap();
    let headers = signer.sign(&request, dlga::Date::from_unix(1_615_296_512).unwrap(), "45186").unwrap();
    let mut list =
        vec![json!({"name": ":method", "value": "POST"}), json!({"name": "Content-Type", "value": "application/json"})];
    list.extend(headers.into_iter().map(|(name, value)| json!({"name": name.to_uppercase(), "value": value})));
    list.into()
}

#[expect(clippy::needless_pass_by_value, reason = "the macro makes values")]
pub(super) fn entry(request: Value) -> Value {
    json!({
        "startedDateTime": "2021-03-09T16:29:32.123+03:00", "time": 5, "request": request,
        "response": {"status": 200, "content": {"text": "x".repeat(1000)}}, "cache": {}, "timings": {},
    })
}

pub(super) fn har(entries: &[Value]) -> String {
    let log = json!({"version": "1.2", "creator": {"name": "test", "version": "1"}, "pages": [], "entries": entries});
    // Browsers write HAR files with indents and line feeds.
    serde_json::to_string_pretty(&json!({"log": log})).unwrap()
}

#[test]
fn gzip_is_known_by_its_content_also_when_it_has_several_members() {
    let desk = Desk::new("gzip");
    let (one, two) = (haso_record("1") + "\n" + &haso_record("2")[..40], haso_record("2")[40..].to_owned());
    let compressed = [gzip(one.as_bytes()), gzip(two.as_bytes())].concat();
    desk.write("records.jsonl.gz", &compressed);
    desk.write("records", &compressed);
    for file in ["records.jsonl.gz", "records"] {
        assert_eq!(desk.run(&["--ignore-clock", file]).words(), ["valid", "valid"]);
    }
    assert_eq!(desk.pipe(&["--ignore-clock", "-"], &compressed).words(), ["valid", "valid"]);
    // A name alone does not make it gzip.
    desk.write("plain.gz", haso_record("1"));
    assert_eq!(desk.run(&["--ignore-clock", "plain.gz"]).words(), ["valid"]);
}

#[test]
fn zero_bytes_behind_a_gzip_member_are_padding() {
    let desk = Desk::new("padding");
    let (one, two) = (gzip((haso_record("1") + "\n").as_bytes()), gzip(haso_record("2").as_bytes()));
    for zeros in [1, 512, 300_000] {
        let padding = vec![0; zeros];
        let padded = [one.clone(), two.clone(), padding.clone()].concat();
        let run = desk.pipe(&["--ignore-clock", "-"], &padded);
        assert_eq!((run.code, run.words()), (Some(0), vec!["valid", "valid"]), "{}", run.stderr);
        // Nothing is passed over but zeros: a member behind them is read, anything else is a fault.
        let between = [one.clone(), padding, two.clone()].concat();
        assert_eq!(desk.pipe(&["--ignore-clock", "-"], &between).words(), ["valid", "valid"]);
        assert!(
            desk.pipe(&["--ignore-clock", "-"], &[padded, b"no member, no padding".to_vec()].concat())
                .failure()
                .contains("read")
        );
    }
}

#[test]
fn lines_may_end_in_crlf_begin_with_a_byte_order_mark_and_lack_the_last_line_feed() {
    let desk = Desk::new("lines");
    let input = format!("\u{feff}{}\r\n \r\n\n{}", haso_record("1"), haso_record("2"));
    let run = desk.pipe(&["--ignore-clock", "-"], input.as_bytes());
    assert_eq!(run.words(), ["valid", "valid"]);
    assert_eq!(run.verdicts[1]["line"], 4);
    let run = desk.pipe(&["--ignore-clock", "-"], b"");
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
}

#[test]
fn a_har_file_gives_dlga_requests_with_their_exact_bodies() {
    let desk = Desk::new("har-dlga");
    let body = "{\n  \"customerId\" : \"ş\"\n}";
    let url = "https://api.diyalog.im/v1/x?page=2#top";
    let sent = |post_data: Value| {
        let headers = dlga_headers("/v1/x?page=2", body.as_bytes());
        entry(json!({"method": "POST", "url": url, "headers": headers, "postData": post_data, "bodySize": 25}))
    };
    let text = json!({"mimeType": "application/json", "text": body});
    let other = json!({"mimeType": "application/json", "text": body.replace("customerId", "merchantId")});
    let base64 =
        json!({"mimeType": "application/json", "encoding": "base64", "text": "ewogICJjdXN0b21lcklkIiA6ICLFnyIKfQ=="});
    let params = json!({"mimeType": "application/json", "params": [{"name": "a", "value": "b"}]});
    desk.write("session.har", har(&[sent(text), sent(other), sent(base64), sent(params), sent(Value::Null)]));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["valid", "invalid", "valid", "unreadable", "unreadable"]);
    let verdict = json!({"id": null, "line": 1, "scheme": "dlga", "verdict": "valid", "http_status": 200, "reason": "", "key": 1});
    assert_eq!(members(&run.verdicts[0], &verdict), verdict);
    // `startedDateTime` is when it was received, its zone applied.
    assert_eq!(desk.run(&["--at-received", "--past", "60", "session.har"]).words()[0], "valid");
    assert_eq!(desk.run(&["--at-received", "--past", "59", "session.har"]).words()[0], "expired");
}

#[test]
fn a_har_file_gives_haso_requests_from_forms_and_json_under_any_prefix() {
    let desk = Desk::new("har-haso");
    let token = token(&[("customerId", "5 5&ü"), ("dealerSegment", "GOLD")]);
    let encoded = token.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D");
    let form = format!("merchantId=1000042&customerId=5+5%26%C3%BC&dealerSegment=GOLD&requestToken={encoded}");
    let fields = json!({"merchantId": 1_000_042, "customerId": "5 5&ü", "dealerSegment": "GOLD", "ipAddress": null, "requestToken": token});
    let pairs =
        [("merchantId", "1000042"), ("customerId", "5 5&ü"), ("dealerSegment", "GOLD"), ("requestToken", &token)];
    let decoded: Vec<_> = pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let raw: Vec<_> = form.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let raw: Vec<_> = raw.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let sent = |path: &str, post_data: Value| {
        let url = format!("https://test.haso.com.tr{path}");
        entry(json!({"method": "POST", "url": url, "headers": [], "postData": post_data}))
    };
    let known = "/RequestV2/SetPreDefinedLimit";
    desk.write(
        "session.har",
        har(&[
            sent(known, json!({"mimeType": "application/x-www-form-urlencoded", "text": form})),
            sent(
                "/api/v41/RequestV2/SetPreDefinedLimit?x=1",
                json!({"mimeType": "application/json", "text": fields.to_string()}),
            ),
            sent(known, json!({"mimeType": "application/x-www-form-urlencoded", "params": decoded})),
            sent(known, json!({"mimeType": "application/x-www-form-urlencoded", "params": raw})),
            sent(known, json!({"mimeType": "", "text": "customerId=1"})),
            sent("/RequestV2/RefundTransaction", json!({"mimeType": "", "text": form})),
            sent("/RequestV2/SetPreDefinedLimit2", json!({"mimeType": "", "text": "customerId=1"})),
            sent(known, json!({"mimeType": "application/json", "text": "{\"merchantId\":"})),
        ]),
    );
    let run = desk.run(&["--at-received", "session.har"]);
    let words = ["valid", "valid", "valid", "valid", "malformed", "unsupported", "unreadable"];
    assert_eq!(run.words(), words, "{}", run.stdout);
    assert_eq!(run.verdicts[6]["line"], 8);
    assert!(run.stderr.contains("requests of neither scheme, without a verdict: 1"), "{}", run.stderr);
}

/// A request to Haso's endpoint for `SetPreDefinedLimit`, with this body.
#[expect(clippy::needless_pass_by_value, reason = "the macro makes values")]
pub(super) fn sent_to_haso(post_data: Value) -> Value {
    let url = "https://test.haso.com.tr/RequestV2/SetPreDefinedLimit";
    entry(json!({"method": "POST", "url": url, "headers": [], "postData": post_data}))
}

#[test]
fn the_fields_of_a_multipart_body_are_its_parameters() {
    let desk = Desk::new("har-multipart");
    let token = token(&[("customerId", "5+5%41&ü"), ("dealerSegment", "GOLD")]);
    let pairs =
        [("merchantId", "1000042"), ("customerId", "5+5%41&ü"), ("dealerSegment", "GOLD"), ("requestToken", &token)];
    let part = |(name, value)| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let text = pairs.map(part).concat() + "--b--\r\n";
    let params: Vec<_> = pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let encoded = json!(params).to_string().replace('=', "%3D");
    let encoded: Value = serde_json::from_str(&encoded).unwrap();
    let mime_type = "Multipart/Form-Data; boundary=b";
    let both = json!({"mimeType": mime_type, "params": params, "text": text});
    let mut elsewhere = sent_to_haso(both.clone());
    elsewhere["request"]["url"] = "https://test.haso.com.tr/other".into();
    let entries = [
        sent_to_haso(both),
        sent_to_haso(json!({"mimeType": mime_type, "params": params})),
        elsewhere,
        // What is posted in parts is not decoded by anybody.
        sent_to_haso(json!({"mimeType": mime_type, "params": encoded})),
    ];
    desk.write("session.har", har(&entries));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["valid", "valid", "unsupported", "malformed"], "{}", run.stdout);
}

#[test]
fn a_json_body_may_begin_with_a_byte_order_mark() {
    let desk = Desk::new("har-mark");
    let token = token(&[("customerId", "1"), ("dealerSegment", "GOLD")]);
    let fields =
        json!({"merchantId": "1000042", "customerId": "1", "dealerSegment": "GOLD", "requestToken": token}).to_string();
    let text = |text: String| sent_to_haso(json!({"mimeType": "application/json", "text": text}));
    let mut elsewhere = text(format!("\u{feff}{fields}"));
    elsewhere["request"]["url"] = "https://test.haso.com.tr/other".into();
    let entries =
        [text(fields.clone()), text(format!("\u{feff}{fields}")), text(format!("\u{feff} \n{fields}")), elsewhere];
    desk.write("session.har", har(&entries));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["valid", "valid", "valid", "unsupported"], "{}", run.stdout);
}

#[test]
fn headers_that_are_null_are_none_and_a_value_that_is_null_is_empty() {
    let desk = Desk::new("har-null");
    let token = token(&[("customerId", "1"), ("dealerSegment", "GOLD")]);
    let form = format!("merchantId=1000042&customerId=1&dealerSegment=GOLD&requestToken={}", token.replace('+', "%2B"));
    let mut without = sent_to_haso(json!({"text": form}));
    without["request"]["headers"] = Value::Null;
    let to_diyalog = |headers: Value| entry(json!({"method": "GET", "url": "https://h/v1", "headers": headers}));
    let signer = dlga::Signer::new("id-2", "another's secret").unwrap();
    let date = dlga::Date::from_unix(1_615_296_512).unwrap();
    let headers = signer.sign(&dlga::Request::new("GET", "/v1"), date, "45186").unwrap();
    let mut headers: Vec<_> = headers.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    headers.push(json!({"name": "Content-Type", "value": null}));
    let nulls = json!([{"name": "X-Dlg-Date", "value": null}]);
    let other = entry(json!({"method": "GET", "url": "https://h/", "headers": null, "postData": {"text": "bytes"}}));
    let entries = [without, to_diyalog(headers.into()), to_diyalog(nulls), to_diyalog(Value::Null), other];
    desk.write("session.har", har(&entries).replace("bytes", "\\udcff"));
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["valid", "valid", "malformed"], "{}", run.stdout);
    assert!(run.stderr.contains("without a verdict: 2"), "{}", run.stderr);
}

#[test]
fn requests_of_neither_scheme_in_a_har_file_are_counted_and_passed_over() {
    let desk = Desk::new("har-others");
    let other = |method: &str, headers: Value| {
        entry(json!({"method": method, "url": "https://example.org/", "headers": headers, "postData": {"text": "{}"}}))
    };
    let entries = [
        other("GET", json!([{"name": "Date", "value": "x"}, {"name": "X-Authorization", "value": "Bearer x"}])),
        other("POST", json!([])),
        other("OPTIONS", dlga_headers("/", b"")),
        entry(json!({"method": "GET", "url": "data:text/plain,x", "headers": []})),
        other("POST", json!([{"name": "X-Authorization", "value": "DLGA x"}])),
    ];
    desk.write("session.har", har(&entries));
    let run = desk.run(&["--ignore-clock", "session.har"]);
    assert_eq!(run.words(), ["malformed"]);
    assert_eq!(run.verdicts[0]["line"], 5);
    assert!(run.stderr.contains("without a verdict: 4"));
}

#[test]
fn a_body_that_is_no_text_is_unreadable_only_where_a_scheme_is_concerned() {
    let desk = Desk::new("har-binary");
    let sent = |url: &str, headers: Value| {
        entry(json!({"method": "POST", "url": url, "headers": headers, "postData": {"text": "half a pair"}}))
    };
    let entries = [
        sent("https://example.org/upload", json!([])),
        sent("https://example.org/RequestV2/SetPreDefinedLimit?x", json!([])),
        sent("https://example.org/", dlga_headers("/", b"")),
        json!({"startedDateTime": "2021-03-09T16:29:32.123+03:00"}),
    ];
    // mitmproxy writes bytes that are no UTF-8 like this.
    desk.write("session.har", har(&entries).replace("half a pair", "\\udcff"));
    let run = desk.run(&["--ignore-clock", "session.har"]);
    assert_eq!(run.words(), ["unreadable"; 3]);
    assert_eq!(run.verdicts[0]["line"], 2);
    assert!(run.stderr.contains("without a verdict: 1"));
    let reason = run.verdicts[2]["reason"].as_str().unwrap();
    assert_eq!(reason, "the entry has no `request`");
}

#[test]
fn a_har_file_is_known_by_its_name_or_its_beginning_and_may_be_compressed() {
    let desk = Desk::new("har-known");
    let body = json!({"mimeType": "application/json", "text": "{}"});
    let request =
        json!({"method": "POST", "url": "https://h/v1", "headers": dlga_headers("/v1", b"{}"), "postData": body});
    let text = har(&[entry(request.clone())]);
    let log = json!({"comment": "log is not the first member", "log": {"entries": [entry(request)]}}).to_string();
    desk.write("session.HAR", &log);
    desk.write("session", format!("\u{feff}{text}"));
    desk.write("session.har.gz", gzip(log.as_bytes()));
    for file in ["session.HAR", "session", "session.har.gz"] {
        assert_eq!(desk.run(&["--at-received", file]).words(), ["valid"], "{file}");
    }
    assert_eq!(desk.pipe(&["--at-received", "-"], text.as_bytes()).words(), ["valid"]);
}

/// A session that headless Chromium recorded against the example server (browser/record.mjs): both
/// schemes, blanks and Turkish letters in the bodies, Haso as JSON and as a form.
const SESSION: &str = include_str!("browser/session.har");

fn desk_with_a_browsers_session(name: &str, session: &str) -> Desk {
    let desk = Desk::new(name);
    desk.write("keys.toml", include_str!("browser/keys.toml"));
    desk.write("session.har", session);
    desk
}

#[test]
fn a_har_file_of_a_real_browser_audits_clean() {
    let desk = desk_with_a_browsers_session("har-browser", SESSION);
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!((run.code, run.words()), (Some(0), vec!["valid"; 4]));
}

/// A recorder that leaves bodies out writes an empty text, and beside it a form's parameters.
#[test]
fn a_har_file_without_bodies_says_so_and_a_form_is_read_from_its_parameters() {
    let mut session: Value = serde_json::from_str(SESSION).unwrap();
    for entry in session["log"]["entries"].as_array_mut().unwrap() {
        if let Some(post_data) = entry["request"].get_mut("postData") {
            post_data["text"] = "".into();
        }
    }
    let desk = desk_with_a_browsers_session("har-omitted", &session.to_string());
    let run = desk.run(&["--at-received", "session.har"]);
    assert_eq!(run.words(), ["unreadable", "unreadable", "unreadable", "valid"]);
    assert_eq!(run.verdicts[0]["reason"], "the recording says that there was a body, but does not hold it");
}

#[cfg(feature = "zstd")]
mod zstd {
    use super::{Desk, har, haso_record, sent_to_haso, token};

    fn packed(text: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(text, ruzstd::encoding::CompressionLevel::Fastest)
    }

    /// A frame for other programs.
    fn skipped(length: u32) -> Vec<u8> {
        [b"\x50\x2a\x4d\x18".to_vec(), length.to_le_bytes().to_vec(), vec![b'{'; length.try_into().unwrap()]].concat()
    }

    #[test]
    fn is_known_by_its_content_also_when_it_has_several_frames() {
        let desk = Desk::new("zstd");
        let (one, two) = (haso_record("1") + "\n" + &haso_record("2")[..40], haso_record("2")[40..].to_owned());
        let frames =
            [skipped(300_000), packed(one.as_bytes()), skipped(0), packed(b""), packed(two.as_bytes())].concat();
        desk.write("records.jsonl.zst", &frames);
        desk.write("records", &frames);
        for file in ["records.jsonl.zst", "records"] {
            assert_eq!(desk.run(&["--ignore-clock", file]).words(), ["valid", "valid"]);
        }
        assert_eq!(desk.pipe(&["--ignore-clock", "-"], &frames).words(), ["valid", "valid"]);
        let token = token(&[("customerId", "1"), ("dealerSegment", "GOLD")]).replace('+', "%2B");
        let form = format!("merchantId=1000042&customerId=1&dealerSegment=GOLD&requestToken={token}");
        let text = har(&[sent_to_haso(serde_json::json!({"text": form}))]);
        desk.write("session.har.zst", packed(text.as_bytes()));
        assert_eq!(desk.run(&["--ignore-clock", "session.har.zst"]).words(), ["valid"]);
    }

    #[test]
    fn that_is_cut_short_or_damaged_or_needs_too_much_memory_is_said_in_one_sentence() {
        let desk = Desk::new("zstd-faults");
        let good = packed((haso_record("1") + "\n").repeat(2000).as_bytes());
        let sentence = |bytes: &[u8], what: &str| {
            let run = desk.pipe(&["--ignore-clock", "-"], bytes);
            assert!(run.failure().contains(what), "{what}: {}", run.stderr);
            assert!(run.words().iter().all(|word| *word == "valid"));
        };
        for length in [5, good.len() / 2, good.len() - 1] {
            sentence(&good[..length], "it breaks off in the middle: the packed data is cut short");
        }
        sentence(&[good.clone(), b"more".to_vec()].concat(), "the zstd data is damaged");
        sentence(&[good.clone(), skipped(10)[..12].to_vec()].concat(), "cut short");
        // A window of 16 MiB, as `zstd --ultra -22` and `--long` ask for.
        sentence(b"\x28\xb5\x2f\xfd\x00\x70\x01\x00\x00", "needs a window of more than 8388608 bytes; unpack it first");
        let mut wrong = good.clone();
        *wrong.last_mut().unwrap() ^= 1;
        sentence(&wrong, "its checksum is wrong");
    }
}
