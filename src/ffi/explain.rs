//! Why a signature or a token does not match, for C.

use std::ffi::c_char;

use super::borrow::{Handle, imza_field, imza_str, take};
use super::dlga::{imza_dlga_request, seconds};
use super::error::{Failure, imza_error};
use super::guard::{end, export};
use super::haso::imza_haso_recipe;
use super::status::imza_status;
use crate::dlga;
use crate::explain::{self, Explanation};

/// What an explanation says without an `imza_error`; 0 for NULL.
macro_rules! ask {
    ($explanation:ident, $question:expr) => {
        // SAFETY: C keeps the header's contract: NULL, or an explanation that has not ended.
        unsafe { $explanation.as_ref() }.map_or(0, $question)
    };
}

/// Access keys that refused requests are explained with. May be shared between threads once its last key is added and
/// its clock is set; ended by `imza_dlga_explainer_free`.
pub struct imza_dlga_explainer(explain::dlga::Explainer);

impl Handle for imza_dlga_explainer {}

/// Makes an explainer without keys, which does not look at the clock. End it with `imza_dlga_explainer_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explainer_new(
    out: *mut *mut imza_dlga_explainer,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out);
        out.give(imza_dlga_explainer(explain::dlga::Explainer::new()))
    })
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
    export!(error, {
        take!(explainer, key_id, secret);
        let (key_id, secret) = (key_id.utf8()?, secret.bytes()?);
        // What is refused leaves the explainer as it was.
        dlga::AccessKey::new(key_id, secret)?;
        explainer.0 = std::mem::take(&mut explainer.0).key(key_id, secret)?;
        Ok(())
    })
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
    export!(error, {
        take!(explainer);
        let (past, future) = (seconds("past", past)?, seconds("future", future)?);
        explainer.0 = std::mem::take(&mut explainer.0).at_within(now, past, future);
        Ok(())
    })
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
    export!(error, {
        take!(out, explainer, request, authorization, requester);
        let (request, date) = request.read()?;
        let headers = received(date, authorization.bytes()?, requester.bytes()?);
        out.give(imza_explanation(explainer.0.explain(&request, &headers)))
    })
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
    export!(error, {
        take!(out, explainer, request, headers: (headers, count));
        let headers = headers.without_null()?;
        let (request, _date) = request.read()?;
        // No header has a name that is not UTF-8.
        let named = |(name, value)| Some((str::from_utf8(name).ok()?, value));
        let headers: Vec<_> = headers.headers()?.filter_map(named).collect();
        out.give(imza_explanation(explainer.0.explain(&request, &headers)))
    })
}

/// Ends an explainer and wipes its keys. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_dlga_explainer_free(explainer: *mut imza_dlga_explainer) {
    end!(explainer);
}

/// A merchant's credentials that refused tokens are explained with. May be shared between threads once its last older
/// secret is added; ended by `imza_haso_explainer_free`.
pub struct imza_haso_explainer(explain::haso::Explainer);

impl Handle for imza_haso_explainer {}

/// Makes an explainer with a merchant's credentials, as `imza_haso_merchant_new` takes them. End it with
/// `imza_haso_explainer_free`.
///
/// `IMZA_INVALID_ARGUMENT` as in `imza_haso_merchant_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_new(
    merchant_id: imza_str,
    key: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_explainer,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, merchant_id, key, salt);
        out.give(imza_haso_explainer(explain::haso::Explainer::new(merchant_id.utf8()?, key.bytes()?, salt.bytes()?)?))
    })
}

/// Makes an explainer for a merchant who was given only a salt, which keys the HMAC (the other way of HASO-4). Otherwise
/// as `imza_haso_explainer_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_new_salt_keyed(
    merchant_id: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_explainer,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, merchant_id, salt);
        out.give(imza_haso_explainer(explain::haso::Explainer::salt_keyed(merchant_id.utf8()?, salt.bytes()?)?))
    })
}

/// Adds a secret that is tried too, as `imza_haso_merchant_add_older_secret` does; the first older one has the index 1.
/// Not while another thread uses the explainer.
///
/// `IMZA_INVALID_ARGUMENT`: key or salt is empty; the explainer is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_add_older_secret(
    explainer: *mut imza_haso_explainer,
    key: imza_str,
    salt: imza_str,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explainer, key, salt);
        explainer.0 = explainer.0.clone().older_secret(key.bytes()?, salt.bytes()?)?;
        Ok(())
    })
}

/// Adds a salt that keys the HMAC and is tried too; otherwise as `imza_haso_explainer_add_older_secret`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_add_older_salt(
    explainer: *mut imza_haso_explainer,
    salt: imza_str,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explainer, salt);
        explainer.0 = explainer.0.clone().older_salt(salt.bytes()?)?;
        Ok(())
    })
}

/// Explains the `requestToken` of `count` posted fields; `fields` as in `imza_haso_token`. Whatever is wrong with them,
/// also a field that is missing, unknown, given twice or not in its shape, there is an explanation: end it with
/// `imza_explanation_free`. The salt is never shown.
///
/// `IMZA_OK` says that there is one, **not** that the token is valid: that says `imza_explanation_is_valid`.
/// `IMZA_INVALID_ARGUMENT`: a field that is not UTF-8, which no token can be made of (HASO-5).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explain(
    explainer: *const imza_haso_explainer,
    recipe: *const imza_haso_recipe,
    fields: *const imza_field,
    count: usize,
    token: imza_str,
    out: *mut *mut imza_explanation,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, explainer, recipe, token, fields: (fields, count));
        let (fields, token) = (fields.without_null()?, token.bytes()?);
        out.give(imza_explanation(explainer.0.explain(&recipe.0, &fields.texts()?, token)))
    })
}

/// Ends an explainer and wipes its secrets. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_free(explainer: *mut imza_haso_explainer) {
    end!(explainer);
}

/// What is known about a signature or token that was presented; made by `imza_dlga_explain`,
/// `imza_dlga_explain_headers` or `imza_haso_explain`. It never changes, so it may be shared between threads; ended by
/// `imza_explanation_free`.
///
/// Nothing in it is a secret, nor a signature or token that was computed: where a secret occurs in what was received,
/// `[secret]`, `[key]` or `[salt]` is shown. docs/explain.md lists the mistakes that are tried.
pub struct imza_explanation(Explanation);

impl Handle for imza_explanation {}

/// 1 where there is nothing to explain, because the request is valid as it is; else 0, also for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_is_valid(explanation: *const imza_explanation) -> i32 {
    ask!(explanation, |explanation| explanation.0.is_valid().into())
}

/// How many variants of the request match: the number of texts that `imza_explanation_match` has. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_match_count(explanation: *const imza_explanation) -> usize {
    ask!(explanation, |explanation| explanation.0.matches().len())
}

/// How many variants were tried. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_tried(explanation: *const imza_explanation) -> usize {
    ask!(explanation, |explanation| explanation.0.tried())
}

/// 1 where a bound, of variants or of bytes, was reached before everything was tried; else 0, also for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_was_cut_short(explanation: *const imza_explanation) -> i32 {
    ask!(explanation, |explanation| explanation.0.was_cut_short().into())
}

/// Writes a variant of the request that the presented signature matches, such as "matches when the body has no final newline";
/// its key is in `error.key_index`. `index`: from 0, fewest changes first.
///
/// `IMZA_INVALID_ARGUMENT`: an `index` that is not below `imza_explanation_match_count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_match(
    explanation: *const imza_explanation,
    index: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explanation, output: (buffer, capacity, length));
        let matches = explanation.0.matches();
        let variant = matches.get(index).ok_or(Failure::NoSuchMatch { index, count: matches.len() })?;
        output.text(variant.to_string())?;
        Ok(variant.key_index())
    })
}

/// Writes why the request is refused as it is; "" where it is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_refusal(
    explanation: *const imza_explanation,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explanation, output: (buffer, capacity, length));
        output.text(explanation.0.refusal().unwrap_or_default())
    })
}

/// Writes what else was noticed, a sentence on a line each, such as that the signature has 20 bytes; "" where nothing was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_notes(
    explanation: *const imza_explanation,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explanation, output: (buffer, capacity, length));
        output.text(explanation.0.notes().collect::<Vec<_>>().join("\n"))
    })
}

/// Writes the whole explanation in plain sentences, a line each: why the request is refused, every variant that matches,
/// and where none does, what should have been signed, as text and in hex.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_text(
    explanation: *const imza_explanation,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explanation, output: (buffer, capacity, length));
        output.text(explanation.0.to_string())
    })
}

/// Writes what should have been signed, the string to sign (DLGA-5) or the message of a token (HASO-1), for people to
/// read: a line feed shows as `⏎` and a new line, other control characters and what is not UTF-8 are escaped, secrets
/// masked. UTF-8 without a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_signed_text(
    explanation: *const imza_explanation,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explanation, output: (buffer, capacity, length));
        output.text(explanation.0.signed_text())
    })
}

/// Writes the same bytes in hex, two lower-case digits a byte, secrets masked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_signed_hex(
    explanation: *const imza_explanation,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(explanation, output: (buffer, capacity, length));
        output.text(explanation.0.signed_hex())
    })
}

/// Ends an explanation. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_free(explanation: *mut imza_explanation) {
    end!(explanation);
}

/// The vendor's headers, as Rust wants to find them among all that were received.
fn received<'h>(date: &'h [u8], authorization: &'h [u8], requester: &'h [u8]) -> [(&'static str, &'h [u8]); 3] {
    let names = dlga::HeaderNames::XDlg;
    [(names.date(), date), (names.requester(), requester), (names.authorization(), authorization)]
}
