//! The options that describe a DLGA request: what is sent, and what was received with it.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use imza::dlga;

use crate::body::Body;
use crate::failure::Failure;

/// What is signed of a request, but for the date (DLGA-5).
#[derive(Args)]
#[group(skip)]
#[command(group = ArgGroup::new("target").required(true))]
pub(crate) struct RequestOptions {
    /// HTTP method as sent, its case kept
    #[arg(long)]
    pub(crate) method: String,
    /// Value of the Content-Type header as sent, parameters included; none is an empty line
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Path and query as sent, such as /v1/reporting/getcalllist?page=2
    #[arg(long, group = "target")]
    resource: Option<String>,
    /// The whole URL instead: path and query are taken from it
    #[arg(long, group = "target")]
    pub(crate) url: Option<String>,
    /// The body's exact bytes: a file, or - for standard input; none is an empty body
    #[arg(long, value_name = "FILE|-")]
    body: Option<PathBuf>,
    /// Whether a line feed stands between body and resource
    #[arg(long, value_name = "READING", value_enum, default_value_t)]
    body_line: BodyLine,
}

impl RequestOptions {
    /// Path and query (DLGA-10).
    pub(crate) fn resource(&self) -> Result<Cow<'_, str>, Failure> {
        match (&self.url, &self.resource) {
            // The URL is not repeated: it may hold a password.
            (Some(url), _) => dlga::resource_of_url(url).map_err(|error| Failure::new(format!("--url: {error}"))),
            (None, resource) => Ok(resource.as_deref().unwrap_or_default().into()),
        }
    }

    /// The body, opened but not read.
    pub(crate) fn body(&self) -> Result<Body<'_>, Failure> {
        Body::open(self.body.as_ref())
    }

    /// The content type that was asked for; empty where none was (DLGA-8).
    pub(crate) fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or_default()
    }

    pub(crate) fn body_line(&self) -> dlga::BodyLine {
        self.body_line.into()
    }

    /// The request as the library knows it. The content type is an argument since that of a received
    /// request may stand in its headers: [`ReceivedOptions::content_type`].
    pub(crate) fn request<'a>(&'a self, content_type: &'a str, resource: &'a str, body: &'a [u8]) -> dlga::Request<'a> {
        dlga::Request::new(&self.method, resource).content_type(content_type).body(body).body_line(self.body_line())
    }
}

/// The readings of the line between body and resource (DLGA-6).
#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum BodyLine {
    /// After a body; nothing where there is none
    #[default]
    WhenPresent,
    /// Also where the body is empty
    Always,
    /// Not even after a body
    Never,
}

impl From<BodyLine> for dlga::BodyLine {
    fn from(body_line: BodyLine) -> Self {
        match body_line {
            BodyLine::WhenPresent => Self::WhenPresent,
            BodyLine::Always => Self::Always,
            BodyLine::Never => Self::Never,
        }
    }
}

/// The headers of a received request.
#[derive(Args)]
#[group(skip)]
pub(crate) struct ReceivedOptions {
    /// A received header, as 'Name: value'; repeat it for each, others than the three do no harm
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    pub(crate) headers: Vec<(String, String)>,
}

impl ReceivedOptions {
    /// The content type that was signed: the option's, or else the received header's (DLGA-8).
    pub(crate) fn content_type<'a>(&'a self, request: &'a RequestOptions) -> Result<&'a str, Failure> {
        let is_content_type = |name: &str| name.eq_ignore_ascii_case("content-type");
        let mut received = self
            .headers
            .iter()
            .filter(|(name, _)| is_content_type(name))
            // Blanks around a header's value are not part of it.
            .map(|(_, value)| value.trim_matches([' ', '\t']));
        match (request.content_type.as_deref(), received.next()) {
            (Some(option), Some(header)) if option != header => Err(Failure::new(format!(
                "--content-type says {option:?} and the received header Content-Type {header:?}; give the one that was signed"
            ))),
            // One that is there twice is the library's to refuse (DLGA-4).
            (option, header) => Ok(option.or(header).unwrap_or_default()),
        }
    }
}

/// Reads `Name: value`. The value's blanks are left to those who know whether they count.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("a header reads `Name: value`, and this has no `:`")?;
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(is_token) {
        return Err("a header reads `Name: value`, and this does not begin with a header's name".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}
