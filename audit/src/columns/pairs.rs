//! A column of headers or fields: maps, lists of structs of name and value, or structs with a member for each name.

use std::ops::Range;

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::DataType;

use super::super::fields::{self, push};
use super::bytes::Bytes;
use super::utf8;

#[derive(Debug)]
pub(super) enum Pairs {
    Lists(Box<Lists>),
    Struct { nulls: Option<NullBuffer>, members: Vec<(String, Bytes)> },
    Null,
}

/// Maps, or lists of structs: the entries of all rows, one after the other.
#[derive(Debug)]
pub(super) struct Lists {
    places: Places,
    nulls: Option<NullBuffer>,
    names: Bytes,
    values: Bytes,
    of_entries: Option<NullBuffer>,
}

/// Which entries a row has.
#[derive(Debug)]
pub(super) enum Places {
    Small(OffsetBuffer<i32>),
    Large(OffsetBuffer<i64>),
    Views(ScalarBuffer<i32>, ScalarBuffer<i32>),
    LargeViews(ScalarBuffer<i64>, ScalarBuffer<i64>),
    Fixed(usize),
}

impl Places {
    fn of(&self, row: usize) -> Option<Range<usize>> {
        let range = |from: i64, to: i64| Some(usize::try_from(from).ok()?..usize::try_from(to).ok()?);
        let next = row.checked_add(1)?;
        match self {
            Self::Small(offsets) => range((*offsets.get(row)?).into(), (*offsets.get(next)?).into()),
            Self::Large(offsets) => range(*offsets.get(row)?, *offsets.get(next)?),
            Self::Views(offsets, sizes) => {
                let from = i64::from(*offsets.get(row)?);
                range(from, from.checked_add((*sizes.get(row)?).into())?)
            }
            Self::LargeViews(offsets, sizes) => {
                let from = *offsets.get(row)?;
                range(from, from.checked_add(*sizes.get(row)?)?)
            }
            Self::Fixed(size) => Some(row.checked_mul(*size)?..next.checked_mul(*size)?),
        }
    }
}

impl Pairs {
    /// `None` for a column of another type.
    pub(super) fn of(column: &ArrayRef) -> Option<Self> {
        match column.data_type() {
            DataType::Null => Some(Self::Null),
            DataType::Map(_, _) => {
                let map = column.as_map();
                Self::lists(Places::Small(map.offsets().clone()), column.nulls(), map.entries())
            }
            DataType::List(_) => {
                let list = column.as_list::<i32>();
                Self::lists(Places::Small(list.offsets().clone()), column.nulls(), list.values().as_struct_opt()?)
            }
            DataType::LargeList(_) => {
                let list = column.as_list::<i64>();
                Self::lists(Places::Large(list.offsets().clone()), column.nulls(), list.values().as_struct_opt()?)
            }
            DataType::ListView(_) => {
                let list = column.as_list_view::<i32>();
                let places = Places::Views(list.offsets().clone(), list.sizes().clone());
                Self::lists(places, column.nulls(), list.values().as_struct_opt()?)
            }
            DataType::LargeListView(_) => {
                let list = column.as_list_view::<i64>();
                let places = Places::LargeViews(list.offsets().clone(), list.sizes().clone());
                Self::lists(places, column.nulls(), list.values().as_struct_opt()?)
            }
            DataType::FixedSizeList(_, size) => {
                let places = Places::Fixed(usize::try_from(*size).ok()?);
                Self::lists(places, column.nulls(), column.as_fixed_size_list().values().as_struct_opt()?)
            }
            DataType::Struct(_) => {
                let columns = column.as_struct();
                let members = columns.fields().iter().zip(columns.columns());
                let members = members.map(|(field, column)| Some((field.name().clone(), Bytes::of_values(column)?)));
                Some(Self::Struct { nulls: column.nulls().cloned(), members: members.collect::<Option<_>>()? })
            }
            _ => None,
        }
    }

    /// Entries are of two members, of which the name is the first.
    fn lists(places: Places, nulls: Option<&NullBuffer>, entries: &StructArray) -> Option<Self> {
        let [names, values] = entries.columns() else { return None };
        Some(Self::Lists(Box::new(Lists {
            places,
            nulls: nulls.cloned(),
            names: Bytes::of(names)?,
            values: Bytes::of_values(values)?,
            of_entries: entries.nulls().cloned(),
        })))
    }

    /// The pairs of a row, `None` where it is null; `value` says what becomes of a value that may be null, and `None`
    /// of it leaves the pair out. In a struct what is null is absent.
    pub(super) fn get<'a>(
        &'a self,
        row: usize,
        column: &str,
        value: impl Fn(Option<&'a [u8]>) -> Option<&'a [u8]>,
    ) -> Result<Option<fields::Pairs<'a>>, String> {
        let is_null = |nulls: &Option<NullBuffer>, at: usize| {
            nulls.as_ref().is_some_and(|nulls| nulls.len() <= at || nulls.is_null(at))
        };
        let mut pairs = Vec::with_capacity(8);
        match self {
            Self::Null => return Ok(None),
            Self::Struct { nulls, .. } if is_null(nulls, row) => return Ok(None),
            Self::Lists(lists) if is_null(&lists.nulls, row) => return Ok(None),
            Self::Lists(lists) => {
                for at in lists.places.of(row).unwrap_or_default() {
                    if is_null(&lists.of_entries, at) {
                        return Err(format!("`{column}` has an entry that is null"));
                    }
                    let name = lists.names.get(at).ok_or_else(|| format!("`{column}` has a name that is null"))?;
                    if let Some(value) = value(lists.values.get(at)) {
                        push(&mut pairs, utf8(name, column)?, utf8(value, column)?)?;
                    }
                }
            }
            Self::Struct { members, .. } => {
                for (name, values) in members {
                    if let Some(value) = values.get(row) {
                        push(&mut pairs, name.as_str().into(), utf8(value, column)?)?;
                    }
                }
            }
        }
        Ok(Some(pairs))
    }
}
