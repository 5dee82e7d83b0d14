//! What a recording says itself about the body that it holds: whether this is what was sent.
//!
//! A signature that matches proves the body, whatever the recording says. One that does not match proves nothing
//! where the recording holds another body than the one that was sent: such a record is unreadable, not invalid.

use super::text::Text;

/// What is known of a body.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Evidence<'a> {
    /// The bytes that the recording holds.
    pub(super) held: &'a [u8],
    /// Whether it holds them as a text, in which bytes that are not text cannot be.
    pub(super) is_text: bool,
    /// How many bytes the recorder counted, beside the header `Content-Length`.
    pub(super) counted: Option<u64>,
    /// The member that names another file with the body.
    pub(super) elsewhere: Option<&'a str>,
    /// In what the text is written, where this is not known.
    pub(super) unknown_encoding: Option<&'a str>,
    /// Whether there are parameters, but no bytes of the body.
    pub(super) is_taken_apart: bool,
}

/// The codings that pack a body (RFC 9110, section 8.4.1), and what each begins with, where that is known. Others that
/// are named are a mistake, such as `utf-8`, or pack nothing.
const CODINGS: [(&str, &[u8]); 7] = [
    ("gzip", b"\x1f\x8b"),
    ("x-gzip", b"\x1f\x8b"),
    ("zstd", b"\x28\xb5\x2f\xfd"),
    ("br", b""),
    ("deflate", b""),
    ("compress", b"\x1f\x9d"),
    ("x-compress", b"\x1f\x9d"),
];

const REPLACED: &str = "the recording replaced bytes of the body that are not UTF-8 by U+FFFD";

/// Why the body that is held may not be the one that was sent; `None` where nothing says so.
pub(super) fn doubt(evidence: &Evidence, headers: &[(Text, Text)]) -> Option<String> {
    let Evidence { held, is_text, counted, elsewhere, unknown_encoding, is_taken_apart } = *evidence;
    if let Some(member) = elsewhere {
        return Some(format!("the recording holds the body in another file, which `{member}` names"));
    }
    // Most records have none of these headers; each is looked at once.
    let (mut is_sent_in_pieces, mut packed) = (false, None);
    let is_other = |&bytes: &u64| u64::try_from(held.len()) != Ok(bytes);
    let mut other_length = counted.filter(is_other);
    for (name, value) in headers {
        let (name, value) = (name.as_str(), value.as_str().trim());
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("content-length") {
            other_length = other_length.or_else(|| value.parse().ok().filter(is_other));
        } else if is("content-encoding") {
            packed = packed.or_else(|| undone(value, held).map(|coding| ("Content-Encoding", coding)));
        } else if is("transfer-encoding") {
            is_sent_in_pieces |= !value.is_empty();
            packed = packed.or_else(|| undone(value, held).map(|coding| ("Transfer-Encoding", coding)));
        }
    }
    if held.is_empty() {
        if is_taken_apart {
            return Some(
                "the recording has the posted parameters one by one, but not the bytes of the body".to_owned(),
            );
        }
        let was_there = is_sent_in_pieces || other_length.is_some();
        return was_there.then(|| "the recording says that there was a body, but does not hold it".to_owned());
    }
    if let Some((header, coding)) = packed {
        return Some(format!(
            "the body was sent packed, with {header} `{coding}`, and the recording holds it unpacked"
        ));
    }
    if let Some(encoding) = unknown_encoding {
        let encoding = imza::shown::shown(encoding);
        return Some(format!("the recording holds the body in the encoding `{encoding}`, which is not read here"));
    }
    if is_text && has_replacement(held) {
        return Some(REPLACED.to_owned());
    }
    let sent = other_length?;
    Some(format!("the recording holds {} bytes of the body, but {sent} were sent", held.len()))
}

/// Why fields that a recording took apart may not be those that were sent.
pub(super) fn replaced(fields: &[(Text, Text)]) -> Option<String> {
    let is_replaced = |text: &Text| has_replacement(text.as_str().as_bytes());
    fields.iter().any(|(name, value)| is_replaced(name) || is_replaced(value)).then(|| REPLACED.to_owned())
}

/// Whether U+FFFD is in a text.
fn has_replacement(text: &[u8]) -> bool {
    // Most texts do not even have its first byte.
    let replacement = "\u{fffd}".as_bytes();
    memchr::memchr_iter(0xef, text).any(|at| text.get(at..).is_some_and(|rest| rest.starts_with(replacement)))
}

/// The coding that a body was sent packed with and is held without: the last of a header's list, which is the outermost.
/// Where a coding is not known from how it begins, a text is not packed.
fn undone(list: &str, body: &[u8]) -> Option<&'static str> {
    let known = |name: &str| CODINGS.into_iter().find(|(coding, _)| name.trim().eq_ignore_ascii_case(coding));
    let (coding, begins) = list.rsplit(',').find_map(known)?;
    let is_packed = if begins.is_empty() { str::from_utf8(body).is_err() } else { body.starts_with(begins) };
    (!is_packed).then_some(coding)
}
