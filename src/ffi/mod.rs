//! The C boundary: a thin adapter over the crate's public API, and nothing else.
//!
//! C and every language that speaks C see what stands here through `include/imza.h`, which cbindgen
//! makes of these files. The contract that every function keeps stands once, at the head of that
//! header (in `cbindgen.toml`), and the docstrings here are the header's. A Rust program uses
//! [`dlga`](crate::dlga) and [`haso`](crate::haso) themselves.
//!
//! Every export has the same three steps, in the order in which the contract judges arguments: what
//! C lends is borrowed (`lent`, `output`; NULL is refused before anything else), Rust is called, and
//! the outcome is told in a status and the caller's `imza_error` (`call`, `failure`). This is the
//! only `unsafe` code of the crate.

#![allow(unsafe_code)]
#![allow(
    non_camel_case_types,
    clippy::missing_safety_doc,
    reason = "these items bear the header's names, and their safety is the header's contract"
)]

mod call;
mod dlga;
mod dlga_explain;
mod dlga_stream;
mod error;
mod explain;
mod failure;
mod fields;
mod haso;
mod haso_explain;
mod lent;
mod output;
mod status;
#[cfg(feature = "capi-test")]
mod test_panic;
mod version;

pub use dlga::*;
pub use dlga_explain::*;
pub use dlga_stream::*;
pub use error::imza_error;
pub use explain::*;
pub use fields::imza_field;
pub use haso::*;
pub use haso_explain::*;
pub use lent::imza_str;
pub use status::*;
#[cfg(feature = "capi-test")]
pub use test_panic::imza_test_panic;
pub use version::{imza_abi_version, imza_version};
