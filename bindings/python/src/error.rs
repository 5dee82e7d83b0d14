//! Refusals as Python's exceptions. The classes are written in Python (`imza/_errors.py`), where they can be
//! pickled and subclassed; they are looked up once.

use imza::dlga::{self, Kind};
use imza::haso;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

static INVALID_ARGUMENT: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static REJECTED: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static REFUSED: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// Makes an exception of one of `imza._errors`' classes; what goes wrong in making it is raised instead.
fn raise<'py>(
    py: Python<'py>,
    class: &'static PyOnceLock<Py<PyType>>,
    name: &str,
    reason: String,
    attributes: impl FnOnce(&Bound<'py, PyDict>) -> PyResult<()>,
) -> PyErr {
    let made = || {
        let class = class.import(py, "imza._errors", name)?;
        let named = PyDict::new(py);
        attributes(&named)?;
        class.call((reason,), Some(&named))
    };
    made().map_or_else(|error| error, PyErr::from_value)
}

/// `imza.InvalidArgument`: an argument that cannot be worked with.
pub(crate) fn invalid(py: Python<'_>, reason: impl std::fmt::Display, offset: Option<usize>) -> PyErr {
    raise(py, &INVALID_ARGUMENT, "InvalidArgument", reason.to_string(), |named| named.set_item("offset", offset))
}

/// An argument of a DLGA signature that DLGA-13 or DLGA-19 forbids.
pub(crate) fn dlga_argument(py: Python<'_>, error: &dlga::Error) -> PyErr {
    invalid(py, error, error.offset())
}

/// `imza.Rejected`: the vendor's verdict on a DLGA request (DLGA-14).
pub(crate) fn rejected(py: Python<'_>, rejection: &dlga::Rejection) -> PyErr {
    raise(py, &REJECTED, "Rejected", rejection.to_string(), |named| {
        named.set_item("kind", kind(rejection.kind()))?;
        named.set_item("http_status", rejection.http_status())?;
        named.set_item("vendor_text", rejection.vendor_text())?;
        named.set_item("offset", rejection.offset())?;
        named.set_item("key_index", rejection.key_index())
    })
}

/// The names of the golden corpus (`tests/vectors/README.md`).
fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::HeadersMissing => "headers-missing",
        Kind::FormatInvalid => "format-invalid",
        Kind::DateInvalid => "date-invalid",
        Kind::UnknownKeyId => "unknown-key-id",
        Kind::SignatureMismatch => "signature-mismatch",
        Kind::ClockSkew => "clock-skew",
        _ => "rejected",
    }
}

/// `imza.haso.Refused`, or `imza.InvalidArgument` for a credential that is empty (HASO-10).
pub(crate) fn refused(py: Python<'_>, error: &haso::Error) -> PyErr {
    let kind = match error {
        haso::Error::FieldMissing { .. } => "field-missing",
        haso::Error::FieldUnknown { .. } => "field-unknown",
        haso::Error::FieldDuplicate { .. } => "field-duplicate",
        haso::Error::FieldInvalid { .. } => "field-invalid",
        haso::Error::RecipeInvalid { .. } => "recipe-invalid",
        haso::Error::RecipeUnknown { .. } => "recipe-unknown",
        haso::Error::TokenMalformed(_) => "token-malformed",
        haso::Error::TokenMismatch => "token-mismatch",
        _ => return invalid(py, error, error.offset()),
    };
    raise(py, &REFUSED, "Refused", error.to_string(), |named| {
        named.set_item("kind", kind)?;
        named.set_item("offset", error.offset())?;
        named.set_item("field", error.field())
    })
}
