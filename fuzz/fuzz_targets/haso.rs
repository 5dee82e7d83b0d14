//! Any fields for any method of the table (HASO-7 to HASO-11): never a panic; what gets a token
//! verifies with it.

#![no_main]

use imza::haso::{METHODS, Merchant};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (usize, bool, Vec<(&str, &str)>, &[u8])| {
    let (method, lenient, fields, presented) = input;
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let mut recipe = METHODS[method % METHODS.len()].clone();
    if lenient {
        recipe = recipe.without_field_checks().ignoring_other_fields();
    }
    assert!(merchant.verify(&recipe, &fields, presented).is_err());
    if let Ok(token) = merchant.token(&recipe, &fields) {
        assert!(merchant.verify(&recipe, &fields, &token).is_ok());
        // The salt is shown only where a field's value is its text.
        let shown = merchant.message(&recipe, &fields).unwrap().to_string();
        let posted: String = recipe
            .fields()
            .filter_map(|field| fields.iter().find(|(name, _)| *name == field.name()))
            .map(|(_, value)| *value)
            .collect();
        assert!(
            !shown.contains("merchant-salt-not-real") || format!("1000042{posted}").contains("merchant-salt-not-real")
        );
    }
});
