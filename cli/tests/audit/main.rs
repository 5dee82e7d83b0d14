//! `imza audit` from outside: files in, verdicts, table, report and exit code out.

mod bounds;
mod evidence;
mod faults;
mod formats;
mod lake;
mod planted;
mod recordings;
mod replays;
mod report;
mod summary;
mod terminal;
mod threads;
mod verdicts;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use imza::{dlga, haso};
use serde_json::{Value, json};

/// Two secrets of one access key id, another id; a merchant with two secrets and one with a salt only;
/// a recipe of one's own.
const KEYS: &str = r#"
[[dlga]]
access_key_id = "id-1"
secret = "this month's secret"

[[dlga]]
access_key_id = "id-2"
secret = "another's secret"

[[dlga]]
access_key_id = "id-1"
secret = "last month's secret"

[[haso]]
merchant_id = "1000042"
key = "merchant-key-not-real"
salt = "merchant-salt-not-real"

[[haso]]
merchant_id = "1000043"
hmac_key = "merchant-salt"
salt = "only-a-salt-not-real"

[[haso]]
merchant_id = "1000042"
key = "older-key-not-real"
salt = "older-salt-not-real"

[[recipe]]
endpoint = "/RequestV2/CreateTransaction"
message = "merchantId + orderNo + orderAmount + note? + merhant_salt"
"#;

/// A directory of a test's own with the keys file in it; removed at the end.
struct Desk {
    directory: PathBuf,
}

/// What a run of the command gave.
struct Run {
    code: Option<i32>,
    verdicts: Vec<Value>,
    stdout: String,
    stderr: String,
}

impl Desk {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("imza-audit-{}-{name}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let desk = Self { directory };
        desk.write("keys.toml", KEYS);
        desk
    }

    fn path(&self, file: &str) -> PathBuf {
        self.directory.join(file)
    }

    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(file);
        fs::write(&path, bytes).unwrap();
        // Others read no secrets.
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        path
    }

    /// `imza audit` with the keys file, in the desk's directory.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imza"));
        command.current_dir(&self.directory).arg("audit").args(["--keys", "keys.toml"]).args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs under a limit, in the shell's words.
    #[cfg(feature = "parquet")]
    fn run_within(&self, limit: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new("sh");
        command.current_dir(&self.directory).args(["-c", &format!("{limit}; exec \"$@\""), "sh"]);
        command.args([env!("CARGO_BIN_EXE_imza"), "audit", "--keys", "keys.toml"]).args(arguments);
        Run::of(&command.stdin(Stdio::null()).output().unwrap())
    }

    /// Runs with these bytes on standard input.
    fn pipe(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // A command that refuses its arguments does not read.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Run::of(&output)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        let stdout = String::from_utf8(output.stdout.clone()).unwrap();
        let stderr = String::from_utf8(output.stderr.clone()).unwrap();
        Self { code: output.status.code(), verdicts: verdicts(&stdout), stdout, stderr }
    }

    /// The verdicts' words.
    fn words(&self) -> Vec<&str> {
        self.verdicts.iter().map(|verdict| verdict["verdict"].as_str().unwrap()).collect()
    }

    /// The members `name` of all verdicts.
    fn all(&self, name: &str) -> Vec<Value> {
        self.verdicts.iter().map(|verdict| verdict[name].clone()).collect()
    }

    /// What was said on standard error when the audit could not run: one sentence.
    fn failure(&self) -> &str {
        assert_eq!(self.code, Some(2), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        self.stderr.trim_end()
    }
}

/// 13:28:32 UTC on 9 March 2021.
const MADE: i64 = 1_615_296_512;

/// A valid DLGA record of `id-2`, made at [`MADE`] and received a minute later.
fn dlga_record(id: &str) -> Value {
    dlga_record_of(id, "{}", MADE)
}

/// A valid DLGA record of `id-2` with this body, made at a time and received a minute after [`MADE`].
fn dlga_record_of(id: &str, body: &str, made: i64) -> Value {
    let request = dlga::Request::post("/v1/x").json(body.as_bytes());
    let signer = dlga::Signer::new("id-2", "another's secret").unwrap();
    let headers = signer.sign(&request, dlga::Date::from_unix(made).unwrap(), "45186").unwrap();
    let [(_, date), (_, requester), (_, authorization)] = headers.into_pairs();
    json!({
        "id": id, "scheme": "dlga", "received_at": "2021-03-09T13:29:32Z", "method": "POST", "resource": "/v1/x",
        "headers": {
            "content-type": "application/json", "x-dlg-date": date, "x-dlg-requester-userid": requester,
            "x-dlg-authorization": authorization,
        },
        "body": body,
    })
}

/// A valid Haso record of the merchant 1000042.
fn haso_record(id: &str) -> Value {
    let merchant = haso::Merchant::new("1000042", "older-key-not-real", "older-salt-not-real").unwrap();
    let fields = [("customerId", "5500123"), ("dealerSegment", "GOLD")];
    let token = merchant.token(&haso::SET_PRE_DEFINED_LIMIT, &fields).unwrap();
    json!({
        "id": id, "scheme": "haso", "endpoint": "/RequestV2/SetPreDefinedLimit",
        "fields": {"merchantId": "1000042", "customerId": "5500123", "dealerSegment": "GOLD", "requestToken": token},
    })
}

/// Records as JSON Lines.
fn lines(records: &[Value]) -> String {
    records.iter().flat_map(|record| [record.to_string(), "\n".to_owned()]).collect()
}

fn verdicts(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

fn verdicts_of(path: &Path) -> Vec<Value> {
    verdicts(&fs::read_to_string(path).unwrap())
}
