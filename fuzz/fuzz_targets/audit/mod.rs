//! An audit of bytes, with keys of its own.

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use imza_audit::{Audit, Clock, Input, Keys, Newline, Output};

/// A key of each scheme.
pub const KEYS: &str = r#"
[[dlga]]
access_key_id = "id"
secret = "not-a-real-secret"

[[haso]]
merchant_id = "1"
key = "not-real"
salt = "not-real"
"#;

/// A line of verdicts.
#[derive(serde::Deserialize)]
#[allow(dead_code, reason = "not every target looks at all of it")]
pub struct Verdict {
    pub line: usize,
    pub verdict: String,
    pub scheme: Option<String>,
    pub reason: String,
}

impl Verdict {
    /// Whether it may be of an entry and not of a line.
    #[allow(dead_code, reason = "not every target asks")]
    pub fn is_of_har(&self) -> bool {
        IS_HAR.with(std::cell::Cell::get)
    }
}

thread_local! {
    static IS_HAR: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// The verdicts of an input of this name.
pub fn audit(name: &str, bytes: &[u8]) -> Vec<Verdict> {
    let directory = directory();
    let (input, output) = (directory.join(name), directory.join("verdicts"));
    fs::write(&input, bytes).unwrap();
    let keys = Keys::of_toml(KEYS.as_bytes(), Newline::Kept, false).unwrap();
    let audit = Audit::new(keys, Clock::Ignored, Duration::ZERO, Duration::ZERO, NonZeroUsize::MIN);
    let mut to = Output::new(File::create(&output).unwrap(), "verdicts");
    let ended = audit.run(&[Input::File(input)], &mut to, &|_| ());
    if let Err(error) = ended {
        let error = error.to_string();
        assert!(!error.contains('\n') && error.contains(name), "{error}");
    }
    let lines = fs::read_to_string(&output).unwrap();
    assert!(lines.is_empty() || lines.ends_with('\n'));
    // A document that was taken for HAR may be a line too.
    IS_HAR.with(|is_har| is_har.set(bytes.windows(7).any(|window| window == b"entries")));
    let verdicts = lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect::<Vec<Verdict>>();
    for verdict in &verdicts {
        assert_eq!(verdict.reason.is_empty(), verdict.verdict == "valid", "{}", verdict.reason);
    }
    verdicts
}

/// A directory of this process's own, in memory where there is such a one.
fn directory() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
    let directory = base.join(format!("imza-fuzz-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    directory
}
