//! What came over the wire, read leniently.

use std::borrow::Cow;

use crate::dlga::{HeaderNames, Request, SCHEME};
use crate::explain::presented::{Presented, read};

/// The received headers that matter, empty where they are missing; the first where one occurs twice.
pub(super) struct Headers<'h> {
    pub(super) date: &'h [u8],
    /// The date under the other name (DLGA-4).
    pub(super) other_date: Option<(&'static str, &'h [u8])>,
    pub(super) requester: &'h [u8],
    pub(super) authorization: &'h [u8],
    pub(super) content_type: Option<&'h [u8]>,
    /// Every server address that the request names.
    pub(super) hosts: Vec<&'h [u8]>,
    pub(super) forwarded_prefix: Option<&'h [u8]>,
    /// The resource before a proxy rewrote it, with the header that says so.
    pub(super) originals: Vec<(&'static str, &'h [u8])>,
    /// Under which wrong name a header was found.
    pub(super) seen: Vec<String>,
}

/// Headers in which a proxy keeps the resource that it received.
const ORIGINALS: [&str; 6] = [
    "X-Original-URI",
    "X-Original-URL",
    "X-Forwarded-URI",
    "X-Forwarded-Path",
    "X-Rewrite-URL",
    "X-Envoy-Original-Path",
];

/// The name of a header in one of the vendor's sets.
type Name = fn(HeaderNames) -> &'static str;

/// Names under which the three headers are sent by mistake, `_` as `-`, in lower case.
const OTHER_NAMES: [(&str, Name, &[&str]); 3] = [
    ("date", HeaderNames::date, &["x-date", "x-dlg-datetime", "x-dlg-time", "dlg-date", "x-dgl-date", "x-dlgdate"]),
    (
        "requester",
        HeaderNames::requester,
        &[
            "x-dlg-requester-user-id",
            "x-dlg-requesteruserid",
            "x-dlg-requester",
            "x-dlg-requester-id",
            "x-dlg-userid",
            "x-requester-user-id",
            "x-requesteruserid",
            "x-requester",
            "dlg-requester-userid",
            "x-dgl-requester-userid",
            "x-dlg-requester-user\u{131}d",
            "x-dlg-requester-user\u{131}d",
        ],
    ),
    (
        "signature",
        HeaderNames::authorization,
        &[
            "authorization",
            "http-x-dlg-authorization",
            "x-dlga-authorization",
            "xdlgauthorization",
            "x-ts-authorization",
            "x-amzn-remapped-authorization",
            "authorisation",
            "x-dlg-authorisation",
            "x-authorisation",
            "x-dlg-auth",
            "x-auth",
            "x-dlg-authentication",
            "x-dlg-authorizaton",
            "x-dlg-autorization",
            "dlg-authorization",
            "x-dgl-authorization",
            "x-dlg-signature",
            "x-signature",
            "proxy-authorization",
        ],
    ),
];

impl<'h> Headers<'h> {
    pub(super) fn of<N: AsRef<str>, V: AsRef<[u8]>>(received: &'h [(N, V)]) -> Self {
        let headers: Vec<(&str, &[u8])> =
            received.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        Self::found(&headers)
    }

    /// What is signed as the content type: where the request has none, the received one (DLGA-8).
    pub(super) fn signed_content_type<'r>(&self, request: &Request<'r>) -> &'r [u8]
    where
        'h: 'r,
    {
        if request.content_type.is_empty() { self.content_type.unwrap_or_default() } else { request.content_type }
    }

    fn found(received: &[(&'h str, &'h [u8])]) -> Self {
        let find = |name: &str| {
            let named = received.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
            named.map(|(_, value)| value.trim_ascii()).filter(|value| !value.is_empty())
        };
        let (x_dlg, x) = (HeaderNames::XDlg, HeaderNames::X);
        let mut seen = Vec::new();
        let mut found: [&'h [u8]; 3] = Default::default();
        for (place, (what, name, others)) in found.iter_mut().zip(OTHER_NAMES) {
            let right = find(name(x_dlg)).or_else(|| find(name(x)));
            let wrong = || {
                received.iter().find_map(|(given, value)| {
                    let plain = plain(given);
                    let is_so = others.contains(&&*plain)
                        || [x_dlg, x].iter().any(|set| plain == name(*set).to_ascii_lowercase());
                    Some((*given, value.trim_ascii())).filter(|(_, value)| is_so && !value.is_empty())
                })
            };
            *place = right.unwrap_or_else(|| {
                let Some((given, value)) = wrong() else { return b"" };
                let given: String = given.chars().take(64).collect();
                seen.push(format!("the {what} is in the header `{given}`, not in `{}`", name(x_dlg)));
                value
            });
        }
        let [date, requester, authorization] = found;
        let hosts = ["host", ":authority", "x-forwarded-host", "x-original-host"];
        // `Forwarded: for=…;proto=https;host=…` (RFC 7239).
        let forwarded = find("forwarded").and_then(|value| {
            value.split(|b| matches!(b, b';' | b',')).find_map(|one| one.trim_ascii().strip_prefix(b"host="))
        });
        let forwarded =
            forwarded.map(|host| host.strip_prefix(b"\"").and_then(|h| h.strip_suffix(b"\"")).unwrap_or(host));
        Self {
            date,
            other_date: find(x_dlg.date()).and(find(x.date())).map(|date| (x.date(), date)),
            requester,
            authorization,
            content_type: find("content-type"),
            hosts: hosts.into_iter().filter_map(find).chain(forwarded).collect(),
            forwarded_prefix: find("x-forwarded-prefix").or_else(|| find("x-script-name")),
            originals: ORIGINALS.into_iter().filter_map(|name| Some((name, find(name)?))).collect(),
            seen,
        }
    }
}

/// A header's name in lower case, `_` and spaces as `-`.
fn plain(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    if name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        return name.into();
    }
    name.chars().map(|c| if matches!(c, '_' | ' ') { '-' } else { c.to_ascii_lowercase() }).collect::<String>().into()
}

/// What the authorization header names, read leniently.
pub(super) struct Claim<'h> {
    pub(super) key_id: &'h [u8],
    pub(super) signature: &'h [u8],
    /// What was tolerated.
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
            seen.push("the authorization header begins with `DLGA` and one space");
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
            // A signature in hex with colons has some of its own.
            (Some((key_id, signature)), Some((_, end))) if !is_tag(end) && is_tag(signature) => {
                Self { key_id, signature, seen }
            }
            (_, Some((key_id, signature))) => Self { key_id, signature, seen },
            _ => {
                seen.push("an access key id and `:` are in front of the signature");
                Self { key_id: b"", signature: credentials, seen }
            }
        }
    }
}
