//! Diyalog's `DLGA` header for C.

use std::ffi::c_char;
use std::mem::{offset_of, size_of};
use std::time::Duration;

use super::call::{call, free, verdict};
use super::error::imza_error;
use super::failure::{Failure, Outcome, Place};
use super::lent::{Growing, Lent, Struct, exclusive, imza_str, shared};
use super::output::{Out, Output};
use super::status::imza_status;
use crate::dlga::{AccessKey, BodyLine, Date, Error, Part, Received, Request, Signer, Verifier};

/// The body and a line feed when there is a body, nothing at all when there is none: the default (DLGA-6).
pub const IMZA_DLGA_BODY_LINE_WHEN_PRESENT: i32 = 0;
/// The body and a line feed, also when the body is empty (DLGA-6).
pub const IMZA_DLGA_BODY_LINE_ALWAYS: i32 = 1;
/// The body alone: no line feed even after a body (DLGA-6).
pub const IMZA_DLGA_BODY_LINE_NEVER: i32 = 2;

/// A request as it goes over the wire: the parts that are signed (DLGA-5), each exactly as sent. Set
/// `struct_size` to `sizeof(imza_dlga_request)`, and all that is not needed to 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_dlga_request {
    /// Set by the caller: `sizeof(imza_dlga_request)`. Members that an older version has not count as 0; less than
    /// the first version is `IMZA_INVALID_ARGUMENT`; of a larger one, the tail is ignored.
    pub struct_size: usize,
    /// The HTTP method, its case kept (DLGA-11).
    pub method: imza_str,
    /// The value of the `Content-Type` header, parameters included; empty without the header (DLGA-8).
    pub content_type: imza_str,
    /// The value of the `x-dlg-date` header: signed as it stands, never re-formatted (DLGA-9).
    pub date: imza_str,
    /// What follows the server address in the URI: path and query, no fragment (DLGA-10).
    pub resource: imza_str,
    /// The exact bytes of the body (DLGA-7); any bytes.
    pub body: imza_str,
    /// One of the `IMZA_DLGA_BODY_LINE_` numbers (DLGA-6); 0 is the default.
    pub body_line: i32,
}

// SAFETY: numbers, and texts that are NULL with a length of 0 where they are 0; the first of them is `struct_size`.
unsafe impl Growing for imza_dlga_request {
    const NAME: &'static str = "imza_dlga_request";
    const FIRST_VERSION: usize = if cfg!(target_pointer_width = "64") { 96 } else { 48 };
}

const _: () = assert!(size_of::<imza_dlga_request>() == imza_dlga_request::FIRST_VERSION);
const _: () = assert!(offset_of!(imza_dlga_request, struct_size) == 0);
const _: () =
    assert!(offset_of!(imza_dlga_request, body_line) == if cfg!(target_pointer_width = "64") { 88 } else { 44 });

/// An access key, ready to sign. May be shared between threads; ended by `imza_dlga_signer_free`.
pub struct imza_dlga_signer(pub(super) Signer);

/// The access keys that a server accepts. May be shared between threads once its last key is added and
/// its clock is set; ended by `imza_dlga_verifier_free`.
pub struct imza_dlga_verifier(pub(super) Verifier);

/// Writes the text of the `x-dlg-date` header for a time (DLGA-1), such as
/// "Tue, 09 Mar 2021 13:28:32 GMT": 29 characters, so a `capacity` of 30 does.
///
/// `unix_seconds`: seconds since 1970-01-01 00:00:00 GMT. `IMZA_INVALID_ARGUMENT` outside the years 1970 to
/// 9999 (DLGA-19).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_date(
    unix_seconds: i64,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let output = unsafe { Output::new(buffer, capacity, length) }?;
        output.text(Date::from_unix(unix_seconds).map_err(Error::Date)?.as_str())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Prepares an access key: `key_id` is the AccessKeyId (UTF-8), `secret` the bytes of the AccessKeySecret as
/// they were handed out, not decoded and not trimmed (DLGA-12). Both are copied; end the signer with
/// `imza_dlga_signer_free`, which also wipes its key.
///
/// `IMZA_INVALID_ARGUMENT`: the id is empty, not UTF-8, or holds `:`, a blank or a control character; the secret
/// is empty (DLGA-13).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_signer_new(
    key_id: imza_str,
    secret: imza_str,
    out: *mut *mut imza_dlga_signer,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, key_id, secret) = unsafe { (Out::new(out)?, key_id.argument("key_id")?, secret.argument("secret")?) };
        out.give(imza_dlga_signer(Signer::new(key_id.utf8()?, secret.bytes()?)?));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Signs a request: writes the value of the `x-dlg-authorization` header, `DLGA id:signature` (DLGA-3). It
/// has the id's length and 50 characters more. `x-dlg-requester-userid` is required too, but **not** part of
/// what is signed (DLGA-2).
///
/// `IMZA_INVALID_ARGUMENT`: a part of the request that DLGA-13 forbids, or a date that is empty or not in the
/// pattern. Allocates nothing on success.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_sign(
    signer: *const imza_dlga_signer,
    request: *const imza_dlga_request,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (signer, request, output) = unsafe {
            (shared(signer, "signer")?, Struct::new(request, "request")?, Output::new(buffer, capacity, length)?)
        };
        // SAFETY: the header's contract.
        let (request, date) = unsafe { imza_dlga_request::read(request) }?;
        let date = date_to_sign(date)?;
        output.written_by(|room| Ok(signer.0.write_authorization(&request, date, room)?.len()))
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Writes the string to sign (DLGA-5): the bytes that go into the HMAC, to look at when a signature does not
/// match. The body can hold any bytes, NUL too: `*length` counts. The date need not be in the pattern here.
///
/// `IMZA_INVALID_ARGUMENT`: a part of the request that DLGA-13 forbids, or an empty date.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_string_to_sign(
    request: *const imza_dlga_request,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (request, output) = unsafe { (Struct::new(request, "request")?, Output::new(buffer, capacity, length)?) };
        // SAFETY: the header's contract.
        let (request, date) = unsafe { imza_dlga_request::read(request) }?;
        output.text(request.string_to_sign(date)?)
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Ends a signer and wipes its key. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_signer_free(signer: *mut imza_dlga_signer) {
    // SAFETY: the header's contract.
    unsafe { free(signer) }
}

/// Makes a verifier without keys, which takes dates up to 15 minutes from the clock, either way (DLGA-14). End it
/// with `imza_dlga_verifier_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_new(
    out: *mut *mut imza_dlga_verifier,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        unsafe { Out::new(out) }?.give(imza_dlga_verifier(Verifier::new()));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Adds an access key; the first one added has the index 0. An id may be added again with another secret, for a
/// rotation (DLGA-20). Both texts are copied. Not while another thread uses the verifier.
///
/// `IMZA_INVALID_ARGUMENT` as in `imza_dlga_signer_new`; the verifier is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_add_key(
    verifier: *mut imza_dlga_verifier,
    key_id: imza_str,
    secret: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (verifier, key_id, secret) =
            unsafe { (exclusive(verifier, "verifier")?, key_id.argument("key_id")?, secret.argument("secret")?) };
        let key = AccessKey::new(key_id.utf8()?, secret.bytes()?)?;
        change(verifier, |verifier| verifier.access_key(key));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Sets how many seconds a date may lie before the clock (`past`) and after it (`future`); exactly that far still
/// passes (DLGA-19). Not while another thread uses the verifier.
///
/// `IMZA_INVALID_ARGUMENT`: a negative number. The clock is switched off by `imza_dlga_verifier_ignore_clock` alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_window(
    verifier: *mut imza_dlga_verifier,
    past: i64,
    future: i64,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let verifier = unsafe { exclusive(verifier, "verifier") }?;
        let (past, future) = (seconds("past", past)?, seconds("future", future)?);
        change(verifier, |verifier| verifier.window(past, future));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Takes dates however far from the clock: for audits of recorded requests (DLGA-19). `imza_dlga_verifier_window`
/// switches the clock on again. Not while another thread uses the verifier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_ignore_clock(
    verifier: *mut imza_dlga_verifier,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let verifier = unsafe { exclusive(verifier, "verifier") }?;
        change(verifier, Verifier::ignore_clock);
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Verifies a received request: `request.date`, `requester` and `authorization` are the values of the three
/// headers (DLGA-1 to DLGA-3), an absent one empty; blanks around them do not count. `now` is the server's clock
/// in seconds since 1970, any number.
///
/// `IMZA_OK`, with the matching key in `error.key_index`, or the vendor's verdict (DLGA-14, in the order of
/// DLGA-15): `IMZA_DLGA_HEADERS_MISSING`, `IMZA_DLGA_FORMAT_INVALID`, `IMZA_DLGA_DATE_INVALID`,
/// `IMZA_DLGA_SIGNATURE_MISMATCH`, or `IMZA_DLGA_CLOCK_SKEW` with the matching key too. The requester is **not**
/// covered by the signature: anyone on the path can have changed it (DLGA-2).
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify(
    verifier: *const imza_dlga_verifier,
    request: *const imza_dlga_request,
    authorization: imza_str,
    requester: imza_str,
    now: i64,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (verifier, request, authorization, requester) = unsafe {
            (
                shared(verifier, "verifier")?,
                Struct::new(request, "request")?,
                authorization.argument("authorization")?,
                requester.argument("requester")?,
            )
        };
        // SAFETY: the header's contract.
        let (request, date) = unsafe { imza_dlga_request::read(request) }?;
        let received = Received::new(date, requester.bytes()?, authorization.bytes()?);
        Ok(verifier.0.verify_received(&request, &received, now)?.key_index())
    };
    // SAFETY: the header's contract.
    unsafe { verdict(error, body) }
}

/// Ends a verifier and wipes its keys. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_free(verifier: *mut imza_dlga_verifier) {
    // SAFETY: the header's contract.
    unsafe { free(verifier) }
}

/// Changes a verifier where it stands.
fn change(verifier: &mut imza_dlga_verifier, change: impl FnOnce(Verifier) -> Verifier) {
    verifier.0 = change(std::mem::take(&mut verifier.0));
}

impl imza_dlga_request {
    /// The request, and the text of its date.
    ///
    /// # Safety
    /// Every text that is not NULL points to its bytes, which stay unchanged for `'a`.
    pub(super) unsafe fn read<'a>(given: Struct<Self>) -> Outcome<(Request<'a>, &'a [u8])> {
        let given = given.copy()?;
        // SAFETY: the caller's promise is passed on.
        let texts: [Lent<'a>; 5] = unsafe {
            [
                given.method.argument("request.method")?,
                given.content_type.argument("request.content_type")?,
                given.date.argument("request.date")?,
                given.resource.argument("request.resource")?,
                given.body.argument("request.body")?,
            ]
        };
        let [method, content_type, date, resource, body] = texts;
        let request = Request::new(method.bytes()?, resource.bytes()?)
            .content_type(content_type.bytes()?)
            .body(body.bytes()?)
            .body_line(body_line("request.body_line", given.body_line)?);
        Ok((request, date.bytes()?))
    }
}

/// DLGA-6, by its number.
pub(super) fn body_line(argument: &'static str, number: i32) -> Outcome<BodyLine> {
    match number {
        IMZA_DLGA_BODY_LINE_WHEN_PRESENT => Ok(BodyLine::WhenPresent),
        IMZA_DLGA_BODY_LINE_ALWAYS => Ok(BodyLine::Always),
        IMZA_DLGA_BODY_LINE_NEVER => Ok(BodyLine::Never),
        given => Err(Failure::NoSuchChoice {
            place: Place::Argument(argument),
            given,
            allowed: "0 (when present), 1 (always) or 2 (never)",
        }
        .boxed()),
    }
}

/// The text of a date that is to be signed: it must be there, and in the pattern (DLGA-13, DLGA-18).
pub(super) fn date_to_sign(text: &[u8]) -> Result<Date, Error> {
    if text.is_empty() {
        return Err(Error::Empty { part: Part::Date });
    }
    Ok(Date::parse(text)?)
}

pub(super) fn seconds(argument: &'static str, seconds: i64) -> Outcome<Duration> {
    let seconds = u64::try_from(seconds).map_err(|_| Failure::Argument {
        place: Place::Argument(argument),
        fault: "is negative; it is a number of seconds",
    })?;
    Ok(Duration::from_secs(seconds))
}
