//! The documented call `gettransactionhashforonlinehelp`, typed (feature `json`): a struct in, the
//! exact body with its headers out, and the answer read back.
//!
//! ```
//! use imza::dlga::{Date, Signer, calls::GetTransactionHash};
//!
//! let signer = Signer::new("key-id", "not-a-real-secret")?;
//! let call = GetTransactionHash { customer_id: "123456".into(), device_hash: "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k=".into() };
//! let signed = call.sign(&signer, Date::from_unix(1_615_296_512)?, "45186")?;
//! // Send `signed.body` as it is, with `signed.headers`, to `GetTransactionHash::RESOURCE`; then
//! let answer = br#"{"isSuccess": true, "message": "TransactionHash created", "transactionHash": "7c5963043b37edbe2706c2b48b4568387084acc7"}"#;
//! assert_eq!(GetTransactionHash::answer(200, answer)?.transaction_hash, "7c5963043b37edbe2706c2b48b4568387084acc7");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::{Deserialize, Serialize};

use super::{Date, Error, Kind, Request, Signer};

/// Starts a live-help session for one customer on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GetTransactionHash {
    /// `customerId`.
    pub customer_id: String,
    /// `deviceHash`, from the mobile SDK's `getDeviceHash`.
    pub device_hash: String,
}

/// A signed call: what to send, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The body. Send these very bytes: a JSON that is written anew is another body (DLGA-7).
    pub body: Vec<u8>,
    /// The headers to send with it, as (name, value): the content type that was signed, then the
    /// three of [`Signer::sign`].
    pub headers: [(&'static str, String); 4],
}

impl GetTransactionHash {
    /// The HTTP method.
    pub const METHOD: &'static str = "POST";

    /// The path that the call is sent to.
    pub const RESOURCE: &'static str = "/v1/application/gettransactionhashforonlinehelp";

    /// The body, and the headers that sign it.
    ///
    /// # Errors
    /// As [`Signer::sign`].
    pub fn sign(&self, signer: &Signer, date: Date, requester: &str) -> Result<Signed, Error> {
        // Two texts always make a JSON object.
        let body = serde_json::to_vec(self).unwrap_or_default();
        let [date, requester, authorization] =
            signer.sign(&Request::new(Self::METHOD, Self::RESOURCE).json(&body), date, requester)?.into_pairs();
        let content_type = ("content-type", "application/json".to_owned());
        Ok(Signed { body, headers: [content_type, date, requester, authorization] })
    }

    /// Reads the vendor's answer from its HTTP status and body.
    ///
    /// # Errors
    /// [`CallError`]: a refused signature, the vendor's error text, or an answer that cannot be read.
    pub fn answer(http_status: u16, body: &[u8]) -> Result<TransactionHash, CallError> {
        let text = || String::from_utf8_lossy(body).trim().to_owned();
        let known = |kind: &Kind| kind.http_status() == http_status && kind.vendor_text() == text();
        match http_status {
            200 => {
                let answer: TransactionHash = serde_json::from_slice(body)?;
                if answer.is_success { Ok(answer) } else { Err(CallError::Failed { message: answer.message }) }
            }
            400 | 401 | 403 => match Kind::VERDICTS.into_iter().find(known) {
                Some(kind) => Err(CallError::Refused { kind }),
                None => Err(CallError::Vendor { http_status, text: text() }),
            },
            _ => Err(CallError::Vendor { http_status, text: text() }),
        }
    }
}

/// The answer to [`GetTransactionHash`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionHash {
    /// `isSuccess`.
    pub is_success: bool,
    /// `message`.
    #[serde(default)]
    pub message: String,
    /// `transactionHash`: names the live-help session.
    #[serde(default)]
    pub transaction_hash: String,
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// The vendor refused the signature, with a verdict of its table (DLGA-14). An unknown key id
    /// comes as a wrong signature: the vendor does not tell them apart.
    #[error("the vendor refused the signature with {}: {}", .kind.http_status(), .kind.vendor_text())]
    Refused {
        /// The verdict.
        kind: Kind,
    },
    /// The vendor answered with an error in plain text.
    #[error("the vendor answered {http_status}: {text}")]
    Vendor {
        /// The HTTP status.
        http_status: u16,
        /// The vendor's text.
        text: String,
    },
    /// The vendor says that the call did not succeed.
    #[error("the call did not succeed: {message}")]
    Failed {
        /// The vendor's message.
        message: String,
    },
    /// The answer is not the documented JSON.
    #[error("the answer cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
}
