//! Signs and verifies the requests of two Turkish services:
//!
//! - [`dlga`]: the `DLGA` authorization header of Diyalog's live-help API,
//! - [`haso`]: the `requestToken` of Haso's "buy now, pay later" API.
//!
//! Both are HMAC-SHA256 in base64; what differs, and what goes wrong, is *which bytes* are signed.
//! So both schemes show those bytes ([`dlga::Request::string_to_sign`], [`haso::Merchant::message`]),
//! and every refusal says what is wrong and where. The rules that are cited (`DLGA-6`, `HASO-4`) are
//! written out in `docs/dlga.md` and `docs/haso.md`.
//!
//! Where a signature does not match, the feature `explain` finds out why; where a method's recipe is not public, it finds
//! the recipe.
//!
//! The library has no network, no clock, no environment, no threads and no global state: a time is
//! an argument.
//!
//! # A DLGA header
//!
//! ```
//! use imza::dlga;
//!
//! let signer = dlga::Signer::new("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret")?;
//! let request = dlga::Request::post("/v1/application/finishonlinehelp").json(r#"{"customerId":"123456"}"#);
//! let headers = signer.sign(&request, dlga::Date::from_unix(1_615_296_512)?, "45186")?;
//!
//! assert_eq!(headers[0], ("x-dlg-date", "Tue, 09 Mar 2021 13:28:32 GMT".into()));
//! assert_eq!(headers.requester(), "45186");
//! assert_eq!(headers.authorization(), "DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=");
//!
//! let verifier = dlga::Verifier::new().key("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret")?;
//! let accepted = verifier.verify(&request, &headers, 1_615_296_600)?;
//! assert_eq!(accepted.requester(), "45186");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A Haso token
//!
//! ```
//! use imza::haso;
//!
//! let merchant = haso::Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real")?;
//! let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2")];
//! let token = merchant.token(&haso::SET_PRE_DEFINED_LIMIT, &fields)?;
//!
//! assert_eq!(token, "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=");
//! merchant.verify(&haso::SET_PRE_DEFINED_LIMIT, &fields, &token)?;
//! # Ok::<(), haso::Error>(())
//! ```
//!
//! # Features
//!
//! The default build has none of them, and depends on hmac, sha2, base64, httpdate, thiserror and zeroize alone.
//!
//! - `explain`: the module `explain`, which finds out why a signature does not match, and the recipe behind a token.
//! - `http`: `dlga::Signer::sign_http` and `dlga::Verifier::verify_http` for the requests of the crate `http`.
//! - `json`: `dlga::calls` and `haso::calls`, typed bodies and answers of the two documented calls.
//! - `capi`: the C interface of `include/imza.h`; `make lib` builds the C libraries.

#![cfg_attr(docsrs, feature(doc_cfg))]
// What reaches this library from outside never makes it panic.
#![deny(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

pub mod dlga;
#[cfg(feature = "explain")]
pub mod explain;
#[cfg(feature = "capi")]
pub mod ffi;
pub mod haso;
pub mod mac;
#[doc(hidden)]
pub mod shown;

// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
