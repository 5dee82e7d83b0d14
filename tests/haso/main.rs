//! Haso's token against the golden corpus.

#[cfg(feature = "json")]
mod calls;
#[path = "../support/corpus.rs"]
mod corpus;
mod recipe;
mod token;
mod verify;

use imza::haso::{Error, Merchant};
use serde_json::Value;

/// The merchant of an id and of an object that holds key, salt and the reading of HASO-4.
fn merchant(id: &str, secret: &Value) -> Result<Merchant, Error> {
    let (key, salt) = (corpus::text(secret, "merchant_key"), corpus::text(secret, "merchant_salt"));
    match corpus::text(secret, "hmac_key") {
        "merchant-key" => Merchant::new(id, key, salt),
        "merchant-salt" => Merchant::salt_keyed(id, salt),
        other => panic!("{other} is no reading of HASO-4"),
    }
}
