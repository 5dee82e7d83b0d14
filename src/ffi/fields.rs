//! Haso's posted fields, or the headers of a request, lent by C as an array.

use std::mem::size_of;
use std::slice;

use super::failure::{Failure, Place};
use super::lent::{Lent, fits, imza_str};

/// A posted field of Haso's: both texts are UTF-8. Or a header of a request, whose value may be any bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_field {
    /// Its name as posted, such as `customerId`; of a header in any case.
    pub name: imza_str,
    /// Its value as posted.
    pub value: imza_str,
}

/// As many fields are taken without an allocation. No documented method has more.
const FEW: usize = 16;

/// An array of fields without a NULL in it.
pub(super) struct Fields<'a> {
    /// The argument that they are.
    name: &'static str,
    array: &'a [imza_field],
}

impl<'a> Fields<'a> {
    /// Refuses NULLs: an array that has a count, or a text in it that has a length.
    ///
    /// # Safety
    /// An array that is not NULL has `count` fields, and their texts their bytes, unchanged for `'a`.
    pub(super) unsafe fn lent(name: &'static str, fields: *const imza_field, count: usize) -> Result<Self, Failure> {
        let place = Place::Argument(name);
        if count == 0 {
            return Ok(Self { name, array: &[] });
        }
        if fields.is_null() {
            return Err(Failure::Null { place });
        }
        fits(count, size_of::<imza_field>(), place)?;
        // SAFETY: not NULL; the caller has promised `count` fields for `'a`, and they fit a slice.
        let array = unsafe { slice::from_raw_parts(fields, count) };
        let fields = Self { name, array };
        fields.pairs().try_for_each(|pair| pair.map(drop))?;
        Ok(fields)
    }

    /// Hands the fields over as the texts that they must be.
    pub(super) fn with_texts<T>(
        self,
        take: impl FnOnce(&[(&'a str, &'a str)]) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut few = [("", ""); FEW];
        let mut many = Vec::new();
        let texts = if let Some(texts) = few.get_mut(..self.array.len()) {
            texts
        } else {
            many.resize(self.array.len(), ("", ""));
            &mut many
        };
        for (pair, text) in self.pairs().zip(&mut *texts) {
            let (name, value) = pair?;
            let place = name.place.around();
            let name = name.utf8_or(|offset| Failure::FieldName { place, offset })?;
            let value = value.utf8_or(|offset| Failure::FieldValue { field: name.to_owned(), offset })?;
            *text = (name, value);
        }
        take(texts)
    }

    /// The fields as texts; one that is none is an argument like any other.
    pub(super) fn texts(self) -> Result<Vec<(&'a str, &'a str)>, Failure> {
        let text = |pair: Result<Pair<'a>, Failure>| {
            let (name, value) = pair?;
            Ok((name.utf8()?, value.utf8()?))
        };
        self.pairs().map(text).collect()
    }

    /// The fields as headers: any bytes under a name. No header has a name that is not UTF-8.
    pub(super) fn headers(self) -> Result<Vec<(&'a str, &'a [u8])>, Failure> {
        let mut headers = Vec::with_capacity(self.array.len());
        for pair in self.pairs() {
            let (name, value) = pair?;
            if let Ok(name) = str::from_utf8(name.bytes()?) {
                headers.push((name, value.bytes()?));
            }
        }
        Ok(headers)
    }

    /// Name and value of each field; a NULL with a length is refused.
    fn pairs(&self) -> impl Iterator<Item = Result<Pair<'a>, Failure>> {
        let array = self.name;
        self.array.iter().enumerate().map(move |(index, field)| {
            // SAFETY: `Fields::lent` has taken the caller's promise.
            unsafe {
                let name = field.name.lent(Place::InField(array, index, "name"))?;
                let value = field.value.lent(Place::InField(array, index, "value"))?;
                Ok((name, value))
            }
        })
    }
}

/// A field's name and value.
type Pair<'a> = (Lent<'a>, Lent<'a>);
