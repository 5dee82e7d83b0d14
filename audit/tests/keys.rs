//! The keys file of `imza audit` and `imza dlga verify --keys`: what it may say, and how it says no.

use std::fs;
use std::path::{Path, PathBuf};

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
            mode(&path.join(file), 0o600);
        }
        Self(path)
    }

    fn read(&self) -> Result<Keys, KeysError> {
        Keys::read(&self.0.join("keys.toml"), Newline::Kept)
    }
}

/// Sets who can read a file, where files have such modes.
fn mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    #[cfg(not(unix))]
    let _ = (path, mode);
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

[[haso]]
merchant_id = "1000043"
hmac_key = "merchant-salt"
salt = "an older salt"

[[haso]]
merchant_id = "1000043"
key = "not keyed by its salt"
salt = "oldest"

[[recipe]]
endpoint = "/RequestV2/CreateTransaction"
message = "merchantId + orderNo + merhant_salt"
"#;

#[test]
fn keys_are_counted_in_the_order_of_the_file_by_dlga_20_and_haso_11() {
    let keys = Directory::with("good", &[("keys.toml", GOOD), ("secret.txt", "s3cret")]).read().unwrap();
    assert_eq!(keys.access_key_ids(), ["id-1", "id-2", "id-1"]);
    assert_eq!(keys.merchant_ids(), ["1000042", "1000043", "1000042", "1000043", "1000043"]);
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
        haso::Merchant::salt_keyed("1000043", "an older salt").unwrap(),
        haso::Merchant::new("1000043", "not keyed by its salt", "oldest").unwrap(),
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
        "[[dlga]]\naccess_key_id = \"a\"\n31337 = \"secret\"\n",
        "[[dlga]]\naccess_key_id = \"a\"\nhunter31337 = \"secret\"\n",
        "[[hunter31337]]\n",
        "hunter31337 = \"secret\"\n",
        "hunter31337\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret\"31337\" = \"x\"\n",
        "[[dlga]]\naccess_key_id = \"a\"\nsecr = \"\"\n\"not 31337\" = \"x\"\n",
        "[[dlga]]\naccess_key_id = \"a\"\n\"not 31337\" = \"x\"\n",
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
            ":2: dlga has no word `secrt`; it has access_key_id, secret, secret_env, secret_file, secret_encoding, secret_command",
        ),
        ("[[other]]\n", ":1: a keys file has no word `other`; it has dlga, haso, recipe"),
        ("\n[dlga]\naccess_key_id = \"a\"", ":2: an entry begins with [[dlga]], in two brackets"),
        ("dlga = 1", ":1: an entry begins with [[dlga]], in two brackets"),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"x\"\nsecret_env = \"HOME\"",
            ":4: the secret is given in two places; give one of `secret`, `secret_env`, `secret_file`, `secret_command`",
        ),
        (
            "\n\n[[dlga]]\naccess_key_id = \"a\"",
            ":3: this [[dlga]] entry has no `secret`, `secret_env`, `secret_file` or `secret_command`",
        ),
        ("[[dlga]]\nsecret = \"x\"", ":1: this [[dlga]] entry has no `access_key_id`"),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_env = \"IMZA_NOT_SET\"",
            ":3: the environment variable IMZA_NOT_SET is not set",
        ),
        ("[[dlga]]\naccess_key_id = \"a\"\nsecret_env = \"A=B\"", ":3: the environment variable A=B is not set"),
        (
            "[[dlga]]\naccess_key_id = \"a:b\"\nsecret = \"x\"",
            ":1: the access key id holds `:` at byte 1, which is not allowed there",
        ),
        ("[[dlga]]\naccess_key_id = 7\nsecret = \"x\"", ":2: `access_key_id` is a text, in quotes; this is a number"),
        ("[[dlga]]\naccess_key_id = \"a\"\nsecret = \"\"", ":1: the access key secret is empty; a signature needs one"),
        (
            "[[haso]]\nmerchant_id = \"1\"\nkey = \"k\"",
            ":1: this [[haso]] entry has no `salt`, `salt_env`, `salt_file` or `salt_command`",
        ),
        (
            "[[haso]]\nmerchant_id = \"1\"\nsalt = \"k\"",
            ":1: this [[haso]] entry has no `key`, `key_env`, `key_file` or `key_command`",
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
        ("[[dlga]]\naccess_key_id = \"a\"\nsecret = \"x\"\nsecret = \"y\"", ":4: `secret` is given twice"),
        ("[[dlga]]\naccess_key_id = [\"a\", { b = 1 }]\n", ":2: `access_key_id` is a text, in quotes; this is a list"),
        ("[[dlga]]\naccess_key_id = { b = \"c\" }\n", ":2: `access_key_id` is a text, in quotes; this is a table"),
        ("[[dlga]]\naccess_key_id = true\n", ":2: `access_key_id` is a text, in quotes; this is true or false"),
        ("[[dlga]]\naccess_key_id = 2021-03-09\n", ":2: `access_key_id` is a text, in quotes; this is a date"),
        (
            "[[dlga]]\naccess_key_id.b = \"a\"\n",
            ":2: dlga has no word `access_key_id.b`; it has access_key_id, secret, secret_env, secret_file, secret_encoding, secret_command",
        ),
        ("[[", ":1: this is not TOML: unquoted keys cannot be empty"),
        ("[[dlga]", ":1: this is not TOML: unclosed array table"),
        ("[[dlga]]\n = \"x\"", ":2: this is not TOML: unquoted keys cannot be empty"),
        ("[[dlga.x]]\n", ":1: a keys file has no word `dlga.x`; it has dlga, haso, recipe"),
        ("[dlga.x]\n", ":1: a keys file has no word `dlga.x`; it has dlga, haso, recipe"),
        ("secret = \"x\"\n", ":1: a keys file has no word `secret`; it has dlga, haso, recipe"),
        ("dlga = [{ access_key_id = \"a\", secret = \"x\" }]\n", ":1: an entry begins with [[dlga]], in two brackets"),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_encoding = \"rot13\"\nsecret = \"x\"",
            ":3: `secret_encoding` is one of \"as-is\", \"base64\", \"base64url\", \"hex\"",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_encoding = \"base64\"\nsecret = \"x!\"",
            ":4: `secret` is not base64, as which it is to be read",
        ),
        (
            "[[haso]]\nmerchant_id = \"a\"\nkey = \"00\"\nsalt = \"0\"\nsecret_encoding = \"hex\"",
            ":4: `salt` is not hex, as which it is to be read",
        ),
        (
            "[[recipe]]\nendpoint = \"a/b\"\nmessage = \"merhant_salt\"\n[[recipe]]\nendpoint = \"b\"\nmessage = \"merhant_salt\"",
            ":5: this endpoint has a recipe already",
        ),
        (
            "[[recipe]]\nendpoint = \"b\"\nmessage = \"merhant_salt\"\n[[recipe]]\nendpoint = \"/a/b\"\nmessage = \"merhant_salt\"",
            ":5: this endpoint has a recipe already",
        ),
        ("[[recipe]]\nendpoint = \"\"\nmessage = \"merhant_salt\"", ":2: the endpoint is empty"),
        ("[[dlga]]\naccess_key_id = \"a\"\nsecret_env = \"\"", ":3: `secret_env` is empty"),
        ("[[haso]]\nmerchant_id = \"a\"\nkey = \"k\"\nsalt_file = \"\"", ":4: `salt_file` is empty"),
    ];
    for (index, (text, expected)) in cases.into_iter().enumerate() {
        assert_eq!(refusal(&format!("fault-{index}"), text), expected, "{text}");
    }
}

#[test]
fn every_fault_of_a_command_is_one_sentence_with_its_line() {
    let cases = [
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_command = \"pass show a\"",
            ":3: `secret_command` is a list of texts; this is a text",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_command = [\n\"pass\",\n7]",
            ":5: `secret_command` is a list of texts; in it there is a number",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_command = [\"pass\", [\"show\"]]",
            ":3: `secret_command` is a list of texts; in it there is a list",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_command = [\"pass\", { a = 1 }]",
            ":3: `secret_command` is a list of texts; in it there is a table",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"x\"\nsecret_command = [\"pass\"]",
            ":4: the secret is given in two places; give one of `secret`, `secret_env`, `secret_file`, `secret_command`",
        ),
        (
            "[[dlga]]\naccess_key_id = \"a\"\nsecret_command = [\"pass\"]\nsecret_command = [\"pass\"]",
            ":4: `secret_command` is given twice",
        ),
        ("[[dlga]]\naccess_key_id = \"a\"\nsecret_command = []", ":3: cannot run a command: no program is named"),
        ("[[dlga]]\naccess_key_id = \"a\"\nsecret_command = [\"\"]", ":3: cannot run a command: no program is named"),
    ];
    for (index, (text, expected)) in cases.into_iter().enumerate() {
        assert_eq!(refusal(&format!("command-fault-{index}"), text), expected, "{text}");
    }
}

#[test]
fn a_keys_file_or_secret_file_that_cannot_be_read_is_named() {
    let directory = Directory::with("absent", &[]);
    let message = directory.read().unwrap_err().to_string();
    assert!(message.contains("keys.toml: the keys file cannot be read: "), "{message}");

    let message = refusal("absent-secret", "[[dlga]]\naccess_key_id = \"a\"\nsecret_file = \"absent.txt\"");
    assert!(message.starts_with(":3: cannot read the secret file ") && message.contains("absent.txt: "), "{message}");

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
        assert!(kept.warnings()[0].contains("keys.toml:3: the secret file "), "{:?}", kept.warnings());
        assert!(!kept.warnings()[0].contains("s3cret"));

        let keys = Keys::read(&directory.0.join("keys.toml"), Newline::Trimmed).unwrap();
        assert!(keys.verifier().verify(&request, &signed(trimmed), 0).is_ok());
        assert!(keys.warnings().is_empty());
    }
}

#[test]
fn names_and_texts_may_be_written_in_every_way_that_toml_has() {
    let text = "\u{feff}# keys\r\n[[ 'dlga' ]] # one\r\n\"access_key\\u005fid\" = 'id-1'\r\nsecret = \"\"\"\\\r\n  hun\\u0074er\\\r\n  2\"\"\"\r\n\
        [[dlga]]\naccess_key_id = \"\\u0069d-2\"\nsecret = '''\ns3cret'''\n\
        [[recipe]]\nendpoint = \"/a/b\"\nmessage = \"merhant_salt\"\n[[recipe]]\nendpoint = \"/c/b\"\nmessage = \"merhant_salt\"\n";
    let keys = Directory::with("written", &[("keys.toml", text)]).read().unwrap();
    assert_eq!(keys.access_key_ids(), ["id-1", "id-2"]);
    assert_eq!(keys.recipes().len(), 2);
    let request = dlga::Request::get("/v1/x");
    let date = dlga::Date::from_unix(0).unwrap();
    for (id, secret) in [("id-1", "hunter2"), ("id-2", "s3cret")] {
        let headers = dlga::Signer::new(id, secret).unwrap().sign(&request, date, "1").unwrap();
        assert!(keys.verifier().verify(&request, &headers, 0).is_ok(), "{id}");
    }
}

#[test]
fn the_encoding_of_a_secret_can_be_named() {
    let secret = "s3cret?>\u{ff}";
    let (base64, url, hex) = ("czNjcmV0Pz7Dvw==", "czNjcmV0Pz7Dvw", "73336372657 43f3ec3bf");
    let entry = |encoding: &str, source: &str| {
        format!("[[dlga]]\naccess_key_id = \"{encoding}\"\nsecret_encoding = \"{encoding}\"\n{source}\n")
    };
    let text = [
        entry("as-is", &format!("secret = \"{secret}\"")),
        entry("base64", "secret_file = \"base64\""),
        entry("base64url", &format!("secret = \"{url}\"")),
        entry("hex", &format!("secret = \"{hex}\"")),
        format!("[[haso]]\nmerchant_id = \"1\"\nkey = \"{hex}\"\nsalt = \"{hex}\"\nsecret_encoding = \"hex\"\n"),
    ];
    let files = [("keys.toml", text.concat()), ("base64", format!("{base64}\n"))];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let keys = Directory::with("encoding", &files).read().unwrap();
    assert!(keys.warnings().is_empty(), "{:?}", keys.warnings());
    let request = dlga::Request::get("/v1/x");
    let date = dlga::Date::from_unix(0).unwrap();
    for id in ["as-is", "base64", "base64url", "hex"] {
        let headers = dlga::Signer::new(id, secret).unwrap().sign(&request, date, "1").unwrap();
        assert!(keys.verifier().verify(&request, &headers, 0).is_ok(), "{id}");
    }
    let token = haso::Merchant::new("1", secret, secret).unwrap().token(&haso::SET_PRE_DEFINED_LIMIT, &FIELDS).unwrap();
    let (merchant, _) = keys.merchant("1").unwrap();
    assert!(merchant.verify(&haso::SET_PRE_DEFINED_LIMIT, &FIELDS, &token).is_ok());
}

const FIELDS: [(&str, &str); 2] = [("customerId", "5500123"), ("dealerSegment", "GOLD")];

#[test]
fn nothing_explains_where_it_was_not_asked_to() {
    let directory = Directory::with("explain", &[("keys.toml", GOOD), ("secret.txt", "s3cret")]);
    let keys = directory.read().unwrap();
    assert!(keys.explainer().is_none() && keys.merchant_explainer("1000042").is_none());
    let keys = Keys::read_to_explain(&directory.0.join("keys.toml"), Newline::Kept).unwrap();
    assert!(keys.explainer().is_some() && keys.merchant_explainer("1").is_none());
    for (merchant_id, secret) in [
        ("1000042", haso::Secret::new("k", "s3cret").unwrap()),
        ("1000042", haso::Secret::new("imza-audit", "older").unwrap()),
        ("1000043", haso::Secret::salt_only("only a salt").unwrap()),
        ("1000043", haso::Secret::salt_only("an older salt").unwrap()),
        ("1000043", haso::Secret::new("not keyed by its salt", "oldest").unwrap()),
    ] {
        let merchant = haso::Merchant::of(merchant_id, &secret).unwrap();
        let token = merchant.token(&haso::SET_PRE_DEFINED_LIMIT, &FIELDS).unwrap();
        let explainer = keys.merchant_explainer(merchant_id).unwrap();
        assert!(explainer.explain(&haso::SET_PRE_DEFINED_LIMIT, &FIELDS, token).is_valid(), "{merchant_id}");
    }
}

#[test]
fn secret_files_with_a_mark_or_in_utf_16_are_warned_of_with_the_line() {
    let entry = |file: &str| format!("[[dlga]]\naccess_key_id = \"a\"\nsecret_file = \"{file}\"\n");
    let text = ["plain", "mark", "line"].map(entry).concat();
    let files = [("keys.toml", text.as_str()), ("plain", "s3cret"), ("mark", "\u{feff}s3cret"), ("line", "s\0e\0\n\0")];
    let keys = Directory::with("marks", &files).read().unwrap();
    let warnings = keys.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("keys.toml:6: the secret file ") && warnings[0].contains("byte order mark"));
    assert!(warnings[1].contains("keys.toml:9: the secret file ") && warnings[1].contains("UTF-16"));
}

#[test]
#[cfg(unix)]
fn a_file_with_secrets_that_others_can_read_is_warned_of_once() {
    let inline = "[[dlga]]\naccess_key_id = \"a\"\nsecret = \"s3cret\"\n";
    let in_file = "[[dlga]]\naccess_key_id = \"a\"\nsecret_file = \"secret.txt\"\n";
    let warnings = |text: &str, modes: [u32; 2]| {
        let directory = Directory::with("modes", &[("keys.toml", text), ("secret.txt", "s3cret")]);
        mode(&directory.0.join("keys.toml"), modes[0]);
        mode(&directory.0.join("secret.txt"), modes[1]);
        directory.read().unwrap().warnings().to_vec()
    };
    assert!(warnings(inline, [0o600, 0o666]).is_empty());
    // A keys file that names its secrets only is not a secret itself.
    assert!(warnings(in_file, [0o666, 0o600]).is_empty());
    for modes in [0o644, 0o640, 0o604, 0o666] {
        let said = warnings(inline, [modes, 0o600]);
        assert!(said.len() == 1 && said[0].contains("the keys file") && said[0].contains("other users"), "{said:?}");
        assert!(!said[0].contains("s3cret"));
        let said = warnings(in_file, [0o600, modes]);
        assert!(said.len() == 1 && said[0].contains("secret.txt can be read"), "{said:?}");
        let said = warnings(&in_file.repeat(5), [0o600, modes]);
        assert!(said.len() == 1 && said[0].contains("so can 4 other secret files"), "{said:?}");
    }
}

#[test]
#[cfg(unix)]
fn a_file_without_an_end_is_refused_in_a_sentence() {
    let message = refusal("zero", "[[dlga]]\naccess_key_id = \"a\"\nsecret_file = \"/dev/zero\"");
    assert_eq!(message, ":3: the secret file /dev/zero is longer than 65536 bytes");
    let message = Keys::read(Path::new("/dev/zero"), Newline::Kept).unwrap_err().to_string();
    assert_eq!(message, "/dev/zero: the keys file is longer than 33554432 bytes");
}

/// Twenty times as many keys take about twenty times as long, and not four hundred times.
#[test]
fn a_hundred_thousand_keys_are_read_in_time_that_grows_with_them() {
    let entry = |n: usize| match n % 3 {
        0 => format!("[[dlga]]\naccess_key_id = \"id-{n}\"\nsecret = \"not-a-real-secret-{n}\"\n"),
        1 => format!("[[haso]]\nmerchant_id = \"{n}\"\nkey = \"not-real-{n}\"\nsalt = \"not-real-{n}\"\n"),
        _ => format!("[[recipe]]\nendpoint = \"/a/{n}\"\nmessage = \"merhant_salt\"\n"),
    };
    let time = |count: usize| {
        let text: String = (0..count).map(entry).collect();
        let directory = Directory::with(&format!("many-{count}"), &[("keys.toml", &text)]);
        let begun = std::time::Instant::now();
        let keys = directory.read().unwrap();
        assert_eq!(keys.access_key_ids().len() + keys.merchant_ids().len() + keys.recipes().len(), count);
        begun.elapsed()
    };
    let (few, many) = (time(5_000), time(100_000));
    assert!(many < few * 100, "{few:?}, {many:?}");
}

#[cfg(unix)]
#[test]
fn a_secret_can_come_from_a_program() {
    let text = r#"
[[dlga]]
access_key_id = "a"
secret_command = [
    "./vault", "31337",   # which has a comment
    'x',
]

[[haso]]
merchant_id = "1"
key_command = ["printf", "%s", "a \" key; echo"]
salt_command = ["cat", "salt.txt"]
secret_encoding = "as-is"
"#;
    let vault = "#!/bin/sh\necho \"s3cret-$1-$2\"\n";
    let directory = Directory::with("command", &[("keys.toml", text), ("vault", vault), ("salt.txt", "salty\n")]);
    mode(&directory.0.join("vault"), 0o700);
    let keys = directory.read().unwrap();
    assert_eq!(keys.warnings(), [""; 0]);
    let (request, date) = (dlga::Request::get("/v1/x"), dlga::Date::from_unix(0).unwrap());
    let signed = dlga::Signer::new("a", "s3cret-31337-x").unwrap().sign(&request, date, "1").unwrap();
    assert!(keys.verifier().verify(&request, &signed, 0).is_ok());
    let merchant = haso::Merchant::new("1", "a \" key; echo", "salty").unwrap();
    let recipe = haso::Recipe::parse("merchantId + merhant_salt").unwrap();
    let token = merchant.token(&recipe, &[("merchantId", "1")]).unwrap();
    assert!(keys.merchant("1").unwrap().0.verify(&recipe, &[("merchantId", "1")], &token).is_ok());

    // Whoever can write the file decides what runs.
    for open in [0o620, 0o602, 0o666] {
        mode(&directory.0.join("keys.toml"), open);
        let error = directory.read().unwrap_err().to_string();
        let said = "keys.toml:4: `secret_command`: no command is run, since other users can change the keys file; `chmod go-w` takes that away";
        assert!(error.ends_with(said), "{error}");
    }
    let error = Keys::of_toml(text.as_bytes(), Newline::Kept, false).unwrap_err().to_string();
    let said = "<keys>:4: `secret_command`: a command is run for a keys file alone, and not for a text from memory";
    assert_eq!(error, said);
    let message = refusal(
        "failing",
        "[[dlga]]\naccess_key_id = \"a\"\nsecret_command = [\"sh\", \"-c\", \"echo 31337; exit 3\"]",
    );
    assert_eq!(message, ":3: the command sh failed (exit status: 3)");
}
