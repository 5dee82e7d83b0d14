//! What is known about a presented signature, and how it is told.

use std::borrow::Cow;
use std::fmt;

use super::mask::Masked;
use super::side_by_side::Difference;

/// What is known about a signature or token that was presented. Made by an explainer.
///
/// `Display` tells it in plain sentences. Neither `Display` nor `Debug` nor any accessor shows a
/// secret or a signature that was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub(crate) nouns: Nouns,
    pub(crate) refusal: Option<String>,
    pub(crate) matches: Vec<Reading>,
    pub(crate) tried: usize,
    pub(crate) work: u64,
    pub(crate) cut_short: bool,
    /// Whether a reading must say which key it is with.
    pub(crate) has_several_keys: bool,
    pub(crate) notes: Vec<String>,
    pub(crate) signed: Masked,
}

impl Explanation {
    /// Whether there is nothing to explain: the request is valid as it stands.
    pub fn is_valid(&self) -> bool {
        self.refusal.is_none()
    }

    /// Why the request is refused as it stands; `None` when it is valid.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// Every reading, among those tried, under which the presented signature matches: fewest changes
    /// first. Several changes are tried only where none matches alone.
    pub fn matches(&self) -> &[Reading] {
        &self.matches
    }

    /// How many readings were tried.
    pub fn tried(&self) -> usize {
        self.tried
    }

    /// Whether the bound of its work was reached, [`MOST_WORK`](super::MOST_WORK), before everything was tried.
    pub fn was_cut_short(&self) -> bool {
        self.cut_short
    }

    /// The work that was done, in bytes: at most [`MOST_WORK`](super::MOST_WORK).
    pub fn work(&self) -> u64 {
        self.work
    }

    /// What else was noticed, a sentence each: for example that the signature has 20 bytes.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(String::as_str)
    }

    /// What should have been signed: the string to sign, or the message of a token, as text. What is longer than
    /// [`MOST_SHOWN`](super::MOST_SHOWN) is shown without its middle. A line feed is shown as `⏎` and a new line, what else
    /// does not print is escaped, and secrets are masked.
    pub fn signed_text(&self) -> String {
        self.signed.text()
    }

    /// The same bytes in hex, secrets masked.
    pub fn signed_hex(&self) -> String {
        self.signed.hex()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Nouns { presented, signed } = self.nouns;
        match &self.refusal {
            None => writeln!(f, "Valid: the {presented} matches, and nothing else is wrong.")?,
            Some(refusal) => writeln!(f, "Refused: {refusal}.")?,
        }
        if !self.is_valid() {
            for reading in &self.matches {
                let key =
                    if self.has_several_keys { format!(", with key {}", reading.key_index) } else { String::new() };
                writeln!(f, "The {presented} {reading}{key}.")?;
                for difference in &reading.told.differences {
                    write!(f, "{difference}")?;
                }
            }
            let variants = if self.tried == 1 { "variant" } else { "variants" };
            if self.matches.is_empty() {
                writeln!(f, "No reading matches. Tried: {} {variants} of the request.", self.tried)?;
            } else {
                writeln!(f, "Tried: {} {variants} of the request.", self.tried)?;
            }
            if self.cut_short {
                writeln!(f, "There were more to try: the search ends after so much work.")?;
            }
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        if !self.is_valid() && self.matches.is_empty() {
            writeln!(f, "The {signed}, as text (⏎ is a line feed):\n{}", self.signed_text())?;
            writeln!(f, "The {signed}, in hex:\n{}", self.signed_hex())?;
        }
        match self.matches.first().map(Reading::advice) {
            Some(advice @ [_, ..]) if !self.is_valid() => writeln!(f, "What to do: {}.", advice.join("; ")),
            _ => Ok(()),
        }
    }
}

/// How a scheme calls what is presented and what is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nouns {
    pub(crate) presented: &'static str,
    pub(crate) signed: &'static str,
}

/// A reading of the request under which the presented signature matches. `Display` reads `matches
/// when the body has no final newline`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub(crate) changes: Vec<Change>,
    pub(crate) key_index: usize,
    pub(crate) told: Told,
}

/// What is told of a reading beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) differences: Vec<Difference>,
    /// What was signed; of the readings that are shown with their differences.
    pub(crate) signed: Option<Masked>,
    pub(crate) advice: Vec<&'static str>,
}

impl Reading {
    /// What differs from the rules; empty where the signature matches as it stands. At most two
    /// steps in each of at most two parts are tried at a time; how the signature and its header are *written* is seen, and comes on top.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The key that matches, in the order of adding; 0 where an explainer has only one.
    pub fn key_index(&self) -> usize {
        self.key_index
    }

    /// The parts that were signed otherwise than they were received, side by side. Empty where the difference is in a
    /// secret, in the call or in how the signature is written, and for all but the first readings of an explanation.
    pub fn differences(&self) -> &[Difference] {
        &self.told.differences
    }

    /// All that was signed: the string to sign, or the message of a token, as [`Explanation::signed_text`] shows what
    /// should have been. `None` where [`differences`](Self::differences) is empty.
    pub fn signed_text(&self) -> Option<String> {
        self.told.signed.as_ref().map(Masked::text)
    }

    /// What to do about it, a clause each: `sign path and query exactly as they go over the wire`.
    pub fn advice(&self) -> &[&'static str] {
        &self.told.advice
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("matches")?;
        for (index, change) in self.changes.iter().enumerate() {
            write!(f, " {} {change}", if index == 0 { "when" } else { "and" })?;
        }
        if self.changes.is_empty() {
            f.write_str(" as it stands")?;
        }
        Ok(())
    }
}

/// One known mistake, as a clause that follows *when*: `the body has no final newline`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    text: Cow<'static, str>,
}

impl Change {
    pub(crate) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into() }
    }

    /// The clause. Its wording is listed in `docs/explain.md` and does not change within a version.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
