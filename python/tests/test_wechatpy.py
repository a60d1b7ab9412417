"""What wechatpy, which shares no line with us, says of the same notifications."""

from __future__ import annotations

from typing import Any

import pytest
from corpus import Case, cases, paid

from chexiao import Code, Evidence

wechatpy = pytest.importorskip("wechatpy.pay")
utils = pytest.importorskip("wechatpy.pay.utils")
xmltodict = pytest.importorskip("xmltodict")


def pay(one: Case) -> Any:
    account = one.config["account"]
    return wechatpy.WeChatPay(account["appid"], account["api_key"], account["mch_id"])


def verified(one: Case) -> bool:
    """By MD5 through its own door, by HMAC as it signs requests."""
    try:
        if one.config["account"]["sign_type"] == "MD5":
            return bool(pay(one).parse_payment_result(one.body.decode()))
        members = xmltodict.parse(one.body)["xml"]
        return bool(members.pop("sign", "") == utils.calculate_signature_hmac(members, one.config["account"]["api_key"]))
    except (ValueError, wechatpy.InvalidSignatureException):
        return False


OURS = [one for one in cases() if one.gateway == "wechat"]


def test_what_is_authentic_to_both_and_what_to_one_alone() -> None:
    both, ours, theirs = 0, [], []
    for one in OURS:
        notice = one.heard(one.incoming())
        is_authentic = notice.evidence is not Evidence.NONE or notice.reason == "mismatch" and "refund" not in one.id
        if is_authentic and verified(one):
            both += 1
        elif is_authentic:
            # It takes blanks off what is between tags, before it looks at the signature.
            ours.append((one.id, any(blank in one.body for blank in (b"[ ", b" ]", b"[\t", b"\t]")), notice.reason))
        elif verified(one):
            # It does not mind a sign_type that says otherwise, or values that could be read as other elements.
            theirs.append((one.id, notice.reason in ("signature", "parse"), b"sign_type" in one.body or b"=" in one.body))
    assert both > 50 and len(ours) < 10 and len(theirs) < 10, (both, ours, theirs)
    assert all(blanks and reason == "unlisted" for _, blanks, reason in ours), ours
    assert all(refused and why for _, refused, why in theirs), theirs
    print(f"\n  {both} authentic to both, {len(OURS) - both - len(ours) - len(theirs)} to none")


def test_what_is_paid_is_so_to_both() -> None:
    count = 0
    for one in OURS:
        notice = one.heard(one.incoming())
        if notice.event is Code.PAID:
            count += 1
            data = wechatpy.WeChatPay.get_payment_data(one.body)
            assert verified(one) and notice.amount and notice.order["out_trade_no"] == data["out_trade_no"], one.id
            assert notice.dedupe == data["transaction_id"] and notice.amount.text == xmltodict.parse(one.body)["xml"]["total_fee"], one.id
    assert count > 10


def test_refunds_decrypt_to_the_same() -> None:
    count = 0
    for one in OURS:
        notice = one.heard(one.incoming())
        if notice.hint and notice.evidence is Evidence.NONE:
            count += 1
            data = pay(one).parse_refund_notify_result(one.body)
            assert {name: str(value) for name, value in data.items() if value is not None} == dict(notice.fields), one.id
    assert count > 10


def test_the_answers_read_as_it_reads_replies() -> None:
    one = paid("wechat")
    notice = one.heard(one.incoming())
    assert notice.acknowledge
    assert xmltodict.parse(notice.acknowledge.body) == {"xml": {"return_code": "SUCCESS", "return_msg": "OK"}}
    assert xmltodict.parse(notice.refuse.body)["xml"]["return_code"] == "FAIL"
