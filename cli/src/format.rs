//! The forms in which signed headers are printed.

use clap::ValueEnum;
use imza::dlga::SignedHeaders;
use serde::Serializer as _;

use crate::curl::{self, Sent};
use crate::failure::Failure;
use crate::request::RequestOptions;

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Format {
    /// Three lines `name: value`
    #[default]
    Headers,
    /// One JSON object of name and value
    Json,
    /// A curl line to paste into a shell
    Curl,
}

impl Format {
    /// The headers in this form, with its last newline.
    pub(crate) fn write(
        self,
        headers: &SignedHeaders,
        request: &RequestOptions,
        resource: &str,
        sent: &Sent,
    ) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        match self {
            Self::Headers => {
                for (name, value) in headers {
                    text.extend_from_slice(format!("{name}: {value}\n").as_bytes());
                }
            }
            Self::Json => {
                let pairs = headers.iter().map(|(name, value)| (name, value));
                serde_json::Serializer::new(&mut text).collect_map(pairs)?;
                text.push(b'\n');
            }
            Self::Curl => text = curl::line(headers, request, resource, sent),
        }
        Ok(text)
    }
}
