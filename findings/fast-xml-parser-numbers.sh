#!/usr/bin/env bash
# Belief: fast-xml-parser turns a short number into one, and leaves as text what a number cannot hold: long ids, leading
#   zeros, and whatever stands in CDATA.
# Seen: only some long ones stay. A transaction_id of WeChat Pay, 28 digits in CDATA, becomes 4.200001234202401e+27 and the
#   order number 00123 becomes 123, "1E5" 100000: neither the signature nor the order can be found again. A number of 18
#   digits stays text. `parseTagValue: false` keeps all.
# Versions: fast-xml-parser 5.12.1, Node.js 20.20.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . fast-xml-parser@5.12.1
node - <<'JS'
const { XMLParser } = require('fast-xml-parser'), assert = require('assert');
const told = {
  transaction_id: '4200001234202401010123456789', out_trade_no: '00123', attach: '1E5', eighteen: '123456789012345678',
};
const xml = `<xml>${Object.entries(told).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join('')}</xml>`;
assert.deepEqual(new XMLParser().parse(xml).xml,
  { transaction_id: 4.200001234202401e27, out_trade_no: 123, attach: 100000, eighteen: '123456789012345678' });
assert.deepEqual(new XMLParser({ parseTagValue: false }).parse(xml).xml, told);
JS
echo "fast-xml-parser rounds order numbers, in CDATA too"
