//! Recorded requests as a table of Arrow's, verdicts as another, row for row: for the engines in which records lie by
//! the billion. Each row is judged as a line of JSON Lines with the same members is.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::{Int16Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, ArrayRef, LargeBinaryArray, LargeStringArray, RecordBatch, StructArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};

use super::Audit;
use super::fields::{Pairs, push};
use super::judge::{Clock, Judge};
use super::record::{Members, Recorded, Scheme};
use super::time;
use super::verdict::{Judgement, Signature};

/// What the columns of a table of records are called. `method`, `resource`, `headers`, `body` and `received_at` are
/// those of a DLGA request, `endpoint` and `fields` those of Haso's; a row whose `endpoint` is not null is one of Haso's.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    renamed: BTreeMap<&'static str, String>,
}

/// The columns' own names.
const COLUMNS: [&str; 7] = ["method", "resource", "headers", "body", "received_at", "endpoint", "fields"];

impl Columns {
    /// Calls one of the columns otherwise.
    ///
    /// # Errors
    /// [`ColumnsError`] where there is no such column.
    pub fn rename(mut self, column: &str, to: &str) -> Result<Self, ColumnsError> {
        let known = COLUMNS.into_iter().find(|known| *known == column);
        let known = known.ok_or_else(|| {
            ColumnsError(format!("`{column}` is no column of a record; there are {}", COLUMNS.join(", ")))
        })?;
        self.renamed.insert(known, to.to_owned());
        Ok(self)
    }

    fn name(&self, column: &'static str) -> &str {
        self.renamed.get(column).map_or(column, String::as_str)
    }

    /// The column of a batch, where it has one.
    fn find(&self, batch: &RecordBatch, column: &'static str) -> Result<Option<ArrayRef>, ColumnsError> {
        let name = self.name(column);
        let mut found = batch.schema_ref().fields().iter().enumerate().filter(|(_, field)| field.name() == name);
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some((index, _)), None) => Ok(batch.columns().get(index).cloned()),
            (Some(_), Some(_)) => Err(ColumnsError(format!("there are two columns `{name}`"))),
        }
    }

    fn get(&self, batch: &RecordBatch, column: &'static str) -> Result<ArrayRef, ColumnsError> {
        let name = self.name(column);
        self.find(batch, column)?.ok_or_else(|| ColumnsError(format!("there is no column `{name}`")))
    }
}

/// Why a table is none of records: one sentence that names the column.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ColumnsError(String);

impl Audit {
    /// The columns of what [`Audit::judge_table`] and [`Audit::judge_lines`] give: `verdict` (text), `http_status` (16
    /// bits, null where the vendor has none), `reason` (text, empty for a valid record), `key` (32 bits: the entry of the keys
    /// file, null where none matched) and `signature` (64 bits of a genuine signature, which is the same again in a
    /// replay; null where the signature does not match).
    pub fn verdict_schema() -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("verdict", DataType::Utf8, false),
            Field::new("http_status", DataType::Int16, true),
            Field::new("reason", DataType::Utf8, false),
            Field::new("key", DataType::Int32, true),
            Field::new("signature", DataType::Int64, true),
        ]))
    }

    /// Judges each row of a batch. Text and binary columns may be in any of Arrow's layouts, also dictionaries;
    /// `headers` and `fields` are maps or lists of structs of a name and a value; `received_at` is a timestamp (without a
    /// zone it is taken for UTC), Unix seconds, or a text as in JSON Lines. A row that cannot be judged is `unreadable`.
    ///
    /// # Errors
    /// [`ColumnsError`]: a column that is missing, there twice, or of another type.
    pub fn judge_table(&self, batch: &RecordBatch, columns: &Columns) -> Result<RecordBatch, ColumnsError> {
        let table = Table::read(batch, columns, &self.judge)?;
        Ok(verdicts((0..batch.num_rows()).map(|row| table.judge(row, &self.judge))))
    }

    /// Judges each text of a column as a line of JSON Lines; null is `unreadable`. `name` is what an error calls the column.
    ///
    /// # Errors
    /// [`ColumnsError`] where the column is neither text nor binary.
    pub fn judge_lines(&self, lines: &ArrayRef, name: &str) -> Result<RecordBatch, ColumnsError> {
        let lines = bytes(lines, name)?;
        Ok(verdicts((0..lines.len()).map(|row| match value(&lines, row) {
            Some(line) => self.judge.line(str::from_utf8(line)).1,
            None => Judgement::unreadable("the record is null".to_owned()),
        })))
    }
}

/// A batch's columns, in one layout each.
struct Table {
    dlga: Option<Dlga>,
    haso: Option<(LargeStringArray, Entries)>,
    received_at: Option<ReceivedAt>,
}

struct Dlga {
    method: LargeStringArray,
    resource: LargeStringArray,
    headers: Entries,
    body: LargeBinaryArray,
}

impl Table {
    fn read(batch: &RecordBatch, columns: &Columns, judge: &Judge) -> Result<Self, ColumnsError> {
        let text_of = |column| text(&columns.get(batch, column)?, columns.name(column));
        let haso = match columns.find(batch, "endpoint")? {
            None => None,
            Some(endpoint) => {
                let fields = Entries::read(&columns.get(batch, "fields")?, columns.name("fields"))?;
                Some((text(&endpoint, columns.name("endpoint"))?, fields))
            }
        };
        // A table of Haso's requests alone needs no column of DLGA's.
        let dlga = match (&haso, columns.find(batch, "method")?) {
            (Some(_), None) => None,
            _ => Some(Dlga {
                method: text_of("method")?,
                resource: text_of("resource")?,
                headers: Entries::read(&columns.get(batch, "headers")?, columns.name("headers"))?,
                body: bytes(&columns.get(batch, "body")?, columns.name("body"))?,
            }),
        };
        let received_at = match columns.find(batch, "received_at")? {
            None if dlga.is_some() && judge.clock() == Clock::AtReceived => {
                let name = columns.name("received_at");
                return Err(ColumnsError(format!("there is no column `{name}`, which the clock `received` needs")));
            }
            None => None,
            Some(times) => Some(ReceivedAt::read(&times, columns.name("received_at"))?),
        };
        Ok(Self { dlga, haso, received_at })
    }

    fn judge(&self, row: usize, judge: &Judge) -> Judgement {
        let received_at = match &self.received_at {
            Some(times) => times.at(row),
            None => Err("the table has no column `received_at`".to_owned()),
        };
        let judged = self.members(row).and_then(|members| {
            let recorded = Recorded::of(members, received_at)?;
            judge.judge(&recorded).map_err(|fault| fault.0)
        });
        judged.unwrap_or_else(Judgement::unreadable)
    }

    fn members(&self, row: usize) -> Result<Members<'_>, String> {
        if let Some((endpoints, fields)) = &self.haso
            && let Some(endpoint) = text_at(endpoints, row)
        {
            let fields = fields.at(row)?;
            let (scheme, endpoint) = (Some(Scheme::Haso), Some(endpoint.into()));
            return Ok(Members { scheme, endpoint, fields, ..Members::default() });
        }
        let Some(Dlga { method, resource, headers, body }) = &self.dlga else {
            return Err("the record has no `endpoint`".to_owned());
        };
        Ok(Members {
            scheme: Some(Scheme::Dlga),
            method: text_at(method, row).map(Into::into),
            resource: text_at(resource, row).map(Into::into),
            headers: headers.at(row)?,
            body: value(body, row).map(Into::into),
            ..Members::default()
        })
    }
}

/// When each record was received.
enum ReceivedAt {
    Seconds(ArrayRef),
    Text(LargeStringArray),
}

impl ReceivedAt {
    fn read(column: &ArrayRef, name: &str) -> Result<Self, ColumnsError> {
        let seconds = match column.data_type() {
            // Rounded towards the past, as the seconds of a clock are.
            DataType::Timestamp(unit, _) => {
                let units = cast(column, &DataType::Int64).map_err(|error| fault(name, &error))?;
                let per_second = match unit {
                    TimeUnit::Second => 1,
                    TimeUnit::Millisecond => 1_000,
                    TimeUnit::Microsecond => 1_000_000,
                    TimeUnit::Nanosecond => 1_000_000_000,
                };
                let units = units.as_primitive::<Int64Type>();
                Arc::new(units.unary::<_, Int64Type>(|units| units.div_euclid(per_second))) as ArrayRef
            }
            kind if kind.is_integer() => cast(column, &DataType::Int64).map_err(|error| fault(name, &error))?,
            _ if is_text(column.data_type()) => return Ok(Self::Text(text(column, name)?)),
            other => {
                let what = format!("the column `{name}` must be a timestamp, Unix seconds or text, not {other}");
                return Err(ColumnsError(what));
            }
        };
        Ok(Self::Seconds(seconds))
    }

    fn at(&self, row: usize) -> Result<i64, String> {
        let missing = || "the record has no `received_at`".to_owned();
        match self {
            Self::Seconds(seconds) if seconds.is_null(row) => Err(missing()),
            Self::Seconds(seconds) => Ok(seconds.as_primitive::<Int64Type>().value(row)),
            Self::Text(texts) => {
                let text = text_at(texts, row).ok_or_else(missing)?;
                time::recorded(text).map_err(|fault| format!("`received_at` {fault}"))
            }
        }
    }
}

/// Names and values, many in each row: a map, or a list of structs.
struct Entries {
    rows: ArrayRef,
    /// Where each row's entries begin, and where the last one's end.
    offsets: Vec<usize>,
    names: LargeStringArray,
    values: LargeStringArray,
    name: String,
}

impl Entries {
    fn read(column: &ArrayRef, name: &str) -> Result<Self, ColumnsError> {
        let wrong = || {
            let kind = column.data_type();
            ColumnsError(format!(
                "the column `{name}` must be a map, or a list of structs of a name and a value, not {kind}"
            ))
        };
        // Of a sliced array too, the offsets are those of all its values.
        let sizes = |offsets: &[i32]| offsets.iter().filter_map(|&at| usize::try_from(at).ok()).collect::<Vec<_>>();
        let (offsets, entries) = match column.data_type() {
            DataType::Map(..) => {
                let map = column.as_map();
                (sizes(map.offsets()), Arc::new(map.entries().clone()) as ArrayRef)
            }
            DataType::List(_) => {
                let list = column.as_list::<i32>();
                (sizes(list.offsets()), Arc::clone(list.values()))
            }
            DataType::LargeList(_) => {
                let list = column.as_list::<i64>();
                let sizes = list.offsets().iter().filter_map(|&at| usize::try_from(at).ok()).collect();
                (sizes, Arc::clone(list.values()))
            }
            _ => return Err(wrong()),
        };
        let entries: &StructArray = entries.as_struct_opt().ok_or_else(wrong)?;
        let [names, values] = entries.columns() else { return Err(wrong()) };
        Ok(Self {
            rows: Arc::clone(column),
            offsets,
            names: text(names, &format!("{name}'s names"))?,
            values: text(values, &format!("{name}'s values"))?,
            name: name.to_owned(),
        })
    }

    /// The pairs of a row, those without a value left out; `None` where the row is null.
    fn at(&self, row: usize) -> Result<Option<Pairs<'_>>, String> {
        if self.rows.is_null(row) {
            return Ok(None);
        }
        let place = |at: usize| self.offsets.get(at).copied().unwrap_or_default();
        let mut pairs = Pairs::new();
        for at in place(row)..place(row.saturating_add(1)) {
            let name = text_at(&self.names, at).ok_or_else(|| format!("`{}` has a name that is null", self.name))?;
            if let Some(value) = text_at(&self.values, at) {
                push(&mut pairs, name.into(), value.into())?;
            }
        }
        Ok(Some(pairs))
    }
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

fn is_binary(kind: &DataType) -> bool {
    match kind {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => true,
        DataType::Dictionary(_, values) => is_binary(values),
        _ => false,
    }
}

/// A column without a single value may have the type that says so.
fn is_empty(kind: &DataType) -> bool {
    *kind == DataType::Null
}

fn fault(name: &str, error: &ArrowError) -> ColumnsError {
    ColumnsError(format!("the column `{name}` cannot be read: {error}"))
}

fn text(column: &ArrayRef, name: &str) -> Result<LargeStringArray, ColumnsError> {
    let kind = column.data_type();
    if !is_text(kind) && !is_empty(kind) {
        return Err(ColumnsError(format!("the column `{name}` must be text, not {kind}")));
    }
    let text = cast(column, &DataType::LargeUtf8).map_err(|error| fault(name, &error))?;
    Ok(text.as_string::<i64>().clone())
}

fn bytes(column: &ArrayRef, name: &str) -> Result<LargeBinaryArray, ColumnsError> {
    let kind = column.data_type();
    if !is_text(kind) && !is_binary(kind) && !is_empty(kind) {
        return Err(ColumnsError(format!("the column `{name}` must be text or binary, not {kind}")));
    }
    let to = |column: &ArrayRef, kind| cast(column, &kind).map_err(|error| fault(name, &error));
    let column = if is_text(kind) { to(column, DataType::LargeUtf8)? } else { Arc::clone(column) };
    Ok(to(&column, DataType::LargeBinary)?.as_binary::<i64>().clone())
}

fn text_at(texts: &LargeStringArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}

fn value(values: &LargeBinaryArray, row: usize) -> Option<&[u8]> {
    values.is_valid(row).then(|| values.value(row))
}

/// The table of verdicts.
fn verdicts(judgements: impl ExactSizeIterator<Item = Judgement>) -> RecordBatch {
    let rows = judgements.len();
    let mut words = StringBuilder::with_capacity(rows, rows.saturating_mul(5));
    let mut statuses = Int16Builder::with_capacity(rows);
    let mut reasons = StringBuilder::with_capacity(rows, 0);
    let mut keys = Int32Builder::with_capacity(rows);
    let mut signatures = Int64Builder::with_capacity(rows);
    for judgement in judgements {
        words.append_value(judgement.verdict.as_str());
        statuses.append_option(judgement.http_status.and_then(|status| i16::try_from(status).ok()));
        reasons.append_value(judgement.reason);
        keys.append_option(judgement.key.and_then(|key| i32::try_from(key).ok()));
        signatures.append_option(judgement.signature.map(|Signature(bytes)| i64::from_be_bytes(bytes)));
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(words.finish()),
        Arc::new(statuses.finish()),
        Arc::new(reasons.finish()),
        Arc::new(keys.finish()),
        Arc::new(signatures.finish()),
    ];
    // The columns are made after the schema and have one length, so this cannot fail.
    RecordBatch::try_new(Audit::verdict_schema(), columns)
        .unwrap_or_else(|_| RecordBatch::new_empty(Audit::verdict_schema()))
}
