//! What WeChat Pay posts by itself: payments, signed as replies are, and refunds, encrypted and not signed.

use aes::Aes256;
use aes::cipher::{BlockEncrypt as _, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use super::envelope::{seal, sign, write};
use super::query::transaction_id;
use super::refund::refund_id;
use super::{APPID, MCH_ID, SignType, other};
use crate::book::State;
use crate::clock::{DIGITS, SPELT};
use crate::hex;
use crate::http::Reply;
use crate::notices::{Notice, Reception, Telling};
use crate::xml;

/// 15 s, 15 s, 30 s, 3, 10, 20, 30, 30, 30 and 60 minutes, 3 × 3 and 2 × 6 hours: the payment notification page.
pub(super) const SCHEDULE: [u32; 15] = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600];

pub(super) fn notice(telling: &Telling<'_>) -> Option<Notice> {
    let body = match telling.state {
        State::Paid => payment(telling, None),
        State::Accepted => payment(telling, Some("ACCEPT")), // of a deduction
        State::Refunded => refund(telling),
        State::Open | State::Closed | State::Processing | State::NotFound | State::Refused | State::Limited => return None,
        State::Reserved | State::Released => return None,
    };
    Some(telling.notice("text/xml; charset=utf-8", body))
}

fn payment(telling: &Telling<'_>, trade_state: Option<&str>) -> String {
    let (mch_id, nonce, time) = (telling.merchant(MCH_ID), telling.id_of_this(), telling.happened(DIGITS));
    let (transaction_id, total) = (transaction_id(telling.number), telling.total.to_string());
    let mut fields = vec![
        ("appid", APPID),
        ("bank_type", "OTHERS"),
        ("cash_fee", &total),
        ("fee_type", "CNY"),
        ("is_subscribe", "N"),
        ("mch_id", mch_id.as_str()),
        ("nonce_str", nonce.as_str()),
        ("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
        ("out_trade_no", telling.number),
        ("result_code", "SUCCESS"),
        ("return_code", "SUCCESS"),
        ("time_end", time.as_str()),
        ("total_fee", &total),
        ("trade_type", "JSAPI"),
        ("transaction_id", transaction_id.as_str()),
    ];
    fields.extend(telling.attached.map(|text| ("attach", text)));
    fields.extend(trade_state.map(|word| ("trade_state", word)));
    let signature = sign(&fields, SignType::Md5, &telling.keys.wechat_api_key);
    let fee = telling.sent(&total);
    for (name, value) in &mut fields {
        if *name == "total_fee" {
            *value = &fee;
        }
    }
    fields.extend((!telling.is_unsigned()).then_some(("sign", signature.as_str())));
    write(&fields)
}

fn refund(telling: &Telling<'_>) -> String {
    let refund_no = telling.refund.map_or_else(|| format!("R{}", telling.number), |refund| refund.number.clone());
    let (transaction_id, refund_id, time) = (transaction_id(telling.number), refund_id(&refund_no), telling.happened(SPELT));
    let (total, returned) = (telling.total.to_string(), telling.returned().to_string());
    let inside = write(&[
        ("out_refund_no", &refund_no),
        ("out_trade_no", telling.number),
        ("refund_account", "REFUND_SOURCE_RECHARGE_FUNDS"),
        ("refund_fee", &returned),
        ("refund_id", &refund_id),
        ("refund_recv_accout", "支付用户零钱"), // sic
        ("refund_request_source", "API"),
        ("refund_status", "SUCCESS"),
        ("settlement_refund_fee", &returned),
        ("settlement_total_fee", &total),
        ("success_time", &time),
        ("total_fee", &total),
        ("transaction_id", &transaction_id),
    ]);
    let inside = inside.replace("<xml>", "<root>\n").replace("</xml>", "</root>");
    let req_info = telling.sent(&encrypt(&telling.keys.wechat_api_key, &inside));
    let (mch_id, nonce) = (telling.merchant(MCH_ID), telling.id_of_this());
    let mut fields = vec![("return_code", "SUCCESS"), ("appid", APPID), ("mch_id", mch_id.as_str()), ("nonce_str", nonce.as_str())];
    fields.extend((!telling.is_unsigned()).then_some(("req_info", req_info.as_str())));
    write(&fields)
}

/// AES-256-ECB with PKCS#7 padding; the key is the hexadecimal MD5 of the API key.
fn encrypt(api_key: &str, text: &str) -> String {
    let key = hex::lower(&Md5::digest(api_key));
    let Ok(cipher) = Aes256::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    let pad = 16 - text.len() % 16;
    let mut bytes = [text.as_bytes(), &vec![u8::try_from(pad).unwrap_or_default(); pad]].concat();
    for block in bytes.chunks_exact_mut(16) {
        cipher.encrypt_block(block.into());
    }
    STANDARD.encode(bytes)
}

pub(super) fn acknowledges(reception: &Reception<'_>) -> bool {
    let fields = xml::parse(&reception.heard.body, reception.strict).unwrap_or_default();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let is_exact = fields == [("return_code", "SUCCESS"), ("return_msg", "OK")];
    reception.is_fine("text/xml") && (is_exact || !reception.strict && fields.contains(&("return_code", "SUCCESS")))
}

/// The genuine reply of another call about this order.
pub(super) fn reply(telling: &Telling<'_>, kind: &str) -> Option<Reply> {
    if let Some(text) = other::unsigned(kind) {
        return Some(Reply::new(200, "text/plain", text));
    }
    let nonce = telling.id(kind);
    let common = [("return_code", "SUCCESS"), ("return_msg", "OK"), ("mch_id", MCH_ID), ("appid", APPID), ("nonce_str", nonce.as_str())];
    let fields = [&common[..], &other::fields(kind, telling.number)?].concat();
    Some(Reply::new(200, "text/plain", seal(&fields, SignType::Md5, &telling.keys.wechat_api_key)))
}
