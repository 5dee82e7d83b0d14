"""What Python adds: types, times, errors that name the argument, no secrets, threads."""

import doctest
import importlib
import pickle
import threading
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

import imza
from imza import dlga, haso

SECRET = "not-a-real-secret"
NOW = 1615296512
CALL = ("POST", "/v1/application/finishonlinehelp")
BODY = b'{"customerId":"123456"}'
MERCHANT = ("1000042", "merchant-key-not-real", "merchant-salt-not-real")
FIELDS = {"customerId": "5500123", "dealerSegment": "GOLD", "ipAddress": "85.105.1.2"}
TOKEN = "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY="


def signed(**changes):
    arguments = dict(content_type="application/json", body=BODY, date=NOW, requester="45186")
    return dlga.Signer("key-id", SECRET).sign(*CALL, **{**arguments, **changes})


def verifier():
    held = dlga.Verifier()
    held.add_key("key-id", SECRET)
    return held


@pytest.mark.parametrize("module", ["imza", "imza.dlga", "imza.haso"])
def test_the_examples_in_the_docstrings_run(module):
    failed, attempted = doctest.testmod(importlib.import_module(module))
    assert failed == 0 and attempted > 0


def test_a_date_may_be_a_datetime_seconds_a_text_or_a_date():
    zone = timezone(timedelta(hours=3))
    for date in (NOW, NOW + 0.9, datetime(2021, 3, 9, 16, 28, 32, tzinfo=zone), str(dlga.Date(NOW)), dlga.Date(NOW)):
        assert signed(date=date) == signed()
    assert dlga.Date.parse(signed(date=None)["x-dlg-date"]).unix_seconds > NOW


def test_a_datetime_without_a_zone_is_refused_by_name():
    with pytest.raises(imza.InvalidArgument, match="date is a datetime without a time zone"):
        signed(date=datetime(2021, 3, 9))
    with pytest.raises(imza.InvalidArgument, match="now is a datetime without a time zone"):
        verifier().verify(*CALL, signed(), body=BODY, now=datetime(2021, 3, 9))


def test_a_time_that_no_header_can_express_is_refused_by_dlga_19():
    for date in (-1, 253402300800, 10**30):
        with pytest.raises(imza.InvalidArgument):
            signed(date=date)


def test_text_and_bytes_are_the_same():
    assert signed(body=BODY.decode()) == signed(body=bytearray(BODY)) == signed(body=memoryview(BODY)) == signed()
    assert dlga.Signer("key-id", SECRET.encode()).sign(*CALL, date=NOW, requester="1") == dlga.Signer(
        "key-id", SECRET
    ).sign(*CALL, date=NOW, requester="1")


@pytest.mark.parametrize("argument", ["content_type", "body", "requester"])
def test_a_lone_surrogate_and_a_wrong_type_are_refused_by_the_arguments_name(argument):
    with pytest.raises(imza.InvalidArgument, match=f"{argument} holds a lone surrogate"):
        signed(**{argument: "\ud83d"})
    with pytest.raises(TypeError, match=f"{argument} must be str"):
        signed(**{argument: 5})


def test_a_refusal_is_the_vendors_verdict_with_its_reason():
    with pytest.raises(imza.Rejected) as refused:
        verifier().verify(*CALL, signed(), body=BODY + b"\n", now=NOW)
    told = refused.value
    assert (told.kind, told.http_status, told.vendor_text) == ("signature-mismatch", 401, "Authorization failed")
    assert told.reason == str(told)
    again = pickle.loads(pickle.dumps(told))
    assert (type(again), again.__dict__) == (imza.Rejected, told.__dict__)


def test_the_matching_key_is_told_also_when_only_the_clock_refuses_by_dlga_20():
    with pytest.raises(imza.Rejected) as refused:
        verifier().verify(*CALL, signed(), body=BODY, now=NOW + 901, content_type="application/json")
    assert (refused.value.kind, refused.value.http_status, refused.value.key_index) == ("clock-skew", 403, 0)


def test_the_received_content_type_is_what_was_signed_by_dlga_8():
    headers = {**signed(), "Content-Type": " application/json"}
    assert verifier().verify(*CALL, headers, body=BODY, now=NOW).key_index == 0
    with pytest.raises(imza.Rejected) as refused:
        verifier().verify(*CALL, [*headers.items(), ("content-type", "text/plain")], body=BODY, now=NOW)
    assert refused.value.kind == "format-invalid"


def test_headers_are_judged_before_the_body_by_dlga_15():
    assert verifier().check_headers("POST", signed()) is None
    with pytest.raises(imza.Rejected) as refused:
        verifier().check_headers("POST", {})
    assert refused.value.kind == "headers-missing"


def test_a_haso_refusal_names_the_field_by_haso_9():
    merchant = haso.Merchant(*MERCHANT)
    with pytest.raises(haso.Refused) as refused:
        merchant.token("SetPreDefinedLimit", {"customerId": "1"})
    assert (refused.value.kind, refused.value.field) == ("field-missing", "dealerSegment")
    with pytest.raises(haso.Refused) as refused:
        merchant.token("SetPreDefinedLimit", [("customerId", "1"), ("customerId", "2")])
    assert refused.value.kind == "field-duplicate"
    assert isinstance(refused.value, imza.Error)
    with pytest.raises(imza.InvalidArgument):
        haso.Merchant("", "key", "salt")


def test_none_is_an_absent_field_by_haso_6_and_an_int_its_digits():
    merchant = haso.Merchant(*MERCHANT)
    without = {name: value for name, value in FIELDS.items() if name != "ipAddress"}
    assert merchant.token("SetPreDefinedLimit", {**without, "ipAddress": None}) == merchant.token(
        "SetPreDefinedLimit", without
    )
    assert merchant.token("SetPreDefinedLimit", {**FIELDS, "customerId": 5500123}) == TOKEN
    with pytest.raises(TypeError, match="the field customerId must be str or int"):
        merchant.token("SetPreDefinedLimit", {**FIELDS, "customerId": 5500123.0})


def test_a_recipe_is_a_name_a_path_the_vendors_sum_or_a_recipe():
    merchant = haso.Merchant(*MERCHANT)
    line = "merchantId + customerId+ dealerSegment+ ipAddress + merhant_salt"
    for recipe in ("SetPreDefinedLimit", "/RequestV2/SetPreDefinedLimit", line, haso.Recipe(line), haso.METHODS[2]):
        assert merchant.token(recipe, FIELDS) == TOKEN
    assert haso.METHODS[2].name == "SetPreDefinedLimit"


def test_no_repr_and_no_error_shows_a_secret():
    merchant = haso.Merchant(*MERCHANT)
    explainer = dlga.Explainer()
    explainer.add_key("key-id", SECRET)
    shown = [repr(dlga.Signer("key-id", SECRET)), repr(verifier()), repr(merchant), repr(explainer)]
    shown += [repr(haso.Explainer(*MERCHANT)), repr(haso.Discoverer(*MERCHANT))]
    shown.append(str(explainer.explain(*CALL, signed(), body=b"another")))
    shown.append(str(haso.Explainer(*MERCHANT).explain("SetPreDefinedLimit", {**FIELDS, "customerId": "1"}, TOKEN)))
    for text in shown:
        for secret in (SECRET, *MERCHANT[1:]):
            assert secret not in text
    for kept in (dlga.Signer("key-id", SECRET), verifier(), merchant):
        with pytest.raises(TypeError):
            pickle.dumps(kept)


def test_explain_names_the_mistake():
    explainer = dlga.Explainer()
    explainer.add_key("key-id", SECRET)
    headers = {**signed(), "content-type": "application/json"}
    explained = explainer.explain(*CALL, headers, body=BODY + b"\n")
    assert not explained.is_valid and len(explained.matches) >= 1
    assert "matches when the body has no final newline" in str(explained)
    assert explainer.explain(*CALL, headers, body=BODY).is_valid


def test_discover_finds_the_recipe():
    discoverer = haso.Discoverer(*MERCHANT)
    discoverer.add_sample(FIELDS, TOKEN)
    found = [str(recipe) for recipe in discoverer.run().found]
    assert str(haso.METHODS[2]).replace("merhant_salt", "merhant_salt") in found


@given(st.binary(max_size=300), st.text(max_size=40), st.integers(0, 253402300799))
def test_what_is_signed_verifies_and_what_is_changed_does_not(body, requester, date):
    try:
        headers = dlga.Signer("key-id", SECRET).sign(*CALL, body=body, date=date, requester=requester)
    except imza.InvalidArgument:
        assert not requester.strip(" \t") or any(c in requester for c in "\r\n\0") or requester != requester.strip(" \t")
        return
    if requester != requester.strip(" \t") or not requester.strip(" \t"):
        return
    assert verifier().verify(*CALL, headers, body=body, now=date).requester == requester
    with pytest.raises(imza.Rejected):
        verifier().verify(*CALL, headers, body=body + b"x", now=date)


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=10))
def test_any_field_gets_a_token_or_an_error_that_names_it(customer, segment):
    merchant = haso.Merchant(*MERCHANT)
    fields = {"customerId": customer, "dealerSegment": segment}
    try:
        token = merchant.token("SetPreDefinedLimit", fields)
    except (haso.Refused, imza.InvalidArgument) as refused:
        assert getattr(refused, "field", None) in fields or "field " in str(refused)
    else:
        assert merchant.verify("SetPreDefinedLimit", fields, token) == 0


def test_threads_share_a_signer_and_a_verifier():
    shared, expected, wrong = dlga.Signer("key-id", SECRET), signed(), []
    held = verifier()

    def work():
        for _ in range(300):
            headers = shared.sign(*CALL, content_type="application/json", body=BODY, date=NOW, requester="45186")
            if headers != expected or held.verify(*CALL, headers, body=BODY, now=NOW, content_type="application/json").key_index:
                wrong.append(headers)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize("given", [None, "application/json"])
def test_a_content_type_that_stands_twice_is_a_format_error_as_at_the_vendor(given: "str | None") -> None:
    """DLGA-4, DLGA-8."""
    verifier = dlga.Verifier(ignore_clock=True)
    verifier.add_key("key-id", "not-a-real-secret")
    body = b"{}"
    headers = dlga.Signer("key-id", "not-a-real-secret").sign(
        "POST", "/v1/x", content_type="application/json", body=body, date=1615296512, requester="45186"
    )
    received = [*headers.items(), ("Content-Type", "application/json")]
    assert verifier.verify("POST", "/v1/x", received, body=body, content_type=given).key_index == 0
    with pytest.raises(imza.Rejected) as refused:
        verifier.verify("POST", "/v1/x", [*received, ("content-type", "application/json")], body=body, content_type=given)
    assert refused.value.kind == "format-invalid"
    assert refused.value.http_status == 400
