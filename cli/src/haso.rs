//! `imza haso`: Haso's `requestToken` made, verified, and looked into.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use imza::haso;
use imza_audit::Keys;

use crate::discover;
use crate::explain;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::recipes::{RecipeOptions, Recipes};
use crate::secret::{FormOptions, KeysOptions, Secret};

/// Haso's requestToken: make one, verify one, show its message, list the recipes
#[derive(Subcommand)]
pub(crate) enum Command {
    Token(Token),
    Verify(Verify),
    Message(Message),
    Recipes(Recipes),
    Explain(explain::Haso),
    Discover(discover::Discover),
}

impl Command {
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        match self {
            Self::Token(token) => token.run(),
            Self::Verify(verify) => verify.run(),
            Self::Message(message) => message.run(),
            Self::Recipes(recipes) => recipes.run(),
            Self::Explain(explain) => explain.run(),
            Self::Discover(discover) => discover.run(),
        }
    }
}

/// A merchant's credentials.
///
/// A command that takes these options declares the group `salt`.
#[derive(Args)]
#[group(skip)]
pub(crate) struct CredentialOptions {
    /// Merchant id, as posted
    #[arg(long, value_name = "ID")]
    pub(crate) merchant_id: String,
    /// File with the merchant key, read as it is
    #[arg(long, value_name = "FILE", group = "key")]
    key_file: Option<PathBuf>,
    /// Environment variable with the merchant key
    #[arg(long, value_name = "NAME", group = "key")]
    key_env: Option<OsString>,
    /// File with the merchant salt, read as it is
    #[arg(long, value_name = "FILE", group = "salt")]
    salt_file: Option<PathBuf>,
    /// Environment variable with the merchant salt
    #[arg(long, value_name = "NAME", group = "salt")]
    salt_env: Option<OsString>,
    #[command(flatten)]
    pub(crate) form: FormOptions,
    /// Which secret keys the HMAC; with merchant-salt, no merchant key is needed
    #[arg(long, value_name = "SECRET", value_enum, default_value_t)]
    pub(crate) hmac_key: HmacKey,
}

/// The readings of what keys the HMAC (HASO-4).
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum HmacKey {
    /// The merchant key
    #[default]
    MerchantKey,
    /// The merchant salt, for a merchant who was given nothing else
    MerchantSalt,
}

impl CredentialOptions {
    /// The merchant under the reading of HASO-4 that was asked for.
    pub(crate) fn merchant(&self) -> Result<haso::Merchant, Failure> {
        Ok(match self.secrets()? {
            (Some(key), salt) => haso::Merchant::new(&self.merchant_id, key.as_slice(), salt.as_slice())?,
            (None, salt) => haso::Merchant::salt_keyed(&self.merchant_id, salt.as_slice())?,
        })
    }

    /// The merchant key, or none where the salt keys the HMAC; and the salt.
    pub(crate) fn secrets(&self) -> Result<(Option<Secret>, Secret), Failure> {
        let salt = self.salt()?;
        if self.hmac_key == HmacKey::MerchantSalt {
            if self.key_file.is_some() || self.key_env.is_some() {
                output::warn("with --hmac-key merchant-salt the salt keys the HMAC; the merchant key is not used");
            }
            return Ok((None, salt));
        }
        let key = self.key()?.ok_or_else(|| {
            Failure::new(
                "a merchant key is needed: give --key-file or --key-env, or --hmac-key merchant-salt where there is \
                 only a salt",
            )
        })?;
        Ok((Some(key), salt))
    }

    /// The merchant key, where one was given.
    pub(crate) fn key(&self) -> Result<Option<Secret>, Failure> {
        self.form.read(self.key_file.as_deref(), self.key_env.as_deref())
    }

    /// The merchant salt.
    pub(crate) fn salt(&self) -> Result<Secret, Failure> {
        let salt = self.form.read(self.salt_file.as_deref(), self.salt_env.as_deref())?;
        salt.ok_or_else(|| Failure::new("a merchant salt is needed: give --salt-file or --salt-env"))
    }
}

/// The posted fields.
#[derive(Args)]
#[group(skip)]
pub(crate) struct FieldOptions {
    /// A posted field; repeat it for each, in any order
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = field)]
    pub(crate) fields: Vec<(String, String)>,
}

/// Reads `name=value`; the value may hold further `=`.
fn field(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a field reads `name=value`".to_owned()),
    }
}

/// Make the requestToken of posted fields
#[derive(Args)]
#[command(group = ArgGroup::new("salt").required(true), after_help = "\
Examples:
  (umask 077; printf %s merchant-key-not-real >key.txt)
  (umask 077; printf %s merchant-salt-not-real >salt.txt)

  # The token of a documented method.
  imza haso token --recipe SetPreDefinedLimit --merchant-id 1000042 \\
      --key-file key.txt --salt-file salt.txt --field customerId=5500123 \\
      --field dealerSegment=GOLD --field ipAddress=85.105.1.2

  # The token of any other: its recipe is the line on the vendor's page.
  imza haso token --recipe 'merchantId + ipAddress+ orderNo + merhant_salt' \\
      --merchant-id 1000042 --key-file key.txt --salt-file salt.txt \\
      --field orderNo=77")]
pub(crate) struct Token {
    #[command(flatten)]
    recipe: RecipeOptions,
    #[command(flatten)]
    credentials: CredentialOptions,
    #[command(flatten)]
    fields: FieldOptions,
}

impl Token {
    fn run(self) -> Result<Outcome, Failure> {
        let token = self.credentials.merchant()?.token(&self.recipe.recipe(None)?, &self.fields.fields)?;
        output::print(token + "\n")?;
        Ok(Outcome::Done)
    }
}

/// Verify the requestToken of posted fields
///
/// Exit code 0: the token was made of these fields. 1: refused, also where a required field is missing.
/// 2: could not be asked. A token says nothing of its time: a genuine one can have been sent before.
#[derive(Args)]
#[command(
    group = ArgGroup::new("salt").args(["keys"]).required(true),
    group = ArgGroup::new("credentials").args(["key_file", "key_env", "hmac_key"]).multiple(true).conflicts_with("keys"),
    after_help = "\
Examples:
  (umask 077; printf %s merchant-key-not-real >key.txt)
  (umask 077; printf %s merchant-salt-not-real >salt.txt)

  imza haso verify --recipe SetPreDefinedLimit --merchant-id 1000042 \\
      --key-file key.txt --salt-file salt.txt --field customerId=5500123 \\
      --field dealerSegment=GOLD --field ipAddress=85.105.1.2 \\
      --token Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=")]
pub(crate) struct Verify {
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
}

impl Verify {
    fn run(self) -> Result<Outcome, Failure> {
        let merchant_id = &self.credentials.merchant_id;
        let keys = self.keys.read(&self.credentials.form, Keys::read)?;
        let recipe = self.recipe.recipe(keys.as_ref())?;
        let (merchant, entries) = match keys.as_ref().map(|keys| keys.merchant(merchant_id)) {
            Some(Some((merchant, entries))) => (merchant.clone(), entries.to_vec()),
            Some(None) => {
                return Ok(Outcome::Refused(format!("refused: the keys file has no merchant {merchant_id:?}")));
            }
            None => (self.credentials.merchant()?, vec![0]),
        };
        match merchant.verify(&recipe, &self.fields.fields, &self.token) {
            Ok(accepted) => {
                let key = entries.get(accepted.key_index()).copied().unwrap_or_default();
                output::print(format!(
                    "accepted: the token was made of these fields with key {key} (merchant {merchant_id})\n"
                ))?;
                Ok(Outcome::Done)
            }
            Err(error) => Ok(Outcome::Refused(format!("refused: {error}"))),
        }
    }
}

/// Print the message that the token is made of, with the salt shown as [salt]
#[derive(Args)]
#[command(group = ArgGroup::new("salt").required(true), after_help = "\
Examples:
  (umask 077; printf %s merchant-key-not-real >key.txt)
  (umask 077; printf %s merchant-salt-not-real >salt.txt)

  imza haso message --recipe SetPreDefinedLimit --merchant-id 1000042 \\
      --key-file key.txt --salt-file salt.txt --field customerId=5500123 \\
      --field dealerSegment=GOLD --field ipAddress=85.105.1.2")]
pub(crate) struct Message {
    #[command(flatten)]
    recipe: RecipeOptions,
    #[command(flatten)]
    credentials: CredentialOptions,
    #[command(flatten)]
    fields: FieldOptions,
    /// Print the salt itself: the very bytes, with no newline added
    #[arg(long)]
    reveal_salt: bool,
}

impl Message {
    fn run(self) -> Result<Outcome, Failure> {
        let message = self.credentials.merchant()?.message(&self.recipe.recipe(None)?, &self.fields.fields)?;
        if self.reveal_salt {
            output::print(message.reveal())?;
        } else {
            output::print(format!("{message}\n"))?;
        }
        Ok(Outcome::Done)
    }
}
