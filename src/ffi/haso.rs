//! Haso's `requestToken` for C.

use std::ffi::c_char;

use super::call::{call, free, verdict};
use super::error::imza_error;
use super::failure::{Failure, Outcome};
use super::fields::{Fields, imza_field};
use super::lent::{exclusive, imza_str, shared};
use super::output::{Out, Output};
use super::status::imza_status;
use crate::haso::{Merchant, Message, Recipe};

/// A merchant's credentials, ready to make and verify tokens. May be shared between threads once its last older
/// secret is added; ended by `imza_haso_merchant_free`.
pub struct imza_haso_merchant(Merchant);

/// Which values a method's token is made of, in which order. May be shared between threads once its options are
/// set; ended by `imza_haso_recipe_free`.
pub struct imza_haso_recipe(pub(super) Recipe);

/// Prepares a merchant's credentials: `merchant_id` (UTF-8), and the bytes of key and salt as they were handed out.
/// The merchant key keys the HMAC (HASO-4). All are copied; end the merchant with `imza_haso_merchant_free`, which also
/// wipes its secrets.
///
/// `IMZA_INVALID_ARGUMENT`: one of them is empty, or the id is not UTF-8 (HASO-10).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_new(
    merchant_id: imza_str,
    key: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_merchant,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, merchant_id, key, salt) = unsafe {
            (Out::new(out)?, merchant_id.argument("merchant_id")?, key.argument("key")?, salt.argument("salt")?)
        };
        out.give(imza_haso_merchant(Merchant::new(merchant_id.utf8()?, key.bytes()?, salt.bytes()?)?));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Prepares the credentials of a merchant who was given only a salt: it keys the HMAC, and still stands in the message
/// (HASO-4's other reading). Else as `imza_haso_merchant_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_new_salt_keyed(
    merchant_id: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_merchant,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, merchant_id, salt) =
            unsafe { (Out::new(out)?, merchant_id.argument("merchant_id")?, salt.argument("salt")?) };
        out.give(imza_haso_merchant(Merchant::salt_keyed(merchant_id.utf8()?, salt.bytes()?)?));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Adds a secret that `imza_haso_verify` accepts too, for a rotation (HASO-11). The one that tokens are made with has the
/// index 0, the first older one 1. Not while another thread uses the merchant.
///
/// `IMZA_INVALID_ARGUMENT`: key or salt is empty; the merchant is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_add_older_secret(
    merchant: *mut imza_haso_merchant,
    key: imza_str,
    salt: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (merchant, key, salt) =
            unsafe { (exclusive(merchant, "merchant")?, key.argument("key")?, salt.argument("salt")?) };
        merchant.0 = merchant.0.clone().older_secret(key.bytes()?, salt.bytes()?)?;
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Adds a salt that keys the HMAC, and that `imza_haso_verify` accepts too; else as
/// `imza_haso_merchant_add_older_secret`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_add_older_salt(
    merchant: *mut imza_haso_merchant,
    salt: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (merchant, salt) = unsafe { (exclusive(merchant, "merchant")?, salt.argument("salt")?) };
        merchant.0 = merchant.0.clone().older_salt(salt.bytes()?)?;
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Ends a merchant and wipes its secrets. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_free(merchant: *mut imza_haso_merchant) {
    // SAFETY: the header's contract.
    unsafe { free(merchant) }
}

/// Finds the recipe of a documented method, by its name (`SetPreDefinedLimit`) or path
/// (`/RequestV2/SetPreDefinedLimit`). End it with `imza_haso_recipe_free`.
///
/// `IMZA_HASO_RECIPE_UNKNOWN`: the vendor's public pages print none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_find(
    endpoint: imza_str,
    out: *mut *mut imza_haso_recipe,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, endpoint) = unsafe { (Out::new(out)?, endpoint.argument("endpoint")?) };
        let endpoint = endpoint.utf8_or(|offset| Failure::Endpoint { offset })?;
        out.give(imza_haso_recipe(Recipe::find(endpoint)?.clone()));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Reads a recipe as the vendor's pages print it (HASO-2), such as `merchantId + ipAddress + kkbRefNo + merhant_salt`;
/// `name?` is an optional field. End it with `imza_haso_recipe_free`.
///
/// `IMZA_HASO_RECIPE_INVALID`, with the place in `error.offset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_parse(
    printed: imza_str,
    out: *mut *mut imza_haso_recipe,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (out, printed) = unsafe { (Out::new(out)?, printed.argument("printed")?) };
        let printed = printed.utf8_or(|offset| Failure::RecipeText { offset })?;
        out.give(imza_haso_recipe(Recipe::parse(printed)?));
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Writes a recipe in the vendor's notation, which `imza_haso_recipe_parse` reads.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_print(
    recipe: *const imza_haso_recipe,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (recipe, output) = unsafe { (shared(recipe, "recipe")?, Output::new(buffer, capacity, length)?) };
        output.text(recipe.0.to_string())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Switches the checks of HASO-10 off: lengths, amounts and addresses are then taken as they are. For an audit, which
/// must re-compute what was really sent. Not while another thread uses the recipe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_without_field_checks(
    recipe: *mut imza_haso_recipe,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let recipe = unsafe { exclusive(recipe, "recipe") }?;
        recipe.0 = recipe.0.clone().without_field_checks();
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Takes and ignores fields that the recipe does not have (HASO-9), also when one is given twice. A misspelt optional
/// field then goes unnoticed. Not while another thread uses the recipe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_ignoring_other_fields(
    recipe: *mut imza_haso_recipe,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let recipe = unsafe { exclusive(recipe, "recipe") }?;
        recipe.0 = recipe.0.clone().ignoring_other_fields();
        Ok(())
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Ends a recipe. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_free(recipe: *mut imza_haso_recipe) {
    // SAFETY: the header's contract.
    unsafe { free(recipe) }
}

/// Makes the `requestToken` of `count` posted fields, in any order: 44 characters, so a `capacity` of 45 does. `fields`
/// may be NULL where `count` is 0.
///
/// `IMZA_HASO_FIELD_MISSING`, `IMZA_HASO_FIELD_UNKNOWN` (also a name that is not UTF-8), `IMZA_HASO_FIELD_DUPLICATE`,
/// `IMZA_HASO_FIELD_INVALID` (also a value that is not UTF-8). Allocates nothing on success.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_token(
    merchant: *const imza_haso_merchant,
    recipe: *const imza_haso_recipe,
    fields: *const imza_field,
    count: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (merchant, recipe, output, fields) = unsafe {
            (
                shared(merchant, "merchant")?,
                shared(recipe, "recipe")?,
                Output::new(buffer, capacity, length)?,
                Fields::posted("fields", fields, count)?,
            )
        };
        output.written_by(|room| Ok(merchant.0.write_token(&recipe.0, fields, room)?.len()))
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Writes the name of the field for which `imza_haso_token` refuses these fields: what an `IMZA_HASO_FIELD_` status is
/// about. An unknown name is written with what does not print escaped, and cut after 64 characters. "" where the fields
/// are fine, and for a name that is not UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_field_at_fault(
    merchant: *const imza_haso_merchant,
    recipe: *const imza_haso_recipe,
    fields: *const imza_field,
    count: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (merchant, recipe, output, fields) = unsafe {
            (
                shared(merchant, "merchant")?,
                shared(recipe, "recipe")?,
                Output::new(buffer, capacity, length)?,
                Fields::posted("fields", fields, count),
            )
        };
        let message = fields.and_then(|fields| Ok(merchant.0.message(&recipe.0, fields)?));
        output.text(message.err().map_or(Ok(String::new()), |failure| failure.into_field())?)
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}

/// Verifies the `requestToken` of `count` posted fields with every secret of the merchant (HASO-11); `fields` as in
/// `imza_haso_token`.
///
/// `IMZA_OK`, with the matching secret in `error.key_index`; the fields' faults as in `imza_haso_token`; then
/// `IMZA_HASO_TOKEN_MALFORMED`, then `IMZA_HASO_TOKEN_MISMATCH`. Nothing in a token binds the method or the time: it can
/// be sent again (HASO-12).
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_verify(
    merchant: *const imza_haso_merchant,
    recipe: *const imza_haso_recipe,
    fields: *const imza_field,
    count: usize,
    token: imza_str,
    error: *mut imza_error,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (merchant, recipe, token, fields) = unsafe {
            (
                shared(merchant, "merchant")?,
                shared(recipe, "recipe")?,
                token.argument("token")?,
                Fields::posted("fields", fields, count)?,
            )
        };
        let token = token.bytes()?;
        Ok(merchant.0.verify(&recipe.0, fields, token)?.key_index())
    };
    // SAFETY: the header's contract.
    unsafe { verdict(error, body) }
}

/// Writes the message that goes into the HMAC (HASO-1), to look at when a token does not match; `fields` as in
/// `imza_haso_token`. The message holds the salt, which is shown as `[salt]`.
///
/// The faults of the fields as in `imza_haso_token`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_message(
    merchant: *const imza_haso_merchant,
    recipe: *const imza_haso_recipe,
    fields: *const imza_field,
    count: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let write = |message: &Message, output: Output| output.text(message.to_string());
    // SAFETY: the header's contract.
    unsafe { message(merchant, recipe, fields, count, (buffer, capacity, length), error, write) }
}

/// Writes the very bytes that go into the HMAC, **the merchant's salt among them**: keep them out of logs, and wipe the
/// buffer. Else as `imza_haso_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_message_reveal_salt(
    merchant: *const imza_haso_merchant,
    recipe: *const imza_haso_recipe,
    fields: *const imza_field,
    count: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    let write = |message: &Message, output: Output| output.text(message.reveal());
    // SAFETY: the header's contract.
    unsafe { message(merchant, recipe, fields, count, (buffer, capacity, length), error, write) }
}

/// # Safety
/// The header's contract.
unsafe fn message(
    merchant: *const imza_haso_merchant,
    recipe: *const imza_haso_recipe,
    fields: *const imza_field,
    count: usize,
    (buffer, capacity, length): (*mut c_char, usize, *mut usize),
    error: *mut imza_error,
    write: fn(&Message, Output) -> Outcome<()>,
) -> imza_status {
    let body = || {
        // SAFETY: the header's contract.
        let (merchant, recipe, output, fields) = unsafe {
            (
                shared(merchant, "merchant")?,
                shared(recipe, "recipe")?,
                Output::new(buffer, capacity, length)?,
                Fields::posted("fields", fields, count)?,
            )
        };
        write(&merchant.0.message(&recipe.0, fields)?, output)
    };
    // SAFETY: the header's contract.
    unsafe { call(error, body) }
}
