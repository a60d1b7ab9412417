//! YSEPay: signed over the raw response object, which does not name the agreement; its key names the method.

use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::{Plan, Seal};
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use chexiao_kit::written::{Envelope, in_charset, object};
use chexiao_kit::{KEYS, ysepay};
use serde_json::{Value, json};
use std::ops::Range;

pub(crate) struct Ysepay;

const PROTOCOL_NO: &str = "K20180614-Ab1";

const CODE: Word = Word {
    name: "code",
    listed: &[
        "\"10000\"",
        "\"10000\"",
        "\"40004\"",
        "\"50000\"",
        "\"3501\"",
        "\"ACQ.SYSTEM_ERROR\"",
        "\"ACQ_SYSTEM_ERROR\"",
        "\"ACQ.INVALID_PARAMETER\"",
        "\"ACQ.ACCESS_FORBIDDEN\"",
        "\"isv.QUERY_NO_RECORD\"",
    ],
    unlisted: &["10000", "1e4", "\"10000 \"", "\"010000\"", "\"\"", "\"0000\"", "\"SUCCESS\"", "null", "true", "[]", "{}", "[\"10000\"]"],
};
const TRADE_STATUS: Word = Word {
    name: "trade_status",
    listed: &["\"SUCCESS\"", "\"SUCCES\"", "\"FAILED\""],
    unlisted: &[
        "\"success\"",
        "\"SUCCESS \"",
        "\"SUCCE\"",
        "\"SUCCESSS\"",
        "\"\"",
        "\"UNKNOWN\"",
        "null",
        "0",
        "true",
        "[]",
        "{}",
        "[\"SUCCESS\"]",
    ],
};
const SUB_CODE: Word = Word {
    name: "sub_code",
    listed: &[
        "\"\"",
        "\"ACQ.SYSTEM_ERROR\"",
        "\"ACQ_SYSTEM_ERROR\"",
        "\"ACQ.INVALID_PARAMETER\"",
        "\"ACQ.ACCESS_FORBIDDEN\"",
        "\"ACQ.QUERY_NO_RECORD\"",
    ],
    unlisted: &["\"ACQ.SOMETHING_NEW\"", "\"isv.else\"", "null", "0", "true", "[]", "{}"],
};

fn is_acq(code: &str) -> bool {
    code.starts_with("ACQ.") || code.starts_with("ACQ_")
}

fn is_doubtful(code: &str) -> bool {
    matches!(code, "50000" | "3501" | "ACQ.SYSTEM_ERROR" | "ACQ_SYSTEM_ERROR") || code.ends_with(".QUERY_NO_RECORD")
}

fn is_ours_to_fix(code: &str) -> bool {
    matches!(code, "ACQ.INVALID_PARAMETER" | "ACQ.ACCESS_FORBIDDEN")
}

/// What the words say; `sub_code` is "" if absent. Beside another code, a refusal may count as such or as a disagreement.
fn said(code: &str, sub_code: &str, trade_status: Option<&str>) -> Meaning {
    let success = matches!(trade_status, Some("SUCCESS" | "SUCCES"));
    let alone = sub_code.is_empty() || sub_code == code;
    match trade_status {
        _ if is_doubtful(code) || is_doubtful(sub_code) => UNKNOWN,
        _ if success && (is_acq(code) || is_acq(sub_code)) => UNKNOWN.contradiction(),
        _ if is_ours_to_fix(code) && alone => Meaning::any_of(&[Code::Misconfigured]),
        _ if is_ours_to_fix(sub_code) && code == "40004" => Meaning::any_of(&[Code::Misconfigured]),
        Some("FAILED") if code == "10000" && sub_code.is_empty() => Meaning::any_of(&[Code::Refused]),
        Some("FAILED") if code == "10000" => Meaning::any_of(&[Code::Refused, Code::Misconfigured, Code::Unknown]),
        _ if is_ours_to_fix(code) || is_ours_to_fix(sub_code) => Meaning::any_of(&[Code::Misconfigured, Code::Unknown]),
        _ if success && code == "10000" && sub_code.is_empty() => Meaning::any_of(&[Code::Closed]).confirm(Confirm::Recommended),
        _ if success && code == "10000" => Meaning::any_of(&[Code::Closed, Code::Unknown]),
        _ => UNKNOWN,
    }
}

impl Gateway for Ysepay {
    fn id(&self) -> &'static str {
        "ysepay"
    }

    fn operation(&self) -> &'static str {
        "close"
    }

    fn accounts(&self) -> Vec<Account> {
        let account = |settings| Account {
            settings,
            order: ysepay::order(PROTOCOL_NO),
            own: vec![Some(ysepay::SIGNED), Some(PROTOCOL_NO)],
            encrypted: false,
        };
        [json!({}), json!({ "charset": "GBK" }), json!({ "charset": "GB2312" })].into_iter().map(account).collect()
    }

    fn words(&self) -> &'static [Word] {
        &[CODE, TRADE_STATUS, SUB_CODE]
    }

    /// The key of the response object is all that binds the reply, and to the method only. The page names no protocol_no there.
    fn ids(&self) -> &'static [Id] {
        const { &[Id::required("response key"), Id::unlisted("protocol_no")] }
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("\"10000\""), Some("\"SUCCESS\""), None],
            &[Some("\"10000\""), Some("\"SUCCES\""), None],
            &[Some("\"10000\""), Some("\"SUCCES\""), Some("\"\"")],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("\"10000\""), Some("\"SUCCESS\""), Some("\"ACQ.SYSTEM_ERROR\"")],
            &[Some("\"10000\""), Some("\"SUCCES\""), Some("\"ACQ_SYSTEM_ERROR\"")],
            &[Some("\"10000\""), Some("\"SUCCESS\""), Some("\"ACQ.INVALID_PARAMETER\"")],
            &[Some("\"10000\""), Some("\"SUCCES\""), Some("\"ACQ_ACCESS_FORBIDDEN\"")],
            &[Some("\"10000\""), Some("\"SUCCESS\""), Some("\"ACQ.SOMETHING_NEW\"")],
            &[Some("\"ACQ.SYSTEM_ERROR\""), Some("\"SUCCESS\""), None],
            &[Some("\"ACQ.ACCESS_FORBIDDEN\""), Some("\"SUCCES\""), None],
            &[Some("\"40004\""), Some("\"SUCCESS\""), Some("\"ACQ.INVALID_PARAMETER\"")],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let code = match words[0].as_deref() {
            Some(raw) => text::unquote(raw),
            // The page does not say whether a sub_code stands for itself.
            None => words[2].as_deref().and_then(text::unquote).filter(|code| is_ours_to_fix(code)),
        };
        let Some(code) = code else { return UNKNOWN };
        let trade_status = words[1].as_deref().map_or(Some(""), text::unquote);
        let mistyped = trade_status.is_none();
        match words[2].as_deref() {
            _ if words[0].is_none() => said(code, code, trade_status).or_unknown(),
            _ if mistyped => said(code, words[2].as_deref().and_then(text::unquote).unwrap_or_default(), None).or_unknown(),
            None => said(code, "", trade_status),
            Some("null") => said(code, "", trade_status).or_unknown(),
            Some(raw) => match text::unquote(raw) {
                Some(sub_code) => said(code, sub_code, trade_status),
                None if trade_status == Some("FAILED") => said(code, "", trade_status).or_unknown(),
                None if is_ours_to_fix(code) => said(code, "", trade_status).or_unknown(),
                None => UNKNOWN,
            },
        }
    }

    fn refuses(&self, _: u16, _: &[Raw]) -> bool {
        false
    }

    fn evidence(&self) -> Evidence {
        Evidence::SignedUnbound
    }

    fn can(&self) -> &'static [Code] {
        &[Code::Closed, Code::Refused, Code::Misconfigured, Code::Unknown]
    }

    fn extras(&self) -> Members {
        &text::EXTRAS
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        Some(&[])
    }

    fn foreign(&self) -> Members {
        &[
            ("amount", "1.0"),
            ("total_amount", "\"0.01\""),
            ("settlement_amount", "0"),
            ("fee", "\"0\""),
            ("partner_fee", "\"\""),
            ("out_trade_no", "\"T1\""),
            ("trade_no", "\"01\""),
            ("refund_amount", "\"0.01\""),
            ("refund_state", "\"success\""),
        ]
    }

    fn quote(&self, text: &str) -> String {
        text::quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        let mut members = plan.members(self);
        members.push(("protocol_no", plan.ids[1].value(account.own[1]).map(|value| value.to_string())));
        members.push(("sub_msg", Some("\"解约{\\\"a/b\\\"}\"".to_string())));
        members.extend(plan.more(self).into_iter().map(|(name, raw)| (name, Some(raw.to_string()))));
        let (settings, object) = (&account.settings, object(&members, plan.spaced));
        let sign = match plan.seal {
            Seal::Right => Some(ysepay::signed_by(&KEYS.ysepay.gateway, settings, &object)),
            Seal::OtherKey => Some(ysepay::signed_by(&KEYS.icbc.gateway, settings, &object)),
            Seal::Stolen => Some(ysepay::signed_by(&KEYS.ysepay.gateway, settings, "{\"code\":\"10000\"}")),
            Seal::Raw(raw) => raw.map(str::to_string),
        };
        let object = in_charset(&object, ysepay::charset(settings));
        let (key, value) = match plan.ids[0].value(account.own[0]) {
            Some(Value::String(key)) => (key, Some(object)),
            Some(other) => (ysepay::SIGNED.to_string(), Some(other.to_string().into_bytes())),
            None => (ysepay::SIGNED.to_string(), None),
        };
        let (sign, value) = (sign.as_deref(), value.as_deref());
        Envelope { key: &key, value, sign, sign_first: plan.sign_first, spaced: plan.spaced }.written()
    }

    fn second(&self) -> &'static str {
        r#""ysepay_trusteeship_sign_cancel_response":{"code":"10000","trade_status":"FAILED"},"#
    }

    fn strays(&self) -> &'static [&'static str] {
        &[
            r#"{"unknow_response":{"code":"10000","trade_status":"SUCCESS"}}"#,
            r#"{"unknow_response":{"code":"40001","msg":"Invalid Request","sub_code":"ACQ.INVALID_PARAMETER"},"sign":"AAAA"}"#,
            r#"{"ysepay_trusteeship_sign_cancel_response":"{\"code\":\"10000\",\"trade_status\":\"SUCCESS\"}","sign":"AAAA"}"#,
            r#"{"code":"10000","trade_status":"SUCCESS"}"#,
        ]
    }

    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        ysepay::sealed_at(body)
    }

    /// `\/` may stand for `/`, in what is signed and in the signature.
    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool {
        text::same_but_for_slashes(before, after)
    }
}
