//! What came over the wire, read with forbearance.

use crate::dlga::{HeaderNames, SCHEME};
use crate::explain::presented::{Presented, read};

/// The received headers that matter, empty where they are missing; the first where one stands twice.
pub(super) struct Headers<'h> {
    pub(super) date: &'h [u8],
    /// The date under the other name (DLGA-4).
    pub(super) other_date: Option<(&'static str, &'h [u8])>,
    pub(super) requester: &'h [u8],
    pub(super) authorization: &'h [u8],
    pub(super) content_type: Option<&'h [u8]>,
    pub(super) host: Option<&'h [u8]>,
}

impl<'h> Headers<'h> {
    pub(super) fn of<N: AsRef<str>, V: AsRef<[u8]>>(received: &'h [(N, V)]) -> Self {
        let find = |name: &str| {
            let named = received.iter().find(|(n, _)| n.as_ref().eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.as_ref().trim_ascii())
        };
        let (x_dlg, x) = (HeaderNames::XDlg, HeaderNames::X);
        let either = |one: &str, other: &str| find(one).or_else(|| find(other)).unwrap_or_default();
        Self {
            date: either(x_dlg.date(), x.date()),
            other_date: find(x_dlg.date()).and(find(x.date())).map(|date| (x.date(), date)),
            requester: either(x_dlg.requester(), x.requester()),
            authorization: either(x_dlg.authorization(), x.authorization()),
            content_type: find("content-type"),
            host: find("host").filter(|host| !host.is_empty()),
        }
    }
}

/// What the authorization header names, read with forbearance.
pub(super) struct Claim<'h> {
    pub(super) key_id: &'h [u8],
    pub(super) signature: &'h [u8],
    /// What had to be forborne.
    pub(super) seen: Vec<&'static str>,
}

impl<'h> Claim<'h> {
    /// Whether this is the access key id that it names.
    pub(super) fn is_of(&self, id: &str) -> bool {
        id.as_bytes() == self.key_id
    }

    pub(super) fn read(authorization: &'h [u8]) -> Self {
        let mut seen = Vec::new();
        let behind_scheme = authorization.strip_prefix(SCHEME.as_bytes());
        let credentials = behind_scheme.filter(|rest| !rest.starts_with(b" ")).unwrap_or_else(|| {
            seen.push("the authorization header begins with `DLGA` and one blank");
            let blank = authorization.iter().position(|&b| b == b' ');
            blank.and_then(|at| authorization.get(at..)).unwrap_or(authorization).trim_ascii()
        });
        let split = |at: usize| Some((credentials.get(..at)?, credentials.get(at.saturating_add(1)..)?));
        let is_colon = |&b: &u8| b == b':';
        let last = credentials.iter().rposition(is_colon).and_then(split);
        let first = credentials.iter().position(is_colon).and_then(split);
        let is_tag = |text: &[u8]| matches!(read(text), Presented::Tag { .. });
        match (first, last) {
            (Some((left, right)), _) if is_tag(left) && !is_tag(right) => {
                seen.push("access key id and signature change places in the authorization header");
                Self { key_id: right, signature: left, seen }
            }
            (_, Some((key_id, signature))) => Self { key_id, signature, seen },
            _ => {
                seen.push("an access key id and `:` stand before the signature");
                Self { key_id: b"", signature: credentials, seen }
            }
        }
    }
}
