//! Recorded requests as a table of Arrow's, verdicts as another, row for row: for the engines in which records lie by
//! the billion. Each row is judged as a line of JSON Lines with the same members is.

mod bytes;
#[cfg(feature = "parquet")]
mod ids;
mod pairs;
mod times;
mod verdicts;

use std::borrow::Cow;

use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, SchemaRef};

use super::Audit;
use super::input::LONGEST_LINE;
use super::judge::{Clock, Judge};
use super::record::{Json, Members, Recorded, Scheme, Unreadable, counted};
use super::text::Text;
use super::verdict::Judgement;
use bytes::Bytes;
#[cfg(feature = "parquet")]
pub(super) use ids::Ids;
use pairs::Pairs;
use times::Times;
pub(super) use verdicts::Verdicts;
#[cfg(feature = "parquet")]
pub(super) use verdicts::schema as verdict_schema;

/// What a table may have, by the names of a record's members.
pub(super) const NAMES: [&str; 10] = [
    "scheme",
    "received_at",
    "method",
    "resource",
    "headers",
    "body",
    "body_size",
    "content_type",
    "endpoint",
    "fields",
];

/// Which columns of a table hold the members of a record: those of the same name, where no other is given.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    renamed: Vec<(&'static str, String)>,
}

impl Columns {
    /// Takes a member from a column of another name.
    ///
    /// # Errors
    /// A member that no record has, or one that was renamed already.
    pub fn rename(mut self, member: &str, column: &str) -> Result<Self, ColumnsError> {
        let Some(name) = NAMES.into_iter().find(|name| *name == member) else {
            let member = imza::shown::shown(member);
            return Err(ColumnsError(format!("`{member}` is no column of a record; there are {}", NAMES.join(", "))));
        };
        if self.renamed.iter().any(|(renamed, _)| *renamed == name) {
            return Err(ColumnsError(format!("two columns are named for `{name}`")));
        }
        self.renamed.push((name, column.to_owned()));
        Ok(self)
    }
}

/// What is wrong with a table as a whole: one sentence with the column. A row that is wrong gets a verdict instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ColumnsError(pub(super) String);

impl Audit {
    /// The columns of what [`Audit::judge_table`] and [`Audit::judge_lines`] give: `verdict` (text), `http_status` (16
    /// bits, null where the vendor has none), `reason` (text, empty for a valid record), `key` (32 bits: the entry of
    /// the keys file, null where none matched) and `signature` (64 bits of a genuine signature, the same again in a
    /// replay; null where the signature does not match).
    pub fn verdict_schema() -> SchemaRef {
        verdicts::schema()
    }

    /// Judges each row of a batch, in order; a long one gives several batches, whose reasons fit in memory. `first` is
    /// the number of the first row, as the reason of an unreadable one names it.
    ///
    /// A DLGA table has `method`, `resource`, `headers`, `body`, and `received_at` where the clock needs it; a Haso
    /// table `endpoint`, and `fields` or `body`. A table with both has a `scheme` in each row, or an `endpoint` in the
    /// rows of Haso. Any layout of Arrow's will do: texts of every kind, dictionaries, run-end encoded; `headers` and
    /// `fields` are maps, lists of structs of name and value, or structs.
    ///
    /// # Errors
    /// A column that is missing, occurs twice or has another type. What is wrong with a row is its verdict,
    /// `unreadable`.
    pub fn judge_table(
        &self,
        table: &RecordBatch,
        columns: &Columns,
        first: u64,
    ) -> Result<Vec<RecordBatch>, ColumnsError> {
        let mut verdicts = Verdicts::default();
        judge_rows(&self.judge, table, columns, first, |_row, judgement| verdicts.add(&judgement))?;
        Ok(verdicts.finish())
    }

    /// Judges records that are lines of JSON in a column of texts or bytes, each as the line of a file: a row that is
    /// null or empty is unreadable. Else as [`Audit::judge_table`].
    ///
    /// # Errors
    /// A column of another type.
    pub fn judge_lines(&self, column: &dyn Array, first: u64) -> Result<Vec<RecordBatch>, ColumnsError> {
        let mut verdicts = Verdicts::default();
        judge_lines(&self.judge, column, first, |_row, _id, judgement| verdicts.add(&judgement))?;
        Ok(verdicts.finish())
    }
}

/// Judges each row of a batch, in order.
pub(super) fn judge_rows(
    judge: &Judge,
    table: &RecordBatch,
    columns: &Columns,
    first: u64,
    mut each: impl FnMut(usize, Judgement),
) -> Result<(), ColumnsError> {
    let rows = Rows::of(table, columns, judge.clock())?;
    for (row, number) in (0..table.num_rows()).zip(first..) {
        let judged = rows.recorded(row).and_then(|recorded| judge.judge(&recorded).map_err(|fault| fault.to_string()));
        each(row, judged.unwrap_or_else(|fault| Judgement::unreadable(format!("row {number}: {fault}"))));
    }
    Ok(())
}

/// Judges the lines of a column, in order.
pub(super) fn judge_lines(
    judge: &Judge,
    column: &dyn Array,
    first: u64,
    mut each: impl FnMut(usize, Option<Json>, Judgement),
) -> Result<(), ColumnsError> {
    let lines = Bytes::of(column)
        .ok_or_else(|| ColumnsError(format!("the column of records must be text or binary, not {}", shown(column))))?;
    for (row, number) in (0..column.len()).zip(first..) {
        let (id, judgement) = match lines.get(row) {
            None => (None, Judgement::unreadable(format!("row {number}: the record is null"))),
            Some(line) if line.len() > LONGEST_LINE => {
                (None, Judgement::unreadable(format!("row {number}: the record is longer than {LONGEST_LINE} bytes")))
            }
            Some(line) => judge.line(str::from_utf8(line)),
        };
        each(row, id, judgement);
    }
    Ok(())
}

/// The columns of a table that matter.
#[derive(Debug, Default)]
struct Rows {
    scheme: Option<Bytes>,
    received_at: Option<Times>,
    method: Option<Bytes>,
    resource: Option<Bytes>,
    headers: Option<Pairs>,
    body: Option<Bytes>,
    body_is_text: bool,
    body_size: Option<Bytes>,
    content_type: Option<Bytes>,
    endpoint: Option<Bytes>,
    fields: Option<Pairs>,
    is_dlga: bool,
    is_haso: bool,
}

impl Rows {
    fn of(table: &RecordBatch, columns: &Columns, clock: Clock) -> Result<Self, ColumnsError> {
        let mut rows = Self::default();
        let mut missing = Vec::new();
        for member in NAMES {
            let renamed = columns.renamed.iter().find(|(renamed, _)| *renamed == member);
            let name = renamed.map_or(member, |(_, column)| column);
            let Some(column) = find(table, name)? else {
                if renamed.is_some() {
                    return Err(ColumnsError(format!("there is no column `{}`", imza::shown::shown(name))));
                }
                missing.push(member);
                continue;
            };
            rows.take(member, column).map_err(|wanted| {
                let name = imza::shown::shown(name);
                ColumnsError(format!("the column `{name}` must be {wanted}, not {}", shown(column)))
            })?;
        }
        let lacks = |member: &&&str| missing.contains(*member);
        let no_dlga = ["method", "resource", "headers", "body"].iter().find(lacks);
        let has_haso = rows.endpoint.is_some() && (rows.fields.is_some() || rows.body.is_some());
        let lacking = match (no_dlga, has_haso) {
            (None, false) if clock == Clock::AtReceived && rows.received_at.is_none() => Some("received_at"),
            (None, _) | (_, true) => None,
            (Some(_), false) if rows.endpoint.is_some() => Some("fields"),
            (Some(lacking), false) => Some(*lacking),
        };
        if let Some(lacking) = lacking {
            return Err(ColumnsError(format!("there is no column `{lacking}`")));
        }
        (rows.is_dlga, rows.is_haso) = (no_dlga.is_none(), has_haso);
        Ok(rows)
    }

    /// Takes a column; else what it should be.
    fn take(&mut self, member: &str, column: &ArrayRef) -> Result<(), &'static str> {
        let texts = || Bytes::of(column).ok_or("text").map(Some);
        let pairs = || Pairs::of(column).ok_or("a map, a list of structs of a name and a value, or a struct").map(Some);
        match member {
            "scheme" => self.scheme = texts()?,
            "received_at" => {
                let times = Times::of(column).ok_or("a timestamp, Unix seconds or text");
                self.received_at = Some(times?);
            }
            "method" => self.method = texts()?,
            "resource" => self.resource = texts()?,
            "headers" => self.headers = pairs()?,
            "body" => {
                self.body = Some(Bytes::of(column).ok_or("text or binary")?);
                self.body_is_text = is_text(column.data_type());
            }
            "body_size" => self.body_size = Some(Bytes::of_values(column).ok_or("a number of bytes")?),
            "content_type" => self.content_type = texts()?,
            "endpoint" => self.endpoint = texts()?,
            _fields => self.fields = pairs()?,
        }
        Ok(())
    }

    /// The record of a row; else what is wrong with it.
    fn recorded(&self, row: usize) -> Result<Recorded<'_>, String> {
        let scheme = self.scheme(row)?;
        let members = Members {
            scheme: Some(scheme),
            method: text(self.method.as_ref(), row, "method")?,
            resource: text(self.resource.as_ref(), row, "resource")?,
            headers: match &self.headers {
                Some(headers) => headers.get(row, "headers", |value| Some(value.unwrap_or_default()))?,
                None => None,
            },
            body: self.body.as_ref().and_then(|body| body.get(row)).map(Cow::Borrowed),
            body_is_text: self.body_is_text,
            body_size: match text(self.body_size.as_ref(), row, "body_size")? {
                Some(size) => counted(size.as_str()).map_err(str::to_owned)?,
                None => None,
            },
            content_type: text(self.content_type.as_ref(), row, "content_type")?,
            endpoint: text(self.endpoint.as_ref(), row, "endpoint")?,
            // What is null is absent (HASO-6).
            fields: match &self.fields {
                Some(fields) => fields.get(row, "fields", |value| value)?,
                None => None,
            },
            ..Members::default()
        };
        let received_at = match self.received_at.as_ref().map(|times| times.get(row)).transpose() {
            Ok(seconds) => {
                seconds.flatten().ok_or_else(|| "the record has no `received_at`, which this clock needs".to_owned())
            }
            Err(fault) => Err(fault),
        };
        let received_at = received_at.map_err(Unreadable::new);
        Recorded::of(members, received_at)
    }

    fn scheme(&self, row: usize) -> Result<Scheme, String> {
        match self.scheme.as_ref().and_then(|scheme| scheme.get(row)) {
            Some(b"dlga") => return Ok(Scheme::Dlga),
            Some(b"haso") => return Ok(Scheme::Haso),
            Some(_) => return Err("`scheme` is either \"dlga\" or \"haso\"".to_owned()),
            None => {}
        }
        let has_endpoint = || self.endpoint.as_ref().is_some_and(|endpoint| endpoint.get(row).is_some());
        Ok(if self.is_haso && (!self.is_dlga || has_endpoint()) { Scheme::Haso } else { Scheme::Dlga })
    }
}

/// The column with this name.
pub(super) fn find<'t>(table: &'t RecordBatch, name: &str) -> Result<Option<&'t ArrayRef>, ColumnsError> {
    let schema = table.schema_ref();
    let mut found = schema.fields().iter().zip(table.columns()).filter(|(field, _)| field.name() == name);
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(ColumnsError(format!("there are two columns `{}`", imza::shown::shown(name)))),
        (found, None) => Ok(found.map(|(_, column)| column)),
    }
}

/// Whether the values of a type are texts, in whatever layout.
fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_text(values),
        DataType::RunEndEncoded(_, values) => is_text(values.data_type()),
        kind => kind.is_string(),
    }
}

/// The beginning of a type's name, which can be as long as its sender likes.
fn shown(column: &dyn Array) -> String {
    let name = column.data_type().to_string();
    imza::shown::shown(&name.chars().take(100).collect::<String>())
}

fn text<'a>(column: Option<&'a Bytes>, row: usize, name: &str) -> Result<Option<Text<'a>>, String> {
    let Some(bytes) = column.and_then(|column| column.get(row)) else { return Ok(None) };
    utf8(bytes, name).map(Some)
}

fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<Text<'a>, String> {
    str::from_utf8(bytes)
        .map(Text::from)
        .map_err(|error| format!("`{name}` is not UTF-8 from byte {}", error.valid_up_to()))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::Arc;
    use std::time::Duration;

    use arrow_array::cast::AsArray as _;
    use arrow_array::{BinaryArray, StringArray};

    use super::*;
    use crate::{Keys, Newline};

    /// A row of Haso's, whose token does not match.
    fn judged(clock: Clock, body: ArrayRef, more: (&str, &str)) -> (String, String) {
        let keys = b"[[haso]]\nmerchant_id = \"1\"\nkey = \"k\"\nsalt = \"s\"\n";
        let keys = Keys::of_toml(keys, Newline::Kept, false).expect("it is a keys file");
        let audit = Audit::new(keys, clock, Duration::ZERO, Duration::ZERO, NonZeroUsize::MIN);
        let text = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
        let columns = [("endpoint", text("SetPreDefinedLimit")), ("body", body), (more.0, text(more.1))];
        let table = RecordBatch::try_from_iter(columns).expect("it is a table");
        let verdicts = audit.judge_table(&table, &Columns::default(), 1).expect("it has the columns");
        let word = |column: &str| {
            let column = verdicts.first().and_then(|batch| batch.column_by_name(column)).expect("it is there");
            column.as_string::<i32>().value(0).to_owned()
        };
        (word("verdict"), word("reason"))
    }

    #[test]
    fn a_row_says_itself_that_its_body_is_not_what_was_sent_as_a_line_does() {
        let token = format!("{}=", "A".repeat(43));
        let body = format!("merchantId=1&customerId=\u{fffd}&dealerSegment=G&requestToken={token}");
        let (of_text, of_bytes) =
            (Arc::new(StringArray::from(vec![body.as_str()])), Arc::new(BinaryArray::from(vec![body.as_bytes()])));
        let clock = Clock::Ignored;
        for (body, more, verdict, reason) in [
            (of_text.clone() as ArrayRef, ("body_size", "-1"), "unreadable", "row 1: the recording replaced bytes"),
            (of_bytes.clone(), ("body_size", "-1"), "invalid", "the token does not match"),
            (of_bytes.clone(), ("body_size", "5.0"), "unreadable", "row 1: the recording holds"),
            (of_bytes.clone(), ("body_size", "x"), "unreadable", "row 1: `body_size` is a number of bytes"),
        ] {
            let (found, why) = judged(clock, body, more);
            assert!(found == verdict && why.starts_with(reason), "{more:?}: {found}, {why}");
        }
        // Haso has no clock, and asks for no time.
        assert_eq!(judged(Clock::AtReceived, of_bytes, ("received_at", "yesterday")).0, "invalid");
    }
}
