//! Secrets: where they come from, what is done with a newline, and that none is ever printed.

use crate::desk::{Desk, Ended, MERCHANT_KEY, MERCHANT_SALT, SECRET, run, words};

const SIGN: &str = "dlga sign --key-id my-key --method GET --resource /x --date 0 --requester 1";
const TOKEN: &str = "haso token --recipe merhant_salt --merchant-id 1";

fn sign(desk: &Desk, secret: &str) -> Ended {
    desk.imza(words(&format!("{SIGN} {secret}")))
}

/// Runs `imza` with a variable in its environment.
fn with_variable(desk: &Desk, value: &str, line: &str) -> Ended {
    run(desk.command(env!("CARGO_BIN_EXE_imza")).env("IMZA_TEST_SECRET", value).args(words(line)), b"")
}

/// DLGA-12: the bytes as they were handed out, from a file and from the environment alike.
#[test]
fn a_secret_comes_from_a_file_or_the_environment() {
    let desk = Desk::new();
    let from_file = sign(&desk, "--secret-file secret").done_text();
    let from_variable = with_variable(&desk, SECRET, &format!("{SIGN} --secret-env IMZA_TEST_SECRET")).done_text();
    assert_eq!(from_file, from_variable);

    let from_files = desk.imza(words(&format!("{TOKEN} --key-file key --salt-file salt"))).done_text();
    let token = |line: &str, value| with_variable(&desk, value, &format!("{TOKEN} {line}")).done_text();
    assert_eq!(from_files, token("--key-env IMZA_TEST_SECRET --salt-file salt", MERCHANT_KEY));
    assert_eq!(from_files, token("--key-file key --salt-env IMZA_TEST_SECRET", MERCHANT_SALT));
}

/// DLGA-12.
#[test]
fn a_newline_at_the_end_counts_and_is_warned_of_and_can_be_taken_off() {
    let desk = Desk::new();
    let plain = sign(&desk, "--secret-file secret").done_text();
    for newline in ["\n", "\r\n"] {
        let secret = format!("{SECRET}{newline}");
        desk.file("lines", &secret);
        let from_variable = with_variable(&desk, &secret, &format!("{SIGN} --secret-env IMZA_TEST_SECRET"));
        for (kept, source) in
            [(sign(&desk, "--secret-file lines"), "the secret file lines"), (from_variable, "IMZA_TEST_SECRET")]
        {
            assert_eq!(kept.code, Some(0));
            assert_ne!(kept.text(), plain);
            assert!(kept.stderr.starts_with("imza: warning: the ") && kept.stderr.contains(source), "{}", kept.stderr);
            assert!(kept.stderr.contains("--trim-newline takes it off"), "{}", kept.stderr);
        }
        assert_eq!(sign(&desk, "--secret-file lines --trim-newline").done_text(), plain);
        let line = format!("{SIGN} --secret-env IMZA_TEST_SECRET --trim-newline");
        assert_eq!(with_variable(&desk, &secret, &line).done_text(), plain);
    }
    assert_eq!(sign(&desk, "--secret-file secret --trim-newline").done_text(), plain);

    // Only one newline goes.
    desk.file("lines", format!("{SECRET}\n\n"));
    desk.file("line", format!("{SECRET}\n"));
    assert_eq!(sign(&desk, "--secret-file lines --trim-newline").text(), sign(&desk, "--secret-file line").text());

    desk.file("salt-line", format!("{MERCHANT_SALT}\n"));
    let token = |more: &str| desk.imza(words(&format!("{TOKEN} --key-file key {more}")));
    assert!(token("--salt-file salt-line").stderr.contains("the secret file salt-line ends in a newline"));
    assert_eq!(token("--salt-file salt-line --trim-newline").done(), token("--salt-file salt").done());
}

#[test]
fn a_secret_that_cannot_be_had_is_named() {
    let desk = Desk::new();
    desk.file("empty", "");
    desk.file("newline", "\n");
    desk.file("huge", vec![b'x'; 70_000]);
    for (secret, reason) in [
        ("--secret-file gone", "cannot read the secret file gone: "),
        ("--secret-file .", "cannot read the secret file .: "),
        ("--secret-file empty", "the secret file empty is empty"),
        ("--secret-file newline --trim-newline", "the secret file newline is empty"),
        ("--secret-file huge", "the secret file huge is longer than 65536 bytes"),
        ("--secret-file -", "a secret is not read from standard input"),
        ("--secret-env IMZA_TEST_UNSET", "the environment variable IMZA_TEST_UNSET is not set"),
    ] {
        let sentence = sign(&desk, secret).failed();
        assert!(sentence.contains(reason), "{secret}: {sentence}");
    }
    let empty = with_variable(&desk, "", &format!("{SIGN} --secret-env IMZA_TEST_SECRET")).failed();
    assert!(empty.contains("the environment variable IMZA_TEST_SECRET is empty"), "{empty}");
    let token = |more: &str| desk.imza(words(&format!("{TOKEN} {more}"))).failed();
    assert!(token("--key-file gone --salt-file salt").contains("the secret file gone"));
    assert!(token("--key-file key --salt-env IMZA_TEST_UNSET").contains("IMZA_TEST_UNSET is not set"));
}

#[test]
fn exactly_one_source_of_a_secret_is_given_and_never_the_secret_itself() {
    let desk = Desk::new();
    sign(&desk, "").misused();
    sign(&desk, "--secret-file secret --secret-env HOME").misused();
    desk.imza(words(&format!("{TOKEN} --key-file key --key-env HOME --salt-file salt"))).misused();
    desk.imza(words(&format!("{TOKEN} --key-file key --salt-env HOME --salt-file salt"))).misused();
    for option in ["--secret", "--access-key-secret"] {
        for line in [format!("{option} {SECRET}"), format!("{option}={SECRET}")] {
            let misused = sign(&desk, &line).misused();
            assert!(!misused.contains(SECRET), "{misused}");
        }
    }
    for line in [format!("--key={MERCHANT_KEY}"), format!("--salt {MERCHANT_SALT}")] {
        let misused = desk.imza(words(&format!("{TOKEN} {line}"))).misused();
        assert!(!misused.contains(MERCHANT_KEY) && !misused.contains(MERCHANT_SALT), "{misused}");
    }
}

/// However a command ends, it has printed no secret. `--reveal-salt` shows that the check can fail.
#[test]
fn no_secret_is_ever_printed() {
    let desk = Desk::new();
    desk.file("lines", format!("{SECRET}\n"));
    desk.file("bad.toml", format!("[[dlga]]\naccess_key_id = \"a\"\nsecret = \"{SECRET}\" x\n"));
    desk.file("keys.toml", format!("[[dlga]]\naccess_key_id = \"a b\"\nsecret = \"{SECRET}\"\n"));
    let verify = "dlga verify --key-id my-key --method GET --resource /x --now 0 --header x-dlg-date:x";
    let haso = "--recipe a+merhant_salt --merchant-id 1 --key-file key --salt-file salt --field a=1";
    let holds_one = |ended: &Ended| {
        let output = format!("{}{}", ended.text(), ended.stderr);
        [SECRET, MERCHANT_KEY, MERCHANT_SALT].iter().any(|secret| output.contains(secret))
    };
    for line in [
        &format!("{SIGN} --secret-file secret"),
        &format!("{SIGN} --secret-file secret --format json"),
        &format!("{SIGN} --secret-file secret --format curl"),
        &format!("{SIGN} --secret-file lines"),
        &format!("{SIGN} --secret-file secret --method POST"),
        &format!("{verify} --secret-file secret"),
        &format!("{verify} --secret-file secret --header x-dlg-requester-userid:1 --header x-dlg-authorization:x"),
        "dlga verify --keys bad.toml --method GET --resource /x --now 0",
        "dlga verify --keys keys.toml --method GET --resource /x --now 0",
        &format!("haso token {haso}"),
        &format!("haso message {haso}"),
        &format!("haso token {haso} --field b=2"),
        &format!("haso verify {haso} --token x"),
        &format!("haso verify {haso} --token AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ] {
        let ended = desk.imza(words(line));
        assert!(!holds_one(&ended), "{line}: {ended:?}");
    }
    assert!(holds_one(&desk.imza(words(&format!("haso message {haso} --reveal-salt")))));
}

/// DLGA-12: the secret's own bytes, however they are written where it is kept.
#[test]
fn the_encoding_of_a_secret_can_be_named() {
    let desk = Desk::new();
    let plain = sign(&desk, "--secret-file secret").done_text();
    desk.file("base64", "bm90LWEtcmVhbC1zZWNyZXQ=\n");
    desk.file("hex", "6E6F742D612D7265616C2D736563726574");
    for line in [
        "--secret-file base64 --secret-encoding base64",
        "--secret-file base64 --secret-encoding base64url",
        "--secret-file hex --secret-encoding hex",
        "--secret-file secret --secret-encoding as-is",
    ] {
        assert_eq!(sign(&desk, line).done_text(), plain, "{line}");
    }
    let line = format!("{SIGN} --secret-env IMZA_TEST_SECRET --secret-encoding hex");
    assert_eq!(with_variable(&desk, "6e6f742d612d7265616c2d736563726574", &line).done_text(), plain);
    let refused = sign(&desk, "--secret-file secret --secret-encoding hex").failed();
    assert!(refused.ends_with("the secret file secret is not hex, as which it is to be read"), "{refused}");
    sign(&desk, "--secret-file secret --secret-encoding rot13").misused();

    desk.file("key-hex", "6d65726368616e742d6b65792d6e6f742d7265616c");
    desk.file("salt-hex", "6D65726368616E742D73616C742D6E6F742D7265616C");
    let token = |line: &str| desk.imza(words(&format!("{TOKEN} {line}"))).done_text();
    assert_eq!(
        token("--key-file key-hex --salt-file salt-hex --secret-encoding hex"),
        token("--key-file key --salt-file salt")
    );

    let keys = "[[dlga]]\naccess_key_id = \"my-key\"\nsecret_file = \"base64\"\nsecret_encoding = \"base64\"\n";
    desk.file("keys.toml", keys);
    let verify = |more: &str| {
        let mut line = words(&format!("dlga verify --keys keys.toml --method GET --resource /x --now 0 {more}"));
        line.extend(plain.lines().flat_map(|header| ["--header".to_owned(), header.to_owned()]));
        desk.imza(line)
    };
    verify("").done();
    assert!(verify("--secret-encoding base64").failed().contains("write secret_encoding in its entries"));
}

/// What an editor adds to a file is seen as little as a newline is.
#[test]
fn a_byte_order_mark_and_utf_16_are_warned_of() {
    let desk = Desk::new();
    let utf_16: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.file("bom", format!("\u{feff}{SECRET}"));
    desk.file("utf-16", [b"\xff\xfe".to_vec(), utf_16.clone()].concat());
    desk.file("utf-16-bare", utf_16);
    for (file, what) in
        [("bom", "begins with a byte order mark"), ("utf-16", "is UTF-16"), ("utf-16-bare", "is UTF-16")]
    {
        let ended = sign(&desk, &format!("--secret-file {file}"));
        assert_eq!(ended.code, Some(0));
        let warning = format!("imza: warning: the secret file {file} {what}");
        assert!(ended.stderr.starts_with(&warning) && ended.stderr.lines().count() == 1, "{}", ended.stderr);
    }
}

#[test]
#[cfg(unix)]
fn a_secret_file_that_others_can_read_is_warned_of_once() {
    let desk = Desk::new();
    for mode in [0o644, 0o640, 0o604, 0o666] {
        desk.mode("secret", mode);
        let ended = sign(&desk, "--secret-file secret");
        let warning = format!("by other users (its mode is {mode:o}); `chmod 600` takes that away\n");
        assert!(ended.stderr.starts_with("imza: warning: the secret file secret can be read"), "{}", ended.stderr);
        assert!(ended.stderr.ends_with(&warning) && ended.stderr.lines().count() == 1, "{}", ended.stderr);
        assert!(!ended.stderr.contains(SECRET));
    }
    desk.mode("secret", 0o400);
    sign(&desk, "--secret-file secret").done();
    // A pipe belongs to whoever reads it.
    desk.sh(&format!("mkfifo pipe; (printf %s {SECRET} >pipe &); imza {SIGN} --secret-file pipe")).done();
}
