//! Python's texts and times as the library takes them.

use std::time::{SystemTime, UNIX_EPOCH};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDateTime, PyInt, PyMapping, PyMemoryView, PyString};

use crate::error::invalid;

/// A `str` (as UTF-8) or bytes that the caller passed. Borrowed, but for a mutable buffer, which is copied.
pub(crate) enum Bytes<'a> {
    Borrowed(&'a [u8]),
    Copied(Vec<u8>),
}

impl AsRef<[u8]> for Bytes<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Copied(bytes) => bytes,
        }
    }
}

/// Reads an argument that may be `str` or bytes-like; `name` is what the error calls it.
pub(crate) fn bytes<'a>(value: &'a Bound<'_, PyAny>, name: &str) -> PyResult<Bytes<'a>> {
    if let Ok(text) = value.cast::<PyString>() {
        return utf8(text, name).map(|text| Bytes::Borrowed(text.as_bytes()));
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Bytes::Borrowed(bytes.as_bytes()));
    }
    if value.cast::<PyByteArray>().is_ok() || value.cast::<PyMemoryView>().is_ok() {
        let copy = value.py().get_type::<PyBytes>().call1((value,))?;
        return Ok(Bytes::Copied(copy.cast::<PyBytes>()?.as_bytes().to_vec()));
    }
    Err(wrong_type(value, name, "str or bytes"))
}

/// Reads an argument that must be `str`.
pub(crate) fn text<'a>(value: &'a Bound<'_, PyAny>, name: &str) -> PyResult<&'a str> {
    match value.cast::<PyString>() {
        Ok(text) => utf8(text, name),
        Err(_) => Err(wrong_type(value, name, "str")),
    }
}

pub(crate) fn wrong_type(value: &Bound<'_, PyAny>, name: &str, wanted: &str) -> PyErr {
    let given = value.get_type().name().map_or_else(|_| "something else".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{name} must be {wanted}, not {given}"))
}

/// The text's UTF-8. A lone surrogate has none: it is refused by its argument's name.
fn utf8<'a>(text: &'a Bound<'_, PyString>, name: &str) -> PyResult<&'a str> {
    text.to_str().map_err(|_| {
        let reason =
            format!("{name} holds a lone surrogate, which UTF-8 cannot express; pass bytes if these were sent");
        invalid(text.py(), reason, None)
    })
}

/// Names and values: a mapping, or pairs in any iterable. Each is given to `take` as it comes.
pub(crate) fn pairs<'py>(
    given: &Bound<'py, PyAny>,
    name: &str,
    mut take: impl FnMut(Bound<'py, PyAny>, Bound<'py, PyAny>) -> PyResult<()>,
) -> PyResult<()> {
    let items = match given.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) => given.clone(),
    };
    let wrong = || wrong_type(given, name, "a mapping or an iterable of (name, value) pairs");
    for item in items.try_iter().map_err(|_| wrong())? {
        let (name, value) = item?.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>().map_err(|_| wrong())?;
        take(name, value)?;
    }
    Ok(())
}

/// A time in seconds since 1970: `None` is now, an `int` as it is, a `datetime` that knows its zone.
pub(crate) fn unix_seconds(value: Option<&Bound<'_, PyAny>>, name: &str) -> PyResult<i64> {
    let Some(value) = value else {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        return Ok(i64::try_from(now).unwrap_or(i64::MAX));
    };
    if value.cast::<PyInt>().is_ok() {
        return value
            .extract()
            .map_err(|_| invalid(value.py(), format!("{name} is outside the numbers of 64 bits"), None));
    }
    if value.cast::<PyDateTime>().is_ok() {
        return of_datetime(value, name);
    }
    if value.get_type().name().is_ok_and(|kind| kind == "float") {
        let seconds: f64 = value.extract()?;
        let whole = value.call_method0("__floor__").ok().and_then(|floor| floor.extract().ok());
        return whole.ok_or_else(|| invalid(value.py(), format!("{name} ({seconds}) is not a time"), None));
    }
    Err(wrong_type(value, name, "an aware datetime or Unix seconds"))
}

/// The seconds of a `datetime`, rounded down. One without a zone could mean any of 24 times.
fn of_datetime(value: &Bound<'_, PyAny>, name: &str) -> PyResult<i64> {
    let py = value.py();
    if value.call_method0("utcoffset")?.is_none() {
        let reason = format!("{name} is a datetime without a time zone; use datetime.now(timezone.utc)");
        return Err(invalid(py, reason, None));
    }
    let seconds = value.call_method0("timestamp")?.call_method0("__floor__")?;
    seconds.extract().map_err(|_| invalid(py, format!("{name} is outside the numbers of 64 bits"), None))
}
