//! A server that is run as a user runs it, and a client that can misbehave.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

pub(crate) const KEY_ID: &str = "1234567-8ABC-DEF0-5432-56712ABCDEF5";
pub(crate) const SECRET: &str = "not-a-real-secret";
pub(crate) const KEYS: &str = r#"
[[dlga]]
access_key_id = "1234567-8ABC-DEF0-5432-56712ABCDEF5"
secret = "not-a-real-secret"

[[haso]]
merchant_id = "1000042"
key = "merchant-key-not-real"
salt = "merchant-salt-not-real"

[[recipe]]
endpoint = "/RequestV2/CreateTransaction"
message = "merchantId + ipAddress + merchantOid + orderAmount + merhant_salt"
"#;

/// How long a test waits for what must come.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// A running server. It ends with the test.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: String,
    lines: Receiver<String>,
    pub(crate) directory: tempfile::TempDir,
}

impl Served {
    /// Runs `imza NAME --keys KEYS --listen ANY …`, with the keys file's further text.
    pub(crate) fn run(name: &str, more: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let keys = private(directory.path(), "keys.toml", KEYS);
        let mut child = Command::new(env!("CARGO_BIN_EXE_imza"))
            .args([name, "--keys", keys.to_str().unwrap(), "--listen", "127.0.0.1:0"])
            .args(more)
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let first: String = lines.recv_timeout(SOON).unwrap();
        let (_, address) = first.split_once("http://").unwrap();
        let address = address.split([',', ' ']).next().unwrap().to_owned();
        Self { child, address, lines, directory }
    }

    /// The next line of standard output.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(SOON).unwrap()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(&self.address).unwrap();
        socket.set_read_timeout(Some(SOON)).unwrap();
        socket
    }

    /// Sends bytes as they are; what is answered until the server closes.
    pub(crate) fn raw(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut socket = self.connect();
        // A server that refuses early does not read to the end.
        let _ = socket.write_all(bytes.as_ref());
        let _ = socket.shutdown(Shutdown::Write);
        rest(socket)
    }

    /// Sends a request; the status and the body of the answer.
    pub(crate) fn send(&self, method: &str, resource: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut request = format!("{method} {resource} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", self.address);
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        let answer = self.raw(request);
        let status = answer.split(' ').nth(1).unwrap_or_default().parse().unwrap_or_default();
        (status, answer.split_once("\r\n\r\n").unwrap_or_default().1.to_owned())
    }

    /// Posts a form.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &[("content-type", "application/x-www-form-urlencoded")], &body)
    }

    /// The memory that the process holds, in KiB, where the system says it as Linux does.
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Asks the process to end; its exit code, and what it said on standard error.
    #[cfg(unix)]
    pub(crate) fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, said)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is read until the connection ends.
pub(crate) fn rest(mut socket: TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset ends a connection too.
    let _ = socket.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A file that others cannot read.
pub(crate) fn private(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    path
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
