//! Any text as a keys file: it is read or refused in one sentence, which never holds a secret, and what is read is what
//! a reader of TOML reads.

#![no_main]

use std::fs;

use imza_audit::{Keys, Newline};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "kirmizi";

fuzz_target!(|text: &str| {
    // No file of this machine is read as a secret.
    if text.contains("_file") || text.contains('\\') && text.contains("file") {
        return;
    }
    let memory = std::path::Path::new("/dev/shm");
    let directory = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let path = directory.join(format!("imza-fuzz-{}.toml", std::process::id()));
    fs::write(&path, text.replace("SECRET", SECRET)).unwrap();
    // No command is run for a keys file that others can change.
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    match Keys::read(&path, Newline::Kept) {
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
