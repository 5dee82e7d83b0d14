//! The list of mistakes in docs/explain.md is the one that is tried. `UPDATE_PAGES=1` writes it anew.

use std::path::Path;
use std::{env, fs};

#[test]
fn the_page_lists_every_mistake_that_is_tried() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/explain.md");
    let page = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- begin of the generated list -->\n", "<!-- end of the generated list -->");
    let (head, rest) = page.split_once(begin).unwrap();
    let (listed, tail) = rest.split_once(end).unwrap();
    let made = imza::explain::mistakes();
    assert!(made.chars().all(|c| c == '\n' || imza::shown::is_printable(c)), "the page is text that can be read");
    if env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, [head, begin, &made, end, tail].concat()).unwrap();
    } else {
        assert_eq!(listed, made, "run this test with UPDATE_PAGES=1, and read what it writes");
    }
}
