//! `imza sandbox`, run as a user runs it: real sockets, and clients that do not keep to the rules.

#![allow(clippy::format_push_string)]

mod faults;
mod inspector;
mod served;
mod vendors;
