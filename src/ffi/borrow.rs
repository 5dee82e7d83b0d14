//! What C passes for the time of a call: texts, structs, arrays and handles. NULL is refused first and everything else
//! later, as the contract has it, so most of them are borrowed in two steps.

use std::ffi::c_char;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, offset_of, size_of};
use std::{ptr, slice};

use super::error::{Failure, Outcome, Place};
use super::output::{Out, Output, Statuses};
use super::status::imza_status;
use crate::haso::PostedField;

/// Borrows the arguments of an export under their own names, and refuses the first that is NULL by its name. What is
/// passed in several arguments gets a name of its own: `output: (buffer, capacity, length)`, `fields: (fields, count)`.
macro_rules! take {
    (@value $name:ident) => { $name };
    (@value $name:ident ($($part:ident),+)) => { ($($part),+) };
    ($($name:ident $(: ($($part:ident),+))?),+) => {
        // SAFETY: C keeps the header's contract: a pointer that is not NULL points to what its type says, for the call.
        let ($($name,)+) = unsafe {
            ($($crate::ffi::borrow::Argument::take(
                $crate::ffi::borrow::take!(@value $name $(($($part),+))?),
                stringify!($name),
            )?,)+)
        };
    };
}
pub(super) use take;

/// An argument of an export that holds a pointer.
pub(super) trait Argument<'a> {
    type Taken;

    /// The first step: refuses NULL.
    ///
    /// # Safety
    /// A pointer that is not NULL points to what its type says. During `'a` nothing else changes it, and nothing else
    /// uses it at all where it is not `const`.
    unsafe fn take(self, name: &'static str) -> Outcome<Self::Taken>;
}

/// What C holds by an opaque pointer. It may be moved to any thread and shared between them.
pub(super) trait Handle: Send + Sync {}

impl<'a, T: Handle + 'a> Argument<'a> for *const T {
    type Taken = &'a T;

    unsafe fn take(self, name: &'static str) -> Outcome<&'a T> {
        // SAFETY: the caller's promise.
        unsafe { self.as_ref() }.map_or_else(|| null(name), Ok)
    }
}

impl<'a, T: Handle + 'a> Argument<'a> for *mut T {
    type Taken = &'a mut T;

    unsafe fn take(self, name: &'static str) -> Outcome<&'a mut T> {
        // SAFETY: the caller's promise.
        unsafe { self.as_mut() }.map_or_else(|| null(name), Ok)
    }
}

impl<T: Handle> Argument<'_> for *mut *mut T {
    type Taken = Out<T>;

    unsafe fn take(self, name: &'static str) -> Outcome<Out<T>> {
        // SAFETY: the caller's promise.
        unsafe { Out::new(self) }.map_or_else(|| null(name), Ok)
    }
}

/// A buffer, its capacity, and the place for the length of what is written.
impl Argument<'_> for (*mut c_char, usize, *mut usize) {
    type Taken = Output;

    unsafe fn take(self, _name: &'static str) -> Outcome<Output> {
        let (buffer, capacity, length) = self;
        // SAFETY: the caller's promise.
        unsafe { Output::new(buffer, capacity, length) }.or_else(null)
    }
}

fn null<T>(name: &'static str) -> Outcome<T> {
    Err(null_argument(name))
}

#[cold]
#[inline(never)]
#[expect(clippy::unnecessary_box_returns, reason = "a failure is boxed, and here once for all arguments")]
fn null_argument(name: &'static str) -> Box<Failure> {
    Failure::Null { place: Place::Argument(name) }.boxed()
}

/// Bytes that the caller passes for the call, in any encoding the function names. Nothing needs a NUL,
/// and a NUL within is a byte like any other. `{NULL, 0}` is empty; NULL with a length is
/// `IMZA_NULL_POINTER`. `imza_str_from` makes one of a C string.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_str {
    /// The first byte; need not be aligned.
    pub ptr: *const c_char,
    /// How many bytes there are.
    pub len: usize,
}

const _: () = assert!(size_of::<imza_str>() == 2 * size_of::<usize>());
const _: () = assert!(offset_of!(imza_str, ptr) == 0 && offset_of!(imza_str, len) == size_of::<usize>());

/// An `imza_str` that is not NULL with a length.
#[derive(Clone, Copy)]
pub(super) struct Borrowed<'a> {
    str: imza_str,
    place: Place,
    lifetime: PhantomData<&'a [u8]>,
}

impl<'a> Argument<'a> for imza_str {
    type Taken = Borrowed<'a>;

    unsafe fn take(self, name: &'static str) -> Outcome<Borrowed<'a>> {
        // SAFETY: the caller's promise.
        unsafe { self.borrowed(Place::Argument(name)) }
    }
}

impl imza_str {
    /// The first step: refuses a NULL with a length.
    ///
    /// # Safety
    /// A pointer that is not NULL points to `len` bytes that stay unchanged for `'a`.
    pub(super) unsafe fn borrowed<'a>(self, place: Place) -> Outcome<Borrowed<'a>> {
        match self.len {
            len @ 1.. if self.ptr.is_null() => Err(Failure::NullText { place, len }.boxed()),
            _ => Ok(Borrowed { str: self, place, lifetime: PhantomData }),
        }
    }

    /// The bytes, where they can be read: not NULL with a length, and no longer than a slice can be.
    ///
    /// # Safety
    /// As [`imza_str::borrowed`].
    pub(super) unsafe fn readable<'a>(&self) -> Option<&'a [u8]> {
        if self.len == 0 {
            return Some(&[]);
        }
        if self.ptr.is_null() || isize::try_from(self.len).is_err() {
            return None;
        }
        // SAFETY: not NULL; the caller has promised `len` bytes for `'a`, and they fit a slice.
        Some(unsafe { slice::from_raw_parts(self.ptr.cast(), self.len) })
    }

    /// Whether these are bytes that can be read, and ASCII, which is UTF-8.
    ///
    /// # Safety
    /// As [`imza_str::borrowed`].
    unsafe fn is_plain(&self) -> bool {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.readable() }.is_some_and(<[u8]>::is_ascii)
    }

    /// The text of one that has been checked before.
    ///
    /// # Safety
    /// [`imza_str::is_plain`] or [`Borrowed::utf8_or`] accepted it, and its bytes have stayed unchanged.
    unsafe fn checked<'a>(&self) -> &'a str {
        if self.len == 0 {
            return "";
        }
        // SAFETY: with a length it is not NULL, it fits a slice, and it is UTF-8.
        unsafe { str::from_utf8_unchecked(slice::from_raw_parts(self.ptr.cast(), self.len)) }
    }
}

impl<'a> Borrowed<'a> {
    /// The second step: the bytes.
    pub(super) fn bytes(self) -> Outcome<&'a [u8]> {
        // SAFETY: the caller has promised `len` bytes for `'a`.
        match unsafe { self.str.readable() } {
            Some(bytes) => Ok(bytes),
            // It is not NULL.
            None => Err(Failure::TooLong { place: self.place, len: self.str.len }.boxed()),
        }
    }

    /// The bytes as the text that they must be.
    pub(super) fn utf8(self) -> Outcome<&'a str> {
        let place = self.place;
        self.utf8_or(|offset| Failure::NotUtf8 { place, offset })
    }

    /// The bytes as a text; where they are not UTF-8, the function that asks says what that means.
    pub(super) fn utf8_or(self, not_utf8: impl FnOnce(usize) -> Failure) -> Outcome<&'a str> {
        let bytes = self.bytes()?;
        if bytes.is_ascii() {
            // SAFETY: ASCII is UTF-8. Most texts are, and this check is the faster one.
            return Ok(unsafe { str::from_utf8_unchecked(bytes) });
        }
        str::from_utf8(bytes).map_err(|error| not_utf8(error.valid_up_to()).boxed())
    }
}

/// Refuses a count of things that no memory could hold: Rust may not even name such a slice.
pub(super) fn fits(count: usize, size: usize, place: Place) -> Outcome<()> {
    match count.checked_mul(size) {
        Some(bytes) if isize::try_from(bytes).is_ok() => Ok(()),
        _ => Err(Failure::TooLong { place, len: count.saturating_mul(size) }.boxed()),
    }
}

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

/// An array of fields, of which the array alone is known not to be NULL.
pub(super) struct Fields<'a> {
    /// The argument that they are.
    name: &'static str,
    array: &'a [imza_field],
}

/// An array and its count.
impl<'a> Argument<'a> for (*const imza_field, usize) {
    type Taken = Fields<'a>;

    unsafe fn take(self, name: &'static str) -> Outcome<Fields<'a>> {
        // SAFETY: the caller's promise.
        Ok(Fields { name, array: unsafe { array(self, name) }? })
    }
}

/// A struct of which callers pass an array. It never grows, since its size is how far apart they are.
pub(super) trait Item {}

impl<'a, T: Item + 'a> Argument<'a> for (*const T, usize) {
    type Taken = &'a [T];

    unsafe fn take(self, name: &'static str) -> Outcome<&'a [T]> {
        // SAFETY: the caller's promise.
        unsafe { array(self, name) }
    }
}

/// The first step for an array: refuses NULL with a count.
///
/// # Safety
/// A pointer that is not NULL points to `count` of `T` that stay unchanged for `'a`.
unsafe fn array<'a, T>((first, count): (*const T, usize), name: &'static str) -> Outcome<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if first.is_null() {
        return null(name);
    }
    fits(count, size_of::<T>(), Place::Argument(name))?;
    // SAFETY: not NULL; the caller has promised `count` of them for `'a`, and they fit a slice.
    Ok(unsafe { slice::from_raw_parts(first, count) })
}

/// The caller's statuses, as many as there are items.
impl Argument<'_> for (*mut imza_status, usize) {
    type Taken = Statuses;

    unsafe fn take(self, name: &'static str) -> Outcome<Statuses> {
        let (first, count) = self;
        if count > 0 && first.is_null() {
            return null(name);
        }
        fits(count, size_of::<imza_status>(), Place::Argument(name))?;
        // SAFETY: the caller's promise.
        Ok(unsafe { Statuses::new(first, count) })
    }
}

impl<'a> Fields<'a> {
    /// The second step: the fields where they are, as the texts that Haso's must be. Refuses NULLs first.
    pub(super) fn posted(self) -> Outcome<&'a [Text]> {
        // SAFETY: the caller has promised the bytes of every text when the array was taken.
        let is_plain = |field: &imza_field| unsafe { field.name.is_plain() && field.value.is_plain() };
        // Nearly all are; only where one is not, each is checked by itself.
        let array = self.array;
        if !array.iter().all(is_plain) {
            let fields = self.without_null()?;
            fields.check_utf8()?;
        }
        // SAFETY: `Text` has the layout of `imza_field`, and what it promises was just checked.
        Ok(unsafe { slice::from_raw_parts(array.as_ptr().cast(), array.len()) })
    }

    /// In between: refuses a text in the array that is NULL with a length, before anything else is judged.
    pub(super) fn without_null(self) -> Outcome<Self> {
        if !self.are_readable() {
            self.pairs().try_for_each(|pair| pair.map(drop))?;
        }
        Ok(self)
    }

    /// Whether every name and value can be read. Nearly all can, and only where one cannot, each is checked by itself.
    fn are_readable(&self) -> bool {
        // SAFETY: the caller has promised the bytes of every text when the array was taken.
        let is_readable = |text: &imza_str| unsafe { text.readable() }.is_some();
        self.array.iter().all(|field| is_readable(&field.name) && is_readable(&field.value))
    }

    /// The second step: the fields as texts; one that is not UTF-8 is an argument like any other.
    pub(super) fn texts(self) -> Outcome<Vec<(&'a str, &'a str)>> {
        let text = |pair: Outcome<Pair<'a>>| {
            let (name, value) = pair?;
            Ok((name.utf8()?, value.utf8()?))
        };
        self.pairs().map(text).collect()
    }

    /// The second step: the fields as headers, any bytes under a name of any bytes.
    pub(super) fn headers(self) -> Outcome<impl Iterator<Item = (&'a [u8], &'a [u8])>> {
        if !self.are_readable() {
            self.pairs().try_for_each(|pair| {
                let (name, value) = pair?;
                name.bytes().and(value.bytes()).map(drop)
            })?;
        }
        // All of them were just seen to be readable, so the fallback is never taken.
        // SAFETY: the caller has promised the bytes of every text when the array was taken.
        let bytes = |text: &imza_str| unsafe { text.readable() }.unwrap_or_default();
        Ok(self.array.iter().map(move |field| (bytes(&field.name), bytes(&field.value))))
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

    /// Name and value of each field; a NULL with a length is refused.
    fn pairs(&self) -> impl Iterator<Item = Outcome<Pair<'a>>> + use<'a> {
        let array = self.name;
        self.array.iter().enumerate().map(move |(index, field)| {
            let place = |member| Place::InField(array, index, member);
            // SAFETY: the caller has promised the bytes of every text when the array was taken.
            unsafe { Ok((field.name.borrowed(place("name"))?, field.value.borrowed(place("value"))?)) }
        })
    }
}

/// A field's name and value.
type Pair<'a> = (Borrowed<'a>, Borrowed<'a>);

/// A field whose name and value are UTF-8, and not NULL with a length.
#[repr(transparent)]
pub(super) struct Text(imza_field);

impl PostedField for Text {
    fn name(&self) -> &str {
        // SAFETY: `Fields::posted` has checked it, and holds the caller's promise that its bytes stay unchanged.
        unsafe { self.0.name.checked() }
    }

    fn value(&self) -> &str {
        // SAFETY: as the name.
        unsafe { self.0.value.checked() }
    }
}

/// A struct that callers fill, and that later versions make longer.
///
/// # Safety
/// It is `repr(C)`, begins with `struct_size: usize`, and all its bytes may be 0. `FIRST_VERSION` is not more than its
/// size. Members that were added lie behind `FIRST_VERSION`, and not in the padding at the end of an older version.
pub(super) unsafe trait Growing: Copy {
    const NAME: &'static str;
    /// The size of the struct's first version on this machine. It stays when the struct grows.
    const FIRST_VERSION: usize;
}

/// What a caller's struct says of its own size: the only member that every version has, whatever its size.
///
/// # Safety
/// `pointer` points to a `size_t`, aligned, that nothing changes during the call.
pub(super) unsafe fn struct_size<T: Growing>(pointer: *const T) -> usize {
    // SAFETY: every version of the struct begins with it.
    unsafe { pointer.cast::<usize>().read() }
}

/// A caller's struct that is not NULL.
pub(super) struct Struct<'a, T> {
    pointer: *const T,
    place: Place,
    lifetime: PhantomData<&'a T>,
}

impl<T: Growing> Struct<'_, T> {
    /// The first step: refuses NULL.
    ///
    /// # Safety
    /// A pointer that is not NULL points to as many bytes as their `struct_size` says, aligned, and at least to that
    /// one. Nothing changes them during the call, nor what they point to.
    pub(super) unsafe fn new(pointer: *const T, name: &'static str) -> Outcome<Self> {
        if pointer.is_null() {
            return null(name);
        }
        Ok(Self { pointer, place: Place::Argument(name), lifetime: PhantomData })
    }

    /// The second step: a copy of it, as far as the caller has it. Members that the caller's version does not have are
    /// 0, and of a larger version the tail is ignored.
    pub(super) fn copy(&self) -> Outcome<T> {
        let Self { pointer, place, .. } = *self;
        // SAFETY: not NULL, so there is a `struct_size`.
        let given = unsafe { struct_size(pointer) };
        if given < T::FIRST_VERSION {
            return Err(Failure::StructSize { place, name: T::NAME, given, least: T::FIRST_VERSION }.boxed());
        }
        let mut copy = MaybeUninit::<T>::zeroed();
        // SAFETY: the caller has as many bytes as are given, and the copy as many as a `T`.
        unsafe { ptr::copy_nonoverlapping(pointer.cast::<u8>(), copy.as_mut_ptr().cast(), given.min(size_of::<T>())) };
        // SAFETY: any bytes are numbers and pointers, and what was not copied is 0, which the trait allows.
        Ok(unsafe { copy.assume_init() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A struct as a later version may have it: its first version ended with `second`.
    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Later {
        struct_size: usize,
        second: usize,
        third: usize,
    }

    const WORD: usize = size_of::<usize>();

    // SAFETY: three numbers; the first version had two of them.
    unsafe impl Growing for Later {
        const NAME: &'static str = "later";
        const FIRST_VERSION: usize = 2 * WORD;
    }

    /// What is copied of a block that has not a byte more than `words`.
    fn copy_of(words: &[usize]) -> Outcome<Later> {
        let block = Box::<[usize]>::from(words);
        // SAFETY: an aligned block that says its size, or no more than its size.
        unsafe { Struct::new(block.as_ptr().cast(), "block") }?.copy()
    }

    #[test]
    fn a_first_version_has_zeros_where_it_ends() {
        let copy = copy_of(&[2 * WORD, 7]).expect("a first version");
        assert_eq!((copy.second, copy.third), (7, 0));
    }

    #[test]
    fn of_a_later_version_the_tail_is_ignored() {
        let copy = copy_of(&[5 * WORD, 7, 8, 9, 10]).expect("a later version");
        assert_eq!((copy.second, copy.third), (7, 8));
    }

    #[test]
    fn a_version_in_between_is_taken_as_far_as_it_goes() {
        let copy = copy_of(&[2 * WORD + WORD / 2, 7, usize::MAX]).expect("half a member more");
        assert_eq!((copy.second, copy.third.count_ones()), (7, usize::BITS / 2));
    }

    #[test]
    fn of_less_than_the_first_version_only_the_size_is_read() {
        for size in [0, 1, WORD, 2 * WORD - 1] {
            let failure = copy_of(&[size]).map(|_| ()).expect_err("too small");
            assert!(failure.to_string().starts_with(&format!("block.struct_size is {size}")), "{failure}");
        }
    }
}
