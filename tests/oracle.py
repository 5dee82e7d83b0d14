#!/usr/bin/env python3
"""The independent oracle: computes the golden corpus from the rules, with nothing of imza in it.

    tests/oracle.py check       re-computes every case; names case and stage of each difference, exit 1
    tests/oracle.py generate    fills in the stages that a case does not have yet; changes no other

Python's standard library alone: hmac, hashlib, base64, datetime, ipaddress, re. The rules that are cited
are written out in docs/dlga.md and docs/haso.md, the form of the files in tests/vectors/README.md.
"""

import base64
import copy
import datetime
import hashlib
import hmac
import ipaddress
import json
import pathlib
import re
import sys

VECTORS = pathlib.Path(__file__).parent / "vectors"


def mac(key: bytes, message: bytes) -> str:
    """DLGA-12, HASO-1, HASO-5: standard base64 of the raw 32 bytes."""
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


class Fault(Exception):
    """A refusal: its name, and what else the case's verdict says."""

    def __init__(self, name, offset=None, **more):
        super().__init__(name)
        self.verdict = {"kind": name, "offset": offset, **more}
        self.name, self.offset = name, offset


# --- tags: DLGA-16, HASO-11 -----------------------------------------------------------------------------------------


def parse_tag(text: bytes) -> bytes:
    """The 32 bytes of a received tag; a text is one if and only if encoding its bytes gives it back."""
    data = text.rstrip(b"=")
    padding = len(text) - len(data)
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = b""
    if len(raw) == 32 and base64.b64encode(raw) == text:
        return raw
    if not text:
        raise Fault("empty")
    if len(text) in (40, 64) and re.fullmatch(rb"[0-9A-Fa-f]+", text):
        raise Fault("hex")
    if len(text) in (59, 95) and re.fullmatch(rb"[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2})+", text):
        raise Fault("hex-with-dashes")
    # Padding is a stranger only where more data follows it.
    stranger = re.search(rb"[^A-Za-z0-9+/=]|=+(?=[A-Za-z0-9+/])", text)
    if stranger:
        raise Fault("url-alphabet" if stranger[0] in b"-_" else "character", stranger.start())
    if len(data) in (43, 44) and padding == 0:
        raise Fault("no-padding", 43)
    if len(data) == 43 and padding == 1:
        raise Fault("not-canonical", 42)
    if len(data) == 27 and padding <= 1:
        raise Fault("sha1")
    raise Fault("length")


# --- dates: DLGA-1, DLGA-18 -----------------------------------------------------------------------------------------

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
D = "[0-9]"
# Every form of a date as a row of pieces; a text that is none of them goes wrong where the last form gives up.
FRONTS = [
    [f"(?P<weekday>{'|'.join(DAYS)})", ",", " ", *day, " ", f"(?P<month>{'|'.join(MONTHS)})", " ", D, D, D, D,
     " ", D, D, ":", D, D, ":", D, D]
    for day in ([D], [D, D])
]
ZONES = [[]] + [[" ", name] for name in ("GMT", "UTC", "UT", "Z")] + [
    [" ", "[+-]", D, D, D, D],
    [" ", "[+-]", D, D, ":", D, D],
    [" ", "GMT", "[+-]", D, ":", D, D],
    [" ", "GMT", "[+-]", D, D, ":", D, D],
]
EPOCH = datetime.datetime(1970, 1, 1)
LAST = datetime.datetime(9999, 12, 31, 23, 59, 59)


def parse_date(text: bytes) -> int:
    """The instant in seconds since 1970 that a header's text names."""
    string, furthest = text.decode("latin-1"), 0
    for form in (front + zone for front in FRONTS for zone in ZONES):
        at = 0
        for piece in form:
            found = re.compile(piece).match(string, at)
            if not found:
                break
            at = found.end()
        else:
            if at == len(string):
                break
        furthest = max(furthest, at)
    else:
        raise Fault("pattern", furthest)

    weekday, day, month, year, hour, minute, second, zone = re.fullmatch(
        r"(\w+), (\d+) (\w+) (\d+) (\d+):(\d+):(\d+)(.*)", string).groups()
    shift = datetime.timedelta()
    signed = re.search(r"([+-])(\d{1,2}):?(\d\d)$", zone)
    if signed:
        if int(signed[2]) > 23:
            raise Fault("pattern", len(string) - len(zone) + signed.start(2))
        if int(signed[3]) > 59:
            raise Fault("pattern", len(string) - len(zone) + signed.start(3))
        shift = datetime.timedelta(hours=int(signed[2]), minutes=int(signed[3])) * (1 if signed[1] == "+" else -1)
    if int(year) < 1969:
        raise Fault("out-of-range")
    try:
        local = datetime.datetime(int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
    except ValueError:
        raise Fault("does-not-exist") from None
    if DAYS[local.weekday()] != weekday:
        raise Fault("weekday", 0)
    seconds = (local - EPOCH - shift) // datetime.timedelta(seconds=1)
    if not 0 <= seconds <= (LAST - EPOCH) // datetime.timedelta(seconds=1):
        raise Fault("out-of-range")
    return seconds


def write_date(unix: int) -> str:
    if not 0 <= unix <= (LAST - EPOCH) // datetime.timedelta(seconds=1):
        raise Fault("out-of-range")
    at = EPOCH + datetime.timedelta(seconds=unix)
    return f"{DAYS[at.weekday()]}, {at.day:02} {MONTHS[at.month - 1]} {at.year:04} {at.time()} GMT"


# --- DLGA: DLGA-2 to DLGA-20 ----------------------------------------------------------------------------------------

BODY_LINE = {"when-present": lambda body: body and body + b"\n", "always": lambda body: body + b"\n",
             "never": lambda body: body}
VENDOR = {
    "headers-missing": (400, "Required headers not found"),
    "format-invalid": (400, "Authorization failed due to data format not valid"),
    "date-invalid": (400, "Authorization failed due to date not valid"),
    "unknown-key-id": (401, "Authorization failed"),
    "signature-mismatch": (401, "Authorization failed"),
    "clock-skew": (403, "Request time may not be correct."),
}


def content_type_of(case):
    """DLGA-8: the content type that the case gives, or else the received header's, and how many blanks stood before."""
    value, before, _ = received(case, ("Content-Type", "Content-Type"))
    return (case["content_type"].encode(), 0) if case["content_type"] else (value, before)


def string_to_sign(case, date: bytes, content_type=None) -> bytes:
    """DLGA-5 to DLGA-11."""
    content_type = case["content_type"].encode() if content_type is None else content_type
    body = BODY_LINE[case["body_line"]](base64.b64decode(case["body_base64"]))
    head = [case["method"].encode(), content_type, date]
    return b"".join(part + b"\n" for part in head) + body + case["resource"].encode()


def sign(case):
    text = string_to_sign(case, case["date"].encode())
    signature = mac(base64.b64decode(case["secret_base64"]), text)
    return {
        "string_to_sign_base64": base64.b64encode(text).decode(),
        "signature": signature,
        "authorization": f"DLGA {case['access_key_id']}:{signature}",
    }


def forbid(value: bytes, pattern: bytes, before=0):
    """DLGA-13: a format error at the first byte that matches."""
    found = re.search(pattern, value, re.DOTALL)
    if found:
        raise Fault("format-invalid", before + found.start())


def received(case, names):
    """DLGA-4: a header's value without blanks, how many stood before it, and whether a name stands twice."""
    sets = [[v.encode() for n, v in case["headers"] if n.lower() == name.lower()] for name in names]
    values = sets[0] or sets[1]
    value = values[0].strip(b" \t") if values else b""
    before = len(values[0]) - len(values[0].lstrip(b" \t")) if values else 0
    return value, before, any(len(found) > 1 for found in sets)


def judge(case):
    """DLGA-14, DLGA-15: the checks in their order; an accepted request gives key index and requester."""
    date, requester, authorization = headers = [received(case, names) for names in (
        ("x-dlg-date", "Date"), ("x-dlg-requester-userid", "X-Requester-UserId"),
        ("x-dlg-authorization", "X-Authorization"))]
    if not all(value for value, _, _ in headers):
        raise Fault("headers-missing")
    content_type, before = content_type_of(case)
    if any(twice for _, _, twice in (*headers, received(case, ("Content-Type", "Content-Type")))):
        raise Fault("format-invalid")

    if not case["method"] or not case["resource"]:
        raise Fault("format-invalid")
    forbid(case["method"].encode(), rb"[^A-Za-z0-9!#$%&'*+.^_`|~-]")
    forbid(content_type, rb"[\r\n\0]", before)
    forbid(case["resource"].encode(), rb"[\0- \x7f#]")
    forbid(case["resource"].encode(), rb"^[^/]")
    for value, before, _ in (date, requester):
        forbid(value, rb"[\r\n\0]", before)
    value, before, _ = authorization
    if not value.startswith(b"DLGA "):
        raise Fault("format-invalid", before)
    key_id, colon, signature = value[5:].rpartition(b":")
    if not colon:
        raise Fault("format-invalid", before + len(value))
    if not key_id:
        raise Fault("format-invalid", before + 5)
    forbid(key_id, rb"[\0- \x7f:]", before + 5)
    try:
        parse_tag(signature)
    except Fault as fault:
        raise Fault("format-invalid", before + len(value) - len(signature) + (fault.offset or 0)) from None
    try:
        unix = parse_date(date[0])
    except Fault as fault:
        raise Fault("date-invalid", None if fault.offset is None else date[1] + fault.offset) from None

    mine = [(index, key) for index, key in enumerate(case["keys"]) if key["access_key_id"].encode() == key_id]
    if not mine:
        raise Fault("unknown-key-id")
    text = string_to_sign(case, date[0], content_type)
    matching = [index for index, key in mine if mac(base64.b64decode(key["secret_base64"]), text).encode() == signature]
    if not matching:
        raise Fault("signature-mismatch")
    if case["now"] is not None:
        ahead = unix - case["now"]
        if ahead > case["future"] or -ahead > case["past"]:
            raise Fault("clock-skew", key_index=matching[0])
    return {"kind": "accepted", "offset": None, "key_index": matching[0], "requester": requester[0].decode()}


def dlga_verdict(case):
    try:
        return {"verdict": {"http_status": 200, "text": "", **judge(case)}}
    except Fault as fault:
        status, text = VENDOR[fault.name]
        return {"verdict": {"http_status": status, "text": text, "key_index": None, "requester": None, **fault.verdict}}


# --- Haso: HASO-1 to HASO-11 ----------------------------------------------------------------------------------------

# Each method: its sum before the salt (name, ? optional, <=N characters, # amount, @ date), then what else is posted.
METHODS = {
    "/RequestV2/SendKkbPinCode": ("merchantId ipAddress? kkbRefNo pinCode", "testResult"),
    "/RequestV2/AskKkbReportResult": ("merchantId ipAddress? kkbRefNo", "testResult"),
    "/RequestV2/SetPreDefinedLimit": ("merchantId customerId dealerSegment<=10 ipAddress?", "limitReductionFlag"),
    "/RequestV2/SetLimitFromKds": ("merchantId shopperName shopperSurname dealerSegment<=10 ipAddress?",
                                   "tckn mobileNumber email birthDate kdsLimit kdsSegment"),
    "/Index/GetPaymentsOfTransaction": ("merchantId merchantOid transactionCode ipAddress?", ""),
    "/RequestV2/SetPaidPayment": (
        "merchantId merchantOid<=20 paymentCode paymentReferenceCode? paymentDate@ ipAddress?", ""),
    "/Index/GetCustomerTransactions": ("merchantId customerId<=10 ipAddress?", "transactionCodes pageNo pageSize"),
    "/Index/GetCustomerPayments": ("merchantId customerId<=10 ipAddress?", "paymentStatuses pageNo pageSize"),
    "/RequestV2/LoadCustomerBalance": ("merchantId customerId balanceAmount# ipAddress?",
                                       "paymentDate paymentReferenceCode"),
    "/RequestV2/SetBulkPaidPayment": ("merchantId merchantOid<=20 paymentReferenceCode? paymentDate@ ipAddress?",
                                      "paymentCodes"),
    "/Index/GetPaymentPlanByDealerSegment": (
        "merchantId ipAddress? dealerSegment? orderAmount#",
        "notCalculateFees forceRiskFreeEvaluate postponeSelected RevisedFeeRate basketList"),
}
SALTS = ("merhant_salt", "merchant_salt", "merchantSalt")
DATE_FORM = r'\.\s*ToString\s*\(\s*"yyyy-MM-dd"\s*\)'


class Term:
    def __init__(self, name, optional=False, shape="", most=None):
        self.name, self.optional, self.shape, self.most = name, optional, shape, most

    def printed(self):
        mark = "?" if self.optional and self.name not in ("ipAddress", "paymentReferenceCode") else ""
        return self.name + mark + ('.ToString("yyyy-MM-dd")' if self.shape == "@" else "")


def method_of(endpoint):
    """The sum of a documented method, by name or path, and every name that it takes."""
    for path, (terms, others) in METHODS.items():
        if endpoint in (path, path.rsplit("/", 1)[1]):
            parts = [re.fullmatch(r"(\w+)(\?)?(?:<=(\d+))?([#@])?", term).groups() for term in terms.split()]
            sum_ = [Term(name, bool(optional), shape or "", most and int(most)) for name, optional, most, shape in parts]
            return sum_ + [Term("merhant_salt")], set(others.split()) | {"requestToken"}
    raise Fault("recipe-unknown")


def parse_recipe(line):
    """HASO-2 and the notation of the vendor's pages: the terms, or where the line goes wrong (a byte offset)."""
    terms, start = [], 0

    def fault(name, at):
        return Fault("recipe-invalid", len(line[:at].encode()), fault=name)

    for piece in line.split("+"):
        at = start + len(piece) - len(piece.lstrip())
        text = piece.strip()
        name = re.match(r"\w*", text)[0]
        mark = re.compile(r"\s*(\??)\s*").match(text, len(name))
        rest = text[mark.end():]
        if not text:
            raise fault("empty-term", at)
        if not name:
            raise fault("not-in-notation", at)
        if name in SALTS + ("merchantId",):
            if text != name:
                raise fault("not-in-notation", at + len(name))
        elif rest and not re.fullmatch(DATE_FORM, rest):
            raise fault("not-in-notation", at + mark.end())
        canonical = "merhant_salt" if name in SALTS else name
        if any(term.name == canonical for term in terms):
            raise fault("salt-twice" if name in SALTS else "name-twice", at)
        optional = bool(mark[1]) or name in ("ipAddress", "paymentReferenceCode")
        shape = "@" if rest else "#" if name in ("orderAmount", "balanceAmount") else ""
        terms.append(Term(canonical, optional, shape))
        start += len(piece) + 1
    if all(term.name != "merhant_salt" for term in terms):
        raise fault("no-salt", len(line))
    return terms


def recipe_case(case):
    try:
        return {"printed": " + ".join(term.printed() for term in parse_recipe(case["line"])), "offset": None,
                "fault": None}
    except Fault as fault:
        return {"printed": None, "offset": fault.offset, "fault": fault.verdict["fault"]}


def leading_date(value):
    """HASO-8: the date that a value begins with, or where it is none."""
    for at, kind in enumerate("dddd-dd-dd"):
        if at >= len(value) or not (value[at] in "0123456789" if kind == "d" else value[at] == "-"):
            raise Fault("field-invalid", len(value[:at].encode()))
    year, month, day = int(value[:4]), int(value[5:7]), int(value[8:10])
    try:
        datetime.date(year or 4, month, 1)
    except ValueError:
        raise Fault("field-invalid", 5) from None
    if not year:
        raise Fault("field-invalid", 0)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        raise Fault("field-invalid", 8) from None


def folded(name):
    """HASO-9: a name where the case of letters does not count, in Unicode's simple mappings."""
    def simple(letter):
        upper = letter.upper() if len(letter.upper()) == 1 else letter
        return upper.lower()[0]
    return "".join(map(simple, name))


def message_parts(case, terms, others, fields, checked=True, ignoring=False):
    """HASO-1 to HASO-10: the values in the recipe's order, the salt left as None."""
    names = [name for name, _ in fields]
    mine = {term.name for term in terms if term.name != "merhant_salt"} | {"merchantId"}
    for index, (name, value) in enumerate(fields):
        if ignoring and name not in mine and folded(name) not in map(folded, mine):
            continue
        if name not in mine | others:
            raise Fault("field-unknown", field=name)
        if name in names[:index]:
            raise Fault("field-duplicate", field=name)
        if name == "merchantId" and value != case["merchant_id"]:
            raise Fault("field-invalid", field=name)
    given, parts = dict(reversed(fields)), []
    for term in terms:
        value = given.get(term.name, "")
        if term.name == "merhant_salt":
            parts.append(None)
        elif term.name == "merchantId":
            parts.append(case["merchant_id"])
        elif not value and not term.optional:
            raise Fault("field-missing", field=term.name)
        elif not value:
            parts.append("")
        elif term.shape == "@":
            try:
                parts.append(leading_date(value))
            except Fault as fault:
                raise Fault("field-invalid", fault.offset, field=term.name) from None
        else:
            if checked and term.most and len(value) > term.most:
                raise Fault("field-invalid", len(value[:term.most].encode()), field=term.name)
            stranger = checked and term.shape == "#" and re.search("[^0-9]", value)
            if stranger:
                raise Fault("field-invalid", len(value[:stranger.start()].encode()), field=term.name)
            if checked and term.name == "ipAddress":
                try:
                    # Python reads a zone behind `%` too, which is of one machine and no part of an address.
                    ipaddress.ip_address(value.replace("%", "no zone"))
                except ValueError:
                    raise Fault("field-invalid", field=term.name) from None
            parts.append(value)
    return parts


def token(secret, parts):
    """HASO-3, HASO-4: the message and its token."""
    message = "".join(secret["merchant_salt"] if part is None else part for part in parts)
    key = secret["merchant_salt" if secret["hmac_key"] == "merchant-salt" else "merchant_key"]
    return message, mac(key.encode(), message.encode())


def make_token(case):
    terms, others = method_of(case["endpoint"])
    message, made = token(case, message_parts(case, terms, others, list(case["fields"].items())))
    return {"message": message, "token": made}


def haso_verdict(case):
    try:
        terms, others = (parse_recipe(case["recipe"]), set()) if case["recipe"] else method_of(case["endpoint"])
        fields = [tuple(field) for field in case["fields"]]
        parts = message_parts(case, terms, others, fields, case["field_checks"], case["ignore_other_fields"])
        try:
            parse_tag(case["token"].encode())
        except Fault as fault:
            raise Fault("token-malformed", fault.offset) from None
        matching = [i for i, secret in enumerate(case["secrets"]) if token(secret, parts)[1] == case["token"]]
        if not matching:
            raise Fault("token-mismatch")
        return {"verdict": {"kind": "accepted", "field": None, "offset": None, "key_index": matching[0]}}
    except Fault as fault:
        verdict = {"field": None, "key_index": None, **fault.verdict}
        verdict.pop("fault", None)
        return {"verdict": verdict}


# --- the files ------------------------------------------------------------------------------------------------------


def tag_case(case):
    try:
        return {"hex": parse_tag(case["text"].encode()).hex(), "reason": None, "offset": None}
    except Fault as fault:
        return {"hex": None, "reason": fault.name, "offset": fault.offset}


def date_case(case):
    try:
        return {"unix": parse_date(case["text"].encode()), "reason": None, "offset": None}
    except Fault as fault:
        return {"unix": None, "reason": fault.name, "offset": fault.offset}


def clock_case(case):
    try:
        return {"text": write_date(case["unix"])}
    except Fault:
        return {"text": None}


STAGES = {
    "dlga.json": sign,
    "dlga-more.json": sign,
    "dlga-dates.json": date_case,
    "dlga-clock.json": clock_case,
    "dlga-verdicts.json": dlga_verdict,
    "haso.json": make_token,
    "haso-more.json": make_token,
    "haso-recipes.json": recipe_case,
    "haso-verdicts.json": haso_verdict,
    "tags.json": tag_case,
}


def differences(name, cases):
    """Every stage of every case that is not what the rules give, as a sentence."""
    for case in cases:
        for stage, right in STAGES[name](case).items():
            if stage not in case or case[stage] != right:
                yield f"{name}: `{case['name']}`: {stage}: {case.get(stage)!r} stands there, the rules give {right!r}"


def planted(name, cases):
    """The positive control: one stage after another made wrong in a copy of the first case."""
    for stage in STAGES[name](cases[0]):
        wrong = copy.deepcopy(cases[0])
        wrong[stage] = "planted"
        if not list(differences(name, [wrong])):
            yield f"{name}: a planted wrong {stage} was not found"


def main():
    mode = sys.argv[1] if len(sys.argv) == 2 else ""
    if mode not in ("check", "generate"):
        sys.exit(__doc__)
    strangers = {path.name for path in VECTORS.glob("*.json")} ^ set(STAGES)
    faults, count = [f"{name}: the oracle and tests/vectors do not both know this file" for name in sorted(strangers)], 0
    for name in sorted(set(STAGES) - strangers):
        path = VECTORS / name
        corpus = json.loads(path.read_text(encoding="utf-8"))
        cases = corpus["cases"]
        if mode == "generate":
            for case in cases:
                for stage, right in STAGES[name](case).items():
                    case.setdefault(stage, right)
            if corpus != json.loads(path.read_text(encoding="utf-8")):
                path.write_text(json.dumps(corpus, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            continue
        if len({case["name"] for case in cases}) != len(cases):
            faults.append(f"{name}: a name stands twice")
        faults += [*differences(name, cases), *planted(name, cases)]
        count += len(cases)
    if faults:
        sys.exit("\n".join(faults))
    if mode == "check":
        print(f"oracle: {count} cases of {len(STAGES)} files are as the rules give them; every planted fault was found")


if __name__ == "__main__":
    main()
