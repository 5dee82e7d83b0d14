//! The documented call `SetPreDefinedLimit`, typed (feature `json`): a struct in, the exact body with
//! its `requestToken` out, and the answer read back.
//!
//! ```
//! use imza::haso::{Merchant, calls::SetPreDefinedLimit};
//!
//! let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real")?;
//! let call = SetPreDefinedLimit { customer_id: "5500123".into(), dealer_segment: "GOLD".into(), ..Default::default() };
//! let signed = call.sign(&merchant)?;
//! assert_eq!(signed.token, "FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4=");
//! // Post `signed.json()`, or `signed.fields` as a form, to `SetPreDefinedLimit::ENDPOINT`; then
//! let answer = br#"{"Success": true, "Data": {"CustomerInfo": {}}}"#;
//! assert!(SetPreDefinedLimit::answer(200, answer)?.contains_key("CustomerInfo"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Error, MERCHANT_ID, Merchant, REQUEST_TOKEN, SET_PRE_DEFINED_LIMIT};

/// Stores a pre-defined limit for a customer without SMS confirmation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetPreDefinedLimit {
    /// `customerId`.
    pub customer_id: String,
    /// `dealerSegment`: at most 10 characters (HASO-10).
    pub dealer_segment: String,
    /// `ipAddress`: the caller's public address.
    pub ip_address: Option<String>,
    /// `limitReductionFlag`: posted, but **not** protected by the token (HASO-12).
    pub limit_reduction_flag: Option<bool>,
}

/// A signed call: what to post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The `requestToken`.
    pub token: String,
    /// Every parameter to post as (name, value), `merchantId` first and `requestToken` last.
    pub fields: Vec<(&'static str, String)>,
}

impl Signed {
    /// The parameters as the bytes of one JSON object; `limitReductionFlag` is a boolean in it, all
    /// others are strings.
    pub fn json(&self) -> Vec<u8> {
        let value = |name: &str, value: &String| match (name, value.as_str()) {
            (LIMIT_REDUCTION_FLAG, flag) => Value::Bool(flag == "true"),
            (_, text) => Value::String(text.to_owned()),
        };
        let object: Map<_, _> = self.fields.iter().map(|(n, v)| ((*n).to_owned(), value(n, v))).collect();
        Value::Object(object).to_string().into_bytes()
    }
}

const LIMIT_REDUCTION_FLAG: &str = "limitReductionFlag";

impl SetPreDefinedLimit {
    /// The HTTP method.
    pub const METHOD: &'static str = "POST";

    /// The path that the call is posted to, behind the address that the vendor gave the merchant.
    pub const ENDPOINT: &'static str = "/RequestV2/SetPreDefinedLimit";

    /// The parameters, and the token that signs them.
    ///
    /// # Errors
    /// As [`Merchant::token`].
    pub fn sign(&self, merchant: &Merchant) -> Result<Signed, Error> {
        let mut fields = vec![
            (MERCHANT_ID, merchant.merchant_id().to_owned()),
            ("customerId", self.customer_id.clone()),
            ("dealerSegment", self.dealer_segment.clone()),
        ];
        fields.extend(self.ip_address.clone().map(|address| ("ipAddress", address)));
        fields.extend(self.limit_reduction_flag.map(|flag| (LIMIT_REDUCTION_FLAG, flag.to_string())));
        let token = merchant.token(&SET_PRE_DEFINED_LIMIT, &fields)?;
        fields.push((REQUEST_TOKEN, token.clone()));
        Ok(Signed { token, fields })
    }

    /// Reads the vendor's answer from its HTTP status and body: its `Data`, with `CustomerInfo` in it.
    ///
    /// # Errors
    /// [`CallError`]: the vendor's `Errors`, an HTTP error, or an answer that cannot be read.
    pub fn answer(http_status: u16, body: &[u8]) -> Result<Map<String, Value>, CallError> {
        match serde_json::from_slice::<Answer>(body) {
            Ok(answer) if answer.success => Ok(answer.data.unwrap_or_default()),
            Ok(answer) => Err(CallError::Refused { errors: answer.errors.unwrap_or_default() }),
            Err(error) if http_status == 200 => Err(CallError::Unreadable(error)),
            Err(_) => {
                let text = String::from_utf8_lossy(body).trim().to_owned();
                Err(CallError::Vendor { http_status, text })
            }
        }
    }
}

/// The vendor's answer as it is documented.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    success: bool,
    errors: Option<Vec<String>>,
    data: Option<Map<String, Value>>,
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The vendor says that the call did not succeed, and why.
    #[error("the vendor refused the call: {}", .errors.join("; "))]
    Refused {
        /// The vendor's `Errors`.
        errors: Vec<String>,
    },
    /// The vendor answered with an HTTP error.
    #[error("the vendor answered {http_status}: {text}")]
    Vendor {
        /// The HTTP status.
        http_status: u16,
        /// The body.
        text: String,
    },
    /// The answer is not the documented JSON.
    #[error("the answer cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}
