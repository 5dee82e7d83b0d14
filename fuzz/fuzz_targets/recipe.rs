//! Any line as a recipe (HASO-2): what is read prints as a line that reads as the same recipe, and a
//! refusal names a place in the line.

#![no_main]

use imza::haso::Recipe;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    match Recipe::parse(line) {
        Ok(recipe) => assert_eq!(Recipe::parse(&recipe.to_string()), Ok(recipe)),
        Err(error) => assert!(error.offset().unwrap() <= line.len()),
    }
});
