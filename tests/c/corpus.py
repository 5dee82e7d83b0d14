#!/usr/bin/env python3
"""Prints the golden corpus (tests/vectors/*.json) as C data, for the tests in C and C++."""

import base64
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).parents[1] / "vectors"
BODY_LINES = {"when-present": 0, "always": 1, "never": 2}


def text(value):
    """An initializer of an imza_str: the bytes one by one, since a C string literal has a limited length."""
    value = value.encode() if isinstance(value, str) else value
    if not value:
        return "{NULL, 0}"
    number = len(arrays)
    data = ",".join(f"'\\x{byte:02x}'" for byte in value)
    arrays.append(f"static const char corpus_{number}[] = {{{data}}};")
    return f"{{corpus_{number}, {len(value)}}}"


def dlga(case):
    base64_of = lambda key: text(base64.b64decode(case[key]))
    return "{" + ", ".join([
        json.dumps(case["name"]), text(case["access_key_id"]), base64_of("secret_base64"),
        text(case["method"]), text(case["content_type"]), text(case["date"]), text(case["resource"]),
        base64_of("body_base64"), str(BODY_LINES[case["body_line"]]),
        base64_of("string_to_sign_base64"), text(case["authorization"]),
    ]) + "}"


def haso(case):
    fields = [f"{{{text(name)}, {text(value)}}}" for name, value in case["fields"].items()]
    assert len(fields) <= 16, "haso_case has room for 16 fields"
    return "{" + ", ".join([
        json.dumps(case["name"]), text(case["endpoint"]), text(case["merchant_id"]), text(case["merchant_key"]),
        text(case["merchant_salt"]), str(int(case["hmac_key"] == "merchant-salt")),
        "{" + ", ".join(fields or ["{{NULL, 0}, {NULL, 0}}"]) + "}", str(len(fields)),
        text(case["message"]), text(case["token"]),
    ]) + "}"


arrays = []
cases = {name: json.loads((VECTORS / f"{name}.json").read_text())["cases"] for name in ("dlga", "haso")}
dlga_rows = ",\n    ".join(dlga(case) for case in cases["dlga"])
haso_rows = ",\n    ".join(haso(case) for case in cases["haso"])
newline = "\n"
sys.stdout.write(f"""/* Made by tests/c/corpus.py. */
#ifndef CORPUS_H
#define CORPUS_H
#include <imza.h>

typedef struct {{
    const char *name;
    imza_str key_id, secret, method, content_type, date, resource, body;
    int32_t body_line;
    imza_str string_to_sign, authorization;
}} dlga_case;

typedef struct {{
    const char *name;
    imza_str endpoint, merchant_id, key, salt;
    int is_salt_keyed;
    imza_field fields[16];
    size_t count;
    imza_str message, token;
}} haso_case;

{newline.join(arrays)}

static const dlga_case dlga_cases[] = {{
    {dlga_rows}
}};

static const haso_case haso_cases[] = {{
    {haso_rows}
}};

#define DLGA_CASES (sizeof dlga_cases / sizeof *dlga_cases)
#define HASO_CASES (sizeof haso_cases / sizeof *haso_cases)

#endif
""")
