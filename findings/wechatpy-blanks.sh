#!/usr/bin/env bash
# Belief: wechatpy checks the signature of a notification over the values as they stand, so that whatever was signed
#   right is taken; only trailing line breaks between elements could be lost.
# Seen: it takes the blanks off both ends of every value first (xmltodict does), and then calls the genuine message
#   forged: an attach of "gift " that the merchant sent with the order makes every notification of it fail.
# Versions: wechatpy 1.8.18, xmltodict 1.0.4, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q wechatpy==1.8.18 xmltodict==1.0.4 cryptography==50.0.2
v/bin/python - <<'PY'
import hashlib
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.pay import WeChatPay

KEY = "0123456789abcdef0123456789abcdef"


def heard(attach):
    values = {"appid": "wx0000000000000001", "mch_id": "1000000001", "out_trade_no": "A1", "attach": attach,
              "return_code": "SUCCESS", "result_code": "SUCCESS", "total_fee": "101"}
    text = "&".join(f"{name}={values[name]}" for name in sorted(values)) + f"&key={KEY}"
    values["sign"] = hashlib.md5(text.encode()).hexdigest().upper()
    xml = "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in values.items()) + "</xml>"
    try:
        WeChatPay("wx0000000000000001", KEY, "1000000001").parse_payment_result(xml)
        return True
    except InvalidSignatureException:
        return False


assert heard("gift"), "not even the plain one is taken"
assert heard("gi ft"), "a blank inside"
assert not heard("gift "), "a blank at the end is kept now"
assert not heard(" gift"), "a blank at the start is kept now"
PY
echo "wechatpy calls a genuine notification forged where a value begins or ends with a blank"
