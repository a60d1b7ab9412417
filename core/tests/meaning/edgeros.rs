//! EdgerOS Pay replies.

use crate::echo::Echo;
use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::written::{object, with};
use chexiao_kit::{Caller, KEYS, Padded, Signer, edgeros};
use serde_json::json;
use std::collections::BTreeMap;

const TRANSACTION_NO: &str = "AP-Ab1";
const MCH_TRADE_NO: &str = "Trade-Ab1";

pub(crate) struct Replies {
    callers: BTreeMap<&'static str, Caller>,
    gateway: Signer,
    stranger: Signer,
}

impl Replies {
    /// The gateway signs with a key of 1024 bits here: ten times as fast, and of no account to the meaning.
    pub(crate) fn to(operation: &str) -> Self {
        let settings = json!({ "mch_no": "Mch-Ab1", "gateway_public_key": { "base64": KEYS.icbc.gateway.public_base64() } });
        let open = |numbers: [Option<&str>; 2]| Caller::of(operation, "edgeros", &settings, &edgeros::order(numbers[0], numbers[1]));
        let callers = [
            ("transaction_no", open([Some(TRANSACTION_NO), None])),
            ("mch_trade_no", open([None, Some(MCH_TRADE_NO)])),
            ("both", open([Some(TRANSACTION_NO), Some(MCH_TRADE_NO)])),
        ];
        Self { callers: callers.into(), gateway: Signer::of(&KEYS.icbc.gateway), stranger: Signer::of(&KEYS.ysepay.gateway) }
    }

    fn sign(&self, reply: &str, canonical: &[u8]) -> Option<String> {
        let text = match reply {
            "no_sign" => return None,
            "sign_null" => return Some("null".into()),
            "sign_number" => return Some("0".into()),
            "sign_empty" => String::new(),
            "other_key" => self.stranger.sign(Padded::Sha256, canonical),
            "stolen" => self.gateway.sign(Padded::Sha256, b"{\"data\":{},\"status\":200}"),
            "sha1" => self.gateway.sign(Padded::Sha1, canonical),
            _ => self.gateway.sign(Padded::Sha256, canonical),
        };
        Some(format!("\"{text}\""))
    }
}

/// The members of `data` that name the order.
fn numbers(account: &str, ids: &str) -> Vec<(&'static str, Option<String>)> {
    let both = [("transaction_no", TRANSACTION_NO), ("mch_trade_no", MCH_TRADE_NO)];
    let (asked, second) = if account == "mch_trade_no" { (both[1], both[0]) } else { (both[0], both[1]) };
    if ids == "bare" {
        return Vec::new();
    }
    let unasked = ids == "own_unasked" || account == "both";
    let first = (asked.0, Echo { name: "asked", own: asked.1 }.raw(ids));
    let second = (second.0, Echo { name: "second", own: second.1 }.raw(ids).filter(|_| unasked));
    vec![first, second]
}

impl Gateway for Replies {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let (account, reply, ids) = (cell.name("account"), cell.name("reply"), cell.name("ids"));
        let mut data = numbers(account, ids);
        data.push(("mch_no", Echo { name: "mch_no", own: "Mch-Ab1" }.raw(ids)));
        data.push(("sign_type", Echo { name: "sign_type", own: "SHA256withRSA" }.raw(ids)));
        data.push(("code", cell.raw("code").map(str::to_string)));
        data.push(("description", Some("\"关单 {\\\"}/\\u2028<\"".to_string())));
        let data: Vec<_> = data.iter().map(|(name, raw)| (*name, raw.as_deref())).collect();
        let sealed = |sign: &[_]| with(&object(&[&data[..], sign].concat(), false), cell.raw("in_data"));
        let sign = self.sign(reply, edgeros::canonical(&envelope(cell, Some(&sealed(&[])))).as_bytes());
        let data = sealed(&[("sign", sign.as_deref())]);
        let body = match reply {
            "data_null" => envelope(cell, Some("null")),
            "data_absent" => envelope(cell, None),
            "data_text" => envelope(cell, Some("\"SUCCESS\"")),
            _ => envelope(cell, Some(&data)),
        };
        Judged::by(&self.callers[account], reply, body.into_bytes())
    }
}

fn envelope(cell: &Cell<'_>, data: Option<&str>) -> String {
    with(&edgeros::envelope(cell.raw("status"), cell.raw("message"), data), cell.raw("in_envelope"))
}
