//! Secrets stay where they are: not in `Debug`, not in errors, not in freed memory (DLGA-12, DLGA-13, HASO-3, HASO-10).
#![expect(unsafe_code, reason = "an allocator that looks at freed memory cannot be had without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Debug;

use imza::dlga::{Date, Request, Signer, Verifier};
use imza::explain;
use imza::explain::haso::Discoverer;
use imza::haso::{Merchant, Recipe, SET_PRE_DEFINED_LIMIT};
use imza::mac::Key;

/// The system's allocator, looking into every block that a thread gives back for what it watches for.
struct Watching;

const WATCHED: usize = 24;

thread_local! {
    static WATCH: Cell<Option<[[u8; WATCHED]; 2]>> = const { Cell::new(None) };
    static SEEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator as it came; a block is read before it is given back.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that every byte of a block may be read when it is given back.
        // SAFETY: the caller's promises about `layout` are the same ones.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if let Some(watched) = WATCH.get() {
            // SAFETY: the block is the caller's, of this size, and every byte of it was written by `alloc`.
            let block = unsafe { std::slice::from_raw_parts(pointer, layout.size()) };
            if block.windows(WATCHED).any(|window| watched.iter().any(|watched| window == watched)) {
                SEEN.set(SEEN.get().wrapping_add(1));
            }
        }
        // SAFETY: `pointer` came from `alloc` above with this layout, so from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// In how many blocks that a closure gives back one of two texts stands.
fn freed_with(watched: [[u8; WATCHED]; 2], run: impl FnOnce()) -> usize {
    SEEN.set(0);
    WATCH.set(Some(watched));
    run();
    WATCH.set(None);
    SEEN.get()
}

const SECRET: &str = "kirmizi-balon-not-a-real-secret-0123456789";

fn head(text: &str) -> [[u8; WATCHED]; 2] {
    let bytes = text.as_bytes();
    [bytes[..WATCHED].try_into().unwrap(), bytes[bytes.len() - WATCHED..].try_into().unwrap()]
}

/// Two pieces of a prepared key as it lies in memory, one of each of its two states: whoever has both can sign.
fn states(secret: &str) -> [[u8; WATCHED]; 2] {
    let key = Key::new(secret.as_bytes());
    // SAFETY: it reads the bytes of a key that lives on; it has no padding, being two states of words and counts.
    let bytes = unsafe { std::slice::from_raw_parts((&raw const key).cast::<u8>(), size_of::<Key>()) };
    let half = bytes.len() / 2;
    let found = [bytes[..WATCHED].try_into().unwrap(), bytes[half..half + WATCHED].try_into().unwrap()];
    assert_ne!(found[0], found[1]);
    found
}

/// DLGA-12: the positive control. A block that is not wiped is seen, also one that a vector leaves behind in growing.
#[test]
fn the_allocator_sees_what_is_not_wiped() {
    assert_eq!(freed_with(head(SECRET), || drop(SECRET.to_owned())), 1);
    let grow = || {
        let mut text = String::from(SECRET);
        text.shrink_to_fit();
        text.reserve(1000);
        text.clear();
        text.push_str(&".".repeat(900));
    };
    assert_eq!(freed_with(head(SECRET), grow), 1);
    let forgotten = || drop(Box::new(std::mem::ManuallyDrop::new(Key::new(SECRET.as_bytes()))));
    assert_eq!(freed_with(states(SECRET), forgotten), 1);
}

/// DLGA-12, DLGA-20: signers and verifiers, however many keys they hold, whole or in pieces.
#[test]
fn no_freed_block_holds_an_access_key() {
    let run = || {
        let signer = Box::new(Signer::new("id", SECRET).unwrap());
        let mut verifier = Box::new(Verifier::new());
        for number in 0..9 {
            *verifier = std::mem::take(&mut *verifier).key("id", format!("another-{number}-not-real")).unwrap();
            *verifier = std::mem::take(&mut *verifier).key(&format!("id-{number}"), SECRET).unwrap();
        }
        *verifier = std::mem::take(&mut *verifier).key("id", SECRET).unwrap();
        for number in 0..9 {
            *verifier = std::mem::take(&mut *verifier).key("id", format!("a-later-{number}-not-real")).unwrap();
        }
        let date = Date::from_unix(0).unwrap();
        let headers = signer.sign(&Request::post("/").body("x"), date, "45186").unwrap();
        assert_eq!(verifier.verify(&Request::post("/").body("x"), &headers, 0).unwrap().key_index(), 18);

        let mut signing = Box::new(signer.stream("POST", "", date).unwrap());
        signing.update(b"x");
        assert_eq!(signing.write_authorization("/", &mut [0; 52]).unwrap(), headers[2].1);
        let mut verifying = verifier.stream("POST", "", &headers).unwrap();
        verifying.update(b"x");
        assert_eq!(verifying.finish("/", 0).unwrap().key_index(), 18);
        drop(verifier.clone());
    };
    assert_eq!(freed_with(states(SECRET), run), 0);
    assert_eq!(freed_with(head(SECRET), run), 0);
}

/// HASO-3, HASO-4: key and salt, also in the message that was looked at.
#[test]
fn no_freed_block_holds_a_merchants_key_or_salt() {
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
    let run = || {
        let merchant = Merchant::new("1000042", "key-not-real", "salt-not-real").unwrap();
        let mut merchant = Box::new(merchant.older_secret(SECRET, SECRET).unwrap());
        for number in 0..9 {
            *merchant = merchant.clone().older_secret(SECRET, format!("salt-{number}-not-real")).unwrap();
        }
        let merchant = merchant.older_salt("another-not-real").unwrap();
        let salted = Merchant::salt_keyed("1000042", SECRET).unwrap();
        let message = Box::new(salted.message(&SET_PRE_DEFINED_LIMIT, &fields).unwrap());
        assert!(message.reveal().ends_with(SECRET.as_bytes()));
        assert_eq!(message.to_string(), "10000425500123GOLD[salt]");
        let token = salted.token(&SET_PRE_DEFINED_LIMIT, &fields).unwrap();
        assert_eq!(merchant.verify(&SET_PRE_DEFINED_LIMIT, &fields, &token).unwrap().key_index(), 1);
    };
    assert_eq!(freed_with(states(SECRET), run), 0);
    assert_eq!(freed_with(head(SECRET), run), 0);
}

/// DLGA-12, HASO-3, HASO-4: whoever explains and discovers holds secrets in many forms.
#[test]
fn no_freed_block_holds_what_was_explained_or_discovered_with() {
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
    let token = Merchant::new("1000042", SECRET, SECRET).unwrap().token(&SET_PRE_DEFINED_LIMIT, &fields).unwrap();
    let explain = || {
        let mut explainer = Box::new(explain::dlga::Explainer::new());
        for number in 0..9 {
            *explainer = std::mem::take(&mut *explainer).key(&format!("id-{number}"), SECRET).unwrap();
        }
        let headers = [("x-dlg-authorization", format!("DLGA id-1:{token}"))];
        assert!(!explainer.clone().explain(&Request::post("/").json("{}"), &headers).is_valid());

        let mut explainer = explain::haso::Explainer::new("1000042", SECRET, "salt-not-real").unwrap();
        for _ in 0..9 {
            explainer = explainer.clone().older_secret("key-not-real", SECRET).unwrap().older_salt(SECRET).unwrap();
        }
        assert!(!explainer.explain(&SET_PRE_DEFINED_LIMIT, &[("customerId", "1"), fields[1]], &token).is_valid());
    };
    let discover = || {
        let discoverer = Box::new(Discoverer::new("1000042", "key-not-real", SECRET).unwrap());
        let discoverer = discoverer.sample(&fields, &token).unwrap();
        let discovery = discoverer.clone().run(|_| std::ops::ControlFlow::Continue(()));
        assert_eq!(discovery.found().len(), 1);
        let keyed = Discoverer::new("1000042", SECRET, "salt-not-real").unwrap().sample(&fields, &token).unwrap();
        assert!(keyed.run(|_| std::ops::ControlFlow::Continue(())).found().is_empty());
    };
    for watched in [states(SECRET), head(SECRET)] {
        assert_eq!(freed_with(watched, explain), 0);
        assert_eq!(freed_with(watched, discover), 0);
    }
}

/// Whether a text shows a secret, as text or as a list of its bytes.
fn shows_secret(shown: &str) -> bool {
    let bytes = format!("{:?}", &SECRET.as_bytes()[..5]);
    shown.contains("kirmizi") || shown.contains(bytes.trim_matches(['[', ']']))
}

/// DLGA-12, HASO-3, HASO-10: every type that owns a secret.
#[test]
fn debug_of_whatever_owns_a_secret_is_redacted() {
    let signer = Signer::new("id", SECRET).unwrap();
    let verifier = Verifier::new().key("id", SECRET).unwrap();
    let date = Date::from_unix(0).unwrap();
    let headers = signer.sign(&Request::get("/"), date, "r").unwrap();
    let merchant = Merchant::new("m", SECRET, SECRET).unwrap().older_salt(SECRET).unwrap();
    let recipe = Recipe::parse("a + merhant_salt").unwrap();
    let message = merchant.message(&recipe, &[("a", "x")]).unwrap();
    let signing = signer.stream("GET", "", date).unwrap();
    let verifying = verifier.stream("GET", "", &headers).unwrap();
    let key = Key::new(SECRET.as_bytes());
    let explainers = (
        explain::dlga::Explainer::new().key("id", SECRET).unwrap(),
        explain::haso::Explainer::new("m", SECRET, SECRET).unwrap().reveal_salt(),
        Discoverer::new("m", SECRET, SECRET).unwrap(),
    );
    let owners: [&dyn Debug; 11] = [
        &signer,
        &verifier,
        &signing,
        &verifying,
        &merchant,
        &message,
        &key,
        &key.begin(),
        &explainers.0,
        &explainers.1,
        &explainers.2,
    ];
    for owner in owners {
        for shown in [format!("{owner:?}"), format!("{owner:#?}")] {
            assert!(!shows_secret(&shown), "{shown}");
            assert!(shown.contains("[redacted]") || shown.contains("[salt]"), "{shown}");
        }
    }
    assert!(shows_secret(SECRET) && shows_secret(&format!("{:?}", SECRET.as_bytes())), "the positive control");
}

/// DLGA-20, HASO-11: what is prepared once serves every thread.
#[test]
fn whatever_holds_a_key_may_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Key>();
    shared::<Signer>();
    shared::<Verifier>();
    shared::<imza::dlga::SigningStream>();
    shared::<imza::dlga::VerifyingStream>();
    shared::<Merchant>();
    shared::<explain::dlga::Explainer>();
    shared::<explain::haso::Explainer>();
    shared::<Discoverer>();
    shared::<imza::explain::Explanation>();
    shared::<Recipe>();
}

/// DLGA-13 to DLGA-16, HASO-9 to HASO-11: whatever refuses, and however it is printed.
#[test]
fn no_error_holds_a_secret() {
    let mut errors: Vec<Box<dyn std::error::Error>> = Vec::new();
    let signer = Signer::new("id", SECRET).unwrap();
    let date = Date::from_unix(0).unwrap();
    errors.push(Signer::new("a:b", SECRET).unwrap_err().into());
    errors.push(Verifier::new().key("", SECRET).unwrap_err().into());
    errors.push(signer.sign(&Request::get("x"), date, "r").unwrap_err().into());
    errors.push(signer.sign(&Request::get("/"), date, "r\n").unwrap_err().into());
    errors.push(signer.write_authorization(&Request::get("/"), date, &mut []).unwrap_err().into());
    let headers = signer.sign(&Request::get("/"), date, "r").unwrap();
    let verifier = Verifier::new().key("id", SECRET).unwrap();
    errors.push(verifier.verify(&Request::get("/other"), &headers, 0).unwrap_err().into());
    errors.push(verifier.verify(&Request::get("/"), &headers, 5000).unwrap_err().into());
    errors.push(verifier.verify(&Request::get("/"), &headers[..2], 0).unwrap_err().into());

    errors.push(Merchant::new("", SECRET, SECRET).unwrap_err().into());
    let merchant = Merchant::new("m", SECRET, SECRET).unwrap();
    let recipe = Recipe::parse("orderAmount + merhant_salt").unwrap();
    for fields in [vec![], vec![("orderAmount", "x")], vec![("other", "x")], vec![("merchantId", "x")]] {
        errors.push(merchant.token(&recipe, &fields).unwrap_err().into());
    }
    errors.push(merchant.write_token(&recipe, &[("orderAmount", "1")], &mut []).unwrap_err().into());
    errors.push(merchant.verify(&recipe, &[("orderAmount", "1")], "x").unwrap_err().into());
    errors.push(merchant.verify(&recipe, &[("orderAmount", "1")], "A".repeat(43) + "=").unwrap_err().into());
    for error in errors {
        for shown in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!shown.is_empty() && !shows_secret(&shown), "{shown}");
        }
    }
}
