//! Any line as a record: the quick reader and the careful one say the same of it, and so do they of the line as
//! `serde_json` writes it anew; what is valid is valid for the library with what `serde_json` reads.

#![no_main]

#[allow(dead_code, reason = "the other targets audit files")]
mod audit;
#[path = "audit/json.rs"]
mod json;

use std::sync::LazyLock;
use std::time::Duration;

use imza::dlga::{Request, Verifier};
use imza_audit::{Audit, Clock, Judged, Keys, Newline, Verdict};
use json::Object;
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;

static AUDIT: LazyLock<Audit> = LazyLock::new(|| {
    let keys = Keys::of_toml(audit::KEYS.as_bytes(), Newline::Kept, false).unwrap();
    Audit::new(keys, Clock::Ignored, Duration::ZERO, Duration::ZERO, std::num::NonZeroUsize::MIN)
});

fuzz_target!(|line: &str| {
    if line.contains('\n') {
        return;
    }
    let judged = AUDIT.judge_record(line);
    // Only the careful reader takes whitespace.
    let record = line.trim_start_matches('\0');
    let carefully = AUDIT.judge_record(&format!(" {record}"));
    assert_eq!(verdict_of(&judged), verdict_of(&carefully));
    assert!(judged.reason == carefully.reason || judged.verdict == Verdict::Unreadable, "{carefully:?}");

    match serde_json::from_str::<IgnoredAny>(record) {
        Ok(_) => {}
        Err(fault) => assert!(judged.verdict == Verdict::Unreadable || fault.to_string().contains("recursion")),
    }
    let Ok(document) = serde_json::from_str::<Value>(record) else { return };
    // A name that occurs twice is one member of a `Value`, and a number has many texts.
    if is_of_texts(&document) && serde_json::from_str::<Object>(record).is_ok_and(|members| !members.repeats_a_name()) {
        let anew = document.to_string();
        assert_eq!(verdict_of(&judged), verdict_of(&AUDIT.judge_record(&anew)), "{anew}");
        if judged.verdict == Verdict::Valid && document["scheme"] == "dlga" && document.get("body_base64").is_none() {
            let text = |name: &str| document[name].as_str().unwrap_or_default();
            let headers: Vec<(&str, &str)> = document["headers"]
                .as_object()
                .unwrap()
                .iter()
                .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
                .collect();
            let request = Request::new(text("method"), text("resource")).body(text("body"));
            let verifier = Verifier::new().key("id", "not-a-real-secret").unwrap().ignore_clock();
            assert!(verifier.verify(&request, &headers, 0).is_ok(), "{line}");
        }
    }
});

fn verdict_of(judged: &Judged) -> (Verdict, Option<u16>, &'static str, Option<usize>) {
    (judged.verdict, judged.http_status, judged.vendor_text, judged.key)
}

fn is_of_texts(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().all(is_of_texts),
        Value::String(_) | Value::Null => true,
        _ => false,
    }
}
