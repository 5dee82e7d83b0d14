//! Any fields for any method, with key and salt anywhere in them: an explanation keeps its bounds, shows neither of the
//! two nor the right token, and nothing that a terminal acts upon.

#![no_main]

use imza::explain::MOST_WORK;
use imza::explain::haso::Explainer;
use imza::haso::{METHODS, Merchant};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "merchant-key-not-real";
const SALT: &str = "merchant-salt-not-real";

fuzz_target!(|input: (usize, u8, Vec<(&str, &str)>, &[u8])| {
    let (method, planted, fields, token) = input;
    let plant = |bit: u32, text: &str, secret: &str| {
        if planted >> bit & 1 == 1 { format!("{text}{secret}{text}") } else { text.to_owned() }
    };
    let fields: Vec<(String, String)> =
        fields.iter().map(|(name, value)| (plant(0, name, SALT), plant(2, &plant(1, value, KEY), SALT))).collect();
    let recipe = METHODS[method % METHODS.len()].clone().without_field_checks().ignoring_other_fields();
    let explainer = Explainer::new("1000042", KEY, SALT).unwrap();
    let explanation = explainer.explain(&recipe, &fields, token);
    assert!(explanation.work() <= MOST_WORK);

    let told = format!("{explanation}{}{}", explanation.signed_text(), explanation.signed_hex());
    for secret in [KEY, SALT] {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!told.contains(secret) && !told.contains(&hex), "{told}");
    }
    assert!(told.chars().all(|shown| shown == '\n' || imza::shown::is_printable(shown)), "{told:?}");
    if let Ok(right) = Merchant::new("1000042", KEY, SALT).unwrap().token(&recipe, &fields) {
        assert!(!told.contains(&right));
    }
});
