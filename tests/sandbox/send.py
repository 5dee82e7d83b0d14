"""A client as people write one: hmac and urllib. send.py BASE good|wrong; it prints the status of the answer.

Wrong: it signs the text that json.dumps writes, and sends what it writes without spaces.
"""

import base64
import hashlib
import hmac
import json
import sys
import urllib.error
import urllib.request
from email.utils import formatdate

base, kind = sys.argv[1:]
resource = "/v1/application/finishonlinehelp"
call = {"customerId": "123456", "note": "from Python"}
signed = json.dumps(call)
sent = signed if kind == "good" else json.dumps(call, separators=(",", ":"))
date = formatdate(usegmt=True)
text = f"POST\napplication/json\n{date}\n{signed}\n{resource}"
tag = base64.b64encode(hmac.digest(b"not-a-real-secret", text.encode(), hashlib.sha256)).decode()
headers = {
    "Content-Type": "application/json",
    "x-dlg-date": date,
    "x-dlg-requester-userid": "45186",
    "x-dlg-authorization": f"DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:{tag}",
}
try:
    with urllib.request.urlopen(urllib.request.Request(base + resource, sent.encode(), headers)) as answer:
        print(answer.status)
except urllib.error.HTTPError as error:
    print(error.code)
