//! ICBC replies.

use crate::echo::Echo;
use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::written::{in_charset, object, with};
use chexiao_kit::{Caller, KEYS, MSG_ID, Padded, Signer, icbc};
use serde_json::{Value, json};

pub(crate) struct Replies {
    /// The members of the reply that say what became of the order.
    words: &'static [&'static str],
    plain: (Caller, Value),
    gbk: (Caller, Value),
    encrypted: (Caller, Value),
    gateway: Signer,
    stranger: Signer,
}

const AGREE_CODE: Echo<'_> = Echo { name: "agree", own: "Agree-Ab1" };
const PARTNER_SEQ: Echo<'_> = Echo { name: "seq", own: "序号-Ab1" };

impl Replies {
    pub(crate) fn to(operation: &str) -> Self {
        let order = icbc::order(AGREE_CODE.own, "Order-Ab1", PARTNER_SEQ.own);
        let open = |settings: Value| (Caller::of(operation, "icbc", &settings, &order), settings);
        Self {
            words: if operation == "query" { &["payStatus", "payType", "payPlanList"] } else { &["status"] },
            plain: open(json!({})),
            gbk: open(json!({ "charset": "GBK" })),
            encrypted: open(json!({ "encrypt_key": KEYS.icbc_encrypt_key })),
            gateway: Signer::of(&KEYS.icbc.gateway),
            stranger: Signer::of(&KEYS.ysepay.gateway),
        }
    }

    /// The raw `sign` member over the bytes of `response_biz_content`.
    fn sign(&self, reply: &str, signed: &[u8]) -> Option<String> {
        let quoted = |signer: &Signer, padded, signed: &[u8]| Some(format!("\"{}\"", signer.sign(padded, signed)));
        match reply {
            "no_sign" => None,
            "sign_null" => Some("null".into()),
            "sign_empty" => Some("\"\"".into()),
            "sign_object" => Some("{}".into()),
            "other_key" => quoted(&self.stranger, Padded::Sha1, signed),
            "stolen" => quoted(&self.gateway, Padded::Sha1, b"{\"return_code\":0}"),
            "bare_digest" => quoted(&self.gateway, Padded::BareSha1, signed),
            "sha256" => quoted(&self.gateway, Padded::Sha256, signed),
            _ => quoted(&self.gateway, Padded::Sha1, signed),
        }
    }
}

/// The members that name the call or the order.
fn named(ids: &str) -> [(&'static str, Option<String>); 4] {
    let other = |text: &str| Some(format!("\"{text}\""));
    let (agree_code, partner_seq) = match ids {
        "bare" | "bare_msg_id" | "bare_msg_id_other" => (None, None),
        "agree_only" => (AGREE_CODE.raw(ids.strip_suffix("_only").unwrap()), None),
        "seq_only" => (None, PARTNER_SEQ.raw("")),
        "both_other" => (AGREE_CODE.raw("agree_other"), PARTNER_SEQ.raw("seq_other")),
        _ => (AGREE_CODE.raw(ids), PARTNER_SEQ.raw(ids)),
    };
    let msg_id = match ids {
        "own_msg_id" | "bare_msg_id" => other(MSG_ID),
        "msg_id_other" | "bare_msg_id_other" => other("00000000000000000000000000000000"),
        _ => None,
    };
    let order_code = match ids {
        "own_order_code" => other("Order-Ab1"),
        "order_code_other" => other("Order-Ab2"),
        _ => None,
    };
    [("agreeCode", agree_code), ("partnerSeq", partner_seq), ("msg_id", msg_id), ("orderCode", order_code)]
}

impl Gateway for Replies {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let named = named(cell.name("ids"));
        let mut members: Vec<_> = named.iter().map(|(name, raw)| (*name, raw.as_deref())).collect();
        members.extend([("return_code", cell.raw("return_code")), ("return_msg", Some("\"结果 {\\\"}\""))]);
        members.extend(self.words.iter().map(|word| (*word, cell.raw(word))));
        members.push(("success", Some("true")));
        let object = with(&object(&members, false), cell.raw("more"));
        let (caller, settings) = match cell.name("account") {
            "gbk" => &self.gbk,
            "encrypted" => &self.encrypted,
            _ => &self.plain,
        };
        let content = icbc::content(settings, &object);
        let sign = self.sign(cell.name("reply"), &in_charset(&content, icbc::charset(settings)));
        let body = icbc::reply(settings, &content, sign.as_deref(), [false; 2]);
        Judged::by(caller, cell.name("reply"), body)
    }
}
