//! A column of texts or bytes, in any of Arrow's layouts. What comes from another program is not believed to be UTF-8.

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Int16Type, Int32Type, Int64Type, RunEndIndexType};
use arrow_array::{Array, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, Int64Array, LargeBinaryArray, RunArray};
use arrow_cast::cast;
use arrow_schema::DataType;

#[derive(Debug)]
pub(super) enum Bytes {
    /// A column of nothing but null.
    Null,
    Small(BinaryArray),
    Large(LargeBinaryArray),
    View(BinaryViewArray),
    Fixed(FixedSizeBinaryArray),
    /// A dictionary, or run-end encoded: which of the values each row has. They are looked up and never copied, since
    /// one long value can stand for any number of rows.
    Indexed(Int64Array, Box<Bytes>),
}

impl Bytes {
    /// `None` for a column of another type.
    pub(super) fn of(column: &dyn Array) -> Option<Self> {
        Some(match column.data_type() {
            DataType::Null => Self::Null,
            DataType::Utf8 => Self::Small(column.as_string::<i32>().clone().into()),
            DataType::LargeUtf8 => Self::Large(column.as_string::<i64>().clone().into()),
            DataType::Utf8View => Self::View(column.as_string_view().clone().to_binary_view()),
            DataType::Binary => Self::Small(column.as_binary::<i32>().clone()),
            DataType::LargeBinary => Self::Large(column.as_binary::<i64>().clone()),
            DataType::BinaryView => Self::View(column.as_binary_view().clone()),
            DataType::FixedSizeBinary(_) => Self::Fixed(column.as_fixed_size_binary().clone()),
            DataType::Dictionary(_, _) => {
                let dictionary = column.as_any_dictionary();
                let keys = cast(dictionary.keys(), &DataType::Int64).ok()?;
                Self::Indexed(keys.as_primitive::<Int64Type>().clone(), Box::new(Self::of(dictionary.values())?))
            }
            DataType::RunEndEncoded(ends, _) => match ends.data_type() {
                DataType::Int16 => Self::of_runs(column.as_run_opt::<Int16Type>()?)?,
                DataType::Int32 => Self::of_runs(column.as_run_opt::<Int32Type>()?)?,
                _ => Self::of_runs(column.as_run_opt::<Int64Type>()?)?,
            },
            _ => return None,
        })
    }

    fn of_runs<R: RunEndIndexType>(column: &RunArray<R>) -> Option<Self> {
        let physical = (0..column.len()).map(|row| i64::try_from(column.get_physical_index(row)).ok());
        Some(Self::Indexed(physical.collect(), Box::new(Self::of(column.values())?)))
    }

    /// A column whose numbers and flags count as the texts that JSON writes them as. A float is refused: its digits are
    /// not what was sent.
    pub(super) fn of_values(column: &dyn Array) -> Option<Self> {
        let kind = column.data_type();
        if kind.is_integer() || *kind == DataType::Boolean {
            return Self::of(&cast(column, &DataType::Utf8).ok()?);
        }
        Self::of(column)
    }

    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        let holds = |array: &dyn Array| row < array.len() && array.is_valid(row);
        match self {
            Self::Null => None,
            Self::Small(array) => holds(array).then(|| array.value(row)),
            Self::Large(array) => holds(array).then(|| array.value(row)),
            Self::View(array) => holds(array).then(|| array.value(row)),
            Self::Fixed(array) => holds(array).then(|| array.value(row)),
            Self::Indexed(index, values) => {
                let index = holds(index).then(|| index.value(row))?;
                values.get(usize::try_from(index).ok()?)
            }
        }
    }
}
