//! Verdicts as columns. Neither dictionaries nor unsigned numbers: Spark reads neither.

use std::sync::{Arc, LazyLock};

use arrow_array::builder::{Int16Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::super::verdict::{Judgement, Signature};

/// How many rows a batch may have, and how long its reasons may be: offsets are 32 bits, and an explained reason can
/// have thousands of characters.
const MOST_ROWS: usize = 16 * 1024;
const MOST_REASONS: usize = 16 * 1024 * 1024;

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("verdict", DataType::Utf8, false),
        Field::new("http_status", DataType::Int16, true),
        Field::new("reason", DataType::Utf8, false),
        Field::new("key", DataType::Int32, true),
        Field::new("signature", DataType::Int64, true),
    ]))
});

pub(crate) fn schema() -> SchemaRef {
    SCHEMA.clone()
}

#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    verdict: StringBuilder,
    http_status: Int16Builder,
    reason: StringBuilder,
    key: Int32Builder,
    signature: Int64Builder,
    rows: usize,
    batches: Vec<RecordBatch>,
}

impl Verdicts {
    pub(crate) fn add(&mut self, judgement: &Judgement) {
        let &Judgement { verdict, http_status, ref reason, key, signature, .. } = judgement;
        self.verdict.append_value(verdict.as_str());
        self.http_status.append_option(http_status.and_then(|status| i16::try_from(status).ok()));
        self.reason.append_value(reason);
        self.key.append_option(key.and_then(|key| i32::try_from(key).ok()));
        self.signature.append_option(signature.map(|Signature(bytes)| i64::from_be_bytes(bytes)));
        self.rows = self.rows.saturating_add(1);
        if self.rows >= MOST_ROWS || self.reason.values_slice().len() > MOST_REASONS {
            self.flush();
        }
    }

    pub(crate) fn finish(mut self) -> Vec<RecordBatch> {
        self.flush();
        self.batches
    }

    fn flush(&mut self) {
        if self.rows == 0 {
            return;
        }
        self.rows = 0;
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.verdict.finish()),
            Arc::new(self.http_status.finish()),
            Arc::new(self.reason.finish()),
            Arc::new(self.key.finish()),
            Arc::new(self.signature.finish()),
        ];
        // Columns of these types and of one length are a batch.
        self.batches.extend(RecordBatch::try_new(schema(), columns));
    }
}
