//! `explain::haso::Explainer`: every known mistake is found and named, and nothing secret is shown.

#![allow(clippy::format_collect)]

use imza::explain::Explanation;
use imza::explain::haso::Explainer;
use imza::haso::{LOAD_CUSTOMER_BALANCE, Merchant, Recipe, SET_PAID_PAYMENT, SET_PRE_DEFINED_LIMIT};
use imza::mac::Key;
use proptest::prelude::*;

const ID: &str = "1000042";
const KEY: &str = "merchant-key-not-real";
const SALT: &str = "merchant-salt-not-real";
const FIELDS: [(&str, &str); 4] =
    [("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2"), ("limitReductionFlag", "true"), ("customerId", "5500123")];

/// The base64 of the HMAC of any bytes under any key: what a mistaken client may present.
fn token(key: &str, message: impl AsRef<[u8]>) -> String {
    Key::new(key.as_bytes()).mac(message.as_ref()).to_string()
}

fn explainer() -> Explainer {
    Explainer::new(ID, KEY, SALT).unwrap()
}

fn readings(explanation: &Explanation) -> Vec<String> {
    explanation.matches().iter().map(ToString::to_string).collect()
}

/// What a client is told who made a token of this message for [`FIELDS`].
fn told(key: &str, message: &str) -> Vec<String> {
    readings(&explainer().explain(&SET_PRE_DEFINED_LIMIT, &FIELDS, token(key, message)))
}

#[test]
fn a_valid_token_needs_no_explanation() {
    let token = Merchant::new(ID, KEY, SALT).unwrap().token(&SET_PRE_DEFINED_LIMIT, &FIELDS).unwrap();
    let explanation = explainer().explain(&SET_PRE_DEFINED_LIMIT, &FIELDS, token);
    assert!(explanation.is_valid());
    assert_eq!(readings(&explanation), ["matches as it stands"]);
}

/// HASO-1 to HASO-6: one mistake at a time.
#[test]
fn every_mistake_in_key_salt_and_order_is_named() {
    let fields = "10000425500123GOLD85.105.1.2";
    let right = format!("{fields}{SALT}");
    let cases: &[(&str, String, &str)] = &[
        (SALT, format!("{fields}{KEY}"), "key and salt change places"),
        (SALT, right.clone(), "the salt keys the HMAC"),
        (KEY, format!("{fields}{KEY}"), "the key stands in the place of the salt"),
        (KEY, fields.to_owned(), "the salt is left out"),
        (KEY, format!("{SALT}{fields}"), "the salt stands first"),
        (KEY, format!("1000042{SALT}5500123GOLD85.105.1.2"), "the salt stands after the first term"),
        ("merchant-key-not-real\n", right.clone(), "the key is taken with a line feed at its end"),
        (KEY, format!("{right}\n"), "the salt is taken with a line feed at its end"),
        (KEY, format!("100004285.105.1.25500123GOLD{SALT}"), "ipAddress stands after merchantId"),
        (KEY, format!("10000425500123GOLD{SALT}"), "ipAddress is left out"),
        (KEY, format!("1000042GOLD550012385.105.1.2{SALT}"), "customerId and dealerSegment change places"),
        (KEY, format!("{fields}true{SALT}"), "the field limitReductionFlag is added at the end"),
        (
            KEY,
            format!("1000042GOLD85.105.1.25500123{SALT}"),
            "the recipe's fields stand in the order in which they are posted",
        ),
        (
            KEY,
            format!("1000042GOLD85.105.1.2true5500123{SALT}"),
            "all posted fields stand in the order in which they are posted",
        ),
        (KEY, format!("1000042|5500123|GOLD|85.105.1.2|{SALT}"), "`|` separates the terms"),
        (KEY, format!("1000042\n5500123\nGOLD\n85.105.1.2\n{SALT}"), "a line feed separates the terms"),
        (KEY, format!("10000425500123gold85.105.1.2{SALT}"), "values are in lower case"),
    ];
    for (key, message, mistake) in cases {
        let told = told(key, message);
        assert!(told.contains(&format!("matches when {mistake}")), "for {message:?}: {told:?}");
    }
}

/// HASO-4: a merchant who has only a salt.
#[test]
fn a_salt_keyed_token_is_explained_too() {
    let message = "10000425500123GOLD85.105.1.2";
    let explainer = Explainer::salt_keyed(ID, SALT).unwrap();
    let explain = |token: String| readings(&explainer.explain(&SET_PRE_DEFINED_LIMIT, &FIELDS, token));
    assert_eq!(explain(token(SALT, format!("{message}{SALT}"))), ["matches as it stands"]);
    assert_eq!(explain(token(SALT, message)), ["matches when the salt is left out"]);
}

/// HASO-2: the order of another recipe, with the fields that were posted.
#[test]
fn the_order_of_another_recipe_is_named() {
    let recipe = Recipe::parse("merchantId + customerId + orderAmount + dealerSegment + merhant_salt").unwrap();
    let fields = [("customerId", "77"), ("orderAmount", "5000"), ("dealerSegment", "GOLD")];
    let explanation = explainer().explain(&recipe, &fields, token(KEY, format!("1000042GOLD5000{SALT}")));
    assert_eq!(readings(&explanation), ["matches when the order is that of GetPaymentPlanByDealerSegment"]);
}

/// HASO-6: an absent optional field adds nothing.
#[test]
fn a_null_for_an_absent_field_is_named() {
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
    for (absent, mistake) in [
        ("null", "an absent field is `null`"),
        ("127.0.0.1", "an absent ipAddress is `127.0.0.1`"),
        ("::1", "an absent ipAddress is `::1`"),
    ] {
        let token = token(KEY, format!("10000425500123GOLD{absent}{SALT}"));
        let explanation = explainer().explain(&SET_PRE_DEFINED_LIMIT, &fields, token);
        assert_eq!(readings(&explanation), [format!("matches when {mistake}")]);
    }
}

/// HASO-7: whole kuruş, digits only.
#[test]
fn every_other_form_of_an_amount_is_named() {
    let explain = |posted: &str, signed: &str| {
        let fields = [("customerId", "77"), ("balanceAmount", posted)];
        let token = token(KEY, format!("100004277{signed}{SALT}"));
        readings(&explainer().explain(&LOAD_CUSTOMER_BALANCE, &fields, token))
    };
    let cases = [
        ("50000", "5000000", "amounts are multiplied by 100"),
        ("50000", "500", "amounts are divided by 100"),
        ("50050", "500.50", "amounts are divided by 100"),
        ("50000", "500.00", "amounts are in lira, with a point and two decimals"),
        ("50000", "500,00", "amounts are in lira, with a comma and two decimals"),
        ("5", "0,05", "amounts are in lira, with a comma and two decimals"),
        ("500,00", "50000", "amounts have no decimal sign"),
        ("500,00", "500.00", "amounts have a point for their comma"),
        ("500.00", "500", "amounts have no decimals"),
    ];
    for (posted, signed, mistake) in cases {
        let told = explain(posted, signed);
        assert!(told.contains(&format!("matches when {mistake}")), "{told:?}");
    }
}

/// What other programs make of amounts, addresses, dates, orders and credentials, each in the message of one token.
#[test]
fn every_further_mistake_is_named() {
    let explain = |(recipe, fields): (&Recipe, &[(&str, &str)]), key: &str, message: String| {
        readings(&explainer().explain(recipe, fields, token(key, message)))
    };
    for (posted, signed, mistake) in [
        ("150050", "1500.5", "amounts are in lira, as a floating-point number"),
        ("50000", "500.0", "amounts are in lira, as a floating-point number"),
        ("1.234,56", "1234.56", "amounts have no sign between thousands and a point before the decimals"),
        ("1234.5", "1234.50", "amounts have a point and two decimals"),
        ("1999", "1998", "amounts are one kuruş less"),
        ("1999", "1998.9999999999998", "amounts are lira times 100, not rounded"),
        ("500.00 TL", "500.00", "amounts have no currency"),
    ] {
        let fields = [("customerId", "77"), ("balanceAmount", posted)];
        let told = explain((&LOAD_CUSTOMER_BALANCE, &fields), KEY, format!("100004277{signed}{SALT}"));
        assert!(told.contains(&format!("matches when {mistake}")), "{posted} {signed}: {told:?}");
    }
    for (posted, signed, mistake) in [
        ("85.105.1.2", "::ffff:5569:102", "is within `::ffff:…`, in hexadecimal digits"),
        ("::ffff:85.105.1.2", "::ffff:5569:102", "is within `::ffff:…`, in hexadecimal digits"),
        ("85.105.1.2", "085.105.001.002", "has three digits in each number"),
        ("85.105.1.2/32", "85.105.1.2", "is without its prefix length"),
        ("85.105.1.2, 10.0.0.5, 10.0.0.6", "10.0.0.5", "is the second of the list"),
        ("85.105.1.2, 10.0.0.5", "85.105.1.2,10.0.0.5", "has no spaces in its list"),
        (
            "::ffff:85.105.1.2, 10.0.0.5",
            "85.105.1.2",
            "is the first of the list and then is the IPv4 address within `::ffff:…`",
        ),
        ("85.105.1.2", "85.105.1.2:51234", "has the port `:51234` behind it"),
        ("2a02::1", "[2a02::1]:443", "has the port `:443` behind it"),
    ] {
        let fields = [("customerId", "77"), ("dealerSegment", "GOLD"), ("ipAddress", posted)];
        let told = explain((&SET_PRE_DEFINED_LIMIT, &fields), KEY, format!("100004277GOLD{signed}{SALT}"));
        assert!(told.contains(&format!("matches when ipAddress {mistake}")), "{posted} {signed}: {told:?}");
    }
    for (posted, signed, mistake) in [
        ("2026-11-02", "2.11.2026", "enter as `d.M.yyyy`"),
        ("2026-11-02", "11/2/2026 12:00:00 AM", "enter as `M/d/yyyy h:mm:ss tt`"),
        ("2026-11-02T13:05:00", "11/2/2026 1:05:00 PM", "enter as `M/d/yyyy h:mm:ss tt`"),
        ("2026-11-02 10:15", "2026-11-02T10:15:00", "enter as `yyyy-MM-ddTHH:mm:ss`"),
        (
            "2026-11-01",
            "2026-10-31T21:00:00.000Z",
            "are Turkey's midnight in UTC, `yyyy-MM-ddT21:00:00.000Z` of the day before",
        ),
        ("02.11.2026", "2026-11-02", "enter as `yyyy-MM-dd`"),
    ] {
        let fields = [("merchantOid", "M1"), ("paymentCode", "P1"), ("paymentDate", posted)];
        let told = explain((&SET_PAID_PAYMENT, &fields), KEY, format!("1000042M1P1{signed}{SALT}"));
        assert!(told.contains(&format!("matches when dates {mistake}")), "{posted} {signed}: {told:?}");
    }
    let both = [KEY, SALT].concat();
    for (key, message, mistake) in [
        (
            KEY,
            format!("1000042GOLD85.105.1.25500123{SALT}"),
            "the recipe's fields stand in the order in which they are posted",
        ),
        (KEY, format!("1000042{SALT}"), "the terms are merchantId"),
        (KEY, format!("GOLD1000042{SALT}"), "the terms are dealerSegment, merchantId"),
        (
            KEY,
            format!("10000425500123trueGOLD85.105.1.2{SALT}"),
            "the field limitReductionFlag is added after customerId",
        ),
        (KEY, format!("1000042|5500123|GOLD|85.105.1.2{SALT}"), "`|` separates the terms, but not the salt"),
        (KEY, format!("{SALT}10000425500123GOLD85.105.1.2{SALT}"), "the salt stands first and last"),
        (&both, format!("10000425500123GOLD85.105.1.2{SALT}"), "key and salt together key the HMAC"),
        ("", format!("10000425500123GOLD85.105.1.2{SALT}"), "the key is empty"),
        ("undefined", format!("10000425500123GOLD85.105.1.2{SALT}"), "the key is `undefined`"),
        (KEY, format!("10000425500123Gold85.105.1.2{SALT}"), ""),
        (
            KEY,
            format!("10000425500123\"GOLD\"85.105.1.2{SALT}"),
            "in dealerSegment alone, values are within double quotes",
        ),
    ] {
        let told = explain((&SET_PRE_DEFINED_LIMIT, &FIELDS), key, message.clone());
        let expected = format!("matches when {mistake}");
        assert!(told.contains(&expected) || mistake.is_empty() && told.is_empty(), "{message}: {told:?}");
    }
}

/// An amount and an address at once.
#[test]
fn two_fields_in_another_form_are_named_as_a_pair() {
    for (address, signed) in [("::ffff:85.105.1.2", "85.105.1.2"), ("85.105.1.2:443", "85.105.1.2")] {
        let fields = [("customerId", "77"), ("balanceAmount", "50000"), ("ipAddress", address)];
        let told = readings(&explainer().explain(
            &LOAD_CUSTOMER_BALANCE,
            &fields,
            token(KEY, format!("100004277500,00{signed}{SALT}")),
        ));
        let begins = "matches when amounts are in lira, with a comma and two decimals and ipAddress is ";
        assert!(told.iter().any(|reading| reading.starts_with(begins)), "{told:?}");
    }
}

/// HASO-8: a date enters as yyyy-MM-dd.
#[test]
fn every_other_form_of_a_date_is_named() {
    let fields = [("merchantOid", "M1"), ("paymentCode", "P1"), ("paymentDate", "2026-11-22T10:15:00")];
    for (signed, mistake) in [
        ("2026-11-22T10:15:00", "dates enter as posted"),
        ("22.11.2026", "dates enter as `dd.MM.yyyy`"),
        ("11/22/2026", "dates enter as `MM/dd/yyyy`"),
        ("22.11.2026 10:15:00", "dates enter as `dd.MM.yyyy HH:mm:ss`"),
    ] {
        let token = token(KEY, format!("1000042M1P1{signed}{SALT}"));
        let explanation = explainer().explain(&SET_PAID_PAYMENT, &fields, token);
        let told = readings(&explanation);
        assert!(told.contains(&format!("matches when {mistake}")), "{told:?}");
    }
}

/// HASO-5: text is UTF-8, and enters as it is posted.
#[test]
fn every_other_form_of_a_text_is_named() {
    let recipe = Recipe::parse("merchantId + shopperName + merhant_salt").unwrap();
    let explain = |signed: &[u8]| {
        let message = [b"1000042", signed, SALT.as_bytes()].concat();
        readings(&explainer().explain(&recipe, &[("shopperName", " Şiir Işık ")], token(KEY, message)))
    };
    let cases: &[(&[u8], &str)] = &[
        ("Şiir Işık".as_bytes(), "values have no spaces around them"),
        (" ŞİİR IŞIK ".as_bytes(), "values are in upper case, as Turkish has them"),
        (" şiir ışık ".as_bytes(), "values are in lower case, as Turkish has them"),
        (b" \xdeiir I\xfe\xfdk ", "values are in ISO-8859-9"),
        (b" ?iir I??k ", "values are in ASCII, with `?` for other characters"),
        (
            b"%20%C5%9Eiir%20I%C5%9F%C4%B1k%20",
            "values have `%20` where it has ` ` and `%XX` where it has characters that are not ASCII",
        ),
        (
            b"+%C5%9Eiir+I%C5%9F%C4%B1k+",
            "values have `+` where it has ` ` and `%XX` where it has characters that are not ASCII",
        ),
    ];
    for (signed, mistake) in cases {
        let told = explain(signed);
        assert!(told.contains(&format!("matches when {mistake}")), "{told:?}");
    }
}

/// HASO-11: the token is right, and not written as it should be.
#[test]
fn every_way_to_write_the_token_is_named() {
    let right = Key::new(KEY.as_bytes()).mac(format!("10000425500123GOLD85.105.1.2{SALT}").as_bytes());
    let hex: String = right.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    for (presented, reading) in [
        (hex, "as hex instead of base64"),
        (right.to_string().trim_end_matches('=').to_owned(), "without padding"),
        (right.to_string().replace('+', "-").replace('/', "_"), "in base64's URL alphabet"),
        (right.to_string().replace('+', " "), "with `+` where it has spaces"),
    ] {
        let explanation = explainer().explain(&SET_PRE_DEFINED_LIMIT, &FIELDS, presented);
        assert_eq!(readings(&explanation), [format!("matches when the token is read {reading}")]);
    }
}

/// Two files that both end in a newline, and other pairs.
#[test]
fn pairs_of_mistakes_are_named() {
    let fields = "10000425500123GOLD85.105.1.2";
    assert_eq!(
        told("merchant-key-not-real\n", &format!("{fields}{SALT}\n")),
        ["matches when the key is taken with a line feed at its end and the salt is taken with a line feed at its end"]
    );
    assert_eq!(
        told(SALT, &format!("{KEY}{fields}")),
        ["matches when key and salt change places and the salt stands first"]
    );
}

/// HASO-6: an order that differs only in a field that is absent is another one where `null` stands for it.
#[test]
fn an_absent_field_has_its_place_in_another_order() {
    let fields = [("customerId", "5500123"), ("balanceAmount", "50000")];
    let token = token(KEY, format!("1000042null550012350000{SALT}"));
    let explanation = explainer().explain(&LOAD_CUSTOMER_BALANCE, &fields, token);
    assert_eq!(
        readings(&explanation),
        ["matches when ipAddress stands after merchantId and an absent field is `null`"]
    );
}

/// HASO-7: the amount is in the other recipe alone.
#[test]
fn a_value_can_matter_in_another_order_alone() {
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("balanceAmount", "500")];
    let token = token(KEY, format!("1000042550012350000{SALT}"));
    let explanation = explainer().explain(&SET_PRE_DEFINED_LIMIT, &fields, token);
    assert_eq!(
        readings(&explanation),
        ["matches when amounts are multiplied by 100 and the order is that of LoadCustomerBalance"]
    );
}

/// HASO-9: fields that the recipe refuses are explained all the same.
#[test]
fn a_refused_field_is_told_and_the_token_explained() {
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("shopSize", "3")];
    let right = token(KEY, format!("10000425500123GOLD{SALT}"));
    let explanation = explainer().explain(&SET_PRE_DEFINED_LIMIT, &fields, &right);
    assert!(explanation.refusal().unwrap().starts_with("the method has no field `shopSize`"));
    assert_eq!(readings(&explanation), ["matches as it stands"]);

    let missing = explainer().explain(&SET_PRE_DEFINED_LIMIT, &[("customerId", "5500123")], &right);
    assert_eq!(missing.refusal(), Some("the required field dealerSegment is absent or empty"));
    assert!(missing.matches().is_empty());
}

/// Where no reading matches, the message is shown; the salt only where that is asked for.
#[test]
fn where_nothing_matches_the_message_is_shown_without_the_salt() {
    let explain = |explainer: Explainer| explainer.explain(&SET_PRE_DEFINED_LIMIT, &FIELDS, token("other", "message"));
    let masked = explain(explainer());
    assert_eq!(masked.signed_text(), "10000425500123GOLD85.105.1.2[salt]");
    assert_eq!(masked.signed_hex(), format!("{}[salt]", hex(b"10000425500123GOLD85.105.1.2")));
    assert!(
        masked.to_string().contains(&format!("No reading matches. Tried: {} variants of the request.", masked.tried()))
    );
    assert_eq!(explain(explainer().reveal_salt()).signed_text(), format!("10000425500123GOLD85.105.1.2{SALT}"));
}

/// A secret in the place of a field's name is cut and escaped in the error about it: it is not shown either.
#[test]
fn a_salt_in_the_place_of_a_name_is_not_shown() {
    let salt = format!("\"quoted\"{}", "x".repeat(80));
    let explainer = Explainer::new(ID, KEY, &salt).unwrap();
    let fields = [("customerId", "1"), ("dealerSegment", "G"), (salt.as_str(), "2")];
    let message = format!("10000421G2{salt}");
    let explanation = explainer.explain(&SET_PRE_DEFINED_LIMIT, &fields, token(KEY, message));
    assert_eq!(readings(&explanation)[0], "matches when the field [salt] is added at the end");
    let told = format!("{explanation}{explanation:?}");
    assert!(!told.contains("xxxxxxxx") && !told.contains("quoted"), "{told}");
}

/// An explanation must not make tokens for whoever asks: the right one never stands in it.
#[test]
fn the_right_token_is_never_shown() {
    let right = Merchant::new(ID, KEY, SALT).unwrap().token(&SET_PRE_DEFINED_LIMIT, &FIELDS).unwrap();
    for wrong in [token("other", "message"), token(SALT, format!("10000425500123GOLD85.105.1.2{SALT}"))] {
        let explanation = explainer().explain(&SET_PRE_DEFINED_LIMIT, &FIELDS, wrong);
        assert!(!format!("{explanation} {explanation:?}").contains(&right));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever key and salt stand in the fields, trimmed or decoded, no explanation shows them.
    #[test]
    fn no_secret_is_ever_shown(key in "[A-Za-z0-9]{12,20}", salt in "[A-Za-z0-9]{12,20}", form in 0..3_usize, place in 0..4_usize) {
        let held = |secret: &str| match form {
            0 => secret.to_owned(),
            1 => format!("{secret}\r\n"),
            _ => hex(secret.as_bytes()),
        };
        let (held_key, held_salt) = (held(&key), held(&salt));
        let at = |here: usize, otherwise: &str| if here == place { format!("{salt}{key}/{key}{salt}") } else { otherwise.to_owned() };
        let fields = [(at(0, "customerId"), at(1, "77")), ("dealerSegment".to_owned(), at(2, "GOLD"))];
        let token = if place == 3 { salt.clone() } else { token("other", "message") };
        let explainer = Explainer::new(ID, &held_key, &held_salt).unwrap().most_work(1 << 24);
        let explanation = explainer.explain(&SET_PRE_DEFINED_LIMIT, &fields, token);
        let notes: Vec<&str> = explanation.notes().collect();
        let told = format!("{explanation}\n{explanation:?}\n{notes:?}\n{explainer:?}");
        for hidden in [&held_key, &held_salt, &key, &salt] {
            prop_assert!(!told.contains(hidden.as_str()), "{hidden} stands in {told}");
            prop_assert!(!told.contains(&hex(hidden.as_bytes())), "the hex of {hidden} stands in {told}");
        }
    }

    /// Whatever is posted, there is an explanation and no panic.
    #[test]
    fn any_fields_are_explained(
        fields in proptest::collection::vec(("(customerId|ipAddress|paymentDate|balanceAmount|.{0,6})", ".{0,20}"), 0..8),
        token in ".{0,50}",
    ) {
        for recipe in [&SET_PRE_DEFINED_LIMIT, &LOAD_CUSTOMER_BALANCE, &SET_PAID_PAYMENT] {
            let explanation = explainer().most_work(1 << 22).explain(recipe, &fields, &token);
            prop_assert!(!explanation.is_valid());
        }
    }
}
