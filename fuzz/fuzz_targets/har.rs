//! Any bytes as a HAR file: no entry is lost that a reader of JSON finds, none is found that is not there.

#![no_main]

mod audit;

use audit::audit;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let verdicts = audit("fuzz.har", bytes);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return };
    let Some(entries) = document["log"]["entries"].as_array() else { return };
    let last = verdicts.iter().map(|verdict| verdict.line).max().unwrap_or_default();
    // A name that occurs twice is one member for `serde_json`.
    let names = bytes.windows(9).filter(|window| window == b"\"entries\"").count();
    assert!(last <= entries.len() || names > 1, "{last} of {}", entries.len());
    if names == 1 {
        let not_objects = entries.iter().filter(|entry| !entry.is_object()).count();
        let unreadable = verdicts.iter().filter(|verdict| verdict.verdict == "unreadable").count();
        assert!(unreadable >= not_objects, "{unreadable} of {not_objects}");
    }
});
