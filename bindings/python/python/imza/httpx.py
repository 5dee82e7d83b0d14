"""Signing for the library ``httpx``: ``client.post(url, json=…, auth=DlgaAuth(signer, requester="45186"))``.

Works with the synchronous and the asynchronous client. The body is read before it is signed (DLGA-7).
"""

from __future__ import annotations

from collections.abc import Generator

import httpx

from . import dlga

__all__ = ["DlgaAuth"]


class DlgaAuth(httpx.Auth):
    """Signs each request with the current time. One object may serve many requests and threads."""

    requires_request_body = True

    def __init__(self, signer: dlga.Signer, *, requester: str, body_line: str = "when-present") -> None:
        self.signer = signer
        self.requester = requester
        self.body_line = body_line

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        signed = self.signer.sign(
            request.method,
            request.url.raw_path,
            content_type=request.headers.get("content-type", ""),
            body=request.content,
            requester=self.requester,
            body_line=self.body_line,
        )
        request.headers.update(signed)
        yield request
