//! HMAC-SHA256 as both schemes use it (DLGA-12, HASO-1): a key made ready once, a 32-byte tag that
//! travels as 44 characters of base64, and a check that takes the same time whatever it finds.
//!
//! This is the only file that touches `hmac`, `sha2` and `base64`. It knows neither scheme.
//!
//! ```
//! use imza::mac::{Key, Tag};
//!
//! let key = Key::new(b"Jefe");
//! let tag = key.mac(b"what do ya want for nothing?");
//! assert_eq!(tag.to_string(), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
//!
//! let received = Tag::parse("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")?;
//! assert!(key.verify(b"what do ya want for nothing?", &received));
//! # Ok::<(), imza::mac::Malformed>(())
//! ```

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::KeyInit as _;
use hmac::block_api::HmacCore;
use hmac::digest::block_api::{Buffer, FixedOutputCore as _, UpdateCore as _};
use hmac::digest::{CtOutput, Output};
use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroizing, zeroize_stack};

/// Length of a tag in bytes.
pub const TAG_BYTES: usize = 32;

/// Length of a tag as text: canonical standard base64 with its padding.
pub const TAG_CHARS: usize = 44;

/// Bytes of an HMAC-SHA1 tag.
const SHA1_BYTES: usize = 20;

/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// How many blocks a message is laid out in, and how long it may be to fit in them with SHA-256's padding: a bit and
/// the length.
const BLOCKS: usize = 8;
const SHORT: usize = BLOCKS * BLOCK - 1 - size_of::<u64>();

/// How much of the stack is wiped where a secret was at work: more than this file, hmac and sha2 use of it.
/// `tests/c/stack.c` looks at what is left.
const STACK: usize = 2048;

/// SHA-256's state between two blocks.
type State = [u32; 8];

/// What SHA-256 begins with (FIPS 180-4, section 5.3.3).
const SHA_256: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A secret, ready to compute tags: both HMAC pads are hashed once, in [`Key::new`].
///
/// Clones share the same memory, so that no copy of the secret is made; it is wiped when the last of them is dropped.
/// `Debug` prints `[redacted]`. May be shared between threads.
#[derive(Clone)]
pub struct Key {
    prepared: Arc<Prepared>,
}

/// The two states that HMAC begins with (RFC 2104, section 4), on the heap, where moving the key leaves no copy behind.
struct Prepared {
    /// As hmac holds them: for messages in pieces, and for long ones.
    core: HmacCore<Sha256>,
    /// As words: for a message that is laid out whole.
    inner: Zeroizing<State>,
    outer: Zeroizing<State>,
}

impl Key {
    /// Prepares a secret of any length. Its bytes are taken as they are: not decoded, not trimmed
    /// (DLGA-12). An empty secret is legal here; the schemes refuse it.
    pub fn new(secret: &[u8]) -> Self {
        // hmac leaves the padded secret on the stack.
        Self { prepared: wiping_the_stack(|| Arc::new(Prepared::new(secret))) }
    }

    /// Begins the tag of a message that comes in pieces.
    pub fn begin(&self) -> Mac {
        Mac { running: wiping_the_stack(|| Box::new(Running::new(self))) }
    }

    /// The tag of a whole message.
    pub fn mac(&self, message: &[u8]) -> Tag {
        self.mac_of(|mac| mac.update(message))
    }

    /// Whether `tag` belongs to `message`, compared in constant time.
    pub fn verify(&self, message: &[u8], tag: &Tag) -> bool {
        self.verify_of(tag, |mac| mac.update(message))
    }

    /// The tag of a message that `feed` passes in pieces.
    pub(crate) fn mac_of(&self, feed: impl FnOnce(&mut Whole)) -> Tag {
        wiping_the_stack(|| {
            let mut message = Whole::new(self);
            feed(&mut message);
            Tag { bytes: message.output().into() }
        })
    }

    /// Whether `tag` belongs to a message that `feed` passes in pieces, compared in constant time.
    pub(crate) fn verify_of(&self, tag: &Tag, feed: impl FnOnce(&mut Whole)) -> bool {
        wiping_the_stack(|| {
            let mut message = Whole::new(self);
            feed(&mut message);
            is_equal(message.output(), tag)
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

impl Prepared {
    fn new(secret: &[u8]) -> Self {
        let mut padded = Zeroizing::new([0; BLOCK]);
        if secret.len() <= BLOCK {
            padded.iter_mut().zip(secret).for_each(|(to, &from)| *to = from);
        } else {
            padded.iter_mut().zip(Sha256::digest(secret)).for_each(|(to, from)| *to = from);
        }
        let state = |pad: u8| {
            let mut state = Zeroizing::new(SHA_256);
            compress256(&mut state, &[padded.map(|byte| byte ^ pad)]);
            state
        };
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length: RFC 2104, section 2")]
        let core = HmacCore::new_from_slice(secret).expect("HMAC takes a key of any length");
        Self { core, inner: state(0x36), outer: state(0x5c) }
    }
}

/// Whether each of two tags belongs to its message, which `feed` passes in pieces by its number, compared in constant
/// time. The keys may differ. Two messages that are laid out are hashed in turn, a block of each: neither waits for the
/// other, so that a core with SHA's instructions works on both at once, and a block takes four fifths of its time.
pub(crate) fn verify_both(
    [first_key, second_key]: [&Key; 2],
    [first_tag, second_tag]: [&Tag; 2],
    feed: impl FnOnce([&mut Whole; 2]),
) -> [bool; 2] {
    wiping::<{ 2 * STACK }, _>(|| {
        // Each by itself: an array of them would be moved into its place.
        let (mut first, mut second) = (Whole::new(first_key), Whole::new(second_key));
        feed([&mut first, &mut second]);
        let [first, second] = outputs_of_both([&mut first, &mut second]);
        [is_equal(first, first_tag), is_equal(second, second_tag)]
    })
}

/// Fills each place with the verdict on the item of its number, two at a time while there are two; with `None` where there
/// is no item.
pub(crate) fn in_pairs<T, V>(
    items: &[T],
    verdicts: &mut [Option<V>],
    both: impl Fn([&T; 2]) -> [V; 2],
    alone: impl Fn(&T) -> V,
) {
    let mut pairs = items.chunks(2);
    for verdicts in verdicts.chunks_mut(2) {
        match (pairs.next().unwrap_or_default(), verdicts) {
            ([first, second], [of_first, of_second]) => [*of_first, *of_second] = both([first, second]).map(Some),
            (items, verdicts) => {
                let mut items = items.iter();
                verdicts.fill_with(|| items.next().map(&alone));
            }
        }
    }
}

/// [`Whole::output`] of two messages.
fn outputs_of_both(messages: [&mut Whole; 2]) -> [Output<HmacCore<Sha256>>; 2] {
    if messages.iter().any(|message| message.long.is_some()) {
        return messages.map(Whole::output);
    }
    let keys = messages.each_ref().map(|message| &*message.key.prepared);
    let messages = messages.map(Whole::padded);
    let outer = compressed(keys.map(|key| *key.inner), messages).map(|state| outer_block(&state));
    compressed(keys.map(|key| *key.outer), outer.each_ref().map(<[_; 1]>::as_slice)).map(|state| {
        let mut output = Output::<HmacCore<Sha256>>::default();
        write_words(&mut output, &state);
        output
    })
}

/// Two states with the blocks of each compressed into it, in turn as far as both have one.
fn compressed([mut one, mut two]: [State; 2], [of_one, of_two]: [&[[u8; BLOCK]]; 2]) -> [State; 2] {
    let in_both = of_one.len().min(of_two.len());
    for (block_of_one, block_of_two) in of_one.chunks(1).zip(of_two.chunks(1)) {
        compress256(&mut one, block_of_one);
        compress256(&mut two, block_of_two);
    }
    compress256(&mut one, of_one.get(in_both..).unwrap_or_default());
    compress256(&mut two, of_two.get(in_both..).unwrap_or_default());
    [one, two]
}

/// Runs what handles a secret in a frame of its own, and then wipes that part of the stack: the whole message, the
/// states, the right tag, and what the compiler put there unasked.
fn wiping_the_stack<T>(run: impl FnOnce() -> T) -> T {
    wiping::<STACK, T>(run)
}

/// The same for another part of the stack.
fn wiping<const BYTES: usize, T>(run: impl FnOnce() -> T) -> T {
    #[inline(never)]
    fn in_a_frame<T>(run: impl FnOnce() -> T) -> T {
        run()
    }
    let outcome = in_a_frame(run);
    zeroize_stack::<BYTES>();
    outcome
}

/// Compared in a wrapper of hmac's whose `==` is constant-time (DLGA-17, HASO-11).
fn is_equal(right: Output<HmacCore<Sha256>>, tag: &Tag) -> bool {
    CtOutput::<HmacCore<Sha256>>::new(right) == CtOutput::new(tag.bytes.into())
}

/// A whole message on its way into a tag. One that fits is laid out with its padding, and so costs one run of SHA-256
/// over all its blocks and one for the outer block; a longer one takes the way of a message in pieces.
pub(crate) struct Whole<'k> {
    key: &'k Key,
    blocks: [[u8; BLOCK]; BLOCKS],
    len: usize,
    long: Option<Running>,
}

impl<'k> Whole<'k> {
    fn new(key: &'k Key) -> Self {
        Self { key, blocks: [[0; BLOCK]; BLOCKS], len: 0, long: None }
    }

    /// Takes the next piece.
    #[inline]
    pub(crate) fn update(&mut self, piece: &[u8]) {
        let end = self.len.saturating_add(piece.len());
        match self.blocks.as_flattened_mut().get_mut(self.len..end) {
            Some(room) if end <= SHORT => {
                room.copy_from_slice(piece);
                self.len = end;
            }
            _ => self.update_long(piece),
        }
    }

    #[cold]
    fn update_long(&mut self, piece: &[u8]) {
        let Self { key, blocks, len, long } = self;
        long.get_or_insert_with(|| {
            let mut running = Running::new(key);
            running.update(blocks.as_flattened().get(..*len).unwrap_or_default());
            // From here on no piece fits.
            *len = SHORT;
            running
        })
        .update(piece);
    }

    fn output(&mut self) -> Output<HmacCore<Sha256>> {
        match &mut self.long {
            None => self.output_short(),
            Some(running) => running.output(),
        }
    }

    /// The blocks of a message that is laid out, with its padding.
    fn padded(&mut self) -> &[[u8; BLOCK]] {
        let last = self.len.saturating_add(size_of::<u64>()) / BLOCK;
        pad(&mut self.blocks, self.len, last);
        self.blocks.get(..=last).unwrap_or_default()
    }

    /// RFC 2104 over FIPS 180-4, section 5.1.1.
    fn output_short(&mut self) -> Output<HmacCore<Sha256>> {
        let Prepared { inner, outer, .. } = &*self.key.prepared;
        let mut state = **inner;
        compress256(&mut state, self.padded());

        let last = outer_block(&state);
        state = **outer;
        compress256(&mut state, &last);

        let mut output = Output::<HmacCore<Sha256>>::default();
        write_words(&mut output, &state);
        output
    }
}

/// What the outer pad is followed by: the inner hash.
fn outer_block(inner: &State) -> [[u8; BLOCK]; 1] {
    let mut last = [[0; BLOCK]];
    write_words(last.as_flattened_mut(), inner);
    pad(&mut last, TAG_BYTES, 0);
    last
}

/// Ends what follows a hashed pad in zeroed blocks: a bit after `len` bytes, and all bits' number at the end of a block.
fn pad(blocks: &mut [[u8; BLOCK]], len: usize, last: usize) {
    if let Some(byte) = blocks.as_flattened_mut().get_mut(len) {
        *byte = 0x80;
    }
    if let Some(place) = blocks.get_mut(last).and_then(|block| block.last_chunk_mut()) {
        // At most 503 bytes and the pad, so it fits.
        *place = (len.saturating_add(BLOCK).saturating_mul(8) as u64).to_be_bytes();
    }
}

fn write_words(to: &mut [u8], state: &State) {
    to.as_chunks_mut().0.iter_mut().zip(state).for_each(|(to, word)| *to = word.to_be_bytes());
}

/// A tag in the making; its memory is constant however long the message. Zeroized on drop.
pub struct Mac {
    /// On the heap, where moving it leaves no copy behind.
    running: Box<Running>,
}

impl Mac {
    /// Takes the next piece of the message. Where one piece ends and the next begins leaves no trace.
    pub fn update(&mut self, piece: &[u8]) {
        self.running.update(piece);
    }

    /// The tag of all that was taken.
    pub fn finish(mut self) -> Tag {
        wiping_the_stack(|| Tag { bytes: self.running.output().into() })
    }

    /// Whether `tag` is the tag of all that was taken. Takes the same time wherever they differ
    /// (DLGA-17, HASO-11), and the right tag never leaves this function.
    pub fn verify(mut self, tag: &Tag) -> bool {
        wiping_the_stack(|| is_equal(self.running.output(), tag))
    }
}

impl Clone for Mac {
    fn clone(&self) -> Self {
        Self { running: wiping_the_stack(|| self.running.clone()) }
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mac([redacted])")
    }
}

/// hmac at work on a message in pieces.
#[derive(Clone)]
struct Running {
    core: HmacCore<Sha256>,
    buffer: Buffer<HmacCore<Sha256>>,
}

impl Running {
    fn new(key: &Key) -> Self {
        Self { core: key.prepared.core.clone(), buffer: Buffer::<HmacCore<Sha256>>::default() }
    }

    fn update(&mut self, piece: &[u8]) {
        let Self { core, buffer } = self;
        buffer.digest_blocks(piece, |blocks| core.update_blocks(blocks));
    }

    /// Nothing can be taken after it.
    fn output(&mut self) -> Output<HmacCore<Sha256>> {
        let mut output = Output::<HmacCore<Sha256>>::default();
        self.core.finalize_fixed_core(&mut self.buffer, &mut output);
        output
    }
}

/// An HMAC-SHA256 tag: [`TAG_BYTES`] bytes, or [`TAG_CHARS`] characters of canonical standard base64.
///
/// It has no `==` on purpose: a received tag is compared by [`Key::verify`] or [`Mac::verify`].
#[derive(Clone, Copy)]
pub struct Tag {
    bytes: [u8; TAG_BYTES],
}

impl Tag {
    /// Reads a received tag: canonical standard base64 of exactly 32 bytes, and nothing else
    /// (DLGA-16, HASO-11). Blanks around it count as faults.
    ///
    /// # Errors
    /// [`Malformed`] tells which of the usual mistakes it is.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, Malformed> {
        let text = text.as_ref();
        text.try_into().ok().and_then(Self::of_text).ok_or_else(|| Malformed::of(text))
    }

    /// The tag that a text of the right length is, where it is one.
    #[inline]
    pub(crate) fn of_text(text: &[u8; TAG_CHARS]) -> Option<Self> {
        // base64 wants room for what 44 characters could hold at the most: 33 bytes.
        let mut room = [0; TAG_BYTES + 1];
        let length = STANDARD.decode_slice(text, &mut room).ok()?;
        let (bytes, _) = room.split_first_chunk()?;
        (length == TAG_BYTES).then_some(Self { bytes: *bytes })
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; TAG_BYTES] {
        &self.bytes
    }

    /// The tag as its 44 characters, on the stack.
    pub fn encode(&self) -> TagText {
        let mut chars = [0; TAG_CHARS];
        self.encode_into(&mut chars);
        TagText { chars }
    }

    /// Writes its characters where they belong.
    pub(crate) fn encode_into(&self, chars: &mut [u8; TAG_CHARS]) {
        let written: Result<usize, _> = STANDARD.encode_slice(self.bytes, chars);
        debug_assert_eq!(written.ok(), Some(TAG_CHARS));
    }
}

impl From<[u8; TAG_BYTES]> for Tag {
    fn from(bytes: [u8; TAG_BYTES]) -> Self {
        Self { bytes }
    }
}

impl FromStr for Tag {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.encode().as_str())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// The 44 characters of a [`Tag`], without an allocation.
#[derive(Clone, Copy)]
pub struct TagText {
    chars: [u8; TAG_CHARS],
}

impl TagText {
    /// The text, ASCII.
    pub fn as_str(&self) -> &str {
        // Base64 is ASCII, so the fallback is never taken.
        str::from_utf8(&self.chars).unwrap_or_default()
    }
}

/// Why a text is not a tag. `Display` says how to mend it; the text itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Nothing at all.
    #[error("it is empty, where 44 characters of base64 belong")]
    Empty,
    /// Hexadecimal digits.
    #[error("it is hex ({} bytes); the 32 bytes themselves belong in base64, not their hex digits", .digits / 2)]
    Hex {
        /// How many digits there are.
        digits: usize,
    },
    /// Hexadecimal digits in pairs, with a dash between each two.
    #[error(
        "it is hex with dashes ({bytes} bytes), as .NET's BitConverter writes it; the 32 bytes themselves belong in base64, \
         not their hex digits"
    )]
    HexWithDashes {
        /// How many pairs there are.
        bytes: usize,
    },
    /// The URL-safe alphabet of base64.
    #[error("it is in base64's URL alphabet (`-` or `_` at byte {offset}); the standard one has `+` and `/` there")]
    UrlAlphabet {
        /// Where the first `-` or `_` stands.
        offset: usize,
    },
    /// A byte that base64 does not have, or padding with more data behind it.
    #[error("byte {offset} is not a base64 character")]
    Character {
        /// Where it stands.
        offset: usize,
    },
    /// The padding is missing, or more base64 stands in its place.
    #[error("its padding is missing: the 44th character must be `=`")]
    NoPadding,
    /// Twenty bytes: HMAC-SHA1.
    #[error("it is 20 bytes long: HMAC-SHA1; HMAC-SHA256 gives 32 bytes")]
    Sha1,
    /// The last character carries bits that no byte takes.
    #[error("its last character before the padding carries stray bits, so it is not the canonical base64 of any bytes")]
    NotCanonical,
    /// Some other length: a tag that was cut off, or something else altogether.
    #[error(
        "it is not the base64 of 32 bytes, which is 43 characters and one `=`, but {chars} characters long; \
         a shortened tag is never taken"
    )]
    Length {
        /// How many bytes of text there are.
        chars: usize,
    },
}

impl Malformed {
    /// The byte at which the text goes wrong, where there is one.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::UrlAlphabet { offset } | Self::Character { offset } => Some(*offset),
            Self::NotCanonical => Some(TAG_CHARS - 2),
            Self::NoPadding => Some(TAG_CHARS - 1),
            _ => None,
        }
    }

    /// Finds the reason for a text that [`Tag::parse`] refused.
    fn of(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self::Empty;
        }
        if text.iter().all(u8::is_ascii_hexdigit) && is_tag_length(text.len() / 2) && text.len().is_multiple_of(2) {
            return Self::Hex { digits: text.len() };
        }
        if let Some(bytes) = hex_with_dashes(text).filter(|&bytes| is_tag_length(bytes)) {
            return Self::HexWithDashes { bytes };
        }
        if let Some((offset, byte)) = first_stranger(text) {
            return if matches!(byte, b'-' | b'_') { Self::UrlAlphabet { offset } } else { Self::Character { offset } };
        }
        let data = text.iter().take_while(|&&b| b != b'=').count();
        match (data, text.len().saturating_sub(data)) {
            (43 | 44, 0) => Self::NoPadding,
            (43, 1) => Self::NotCanonical,
            (27, 0 | 1) => Self::Sha1,
            _ => Self::Length { chars: text.len() },
        }
    }
}

/// Whether a tag of HMAC-SHA256 or HMAC-SHA1 has this many bytes.
fn is_tag_length(bytes: usize) -> bool {
    bytes == TAG_BYTES || bytes == SHA1_BYTES
}

/// How many bytes a text like `AA-BB-CC` writes down.
fn hex_with_dashes(text: &[u8]) -> Option<usize> {
    let mut pairs = text.split(|&b| b == b'-');
    pairs.all(|pair| pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit)).then(|| text.len().div_ceil(3))
}

/// The first byte that has no place in base64. Padding is one only where more data follows it.
fn first_stranger(text: &[u8]) -> Option<(usize, u8)> {
    let is_data = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let clean = text.iter().take_while(|&b| is_data(b) || *b == b'=').count();
    let before = text.get(..clean).unwrap_or_default();
    let padding = before.iter().position(|&b| b == b'=');
    let inner_padding = padding.filter(|&at| before.iter().skip(at).any(is_data));
    let offset = inner_padding.unwrap_or(clean);
    text.get(offset).map(|&byte| (offset, byte))
}

/// The two alphabets of base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(hidden)]
pub enum Alphabet {
    /// With `+` and `/`.
    Standard,
    /// With `-` and `_`.
    Url,
}

impl Alphabet {
    fn engine(self, config: GeneralPurposeConfig) -> GeneralPurpose {
        let alphabet = match self {
            Self::Standard => base64::alphabet::STANDARD,
            Self::Url => base64::alphabet::URL_SAFE,
        };
        GeneralPurpose::new(&alphabet, config)
    }
}

/// The base64 text of any bytes, without padding. They may be a secret's.
#[doc(hidden)]
pub fn encode_base64(bytes: &[u8], alphabet: Alphabet) -> Zeroizing<Vec<u8>> {
    let engine = alphabet.engine(GeneralPurposeConfig::new().with_encode_padding(false));
    let mut text = Zeroizing::new(vec![0; base64::encoded_len(bytes.len(), false).unwrap_or_default()]);
    let len = engine.encode_slice(bytes, &mut text).unwrap_or_default();
    text.truncate(len);
    text
}

/// The bytes of a base64 text, padded or not: how `explain` reads texts that are not tags as they
/// should be. They may be a secret's.
#[doc(hidden)]
pub fn decode_base64(text: &[u8], alphabet: Alphabet) -> Option<Zeroizing<Vec<u8>>> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = alphabet.engine(LENIENT);
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
    let len = engine.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(len);
    Some(bytes)
}

/// Plain SHA-256 of pieces one after another. It is no signature: `explain` says where it was taken for one.
pub fn sha256(feed: impl FnOnce(&mut dyn FnMut(&[u8]))) -> [u8; TAG_BYTES] {
    // A secret among the pieces would stay on the stack, in the hash's last block.
    wiping_the_stack(|| {
        let mut hash = Sha256::new();
        feed(&mut |piece| hash.update(piece));
        hash.finalize().into()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic: that is how it fails")]

    use hmac::{Hmac, KeyInit as _, Mac as _};
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::{BLOCK, Key, SHORT, Tag, verify_both};

    /// RFC 2104 by the `hmac` crate, whole.
    fn by_hmac(secret: &[u8], message: &[u8]) -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(message).finalize().into_bytes().into()
    }

    /// DLGA-12, HASO-1: what is laid out here and what hmac streams are the same, at the edges of every block and of
    /// the room too.
    #[test]
    fn every_length_has_hmacs_tag() {
        let message: Vec<u8> = (0..=255).cycle().take(SHORT + 3 * BLOCK).collect();
        let key = Key::new(b"not-a-real-secret");
        for length in 0..=message.len() {
            let expected = by_hmac(b"not-a-real-secret", &message[..length]);
            assert_eq!(key.mac(&message[..length]).bytes, expected, "{length} bytes");
            assert!(key.verify(&message[..length], &Tag::from(expected)), "{length} bytes");
            let (first, second) = message[..length].split_at(length.min(SHORT - 1));
            let in_pieces = key.mac_of(|mac| [first, b"", second, b""].into_iter().for_each(|piece| mac.update(piece)));
            assert_eq!(in_pieces.bytes, expected, "{length} bytes in pieces");
        }
    }

    /// DLGA-12, HASO-1: two messages at once, of every number of blocks beside every other, with keys of their own; a tag
    /// that is not the message's is refused in either place.
    #[test]
    fn two_messages_of_any_lengths_have_hmacs_tags() {
        let message: Vec<u8> = (0..=255).cycle().take(SHORT + BLOCK).collect();
        let secrets: [&[u8]; 2] = [b"not-a-real-secret", b"another"];
        let keys = secrets.map(Key::new);
        let lengths =
            || (0..=message.len()).filter(|length| matches!(length % BLOCK, 0 | 54..=57 | 63) || *length > SHORT - 2);
        for first in lengths() {
            for second in lengths() {
                let messages = [&message[..first], &message[..second]];
                let tags = [0, 1].map(|which| Tag::from(by_hmac(secrets[which], messages[which])));
                let verified = |keys: [&Key; 2], tags: [&Tag; 2]| {
                    verify_both(keys, tags, |[one, two]| {
                        one.update(messages[0]);
                        two.update(messages[1]);
                    })
                };
                let ([k0, k1], [t0, t1]) = (keys.each_ref(), tags.each_ref());
                assert_eq!(verified([k0, k1], [t0, t1]), [true, true], "{first} and {second} bytes");
                assert_eq!(verified([k0, k1], [t0, t0]), [true, false], "{first} and {second} bytes");
                assert_eq!(verified([k0, k0], [t1, t0]), [false, first == second], "{first} and {second} bytes");
            }
        }
    }

    /// RFC 2104, section 2: a secret longer than a block is hashed first.
    #[test]
    fn every_length_of_a_secret_has_hmacs_tag() {
        let secret: Vec<u8> = (1..=255).cycle().take(3 * BLOCK).collect();
        for length in 0..=secret.len() {
            let (key, long) = (Key::new(&secret[..length]), [b'x'; SHORT + 1]);
            assert_eq!(key.mac(b"x").bytes, by_hmac(&secret[..length], b"x"), "{length} bytes");
            assert_eq!(key.mac(&long).bytes, by_hmac(&secret[..length], &long), "{length} bytes");
        }
    }

    proptest! {
        /// DLGA-5, HASO-2: the pieces leave no trace, however they fall; a tag that differs in one bit is not accepted.
        #[test]
        fn any_pieces_have_hmacs_tag(
            secret in prop::collection::vec(any::<u8>(), 0..150),
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8),
            bit in 0_usize..256,
        ) {
            let key = Key::new(&secret);
            let expected = by_hmac(&secret, &pieces.concat());
            prop_assert_eq!(key.mac_of(|mac| pieces.iter().for_each(|piece| mac.update(piece))).bytes, expected);
            let mut streamed = key.begin();
            for piece in &pieces {
                streamed.update(piece);
            }
            prop_assert_eq!(streamed.clone().finish().bytes, expected);

            let mut forged = expected;
            forged[bit / 8] ^= 1 << (bit % 8);
            for (tag, is_right) in [(expected, true), (forged, false)] {
                let tag = Tag::from(tag);
                prop_assert_eq!(key.verify_of(&tag, |mac| pieces.iter().for_each(|piece| mac.update(piece))), is_right);
                prop_assert_eq!(streamed.clone().verify(&tag), is_right);
            }
        }
    }
}
