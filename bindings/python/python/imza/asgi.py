"""Verifying in an ASGI server (Starlette, FastAPI, Django): ``app = DlgaMiddleware(app, verifier)``.

A refused request is answered with the vendor's status and text (DLGA-14); an accepted one reaches the application with
``scope["imza"]``, an :class:`imza.dlga.Accepted`. The headers are judged before the body is read, and at most
``max_body`` bytes of it are held.

The resource is what was sent (DLGA-10): ASGI's ``raw_path`` and ``query_string``. A server that gives only the decoded
path has lost bytes that were signed, so such a request is refused with 500 and one sentence in the log. ASGI cannot express
an empty query (``/v1/a?``): such a request is refused as wrongly signed.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Optional

from . import dlga

__all__ = ["DlgaMiddleware"]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_log = logging.getLogger("imza")


class DlgaMiddleware:
    """Lets only requests through that were genuinely signed.

    ``on_refused`` is called with each :class:`imza.Rejected`, for the log. ``max_body``: bytes, 1 MiB by default; a
    longer body is answered with 413.
    """

    def __init__(
        self,
        app: App,
        verifier: dlga.Verifier,
        *,
        max_body: int = 1 << 20,
        on_refused: Optional[Callable[[dlga.Rejected], None]] = None,
    ) -> None:
        self.app = app
        self.verifier = verifier
        self.max_body = max_body
        self.on_refused = on_refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        raw_path = scope.get("raw_path")
        if not raw_path:
            _log.error("imza: this server gives no raw_path, so the path that was signed is not known (DLGA-10)")
            await _answer(send, 500, "the server does not hand over the path as it was sent")
            return
        query = scope.get("query_string", b"")
        # Some servers put the query into raw_path too.
        resource = raw_path if not query or b"?" in raw_path else raw_path + b"?" + query
        try:
            self.verifier.check_headers(scope["method"], scope["headers"])
            body = await _body(receive, self.max_body)
            if body is None:
                await _answer(send, 413, "the body is too long")
                return
            accepted = self.verifier.verify(scope["method"], resource, scope["headers"], body=body)
        except dlga.Rejected as rejected:
            if self.on_refused is not None:
                self.on_refused(rejected)
            await _answer(send, rejected.http_status or 401, rejected.vendor_text)
            return
        sent = False

        async def again() -> MutableMapping[str, Any]:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app({**scope, "imza": accepted}, again, send)


async def _body(receive: Receive, most: int) -> Optional[bytes]:
    """The whole body, or ``None`` where it is longer than ``most`` bytes."""
    pieces: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(pieces)
        piece = message.get("body", b"")
        length += len(piece)
        if length > most:
            return None
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _answer(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
