"""Servers that verify, each in a process of its own on loopback; a test of the web layers runs against them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

KEY = ("key-id", "not-a-real-secret")


def verifier():
    from imza import dlga

    held = dlga.Verifier()
    held.add_key(*KEY)
    return held


def asgi_app():
    """Answers what the application saw: the requester, the raw path and the body's length."""
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    from imza.asgi import DlgaMiddleware

    async def hello(request):
        body = await request.body()
        return PlainTextResponse(f"hello {request.scope['imza'].requester}, {len(body)} bytes")

    app = Starlette(routes=[Route("/{path:path}", hello, methods=["GET", "POST", "PUT", "DELETE"])])
    return DlgaMiddleware(app, verifier(), max_body=100_000)


def wsgi_app():
    from imza.wsgi import DlgaMiddleware

    def hello(environ, start_response):
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"hello {environ['imza'].requester}, {len(body)} bytes".encode()]

    return DlgaMiddleware(hello, verifier(), max_body=100_000)


def wsgiref_main(port: int) -> None:
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", port, wsgi_app()).serve_forever()


@contextlib.contextmanager
def serving(kind: str) -> Iterator[str]:
    """Starts a server and gives its address; ends it with everything that it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = {
        "uvicorn": ["-m", "uvicorn", "--factory", "servers:asgi_app", "--port", str(port), "--log-level", "error"],
        "gunicorn": ["-m", "gunicorn", "servers:wsgi_app()", "-b", f"127.0.0.1:{port}", "--log-level", "error"],
        "wsgiref": ["-c", f"import servers; servers.wsgiref_main({port})"],
    }[kind]
    here = Path(__file__).parent
    process = subprocess.Popen(
        [sys.executable, *command], cwd=here, env={**os.environ, "PYTHONPATH": str(here)}, start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{kind} did not start")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
