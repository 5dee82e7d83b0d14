//! What an explainer answers with, for C.

use std::ffi::c_char;

use super::call::{call, free, verdict};
use super::error::imza_error;
use super::failure::Failure;
use super::lent::shared;
use super::output::Output;
use super::status::imza_status;
use crate::explain::Explanation;

/// What is known about a signature or token that was presented; made by `imza_dlga_explain`,
/// `imza_dlga_explain_headers` or `imza_haso_explain`. It never changes, so it may be shared between threads; ended by
/// `imza_explanation_free`.
///
/// Nothing in it is a secret, nor a signature or token that was computed: where a secret stands in what was received,
/// `[secret]`, `[key]` or `[salt]` is shown. docs/explain.md lists the mistakes that are tried.
pub struct imza_explanation(pub(super) Explanation);

/// 1 where there is nothing to explain, because the request is valid as it stands; else 0, also for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_is_valid(explanation: *const imza_explanation) -> i32 {
    // SAFETY: the header's contract.
    unsafe { explanation.as_ref() }.map_or(0, |explanation| explanation.0.is_valid().into())
}

/// How many readings match: the number of texts that `imza_explanation_match` has. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_match_count(explanation: *const imza_explanation) -> usize {
    // SAFETY: the header's contract.
    unsafe { explanation.as_ref() }.map_or(0, |explanation| explanation.0.matches().len())
}

/// How many readings were tried: at most 20,000. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_tried(explanation: *const imza_explanation) -> usize {
    // SAFETY: the header's contract.
    unsafe { explanation.as_ref() }.map_or(0, |explanation| explanation.0.tried())
}

/// 1 where there were more than 20,000 readings to try; else 0, also for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_was_cut_short(explanation: *const imza_explanation) -> i32 {
    // SAFETY: the header's contract.
    unsafe { explanation.as_ref() }.map_or(0, |explanation| explanation.0.was_cut_short().into())
}

/// Writes a reading under which the presented signature matches, such as "matches when the body has no final newline";
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
    let body = || {
        // SAFETY: the header's contract.
        let (explanation, output) =
            unsafe { (shared(explanation, "explanation")?, Output::new(buffer, capacity, length)?) };
        let matches = explanation.0.matches();
        let reading = matches.get(index).ok_or(Failure::NoSuchMatch { index, count: matches.len() })?;
        output.text(reading.to_string())?;
        Ok(reading.key_index())
    };
    // SAFETY: the header's contract.
    unsafe { verdict(error, body) }
}

/// Writes why the request is refused as it stands; "" where it is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_refusal(
    explanation: *const imza_explanation,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let refusal = |explanation: &Explanation| explanation.refusal().unwrap_or_default().to_owned();
    // SAFETY: the header's contract.
    unsafe { text(explanation, (buffer, capacity, length), error, refusal) }
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
    let notes = |explanation: &Explanation| explanation.notes().collect::<Vec<_>>().join("\n");
    // SAFETY: the header's contract.
    unsafe { text(explanation, (buffer, capacity, length), error, notes) }
}

/// Writes the whole explanation in plain sentences, a line each: why the request is refused, every reading that matches,
/// and where none does, what should have been signed, as text and in hex.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_text(
    explanation: *const imza_explanation,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    // SAFETY: the header's contract.
    unsafe { text(explanation, (buffer, capacity, length), error, Explanation::to_string) }
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
    // SAFETY: the header's contract.
    unsafe { text(explanation, (buffer, capacity, length), error, Explanation::signed_text) }
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
    // SAFETY: the header's contract.
    unsafe { text(explanation, (buffer, capacity, length), error, Explanation::signed_hex) }
}

/// Ends an explanation. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_explanation_free(explanation: *mut imza_explanation) {
    // SAFETY: the header's contract.
    unsafe { free(explanation) }
}

/// # Safety
/// The header's contract.
unsafe fn text(
    explanation: *const imza_explanation,
    (buffer, capacity, length): (*mut c_char, usize, *mut usize),
    error: *mut imza_error,
    tell: fn(&Explanation) -> String,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (explanation, output) =
            unsafe { (shared(explanation, "explanation")?, Output::new(buffer, capacity, length)?) };
        output.text(tell(&explanation.0))
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}
