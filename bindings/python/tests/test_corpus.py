"""Every case of the golden corpus, stage by stage."""

import pytest

import imza
from imza import dlga, haso

from corpus import b64, cases, name


def request_of(case):
    return dlga.Request(
        case["method"], case["resource"], content_type=case["content_type"], body=b64(case["body_base64"]),
        body_line=case["body_line"],
    )


@pytest.mark.parametrize("case", cases("dlga.json", "dlga-more.json"), ids=name)
def test_a_dlga_request_is_signed_by_dlga_5_to_12(case):
    assert request_of(case).string_to_sign(case["date"]) == b64(case["string_to_sign_base64"])
    signer = dlga.Signer(case["access_key_id"], b64(case["secret_base64"]))
    headers = signer.sign(
        case["method"], case["resource"], content_type=case["content_type"], body=b64(case["body_base64"]),
        date=case["date"], requester="45186", body_line=case["body_line"],
    )
    assert headers == {
        "x-dlg-date": case["date"],
        "x-dlg-requester-userid": "45186",
        "x-dlg-authorization": case["authorization"],
    }
    verifier = dlga.Verifier(ignore_clock=True)
    verifier.add_key(case["access_key_id"], b64(case["secret_base64"]))
    accepted = verifier.verify(
        case["method"], case["resource"], headers, body=b64(case["body_base64"]), content_type=case["content_type"],
        body_line=case["body_line"],
    )
    assert (accepted.key_index, accepted.requester) == (0, "45186")


@pytest.mark.parametrize("case", cases("dlga-dates.json"), ids=name)
def test_a_date_is_read_by_dlga_18(case):
    if case["unix"] is not None:
        date = dlga.Date.parse(case["text"])
        assert (date.unix_seconds, str(date)) == (case["unix"], case["text"])
    else:
        with pytest.raises(imza.InvalidArgument) as refused:
            dlga.Date.parse(case["text"])
        assert refused.value.offset == case["offset"]


@pytest.mark.parametrize("case", cases("dlga-clock.json"), ids=name)
def test_a_time_is_written_by_dlga_1_and_dlga_19(case):
    if case["text"] is None:
        with pytest.raises(imza.InvalidArgument):
            dlga.Date(case["unix"])
    else:
        assert str(dlga.Date(case["unix"])) == case["text"]


@pytest.mark.parametrize("case", cases("dlga-verdicts.json"), ids=name)
def test_a_received_request_gets_the_vendors_verdict_by_dlga_14(case):
    given, verdict = case, case["verdict"]
    clock = {"ignore_clock": True} if given["now"] is None else {}
    verifier = dlga.Verifier(past=given["past"], future=given["future"], **clock)
    for key in given["keys"]:
        verifier.add_key(key["access_key_id"], b64(key["secret_base64"]))
    arguments = dict(
        method=given["method"], resource=given["resource"], headers=[tuple(pair) for pair in given["headers"]],
        body=b64(given["body_base64"]), now=given["now"] or 0, content_type=given["content_type"],
        body_line=given["body_line"],
    )
    if verdict["kind"] == "accepted":
        accepted = verifier.verify(**arguments)
        assert (accepted.key_index, accepted.requester) == (verdict["key_index"], verdict["requester"])
        return
    with pytest.raises(imza.Rejected) as refused:
        verifier.verify(**arguments)
    told = refused.value
    assert (told.kind, told.http_status, told.vendor_text, told.offset, told.key_index) == (
        verdict["kind"], verdict["http_status"], verdict["text"], verdict["offset"], verdict["key_index"],
    )


def merchant_of(case):
    if case["hmac_key"] == "merchant-salt":
        return haso.Merchant.salt_keyed(case["merchant_id"], case["merchant_salt"])
    return haso.Merchant(case["merchant_id"], case["merchant_key"], case["merchant_salt"])


@pytest.mark.parametrize("case", cases("haso.json", "haso-more.json"), ids=name)
def test_a_token_is_made_by_haso_1_to_8(case):
    merchant = merchant_of(case)
    assert merchant.message(case["endpoint"], case["fields"], reveal_salt=True).decode() == case["message"]
    assert b"[salt]" in merchant.message(case["endpoint"], case["fields"])
    assert merchant.token(case["endpoint"], case["fields"]) == case["token"]
    assert merchant.verify(case["endpoint"], case["fields"], case["token"]) == 0


@pytest.mark.parametrize("case", cases("haso-recipes.json"), ids=name)
def test_a_recipe_is_read_by_haso_2(case):
    if case["printed"] is not None:
        assert str(haso.Recipe(case["line"])) == case["printed"]
    else:
        with pytest.raises(haso.Refused) as refused:
            haso.Recipe(case["line"])
        assert (refused.value.kind, refused.value.offset) == ("recipe-invalid", case["offset"])


@pytest.mark.parametrize("case", cases("haso-verdicts.json"), ids=name)
def test_a_posted_token_gets_its_verdict_by_haso_9_to_11(case):
    verdict = case["verdict"]
    fields = [tuple(pair) for pair in case["fields"]]

    def judge():
        first, *older = case["secrets"]
        merchant = merchant_of({"merchant_id": case["merchant_id"], **first})
        for secret in older:
            if secret["hmac_key"] == "merchant-salt":
                merchant.add_older_salt(secret["merchant_salt"])
            else:
                merchant.add_older_secret(secret["merchant_key"], secret["merchant_salt"])
        recipe = haso.Recipe(case["recipe"]) if case["recipe"] else haso.Recipe.find(case["endpoint"])
        if not case["field_checks"]:
            recipe = recipe.without_field_checks()
        if case["ignore_other_fields"]:
            recipe = recipe.ignoring_other_fields()
        return merchant.verify(recipe, fields, case["token"])

    if verdict["kind"] == "accepted":
        assert judge() == verdict["key_index"]
        return
    with pytest.raises(haso.Refused) as refused:
        judge()
    told = refused.value
    assert (told.kind, told.offset, told.field) == (verdict["kind"], verdict["offset"], verdict["field"])
