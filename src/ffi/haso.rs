//! Haso's `requestToken` for C.

use std::ffi::c_char;

use super::borrow::{Argument as _, Handle, Item, Text, imza_field, imza_str, take};
use super::error::{Failure, Outcome, imza_error};
use super::guard::{end, export};
use super::output::Statuses;
use super::status::imza_status;
use crate::haso::{Merchant, Recipe};

/// A merchant's credentials, ready to make and verify tokens. May be shared between threads once its last older
/// secret is added; ended by `imza_haso_merchant_free`.
pub struct imza_haso_merchant(Merchant);

impl Handle for imza_haso_merchant {}

/// Which values a method's token is made of, in which order. May be shared between threads once its options are
/// set; ended by `imza_haso_recipe_free`.
pub struct imza_haso_recipe(pub(super) Recipe);

impl Handle for imza_haso_recipe {}

/// Prepares a merchant's credentials: `merchant_id` (UTF-8), and the bytes of key and salt as they were issued.
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
    export!(error, {
        take!(out, merchant_id, key, salt);
        out.give(imza_haso_merchant(Merchant::new(merchant_id.utf8()?, key.bytes()?, salt.bytes()?)?))
    })
}

/// Prepares the credentials of a merchant who was given only a salt: it keys the HMAC, and is still part of the
/// message (the other way of HASO-4). Otherwise as `imza_haso_merchant_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_new_salt_keyed(
    merchant_id: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_merchant,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, merchant_id, salt);
        out.give(imza_haso_merchant(Merchant::salt_keyed(merchant_id.utf8()?, salt.bytes()?)?))
    })
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
    export!(error, {
        take!(merchant, key, salt);
        merchant.0 = merchant.0.clone().older_secret(key.bytes()?, salt.bytes()?)?;
        Ok(())
    })
}

/// Adds a salt that keys the HMAC, and that `imza_haso_verify` accepts too; otherwise as
/// `imza_haso_merchant_add_older_secret`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_add_older_salt(
    merchant: *mut imza_haso_merchant,
    salt: imza_str,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(merchant, salt);
        merchant.0 = merchant.0.clone().older_salt(salt.bytes()?)?;
        Ok(())
    })
}

/// Ends a merchant and wipes its secrets. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_merchant_free(merchant: *mut imza_haso_merchant) {
    end!(merchant);
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
    export!(error, {
        take!(out, endpoint);
        let endpoint = endpoint.utf8_or(|offset| Failure::Endpoint { offset })?;
        out.give(imza_haso_recipe(Recipe::find(endpoint)?.clone()))
    })
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
    export!(error, {
        take!(out, printed);
        let printed = printed.utf8_or(|offset| Failure::RecipeText { offset })?;
        out.give(imza_haso_recipe(Recipe::parse(printed)?))
    })
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
    export!(error, {
        take!(recipe, output: (buffer, capacity, length));
        output.text(recipe.0.to_string())
    })
}

/// Switches the checks of HASO-10 off: lengths, amounts and addresses are then accepted as they are. For an audit, which
/// must re-compute what was really sent. Not while another thread uses the recipe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_without_field_checks(
    recipe: *mut imza_haso_recipe,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(recipe);
        recipe.0 = recipe.0.clone().without_field_checks();
        Ok(())
    })
}

/// Accepts and ignores fields that the recipe does not have (HASO-9), also when one is given twice. A misspelt optional
/// field then goes unnoticed. Not while another thread uses the recipe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_ignoring_other_fields(
    recipe: *mut imza_haso_recipe,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(recipe);
        recipe.0 = recipe.0.clone().ignoring_other_fields();
        Ok(())
    })
}

/// Ends a recipe. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_recipe_free(recipe: *mut imza_haso_recipe) {
    end!(recipe);
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
    export!(error, {
        take!(merchant, recipe, output: (buffer, capacity, length), fields: (fields, count));
        let fields = fields.posted()?;
        output.written_by(|room| Ok(merchant.0.write_token(&recipe.0, fields, room)?.len()))
    })
}

/// Writes the name of the field for which `imza_haso_token` refuses these fields, as `imza_error.field` has it after such
/// a call, but not cut as short. An unknown name is written with what does not print escaped, and cut after 64 characters. "" where the fields
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
    export!(error, {
        take!(merchant, recipe, output: (buffer, capacity, length), fields: (fields, count));
        let message = fields.posted().and_then(|fields| Ok(merchant.0.message(&recipe.0, fields)?));
        match message {
            Ok(_) => output.text(""),
            Err(failure) => match failure.field() {
                Some(field) => output.text(field),
                None => Err(failure),
            },
        }
    })
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
    export!(error, {
        take!(merchant, recipe, token, fields: (fields, count));
        let fields = fields.posted()?;
        let token = token.bytes()?;
        Ok(merchant.0.verify(&recipe.0, fields, token)?.key_index())
    })
}

/// One of the requests that `imza_haso_verify_many` verifies. This struct never grows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct imza_haso_posted {
    /// The posted fields, in any order; may be NULL where there are none.
    pub fields: *const imza_field,
    /// How many fields there are.
    pub field_count: usize,
    /// The `requestToken` that came with them.
    pub token: imza_str,
}

impl Item for imza_haso_posted {}

/// Verifies `count` posted tokens of one method: each gets in `statuses`, at its place, what `imza_haso_verify` returns for
/// it, an `IMZA_NULL_POINTER` or `IMZA_INVALID_ARGUMENT` too. Two are verified at once, which takes less time on a
/// processor with instructions for SHA-256.
///
/// `IMZA_OK` where all of them are accepted; otherwise the first status that is another one, with `error` as for that
/// token (for the others ask `imza_haso_verify`). `IMZA_NULL_POINTER` and `IMZA_INVALID_ARGUMENT` are also for the
/// arguments of this call, and then no status is written. `posted` and `statuses` may be NULL where `count` is 0.
/// Allocates nothing for a token that is accepted.
#[must_use = "the verdict"]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_verify_many(
    merchant: *const imza_haso_merchant,
    recipe: *const imza_haso_recipe,
    posted: *const imza_haso_posted,
    count: usize,
    statuses: *mut imza_status,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(merchant, recipe, posted: (posted, count), statuses: (statuses, count));
        let mut statuses = statuses;
        posted.chunks(2).for_each(|pair| verify_pair(&merchant.0, &recipe.0, pair, &mut statuses));
        statuses.end()
    })
}

/// Two tokens, or the last one.
fn verify_pair(merchant: &Merchant, recipe: &Recipe, pair: &[imza_haso_posted], statuses: &mut Statuses) {
    let mut read = pair.iter().map(imza_haso_posted::read);
    match (read.next(), read.next()) {
        (Some(Ok(first)), Some(Ok(second))) => {
            let mut verdicts = [None, None];
            merchant.verify_many(recipe, &[first, second], &mut verdicts);
            for verdict in verdicts.into_iter().flatten() {
                statuses.push(verdict.map(|accepted| accepted.key_index()).map_err(Into::into));
            }
        }
        (first, second) => {
            for read in [first, second].into_iter().flatten() {
                statuses.push(read.and_then(|(fields, token)| Ok(merchant.verify(recipe, fields, token)?.key_index())));
            }
        }
    }
}

impl imza_haso_posted {
    fn read(&self) -> Outcome<(&[Text], &[u8])> {
        // SAFETY: the caller has promised the fields, and the bytes of every text, when the array was taken.
        let (token, fields) =
            unsafe { (self.token.take("posted.token")?, (self.fields, self.field_count).take("posted.fields")?) };
        Ok((fields.posted()?, token.bytes()?))
    }
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
    export!(error, {
        take!(merchant, recipe, output: (buffer, capacity, length), fields: (fields, count));
        let message = merchant.0.message(&recipe.0, fields.posted()?)?;
        output.text(message.to_string())
    })
}

/// Writes the very bytes that go into the HMAC, **the merchant's salt among them**: keep them out of logs, and wipe the
/// buffer. Otherwise as `imza_haso_message`.
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
    export!(error, {
        take!(merchant, recipe, output: (buffer, capacity, length), fields: (fields, count));
        let message = merchant.0.message(&recipe.0, fields.posted()?)?;
        output.text(message.reveal())
    })
}
