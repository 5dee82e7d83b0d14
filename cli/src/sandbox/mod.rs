//! `imza sandbox`: both vendors, played on this machine. It refuses as they do, and says why.
//!
//! Data flow: a request → the scenario's faults → a record of the audit → the audit's verdict → the vendor's answer,
//! and a line on the terminal. What is recorded is what was judged, so `imza audit` comes to the same verdict.

mod answers;
mod desk;
mod inspector;
mod scenario;
mod unsigned;
mod vendor;

use std::io::Write as _;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgGroup, Args};
use hyper::Request;
use hyper::body::Incoming;
use imza::dlga::{self, Date, WINDOW};
use imza_audit::{Audit, Clock, Keys, Newline};
use tokio::sync::Semaphore;

use crate::clock;
use crate::curl::Line;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::secret::TrimOptions;
use crate::server::{self, Answer, ExposeOptions, answer, text};
use desk::Desk;
use scenario::Scenario;

/// Play both vendors on this machine: refuse as they do, and say why
///
/// Answers the documented calls of Diyalog and the methods of Haso, with the vendors' own refusals. Standard output
/// has a line for each request; where it is refused, the line says why and, where a known mistake explains it, which.
/// Stops on Ctrl-C.
#[derive(Args)]
#[command(
    group = ArgGroup::new("whose").args(["keys", "demo"]).required(true),
    after_help = "\
Examples:
  # No keys are needed to try it: it prints example keys and two curl lines.
  imza sandbox --demo

  # With your own keys, at another port; requests are recorded for `imza audit`.
  imza sandbox --keys keys.toml --listen 127.0.0.1:9000 --record requests.jsonl

  # How does my program take an error, a slow vendor, a clock that is wrong?
  imza sandbox --keys keys.toml --scenario error
  imza sandbox --keys keys.toml --scenario slow=3
  imza sandbox --keys keys.toml --scenario clock=+1200")]
pub(crate) struct Arguments {
    /// TOML file with the access keys, merchants and recipes to verify with
    #[arg(long, value_name = "KEYS.toml")]
    keys: Option<PathBuf>,
    /// Use example keys, and print them with two curl lines to try
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    trim: TrimOptions,
    /// Address to listen on; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    expose: ExposeOptions,
    /// File to append a record of each request to, for `imza audit`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// A fault to play: error, slow=SECONDS, clock=+SECONDS, strip=HEADER, add=HEADER:VALUE; can be repeated
    #[arg(long = "scenario", value_name = "FAULT", value_parser = Scenario::parse)]
    scenarios: Vec<Scenario>,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        self.expose.check(self.listen)?;
        let keys = match &self.keys {
            Some(path) => self.trim.read_keys(path, Keys::read_to_explain)?,
            None => demo_keys()?,
        };
        let verifier = self.demo.then(|| keys.verifier().clone());
        let record = self.record.as_deref().map(open_record).transpose()?;
        let audit = Audit::new(keys, Clock::AtReceived, WINDOW, WINDOW, NonZeroUsize::MIN);
        let desk = Arc::new(Desk::new(audit, self.scenarios, record));
        // Explaining takes a core; more at a time than there are cores make each other slow.
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let turns = Arc::new(Semaphore::new(cores));
        let begin = |address: SocketAddr| {
            let mut greeting =
                format!("listening on http://{address}, requests are shown at http://{address}/_imza/\n");
            if let Some(verifier) = verifier {
                greeting += &demo_greeting(&verifier, address)?;
            }
            output::print(greeting)
        };
        server::run(self.listen, begin, move |request| serve(Arc::clone(&desk), Arc::clone(&turns), request))
    }
}

async fn serve(desk: Arc<Desk>, turns: Arc<Semaphore>, request: Request<Incoming>) -> Answer {
    if inspector::is_for(request.uri().path()) {
        return inspector::serve(&desk.seen, &request);
    }
    let received = match server::read(request).await {
        Ok(received) => received,
        Err(refused) => {
            desk.unread(&refused);
            return refused.answer();
        }
    };
    tokio::time::sleep(desk.delay()).await;
    let Ok(_turn) = turns.acquire().await else { return text(503, "imza: stopping\n") };
    let handled = tokio::task::spawn_blocking(move || desk.handle(received)).await;
    match handled {
        Ok(reply) => answer(reply.status, reply.content_type, reply.body),
        Err(_panicked) => text(500, "imza: this is a fault of the sandbox itself\n"),
    }
}

/// The example keys of the documentation; they are no secret.
const DEMO_KEYS: &str = r#"[[dlga]]
access_key_id = "1234567-8ABC-DEF0-5432-56712ABCDEF5"
secret = "not-a-real-secret"

[[haso]]
merchant_id = "1000042"
key = "merchant-key-not-real"
salt = "merchant-salt-not-real"
"#;
const DEMO_KEY_ID: &str = "1234567-8ABC-DEF0-5432-56712ABCDEF5";
const DEMO_RESOURCE: &str = "/v1/application/gettransactionhashforonlinehelp";
const DEMO_BODY: &str = r#"{"customerId":"123456","deviceHash":"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}"#;

fn demo_keys() -> Result<Keys, Failure> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(DEMO_KEYS.as_bytes())?;
    Ok(Keys::read_to_explain(file.path(), Newline::Kept)?)
}

/// The example keys, and two requests to try: one that is accepted, and one whose body lost its final newline on its way.
fn demo_greeting(verifier: &dlga::Verifier, address: SocketAddr) -> Result<String, Failure> {
    let Some(signer) = verifier.signer(DEMO_KEY_ID) else { return Ok(String::new()) };
    let line = |signed: &str| -> Result<String, Failure> {
        let request = dlga::Request::post(DEMO_RESOURCE).json(signed);
        let headers = signer.sign(&request, Date::from_unix(clock::now())?, "45186")?;
        let mut line = Line::curl();
        line.option("--header", "content-type: application/json");
        for (name, value) in &headers {
            line.option("--header", format!("{name}: {value}"));
        }
        line.option("--data-binary", DEMO_BODY);
        line.word(format!("http://{address}{DEMO_RESOURCE}"));
        Ok(line.into_text())
    };
    Ok(format!(
        "\nThe example keys, as they would be written in a keys file:\n\n{DEMO_KEYS}\n\
         This is refused: what was signed had a final newline, what is sent has not.\n\n{}\n\n\
         This is accepted (within 15 minutes from now; start again for another):\n\n{}\n\n",
        line(&format!("{DEMO_BODY}\n"))?,
        line(DEMO_BODY)?
    ))
}

/// Opens the file for records, which others cannot read: requests may hold what is personal.
fn open_record(path: &Path) -> Result<std::fs::File, Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Failure::new(format!("{}: it cannot be written: {error}", path.display())))
}
