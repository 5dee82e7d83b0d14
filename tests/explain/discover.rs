//! `explain::haso::Discoverer`: a request that is known to be good gives its recipe (HASO-2 to HASO-4, HASO-8).

#![allow(clippy::format_collect)]

use std::ops::ControlFlow;

use imza::explain::haso::{Discoverer, Discovery, End, MOST_TRIES};
use imza::haso::{Error, HmacKey, METHODS, Merchant, Recipe};
use proptest::prelude::*;

const ID: &str = "1000042";
const KEY: &str = "merchant-key-not-real";
const SALT: &str = "merchant-salt-not-real";

fn merchant() -> Merchant {
    Merchant::new(ID, KEY, SALT).unwrap()
}

fn discoverer() -> Discoverer {
    Discoverer::new(ID, KEY, SALT).unwrap()
}

/// Adds a request whose token was made by this recipe.
fn with_sample(discoverer: Discoverer, merchant: &Merchant, recipe: &str, fields: &[(&str, &str)]) -> Discoverer {
    let recipe = Recipe::parse(recipe).unwrap().without_field_checks().ignoring_other_fields();
    let token = merchant.token(&recipe, fields).unwrap();
    discoverer.sample(fields, token).unwrap()
}

fn run(discoverer: &Discoverer) -> Discovery {
    discoverer.run(|_progress| ControlFlow::Continue(()))
}

fn lines(discovery: &Discovery) -> Vec<String> {
    discovery.found().iter().map(ToString::to_string).collect()
}

/// What is found for a request with these fields, whose token was made by this recipe.
fn found(recipe: &str, fields: &[(&str, &str)]) -> Vec<String> {
    lines(&run(&with_sample(discoverer(), &merchant(), recipe, fields)))
}

/// A value for every field that the vendor's table names, in its shape, and each another one.
fn value(name: &str) -> String {
    match name {
        "ipAddress" => "85.105.1.2".to_owned(),
        "paymentDate" => "2026-11-22T10:15:00".to_owned(),
        amount if amount.ends_with("Amount") => format!("{}00", amount.len()),
        other => format!("{}{}", other.len(), other.to_uppercase()),
    }
}

/// HASO-2: whatever else is posted, the recipe of each documented method is found.
#[test]
fn every_documented_recipe_is_found() {
    for method in METHODS {
        let names =
            method.fields().map(imza::haso::Field::name).chain(method.other_parameters().iter().copied().take(2));
        let mut fields: Vec<(String, String)> = names.map(|name| (name.to_owned(), value(name))).collect();
        fields.sort();
        let recipe = (*method).clone().without_field_checks();
        let token = merchant().token(&recipe, &fields).unwrap();
        fields.extend([("merchantId".to_owned(), ID.to_owned()), ("requestToken".to_owned(), token.clone())]);
        let discovery = run(&discoverer().sample(&fields, &token).unwrap());
        // One request cannot tell which fields are optional.
        assert_eq!(lines(&discovery), [method.to_string().replace('?', "")]);
        assert_eq!((discovery.end(), discovery.tried()), (End::Complete, discovery.planned()));
    }
}

/// HASO-3, HASO-4: the salt in front, merchantId elsewhere or nowhere, the other key reading.
#[test]
fn recipes_unlike_the_printed_ones_are_found() {
    let fields = [("orderNo", "77"), ("note", "hello"), ("shop", "S1")];
    for recipe in [
        "merhant_salt + merchantId + shop + orderNo",
        "shop + merchantId + note + merhant_salt",
        "note + orderNo + merhant_salt",
        "merhant_salt + orderNo + merchantId",
        "merchantId + merhant_salt",
    ] {
        assert_eq!(found(recipe, &fields), [recipe]);
    }
    let salt_keyed = Merchant::salt_keyed(ID, SALT).unwrap();
    let recipe = "merchantId + note + merhant_salt";
    let discovery = run(&with_sample(discoverer(), &salt_keyed, recipe, &fields));
    assert_eq!(lines(&discovery), ["merchantId + note + merhant_salt # hmac_key = merchant-salt"]);
    assert_eq!(discovery.found()[0].hmac_key(), HmacKey::MerchantSalt);

    let only_salt = Discoverer::salt_keyed(ID, SALT).unwrap();
    let discovery = run(&with_sample(only_salt, &salt_keyed, recipe, &fields));
    assert_eq!(lines(&discovery), ["merchantId + note + merhant_salt # hmac_key = merchant-salt"]);
}

/// HASO-3: where the salt is at neither end, it is found between the fields, as the one callback that is known has it.
#[test]
fn a_salt_between_the_fields_is_found() {
    let fields = [("orderNo", "77"), ("status", "success"), ("amount", "1050")];
    for recipe in [
        "merchantId + merhant_salt + orderNo",
        "merchantId + orderNo + merhant_salt + status + amount",
        "merchantId + amount + status + merhant_salt + orderNo",
        "orderNo + merhant_salt + status + amount",
        "status + merhant_salt + merchantId",
        "amount + merchantId + merhant_salt + orderNo + status",
    ] {
        let searched = with_sample(discoverer(), &merchant(), recipe, &fields);
        let discovery = run(&searched);
        assert_eq!((lines(&discovery), discovery.end()), (vec![recipe.to_owned()], End::Complete));
        // The sizes n of four items, in every order, with the salt at n + 1 places (of none, at both ends of nothing).
        assert_eq!((discovery.tried(), discovery.planned()), (2 * (2 + 4 * 2 + 12 * 3 + 24 * 4 + 24 * 5), 524));
        assert_eq!(searched.planned(), 2 * 2 * (1 + 4 + 12 + 24 + 24));
    }
    // Nothing more is tried where a recipe is found before.
    let at_the_end = with_sample(discoverer(), &merchant(), "merchantId + orderNo + merhant_salt", &fields);
    assert_eq!(run(&at_the_end).tried(), at_the_end.planned());

    // A date in both forms, and a field that only another request has, before and behind the salt.
    let with_date = [("orderNo", "77"), ("paymentDate", "2026-11-22T10:15:00")];
    let recipe = "merchantId + paymentDate.ToString(\"yyyy-MM-dd\") + merhant_salt + orderNo";
    assert_eq!(found(recipe, &with_date), [recipe]);
    for recipe in ["orderNo + merhant_salt + note? + status", "note? + orderNo + merhant_salt + status"] {
        let one = with_sample(discoverer(), &merchant(), recipe, &fields);
        let two = with_sample(one, &merchant(), recipe, &[("orderNo", "8"), ("note", "n"), ("status", "failed")]);
        assert_eq!(lines(&run(&two)), [recipe]);
    }
    // Within the bound.
    let searched = with_sample(discoverer(), &merchant(), "orderNo + merhant_salt + status", &fields);
    let bounded = run(&searched.most_tries(300));
    assert_eq!((bounded.end(), bounded.tried(), bounded.found().len()), (End::Bound, 300, 0));
}

/// HASO-8: a date enters as posted, or without its time; a bare date does not tell which.
#[test]
fn dates_are_tried_in_both_forms() {
    let late = [("paymentDate", "2026-11-22T10:15:00"), ("code", "7")];
    let as_date = "merchantId + paymentDate.ToString(\"yyyy-MM-dd\") + code + merhant_salt";
    let as_posted = "merchantId + paymentDate + code + merhant_salt";
    assert_eq!(found(as_date, &late), [as_date]);
    assert_eq!(found(as_posted, &late), [as_posted]);

    let bare = [("paymentDate", "2026-11-22"), ("code", "7")];
    assert_eq!(found(as_date, &bare), [as_posted, as_date]);
    let one = with_sample(discoverer(), &merchant(), as_date, &bare);
    let narrowed = with_sample(one, &merchant(), as_date, &[("paymentDate", "2026-11-23T08:00:00"), ("code", "8")]);
    assert_eq!(lines(&run(&narrowed)), [as_date]);
}

/// Two fields of one value cannot be told apart; a second request can.
#[test]
fn a_second_request_narrows_several_recipes_to_one() {
    let recipe = "merchantId + second + first + merhant_salt";
    let one = with_sample(discoverer(), &merchant(), recipe, &[("first", "7"), ("second", "7")]);
    let discovery = run(&one);
    assert_eq!(lines(&discovery), ["merchantId + first + second + merhant_salt", recipe]);
    assert_eq!(
        discovery.notes().collect::<Vec<_>>(),
        [
            "first and second have the same value, so they cannot be told apart: another request, with other values, can."
        ]
    );
    let both = with_sample(one, &merchant(), recipe, &[("first", "8"), ("second", "9")]);
    let discovery = run(&both);
    assert_eq!((lines(&discovery), discovery.notes().count()), (vec![recipe.to_owned()], 0));
}

/// HASO-6: a field that only one of the requests has is optional, whichever comes first.
#[test]
fn a_field_that_is_sometimes_absent_is_optional() {
    let recipe = "merchantId + a + b? + ipAddress + c? + merhant_salt";
    let (long, short): (&[_], &[_]) = (
        &[("a", "1"), ("b", "22"), ("ipAddress", "85.105.1.2"), ("c", "333")],
        &[("a", "4"), ("b", ""), ("ipAddress", "85.105.1.3")],
    );
    for (first, second) in [(long, short), (short, long)] {
        let both = with_sample(with_sample(discoverer(), &merchant(), recipe, first), &merchant(), recipe, second);
        assert_eq!(lines(&run(&both)), [recipe]);
    }
    // Neither has all fields: `c` is only in the second.
    let first = [("a", "1"), ("b", "22"), ("d", "x")];
    let both = with_sample(
        with_sample(discoverer(), &merchant(), recipe, &first),
        &merchant(),
        recipe,
        &[("a", "5"), ("c", "6")],
    );
    assert!(lines(&run(&both)).contains(&"merchantId + a + b? + c? + merhant_salt".to_owned()));
}

/// An empty field adds nothing, and a name outside the notation cannot be printed: both are said.
#[test]
fn what_cannot_be_told_is_said() {
    let fields = [("a", "1"), ("empty", ""), ("basket[0]", "x"), ("merchantSalt", "y")];
    let discovery = run(&with_sample(discoverer(), &merchant(), "merchantId + a + merhant_salt", &fields));
    assert_eq!(lines(&discovery), ["merchantId + a + merhant_salt"]);
    assert_eq!(
        discovery.notes().collect::<Vec<_>>(),
        [
            "empty is empty, so it adds nothing: its place, if it has one, cannot be told.",
            "The field `basket[0]` was not tried: no recipe can name it.",
            "The field `merchantSalt` was not tried: no recipe can name it.",
        ]
    );
}

#[test]
fn a_token_of_something_else_gives_no_recipe() {
    let token = merchant().token(&Recipe::parse("x + merhant_salt").unwrap(), &[("x", "77")]).unwrap();
    let discovery = run(&discoverer().sample(&[("a", "1"), ("b", "2")], &token).unwrap());
    assert!(discovery.found().is_empty());
    assert_eq!((discovery.end(), discovery.tried()), (End::Complete, 100));
    assert_eq!(run(&discoverer()).tried(), 0);
}

/// HASO-9, HASO-11: what cannot be a good request is refused.
#[test]
fn a_sample_that_cannot_be_good_is_refused() {
    let token = merchant().token(&Recipe::parse("x + merhant_salt").unwrap(), &[("x", "77")]).unwrap();
    let refused = |fields: &[(&str, &str)], token: &str| discoverer().sample(fields, token).unwrap_err();
    assert!(matches!(refused(&[("a", "1"), ("a", "2")], &token), Error::FieldDuplicate { field } if field == "a"));
    assert!(matches!(refused(&[("merchantId", "1")], &token), Error::FieldInvalid { .. }));
    assert!(matches!(refused(&[("a", "1")], "abc"), Error::TokenMalformed(_)));
    assert!(matches!(Discoverer::new(ID, "", SALT).unwrap_err(), Error::Empty { .. }));
}

/// Nine posted fields beside merchantId: every subset and order, under both key readings, with
/// merchantId in front, is within the bound; and the count is the one that combinatorics gives.
#[test]
fn the_bound_is_stated_and_kept() {
    let fields: Vec<(String, String)> = (0..9).map(|n| (format!("f{n}"), format!("value {n}"))).collect();
    let token = merchant().token(&Recipe::parse("x + merhant_salt").unwrap(), &[("x", "77")]).unwrap();
    let nine = discoverer().sample(&fields, &token).unwrap();
    // The sum over k of 9!/(9-k)!, and of 10!/(10-k)!; the salt at two ends, two key readings.
    let orders_of = |n: u64| (0..=n).map(|k| (n - k + 1..=n).product::<u64>()).sum::<u64>();
    assert_eq!(orders_of(9), 986_410);
    assert_eq!(nine.planned(), orders_of(10) * 4);
    assert!(orders_of(9) * 4 <= MOST_TRIES, "eight fields, and nine with merchantId in front");

    let bounded = run(&nine.clone().most_tries(100_000));
    assert_eq!((bounded.end(), bounded.tried()), (End::Bound, 100_000));

    let mut calls = Vec::new();
    let stopped = nine.run(|progress| {
        calls.push((progress.tried, progress.planned, progress.found));
        if calls.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(calls, [(65_536, MOST_TRIES, 0), (131_072, MOST_TRIES, 0)]);
    assert_eq!((stopped.end(), stopped.tried()), (End::Stopped, 131_072));
}

/// No secret is in `Debug`.
#[test]
fn no_secret_is_shown() {
    let one = with_sample(discoverer(), &merchant(), "merchantId + a + merhant_salt", &[("a", "1")]);
    let shown = format!("{one:?} {:?}", run(&one));
    assert!(!shown.contains(KEY) && !shown.contains(SALT));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any recipe over a few fields is found again, and what is found gives the same token when it is
    /// read from its line.
    #[test]
    fn any_recipe_is_found_again(
        order in Just(vec![0, 1, 2, 3]).prop_shuffle(),
        taken in 0..5_usize,
        values in proptest::collection::vec("[0-9a-zşı]{1,3}", 4),
        salt_is_first: bool,
        salt_keyed: bool,
    ) {
        let names = ["customerId", "orderNo", "ipAddress", "balanceAmount"];
        let mut terms = vec!["merchantId"];
        terms.extend(order.iter().take(taken).map(|&at: &usize| names[at]));
        terms.insert(if salt_is_first { 0 } else { terms.len() }, "merhant_salt");
        let line = terms.join(" + ");
        let fields: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        let merchant = if salt_keyed { Merchant::salt_keyed(ID, SALT).unwrap() } else { merchant() };
        let one = with_sample(discoverer(), &merchant, &line, &fields);
        let discovery = run(&one);
        prop_assert!(discovery.found().iter().any(|found| found.recipe().to_string() == line));

        let lenient = |line: &str| Recipe::parse(line).unwrap().without_field_checks().ignoring_other_fields();
        let token = merchant.token(&lenient(&line), &fields).unwrap();
        for found in discovery.found() {
            prop_assert_eq!(found.hmac_key() == HmacKey::MerchantSalt, salt_keyed);
            prop_assert!(merchant.verify(&lenient(&found.recipe().to_string()), &fields, &token).is_ok());
        }
    }
}
