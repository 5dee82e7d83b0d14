//! `imza dlga`: Diyalog's three headers made, verified, and looked into.

use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use imza::dlga;
use imza_audit::Keys;

use crate::clock;
use crate::curl::Sent;
use crate::explain;
use crate::failure::{Failure, Outcome};
use crate::format::Format;
use crate::output;
use crate::request::{ReceivedOptions, RequestOptions};
use crate::secret::{KeysOptions, ReadKeys, SecretOptions};

/// Diyalog's DLGA header: sign a request, verify one, show what is signed
#[derive(Subcommand)]
pub(crate) enum Command {
    Sign(Sign),
    Verify(Verify),
    StringToSign(StringToSign),
    Explain(explain::Dlga),
}

impl Command {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Sign(sign) => sign.run(),
            Self::Verify(verify) => verify.run(),
            Self::StringToSign(string_to_sign) => string_to_sign.run(),
            Self::Explain(explain) => explain.run(),
        }
    }
}

/// The access key of one signer.
#[derive(Args)]
#[group(skip)]
#[command(group = ArgGroup::new("secret").required(true))]
pub(crate) struct AccessKeyOptions {
    /// AccessKeyId
    #[arg(long, value_name = "ID")]
    pub(crate) key_id: String,
    #[command(flatten)]
    pub(crate) secret: SecretOptions,
}

impl AccessKeyOptions {
    pub(crate) fn signer(&self) -> Result<dlga::Signer, Failure> {
        Ok(dlga::Signer::new(&self.key_id, self.secret.read()?.as_slice())?)
    }
}

/// One key that is accepted, or a file of them.
#[derive(Args)]
#[group(skip)]
#[command(group = ArgGroup::new("secret").args(["keys"]).required(true))]
pub(crate) struct AcceptedKeys {
    /// AccessKeyId of the one key that is accepted
    #[arg(long, value_name = "ID", required_unless_present = "keys", conflicts_with = "keys")]
    key_id: Option<String>,
    #[command(flatten)]
    secret: SecretOptions,
    #[command(flatten)]
    keys: KeysOptions,
}

impl AcceptedKeys {
    /// What is made of a keys file, as `read` reads it, or of the one key.
    pub(crate) fn read<T>(
        &self,
        read: ReadKeys,
        of_file: impl FnOnce(&Keys) -> T,
        of_one: impl FnOnce(&str, &[u8]) -> Result<T, dlga::Error>,
    ) -> Result<T, Failure> {
        match self.keys.read(&self.secret.form, read)? {
            Some(keys) => Ok(of_file(&keys)),
            None => Ok(of_one(self.key_id.as_deref().unwrap_or_default(), &self.secret.read()?)?),
        }
    }
}

/// How far a request's date may lie from the clock (DLGA-19).
#[derive(Args)]
#[group(skip)]
pub(crate) struct WindowOptions {
    /// Seconds that the request's date may lie before the clock
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    past: u64,
    /// Seconds that the request's date may lie ahead of the clock
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    future: u64,
}

impl WindowOptions {
    pub(crate) fn past(&self) -> Duration {
        Duration::from_secs(self.past)
    }

    pub(crate) fn future(&self) -> Duration {
        Duration::from_secs(self.future)
    }
}

/// Sign a request: print the three headers to add to it
///
/// The signature covers method, content type, date, body and resource. It does not cover the requester:
/// anyone on the path can change that one unseen.
#[derive(Args)]
#[command(after_help = "\
Examples:
  (umask 077; printf %s not-a-real-secret >secret.txt)
  printf %s '{\"customerId\":\"123456\"}' >body.json

  # The three headers, dated now.
  imza dlga sign --key-id my-key --secret-file secret.txt --method POST \\
      --content-type application/json --body body.json --requester 45186 \\
      --url https://api.diyalog.im/v1/application/finishonlinehelp

  # A curl line that sends exactly what was signed.
  imza dlga sign --key-id my-key --secret-file secret.txt --method POST \\
      --content-type application/json --body body.json --requester 45186 \\
      --url https://api.diyalog.im/v1/application/finishonlinehelp --format curl

  # The same signature whenever it is made: the date is an argument.
  imza dlga sign --key-id my-key --secret-file secret.txt --method GET \\
      --resource /v1/reporting/getcalllist --requester 45186 \\
      --date 2021-03-09T13:28:32Z --format json")]
pub(crate) struct Sign {
    #[command(flatten)]
    key: AccessKeyOptions,
    #[command(flatten)]
    request: RequestOptions,
    /// When the request is made; now, where this is left out
    ///
    /// Unix seconds, RFC 3339 (signed in the header's form, with GMT) or the header's form (signed as it is).
    #[arg(long, value_parser = clock::date, allow_negative_numbers = true)]
    date: Option<dlga::Date>,
    /// Staff number or id of the person on whose behalf the call is made; not signed
    #[arg(long, value_name = "ID")]
    requester: String,
    /// Which of the vendor's two sets of header names to write
    #[arg(long, value_name = "SET", value_enum, default_value_t)]
    header_names: HeaderNames,
    /// How to print the headers
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Sign {
    fn run(self) -> Result<Outcome, Failure> {
        let Self { key, request, date, requester, header_names, format } = self;
        let signer = key.signer()?.header_names(header_names.into());
        let date = date.map_or_else(|| dlga::Date::from_unix(clock::now()), Ok)?;
        if let Some(warning) = date.zone_warning() {
            output::warn(&warning.to_string());
        }
        let resource = request.resource()?;
        let mut body = request.body()?;
        let mut sent = Sent::new(&body);
        let mut stream = signer.stream(&request.method, request.content_type(), date)?.body_line(request.body_line());
        body.each_piece(|piece| {
            stream.update(piece);
            sent.take(piece);
        })?;
        let headers = stream.finish(&*resource, &requester)?;
        output::print(format.write(&headers, &request, &resource, &sent)?)?;
        Ok(Outcome::Done)
    }
}

/// The vendor's two sets of header names (DLGA-4).
#[derive(Clone, Copy, Default, ValueEnum)]
enum HeaderNames {
    /// x-dlg-date, x-dlg-requester-userid, x-dlg-authorization
    #[default]
    XDlg,
    /// Date, X-Requester-UserId, X-Authorization
    X,
}

impl From<HeaderNames> for dlga::HeaderNames {
    fn from(names: HeaderNames) -> Self {
        match names {
            HeaderNames::XDlg => Self::XDlg,
            HeaderNames::X => Self::X,
        }
    }
}

/// Verify a received request as the vendor's platform does
///
/// Exit code 0: genuinely signed, in time. 1: refused; standard error has the vendor's HTTP status and text,
/// and the reason. 2: could not be asked.
#[derive(Args)]
#[command(after_help = "\
Examples:
  (umask 077; printf %s not-a-real-secret >secret.txt)
  printf %s '{\"customerId\":\"123456\"}' >body.json
  signature='DLGA my-key:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c='

  # Was this request genuine, and in time when it came?
  imza dlga verify --key-id my-key --secret-file secret.txt --method POST \\
      --resource /v1/application/finishonlinehelp --body body.json \\
      --header 'Content-Type: application/json' \\
      --header 'x-dlg-date: Tue, 09 Mar 2021 13:28:32 GMT' \\
      --header 'x-dlg-requester-userid: 45186' \\
      --header \"x-dlg-authorization: $signature\" \\
      --now 2021-03-09T13:30:00Z

  # The same with a keys file, which holds several keys.
  printf '%s\\n' '[[dlga]]' 'access_key_id = \"my-key\"' \\
      'secret_file = \"secret.txt\"' >keys.toml
  imza dlga verify --keys keys.toml --method POST \\
      --resource /v1/application/finishonlinehelp --body body.json \\
      --header 'Content-Type: application/json' \\
      --header 'x-dlg-date: Tue, 09 Mar 2021 13:28:32 GMT' \\
      --header 'x-dlg-requester-userid: 45186' \\
      --header \"x-dlg-authorization: $signature\" \\
      --ignore-clock")]
pub(crate) struct Verify {
    #[command(flatten)]
    keys: AcceptedKeys,
    #[command(flatten)]
    request: RequestOptions,
    #[command(flatten)]
    received: ReceivedOptions,
    /// The server's clock; the system's, where this is left out
    ///
    /// Unix seconds, RFC 3339 or the header's form.
    #[arg(long, value_name = "UNIX|DATE", value_parser = clock::instant, allow_negative_numbers = true)]
    now: Option<i64>,
    #[command(flatten)]
    window: WindowOptions,
    /// Take a date however old it is
    #[arg(long)]
    ignore_clock: bool,
}

impl Verify {
    fn run(self) -> Result<Outcome, Failure> {
        let verifier = self
            .keys
            .read(Keys::read, |keys| keys.verifier().clone(), |id, secret| dlga::Verifier::new().key(id, secret))?
            .window(self.window.past(), self.window.future());
        let verifier = if self.ignore_clock { verifier.ignore_clock() } else { verifier };
        let now = self.now.unwrap_or_else(clock::now);

        let resource = self.request.resource()?;
        let content_type = self.received.content_type(&self.request)?;
        let mut body = self.request.body()?;
        let mut stream = match verifier.stream(&self.request.method, content_type, &self.received.headers) {
            Ok(stream) => stream.body_line(self.request.body_line()),
            Err(rejection) => return Ok(refused(&rejection)),
        };
        body.each_piece(|piece| stream.update(piece))?;
        match stream.finish(&*resource, now) {
            Ok(accepted) => {
                output::print(sentence(&accepted))?;
                Ok(Outcome::Done)
            }
            Err(rejection) => Ok(refused(&rejection)),
        }
    }
}

/// What is to be known of an accepted request. The requester is quoted, since anyone can have written it.
fn sentence(accepted: &dlga::Accepted) -> String {
    format!(
        "accepted: signed at {} with key {} (access key id {}); the requester, which is not signed, is {:?}\n",
        accepted.date(),
        accepted.key_index(),
        accepted.key_id(),
        accepted.requester(),
    )
}

/// The vendor's answer and the reason; where only the clock refuses, also the key that matched (DLGA-20).
fn refused(rejection: &dlga::Rejection) -> Outcome {
    let matched = rejection.key_index().map(|key| format!("; the signature is genuine, with key {key}"));
    Outcome::Refused(format!(
        "refused with {} `{}`: {rejection}{}",
        rejection.http_status(),
        rejection.vendor_text(),
        matched.unwrap_or_default()
    ))
}

/// Print the bytes that are signed, with no newline added
#[derive(Args)]
#[command(after_help = "\
Examples:
  printf %s '{\"customerId\":\"123456\"}' >body.json

  # Look at every byte: what a signature does not match is most often a newline.
  imza dlga string-to-sign --method POST --content-type application/json \\
      --resource /v1/application/finishonlinehelp --body body.json \\
      --date 'Tue, 09 Mar 2021 13:28:32 GMT' | od -c")]
pub(crate) struct StringToSign {
    #[command(flatten)]
    request: RequestOptions,
    /// When the request is made; now, where this is left out
    ///
    /// Unix seconds, RFC 3339 (signed in the header's form, with GMT) or the header's form (signed as it is).
    #[arg(long, value_parser = clock::date, allow_negative_numbers = true)]
    date: Option<dlga::Date>,
}

impl StringToSign {
    fn run(self) -> Result<Outcome, Failure> {
        let date = self.date.map_or_else(|| dlga::Date::from_unix(clock::now()), Ok)?;
        let resource = self.request.resource()?;
        let body = self.request.body()?.read()?;
        let request = self.request.request(self.request.content_type(), &resource, &body);
        output::print(request.string_to_sign(date.as_str())?)?;
        Ok(Outcome::Done)
    }
}
