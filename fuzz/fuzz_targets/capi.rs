//! Any sequence of calls through the C interface, with buffers, structs and texts in exact heap blocks, NULLs, sizes and
//! lengths that are not true: never a panic, nothing read or written out of place, and after each call what the contract
//! at the head of imza.h promises.

#![no_main]

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};
use std::slice;

use arbitrary::Arbitrary;
use imza::ffi::*;
use libfuzzer_sys::fuzz_target;

/// A text that C passes: one that helps to get far, any bytes, or one that is not what it says.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Text<'a> {
    Known(u8),
    Any(&'a [u8]),
    Null,
    NullWithALength(usize),
    LongerThanMemory,
}

const KNOWN: [&str; 24] = [
    "",
    "POST",
    "application/json",
    "Tue, 09 Mar 2021 13:28:32 GMT",
    "/v1/application/finishonlinehelp",
    r#"{"customerId":"123456"}"#,
    "key-id",
    "not-a-real-secret",
    "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=",
    "DLGA key-id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "45186",
    "x-dlg-date",
    "x-dlg-requester-userid",
    "x-dlg-authorization",
    "Content-Type",
    "Date",
    "customerId",
    "dealerSegment",
    "GOLD",
    "orderAmount",
    "1.5",
    "merchantId + customerId + dealerSegment? + merhant_salt",
    "SetPreDefinedLimit",
    "FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4=",
];

/// Keeps the blocks of one input until its calls are made.
#[derive(Default)]
struct Heap(Vec<Box<[u8]>>);

impl Heap {
    fn text(&mut self, text: Text) -> imza_str {
        let bytes = match text {
            Text::Known(at) => KNOWN[usize::from(at) % KNOWN.len()].as_bytes(),
            Text::Any(bytes) => bytes,
            Text::Null => return imza_str { ptr: null(), len: 0 },
            Text::NullWithALength(len) => return imza_str { ptr: null(), len },
            Text::LongerThanMemory => return imza_str { ptr: c"x".as_ptr(), len: usize::MAX },
        };
        self.0.push(bytes.into());
        let block = self.0.last().unwrap();
        imza_str { ptr: block.as_ptr().cast(), len: block.len() }
    }

    fn fields(&mut self, fields: &[(Text, Text)]) -> Vec<imza_field> {
        fields.iter().map(|(name, value)| imza_field { name: self.text(*name), value: self.text(*value) }).collect()
    }
}

/// A struct of the caller's in a block that has not a byte more than it says, but for its size, which is always there.
struct Sized {
    block: Box<[u8]>,
    size: usize,
}

impl Sized {
    fn new(known: &[u8], size: usize) -> Self {
        let mut block = vec![0x5a; size.max(size_of::<usize>())].into_boxed_slice();
        block.iter_mut().zip(known).for_each(|(to, from)| *to = *from);
        block[..size_of::<usize>()].copy_from_slice(&size.to_ne_bytes());
        assert!(
            block.as_ptr().addr().is_multiple_of(align_of::<usize>()),
            "an allocator aligns more than it is asked to"
        );
        Self { block, size }
    }

    fn pointer<T>(&mut self) -> *mut T {
        self.block.as_mut_ptr().cast()
    }
}

/// `struct_size`: what a caller forgets, what is too small, the first version, today's, and a later one.
fn size_of_struct(choice: u8, first: usize, now: usize) -> usize {
    [now, now, now, 0, 1, size_of::<usize>(), first - 1, first, first + 8, now + 64, usize::from(choice)]
        [usize::from(choice) % 11]
}

const MOST_TRIES: usize = 1000;
const FIRST_ERROR: usize = if cfg!(target_pointer_width = "64") { 288 } else { 276 };
const FIRST_REQUEST: usize = if cfg!(target_pointer_width = "64") { 96 } else { 48 };

/// The caller's imza_error, or none.
struct Errors {
    block: Option<Sized>,
}

impl Errors {
    fn new(choice: u8) -> Self {
        let size = size_of_struct(choice, FIRST_ERROR, size_of::<imza_error>());
        Self { block: (choice % 13 != 0).then(|| Sized::new(&[], size)) }
    }

    /// Makes a call, and checks what it leaves behind.
    fn call(&mut self, call: impl FnOnce(*mut imza_error) -> imza_status) -> imza_status {
        let Some(block) = &mut self.block else {
            let status = call(null_mut());
            check_status(status);
            return status;
        };
        let before = block.block.clone();
        let status = call(block.pointer());
        check_status(status);
        if block.size < FIRST_ERROR {
            assert_eq!(status, IMZA_INVALID_ARGUMENT);
            assert_eq!(before, block.block, "an error that is too small is not written");
            return status;
        }
        let error = block.pointer::<imza_error>();
        let bytes = &block.block;
        let text =
            |from: usize, len: usize| CStr::from_bytes_until_nul(&bytes[from..from + len]).unwrap().to_str().unwrap();
        unsafe {
            assert_eq!((*error).status, status);
            assert_eq!((*error).http_status, imza_status_http(status));
            assert!((*error).key_index >= -1);
        }
        assert_eq!(text(FIRST_ERROR - 256, 256).is_empty(), status == IMZA_OK, "a message on failure, and only then");
        if block.size >= size_of::<imza_error>() {
            let is_of_a_field = (IMZA_HASO_FIELD_MISSING..=IMZA_HASO_FIELD_INVALID).contains(&status);
            assert!(text(FIRST_ERROR, 64).is_empty() || is_of_a_field);
        }
        status
    }

    /// Makes a call that writes a text, with a buffer of `capacity` bytes and not one more.
    fn text(
        &mut self,
        capacity: usize,
        write: impl Fn(*mut c_char, usize, *mut usize, *mut imza_error) -> imza_status,
    ) {
        let mut buffer = vec![0x23_u8; capacity].into_boxed_slice();
        let mut length = 0x7777_usize;
        let to = if capacity == 0 { null_mut() } else { buffer.as_mut_ptr().cast() };
        let status = self.call(|error| write(to, capacity, &raw mut length, error));
        match status {
            IMZA_OK => {
                assert!(length < capacity && buffer[length] == 0);
                assert!(buffer[length + 1..].iter().all(|&byte| byte == 0x23), "nothing behind the NUL is written");
            }
            IMZA_BUFFER_TOO_SMALL => {
                assert!(length >= capacity);
                assert!(buffer.iter().all(|&byte| byte == 0x23), "nothing is written but the length");
                let (mut buffer, mut again) = (vec![0_u8; length + 1].into_boxed_slice(), 0);
                let status = write(buffer.as_mut_ptr().cast(), length + 1, &raw mut again, null_mut());
                assert_eq!((status, again), (IMZA_OK, length), "the capacity to come back with is enough");
            }
            _ => {
                assert_eq!(length, 0x7777);
                assert!(buffer.iter().all(|&byte| byte == 0x23), "nothing is written on failure");
            }
        }
    }
}

fn check_status(status: imza_status) {
    assert_ne!(status, IMZA_PANIC);
    let name = unsafe { CStr::from_ptr(imza_status_name(status)) };
    assert_ne!(name, c"IMZA_UNKNOWN_STATUS");
}

/// What one call or a few that belong together are made with.
#[derive(Arbitrary, Debug)]
struct Input<'a> {
    error: u8,
    request_size: u8,
    /// Which pointers to structs and handles are NULL.
    nulls: u8,
    method: Text<'a>,
    content_type: Text<'a>,
    date: Text<'a>,
    resource: Text<'a>,
    body: Text<'a>,
    body_line: i32,
    authorization: Text<'a>,
    requester: Text<'a>,
    key: (Text<'a>, Text<'a>, Text<'a>),
    fields: Vec<(Text<'a>, Text<'a>)>,
    count: Option<usize>,
    recipe: Text<'a>,
    token: Text<'a>,
    now: i64,
    window: (i64, i64),
    index: usize,
    calls: Vec<(u8, u8)>,
}

fuzz_target!(|input: Input| {
    let mut heap = Heap::default();
    let mut errors = Errors::new(input.error);
    let request = imza_dlga_request {
        struct_size: 0,
        method: heap.text(input.method),
        content_type: heap.text(input.content_type),
        date: heap.text(input.date),
        resource: heap.text(input.resource),
        body: heap.text(input.body),
        body_line: input.body_line % 4,
    };
    let size = size_of_struct(input.request_size, FIRST_REQUEST, size_of::<imza_dlga_request>());
    let known = unsafe { slice::from_raw_parts((&raw const request).cast::<u8>(), size_of::<imza_dlga_request>()) };
    let mut sized = Sized::new(known, size);
    let request_pointer: *const imza_dlga_request = if input.nulls & 1 != 0 { null() } else { sized.pointer() };
    let (method, content_type, date) = (request.method, request.content_type, request.date);
    let (resource, body, body_line) = (request.resource, request.body, request.body_line);
    let (authorization, requester) = (heap.text(input.authorization), heap.text(input.requester));
    let [id, secret, salt] = [input.key.0, input.key.1, input.key.2].map(|text| heap.text(text));
    let (recipe_text, token) = (heap.text(input.recipe), heap.text(input.token));
    let fields = heap.fields(&input.fields);
    // A count of things that are not there is never true but for 0 or where no memory could hold them.
    let count =
        if input.count.is_some_and(|count| count > usize::MAX / 32) { input.count.unwrap() } else { fields.len() };
    let first = if input.nulls & 2 != 0 && count != 0 { null() } else { fields.as_ptr() };
    let [good_id, good_secret] = [b"key-id".as_slice(), b"not-a-real-secret"].map(|bytes| heap.text(Text::Any(bytes)));

    let (mut signer, mut verifier, mut merchant, mut recipe) = (null_mut(), null_mut(), null_mut(), null_mut());
    let (mut explainer, mut merchants, mut explanation) = (null_mut(), null_mut(), null_mut());
    let (mut signing, mut verifying) = (null_mut(), null_mut());
    let (mut discoverer, mut discovery) = (null_mut(), null_mut());
    unsafe {
        // Handles that are sure to be there, or NULL.
        if input.nulls & 4 == 0 {
            assert_eq!(imza_dlga_signer_new(good_id, good_secret, &raw mut signer, null_mut()), IMZA_OK);
            assert_eq!(imza_dlga_verifier_new(&raw mut verifier, null_mut()), IMZA_OK);
            assert_eq!(imza_dlga_verifier_add_key(verifier, good_id, good_secret, null_mut()), IMZA_OK);
            assert_eq!(imza_dlga_explainer_new(&raw mut explainer, null_mut()), IMZA_OK);
            assert_eq!(imza_dlga_explainer_add_key(explainer, good_id, good_secret, null_mut()), IMZA_OK);
        }
        if input.nulls & 8 == 0 {
            let key = good_secret;
            assert_eq!(imza_haso_merchant_new(good_id, key, good_id, &raw mut merchant, null_mut()), IMZA_OK);
            assert_eq!(imza_haso_explainer_new(good_id, key, good_id, &raw mut merchants, null_mut()), IMZA_OK);
            assert_eq!(imza_haso_discoverer_new(good_id, key, good_id, &raw mut discoverer, null_mut()), IMZA_OK);
            let name = heap.text(Text::Known(22));
            assert_eq!(imza_haso_recipe_find(name, &raw mut recipe, null_mut()), IMZA_OK);
        }
        // Each step may make a new handle in place of one that is there.
        macro_rules! renew {
            ($handle:ident, $free:ident, |$out:ident, $error:ident| $call:expr) => {{
                let mut made = null_mut();
                let status = {
                    let $out = &raw mut made;
                    errors.call(|$error| $call)
                };
                assert_eq!(status == IMZA_OK, !made.is_null(), "a handle on success, and only then");
                if !made.is_null() {
                    $free($handle);
                    $handle = made;
                }
            }};
        }
        for (step, capacity) in input.calls.iter().take(64) {
            let capacity = usize::from(*capacity);
            match step % 52 {
                0 => renew!(signer, imza_dlga_signer_free, |out, e| imza_dlga_signer_new(id, secret, out, e)),
                1 => errors.text(capacity, |b, c, l, e| imza_dlga_sign(signer, request_pointer, b, c, l, e)),
                2 => errors.text(capacity, |b, c, l, e| imza_dlga_string_to_sign(request_pointer, b, c, l, e)),
                3 => errors.text(capacity, |b, c, l, e| imza_dlga_date(input.now, b, c, l, e)),
                4 => renew!(verifier, imza_dlga_verifier_free, |out, e| imza_dlga_verifier_new(out, e)),
                5 => drop(errors.call(|e| imza_dlga_verifier_add_key(verifier, id, secret, e))),
                6 => drop(errors.call(|e| imza_dlga_verifier_window(verifier, input.window.0, input.window.1, e))),
                7 => drop(errors.call(|e| imza_dlga_verifier_ignore_clock(verifier, e))),
                8 => drop(
                    errors
                        .call(|e| imza_dlga_verify(verifier, request_pointer, authorization, requester, input.now, e)),
                ),
                9 => drop(
                    errors.call(|e| imza_dlga_verify_headers(verifier, request_pointer, first, count, input.now, e)),
                ),
                10 => renew!(signing, imza_dlga_stream_free, |out, e| imza_dlga_stream_begin(
                    signer,
                    method,
                    content_type,
                    date,
                    body_line,
                    out,
                    e
                )),
                11 => drop(errors.call(|e| imza_dlga_stream_update(signing, body, e))),
                12 => errors.text(capacity, |b, c, l, e| imza_dlga_stream_finish(signing, resource, b, c, l, e)),
                13 => renew!(verifying, imza_dlga_verify_stream_free, |out, e| imza_dlga_verify_stream_begin(
                    verifier,
                    method,
                    content_type,
                    date,
                    authorization,
                    requester,
                    body_line,
                    out,
                    e
                )),
                14 => renew!(verifying, imza_dlga_verify_stream_free, |out, e| imza_dlga_verify_stream_begin_headers(
                    verifier,
                    method,
                    content_type,
                    first,
                    count,
                    body_line,
                    out,
                    e
                )),
                15 => drop(errors.call(|e| imza_dlga_verify_stream_update(verifying, body, e))),
                16 => drop(errors.call(|e| imza_dlga_verify_stream_finish(verifying, resource, input.now, e))),
                17 => {
                    renew!(merchant, imza_haso_merchant_free, |out, e| imza_haso_merchant_new(id, secret, salt, out, e))
                }
                18 => renew!(merchant, imza_haso_merchant_free, |out, e| imza_haso_merchant_new_salt_keyed(
                    id, salt, out, e
                )),
                19 => drop(errors.call(|e| imza_haso_merchant_add_older_secret(merchant, secret, salt, e))),
                20 => drop(errors.call(|e| imza_haso_merchant_add_older_salt(merchant, salt, e))),
                21 => renew!(recipe, imza_haso_recipe_free, |out, e| imza_haso_recipe_parse(recipe_text, out, e)),
                22 => renew!(recipe, imza_haso_recipe_free, |out, e| imza_haso_recipe_find(recipe_text, out, e)),
                23 => errors.text(capacity, |b, c, l, e| imza_haso_recipe_print(recipe, b, c, l, e)),
                24 => drop(errors.call(|e| imza_haso_recipe_without_field_checks(recipe, e))),
                25 => drop(errors.call(|e| imza_haso_recipe_ignoring_other_fields(recipe, e))),
                26 => errors.text(capacity, |b, c, l, e| imza_haso_token(merchant, recipe, first, count, b, c, l, e)),
                27 => errors
                    .text(capacity, |b, c, l, e| imza_haso_field_at_fault(merchant, recipe, first, count, b, c, l, e)),
                28 => errors.text(capacity, |b, c, l, e| imza_haso_message(merchant, recipe, first, count, b, c, l, e)),
                29 => errors.text(capacity, |b, c, l, e| {
                    imza_haso_message_reveal_salt(merchant, recipe, first, count, b, c, l, e)
                }),
                30 => drop(errors.call(|e| imza_haso_verify(merchant, recipe, first, count, token, e))),
                31 => drop(errors.call(|e| imza_dlga_explainer_add_key(explainer, id, secret, e))),
                32 => drop(
                    errors.call(|e| imza_dlga_explainer_at(explainer, input.now, input.window.0, input.window.1, e)),
                ),
                33 => renew!(explanation, imza_explanation_free, |out, e| imza_dlga_explain(
                    explainer,
                    request_pointer,
                    authorization,
                    requester,
                    out,
                    e
                )),
                34 => renew!(explanation, imza_explanation_free, |out, e| imza_dlga_explain_headers(
                    explainer,
                    request_pointer,
                    first,
                    count,
                    out,
                    e
                )),
                35 => drop(errors.call(|e| imza_haso_explainer_add_older_secret(merchants, secret, salt, e))),
                36 => renew!(explanation, imza_explanation_free, |out, e| imza_haso_explain(
                    merchants, recipe, first, count, token, out, e
                )),
                37 => {
                    errors.text(capacity, |b, c, l, e| imza_explanation_match(explanation, input.index % 4, b, c, l, e))
                }
                38 => errors.text(capacity, |b, c, l, e| imza_explanation_refusal(explanation, b, c, l, e)),
                39 => errors.text(capacity, |b, c, l, e| imza_explanation_notes(explanation, b, c, l, e)),
                40 => errors.text(capacity, |b, c, l, e| imza_explanation_text(explanation, b, c, l, e)),
                41 => errors.text(capacity, |b, c, l, e| imza_explanation_signed_text(explanation, b, c, l, e)),
                42 => errors.text(capacity, |b, c, l, e| imza_explanation_signed_hex(explanation, b, c, l, e)),
                43 => renew!(discoverer, imza_haso_discoverer_free, |out, e| imza_haso_discoverer_new(
                    id, secret, salt, out, e
                )),
                44 => renew!(discoverer, imza_haso_discoverer_free, |out, e| imza_haso_discoverer_new_salt_keyed(
                    id, salt, out, e
                )),
                45 => drop(errors.call(|e| imza_haso_discoverer_add_sample(discoverer, first, count, token, e))),
                // A sample with a token that is right under some recipe, so that there is something to find.
                46 => {
                    let (mut made, mut length) = ([0_u8; 45], 0);
                    let to = made.as_mut_ptr().cast();
                    if imza_haso_token(merchant, recipe, first, count, to, 45, &raw mut length, null_mut()) == IMZA_OK {
                        let made = imza_str { ptr: made.as_ptr().cast(), len: length };
                        errors.call(|e| imza_haso_discoverer_add_sample(discoverer, first, count, made, e));
                    }
                }
                47 => renew!(discovery, imza_haso_discovery_free, |out, e| imza_haso_discover(
                    discoverer,
                    1 + input.index % MOST_TRIES,
                    out,
                    e
                )),
                48 => errors
                    .text(capacity, |b, c, l, e| imza_haso_discovery_recipe(discovery, input.index % 4, b, c, l, e)),
                49 => errors
                    .text(capacity, |b, c, l, e| imza_haso_discovery_hmac_key(discovery, input.index % 4, b, c, l, e)),
                50 => errors.text(capacity, |b, c, l, e| imza_haso_discovery_notes(discovery, b, c, l, e)),
                // Streams, explanations and discoveries keep what they need: what made them may end before them.
                _ => {
                    imza_dlga_signer_free(signer);
                    imza_dlga_verifier_free(verifier);
                    imza_dlga_explainer_free(explainer);
                    imza_haso_discoverer_free(discoverer);
                    (signer, verifier, explainer, discoverer) = (null_mut(), null_mut(), null_mut(), null_mut());
                }
            }
        }
        assert!(imza_explanation_match_count(explanation) <= imza_explanation_tried(explanation));
        assert!(imza_explanation_is_valid(explanation) <= 1 && imza_explanation_was_cut_short(explanation) <= 1);
        assert!(imza_haso_discovery_count(discovery) <= 1000 && imza_haso_discovery_is_complete(discovery) <= 1);
        assert!(imza_haso_discovery_tried(discovery) <= MOST_TRIES);
        imza_haso_discovery_free(discovery);
        imza_haso_discoverer_free(discoverer);
        imza_dlga_stream_free(signing);
        imza_dlga_verify_stream_free(verifying);
        imza_explanation_free(explanation);
        imza_haso_explainer_free(merchants);
        imza_dlga_explainer_free(explainer);
        imza_haso_recipe_free(recipe);
        imza_haso_merchant_free(merchant);
        imza_dlga_verifier_free(verifier);
        imza_dlga_signer_free(signer);
    }
});
