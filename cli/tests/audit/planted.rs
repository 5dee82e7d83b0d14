//! A hundred thousand records with every kind of fault, made from a fixed seed, and the verdict that was
//! planted in each.

use std::fmt::Write as _;

use imza::{dlga, haso};
use serde_json::{Map, Value, json};

use super::{Desk, verdicts_of};

/// How many records there are.
const RECORDS: usize = 100_000;

/// A small generator of numbers that gives the same ones for ever (xorshift64*, Vigna 2016).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) % bound
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// A line of the input, and what must be said of it; `None` for a blank line.
struct Planted {
    line: Vec<u8>,
    verdict: Option<Value>,
}

/// The kinds of DLGA records; the verdict's word and status stand in [`dlga_record`].
const DLGA: &[&str] = &[
    "valid",
    "valid",
    "valid",
    "valid",
    "old names",
    "loud names",
    "base64 body",
    "escapes",
    "no body",
    "edge",
    "other body",
    "other secret",
    "other method",
    "expired",
    "ahead",
    "no requester",
    "empty date",
    "no colon",
    "short signature",
    "hex signature",
    "bad date",
    "wrong weekday",
    "header twice",
    "stranger",
];

const HASO: &[&str] = &[
    "valid",
    "valid",
    "valid",
    "number",
    "null",
    "other values",
    "other token",
    "no segment",
    "no merchant",
    "no token",
    "token cut",
    "field twice",
    "stranger",
    "stranger without segment",
    "unsupported",
    "own recipe",
    "too long",
];

const BROKEN: &[&str] = &[
    "cut",
    "not utf-8",
    "no scheme",
    "other scheme",
    "list",
    "two records",
    "no received_at",
    "bad received_at",
    "two bodies",
    "bad base64",
    "member twice",
    "no headers",
    "deep",
    "blank",
    "blanks",
];

/// The entries of the keys file: DLGA, then Haso.
const ACCESS_KEYS: [(&str, &str); 3] =
    [("id-1", "this month's secret"), ("id-2", "another's secret"), ("id-1", "last month's secret")];

fn merchant(key: usize) -> haso::Merchant {
    match key {
        0 => haso::Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real"),
        1 => haso::Merchant::salt_keyed("1000043", "only-a-salt-not-real"),
        _ => haso::Merchant::new("1000042", "older-key-not-real", "older-salt-not-real"),
    }
    .unwrap()
}

fn verdict(id: &Value, scheme: &str, verdict: &str, status: Option<u16>, key: Option<usize>) -> Value {
    json!({"id": id, "scheme": scheme, "verdict": verdict, "http_status": status, "key": key})
}

/// RFC 3339 of a time.
fn rfc_3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap().to_string()
}

fn dlga_record(id: &Value, kind: &str, numbers: &mut Numbers) -> Planted {
    let key = usize::try_from(numbers.below(3)).unwrap();
    let (key_id, secret) = ACCESS_KEYS[key];
    let secret = if kind == "other secret" { "nobody's" } else { secret };
    let key_id = if kind == "stranger" { "id-3" } else { key_id };
    let made = 1_600_000_000 + i64::try_from(numbers.below(50_000_000)).unwrap();
    let text = format!("{{\"customerId\" : \"{}\"}}", numbers.below(1_000_000));
    let body = match kind {
        "base64 body" => vec![0xff, 0xfe, 0, u8::try_from(numbers.below(256)).unwrap()],
        "escapes" => "{\r\n\t\"ad\" : \"Ayşe \\u0131 / \u{1f600}\"\u{8}\u{c}\n}".into(),
        "no body" => Vec::new(),
        _ => text.clone().into_bytes(),
    };
    let method = if kind == "no body" { "GET" } else { "POST" };
    let resource = numbers.pick(&["/v1/reporting/getcalllist", "/v1/x?page=2&q=%20", "/"]).to_owned();
    let request = dlga::Request::new(method, &resource).content_type("application/json; charset=utf-8").body(&body);
    let signer = dlga::Signer::new(key_id, secret).unwrap();
    let date = dlga::Date::from_unix(made).unwrap();
    let [date, requester, authorization] =
        signer.sign(&request, date, "45186").unwrap().into_pairs().map(|(_, value)| value);

    let names = match kind {
        "old names" => ["Date", "X-Requester-UserId", "X-Authorization"],
        "loud names" => ["X-DLG-DATE", "X-Dlg-Requester-UserID", "X-DLG-AUTHORIZATION"],
        _ => ["x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization"],
    };
    let signature = authorization.rsplit_once(':').unwrap().1.to_owned();
    let authorization = match kind {
        "no colon" => "DLGA id-1".to_owned(),
        "short signature" => format!("DLGA {key_id}:{}", &signature[..28]),
        "hex signature" => format!("DLGA {key_id}:{}", "ab".repeat(32)),
        "loud names" => format!("  {authorization}\t"),
        _ => authorization,
    };
    let date = match kind {
        "empty date" => String::new(),
        "bad date" => "2021-03-09T13:28:32Z".to_owned(),
        "wrong weekday" => {
            let other = if date.starts_with("Mon") { "Tue" } else { "Mon" };
            format!("{other}{}", &date[3..])
        }
        _ => date,
    };
    let mut headers = Map::new();
    headers.insert("Content-Type".to_owned(), json!("application/json; charset=utf-8"));
    headers.insert("Host".to_owned(), json!("api.diyalog.im"));
    headers.insert(names[0].to_owned(), if kind == "header twice" { json!([date, date]) } else { json!(date) });
    if kind != "no requester" {
        headers.insert(names[1].to_owned(), json!(requester));
    }
    headers.insert(names[2].to_owned(), json!(authorization));

    let received = match kind {
        "edge" => made + if numbers.below(2) == 0 { 900 } else { -900 },
        "expired" => made + 901 + i64::try_from(numbers.below(100_000)).unwrap(),
        "ahead" => made - 901 - i64::try_from(numbers.below(100_000)).unwrap(),
        _ => made + i64::try_from(numbers.below(1801)).unwrap() - 900,
    };
    let mut record = json!({
        "id": id, "scheme": "dlga", "received_at": rfc_3339(received),
        "method": if kind == "other method" { "PUT" } else { method }, "resource": resource, "headers": headers,
    });
    match (kind, String::from_utf8(body)) {
        ("no body", _) => {}
        ("other body", Ok(body)) => record["body"] = json!(body.replace(" : ", ": ")),
        (_, Ok(body)) => record["body"] = json!(body),
        (_, Err(bytes)) => record["body_base64"] = json!(base64(bytes.as_bytes())),
    }
    let (word, status) = match kind {
        "other body" | "other secret" | "other method" => ("invalid", 401),
        "expired" | "ahead" => ("expired", 403),
        "no requester" | "empty date" | "no colon" | "short signature" | "hex signature" | "bad date"
        | "wrong weekday" | "header twice" => ("malformed", 400),
        "stranger" => ("unknown-key", 401),
        _ => ("valid", 200),
    };
    let key = matches!(word, "valid" | "expired").then_some(key);
    Planted { line: record.to_string().into_bytes(), verdict: Some(verdict(id, "dlga", word, Some(status), key)) }
}

fn haso_record(id: &Value, kind: &str, numbers: &mut Numbers) -> Planted {
    let key = usize::try_from(numbers.below(3)).unwrap();
    let merchant = merchant(key);
    let order = numbers.below(1_000_000).to_string();
    let own = kind == "own recipe" || kind == "number";
    let (endpoint, recipe) = if own {
        let line = "merchantId + orderNo + orderAmount + note? + merhant_salt";
        ("/RequestV2/CreateTransaction", haso::Recipe::parse(line).unwrap())
    } else {
        ("/RequestV2/SetPreDefinedLimit", haso::SET_PRE_DEFINED_LIMIT.clone())
    };
    let recipe = recipe.without_field_checks();
    let segment = if kind == "too long" { "LONGER THAN TEN" } else { "GOLD" };
    let mut fields: Vec<(&str, &str)> = if own {
        vec![("orderNo", &order), ("orderAmount", "50000")]
    } else {
        vec![("customerId", &order), ("dealerSegment", segment)]
    };
    let token = merchant.token(&recipe, &fields).unwrap();
    let token = match kind {
        "other token" => haso::Merchant::new("1", "a", "b").unwrap().token(&recipe, &fields).unwrap(),
        "token cut" => token[..43].to_owned(),
        _ => token,
    };
    if kind == "other values" {
        fields[1].1 = "SILVER";
    }
    if kind.ends_with("segment") {
        fields.pop();
    }
    let merchant_id = if kind.starts_with("stranger") { "1000044" } else { merchant.merchant_id() };
    let mut posted: Vec<(&str, Value)> = fields.iter().map(|&(name, value)| (name, json!(value))).collect();
    posted.push(("somethingElse", json!("x")));
    if kind != "no merchant" {
        posted.push(("merchantId", json!(merchant_id)));
    }
    if kind != "no token" {
        posted.push(("requestToken", json!(token)));
    }
    match kind {
        // A JSON body's number is what was posted, digit by digit; null is an absent field (HASO-6).
        "number" => posted[1].1 = json!(50_000),
        "null" => posted.push(("ipAddress", Value::Null)),
        "field twice" => posted.push(("dealerSegment", json!("GOLD"))),
        _ => {}
    }
    // By hand, since a map cannot hold a name twice.
    let mut list = String::new();
    for (name, value) in &posted {
        let comma = if list.is_empty() { "" } else { "," };
        write!(list, "{comma}{}:{value}", json!(name)).unwrap();
    }
    let endpoint = if kind == "unsupported" { "/RequestV2/RefundTransaction" } else { endpoint };
    let line = format!("{{\"fields\":{{{list}}},\"endpoint\":\"{endpoint}\",\"id\":{id},\"scheme\":\"haso\"}}");
    let (word, status) = match kind {
        "other values" | "other token" => ("invalid", None),
        "no segment" | "no merchant" | "no token" | "token cut" | "field twice" | "stranger without segment" => {
            ("malformed", None)
        }
        "stranger" => ("unknown-key", None),
        "unsupported" => ("unsupported", None),
        _ => ("valid", Some(200)),
    };
    let key = (word == "valid").then_some(key);
    Planted { line: line.into_bytes(), verdict: Some(verdict(id, "haso", word, status, key)) }
}

fn broken_record(id: &Value, kind: &str, numbers: &mut Numbers) -> Planted {
    let good = String::from_utf8(dlga_record(id, "valid", numbers).line).unwrap();
    let without = |member: &str| {
        let mut record: Value = serde_json::from_str(&good).unwrap();
        record.as_object_mut().unwrap().remove(member);
        record
    };
    let with = |member: &str, value: Value| {
        let mut record = without("");
        record[member] = value;
        record.to_string()
    };
    let line = match kind {
        "cut" => good[..good.len() / 2].into(),
        "not utf-8" => [good.replace("\"POST\"", "\"PO").into_bytes(), b"\xff\"}".to_vec()].concat(),
        "no scheme" => without("scheme").to_string().into(),
        "other scheme" => with("scheme", json!("DLGA")).into(),
        "list" => format!("[{good}]").into(),
        "two records" => format!("{good} {good}").into(),
        "no received_at" => without("received_at").to_string().into(),
        "bad received_at" => with("received_at", json!("yesterday")).into(),
        "two bodies" => with("body_base64", json!("AAAA")).into(),
        "bad base64" => good.replace("\"body\":", "\"body_base64\":").into(),
        "member twice" => good.replacen('{', "{\"scheme\":\"dlga\",", 1).into(),
        "no headers" => without("headers").to_string().into(),
        "deep" => "[".repeat(10_000).into(),
        "blank" => Vec::new(),
        _ => b" \t \r".to_vec(),
    };
    let verdict = json!({"id": null, "scheme": null, "verdict": "unreadable", "http_status": null, "key": null});
    Planted { line, verdict: (!kind.starts_with("blank")).then_some(verdict) }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain(&[0; 2]).take(3).fold(0_usize, |bits, &byte| bits << 8 | usize::from(byte));
        for place in 0..4 {
            let sextet = bits >> (18 - 6 * place) & 63;
            text.push(if place <= chunk.len() { ALPHABET[sextet].into() } else { '=' });
        }
    }
    text
}

#[test]
fn the_verdicts_are_exactly_the_ones_that_were_planted() {
    let mut numbers = Numbers(0x1dea_5eed);
    let (mut input, mut expected) = (Vec::new(), Vec::new());
    for line in 1..=RECORDS {
        let id = match numbers.below(10) {
            0 => json!(line),
            1 => Value::Null,
            2 => json!("İd \"quoted\" \\ <b>"),
            _ => json!(format!("r{line}")),
        };
        let planted = match numbers.below(20) {
            0..12 => dlga_record(&id, numbers.pick(DLGA), &mut numbers),
            12..18 => haso_record(&id, numbers.pick(HASO), &mut numbers),
            _ => broken_record(&id, numbers.pick(BROKEN), &mut numbers),
        };
        input.extend_from_slice(&planted.line);
        input.extend_from_slice(if numbers.below(50) == 0 { b"\r\n" } else { b"\n" });
        if let Some(mut verdict) = planted.verdict {
            verdict["line"] = json!(line);
            expected.push(verdict);
        }
    }

    let desk = Desk::new("planted");
    desk.write("records.jsonl", &input);
    let run = desk.run(&["--at-received", "records.jsonl", "--out", "verdicts.jsonl"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert_eq!(run.stdout, "");
    let verdicts = verdicts_of(&desk.path("verdicts.jsonl"));
    for (mut verdict, expected) in verdicts.iter().cloned().zip(&expected) {
        let mut take = |member| verdict.as_object_mut().unwrap().remove(member).unwrap();
        let (reason, signature, replay_of) = (take("reason"), take("signature"), take("replay_of"));
        let is_genuine = matches!(verdict["verdict"].as_str(), Some("valid" | "expired"));
        assert_eq!(signature.as_str().map(str::len), is_genuine.then_some(16), "{verdict}");
        assert!(replay_of.is_null() || is_genuine && replay_of.as_u64() < verdict["line"].as_u64(), "{verdict}");
        let reason = reason.as_str().unwrap();
        assert_eq!(&verdict, expected, "{reason}");
        assert_eq!(reason.is_empty(), verdict["verdict"] == "valid", "{verdict}: {reason}");
        assert!(verdict["verdict"] != "unreadable" || reason.starts_with("column "), "{reason}");
    }
    assert_eq!(verdicts.len(), expected.len());

    // However many work on it, and whatever the pieces it arrives in, the verdicts are the same.
    let text = std::fs::read_to_string(desk.path("verdicts.jsonl")).unwrap();
    let input: Vec<u8> = input.split_inclusive(|&byte| byte == b'\n').take(RECORDS / 10).flatten().copied().collect();
    for jobs in ["1", "5"] {
        let run = desk.pipe(&["--at-received", "-", "--jobs", jobs], &input);
        assert!(text.starts_with(&run.stdout) && run.stdout.lines().count() > RECORDS / 11);
    }
}
