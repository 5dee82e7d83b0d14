//! The paths that promise no allocation keep the promise, told by an allocator that counts.
#![expect(unsafe_code, reason = "an allocator cannot be had without")]

#[path = "../support/counting.rs"]
mod counting;

use imza::dlga::{Date, Received, Request, Signer, Verifier};
use imza::haso::{Merchant, Recipe, SET_PRE_DEFINED_LIMIT};

use counting::counted;

/// The positive control: DLGA-3's value as a `String` is one allocation.
#[test]
fn the_allocator_counts() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let date = Date::from_unix(0).unwrap();
    let (authorization, allocations) = counted(|| signer.authorization(&Request::get("/"), date).unwrap());
    assert_eq!(allocations, 1, "{authorization}");
}

/// DLGA-1, DLGA-3, DLGA-12: from the clock to the header's value.
#[test]
fn signing_into_a_buffer_allocates_nothing() {
    let signer = Signer::new("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret").unwrap();
    let body = [b'x'; 10_000];
    let mut buffer = [0; 128];
    let ((), allocations) = counted(|| {
        let date = Date::from_unix(1_615_296_512).unwrap();
        let request = Request::post("/v1/application/finishonlinehelp").json(&body);
        let value = signer.write_authorization(&request, date, &mut buffer).unwrap();
        assert!(value.starts_with("DLGA "));
        signer.write_authorization(&request, date, &mut [0; 9]).unwrap_err();
    });
    assert_eq!(allocations, 0);
}

/// DLGA-14, DLGA-20: accepted with the last of several keys.
#[test]
fn accepting_a_request_allocates_nothing() {
    let verifier = Verifier::new().key("id", "new-not-real").unwrap().key("id", "not-a-real-secret").unwrap();
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let request = Request::post("/v1/application/finishonlinehelp").json("{}");
    let headers = signer.sign(&request, Date::from_unix(0).unwrap(), "45186").unwrap();
    let (accepted, allocations) = counted(|| verifier.verify(&request, &headers, 900).unwrap());
    assert_eq!((accepted.key_index(), allocations), (1, 0));
}

/// DLGA-17: were the reason written out for an unknown id alone, time would tell it from a wrong signature.
#[test]
fn refusing_an_unknown_key_id_allocates_as_little_as_a_wrong_signature() {
    let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap();
    let request = Request::post("/v1/application/finishonlinehelp").json("{}");
    for key_id in ["id", "1234567-8ABC-DEF0-5432-56712ABCDEF5"] {
        let signer = Signer::new(key_id, "another-not-real").unwrap();
        let headers = signer.sign(&request, Date::from_unix(0).unwrap(), "45186").unwrap();
        let (rejection, allocations) = counted(|| verifier.verify(&request, &headers, 0).unwrap_err());
        assert_eq!((rejection.http_status(), allocations), (401, 0), "{key_id}");
    }
}

/// HASO-1, HASO-8, HASO-10, HASO-11: a method of the table, and a line with every shape in it.
#[test]
fn a_token_into_a_buffer_and_its_verifying_allocate_nothing() {
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let merchant = merchant.older_salt("older-not-real").unwrap();
    let line = "merchantId + orderAmount + day.ToString(\"yyyy-MM-dd\") + ipAddress + note? + merhant_salt";
    let own = Recipe::parse(line).unwrap().ignoring_other_fields();
    let own_fields = [("orderAmount", "1"), ("day", "2026-11-22T10:15"), ("ipAddress", "::1"), ("other", "x")];
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2")];
    let mut buffer = [0; 44];
    let ((), allocations) = counted(|| {
        let token = merchant.write_token(&SET_PRE_DEFINED_LIMIT, &fields, &mut buffer).unwrap();
        assert_eq!(merchant.verify(&SET_PRE_DEFINED_LIMIT, &fields, token).unwrap().key_index(), 0);
        let token = merchant.write_token(&own, &own_fields, &mut buffer).unwrap();
        assert_eq!(merchant.verify(&own, &own_fields, token).unwrap().key_index(), 0);
    });
    assert_eq!(allocations, 0);
}

/// DLGA-14, HASO-11: many at once, with a long one and one that an older secret signed among them.
#[test]
fn accepting_many_allocates_nothing() {
    let verifier = Verifier::new().key("id", "new-not-real").unwrap().key("id", "not-a-real-secret").unwrap();
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let long = [b'x'; 10_000];
    let request = Request::post("/v1/application/finishonlinehelp").json("{}");
    let requests = [request, request, request.body(&long)];
    let headers = requests.map(|request| signer.sign(&request, Date::from_unix(0).unwrap(), "45186").unwrap());
    let mut verdicts = [const { None }; 3];
    let ((), allocations) = counted(|| {
        let mut headers = headers.iter();
        let received = requests.map(|request| (request, Received::find(headers.next().unwrap()), 900));
        verifier.verify_many(&received, &mut verdicts);
        assert!(verdicts.iter().flatten().filter(|verdict| verdict.is_ok()).count() == 3);
    });
    assert_eq!(allocations, 0);

    let older = Merchant::new("1000042", "older-not-real", "merchant-salt-not-real").unwrap();
    let merchant = Merchant::new("1000042", "merchant-key-not-real", "merchant-salt-not-real").unwrap();
    let merchant = merchant.older_secret("older-not-real", "merchant-salt-not-real").unwrap();
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
    let tokens = [&merchant, &older, &merchant].map(|of| of.token(&SET_PRE_DEFINED_LIMIT, &fields).unwrap());
    let mut verdicts = [const { None }; 3];
    let ((), allocations) = counted(|| {
        let posted = tokens.each_ref().map(|token| (fields.as_slice(), token));
        merchant.verify_many(&SET_PRE_DEFINED_LIMIT, &posted, &mut verdicts);
        let keys = verdicts.each_ref().map(|verdict| verdict.as_ref().unwrap().as_ref().unwrap().key_index());
        assert_eq!(keys, [0, 1, 0]);
    });
    assert_eq!(allocations, 0);
}

/// The same through the C interface, whatever the number of fields.
#[cfg(feature = "capi")]
#[test]
fn c_calls_that_succeed_allocate_nothing() {
    use std::ffi::c_char;
    use std::ptr::{null, null_mut};

    use imza::ffi::{
        IMZA_OK, imza_dlga_request, imza_dlga_sign, imza_dlga_signer_free, imza_dlga_signer_new,
        imza_dlga_verifier_add_key, imza_dlga_verifier_free, imza_dlga_verifier_new, imza_dlga_verify,
        imza_dlga_verify_headers, imza_field, imza_haso_merchant_free, imza_haso_merchant_new, imza_haso_recipe_find,
        imza_haso_recipe_free, imza_haso_recipe_ignoring_other_fields, imza_haso_token, imza_haso_verify, imza_str,
    };

    let text = |text: &'static str| imza_str { ptr: text.as_ptr().cast(), len: text.len() };
    let request = imza_dlga_request {
        struct_size: size_of::<imza_dlga_request>(),
        method: text("POST"),
        content_type: text("application/json"),
        date: text("Tue, 09 Mar 2021 13:28:32 GMT"),
        resource: text("/v1/application/finishonlinehelp"),
        body: text("{}"),
        body_line: 0,
    };
    let others = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "ş"];
    let fields: Vec<_> = [("customerId", "5500123"), ("dealerSegment", "GOLD"), ("ipAddress", "85.105.1.2")]
        .into_iter()
        .chain(others.map(|name| (name, "değer")))
        .map(|(name, value)| imza_field { name: text(name), value: text(value) })
        .collect();
    let (mut signer, mut verifier, mut merchant, mut recipe) = (null_mut(), null_mut(), null_mut(), null_mut());
    let mut buffer = [0 as c_char; 128];
    let mut length = 0_usize;

    // SAFETY: every pointer is to something that lives through the call, and each handle is ended once.
    unsafe {
        let (id, secret) = (text("key-id"), text("not-a-real-secret"));
        assert_eq!(imza_dlga_signer_new(id, secret, &raw mut signer, null_mut()), IMZA_OK);
        assert_eq!(imza_dlga_verifier_new(&raw mut verifier, null_mut()), IMZA_OK);
        assert_eq!(imza_dlga_verifier_add_key(verifier, id, secret, null_mut()), IMZA_OK);
        let (id, key, salt) = (text("1000042"), text("merchant-key-not-real"), text("merchant-salt-not-real"));
        assert_eq!(imza_haso_merchant_new(id, key, salt, &raw mut merchant, null_mut()), IMZA_OK);
        assert_eq!(imza_haso_recipe_find(text("SetPreDefinedLimit"), &raw mut recipe, null_mut()), IMZA_OK);
        assert_eq!(imza_haso_recipe_ignoring_other_fields(recipe, null_mut()), IMZA_OK);

        let ((), allocations) = counted(|| {
            let (to, error) = (buffer.as_mut_ptr(), null_mut());
            assert_eq!(imza_dlga_sign(signer, &raw const request, to, 128, &raw mut length, error), IMZA_OK);
            let authorization = imza_str { ptr: to, len: length };
            let requester = text("45186");
            let now = 1_615_296_512;
            let status = imza_dlga_verify(verifier, &raw const request, authorization, requester, now, error);
            assert_eq!(status, IMZA_OK);
            let header = |name, value| imza_field { name: text(name), value };
            let headers = [
                header("Content-Type", request.content_type),
                header("accept", text("*/*")),
                header("x-dlg-requester-userid", requester),
                header("X-DLG-Date", request.date),
                header("x-dlg-authorization", authorization),
            ];
            let (first, count) = (headers.as_ptr(), headers.len());
            assert_eq!(imza_dlga_verify_headers(verifier, &raw const request, first, count, now, error), IMZA_OK);
            let (first, count) = (fields.as_ptr(), fields.len());
            assert_eq!(imza_haso_token(merchant, recipe, first, count, to, 128, &raw mut length, error), IMZA_OK);
            let token = imza_str { ptr: to, len: length };
            assert_eq!(imza_haso_verify(merchant, recipe, first, count, token, error), IMZA_OK);
        });
        assert_eq!(allocations, 0);
        // The positive control: a refusal is allowed to.
        let (status, allocations) = counted(|| {
            imza_haso_verify(
                merchant,
                recipe,
                fields.as_ptr(),
                fields.len(),
                imza_str { ptr: null(), len: 0 },
                null_mut(),
            )
        });
        assert_ne!((status, allocations), (IMZA_OK, 0));

        imza_dlga_signer_free(signer);
        imza_dlga_verifier_free(verifier);
        imza_haso_merchant_free(merchant);
        imza_haso_recipe_free(recipe);
    }
}
