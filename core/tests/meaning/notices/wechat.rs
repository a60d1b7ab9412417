//! WeChat Pay: payments, replies of other calls that are signed alike, and refunds, which are not signed.

use super::Listener;
use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::openssl::openssl;
use chexiao_kit::{KEYS, wechat};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::HashMap;

const APPID: &str = "wxAb1";
const MCH_ID: &str = "Mch1";

pub(crate) struct Posts {
    md5: (Listener, Value),
    hmac: (Listener, Value),
    institution: (Listener, Value),
    encrypted: RefCell<HashMap<(String, String), String>>,
}

impl Posts {
    pub(crate) fn new() -> Self {
        let open = |settings: Value| (Listener::open("wechat", &settings), settings);
        let sub = json!({ "mode": "institution", "appid": APPID, "mch_id": MCH_ID, "sub_appid": "wxSub1", "sub_mch_id": "Sub1" });
        Self {
            md5: open(json!({ "appid": APPID, "mch_id": MCH_ID })),
            hmac: open(json!({ "appid": APPID, "mch_id": MCH_ID, "sign_type": "HMAC-SHA256" })),
            institution: open(sub),
            encrypted: RefCell::default(),
        }
    }

    /// `req_info` by openssl, each text once.
    fn req_info(&self, key: &str, refund_status: &str) -> String {
        let wanted = (key.to_string(), refund_status.to_string());
        self.encrypted.borrow_mut().entry(wanted).or_insert_with(|| encrypted(key, refund_status)).clone()
    }
}

/// The ids; in institution mode with those of the sub-merchant.
fn named(ids: &str, institution: bool) -> Vec<(&'static str, &'static str)> {
    let sub = |mch_id: &'static str, appid: &'static str| {
        [("sub_mch_id", mch_id), ("sub_appid", appid)].into_iter().filter(|(_, id)| !id.is_empty())
    };
    let (appid, mch_id) = match ids {
        "appid_other" => ("wxAb2", MCH_ID),
        "appid_case" => ("wxab1", MCH_ID),
        "mch_id_other" => (APPID, "Mch2"),
        "mch_id_blank" => (APPID, "Mch1 "),
        "appid_absent" => ("", MCH_ID),
        "mch_id_absent" => (APPID, ""),
        _ => (APPID, MCH_ID),
    };
    let (sub_mch_id, sub_appid) = match (ids, institution) {
        ("sub_mch_id_other", _) => ("Sub2", "wxSub1"),
        ("sub_appid_other", _) => ("Sub1", "wxSub2"),
        ("sub_mch_id_absent", true) => ("", "wxSub1"),
        (_, true) => ("Sub1", "wxSub1"),
        _ => ("", ""),
    };
    let own = [("appid", appid), ("mch_id", mch_id)].into_iter().filter(|(_, id)| !id.is_empty());
    own.chain(sub(sub_mch_id, sub_appid)).collect()
}

fn sealed(seal: &str, settings: &Value, fields: &[(&str, &str)]) -> String {
    let right = wechat::sealed(settings, fields);
    let with = |end: &str| wechat::ending_in(&right, end);
    match seal {
        "no_sign" => with("</xml>"),
        "sign_empty" => with("<sign></sign></xml>"),
        "other_key" => wechat::sealed_by_another(settings, fields),
        "other_algorithm" => wechat::sealed_otherwise(settings, fields),
        "lower_case" => with(&wechat::sign_of(&right).to_lowercase().replace("<![cdata[", "<![CDATA[")),
        "stolen" => with(wechat::sign_of(&wechat::sealed(settings, &fields[1..]))),
        _ => right,
    }
}

fn encrypted(key: &str, refund_status: &str) -> String {
    let secret = if key == "other" { &KEYS.chinaums_app_key } else { &KEYS.wechat_api_key };
    let digest = String::from_utf8(openssl(&["dgst", "-md5", "-r"], secret.as_bytes())).unwrap();
    let key: String = digest[..32].bytes().map(|byte| format!("{byte:02x}")).collect();
    let text = format!(
        "<root><out_trade_no>Trade-Ab1</out_trade_no><out_refund_no>R1</out_refund_no><refund_id>50001</refund_id>\
         <refund_fee>1</refund_fee><refund_status>{refund_status}</refund_status><success_time></success_time></root>"
    );
    String::from_utf8(openssl(&["enc", "-aes-256-ecb", "-K", &key, "-base64", "-A"], text.as_bytes())).unwrap()
}

impl Gateway for Posts {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let account = cell.name("account");
        let (listener, settings) = match account {
            "hmac" => &self.hmac,
            "institution" => &self.institution,
            _ => &self.md5,
        };
        let mut fields = named(cell.name("ids"), account == "institution");
        fields.insert(0, ("nonce_str", "n1"));
        let words = ["return_code", "result_code", "err_code", "trade_state", "sign_type"];
        fields.extend(words.into_iter().filter_map(|name| Some((name, cell.raw(name)?))));
        let missing = cell.raw("missing");
        let order = [("out_trade_no", "Trade-Ab1"), ("transaction_id", "42001"), ("total_fee", "1"), ("time_end", "20260301102030")];
        fields.extend(order.into_iter().filter(|(name, _)| missing != Some(name)));
        fields.extend(cell.raw("more").map(|more| more.split_once('=').unwrap()));
        let req_info = cell.raw("refund_status").map(|status| self.req_info(cell.name("req_info"), status));
        fields.extend(req_info.as_deref().map(|req_info| ("req_info", req_info)));
        listener.hear(sealed(cell.name("seal"), settings, &fields).into_bytes())
    }
}
