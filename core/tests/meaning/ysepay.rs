//! YSEPay replies.

use crate::table::{Cell, Gateway, Judged};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_kit::written::{Envelope, in_charset, object, with};
use chexiao_kit::{Caller, KEYS, Padded, Signer, ysepay};
use chexiao_sandbox::{Charset, Sm2Encoding, Sm2KeyPair};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

const USER_ID: &[u8] = b"1234567812345678";
const STOLEN: &[u8] = b"{\"code\":\"10000\"}";

pub(crate) struct Replies {
    callers: BTreeMap<&'static str, Caller>,
    platform: Signer,
    stranger: Signer,
    sm: RefCell<HashMap<String, String>>,
}

impl Replies {
    pub(crate) fn to(operation: &str) -> Self {
        let open = |config: &str, settings: Value| Caller::of(operation, config, &settings, &ysepay::order("K-Ab1"));
        let callers = [
            ("utf8", open("ysepay", json!({}))),
            ("gbk", open("ysepay", json!({ "charset": "GBK" }))),
            ("gb2312", open("ysepay", json!({ "charset": "GB2312" }))),
            ("sm_der", open("ysepay-sm", json!({}))),
            ("sm_raw", open("ysepay-sm", json!({ "sm2_encoding": "raw" }))),
        ];
        Self {
            callers: callers.into(),
            platform: Signer::of(&KEYS.ysepay.gateway),
            stranger: Signer::of(&KEYS.icbc.gateway),
            sm: RefCell::default(),
        }
    }

    /// The raw `sign` member over the bytes of the response object.
    fn sign(&self, account: &str, reply: &str, signed: &[u8]) -> Option<String> {
        let text = match reply {
            "no_sign" => return None,
            "sign_null" => return Some("null".into()),
            "sign_list" => return Some("[]".into()),
            "sign_empty" => String::new(),
            _ => match account {
                "sm_der" => self.sm(reply, signed, [Sm2Encoding::Der, Sm2Encoding::Raw]),
                "sm_raw" => self.sm(reply, signed, [Sm2Encoding::Raw, Sm2Encoding::Der]),
                _ => self.rsa(reply, signed),
            },
        };
        Some(format!("\"{text}\""))
    }

    /// Each text once: SM2 by hand is slow.
    fn sm(&self, reply: &str, signed: &[u8], [ours, other]: [Sm2Encoding; 2]) -> String {
        let key = format!("{reply} {ours:?} {}", String::from_utf8_lossy(signed));
        self.sm.borrow_mut().entry(key).or_insert_with(|| sm(reply, signed, [ours, other])).clone()
    }

    fn rsa(&self, reply: &str, signed: &[u8]) -> String {
        match reply {
            "other_key" => self.stranger.sign(Padded::Sha1, signed),
            "stolen" => self.platform.sign(Padded::Sha1, STOLEN),
            "other_encoding" => self.platform.sign(Padded::Sha256, signed),
            _ => self.platform.sign(Padded::Sha1, signed),
        }
    }
}

fn sm(reply: &str, signed: &[u8], [ours, other]: [Sm2Encoding; 2]) -> String {
    let sign = |key: &Sm2KeyPair, message, encoding| STANDARD.encode(key.sign(USER_ID, message, encoding));
    match reply {
        "other_key" => sign(&KEYS.ysepay_sm.merchant, signed, ours),
        "stolen" => sign(&KEYS.ysepay_sm.gateway, STOLEN, ours),
        "other_encoding" => sign(&KEYS.ysepay_sm.gateway, signed, other),
        _ => sign(&KEYS.ysepay_sm.gateway, signed, ours),
    }
}

impl Gateway for Replies {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let (account, reply) = (cell.name("account"), cell.name("reply"));
        let charset = if account.starts_with("gb") { Charset::Gbk } else { Charset::Utf8 };
        let (key, protocol_no) = match cell.name("ids") {
            "own" => (ysepay::SIGNED, None),
            "own_number" => (ysepay::SIGNED, Some("\"K-Ab1\"")),
            "number_other" => (ysepay::SIGNED, Some("\"K-Ab2\"")),
            "number_list" => (ysepay::SIGNED, Some("[\"K-Ab1\"]")),
            "unknow_response" => ("unknow_response", None),
            "other_method" => ("ysepay_trusteeship_sign_query_response", None),
            "key_case" => ("ysepay_trusteeship_sign_Cancel_response", None),
            _ => ("ysepay.trusteeship.sign.cancel_response", None),
        };
        let words = ["code", "trade_status", "sub_code"].map(|word| (word, cell.raw(word)));
        let rest = [("msg", Some("\"成功 {\\\"}\"")), ("sub_msg", Some("\"\"")), ("protocol_no", protocol_no)];
        let object = in_charset(&with(&object(&[words, rest].concat(), false), cell.raw("more")), charset);
        let sign = self.sign(account, reply, &object);
        let (value, sign, sign_first) = (Some(object.as_slice()), sign.as_deref(), reply != "sign_last");
        let body = Envelope { key, value, sign, sign_first, spaced: false }.written();
        Judged::by(&self.callers[account], reply, body)
    }
}
