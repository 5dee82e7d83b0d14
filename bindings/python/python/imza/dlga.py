"""Diyalog's ``DLGA`` authorization header: rules DLGA-1 to DLGA-20.

A request carries three headers: when it was made, on whose behalf, and the signature. The signature covers method,
content type, date, body and resource, **but not the requester** (DLGA-2).

>>> signer = Signer("key-id", "not-a-real-secret")
>>> headers = signer.sign("GET", "/v1/reporting/getcalllist", date=1615296512, requester="45186")
>>> verifier = Verifier()
>>> verifier.add_key("key-id", "not-a-real-secret")
0
>>> verifier.verify("GET", "/v1/reporting/getcalllist", headers, now=1615296600).requester
'45186'
"""

from ._errors import Error, InvalidArgument, Rejected
from ._imza import Accepted, Date, DlgaExplainer as Explainer, Explanation, Reading, Request, Signer, Verifier
from ._imza import resource_of_url

__all__ = [
    "Accepted",
    "Date",
    "Error",
    "Explainer",
    "Explanation",
    "InvalidArgument",
    "Reading",
    "Rejected",
    "Request",
    "Signer",
    "Verifier",
    "resource_of_url",
]
