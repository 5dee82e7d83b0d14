//! Diyalog's `DLGA` header for C: signing and verifying, a body in one piece or in several.

use std::ffi::c_char;
use std::mem::{offset_of, size_of};
use std::time::Duration;

use super::borrow::{Argument, Borrowed, Growing, Handle, Item, Struct, imza_field, imza_str, take};
use super::error::{Failure, Outcome, Place, imza_error};
use super::guard::{end, export};
use super::output::Statuses;
use super::status::imza_status;
use crate::dlga::{
    AccessKey, BodyLine, Date, Error, Part, Received, Request, Signer, SigningStream, Verifier, VerifyingStream,
};

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
    /// The value of the `x-dlg-date` header: signed as it is, never re-formatted (DLGA-9).
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
pub struct imza_dlga_signer(Signer);

impl Handle for imza_dlga_signer {}

/// The access keys that a server accepts. May be shared between threads once its last key is added and
/// its clock is set; ended by `imza_dlga_verifier_free`.
pub struct imza_dlga_verifier(Verifier);

impl Handle for imza_dlga_verifier {}

impl imza_dlga_verifier {
    /// Changes the verifier in its place.
    #[expect(clippy::unnecessary_wraps, reason = "it is the outcome of every export that changes a verifier")]
    fn change(&mut self, change: impl FnOnce(Verifier) -> Verifier) -> Outcome<()> {
        self.0 = change(std::mem::take(&mut self.0));
        Ok(())
    }
}

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
    export!(error, {
        take!(output: (buffer, capacity, length));
        output.text(Date::from_unix(unix_seconds).map_err(Error::Date)?.as_str())
    })
}

/// Prepares an access key: `key_id` is the AccessKeyId (UTF-8), `secret` the bytes of the AccessKeySecret as
/// they were issued, not decoded and not trimmed (DLGA-12). Both are copied; end the signer with
/// `imza_dlga_signer_free`, which also wipes its key.
///
/// `IMZA_INVALID_ARGUMENT`: the id is empty, not UTF-8, or holds `:`, a space or a control character; the secret
/// is empty (DLGA-13).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_signer_new(
    key_id: imza_str,
    secret: imza_str,
    out: *mut *mut imza_dlga_signer,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, key_id, secret);
        out.give(imza_dlga_signer(Signer::new(key_id.utf8()?, secret.bytes()?)?))
    })
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
    export!(error, {
        take!(signer, request, output: (buffer, capacity, length));
        let (request, date) = request.read()?;
        let date = date_to_sign(date)?;
        output.written_by(|room| Ok(signer.0.write_authorization(&request, date, room)?.len()))
    })
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
    export!(error, {
        take!(request, output: (buffer, capacity, length));
        let (request, date) = request.read()?;
        output.text(request.string_to_sign(date)?)
    })
}

/// Ends a signer and wipes its key. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_signer_free(signer: *mut imza_dlga_signer) {
    end!(signer);
}

/// Makes a verifier without keys, which takes dates up to 15 minutes from the clock, either way (DLGA-14). End it
/// with `imza_dlga_verifier_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_new(
    out: *mut *mut imza_dlga_verifier,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out);
        out.give(imza_dlga_verifier(Verifier::new()))
    })
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
    export!(error, {
        take!(verifier, key_id, secret);
        let key = AccessKey::new(key_id.utf8()?, secret.bytes()?)?;
        verifier.change(|verifier| verifier.access_key(key))
    })
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
    export!(error, {
        take!(verifier);
        let (past, future) = (seconds("past", past)?, seconds("future", future)?);
        verifier.change(|verifier| verifier.window(past, future))
    })
}

/// Takes dates however far from the clock: for audits of recorded requests (DLGA-19). `imza_dlga_verifier_window`
/// switches the clock on again. Not while another thread uses the verifier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_ignore_clock(
    verifier: *mut imza_dlga_verifier,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(verifier);
        verifier.change(Verifier::ignore_clock)
    })
}

/// Verifies a received request: `request.date`, `requester` and `authorization` are the values of the three
/// headers (DLGA-1 to DLGA-3), an absent one empty; spaces and tabs around them do not count. `now` is the server's clock
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
    export!(error, {
        take!(verifier, request, authorization, requester);
        let (request, date) = request.read()?;
        let received = Received::new(date, requester.bytes()?, authorization.bytes()?);
        Ok(verifier.0.verify_received(&request, &received, now)?.key_index())
    })
}

/// Verifies a received request by all `count` of its headers, in any order: as `imza_dlga_verify`, but the library finds
/// the three that count, under either set of names, in any case (DLGA-4). Other headers, HTTP/2's `:path` among them, are
/// passed over. `request.date` is not used. Where `request.content_type` is empty, the received `Content-Type` is what
/// was signed (DLGA-8).
///
/// The verdicts of `imza_dlga_verify`. A header that is missing is `IMZA_DLGA_HEADERS_MISSING`; then one that occurs
/// twice, the `Content-Type` too, is `IMZA_DLGA_FORMAT_INVALID`. Values may be any bytes, and a name that is not UTF-8 is
/// passed over. `headers` may be NULL where `count` is 0. Allocates nothing on success.
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_headers(
    verifier: *const imza_dlga_verifier,
    request: *const imza_dlga_request,
    headers: *const imza_field,
    count: usize,
    now: i64,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(verifier, request, headers: (headers, count));
        let headers = headers.without_null()?;
        let (request, _date) = request.read()?;
        let received = Received::among_bytes(headers.headers()?);
        Ok(verifier.0.verify_received(&request, &received, now)?.key_index())
    })
}

/// One of the received requests that `imza_dlga_verify_many` verifies. This struct never grows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_dlga_received {
    /// The request, with the value of its date header.
    pub request: *const imza_dlga_request,
    /// The value of the authorization header; empty without the header.
    pub authorization: imza_str,
    /// The value of the requester header; empty without the header.
    pub requester: imza_str,
    /// The clock that its date is held against, in seconds since 1970: for an audit, when it was received.
    pub now: i64,
}

impl Item for imza_dlga_received {}

/// Verifies `count` received requests: each gets in `statuses`, at its place, what `imza_dlga_verify` returns for it, an
/// `IMZA_NULL_POINTER` or `IMZA_INVALID_ARGUMENT` too. Two are verified at once, which takes less time on a processor with
/// instructions for SHA-256.
///
/// `IMZA_OK` where all of them are accepted; otherwise the first status that is another one, with `error` as for that
/// request (for the others ask `imza_dlga_verify`). `IMZA_NULL_POINTER` and `IMZA_INVALID_ARGUMENT` are also for the
/// arguments of this call, and then no status is written. `received` and `statuses` may be NULL where `count` is 0.
/// Allocates nothing for a request that is accepted.
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_many(
    verifier: *const imza_dlga_verifier,
    received: *const imza_dlga_received,
    count: usize,
    statuses: *mut imza_status,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(verifier, received: (received, count), statuses: (statuses, count));
        let mut statuses = statuses;
        received.chunks(2).for_each(|pair| verify_pair(&verifier.0, pair, &mut statuses));
        statuses.end()
    })
}

/// Two requests, or the last one.
fn verify_pair(verifier: &Verifier, pair: &[imza_dlga_received], statuses: &mut Statuses) {
    let mut read = pair.iter().map(imza_dlga_received::read);
    match (read.next(), read.next()) {
        (Some(Ok(first)), Some(Ok(second))) => {
            let mut verdicts = [None, None];
            verifier.verify_many(&[first, second], &mut verdicts);
            for verdict in verdicts.into_iter().flatten() {
                statuses.push(verdict.map(|accepted| accepted.key_index()).map_err(Into::into));
            }
        }
        (first, second) => {
            for read in [first, second].into_iter().flatten() {
                statuses.push(read.and_then(|(request, received, now)| {
                    Ok(verifier.verify_received(&request, &received, now)?.key_index())
                }));
            }
        }
    }
}

impl imza_dlga_received {
    fn read(&self) -> Outcome<(Request<'_>, Received<'_>, i64)> {
        // SAFETY: the caller has promised the request, and the bytes of every text, when the array was taken.
        let (request, authorization, requester) = unsafe {
            (
                self.request.take("received.request")?,
                self.authorization.take("received.authorization")?,
                self.requester.take("received.requester")?,
            )
        };
        let (request, date) = request.read()?;
        Ok((request, Received::new(date, requester.bytes()?, authorization.bytes()?), self.now))
    }
}

/// Ends a verifier and wipes its keys. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verifier_free(verifier: *mut imza_dlga_verifier) {
    end!(verifier);
}

/// A signature over a body in pieces. One thread at a time; ended by `imza_dlga_stream_free`.
pub struct imza_dlga_stream(SigningStream);

impl Handle for imza_dlga_stream {}

/// A body in pieces whose signature is being verified. One thread at a time; ended by
/// `imza_dlga_verify_stream_free`.
pub struct imza_dlga_verify_stream(Option<VerifyingStream>);

impl Handle for imza_dlga_verify_stream {}

/// Begins to sign a body that comes in pieces; the texts are as in `imza_dlga_request`. The resource comes last, since
/// it comes last in the string to sign (DLGA-5). The stream keeps what it needs of the signer, which may end before
/// it. End the stream with `imza_dlga_stream_free`.
///
/// `IMZA_INVALID_ARGUMENT` as in `imza_dlga_sign`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_stream_begin(
    signer: *const imza_dlga_signer,
    method: imza_str,
    content_type: imza_str,
    date: imza_str,
    body_line: i32,
    out: *mut *mut imza_dlga_stream,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(signer, out, method, content_type, date);
        let body_line = self::body_line("body_line", body_line)?;
        let date = date_to_sign(date.bytes()?)?;
        let stream = signer.0.stream(method.bytes()?, content_type.bytes()?, date)?;
        out.give(imza_dlga_stream(stream.body_line(body_line)))
    })
}

/// Takes the next bytes of the body; an empty piece is fine. Where one piece ends and the next begins leaves no trace.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_stream_update(
    stream: *mut imza_dlga_stream,
    piece: imza_str,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(stream, piece);
        stream.0.update(piece.bytes()?);
        Ok(())
    })
}

/// Writes the value of the `x-dlg-authorization` header, as `imza_dlga_sign` does, for the body so far. The stream
/// stays as it was: after `IMZA_BUFFER_TOO_SMALL` it can be finished again.
///
/// `IMZA_INVALID_ARGUMENT`: a resource that DLGA-13 forbids.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_stream_finish(
    stream: *const imza_dlga_stream,
    resource: imza_str,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(stream, output: (buffer, capacity, length), resource);
        let resource = resource.bytes()?;
        output.written_by(|room| Ok(stream.0.write_authorization(resource, room)?.len()))
    })
}

/// Ends a stream, finished or not, and wipes it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_stream_free(stream: *mut imza_dlga_stream) {
    end!(stream);
}

/// Begins to verify a request whose body comes in pieces; the texts are as in `imza_dlga_verify`. All that the headers
/// say is judged here, before the first byte of the body; the signature and the clock by
/// `imza_dlga_verify_stream_finish`. The stream keeps what it needs of the verifier, which may end before it. End the
/// stream with `imza_dlga_verify_stream_free`.
///
/// `IMZA_DLGA_HEADERS_MISSING`, `IMZA_DLGA_FORMAT_INVALID`, `IMZA_DLGA_DATE_INVALID`.
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_stream_begin(
    verifier: *const imza_dlga_verifier,
    method: imza_str,
    content_type: imza_str,
    date: imza_str,
    authorization: imza_str,
    requester: imza_str,
    body_line: i32,
    out: *mut *mut imza_dlga_verify_stream,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(verifier, out, method, content_type, date, authorization, requester);
        let body_line = self::body_line("body_line", body_line)?;
        let received = Received::new(date.bytes()?, requester.bytes()?, authorization.bytes()?);
        let stream = verifier.0.stream_received(method.bytes()?, content_type.bytes()?, &received)?;
        out.give(imza_dlga_verify_stream(Some(stream.body_line(body_line))))
    })
}

/// Begins to verify a request whose body comes in pieces by all `count` of its headers, which are found and judged as by
/// `imza_dlga_verify_headers`; otherwise as `imza_dlga_verify_stream_begin`. Where `content_type` is empty, the received
/// `Content-Type` is what was signed (DLGA-8).
///
/// `IMZA_DLGA_HEADERS_MISSING`, `IMZA_DLGA_FORMAT_INVALID`, `IMZA_DLGA_DATE_INVALID`.
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_stream_begin_headers(
    verifier: *const imza_dlga_verifier,
    method: imza_str,
    content_type: imza_str,
    headers: *const imza_field,
    count: usize,
    body_line: i32,
    out: *mut *mut imza_dlga_verify_stream,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(verifier, out, method, content_type, headers: (headers, count));
        let headers = headers.without_null()?;
        let body_line = self::body_line("body_line", body_line)?;
        let received = Received::among_bytes(headers.headers()?);
        let stream = verifier.0.stream_received(method.bytes()?, content_type.bytes()?, &received)?;
        out.give(imza_dlga_verify_stream(Some(stream.body_line(body_line))))
    })
}

/// Takes the next bytes of the body; an empty piece is fine. Until the verdict no one knows whether they are genuine.
///
/// `IMZA_INVALID_ARGUMENT`: the stream has given its verdict already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_stream_update(
    stream: *mut imza_dlga_verify_stream,
    piece: imza_str,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(stream, piece);
        let piece = piece.bytes()?;
        stream.0.as_mut().ok_or(SPENT)?.update(piece);
        Ok(())
    })
}

/// Ends the body and gives the verdict, as `imza_dlga_verify` does; `now` is the server's clock in seconds since 1970.
/// There is one verdict: afterwards the stream can only be ended.
///
/// `IMZA_DLGA_FORMAT_INVALID` (the resource), `IMZA_DLGA_SIGNATURE_MISMATCH`, `IMZA_DLGA_CLOCK_SKEW`;
/// `IMZA_INVALID_ARGUMENT`: the stream has given its verdict already.
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_stream_finish(
    stream: *mut imza_dlga_verify_stream,
    resource: imza_str,
    now: i64,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(stream, resource);
        let resource = resource.bytes()?;
        Ok(stream.0.take().ok_or(SPENT)?.finish(resource, now)?.key_index())
    })
}

/// Ends a stream, finished or not, and wipes it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_stream_free(stream: *mut imza_dlga_verify_stream) {
    end!(stream);
}

const SPENT: Failure =
    Failure::Argument { place: Place::Argument("stream"), fault: "has given its verdict already; begin another one" };

impl<'a> Argument<'a> for *const imza_dlga_request {
    type Taken = Struct<'a, imza_dlga_request>;

    unsafe fn take(self, name: &'static str) -> Outcome<Self::Taken> {
        // SAFETY: the caller's promise.
        unsafe { Struct::new(self, name) }
    }
}

impl<'a> Struct<'a, imza_dlga_request> {
    /// The request, and the text of its date.
    pub(super) fn read(self) -> Outcome<(Request<'a>, &'a [u8])> {
        let given = self.copy()?;
        let texts = [given.method, given.content_type, given.date, given.resource, given.body];
        // SAFETY: the caller has promised the bytes of every text when the struct was taken.
        let read = texts.map(|text| unsafe { text.readable() });
        let [Some(method), Some(content_type), Some(date), Some(resource), Some(body)] = read else {
            return Err(unreadable(texts));
        };
        let request = Request::new(method, resource)
            .content_type(content_type)
            .body(body)
            .body_line(body_line("request.body_line", given.body_line)?);
        Ok((request, date))
    }
}

/// What is wrong with texts of a request of which one cannot be read: NULLs first.
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "a failure is boxed")]
fn unreadable(texts: [imza_str; 5]) -> Box<Failure> {
    let names = ["request.method", "request.content_type", "request.date", "request.resource", "request.body"]
        .map(Place::Argument);
    let mut members = texts.into_iter().zip(names);
    // SAFETY: the caller has promised the bytes of every text when the struct was taken.
    let borrowed = |(text, place): (imza_str, Place)| unsafe { text.borrowed(place) };
    let null = members.clone().find_map(|member| borrowed(member).err());
    null.or_else(|| members.find_map(|member| borrowed(member).and_then(Borrowed::bytes).err()))
        .unwrap_or_else(|| Failure::Panic.boxed())
}

/// DLGA-6, by its number.
fn body_line(argument: &'static str, number: i32) -> Outcome<BodyLine> {
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
fn date_to_sign(text: &[u8]) -> Result<Date, Error> {
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
