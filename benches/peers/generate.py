#!/usr/bin/env python3
"""Writes recorded DLGA requests of about 500 bytes as JSON Lines: generate.py RECORDS > requests.jsonl

Always the same ones. Of a hundred, 97 are valid, one has another body than the one signed, one was
received too late, one lacks its requester. The keys are those of keys.toml.
"""

import base64
import datetime
import hashlib
import hmac
import json
import random
import sys

KEY_ID = "1234567-8ABC-DEF0-5432-56712ABCDEF5"
SECRET = b"not-a-real-secret"


def main():
    count = int(sys.argv[1])
    rng = random.Random(20210309)
    write = sys.stdout.write
    for number in range(count):
        seconds = 1_615_296_512 + number // 50
        when = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
        date = when.strftime("%a, %d %b %Y %H:%M:%S GMT")
        device = base64.b64encode(rng.randbytes(32)).decode()
        body = '{"customerId" : "%d", "deviceHash" : "%s"}' % (rng.randrange(10**6), device)
        resource = "/v1/application/gettransactionhashforonlinehelp"
        signed = f"POST\napplication/json\n{date}\n{body}\n{resource}"
        signature = base64.b64encode(hmac.new(SECRET, signed.encode(), hashlib.sha256).digest()).decode()
        fault = number % 100
        if fault == 17:
            body = body.replace(":", ": ")
        headers = {
            "content-type": "application/json",
            "x-dlg-date": date,
            "x-dlg-requester-userid": str(rng.randrange(10**5)),
            "x-dlg-authorization": f"DLGA {KEY_ID}:{signature}",
        }
        if fault == 59:
            del headers["x-dlg-requester-userid"]
        received = when + datetime.timedelta(seconds=1000 if fault == 37 else rng.randrange(60))
        record = {
            "id": f"request-{number}",
            "scheme": "dlga",
            "received_at": received.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "method": "POST",
            "resource": resource,
            "headers": headers,
            "body": body,
        }
        write(json.dumps(record, separators=(",", ":")) + "\n")


main()
