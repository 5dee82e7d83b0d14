//! An export that panics, to prove the guard. The library that `make lib` builds does not have it.

use super::call::call;
use super::error::imza_error;
use super::status::imza_status;

/// Panics, and comes back with `IMZA_PANIC`.
#[expect(clippy::panic, clippy::missing_panics_doc, reason = "this is what it is for")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_test_panic(error: *mut imza_error) -> imza_status {
    // SAFETY: the header's contract.
    unsafe { call(error, || panic!("the planted panic")) }
}
