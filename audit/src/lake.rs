//! Parquet files, as they lie in a lake: each row group is judged by itself, a batch of rows at a time.

mod footer;
mod pages;
mod shape;
mod thrift;
mod writer;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::columns::{self, Columns, Ids, Verdicts};
use super::input::{Block, Content};
use super::judge::Judge;
use super::judged::Judged;
use super::record::Json;
pub(super) use writer::Writer;

/// How many rows are read and judged at a time.
const ROWS: usize = 256;

/// How many verdicts of a row group may wait to be written; a longer group counts as one of so many rows.
pub(super) const MOST_WAITING: usize = 128 * 1024;

const MAGIC: &[u8] = b"PAR1";

const ID: &str = "id";

/// A row group of a file, which any worker can read.
pub(super) struct RowGroup {
    table: Arc<Table>,
    number: usize,
    rows: u64,
}

/// A file, and what of it is read.
struct Table {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    mask: ProjectionMask,
    json_column: Option<String>,
}

/// Whether this is a Parquet file, by its name or by its content. A pipe is not looked into.
pub(super) fn is_one(path: &Path) -> io::Result<bool> {
    if !path.metadata()?.is_file() {
        return Ok(false);
    }
    let mut begin = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut begin)?;
    Ok(begin == MAGIC || path.extension().is_some_and(|found| found.eq_ignore_ascii_case("parquet")))
}

/// Passes the row groups of a file on, until `take` says that nobody wants more.
pub(super) fn read(
    path: &Path,
    judge: &Judge,
    progress: &(dyn Fn(u64) + Sync),
    mut take: impl FnMut(Block) -> bool,
) -> Result<(), String> {
    let table = Arc::new(Table::open(path, judge)?);
    let mut first = 1_u64;
    for (number, group) in table.metadata.metadata().row_groups().iter().enumerate() {
        let rows = u64::try_from(group.num_rows()).map_err(|_| damaged("a row group has less than no rows"))?;
        let content = Content::RowGroup(RowGroup { table: table.clone(), number, rows });
        if !take(Block { first, content }) {
            return Ok(());
        }
        first = first.saturating_add(rows);
        progress(u64::try_from(group.compressed_size()).unwrap_or_default());
    }
    Ok(())
}

impl Table {
    fn open(path: &Path, judge: &Judge) -> Result<Self, String> {
        let file = File::open(path).map_err(damaged)?;
        footer::is_small(&file)?;
        // The types are those of Parquet itself, not what the writer held in memory.
        let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let found = decoded("its footer", || ArrowReaderMetadata::load(&file, options()))?;
        // Texts are looked up where they lie: one long value can stand for any number of rows.
        let schema = Schema::new(found.schema().fields().iter().map(as_views).collect::<Vec<_>>());
        let schema = Arc::new(schema);
        let options = options().with_schema(schema.clone());
        let metadata = decoded("its schema", || ArrowReaderMetadata::try_new(found.metadata().clone(), options))?;
        let json_column = judge.json_column().map(ToOwned::to_owned);
        let is_read = |name: &str| match &json_column {
            Some(column) => name == column || name == ID,
            None => name == ID || columns::NAMES.contains(&name),
        };
        let read = schema.fields().iter().enumerate().filter(|(_, field)| is_read(field.name()));
        let (read, fields): (Vec<_>, Vec<_>) = read.map(|(place, field)| (place, field.clone())).unzip();
        let mask = ProjectionMask::roots(metadata.parquet_schema(), read);
        let table = Self { path: path.to_owned(), metadata, mask, json_column };
        // A column that is missing or of another type is found before any row is read.
        let empty = RecordBatch::new_empty(Arc::new(Schema::new(fields)));
        table.judge(judge, &empty, 1, &mut Judged::default(), false)?;
        Ok(table)
    }

    /// Judges the rows of a batch.
    fn judge(
        &self,
        judge: &Judge,
        batch: &RecordBatch,
        first: u64,
        judged: &mut Judged,
        wants_table: bool,
    ) -> Result<(), String> {
        let rows = judge.rows();
        let column = columns::find(batch, ID).map_err(|error| error.to_string())?;
        let ids = column.and_then(|column| Ids::of(column));
        let mut verdicts = Verdicts::default();
        let number = |row| u64::try_from(row).map_or(u64::MAX, |row| first.saturating_add(row));
        let faults = match &self.json_column {
            None => columns::judge_rows(judge, batch, &Columns::default(), first, |row, judgement| {
                if wants_table {
                    verdicts.add(&judgement);
                }
                let id = ids.as_ref().and_then(|ids| ids.get(row));
                judged.add(rows, id.as_deref().map(Json), number(row), judgement);
            }),
            Some(name) => {
                let lines = columns::find(batch, name).map_err(|error| error.to_string())?;
                let lines = lines.ok_or_else(|| format!("there is no column `{}`", imza::shown::shown(name)))?;
                columns::judge_lines(judge, lines, first, |row, own, judgement| {
                    if wants_table {
                        verdicts.add(&judgement);
                    }
                    let id = ids.as_ref().and_then(|ids| ids.get(row));
                    judged.add(rows, id.as_deref().map(Json).or(own), number(row), judgement);
                })
            }
        };
        faults.map_err(|error| error.to_string())?;
        let mut offset = 0_usize;
        for verdicts in verdicts.finish() {
            let id = column.map(|column| column.slice(offset, verdicts.num_rows()));
            offset = offset.saturating_add(verdicts.num_rows());
            judged.tables.push(match id {
                None => verdicts,
                Some(id) => with_id(&verdicts, id).map_err(damaged)?,
            });
        }
        Ok(())
    }
}

impl RowGroup {
    /// How many rows it counts as, of those that may wait.
    pub(super) fn waiting(&self) -> usize {
        usize::try_from(self.rows).map_or(MOST_WAITING, |rows| rows.min(MOST_WAITING))
    }

    /// Judges its rows, and passes the verdicts on in pieces, each once it has so many bytes, until `send` says that
    /// nobody wants more. The last piece is left in `judged`.
    pub(super) fn judge(
        &self,
        judge: &Judge,
        mut first: u64,
        wants_table: bool,
        judged: &mut Judged,
        mut send: impl FnMut(&mut Judged) -> bool,
    ) -> Result<(), String> {
        // Each reader has a place of its own in the file.
        let file = File::open(&self.table.path).map_err(|error| format!("it cannot be read: {error}"))?;
        let group = self.table.metadata.metadata().row_group(self.number);
        let read = group.columns().iter().enumerate().filter(|(leaf, _)| self.table.mask.leaf_included(*leaf));
        let place = format!("row group {}", self.number);
        let rows = decoded(&place, || {
            Ok::<_, String>(pages::rows_at_a_time(&self.table.path, read.map(|(_, column)| column), ROWS))
        })?
        .map_err(|error| format!("{place}, {error}"))?;
        let mut batches = decoded(&place, || {
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.table.metadata.clone())
                .with_row_groups(vec![self.number])
                .with_projection(self.table.mask.clone())
                .with_batch_size(rows)
                .build()
        })?;
        let mut left = self.rows;
        while let Some(batch) = decoded(&place, || batches.next().transpose())? {
            let rows = u64::try_from(batch.num_rows()).unwrap_or(u64::MAX);
            self.table.judge(judge, &batch, first, judged, wants_table)?;
            (first, left) = (first.saturating_add(rows), left.saturating_sub(rows));
            if !send(judged) {
                return Ok(());
            }
        }
        if left > 0 {
            return Err(damaged(format_args!("row group {} has {left} rows less than it says", self.number)));
        }
        Ok(())
    }
}

thread_local! {
    static IS_DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in the decoder of Parquet files, which takes a damaged one with a panic at some places. That
/// becomes an error, so that a panic hook has nothing to say of it.
#[must_use]
pub fn is_decoding() -> bool {
    IS_DECODING.get()
}

/// What the decoder does with `what` of a file, as an error that names it where it fails or panics.
fn decoded<T, E: std::fmt::Display>(what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    IS_DECODING.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_DECODING.set(false);
    match done {
        Ok(done) => done.map_err(damaged),
        Err(_) => Err(damaged(what)),
    }
}

fn damaged(what: impl std::fmt::Display) -> String {
    let what = what.to_string();
    let line = what.lines().next().unwrap_or_default();
    format!("it is no Parquet file, or a damaged one: {}", imza::shown::shown(line))
}

/// Texts and bytes as views, at every depth.
fn as_views(field: &FieldRef) -> FieldRef {
    let kind = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Struct(members) => DataType::Struct(members.iter().map(as_views).collect()),
        DataType::List(entry) => DataType::List(as_views(entry)),
        DataType::Map(entry, is_sorted) => DataType::Map(as_views(entry), *is_sorted),
        kind => kind.clone(),
    };
    Arc::new(Field::clone(field).with_data_type(kind))
}

/// The verdicts behind the ids of their records.
fn with_id(verdicts: &RecordBatch, id: arrow_array::ArrayRef) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let schema: SchemaRef = verdicts.schema();
    let field = Arc::new(Field::new(ID, id.data_type().clone(), true));
    let fields: Vec<FieldRef> = [field].into_iter().chain(schema.fields().iter().cloned()).collect();
    let columns = [id].into_iter().chain(verdicts.columns().iter().cloned()).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
