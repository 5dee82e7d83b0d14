//! The C boundary: a thin adapter over the crate's public API, and nothing else.
//!
//! C and every language that speaks C see these items through `include/imza.h`, which cbindgen makes of these files.
//! The contract that every function keeps is written once, at the head of that header (in `cbindgen.toml`), and the
//! docstrings here are the header's. A Rust program uses [`dlga`](crate::dlga) and [`haso`](crate::haso) themselves.
//!
//! Every export has the same three steps, in the order in which the contract judges arguments: `take!` borrows what C
//! passes (`borrow`, `output`; NULL is refused before anything else), Rust is called, and `export!` reports the outcome
//! in a status and the caller's `imza_error` (`guard`, `error`). This is the only `unsafe` code of the crate.

#![allow(unsafe_code)]
#![allow(
    non_camel_case_types,
    clippy::missing_safety_doc,
    reason = "these items bear the header's names, and their safety is the header's contract"
)]

mod borrow;
mod discover;
mod dlga;
mod error;
mod explain;
mod guard;
mod haso;
mod output;
mod status;

pub use borrow::{imza_field, imza_str};
pub use discover::*;
pub use dlga::*;
pub use error::imza_error;
pub use explain::*;
#[cfg(feature = "capi-test")]
pub use guard::imza_test_panic;
pub use haso::*;
pub use status::*;
