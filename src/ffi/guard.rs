//! Around every export: the panic guard, and the outcome reported in a status and an `imza_error`.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::{Failure, Outcome, Report, imza_error};
use super::status::{IMZA_INVALID_ARGUMENT, IMZA_OK, IMZA_PANIC, imza_status};

/// The body of an export that returns an `imza_status`: a block that comes to an [`Outcome`]. It is a macro inside the
/// body, so that cbindgen still sees the signature.
macro_rules! export {
    ($error:ident, $body:block) => {{
        // Outside of the unsafe block, so that the body has to say where it is unsafe itself.
        let body = || $body;
        // SAFETY: C keeps the header's contract: `error` is NULL or the caller's own `imza_error`.
        unsafe { $crate::ffi::guard::guarded($error, body) }
    }};
}
pub(super) use export;

/// The body of an export that ends a handle.
macro_rules! end {
    ($handle:ident) => {
        // SAFETY: C keeps the header's contract: a handle came from the library, and is ended once.
        unsafe { $crate::ffi::guard::drop_handle($handle) }
    };
}
pub(super) use end;

/// What a call that succeeds leaves in `imza_error.key_index`.
pub(super) trait Success {
    fn key_index(self) -> Option<usize>;
}

/// A call that only succeeds or fails.
impl Success for () {
    fn key_index(self) -> Option<usize> {
        None
    }
}

/// A call that gives a verdict: the key that matched.
impl Success for usize {
    fn key_index(self) -> Option<usize> {
        Some(self)
    }
}

/// Runs the body of an export; see [`export!`].
///
/// # Safety
/// `error` is NULL or the caller's own `imza_error`, as the header has it.
pub(super) unsafe fn guarded<T: Success>(error: *mut imza_error, body: impl FnOnce() -> Outcome<T>) -> imza_status {
    // SAFETY: the caller's promise is passed on.
    let Some(report) = (unsafe { Report::on(error) }) else { return IMZA_INVALID_ARGUMENT };
    let status = catch_unwind(AssertUnwindSafe(|| match body() {
        Ok(success) => {
            report.success(success.key_index());
            IMZA_OK
        }
        Err(failure) => failed(&report, failure),
    }));
    status.unwrap_or_else(|panic| panicked(&report, panic))
}

// The two ways out that are rarely taken: compiled once for all exports, and kept out of the hot path.

#[cold]
#[inline(never)]
#[expect(clippy::needless_pass_by_value, reason = "the failure ends here, and not in every export")]
fn failed(report: &Report, failure: Box<Failure>) -> imza_status {
    report.failure(&failure);
    failure.status()
}

#[cold]
#[inline(never)]
fn panicked(report: &Report, panic: Box<dyn Any + Send>) -> imza_status {
    drop(panic);
    report.failure(&Failure::Panic);
    IMZA_PANIC
}

/// Ends a handle; there is nowhere to report a panic.
///
/// # Safety
/// `handle` is NULL, or came from `Box::into_raw` and is ended for the first time.
pub(super) unsafe fn drop_handle<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: not NULL, so it is a box of the library's, and no one else has it.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(handle) })));
    }
}

/// Panics, and comes back with `IMZA_PANIC`: proves the guard. The library that `make lib` builds does not have it.
#[cfg(feature = "capi-test")]
#[expect(clippy::panic, reason = "this is what it is for")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_test_panic(error: *mut imza_error) -> imza_status {
    fn planted() -> Outcome<()> {
        panic!("the planted panic")
    }
    export!(error, { planted() })
}
