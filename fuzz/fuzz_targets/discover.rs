//! Any requests that are said to be good: a search keeps its bound, what it finds gives the tokens, and no note shows a
//! secret.

#![no_main]

use std::ops::ControlFlow;

use imza::explain::haso::Discoverer;
use imza::haso::{Merchant, Recipe};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "merchantKeyNotReal";
const SALT: &str = "merchantSaltNotReal";
const MOST_TRIES: u64 = 2_000;

fuzz_target!(|input: (Vec<Vec<(&str, &str)>>, &str)| {
    let (samples, line) = input;
    let merchant = Merchant::new("1000042", KEY, SALT).unwrap();
    let recipe = Recipe::parse(line).unwrap_or_else(|_| Recipe::parse("merchantId + merhant_salt").unwrap());
    let recipe = recipe.without_field_checks().ignoring_other_fields();
    let mut discoverer = Discoverer::new("1000042", KEY, SALT).unwrap().most_tries(MOST_TRIES);
    let mut good = Vec::new();
    for fields in samples {
        let Ok(token) = merchant.token(&recipe, &fields) else { continue };
        match discoverer.clone().sample(&fields, &token) {
            Ok(with_sample) => discoverer = with_sample,
            Err(_) => continue,
        }
        good.push((fields, token));
    }
    let discovery = discoverer.run(|_progress| ControlFlow::Continue(()));
    assert!(discovery.tried() <= MOST_TRIES && discovery.work() <= MOST_TRIES * 256);
    for found in discovery.found() {
        let recipe = Recipe::parse(&found.recipe().to_string()).unwrap().without_field_checks().ignoring_other_fields();
        for (fields, token) in &good {
            // The salt may key the HMAC too.
            let salt_keyed = Merchant::salt_keyed("1000042", SALT).unwrap();
            assert!(
                merchant.verify(&recipe, fields, token).is_ok() || salt_keyed.verify(&recipe, fields, token).is_ok()
            );
        }
    }
    for note in discovery.notes() {
        assert!(!note.contains(KEY) && !note.contains(SALT), "{note}");
    }
});
