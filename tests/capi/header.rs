//! The committed headers are the ones that the sources make, and the versions in them are the crate's.

use std::collections::BTreeSet;

const COMMITTED: &str = include_str!("../../include/imza.h");
const MADE: &str = include_str!(concat!(env!("OUT_DIR"), "/imza.h"));
const COMMITTED_FFI: &str = include_str!("../../include/imza.ffi.h");
const MADE_FFI: &str = include_str!(concat!(env!("OUT_DIR"), "/imza.ffi.h"));

#[test]
fn the_committed_headers_are_the_ones_that_the_sources_make() {
    let drift = first_difference(COMMITTED, MADE);
    assert_eq!(drift, None, "include/imza.h has drifted from src/ffi: run `make header`");
    let drift = first_difference(COMMITTED_FFI, MADE_FFI);
    assert_eq!(drift, None, "include/imza.ffi.h has drifted from src/ffi: run `make header`");
}

#[test]
fn a_header_that_was_changed_by_hand_is_noticed() {
    for (committed, made, line) in
        [(COMMITTED, MADE, "#define IMZA_PANIC 4"), (COMMITTED_FFI, MADE_FFI, "    IMZA_PANIC = 4,")]
    {
        let changed = committed.replace(line, &line.replace('4', "5"));
        assert_ne!(changed, committed);
        assert!(first_difference(&changed, made).is_some());
    }
}

fn first_difference(committed: &str, made: &str) -> Option<(usize, String, String)> {
    let lines = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let (committed, made) = (lines(committed), lines(made));
    let at = (0..committed.len().max(made.len())).find(|&at| committed.get(at) != made.get(at))?;
    let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
    Some((at + 1, line(&committed), line(&made)))
}

/// The parsers of PHP's FFI and Python's cffi read declarations and comments, and nothing else of C.
#[test]
fn the_header_for_foreign_functions_is_declarations_alone() {
    for declaration in declarations(COMMITTED_FFI) {
        let is_struct = declaration.starts_with("typedef struct {") && declaration.matches('{').count() == 1;
        let is_enum = declaration.starts_with("enum {") && declaration.ends_with('}');
        let is_name = declaration.starts_with("typedef ") && !declaration.contains(['{', '(']);
        let is_prototype = declaration.contains(" *imza_") || declaration.contains(" imza_");
        let is_prototype = is_prototype && declaration.ends_with(')') && !declaration.contains(['{', '[']);
        assert!(is_struct || is_enum || is_name || is_prototype, "{declaration}");
    }
    for foreign in ["#", "inline", "static", "extern", "__", "IMZA_CHECK_RESULT", "[["] {
        assert!(!COMMITTED_FFI.contains(foreign), "{foreign}");
        assert!(foreign == "[[" || COMMITTED.contains(foreign), "imza.h has it, so that this test says something");
    }
}

#[test]
fn both_headers_have_the_same_types_functions_and_constants() {
    let of =
        |header| declarations(header).into_iter().filter(|code| !code.starts_with("enum")).collect::<BTreeSet<_>>();
    assert_eq!(of(COMMITTED_FFI), of(COMMITTED));
    let functions = of(COMMITTED).into_iter().filter(|code| code.ends_with(')')).count();
    assert_eq!(functions, include_str!("../abi/1/symbols.txt").lines().count());

    let constants = |header: &str, prefix: &str, between: &str| -> BTreeSet<(String, i32)> {
        let lines = header.lines().filter_map(|line| line.strip_prefix(prefix)?.split_once(between));
        lines.filter_map(|(name, value)| Some((name.to_owned(), value.trim_end_matches(',').parse().ok()?))).collect()
    };
    let mut whole = constants(COMMITTED, "#define ", " ");
    whole.retain(|(name, _)| !name.starts_with("IMZA_VERSION"));
    assert_eq!(constants(COMMITTED_FFI, "    ", " = "), whole);
    assert!(whole.contains(&(String::from("IMZA_HASO_TOKEN_MISMATCH"), 207)), "{whole:?}");
}

/// The declarations of a header, each on one line: without comments, directives, attributes and inline functions.
fn declarations(header: &str) -> Vec<String> {
    let mut code = String::new();
    for piece in header.split("/*") {
        code += piece.split_once("*/").map_or(piece, |(_, behind)| behind);
    }
    let is_declared =
        |line: &&str| !line.starts_with(['#', '}']) || line.starts_with("} imza_") || line.starts_with("};");
    let lines: Vec<_> = code.lines().filter(is_declared).collect();
    let code = lines.join("\n").replace("extern \"C\" {", "").replace("IMZA_CHECK_RESULT", "");
    let mut declarations = Vec::new();
    let (mut declaration, mut depth, mut is_inline) = (String::new(), 0, false);
    for character in code.chars() {
        depth += i32::from(character == '{') - i32::from(character == '}');
        is_inline |= character == '{' && declaration.contains("inline");
        if character == ';' && depth == 0 {
            declarations.push(declaration.split_whitespace().collect::<Vec<_>>().join(" "));
            declaration.clear();
        } else {
            declaration.push(character);
        }
    }
    assert!(is_inline || declaration.trim().is_empty(), "the rest is imza_str_from: {declaration}");
    declarations
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
