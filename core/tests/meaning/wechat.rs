//! WeChat Pay replies.

use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::{Caller, wechat};
use serde_json::{Value, json};

const APPID: &str = "wxAb1";
const MCH_ID: &str = "Mch1";
const OUT_TRADE_NO: &str = "Trade-Ab1";

pub(crate) struct Replies {
    asks: bool,
    md5: (Caller, Value),
    hmac: (Caller, Value),
    institution: (Caller, Value),
}

impl Replies {
    pub(crate) fn to(operation: &str) -> Self {
        let order = wechat::order(OUT_TRADE_NO);
        let open = |settings: Value| (Caller::of(operation, "wechat", &settings, &order), settings);
        let sub = json!({ "mode": "institution", "appid": APPID, "mch_id": MCH_ID, "sub_appid": "wxSub1", "sub_mch_id": "Sub1" });
        Self {
            asks: operation == "query",
            md5: open(json!({ "appid": APPID, "mch_id": MCH_ID })),
            hmac: open(json!({ "appid": APPID, "mch_id": MCH_ID, "sign_type": "HMAC-SHA256" })),
            institution: open(sub),
        }
    }
}

/// The ids of the reply; in institution mode with those of the sub-merchant.
fn named(ids: &str, institution: bool) -> Vec<(&'static str, &'static str)> {
    let sub = |mch_id, appid| [("sub_mch_id", mch_id), ("sub_appid", appid)].into_iter();
    let own = [("appid", APPID), ("mch_id", MCH_ID)].into_iter();
    let own_sub = || sub("Sub1", "wxSub1").filter(move |_| institution);
    match ids {
        "none" => Vec::new(),
        "only_out_trade_no" => vec![("out_trade_no", OUT_TRADE_NO)],
        "appid_only" => vec![("appid", APPID)],
        "mch_id_only" => vec![("mch_id", MCH_ID)],
        "appid_other" => [("appid", "wxAb2"), ("mch_id", MCH_ID)].into_iter().chain(own_sub()).collect(),
        "appid_case" => [("appid", "wxab1"), ("mch_id", MCH_ID)].into_iter().chain(own_sub()).collect(),
        "mch_id_other" => [("appid", APPID), ("mch_id", "Mch2")].into_iter().chain(own_sub()).collect(),
        "mch_id_blank" => [("appid", APPID), ("mch_id", "Mch1 ")].into_iter().chain(own_sub()).collect(),
        "own_out_trade_no" => own.chain(own_sub()).chain([("out_trade_no", OUT_TRADE_NO)]).collect(),
        "out_trade_no_other" => own.chain(own_sub()).chain([("out_trade_no", "Trade-Ab2")]).collect(),
        "out_trade_no_blank" => own.chain(own_sub()).chain([("out_trade_no", "Trade-Ab1 ")]).collect(),
        "out_trade_no_case" => own.chain(own_sub()).chain([("out_trade_no", "trade-ab1")]).collect(),
        "out_trade_no_empty" => own.chain(own_sub()).chain([("out_trade_no", "")]).collect(),
        "sub_mch_id_other" => own.chain(sub("Sub2", "wxSub1")).collect(),
        "sub_appid_other" => own.chain(sub("Sub1", "wxSub2")).collect(),
        _ => own.chain(own_sub()).collect(),
    }
}

fn sealed(reply: &str, settings: &Value, fields: &[(&str, &str)]) -> String {
    let right = wechat::sealed(settings, fields);
    let with = |end: &str| wechat::ending_in(&right, end);
    match reply {
        "no_sign" => with("</xml>"),
        "sign_empty" => with("<sign></sign></xml>"),
        "other_key" => with(wechat::sign_of(&wechat::sealed_by_another(settings, fields))),
        "other_algorithm" => with(wechat::sign_of(&wechat::sealed_otherwise(settings, fields))),
        "stolen" => with(wechat::sign_of(&wechat::sealed(settings, &[("return_code", "SUCCESS")]))),
        "lower_case" => with(&wechat::sign_of(&right).replace("CDATA", "\0").to_lowercase().replace('\0', "CDATA")),
        _ => right,
    }
}

impl Gateway for Replies {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let account = cell.name("account");
        let ids = cell.name("ids");
        let mut fields = named(ids, account == "institution");
        if self.asks && ["appid_other", "appid_case", "mch_id_other", "mch_id_blank", "sub_mch_id_other", "sub_appid_other"].contains(&ids)
        {
            fields.push(("out_trade_no", OUT_TRADE_NO));
        }
        let (mut nested, mut words) = (String::new(), Vec::new());
        let state = self.asks.then_some("trade_state");
        for word in ["return_code", "return_msg", "result_code", "err_code"].into_iter().chain(state) {
            match cell.raw(word) {
                Some(raw) if raw.starts_with('<') => nested += &format!("<{word}>{raw}</{word}>"),
                raw => words.extend(raw.map(|raw| (word, raw))),
            }
        }
        fields.extend(words);
        let known = if self.asks { "new_field" } else { "device_info" };
        fields.extend([("nonce_str", "5K8264ILTKCH16CQ"), (known, "a<b>]]>&c 中")]);
        fields.extend(cell.raw("more").map(|more| more.split_once('=').unwrap()));
        let (caller, settings) = match account {
            "md5" => &self.md5,
            "hmac" => &self.hmac,
            _ => &self.institution,
        };
        let body = wechat::beginning_with(&nested, &sealed(cell.name("reply"), settings, &fields));
        Judged::by(caller, cell.name("reply"), body.into_bytes())
    }
}
