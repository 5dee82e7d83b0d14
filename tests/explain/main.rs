//! `imza::explain`: why a signature does not match, and which recipe a token has.

mod bounds;
mod discover;
mod dlga;
mod haso;
mod page;
