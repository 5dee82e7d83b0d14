//! Received texts in errors.

/// A received name or id as an error shows it: what does not print is escaped, so that it stays on one line and
/// tells a terminal nothing; cut after 64 characters.
pub fn shown(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_debug).collect()
}
