//! Which vendor a request is for, and which calls the vendors document.

use imza::dlga::HeaderNames;
use imza_audit::{Audit, Scheme};

use crate::server::Received;

/// Diyalog's documented calls, all posted as JSON.
pub(crate) const DIYALOG_CALLS: [&str; 12] = [
    TRANSACTION_HASH,
    "/v1/application/enableoutofoffice",
    "/v1/application/finishonlinehelp",
    "/v1/application/interactionisnotdelivered",
    "/v1/reporting/getcalllist",
    "/v1/reporting/getcustomermessaginglist",
    "/v1/reporting/getmessagingdetail",
    "/v1/reporting/getonlinehelplist",
    "/v1/reporting/getstaffmessaginglist",
    "/v1/simplepush/notificationstatus",
    "/v1/simplepush/notificationstatusofuser",
    "/v1/simplepush/sendpush",
];
pub(crate) const TRANSACTION_HASH: &str = "/v1/application/gettransactionhashforonlinehelp";

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Diyalog,
    /// With the endpoint whose recipe counts, or the path where there is none.
    Haso(String),
    Nothing,
}

/// Knows a request by its path, and Diyalog's also by its headers.
pub(crate) fn asked(received: &Received, audit: &Audit) -> Asked {
    let path = received.path();
    let is_signed = || {
        let names = HeaderNames::XDlg.all();
        received.headers.iter().any(|(name, _)| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
    };
    if let Some(endpoint) = audit.endpoint_of(path) {
        Asked::Haso(endpoint.to_owned())
    } else if path.starts_with("/v1/") || is_signed() {
        Asked::Diyalog
    } else if path.starts_with("/RequestV2/") || path.starts_with("/Index/") {
        Asked::Haso(path.to_owned())
    } else {
        Asked::Nothing
    }
}

impl Asked {
    pub(crate) fn scheme(&self) -> Option<Scheme> {
        match self {
            Self::Diyalog => Some(Scheme::Dlga),
            Self::Haso(_) => Some(Scheme::Haso),
            Self::Nothing => None,
        }
    }
}
