//! Replies that close, with room for more members inside of what is signed.

use crate::lab::Lab;
use chexiao_kit::{KEYS, MSG_ID, chinaums, edgeros, icbc, ysepay};
use chexiao_sandbox::Json;
use serde_json::{Value, json};

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

pub(crate) fn shells() -> Vec<Shell> {
    let gbk = || json!({ "charset": "GBK" });
    let icbc = |settings| Lab::open("icbc", &settings, &icbc::order("A1", "O1", "S1"));
    let ysepay = |settings| Lab::open("ysepay", &settings, &ysepay::order("K1"));
    let edgeros = Lab::open("edgeros", &json!({}), &edgeros::order(Some("AP1"), None));
    let chinaums = Lab::open("chinaums", &json!({ "mid": "Mid1", "tid": "Tid1" }), &chinaums::order("", "", "M1"));
    let shell = |name, lab, with, word| Shell { name, lab, with, word };
    vec![
        shell("icbc", icbc(json!({})), |more| icbc_with(more, &json!({})), "\"return_code\":0"),
        shell("icbc GBK", icbc(gbk()), |more| icbc_with(more, &json!({ "charset": "GBK" })), "\"return_code\":0"),
        shell("ysepay", ysepay(json!({})), |more| ysepay_with(more, &json!({})), "\"code\":\"10000\""),
        shell("ysepay GBK", ysepay(gbk()), |more| ysepay_with(more, &json!({ "charset": "GBK" })), "\"code\":\"10000\""),
        shell("edgeros", edgeros, edgeros_with, "\"code\":\"SUCCESS\""),
        shell("chinaums", chinaums, chinaums_with, "\"errCode\":\"SUCCESS\""),
    ]
}

fn icbc_with(more: &str, settings: &Value) -> Vec<u8> {
    icbc::sealed(settings, &format!(r#"{{"agreeCode":"A1","partnerSeq":"S1","return_code":0,"return_msg":"成功","status":"2"{more}}}"#))
}

fn ysepay_with(more: &str, settings: &Value) -> Vec<u8> {
    ysepay::sealed(settings, &format!(r#"{{"code":"10000","msg":"成功","trade_status":"SUCCESS"{more}}}"#))
}

/// Sealed over the members that the sandbox can read, else over the reply without them. (It takes its time over many.)
fn edgeros_with(more: &str) -> Vec<u8> {
    let data =
        |more: &str| format!(r#"{{"mch_no":"MCH1000000","sign_type":"SHA256withRSA","transaction_no":"AP1","code":"SUCCESS"{more}}}"#);
    let envelope = |more: &str| edgeros::envelope(Some("200"), Some("\"SUCCESS\""), Some(&data(more)));
    let whole = Some(more).filter(|more| more.matches(':').count() < 20_000).and_then(|more| Json::parse(&envelope(more)));
    let sign = edgeros::signed_by(&KEYS.edgeros.gateway, &whole.or_else(|| Json::parse(&envelope(""))).unwrap());
    edgeros::with_sign(&envelope(more), Some(&sign)).into_bytes()
}

fn chinaums_with(more: &str) -> Vec<u8> {
    let payment = r#"{"merOrderId":"M1","status":"TRADE_CLOSED"}"#;
    format!(r#"{{"errCode":"SUCCESS","mid":"Mid1","tid":"Tid1","msgId":"{MSG_ID}","billPayment":{payment}{more}}}"#).into_bytes()
}
