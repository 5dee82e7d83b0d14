//! Any bytes as an input of the audit that is not named: whatever it is taken for, verdicts are whole lines of JSON, and
//! what is judged is JSON.

#![no_main]

mod audit;

use audit::audit;
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;

fuzz_target!(|bytes: &[u8]| {
    let verdicts = audit("fuzz", bytes);
    // Packed inputs have other lines.
    if !bytes.starts_with(b"\x1f\x8b") && !bytes.starts_with(b"\x28\xb5") {
        let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
        for verdict in verdicts.iter().filter(|verdict| verdict.verdict != "unreadable" && !verdict.is_of_har()) {
            let line = lines[verdict.line - 1];
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            let zeros = line.iter().take_while(|&&byte| byte == 0).count();
            assert!(serde_json::from_slice::<IgnoredAny>(&line[zeros..]).is_ok(), "{}", line.escape_ascii());
        }
    }
});
