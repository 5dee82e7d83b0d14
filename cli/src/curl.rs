//! The curl line of a signed request: pasted into a POSIX shell, it sends exactly what was signed.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use imza::dlga::SignedHeaders;

use crate::body::Body;
use crate::output;
use crate::request::RequestOptions;

/// Stands for the server where only the resource is known; RFC 2606 keeps the name from being anyone's.
const PLACEHOLDER: &str = "https://your-server.example";

/// The longest body that is written into the line itself. Linux takes arguments of up to 128 KiB.
const LONGEST_INLINE: usize = 64 * 1024;

/// Where curl gets the body that was signed.
pub(crate) enum Sent {
    /// From the same file.
    File(PathBuf),
    /// From the line itself, or from standard input where this is no text.
    Inline(Vec<u8>),
    /// From standard input, once more: it is too long for a line.
    Stdin,
}

impl Sent {
    /// What is to be sent of a body that is yet to be read.
    pub(crate) fn new(body: &Body) -> Self {
        match body {
            Body::File(path, _) => Self::File(path.to_path_buf()),
            Body::Stdin | Body::Empty => Self::Inline(Vec::new()),
        }
    }

    /// Takes note of the next piece of the body.
    pub(crate) fn take(&mut self, piece: &[u8]) {
        if let Self::Inline(bytes) = self {
            bytes.extend_from_slice(piece);
            if bytes.len() > LONGEST_INLINE {
                *self = Self::Stdin;
            }
        }
    }

    /// The option for the body and its value; none where curl is to send no body at all.
    fn option(&self, method: &str) -> Option<(&'static str, OsString)> {
        match self {
            Self::File(path) => {
                let mut file = OsString::from("@");
                file.push(path);
                Some(("--data-binary", file))
            }
            // An empty body of a method that has one is sent as such, with its `Content-Length: 0`.
            Self::Inline(bytes) if bytes.is_empty() => {
                matches!(method, "POST" | "PUT" | "PATCH").then(|| ("--data-binary", OsString::new()))
            }
            Self::Inline(bytes) => Some(match text(bytes) {
                // `--data-binary` would take it for the name of a file.
                Some(text) if text.starts_with('@') => ("--data-raw", text.into()),
                Some(text) => ("--data-binary", text.into()),
                None => Self::stdin("is not text"),
            }),
            Self::Stdin => Some(Self::stdin("is too long for a line")),
        }
    }

    fn stdin(reason: &str) -> (&'static str, OsString) {
        output::warn(&format!("the body {reason}, so the curl line reads it from standard input: give it once more"));
        ("--data-binary", "@-".into())
    }
}

/// The body as a text that survives a shell.
fn text(bytes: &[u8]) -> Option<&str> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    str::from_utf8(bytes).ok().filter(|text| !text.contains(is_control))
}

/// The line, with its last newline.
pub(crate) fn line(headers: &SignedHeaders, request: &RequestOptions, resource: &str, sent: &Sent) -> Vec<u8> {
    let body = sent.option(&request.method);
    let mut line = Line::curl();
    if request.method == "HEAD" && body.is_none() {
        // With `--request HEAD`, curl would wait for a body in the answer.
        line.word("--head");
    } else {
        line.option("--request", &request.method);
    }
    match request.content_type() {
        // Left to itself, curl names a content type of its own for every body.
        "" if body.is_some() => line.option("--header", "Content-Type:"),
        "" => {}
        content_type => line.option("--header", format!("Content-Type: {content_type}")),
    }
    for (name, value) in headers {
        line.option("--header", format!("{name}: {value}"));
    }
    if let Some((option, value)) = body {
        line.option(option, value);
    }
    if !is_sent_as_it_is(resource) {
        line.option("--request-target", resource);
    }
    let url = request.url.clone().unwrap_or_else(|| {
        output::warn(&format!("without --url, the curl line names the server {PLACEHOLDER}; put yours in its place"));
        format!("{PLACEHOLDER}{resource}")
    });
    if url.contains(['[', ']', '{', '}']) {
        line.word("--globoff");
    }
    line.word(url);
    line.0.push(b'\n');
    line.0
}

/// Whether curl sends a resource as it stands in the URL: it resolves `/../`, drops a lone `?`, and has
/// its own mind about what does not belong in a URL.
pub(crate) fn is_sent_as_it_is(resource: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/?&=%+-._~:,;@!$'()*".contains(c);
    resource.chars().all(is_plain) && !resource.contains("/.") && !resource.ends_with('?')
}

/// Words of a shell's command line.
pub(crate) struct Line(Vec<u8>);

impl Line {
    /// A line that calls curl.
    pub(crate) fn curl() -> Self {
        Self(b"curl".to_vec())
    }

    /// The line as a text, without a newline.
    #[cfg(feature = "server")]
    pub(crate) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    pub(crate) fn option(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.word(name);
        self.word(value);
    }

    /// Adds a word, quoted where a POSIX shell would read anything else than its letters.
    pub(crate) fn word(&mut self, word: impl AsRef<OsStr>) {
        let word = word.as_ref().as_encoded_bytes();
        let is_plain = |b: &u8| b.is_ascii_alphanumeric() || b"/%+-._:,@".contains(b);
        self.0.push(b' ');
        if !word.is_empty() && word.iter().all(is_plain) {
            self.0.extend_from_slice(word);
            return;
        }
        self.0.push(b'\'');
        for &byte in word {
            match byte {
                b'\'' => self.0.extend_from_slice(br"'\''"),
                _ => self.0.push(byte),
            }
        }
        self.0.push(b'\'');
    }
}
