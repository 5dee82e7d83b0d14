//! A signing client: makes both documented calls and prints the answers.
//!
//!     client http://127.0.0.1:8080 [SECONDS]      (how old the DLGA date shall be; 0 unless told)
//!
//! The credentials come from the environment: `DLGA_KEY_ID`, `DLGA_SECRET`, `HASO_MERCHANT_ID`,
//! `HASO_KEY`, `HASO_SALT`. Exits with 1 when an answer is not the documented success.

use std::error::Error;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use http::Request;
use imza::dlga::calls::GetTransactionHash;
use imza::haso::calls::SetPreDefinedLimit;
use imza::{dlga, haso};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let server = arguments.next().unwrap_or_else(|| "http://127.0.0.1:8080".into());
    let age = arguments.next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0);

    let mut code = ExitCode::SUCCESS;
    for (call, answer) in
        [("gettransactionhashforonlinehelp", transaction_hash(&server, age)), ("SetPreDefinedLimit", limit(&server))]
    {
        match answer {
            Ok(answer) => println!("{call}: {answer}"),
            Err(error) => {
                println!("{call}: {error}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn transaction_hash(server: &str, age: i64) -> Result<String, Box<dyn Error>> {
    let signer = dlga::Signer::new(&variable("DLGA_KEY_ID")?, variable("DLGA_SECRET")?)?;
    let call = GetTransactionHash {
        customer_id: "123456".into(),
        device_hash: "fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k=".into(),
    };
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;

    let signed = call.sign(&signer, dlga::Date::from_unix(now - age)?, "45186")?;
    let mut request = Request::post(format!("{server}{}", GetTransactionHash::RESOURCE));
    for (name, value) in signed.headers {
        request = request.header(name, value);
    }
    let (status, answer) = send(request.body(signed.body)?)?;
    Ok(GetTransactionHash::answer(status, &answer)?.transaction_hash)
}

fn limit(server: &str) -> Result<String, Box<dyn Error>> {
    let merchant = haso::Merchant::new(&variable("HASO_MERCHANT_ID")?, variable("HASO_KEY")?, variable("HASO_SALT")?)?;
    let call = SetPreDefinedLimit {
        customer_id: "5500123".into(),
        dealer_segment: "GOLD".into(),
        ip_address: Some("85.105.1.2".into()),
        ..SetPreDefinedLimit::default()
    };
    let signed = call.sign(&merchant)?;
    let request = Request::post(format!("{server}{}", SetPreDefinedLimit::ENDPOINT))
        .header("content-type", "application/json")
        .body(signed.json())?;
    let (status, answer) = send(request)?;
    let data = SetPreDefinedLimit::answer(status, &answer)?;
    Ok(serde_json::Value::Object(data).to_string())
}

/// The HTTP status and the body of the answer, whatever the status is.
fn send(request: Request<Vec<u8>>) -> Result<(u16, Vec<u8>), Box<dyn Error>> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.run(request)?;
    Ok((answer.status().as_u16(), answer.body_mut().read_to_vec()?))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
}
