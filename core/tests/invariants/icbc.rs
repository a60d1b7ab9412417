//! ICBC: signed over the raw value of `response_biz_content`, which names the order.

use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::{Plan, Seal};
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use chexiao_kit::written::{after, enveloped, object};
use chexiao_kit::{KEYS, MSG_ID, icbc};
use serde_json::{Value, json};
use std::ops::Range;

pub(crate) struct Icbc;

pub(crate) const RETURN_CODE: Word = Word {
    name: "return_code",
    listed: &[
        "0",
        "\"0\"",
        "0",
        "5205",
        "\"5205\"",
        "80005207",
        "80008001",
        "1",
        "-31",
        "-30",
        "-500041",
        "\"-500042\"",
        "-500044",
        "-500099",
        "500031",
        "\"500032\"",
        "400011",
        "400016",
        "400017",
        "400019",
        "500018",
        "500020",
        "500043",
        "500091",
        "400051",
        "500052",
        "9990",
        "80003001",
        "\"80004001\"",
    ],
    unlisted: &[
        "0.0",
        "0e0",
        "-0",
        "5205.0",
        "\"\"",
        "\" 0\"",
        "\"0 \"",
        "\"00\"",
        "\"0.0\"",
        "\"+5205\"",
        "\"05205\"",
        "\"SUCCESS\"",
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[0]",
        "9999999999999999999999",
    ],
};
const STATUS: Word = Word { name: "status", listed: &["\"1\"", "\"2\"", "\"3\"", "\"\""], unlisted: NOT_STATUS };
const NOT_STATUS: &[&str] =
    &["\"4\"", "\"0\"", "\" 1\"", "\"2 \"", "\"02\"", "\"SUCCESS\"", "null", "0", "2", "1.5", "true", "[]", "{}", "[\"2\"]"];

pub(crate) const MISCONFIGURED: [i64; 13] =
    [400011, 400016, 400017, 400019, 500018, 500020, 500043, 500091, 400051, 500052, 9990, 80003001, 80004001];

/// An integer, as a number or as a string of its digits.
pub(crate) fn integer(raw: &str) -> Option<i64> {
    let digits = text::unquote(raw).unwrap_or(raw);
    digits.parse::<i64>().ok().filter(|number| number.to_string() == digits)
}

impl Gateway for Icbc {
    fn id(&self) -> &'static str {
        "icbc"
    }

    fn operation(&self) -> &'static str {
        "close"
    }

    /// Plain, in GBK with an order number that needs it, and encrypted.
    fn accounts(&self) -> Vec<Account> {
        let encrypt_key = &KEYS.icbc_encrypt_key;
        let settings = [json!({}), json!({ "charset": "GBK", "sign_type": "RSA2" }), json!({ "encrypt_key": encrypt_key })];
        let account = |(settings, seq): (Value, &'static str)| Account {
            encrypted: settings.get("encrypt_key").is_some(),
            settings,
            order: icbc::order("Agree-Ab1", "order-Ab1", seq),
            own: vec![Some("Agree-Ab1"), Some(seq), Some(MSG_ID), Some("order-Ab1")],
        };
        settings.into_iter().zip(["seq-Ab1", "订单Ab1", "seq-Ab2"]).map(account).collect()
    }

    fn words(&self) -> &'static [Word] {
        &[RETURN_CODE, STATUS]
    }

    fn ids(&self) -> &'static [Id] {
        const { &[Id::required("agreeCode"), Id::required("partnerSeq"), Id::optional("msg_id"), Id::optional("orderCode")] }
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("0"), Some("\"2\"")],
            &[Some("\"0\""), Some("\"\"")],
            &[Some("0"), None],
            &[Some("5205"), Some("\"1\"")],
            &[Some("\"80008001\""), Some("\"1\"")],
            &[Some("5205"), Some("\"2\"")],
            &[Some("\"77\""), Some("\"2\"")],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[&[Some("0"), Some("\"1\"")], &[Some("\"0\""), Some("\"1\"")], &[Some("0"), Some("\"3\"")], &[Some("\"0\""), Some("\"3\"")]]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let Some(code) = words[0].as_deref().and_then(integer) else { return UNKNOWN };
        let status = words[1].as_deref().map_or(Some(""), text::unquote);
        let says = match (code, status) {
            (0, Some("1")) => UNKNOWN.contradiction().hint(Code::Paid),
            (0, Some("3")) => UNKNOWN.contradiction().hint(Code::Processing),
            (0, Some("2")) => Meaning::any_of(&[Code::Closed]).confirm(Confirm::NotNeeded),
            (0, Some("")) => Meaning::any_of(&[Code::Closed]).confirm(Confirm::Required),
            (500031 | 500032, _) => Meaning::any_of(&[Code::Throttled]),
            (code, _) if MISCONFIGURED.contains(&code) => Meaning::any_of(&[Code::Misconfigured]),
            (1.., Some("1")) => Meaning::any_of(&[Code::Paid]).confirm(Confirm::Recommended),
            (..0, Some("1")) => UNKNOWN.hint(Code::Paid),
            (1.., Some("3")) => Meaning::any_of(&[Code::Processing]),
            (1.., Some("2")) => Meaning::any_of(&[Code::AlreadyClosed]).confirm(Confirm::Recommended),
            _ => UNKNOWN,
        };
        if status.is_none() { says.mistyped(words[1].as_deref()) } else { says }
    }

    fn refuses(&self, _: u16, _: &[Raw]) -> bool {
        false
    }

    fn evidence(&self) -> Evidence {
        Evidence::SignedBound
    }

    fn can(&self) -> &'static [Code] {
        &[Code::Closed, Code::AlreadyClosed, Code::Paid, Code::Processing, Code::Misconfigured, Code::Throttled, Code::Unknown]
    }

    fn extras(&self) -> Members {
        &text::EXTRAS
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        Some(&["success"])
    }

    fn foreign(&self) -> Members {
        &[
            ("payType", "\"101\""),
            ("payType", "202"),
            ("payStatus", "\"1\""),
            ("payStatus", "2"),
            ("payPlanList", "[]"),
            ("payPlanList", "[{\"status\":\"6\"}]"),
        ]
    }

    fn quote(&self, text: &str) -> String {
        text::quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        write(self, plan, account)
    }

    fn second(&self) -> &'static str {
        r#""response_biz_content":{"return_code":-1},"#
    }

    fn strays(&self) -> &'static [&'static str] {
        &[
            r#"{"response_biz_content":null,"sign":null}"#,
            r#"{"response_biz_content":"0","sign":"AAAA"}"#,
            r#"{"response_biz_content":[{"return_code":0,"status":"2"}],"sign":"AAAA"}"#,
            r#"{"return_code":0,"agreeCode":"Agree-Ab1","partnerSeq":"seq-Ab1","status":"2"}"#,
        ]
    }

    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        icbc::sealed_at(body)
    }

    /// `\/` may stand for `/` in the signature.
    fn says_the_same(&self, before: &[u8], changed: &[u8]) -> bool {
        let signed = &before[enveloped(before, icbc::SIGNED)];
        text::same_but_for_slashes(before, changed) && after(changed, signed).is_some()
    }
}

/// The body of a reply with these words.
pub(crate) fn write(gateway: &dyn Gateway, plan: &Plan, account: &Account) -> Vec<u8> {
    let id = |at: usize| plan.ids[at].value(account.own[at]).map(|value| value.to_string());
    let mut members = vec![("agreeCode", id(0)), ("partnerSeq", id(1)), ("msg_id", id(2)), ("orderCode", id(3))];
    members.extend(plan.members(gateway));
    members.push(("return_msg", Some("\"关闭{\\\"}\"".to_string())));
    members.extend(plan.more(gateway).into_iter().map(|(name, raw)| (name, Some(raw.to_string()))));
    let settings = &account.settings;
    let content = |members: &[(&str, Raw)]| icbc::content(settings, &object(members, plan.spaced));
    let (ours, other) = (content(&members), content(&[("return_code", Some("0".to_string()))]));
    let sign = match plan.seal {
        Seal::Right => Some(icbc::signed_by(&KEYS.icbc.gateway, settings, &ours)),
        Seal::OtherKey => Some(icbc::signed_by(&KEYS.ysepay.gateway, settings, &ours)),
        Seal::Stolen => Some(icbc::signed_by(&KEYS.icbc.gateway, settings, &other)),
        Seal::Raw(raw) => raw.map(str::to_string),
    };
    icbc::reply(settings, &ours, sign.as_deref(), [plan.spaced, plan.sign_first])
}
