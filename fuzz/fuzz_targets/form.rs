//! Any body as the fields that were posted to Haso (HASO-9): a form reads as `form_urlencoded` reads it, JSON as
//! `serde_json` does, and a form in parts gives back what was put into it.

#![no_main]

#[path = "audit/json.rs"]
mod json;

use arbitrary::Arbitrary;
use imza_audit::posted_fields;
use json::Object;
use libfuzzer_sys::fuzz_target;

type Pairs = Vec<(String, String)>;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Body(&'a str),
    Typed(&'a str, &'a str),
    Parts(Vec<(&'a str, &'a str)>),
}

fuzz_target!(|input: Input| match input {
    Input::Body(body) => plain(body),
    Input::Typed(content_type, body) => drop(posted_fields(content_type, body)),
    Input::Parts(parts) => in_parts(&parts),
});

fn plain(body: &str) {
    let ours = posted_fields("", body);
    let json = body.strip_prefix('\u{feff}').unwrap_or(body);
    if !json.trim_start().starts_with('{') {
        let theirs: Pairs = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        assert!(theirs.len() > 1000 && ours.is_err() || ours == Ok(theirs));
        return;
    }
    match (ours, serde_json::from_str::<Object>(json).and_then(|object| texts(&object))) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
        (Err(_), Err(_)) => {}
        // The number of names and the depth are bounded on both sides, and not alike.
        (Err(fault), Ok(theirs)) => assert!(theirs.len() > 1000 || fault.contains("levels deep"), "{fault}"),
        (Ok(_), Err(fault)) => assert!(fault.to_string().contains("recursion"), "{fault}"),
    }
}

/// `null` is an absent field (HASO-6); what is not a text is its JSON.
fn texts(object: &Object) -> serde_json::Result<Pairs> {
    let mut pairs = Vec::new();
    for (name, value) in &object.0 {
        match value.get() {
            "null" => {}
            text if text.starts_with('"') => pairs.push((name.clone(), serde_json::from_str(text)?)),
            other => pairs.push((name.clone(), other.to_owned())),
        }
    }
    Ok(pairs)
}

fn in_parts(parts: &[(&str, &str)]) {
    let parts: Vec<_> = parts
        .iter()
        .filter(|(name, value)| {
            !name.contains(['"', ';', '\r', '\n', '%', '=']) && name.trim() == *name && !value.contains("--0123456789")
        })
        .collect();
    let mut body = String::new();
    for (name, value) in &parts {
        body += &format!("--0123456789\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--0123456789--\r\n";
    let expected: Pairs = parts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let ours = posted_fields("multipart/form-data; boundary=0123456789", &body);
    assert!(expected.len() > 1000 || ours == Ok(expected), "{ours:?} of {body:?}");
}
