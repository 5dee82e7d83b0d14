//! `imza haso`: the golden corpus, recipes and fields, and bad input.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::desk::{Desk, Ended, words};

const TOKEN: &str = "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=";

#[derive(Deserialize)]
struct Corpus {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    endpoint: String,
    merchant_id: String,
    merchant_key: String,
    merchant_salt: String,
    hmac_key: String,
    fields: BTreeMap<String, String>,
    message: String,
    token: String,
}

/// HASO-1 to HASO-8, stage by stage, as an independent implementation has them.
#[test]
fn every_case_of_the_corpus_is_shown_made_and_verified() {
    let desk = Desk::new();
    for case in serde_json::from_str::<Corpus>(include_str!("../../../tests/vectors/haso.json")).unwrap().cases {
        desk.file("case-key", &case.merchant_key);
        desk.file("case-salt", &case.merchant_salt);
        let key = if case.hmac_key == "merchant-salt" { "--hmac-key merchant-salt" } else { "--key-file case-key" };
        let own = format!("--recipe {} --merchant-id {} --salt-file case-salt {key}", case.endpoint, case.merchant_id);
        let fields = case.fields.iter().map(|(name, value)| format!("--field={name}={value}"));
        let options: Vec<_> = words(&own).into_iter().chain(fields).collect();
        let haso = |line: &str| desk.imza(words(&format!("haso {line}")).into_iter().chain(options.iter().cloned()));

        assert_eq!(haso("message --reveal-salt").done_text(), case.message, "{}", case.name);
        let hidden = case.message.replace(&case.merchant_salt, "[salt]") + "\n";
        assert_eq!(haso("message").done_text(), hidden, "{}", case.name);
        assert_eq!(haso("token").done_text(), format!("{}\n", case.token), "{}", case.name);
        let accepted = haso(&format!("verify --token {}", case.token)).done_text();
        assert!(accepted.starts_with("accepted: "), "{}: {accepted}", case.name);
        let other = haso("verify --token AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").refused();
        assert!(other.contains("the token does not match"), "{}: {other}", case.name);
    }
}

fn haso(command: &str, recipe: &str, more: &[&str]) -> Ended {
    let line = format!("haso {command} --merchant-id 1000042 --key-file key --salt-file salt");
    let line = words(&line);
    Desk::new().imza(line.iter().map(String::as_str).chain(["--recipe", recipe]).chain(more.iter().copied()))
}

const SEED: [&str; 6] =
    ["--field", "customerId=5500123", "--field", "dealerSegment=GOLD", "--field", "ipAddress=85.105.1.2"];

/// HASO-2: a name, a path and the very line of the vendor's page mean the same recipe.
#[test]
fn a_recipe_is_named_or_written_down() {
    for recipe in [
        "SetPreDefinedLimit",
        "/RequestV2/SetPreDefinedLimit",
        "merchantId + customerId+ dealerSegment+ ipAddress + merhant_salt",
        "merchantId+customerId+dealerSegment+ipAddress+merchantSalt",
    ] {
        assert_eq!(haso("token", recipe, &SEED).done_text(), format!("{TOKEN}\n"), "{recipe}");
    }
    assert_eq!(haso("message", "merhant_salt", &[]).done_text(), "[salt]\n");
    assert_eq!(haso("message", "a + merhant_salt + b?", &["--field", "a=x=y"]).done_text(), "x=y[salt]\n");
    for (recipe, reason) in [
        ("SetPreDefinedLimti", "no recipe is known for \"SetPreDefinedLimti\"; did you mean SetPreDefinedLimit?"),
        ("/RequestV2/setpaidpayment", "did you mean SetPaidPayment"),
        ("CreateTransaction", "`imza haso recipes` lists"),
        ("merchantId + + merhant_salt", "the recipe is invalid at byte 13: a name belongs here"),
        ("merchantId + a", "the salt is missing"),
        ("a + a + merhant_salt", "a second time"),
        ("", "no recipe is known"),
    ] {
        let sentence = haso("token", recipe, &SEED).failed();
        assert!(sentence.contains(reason), "{recipe}: {sentence}");
    }
}

/// HASO-9: a fault of the fields is an error in making a token, and a refusal in verifying one.
#[test]
fn a_fault_of_the_fields_names_the_field() {
    let token = ["--token", TOKEN];
    for (fields, reason) in [
        (vec!["customerId=1"], "the required field dealerSegment is absent or empty"),
        (vec!["customerId=1", "dealerSegment="], "the required field dealerSegment is absent or empty"),
        (vec!["customerId=1", "dealerSegment=G", "ipAdress=1.2.3.4"], "has no field `ipAdress`"),
        (vec!["customerId=1", "dealerSegment=G", "customerId=1"], "the field customerId is given twice"),
        (vec!["customerId=1", "dealerSegment=GOLDGOLDGOLD"], "the field dealerSegment has 12 characters; at most 10"),
        (vec!["customerId=1", "dealerSegment=G", "ipAddress=here"], "the field ipAddress is not an IPv4 or IPv6"),
        (vec!["customerId=1", "dealerSegment=G", "merchantId=7"], "the field merchantId is not the merchant id"),
    ] {
        let fields: Vec<_> = fields.iter().flat_map(|field| ["--field", field]).collect();
        for sentence in [
            haso("token", "SetPreDefinedLimit", &fields).failed(),
            haso("message", "SetPreDefinedLimit", &fields).failed(),
            haso("verify", "SetPreDefinedLimit", &[&fields[..], &token].concat()).refused(),
        ] {
            assert!(sentence.contains(reason), "{fields:?}: {sentence}");
        }
    }
    for field in ["customerId", "=1", ""] {
        assert!(haso("token", "SetPreDefinedLimit", &["--field", field]).misused().contains("a field reads"));
    }
}

/// HASO-7, HASO-8, HASO-9, HASO-10: what can be switched off by name, and what cannot.
#[test]
fn the_field_checks_are_switched_off_by_name() {
    let load = ["--field", "customerId=1", "--field", "balanceAmount=500,00"];
    assert!(haso("message", "LoadCustomerBalance", &load).failed().contains("balanceAmount is not an amount"));
    let unchecked = haso("message", "LoadCustomerBalance", &[&load[..], &["--no-field-checks"]].concat());
    assert_eq!(unchecked.done_text(), "10000421500,00[salt]\n");

    let other = ["--field", "a=1", "--field", "b=2"];
    assert!(haso("message", "a + merhant_salt", &other).failed().contains("has no field `b`"));
    let ignored = haso("message", "a + merhant_salt", &[&other[..], &["--ignore-other-fields"]].concat());
    assert_eq!(ignored.done_text(), "1[salt]\n");

    let date = r#"d.ToString("yyyy-MM-dd") + merhant_salt"#;
    assert_eq!(haso("message", date, &["--field", "d=2026-11-22T10:15:00"]).done_text(), "2026-11-22[salt]\n");
    let no_date = haso("message", date, &["--field", "d=2026-02-30", "--no-field-checks"]);
    assert!(no_date.failed().contains("the field d does not begin with a date that exists"));
}

/// HASO-11.
#[test]
fn a_malformed_token_is_refused_with_its_reason() {
    let hex = "3ed9f838aaa5360a84e8a35bc4fa18ad2615c101fa83e3d465e87263117c4806";
    for (token, reason) in [
        (hex, "it is hex (32 bytes)"),
        ("Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g-PUZehyYxF8SAY=", "base64's URL alphabet (`-` or `_` at byte 29)"),
        ("-tn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=", "base64's URL alphabet (`-` or `_` at byte 0)"),
        ("Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY", "its padding is missing"),
        ("Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAZ=", "stray bits"),
        ("", "it is empty"),
    ] {
        let sentence = haso("verify", "SetPreDefinedLimit", &[&SEED[..], &["--token", token]].concat()).refused();
        assert!(sentence.contains("the token is malformed: ") && sentence.contains(reason), "{token}: {sentence}");
    }
    haso("verify", "SetPreDefinedLimit", &SEED).misused();
}

/// HASO-4: with the salt as the key, a merchant key is neither needed nor silently left out.
#[test]
fn the_salt_can_key_the_hmac() {
    let desk = Desk::new();
    let token = |more: &str| {
        let line = format!("haso token --merchant-id 1000042 --recipe SetPreDefinedLimit {more}");
        desk.imza(words(&line).iter().map(String::as_str).chain(SEED))
    };
    let salt_keyed = token("--hmac-key merchant-salt --salt-file salt").done_text();
    assert_eq!(salt_keyed, "c/NgqlFElaOkCfnguyLTiVqRV3b49khuonnWfDnIMho=\n");
    let both = token("--hmac-key merchant-salt --salt-file salt --key-file key");
    assert_eq!((both.code, both.text()), (Some(0), salt_keyed));
    assert!(both.stderr.starts_with("imza: warning: ") && both.stderr.contains("the merchant key is not used"));
    assert_eq!(token("--hmac-key merchant-key --salt-file salt --key-file key").done_text(), format!("{TOKEN}\n"));
    assert!(token("--salt-file salt").failed().contains("give --key-file or --key-env"));
    token("--key-file key").misused();
    token("--hmac-key other --salt-file salt").misused();
}

/// HASO-10, HASO-11: a keys file with an older secret and a recipe of its own.
#[test]
fn a_keys_file_has_merchants_and_recipes() {
    let desk = Desk::new();
    desk.file(
        "keys.toml",
        "[[haso]]\nmerchant_id = \"7\"\nkey = \"k\"\nsalt = \"s\"\n\
         [[haso]]\nmerchant_id = \"1000042\"\nkey = \"newer\"\nsalt = \"s\"\n\
         [[haso]]\nmerchant_id = \"1000042\"\nkey_file = \"key\"\nsalt_file = \"salt\"\n\
         [[recipe]]\nendpoint = \"/RequestV2/Mine\"\nmessage = \"merchantId + customerId + dealerSegment + ipAddress + merhant_salt\"\n",
    );
    let verify = |line: &str| {
        let line = words(&format!("haso verify --token {TOKEN} {line}"));
        desk.imza(line.iter().map(String::as_str).chain(SEED))
    };
    for recipe in ["SetPreDefinedLimit", "/RequestV2/Mine", "Mine"] {
        let accepted = verify(&format!("--keys keys.toml --merchant-id 1000042 --recipe {recipe}")).done_text();
        assert!(accepted.contains("with key 2 (merchant 1000042)"), "{accepted}");
    }
    let unknown = verify("--keys keys.toml --merchant-id 8 --recipe SetPreDefinedLimit").refused();
    assert!(unknown.contains("the keys file has no merchant \"8\""), "{unknown}");
    assert!(verify("--keys keys.toml --merchant-id 7 --recipe Other").failed().contains("no recipe is known"));
    for more in ["--key-file key", "--salt-file salt", "--hmac-key merchant-salt", "--key-env KEY"] {
        verify(&format!("--keys keys.toml --merchant-id 7 --recipe Mine {more}")).misused();
    }
    verify("--merchant-id 7 --recipe SetPreDefinedLimit").misused();
}

/// HASO-12, and the table of the vendor's methods.
#[test]
fn the_recipes_are_listed_and_one_is_shown_in_full() {
    let desk = Desk::new();
    let list = desk.imza(["haso", "recipes"]).done_text();
    assert_eq!(list.lines().count(), 11);
    let seed = "5.2.5\t/RequestV2/SetPreDefinedLimit\t\
                merchantId + customerId + dealerSegment + ipAddress + merhant_salt\tlimitReductionFlag";
    assert!(list.lines().any(|line| line == seed), "{list}");
    let full = desk.imza(["haso", "recipes", "GetCustomerPayments"]).done_text();
    for line in [
        "/Index/GetCustomerPayments (section 5.10, in-store edition only)",
        "merchantId + customerId + ipAddress + merhant_salt",
        "  customerId: required, at most 10 characters",
        "  ipAddress: optional, an IPv4 or IPv6 address",
        "  - GetCustomerTransactions has the same recipe: its tokens are valid here too",
        "  - pageSize is not protected by the token",
    ] {
        assert!(full.lines().any(|shown| shown == line), "{line} is missing in {full}");
    }
    assert!(
        desk.imza(["haso", "recipes", "GetCustomerPayment"]).failed().contains("did you mean GetCustomerPayments?")
    );
}
