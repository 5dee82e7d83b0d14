//! `imza proxy`: signs what passes, for programs that cannot link a library.
//!
//! Data flow: a plain request with its whole body → signed by the keys of the keys file → the one vendor of `--to` → its
//! answer, passed back as it comes, and a line on the terminal.

mod sign;
mod upstream;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::Args;
use hyper::Request;
use hyper::body::Incoming;
use imza::dlga::WINDOW;
use imza::shown::escaped;
use imza_audit::{Audit, Clock, Keys};

use crate::failure::{Failure, Outcome};
use crate::output;
use crate::secret::TrimOptions;
use crate::server::{self, Answer, ExposeOptions, Refused, is_own, read_body};
use sign::Signing;
use upstream::{Origin, Upstream};

/// Sign what passes, for programs that cannot
///
/// A plain request to this address goes on to the vendor, signed: with Diyalog's three headers or, where its path has a
/// recipe of Haso, with the requestToken in its form or JSON body. The vendor's answer comes back as it is. Standard
/// output has a line for each request. Whoever can connect can sign: it listens on this machine alone unless told
/// otherwise. Stops on Ctrl-C.
#[derive(Args)]
#[command(after_help = "\
Examples:
  imza proxy --keys keys.toml --to https://api.diyalog.im --requester 45186
  curl --json '{}' http://127.0.0.1:8081/v1/reporting/getcalllist

  # Without the vendor: against `imza sandbox --keys keys.toml`.
  imza proxy --keys keys.toml --to http://127.0.0.1:8080 --requester 45186")]
pub(crate) struct Arguments {
    /// TOML file with the access keys, merchants and recipes to sign with
    #[arg(long, value_name = "KEYS.toml")]
    keys: PathBuf,
    /// The vendor, the only one that signed requests go to; http:// for this machine alone
    #[arg(long, value_name = "https://HOST")]
    to: Origin,
    #[command(flatten)]
    trim: TrimOptions,
    /// Address to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    #[command(flatten)]
    expose: ExposeOptions,
    /// The DLGA requester of every request; without it, a request names its own in x-dlg-requester-userid
    #[arg(long, value_name = "ID")]
    requester: Option<String>,
    /// The access key to sign with, where the keys file has several
    #[arg(long, value_name = "ID")]
    key_id: Option<String>,
    /// How long the vendor may take to answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        self.expose.check(self.listen)?;
        let keys = self.trim.read_keys(&self.keys, Keys::read)?;
        let audit = Audit::new(keys, Clock::AtReceived, WINDOW, WINDOW, NonZeroUsize::MIN);
        let signing = Signing::new(audit, self.key_id.as_deref(), self.requester)?;
        let upstream = Upstream::new(self.to.clone(), Duration::from_secs(self.timeout))?;
        let begin = |address: SocketAddr| {
            output::print(format!("listening on http://{address}, signed requests go to {}\n", self.to))
        };
        let proxy = Arc::new(Proxy { signing, upstream, requests: AtomicU64::new(0) });
        server::run(self.listen, begin, move |request| {
            let proxy = Arc::clone(&proxy);
            async move { proxy.serve(request).await }
        })
    }
}

struct Proxy {
    signing: Signing,
    upstream: Upstream,
    requests: AtomicU64,
}

impl Proxy {
    /// Signs a request and passes it on; the line on the terminal says what became of it.
    async fn serve(&self, request: Request<Incoming>) -> Answer {
        let number = self.requests.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        // Without the query, which may hold what is personal.
        let asked = format!("{} {}", request.method(), request.uri().path());
        let (status, answer, said) = match self.pass(request).await {
            Ok((answer, said)) => (answer.status().as_u16(), answer, said),
            Err(refused) => {
                let what = if refused.status >= 500 { "no answer" } else { "not passed on" };
                (refused.status, refused.answer(), format!("{what}: {}", refused.reason))
            }
        };
        // Where standard output is gone, no one reads.
        let _ = output::print(format!("{}\n", escaped(&format!("#{number} {status} {asked} {said}"))));
        answer
    }

    async fn pass(&self, request: Request<Incoming>) -> Result<(Answer, String), Refused> {
        let (mut parts, body) = request.into_parts();
        if parts.uri.authority().is_some() || !parts.uri.path().starts_with('/') {
            let to = "send the request to this address itself, with the vendor's path";
            return Err(Refused::new(400, format!("a proxy that signs is no proxy for other hosts: {to}")));
        }
        if !is_own(&parts.headers) {
            return Err(Refused::new(
                403,
                "a page of another site may have caused this request: the header `Host` must be an address or \
                 localhost, and `Origin` this server",
            ));
        }
        let body = read_body(body).await?;
        upstream::remove_hop_by_hop(&mut parts.headers);
        let signed = self.signing.sign(&mut parts, body)?;
        let answer = self.upstream.send(&parts, signed.body.clone()).await?;
        let mut said = format!("signed with {}", signed.by);
        if let 400 | 401 | 403 = answer.status().as_u16() {
            said = format!("{said}, refused: {}", self.signing.why(&parts, &signed, &answer));
        }
        Ok((answer, said))
    }
}
