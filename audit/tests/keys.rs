//! The keys file of `imza audit` and `imza dlga verify --keys`: what it may say, and how it says no.

use std::fs;
use std::path::PathBuf;

use imza::{dlga, haso};
use imza_audit::{Keys, KeysError, Newline};

/// A directory of its own for a test, with these files in it; it is removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("imza-keys-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        for (file, text) in files {
            fs::write(path.join(file), text).unwrap();
        }
        Self(path)
    }

    fn read(&self) -> Result<Keys, KeysError> {
        Keys::read(&self.0.join("keys.toml"), Newline::Kept)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a keys file of this text is refused with, without the path in front of the line.
fn refusal(name: &str, text: &str) -> String {
    let directory = Directory::with(name, &[("keys.toml", text), ("secret.txt", "s3cret")]);
    let message = directory.read().expect_err(text).to_string();
    message.split_once("keys.toml").expect("it names the file").1.to_owned()
}

const GOOD: &str = r#"
[[dlga]]
access_key_id = "id-1"
secret = "hunter2"

[[dlga]]
access_key_id = "id-2"
secret_file = "secret.txt"

[[dlga]]
access_key_id = "id-1"
secret_env = "CARGO_PKG_NAME"

[[haso]]
merchant_id = "1000042"
key = "k"
salt_file = "secret.txt"

[[haso]]
merchant_id = "1000043"
hmac_key = "merchant-salt"
salt = "only a salt"

[[haso]]
merchant_id = "1000042"
hmac_key = "merchant-key"
key_env = "CARGO_PKG_NAME"
salt = "older"

[[recipe]]
endpoint = "/RequestV2/CreateTransaction"
message = "merchantId + orderNo + merhant_salt"
"#;

#[test]
fn keys_are_counted_in_the_order_of_the_file_by_dlga_20_and_haso_11() {
    let keys = Directory::with("good", &[("keys.toml", GOOD), ("secret.txt", "s3cret")]).read().unwrap();
    assert_eq!(keys.access_key_ids(), ["id-1", "id-2", "id-1"]);
    assert_eq!(keys.merchant_ids(), ["1000042", "1000043", "1000042"]);
    assert!(keys.warnings().is_empty());

    for (index, (id, secret)) in
        [("id-1", "hunter2"), ("id-2", "s3cret"), ("id-1", "imza-audit")].into_iter().enumerate()
    {
        let request = dlga::Request::get("/v1/x");
        let date = dlga::Date::from_unix(1_615_296_512).unwrap();
        let headers = dlga::Signer::new(id, secret).unwrap().sign(&request, date, "45186").unwrap();
        assert_eq!(keys.verifier().verify(&request, &headers, 1_615_296_512).unwrap().key_index(), index);
    }

    let recipe = keys.recipe("CreateTransaction").unwrap();
    assert_eq!(keys.recipe("/RequestV2/CreateTransaction"), Some(recipe));
    assert_eq!(keys.recipe("SetPreDefinedLimit"), Some(&haso::SET_PRE_DEFINED_LIMIT));
    assert_eq!(keys.recipe("/RequestV2/RefundTransaction"), None);
    let signers = [
        haso::Merchant::new("1000042", "k", "s3cret").unwrap(),
        haso::Merchant::salt_keyed("1000043", "only a salt").unwrap(),
        haso::Merchant::new("1000042", "imza-audit", "older").unwrap(),
    ];
    for (index, signer) in signers.iter().enumerate() {
        let token = signer.token(recipe, &[("orderNo", "7")]).unwrap();
        let (merchant, entries) = keys.merchant(signer.merchant_id()).unwrap();
        let accepted = merchant.verify(recipe, &[("orderNo", "7")], token).unwrap();
        assert_eq!(entries[accepted.key_index()], index);
    }
    assert!(keys.merchant("1").is_none());
}

#[test]
fn a_keys_file_never_shows_a_secret() {
    let keys = Directory::with("debug", &[("keys.toml", GOOD), ("secret.txt", "s3cret")]).read().unwrap();
    for secret in ["hunter2", "s3cret", "only a salt", "older"] {
        assert!(!format!("{keys:?}").contains(secret));
    }
    let with_secret = [
        "[[dlga]]\naccess_key_id = \"a\"\nsecret = 31337\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"31337\nx\"\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret = 31337x\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret = '31337\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"31337\"31337\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"\\31337\"\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"31337\"\nsecret = \"31337\"\n",
        "[[haso]]\nmerchant_id = \"a\"\nhmac_key = \"31337\"\n",
        "[[haso]]\nmerchant_id = \"\"\nkey = \"31337\"\nsalt = \"31337\"\n",
    ];
    for (index, text) in with_secret.into_iter().enumerate() {
        let message = refusal(&format!("secret-{index}"), text);
        assert!(!message.contains("31337"), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }
}

#[test]
fn every_fault_of_a_keys_file_is_one_sentence_with_its_line() {
    let cases = [
        (
            "[[dlga]]\nsecrt = \"x\"",
            ":2: dlga has no word `secrt`; it has access_key_id, secret, secret_env, secret_file",
        ),
        ("[[other]]\n", ":1: a keys file has no word `other`; it has dlga, haso, recipe"),
        ("\n[dlga]\naccess_key_id = \"a\"", ":2: an entry begins with [[dlga]], in two brackets"),
        ("dlga = 1", ":1: an entry begins with [[dlga]], in two brackets"),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"x\"\nsecret_env = \"HOME\"",
            ":4: the secret stands in two places; give one of `secret`, `secret_env`, `secret_file`",
        ),
        (
            "\n\n[[dlga]]\naccess_key_id = \"a\"",
            ":3: this [[dlga]] entry has no `secret`, `secret_env` or `secret_file`",
        ),
        ("[[dlga]]\nsecret = \"x\"", ":1: this [[dlga]] entry has no `access_key_id`"),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_env = \"IMZA_NOT_SET\"",
            ":3: the environment variable `IMZA_NOT_SET` with the secret is not set",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_env = \"A=B\"",
            ":3: the environment variable `A=B` with the secret is not set",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a:b\"\nsecret = \"x\"",
            ":1: the access key id holds `:` at byte 1, which is not allowed there",
        ),
        (
            "[[dlga]]\naccess_key_id = 7\nsecret = \"x\"",
            ":2: `access_key_id` is a text and stands in quotes; this is of type integer",
        ),
        ("[[dlga]]\naccess_key_id = \"a\"\nsecret = \"\"", ":1: the access key secret is empty; a signature needs one"),
        (
            "[[haso]]\nmerchant_id = \"1\"\nkey = \"k\"",
            ":1: this [[haso]] entry has no `salt`, `salt_env` or `salt_file`",
        ),
        (
            "[[haso]]\nmerchant_id = \"1\"\nsalt = \"k\"",
            ":1: this [[haso]] entry has no `key`, `key_env` or `key_file`",
        ),
        (
            "[[haso]]\nmerchant_id = \"1\"\nhmac_key = \"salt\"",
            ":3: `hmac_key` is either \"merchant-key\" or \"merchant-salt\"",
        ),
        (
            "[[recipe]]\nendpoint = \"/a\"\nmessage = \"merchantId\"",
            ":3: the recipe is invalid at byte 10: the salt is missing: add `+ merhant_salt`",
        ),
        (
            "[[recipe]]\nendpoint = \"/a\"\nmessage = \"merhant_salt\"\n[[recipe]]\nendpoint = \"a\"\nmessage = \"merhant_salt\"",
            ":5: this endpoint has a recipe already",
        ),
        ("[[recipe]]\nendpoint = \"\"\nmessage = \"merhant_salt\"", ":2: the endpoint is empty"),
    ];
    for (index, (text, expected)) in cases.into_iter().enumerate() {
        assert_eq!(refusal(&format!("fault-{index}"), text), expected, "{text}");
    }
}

#[test]
fn a_keys_file_or_secret_file_that_cannot_be_read_is_named() {
    let directory = Directory::with("absent", &[]);
    let message = directory.read().unwrap_err().to_string();
    assert!(message.contains("keys.toml: the keys file cannot be read: "), "{message}");

    let message = refusal("absent-secret", "[[dlga]]\naccess_key_id = \"a\"\nsecret_file = \"absent.txt\"");
    assert!(message.starts_with(":3: the file ") && message.contains("absent.txt with the secret cannot be read: "));

    let directory = Directory::with("latin", &[]);
    fs::write(directory.0.join("keys.toml"), b"\n\n# \xfc\n").unwrap();
    assert!(directory.read().unwrap_err().to_string().ends_with("keys.toml:3: the keys file is not UTF-8"));
}

#[test]
fn a_newline_at_the_end_of_a_secret_file_is_kept_with_a_warning_or_trimmed_by_name() {
    // DLGA-12: the secret as handed out, not trimmed.
    let text = "[[dlga]]\naccess_key_id = \"a\"\nsecret_file = \"secret.txt\"";
    for (secret, trimmed) in [("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), ("s3cret\n\n", "s3cret\n")] {
        let directory = Directory::with("newline", &[("keys.toml", text), ("secret.txt", secret)]);
        let request = dlga::Request::get("/v1/x");
        let date = dlga::Date::from_unix(0).unwrap();
        let signed = |secret: &str| dlga::Signer::new("a", secret).unwrap().sign(&request, date, "1").unwrap();

        let kept = directory.read().unwrap();
        assert!(kept.verifier().verify(&request, &signed(secret), 0).is_ok());
        assert_eq!(kept.warnings().len(), 1);
        assert!(kept.warnings()[0].contains("keys.toml:3: the file "), "{:?}", kept.warnings());
        assert!(!kept.warnings()[0].contains("s3cret"));

        let keys = Keys::read(&directory.0.join("keys.toml"), Newline::Trimmed).unwrap();
        assert!(keys.verifier().verify(&request, &signed(trimmed), 0).is_ok());
        assert!(keys.warnings().is_empty());
    }
}
