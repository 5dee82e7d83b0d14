//! Why a Haso token does not match, for C.

use super::call::{call, free};
use super::error::imza_error;
use super::explain::imza_explanation;
use super::fields::{Fields, imza_field};
use super::haso::imza_haso_recipe;
use super::lent::{exclusive, imza_str, shared};
use super::output::Out;
use super::status::imza_status;
use crate::explain::haso::Explainer;

/// A merchant's credentials that refused tokens are explained with. May be shared between threads once its last older
/// secret is added; ended by `imza_haso_explainer_free`.
pub struct imza_haso_explainer(Explainer);

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
    let body = || {
        // SAFETY: the header's contract.
        let (out, merchant_id, key, salt) = unsafe {
            (Out::new(out)?, merchant_id.argument("merchant_id")?, key.argument("key")?, salt.argument("salt")?)
        };
        out.give(imza_haso_explainer(Explainer::new(merchant_id.utf8()?, key.bytes()?, salt.bytes()?)?));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Makes an explainer for a merchant who was given only a salt, which keys the HMAC (HASO-4's other reading). Else as
/// `imza_haso_explainer_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_new_salt_keyed(
    merchant_id: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_explainer,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, merchant_id, salt) =
            unsafe { (Out::new(out)?, merchant_id.argument("merchant_id")?, salt.argument("salt")?) };
        out.give(imza_haso_explainer(Explainer::salt_keyed(merchant_id.utf8()?, salt.bytes()?)?));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
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
    let body = || {
        // SAFETY: the header's contract.
        let (explainer, key, salt) =
            unsafe { (exclusive(explainer, "explainer")?, key.argument("key")?, salt.argument("salt")?) };
        Ok(explainer.0.add_older_secret(key.bytes()?, salt.bytes()?)?)
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Adds a salt that keys the HMAC and is tried too; else as `imza_haso_explainer_add_older_secret`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_add_older_salt(
    explainer: *mut imza_haso_explainer,
    salt: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (explainer, salt) = unsafe { (exclusive(explainer, "explainer")?, salt.argument("salt")?) };
        Ok(explainer.0.add_older_salt(salt.bytes()?)?)
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
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
    let body = || {
        // SAFETY: the header's contract.
        let (out, explainer, recipe, token, fields) = unsafe {
            (
                Out::new(out)?,
                shared(explainer, "explainer")?,
                shared(recipe, "recipe")?,
                token.argument("token")?,
                Fields::lent("fields", fields, count)?,
            )
        };
        let token = token.bytes()?;
        out.give(imza_explanation(explainer.0.explain(&recipe.0, &fields.texts()?, token)));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Ends an explainer and wipes its secrets. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_explainer_free(explainer: *mut imza_haso_explainer) {
    // SAFETY: the header's contract.
    unsafe { free(explainer) }
}
