//! Where a server listens, and which requests a browser may have been tricked into sending there.

use std::net::SocketAddr;

use clap::Args;
use hyper::HeaderMap;
use hyper::header::{HOST, ORIGIN};

use crate::failure::Failure;

/// Who may connect.
#[derive(Args)]
#[group(skip)]
pub(crate) struct ExposeOptions {
    /// Let other machines connect: --listen may name an address that is not loopback
    #[arg(long)]
    expose: bool,
}

impl ExposeOptions {
    /// Refuses to listen where others can reach it, unless that is asked for.
    pub(crate) fn check(&self, address: SocketAddr) -> Result<(), Failure> {
        if address.ip().is_loopback() || self.expose {
            return Ok(());
        }
        Err(Failure::new(format!("other machines can reach {address}; add --expose if they may")))
    }
}

/// Whether a request is not one that a page of another site makes a browser send: its `Host` is an address or
/// `localhost`, not a name that such a page can have, and its `Origin`, where there is one, is this server.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next().and_then(|host| host.to_str().ok()), hosts.next()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let is_same = |origin: &[u8]| origin.strip_prefix(b"http://") == Some(host.as_bytes());
    let is_same_site = headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    (is_address || name.eq_ignore_ascii_case("localhost"))
        && is_same_site
        && headers.get_all(ORIGIN).iter().all(|origin| is_same(origin.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_another_site_is_not_own() {
        let is_own = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, value.parse().expect("a header"));
            }
            super::is_own(&headers)
        };
        assert!(is_own(&[("host", "127.0.0.1:8080")]));
        assert!(is_own(&[("host", "localhost")]));
        assert!(is_own(&[("host", "[::1]:8080"), ("origin", "http://[::1]:8080"), ("sec-fetch-site", "same-origin")]));
        assert!(!is_own(&[]));
        assert!(!is_own(&[("host", "127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!is_own(&[("host", "rebound.example:8080")]));
        assert!(!is_own(&[("host", "127.0.0.1.rebound.example")]));
        assert!(!is_own(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:9090")]));
        assert!(!is_own(&[("host", "127.0.0.1:8080"), ("origin", "null")]));
        assert!(!is_own(&[("host", "127.0.0.1:8080"), ("sec-fetch-site", "cross-site")]));
    }
}
