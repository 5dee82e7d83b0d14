//! What a recording says itself about the body that it holds: whether this is what was sent.
//!
//! A signature that matches proves the body, whatever the recording says. One that does not match proves nothing
//! where the recording holds another body than the one that was sent: such a record is unreadable, not invalid.

use super::text::Text;

/// What is known of a body beside its bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence<'a> {
    /// How many bytes the recording holds.
    pub(super) held: usize,
    /// Whether characters stand for bytes that are not text, U+FFFD.
    pub(super) is_replaced: bool,
    /// Whether the recording holds bytes and not a text.
    pub(super) is_bytes: bool,
    /// How many bytes the recorder counted, beside the header `Content-Length`.
    pub(super) counted: Option<u64>,
    /// The member that names another file with the body.
    pub(super) elsewhere: Option<&'a str>,
    /// Whether there are parameters, but no bytes of the body.
    pub(super) is_taken_apart: bool,
}

/// Why the body that is held may not be the one that was sent; `None` where nothing says so.
pub(super) fn doubt(evidence: &Evidence, headers: &[(Text, Text)]) -> Option<String> {
    let Evidence { held, is_replaced, is_bytes, counted, elsewhere, is_taken_apart } = *evidence;
    let header = |name: &str| {
        let found = headers.iter().find(|(found, _)| found.as_str().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str().trim()).filter(|value| !value.is_empty())
    };
    let sent = header("content-length").and_then(|length| length.parse().ok()).or(counted);
    if held == 0 {
        if let Some(member) = elsewhere {
            return Some(format!("the recording holds the body in another file, which `{member}` names"));
        }
        if is_taken_apart {
            return Some(
                "the recording has the posted parameters one by one, but not the bytes of the body".to_owned(),
            );
        }
        let was_there = sent.map_or_else(|| header("transfer-encoding").is_some(), |bytes: u64| bytes > 0);
        return was_there.then(|| "the recording says that there was a body, but does not hold it".to_owned());
    }
    let coding = header("content-encoding").filter(|coding| !coding.eq_ignore_ascii_case("identity"));
    if let Some(coding) = coding.filter(|_| !is_bytes) {
        let coding = imza::shown::shown(coding);
        return Some(format!(
            "the body was sent packed, with Content-Encoding `{coding}`, and the recording holds it unpacked"
        ));
    }
    if is_replaced {
        return Some("the recording replaced bytes of the body that are not UTF-8 by U+FFFD".to_owned());
    }
    let sent = sent.filter(|&bytes| u64::try_from(held) != Ok(bytes))?;
    Some(format!("the recording holds {held} bytes of the body, but {sent} were sent"))
}
