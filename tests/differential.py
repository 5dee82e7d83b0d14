#!/usr/bin/env python3
"""Random requests through the C library, and by the oracle, which has nothing of imza in it: signatures, strings to
sign, tokens, verdicts, offsets and the key that matched must be the same.

    tests/differential.py PREFIX [COUNT [SEED]]

PREFIX is where `make install` put the library. The seed is printed; with it the same requests are made again.
"""

import base64
import collections
import ctypes
import pathlib
import random
import sys
import time
from ctypes import POINTER, byref, c_char_p, c_int32, c_int64, c_size_t, c_uint16, c_void_p

import oracle

NO_OFFSET = c_size_t(-1).value
STATUS = {
    "accepted": 0, "headers-missing": 100, "format-invalid": 101, "date-invalid": 102, "unknown-key-id": 103,
    "signature-mismatch": 103, "clock-skew": 104, "field-missing": 200, "field-unknown": 201, "field-duplicate": 202,
    "field-invalid": 203, "recipe-invalid": 204, "recipe-unknown": 205, "token-malformed": 206, "token-mismatch": 207,
}
BODY_LINES = ["when-present", "always", "never"]
PAST, FUTURE = 900, 300
# A tag, and of nothing here.
NO_TOKEN = "FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4="


class Differs(Exception):
    """What the library and the oracle do not agree on."""


class Str(ctypes.Structure):
    _fields_ = [("ptr", c_char_p), ("len", c_size_t)]


class Field(ctypes.Structure):
    _fields_ = [("name", Str), ("value", Str)]


class Error(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("status", c_int32), ("http_status", c_uint16), ("key_index", c_int32),
                ("offset", c_size_t), ("message", ctypes.c_char * 256)]


class Request(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("method", Str), ("content_type", Str), ("date", Str), ("resource", Str),
                ("body", Str), ("body_line", c_int32)]


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return Str(data, len(data))


def fields_of(pairs):
    return (Field * len(pairs))(*(Field(text(name), text(value)) for name, value in pairs))


class Library:
    def __init__(self, prefix):
        self.c = ctypes.CDLL(str(next((pathlib.Path(prefix) / "lib").glob("libimza.so*"))))
        buffer = [c_char_p, c_size_t, POINTER(c_size_t), POINTER(Error)]
        out, error = POINTER(c_void_p), POINTER(Error)
        for name, arguments in {
            "dlga_date": [c_int64, *buffer],
            "dlga_signer_new": [Str, Str, out, error],
            "dlga_sign": [c_void_p, POINTER(Request), *buffer],
            "dlga_string_to_sign": [POINTER(Request), *buffer],
            "dlga_verifier_new": [out, error],
            "dlga_verifier_add_key": [c_void_p, Str, Str, error],
            "dlga_verifier_window": [c_void_p, c_int64, c_int64, error],
            "dlga_verify_headers": [c_void_p, POINTER(Request), POINTER(Field), c_size_t, c_int64, error],
            "haso_merchant_new": [Str, Str, Str, out, error],
            "haso_merchant_new_salt_keyed": [Str, Str, out, error],
            "haso_merchant_add_older_secret": [c_void_p, Str, Str, error],
            "haso_recipe_find": [Str, out, error],
            "haso_recipe_parse": [Str, out, error],
            "haso_recipe_print": [c_void_p, *buffer],
            "haso_recipe_without_field_checks": [c_void_p, error],
            "haso_recipe_ignoring_other_fields": [c_void_p, error],
            "haso_token": [c_void_p, c_void_p, POINTER(Field), c_size_t, *buffer],
            "haso_verify": [c_void_p, c_void_p, POINTER(Field), c_size_t, Str, error],
        }.items():
            function = getattr(self.c, f"imza_{name}")
            function.argtypes, function.restype = arguments, c_int32
            setattr(self, name, function)
        self.recipe_free = self.c.imza_haso_recipe_free
        self.recipe_free.argtypes, self.recipe_free.restype = [c_void_p], None
        self.error = Error(struct_size=ctypes.sizeof(Error))
        self.buffer, self.length = ctypes.create_string_buffer(1 << 16), c_size_t()

    def made(self, function, *arguments):
        """A handle; the arguments are good."""
        handle = c_void_p()
        assert function(*arguments, byref(handle), byref(self.error)) == 0, self.error.message
        return handle

    def written(self, function, *arguments):
        """What a function writes, or the status with which it refuses."""
        status = function(*arguments, self.buffer, len(self.buffer), byref(self.length), byref(self.error))
        return status or self.buffer.raw[:self.length.value]

    def verdict(self, status):
        """Status, offset and key, of the error that was filled for it."""
        assert self.error.status == status
        return status, None if self.error.offset == NO_OFFSET else self.error.offset, self.error.key_index


def right_verdict(verdict):
    key = verdict["key_index"]
    return STATUS[verdict["kind"]], verdict["offset"], -1 if key is None else key


class Requests:
    """Requests of every kind: most are nearly right, so that each check is reached."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        choice = self.random.choice
        self.ids = [(f"id-{i}", bytes(self.random.randrange(256) for _ in range(choice([1, 20, 64, 65, 130]))))
                    for i in (0, 1, 1, 2)]
        self.keys = [{"access_key_id": name, "secret_base64": base64.b64encode(secret).decode()}
                     for name, secret in self.ids]

    def chance(self, share):
        return self.random.random() < share

    def changed(self, value):
        """A text with something taken out, put in or put twice."""
        at = self.random.randrange(len(value) + 1)
        new = self.random.choice(["", " ", "\t", "\n", "\0", "\x7f", "é", ":", "=", "A", "0", "/", "#", "ş", value])
        return value[:at] + new + value[at + self.random.randrange(3):]

    def any_text(self, alphabet, most):
        return "".join(self.random.choices(alphabet, k=self.random.randrange(most)))

    def dlga(self):
        pick = self.random
        size = pick.choice([0, 0, 1, 55, 64, 119, 500, 5000]) + pick.randrange(60)
        name, secret = pick.choice(self.ids)
        unix = pick.choice([pick.randrange(253402300800), 1615296512 + pick.randrange(100)])
        date = oracle.write_date(unix)
        if self.chance(0.3):
            zone = pick.choice(["", " GMT", " UTC", " UT", " Z", " +0000", " -00:00", " GMT+0:00", " +0000"])
            date = date.removesuffix(" GMT") + zone
        case = {
            "method": pick.choice(["POST", "GET", "PUT", self.any_text("AZaz09!~-", 9) or "X"]),
            "content_type": pick.choice(["", "application/json", "text/plain; charset=utf-8", self.any_text("a/;=é ", 20)]),
            "resource": "/" + self.any_text("abc/?&=%20ş~", 60),
            "body_base64": base64.b64encode(pick.randbytes(0 if self.chance(0.2) else size)).decode(),
            "body_line": pick.choice(BODY_LINES),
            "date": date, "access_key_id": name, "secret_base64": base64.b64encode(secret).decode(),
        }
        return case, unix

    def received(self, case, unix, signed):
        """The headers of a request as it may arrive, and the clock."""
        pick = self.random
        names = pick.choice([("x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization"),
                             ("X-DLG-Date", "X-Dlg-Requester-Userid", "X-Dlg-Authorization"),
                             ("Date", "X-Requester-UserId", "X-Authorization")])
        headers = [list(header) for header in zip(names, (case["date"], str(pick.randrange(99999)), signed))]
        if self.chance(0.5):
            headers.append(["Content-Type", case["content_type"]])
        if self.chance(0.2):
            headers.append(["accept", "*/*"])
        pick.shuffle(headers)
        case = {**case, "headers": headers, "keys": self.keys, "past": PAST, "future": FUTURE,
                "now": unix + pick.choice([0, 1, -1, PAST, PAST + 1, -FUTURE, -FUTURE - 1])}
        if case["content_type"] and any(name == "Content-Type" for name, _ in headers) and self.chance(0.5):
            case["content_type"] = ""
        if self.chance(0.5):
            kind = pick.randrange(6)
            header = pick.choice(headers)
            if kind == 0:
                header[1] = self.changed(header[1])
            elif kind == 1:
                headers.remove(header)
            elif kind == 2:
                headers.append([header[0].swapcase(), header[1]])
            elif kind == 3:
                part = pick.choice(["method", "content_type", "resource"])
                case[part] = self.changed(case[part])
            elif kind == 4:
                header[1] = header[1].replace("id-", "other-")
            else:
                header[1] = pick.choice([" ", "\t", ""]) + header[1] + pick.choice([" ", "\t", ""])
        return case

    def haso(self):
        pick = self.random
        method = pick.choice(list(oracle.METHODS))
        terms, others = oracle.method_of(method)
        recipe = ""
        if self.chance(0.3):
            rest = [term.printed() for term in terms]
            pick.shuffle(rest)
            recipe, others = " + ".join(rest), set()
            terms = oracle.parse_recipe(recipe)
        fields = []
        for term in terms:
            optional = term.optional or term.name == "merchantId"
            if term.name == "merhant_salt" or optional and self.chance(0.5):
                continue
            value = {"@": "2024-02-29", "#": str(pick.randrange(10**6))}.get(term.shape)
            value = {"merchantId": "1000042", "ipAddress": pick.choice(["85.105.1.2", "2001:db8::1"])}.get(term.name, value)
            fields.append([term.name, value or self.any_text("abcşĞ019 +", 11) or "x"])
        if others and self.chance(0.3):
            fields.append([pick.choice(sorted(others)), "1"])
        if fields and self.chance(0.3):
            field = pick.choice(fields)
            field[pick.randrange(2)] = self.changed(pick.choice(field))
        if fields and self.chance(0.05):
            fields.append(list(pick.choice(fields)))
        pick.shuffle(fields)
        return {"merchant_id": "1000042", "recipe": recipe, "endpoint": method, "field_checks": self.chance(0.7),
                "ignore_other_fields": self.chance(0.3), "fields": fields, "secrets": pick.choice(SECRETS)}


SECRETS = [
    [{"merchant_key": "key-not-real", "merchant_salt": "salt-not-real", "hmac_key": "merchant-key"},
     {"merchant_key": "older-not-real", "merchant_salt": "older-salt-not-real", "hmac_key": "merchant-key"}],
    [{"merchant_key": "", "merchant_salt": "salt-not-real", "hmac_key": "merchant-salt"}],
]


class Comparison:
    def __init__(self, prefix, seed):
        self.library, self.requests = Library(prefix), Requests(seed)
        made = self.library.made
        self.signers = {(name, secret): made(self.library.dlga_signer_new, text(name), text(secret))
                        for name, secret in self.requests.ids}
        self.verifier = made(self.library.dlga_verifier_new)
        for name, secret in self.requests.ids:
            assert self.library.dlga_verifier_add_key(self.verifier, text(name), text(secret), None) == 0
        assert self.library.dlga_verifier_window(self.verifier, PAST, FUTURE, None) == 0
        older = SECRETS[0][1]
        self.merchants = [
            made(self.library.haso_merchant_new, text("1000042"), text("key-not-real"), text("salt-not-real")),
            made(self.library.haso_merchant_new_salt_keyed, text("1000042"), text("salt-not-real")),
        ]
        assert self.library.haso_merchant_add_older_secret(
            self.merchants[0], text(older["merchant_key"]), text(older["merchant_salt"]), None) == 0
        self.seen = collections.Counter()

    def compare(self, what, ours, theirs, case):
        if ours != theirs:
            raise Differs(f"{what}: the library has {ours!r}, the rules give {theirs!r}, for {case!r}")

    def finds(self, what, planted):
        """The positive control: a comparison in which library and oracle are asked about different requests."""
        try:
            planted()
        except Differs:
            return
        sys.exit(f"differential: a planted difference was not seen: {what}")

    def planted(self):
        case, unix = self.requests.dlga()
        other = {**case, "resource": case["resource"] + "x"}
        self.finds("a resource with one byte more", lambda: self.signs(case, other))
        self.finds("another second", lambda: self.writes_date(unix, unix ^ 1))
        case = {**case, "headers": [], "keys": self.requests.keys, "past": PAST, "future": FUTURE, "now": unix}
        headers = [["x-dlg-date", case["date"]], ["x-dlg-requester-userid", "1"],
                   ["x-dlg-authorization", oracle.sign(case)["authorization"]]]
        self.finds("a header that is missing", lambda: self.verifies({**case, "headers": headers}, case))
        haso = self.requests.haso() | {"secrets": SECRETS[0], "field_checks": False, "ignore_other_fields": True,
                                       "recipe": "merchantId + a + merhant_salt", "fields": [["a", "1"]]}
        self.finds("another value of a field", lambda: self.tokens(haso, {**haso, "fields": [["a", "2"]]}))

    def request(self, case):
        body = base64.b64decode(case["body_base64"])
        return Request(ctypes.sizeof(Request), text(case["method"]), text(case["content_type"]), text(case["date"]),
                       text(case["resource"]), text(body), BODY_LINES.index(case["body_line"]))

    def dlga(self):
        case, unix = self.requests.dlga()
        authorization = self.signs(case, case)
        self.writes_date(unix, unix)
        case = self.requests.received(case, unix, authorization)
        self.seen[self.verifies(case, case)] += 1

    def signs(self, case, right_case):
        """Signs a case with the library, and another with the oracle."""
        library, right, request = self.library, oracle.sign(right_case), self.request(case)
        signer = self.signers[case["access_key_id"], base64.b64decode(case["secret_base64"])]
        text_to_sign = library.written(library.dlga_string_to_sign, byref(request))
        self.compare("string to sign", text_to_sign, base64.b64decode(right["string_to_sign_base64"]), case)
        signed = library.written(library.dlga_sign, signer, byref(request))
        self.compare("authorization", signed, right["authorization"].encode(), case)
        return right["authorization"]

    def writes_date(self, unix, right_unix):
        written = self.library.written(self.library.dlga_date, unix)
        self.compare("date", written, oracle.write_date(right_unix).encode(), unix)

    def verifies(self, case, right_case):
        library, headers = self.library, fields_of(case["headers"])
        status = library.dlga_verify_headers(
            self.verifier, byref(self.request(case)), headers, len(headers), case["now"], byref(library.error))
        verdict = oracle.dlga_verdict(right_case)["verdict"]
        self.compare("DLGA verdict", library.verdict(status), right_verdict(verdict), case)
        return verdict["kind"]

    def haso(self):
        case = self.requests.haso()
        self.seen[self.tokens(case, case)] += 1

    def tokens(self, case, right_case):
        """The token of a case and its verdict by the library, and of another by the oracle."""
        library = self.library
        recipe = library.made(library.haso_recipe_parse, text(case["recipe"])) if case["recipe"] else \
            library.made(library.haso_recipe_find, text(case["endpoint"]))
        if not case["field_checks"]:
            library.haso_recipe_without_field_checks(recipe, None)
        if case["ignore_other_fields"]:
            library.haso_recipe_ignoring_other_fields(recipe, None)
        merchant = self.merchants[SECRETS.index(case["secrets"])]
        fields = fields_of(case["fields"])
        token = library.written(library.haso_token, merchant, recipe, fields, len(fields))
        terms, others = (oracle.parse_recipe(case["recipe"]), set()) if case["recipe"] else \
            oracle.method_of(case["endpoint"])
        try:
            parts = oracle.message_parts(right_case, terms, others, [tuple(field) for field in right_case["fields"]],
                                         case["field_checks"], case["ignore_other_fields"])
            presented = oracle.token(self.requests.random.choice(case["secrets"]), parts)[1]
            right = oracle.token(case["secrets"][0], parts)[1].encode()
        except oracle.Fault as fault:
            presented, right = NO_TOKEN, STATUS[fault.name]
        self.compare("token", token, right, case)
        if self.requests.chance(0.2):
            presented = self.requests.random.choice([NO_TOKEN, self.requests.changed(presented)])
        status = library.haso_verify(merchant, recipe, fields, len(fields), text(presented), byref(library.error))
        verdict = oracle.haso_verdict({**right_case, "token": presented})["verdict"]
        self.compare("Haso verdict", library.verdict(status), right_verdict(verdict), case)
        library.recipe_free(recipe)
        return verdict["kind"]


def main():
    prefix, count, seed = sys.argv[1], int((sys.argv[2:] or [20000])[0]), int((sys.argv[3:] or [20210309])[0])
    print(f"differential: {count} random requests, seed {seed}", flush=True)
    comparison, begin = Comparison(prefix, seed), time.monotonic()
    comparison.planted()
    try:
        for number in range(count):
            comparison.haso() if number % 3 == 2 else comparison.dlga()
    except Differs as difference:
        sys.exit(f"differential: request {number} of seed {seed}: {difference}")
    unreached = set(STATUS) - {"recipe-invalid", "recipe-unknown"} - set(comparison.seen)
    if unreached:
        sys.exit(f"differential: no request was {', '.join(sorted(unreached))}; more are needed")
    print(f"differential: the library and the oracle agree, in {time.monotonic() - begin:.0f} s: "
          + ", ".join(f"{seen} {kind}" for kind, seen in sorted(comparison.seen.items())))


if __name__ == "__main__":
    main()
