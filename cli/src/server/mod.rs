//! A small HTTP server that holds every client to bounds.
//!
//! A client that sends slowly, sends too much or sends nothing is answered or cut off; it holds neither memory nor a
//! connection for longer than the bounds say.

mod listen;
mod received;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;

pub(crate) use listen::{ExposeOptions, is_own};
pub(crate) use received::{Received, Refused, read, read_body};

use crate::failure::{Failure, Outcome};

/// The most connections at a time; one more is closed at once.
const MOST_CONNECTIONS: usize = 512;
/// The headers of a request must be there so soon after the one before; an idle connection is closed then too.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// A client must take some of its answer so soon after it took some before.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// The most headers of a request, and the most bytes of them.
const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 64 * 1024;
/// How long running requests may take once a signal has come.
const STOP_WITHIN: Duration = Duration::from_secs(2);

/// Why the body of an answer breaks off.
pub(crate) type BodyError = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Answer = Response<UnsyncBoxBody<Bytes, BodyError>>;

/// A whole answer.
pub(crate) fn answer(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let body = Full::new(body.into()).map_err(|never: Infallible| match never {}).boxed_unsync();
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}

/// An answer of one line.
pub(crate) fn text(status: u16, line: impl Into<String>) -> Answer {
    answer(status, "text/plain; charset=utf-8", line.into())
}

/// Serves until a signal comes. `begin` is told the address once it can be connected to.
pub(crate) fn run<S, F>(
    listen: SocketAddr,
    begin: impl FnOnce(SocketAddr) -> Result<(), Failure>,
    serve: S,
) -> Result<Outcome, Failure>
where
    S: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        // Before anyone is told that it listens: a signal that comes then must find us ready.
        let stop = stop_signal()?;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|error| Failure::new(format!("cannot listen on {listen}: {error}")))?;
        begin(listener.local_addr()?)?;
        accept(listener, stop, Arc::new(serve)).await;
        Ok(Outcome::Done)
    });
    // Work that cannot be interrupted, such as a long explanation, does not hold up the end.
    runtime.shutdown_timeout(STOP_WITHIN);
    ended
}

async fn accept<S, F>(listener: TcpListener, stop: impl Future<Output = ()>, serve: Arc<S>)
where
    S: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (stopping, stopped) = watch::channel(false);
    tokio::pin!(stop);
    loop {
        let socket = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => socket,
                Err(_out_of_sockets) => {
                    // The connections that end make room.
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Ok(place) = Arc::clone(&room).try_acquire_owned() else { continue };
        let (serve, stopped) = (Arc::clone(&serve), stopped.clone());
        tokio::spawn(async move {
            connection(socket, stopped, serve).await;
            drop(place);
        });
    }
    drop(listener);
    let _ = stopping.send(true);
    let everyone = u32::try_from(MOST_CONNECTIONS).unwrap_or(u32::MAX);
    let _ = timeout(STOP_WITHIN, room.acquire_many(everyone)).await;
}

/// Serves a connection. Where it breaks off, the client has gone: there is no one to tell.
async fn connection<S, F>(socket: TcpStream, mut stopped: watch::Receiver<bool>, serve: Arc<S>)
where
    S: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let _ = socket.set_nodelay(true);
    let mut socket = TimeoutStream::new(socket);
    socket.set_write_timeout(Some(TAKEN_WITHIN));
    let service = service_fn(move |request| {
        let answer = serve(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEADER_BYTES)
        .half_close(true)
        .serve_connection(TokioIo::new(Box::pin(socket)), service);
    tokio::pin!(connection);
    tokio::select! {
        _ended = &mut connection => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = timeout(STOP_WITHIN, connection).await;
}

/// Ends when the process is asked to.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
