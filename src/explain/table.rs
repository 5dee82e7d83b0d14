//! The list of mistakes for `docs/explain.md`, made of the tables themselves.

use std::fmt::Write as _;

use super::dlga;
use super::haso;
use crate::shown::escaped;

/// The longest example, in characters.
const LONGEST: usize = 72;

/// The list as Markdown: for each scheme a table with every mistake and an example of what is signed then.
#[doc(hidden)]
pub fn mistakes() -> String {
    let mut page = String::new();
    for (title, rows) in [("DLGA", dlga::examples()), ("Haso", haso::examples())] {
        // Writing to a `String` cannot fail.
        let _ = write!(page, "### {title}\n\n| matches when … | as signed |\n|---|---|\n");
        for (clause, example) in rows {
            let _ = writeln!(page, "| {} | {} |", cell(&clause), shown(&example));
        }
        page.push('\n');
    }
    page
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn shown(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => escaped(&text.replace('\n', "⏎").replace('\r', "␍").replace('\t', "⇥")),
        Err(_) => bytes.escape_ascii().to_string(),
    };
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("<code>{}{more}</code>", cell(&cut).replace('&', "&amp;").replace('<', "&lt;").replace('`', "&#96;"))
}
