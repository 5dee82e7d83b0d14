//! What C lends for the time of a call: texts, structs and handles. NULL is refused first, and all
//! else later, as the contract has it; so a text is taken in two steps.

use std::ffi::c_char;
use std::marker::PhantomData;
use std::mem::{MaybeUninit, offset_of, size_of};
use std::{ptr, slice};

use super::failure::{Failure, Outcome, Place};

/// Bytes that the caller lends for the call, in any encoding the function names. Nothing needs a NUL,
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
pub(super) struct Lent<'a> {
    text: imza_str,
    pub(super) place: Place,
    lifetime: PhantomData<&'a [u8]>,
}

impl imza_str {
    /// The first step: refuses a NULL with a length.
    ///
    /// # Safety
    /// A pointer that is not NULL points to `len` bytes that stay unchanged for `'a`.
    pub(super) unsafe fn lent<'a>(self, place: Place) -> Outcome<Lent<'a>> {
        match self.len {
            len @ 1.. if self.ptr.is_null() => Err(Failure::NullText { place, len }.boxed()),
            _ => Ok(Lent { text: self, place, lifetime: PhantomData }),
        }
    }

    /// Whether these are bytes that can be read, and ASCII, which is UTF-8.
    ///
    /// # Safety
    /// As [`imza_str::lent`].
    pub(super) unsafe fn is_plain(&self) -> bool {
        if self.len == 0 {
            return true;
        }
        if self.ptr.is_null() || isize::try_from(self.len).is_err() {
            return false;
        }
        // SAFETY: not NULL; the caller has promised `len` bytes, and they fit a slice.
        unsafe { slice::from_raw_parts(self.ptr.cast::<u8>(), self.len) }.is_ascii()
    }

    /// The text of one that has been looked at before.
    ///
    /// # Safety
    /// [`imza_str::is_plain`] or [`Lent::utf8_or`] was fine with it, and its bytes have stayed unchanged.
    pub(super) unsafe fn text<'a>(&self) -> &'a str {
        if self.len == 0 {
            return "";
        }
        // SAFETY: with a length it is not NULL, it fits a slice, and it is UTF-8.
        unsafe { str::from_utf8_unchecked(slice::from_raw_parts(self.ptr.cast(), self.len)) }
    }

    /// [`imza_str::lent`] for an argument of a function.
    ///
    /// # Safety
    /// As [`imza_str::lent`].
    pub(super) unsafe fn argument<'a>(self, name: &'static str) -> Outcome<Lent<'a>> {
        // SAFETY: the caller's promise is passed on.
        unsafe { self.lent(Place::Argument(name)) }
    }
}

impl<'a> Lent<'a> {
    /// The second step: the bytes.
    pub(super) fn bytes(self) -> Outcome<&'a [u8]> {
        let imza_str { ptr, len } = self.text;
        if len == 0 {
            return Ok(&[]);
        }
        fits(len, size_of::<u8>(), self.place)?;
        // SAFETY: with a length it is not NULL; the caller has promised `len` bytes for `'a`, and no slice of
        // more than `isize::MAX` bytes is made.
        Ok(unsafe { slice::from_raw_parts(ptr.cast(), len) })
    }

    /// The bytes as the text that they must be.
    pub(super) fn utf8(self) -> Outcome<&'a str> {
        let place = self.place;
        self.utf8_or(|offset| Failure::NotUtf8 { place, offset })
    }

    /// The bytes as a text; what is not UTF-8 is told in the words of the one who asks.
    pub(super) fn utf8_or(self, not_utf8: impl FnOnce(usize) -> Failure) -> Outcome<&'a str> {
        let bytes = self.bytes()?;
        if bytes.is_ascii() {
            // SAFETY: ASCII is UTF-8. This is most texts, and seen sooner.
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

/// What a handle or a pointer to a struct points to.
///
/// # Safety
/// `pointer` is NULL, or points to a `T` that nobody changes during `'a`.
pub(super) unsafe fn shared<'a, T>(pointer: *const T, argument: &'static str) -> Outcome<&'a T> {
    // SAFETY: the caller's promise is passed on.
    unsafe { pointer.as_ref() }.ok_or_else(|| Failure::Null { place: Place::Argument(argument) }.boxed())
}

/// What a handle points to, to be changed.
///
/// # Safety
/// `pointer` is NULL, or points to a `T` that nobody else uses during `'a`.
pub(super) unsafe fn exclusive<'a, T>(pointer: *mut T, argument: &'static str) -> Outcome<&'a mut T> {
    // SAFETY: the caller's promise is passed on.
    unsafe { pointer.as_mut() }.ok_or_else(|| Failure::Null { place: Place::Argument(argument) }.boxed())
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

/// What a caller's struct says of its own size: the only member that every size has.
///
/// # Safety
/// `pointer` points to a `size_t`, aligned, that nobody changes during the call.
pub(super) unsafe fn struct_size<T: Growing>(pointer: *const T) -> usize {
    // SAFETY: every version of the struct begins with it.
    unsafe { pointer.cast::<usize>().read() }
}

/// A caller's struct that is not NULL. Like a text it is taken in two steps, since what it says of itself comes second.
pub(super) struct Struct<T> {
    pointer: *const T,
    place: Place,
}

impl<T: Growing> Struct<T> {
    /// The first step: refuses NULL.
    ///
    /// # Safety
    /// A pointer that is not NULL points to as many bytes as their `struct_size` says, aligned, and at least to that one;
    /// nobody changes them during the call.
    pub(super) unsafe fn new(pointer: *const T, argument: &'static str) -> Outcome<Self> {
        let place = Place::Argument(argument);
        if pointer.is_null() { Err(Failure::Null { place }.boxed()) } else { Ok(Self { pointer, place }) }
    }

    /// The second step: a copy of it, as far as the caller has it. Members that the caller's version has not are 0, and of
    /// a larger version the tail is ignored.
    pub(super) fn copy(self) -> Outcome<T> {
        let Self { pointer, place } = self;
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
