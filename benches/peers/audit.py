#!/usr/bin/env python3
"""The audit of DLGA requests as one would write it in Python: audit.py requests.jsonl > verdicts.jsonl"""

import base64
import datetime
import hashlib
import hmac
import json
import sys

KEYS = {"1234567-8ABC-DEF0-5432-56712ABCDEF5": b"not-a-real-secret"}
WINDOW = datetime.timedelta(minutes=15)


def judge(record):
    """Verdict, HTTP status, reason and key."""
    headers = {name.lower(): value for name, value in record["headers"].items()}
    for name in ("x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization"):
        if not headers.get(name):
            return "malformed", 400, f"the header {name} is missing", None
    authorization = headers["x-dlg-authorization"]
    if not authorization.startswith("DLGA ") or ":" not in authorization:
        return "malformed", 400, "the authorization header is not in its format", None
    key_id, signature = authorization[5:].rsplit(":", 1)
    try:
        tag = base64.b64decode(signature, validate=True)
    except ValueError:
        return "malformed", 400, "the signature is not base64", None
    if len(tag) != 32:
        return "malformed", 400, "the signature does not have 32 bytes", None
    try:
        date = datetime.datetime.strptime(headers["x-dlg-date"], "%a, %d %b %Y %H:%M:%S GMT")
    except ValueError:
        return "malformed", 400, "the date is not in the pattern", None
    if key_id not in KEYS:
        return "unknown-key", 401, "no key is held for the access key id", None
    body = record.get("body", "")
    signed = "\n".join([record["method"], headers.get("content-type", ""), headers["x-dlg-date"], ""])
    signed += (body + "\n" if body else "") + record["resource"]
    if not hmac.compare_digest(hmac.new(KEYS[key_id], signed.encode(), hashlib.sha256).digest(), tag):
        return "invalid", 401, "the signature does not match", None
    received = datetime.datetime.strptime(record["received_at"], "%Y-%m-%dT%H:%M:%SZ")
    if abs(received - date) > WINDOW:
        return "expired", 403, "the date is too far from the clock", 0
    return "valid", 200, "", 0


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            record = json.loads(line)
            verdict, status, reason, key = judge(record)
            answer = {
                "id": record.get("id"),
                "line": number,
                "scheme": "dlga",
                "verdict": verdict,
                "http_status": status,
                "reason": reason,
                "key": key,
            }
            sys.stdout.write(json.dumps(answer) + "\n")


main()
