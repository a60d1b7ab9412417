// tenpay closes and queries: a task a line in, a word a line out.
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const tenpay = require('tenpay');

const [folder, url] = process.argv.slice(2);
const {account} = JSON.parse(fs.readFileSync(path.join(folder, 'wechat.json')));

function client(partnerKey = account.api_key) {
  const api = new tenpay({appid: account.appid, mchid: account.mch_id, partnerKey});
  api.urls.closeorder = `${url}/pay/closeorder`;
  api.urls.orderquery = `${url}/pay/orderquery`;
  return api;
}

const close = async (params, key) => (await client(key).closeOrder(params)).result_code;

async function byId(number) {
  const {transaction_id} = await client().orderQuery({out_trade_no: number});
  const found = await client().orderQuery({transaction_id});
  return `${found.out_trade_no} ${found.trade_state}`;
}

const tasks = {
  'close': number => close({out_trade_no: number}),
  'close-hmac': number => close({out_trade_no: number, sign_type: 'HMAC-SHA256'}),
  'close-sub': number => close({out_trade_no: number, sub_mch_id: '1900000110'}),
  'close-wrong-key': number => close({out_trade_no: number}, '0'.repeat(32)),
  'query': async number => (await client().orderQuery({out_trade_no: number})).trade_state,
  'query-by-id': byId,
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
