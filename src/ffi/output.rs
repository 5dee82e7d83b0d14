//! Where C wants its results: texts in buffers, handles in `out` parameters.

use std::ffi::c_char;
use std::slice;

use super::failure::{Failure, Outcome, Place};
use super::lent::fits;

/// A caller's buffer, its capacity, and the place for the text's length.
pub(super) struct Output {
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
}

impl Output {
    /// Refuses NULLs: a `length`, or a buffer that has a capacity. NULL with a capacity of 0 asks for
    /// the length.
    ///
    /// # Safety
    /// Pointers that are not NULL point to `capacity` bytes and to a `size_t`, both the library's alone
    /// during the call.
    pub(super) unsafe fn new(buffer: *mut c_char, capacity: usize, length: *mut usize) -> Outcome<Self> {
        let null = |name| Err(Failure::Null { place: Place::Argument(name) }.boxed());
        match capacity {
            _ if length.is_null() => null("length"),
            1.. if buffer.is_null() => null("buffer"),
            _ => Ok(Self { buffer: buffer.cast(), capacity, length }),
        }
    }

    /// Writes a text and a NUL behind it.
    pub(super) fn text(self, text: impl AsRef<[u8]>) -> Outcome<()> {
        let text = text.as_ref();
        self.written_by(|room| match room.get_mut(..text.len()) {
            Some(place) => {
                place.copy_from_slice(text);
                Ok(text.len())
            }
            None => Err(Failure::TooSmall { needed: text.len(), capacity: room.len() }.boxed()),
        })
    }

    /// Lets Rust write into the buffer but for its last byte, so that a NUL always has room; `write`
    /// answers with the length of what it wrote.
    pub(super) fn written_by(self, write: impl FnOnce(&mut [u8]) -> Outcome<usize>) -> Outcome<()> {
        let Self { buffer, capacity, length } = self;
        fits(capacity, size_of::<u8>(), Place::Argument("capacity"))?;
        let room: &mut [u8] = match capacity.checked_sub(1) {
            // SAFETY: with a capacity the buffer is not NULL, and it is the library's alone; no slice of more
            // than `isize::MAX` bytes is made.
            Some(room) => unsafe { slice::from_raw_parts_mut(buffer, room) },
            None => &mut [],
        };
        match write(room) {
            Ok(len) => {
                debug_assert!(len < capacity);
                // SAFETY: `len` bytes of a room of `capacity - 1` are written, so one is left for the NUL.
                unsafe { buffer.add(len).write(0) };
                // SAFETY: `length` is not NULL.
                unsafe { length.write(len) };
                Ok(())
            }
            Err(mut failure) => {
                if let Failure::TooSmall { needed, capacity: room } = &mut *failure {
                    // What is refused is the caller's whole buffer, not the room in it.
                    *room = capacity;
                    // SAFETY: `length` is not NULL.
                    unsafe { length.write(*needed) };
                }
                Err(failure)
            }
        }
    }
}

/// A caller's place for a new handle.
pub(super) struct Out<T>(*mut *mut T);

impl<T> Out<T> {
    /// Refuses NULL.
    ///
    /// # Safety
    /// A pointer that is not NULL points to a pointer of the caller's.
    pub(super) unsafe fn new(out: *mut *mut T) -> Outcome<Self> {
        if out.is_null() { Err(Failure::Null { place: Place::Argument("out") }.boxed()) } else { Ok(Self(out)) }
    }

    /// Hands a new handle over.
    pub(super) fn give(self, handle: T) {
        // SAFETY: not NULL.
        unsafe { self.0.write(Box::into_raw(Box::new(handle))) };
    }
}
