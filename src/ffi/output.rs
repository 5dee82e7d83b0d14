//! Where C wants its results: texts in buffers, handles in `out` parameters.

use std::ffi::c_char;
use std::{ptr, slice};

use super::borrow::{Handle, fits};
use super::error::{Failure, Outcome, Place};
use super::status::{IMZA_OK, IMZA_PANIC, imza_status};

/// A caller's buffer, its capacity, and the place for the text's length. The buffer's bytes need not be initialised, so
/// no slice of them is made before they are.
pub(super) struct Output {
    buffer: *mut u8,
    capacity: usize,
    length: *mut usize,
}

/// Room on the stack for most texts of a length that only their writer knows, such as a header value with an access key
/// id of up to 78 bytes.
const SCRATCH: usize = 128;

impl Output {
    /// `Err` is the name of the argument that is NULL: a `length`, or a buffer that has a capacity. NULL with a capacity
    /// of 0 asks for the length.
    ///
    /// # Safety
    /// Pointers that are not NULL point to `capacity` bytes and to a `size_t`, both the library's alone
    /// during the call.
    pub(super) unsafe fn new(buffer: *mut c_char, capacity: usize, length: *mut usize) -> Result<Self, &'static str> {
        match capacity {
            _ if length.is_null() => Err("length"),
            1.. if buffer.is_null() => Err("buffer"),
            _ => Ok(Self { buffer: buffer.cast(), capacity, length }),
        }
    }

    /// Writes a text and a NUL behind it, or nothing where they do not fit.
    pub(super) fn text(self, text: impl AsRef<[u8]>) -> Outcome<()> {
        let text = text.as_ref();
        let room = self.room_for(text.len())?;
        // SAFETY: the room has a byte more than the text, and is no memory of Rust's.
        unsafe { ptr::copy_nonoverlapping(text.as_ptr(), room, text.len()) };
        self.end(text.len());
        Ok(())
    }

    /// Lets Rust write the text: `write` answers with its length, or with [`Failure::TooSmall`] and the length needed.
    /// It is called again, once, where the text is longer than most.
    pub(super) fn written_by(self, write: impl Fn(&mut [u8]) -> Outcome<usize>) -> Outcome<()> {
        let mut scratch = [0; SCRATCH];
        let needed = match write(&mut scratch) {
            Ok(len) => return self.text(scratch.get(..len).ok_or_else(|| Failure::Panic.boxed())?),
            Err(failure) => match *failure {
                Failure::TooSmall { needed, .. } => needed,
                _ => return Err(failure),
            },
        };
        let room = self.room_for(needed)?;
        // SAFETY: the room has more than `needed` bytes; they are initialised before the slice is made, and the
        // library's alone during the call.
        let text = unsafe {
            room.write_bytes(0, needed);
            slice::from_raw_parts_mut(room, needed)
        };
        let len = write(text)?.min(needed);
        self.end(len);
        Ok(())
    }

    /// The buffer, where it has room for `len` bytes and a NUL. Where it has not, nothing but the length is written.
    fn room_for(&self, len: usize) -> Outcome<*mut u8> {
        let Self { buffer, capacity, length } = *self;
        fits(capacity, size_of::<u8>(), Place::Argument("capacity"))?;
        if len < capacity {
            return Ok(buffer);
        }
        // SAFETY: `length` is not NULL.
        unsafe { length.write(len) };
        Err(Failure::TooSmall { needed: len, capacity }.boxed())
    }

    /// Ends a text of `len` bytes that was written into [`Output::room_for`] as many.
    fn end(self, len: usize) {
        // SAFETY: the room has a byte more than the text.
        unsafe { self.buffer.add(len).write(0) };
        // SAFETY: `length` is not NULL.
        unsafe { self.length.write(len) };
    }
}

/// A caller's array of statuses, which are written one after the other. It need not be initialised.
pub(super) struct Statuses {
    next: *mut imza_status,
    left: usize,
    /// The first failure, which the call comes to.
    outcome: Outcome<()>,
}

impl Statuses {
    /// Until a status is known it is a panic's: whatever happens, none is left that could be taken for a verdict.
    ///
    /// # Safety
    /// `first` points to as many statuses, which are the library's alone during the call, or there are none.
    pub(super) unsafe fn new(first: *mut imza_status, count: usize) -> Self {
        for place in 0..count {
            // SAFETY: the caller's promise.
            unsafe { first.add(place).write(IMZA_PANIC) };
        }
        Self { next: first, left: count, outcome: Ok(()) }
    }

    /// Writes the next status.
    pub(super) fn push(&mut self, outcome: Outcome<usize>) {
        let status = outcome.as_ref().map_or_else(|failure| failure.status(), |_key_index| IMZA_OK);
        if let Some(left) = self.left.checked_sub(1) {
            // SAFETY: there is a place left, and behind it another one or the end of the array.
            self.next = unsafe {
                self.next.write(status);
                self.next.add(1)
            };
            self.left = left;
        }
        if self.outcome.is_ok() {
            self.outcome = outcome.map(|_key_index| ());
        }
    }

    /// What the call comes to: the first failure, if there is one.
    pub(super) fn end(self) -> Outcome<()> {
        self.outcome
    }
}

/// A caller's place for a new handle.
pub(super) struct Out<T>(*mut *mut T);

impl<T: Handle> Out<T> {
    /// `None` for NULL.
    ///
    /// # Safety
    /// A pointer that is not NULL points to a pointer of the caller's.
    pub(super) unsafe fn new(out: *mut *mut T) -> Option<Self> {
        (!out.is_null()).then_some(Self(out))
    }

    /// Gives the caller a new handle; it ends the call.
    #[expect(clippy::unnecessary_wraps, reason = "it is the outcome of every export that makes a handle")]
    pub(super) fn give(self, handle: T) -> Outcome<()> {
        // SAFETY: not NULL.
        unsafe { self.0.write(Box::into_raw(Box::new(handle))) };
        Ok(())
    }
}
