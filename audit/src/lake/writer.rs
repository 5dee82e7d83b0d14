//! Verdicts in a Parquet file: a row for each record, in the order of the input.

use std::fs::File;
use std::io;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::super::columns;

/// How many rows a row group has, and how much memory one may take before it is written.
const ROWS: usize = 128 * 1024;
const MEMORY: usize = 32 * 1024 * 1024;

/// A Parquet file that is being written; it is one once it was finished.
pub(crate) struct Writer {
    file: File,
    begun: Option<(SchemaRef, ArrowWriter<File>)>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn new(file: File) -> Self {
        Self { file, begun: None }
    }

    pub(crate) fn write(&mut self, table: &RecordBatch) -> io::Result<()> {
        let (schema, writer) = self.begin(table.schema())?;
        if *schema != table.schema() {
            return Err(io::Error::other("the column `id` is not of the same type in all inputs"));
        }
        writer.write(table).map_err(as_io)?;
        if writer.in_progress_size() > MEMORY { writer.flush().map_err(as_io) } else { Ok(()) }
    }

    /// Writes what makes the file a whole one.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        let (_, writer) = self.begin(columns::verdict_schema())?;
        writer.finish().map(drop).map_err(as_io)
    }

    /// Takes back what was written: a file without its end is none.
    pub(crate) fn discard(&mut self) {
        self.begun = None;
        if self.file.metadata().is_ok_and(|about| about.is_file()) {
            // The error that counts is the one before.
            let _ = self.file.set_len(0);
        }
    }

    fn begin(&mut self, schema: SchemaRef) -> io::Result<&mut (SchemaRef, ArrowWriter<File>)> {
        if self.begun.is_none() {
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::default()))
                .set_max_row_group_row_count(Some(ROWS))
                .build();
            // Other readers know no views.
            let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
            let file = self.file.try_clone()?;
            let writer = ArrowWriter::try_new_with_options(file, schema.clone(), options).map_err(as_io)?;
            self.begun = Some((schema, writer));
        }
        self.begun.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn as_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
