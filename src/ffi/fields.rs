//! Haso's posted fields, or the headers of a request, lent by C as an array.

use std::mem::{offset_of, size_of};
use std::slice;

use super::failure::{Failure, Outcome, Place};
use super::lent::{Lent, fits, imza_str};
use crate::haso::PostedField;

/// A posted field of Haso's: both texts are UTF-8. Or a header of a request, whose value may be any bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_field {
    /// Its name as posted, such as `customerId`; of a header in any case.
    pub name: imza_str,
    /// Its value as posted.
    pub value: imza_str,
}

const _: () = assert!(size_of::<imza_field>() == 2 * size_of::<imza_str>());
const _: () = assert!(offset_of!(imza_field, name) == 0 && offset_of!(imza_field, value) == size_of::<imza_str>());

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
    pub(super) unsafe fn lent(name: &'static str, fields: *const imza_field, count: usize) -> Outcome<Self> {
        // SAFETY: the caller's promise is passed on.
        let fields = unsafe { Self::array(name, fields, count) }?;
        fields.pairs().try_for_each(|pair| pair.map(drop))?;
        Ok(fields)
    }

    /// The fields where they stand, as the texts that Haso's must be. Refuses NULLs first.
    ///
    /// # Safety
    /// As [`Fields::lent`].
    pub(super) unsafe fn posted(name: &'static str, fields: *const imza_field, count: usize) -> Outcome<&'a [Text]> {
        // SAFETY: the caller's promise is passed on.
        let fields = unsafe { Self::array(name, fields, count) }?;
        // SAFETY: the caller's promise is passed on.
        let is_plain = |field: &imza_field| unsafe { field.name.is_plain() && field.value.is_plain() };
        // Nearly all are; what is not is looked at closely.
        if !fields.array.iter().all(is_plain) {
            fields.pairs().try_for_each(|pair| pair.map(drop))?;
            fields.check_utf8()?;
        }
        // SAFETY: `Text` is laid out as `imza_field`, and what it promises was just checked.
        Ok(unsafe { slice::from_raw_parts(fields.array.as_ptr().cast(), fields.array.len()) })
    }

    /// # Safety
    /// As [`Fields::lent`].
    unsafe fn array(name: &'static str, fields: *const imza_field, count: usize) -> Outcome<Self> {
        let place = Place::Argument(name);
        if count == 0 {
            return Ok(Self { name, array: &[] });
        }
        if fields.is_null() {
            return Err(Failure::Null { place }.boxed());
        }
        fits(count, size_of::<imza_field>(), place)?;
        // SAFETY: not NULL; the caller has promised `count` fields for `'a`, and they fit a slice.
        Ok(Self { name, array: unsafe { slice::from_raw_parts(fields, count) } })
    }

    fn check_utf8(&self) -> Outcome<()> {
        for pair in self.pairs() {
            let (name, value) = pair?;
            let place = name.place.around();
            let name = name.utf8_or(|offset| Failure::FieldName { place, offset })?;
            value.utf8_or(|offset| Failure::field_value(name, offset))?;
        }
        Ok(())
    }

    /// The fields as texts; one that is none is an argument like any other.
    pub(super) fn texts(self) -> Outcome<Vec<(&'a str, &'a str)>> {
        let text = |pair: Outcome<Pair<'a>>| {
            let (name, value) = pair?;
            Ok((name.utf8()?, value.utf8()?))
        };
        self.pairs().map(text).collect()
    }

    /// The fields as headers: any bytes under a name. No header has a name that is not UTF-8.
    pub(super) fn headers(self) -> Outcome<Vec<(&'a str, &'a [u8])>> {
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
    fn pairs(&self) -> impl Iterator<Item = Outcome<Pair<'a>>> {
        let array = self.name;
        self.array.iter().enumerate().map(move |(index, field)| {
            // SAFETY: whoever made this has taken the caller's promise.
            unsafe {
                let name = field.name.lent(Place::InField(array, index, "name"))?;
                let value = field.value.lent(Place::InField(array, index, "value"))?;
                Ok((name, value))
            }
        })
    }
}

/// A field whose name and value are UTF-8, and not NULL with a length.
#[repr(transparent)]
pub(super) struct Text(imza_field);

impl PostedField for Text {
    fn name(&self) -> &str {
        // SAFETY: what the type says, and the caller's promise that `Fields::posted` has taken.
        unsafe { self.0.name.text() }
    }

    fn value(&self) -> &str {
        // SAFETY: as above.
        unsafe { self.0.value.text() }
    }
}

/// A field's name and value.
type Pair<'a> = (Lent<'a>, Lent<'a>);
