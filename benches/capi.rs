//! What a call through the C interface costs more than the same call in Rust: both in one process, in turns, so that
//! a slower moment of the machine meets both. `cargo bench --features capi --bench capi`.

#![allow(
    unsafe_code,
    clippy::expect_used,
    clippy::wildcard_imports,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing
)]

use std::ffi::c_char;
use std::hint::black_box;
use std::ptr::{null, null_mut};
use std::time::Instant;

use imza::ffi::*;
use imza::{dlga, haso};

/// Calls between two looks at the clock.
const CALLS: u32 = 2_000;
/// Turns; the best of each side counts, since noise only ever adds.
const TURNS: u32 = 300;

fn main() {
    date();
    sign();
    verify();
    token();
}

/// The cheapest call there is: nearly all of the difference is the boundary itself.
fn date() {
    let mut buffer = [0_u8; 30];
    let mut c_buffer = [0 as c_char; 30];
    let (mut length, mut error) = (0_usize, new_error());
    compare(
        "date",
        || {
            let date = dlga::Date::from_unix(black_box(1_615_296_512)).expect("a date");
            let text = black_box(date.as_str()).as_bytes();
            buffer[..text.len()].copy_from_slice(text);
            black_box(&buffer);
        },
        || {
            let date = black_box(imza_dlga_date as unsafe extern "C" fn(_, _, _, _, _) -> _);
            // SAFETY: all arguments live through the call.
            let status =
                unsafe { date(1_615_296_512_i64, c_buffer.as_mut_ptr(), 30_usize, &raw mut length, &raw mut error) };
            assert_eq!(status, IMZA_OK);
        },
    );
}

fn sign() {
    let request = dlga_request();
    let signer = dlga::Signer::new(KEY_ID, SECRET).expect("a good key");
    let mut handle = null_mut();
    // SAFETY: all arguments live through the call.
    let status = unsafe { imza_dlga_signer_new(text(KEY_ID), text(SECRET), &raw mut handle, null_mut()) };
    assert_eq!(status, IMZA_OK);

    let mut buffer = [0_u8; 128];
    let mut c_buffer = [0 as c_char; 128];
    let (mut length, mut error) = (0_usize, new_error());
    let c_request = c_request();
    compare(
        "sign, 300 bytes",
        || {
            let sign = black_box(sign_in_rust as fn(_, _, &str, &mut _) -> _);
            black_box(sign(&signer, &request, DATE, &mut buffer));
        },
        || {
            let sign = black_box(imza_dlga_sign as unsafe extern "C" fn(_, _, _, _, _, _) -> _);
            // SAFETY: all arguments live through the call.
            let status = unsafe {
                sign(
                    handle.cast_const(),
                    &raw const c_request,
                    c_buffer.as_mut_ptr(),
                    128_usize,
                    &raw mut length,
                    &raw mut error,
                )
            };
            assert_eq!(status, IMZA_OK);
        },
    );
    // SAFETY: ended once.
    unsafe { imza_dlga_signer_free(handle) };
}

fn verify() {
    let request = dlga_request();
    let date = dlga::Date::parse(DATE).expect("a date");
    let signer = dlga::Signer::new(KEY_ID, SECRET).expect("a good key");
    let authorization = signer.authorization(&request, date).expect("signed");
    let verifier = dlga::Verifier::new().key(KEY_ID, SECRET).expect("a good key");
    let headers =
        [("x-dlg-date", DATE), ("x-dlg-requester-userid", "45186"), ("x-dlg-authorization", authorization.as_str())];

    let mut handle = null_mut();
    // SAFETY: all arguments live through the calls.
    unsafe {
        assert_eq!(imza_dlga_verifier_new(&raw mut handle, null_mut()), IMZA_OK);
        assert_eq!(imza_dlga_verifier_add_key(handle, text(KEY_ID), text(SECRET), null_mut()), IMZA_OK);
    }
    let mut error = new_error();
    let c_request = c_request();
    compare(
        "verify, 300 bytes",
        || {
            let verify = black_box(verify_in_rust as fn(_, _, &[(&str, &str)], _) -> _);
            black_box(verify(&verifier, &request, &headers[..], date.unix_seconds()));
        },
        || {
            let verify = black_box(imza_dlga_verify as unsafe extern "C" fn(_, _, _, _, _, _) -> _);
            // SAFETY: all arguments live through the call.
            let status = unsafe {
                verify(
                    handle.cast_const(),
                    &raw const c_request,
                    text(&authorization),
                    text("45186"),
                    date.unix_seconds(),
                    &raw mut error,
                )
            };
            assert_eq!(status, IMZA_OK);
        },
    );
    // SAFETY: ended once.
    unsafe { imza_dlga_verifier_free(handle) };
}

fn token() {
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2")];
    let merchant = haso::Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").expect("good");
    let recipe = &haso::SET_PRE_DEFINED_LIMIT;

    let c_fields = fields.map(|(name, value)| imza_field { name: text(name), value: text(value) });
    let (mut c_merchant, mut c_recipe) = (null_mut(), null_mut());
    // SAFETY: all arguments live through the calls.
    unsafe {
        let [id, key, salt] = ["1000042", "merchant-key-not-real", "merchant-salt-not-real"].map(text);
        assert_eq!(imza_haso_merchant_new(id, key, salt, &raw mut c_merchant, null_mut()), IMZA_OK);
        assert_eq!(imza_haso_recipe_find(text("SetPreDefinedLimit"), &raw mut c_recipe, null_mut()), IMZA_OK);
    }
    let mut buffer = [0_u8; 64];
    let mut c_buffer = [0 as c_char; 64];
    let (mut length, mut error) = (0_usize, new_error());
    compare(
        "token, 3 fields",
        || {
            let token = black_box(token_in_rust as fn(_, _, &[(&str, &str)], &mut _) -> _);
            black_box(token(&merchant, recipe, &fields[..], &mut buffer));
        },
        || {
            let token = black_box(imza_haso_token as unsafe extern "C" fn(_, _, _, _, _, _, _, _) -> _);
            // SAFETY: all arguments live through the call.
            let status = unsafe {
                token(
                    c_merchant.cast_const(),
                    c_recipe.cast_const(),
                    c_fields.as_ptr(),
                    3_usize,
                    c_buffer.as_mut_ptr(),
                    64_usize,
                    &raw mut length,
                    &raw mut error,
                )
            };
            assert_eq!(status, IMZA_OK);
        },
    );
    // SAFETY: ended once.
    unsafe {
        imza_haso_merchant_free(c_merchant);
        imza_haso_recipe_free(c_recipe);
    }
}

// The Rust calls stand in functions of their own, which the bench knows by address only, as it does C's: else the
// compiler would fold the bench's constant arguments into them.

fn sign_in_rust(signer: &dlga::Signer, request: &dlga::Request, date: &str, buffer: &mut [u8; 128]) -> usize {
    let date = dlga::Date::parse(date).expect("a date");
    signer.write_authorization(request, date, buffer).expect("signed").len()
}

fn verify_in_rust(verifier: &dlga::Verifier, request: &dlga::Request, headers: &[(&str, &str)], now: i64) -> usize {
    verifier.verify(request, headers, now).expect("accepted").key_index()
}

fn token_in_rust(
    merchant: &haso::Merchant,
    recipe: &haso::Recipe,
    fields: &[(&str, &str)],
    buffer: &mut [u8; 64],
) -> usize {
    merchant.write_token(recipe, fields, buffer).expect("made").len()
}

/// Runs both in turns, and prints the best nanoseconds per call of each.
fn compare(what: &str, mut rust: impl FnMut(), mut c: impl FnMut()) {
    let (mut best_rust, mut best_c) = (f64::MAX, f64::MAX);
    for _ in 0..TURNS {
        best_rust = best_rust.min(nanoseconds(&mut rust));
        best_c = best_c.min(nanoseconds(&mut c));
    }
    println!("{what:20} Rust {best_rust:7.1} ns   C {best_c:7.1} ns   difference {:+6.1} ns", best_c - best_rust);
}

fn nanoseconds(call: &mut impl FnMut()) -> f64 {
    let begin = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    begin.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

const KEY_ID: &str = "1234567-8ABC-DEF0-5432-56712ABCDEF5";
const SECRET: &str = "not-a-real-secret";
const DATE: &str = "Tue, 09 Mar 2021 13:28:32 GMT";
const RESOURCE: &str = "/v1/application/finishonlinehelp";
static BODY: [u8; 300] = [b'x'; 300];

fn dlga_request() -> dlga::Request<'static> {
    dlga::Request::post(RESOURCE).json(&BODY)
}

fn c_request() -> imza_dlga_request {
    imza_dlga_request {
        struct_size: size_of::<imza_dlga_request>(),
        method: text("POST"),
        content_type: text("application/json"),
        date: text(DATE),
        resource: text(RESOURCE),
        body: imza_str { ptr: BODY.as_ptr().cast(), len: BODY.len() },
        body_line: IMZA_DLGA_BODY_LINE_WHEN_PRESENT,
    }
}

fn text(text: &str) -> imza_str {
    imza_str { ptr: if text.is_empty() { null() } else { text.as_ptr().cast() }, len: text.len() }
}

fn new_error() -> imza_error {
    imza_error {
        struct_size: size_of::<imza_error>(),
        status: 0,
        http_status: 0,
        key_index: 0,
        offset: 0,
        message: [0; 256],
        field: [0; 64],
    }
}
