//! What the audit says of one record, and the line that says it.

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
    /// The line is no record.
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
    /// Empty for a valid record.
    pub(super) reason: String,
    /// Which entry of the keys file matched, among those of its scheme.
    pub(super) key: Option<usize>,
    /// When it was received, or else when it says that it was made: seconds since 1970.
    pub(super) seen: Option<i64>,
    /// For a genuine record, 64 bits of its signature, to know it again.
    pub(super) signature: Option<u64>,
    /// For one that is not, the row of the table of the id that it claims.
    pub(super) claimed_row: Option<usize>,
}

impl Judgement {
    pub(super) fn unreadable(reason: String) -> Self {
        Self {
            scheme: None,
            verdict: Verdict::Unreadable,
            http_status: None,
            reason,
            key: None,
            seen: None,
            signature: None,
            claimed_row: None,
        }
    }

    /// Writes the verdict's line, its keys in the order that is promised.
    pub(super) fn write_line(&self, id: Option<Json>, line: u64, to: &mut Vec<u8>) {
        let behind_line: &[u8] = match self.scheme {
            Some(Scheme::Dlga) => b",\"scheme\":\"dlga\",\"verdict\":\"",
            Some(Scheme::Haso) => b",\"scheme\":\"haso\",\"verdict\":\"",
            None => b",\"scheme\":null,\"verdict\":\"",
        };
        to.extend_from_slice(b"{\"id\":");
        to.extend_from_slice(id.map_or("null", |Json(id)| id).as_bytes());
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
            // Writing to a vector cannot fail.
            let _ = serde_json::to_writer(&mut *to, &self.reason);
        }
        to.extend_from_slice(b",\"key\":");
        write_number(to, self.key.and_then(|key| u64::try_from(key).ok()));
        to.extend_from_slice(b"}\n");
    }
}

/// Writes a number or `null`, without the detour of `core::fmt`: there are three in every line.
fn write_number(to: &mut Vec<u8>, number: Option<u64>) {
    let Some(mut rest) = number else {
        to.extend_from_slice(b"null");
        return;
    };
    let mut digits = [0; 20];
    let mut begin = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.saturating_add(u8::try_from(rest % 10).unwrap_or_default());
        begin = begin.saturating_sub(1);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    to.extend_from_slice(digits.get(begin..).unwrap_or_default());
}
