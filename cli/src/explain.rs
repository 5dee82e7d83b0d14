//! `imza dlga explain` and `imza haso explain`: why a signature or a token does not match.

use clap::{ArgGroup, Args, ValueEnum};
use imza::explain::{Change, Explanation, dlga, haso};
use imza_audit::Keys;
use serde_json::json;

use crate::clock;
use crate::dlga::{AcceptedKeys, WindowOptions};
use crate::failure::{Failure, Outcome};
use crate::haso::{CredentialOptions, FieldOptions};
use crate::output;
use crate::recipes::RecipeOptions;
use crate::request::{ReceivedOptions, RequestOptions};
use crate::secret::KeysOptions;

/// Explain a refused request: under which reading does its signature match?
///
/// Tries the known mistakes, one at a time and in pairs: another body line, a newline more or less, other
/// JSON, another content type or date, a decoded secret, hex for base64. Names every reading that matches,
/// or shows the bytes that should have been signed, as text and as hex. No secret is shown, and no signature
/// is made. Exit code 0: the request is valid. 1: it is not. 2: could not be asked.
#[derive(Args)]
#[command(after_help = "\
Examples:
  (umask 077; printf %s not-a-real-secret >secret.txt)
  printf '%s\\n' '{\"customerId\":\"123456\"}' >body.json
  signature='DLGA my-key:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c='

  # Why is this request refused? Its body has got a final newline on its way.
  imza dlga explain --key-id my-key --secret-file secret.txt --method POST \\
      --resource /v1/application/finishonlinehelp --body body.json \\
      --header 'Content-Type: application/json' \\
      --header 'x-dlg-date: Tue, 09 Mar 2021 13:28:32 GMT' \\
      --header 'x-dlg-requester-userid: 45186' \\
      --header \"x-dlg-authorization: $signature\" || echo 'not valid'")]
pub(crate) struct Dlga {
    #[command(flatten)]
    keys: AcceptedKeys,
    #[command(flatten)]
    request: RequestOptions,
    #[command(flatten)]
    received: ReceivedOptions,
    /// Judge the clock too, at this time; without it, a request is valid however old it is
    ///
    /// Unix seconds, RFC 3339 or the header's form.
    #[arg(long, value_name = "UNIX|DATE", value_parser = clock::instant, allow_negative_numbers = true)]
    now: Option<i64>,
    #[command(flatten)]
    window: WindowOptions,
    /// Take a date however old it is, whatever --now says
    #[arg(long)]
    ignore_clock: bool,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Dlga {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let explainer = self.keys.read(
            Keys::read_to_explain,
            |keys| keys.explainer().cloned().unwrap_or_default(),
            |id, secret| dlga::Explainer::new().key(id, secret),
        )?;
        let explainer = match self.now.filter(|_| !self.ignore_clock) {
            Some(now) => explainer.at_within(now, self.window.past(), self.window.future()),
            None => explainer,
        };
        let resource = self.request.resource()?;
        let content_type = self.received.content_type(&self.request)?;
        let body = self.request.body()?.read()?;
        let request = self.request.request(content_type, &resource, &body);
        tell(&explainer.explain(&request, &self.received.headers), self.format)
    }
}

/// Explain a refused requestToken: under which reading does it match?
///
/// Tries the known mistakes, one at a time and in pairs: key and salt exchanged, the salt left out or first,
/// another order, null for an absent field, other forms of amounts, dates and texts, hex for base64. Names
/// every reading that matches, or shows the message that should have gone into the HMAC, as text and as hex.
/// No token is made. Exit code 0: the token is valid. 1: it is not. 2: could not be asked.
#[derive(Args)]
#[command(
    group = ArgGroup::new("salt").args(["keys"]).required(true),
    group = ArgGroup::new("credentials").args(["key_file", "key_env", "hmac_key"]).multiple(true).conflicts_with("keys"),
    after_help = "\
Examples:
  (umask 077; printf %s merchant-key-not-real >key.txt)
  (umask 077; printf %s merchant-salt-not-real >salt.txt)

  # Why does this token not match? Somebody took the salt for the key.
  imza haso explain --recipe SetPreDefinedLimit --merchant-id 1000042 \\
      --key-file salt.txt --salt-file key.txt --field customerId=5500123 \\
      --field dealerSegment=GOLD --field ipAddress=85.105.1.2 \\
      --token Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY= || echo 'not valid'")]
pub(crate) struct Haso {
    #[command(flatten)]
    recipe: RecipeOptions,
    #[command(flatten)]
    credentials: CredentialOptions,
    #[command(flatten)]
    keys: KeysOptions,
    #[command(flatten)]
    fields: FieldOptions,
    /// The received requestToken
    #[arg(long, allow_hyphen_values = true)]
    token: String,
    /// Show the salt itself where it stands in the message
    #[arg(long)]
    reveal_salt: bool,
    /// How to print the explanation
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The form of an explanation.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// Sentences
    #[default]
    Text,
    /// One JSON object on a line, for programs
    Json,
}

impl Haso {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let merchant_id = &self.credentials.merchant_id;
        let keys = self.keys.read(&self.credentials.form, Keys::read_to_explain)?;
        let recipe = self.recipe.recipe(keys.as_ref())?;
        let explainer = match keys.as_ref().map(|keys| keys.merchant_explainer(merchant_id)) {
            Some(Some(explainer)) => explainer.clone(),
            Some(None) => {
                return Ok(Outcome::Refused(format!("refused: the keys file has no merchant {merchant_id:?}")));
            }
            None => match self.credentials.secrets()? {
                (Some(key), salt) => haso::Explainer::new(merchant_id, key.as_slice(), salt.as_slice())?,
                (None, salt) => haso::Explainer::salt_keyed(merchant_id, salt.as_slice())?,
            },
        };
        let explainer = if self.reveal_salt { explainer.reveal_salt() } else { explainer };
        tell(&explainer.explain(&recipe, &self.fields.fields, &self.token), self.format)
    }
}

fn tell(explanation: &Explanation, format: Format) -> Result<Outcome, Failure> {
    match format {
        Format::Text => output::print(explanation.to_string())?,
        Format::Json => output::print(format!("{}\n", json(explanation)))?,
    }
    Ok(if explanation.is_valid() { Outcome::Done } else { Outcome::NotValid })
}

/// What [`Explanation`] has, under the names of its methods.
pub(crate) fn json(explanation: &Explanation) -> serde_json::Value {
    let matches = explanation.matches().iter().map(|reading| {
        let differences = reading.differences().iter().map(|difference| {
            json!({
                "part": difference.part(),
                "offset": difference.offset(),
                "received": difference.received(),
                "signed": difference.signed(),
                "column": difference.column(),
            })
        });
        json!({
            "changes": reading.changes().iter().map(Change::text).collect::<Vec<_>>(),
            "key": reading.key_index(),
            "differences": differences.collect::<Vec<_>>(),
            "signed_text": reading.signed_text(),
            "advice": reading.advice(),
        })
    });
    json!({
        "valid": explanation.is_valid(),
        "refusal": explanation.refusal(),
        "matches": matches.collect::<Vec<_>>(),
        "tried": explanation.tried(),
        "cut_short": explanation.was_cut_short(),
        "notes": explanation.notes().collect::<Vec<_>>(),
        "signed_text": explanation.signed_text(),
        "signed_hex": explanation.signed_hex(),
    })
}
