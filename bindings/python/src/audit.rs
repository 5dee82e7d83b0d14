//! `imza.Auditor`: a table of recorded requests in, a table of verdicts out.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use arrow_array::{Array as _, RecordBatch};
use arrow_select::concat::concat_batches;
use imza_audit::{Audit, Clock, Columns, ColumnsError, Keys, Newline};
use pyo3::exceptions::{PyTypeError, PyUserWarning};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use pyo3_arrow::ffi::ArrayReader;
use pyo3_arrow::input::{AnyArray, AnyRecordBatch};
use pyo3_arrow::{PyRecordBatch, PyTable};

use crate::error::invalid;
use crate::text::unix_seconds;

/// Judges recorded requests with the keys of a keys file, as `imza audit` does.
///
/// `keys`: the path of a keys file (TOML, as the command's), or its content as `bytes`. `clock`: `"received"` (each
/// request against its own `received_at`), `"ignore"`, or one time for all (Unix seconds or an aware `datetime`). `past` and
/// `future`: seconds (DLGA-14). `explain`: say in the reason which known mistake was made; slow for many refusals.
///
/// Pickling ships the path and the options, never a secret: the keys file is read where it is unpickled. Raises
/// `imza.InvalidArgument` for a keys file that cannot be read.
#[pyclass(frozen, module = "imza")]
pub(crate) struct Auditor {
    audit: Audit,
    /// What it was made of; no path where the secrets were handed over in memory.
    path: Option<PathBuf>,
    clock: Clock,
    past: u64,
    future: u64,
    explain: bool,
}

#[pymethods]
impl Auditor {
    #[new]
    #[pyo3(signature = (keys, *, clock=None, past=900, future=900, explain=false))]
    fn new(
        py: Python<'_>,
        keys: &Bound<'_, PyAny>,
        clock: Option<&Bound<'_, PyAny>>,
        past: u64,
        future: u64,
        explain: bool,
    ) -> PyResult<Self> {
        let clock = read_clock(py, clock)?;
        let (read, path) = if let Ok(text) = keys.cast::<PyBytes>() {
            (Keys::of_toml(text.as_bytes(), Newline::Kept, explain), None)
        } else {
            let path: PathBuf = keys
                .extract()
                .map_err(|_| PyTypeError::new_err("keys must be the path of a keys file, or its content as bytes"))?;
            let read = if explain { Keys::read_to_explain } else { Keys::read };
            (py.detach(|| read(&path, Newline::Kept)), Some(path))
        };
        let keys = read.map_err(|error| invalid(py, error, None))?;
        for warning in keys.warnings() {
            let warning = std::ffi::CString::new(warning.as_str()).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<PyUserWarning>(), &warning, 1)?;
        }
        let (before, after) = (Duration::from_secs(past), Duration::from_secs(future));
        let audit = Audit::new(keys, clock, before, after, NonZeroUsize::MIN);
        Ok(Self { audit, path, clock, past, future, explain })
    }

    /// Judges a table: anything with Arrow's `PyCapsule` interface (pyarrow, polars, duckdb, pandas), whole or as a stream.
    ///
    /// Columns: `method`, `resource`, `headers` (a map, a list of structs of name and value, or a struct), `body` (binary or
    /// text) and `received_at` (a timestamp, one without a zone in UTC; Unix seconds; or text) for DLGA; `endpoint` and
    /// `fields` (as headers) for Haso. A table with both has a column `scheme`, or an `endpoint` in Haso's rows. `columns`
    /// names them otherwise: `{"method": "verb"}`. Gives the same number of rows in the same order, with the columns `verdict`, `http_status`,
    /// `reason`, `key` and `signature`, as an object with the same interface: `pyarrow.table(result)` takes it.
    ///
    /// Raises `imza.InvalidArgument` naming the column that is missing or of another type. A bad row is a
    /// verdict, `unreadable`, whose reason names the row, counted from 0.
    #[pyo3(signature = (data, *, columns=None))]
    fn verify<'py>(
        &self,
        py: Python<'py>,
        data: AnyRecordBatch,
        columns: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut names = Columns::default();
        for (column, name) in columns.into_iter().flatten() {
            names = names.rename(column.extract()?, name.extract()?).map_err(|error| wrong(py, &error))?;
        }
        let judge = |batch: &_, first| self.audit.judge_table(batch, &names, first);
        match data {
            AnyRecordBatch::RecordBatch(batch) => {
                let batch = batch.into_inner();
                let verdicts = py.detach(|| judge(&batch, 0)).map_err(|error| wrong(py, &error))?;
                // One batch stays one, where its reasons are not longer than a column can be.
                match concat_batches(&Audit::verdict_schema(), &verdicts) {
                    Ok(verdicts) => Ok(PyRecordBatch::new(verdicts).into_pyobject(py)?.into_any()),
                    Err(_) => table(py, verdicts),
                }
            }
            AnyRecordBatch::Stream(stream) => {
                let mut batches = stream.into_reader()?;
                // Also a stream without a batch has columns.
                let empty = RecordBatch::new_empty(batches.schema());
                let mut verdicts = judge(&empty, 0).map_err(|error| wrong(py, &error))?;
                let mut first = 0;
                while let Some(batch) = py.detach(|| batches.next()) {
                    py.check_signals()?;
                    let batch = batch.map_err(|error| invalid(py, error, None))?;
                    verdicts.extend(py.detach(|| judge(&batch, first)).map_err(|error| wrong(py, &error))?);
                    first = row_after(first, batch.num_rows());
                }
                table(py, verdicts)
            }
        }
    }

    /// Judges a column of texts, each a record as a line of the JSON Lines that `imza audit` reads; otherwise as `verify`.
    fn verify_json<'py>(&self, py: Python<'py>, column: AnyArray) -> PyResult<Bound<'py, PyAny>> {
        let mut arrays: Box<dyn ArrayReader + Send> = column.into_reader()?;
        let (mut verdicts, mut first) = (Vec::new(), 0);
        while let Some(lines) = py.detach(|| arrays.next()) {
            py.check_signals()?;
            let lines = lines.map_err(|error| invalid(py, error, None))?;
            let judged = py.detach(|| self.audit.judge_lines(&*lines, first));
            verdicts.extend(judged.map_err(|error| wrong(py, &error))?);
            first = row_after(first, lines.len());
        }
        table(py, verdicts)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let Some(path) = &self.path else {
            return Err(PyTypeError::new_err(
                "this Auditor was made of secrets in memory, which are not pickled; make it of a keys file, which is read \
                 where it is needed",
            ));
        };
        let options = PyDict::new(py);
        match self.clock {
            Clock::AtReceived => options.set_item("clock", "received")?,
            Clock::Ignored => options.set_item("clock", "ignore")?,
            Clock::At(now) => options.set_item("clock", now)?,
        }
        options.set_item("past", self.past)?;
        options.set_item("future", self.future)?;
        options.set_item("explain", self.explain)?;
        Ok((PyTuple::new(py, [path.as_os_str()])?, options))
    }

    fn __repr__(&self) -> String {
        match &self.path {
            Some(path) => format!("Auditor({:?}, [redacted])", path.display().to_string()),
            None => "Auditor([redacted])".to_owned(),
        }
    }
}

fn read_clock(py: Python<'_>, clock: Option<&Bound<'_, PyAny>>) -> PyResult<Clock> {
    let Some(clock) = clock else { return Ok(Clock::AtReceived) };
    if let Ok(word) = clock.cast::<PyString>() {
        return match word.to_str()? {
            "received" => Ok(Clock::AtReceived),
            "ignore" => Ok(Clock::Ignored),
            _ => Err(invalid(py, "clock must be 'received', 'ignore', Unix seconds or an aware datetime", None)),
        };
    }
    unix_seconds(Some(clock), "clock").map(Clock::At)
}

fn table(py: Python<'_>, verdicts: Vec<RecordBatch>) -> PyResult<Bound<'_, PyAny>> {
    let table = PyTable::try_new(verdicts, Audit::verdict_schema());
    Ok(table.map_err(|error| invalid(py, error, None))?.into_pyobject(py)?.into_any())
}

/// The number of the row behind so many.
fn row_after(first: u64, rows: usize) -> u64 {
    first.saturating_add(u64::try_from(rows).unwrap_or(u64::MAX))
}

fn wrong(py: Python<'_>, error: &ColumnsError) -> PyErr {
    invalid(py, error, None)
}
