//! `imza.haso`.

use std::sync::{PoisonError, RwLock};

use imza::haso;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyTuple};

use crate::error::refused;
use crate::text::{bytes, pairs, text, wrong_type};

/// Which values make a method's token, in which order (HASO-2).
#[pyclass(frozen, eq, module = "imza.haso")]
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Recipe(pub(crate) haso::Recipe);

impl Recipe {
    /// A recipe from what a caller may pass: a `Recipe`, a method's name or path, or the vendor's sum.
    pub(crate) fn of(value: &Bound<'_, PyAny>) -> PyResult<haso::Recipe> {
        if let Ok(recipe) = value.cast::<Self>() {
            return Ok(recipe.get().0.clone());
        }
        if value.cast::<pyo3::types::PyString>().is_err() {
            return Err(wrong_type(value, "recipe", "a Recipe, a method's name or path, or the vendor's sum"));
        }
        let line = text(value, "recipe")?;
        let read = if line.contains('+') { haso::Recipe::parse(line) } else { haso::Recipe::find(line).cloned() };
        read.map_err(|error| refused(value.py(), &error))
    }
}

#[pymethods]
impl Recipe {
    /// Reads the line of the vendor's page, such as `merchantId + ipAddress + kkbRefNo + merhant_salt`.
    ///
    /// Raises `imza.haso.Refused` (`recipe-invalid`) with the `offset` of what is wrong.
    #[new]
    fn new(py: Python<'_>, line: &str) -> PyResult<Self> {
        haso::Recipe::parse(line).map(Self).map_err(|error| refused(py, &error))
    }

    /// The recipe of a documented method, by its name (`SetPreDefinedLimit`) or path.
    ///
    /// Raises `imza.haso.Refused` (`recipe-unknown`).
    #[staticmethod]
    fn find(py: Python<'_>, endpoint: &str) -> PyResult<Self> {
        haso::Recipe::find(endpoint).cloned().map(Self).map_err(|error| refused(py, &error))
    }

    /// The same without the checks of field shapes (HASO-10).
    fn without_field_checks(&self) -> Self {
        Self(self.0.clone().without_field_checks())
    }

    /// The same for requests with other fields, which are ignored (HASO-9).
    fn ignoring_other_fields(&self) -> Self {
        Self(self.0.clone().ignoring_other_fields())
    }

    /// The documented method's path, or `None`.
    #[getter]
    fn endpoint(&self) -> Option<&'static str> {
        self.0.endpoint()
    }

    /// The documented method's name, or `None`.
    #[getter]
    fn name(&self) -> Option<&'static str> {
        self.0.name()
    }

    /// The names of the fields in the message, in its order, without `merchantId`.
    #[getter]
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.fields().map(haso::Field::name).collect::<Vec<_>>())
    }

    /// The parameters that are posted and **not** protected by the token (HASO-12).
    #[getter]
    fn other_parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.other_parameters())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Recipe('{}')", self.0)
    }
}

/// Every documented method, in the order of the vendor's sections.
pub(crate) fn methods(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    PyTuple::new(py, haso::METHODS.iter().map(|&recipe| Recipe(recipe.clone())))
}

/// The posted fields as names and values. `None` is an absent field (HASO-6); an `int` is its digits.
pub(crate) fn fields(given: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    let mut fields = Vec::new();
    pairs(given, "fields", |name, value| {
        let name = text(&name, "a field's name")?.to_owned();
        if value.is_none() {
            return Ok(());
        }
        let place = format!("the field {}", name.chars().take(64).flat_map(char::escape_debug).collect::<String>());
        let value = if value.cast::<PyBool>().is_ok() {
            // Posted as the other languages print it: `true`, not `True`.
            if value.extract()? { "true".to_owned() } else { "false".to_owned() }
        } else if value.cast::<PyInt>().is_ok() {
            value.str()?.to_string()
        } else if value.cast::<PyFloat>().is_ok() {
            return Err(wrong_type(&value, &place, "str or int: a float's digits are not what was posted"));
        } else {
            text(&value, &place)?.to_owned()
        };
        fields.push((name, value));
        Ok(())
    })?;
    Ok(fields)
}

/// A merchant's credentials, ready to make and check tokens. Threads may share it.
#[pyclass(frozen, module = "imza.haso")]
pub(crate) struct Merchant(RwLock<haso::Merchant>);

impl Merchant {
    fn with<T>(&self, ask: impl FnOnce(&haso::Merchant) -> T) -> T {
        ask(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

#[pymethods]
impl Merchant {
    /// Takes the merchant id, the merchant key (which keys the HMAC, HASO-4) and the salt.
    ///
    /// Raises `imza.InvalidArgument` where one is empty (HASO-10).
    #[new]
    fn new(py: Python<'_>, merchant_id: &str, key: &Bound<'_, PyAny>, salt: &Bound<'_, PyAny>) -> PyResult<Self> {
        let merchant = haso::Merchant::new(merchant_id, bytes(key, "key")?, bytes(salt, "salt")?);
        merchant.map(|merchant| Self(RwLock::new(merchant))).map_err(|error| refused(py, &error))
    }

    /// Takes the credentials of a merchant who was given only a salt: it keys the HMAC too (HASO-4).
    #[staticmethod]
    fn salt_keyed(py: Python<'_>, merchant_id: &str, salt: &Bound<'_, PyAny>) -> PyResult<Self> {
        let merchant = haso::Merchant::salt_keyed(merchant_id, bytes(salt, "salt")?);
        merchant.map(|merchant| Self(RwLock::new(merchant))).map_err(|error| refused(py, &error))
    }

    /// Adds an older key and salt, which verify too (HASO-11); the first secret has index 0.
    fn add_older_secret(&self, py: Python<'_>, key: &Bound<'_, PyAny>, salt: &Bound<'_, PyAny>) -> PyResult<()> {
        let (key, salt) = (bytes(key, "key")?, bytes(salt, "salt")?);
        let mut merchant = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *merchant = merchant.clone().older_secret(key, salt).map_err(|error| refused(py, &error))?;
        Ok(())
    }

    /// Adds an older salt that keys the HMAC too, which verifies too.
    fn add_older_salt(&self, py: Python<'_>, salt: &Bound<'_, PyAny>) -> PyResult<()> {
        let salt = bytes(salt, "salt")?;
        let mut merchant = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *merchant = merchant.clone().older_salt(salt).map_err(|error| refused(py, &error))?;
        Ok(())
    }

    /// The merchant id.
    #[getter]
    fn merchant_id(&self) -> String {
        self.with(|merchant| merchant.merchant_id().to_owned())
    }

    /// The token of these fields: 44 characters of base64. `recipe` is a method's name or path, the vendor's sum,
    /// or a `Recipe`; `fields` a mapping or pairs. Amounts are whole kuruş (HASO-7).
    ///
    /// Raises `imza.haso.Refused`, naming the field.
    fn token(&self, py: Python<'_>, recipe: &Bound<'_, PyAny>, fields: &Bound<'_, PyAny>) -> PyResult<String> {
        let (recipe, fields) = (Recipe::of(recipe)?, self::fields(fields)?);
        self.with(|merchant| merchant.token(&recipe, &fields)).map_err(|error| refused(py, &error))
    }

    /// Checks a posted token and gives the index of the secret that matched (HASO-11).
    ///
    /// Raises `imza.haso.Refused`.
    fn verify(
        &self,
        py: Python<'_>,
        recipe: &Bound<'_, PyAny>,
        fields: &Bound<'_, PyAny>,
        token: &Bound<'_, PyAny>,
    ) -> PyResult<usize> {
        let (recipe, fields, token) = (Recipe::of(recipe)?, self::fields(fields)?, bytes(token, "token")?);
        let verified = self.with(|merchant| merchant.verify(&recipe, &fields, token.as_ref()));
        verified.map(|accepted| accepted.key_index()).map_err(|error| refused(py, &error))
    }

    /// The message that goes into the HMAC (HASO-1), with the salt as `[salt]`; the very bytes, **secret salt
    /// included**, with `reveal_salt=True`.
    #[pyo3(signature = (recipe, fields, *, reveal_salt=false))]
    fn message<'py>(
        &self,
        py: Python<'py>,
        recipe: &Bound<'py, PyAny>,
        fields: &Bound<'py, PyAny>,
        reveal_salt: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let (recipe, fields) = (Recipe::of(recipe)?, self::fields(fields)?);
        let message = self.with(|merchant| merchant.message(&recipe, &fields)).map_err(|error| refused(py, &error))?;
        Ok(if reveal_salt {
            PyBytes::new(py, message.reveal())
        } else {
            PyBytes::new(py, message.to_string().as_bytes())
        })
    }

    fn __repr__(&self) -> String {
        format!("Merchant({:?}, [redacted])", self.merchant_id())
    }
}
