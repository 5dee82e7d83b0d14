//! The calls through the C interface, as a C program makes them.

use std::ffi::c_char;
use std::hint::black_box;
use std::ptr::null_mut;

use imza::ffi::*;

use crate::{Case, KEY_ID, MERCHANT, NOW, SECRET, Token};

fn text(text: &str) -> imza_str {
    imza_str { ptr: text.as_ptr().cast::<c_char>(), len: text.len() }
}

fn request(case: &Case) -> imza_dlga_request {
    imza_dlga_request {
        struct_size: size_of::<imza_dlga_request>(),
        method: text(case.method),
        content_type: text(case.content_type),
        date: text(crate::DATE),
        resource: text(&case.resource),
        body: text(&case.body),
        body_line: 0,
    }
}

pub fn sign(case: &Case) -> impl FnMut() -> bool {
    let mut signer = null_mut();
    // SAFETY: all arguments of these calls live through them.
    assert_eq!(unsafe { imza_dlga_signer_new(text(KEY_ID), text(SECRET), &raw mut signer, null_mut()) }, IMZA_OK);
    let request = request(case);
    move || {
        let (mut buffer, mut length) = ([0 as c_char; 128], 0_usize);
        let call = black_box(imza_dlga_sign as unsafe extern "C" fn(_, _, _, _, _, _) -> _);
        let signer = signer.cast_const();
        // SAFETY: as above.
        let status = unsafe {
            call(signer, &raw const request, buffer.as_mut_ptr(), 128_usize, &raw mut length, null_mut::<imza_error>())
        };
        status == IMZA_OK && black_box(buffer)[0] == b'D' as c_char
    }
}

pub fn verify(case: &Case) -> impl FnMut() -> bool {
    let mut verifier = null_mut();
    // SAFETY: as above.
    unsafe {
        assert_eq!(imza_dlga_verifier_new(&raw mut verifier, null_mut()), IMZA_OK);
        assert_eq!(imza_dlga_verifier_add_key(verifier, text(KEY_ID), text(SECRET), null_mut()), IMZA_OK);
    }
    let mut request = request(case);
    (request.date, request.content_type) = (text(""), text(""));
    let headers: Vec<_> =
        case.headers().into_iter().map(|(name, value)| imza_field { name: text(name), value: text(value) }).collect();
    move || {
        let call = black_box(imza_dlga_verify_headers as unsafe extern "C" fn(_, _, _, _, _, _) -> _);
        // SAFETY: as above.
        let status = unsafe {
            call(
                verifier.cast_const(),
                &raw const request,
                headers.as_ptr(),
                headers.len(),
                NOW,
                null_mut::<imza_error>(),
            )
        };
        status == IMZA_OK
    }
}

pub fn token(token: &Token) -> impl FnMut() -> bool {
    let (mut merchant, mut recipe) = (null_mut(), null_mut());
    // SAFETY: as above.
    unsafe {
        let (id, key, salt) = (text(MERCHANT.0), text(MERCHANT.1), text(MERCHANT.2));
        assert_eq!(imza_haso_merchant_new(id, key, salt, &raw mut merchant, null_mut()), IMZA_OK);
        assert_eq!(imza_haso_recipe_parse(text(&token.recipe.to_string()), &raw mut recipe, null_mut()), IMZA_OK);
    }
    let fields: Vec<_> =
        token.fields.iter().map(|(name, value)| imza_field { name: text(name), value: text(value) }).collect();
    move || {
        let (mut buffer, mut length) = ([0 as c_char; 64], 0_usize);
        let call = black_box(imza_haso_token as unsafe extern "C" fn(_, _, _, _, _, _, _, _) -> _);
        let (merchant, recipe) = (merchant.cast_const(), recipe.cast_const());
        // SAFETY: as above.
        let status = unsafe {
            call(
                merchant,
                recipe,
                fields.as_ptr(),
                fields.len(),
                buffer.as_mut_ptr(),
                64_usize,
                &raw mut length,
                null_mut::<imza_error>(),
            )
        };
        status == IMZA_OK && black_box(buffer)[43] == b'=' as c_char
    }
}
