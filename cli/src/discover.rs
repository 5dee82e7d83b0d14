//! `imza haso discover`: the recipe of a method whose page is not public.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use imza::explain::haso::{Discoverer, End, MOST_TRIES};
use indicatif::{ProgressBar, ProgressStyle};

use crate::failure::{Failure, Outcome};
use crate::haso::{CredentialOptions, FieldOptions, HmacKey};
use crate::output;

/// Find the recipe of a method from a request that is known to be good
///
/// Tries every subset and order of the posted fields, with the salt at either end, under both readings of the
/// HMAC's key: first with merchantId in front, then with it elsewhere or left out. Prints each recipe that
/// gives the token on a line of its own, ready for the keys file. The tries grow factorially with the fields:
/// nine are 39 million. Exit code 0: found. 1: none found. 2: could not be asked.
#[derive(Args)]
#[command(group = ArgGroup::new("salt").required(true), after_help = "\
Examples:
  (umask 077; printf %s merchant-key-not-real >key.txt)
  (umask 077; printf %s merchant-salt-not-real >salt.txt)

  # What is this token made of?
  imza haso discover --merchant-id 1000042 \\
      --key-file key.txt --salt-file salt.txt \\
      --field ipAddress=85.105.1.2 --field dealerSegment=GOLD \\
      --field customerId=5500123 --field limitReductionFlag=true \\
      --token Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=")]
pub(crate) struct Discover {
    #[command(flatten)]
    credentials: CredentialOptions,
    #[command(flatten)]
    fields: FieldOptions,
    /// The requestToken that is known to be good
    #[arg(long, allow_hyphen_values = true)]
    token: String,
    /// A further good request of the same method, which narrows several recipes to one; may be repeated
    ///
    /// The file is a JSON object of the posted fields, requestToken among them.
    #[arg(long = "sample", value_name = "FILE")]
    samples: Vec<PathBuf>,
    /// Stop after so many tries
    #[arg(long, value_name = "NUMBER", default_value_t = MOST_TRIES)]
    most_tries: u64,
}

impl Discover {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let id = &self.credentials.merchant_id;
        let salt = self.credentials.salt()?;
        let key = match self.credentials.hmac_key {
            HmacKey::MerchantKey => self.credentials.key()?,
            HmacKey::MerchantSalt => None,
        };
        let discoverer = match key {
            Some(key) => Discoverer::new(id, key.as_slice(), salt.as_slice())?,
            None => Discoverer::salt_keyed(id, salt.as_slice())?,
        };
        let mut discoverer = discoverer.most_tries(self.most_tries).sample(&self.fields.fields, &self.token)?;
        for path in &self.samples {
            let (fields, token) = read_sample(path)?;
            discoverer = discoverer
                .sample(&fields, token)
                .map_err(|error| Failure::new(format!("the sample {}: {error}", path.display())))?;
        }

        let bar = progress_bar(discoverer.planned(), self.most_tries);
        let discovery = discoverer.run(|progress| {
            bar.set_length(progress.planned);
            bar.set_position(progress.tried);
            ControlFlow::Continue(())
        });
        bar.finish_and_clear();

        discovery.notes().for_each(output::say);
        let (tried, planned) = (discovery.tried(), in_words(discovery.planned()));
        let extent = match discovery.end() {
            End::Complete if tried == 1 => "the only message was tried".to_owned(),
            End::Complete => format!("all {tried} messages were tried"),
            _ => format!("{tried} messages of {planned} were tried; --most-tries sets the bound"),
        };
        if discovery.found().is_empty() {
            return Ok(Outcome::Refused(format!("no recipe gives this token: {extent}")));
        }
        if discovery.end() != End::Complete {
            output::say(&format!("there may be further recipes: {extent}"));
        }
        let lines: Vec<String> = discovery.found().iter().map(ToString::to_string).collect();
        output::print(lines.join("\n") + "\n")?;
        Ok(Outcome::Done)
    }
}

/// How many messages there are to try; of thirty fields there are more than a number holds.
fn in_words(planned: u64) -> String {
    if planned == u64::MAX { "more than can be counted".to_owned() } else { planned.to_string() }
}

/// On a terminal, says what will be tried, and shows a bar; nothing elsewhere.
fn progress_bar(planned: u64, most_tries: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    output::say(&format!("messages to try: {}, and at most {most_tries} of them", in_words(planned)));
    let style = ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} messages, {eta} left");
    let bar = ProgressBar::new(planned.min(most_tries));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Reads the fields of a further request, and its token.
fn read_sample(path: &Path) -> Result<(Vec<(String, String)>, String), Failure> {
    let fault = |fault: String| Failure::new(format!("the sample {}: {fault}", path.display()));
    let text = fs::read(path).map_err(|error| fault(error.to_string()))?;
    let posted: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&text).map_err(|error| fault(format!("not a JSON object of fields: {error}")))?;
    let mut fields = BTreeMap::new();
    for (name, value) in posted {
        let text = match value {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => String::new(),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => value.to_string(),
            _ => return Err(fault(format!("the field {name:?} is neither a text nor a number"))),
        };
        fields.insert(name, text);
    }
    let token = fields.remove("requestToken").ok_or_else(|| fault("it has no requestToken".to_owned()))?;
    Ok((fields.into_iter().collect(), token))
}
