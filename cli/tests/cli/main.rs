//! The command `imza`, run as a user runs it: the real binary, real files, real pipes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice
)]

mod curl;
mod desk;
mod dlga;
mod explain;
mod haso;
mod pages;
mod secrets;
mod streams;
