//! Any text as a tag (DLGA-16, HASO-11): it is read if and only if its 32 bytes, encoded, give it back.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imza::mac::Tag;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let canonical = STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 32);
    match Tag::parse(text) {
        Ok(tag) => assert_eq!(Some(tag.as_bytes().as_slice()), canonical.as_deref()),
        Err(fault) => assert!(canonical.is_none(), "{fault}"),
    }
});
