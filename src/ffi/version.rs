//! Which library this is.

use std::ffi::{CStr, c_char};

/// The version of the crate, with the NUL that C needs.
const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the ABI, from `Cargo.toml` by way of `build.rs`.
const ABI_VERSION: u32 = match u32::from_str_radix(env!("IMZA_ABI_VERSION"), 10) {
    Ok(version) => version,
    Err(_) => 0,
};

/// The version of the library that is running, such as "0.1.0"; compare it with `IMZA_VERSION`, the
/// one that was compiled against. A static text: never NULL, never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn imza_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The version of the ABI that the running library keeps, the number in its SONAME; compare it with
/// `IMZA_ABI_VERSION`. It changes only when a program that was compiled before would break.
#[unsafe(no_mangle)]
pub extern "C" fn imza_abi_version() -> u32 {
    ABI_VERSION
}
