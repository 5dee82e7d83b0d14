//! Why a DLGA signature does not match, for C.

use super::call::{call, free};
use super::dlga::{imza_dlga_request, seconds};
use super::error::imza_error;
use super::explain::imza_explanation;
use super::fields::{Fields, imza_field};
use super::lent::{exclusive, imza_str, shared};
use super::output::Out;
use super::status::imza_status;
use crate::dlga::HeaderNames;
use crate::explain::dlga::Explainer;

/// Access keys that refused requests are explained with. May be shared between threads once its last key is added and
/// its clock is set; ended by `imza_dlga_explainer_free`.
pub struct imza_dlga_explainer(Explainer);

/// Makes an explainer without keys, which does not look at the clock. End it with `imza_dlga_explainer_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explainer_new(
    out: *mut *mut imza_dlga_explainer,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        unsafe { Out::new(out) }?.give(imza_dlga_explainer(Explainer::new()));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Adds an access key, as `imza_dlga_verifier_add_key` does; the first one added has the index 0. A request is tried with
/// every key, those of its own access key id first. Not while another thread uses the explainer.
///
/// `IMZA_INVALID_ARGUMENT` as in `imza_dlga_signer_new`; the explainer is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explainer_add_key(
    explainer: *mut imza_dlga_explainer,
    key_id: imza_str,
    secret: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (explainer, key_id, secret) =
            unsafe { (exclusive(explainer, "explainer")?, key_id.argument("key_id")?, secret.argument("secret")?) };
        Ok(explainer.0.add_key(key_id.utf8()?, secret.bytes()?)?)
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Judges the clock too: `now` in seconds since 1970, any number; `past` and `future` as in `imza_dlga_verifier_window`
/// (the vendor's are 900 and 900, DLGA-14). Not while another thread uses the explainer.
///
/// `IMZA_INVALID_ARGUMENT`: a negative `past` or `future`; the explainer is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explainer_at(
    explainer: *mut imza_dlga_explainer,
    now: i64,
    past: i64,
    future: i64,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let explainer = unsafe { exclusive(explainer, "explainer") }?;
        let (past, future) = (seconds("past", past)?, seconds("future", future)?);
        explainer.0.set_at_within(now, past, future);
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Explains a received request; the texts are as in `imza_dlga_verify`. Whatever is wrong with the request, also where
/// DLGA-13 forbids a part of it, there is an explanation: end it with `imza_explanation_free`.
///
/// `IMZA_OK` says that there is one, **not** that the request is valid: that says `imza_explanation_is_valid`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explain(
    explainer: *const imza_dlga_explainer,
    request: *const imza_dlga_request,
    authorization: imza_str,
    requester: imza_str,
    out: *mut *mut imza_explanation,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, explainer, request, authorization, requester) = unsafe {
            (
                Out::new(out)?,
                shared(explainer, "explainer")?,
                shared(request, "request")?,
                authorization.argument("authorization")?,
                requester.argument("requester")?,
            )
        };
        // SAFETY: the header's contract.
        let (request, date) = unsafe { request.read() }?;
        let headers = received(date, authorization.bytes()?, requester.bytes()?);
        out.give(imza_explanation(explainer.0.explain(&request, &headers)));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// `imza_dlga_explain` with all `count` headers of the request, under either set of names (DLGA-4), so that `Host`,
/// `Content-Type` and a second date help to explain it. `request.date` is not read; header values may be any bytes, and
/// a name that is not UTF-8 is passed over. `headers` may be NULL where `count` is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explain_headers(
    explainer: *const imza_dlga_explainer,
    request: *const imza_dlga_request,
    headers: *const imza_field,
    count: usize,
    out: *mut *mut imza_explanation,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, explainer, request, headers) = unsafe {
            (
                Out::new(out)?,
                shared(explainer, "explainer")?,
                shared(request, "request")?,
                Fields::lent("headers", headers, count)?,
            )
        };
        // SAFETY: the header's contract.
        let (request, _date) = unsafe { request.read() }?;
        out.give(imza_explanation(explainer.0.explain(&request, &headers.headers()?)));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Ends an explainer and wipes its keys. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explainer_free(explainer: *mut imza_dlga_explainer) {
    // SAFETY: the header's contract.
    unsafe { free(explainer) }
}

/// The vendor's headers, as Rust wants to find them among all that were received.
fn received<'h>(date: &'h [u8], authorization: &'h [u8], requester: &'h [u8]) -> [(&'static str, &'h [u8]); 3] {
    let names = HeaderNames::XDlg;
    [(names.date(), date), (names.requester(), requester), (names.authorization(), authorization)]
}
