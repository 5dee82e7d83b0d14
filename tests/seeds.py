#!/usr/bin/env python3
"""Writes what fuzzing begins with: for each target that reads a text, the texts of the golden corpus; and all its short
texts as words for every target.

    tests/seeds.py DIRECTORY

Inputs in which a fault was found are kept in tests/fuzz/TARGET. They are seeds too, so that each run begins with them.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import re
import shutil
import sys
import urllib.parse

HERE = pathlib.Path(__file__).parent
# The keys of fuzz/fuzz_targets/audit/mod.rs.
KEY_ID, SECRET, MERCHANT, KEY, SALT = "id", "not-a-real-secret", "1", "not-real", "not-real"


def cases(name):
    return json.loads((HERE / "vectors" / f"{name}.json").read_text())["cases"]


def mac(key, message):
    return base64.b64encode(hmac.new(key.encode(), message, hashlib.sha256).digest()).decode()


def plain(text):
    return base64.b64decode(text).decode("utf-8", "replace")


def dlga_records():
    """Each signed request of the corpus as a record, signed with the key that the targets hold."""
    for case in cases("dlga") + cases("dlga-more"):
        signature = mac(SECRET, base64.b64decode(case["string_to_sign_base64"]))
        yield {
            "id": case["name"],
            "scheme": "dlga",
            "received_at": "2021-03-09T13:30:00Z",
            "method": case["method"],
            "resource": case["resource"],
            "headers": {
                "content-type": case["content_type"],
                "x-dlg-date": case["date"],
                "x-dlg-requester-userid": "45186",
                "x-dlg-authorization": f"DLGA {KEY_ID}:{signature}",
            },
            "body": plain(case["body_base64"]),
        }


def haso_records():
    for case in cases("haso") + cases("haso-more"):
        message = case["message"].replace(case["merchant_id"], MERCHANT, 1).replace(case["merchant_salt"], SALT)
        fields = {**case["fields"], "requestToken": mac(KEY, message.encode())}
        if "merchantId" in fields:
            fields["merchantId"] = MERCHANT
        yield {"id": 1, "scheme": "haso", "endpoint": case["endpoint"], "fields": fields}


def har(records):
    """The records as a browser writes them."""
    entries = []
    for record in records:
        form = "fields" in record
        body = urllib.parse.urlencode(record["fields"]) if form else record["body"]
        headers = {"content-type": "application/x-www-form-urlencoded"} if form else record["headers"]
        path = f"/RequestV2/{record['endpoint'].rpartition('/')[2]}" if form else record["resource"]
        entries.append({
            "startedDateTime": "2021-03-09T13:30:00.000Z",
            "request": {
                "method": record.get("method", "POST"),
                "url": f"https://example.test{path}",
                "headers": [{"name": name, "value": value} for name, value in headers.items()],
                "postData": {"mimeType": headers["content-type"], "text": body},
            },
        })
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, ensure_ascii=False)


def keys_files():
    yield f'[[dlga]]\naccess_key_id = "{KEY_ID}"\nsecret = "SECRET"\n'
    yield '[[dlga]]\naccess_key_id = "a"\nsecret_env = "HOME"\n[[dlga]]\naccess_key_id = "b"\nsecret_command = ["x"]\n'
    yield '[[haso]]\nmerchant_id = "1"\nkey = "SECRET"\nsalt = \'SECRET\'\nhmac_key = "merchant-salt"\n'
    for case in cases("haso-recipes"):
        yield f"[[recipe]]\nendpoint = \"a\" # {case['line']!a}\nmessage = {json.dumps(case['line'])}\n"


def seeds():
    """Texts, by target."""
    dlga, haso = list(dlga_records()), list(haso_records())
    lines = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in dlga + haso]
    forms = [urllib.parse.urlencode(record["fields"]) for record in haso]
    return {
        "date": [case["text"] for case in cases("dlga-dates") + cases("dlga-clock") if case["text"]],
        "tag": [case["text"] for case in cases("tags")],
        "recipe": [case["line"] for case in cases("haso-recipes")],
        "record": lines,
        "jsonl": ["\n".join(lines[:6]), "\n\n".join(lines[6:9]), *lines],
        "har": [har([record]) for record in dlga[:10] + haso[:10]] + [har(dlga[:3] + haso[:3])],
        "form": [*forms, *(json.dumps(record["fields"]) for record in haso)],
        "keys": list(keys_files()),
    }


def words(texts):
    """libFuzzer's dictionary: what is between marks in any text."""
    found = set()
    for text in texts:
        found.add(text[:60])
        found.update(re.findall(r"[\w./+-]{2,50}=?", text, re.ASCII))
    lines = set()
    for word in found - {""}:
        data = word.encode()[:60]
        lines.add('"' + "".join(chr(b) if 32 < b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in data) + '"')
    return "\n".join(sorted(lines)) + "\n"


def main(directory):
    shutil.rmtree(directory, ignore_errors=True)
    every = []
    for target, texts in seeds().items():
        (directory / target).mkdir(parents=True)
        for number, text in enumerate(texts):
            (directory / target / f"{number:04}").write_bytes(text.encode("utf-8", "surrogatepass"))
        every += texts
    for found in sorted(HERE.glob("fuzz/*/*")):
        (directory / found.parent.name).mkdir(exist_ok=True)
        shutil.copy(found, directory / found.parent.name / f"found-{found.name}")
    values = [str(value) for name in ("dlga", "haso", "haso-more") for case in cases(name) for value in case.values()]
    (directory / "words").write_text(words(every[:400] + values))


main(pathlib.Path(sys.argv[1]))
