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
