//! Finding the recipe of a method whose page is not public, for C.

use std::ffi::c_char;
use std::ops::ControlFlow;

use super::borrow::{Handle, imza_field, imza_str, take};
use super::error::{Failure, imza_error};
use super::guard::{end, export};
use super::status::imza_status;
use crate::explain::haso::{Discovered, Discoverer, Discovery, End, MOST_TRIES};

/// A merchant's credentials, and requests that are known to be good, of a method whose recipe is not known. May be shared
/// between threads once its last sample is added; ended by `imza_haso_discoverer_free`.
pub struct imza_haso_discoverer(Discoverer);

impl Handle for imza_haso_discoverer {}

/// Makes a discoverer with a merchant's credentials, as `imza_haso_merchant_new` takes them; both keys of HASO-4 are
/// tried. End it with `imza_haso_discoverer_free`.
///
/// `IMZA_INVALID_ARGUMENT` as in `imza_haso_merchant_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discoverer_new(
    merchant_id: imza_str,
    key: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_discoverer,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, merchant_id, key, salt);
        out.give(imza_haso_discoverer(Discoverer::new(merchant_id.utf8()?, key.bytes()?, salt.bytes()?)?))
    })
}

/// Makes a discoverer for a merchant who was given only a salt, which keys the HMAC (the other way of HASO-4). Otherwise
/// as `imza_haso_discoverer_new`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discoverer_new_salt_keyed(
    merchant_id: imza_str,
    salt: imza_str,
    out: *mut *mut imza_haso_discoverer,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, merchant_id, salt);
        out.give(imza_haso_discoverer(Discoverer::salt_keyed(merchant_id.utf8()?, salt.bytes()?)?))
    })
}

/// Adds a request that is known to be good: its `count` posted fields in any order, `merchantId` and `requestToken` among
/// them or not, and its token. A second request of the same method, with other values, narrows several recipes to one.
/// Not while another thread uses the discoverer.
///
/// `IMZA_HASO_FIELD_DUPLICATE`, `IMZA_HASO_FIELD_INVALID` for another merchant's id, `IMZA_HASO_TOKEN_MALFORMED`,
/// `IMZA_INVALID_ARGUMENT` for a field or token that is not UTF-8; the discoverer is then as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discoverer_add_sample(
    discoverer: *mut imza_haso_discoverer,
    fields: *const imza_field,
    count: usize,
    token: imza_str,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(discoverer, token, fields: (fields, count));
        let fields = fields.without_null()?;
        let (token, fields) = (token.utf8()?, fields.texts()?);
        discoverer.0 = discoverer.0.clone().sample(&fields, token)?;
        Ok(())
    })
}

/// Searches the recipes that give the tokens of all samples: which fields, in which order, under which key. End the
/// outcome with `imza_haso_discovery_free`. It ends after `most_tries` orders, or when it has hashed 256 bytes for each
/// of them; 0 is the usual bound, 10,000,000, which takes some seconds.
///
/// `IMZA_OK` says that the search has ended, **not** that a recipe was found: that says `imza_haso_discovery_count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discover(
    discoverer: *const imza_haso_discoverer,
    most_tries: usize,
    out: *mut *mut imza_haso_discovery,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(out, discoverer);
        let most_tries = if most_tries == 0 { MOST_TRIES } else { u64::try_from(most_tries).unwrap_or(u64::MAX) };
        let bounded = discoverer.0.clone().most_tries(most_tries);
        out.give(imza_haso_discovery(bounded.run(|_| ControlFlow::Continue(()))))
    })
}

/// Ends a discoverer and wipes its secrets. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discoverer_free(discoverer: *mut imza_haso_discoverer) {
    end!(discoverer);
}

/// What a search found; made by `imza_haso_discover`. It never changes, so it may be shared between threads; ended by
/// `imza_haso_discovery_free`.
pub struct imza_haso_discovery(Discovery);

impl Handle for imza_haso_discovery {}

/// What is known of a search without an `imza_error`; 0 for NULL.
macro_rules! ask {
    ($discovery:ident, $question:expr) => {
        // SAFETY: C keeps the header's contract: NULL, or an outcome that has not ended.
        unsafe { $discovery.as_ref() }.map_or(0, $question)
    };
}

/// How many recipes give the tokens of all samples, at most 1,000. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discovery_count(discovery: *const imza_haso_discovery) -> usize {
    ask!(discovery, |discovery| discovery.0.found().len())
}

/// How many orders were tried. 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discovery_tried(discovery: *const imza_haso_discovery) -> usize {
    ask!(discovery, |discovery| usize::try_from(discovery.0.tried()).unwrap_or(usize::MAX))
}

/// 1 where everything was tried; 0 where a bound ended the search before, also for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discovery_is_complete(discovery: *const imza_haso_discovery) -> i32 {
    ask!(discovery, |discovery| (discovery.0.end() == End::Complete).into())
}

/// Writes a recipe that was found in the vendor's notation, which `imza_haso_recipe_parse` reads. `index`: from 0, in the
/// order of the search, the likelier ones first.
///
/// `IMZA_INVALID_ARGUMENT`: an `index` that is not below `imza_haso_discovery_count`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discovery_recipe(
    discovery: *const imza_haso_discovery,
    index: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(discovery, output: (buffer, capacity, length));
        output.text(discovery.found(index)?.recipe().to_string())
    })
}

/// Writes what keys the HMAC of a recipe that was found (HASO-4): `merchant-key`, or `merchant-salt` as for
/// `imza_haso_merchant_new_salt_keyed`. `index` as in `imza_haso_discovery_recipe`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discovery_hmac_key(
    discovery: *const imza_haso_discovery,
    index: usize,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(discovery, output: (buffer, capacity, length));
        output.text(discovery.found(index)?.hmac_key().to_string())
    })
}

/// Writes what the samples leave open, a sentence on a line each, such as two fields of the same value; "" where nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discovery_notes(
    discovery: *const imza_haso_discovery,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
    error: *mut imza_error,
) -> imza_status {
    export!(error, {
        take!(discovery, output: (buffer, capacity, length));
        output.text(discovery.0.notes().collect::<Vec<_>>().join("\n"))
    })
}

/// Ends the outcome of a search. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn imza_haso_discovery_free(discovery: *mut imza_haso_discovery) {
    end!(discovery);
}

impl imza_haso_discovery {
    fn found(&self, index: usize) -> Result<&Discovered, Box<Failure>> {
        let found = self.0.found();
        found.get(index).ok_or_else(|| Failure::NoSuchRecipe { index, count: found.len() }.boxed())
    }
}
