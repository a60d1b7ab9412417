// tenpay closes, queries, orders, refunds, fetches bills, signs for front ends and signs replies: a task a line in, a word a line out.
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const tenpay = require('tenpay');
const {buildXML} = require('tenpay/lib/util');

const [folder, url] = process.argv.slice(2);
const {account} = JSON.parse(fs.readFileSync(path.join(folder, 'wechat.json')));

function client(partnerKey = account.api_key) {
  const api = new tenpay({appid: account.appid, mchid: account.mch_id, partnerKey});
  for (const [name, address] of Object.entries(api.urls)) api.urls[name] = url + new URL(address).pathname;
  return api;
}

const close = async (params, key) => (await client(key).closeOrder(params)).result_code;

async function byId(number) {
  const {transaction_id} = await client().orderQuery({out_trade_no: number});
  const found = await client().orderQuery({transaction_id});
  return `${found.out_trade_no} ${found.trade_state}`;
}

const order = (number, trade_type, more) => ({
  out_trade_no: number, body: '书 & <book>', total_fee: 100, notify_url: 'https://shop.example/n?a=1&b=2', trade_type, ...more
});
const hmac = {sign_type: 'HMAC-SHA256'};
const buyer = {openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'};

async function ordered(number, more) {
  const {prepay_id} = await client().unifiedOrder(order(number, 'NATIVE', more));
  return prepay_id.startsWith('wx') ? 'PREPAID' : 'FORGED';
}

async function refund(number, more) {
  const fields = {out_trade_no: number, out_refund_no: `R${number}`, total_fee: 100, refund_fee: 100, refund_desc: '退货 & <refund>', ...more};
  return (await client().refund(fields)).result_code;
}

const refundQuery = async (number, more) => (await client().refundQuery({out_refund_no: `R${number}`, ...more})).refund_status_0;

const bill = async (day, more) => (await client().downloadBill({bill_date: day, ...more})).replace(/^\ufeff/, '').split(',')[0];

// It spells the time twice, once for each of two front ends.
async function jsapi(number, more) {
  const {timestamp, ...shown} = await client().getPayParams(order(number, 'JSAPI', {...buyer, ...more}));
  return JSON.stringify(shown);
}

const app = async (number, more) => JSON.stringify(await client().getAppParams(order(number, 'APP', more)));

// As the gateway would.
function reply(text, type) {
  const fields = JSON.parse(text);
  return Buffer.from(buildXML({...fields, sign: client()._getSign(fields, type)})).toString('base64');
}

const tasks = {
  'close': number => close({out_trade_no: number}),
  'close-hmac': number => close({out_trade_no: number, sign_type: 'HMAC-SHA256'}),
  'close-sub': number => close({out_trade_no: number, sub_mch_id: '1900000110'}),
  'close-wrong-key': number => close({out_trade_no: number}, '0'.repeat(32)),
  'query': async number => (await client().orderQuery({out_trade_no: number})).trade_state,
  'query-by-id': byId,
  'order': number => ordered(number),
  'order-hmac': number => ordered(number, hmac),
  'jsapi': number => jsapi(number),
  'jsapi-hmac': number => jsapi(number, hmac),
  'app': number => app(number),
  'app-hmac': number => app(number, hmac),
  'refund': number => refund(number),
  'refund-hmac': number => refund(number, hmac),
  'refund-query': number => refundQuery(number),
  'refund-query-hmac': number => refundQuery(number, hmac),
  'bill': day => bill(day),
  'bill-hmac': day => bill(day, hmac),
  'reply': text => reply(text, 'MD5'),
  'reply-hmac': text => reply(text, 'HMAC-SHA256'),
};

// It throws the gateway's words as messages, and one of its own for a reply that is not signed as it must be.
const known = {'sign签名错误': 'FORGED', '签名错误': 'FAIL'};

(async () => {
  for await (const line of readline.createInterface({input: process.stdin})) {
    const [verb, number] = line.split(' ');
    try {
      console.log(tasks[verb] ? await tasks[verb](number) : '-');
    } catch (error) {
      console.log(known[error.message] || error.message);
    }
  }
  process.exit(0);
})();
