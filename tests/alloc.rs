//! The paths that promise no allocation keep the promise, told by an allocator that counts.
#![allow(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]
#![expect(unsafe_code, reason = "an allocator cannot be had without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use imza::dlga::{Date, Request, Signer, Verifier};
use imza::haso::{Merchant, Recipe, SET_PRE_DEFINED_LIMIT};

/// The system's allocator, counting what each thread asks of it.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get().wrapping_add(1));
        // SAFETY: the caller's promises about `layout` are the same ones.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `alloc` above with this layout, so from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What a closure gives, and how often it allocated.
fn counted<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATIONS.get();
    let outcome = run();
    (outcome, ALLOCATIONS.get().wrapping_sub(before))
}

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
