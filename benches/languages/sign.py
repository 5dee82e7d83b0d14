import pathlib
import sys
import time

from imza import dlga

signer = dlga.Signer("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret")
for line in sys.stdin:
    count, resource, file = line.split()
    body, turns = pathlib.Path(file).read_bytes(), range(int(count))
    begun = time.perf_counter_ns()
    for _ in turns:
        headers = signer.sign(
            "POST", resource, content_type="application/json", body=body, date=1615296512, requester="45186"
        )
    print(time.perf_counter_ns() - begun, headers["x-dlg-authorization"], flush=True)
