//! Every rule of the two schemes stands in `docs/`, has a test that cites it, and no rule is cited that does not exist.

mod oracle;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The schemes, how many rules each has, and the page that states them.
const SCHEMES: [(&str, u32, &str); 2] = [("DLGA", 20, "docs/dlga.md"), ("HASO", 12, "docs/haso.md")];

/// The rules of a scheme that a text cites by number, such as 6 for `DLGA-6`.
fn cited(scheme: &str, text: &str) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices(scheme) {
        let is_word = !text.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric()));
        let behind = text.get(at + scheme.len()..).and_then(|behind| behind.strip_prefix('-')).unwrap_or_default();
        let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
        if is_word && let Ok(number) = digits.parse() {
            found.insert(number);
        }
    }
    found
}

/// The rules that a page states: each as a heading of its own.
fn stated(scheme: &str, page: &str) -> BTreeSet<u32> {
    let headings = page.lines().filter(|line| line.starts_with("### "));
    headings.flat_map(|heading| cited(scheme, heading)).collect()
}

/// What of a file is a test: all of it where the path says so, in `src` what follows `#[cfg(test)]`. What a module says
/// of itself (`//!`) cites nothing: there a range of rules would be claimed without a test.
fn test_lines(path: &Path, text: &str) -> String {
    let is_test = path.components().any(|part| part.as_os_str().to_string_lossy().contains("test"));
    let text = if is_test { text } else { text.split_once("#[cfg(test)]").map_or("", |(_, tests)| tests) };
    text.lines().filter(|line| !line.trim_start().starts_with("//!")).collect::<Vec<_>>().join("\n")
}

/// Every text file of a folder of this repository, by its path from the root.
fn files(folder: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut folders, mut found) = (vec![root.join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        // A folder that is not there yet has nothing to cite.
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((path.strip_prefix(root).unwrap().to_owned(), text));
            }
        }
    }
    found
}

/// The rules of one scheme that lack a place on its page, that lack a test, and that are cited without existing.
fn faults(scheme: &str, rules: u32, page: &str, tests: &str, everything: &str) -> Vec<String> {
    let all: BTreeSet<u32> = (1..=rules).collect();
    let told = |what: &str, numbers: BTreeSet<u32>| -> Vec<String> {
        numbers.into_iter().map(|number| format!("{scheme}-{number} {what}")).collect()
    };
    let (stated, tested, mentioned) = (stated(scheme, page), cited(scheme, tests), cited(scheme, everything));
    [
        told("has no heading on its page", &all - &stated),
        told("has no test that cites it", &(&all | &stated) - &tested),
        told("is cited, and is no rule", &(&(&mentioned | &stated) | &tested) - &all),
    ]
    .concat()
}

/// Keeps DLGA-1 to DLGA-20 and HASO-1 to HASO-12 together: page, code and tests.
#[test]
fn every_rule_is_stated_and_tested_and_none_is_invented() {
    let own = Path::new(file!()).file_name().unwrap();
    let of_tests = ["tests", "bindings", "src", "audit", "cli"].map(files).concat();
    let mut tests = String::new();
    for (path, text) in of_tests.iter().filter(|(path, _)| path.file_name() != Some(own)) {
        let is_vector = path.extension().is_some_and(|extension| extension == "json" || extension == "md");
        if !is_vector {
            tests += &test_lines(path, text);
        }
    }
    let everything = [of_tests, files("docs"), files("include"), files("examples")].concat();
    let everything = everything.iter().filter(|(path, _)| path.file_name() != Some(own));
    let everything: String = everything.map(|(_, text)| text.as_str()).collect();
    let mut found = Vec::new();
    for (scheme, rules, page) in SCHEMES {
        let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).expect(page);
        found.extend(faults(scheme, rules, &page, &tests, &everything));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The positive control: each of the three faults is found.
#[test]
fn a_rule_without_page_or_test_and_an_invented_one_are_found() {
    let page = "### XY-1 · one\n### XY-2 · two\nXY-3 stands in the text alone\n";
    assert_eq!(
        faults("XY", 3, page, "/// XY-1, XY-3.", "XY-1 XY-9"),
        ["XY-3 has no heading on its page", "XY-2 has no test that cites it", "XY-9 is cited, and is no rule"]
    );
    assert_eq!(faults("XY", 2, page, "XY-1 to XY-2", "AXY-7 XY-10x XY-"), ["XY-10 is cited, and is no rule"]);
    let src = "/// XY-1\nfn f() {}\n#[cfg(test)]\nmod tests {\n    //! XY-3\n    /// XY-2\n}";
    assert_eq!(cited("XY", &test_lines(Path::new("src/a.rs"), src)), BTreeSet::from([2]));
}
