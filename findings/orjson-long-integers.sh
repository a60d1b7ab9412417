#!/usr/bin/env bash
# Belief: orjson reads an integer of any length as Python's json does, or raises where it does not fit into 64 bits.
# Seen: from 2**64 on it gives a float, rounded and without a word: an order number of 23 digits that a gateway writes as a
#   number is another one afterwards. json, simplejson and ujson keep all digits.
# Versions: orjson 3.13.0, simplejson 4.3.0, ujson 6.1.0, Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv v
v/bin/pip install -q orjson==3.13.0 simplejson==4.3.0 ujson==6.1.0
v/bin/python - <<'PY'
import json

import orjson
import simplejson
import ujson

number = 42000012342024010101234
text = f'{{"order":{number}}}'
assert all(reader.loads(text)["order"] == number for reader in (json, simplejson, ujson))
told = orjson.loads(text)["order"]
assert isinstance(told, float) and int(told) != number, told
assert orjson.loads(str(2**64 - 1)) == 2**64 - 1 and isinstance(orjson.loads(str(2**64)), float)
PY
echo "orjson rounds integers from 2**64 on to floats"
