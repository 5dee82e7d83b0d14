//! `imza dlga explain`, `imza haso explain` and `imza haso discover`.

use crate::desk::{Desk, Ended, MERCHANT_KEY, MERCHANT_SALT, SECRET, words};

const SIGNATURE: &str = "DLGA my-key:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=";
const TOKEN: &str = "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=";

/// The words of a DLGA request with this authorization header and body.
fn dlga(desk: &Desk, command: &str, authorization: &str, body: &str, more: &str) -> Ended {
    desk.file("body", body);
    let line = format!("dlga {command} --method POST --resource /v1/application/finishonlinehelp --body body {more}");
    let headers = [
        "Content-Type: application/json",
        "x-dlg-date: Tue, 09 Mar 2021 13:28:32 GMT",
        "x-dlg-requester-userid: 45186",
        &format!("x-dlg-authorization: {authorization}"),
    ]
    .map(|header| format!("--header={header}"));
    desk.imza(words(&line).into_iter().chain(headers))
}

const OWN_KEY: &str = "--key-id my-key --secret-file secret";

/// It ended with 1, and said all on standard output.
#[track_caller]
fn not_valid(ended: Ended) -> String {
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(1), ""), "{}", ended.text());
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn a_valid_request_ends_with_0() {
    let ended = dlga(&Desk::new(), "explain", SIGNATURE, "{\"customerId\":\"123456\"}", OWN_KEY);
    assert_eq!(ended.done_text(), "Valid: the signature matches, and nothing else is wrong.\n");
}

#[test]
fn a_refused_request_is_told_every_reading_that_matches() {
    let told = not_valid(dlga(&Desk::new(), "explain", SIGNATURE, "{\"customerId\":\"123456\"}\n", OWN_KEY));
    assert!(told.starts_with("Refused: the signature does not match"), "{told}");
    for reading in ["the body has no final newline", "the body has no spaces around it", "the body line is `never`"] {
        assert!(told.contains(&format!("The signature matches when {reading}.\n")), "{told}");
    }
    assert!(!told.contains("in hex"), "{told}");
}

#[test]
fn what_differs_is_shown_side_by_side_and_what_to_do_comes_last() {
    let told = not_valid(dlga(&Desk::new(), "explain", SIGNATURE, "{\"customerId\":\"123456\"}\n", OWN_KEY));
    let beneath = "matches when the body has no final newline.\n    the body differs from its byte 23 on\n    as received  \
                   {\"customerId\":\"123456\"}⏎\n    as signed    {\"customerId\":\"123456\"}\n                                        ^\n";
    assert!(told.contains(beneath), "{told}");
    assert!(told.ends_with("What to do: send the body without its final newline, or sign it with it.\n"), "{told}");
}

#[test]
fn an_explanation_for_programs_is_one_json_object() {
    let body = "{\"customerId\":\"123456\"}\n";
    let told = not_valid(dlga(&Desk::new(), "explain", SIGNATURE, body, &format!("{OWN_KEY} --format json")));
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["valid"], false);
    assert!(told["refusal"].as_str().unwrap().starts_with("the signature does not match"), "{told}");
    let first = &told["matches"][0];
    assert_eq!(first["changes"], serde_json::json!(["the body has no final newline"]));
    assert_eq!(first["key"], 0);
    let difference = &first["differences"][0];
    assert_eq!((difference["part"].as_str(), difference["offset"].as_u64()), (Some("body"), Some(23)));
    assert_eq!(difference["received"], "{\"customerId\":\"123456\"}⏎");
    assert_eq!(difference["signed"], "{\"customerId\":\"123456\"}");
    assert_eq!(first["advice"], serde_json::json!(["send the body without its final newline, or sign it with it"]));
    let valid = dlga(&Desk::new(), "explain", SIGNATURE, body.trim_end(), &format!("{OWN_KEY} --format json"));
    let valid: serde_json::Value = serde_json::from_str(&valid.done_text()).unwrap();
    assert_eq!((&valid["valid"], &valid["refusal"]), (&true.into(), &serde_json::Value::Null));
}

#[test]
fn where_nothing_matches_the_string_to_sign_is_shown_and_no_secret() {
    let other = "DLGA my-key:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let told = not_valid(dlga(&Desk::new(), "explain", other, &format!("{{\"leak\":\"{SECRET}\"}}"), OWN_KEY));
    assert!(told.contains("No reading matches. Tried: "), "{told}");
    assert!(told.contains("Tue, 09 Mar 2021 13:28:32 GMT⏎\n{\"leak\":\"[secret]\"}⏎\n/v1/application/"), "{told}");
    assert!(told.contains("\n504f53540a6170706c69636174696f6e2f6a736f6e0a"), "{told}");
    assert!(!told.contains(SECRET), "{told}");
}

#[test]
fn the_clock_is_judged_where_now_is_given() {
    let explain = |more: &str| {
        let body = "{\"customerId\":\"123456\"}";
        dlga(&Desk::new(), "explain", SIGNATURE, body, &format!("{OWN_KEY} {more}"))
    };
    let late = "--now 2021-03-09T13:44:33Z";
    assert!(not_valid(explain(late)).contains("961 seconds behind the clock"));
    assert!(not_valid(explain(late)).contains("The signature matches as it stands.\n"));
    explain(&format!("{late} --past 961")).done();
    explain(&format!("{late} --ignore-clock")).done();
}

#[test]
fn a_keys_file_is_tried_key_by_key() {
    let desk = Desk::new();
    desk.file(
        "keys.toml",
        "[[dlga]]\naccess_key_id = \"my-key\"\nsecret = \"older\"\n\
         [[dlga]]\naccess_key_id = \"my-key\"\nsecret_file = \"secret\"\n\
         [[haso]]\nmerchant_id = \"1000042\"\nkey = \"older\"\nsalt = \"older\"\n\
         [[haso]]\nmerchant_id = \"1000042\"\nkey_file = \"key\"\nsalt_file = \"salt\"\n",
    );
    let told = not_valid(dlga(&desk, "explain", SIGNATURE, "{\"customerId\":\"123456\"}\n", "--keys keys.toml"));
    assert!(told.contains("The signature matches when the body has no final newline, with key 1.\n"), "{told}");

    let line = format!("haso explain --merchant-id 1000042 --keys keys.toml --recipe SetPreDefinedLimit {FIELDS}");
    let told = not_valid(desk.imza(words(&format!("{line} --token {}", TOKEN.trim_end_matches('=')))));
    assert!(told.contains("The token matches when the token is read without padding, with key 1.\n"), "{told}");
    let refused = desk.imza(words(&format!("{line} --token {TOKEN}").replace("1000042", "1"))).refused();
    assert!(refused.contains("the keys file has no merchant \"1\""), "{refused}");
}

const FIELDS: &str = "--field customerId=5500123 --field dealerSegment=GOLD --field ipAddress=85.105.1.2";

fn haso(command: &str, more: &str) -> Ended {
    Desk::new().imza(words(&format!("haso {command} --merchant-id 1000042 {more}")))
}

#[test]
fn a_refused_token_is_told_every_reading_that_matches() {
    let explain = |more: &str| haso("explain", &format!("--recipe SetPreDefinedLimit {FIELDS} {more}"));
    let right = format!("--key-file key --salt-file salt --token {TOKEN}");
    assert_eq!(explain(&right).done_text(), "Valid: the token matches, and nothing else is wrong.\n");

    let exchanged = not_valid(explain(&format!("--key-file salt --salt-file key --token {TOKEN}")));
    assert!(exchanged.contains("The token matches when key and salt change places.\n"), "{exchanged}");
}

/// HASO-3: the salt is shown only where that is asked for.
#[test]
fn the_salt_is_shown_only_where_that_is_asked_for() {
    let other = "--token AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= --key-file key --salt-file salt";
    let explain =
        |more: &str| not_valid(haso("explain", &format!("--recipe SetPreDefinedLimit {FIELDS} {other} {more}")));
    let told = explain("");
    assert!(told.contains("\n10000425500123GOLD85.105.1.2[salt]\n"), "{told}");
    assert!(!told.contains(MERCHANT_SALT) && !told.contains(MERCHANT_KEY), "{told}");
    let told = explain("--reveal-salt");
    assert!(told.contains(&format!("\n10000425500123GOLD85.105.1.2{MERCHANT_SALT}\n")), "{told}");
    assert!(!told.contains(MERCHANT_KEY), "{told}");
}

const BOTH: &str = "--key-file key --salt-file salt";

#[test]
fn the_recipe_of_a_good_request_is_discovered() {
    let found = haso("discover", &format!("{BOTH} {FIELDS} --field limitReductionFlag=true --token {TOKEN}"));
    assert_eq!(found.done_text(), "merchantId + customerId + dealerSegment + ipAddress + merhant_salt\n");
}

/// HASO-4: under the other key reading, the line says so.
#[test]
fn the_other_key_reading_stands_behind_the_recipe() {
    let made = format!("--recipe SetPreDefinedLimit {FIELDS} --salt-file salt --hmac-key merchant-salt");
    let token = haso("token", &made).done_text();
    let line = "merchantId + customerId + dealerSegment + ipAddress + merhant_salt # hmac_key = merchant-salt\n";
    for secrets in [BOTH, "--salt-file salt", "--salt-file salt --hmac-key merchant-salt"] {
        assert_eq!(haso("discover", &format!("{secrets} {FIELDS} --token {token}")).done_text(), line);
    }
}

#[test]
fn a_second_sample_narrows_several_recipes_to_one() {
    let desk = Desk::new();
    let haso = |line: &str| desk.imza(words(&format!("haso {line} --merchant-id 1000042 {BOTH}")));
    let token = |fields: &str| haso(&format!("token --recipe merchantId+b+a+merhant_salt {fields}")).done_text();
    let same = "--field a=7 --field b=7";
    let found = haso(&format!("discover {same} --token {}", token(same)));
    assert_eq!(found.code, Some(0));
    assert_eq!(found.text(), "merchantId + a + b + merhant_salt\nmerchantId + b + a + merhant_salt\n");
    assert!(found.stderr.contains("a and b have the same value"), "{}", found.stderr);

    let other = token("--field a=8 --field b=9");
    desk.file(
        "sample.json",
        format!(r#"{{"merchantId": "1000042", "a": 8, "b": "9", "requestToken": "{}"}}"#, other.trim()),
    );
    let found = haso(&format!("discover {same} --token {} --sample sample.json", token(same)));
    assert_eq!(found.done_text(), "merchantId + b + a + merhant_salt\n");
}

#[test]
fn what_cannot_be_discovered_ends_with_1_and_bad_arguments_with_2() {
    let discover = |more: &str| haso("discover", &format!("{BOTH} {more}"));
    let none = discover(&format!("--field a=1 --token {TOKEN}")).refused();
    assert_eq!(none, "imza: no recipe gives this token: all 24 messages were tried");
    let bounded = discover(&format!("--field a=1 --token {TOKEN} --most-tries 5")).refused();
    assert!(bounded.contains("5 messages of 20 were tried"), "{bounded}");
    let many = (0..30).map(|at| format!("--field f{at}={at}")).collect::<Vec<_>>().join(" ");
    let bounded = discover(&format!("{many} --token {TOKEN} --most-tries 5")).refused();
    assert!(bounded.contains("5 messages of more than can be counted were tried"), "{bounded}");

    assert!(discover("--field a=1 --token abc").failed().contains("the token is malformed"));
    assert!(
        discover(&format!("--field a=1 --field a=2 --token {TOKEN}")).failed().contains("the field a is given twice")
    );
    let sample = format!("--field a=1 --token {TOKEN} --sample");
    assert!(discover(&format!("{sample} gone.json")).failed().contains("the sample gone.json: "));
    assert!(discover(&format!("{sample} key")).failed().contains("the sample key: not a JSON object of fields"));
    assert_eq!(discover("--field a=1").code, Some(2));
    assert_eq!(haso("explain", "--recipe SetPreDefinedLimit --token x").code, Some(2));
}
