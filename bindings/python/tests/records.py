"""Recorded requests with planted faults, as Arrow columns and as JSON Lines."""

import json

import pyarrow as pa

from imza import dlga

KEYS = """
[[dlga]]
access_key_id = "key-1"
secret = "not-a-real-secret"
[[dlga]]
access_key_id = "key-2"
secret = "another-not-real"
"""
NOW = 1615296512
#: What every hundredth record is, by its number modulo 100; every other one is valid.
PLANTED = {7: "invalid", 23: "expired", 41: "malformed", 59: "unknown-key", 83: "replay"}

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("method", pa.string()),
        ("resource", pa.string()),
        ("headers", pa.map_(pa.string(), pa.string())),
        ("body", pa.binary()),
        ("received_at", pa.timestamp("us", tz="UTC")),
    ]
)


def records(count: int, first: int = 0):
    """Records, each a dict of a row, and the verdict that was planted in it."""
    signers = [dlga.Signer("key-1", "not-a-real-secret"), dlga.Signer("key-2", "another-not-real")]
    stranger = dlga.Signer("key-9", "not-held")
    previous = None
    for number in range(first, first + count):
        planted = PLANTED.get(number % 100, "valid")
        body = b'{"customerId":"%d","note":"T\xc3\xbcrk\xc3\xa7e"}' % number
        signer = stranger if planted == "unknown-key" else signers[number % 2]
        date = NOW + number % 600 - (5000 if planted == "expired" else 0)
        resource = "/v1/application/finishonlinehelp"
        if planted == "replay" and previous is not None:
            yield {**previous, "id": number}, "valid"
            continue
        headers = signer.sign(
            "POST", resource, content_type="application/json", body=body, date=date, requester="45186"
        )
        headers["Content-Type"] = "application/json"
        if planted == "malformed":
            del headers["x-dlg-date"]
        if planted == "invalid":
            body += b" "
        row = {
            "id": number,
            "method": "POST",
            "resource": resource,
            "headers": list(headers.items()),
            "body": body,
            "received_at": (NOW + number % 600) * 1_000_000,
        }
        if planted == "valid":
            previous = row
        yield row, "valid" if planted == "replay" else planted


def table(count: int, first: int = 0) -> "tuple[pa.Table, list[str]]":
    rows, planted = zip(*records(count, first))
    return pa.Table.from_pylist(list(rows), schema=SCHEMA), list(planted)


def line(row) -> str:
    """The row as a line of the command's JSON Lines."""
    return json.dumps(
        {
            "id": row["id"],
            "scheme": "dlga",
            "received_at": row["received_at"] // 1_000_000,
            "method": row["method"],
            "resource": row["resource"],
            "headers": dict(row["headers"]),
            "body": row["body"].decode(),
        },
        ensure_ascii=False,
    )
