"""Verifying in a WSGI server (Flask, Django): ``app = DlgaMiddleware(app, verifier)``.

A refused request is answered with the vendor's status and text (DLGA-14); an accepted one reaches the application with
``environ["imza"]``, an :class:`imza.dlga.Accepted`.

WSGI hands over the path *decoded*, and what was signed is the path as sent (DLGA-10). gunicorn's ``RAW_URI`` and
uWSGI's and mod_wsgi's ``REQUEST_URI`` have it. Where a server gives neither, this middleware refuses to guess: the
request is answered with 500, and the log says why. ``check(environ)`` tells at start-up.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable
from typing import Any, Optional

from . import dlga

__all__ = ["DlgaMiddleware", "raw_resource"]

_log = logging.getLogger("imza")
_REASONS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 413: "Content Too Large"}


def raw_resource(environ: dict[str, Any]) -> Optional[str]:
    """Path and query as they were sent, or ``None`` where the server does not hand them over."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if not raw:
        return None
    if raw.startswith("/"):
        return str(raw)
    # The absolute form, as a proxy is asked.
    return dlga.resource_of_url(raw)


class DlgaMiddleware:
    """Lets only requests through that were genuinely signed. Arguments as in :class:`imza.asgi.DlgaMiddleware`.

    ``raw_path`` names the key of ``environ`` that holds path and query as sent, for servers that use another name than
    ``RAW_URI`` and ``REQUEST_URI``.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        verifier: dlga.Verifier,
        *,
        max_body: int = 1 << 20,
        on_refused: Optional[Callable[[dlga.Rejected], None]] = None,
        raw_path: Optional[str] = None,
    ) -> None:
        self.app = app
        self.verifier = verifier
        self.max_body = max_body
        self.on_refused = on_refused
        self.raw_path = raw_path

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        resource = environ.get(self.raw_path) if self.raw_path else raw_resource(environ)
        if not resource:
            _log.error(
                "imza: this WSGI server gives neither RAW_URI nor REQUEST_URI, so the path that was signed is not "
                "known (DLGA-10); gunicorn and uWSGI give it"
            )
            return _answer(start_response, 500, "the server does not hand over the path as it was sent")
        headers = [
            (name[5:].replace("_", "-"), value.encode("latin-1"))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        ]
        content_type = environ.get("CONTENT_TYPE", "").encode("latin-1")
        try:
            self.verifier.check_headers(environ["REQUEST_METHOD"], headers, content_type=content_type)
            body, refusal = _body(environ, self.max_body)
            if refusal is not None:
                return _answer(start_response, *refusal)
            accepted = self.verifier.verify(
                environ["REQUEST_METHOD"], resource, headers, body=body, content_type=content_type
            )
        except dlga.Rejected as rejected:
            if self.on_refused is not None:
                self.on_refused(rejected)
            return _answer(start_response, rejected.http_status or 401, rejected.vendor_text)
        environ["imza"] = accepted
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        return self.app(environ, start_response)


def _body(environ: dict[str, Any], most: int) -> tuple[bytes, Optional[tuple[int, str]]]:
    """The whole body, or the answer to one that is longer than ``most`` bytes."""
    chunked = bool(environ.get("wsgi.input_terminated")) and "HTTP_TRANSFER_ENCODING" in environ
    length = environ.get("CONTENT_LENGTH") or "0"
    if not chunked and not length.isdecimal():
        return b"", (400, "Content-Length is not a number")
    if not chunked and int(length) > most:
        return b"", (413, "the body is too long")
    body: bytes = environ["wsgi.input"].read(most + 1 if chunked else int(length))
    return body, (413, "the body is too long") if len(body) > most else None


def _answer(start_response: Callable[..., Any], status: int, text: str) -> Iterable[bytes]:
    body = text.encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response(f"{status} {_REASONS.get(status, 'Internal Server Error')}", headers)
    return [body]
