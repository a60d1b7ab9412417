//! Replies that close, with room for more members inside of what is signed.

use crate::bench::{KEYS, MSG_ID};
use crate::lab::Lab;
use chexiao_sandbox::{Charset, Json, edgeros, icbc, ysepay};
use serde_json::json;

/// A gateway whose replies are JSON.
pub(crate) struct Shell {
    pub(crate) name: &'static str,
    pub(crate) lab: Lab,
    /// The reply with these members, as they are written, put into the object that says "closed", and sealed.
    with: fn(&str) -> Vec<u8>,
    /// The member that says so.
    pub(crate) word: &'static str,
}

impl Shell {
    /// The reply with these members inside of what is signed; in GBK without the characters that it has not.
    pub(crate) fn reply(&self, more: &str) -> Vec<u8> {
        let gbk = self.name.ends_with("GBK");
        (self.with)(&if gbk { more.replace(['\u{feff}', '\u{a0}'], "?") } else { more.to_string() })
    }
}

/// The member of a YSEPay reply that is signed.
pub(crate) const RESPONSE: &str = "ysepay_trusteeship_sign_cancel_response";

pub(crate) fn shells() -> Vec<Shell> {
    let icbc = |settings| Lab::open("icbc", &settings, &json!({ "agreeCode": "A1", "orderCode": "O1", "partnerSeq": "S1" }));
    let ysepay = |settings| Lab::open("ysepay", &settings, &json!({ "protocol_no": "K1" }));
    let chinaums = json!({ "billNo": "", "billDate": "", "merOrderId": "M1", "authIdRespCd": "" });
    vec![
        Shell { name: "icbc", lab: icbc(json!({})), with: |more| icbc_with(more, Charset::Utf8), word: "\"return_code\":0" },
        Shell {
            name: "icbc GBK",
            lab: icbc(json!({ "charset": "GBK" })),
            with: |more| icbc_with(more, Charset::Gbk),
            word: "\"return_code\":0",
        },
        Shell { name: "ysepay", lab: ysepay(json!({})), with: |more| ysepay_with(more, Charset::Utf8), word: "\"code\":\"10000\"" },
        Shell {
            name: "ysepay GBK",
            lab: ysepay(json!({ "charset": "GBK" })),
            with: |more| ysepay_with(more, Charset::Gbk),
            word: "\"code\":\"10000\"",
        },
        Shell {
            name: "edgeros",
            lab: Lab::open("edgeros", &json!({}), &json!({ "transaction_no": "AP1" })),
            with: edgeros_with,
            word: "\"code\":\"SUCCESS\"",
        },
        Shell {
            name: "chinaums",
            lab: Lab::open("chinaums", &json!({ "mid": "Mid1", "tid": "Tid1" }), &chinaums),
            with: chinaums_with,
            word: "\"errCode\":\"SUCCESS\"",
        },
    ]
}

fn icbc_with(more: &str, charset: Charset) -> Vec<u8> {
    let biz = format!(r#"{{"agreeCode":"A1","partnerSeq":"S1","return_code":0,"return_msg":"成功","status":"2"{more}}}"#);
    icbc::seal(&KEYS.icbc.gateway, &biz, charset).unwrap()
}

fn ysepay_with(more: &str, charset: Charset) -> Vec<u8> {
    let object = format!(r#"{{"code":"10000","msg":"成功","trade_status":"SUCCESS"{more}}}"#);
    ysepay::seal(&KEYS.ysepay.gateway, RESPONSE, &object, charset).unwrap()
}

/// Sealed over the members that the sandbox can read, else over the reply without them. (It takes its time over many.)
fn edgeros_with(more: &str) -> Vec<u8> {
    let data =
        |more: &str| format!(r#"{{"mch_no":"MCH1000000","sign_type":"SHA256withRSA","transaction_no":"AP1","code":"SUCCESS"{more}}}"#);
    let envelope = |data: &str| format!(r#"{{"status":200,"message":"SUCCESS","fieldErrors":null,"data":{data}}}"#);
    let whole = Some(more).filter(|more| more.matches(':').count() < 20_000).and_then(|more| Json::parse(&envelope(&data(more))));
    let sealed = edgeros::seal(&KEYS.edgeros.gateway, &whole.or_else(|| Json::parse(&envelope(&data("")))).unwrap());
    let sign = &sealed[sealed.find(",\"sign\"").unwrap()..sealed.len() - 2];
    envelope(&data(&format!("{more}{sign}"))).into_bytes()
}

fn chinaums_with(more: &str) -> Vec<u8> {
    let payment = r#"{"merOrderId":"M1","status":"TRADE_CLOSED"}"#;
    format!(r#"{{"errCode":"SUCCESS","mid":"Mid1","tid":"Tid1","msgId":"{MSG_ID}","billPayment":{payment}{more}}}"#).into_bytes()
}
