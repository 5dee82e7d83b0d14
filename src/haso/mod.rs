//! Haso's `requestToken`: rules HASO-1 to HASO-12, written out in `docs/haso.md`.
//!
//! A token is the base64 of HMAC-SHA256 over some of the posted fields, run together in the order of
//! the method's [`Recipe`], with a salt among them. The recipes of the documented methods are in
//! [`METHODS`]; for any other method, the line of the vendor's page is read by [`Recipe::parse`].
//!
//! The way of the data: fields and [`Recipe`] → [`Merchant::message`] → [`Merchant::token`] →
//! [`Merchant::verify`] → [`Accepted`] or [`Error`].
//!
//! Why a token does not match, the feature `explain` finds out, and the recipe of a method that is not documented.
//!
//! Know what a token does **not** do (HASO-12): nothing in it binds the method or the time, so it can
//! be replayed; fields outside the recipe are not protected; and since fields run together, `1` + `23`
//! and `12` + `3` give one token. [`Recipe::weaknesses`] lists what holds for a recipe.

#[cfg(feature = "json")]
pub mod calls;
mod catalog;
mod error;
mod merchant;
mod recipe;
mod secret;

pub use catalog::{
    ASK_KKB_REPORT_RESULT, GET_CUSTOMER_PAYMENTS, GET_CUSTOMER_TRANSACTIONS, GET_PAYMENT_PLAN_BY_DEALER_SEGMENT,
    GET_PAYMENTS_OF_TRANSACTION, LOAD_CUSTOMER_BALANCE, METHODS, SEND_KKB_PIN_CODE, SET_BULK_PAID_PAYMENT,
    SET_LIMIT_FROM_KDS, SET_PAID_PAYMENT, SET_PRE_DEFINED_LIMIT,
};
pub use error::{Credential, Error, FieldFault, RecipeFault};
pub use merchant::{Accepted, Merchant, Message, Verdict};
pub use recipe::{Field, MERCHANT_ID, PostedField, REQUEST_TOKEN, Recipe, Shape, Term, Weakness};
pub use secret::{HmacKey, NoSuchHmacKey, Secret};
