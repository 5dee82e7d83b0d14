//! Any text as a date (DLGA-18): what is read keeps its text, lies in the years 1970 to 9999, and
//! names the same instant when it is written anew.

#![no_main]

use imza::dlga::Date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(date) = Date::parse(text) else { return };
    assert_eq!(date.as_str().as_bytes(), text);
    let written = Date::from_unix(date.unix_seconds()).unwrap();
    assert_eq!(Date::parse(written.as_str()), Ok(written));
});
