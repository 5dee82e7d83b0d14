//! What differs between two spellings of one text, named as a user would.

/// The most differences that are named; what is beyond is "and so on".
const MOST_NAMED: usize = 3;

/// The longest spelling that is shown.
const LONGEST: usize = 24;

/// Differences in the order in which they were met, each once.
#[derive(Default)]
pub(crate) struct Differences {
    named: Vec<String>,
    has_more: bool,
}

impl Differences {
    /// `other` where `received` was.
    pub(crate) fn add(&mut self, received: &str, other: &str) {
        let shown = |text: &str| {
            if text.chars().nth(LONGEST).is_some() {
                format!("{}…", text.chars().take(LONGEST).collect::<String>())
            } else {
                text.to_owned()
            }
        };
        self.name(format!("`{}` where it has `{}`", shown(other), shown(received)));
    }

    /// Another spelling of a character. All that are not ASCII are one difference.
    pub(crate) fn add_character(&mut self, character: char, received: &str, other: &str) {
        match (character.is_ascii(), received.starts_with('\\'), other.starts_with('\\')) {
            (false, false, true) => self.name("`\\uXXXX` where it has characters that are not ASCII"),
            (false, true, false) => self.name("characters that are not ASCII where it has `\\uXXXX`"),
            (false, true, true) if other == other.to_ascii_uppercase().replace("\\U", "\\u") => {
                self.name("`\\u` escapes in upper case");
            }
            (false, true, true) => self.name("`\\u` escapes in lower case"),
            _ => self.add(received, other),
        }
    }

    /// A difference in words of its own.
    pub(crate) fn name(&mut self, difference: impl Into<String>) {
        let difference = difference.into();
        if self.named.contains(&difference) || self.has_more {
            return;
        }
        if self.named.len() == MOST_NAMED {
            self.has_more = true;
        } else {
            self.named.push(difference);
        }
    }

    /// The clause that names them: `has … and …`; `None` where there are none.
    pub(crate) fn clause(&self) -> Option<String> {
        let more = if self.has_more { ", and so on" } else { "" };
        (!self.named.is_empty()).then(|| format!("has {}{more}", self.named.join(" and ")))
    }
}
