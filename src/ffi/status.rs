//! The statuses, whose numbers never change, what can be asked about them, and which library this is.

use std::ffi::{CStr, c_char};

use crate::dlga::Kind;

/// Rows of the table: the name of a constant, and the kind of rejection that it means.
macro_rules! rows {
    ($($status:ident $(= $kind:ident)?,)*) => {
        &[$(Row::new($status, name!($status), kind!($($kind)?))),*]
    };
}

macro_rules! name {
    ($status:ident) => {
        match CStr::from_bytes_with_nul(concat!(stringify!($status), "\0").as_bytes()) {
            Ok(name) => name,
            Err(_) => c"",
        }
    };
}

macro_rules! kind {
    () => {
        None
    };
    ($kind:ident) => {
        Some(Kind::$kind)
    };
}

/// What a function answers with: `IMZA_OK` or one of the other `IMZA_` numbers. The numbers never
/// change; later versions can add some.
pub type imza_status = i32;

/// Done, or accepted.
pub const IMZA_OK: imza_status = 0;
/// A pointer that must not be NULL is, or a text is NULL with a length.
pub const IMZA_NULL_POINTER: imza_status = 1;
/// The buffer is too small. `*length` is the length of the text without its NUL: come back with a
/// capacity of `*length + 1`.
pub const IMZA_BUFFER_TOO_SMALL: imza_status = 2;
/// An argument that cannot be worked with; `imza_error` says which one, why, and where.
pub const IMZA_INVALID_ARGUMENT: imza_status = 3;
/// A fault in the library itself was caught at the boundary. Please report it.
pub const IMZA_PANIC: imza_status = 4;

/// A required header is missing or empty (DLGA-14: 400).
pub const IMZA_DLGA_HEADERS_MISSING: imza_status = 100;
/// The authorization header, or another part of the request, is not in its format (DLGA-14: 400).
pub const IMZA_DLGA_FORMAT_INVALID: imza_status = 101;
/// The date is not in the pattern, or does not exist (DLGA-14: 400).
pub const IMZA_DLGA_DATE_INVALID: imza_status = 102;
/// The signature is wrong, or no key is held for the access key id; `imza_error.message` says which
/// (DLGA-14: 401).
pub const IMZA_DLGA_SIGNATURE_MISMATCH: imza_status = 103;
/// The signature is right, but date and clock differ too much (DLGA-14: 403).
pub const IMZA_DLGA_CLOCK_SKEW: imza_status = 104;

/// A required field is absent or empty (HASO-9).
pub const IMZA_HASO_FIELD_MISSING: imza_status = 200;
/// The method has no field of this name (HASO-9).
pub const IMZA_HASO_FIELD_UNKNOWN: imza_status = 201;
/// A field occurs twice (HASO-9).
pub const IMZA_HASO_FIELD_DUPLICATE: imza_status = 202;
/// A field's value is not in its shape, or not UTF-8 (HASO-7, HASO-8, HASO-10).
pub const IMZA_HASO_FIELD_INVALID: imza_status = 203;
/// A line is not a recipe (HASO-2).
pub const IMZA_HASO_RECIPE_INVALID: imza_status = 204;
/// No recipe is known for a method of this name or path.
pub const IMZA_HASO_RECIPE_UNKNOWN: imza_status = 205;
/// The token is not canonical base64 of 32 bytes (HASO-11).
pub const IMZA_HASO_TOKEN_MALFORMED: imza_status = 206;
/// The token is another one than the merchant's secrets make of these fields (HASO-11).
pub const IMZA_HASO_TOKEN_MISMATCH: imza_status = 207;

/// Every status by the name of its constant, and Diyalog's answer where it has one (DLGA-14).
static TABLE: &[Row] = rows![
    IMZA_OK,
    IMZA_NULL_POINTER,
    IMZA_BUFFER_TOO_SMALL,
    IMZA_INVALID_ARGUMENT,
    IMZA_PANIC,
    IMZA_DLGA_HEADERS_MISSING = HeadersMissing,
    IMZA_DLGA_FORMAT_INVALID = FormatInvalid,
    IMZA_DLGA_DATE_INVALID = DateInvalid,
    IMZA_DLGA_SIGNATURE_MISMATCH = SignatureMismatch,
    IMZA_DLGA_CLOCK_SKEW = ClockSkew,
    IMZA_HASO_FIELD_MISSING,
    IMZA_HASO_FIELD_UNKNOWN,
    IMZA_HASO_FIELD_DUPLICATE,
    IMZA_HASO_FIELD_INVALID,
    IMZA_HASO_RECIPE_INVALID,
    IMZA_HASO_RECIPE_UNKNOWN,
    IMZA_HASO_TOKEN_MALFORMED,
    IMZA_HASO_TOKEN_MISMATCH,
];

/// What there is to know about a status.
struct Row {
    status: imza_status,
    name: &'static CStr,
    http_status: u16,
    vendor_text: [u8; LONGEST],
}

/// Room for the longest of the vendor's texts, and a NUL.
const LONGEST: usize = 64;

impl Row {
    const fn new(status: imza_status, name: &'static CStr, kind: Option<Kind>) -> Self {
        let (http_status, vendor_text) = match kind {
            Some(kind) => (kind.http_status(), kind.vendor_text()),
            None => (0, ""),
        };
        Self { status, name, http_status, vendor_text: nul_ended(vendor_text) }
    }

    fn of(status: imza_status) -> Option<&'static Self> {
        TABLE.iter().find(|row| row.status == status)
    }
}

/// The name of a status, such as `IMZA_DLGA_CLOCK_SKEW`; `IMZA_UNKNOWN_STATUS` for a number that is
/// none. A static text: never NULL, never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn imza_status_name(status: imza_status) -> *const c_char {
    Row::of(status).map_or(c"IMZA_UNKNOWN_STATUS", |row| row.name).as_ptr()
}

/// The HTTP status with which Diyalog answers such a request (DLGA-14): 400, 401 or 403; 0 where the
/// vendor has none.
#[unsafe(no_mangle)]
pub extern "C" fn imza_status_http(status: imza_status) -> u16 {
    Row::of(status).map_or(0, |row| row.http_status)
}

/// The text with which Diyalog answers such a request, to the letter (DLGA-14); "" where the vendor has
/// none. A static text: never NULL, never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn imza_status_vendor_text(status: imza_status) -> *const c_char {
    Row::of(status).map_or(c"".as_ptr(), |row| row.vendor_text.as_ptr().cast())
}

/// The version of the crate, with the NUL that C needs.
const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the ABI, from `Cargo.toml` by way of `build.rs`.
const ABI_VERSION: u32 = match u32::from_str_radix(env!("IMZA_ABI_VERSION"), 10) {
    Ok(version) => version,
    Err(_) => 0,
};

/// The version of the library that is running, such as "0.1.0"; compare it with `IMZA_VERSION`, the
/// one that was compiled against. A static text: never NULL, never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn imza_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The version of the ABI that the running library keeps, the number in its SONAME; compare it with
/// `IMZA_ABI_VERSION`. It changes only when a program that was compiled before would break.
#[unsafe(no_mangle)]
pub extern "C" fn imza_abi_version() -> u32 {
    ABI_VERSION
}

/// Computed by the compiler: a text that leaves no room for its NUL does not build.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a fault here is a fault of the build")]
const fn nul_ended(text: &str) -> [u8; LONGEST] {
    assert!(text.len() < LONGEST);
    let mut ended = [0; LONGEST];
    let mut at = 0;
    while at < text.len() {
        ended[at] = text.as_bytes()[at];
        at += 1;
    }
    ended
}
