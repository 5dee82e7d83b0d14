//! Any text as a keys file: it is read or refused in one sentence, which never holds a secret, and what is read is what
//! a reader of TOML reads.

#![no_main]

use imza_audit::{Keys, Newline};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "kirmizi";

fuzz_target!(|text: &str| {
    // No file of this machine is read as a secret, under whichever spelling of its name; commands are not run for a
    // text.
    if text.contains("_file") || ["\\u", "\\U", "\\x"].iter().any(|escape| text.contains(escape)) {
        return;
    }
    match Keys::of_toml(text.replace("SECRET", SECRET).as_bytes(), Newline::Kept, false) {
        Ok(keys) => {
            assert!(!format!("{keys:?}").contains(SECRET));
            let table: toml::Table = text.parse().expect("what is read is TOML");
            let count = |name: &str| table.get(name).and_then(|entries| entries.as_array()).map_or(0, Vec::len);
            assert_eq!(count("dlga"), keys.access_key_ids().len());
            assert_eq!(count("haso"), keys.merchant_ids().len());
            assert_eq!(count("recipe"), keys.recipes().len());
        }
        Err(error) => {
            let error = error.to_string();
            // A word is repeated as it is, so that a slip of the pen is seen.
            let is_of_word = error.contains("has no word");
            assert!(!error.contains('\n') && (is_of_word || !error.contains(SECRET)), "{error}");
        }
    }
});
