//! What is timed: imza in Rust and through C, and what a user would write instead.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use imza::dlga::Request;
use sha2::Sha256;

use crate::{Call, Case, KEY_ID, MERCHANT, NOW, SECRET, Token, c, date, merchant, signer, verifier};

type HmacSha256 = Hmac<Sha256>;

/// An HMAC of one of the peers' libraries with a prepared key: of pieces, and a comparison in constant time.
trait Library: 'static {
    fn new(secret: &[u8]) -> Self;
    fn tag(&self, pieces: &[&[u8]]) -> [u8; 32];
    fn verify(&self, pieces: &[&[u8]], tag: &[u8]) -> bool;
}

struct Cloned(HmacSha256);

impl Library for Cloned {
    fn new(secret: &[u8]) -> Self {
        Self(HmacSha256::new_from_slice(secret).unwrap())
    }

    fn tag(&self, pieces: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        pieces.iter().for_each(|piece| mac.update(piece));
        mac.finalize().into_bytes().into()
    }

    fn verify(&self, pieces: &[&[u8]], tag: &[u8]) -> bool {
        let mut mac = self.0.clone();
        pieces.iter().for_each(|piece| mac.update(piece));
        mac.verify_slice(tag).is_ok()
    }
}

macro_rules! like_ring {
    ($name:ident, $library:ident) => {
        struct $name($library::hmac::Key);

        impl Library for $name {
            fn new(secret: &[u8]) -> Self {
                Self($library::hmac::Key::new($library::hmac::HMAC_SHA256, secret))
            }

            fn tag(&self, pieces: &[&[u8]]) -> [u8; 32] {
                let mut context = $library::hmac::Context::with_key(&self.0);
                pieces.iter().for_each(|piece| context.update(piece));
                context.sign().as_ref().try_into().unwrap()
            }

            fn verify(&self, pieces: &[&[u8]], tag: &[u8]) -> bool {
                $library::hmac::verify(&self.0, &pieces.concat(), tag).is_ok()
            }
        }
    };
}
like_ring!(Ring, ring);
like_ring!(AwsLc, aws_lc_rs);

/// Forty lines over a library: the pieces hashed, base64, the header's value into a `String`.
fn sign_by<L: Library>(case: &Case) -> Call<'_> {
    let library = L::new(SECRET.as_bytes());
    Box::new(move || {
        let tag = library.tag(&case.pieces());
        let value = format!("DLGA {KEY_ID}:{}", STANDARD.encode(tag));
        value == case.authorization
    })
}

/// The same for a server: headers found in any case, the value taken apart, the key looked up, the date read and held against the
/// clock, base64 decoded, the tag compared in constant time.
fn verify_by<L: Library>(case: &Case) -> Call<'_> {
    let keys = HashMap::from([(KEY_ID, L::new(SECRET.as_bytes()))]);
    let headers = case.headers();
    Box::new(move || {
        let find = |wanted: &str| {
            headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
        };
        let verified = || {
            let (date, _requester) = (find("x-dlg-date")?, find("x-dlg-requester-userid")?);
            let content_type = find("content-type").unwrap_or_default();
            let (id, signature) = find("x-dlg-authorization")?.strip_prefix("DLGA ")?.split_once(':')?;
            let key = keys.get(id)?;
            let made =
                httpdate::parse_http_date(date).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs() as i64;
            let mut tag = [0; 33];
            let length = STANDARD.decode_slice(signature, &mut tag).ok()?;
            let mut pieces = [b"".as_slice(); 9];
            pieces[..6].copy_from_slice(&[
                case.method.as_bytes(),
                b"\n",
                content_type.as_bytes(),
                b"\n",
                date.as_bytes(),
                b"\n",
            ]);
            if !case.body.is_empty() {
                pieces[6..8].copy_from_slice(&[case.body.as_bytes(), b"\n"]);
            }
            pieces[8] = case.resource.as_bytes();

            (made.abs_diff(NOW) <= 900 && key.verify(&pieces, &tag[..length])).then_some(())
        };
        verified().is_some()
    })
}

fn sign_by_hand(case: &Case) -> bool {
    let text = if case.body.is_empty() {
        format!("{}\n{}\n{}\n{}", case.method, case.content_type, crate::DATE, case.resource)
    } else {
        format!("{}\n{}\n{}\n{}\n{}", case.method, case.content_type, crate::DATE, case.body, case.resource)
    };
    let mut mac = HmacSha256::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("DLGA {KEY_ID}:{}", STANDARD.encode(mac.finalize().into_bytes())) == case.authorization
}

pub fn signing(case: &Case) -> Vec<(&'static str, Call<'_>)> {
    let (signer, date) = (signer(), date());
    let again = signer.clone();
    let mut calls: Vec<(&str, Call)> = vec![
        (
            "imza, into a buffer",
            Box::new(move || {
                let mut buffer = [0; 128];
                signer
                    .write_authorization(&case.request(), date, &mut buffer)
                    .is_ok_and(|text| text == case.authorization)
            }),
        ),
        (
            "imza, to `String`",
            Box::new(move || again.authorization(&case.request(), date).is_ok_and(|text| text == case.authorization)),
        ),
        ("imza, from C", Box::new(c::sign(case))),
        ("hmac, cloned", sign_by::<Cloned>(case)),
        ("`Hmac::new`, `format!`", Box::new(move || sign_by_hand(case))),
        ("ring", sign_by::<Ring>(case)),
        ("aws-lc-rs", sign_by::<AwsLc>(case)),
    ];
    #[cfg(openssl)]
    calls.push(("OpenSSL 3 from C", Box::new(openssl::sign(case))));
    let _ = &mut calls;
    calls
}

pub fn verifying(case: &Case) -> Vec<(&'static str, Call<'_>)> {
    let (verifier, headers) = (verifier(), case.headers());
    let mut calls: Vec<(&str, Call)> = vec![
        (
            "imza",
            Box::new(move || {
                let request = Request::new(case.method, &case.resource).body(&case.body);
                verifier.verify(&request, &headers, NOW).is_ok()
            }),
        ),
        ("imza, from C", Box::new(c::verify(case))),
        ("hmac, cloned", verify_by::<Cloned>(case)),
        ("ring", verify_by::<Ring>(case)),
        ("aws-lc-rs", verify_by::<AwsLc>(case)),
    ];
    #[cfg(openssl)]
    calls.push(("OpenSSL 3 from C", Box::new(openssl::verify(case))));
    let _ = &mut calls;
    calls
}

fn token_by<L: Library>(token: &Token) -> Call<'_> {
    let library = L::new(MERCHANT.1.as_bytes());
    Box::new(move || STANDARD.encode(library.tag(&[token.message().as_bytes()])) == token.token)
}

fn check_by<L: Library>(token: &Token) -> Call<'_> {
    let library = L::new(MERCHANT.1.as_bytes());
    Box::new(move || {
        let mut tag = [0; 33];
        let length = STANDARD.decode_slice(&token.token, &mut tag);
        length.is_ok_and(|length| library.verify(&[token.message().as_bytes()], &tag[..length]))
    })
}

pub fn making(token: &Token) -> Vec<(&'static str, Call<'_>)> {
    let merchant = merchant();
    vec![
        (
            "imza, into a buffer",
            Box::new(move || {
                let mut buffer = [0; 64];
                merchant.write_token(&token.recipe, &token.fields, &mut buffer).is_ok_and(|text| text == token.token)
            }),
        ),
        ("imza, from C", Box::new(c::token(token))),
        ("hmac, cloned", token_by::<Cloned>(token)),
        ("ring", token_by::<Ring>(token)),
        ("aws-lc-rs", token_by::<AwsLc>(token)),
    ]
}

pub fn checking(token: &Token) -> Vec<(&'static str, Call<'_>)> {
    let merchant = merchant();
    vec![
        ("imza", Box::new(move || merchant.verify(&token.recipe, &token.fields, &token.token).is_ok())),
        ("hmac, cloned", check_by::<Cloned>(token)),
        ("ring", check_by::<Ring>(token)),
        ("aws-lc-rs", check_by::<AwsLc>(token)),
    ]
}

#[cfg(openssl)]
mod openssl {
    use std::ffi::{CString, c_char, c_int, c_long};

    use crate::{Case, KEY_ID, NOW, SECRET};

    unsafe extern "C" {
        fn peer_openssl_key(secret: *const c_char, length: usize) -> c_int;
        fn peer_openssl_sign(pieces: *const *const u8, lengths: *const usize, count: usize, out: *mut c_char) -> c_int;
        fn peer_openssl_verify(
            pieces: *const *const u8,
            lengths: *const usize,
            count: usize,
            signature: *const u8,
        ) -> c_int;
        fn peer_openssl_date(date: *const c_char, now: c_long) -> c_int;
    }

    /// Its pieces as C has them.
    fn pieces(case: &Case) -> (Vec<*const u8>, Vec<usize>) {
        // SAFETY: the secret lives through the call.
        assert_eq!(unsafe { peer_openssl_key(SECRET.as_ptr().cast(), SECRET.len()) }, 1);
        case.pieces().into_iter().map(|piece| (piece.as_ptr(), piece.len())).unzip()
    }

    pub fn sign(case: &Case) -> impl FnMut() -> bool {
        let (pieces, lengths) = pieces(case);
        move || {
            let mut value = [0_u8; 128];
            let before = 5 + KEY_ID.len() + 1;
            value[..5].copy_from_slice(b"DLGA ");
            value[5..before - 1].copy_from_slice(KEY_ID.as_bytes());
            value[before - 1] = b':';
            let out = value[before..].as_mut_ptr().cast();
            // SAFETY: the pieces are the case's, which lives longer; 45 bytes fit behind the id.
            let good = unsafe { peer_openssl_sign(pieces.as_ptr(), lengths.as_ptr(), pieces.len(), out) };
            good == 1 && &value[..case.authorization.len()] == case.authorization.as_bytes()
        }
    }

    pub fn verify(case: &Case) -> impl FnMut() -> bool {
        let (pieces, lengths) = pieces(case);
        let (date, headers) = (CString::new(crate::DATE).unwrap(), case.headers());
        move || {
            let find = |wanted: &str| {
                headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value)
            };
            let (Some(_), Some(_), Some(value)) =
                (find("x-dlg-date"), find("x-dlg-requester-userid"), find("x-dlg-authorization"))
            else {
                return false;
            };
            let is_the_key =
                value.strip_prefix("DLGA ").and_then(|rest| rest.split_once(':')).is_some_and(|(id, _)| id == KEY_ID);
            let signature = case.signature().as_ptr();
            // SAFETY: as above; the signature has 44 characters.
            is_the_key
                && unsafe {
                    peer_openssl_date(date.as_ptr(), NOW as c_long) == 1
                        && peer_openssl_verify(pieces.as_ptr(), lengths.as_ptr(), pieces.len(), signature) == 1
                }
        }
    }
}
