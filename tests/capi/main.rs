//! The C interface from Rust, and its committed headers. What C and C++ see of it is tested in tests/c and tests/cpp.
#![allow(unsafe_code, reason = "the C interface is called here")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "each call is one that the header allows")]
#![allow(clippy::wildcard_imports, reason = "all of the interface")]

mod calls;
#[path = "../support/counting.rs"]
mod counting;
#[cfg(feature = "header")]
mod header;
