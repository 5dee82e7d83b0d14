//! When requests were received: timestamps, numbers, or texts as the records of JSON Lines have them.

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int64Type;
use arrow_array::{Array, Int64Array};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};

use super::super::time;
use super::bytes::Bytes;
use super::text;

#[derive(Debug)]
pub(super) enum Times {
    /// Timestamps, so many to a second. One without a time zone is in UTC, as engines keep them.
    Timestamps(Int64Array, i64),
    Texts(Bytes),
}

impl Times {
    /// `None` for a column of another type.
    pub(super) fn of(column: &dyn Array) -> Option<Self> {
        let kind = column.data_type();
        let whole = |column: &dyn Array| cast(column, &DataType::Int64).ok();
        match kind {
            DataType::Timestamp(unit, _) => {
                let in_a_second = match unit {
                    TimeUnit::Second => 1,
                    TimeUnit::Millisecond => 1_000,
                    TimeUnit::Microsecond => 1_000_000,
                    TimeUnit::Nanosecond => 1_000_000_000,
                };
                Some(Self::Timestamps(whole(column)?.as_primitive::<Int64Type>().clone(), in_a_second))
            }
            _ if kind.is_floating() => Bytes::of_values(&whole(column)?).map(Self::Texts),
            DataType::Boolean => None,
            _ => Bytes::of_values(column).map(Self::Texts),
        }
    }

    /// Seconds since 1970, rounded down; `None` for null.
    pub(super) fn get(&self, row: usize) -> Result<Option<i64>, String> {
        match self {
            Self::Timestamps(times, in_a_second) => {
                Ok((row < times.len() && times.is_valid(row)).then(|| times.value(row).div_euclid(*in_a_second)))
            }
            Self::Texts(texts) => {
                let Some(text) = text(Some(texts), row, "received_at")? else { return Ok(None) };
                time::recorded(text.as_str()).map(Some).map_err(|fault| format!("`received_at` {fault}"))
            }
        }
    }
}
