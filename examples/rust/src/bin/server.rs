//! A verifying server: plays the two documented endpoints with the vendors' documented answers.
//!
//!     server [ADDRESS]        (127.0.0.1:8080 unless told; port 0 takes any free one)
//!
//! Prints `listening on ADDRESS` once it does. The credentials come from the environment:
//! `DLGA_KEY_ID`, `DLGA_SECRET`, `HASO_MERCHANT_ID`, `HASO_KEY`, `HASO_SALT`.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{OriginalUri, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use imza::dlga::calls::{GetTransactionHash, TransactionHash};
use imza::haso::calls::SetPreDefinedLimit;
use imza::{dlga, haso};
use serde_json::{Value, json};

/// A larger body is answered with 413 before anything is computed.
const MOST_BODY_BYTES: usize = 1 << 20;

/// A client that sends its request byte by byte does not hold a connection for ever: its headers and its body must
/// be there within these times.
const HEADERS_WITHIN: Duration = Duration::from_secs(5);
const BODY_WITHIN: Duration = Duration::from_secs(10);

struct Keys {
    verifier: dlga::Verifier,
    merchant: haso::Merchant,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"));
    let keys = Arc::new(Keys {
        verifier: dlga::Verifier::new().key(&variable("DLGA_KEY_ID")?, variable("DLGA_SECRET")?)?,
        merchant: haso::Merchant::new(&variable("HASO_MERCHANT_ID")?, variable("HASO_KEY")?, variable("HASO_SALT")?)?,
    });
    let app = Router::new()
        .route(GetTransactionHash::RESOURCE, post(transaction_hash))
        .route(SetPreDefinedLimit::ENDPOINT, post(limit))
        .with_state(keys);

    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let Ok((socket, _)) = listener.accept().await else {
            // Out of sockets, most likely: the connections that end make room.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let app = TowerToHyperService::new(app.clone());
        // Not axum::serve, which waits for a request's headers for ever.
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .serve_connection(TokioIo::new(socket), app);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                eprintln!("a connection broke off: {error}");
            }
        });
    }
}

/// The whole body, or the status of the answer.
async fn body_of(body: Body) -> Result<Bytes, StatusCode> {
    let read = tokio::time::timeout(BODY_WITHIN, to_bytes(body, MOST_BODY_BYTES)).await;
    read.map_err(|_late| StatusCode::REQUEST_TIMEOUT)?.map_err(|_too_large| StatusCode::PAYLOAD_TOO_LARGE)
}

/// Diyalog's `gettransactionhashforonlinehelp`.
async fn transaction_hash(State(keys): State<Arc<Keys>>, uri: OriginalUri, request: Request<Body>) -> Response {
    let (mut parts, body) = request.into_parts();
    parts.uri = uri.0;
    let body = match body_of(body).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };

    let accepted = match keys.verifier.verify_http_parts(&parts, &body, now()) {
        Ok(accepted) => accepted,
        Err(rejection) => {
            // The reason is for our log; the caller is told what the vendor tells.
            eprintln!("refused: {rejection}");
            let status = StatusCode::from_u16(rejection.http_status()).unwrap_or(StatusCode::UNAUTHORIZED);
            return (status, rejection.vendor_text()).into_response();
        }
    };
    // The requester is not covered by the signature (DLGA-2): good for a log, not for a decision. It may be any text,
    // one that a terminal would act upon too.
    eprintln!("accepted: key {:?}, on behalf of {:?}", accepted.key_id(), accepted.requester());

    match serde_json::from_slice::<GetTransactionHash>(&body) {
        Ok(_call) => answer(&json!(TransactionHash {
            is_success: true,
            message: "TransactionHash created".into(),
            transaction_hash: "7c5963043b37edbe2706c2b48b4568387084acc7".into(),
        })),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Haso's `SetPreDefinedLimit`, posted as a JSON object.
async fn limit(State(keys): State<Arc<Keys>>, request: Request<Body>) -> Response {
    let body = match body_of(request.into_body()).await {
        Ok(body) => body,
        Err(status) => return status.into_response(),
    };
    let refuse = |error: &dyn std::fmt::Display| answer(&json!({"Success": false, "Errors": [error.to_string()]}));
    let posted: serde_json::Map<String, Value> = match serde_json::from_slice(&body) {
        Ok(posted) => posted,
        Err(error) => return refuse(&error),
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fields: Vec<(&str, String)> = posted.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
    let token = posted.get("requestToken").and_then(Value::as_str).unwrap_or_default();

    match keys.merchant.verify(&haso::SET_PRE_DEFINED_LIMIT, &fields, token) {
        Ok(_accepted) => {
            answer(&json!({"Success": true, "Data": {"CustomerInfo": {"customerId": posted["customerId"]}}}))
        }
        Err(error) => refuse(&error),
    }
}

fn answer(body: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// The server's clock, in seconds since 1970.
fn now() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}
