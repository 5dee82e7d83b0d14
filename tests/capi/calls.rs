//! The C interface called from Rust: that it says what the Rust API says, and that it allocates nothing where it
//! promises so.

use std::ffi::{CStr, c_char};
use std::ptr::null_mut;

use imza::ffi::*;
use imza::{dlga, haso};
use proptest::prelude::*;

use crate::counting::counted;

/// How often a call allocates.
fn allocations_of(call: impl FnOnce()) -> usize {
    counted(call).1
}

fn text(bytes: &[u8]) -> imza_str {
    imza_str { ptr: bytes.as_ptr().cast(), len: bytes.len() }
}

fn new_error() -> imza_error {
    let (status, http_status, key_index, offset) = (-1, 1, 77, 77);
    imza_error {
        struct_size: size_of::<imza_error>(),
        status,
        http_status,
        key_index,
        offset,
        message: [0x78; 256],
        field: [0x78; 64],
    }
}

fn message_of(error: &imza_error) -> &str {
    let bytes = unsafe { CStr::from_ptr(error.message.as_ptr()) };
    bytes.to_str().expect("messages are UTF-8")
}

/// The request of the documentation, signed by `key-id`.
fn request() -> imza_dlga_request {
    imza_dlga_request {
        struct_size: size_of::<imza_dlga_request>(),
        method: text(b"POST"),
        content_type: text(b"application/json"),
        date: text(b"Tue, 09 Mar 2021 13:28:32 GMT"),
        resource: text(b"/v1/application/finishonlinehelp"),
        body: text(br#"{"customerId":"123456"}"#),
        body_line: IMZA_DLGA_BODY_LINE_WHEN_PRESENT,
    }
}

#[test]
fn signing_allocates_nothing_and_neither_does_an_accepted_request() {
    let (mut signer, mut verifier) = (null_mut(), null_mut());
    let (mut buffer, mut length, mut error) = ([0 as c_char; 128], 0_usize, new_error());
    unsafe {
        assert_eq!(imza_dlga_signer_new(text(b"key-id"), text(b"secret"), &raw mut signer, null_mut()), IMZA_OK);
        assert_eq!(imza_dlga_verifier_new(&raw mut verifier, null_mut()), IMZA_OK);
        assert_eq!(imza_dlga_verifier_add_key(verifier, text(b"key-id"), text(b"secret"), null_mut()), IMZA_OK);
        let request = request();
        let signing = allocations_of(|| {
            let status = imza_dlga_sign(
                signer,
                &raw const request,
                buffer.as_mut_ptr(),
                buffer.len(),
                &raw mut length,
                &raw mut error,
            );
            assert_eq!(status, IMZA_OK);
        });
        let authorization = imza_str { ptr: buffer.as_ptr(), len: length };
        let verifying = allocations_of(|| {
            let status = imza_dlga_verify(
                verifier,
                &raw const request,
                authorization,
                text(b"45186"),
                1_615_296_512,
                &raw mut error,
            );
            assert_eq!(status, IMZA_OK);
        });
        imza_dlga_signer_free(signer);
        imza_dlga_verifier_free(verifier);
        assert_eq!((signing, verifying), (0, 0));
        // The counter counts.
        assert_ne!(allocations_of(|| drop(Vec::<u8>::with_capacity(1))), 0);
    }
}

#[test]
fn a_token_of_sixteen_fields_allocates_nothing() {
    let names: Vec<String> = (0..16).map(|number| format!("field{number}")).collect();
    let line = format!("merchantId + {} + merhant_salt", names.join(" + "));
    let fields: Vec<imza_field> =
        names.iter().map(|name| imza_field { name: text(name.as_bytes()), value: text("değer".as_bytes()) }).collect();
    let (mut merchant, mut recipe) = (null_mut(), null_mut());
    let (mut buffer, mut length) = ([0 as c_char; 45], 0_usize);
    unsafe {
        let [id, key, salt] = [&b"1000042"[..], b"key", b"salt"].map(text);
        assert_eq!(imza_haso_merchant_new(id, key, salt, &raw mut merchant, null_mut()), IMZA_OK);
        assert_eq!(imza_haso_recipe_parse(text(line.as_bytes()), &raw mut recipe, null_mut()), IMZA_OK);
        let made = allocations_of(|| {
            let (fields, count) = (fields.as_ptr(), fields.len());
            let (buffer, length) = (buffer.as_mut_ptr(), &raw mut length);
            assert_eq!(imza_haso_token(merchant, recipe, fields, count, buffer, 45, length, null_mut()), IMZA_OK);
        });
        imza_haso_recipe_free(recipe);
        imza_haso_merchant_free(merchant);
        assert_eq!((made, length), (0, 44));
    }
}

#[test]
fn more_than_sixteen_fields_are_taken_too() {
    let names: Vec<String> = (0..40).map(|number| format!("field{number}")).collect();
    let line = format!("merchantId + {} + merhant_salt", names.join(" + "));
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "value")).collect();
    let expected = haso::Merchant::new("1", "key", "salt")
        .and_then(|merchant| merchant.token(&haso::Recipe::parse(&line)?, &pairs))
        .expect("a token");
    let fields: Vec<imza_field> =
        names.iter().map(|name| imza_field { name: text(name.as_bytes()), value: text(b"value") }).collect();
    let (mut merchant, mut recipe) = (null_mut(), null_mut());
    let (mut buffer, mut length) = ([0 as c_char; 45], 0_usize);
    unsafe {
        let [id, key, salt] = [&b"1"[..], b"key", b"salt"].map(text);
        assert_eq!(imza_haso_merchant_new(id, key, salt, &raw mut merchant, null_mut()), IMZA_OK);
        assert_eq!(imza_haso_recipe_parse(text(line.as_bytes()), &raw mut recipe, null_mut()), IMZA_OK);
        let (first, count, into) = (fields.as_ptr(), fields.len(), buffer.as_mut_ptr());
        assert_eq!(imza_haso_token(merchant, recipe, first, count, into, 45, &raw mut length, null_mut()), IMZA_OK);
        assert_eq!(CStr::from_ptr(buffer.as_ptr()).to_str(), Ok(expected.as_str()));
        imza_haso_recipe_free(recipe);
        imza_haso_merchant_free(merchant);
    }
}

/// A message is cut between characters, and its NUL is never missing: whatever the length of what is in front.
#[test]
fn a_long_message_is_cut_at_a_character() {
    let mut cut = 0;
    for padding in 0..8 {
        let endpoint = "x".repeat(padding) + &"😀".repeat(64);
        let (mut recipe, mut error) = (null_mut(), new_error());
        unsafe {
            let status = imza_haso_recipe_find(text(endpoint.as_bytes()), &raw mut recipe, &raw mut error);
            assert_eq!(status, IMZA_HASO_RECIPE_UNKNOWN);
        }
        let message = message_of(&error);
        assert!(message.starts_with("no recipe is known for `"), "{message}");
        assert!((252..=255).contains(&message.len()), "{} bytes", message.len());
        cut += usize::from(!message.ends_with('`'));
    }
    assert_eq!(cut, 8, "every one of these messages is too long");
}

/// The documented table of statuses is the library's.
#[test]
fn the_documented_statuses_are_the_librarys() {
    let header = include_str!("../../include/imza.h");
    let page = include_str!("../../docs/c-abi.md");
    let named = |name: fn(imza_status) -> *const c_char, status| {
        unsafe { CStr::from_ptr(name(status)) }.to_str().expect("UTF-8").to_owned()
    };
    let mut rows = 0;
    for line in header.lines() {
        let Some((name, number)) = line.strip_prefix("#define ").and_then(|rest| rest.split_once(' ')) else {
            continue;
        };
        let Ok(status) = number.parse::<imza_status>() else { continue };
        if name.contains("VERSION") || name.contains("BODY_LINE") {
            continue;
        }
        assert_eq!(named(|status| imza_status_name(status), status), name);
        let answer = match imza_status_http(status) {
            0 => String::from("| |"),
            http => format!("| {http} `{}` |", named(|status| imza_status_vendor_text(status), status)),
        };
        let row = format!("| {status} | `{name}` {answer}");
        assert!(page.lines().any(|line| line == row), "docs/c-abi.md lacks: {row}");
        rows += 1;
    }
    assert_eq!(rows, 18);
}

proptest! {
    /// Whatever the request: C gives the signature or the place of the fault that Rust gives (DLGA-5 to DLGA-13).
    #[test]
    fn c_signs_what_rust_signs(
        method in "(GET|POST|[ -~]{0,6})",
        content_type in "(application/json|[ -~\r\n]{0,12})",
        resource in "(/v1/x|/?[!-~ é]{0,12})",
        body in proptest::collection::vec(any::<u8>(), 0..200),
        body_line in 0..3_i32,
        capacity in 0..80_usize,
    ) {
        let date = "Tue, 09 Mar 2021 13:28:32 GMT";
        let lines = [dlga::BodyLine::WhenPresent, dlga::BodyLine::Always, dlga::BodyLine::Never];
        let line = lines.into_iter().nth(usize::try_from(body_line).unwrap_or(0)).unwrap_or_default();
        let in_rust = dlga::Request::new(&method, &resource).content_type(&content_type).body(&body).body_line(line);
        let expected = dlga::Signer::new("key-id", "secret")
            .and_then(|signer| signer.authorization(&in_rust, dlga::Date::parse(date)?));

        let in_c = imza_dlga_request {
            method: text(method.as_bytes()),
            content_type: text(content_type.as_bytes()),
            resource: text(resource.as_bytes()),
            body: text(&body),
            body_line,
            ..request()
        };
        let mut signer = null_mut();
        let (mut buffer, mut length, mut error) = (vec![0x23 as c_char; capacity], 77_usize, new_error());
        let status = unsafe {
            assert_eq!(imza_dlga_signer_new(text(b"key-id"), text(b"secret"), &raw mut signer, null_mut()), IMZA_OK);
            let status = imza_dlga_sign(
                signer, &raw const in_c, buffer.as_mut_ptr(), capacity, &raw mut length, &raw mut error,
            );
            imza_dlga_signer_free(signer);
            status
        };
        prop_assert_eq!(error.status, status);
        prop_assert_eq!(error.http_status, 0);
        prop_assert_eq!(error.key_index, -1);
        match expected {
            Err(expected) => {
                prop_assert_eq!(status, IMZA_INVALID_ARGUMENT);
                prop_assert_eq!(error.offset, expected.offset().unwrap_or(usize::MAX));
                prop_assert_eq!(message_of(&error), expected.to_string());
                prop_assert_eq!(length, 77);
            }
            Ok(expected) if expected.len() < capacity => {
                prop_assert_eq!(status, IMZA_OK);
                prop_assert_eq!(length, expected.len());
                let written = unsafe { CStr::from_ptr(buffer.as_ptr()) };
                prop_assert_eq!(written.to_str(), Ok(expected.as_str()));
            }
            Ok(expected) => {
                prop_assert_eq!(status, IMZA_BUFFER_TOO_SMALL);
                prop_assert_eq!(length, expected.len());
                prop_assert!(buffer.iter().all(|&byte| byte == 0x23));
            }
        }
    }
}
