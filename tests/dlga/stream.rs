//! A body in pieces gives the same signature and the same verdict as in one (DLGA-5 to DLGA-7, DLGA-12).

use imza::dlga::{Date, Error, Part, Signer, Verifier};

use crate::body_line;
use crate::corpus::{bytes, cases, text};

/// DLGA-5, DLGA-6, DLGA-7: also where the body is empty, or fed in empty pieces.
#[test]
fn every_case_of_the_corpus_is_signed_in_pieces_as_in_one() {
    for case in cases("dlga.json").into_iter().chain(cases("dlga-more.json")) {
        let (name, body) = (&case["name"], bytes(&case, "body_base64"));
        let signer = Signer::new(text(&case, "access_key_id"), bytes(&case, "secret_base64")).unwrap();
        let date = Date::parse(text(&case, "date")).unwrap();
        for piece in [1, 7, 64, usize::MAX] {
            let stream = signer.stream(text(&case, "method"), text(&case, "content_type"), date).unwrap();
            let mut stream = stream.body_line(body_line(&case));
            stream.update(b"");
            body.chunks(piece).for_each(|piece| stream.update(piece));
            stream.update(b"");
            let mut buffer = vec![0; signer.authorization_len()];
            let written = stream.write_authorization(text(&case, "resource"), &mut buffer).unwrap();
            assert_eq!(written, text(&case, "authorization"), "{name}");
            let headers = stream.finish(text(&case, "resource"), "45186").unwrap();
            assert_eq!(headers[2].1, text(&case, "authorization"), "{name}");
        }
    }
}

/// DLGA-14 to DLGA-16, DLGA-18 to DLGA-20. A fault of the resource can be told only at the end, so
/// those cases are told after the date here.
#[test]
fn every_verdict_of_the_corpus_is_the_same_in_pieces() {
    for case in cases("dlga-verdicts.json") {
        let (verifier, now) = crate::verify::verifier(&case);
        let (headers, body) = (crate::verify::headers(&case), bytes(&case, "body_base64"));
        let judged = verifier.stream(text(&case, "method"), text(&case, "content_type"), &headers).and_then(|stream| {
            let mut stream = stream.body_line(body_line(&case));
            body.chunks(5).for_each(|piece| stream.update(piece));
            stream.finish(text(&case, "resource"), now)
        });
        crate::verify::assert_verdict(&case, judged);
    }
}

/// DLGA-13.
#[test]
fn a_stream_refuses_what_signing_in_one_refuses() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let date = Date::from_unix(0).unwrap();
    let forbidden = |part, byte, offset| Error::Forbidden { part, byte, offset };
    assert_eq!(signer.stream("A B", "", date).unwrap_err(), forbidden(Part::Method, b' ', 1));
    assert_eq!(signer.stream("A", "\n", date).unwrap_err(), forbidden(Part::ContentType, b'\n', 0));
    let stream = || signer.stream("A", "", date).unwrap();
    assert_eq!(stream().finish("/#", "r").unwrap_err(), forbidden(Part::Resource, b'#', 1));
    assert_eq!(stream().finish("/", "").unwrap_err(), Error::Empty { part: Part::Requester });
    assert_eq!(stream().write_authorization("x", &mut [0; 99]).unwrap_err(), Error::NotAResource);
}

/// DLGA-5: whoever comes with too small a buffer can come back.
#[test]
fn a_stream_survives_a_buffer_that_was_too_small() {
    let signer = Signer::new("id", "not-a-real-secret").unwrap();
    let mut stream = signer.stream("POST", "", Date::from_unix(0).unwrap()).unwrap();
    stream.update(b"body");
    let needed = signer.authorization_len();
    let refused = stream.write_authorization("/", &mut vec![0; needed - 1]).unwrap_err();
    assert_eq!(refused, Error::BufferTooSmall { needed, capacity: needed - 1 });
    let mut buffer = vec![0; needed];
    let written = stream.write_authorization("/", &mut buffer).unwrap().to_owned();
    assert_eq!(written, stream.finish("/", "r").unwrap()[2].1);
}

/// DLGA-20: the key that matched is told in pieces too, at whatever place it stands.
#[test]
fn a_stream_tells_which_of_many_keys_matched() {
    let mut verifier = Verifier::new();
    for index in 0..9 {
        verifier = verifier.key("id", format!("secret-{index}-not-real")).unwrap();
    }
    for index in 0..9 {
        let signer = Signer::new("id", format!("secret-{index}-not-real")).unwrap();
        let mut signing = signer.stream("POST", "", Date::from_unix(77).unwrap()).unwrap();
        signing.update(b"body");
        let headers = signing.finish("/", "r").unwrap();
        let mut stream = verifier.stream("POST", "", &headers).unwrap();
        stream.update(b"bo");
        stream.update(b"dy");
        assert_eq!(stream.finish("/", 77).unwrap().key_index(), index);
    }
}
