//! The example client and server, talking over real sockets on the loopback address; and every
//! refusal of the vendor's table (DLGA-14), seen on the wire with its status and text.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use imza::dlga;
use imza::dlga::calls::GetTransactionHash;

const CREDENTIALS: [(&str, &str); 5] = [
    ("DLGA_KEY_ID", "key-id"),
    ("DLGA_SECRET", "not-a-real-secret"),
    ("HASO_MERCHANT_ID", "1000042"),
    ("HASO_KEY", "merchant-key-not-real"),
    ("HASO_SALT", "merchant-salt-not-real"),
];

const BODY: &str = r#"{"customerId" : "123456", "deviceHash" : "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k="}"#;

/// A server of our own on a free port; ends with the test.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_server"))
            .arg("127.0.0.1:0")
            .envs(CREDENTIALS)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn run_client(address: &str, age: &str) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_client"))
        .args([&format!("http://{address}"), age])
        .envs(CREDENTIALS)
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

/// The three headers that sign `BODY` at a time.
fn signed(secret: &str, unix: i64) -> Vec<(String, String)> {
    let signer = dlga::Signer::new("key-id", secret).unwrap();
    let request = dlga::Request::post(GetTransactionHash::RESOURCE).json(BODY);
    let headers = signer.sign(&request, dlga::Date::from_unix(unix).unwrap(), "45186").unwrap();
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Posts a body with headers, byte by byte as given, and gives back status and text.
fn post(address: &str, headers: &[(String, String)], body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut request = format!(
        "POST {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
        GetTransactionHash::RESOURCE,
        body.len()
    );
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), text.to_owned())
}

#[test]
fn both_documented_calls_are_answered() {
    let server = Server::start();
    let (succeeded, printed) = run_client(&server.address, "0");
    assert!(succeeded, "{printed}");
    assert_eq!(
        printed,
        "gettransactionhashforonlinehelp: 7c5963043b37edbe2706c2b48b4568387084acc7\n\
         SetPreDefinedLimit: {\"CustomerInfo\":{\"customerId\":\"5500123\"}}\n"
    );
}

/// DLGA-14: sixteen minutes late.
#[test]
fn a_late_client_is_told_the_vendors_text() {
    let server = Server::start();
    let (succeeded, printed) = run_client(&server.address, "960");
    assert!(!succeeded);
    assert!(
        printed.contains("the vendor refused the signature with 403: Request time may not be correct."),
        "{printed}"
    );
}

/// DLGA-14, DLGA-15: each refusal of the table.
#[test]
fn every_refusal_is_seen_on_the_wire() {
    let server = Server::start();
    let good = signed("not-a-real-secret", now());
    let with = |name: &str, value: &str| -> Vec<(String, String)> {
        good.iter().map(|(n, v)| (n.clone(), if n == name { value.to_owned() } else { v.clone() })).collect()
    };
    assert_eq!(post(&server.address, &good, BODY).0, 200);

    let cases = [
        (good[..2].to_vec(), 400, "Required headers not found"),
        (with("x-dlg-authorization", "Bearer x"), 400, "Authorization failed due to data format not valid"),
        (with("x-dlg-date", "yesterday"), 400, "Authorization failed due to date not valid"),
        (signed("another-secret", now()), 401, "Authorization failed"),
        (signed("not-a-real-secret", now() - 960), 403, "Request time may not be correct."),
        (signed("not-a-real-secret", now() + 960), 403, "Request time may not be correct."),
    ];
    for (headers, status, text) in cases {
        assert_eq!(post(&server.address, &headers, BODY), (status, text.to_owned()));
    }
}

/// DLGA-7: a proxy in between that writes the JSON anew sends another body.
#[test]
fn a_proxy_that_reformats_the_json_gets_a_401() {
    let server = Server::start();
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy_address = proxy.local_addr().unwrap().to_string();
    let upstream = server.address.clone();
    let relay = std::thread::spawn(move || {
        let (mut client, _) = proxy.accept().unwrap();
        let mut reader = BufReader::new(client.try_clone().unwrap());
        let (mut headers, mut length) = (Vec::new(), 0);
        for line in reader.by_ref().lines().skip(1).map(Result::unwrap).take_while(|line| !line.is_empty()) {
            let (name, value) = line.split_once(": ").unwrap();
            match name {
                "content-length" => length = value.parse().unwrap(),
                name if name.starts_with("x-dlg-") => headers.push((name.to_owned(), value.to_owned())),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let reformatted = serde_json::from_slice::<serde_json::Value>(&body).unwrap().to_string();
        let (status, text) = post(&upstream, &headers, &reformatted);
        write!(client, "HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{text}", text.len()).unwrap();
    });
    let answer = post(&proxy_address, &signed("not-a-real-secret", now()), BODY);
    relay.join().unwrap();
    assert_eq!(answer, (401, "Authorization failed".to_owned()));
}
