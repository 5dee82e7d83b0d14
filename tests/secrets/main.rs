//! Secrets stay where they are: not in `Debug`, not in errors, not in freed memory (DLGA-12, DLGA-13, HASO-3, HASO-10).
#![expect(unsafe_code, reason = "an allocator that looks at freed memory cannot be had without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Debug;
use std::hint::black_box;

use imza::dlga::{Date, Request, Signer, Verifier};
use imza::explain;
use imza::explain::haso::Discoverer;
use imza::haso::{Merchant, Recipe, SET_PRE_DEFINED_LIMIT};
use imza::mac::Key;

/// The system's allocator, looking into every block that a thread gives back for what it watches for.
struct Watching;

/// Bytes of what is watched for: more than stand anywhere by chance, fewer than a text that a block's own header cuts.
const WATCHED: usize = 24;

/// What betrays a secret: see [`traces`].
type Traces = [[u8; WATCHED]; 6];

thread_local! {
    static WATCH: Cell<Option<&'static Traces>> = const { Cell::new(None) };
    static SEEN: Cell<usize> = const { Cell::new(0) };
    /// The block that was asked for last: where it is, and its length.
    static LAST: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

// SAFETY: every call is handed on to the system's allocator as it came; a block is read before it is given back.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that every byte of a block may be read when it is given back.
        // SAFETY: the caller's promises about `layout` are the same ones.
        let block = unsafe { System.alloc_zeroed(layout) };
        LAST.set((block.expose_provenance(), layout.size()));
        block
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if let Some(traces) = WATCH.get() {
            // SAFETY: the block is the caller's, of this size, and every byte of it was written by `alloc`.
            let block = unsafe { std::slice::from_raw_parts(pointer, layout.size()) };
            let begins = |byte: u8| traces.iter().any(|trace| trace[0] == byte);
            let holds = |at: usize| traces.iter().any(|trace| block[at..].starts_with(trace));
            if (0..block.len()).any(|at| begins(block[at]) && holds(at)) {
                SEEN.set(SEEN.get().wrapping_add(1));
            }
        }
        // SAFETY: `pointer` came from `alloc` above with this layout, so from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// In how many blocks that a closure gives back a trace stands.
fn freed_with(traces: &'static Traces, run: impl FnOnce()) -> usize {
    SEEN.set(0);
    WATCH.set(Some(traces));
    run();
    WATCH.set(None);
    SEEN.get()
}

const SECRET: &str = "kirmizi-balon-not-a-real-secret-0123456789";

/// All that a secret can be told by: its own text from either end, both of HMAC's padded keys, and the two states that
/// a prepared key is, with which anybody can sign. They are computed by RFC 2104, so that it does not matter how a key
/// holds them, and on a thread of their own: what this test leaves on its stack would be found in blocks that are moved
/// from there with their unused bytes.
fn traces(secret: &'static str) -> &'static Traces {
    let compute = || {
        let secret = secret.as_bytes();
        let padded = |pad: u8| std::array::from_fn(|at| secret.get(at).unwrap_or(&0) ^ pad);
        let state = |block: [u8; 64]| {
            let mut state = SHA_256;
            sha2::block_api::compress256(&mut state, &[block]);
            head(&state.map(u32::to_ne_bytes).concat())
        };
        let (inner, outer) = (padded(0x36), padded(0x5c));
        let ends = [head(secret), head(&secret[secret.len() - WATCHED..])];
        &*Box::leak(Box::new([ends[0], ends[1], head(&inner), head(&outer), state(inner), state(outer)]))
    };
    std::thread::spawn(compute).join().unwrap()
}

fn head(bytes: &[u8]) -> [u8; WATCHED] {
    bytes[..WATCHED].try_into().unwrap()
}

/// What SHA-256 begins with (FIPS 180-4, section 5.3.3).
const SHA_256: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// DLGA-12: the positive control. Each trace is seen in a block that is not wiped, also in one that a vector leaves
/// behind in growing, and at every level of optimisation: what is let go is used, so that it cannot be optimised away.
#[test]
fn the_allocator_sees_what_is_not_wiped() {
    let traces = traces(SECRET);
    for trace in traces {
        assert_eq!(freed_with(traces, || drop(black_box(trace.to_vec()))), 1);
        let grow = || {
            let mut bytes = black_box(trace.to_vec());
            bytes.reserve_exact(1000);
            black_box(&mut bytes).fill(0);
        };
        assert_eq!(freed_with(traces, grow), 1);
    }
    // A key is told by its states: they are what is in the block that it has on the heap.
    let key = Key::new(black_box(SECRET.as_bytes()));
    let (address, length) = LAST.get();
    // SAFETY: the block lives as long as the key, and every byte of it was written by `alloc`.
    let block = unsafe { std::slice::from_raw_parts(std::ptr::with_exposed_provenance::<u8>(address), length) };
    let forgotten = || drop(black_box(block.to_vec()));
    assert_eq!(freed_with(traces, forgotten), 1);
    assert_eq!(freed_with(traces, || drop(key)), 0);
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
    assert_eq!(freed_with(traces(SECRET), run), 0);
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
    assert_eq!(freed_with(traces(SECRET), run), 0);
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
        // What should have been signed has the first secret's salt in it.
        let explainer = explain::haso::Explainer::new("1000042", "key-not-real", SECRET).unwrap();
        assert!(!explainer.explain(&SET_PRE_DEFINED_LIMIT, &fields, "x").is_valid());
    };
    let discover = || {
        let discoverer = Box::new(Discoverer::new("1000042", "key-not-real", SECRET).unwrap());
        let discoverer = discoverer.sample(&fields, &token).unwrap();
        let discovery = discoverer.clone().run(|_| std::ops::ControlFlow::Continue(()));
        assert_eq!(discovery.found().len(), 1);
        let keyed = Discoverer::new("1000042", SECRET, "salt-not-real").unwrap().sample(&fields, &token).unwrap();
        assert!(keyed.run(|_| std::ops::ControlFlow::Continue(())).found().is_empty());
    };
    assert_eq!(freed_with(traces(SECRET), explain), 0);
    assert_eq!(freed_with(traces(SECRET), discover), 0);
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
