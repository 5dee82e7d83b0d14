//! Standard streams that were closed when the command was started (`imza … >&-`).
//!
//! Before `main`, Rust's runtime opens /dev/null in their place. All that is written would then go nowhere, and the
//! exit code would say that all is well; so they are looked at before that.

use crate::failure::Failure;

/// Standard output can be written to.
pub(crate) fn stdout() -> Result<(), Failure> {
    #[cfg(unix)]
    if unix::STDOUT_IS_CLOSED.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Failure::new("cannot write to standard output: it is closed"));
    }
    Ok(())
}

/// Standard input can be read.
pub(crate) fn stdin() -> Result<(), Failure> {
    #[cfg(unix)]
    if unix::STDIN_IS_CLOSED.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Failure::new("cannot read standard input: it is closed"));
    }
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::sync::atomic::{AtomicBool, Ordering};

    use rustix::io::fcntl_getfd;
    use rustix::stdio;

    pub(super) static STDIN_IS_CLOSED: AtomicBool = AtomicBool::new(false);
    pub(super) static STDOUT_IS_CLOSED: AtomicBool = AtomicBool::new(false);

    // SAFETY: what runs before `main` must not need Rust's runtime; two system calls and two stores do not.
    #[ctor::ctor(unsafe)]
    fn look() {
        STDIN_IS_CLOSED.store(fcntl_getfd(stdio::stdin()).is_err(), Ordering::Relaxed);
        STDOUT_IS_CLOSED.store(fcntl_getfd(stdio::stdout()).is_err(), Ordering::Relaxed);
    }
}
