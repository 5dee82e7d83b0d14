//! The command `imza`: arguments in, the library's public API called, text out.

fn main() {}
