//! What was computed instead of the HMAC of a message (DLGA-12, HASO-1).

use zeroize::Zeroizing;

use super::secret::{hex, padded_base64};
use crate::mac::{Alphabet, Key, TAG_BYTES, Tag, sha256};

/// A way to make 32 bytes of a secret and a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    /// By the rules.
    Hmac,
    /// The message keys the HMAC of the secret.
    Exchanged,
    /// Plain SHA-256 of the message, with the secret before it, behind it, or not at all.
    Sha256 { before: bool, behind: bool },
    /// The HMAC of the message's hash, as hex.
    OfHexHash { upper: bool },
    /// The HMAC of the message's hash.
    OfHash,
    /// The HMAC of the message's hash, as base64.
    OfBase64Hash,
    /// The HMAC of the message in base64.
    OfBase64,
    /// The HMAC of the message in hex.
    OfHex,
    /// The HMAC of the HMAC.
    OfHmac,
    /// Plain SHA-256 of the HMAC.
    Sha256OfHmac,
    /// Plain SHA-256 of the SHA-256 of the secret and the message.
    Sha256Twice,
    /// Plain SHA-256 of the secret and the message with something between them; `first` says whether the secret is first.
    Sha256With { between: &'static str, first: bool },
}

impl Call {
    /// Whether the tag is what this makes of the secret and the message, which comes part by part.
    pub(crate) fn matches(self, secret: &[u8], tag: &Tag, each_part: impl Fn(&mut dyn FnMut(&[u8]))) -> bool {
        let hash = |before: &[u8], behind: &[u8]| {
            sha256(|update| {
                update(before);
                each_part(update);
                update(behind);
            })
        };
        // A message may hold a secret.
        let message = || {
            let mut len = 0_usize;
            each_part(&mut |part| len = len.saturating_add(part.len()));
            let mut message = Zeroizing::new(Vec::with_capacity(len));
            each_part(&mut |part| message.extend_from_slice(part));
            message
        };
        match self {
            Self::Hmac => {
                let mut mac = Key::new(secret).begin();
                each_part(&mut |part| mac.update(part));
                mac.verify(tag)
            }
            Self::Exchanged => Key::new(&message()).verify(secret, tag),
            Self::Sha256 { before, behind } => {
                let or_nothing = |is_there: bool| if is_there { secret } else { b"" };
                is_same(&hash(or_nothing(before), or_nothing(behind)), tag)
            }
            Self::OfHexHash { upper } => Key::new(secret).verify(&hex(&hash(b"", b""), upper), tag),
            Self::OfHash => Key::new(secret).verify(&hash(b"", b""), tag),
            Self::OfBase64Hash => Key::new(secret).verify(&padded_base64(&hash(b"", b""), Alphabet::Standard), tag),
            Self::OfHex => Key::new(secret).verify(&hex(&message(), false), tag),
            Self::OfHmac => Key::new(secret).verify(Key::new(secret).mac(&message()).as_bytes(), tag),
            Self::Sha256OfHmac => is_same(&sha256(|update| update(Key::new(secret).mac(&message()).as_bytes())), tag),
            Self::Sha256Twice => is_same(&sha256(|update| update(&hash(secret, b""))), tag),
            Self::Sha256With { between, first } => {
                let message = message();
                let [one, other]: [&[u8]; 2] = if first { [secret, &message] } else { [&message, secret] };
                is_same(&sha256(|update| [one, between.as_bytes(), other].into_iter().for_each(update)), tag)
            }
            Self::OfBase64 => Key::new(secret).verify(&padded_base64(&message(), Alphabet::Standard), tag),
        }
    }
}

/// In constant time, as everywhere.
fn is_same(bytes: &[u8; TAG_BYTES], tag: &Tag) -> bool {
    bytes.iter().zip(tag.as_bytes()).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}
