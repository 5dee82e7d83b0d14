//! A part of a request beside what was signed of it.

use std::fmt;

use super::mask::Mask;

/// How many characters are shown before the first one that differs, and from there on.
const BEFORE: usize = 24;
const BEHIND: usize = 36;

/// A part that a reading signs otherwise than it was received. `Display` shows both on lines of their own, the first
/// difference marked beneath.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    part: &'static str,
    offset: usize,
    received: String,
    signed: String,
    /// The column of the first character that differs.
    column: usize,
}

impl Difference {
    /// What differs between a part as it was received and as it was signed; nothing where they are equal. Secrets are masked, also
    /// where only a piece of one would be shown.
    pub(super) fn between(part: &'static str, received: &[u8], signed: &[u8], mask: &Mask) -> Option<Self> {
        let same = |(a, b): &(&u8, &u8)| a == b;
        let offset = received.iter().zip(signed).take_while(same).count();
        if offset == received.len() && offset == signed.len() {
            return None;
        }
        let [received, signed] = [received, signed].map(|bytes| mask.bytes(bytes).text().replace("⏎\n", "⏎"));
        let common = received.chars().zip(signed.chars()).take_while(|(a, b)| a == b).count();
        let from = common.saturating_sub(BEFORE);
        let column = common.saturating_sub(from).saturating_add(usize::from(from > 0));
        let [received, signed] = [received, signed].map(|text| window(&text, from));
        Some(Self { part, offset, received, signed, column })
    }

    /// Which part it is: `body`, `resource`, `message`.
    pub fn part(&self) -> &'static str {
        self.part
    }

    /// The first byte that differs, from 0; where one is only longer, the other's length.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The part as it was received, around the first difference; what is left out is an ellipsis, a line feed `⏎`.
    pub fn received(&self) -> &str {
        &self.received
    }

    /// The place of the first difference in [`received`](Self::received) and [`signed`](Self::signed), in characters
    /// from 0. Their length where they are equal: what differs is a secret, or too long to be shown.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The same place of what was signed.
    pub fn signed(&self) -> &str {
        &self.signed
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    the {} differs from its byte {} on", self.part, self.offset)?;
        if self.received == self.signed {
            return Ok(());
        }
        writeln!(f, "    as received  {}", self.received)?;
        writeln!(f, "    as signed    {}", self.signed)?;
        writeln!(f, "{:1$}^", "", self.column.saturating_add(17))
    }
}

fn window(text: &str, from: usize) -> String {
    let mut chars = text.chars().skip(from);
    let shown: String = chars.by_ref().take(BEFORE.saturating_add(BEHIND)).collect();
    let (before, behind) = (if from > 0 { "…" } else { "" }, if chars.next().is_some() { "…" } else { "" });
    format!("{before}{shown}{behind}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

    use super::*;

    fn shown(received: &str, signed: &str) -> String {
        let mut mask = Mask::default();
        mask.hide("secret", b"not-a-real-secret");
        Difference::between("body", received.as_bytes(), signed.as_bytes(), &mask).unwrap().to_string()
    }

    #[test]
    fn the_first_difference_is_marked_beneath_both() {
        assert_eq!(
            shown("{\"a\":1}\n", "{\"a\":1}"),
            "    the body differs from its byte 7 on\n    as received  {\"a\":1}⏎\n    as signed    {\"a\":1}\n                        ^\n"
        );
        let long = "x".repeat(100);
        let text = shown(&format!("{long}a{long}"), &format!("{long}b{long}"));
        let [_, received, signed, caret] = text.lines().collect::<Vec<_>>().try_into().unwrap();
        assert!(received.contains("…xxx") && received.ends_with('…'));
        let at = caret.chars().position(|c| c == '^').unwrap();
        assert_eq!((received.chars().nth(at), signed.chars().nth(at)), (Some('a'), Some('b')));
    }

    #[test]
    fn a_secret_is_not_shown_in_part() {
        for (received, signed) in
            [("<not-a-real-secret>", "<not-a-real-secret> "), ("not-a-real-secret", "not-a-real-secreT")]
        {
            let text = shown(received, signed);
            assert!(text.contains("[secret]") && !text.contains("real-secret\n"), "{text}");
        }
    }

    #[test]
    fn equal_parts_do_not_differ() {
        assert_eq!(Difference::between("body", b"x", b"x", &Mask::default()), None);
    }
}
