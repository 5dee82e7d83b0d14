//! Both vendors are played to the letter, and the audit comes to the same verdicts.

use std::process::Command;

use imza::dlga::{self, Date};
use imza::haso::{self, Merchant};

use crate::served::{KEY_ID, SECRET, Served, now};

const HASH: &str = "/v1/application/gettransactionhashforonlinehelp";
const BODY: &str = r#"{"customerId":"123456","deviceHash":"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}"#;

/// The headers that sign a body of JSON at a time.
fn signed(resource: &str, body: &str, at: i64) -> Vec<(&'static str, String)> {
    let signer = dlga::Signer::new(KEY_ID, SECRET).unwrap();
    let headers =
        signer.sign(&dlga::Request::post(resource).json(body), Date::from_unix(at).unwrap(), "45186").unwrap();
    let mut headers = Vec::from(headers.into_pairs());
    headers.push(("content-type", "application/json".to_owned()));
    headers
}

fn post(served: &Served, resource: &str, headers: &[(&'static str, String)], body: &str) -> (u16, String) {
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    served.send("POST", resource, &headers, body)
}

#[test]
fn diyalog_refuses_to_the_letter_and_the_line_says_why() {
    let served = Served::run("sandbox", &[]);
    let good = signed(HASH, BODY, now());
    let with = |name: &str, value: &str| -> Vec<_> {
        let value_of = |known: &str, old: &String| if known == name { value.to_owned() } else { old.clone() };
        good.iter().map(|(known, old)| (*known, value_of(known, old))).collect()
    };
    let without: Vec<_> = good.iter().filter(|(name, _)| *name != "x-dlg-requester-userid").cloned().collect();
    for (headers, body, status, text, why) in [
        (without, BODY, 400, "Required headers not found", "x-dlg-requester-userid"),
        (
            with("x-dlg-authorization", "TSA a:b"),
            BODY,
            400,
            "Authorization failed due to data format not valid",
            "`DLGA`",
        ),
        (with("x-dlg-date", "noon"), BODY, 400, "Authorization failed due to date not valid", "leaves the pattern"),
        (good.clone(), "{}", 401, "Authorization failed", "No reading matches"),
        (signed(HASH, BODY, now() - 1000), BODY, 403, "Request time may not be correct.", "behind the clock"),
        (
            signed(HASH, &format!("{BODY}\n"), now()),
            BODY,
            401,
            "Authorization failed",
            "matches when the body has a final",
        ),
    ] {
        assert_eq!(post(&served, HASH, &headers, body), (status, text.to_owned()));
        let line = served.line();
        assert!(line.contains(why), "{line}");
        assert!(line.contains(&status.to_string()), "{line}");
    }
    let (status, answer) = post(&served, HASH, &good, BODY);
    assert_eq!(status, 200);
    let answer = imza_answer(&answer);
    assert_eq!(answer["transactionHash"], "7c5963043b37edbe2706c2b48b4568387084acc7");
}

fn imza_answer(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_documented_call_is_answered_and_no_other() {
    let served = Served::run("sandbox", &[]);
    for call in [
        "/v1/application/enableoutofoffice",
        "/v1/application/finishonlinehelp",
        "/v1/application/interactionisnotdelivered",
        "/v1/reporting/getonlinehelplist",
        "/v1/reporting/getcalllist",
        "/v1/reporting/getstaffmessaginglist",
        "/v1/reporting/getcustomermessaginglist",
        "/v1/reporting/getmessagingdetail",
        "/v1/simplepush/sendpush",
        "/v1/simplepush/notificationstatus",
        "/v1/simplepush/notificationstatusofuser",
    ] {
        let (status, answer) = post(&served, call, &signed(call, "{}", now()), "{}");
        assert_eq!((status, imza_answer(&answer)["isSuccess"].as_bool()), (200, Some(true)), "{call}");
    }
    let other = "/v1/application/finishonlinehelps";
    assert_eq!(post(&served, other, &signed(other, "{}", now()), "{}").0, 404);
    assert_eq!(served.send("GET", "/", &[], "").0, 404);
    // What is signed but no JSON is the documented 500 with a plain text.
    let (status, answer) = post(&served, HASH, &signed(HASH, "no JSON", now()), "no JSON");
    assert_eq!(status, 500);
    assert!(answer.starts_with("the body is not JSON"), "{answer}");
}

#[test]
fn every_method_of_haso_and_the_users_recipe_are_answered() {
    let served = Served::run("sandbox", &[]);
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let own = haso::Recipe::parse("merchantId + ipAddress + merchantOid + orderAmount + merhant_salt").unwrap();
    let own = [("/RequestV2/CreateTransaction", &own)];
    let documented = haso::METHODS.iter().map(|recipe| (recipe.endpoint().unwrap(), *recipe));
    for (endpoint, recipe) in own.into_iter().chain(documented) {
        let mut fields = vec![("merchantId", "1000042")];
        for field in recipe.fields().filter(|field| field.is_required()) {
            let value = match field.shape() {
                haso::Shape::Date => "2026-11-22T10:15:00",
                _ => "50000",
            };
            fields.push((field.name(), value));
        }
        let token = merchant.token(recipe, &fields).unwrap();
        fields.push(("requestToken", &token));
        let (status, answer) = served.form(endpoint, &fields);
        let answer = imza_answer(&answer);
        assert_eq!((status, answer["Success"].as_bool()), (200, Some(true)), "{endpoint}: {answer}");
        assert_eq!(answer["Data"].get("CustomerInfo").is_some(), endpoint.ends_with("SetPreDefinedLimit"));

        fields[0].1 = "1000043";
        let answer = imza_answer(&served.form(endpoint, &fields).1);
        assert_eq!(answer["Success"].as_bool(), Some(false));
        assert!(answer["Errors"][0].as_str().unwrap().contains("1000043"), "{answer}");
    }
    let unknown = imza_answer(&served.form("/RequestV2/RefundTransaction", &[("merchantId", "1000042")]).1);
    assert!(unknown["Errors"][0].as_str().unwrap().contains("no recipe"), "{unknown}");
    assert_eq!(served.send("GET", "/RequestV2/SetPreDefinedLimit", &[], "").0, 405);
}

#[test]
fn the_audit_finds_the_records_as_the_sandbox_did() {
    let served = Served::run("sandbox", &["--record", "requests.jsonl"]);
    let good = signed(HASH, BODY, now());
    post(&served, HASH, &good, BODY);
    post(&served, HASH, &good, "{}");
    post(&served, HASH, &signed(HASH, BODY, now() - 1000), BODY);
    post(&served, HASH, &good[1..], BODY);
    post(&served, HASH, &[good.clone(), good.clone()].concat(), BODY);
    served.form("/RequestV2/SetPreDefinedLimit", &[("merchantId", "1000042"), ("requestToken", "x")]);
    served.form("/RequestV2/RefundTransaction", &[("merchantId", "1000042")]);
    let token = "FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4=";
    let mut fields =
        [("merchantId", "1000042"), ("customerId", "5500123"), ("dealerSegment", "GOLD"), ("requestToken", token)];
    served.form("/RequestV2/SetPreDefinedLimit", &fields);
    fields[0].1 = "1";
    served.form("/RequestV2/SetPreDefinedLimit", &fields);
    // A body that is not text.
    served.raw(b"POST /v1/x HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\nconnection: close\r\n\r\n\xff\xfe");

    let lines: Vec<String> = (0..10).map(|_| served.line()).collect();
    let audited = Command::new(env!("CARGO_BIN_EXE_imza"))
        .args(["audit", "--keys", "keys.toml", "--at-received", "requests.jsonl"])
        .current_dir(served.directory.path())
        .output()
        .unwrap();
    let verdicts: Vec<String> = String::from_utf8(audited.stdout)
        .unwrap()
        .lines()
        .map(|line| imza_answer(line)["verdict"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        verdicts,
        [
            "valid",
            "invalid",
            "expired",
            "malformed",
            "malformed",
            "malformed",
            "unsupported",
            "valid",
            "unknown-key",
            "malformed"
        ]
    );
    for (line, verdict) in lines.iter().zip(&verdicts) {
        assert!(line.split([' ', ':']).any(|word| word == verdict), "{line}: {verdict}");
    }
}

#[test]
fn scenarios_play_faults() {
    let sent = |scenario: &[&str]| {
        let options: Vec<&str> = scenario.iter().flat_map(|fault| ["--scenario", fault]).collect();
        let served = Served::run("sandbox", &options);
        post(&served, HASH, &signed(HASH, BODY, now()), BODY)
    };
    assert_eq!(sent(&["error"]).0, 500);
    assert_eq!(sent(&["clock=+1200"]), (403, "Request time may not be correct.".to_owned()));
    assert_eq!(sent(&["clock=-1200"]).0, 403);
    assert_eq!(sent(&["strip=X-Dlg-Date"]), (400, "Required headers not found".to_owned()));
    assert_eq!(sent(&["add=x-dlg-date: noon"]).0, 400);
    assert_eq!(sent(&["strip=via", "add=Via: a proxy"]).0, 200);
    let before = std::time::Instant::now();
    assert_eq!(sent(&["slow=1"]).0, 200);
    assert!(before.elapsed().as_secs() >= 1);
}

#[test]
fn the_demo_prints_a_request_that_is_refused_and_one_that_is_accepted() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_imza"))
        .args(["sandbox", "--demo", "--listen", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let mut curl = || {
        let line = lines.by_ref().map(Result::unwrap).find(|line| line.starts_with("curl ")).unwrap();
        Command::new("sh").args(["-c", &line]).output().unwrap().stdout
    };
    let answers = [curl(), curl()].map(|answer| String::from_utf8(answer).unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answers[0], "Authorization failed");
    assert_eq!(imza_answer(&answers[1])["message"], "TransactionHash created");
}
