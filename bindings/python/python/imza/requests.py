"""Signing for the library ``requests``: ``requests.post(url, json=…, auth=DlgaAuth(signer, requester="45186"))``.

The signature covers exactly what goes over the wire: the prepared body, the prepared ``Content-Type``, and path and
query as ``requests`` encodes them (DLGA-7, DLGA-8, DLGA-10).
"""

from __future__ import annotations

from typing import Optional

from requests import PreparedRequest
from requests.auth import AuthBase

from . import dlga

__all__ = ["DlgaAuth"]


class DlgaAuth(AuthBase):
    """Signs each request with the current time. One object may serve many requests and threads."""

    def __init__(self, signer: dlga.Signer, *, requester: str, body_line: str = "when-present") -> None:
        self.signer = signer
        self.requester = requester
        self.body_line = body_line

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body: Optional[object] = request.body
        if body is not None and not isinstance(body, (str, bytes)):
            raise dlga.InvalidArgument(
                "the body is a stream; its bytes must be known before they are signed: pass bytes, str, data= or json="
            )
        content_type = request.headers.get("Content-Type", "")
        signed = self.signer.sign(
            request.method or "GET",
            request.path_url,
            content_type=content_type,
            body=body or b"",
            requester=self.requester,
            body_line=self.body_line,
        )
        request.headers.update(signed)
        return request
