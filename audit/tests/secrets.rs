//! Reading secrets leaves none behind in freed memory: not of a file, a pipe or a variable, and not of a keys file in
//! any of TOML's spellings (DLGA-12, HASO-3).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unsafe_code, reason = "an allocator that looks at freed memory cannot be had without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use imza_audit::{Encoding, Keys, Newline, SecretReader};

/// The system's allocator, looking into every block that a thread gives back for what it watches for.
struct Watching;

const WATCHED: usize = 12;

thread_local! {
    static WATCH: Cell<Option<[u8; WATCHED]>> = const { Cell::new(None) };
    static SEEN: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is passed on to the system's allocator as it came; a block is read before it is given back.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // Zeroed, so that every byte of a block may be read when it is given back.
        // SAFETY: the caller's promises about `layout` are the same ones.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        if let Some(watched) = WATCH.get() {
            // SAFETY: the block is the caller's, of this size, and every byte of it was written by `alloc`.
            let block = unsafe { std::slice::from_raw_parts(pointer, layout.size()) };
            if block.windows(WATCHED).any(|window| window == watched) {
                SEEN.set(SEEN.get().wrapping_add(1));
            }
        }
        // SAFETY: `pointer` came from `alloc` above with this layout, so from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// The secret without its last byte, which is written as an escape where there are escapes.
const SECRET: &str = "kirmizi-balon-not-a-real-secret-012345678";

/// In how many blocks that a closure gives back a part of the secret is.
fn freed(run: impl FnOnce()) -> usize {
    SEEN.set(0);
    WATCH.set(SECRET.as_bytes()[8..].first_chunk().copied());
    run();
    WATCH.set(None);
    SEEN.get()
}

struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("imza-secrets-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &str) -> PathBuf {
        fs::write(self.0.join(name), bytes).unwrap();
        self.0.join(name)
    }

    /// A pipe in which a text is, byte by byte in pieces of some length.
    fn pipe(&self, name: &str, text: String) -> PathBuf {
        let path = self.0.join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let to = path.clone();
        std::thread::spawn(move || {
            use std::io::Write as _;
            let mut pipe = fs::OpenOptions::new().write(true).open(to).unwrap();
            text.as_bytes().chunks(1000).for_each(|piece| pipe.write_all(piece).unwrap());
        });
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read(keys: &Path) -> Keys {
    Keys::read(keys, Newline::Trimmed).unwrap()
}

#[test]
fn the_allocator_sees_what_is_not_wiped() {
    assert_eq!(freed(|| drop(SECRET.to_owned())), 1);
    let directory = Directory::new("control");
    let path = directory.file("secret", SECRET);
    assert_eq!(freed(|| drop(fs::read(&path).unwrap())), 1);
}

#[test]
fn no_freed_block_holds_a_secret_of_a_file_or_a_variable() {
    let directory = Directory::new("file");
    let as_is = SecretReader { newline: Newline::Trimmed, encoding: Encoding::AsIs };
    let path = directory.file("secret", &format!("{SECRET}9\n"));
    assert_eq!(*as_is.file(&path).unwrap().bytes, format!("{SECRET}9").into_bytes());
    assert_eq!(freed(|| drop(as_is.file(&path).unwrap())), 0);
    let hex = SECRET.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let path = directory.file("hex", &hex);
    assert_eq!(freed(|| drop(SecretReader { encoding: Encoding::Hex, ..as_is }.file(&path).unwrap())), 0);
    assert_eq!(
        freed(|| assert!(
            SecretReader { encoding: Encoding::Base64, ..as_is }.file(&directory.file("b", SECRET)).is_err()
        )),
        0
    );
}

#[test]
#[cfg(unix)]
fn no_freed_block_holds_a_secret_of_a_pipe() {
    let directory = Directory::new("pipe");
    for (name, length) in [("short", 1), ("long", 5_000), ("longest", 60_000)] {
        let path = directory.pipe(name, format!("{}{SECRET}", "x".repeat(length)));
        assert_eq!(freed(|| drop(SecretReader::default().file(&path).unwrap())), 0, "{name}");
    }
    for (name, length) in [("keys", 1), ("long-keys", 5_000), ("longest-keys", 1_000_000)] {
        let text = format!("[[dlga]]\naccess_key_id = \"a\"\nsecret = \"{SECRET}\"\n#{}\n", "x".repeat(length));
        let path = directory.pipe(name, text);
        assert_eq!(freed(|| drop(read(&path))), 0, "{name}");
    }
}

#[test]
#[cfg(unix)]
fn no_freed_block_holds_a_secret_of_a_command() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = Directory::new("command");
    directory.file("secret", SECRET);
    for (word, script) in
        [("read", "cat secret; echo"), ("failed", "cat secret; exit 1"), ("long", "cat secret /dev/zero")]
    {
        let script = script.replace("secret", directory.0.join("secret").to_str().unwrap());
        let text = format!("[[dlga]]\naccess_key_id = \"a\"\nsecret_command = [\"sh\", \"-c\", \"{script}\"]\n");
        let path = directory.file("keys.toml", &text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(freed(|| assert_eq!(Keys::read(&path, Newline::Trimmed).is_ok(), word == "read")), 0, "{word}");
    }
}

#[test]
fn no_freed_block_holds_a_secret_of_a_keys_file_however_it_is_written() {
    let directory = Directory::new("toml");
    directory.file("secret", SECRET);
    for secret in [
        format!("secret = \"{SECRET}9\""),
        format!("secret = \"{SECRET}\\u0039\""),
        format!("secret = \"\\u0009\\n{SECRET}\\u0039\""),
        format!("secret = '{SECRET}9'"),
        format!("secret = \"\"\"\n{SECRET}\\\n  \\u0039\"\"\""),
        format!("secret = '''\n{SECRET}9'''"),
        "secret_file = \"secret\"".to_owned(),
    ] {
        let path = directory.file("keys.toml", &format!("[[dlga]]\naccess_key_id = \"a\"\n{secret}\n"));
        assert_eq!(freed(|| drop(read(&path))), 0, "{secret}");
        let haso = secret.replacen("secret", "salt", 1);
        let path = directory
            .file("keys.toml", &format!("[[haso]]\nmerchant_id = \"a\"\nhmac_key = \"merchant-salt\"\n{haso}\n"));
        assert_eq!(freed(|| drop(read(&path))), 0, "{haso}");
    }
    // What is refused leaves nothing behind either.
    for text in [
        format!("[[dlga]]\naccess_key_id = \"a\"\nsecret = \"{SECRET}\\u0039\"\nsecret = \"{SECRET}\\u0039\"\n"),
        format!("[[dlga]]\naccess_key_id = \"a\"\nsecret = \"\\u0009{SECRET}\\x\"\n"),
        format!("[[dlga]]\nsecret = \"\\u0009{SECRET}\"\n"),
        format!("[[dlga]]\naccess_key_id = \"a\"\nsecret_encoding = \"base64\"\nsecret = \"\\u0009{SECRET}!\"\n"),
    ] {
        let path = directory.file("keys.toml", &text);
        assert_eq!(freed(|| assert!(Keys::read(&path, Newline::Kept).is_err())), 0, "{text}");
    }
}
