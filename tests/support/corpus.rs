//! Reads the golden corpus, `tests/vectors`; its form is told in `tests/vectors/README.md`.
#![allow(dead_code, reason = "each test program reads its own part")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The cases of a file.
pub(crate) fn cases(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect(&path);
    let Value::Object(mut corpus) = serde_json::from_str(&text).expect(&path) else { panic!("{path} is no object") };
    let Some(Value::Array(cases)) = corpus.remove("cases") else { panic!("{path} has no cases") };
    assert!(!cases.is_empty(), "{path} is empty, so it would hold anything");
    cases
}

/// A text of a case.
pub(crate) fn text<'c>(case: &'c Value, stage: &str) -> &'c str {
    case[stage].as_str().unwrap_or_else(|| panic!("`{}` has no text {stage}", case["name"]))
}

/// Bytes of a case, which stand there in base64.
pub(crate) fn bytes(case: &Value, stage: &str) -> Vec<u8> {
    let text = text(case, stage);
    let mut bytes = vec![0; text.len()];
    let length = STANDARD.decode_slice(text, &mut bytes).unwrap();
    bytes.truncate(length);
    bytes
}

/// An offset or a number of a key; `null` where there is none.
pub(crate) fn place(case: &Value, stage: &str) -> Option<usize> {
    case[stage].as_u64().map(|at| usize::try_from(at).unwrap())
}
