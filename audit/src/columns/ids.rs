//! A column of ids, as the lines of the verdicts have them.

use arrow_array::Array;
use arrow_schema::DataType;

use super::bytes::Bytes;

/// Texts, whole numbers and flags; an id of another type is not shown.
#[derive(Debug)]
pub(crate) struct Ids {
    values: Bytes,
    are_texts: bool,
}

impl Ids {
    pub(crate) fn of(column: &dyn Array) -> Option<Self> {
        let kind = column.data_type();
        let are_texts = !kind.is_integer() && *kind != DataType::Boolean;
        Bytes::of_values(column).map(|values| Self { values, are_texts })
    }

    /// The JSON of a row's id.
    pub(crate) fn get(&self, row: usize) -> Option<String> {
        let text = str::from_utf8(self.values.get(row)?).ok()?;
        if self.are_texts { serde_json::to_string(text).ok() } else { Some(text.to_owned()) }
    }
}
