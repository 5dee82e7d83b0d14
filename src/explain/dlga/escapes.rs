//! Escapes that JSON need not have.

use crate::explain::text::{escaped_to_ascii, replaced};

pub(super) type Escapes = fn(&[u8]) -> Vec<u8>;

/// Escapes that JSON need not have, as PHP, Gson, Python and .NET write them.
pub(super) const ESCAPES: [(&str, Escapes); 5] = [
    ("the body has `\\/` where it has `/`", |body| replaced(&replaced(body, b"\\/", b"/"), b"/", b"\\/")),
    ("the body has `/` where it has `\\/`", |body| replaced(body, b"\\/", b"/")),
    ("the body has `\\u003d` where it has `=`", |body| replaced(body, b"=", b"\\u003d")),
    ("the body has `=` where it has `\\u003d`", |body| replaced(body, b"\\u003d", b"=")),
    ("the body has `\\uXXXX` where it has characters that are not ASCII", |body| {
        str::from_utf8(body).map_or(body.to_vec(), |text| escaped_to_ascii(text).into_bytes())
    }),
];
