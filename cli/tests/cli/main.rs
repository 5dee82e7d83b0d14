//! The command `imza`, run as a user runs it: the real binary, real files, real pipes.

mod curl;
mod desk;
mod dlga;
mod explain;
mod haso;
mod pages;
mod secrets;
mod streams;
