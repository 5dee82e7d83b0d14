//! What the audit says of one record, and the line that says it.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imza::explain::Explanation;

use super::printable;
use super::record::Json;

/// What an audit says of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Genuine, and in time.
    Valid,
    /// The signature does not match.
    Invalid,
    /// The signature matches, but the clock says no.
    Expired,
    /// A header or a required field is missing, or is not in its format.
    Malformed,
    /// No key is held for the access key id or the merchant.
    UnknownKey,
    /// No recipe is known for the endpoint.
    Unsupported,
    /// The line is not a record.
    Unreadable,
}

impl Verdict {
    /// Every verdict, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Valid,
        Self::Invalid,
        Self::Expired,
        Self::Malformed,
        Self::UnknownKey,
        Self::Unsupported,
        Self::Unreadable,
    ];

    /// Its word in the verdict's line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::Malformed => "malformed",
            Self::UnknownKey => "unknown-key",
            Self::Unsupported => "unsupported",
            Self::Unreadable => "unreadable",
        }
    }

    /// What it means, in half a sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Valid => "the signature matches, and the request was made in time",
            Self::Invalid => "the signature does not match: another request, or another secret, was signed",
            Self::Expired => "the signature matches, but the request was made too early or too late",
            Self::Malformed => "a header or a required field is missing, or is not in its format",
            Self::UnknownKey => "the keys file has no key for the access key id or the merchant",
            Self::Unsupported => "no recipe is known for the endpoint",
            Self::Unreadable => "the line is not a record, or does not hold what is needed to judge it",
        }
    }
}

/// Which of the two signatures a record carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Diyalog's header.
    Dlga,
    /// Haso's `requestToken`.
    Haso,
}

impl Scheme {
    /// Its word in the verdict's line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dlga => "dlga",
            Self::Haso => "haso",
        }
    }
}

/// A verdict with what belongs to it.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) scheme: Option<Scheme>,
    pub(super) verdict: Verdict,
    /// The vendor's status (DLGA-14); none where the vendor has none.
    pub(super) http_status: Option<u16>,
    /// The vendor's text (DLGA-14); empty where the vendor has none.
    pub(super) vendor_text: &'static str,
    /// Empty for a valid record.
    pub(super) reason: String,
    /// Which entry of the keys file matched, among those of its scheme.
    pub(super) key: Option<usize>,
    /// When the request was received, as the recording says: seconds since 1970.
    pub(super) received_at: Option<i64>,
    /// When it was made, as the request itself says: seconds since 1970. Only a genuine signature vouches for it.
    pub(super) made_at: Option<i64>,
    /// What a genuine record is known by when it comes again; none where the signature does not match.
    pub(super) signature: Option<Signature>,
    /// For a record that is not genuine, the row of the table of the id that it claims.
    pub(super) claimed_row: Option<usize>,
    /// What the text of the reason was made of.
    pub(super) explanation: Option<Box<Explanation>>,
}

/// What a single record comes to; see [`Audit::judge_record`](super::Audit::judge_record).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The vendor's status (DLGA-14), 200 for a valid record; none where the vendor has none.
    pub http_status: Option<u16>,
    /// The vendor's text, to the letter (DLGA-14); empty where the vendor has none.
    pub vendor_text: &'static str,
    /// Why it is not valid, in one line; where the keys were read to explain, the explanation follows on lines of its
    /// own. Empty for a valid record. Text of the sender's in it is not escaped.
    pub reason: String,
    /// Which entry of the keys file matched, among those of its scheme.
    pub key: Option<usize>,
    /// What the text of the explanation in `reason` was made of.
    pub explanation: Option<Box<Explanation>>,
}

impl From<Judgement> for Judged {
    fn from(judgement: Judgement) -> Self {
        let Judgement { verdict, http_status, vendor_text, reason, key, explanation, .. } = judgement;
        Self { verdict, http_status, vendor_text, reason, key, explanation }
    }
}

/// The first 64 bits of a genuine signature. They are as good as random: among a million signatures, two are
/// alike with a probability of one in 37 million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature(pub(super) [u8; 8]);

impl Signature {
    /// Of a signature in base64 that was found to match.
    pub(super) fn of(base64: &[u8]) -> Self {
        // Twelve characters are nine bytes.
        let mut bytes = [0; 9];
        let [front @ .., _ninth] = match STANDARD.decode_slice(base64.get(..12).unwrap_or_default(), &mut bytes) {
            Ok(_) => bytes,
            Err(_) => [0; 9],
        };
        Self(front)
    }
}

impl Hash for Signature {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from_ne_bytes(self.0));
    }
}

/// How every line ends. Whether a record is a replay turns out when the lines are put in order.
const NO_REPLAY: &[u8] = b"null}\n";

impl Judgement {
    pub(super) fn unreadable(reason: String) -> Self {
        Self {
            scheme: None,
            verdict: Verdict::Unreadable,
            http_status: None,
            vendor_text: "",
            reason,
            key: None,
            received_at: None,
            made_at: None,
            signature: None,
            claimed_row: None,
            explanation: None,
        }
    }

    /// Writes the verdict's line, its members in the promised order, and returns where the id is in it. What does
    /// not print is escaped, so that the line can be shown on a terminal.
    ///
    /// A derived `Serialize` takes 123 ns a line and this 29 ns, of the 2,100 ns that a record takes altogether.
    pub(super) fn write_line(&self, id: Option<Json>, line: u64, to: &mut Vec<u8>) -> Range<usize> {
        let behind_line: &[u8] = match self.scheme {
            Some(Scheme::Dlga) => b",\"scheme\":\"dlga\",\"verdict\":\"",
            Some(Scheme::Haso) => b",\"scheme\":\"haso\",\"verdict\":\"",
            None => b",\"scheme\":null,\"verdict\":\"",
        };
        to.extend_from_slice(b"{\"id\":");
        let begin = to.len();
        printable::write_json(to, id.map_or("null", |Json(id)| id));
        let id = begin..to.len();
        to.extend_from_slice(b",\"line\":");
        write_number(to, Some(line));
        to.extend_from_slice(behind_line);
        to.extend_from_slice(self.verdict.as_str().as_bytes());
        to.extend_from_slice(b"\",\"http_status\":");
        write_number(to, self.http_status.map(u64::from));
        to.extend_from_slice(b",\"reason\":");
        if self.reason.is_empty() {
            to.extend_from_slice(b"\"\"");
        } else {
            printable::write(to, &self.reason);
        }
        to.extend_from_slice(b",\"key\":");
        write_number(to, self.key.and_then(|key| u64::try_from(key).ok()));
        to.extend_from_slice(b",\"signature\":");
        match self.signature {
            Some(signature) => write_hex(to, signature),
            None => to.extend_from_slice(b"null"),
        }
        to.extend_from_slice(b",\"replay_of\":");
        to.extend_from_slice(NO_REPLAY);
        id
    }
}

/// Names the line that a replay repeats, in lines that [`Judgement::write_line`] wrote: for each replay, where its
/// line ends and the number of the line that it repeats.
pub(super) fn mark_replays(lines: &mut Vec<u8>, replays: &[(usize, u64)]) {
    if replays.is_empty() {
        return;
    }
    let mut marked = Vec::with_capacity(lines.len().saturating_add(replays.len().saturating_mul(20)));
    let mut begin = 0;
    for &(end, line) in replays {
        let tail = end.saturating_sub(NO_REPLAY.len());
        marked.extend_from_slice(lines.get(begin..tail).unwrap_or_default());
        write_number(&mut marked, Some(line));
        marked.extend_from_slice(b"}\n");
        begin = end;
    }
    marked.extend_from_slice(lines.get(begin..).unwrap_or_default());
    *lines = marked;
}

fn write_number(to: &mut Vec<u8>, number: Option<u64>) {
    match number {
        Some(number) => to.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
        None => to.extend_from_slice(b"null"),
    }
}

fn write_hex(to: &mut Vec<u8>, Signature(bytes): Signature) {
    let digit = |value: u8| if value < 10 { b'0'.wrapping_add(value) } else { b'W'.wrapping_add(value) };
    to.push(b'"');
    to.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    to.push(b'"');
}
