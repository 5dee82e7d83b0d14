//! The committed header is the one that the sources make, and the versions in it are the crate's.
#![cfg(feature = "header")]
#![allow(clippy::arithmetic_side_effects, clippy::panic, reason = "a test may fail loudly")]

const COMMITTED: &str = include_str!("../include/imza.h");
const MADE: &str = include_str!(concat!(env!("OUT_DIR"), "/imza.h"));

#[test]
fn the_committed_header_is_the_one_that_the_sources_make() {
    let drift = first_difference(COMMITTED, MADE);
    assert_eq!(drift, None, "include/imza.h has drifted from src/ffi: run `make header`");
}

#[test]
fn a_header_that_was_changed_by_hand_is_noticed() {
    let changed = COMMITTED.replace("#define IMZA_PANIC 4", "#define IMZA_PANIC 5");
    assert_ne!(changed, COMMITTED);
    assert!(first_difference(&changed, MADE).is_some());
}

fn first_difference(committed: &str, made: &str) -> Option<(usize, String, String)> {
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let (committed, made) = (lines(committed), lines(made));
    let at = (0..committed.len().max(made.len())).find(|&at| committed.get(at) != made.get(at))?;
    let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
    Some((at + 1, line(&committed), line(&made)))
}

#[test]
fn the_version_macros_are_the_numbers_of_cargo_toml() {
    let number = |name: &str| -> u32 { value_of(name).parse().expect(name) };
    let crate_version =
        [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")]
            .map(|part| part.parse::<u32>().expect("a number"));
    let macros = ["IMZA_VERSION_MAJOR", "IMZA_VERSION_MINOR", "IMZA_VERSION_PATCH"].map(number);
    assert_eq!(macros, crate_version);
    assert_eq!(value_of("IMZA_VERSION"), format!("\"{}\"", env!("CARGO_PKG_VERSION")));
    assert_eq!(number("IMZA_ABI_VERSION"), imza::ffi::imza_abi_version());
    assert_eq!(imza::ffi::imza_abi_version(), 1);
}

fn value_of(name: &str) -> &str {
    COMMITTED
        .lines()
        .find_map(|line| line.strip_prefix("#define ")?.strip_prefix(name)?.strip_prefix(' '))
        .unwrap_or_else(|| panic!("the header defines no {name}"))
}
