//! The caller's own report of what happened.

use std::ffi::c_char;
use std::fmt::{self, Write as _};
use std::mem::{offset_of, size_of};

use super::failure::Failure;
use super::lent::{Growing, struct_size};
use super::status::{IMZA_OK, imza_status, imza_status_http};

/// What happened, in a struct of the caller's own: nothing to free, nothing shared between threads.
/// Every function takes NULL for it. Where it is given it is filled on every return, on success too.
///
/// Set `struct_size` to `sizeof(imza_error)` before the first call; the other members need no value. A
/// `struct_size` of 0, or one smaller than the first version of this struct, is
/// `IMZA_INVALID_ARGUMENT`, and then nothing at all is done or written. Members that later versions
/// add come behind `message`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_error {
    /// Set by the caller: `sizeof(imza_error)`.
    pub struct_size: usize,
    /// The status that was returned.
    pub status: imza_status,
    /// The HTTP status with which Diyalog answers such a request (DLGA-14); 0 where there is none.
    pub http_status: u16,
    /// The key that matched, in the order of adding, from 0 (DLGA-20, HASO-11); -1 for none. A
    /// `IMZA_DLGA_CLOCK_SKEW` has the matching key too.
    pub key_index: i32,
    /// The byte at which the offending value goes wrong, from 0; `SIZE_MAX` where there is none.
    pub offset: usize,
    /// What is wrong, where, and what to do about it: UTF-8 that ends in a NUL, cut at a character where
    /// it is too long. "" on success. Never holds a byte of a secret. For people and logs: its wording
    /// can change.
    pub message: [c_char; 256],
}

/// Bytes of `imza_error.message`, its NUL among them; cbindgen wants the number itself in the struct.
const MESSAGE: usize = 256;

// SAFETY: numbers, the first of them `struct_size`.
unsafe impl Growing for imza_error {
    const NAME: &'static str = "imza_error";
    const FIRST_VERSION: usize = if cfg!(target_pointer_width = "64") { 288 } else { 276 };
}

const _: () = assert!(size_of::<imza_error>() == imza_error::FIRST_VERSION);
const _: () = assert!(offset_of!(imza_error, struct_size) == 0 && offset_of!(imza_error, status) == size_of::<usize>());
const _: () = assert!(offset_of!(imza_error, message) + MESSAGE == size_of::<imza_error>());

/// A caller's `imza_error` that can be written to, or none.
pub(super) struct Report(*mut imza_error);

impl Report {
    /// Judges the caller's struct; `None` where it is too small to be one.
    ///
    /// # Safety
    /// `error` is NULL, or points to as many bytes as its `struct_size` says, aligned, and at least to that one.
    pub(super) unsafe fn on(error: *mut imza_error) -> Option<Self> {
        // SAFETY: not NULL, so there is a `struct_size`.
        let is_known = error.is_null() || unsafe { struct_size(error) } >= imza_error::FIRST_VERSION;
        is_known.then_some(Self(error))
    }

    pub(super) fn success(&self, key_index: Option<usize>) {
        self.fill(IMZA_OK, 0, key_index, None, |message| {
            // SAFETY: `message` points to the caller's message. Its first byte is all that counts of an empty one.
            unsafe { message.cast::<u8>().write(0) }
        });
    }

    pub(super) fn failure(&self, failure: &Failure) {
        let status = failure.status();
        self.fill(status, imza_status_http(status), failure.key_index(), failure.offset(), |message| {
            let mut text = Cut { bytes: [0; MESSAGE], len: 0 };
            // Fails only where the message is cut, and then what fitted is there.
            let _ = write!(text, "{failure}");
            // SAFETY: `message` points to the caller's message.
            unsafe { message.write(text.bytes) }
        });
    }

    fn fill(
        &self,
        status: imza_status,
        http_status: u16,
        key_index: Option<usize>,
        offset: Option<usize>,
        write_message: impl FnOnce(*mut [u8; MESSAGE]),
    ) {
        let Self(error) = *self;
        if error.is_null() {
            return;
        }
        let key_index = key_index.map_or(-1, |index| i32::try_from(index).unwrap_or(i32::MAX));
        // SAFETY: not NULL, and at least as large as the first version, which has all these members. They are
        // written one by one, through the pointer, since the caller need not have set them before.
        unsafe {
            (&raw mut (*error).status).write(status);
            (&raw mut (*error).http_status).write(http_status);
            (&raw mut (*error).key_index).write(key_index);
            (&raw mut (*error).offset).write(offset.unwrap_or(usize::MAX));
            // `c_char` and `u8` have the same layout.
            write_message((&raw mut (*error).message).cast());
        }
    }
}

/// A text in place that takes what fits, in whole characters, and leaves room for a NUL.
struct Cut {
    bytes: [u8; MESSAGE],
    len: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        let room = MESSAGE.saturating_sub(1).saturating_sub(self.len);
        let taken = (0..=room.min(piece.len())).rev().find(|&end| piece.is_char_boundary(end)).unwrap_or(0);
        let end = self.len.saturating_add(taken);
        let (from, to) = (piece.as_bytes().get(..taken), self.bytes.get_mut(self.len..end));
        to.ok_or(fmt::Error)?.copy_from_slice(from.ok_or(fmt::Error)?);
        self.len = end;
        if taken == piece.len() { Ok(()) } else { Err(fmt::Error) }
    }
}
