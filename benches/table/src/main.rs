//! One table: signing and verifying with imza, beside what a user would write instead, at several sizes, each figure as a
//! ratio to the floor: the compressions of SHA-256 that no implementation can do without. All calls of one size are timed in
//! turns in one process; the peers in other languages run between them. Each peer does the whole job and has to give the same answer
//! before it is timed.
//!
//!     make bench

mod c;
mod peers;
mod plot;

use std::hint::black_box;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use imza::{dlga, haso};
use sha2::block_api::compress256;

const SIZES: [usize; 6] = [50, 100, 200, 300, 1000, 4096];
const KEY_ID: &str = "1234567-8ABC-DEF0-5432-56712ABCDEF5";
const SECRET: &str = "not-a-real-secret";
const DATE: &str = "Tue, 09 Mar 2021 13:28:32 GMT";
const NOW: i64 = 1_615_296_512;
/// Turns of all calls, and the time of one call's turn.
const TURNS: usize = 60;
const TURN_NANOSECONDS: f64 = 60_000.0;

/// A DLGA request whose string to sign has a given length.
pub struct Case {
    size: usize,
    method: &'static str,
    content_type: &'static str,
    body: String,
    resource: String,
    authorization: String,
}

impl Case {
    fn new(size: usize) -> Self {
        let resource = "/v1/application/gettransactionhashforonlinehelp";
        let mut case = Self {
            size,
            method: "GET",
            content_type: "",
            body: String::new(),
            resource: resource.into(),
            authorization: String::new(),
        };
        let around = |case: &Self| case.method.len() + case.content_type.len() + DATE.len() + 3;
        if size < 150 {
            case.resource = format!("/{}", "r".repeat(size - around(&case) - 1));
        } else {
            (case.method, case.content_type) = ("POST", "application/json");
            case.body = "x".repeat(size - around(&case) - resource.len() - 1);
        }
        assert_eq!(case.request().string_to_sign(DATE).unwrap().len(), size);
        case.authorization = signer().authorization(&case.request(), date()).unwrap();
        case
    }

    fn request(&self) -> dlga::Request<'_> {
        dlga::Request::new(self.method, &self.resource).content_type(self.content_type).body(&self.body)
    }

    /// What a server receives, in the order of a usual client.
    fn headers(&self) -> Vec<(&'static str, &str)> {
        let mut headers = vec![
            ("Host", "api.example"),
            ("x-dlg-date", DATE),
            ("x-dlg-requester-userid", "45186"),
            ("x-dlg-authorization", self.authorization.as_str()),
        ];
        if !self.content_type.is_empty() {
            headers.insert(1, ("Content-Type", self.content_type));
        }
        headers
    }

    /// The string to sign in pieces, as peers hash it.
    fn pieces(&self) -> Vec<&[u8]> {
        let mut pieces: Vec<&[u8]> =
            vec![self.method.as_bytes(), b"\n", self.content_type.as_bytes(), b"\n", DATE.as_bytes(), b"\n"];
        if !self.body.is_empty() {
            pieces.extend([self.body.as_bytes(), b"\n"]);
        }
        pieces.push(self.resource.as_bytes());
        pieces
    }

    fn signature(&self) -> &str {
        self.authorization.rsplit(':').next().unwrap()
    }
}

/// Fields of Haso's whose message has a given length.
pub struct Token {
    recipe: haso::Recipe,
    fields: Vec<(&'static str, String)>,
    token: String,
}

const MERCHANT: (&str, &str, &str) = ("1000042", "merchant-key-not-real", "merchant-salt-not-real");

impl Token {
    fn new(size: usize) -> Self {
        let recipe = haso::Recipe::parse("merchantId + orderNo + note + merhant_salt").unwrap();
        let note = "n".repeat(size - MERCHANT.0.len() - 7 - MERCHANT.2.len());
        let fields = vec![("orderNo", "7700001".to_owned()), ("note", note)];
        let merchant = merchant();
        assert_eq!(merchant.message(&recipe, &fields).unwrap().reveal().len(), size);
        let token = merchant.token(&recipe, &fields).unwrap();
        Self { recipe, fields, token }
    }

    /// The message, as peers put it together.
    fn message(&self) -> String {
        let value = |name: &str| self.fields.iter().find(|(field, _)| *field == name).map_or("", |(_, value)| value);
        format!("{}{}{}{}", MERCHANT.0, value("orderNo"), value("note"), MERCHANT.2)
    }
}

fn signer() -> dlga::Signer {
    dlga::Signer::new(KEY_ID, SECRET).unwrap()
}

fn verifier() -> dlga::Verifier {
    dlga::Verifier::new().key(KEY_ID, SECRET).unwrap()
}

fn merchant() -> haso::Merchant {
    haso::Merchant::new(MERCHANT.0, MERCHANT.1, MERCHANT.2).unwrap()
}

fn date() -> dlga::Date {
    dlga::Date::parse(DATE).unwrap()
}

/// A call that is timed; it says whether its answer is right.
type Call<'a> = Box<dyn FnMut() -> bool + 'a>;

/// Times calls in turns, and gives each one's minimum and median in nanoseconds.
fn in_turns(calls: &mut [(&str, Call)]) -> Vec<(f64, f64)> {
    let mut times = vec![Vec::with_capacity(TURNS); calls.len()];
    let mut repeats = Vec::new();
    for (name, call) in &mut *calls {
        assert!(call(), "{name} gives another answer");
        let begun = Instant::now();
        (0..200).for_each(|_| assert!(call()));
        repeats.push((TURN_NANOSECONDS / (begun.elapsed().as_nanos() as f64 / 200.0)).ceil() as u32);
    }
    for _ in 0..TURNS {
        for (((_, call), times), &repeats) in calls.iter_mut().zip(&mut times).zip(&repeats) {
            let begun = Instant::now();
            for _ in 0..repeats {
                black_box(call());
            }
            times.push(begun.elapsed().as_nanos() as f64 / f64::from(repeats));
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_by(f64::total_cmp);
            (times[0], times[times.len() / 2])
        })
        .collect()
}

/// SHA-256 alone over as many blocks as a prepared HMAC of a message cannot do without.
fn floor(size: usize) -> impl FnMut() -> bool {
    let inner = vec![[7_u8; 64]; (size + 9).div_ceil(64)];
    move || {
        let mut state = black_box([1_u32; 8]);
        compress256(&mut state, black_box(&inner));
        compress256(&mut state, black_box(&[[9_u8; 64]]));
        black_box(state)[0] != 1
    }
}

/// One row: the operation, the size, and each column's minimum and median as ratios to the floor.
pub struct Row {
    operation: &'static str,
    size: usize,
    floor: f64,
    cells: Vec<(String, f64, f64)>,
}

fn row(operation: &'static str, size: usize, mut calls: Vec<(&str, Call)>) -> Row {
    calls.push(("floor", Box::new(floor(size))));
    let mut times = in_turns(&mut calls);
    let (floor, _) = times.pop().unwrap();
    calls.pop();
    let cells =
        calls.iter().zip(times).map(|((name, _), (min, median))| ((*name).to_owned(), min / floor, median / floor));
    Row { operation, size, floor, cells: cells.collect() }
}

/// The languages' own programs: their name, how they are run, and what is missing where they cannot be.
fn other_languages(cases: &[Case]) -> Vec<(&'static str, Result<Vec<(String, usize, f64)>, String>)> {
    let json: Vec<String> = cases
        .iter()
        .map(|case| {
            format!(
                r#"{{"size":{},"method":"{}","type":"{}","date":"{DATE}","body":"{}","resource":"{}","id":"{KEY_ID}","authorization":"{}"}}"#,
                case.size, case.method, case.content_type, case.body, case.resource, case.authorization
            )
        })
        .collect();
    let json = format!(r#"{{"secret":"{SECRET}","now":{NOW},"cases":[{}]}}"#, json.join(","));
    let lines: String = cases
        .iter()
        .map(|case| {
            let parts = [case.method, case.content_type, DATE, &case.body, &case.resource, KEY_ID, &case.authorization];
            format!("{}\t{}\n", case.size, parts.join("\t"))
        })
        .collect();
    let peers = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/");
    let now = NOW.to_string();
    let programs: [(&str, Vec<&str>, &str, &str); 4] = [
        ("Go crypto/hmac", vec!["go", "run"], "peer.go", &json),
        ("Java Mac", vec!["java"], "Peer.java", &lines),
        ("Node crypto", vec!["node"], "peer.mjs", &json),
        ("Python hmac", vec!["python3"], "peer.py", &json),
    ];
    programs
        .into_iter()
        .map(|(name, command, file, input)| {
            let file = format!("{peers}{file}");
            let run = || -> Result<Vec<(String, usize, f64)>, String> {
                let mut child = Command::new(command[0])
                    .args(&command[1..])
                    .args([file.as_str(), SECRET, now.as_str()])
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .map_err(|error| format!("`{}` cannot be run: {error}", command[0]))?;
                // A program that ends early closes its input; what it says counts.
                let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input.as_bytes()));
                let output = child.wait_with_output().map_err(|error| error.to_string())?;
                if !output.status.success() {
                    return Err(String::from_utf8_lossy(&output.stderr)
                        .lines()
                        .last()
                        .unwrap_or("it failed")
                        .to_owned());
                }
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                let read = |line: &str| {
                    let mut words = line.split_whitespace();
                    Some((words.next()?.to_owned(), words.next()?.parse().ok()?, words.next()?.parse().ok()?))
                };
                Ok(said.lines().filter_map(read).collect())
            };
            (name, run())
        })
        .collect()
}

fn main() {
    let cases = SIZES.map(Case::new);
    let tokens = SIZES.map(Token::new);
    let mut rows = Vec::new();
    for case in &cases {
        rows.push(row("sign", case.size, peers::signing(case)));
        rows.push(row("verify", case.size, peers::verifying(case)));
    }
    for token in &tokens {
        rows.push(row("token", token.message().len(), peers::making(token)));
        rows.push(row("verify token", token.message().len(), peers::checking(token)));
    }
    let languages = other_languages(&cases);
    for (name, measured) in &languages {
        for (operation, size, nanoseconds) in measured.iter().flatten() {
            if let Some(row) = rows.iter_mut().find(|row| row.operation == operation && row.size == *size) {
                // Their own program says its best only.
                row.cells.push(((*name).to_owned(), nanoseconds / row.floor, f64::NAN));
            }
        }
    }
    print(&rows);
    for (name, measured) in &languages {
        if let Err(fault) = measured {
            println!("\n{name}: not measured: {fault}");
        }
    }
    if !cfg!(openssl) {
        println!("\nOpenSSL from C: not measured: pkg-config finds no libcrypto of version 3");
    }
    if let Some(file) = std::env::args().nth(1) {
        std::fs::write(&file, plot::svg(&rows)).expect("the plot can be written");
        println!("\nthe plot is in {file}");
    }
}

fn print(rows: &[Row]) {
    println!("Times the floor: minimum (median) of {TURNS} turns.\n");
    for operation in ["sign", "verify", "token", "verify token"] {
        let of_it: Vec<&Row> = rows.iter().filter(|row| row.operation == operation).collect();
        println!("### {operation}\n");
        print!("| |");
        of_it.iter().for_each(|row| print!(" {} bytes |", row.size));
        print!("\n|---|");
        of_it.iter().for_each(|_| print!("---|"));
        print!("\n| floor, ns |");
        of_it.iter().for_each(|row| print!(" {:.0} |", row.floor));
        println!();
        let Some(first) = of_it.first() else { continue };
        for (name, ..) in &first.cells {
            print!("| {name} |");
            for row in &of_it {
                match row.cells.iter().find(|(other, ..)| other == name) {
                    Some((_, min, median)) if median.is_nan() => print!(" {min:.2} |"),
                    Some((_, min, median)) => print!(" {min:.2} ({median:.2}) |"),
                    None => print!(" |"),
                }
            }
            println!();
        }
        println!();
    }
}
