//! ChinaUMS: nothing is signed; the reply comes over TLS and names the call.

use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::{Damage, Echo, Plan, Seal};
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use chexiao_kit::written::{after, text_of};
use chexiao_kit::{MSG_ID, chinaums};
use chexiao_sandbox::Json;
use serde_json::json;
use std::ops::Range;

pub(crate) struct Chinaums;

const ERR_CODE: Word = Word {
    name: "errCode",
    listed: &[
        "\"SUCCESS\"",
        "\"HAS_CANCELLED\"",
        "\"NO_ORDER\"",
        "\"NO_BILL\"",
        "\"ORDER_PROCESSING\"",
        "\"OPERATION_NOT_ALLOWED\"",
        "\"NO_CROSS_DAY_TRADING\"",
        "\"HAS_REFUNDED\"",
        "\"TARGET_FAIL\"",
        "\"TIMEOUT\"",
        "\"NET_ERROR\"",
        "\"INTERNAL_ERROR\"",
        "\"INVALID_RESPONSE\"",
        "\"DUP_ORDER\"",
        "\"INVALID_ORDER\"",
        "\"TXN_DISCARDED\"",
        "\"SYSTEM_BUSY\"",
        "\"BAD_REQUEST\"",
        "\"NO_SERVICE\"",
        "\"BAD_SIGN\"",
        "\"ABNORMAL_REQUEST_TIME\"",
        "\"NO_MERCHANT\"",
        "\"INACTIVE_MERCHANT\"",
        "\"INVALID_MSGSRC\"",
        "\"DENIED_IP\"",
        "\"INVLID_MERCHANT_CONFIG\"",
        "\"INVALID_MERCHANT_CONFIG\"",
    ],
    unlisted: &[
        "\"1000\"",
        "\"9200\"",
        "\"0000\"",
        "\"00\"",
        "\"\"",
        "\"success\"",
        "\"SUCCESS \"",
        "\"SUCCES\"",
        "\"HAS_CANCELED\"",
        "null",
        "0",
        "1000",
        "true",
        "[]",
        "{}",
        "[\"SUCCESS\"]",
    ],
};
pub(crate) const PAYMENT_STATUS: Word = Word {
    name: "status",
    listed: &["\"TRADE_CLOSED\"", "\"TRADE_REFUND\"", "\"NEW_ORDER\"", "\"WAIT_BUYER_PAY\"", "\"TRADE_SUCCESS\"", "\"UNKNOWN\""],
    unlisted: &["\"CLOSED\"", "\"trade_closed\"", "\"TRADE_CLOSE\"", "\"\"", "null", "0", "true", "[]", "{}", "[\"TRADE_CLOSED\"]"],
};
pub(crate) const BILL_STATUS: Word = Word {
    name: "billStatus",
    listed: &["\"CLOSED\"", "\"REFUND\"", "\"PAID\"", "\"UNPAID\"", "\"UNKNOWN\""],
    unlisted: &["\"TRADE_CLOSED\"", "\"closed\"", "\"CLOSE\"", "\"\"", "null", "0", "true", "[]", "{}", "[\"CLOSED\"]"],
};

/// What a status word says about the money.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Money {
    /// It goes back.
    Back,
    /// The word is absent.
    Silent,
    /// The word is empty or null.
    Blank,
    /// Anything else.
    Else,
}

impl Money {
    fn says_nothing(self) -> bool {
        matches!(self, Money::Silent | Money::Blank)
    }
}

fn payment(raw: Option<&str>) -> Money {
    match raw {
        None => Money::Silent,
        Some("\"\"" | "null") => Money::Blank,
        Some("\"TRADE_CLOSED\"" | "\"TRADE_REFUND\"") => Money::Back,
        Some(_) => Money::Else,
    }
}

fn bill(raw: Option<&str>) -> Money {
    match raw {
        None => Money::Silent,
        Some("\"\"" | "null") => Money::Blank,
        Some("\"CLOSED\"" | "\"REFUND\"") => Money::Back,
        Some(_) => Money::Else,
    }
}

fn said(code: &str, payment: Money, bill: Money) -> Meaning {
    let listed = ERR_CODE.listed.iter().position(|listed| text::unquote(listed) == Some(code));
    match (code, listed) {
        ("SUCCESS", _) => match (payment, bill) {
            (Money::Back, Money::Back | Money::Silent) | (Money::Silent, Money::Back) => {
                Meaning::any_of(&[Code::Closed]).confirm(Confirm::Required)
            }
            (Money::Back, Money::Blank) | (Money::Blank, Money::Back) => Meaning::any_of(&[Code::Closed, Code::Unknown]),
            (Money::Back, Money::Else) | (Money::Else, Money::Back) => UNKNOWN,
            _ => UNKNOWN.hint(Code::Processing),
        },
        ("HAS_CANCELLED", _) if payment != Money::Else && bill != Money::Else => {
            Meaning::any_of(&[Code::AlreadyClosed]).confirm(Confirm::Required)
        }
        ("HAS_CANCELLED", _) => Meaning::any_of(&[Code::AlreadyClosed, Code::Unknown]),
        (_, Some(2 | 3)) if payment.says_nothing() && bill.says_nothing() => Meaning::any_of(&[Code::NotFound]),
        (_, Some(2 | 3)) if payment == Money::Back || bill == Money::Back => UNKNOWN,
        (_, Some(2 | 3)) => Meaning::any_of(&[Code::NotFound, Code::Unknown]),
        (_, Some(4)) => Meaning::any_of(&[Code::Processing]),
        (_, Some(5..=7)) => Meaning::any_of(&[Code::Refused]),
        (_, Some(17..)) => Meaning::any_of(&[Code::Misconfigured]),
        _ => UNKNOWN,
    }
}

impl Gateway for Chinaums {
    fn id(&self) -> &'static str {
        "chinaums"
    }

    fn operation(&self) -> &'static str {
        "close"
    }

    /// Merchant and terminal in the account, and in the order.
    fn accounts(&self) -> Vec<Account> {
        let own = vec![Some("Mid-Ab1"), Some("Tid-Ab1"), Some(MSG_ID), Some("Order-Ab1"), Some("Bill-Ab1")];
        let order = chinaums::order("Bill-Ab1", "2024-05-06", "Order-Ab1");
        let mut named = order.clone();
        named["mid"] = json!("Mid-Ab1");
        named["tid"] = json!("Tid-Ab1");
        vec![
            Account { settings: json!({ "mid": "Mid-Ab1", "tid": "Tid-Ab1" }), order, own: own.clone(), encrypted: false },
            Account { settings: json!({}), order: named, own, encrypted: false },
        ]
    }

    fn words(&self) -> &'static [Word] {
        &[ERR_CODE, PAYMENT_STATUS, BILL_STATUS]
    }

    fn ids(&self) -> &'static [Id] {
        const {
            &[
                Id::required("mid"),
                Id::required("tid"),
                Id::required("msgId"),
                Id { name: "merOrderId", required: &[Code::Closed], listed: true },
                Id::optional("billNo"),
            ]
        }
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"CLOSED\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_REFUND\""), Some("\"REFUND\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), None],
            &[Some("\"SUCCESS\""), None, Some("\"CLOSED\"")],
            &[Some("\"HAS_CANCELLED\""), None, None],
            &[Some("\"HAS_CANCELLED\""), Some("\"TRADE_CLOSED\""), None],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"PAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_REFUND\""), Some("\"PAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"UNPAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"UNKNOWN\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_SUCCESS\""), Some("\"CLOSED\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_SUCCESS\""), Some("\"REFUND\"")],
            &[Some("\"SUCCESS\""), Some("\"WAIT_BUYER_PAY\""), Some("\"CLOSED\"")],
            &[Some("\"SUCCESS\""), Some("\"UNKNOWN\""), Some("\"REFUND\"")],
            &[Some("\"SUCCESS\""), Some("\"NEW_ORDER\""), Some("\"CLOSED\"")],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let Some(code) = words[0].as_deref().and_then(text::unquote) else { return UNKNOWN };
        let says = said(code, payment(words[1].as_deref()), bill(words[2].as_deref()));
        let mistyped = |raw: &&Raw| raw.as_deref().is_some_and(|raw| text::unquote(raw).is_none());
        words[1..].iter().filter(mistyped).fold(says, |says, raw| says.mistyped(raw.as_deref()))
    }

    fn refuses(&self, status: u16, words: &[Raw]) -> bool {
        let readable = |raw: &Raw| raw.as_deref().is_none_or(|raw| raw == "null" || text::unquote(raw).is_some());
        status == 412 && words[0].as_deref() == Some("\"1000\"") && words.iter().all(readable)
    }

    fn evidence(&self) -> Evidence {
        Evidence::TlsOnly
    }

    fn can(&self) -> &'static [Code] {
        &[Code::Closed, Code::AlreadyClosed, Code::Processing, Code::NotFound, Code::Refused, Code::Misconfigured, Code::Unknown]
    }

    fn extras(&self) -> Members {
        &text::EXTRAS
    }

    /// Whatever a close says there, a query must confirm it.
    fn listed(&self) -> Option<&'static [&'static str]> {
        None
    }

    /// A refund of something, of nobody knows how much: it may be an earlier one.
    fn foreign(&self) -> Members {
        &[("refundAmount", "1"), ("refundAmount", "\"100\"")]
    }

    fn quote(&self, text: &str) -> String {
        text::quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        write(self, 2, plan, account)
    }

    fn second(&self) -> &'static str {
        r#""errCode":"TIMEOUT","#
    }

    fn strays(&self) -> &'static [&'static str] {
        &[
            r#"{"errCode":"SUCCESS","mid":"Mid-Ab1","tid":"Tid-Ab1","msgId":"0123456789abcdef0123456789abcdef","billStatus":"CLOSED"}"#,
            r#"{"errCode":"SUCCESS","mid":"Mid-Ab1","tid":"Tid-Ab1","msgId":"0123456789abcdef0123456789abcdef","billPayment":"{\"merOrderId\":\"Order-Ab1\",\"status\":\"TRADE_CLOSED\"}"}"#,
            r#"{"errCode":"SUCCESS","mid":"Mid-Ab1","tid":"Tid-Ab1","msgId":"0123456789abcdef0123456789abcdef","billPayment":[{"merOrderId":"Order-Ab1","status":"TRADE_CLOSED"}]}"#,
            r#"{"errCode":"SUCCESS","mid":"Mid-Ab1","tid":"Tid-Ab1","merOrderId":"Order-Ab1","status":"TRADE_CLOSED"}"#,
            r#"{"errCode":"1000","errInfo":"Timestamp解析失败"}"#,
        ]
    }

    /// The code and the ids, and the status word if the outcome hangs on it alone.
    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        let text_of = |name: &&str| text_of(body, name);
        let (cancelled, statuses) = (after(body, b"HAS_CANCELLED").is_some(), ["status", "billStatus"].iter().filter_map(text_of));
        let ids = ["errCode", "mid", "tid", "msgId", "merOrderId"].iter().filter_map(text_of);
        match statuses.collect::<Vec<_>>() {
            alone if alone.len() == 1 && !cancelled => ids.chain(alone).collect(),
            _ => ids.collect(),
        }
    }

    /// HAS_CANCELLED need not name the order; an empty text is no name.
    fn says_the_same(&self, before: &[u8], changed: &[u8]) -> bool {
        let Some(changed) = std::str::from_utf8(changed).ok().and_then(Json::parse) else { return false };
        let order = changed.member("billPayment").and_then(|payment| payment.member("merOrderId")).and_then(Json::text);
        let cancelled = changed.member("errCode").and_then(Json::text) == Some("HAS_CANCELLED");
        cancelled && order == Some("") || Json::parse(std::str::from_utf8(before).unwrap()) == Some(changed)
    }
}

/// The body of a reply with these words. There is no seal, so a broken one breaks the echo of this id, which is all that stands in its place.
pub(crate) fn write(gateway: &dyn Gateway, seal: usize, plan: &Plan, account: &Account) -> Vec<u8> {
    let id = |at: usize| plan.ids[at].value(account.own[at]).map(|value| value.to_string());
    let sealed = |at: usize| match plan.seal {
        _ if at != seal => id(at),
        Seal::Right => id(at),
        Seal::OtherKey | Seal::Stolen => Some("\"00000000000000000000000000000000\"".to_string()),
        Seal::Raw(raw) => raw.map(str::to_string),
    };
    let words = plan.members(gateway);
    let (mut payment, mut members): (Vec<_>, Vec<_>) = words.into_iter().partition(|(name, _)| *name == PAYMENT_STATUS.name);
    payment.insert(0, (Chinaums.ids()[3].name, id(3)));
    members.extend([
        ("errMsg", Some("\"撤销{\\\"}\"".to_string())),
        ("mid", sealed(0)),
        ("tid", id(1)),
        ("msgId", sealed(2)),
        ("billNo", id(4)),
    ]);
    members.extend(plan.more(gateway).into_iter().map(|(name, raw)| (name, Some(raw.to_string()))));
    let [members, payment] =
        [&members, &payment].map(|members| members.iter().map(|(name, raw)| (*name, raw.as_deref())).collect::<Vec<_>>());
    chinaums::reply(&members, &payment, [None; 2], plan.spaced)
}

/// The platform in front of the business refuses with 412 and digits; no other status, and no other code, means anything.
#[test]
fn i4_platform_refusal() {
    let lab = crate::lab::closing("chinaums");
    for (status, code, expected) in [
        (412, "\"1000\"", Code::Misconfigured),
        (412, "\"BAD_SIGN\"", Code::Unknown),
        (412, "\"SUCCESS\"", Code::Unknown),
        (400, "\"1000\"", Code::Unknown),
    ] {
        let damage = Damage::Status(status);
        let plan = Plan { words: vec![Some(code.to_string()), None, None], damage, ..Plan::plain(lab.gateway) };
        assert_eq!(lab.judge(&plan).code(), expected, "{status} {code}");
        let bare = Plan { ids: vec![Echo::Absent; 5], ..plan };
        assert_eq!(lab.judge(&bare).code(), expected, "{status} {code} without ids");
    }
}
