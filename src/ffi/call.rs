//! Around every export: the panic guard, and the outcome told in a status and an `imza_error`.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::{Report, imza_error};
use super::failure::{Failure, Outcome};
use super::status::{IMZA_INVALID_ARGUMENT, IMZA_OK, IMZA_PANIC, imza_status};

/// Runs a call that only succeeds or fails.
///
/// # Safety
/// `error` is NULL or the caller's own `imza_error`, as the header has it.
pub(super) unsafe fn call(error: *mut imza_error, body: impl FnOnce() -> Outcome<()>) -> imza_status {
    // SAFETY: the caller's promise is passed on.
    unsafe { guarded(error, || body().map(|()| None)) }
}

/// Runs a call that gives a verdict, and in it the index of the key that matched.
///
/// # Safety
/// As [`call`].
pub(super) unsafe fn verdict(error: *mut imza_error, body: impl FnOnce() -> Outcome<usize>) -> imza_status {
    // SAFETY: the caller's promise is passed on.
    unsafe { guarded(error, || body().map(Some)) }
}

/// Ends a handle; nobody is there to be told of a panic.
///
/// # Safety
/// `handle` is NULL, or came from `Box::into_raw` and is ended for the first time.
pub(super) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: not NULL, so it is a box of the library's, and nobody else has it.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(unsafe { Box::from_raw(handle) })));
    }
}

/// # Safety
/// As [`call`].
unsafe fn guarded(error: *mut imza_error, body: impl FnOnce() -> Outcome<Option<usize>>) -> imza_status {
    // SAFETY: the caller's promise is passed on.
    let Some(report) = (unsafe { Report::on(error) }) else { return IMZA_INVALID_ARGUMENT };
    let told = catch_unwind(AssertUnwindSafe(|| match body() {
        Ok(key_index) => {
            report.success(key_index);
            IMZA_OK
        }
        Err(failure) => failed(&report, failure),
    }));
    told.unwrap_or_else(|panic| panicked(&report, panic))
}

// The two ways out that are seldom taken: once for all exports, and out of their way.

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
