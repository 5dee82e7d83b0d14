//! `imza.dlga`.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use imza::dlga::{self, BodyLine, HeaderNames};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::error::{dlga_argument, invalid, rejected};
use crate::text::{bytes, pairs, text, unix_seconds, wrong_type};

/// What follows the server address in an http or https URL: path and query (DLGA-10).
///
/// Raises `imza.InvalidArgument` for a text that is not such a URL.
#[pyfunction]
pub(crate) fn resource_of_url(py: Python<'_>, url: &str) -> PyResult<String> {
    dlga::resource_of_url(url).map(Into::into).map_err(|error| dlga_argument(py, &error))
}

/// Reads `when-present`, `always` or `never` (DLGA-6).
fn body_line(py: Python<'_>, name: &str) -> PyResult<BodyLine> {
    match name {
        "when-present" => Ok(BodyLine::WhenPresent),
        "always" => Ok(BodyLine::Always),
        "never" => Ok(BodyLine::Never),
        _ => Err(invalid(py, "body_line must be 'when-present', 'always' or 'never' (DLGA-6)", None)),
    }
}

/// The time of a request, as the `x-dlg-date` header has it (DLGA-1, DLGA-18).
#[pyclass(frozen, eq, hash, module = "imza.dlga")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Date(dlga::Date);

impl Date {
    /// A date from what a caller may pass: a `Date`, a header's text, Unix seconds, an aware datetime, or `None`
    /// for now.
    pub(crate) fn of(py: Python<'_>, value: Option<&Bound<'_, PyAny>>) -> PyResult<dlga::Date> {
        if let Some(value) = value {
            if let Ok(date) = value.cast::<Self>() {
                return Ok(date.get().0);
            }
            if value.cast::<PyString>().is_ok() {
                return Self::parse(py, text(value, "date")?).map(|date| date.0);
            }
        }
        let seconds = unix_seconds(value, "date")?;
        dlga::Date::from_unix(seconds).map_err(|error| invalid(py, error, error.offset()))
    }
}

#[pymethods]
impl Date {
    /// The date of now, of Unix seconds or of an aware `datetime`; written with GMT.
    #[new]
    #[pyo3(signature = (when=None))]
    fn new(py: Python<'_>, when: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        Self::of(py, when).map(Self)
    }

    /// Reads a header's text, in any of the forms of DLGA-18.
    ///
    /// Raises `imza.InvalidArgument` with the `offset` at which it leaves the pattern.
    #[staticmethod]
    fn parse(py: Python<'_>, text: &str) -> PyResult<Self> {
        dlga::Date::parse(text).map(Self).map_err(|error| invalid(py, error, error.offset()))
    }

    /// Seconds since 1970-01-01 00:00:00 GMT.
    #[getter]
    fn unix_seconds(&self) -> i64 {
        self.0.unix_seconds()
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self) -> String {
        format!("Date('{}')", self.0)
    }
}

/// A request as it goes over the wire: the parts that are signed (DLGA-5), each exactly as sent.
#[pyclass(frozen, module = "imza.dlga")]
pub(crate) struct Request {
    method: Vec<u8>,
    resource: Vec<u8>,
    content_type: Vec<u8>,
    body: Vec<u8>,
    body_line: BodyLine,
}

#[pymethods]
impl Request {
    #[new]
    #[pyo3(signature = (method, resource, *, content_type=None, body=None, body_line="when-present"))]
    fn new(
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        resource: &Bound<'_, PyAny>,
        content_type: Option<&Bound<'_, PyAny>>,
        body: Option<&Bound<'_, PyAny>>,
        body_line: &str,
    ) -> PyResult<Self> {
        let owned = |value: &Bound<'_, PyAny>, name| bytes(value, name).map(|bytes| bytes.as_ref().to_vec());
        Ok(Self {
            method: owned(method, "method")?,
            resource: owned(resource, "resource")?,
            content_type: content_type.map(|value| owned(value, "content_type")).transpose()?.unwrap_or_default(),
            body: body.map(|value| owned(value, "body")).transpose()?.unwrap_or_default(),
            body_line: self::body_line(py, body_line)?,
        })
    }

    /// The bytes that go into the HMAC (DLGA-5): to look at when a signature does not match.
    fn string_to_sign<'py>(&self, py: Python<'py>, date: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let request = dlga::Request::new(&self.method, &self.resource)
            .content_type(&self.content_type)
            .body(&self.body)
            .body_line(self.body_line);
        let signed = if date.cast::<PyString>().is_ok() || date.cast::<PyBytes>().is_ok() {
            request.string_to_sign(bytes(date, "date")?)
        } else {
            request.string_to_sign(Date::of(py, Some(date))?.as_str())
        };
        signed.map(|signed| PyBytes::new(py, &signed)).map_err(|error| dlga_argument(py, &error))
    }

    fn __repr__(&self) -> String {
        let shown = |bytes: &[u8]| bytes.escape_ascii().to_string();
        format!("Request({} {}, {} bytes of body)", shown(&self.method), shown(&self.resource), self.body.len())
    }
}

/// An access key, ready to sign. Threads may share it.
#[pyclass(frozen, module = "imza.dlga")]
pub(crate) struct Signer(dlga::Signer);

#[pymethods]
impl Signer {
    /// Prepares an access key. `secret` is taken as it is: not decoded, not trimmed (DLGA-12).
    ///
    /// `header_names`: `x-dlg` (the default) or `x`, the names of the vendor's error table (DLGA-4).
    /// Raises `imza.InvalidArgument` for an id or a secret that DLGA-13 forbids.
    #[new]
    #[pyo3(signature = (key_id, secret, *, header_names="x-dlg"))]
    fn new(py: Python<'_>, key_id: &str, secret: &Bound<'_, PyAny>, header_names: &str) -> PyResult<Self> {
        let names = match header_names {
            "x-dlg" => HeaderNames::XDlg,
            "x" => HeaderNames::X,
            _ => return Err(invalid(py, "header_names must be 'x-dlg' or 'x' (DLGA-4)", None)),
        };
        let signer = dlga::Signer::new(key_id, bytes(secret, "secret")?);
        signer.map(|signer| Self(signer.header_names(names))).map_err(|error| dlga_argument(py, &error))
    }

    /// The AccessKeyId.
    #[getter]
    fn key_id(&self) -> &str {
        self.0.key_id()
    }

    /// Signs a request: the three headers to add to it, as a dict in the order date, requester, authorization.
    ///
    /// `date`: an aware `datetime`, Unix seconds, a header's text, a `Date`, or `None` for now. The requester is
    /// required and **not** signed (DLGA-2). Raises `imza.InvalidArgument`.
    #[pyo3(signature = (method, resource, *, content_type=None, body=None, date=None, requester, body_line="when-present"))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn sign<'py>(
        &self,
        py: Python<'py>,
        method: &Bound<'py, PyAny>,
        resource: &Bound<'py, PyAny>,
        content_type: Option<&Bound<'py, PyAny>>,
        body: Option<&Bound<'py, PyAny>>,
        date: Option<&Bound<'py, PyAny>>,
        requester: &Bound<'py, PyAny>,
        body_line: &str,
    ) -> PyResult<Bound<'py, PyDict>> {
        let (method, resource) = (bytes(method, "method")?, bytes(resource, "resource")?);
        let content_type = content_type.map(|value| bytes(value, "content_type")).transpose()?;
        let body = body.map(|value| bytes(value, "body")).transpose()?;
        let date = Date::of(py, date)?;
        let mut request = dlga::Request::new(&method, &resource).body_line(self::body_line(py, body_line)?);
        if let Some(content_type) = &content_type {
            request = request.content_type(content_type);
        }
        if let Some(body) = &body {
            request = request.body(body);
        }
        let headers = self.0.sign(&request, date, text(requester, "requester")?);
        let named = PyDict::new(py);
        for (name, value) in headers.map_err(|error| dlga_argument(py, &error))?.into_pairs() {
            named.set_item(name, value)?;
        }
        Ok(named)
    }

    fn __repr__(&self) -> String {
        format!("Signer('{}', [redacted])", self.0.key_id())
    }
}

/// The access keys that a server accepts. Threads may share it.
#[pyclass(frozen, module = "imza.dlga")]
pub(crate) struct Verifier(RwLock<Keys>);

struct Keys {
    verifier: dlga::Verifier,
    count: usize,
}

#[pymethods]
impl Verifier {
    /// A verifier without keys. `past` and `future` are the seconds that a date may lie before and after the clock
    /// (DLGA-14: 900 each); `ignore_clock` takes any date, for audits (DLGA-19).
    #[new]
    #[pyo3(signature = (*, past=900, future=900, ignore_clock=false))]
    fn new(past: u64, future: u64, ignore_clock: bool) -> Self {
        let verifier = dlga::Verifier::new().window(Duration::from_secs(past), Duration::from_secs(future));
        let verifier = if ignore_clock { verifier.ignore_clock() } else { verifier };
        Self(RwLock::new(Keys { verifier, count: 0 }))
    }

    /// Adds a key and gives its index, from 0. An id may be added again with another secret (DLGA-20).
    fn add_key(&self, py: Python<'_>, key_id: &str, secret: &Bound<'_, PyAny>) -> PyResult<usize> {
        let key = dlga::AccessKey::new(key_id, bytes(secret, "secret")?).map_err(|error| dlga_argument(py, &error))?;
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        keys.verifier = std::mem::take(&mut keys.verifier).access_key(key);
        let index = keys.count;
        keys.count = keys.count.saturating_add(1);
        Ok(index)
    }

    /// Verifies a received request.
    ///
    /// `headers` are all that were received, a mapping or pairs, names in any case (DLGA-4). `resource` is path and
    /// query exactly as received (DLGA-10). `now`: Unix seconds or an aware `datetime`; `None` is the clock.
    /// `content_type`: what was signed; `None` takes the received `Content-Type` (DLGA-8).
    ///
    /// Raises `imza.Rejected` with the vendor's verdict.
    #[pyo3(signature = (method, resource, headers, *, body=None, now=None, content_type=None, body_line="when-present"))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn verify(
        &self,
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        resource: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
        body: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
        content_type: Option<&Bound<'_, PyAny>>,
        body_line: &str,
    ) -> PyResult<Accepted> {
        let received = Received::read(headers)?;
        let parts = Parts::read(method, resource, content_type, body)?;
        let request = parts.request(self::body_line(py, body_line)?);
        let now = unix_seconds(now, "now")?;
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match keys.verifier.verify(&request, &received.0, now) {
            Ok(accepted) => Ok(Accepted {
                key_index: accepted.key_index(),
                key_id: accepted.key_id().to_owned(),
                requester: accepted.requester().to_owned(),
                date: Date(accepted.date()),
            }),
            Err(rejection) => Err(rejected(py, &rejection)),
        }
    }

    /// Judges what the headers tell before the body is read: missing headers, their format, the date's format
    /// (DLGA-15). For servers: a stranger's body is then not waited for. Raises `imza.Rejected`.
    #[pyo3(signature = (method, headers, *, content_type=None))]
    fn check_headers(
        &self,
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
        content_type: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let received = Received::read(headers)?;
        let method = bytes(method, "method")?;
        let content_type = content_type.map(|value| bytes(value, "content_type")).transpose()?;
        let content_type = content_type.as_ref().map_or(&b""[..], AsRef::as_ref);
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let checked = keys.verifier.stream(method, content_type, &received.0);
        checked.map(drop).map_err(|rejection| rejected(py, &rejection))
    }

    fn __repr__(&self) -> String {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        format!("Verifier({} keys, [redacted])", keys.count)
    }
}

/// All headers of a request, as received.
pub(crate) struct Received(pub(crate) Vec<(String, Vec<u8>)>);

impl Received {
    pub(crate) fn read(headers: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut received = Vec::new();
        pairs(headers, "headers", |name, value| {
            let name = String::from_utf8_lossy(bytes(&name, "a header's name")?.as_ref()).into_owned();
            if value.is_none() {
                return Err(wrong_type(&value, "a header's value", "str or bytes"));
            }
            received.push((name, bytes(&value, "a header's value")?.as_ref().to_vec()));
            Ok(())
        })?;
        Ok(Self(received))
    }
}

/// The parts of a received request.
pub(crate) struct Parts<'a> {
    method: crate::text::Bytes<'a>,
    resource: crate::text::Bytes<'a>,
    content_type: Option<crate::text::Bytes<'a>>,
    body: Option<crate::text::Bytes<'a>>,
}

impl<'a> Parts<'a> {
    pub(crate) fn read(
        method: &'a Bound<'_, PyAny>,
        resource: &'a Bound<'_, PyAny>,
        content_type: Option<&'a Bound<'_, PyAny>>,
        body: Option<&'a Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            method: bytes(method, "method")?,
            resource: bytes(resource, "resource")?,
            content_type: content_type.map(|value| bytes(value, "content_type")).transpose()?,
            body: body.map(|value| bytes(value, "body")).transpose()?,
        })
    }

    /// Without a content type, what was received counts (DLGA-8).
    pub(crate) fn request(&self, body_line: BodyLine) -> dlga::Request<'_> {
        let mut request = dlga::Request::new(&self.method, &self.resource).body_line(body_line);
        if let Some(content_type) = &self.content_type {
            request = request.content_type(content_type);
        }
        if let Some(body) = &self.body {
            request = request.body(body);
        }
        request
    }
}

/// A request that was genuinely signed, in time.
#[pyclass(frozen, module = "imza.dlga", get_all)]
pub(crate) struct Accepted {
    /// Which key matched, in the order of adding (DLGA-20).
    key_index: usize,
    /// The AccessKeyId that signed.
    key_id: String,
    /// On whose behalf the call says it is made. **Not covered by the signature** (DLGA-2).
    requester: String,
    /// When the request says it was made.
    date: Date,
}

#[pymethods]
impl Accepted {
    fn __repr__(&self) -> String {
        format!(
            "Accepted(key_index={}, key_id={:?}, requester={:?}, date='{}')",
            self.key_index, self.key_id, self.requester, self.date.0
        )
    }
}
