//! Explaining and discovering keep their bounds, whatever is handed in: told by the bytes that were hashed, not by a
//! clock.

use std::fmt::Display;
use std::ops::ControlFlow;

use imza::dlga::{self, Request};
use imza::explain::haso::{Discoverer, Discovery, End, MOST_FIELDS, MOST_FOUND};
use imza::explain::{self, Explanation, MOST_SHOWN, MOST_WORK};
use imza::haso::{self, SET_PRE_DEFINED_LIMIT};

const SIGNATURE: &str = "cV8p++wJGqxyCrQg1y4tUI3QyqugRRJ7GdQ+J4A58lk=";
const SECRET: &str = "not-a-real-secret";

fn headers(date: &str, authorization: &str) -> [(&'static str, String); 3] {
    [
        ("x-dlg-date", date.to_owned()),
        ("x-dlg-requester-userid", "45186".to_owned()),
        ("x-dlg-authorization", authorization.to_owned()),
    ]
}

fn usual_headers() -> [(&'static str, String); 3] {
    headers("Tue, 09 Mar 2021 13:28:32 GMT", &format!("DLGA id-0:{SIGNATURE}"))
}

fn keys(number: usize) -> explain::dlga::Explainer {
    let mut explainer = explain::dlga::Explainer::new();
    for key in 0..number {
        explainer = explainer.key(&format!("id-{key}"), format!("{SECRET}-{key}")).unwrap();
    }
    explainer
}

/// What holds of every explanation: its bounds, that it says what it left out, and that it shows no secret.
fn is_bounded(explanation: &Explanation, secrets: &[impl Display]) {
    assert!(!explanation.is_valid());
    assert!(explanation.work() <= MOST_WORK, "{} bytes", explanation.work());
    let told = explanation.to_string();
    assert_eq!(explanation.was_cut_short(), told.contains("There were more to try"));
    // The string to sign as text and as hex, where every byte of the text may be escaped, and some sentences.
    assert!(told.len() < 11 * MOST_SHOWN, "{} bytes", told.len());
    for secret in secrets {
        let secret = secret.to_string();
        let hex = secret.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        assert!(!told.contains(&secret) && !told.contains(&hex));
    }
}

/// DLGA-10: the bound is one of the whole string to sign, and all keys share it.
#[test]
fn a_resource_of_megabytes_and_twenty_keys() {
    let resource = format!("/{SECRET}-7/{}", "r%20".repeat(1 << 20));
    let explanation = keys(20).explain(&Request::post(&resource).json("{}"), &usual_headers());
    is_bounded(&explanation, &[SECRET]);
    assert!(explanation.was_cut_short() && explanation.tried() >= 40, "{}", explanation.tried());
    assert!(explanation.notes().any(|note| note.starts_with("The resource has more than 65536 bytes")));
}

/// DLGA-7, DLGA-20: as many keys as can be are tried, and the sentence does not say more than is known.
#[test]
fn a_body_of_ten_megabytes_and_a_thousand_keys() {
    let body = format!("{SECRET}-7").repeat(550_000);
    let explanation = keys(1000).explain(&Request::post("/v1/x").json(&body), &usual_headers());
    is_bounded(&explanation, &[format!("{SECRET}-7")]);
    assert!(explanation.was_cut_short());
    assert_eq!(
        explanation.refusal(),
        Some("the signature does not match: another secret, or other bytes than the ones that were signed")
    );

    let add = |held: explain::dlga::Explainer, key| held.key("id-0", format!("{SECRET}-{key}")).unwrap();
    let one_id = (0..100).fold(explain::dlga::Explainer::new(), add);
    let explanation = one_id.explain(&Request::post("/v1/x").json(&body), &usual_headers());
    is_bounded(&explanation, &[format!("{SECRET}-7")]);
    assert_eq!(
        explanation.refusal(),
        Some("the signature matches with none of the keys that could be tried within the bound")
    );
}

/// The same with parts that are long in other places, and with twenty thousand keys.
#[test]
fn long_dates_content_types_and_many_keys() {
    let long = "Tue, 09 Mar 2021 ".repeat(100_000);
    let received = headers(&long, &format!("DLGA {long}:{SIGNATURE}"));
    let explanation = keys(3).explain(&Request::new(&long, "/v1/x").content_type(&long).body(&long), &received);
    is_bounded(&explanation, &[SECRET]);

    let body = format!("{{\"a\":\"{}\"}}", "/ş".repeat(20_000));
    let explanation = keys(20_000).explain(&Request::post("/v1/x").json(&body), &usual_headers());
    is_bounded(&explanation, &[SECRET]);
    assert!(explanation.was_cut_short());
}

/// A secret whose every beginning is its end, within a body of the like.
#[test]
fn a_secret_of_sixty_thousand_equal_bytes() {
    let secret = "a".repeat(60_000);
    let explainer = explain::dlga::Explainer::new().key("id-0", &secret).unwrap();
    let body = "a".repeat(4 << 20);
    let explanation = explainer.explain(&Request::post("/v1/x").json(&body), &usual_headers());
    is_bounded(&explanation, &[&secret]);
    assert!(explanation.signed_text().contains("⏎\n[secret][4128826 bytes][secret]"), "{explanation}");

    let explainer = explain::haso::Explainer::new("1000042", &secret, &secret).unwrap();
    let fields = [("customerId", body.as_str()), ("dealerSegment", "GOLD")];
    let explanation = explainer.explain(&SET_PRE_DEFINED_LIMIT, &fields, SIGNATURE);
    is_bounded(&explanation, &[&secret]);
}

fn merchant() -> explain::haso::Explainer {
    explain::haso::Explainer::new("1000042", SECRET, "not-a-real-salt").unwrap()
}

/// HASO-9: 197 KB of fields, and 4 MB of them, in one form: more than are looked at.
#[test]
fn forms_of_very_many_fields() {
    for number in [20_000, 400_000] {
        let names: Vec<String> = (0..number).map(|n| format!("f{n}")).collect();
        let mut fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        fields.extend([("customerId", SECRET), ("dealerSegment", "GOLD")]);
        let explanation = merchant().explain(&SET_PRE_DEFINED_LIMIT, &fields, SIGNATURE);
        is_bounded(&explanation, &[SECRET, "not-a-real-salt"]);
        assert!(explanation.notes().any(|note| note.starts_with("Of the posted fields, only the first 256")));
        // The recipe's own fields count wherever they stand.
        assert_eq!(explanation.signed_text(), "1000042[key]GOLD[salt]");
    }
}

/// A value of four megabytes; a hundred secrets; a recipe of a thousand terms.
#[test]
fn long_values_many_secrets_and_long_recipes() {
    let long = SECRET.repeat(250_000);
    let add = |held: explain::haso::Explainer, n| held.older_secret(format!("key-{n}"), format!("salt-{n}")).unwrap();
    let explainer = (0..100).fold(merchant(), add);
    let fields = [("customerId", long.as_str()), ("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2")];
    let explanation = explainer.explain(&SET_PRE_DEFINED_LIMIT, &fields, SIGNATURE);
    is_bounded(&explanation, &[SECRET, "not-a-real-salt"]);
    assert!(explanation.was_cut_short());

    let names: Vec<String> = (0..1000).map(|n| format!("f{n}")).collect();
    let recipe = haso::Recipe::parse(&format!("{} + merhant_salt", names.join(" + "))).unwrap();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    is_bounded(&merchant().explain(&recipe, &fields, SIGNATURE), &[SECRET]);
}

/// The mistakes that are made most are found in a long body too.
#[test]
fn common_mistakes_are_found_in_a_body_of_megabytes() {
    let signer = dlga::Signer::new("id-0", SECRET).unwrap();
    let date = dlga::Date::from_unix(1_615_296_512).unwrap();
    let explainer = explain::dlga::Explainer::new().key("id-0", SECRET).unwrap();
    let body = format!("{{\"a\":\"{}\"}}\n", "x".repeat(4 << 20));
    for (signed, mistake) in [
        (Request::post("/v1/x").json(body.trim_end()), "matches when the body has no final newline"),
        (Request::post("/v1/x").json(""), "matches when the body is empty"),
        (Request::post("/v1/x").body(&body), "matches when the content type is empty"),
        (Request::post("/v1/x/").json(&body), "matches when the resource has a slash at the end of its path"),
    ] {
        let headers = signer.sign(&signed, date, "45186").unwrap();
        let explanation = explainer.explain(&Request::post("/v1/x").json(&body), &headers);
        assert!(explanation.work() <= MOST_WORK);
        assert_eq!(explanation.matches().first().map(ToString::to_string).as_deref(), Some(mistake));
    }
}

/// Searches within this bound; gives what was found, and how often the search said how far it is.
fn discovered(discoverer: Discoverer, most_tries: u64) -> (Discovery, u64) {
    let mut calls = 0;
    let discovery = discoverer.most_tries(most_tries).run(|_progress| {
        calls += 1;
        ControlFlow::Continue(())
    });
    assert!(discovery.work() <= most_tries * 256 && discovery.tried() <= most_tries, "{} bytes", discovery.work());
    (discovery, calls)
}

fn discoverer() -> Discoverer {
    Discoverer::new("1000042", SECRET, "not-a-real-salt").unwrap()
}

fn token(recipe: &str, fields: &[(&str, &str)]) -> String {
    let recipe = haso::Recipe::parse(recipe).unwrap().without_field_checks().ignoring_other_fields();
    haso::Merchant::new("1000042", SECRET, "not-a-real-salt").unwrap().token(&recipe, fields).unwrap()
}

/// HASO-8: eight dates of one value, each in two forms: ten million recipes give this token.
#[test]
fn eight_dates_that_cannot_be_told_apart() {
    let names: Vec<String> = (0..8).map(|n| format!("date{n}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "2026-11-22")).collect();
    let token = token(&format!("merchantId + {} + merhant_salt", names.join(" + ")), &fields);
    let (discovery, _) = discovered(discoverer().sample(&fields, &token).unwrap(), 20_000);
    assert_eq!(discovery.end(), End::Bound);
    let (discovery, _) = discovered(discoverer().sample(&fields, &token).unwrap(), 300_000);
    assert_eq!((discovery.end(), discovery.found().len()), (End::Bound, MOST_FOUND));
    assert!(discovery.notes().any(|note| note.starts_with("The search ended with 1000 recipes")));

    // The recipes are judged with a second request, which tells them apart, and that is work too.
    let others: Vec<String> = (0..8).map(|n| format!("2026-11-{}", 10 + n)).collect();
    let others: Vec<(&str, &str)> =
        names.iter().zip(&others).map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let two = discoverer().sample(&fields, &token).unwrap().sample(&others, SIGNATURE).unwrap();
    let (discovery, calls) = discovered(two, 300_000);
    assert_eq!((discovery.end(), discovery.found().len()), (End::Bound, 0));
    assert!(calls >= 4, "{calls}");
}

/// A request of very many fields ends at once, with a sentence.
#[test]
fn samples_of_very_many_fields() {
    for number in [1_000, 30_000] {
        let names: Vec<String> = (0..number).map(|n| format!("f{n}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        let few = [("a", "1"), ("b", "2")];
        for samples in [vec![&many[..]], vec![&few[..], &many[..]]] {
            let add = |some: Discoverer, fields: &&[(&str, &str)]| some.sample(fields, SIGNATURE).unwrap();
            let (discovery, _) = discovered(samples.iter().fold(discoverer(), add), 10_000_000);
            assert_eq!((discovery.end(), discovery.tried()), (End::Bound, 0));
            let note = format!("A request has {number} fields; nothing is searched where there are more than 256.");
            assert_eq!(discovery.notes().collect::<Vec<_>>(), [note]);
        }
    }
    // As many as are searched, in two requests that have nothing in common.
    let names: Vec<String> = (0..2 * MOST_FIELDS).map(|n| format!("f{n}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let (first, second) = fields.split_at(MOST_FIELDS);
    let one = token("merchantId + f1 + merhant_salt", first);
    let two = discoverer().sample(first, &one).unwrap().sample(second, SIGNATURE).unwrap();
    let (discovery, _) = discovered(two, 20_000);
    assert_eq!((discovery.end(), discovery.found().len()), (End::Bound, 0));
    assert_eq!(discovery.notes().count(), 2);
}

/// Long values make tries dearer, and the search says how far it is all the same.
#[test]
fn values_of_megabytes() {
    let long = "x".repeat(1 << 20);
    let names: Vec<String> = (0..8).map(|n| format!("f{n}")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), long.as_str())).collect();
    let (discovery, calls) = discovered(discoverer().sample(&fields, SIGNATURE).unwrap(), 1_000_000);
    assert_eq!(discovery.end(), End::Bound);
    assert!((10..20).contains(&calls), "{calls}");
}

/// HASO-3: a secret in the place of a field's name is neither tried as one nor shown.
#[test]
fn a_secret_in_a_name_is_not_shown_by_a_search() {
    let discoverer = Discoverer::new("1000042", "secretKeyNotReal", "saltNotReal").unwrap();
    let fields = [("secretKeyNotReal", "1"), ("a[saltNotReal]\u{202e}", "2"), ("b", "")];
    let discovery = discoverer.sample(&fields, SIGNATURE).unwrap().run(|_| ControlFlow::Continue(()));
    assert_eq!(
        discovery.notes().collect::<Vec<_>>(),
        [
            "The field `[key]` was not tried: no recipe can name it.",
            r"The field `a[[salt]]\u{202e}` was not tried: no recipe can name it.",
            "b is empty, so it adds nothing: its place, if it has one, cannot be told.",
        ]
    );
    let twice =
        Discoverer::new("1", "secretKeyNotReal", "s").unwrap().sample(&[("secretKeyNotReal", "1"); 2], SIGNATURE);
    assert!(!twice.unwrap_err().to_string().contains("secretKey"));
}
