//! HMAC-SHA256 and its tags against RFC 4231, Wycheproof and the golden corpus (DLGA-12, DLGA-16, HASO-1, HASO-11).

#[path = "support/corpus.rs"]
mod corpus;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use imza::mac::{Key, Malformed, TAG_CHARS, Tag};
use wycheproof::TestResult;
use wycheproof::mac::{TestName, TestSet};

/// A text as its bytes have it in base64, however many they are.
fn base64(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len() * 2 + 4];
    let length = STANDARD.encode_slice(bytes, &mut text).unwrap();
    text.truncate(length);
    String::from_utf8(text).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// DLGA-12, HASO-1: the RFC's seven test cases, but for its truncated one in full.
#[test]
fn rfc_4231_is_kept() {
    let long = b"This is a test using a larger than block-size key and a larger than block-size data. \
        The key needs to be hashed before being used by the HMAC algorithm.";
    let counting: Vec<u8> = (1..=25).collect();
    let cases: [(&[u8], &[u8], &str); 7] = [
        (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (&counting, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (&[0xaa; 131], long, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ];
    for (number, (key, message, expected)) in (1..).zip(cases) {
        let tag = Key::new(key).mac(message);
        assert!(hex(tag.as_bytes()).starts_with(expected), "test case {number}");
        assert!(Key::new(key).verify(message, &tag), "test case {number}");
        let shortened = Tag::parse(base64(&tag.as_bytes()[..16]));
        assert_eq!(shortened.unwrap_err(), Malformed::Length { chars: 24 }, "test case {number}: 128 bits are no tag");
    }
}

/// DLGA-12, DLGA-16, DLGA-17, HASO-11: full tags as the vectors say; a truncated tag is refused even where it is right.
#[test]
fn wycheproof_is_kept_and_its_truncated_tags_are_refused() {
    let (mut valid, mut invalid, mut truncated) = (0, 0, 0);
    for group in TestSet::load(TestName::HmacSha256).unwrap().test_groups {
        for test in group.tests {
            let key = Key::new(&test.key);
            let parsed = Tag::parse(base64(&test.tag));
            if group.tag_size != 256 {
                assert!(parsed.is_err(), "{}: {}", test.tc_id, test.comment);
                truncated += 1;
                continue;
            }
            let accepted = parsed.is_ok_and(|tag| key.verify(&test.msg, &tag));
            assert_eq!(accepted, test.result == TestResult::Valid, "{}: {}", test.tc_id, test.comment);
            assert_ne!(test.result, TestResult::Acceptable, "a third outcome wants a decision");
            *(if accepted { &mut valid } else { &mut invalid }) += 1;
        }
    }
    assert!(valid > 30 && invalid > 30 && truncated > 50, "{valid} valid, {invalid} invalid, {truncated} truncated");
}

/// DLGA-16, HASO-5, HASO-11.
#[test]
fn every_tag_of_the_corpus_is_read_or_refused_as_the_rules_say() {
    for case in corpus::cases("tags.json") {
        let (name, text) = (&case["name"], corpus::text(&case, "text"));
        match Tag::parse(text) {
            Ok(tag) => {
                assert_eq!(hex(tag.as_bytes()), corpus::text(&case, "hex"), "{name}");
                assert_eq!((tag.to_string().as_str(), tag.encode().as_str()), (text, text), "{name}: canonical");
            }
            Err(malformed) => {
                let reason = match malformed {
                    Malformed::Empty => "empty",
                    Malformed::Hex { .. } => "hex",
                    Malformed::HexWithDashes { .. } => "hex-with-dashes",
                    Malformed::UrlAlphabet { .. } => "url-alphabet",
                    Malformed::Character { .. } => "character",
                    Malformed::NoPadding => "no-padding",
                    Malformed::Sha1 => "sha1",
                    Malformed::NotCanonical => "not-canonical",
                    Malformed::Length { .. } => "length",
                    _ => "unknown to this test",
                };
                assert_eq!(Some(reason), case["reason"].as_str(), "{name}");
                assert_eq!(malformed.offset(), corpus::place(&case, "offset"), "{name}");
            }
        }
    }
}

/// DLGA-16: a text of the right length is never told that its length is wrong without more.
#[test]
fn a_refusal_makes_sense_for_44_characters_of_another_number_of_bytes() {
    let told = |bytes: usize| Tag::parse(base64(&vec![7; bytes])).unwrap_err().to_string();
    assert_eq!(base64(&[7; 33]).len(), TAG_CHARS);
    assert_eq!(told(33), "its padding is missing: the 44th character must be `=`");
    assert_eq!(base64(&[7; 31]).len(), TAG_CHARS);
    assert_eq!(
        told(31),
        "it is not the base64 of 32 bytes, which is 43 characters and one `=`, but 44 characters long; \
         a shortened tag is never taken"
    );
}

/// DLGA-16, HASO-11: the reason names the form that the text is in, and no scheme's history.
#[test]
fn a_refusal_names_the_form_that_another_language_writes() {
    let told = |text: &str| Tag::parse(text).unwrap_err().to_string();
    assert_eq!(
        told("AA-55-C6-3B-0D-E2-D7-D9-04-38-F5-36-96-A7-42-B8-58-8E-1F-72-69-89-AD-C8-5F-89-16-3C-36-A8-F9-9B"),
        "it is hex with dashes (32 bytes), as .NET's BitConverter writes it; the 32 bytes themselves belong in base64, \
         not their hex digits"
    );
    assert_eq!(told(&base64(&[7; 20])), "it is 20 bytes long: HMAC-SHA1; HMAC-SHA256 gives 32 bytes");
    assert_eq!(told("Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=\n"), "byte 44 is not a base64 character");
}

/// DLGA-7, DLGA-12: where one piece of a message ends and the next begins leaves no trace.
#[test]
fn a_message_in_pieces_has_the_tag_of_the_whole() {
    let message: Vec<u8> = (0..=255).cycle().take(300).collect();
    let key = Key::new(b"not-a-real-secret");
    let whole = key.mac(&message).to_string();
    for cut in 0..=message.len() {
        let mut mac = key.begin();
        mac.update(&message[..cut]);
        let copy = mac.clone();
        mac.update(&message[cut..]);
        assert_eq!(mac.finish().to_string(), whole, "cut at {cut}");
        assert_eq!(copy.finish().to_string(), key.mac(&message[..cut]).to_string(), "a copy goes its own way");
    }
}
