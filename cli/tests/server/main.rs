//! `imza sandbox` and `imza proxy`, run as a user runs it: real sockets, and clients that do not keep to the rules.

#![allow(clippy::format_push_string)]

mod faults;
mod inspector;
mod proxy;
mod served;
mod vendors;
