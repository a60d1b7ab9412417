//! ICBC replies.

use crate::bench::{Bench, KEYS, MSG_ID};
use crate::reply::{Echo, object, with};
use crate::signature::{Padded, Signer};
use crate::table::{Cell, Gateway, Judged};
use chexiao_sandbox::Charset;
use chexiao_sandbox::icbc::encrypt;
use serde_json::json;

pub(crate) struct Icbc {
    /// The members of the reply that say what became of the order.
    words: &'static [&'static str],
    plain: Bench,
    gbk: Bench,
    encrypted: Bench,
    gateway: Signer,
    stranger: Signer,
}

const AGREE_CODE: Echo<'_> = Echo { name: "agree", own: "Agree-Ab1" };
const PARTNER_SEQ: Echo<'_> = Echo { name: "seq", own: "序号-Ab1" };

impl Icbc {
    pub(crate) fn open(operation: &str) -> Self {
        let order = json!({ "agreeCode": AGREE_CODE.own, "orderCode": "Order-Ab1", "partnerSeq": PARTNER_SEQ.own });
        let open = |settings| Bench::of(operation, "icbc", &settings, &order);
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

impl Gateway for Icbc {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let named = named(cell.name("ids"));
        let mut members: Vec<_> = named.iter().map(|(name, raw)| (*name, raw.as_deref())).collect();
        members.extend([("return_code", cell.raw("return_code")), ("return_msg", Some("\"结果 {\\\"}\""))]);
        members.extend(self.words.iter().map(|word| (*word, cell.raw(word))));
        members.push(("success", Some("true")));
        let mut content = with(&object(&members), cell.raw("more"));
        let (bench, charset) = match cell.name("account") {
            "gbk" => (&self.gbk, Charset::Gbk),
            "encrypted" => (&self.encrypted, Charset::Utf8),
            _ => (&self.plain, Charset::Utf8),
        };
        if cell.name("account") == "encrypted" {
            content = encrypt(&KEYS.icbc_encrypt_key, &content, charset).unwrap();
        }
        let bytes = in_charset(&content, charset);
        let sign = self.sign(cell.name("reply"), &bytes);
        let sign = sign.map(|raw| format!(",\"sign\":{raw}")).unwrap_or_default();
        let body = [b"{\"response_biz_content\":", bytes.as_slice(), sign.as_bytes(), b"}"].concat();
        bench.judge(cell.name("reply"), body)
    }
}

/// Bytes of the charset.
pub(crate) fn in_charset(text: &str, charset: Charset) -> Vec<u8> {
    match charset {
        Charset::Utf8 => text.as_bytes().to_vec(),
        Charset::Gbk => encoding_rs::GBK.encode(text).0.into_owned(),
    }
}
