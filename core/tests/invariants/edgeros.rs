//! EdgerOS Pay: signed over the canonical text of the whole envelope, which names the order.

use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::{Plan, Seal};
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use chexiao_kit::written::object;
use chexiao_kit::{KEYS, edgeros};
use chexiao_sandbox::Json;
use serde_json::json;
use std::ops::Range;

pub(crate) struct Edgeros;

pub(crate) const STATUS: Word = Word {
    name: "status",
    listed: &["200", "200", "1007"],
    unlisted: &["\"200\"", "200.0", "2e2", "0", "201", "1001", "500", "-200", "\"1007\"", "null", "true", "[]", "{}", "[200]"],
};
pub(crate) const MESSAGE: Word = Word {
    name: "message",
    listed: &["\"SUCCESS\"", "\"SUCCESS\"", "\"ORDER_NOT_EXIST\""],
    unlisted: &[
        "\"success\"",
        "\"SUCCESS \"",
        "\"OK\"",
        "\"\"",
        "\"FAIL\"",
        "\"PARAM_ERROR\"",
        "null",
        "200",
        "true",
        "[]",
        "{}",
        "[\"SUCCESS\"]",
    ],
};
const CODE: Word = Word {
    name: "code",
    listed: &["\"SUCCESS\"", "\"FAIL\""],
    unlisted: &["\"success\"", "\"SUCCES\"", "\" SUCCESS\"", "\"CLOSED\"", "\"\"", "null", "0", "true", "[]", "{}", "[\"SUCCESS\"]"],
};

impl Gateway for Edgeros {
    fn id(&self) -> &'static str {
        "edgeros"
    }

    fn operation(&self) -> &'static str {
        "close"
    }

    /// Either number, and both.
    fn accounts(&self) -> Vec<Account> {
        let account = |own: [Option<&'static str>; 2]| Account {
            settings: json!({ "mch_no": "Mch-Ab1" }),
            order: edgeros::order(own[0], own[1]),
            own: vec![Some("Mch-Ab1"), Some("SHA256withRSA"), own[0], own[1]],
            encrypted: false,
        };
        [[Some("AP-Ab1"), None], [None, Some("Trade-Ab1")], [Some("AP-Ab1"), Some("Trade-Ab1")]].into_iter().map(account).collect()
    }

    fn words(&self) -> &'static [Word] {
        &[STATUS, MESSAGE, CODE]
    }

    fn ids(&self) -> &'static [Id] {
        const { &[Id::required("mch_no"), Id::required("sign_type"), Id::required("transaction_no"), Id::required("mch_trade_no")] }
    }

    fn finals(&self) -> &'static [Words] {
        &[&[Some("200"), Some("\"SUCCESS\""), Some("\"SUCCESS\"")]]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("200"), Some("\"ORDER_NOT_EXIST\""), Some("\"SUCCESS\"")],
            &[Some("200"), Some("\"FAIL\""), Some("\"SUCCESS\"")],
            &[Some("200"), Some("\"success\""), Some("\"SUCCESS\"")],
            &[Some("200"), Some("\"订单不存在\""), Some("\"SUCCESS\"")],
            &[Some("1007"), Some("\"SUCCESS\""), Some("\"SUCCESS\"")],
            &[Some("1007"), Some("\"ORDER_NOT_EXIST\""), Some("\"SUCCESS\"")],
            &[Some("500"), Some("\"SUCCESS\""), Some("\"SUCCESS\"")],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let [status, message, code] = words else { unreachable!() };
        match (status.as_deref(), message.as_deref(), code.as_deref()) {
            (Some("200"), Some("\"SUCCESS\""), Some("\"SUCCESS\"")) => Meaning::any_of(&[Code::Closed]).confirm(Confirm::NotNeeded),
            (Some("200"), Some("\"SUCCESS\""), Some("\"FAIL\"")) => Meaning::any_of(&[Code::Refused]),
            (Some("200"), Some("\"SUCCESS\""), _) => UNKNOWN,
            (Some("200"), Some("\"ORDER_NOT_EXIST\""), Some("\"SUCCESS\"")) => UNKNOWN.contradiction(),
            (Some("200"), Some(message), None) if text::unquote(message).is_some() => UNKNOWN.contradiction(),
            (Some("1007"), Some("\"ORDER_NOT_EXIST\""), None) => Meaning::any_of(&[Code::NotFound]).confirm(Confirm::Recommended),
            (Some("1007"), Some("\"ORDER_NOT_EXIST\""), _) => Meaning::any_of(&[Code::NotFound, Code::Unknown]),
            _ => UNKNOWN,
        }
    }

    fn refuses(&self, _: u16, _: &[Raw]) -> bool {
        false
    }

    fn evidence(&self) -> Evidence {
        Evidence::SignedBound
    }

    fn can(&self) -> &'static [Code] {
        &[Code::Closed, Code::NotFound, Code::Refused, Code::Unknown]
    }

    fn extras(&self) -> Members {
        &text::EXTRAS
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        Some(&[])
    }

    fn foreign(&self) -> Members {
        &[
            ("refund_no", "\"R1\""),
            ("mch_refund_no", "\"R1\""),
            ("refund_amount", "0.01"),
            ("refund_reason", "\"\""),
            ("success_time", "\"2024-05-06T07:08:09+08:00\""),
            ("amount_total", "\"0.01\""),
            ("amount_currency", "\"CNY\""),
            ("acoid", "\"1\""),
            ("notify_time", "0"),
            ("url", "{}"),
            ("hash_code", "\"1\""),
            ("hash_type", "\"SHA256\""),
        ]
    }

    fn quote(&self, text: &str) -> String {
        text::quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        write(self, plan, account)
    }

    fn second(&self) -> &'static str {
        r#""data":{"code":"FAIL"},"#
    }

    fn strays(&self) -> &'static [&'static str] {
        &[
            r#"{"status":200,"message":"SUCCESS","fieldErrors":null,"data":null}"#,
            r#"{"status":200,"message":"SUCCESS"}"#,
            r#"{"status":200,"message":"SUCCESS","data":"SUCCESS"}"#,
            r#"{"status":200,"message":"SUCCESS","data":[{"code":"SUCCESS","mch_no":"Mch-Ab1"}]}"#,
            r#"{"status":1007,"message":"ORDER_NOT_EXIST","data":null}"#,
            r#"{"code":"SUCCESS","mch_no":"Mch-Ab1","transaction_no":"AP-Ab1","sign":"AAAA"}"#,
        ]
    }

    /// All of it, in canonical form.
    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        std::iter::once(0..body.len()).collect()
    }

    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool {
        let canonical = |bytes: &[u8]| Json::parse(std::str::from_utf8(bytes).ok()?).map(edgeros::sorted);
        canonical(after).is_some_and(|after| canonical(before) == Some(after))
    }
}

/// The envelope of either call.
pub(crate) fn write(gateway: &dyn Gateway, plan: &Plan, account: &Account) -> Vec<u8> {
    let id = |at: usize| plan.ids[at].value(account.own[at]).map(|value| value.to_string());
    let mut data: Vec<(&str, Raw)> = gateway.ids().iter().enumerate().map(|(at, name)| (name.name, id(at))).collect();
    data.extend([(CODE.name, plan.words[2].clone()), ("description", Some("\"关单{\\\"a/b\\\"}\\u2028\"".to_string()))]);
    data.extend(plan.more(gateway).into_iter().map(|(name, raw)| (name, Some(raw.to_string()))));
    let (status, message) = (plan.words[0].as_deref(), plan.words[1].as_deref());
    let envelope = Json::parse(&edgeros::envelope(status, message, Some(&object(&data, false)))).unwrap();
    let other = Json::parse(r#"{"status":200,"message":"SUCCESS","data":{"code":"SUCCESS"}}"#).unwrap();
    let sign = match plan.seal {
        Seal::Right => Some(edgeros::signed_by(&KEYS.edgeros.gateway, &envelope)),
        Seal::OtherKey => Some(edgeros::signed_by(&KEYS.edgeros.merchant, &envelope)),
        Seal::Stolen => Some(edgeros::signed_by(&KEYS.edgeros.gateway, &other)),
        Seal::Raw(raw) => raw.map(str::to_string),
    };
    let mut body = edgeros::with_sign(&envelope.compact(), sign.as_deref());
    if let Some(at) = plan.repeated() {
        let member = format!("\"{}\":", gateway.words()[at].name);
        let twice = format!("{member}{},{member}", plan.words[at].as_deref().unwrap());
        body = body.replacen(&member, &twice, 1);
    }
    if plan.spaced { body.replace("\":", "\" :\n ").into_bytes() } else { body.into_bytes() }
}
