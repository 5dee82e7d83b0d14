//! Why a signature or token does not match, and which recipe one was made by.

use std::ops::ControlFlow;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use imza::{dlga, explain};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::dlga::{Parts, Received};
use crate::error::{dlga_argument, refused};
use crate::haso::{Recipe, fields};
use crate::text::{bytes, text, unix_seconds};

/// What is known about a signature or token that was presented. `str()` tells it in plain sentences.
#[pyclass(frozen, module = "imza.dlga")]
pub(crate) struct Explanation(explain::Explanation);

#[pymethods]
impl Explanation {
    /// Whether there is nothing to explain.
    #[getter]
    fn is_valid(&self) -> bool {
        self.0.is_valid()
    }

    /// Why the request is refused as it is; `None` when it is valid.
    #[getter]
    fn refusal(&self) -> Option<&str> {
        self.0.refusal()
    }

    /// Every variant of the request under which the signature does match, fewest changes first.
    #[getter]
    fn matches<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.matches().iter().map(|reading| Reading(reading.clone())))
    }

    /// How many variants were tried.
    #[getter]
    fn tried(&self) -> usize {
        self.0.tried()
    }

    /// Whether a bound ended the search.
    #[getter]
    fn was_cut_short(&self) -> bool {
        self.0.was_cut_short()
    }

    /// What else was noticed, a sentence each.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.notes().collect::<Vec<_>>())
    }

    /// What should have been signed, as text; secrets are masked.
    #[getter]
    fn signed_text(&self) -> String {
        self.0.signed_text()
    }

    /// The same in hex.
    #[getter]
    fn signed_hex(&self) -> String {
        self.0.signed_hex()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Explanation(is_valid={}, {} matches)", py_bool(self.0.is_valid()), self.0.matches().len())
    }
}

fn py_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A variant of the request under which the signature matches. `str()` reads `matches when …`.
#[pyclass(frozen, module = "imza.dlga")]
pub(crate) struct Reading(explain::Reading);

#[pymethods]
impl Reading {
    /// What differs, a clause each, such as `the body has no final newline`.
    #[getter]
    fn changes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.changes().iter().map(explain::Change::text).collect::<Vec<_>>())
    }

    /// The key that matches, in the order of adding.
    #[getter]
    fn key_index(&self) -> usize {
        self.0.key_index()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Reading({:?})", self.0.to_string())
    }
}

/// Finds out why a DLGA signature does not match (`imza.dlga.Explainer`).
#[pyclass(frozen, name = "Explainer", module = "imza.dlga")]
pub(crate) struct DlgaExplainer(RwLock<explain::dlga::Explainer>);

#[pymethods]
impl DlgaExplainer {
    #[new]
    fn new() -> Self {
        Self(RwLock::new(explain::dlga::Explainer::new()))
    }

    /// Adds a key, as `Verifier.add_key` does.
    fn add_key(&self, py: Python<'_>, key_id: &str, secret: &Bound<'_, PyAny>) -> PyResult<()> {
        let secret = bytes(secret, "secret")?;
        let mut explainer = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *explainer = explainer.clone().key(key_id, secret).map_err(|error| dlga_argument(py, &error))?;
        Ok(())
    }

    /// Explains a received request, whatever is wrong with it; the arguments are those of `Verifier.verify`.
    /// Without `now` the clock is not looked at.
    #[pyo3(signature = (method, resource, headers, *, body=None, now=None, content_type=None, past=900, future=900))]
    #[expect(clippy::too_many_arguments, reason = "keyword arguments of Python")]
    fn explain(
        &self,
        py: Python<'_>,
        method: &Bound<'_, PyAny>,
        resource: &Bound<'_, PyAny>,
        headers: &Bound<'_, PyAny>,
        body: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
        content_type: Option<&Bound<'_, PyAny>>,
        past: u64,
        future: u64,
    ) -> PyResult<Explanation> {
        let received = Received::read(headers)?;
        let parts = Parts::read(method, resource, content_type, body)?;
        let request = parts.request(dlga::BodyLine::WhenPresent);
        let mut explainer = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        if now.is_some() {
            let (past, future) = (Duration::from_secs(past), Duration::from_secs(future));
            explainer = explainer.at_within(unix_seconds(now, "now")?, past, future);
        }
        Ok(Explanation(py.detach(|| explainer.explain(&request, &received.0))))
    }

    #[expect(clippy::unused_self, reason = "a method of Python's")]
    fn __repr__(&self) -> &'static str {
        "Explainer([redacted])"
    }
}

/// Finds out why a Haso token does not match (`imza.haso.Explainer`).
#[pyclass(frozen, name = "Explainer", module = "imza.haso")]
pub(crate) struct HasoExplainer(explain::haso::Explainer);

#[pymethods]
impl HasoExplainer {
    /// Takes a merchant's credentials, as `Merchant` does.
    #[new]
    fn new(py: Python<'_>, merchant_id: &str, key: &Bound<'_, PyAny>, salt: &Bound<'_, PyAny>) -> PyResult<Self> {
        let explainer = explain::haso::Explainer::new(merchant_id, bytes(key, "key")?, bytes(salt, "salt")?);
        explainer.map(Self).map_err(|error| refused(py, &error))
    }

    /// As `Merchant.salt_keyed`.
    #[staticmethod]
    fn salt_keyed(py: Python<'_>, merchant_id: &str, salt: &Bound<'_, PyAny>) -> PyResult<Self> {
        let explainer = explain::haso::Explainer::salt_keyed(merchant_id, bytes(salt, "salt")?);
        explainer.map(Self).map_err(|error| refused(py, &error))
    }

    /// Explains the token of posted fields, whatever is wrong with them.
    fn explain(
        &self,
        py: Python<'_>,
        recipe: &Bound<'_, PyAny>,
        fields: &Bound<'_, PyAny>,
        token: &Bound<'_, PyAny>,
    ) -> PyResult<Explanation> {
        let (recipe, fields) = (Recipe::of(recipe)?, self::fields(fields)?);
        let token = bytes(token, "token")?;
        Ok(Explanation(py.detach(|| self.0.explain(&recipe, &fields, token.as_ref()))))
    }

    #[expect(clippy::unused_self, reason = "a method of Python's")]
    fn __repr__(&self) -> &'static str {
        "Explainer([redacted])"
    }
}

/// Finds a method's recipe from requests that are known to be good.
#[pyclass(frozen, module = "imza.haso")]
pub(crate) struct Discoverer(RwLock<explain::haso::Discoverer>);

#[pymethods]
impl Discoverer {
    /// Takes a merchant's credentials; both HMAC keys of HASO-4 are tried. The search ends after `most_tries`.
    #[new]
    #[pyo3(signature = (merchant_id, key, salt, *, most_tries=explain::haso::MOST_TRIES))]
    fn new(
        py: Python<'_>,
        merchant_id: &str,
        key: &Bound<'_, PyAny>,
        salt: &Bound<'_, PyAny>,
        most_tries: u64,
    ) -> PyResult<Self> {
        let discoverer = explain::haso::Discoverer::new(merchant_id, bytes(key, "key")?, bytes(salt, "salt")?);
        let discoverer = discoverer.map_err(|error| refused(py, &error))?;
        Ok(Self(RwLock::new(discoverer.most_tries(most_tries))))
    }

    /// Adds a request that is known to be good: its posted fields and its token.
    fn add_sample(&self, py: Python<'_>, fields: &Bound<'_, PyAny>, token: &Bound<'_, PyAny>) -> PyResult<()> {
        let (fields, token) = (self::fields(fields)?, text(token, "token")?);
        let mut discoverer = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *discoverer = discoverer.clone().sample(&fields, token).map_err(|error| refused(py, &error))?;
        Ok(())
    }

    /// How many tries a complete search makes.
    #[getter]
    fn planned(&self) -> u64 {
        self.0.read().unwrap_or_else(PoisonError::into_inner).planned()
    }

    /// Searches. Ctrl-C stops it.
    fn run(&self, py: Python<'_>) -> PyResult<Discovery> {
        let discoverer = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut interrupted = Ok(());
        let found = py.detach(|| {
            discoverer.run(|_| {
                interrupted = Python::attach(|py: Python<'_>| py.check_signals());
                if interrupted.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
        });
        interrupted.map(|()| Discovery(found))
    }

    #[expect(clippy::unused_self, reason = "a method of Python's")]
    fn __repr__(&self) -> &'static str {
        "Discoverer([redacted])"
    }
}

/// What a search found.
#[pyclass(frozen, module = "imza.haso")]
pub(crate) struct Discovery(explain::haso::Discovery);

#[pymethods]
impl Discovery {
    /// Every recipe that gives the tokens, in the order of the search.
    #[getter]
    fn found<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.found().iter().map(|found| Discovered(found.clone())))
    }

    /// Tries made.
    #[getter]
    fn tried(&self) -> u64 {
        self.0.tried()
    }

    /// Whether everything was tried.
    #[getter]
    fn is_complete(&self) -> bool {
        self.0.end() == explain::haso::End::Complete
    }

    /// What the requests leave open, a sentence each.
    #[getter]
    fn notes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.notes().collect::<Vec<_>>())
    }
}

/// A recipe that was found. `str()` is the vendor's notation.
#[pyclass(frozen, module = "imza.haso")]
pub(crate) struct Discovered(explain::haso::Discovered);

#[pymethods]
impl Discovered {
    /// The recipe.
    #[getter]
    fn recipe(&self) -> Recipe {
        Recipe(self.0.recipe().clone())
    }

    /// `merchant-key` or `merchant-salt` (HASO-4).
    #[getter]
    fn hmac_key(&self) -> String {
        self.0.hmac_key().to_string()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Discovered('{}')", self.0)
    }
}
