//! Haso's posted fields, lent by C as an array.

use std::mem::size_of;
use std::slice;

use super::failure::{Failure, Place};
use super::lent::{fits, imza_str};

/// A posted field of Haso's: both texts are UTF-8.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_field {
    /// Its name as posted, such as `customerId`.
    pub name: imza_str,
    /// Its value as posted.
    pub value: imza_str,
}

/// As many fields are taken without an allocation. No documented method has more.
const FEW: usize = 16;

/// An array of fields without a NULL in it.
pub(super) struct Fields<'a>(&'a [imza_field]);

impl<'a> Fields<'a> {
    /// Refuses NULLs: an array that has a count, or a text in it that has a length.
    ///
    /// # Safety
    /// An array that is not NULL has `count` fields, and their texts their bytes, unchanged for `'a`.
    pub(super) unsafe fn lent(fields: *const imza_field, count: usize) -> Result<Self, Failure> {
        let place = Place::Argument("fields");
        if count == 0 {
            return Ok(Self(&[]));
        }
        if fields.is_null() {
            return Err(Failure::Null { place });
        }
        fits(count, size_of::<imza_field>(), place)?;
        // SAFETY: not NULL; the caller has promised `count` fields for `'a`, and they fit a slice.
        let fields = unsafe { slice::from_raw_parts(fields, count) };
        for (index, field) in fields.iter().enumerate() {
            // SAFETY: the caller's promise is passed on.
            unsafe {
                field.name.lent(Place::InField(index, "name"))?;
                field.value.lent(Place::InField(index, "value"))?;
            }
        }
        Ok(Self(fields))
    }

    /// Hands the fields over as the texts that they must be.
    pub(super) fn with_texts<T>(
        self,
        take: impl FnOnce(&[(&'a str, &'a str)]) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let Self(fields) = self;
        // Four places are filled sooner than sixteen, and nearly every method has no more fields.
        match fields.len() {
            0..=4 => take(texts(fields, &mut [("", ""); 4])?),
            5..=FEW => take(texts(fields, &mut [("", ""); FEW])?),
            many => take(texts(fields, &mut vec![("", ""); many])?),
        }
    }
}

/// Puts the fields' texts into as many places.
fn texts<'t, 'a>(
    fields: &[imza_field],
    places: &'t mut [(&'a str, &'a str)],
) -> Result<&'t [(&'a str, &'a str)], Failure> {
    for (index, (field, place)) in fields.iter().zip(&mut *places).enumerate() {
        *place = field.texts(index)?;
    }
    Ok(places.get(..fields.len()).unwrap_or_default())
}

impl imza_field {
    fn texts<'a>(&self, index: usize) -> Result<(&'a str, &'a str), Failure> {
        // SAFETY: `Fields::lent` has taken the caller's promise, and refused NULLs.
        match unsafe { (self.name.ascii(), self.value.ascii()) } {
            (Some(name), Some(value)) => Ok((name, value)),
            _ => self.texts_beyond_ascii(index),
        }
    }

    #[cold]
    fn texts_beyond_ascii<'a>(&self, index: usize) -> Result<(&'a str, &'a str), Failure> {
        // SAFETY: `Fields::lent` has taken the caller's promise.
        let (name, value) = unsafe {
            (self.name.lent(Place::InField(index, "name"))?, self.value.lent(Place::InField(index, "value"))?)
        };
        let name = name.utf8_or(|offset| Failure::FieldName { place: Place::Field(index), offset })?;
        let value = value.utf8_or(|offset| Failure::FieldValue { field: name.to_owned(), offset })?;
        Ok((name, value))
    }
}
