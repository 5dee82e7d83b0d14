//! Diyalog's `DLGA` header over a body that comes in pieces, in constant memory.

use std::ffi::c_char;

use super::call::{call, free, verdict};
use super::dlga::{body_line, date_to_sign, imza_dlga_signer, imza_dlga_verifier};
use super::error::imza_error;
use super::failure::{Failure, Place};
use super::lent::{exclusive, imza_str, shared};
use super::output::{Out, Output};
use super::status::imza_status;
use crate::dlga::{Received, SigningStream, VerifyingStream};

/// A signature over a body in pieces. One thread at a time; ended by `imza_dlga_stream_free`.
pub struct imza_dlga_stream(SigningStream);

/// A body in pieces whose signature is being verified. One thread at a time; ended by
/// `imza_dlga_verify_stream_free`.
pub struct imza_dlga_verify_stream(Option<VerifyingStream>);

/// Begins to sign a body that comes in pieces; the texts are as in `imza_dlga_request`. The resource comes last, since
/// it stands last in the string to sign (DLGA-5). The stream keeps what it needs of the signer, which may end before
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
    let body = || {
        // SAFETY: the header's contract.
        let (signer, out, method, content_type, date) = unsafe {
            (
                shared(signer, "signer")?,
                Out::new(out)?,
                method.argument("method")?,
                content_type.argument("content_type")?,
                date.argument("date")?,
            )
        };
        let body_line = self::body_line("body_line", body_line)?;
        let date = date_to_sign(date.bytes()?)?;
        let stream = signer.0.stream(method.bytes()?, content_type.bytes()?, date)?;
        out.give(imza_dlga_stream(stream.body_line(body_line)));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Takes the next bytes of the body; an empty piece is fine. Where one piece ends and the next begins leaves no trace.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_stream_update(
    stream: *mut imza_dlga_stream,
    piece: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (stream, piece) = unsafe { (exclusive(stream, "stream")?, piece.argument("piece")?) };
        stream.0.update(piece.bytes()?);
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Writes the value of the `x-dlg-authorization` header, as `imza_dlga_sign` does, for the body taken so far. The stream
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
    let body = || {
        // SAFETY: the header's contract.
        let (stream, output, resource) = unsafe {
            (shared(stream, "stream")?, Output::new(buffer, capacity, length)?, resource.argument("resource")?)
        };
        let resource = resource.bytes()?;
        output.written_by(|room| Ok(stream.0.write_authorization(resource, room)?.len()))
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Ends a stream, finished or not, and wipes it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_stream_free(stream: *mut imza_dlga_stream) {
    // SAFETY: the header's contract.
    unsafe { free(stream) }
}

/// Begins to verify a request whose body comes in pieces; the texts are as in `imza_dlga_verify`. All that the headers
/// tell is judged here, before the first byte of the body; the signature and the clock by
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
    let body = || {
        // SAFETY: the header's contract.
        let (verifier, out, method, content_type, date, authorization, requester) = unsafe {
            (
                shared(verifier, "verifier")?,
                Out::new(out)?,
                method.argument("method")?,
                content_type.argument("content_type")?,
                date.argument("date")?,
                authorization.argument("authorization")?,
                requester.argument("requester")?,
            )
        };
        let body_line = self::body_line("body_line", body_line)?;
        let received = Received::new(date.bytes()?, requester.bytes()?, authorization.bytes()?);
        let stream = verifier.0.stream_received(method.bytes()?, content_type.bytes()?, &received)?;
        out.give(imza_dlga_verify_stream(Some(stream.body_line(body_line))));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Takes the next bytes of the body; an empty piece is fine. Nobody knows yet whether they are genuine.
///
/// `IMZA_INVALID_ARGUMENT`: the stream has given its verdict already.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_stream_update(
    stream: *mut imza_dlga_verify_stream,
    piece: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (stream, piece) = unsafe { (exclusive(stream, "stream")?, piece.argument("piece")?) };
        let piece = piece.bytes()?;
        stream.0.as_mut().ok_or(SPENT)?.update(piece);
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
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
    let body = || {
        // SAFETY: the header's contract.
        let (stream, resource) = unsafe { (exclusive(stream, "stream")?, resource.argument("resource")?) };
        let resource = resource.bytes()?;
        Ok(stream.0.take().ok_or(SPENT)?.finish(resource, now)?.key_index())
    };
    // SAFETY: the header's contract.
    unsafe { verdict(error, body) }
}

/// Ends a stream, finished or not, and wipes it. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_verify_stream_free(stream: *mut imza_dlga_verify_stream) {
    // SAFETY: the header's contract.
    unsafe { free(stream) }
}

const SPENT: Failure =
    Failure::Argument { place: Place::Argument("stream"), fault: "has given its verdict already; begin another one" };
