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


def base64_text(value):
    return text(base64.b64decode(value))


def number(value):
    """A place or an index, -1 for none."""
    return str(-1 if value is None else value)


def status(kind):
    """The statuses bear the names of the verdicts; an unknown key id is a mismatch (DLGA-14)."""
    if kind == "accepted":
        return 0
    kind = "signature-mismatch" if kind == "unknown-key-id" else kind
    scheme = "DLGA" if kind in DLGA_KINDS else "HASO"
    return f"IMZA_{scheme}_{kind.upper().replace('-', '_')}"


DLGA_KINDS = ("headers-missing", "format-invalid", "date-invalid", "signature-mismatch", "clock-skew")
HEADERS = ("x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization")


def dlga_verdict(case):
    """All headers are passed in one call, and the three that count in another, where they can be: not where a name is of
    the other set, or occurs twice."""
    names = [name.lower() for name, _ in case["headers"]]
    vendors = [name for name in names if name in HEADERS]
    others = {"date", "x-requester-userid", "x-authorization", "content-type"} & set(names)
    are_separate = len(set(vendors)) == len(vendors) and not others
    headers = [f"{{{text(name)}, {text(value)}}}" for name, value in case["headers"]]
    assert len(headers) <= 16, "dlga_verdict has room for 16 headers"
    value = {name.lower(): value for name, value in case["headers"]}
    keys = [f"{{{text(key['access_key_id'])}, {base64_text(key['secret_base64'])}}}" for key in case["keys"]]
    assert len(keys) <= 8, "dlga_verdict has room for 8 keys"
    verdict = case["verdict"]
    return "{" + ", ".join([
        json.dumps(case["name"]), "{" + ", ".join(keys or ["{{NULL, 0}, {NULL, 0}}"]) + "}", str(len(keys)),
        text(case["method"]), text(case["content_type"]), text(case["resource"]), base64_text(case["body_base64"]),
        str(BODY_LINES[case["body_line"]]), "{" + ", ".join(headers or ["{{NULL, 0}, {NULL, 0}}"]) + "}",
        str(len(headers)), str(int(are_separate)), *(text(value.get(name, "")) for name in HEADERS),
        str(int(case["now"] is None)), integer(case["now"] or 0), integer(case["past"] or 0),
        integer(case["future"] or 0), str(status(verdict["kind"])),
        str(verdict["http_status"] if verdict["http_status"] != 200 else 0), json.dumps(verdict["text"]),
        number(verdict["key_index"]), number(verdict["offset"]),
    ]) + "}"


def integer(value):
    return "INT64_MIN" if value == -(2**63) else f"INT64_C({value})"


def haso_verdict(case):
    fields = [f"{{{text(name)}, {text(value)}}}" for name, value in case["fields"]]
    secrets = [
        f"{{{text(secret.get('merchant_key') or '')}, {text(secret['merchant_salt'])}, "
        f"{int(secret['hmac_key'] == 'merchant-salt')}}}"
        for secret in case["secrets"]
    ]
    assert len(fields) <= 32 and len(secrets) <= 8, "haso_verdict has room for 32 fields and 8 secrets"
    verdict = case["verdict"]
    return "{" + ", ".join([
        json.dumps(case["name"]), text(case["merchant_id"]), "{" + ", ".join(secrets) + "}", str(len(secrets)),
        text(case["endpoint"]), text(case["recipe"]), str(int(case["field_checks"])),
        str(int(case["ignore_other_fields"])), "{" + ", ".join(fields or ["{{NULL, 0}, {NULL, 0}}"]) + "}",
        str(len(fields)), text(case["token"]), str(status(verdict["kind"])), json.dumps(verdict["field"] or ""),
        number(verdict["key_index"]), number(verdict["offset"]),
    ]) + "}"


def date(case):
    return "{" + ", ".join([text(case["text"]), str(int(case["unix"] is not None)), number(case["offset"])]) + "}"


def clock(case):
    return "{" + ", ".join([integer(case["unix"]), text(case["text"] or "")]) + "}"


def recipe(case):
    return "{" + ", ".join([text(case["line"]), text(case["printed"] or ""), number(case["offset"])]) + "}"


def rows(convert, *files):
    cases = [case for name in files for case in json.loads((VECTORS / f"{name}.json").read_text())["cases"]]
    return ",\n    ".join(row for row in map(convert, cases) if row is not None)


arrays = []
tables = {
    "dlga_case dlga_cases": rows(dlga, "dlga", "dlga-more"),
    "dlga_verdict dlga_verdicts": rows(dlga_verdict, "dlga-verdicts"),
    "date_case date_cases": rows(date, "dlga-dates"),
    "clock_case clock_cases": rows(clock, "dlga-clock"),
    "haso_case haso_cases": rows(haso, "haso", "haso-more"),
    "haso_verdict haso_verdicts": rows(haso_verdict, "haso-verdicts"),
    "recipe_case recipe_cases": rows(recipe, "haso-recipes"),
}
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
    struct {{
        imza_str key_id, secret;
    }} keys[8];
    size_t key_count;
    imza_str method, content_type, resource, body;
    int32_t body_line;
    imza_field headers[16];
    size_t header_count;
    /* Whether the three headers can be passed one by one. */
    int are_separate;
    imza_str date, requester, authorization;
    int ignores_clock;
    int64_t now, past, future;
    imza_status status;
    uint16_t http_status;
    const char *vendor_text;
    int key_index;
    int64_t offset;
}} dlga_verdict;

typedef struct {{
    imza_str text;
    int is_date;
    int64_t offset;
}} date_case;

typedef struct {{
    int64_t unix_seconds;
    imza_str text;
}} clock_case;

typedef struct {{
    const char *name;
    imza_str endpoint, merchant_id, key, salt;
    int is_salt_keyed;
    imza_field fields[16];
    size_t count;
    imza_str message, token;
}} haso_case;

typedef struct {{
    const char *name;
    imza_str merchant_id;
    struct {{
        imza_str key, salt;
        int is_salt_keyed;
    }} secrets[8];
    size_t secret_count;
    imza_str endpoint, recipe;
    int field_checks, ignores_other_fields;
    imza_field fields[32];
    size_t count;
    imza_str token;
    imza_status status;
    const char *field;
    int key_index;
    int64_t offset;
}} haso_verdict;

typedef struct {{
    imza_str line, printed;
    int64_t offset;
}} recipe_case;

#define CASES(table) (sizeof(table) / sizeof *(table))

{newline.join(arrays)}

{newline.join(f"static const {name}[] = {{{newline}    {cases}{newline}}};{newline}" for name, cases in tables.items())}
#endif
""")
