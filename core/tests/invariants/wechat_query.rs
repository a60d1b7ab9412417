//! WeChat Pay's answers to a query: signed like those to a close, and they name the order.

use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::Plan;
use crate::wechat::{MISCONFIGURED, MISTAKES, RESULT_CODE, RETURN_CODE, RETURN_MSG, Wechat, write};
use chexiao::{Code, Confirm, Evidence};
use chexiao_kit::wechat::sealed;
use serde_json::json;
use std::ops::Range;

pub(crate) struct WechatQuery;

const ERR_CODE: Word = Word {
    name: "err_code",
    listed: &[
        "ORDERNOTEXIST",
        "SYSTEMERROR",
        "SIGNERROR",
        "REQUIRE_POST_METHOD",
        "XML_FORMAT_ERROR",
        "XML_ERROR",
        "APPID_NOT_EXIST",
        "MCHID_NOT_EXIST",
        "APPID_MCHID_NOT_MATCH",
        "LACK_PARAMS",
        "PARAM_ERROR",
        "POST_DATA_EMPTY",
        "NOT_UTF8",
        "NOAUTH",
    ],
    unlisted: &[
        "ORDERPAID",
        "ORDERCLOSED",
        "FREQUENCY_LIMITED",
        "SUCCESS",
        "0",
        "ordernotexist",
        "ORDERNOTEXIST ",
        "",
        "<b>ORDERNOTEXIST</b>",
    ],
};
const TRADE_STATE: Word = Word {
    name: "trade_state",
    listed: &["SUCCESS", "REFUND", "NOTPAY", "PAYERROR", "USERPAYING", "ACCEPT", "CLOSED", "REVOKED"],
    unlisted: &["success", "CLOSED ", " SUCCESS", "CLOSE", "REFUNDED", "PAY_FAIL", "0", "", "<b>CLOSED</b>", "<b></b>"],
};

/// What the state of an accepted query says.
fn state(word: Option<&str>) -> Meaning {
    match word {
        Some("SUCCESS") => Meaning::any_of(&[Code::Paid]).confirm(Confirm::NotNeeded),
        Some("REFUND") => Meaning::any_of(&[Code::Refunded]).confirm(Confirm::NotNeeded),
        Some("NOTPAY" | "PAYERROR") => Meaning::any_of(&[Code::Open]),
        Some("USERPAYING" | "ACCEPT") => Meaning::any_of(&[Code::Processing]),
        Some("CLOSED" | "REVOKED") => Meaning::any_of(&[Code::Closed]).confirm(Confirm::NotNeeded),
        _ => UNKNOWN,
    }
}

fn business(result_code: Option<&str>, err_code: Option<&str>, trade_state: Option<&str>) -> Meaning {
    let says = state(trade_state);
    let money = matches!(trade_state, Some("SUCCESS" | "REFUND"));
    match (result_code, err_code) {
        (Some("SUCCESS" | "FAIL"), Some(code)) if money && !["", "<![CDATA[]]>"].contains(&code) => {
            UNKNOWN.contradiction().hint(Code::Paid)
        }
        (Some("FAIL"), _) if money => UNKNOWN.hint(Code::Paid),
        (Some("SUCCESS"), None) => says,
        (Some("SUCCESS"), Some("" | "<![CDATA[]]>")) => says.or_unknown(),
        (Some("SUCCESS"), Some(_)) if !says.is_unknown() => UNKNOWN.contradiction(),
        (Some("FAIL"), Some(err_code)) => {
            let failed = match err_code {
                "ORDERNOTEXIST" => Meaning::any_of(&[Code::NotFound]),
                fixable if MISCONFIGURED.contains(&fixable) => Meaning::any_of(&[Code::Misconfigured]),
                _ => UNKNOWN,
            };
            if trade_state.is_some() { failed.or_unknown() } else { failed }
        }
        _ => UNKNOWN,
    }
}

impl Gateway for WechatQuery {
    fn id(&self) -> &'static str {
        "wechat"
    }

    fn operation(&self) -> &'static str {
        "query"
    }

    fn accounts(&self) -> Vec<Account> {
        Wechat.accounts()
    }

    fn words(&self) -> &'static [Word] {
        &[RETURN_CODE, RESULT_CODE, ERR_CODE, TRADE_STATE, RETURN_MSG]
    }

    fn ids(&self) -> &'static [Id] {
        const {
            &[
                Id::optional("appid"),
                Id::optional("mch_id"),
                Id::optional("sub_appid"),
                Id::optional("sub_mch_id"),
                Id::required("out_trade_no"),
            ]
        }
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("SUCCESS"), Some("SUCCESS"), None, Some("CLOSED"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), None, Some("REVOKED"), None],
            &[Some("SUCCESS"), Some("SUCCESS"), None, Some("SUCCESS"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), None, Some("REFUND"), None],
            &[Some("SUCCESS"), Some("SUCCESS"), None, Some("NOTPAY"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), None, Some("PAYERROR"), Some("OK")],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("SUCCESS"), Some("SUCCESS"), Some("ORDERNOTEXIST"), Some("CLOSED"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("SYSTEMERROR"), Some("CLOSED"), None],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("ORDERPAID"), Some("REVOKED"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("0"), Some("SUCCESS"), Some("OK")],
            &[Some("SUCCESS"), Some("FAIL"), Some("ORDERNOTEXIST"), Some("REFUND"), Some("OK")],
            &[Some("SUCCESS"), Some("FAIL"), Some("ORDERPAID"), Some("CLOSED"), Some("OK")],
            &[Some("SUCCESS"), Some("FAIL"), None, Some("CLOSED"), None],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let [return_code, result_code, err_code, trade_state, return_msg] = words else { unreachable!() };
        if words.iter().flatten().any(|word| word.starts_with('<') && !word.starts_with("<!")) {
            return UNKNOWN;
        }
        match (return_code.as_deref(), return_msg.as_deref()) {
            (Some("SUCCESS"), _) => business(result_code.as_deref(), err_code.as_deref(), trade_state.as_deref()),
            (Some("FAIL"), Some(message)) if MISTAKES.contains(&message) => Meaning::any_of(&[Code::Misconfigured]),
            _ => UNKNOWN,
        }
    }

    fn refuses(&self, status: u16, words: &[Raw]) -> bool {
        Wechat.refuses(status, words)
    }

    fn evidence(&self) -> Evidence {
        Evidence::SignedBound
    }

    fn can(&self) -> &'static [Code] {
        &[Code::Closed, Code::Paid, Code::Refunded, Code::Open, Code::Processing, Code::NotFound, Code::Misconfigured, Code::Unknown]
    }

    fn extras(&self) -> Members {
        Wechat.extras()
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        None
    }

    fn foreign(&self) -> Members {
        &[]
    }

    fn quote(&self, text: &str) -> String {
        Wechat.quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        write(self, plan, account)
    }

    fn second(&self) -> &'static str {
        Wechat.second()
    }

    fn strays(&self) -> &'static [&'static str] {
        &[
            "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><out_trade_no>Trade-Ab1</out_trade_no><trade_state>CLOSED</trade_state></xml>",
            "<html><trade_state>CLOSED</trade_state></html>",
            "<!DOCTYPE xml [<!ENTITY s \"CLOSED\">]><xml><trade_state>&s;</trade_state></xml>",
            "{\"return_code\":\"SUCCESS\",\"trade_state\":\"CLOSED\"}",
        ]
    }

    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        Wechat.sealed(body)
    }

    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool {
        Wechat.says_the_same(before, after)
    }
}

/// What a merchant put into `attach` comes back as it is, unless it can be read as something that matters here.
#[test]
fn values_may_hold_other_names() {
    let lab = crate::lab::asked("wechat");
    let state = |attach: &str| {
        let fields = [("attach", attach), ("out_trade_no", "Trade-Ab1"), ("result_code", "SUCCESS"), ("return_code", "SUCCESS")];
        let fields = [&fields[..], &[("total_fee", "1"), ("trade_state", "SUCCESS")]].concat();
        let body = sealed(&json!({}), &fields);
        lab.judge_body(&Plan::plain(lab.gateway), body.into_bytes()).code()
    };
    for harmless in ["uid=1&order=2", "&", "a&=b", "{\"a\":\"b&c=d\"}", "1&Trade_state=CLOSED", "1&trade_state", "1&fee_type=CNY"] {
        assert_eq!(state(harmless), Code::Paid, "{harmless}");
    }
    for read_or_there in ["1&trade_state=CLOSED", "1&err_code=", "1&out_trade_no=Trade-Ab2", "1&key=2", "1&total_fee=2", "a=b&attach=c"] {
        assert_eq!(state(read_or_there), Code::Unknown, "{read_or_there}");
    }
}

/// `a=1&b=2` is also the text of one field `a` with the value `1&b=2`: the signature holds, the contradiction is gone.
#[test]
fn i3_joined_fields() {
    let lab = crate::lab::asked("wechat");
    let fields = [
        ("appid", "wxAb1"),
        ("device_info", "1"),
        ("err_code", "ORDERPAID"),
        ("mch_id", "Mch1"),
        ("out_trade_no", "Trade-Ab1"),
        ("result_code", "SUCCESS"),
        ("return_code", "SUCCESS"),
        ("trade_state", "CLOSED"),
    ];
    let honest = sealed(&json!({}), &fields);
    let joined = honest
        .replace("<![CDATA[1]]>", "<![CDATA[1&err_code=ORDERPAID]]>")
        .replace("<device_info>1<", "<device_info>1&amp;err_code=ORDERPAID<");
    let joined = joined.replace("<err_code><![CDATA[ORDERPAID]]></err_code>\n", "");
    assert!(honest.contains("err_code>") && !joined.contains("err_code>") && joined.contains("err_code=ORDERPAID"));
    let plain = fields.map(|(name, text)| if name == "err_code" { ("err_code_des", "x") } else { (name, text) });
    let plain = sealed(&json!({}), &plain);
    assert_eq!(lab.judge_body(&Plan::plain(lab.gateway), plain.into_bytes()).code(), Code::Closed);
    for body in [honest, joined] {
        assert_eq!(lab.judge_body(&Plan::plain(lab.gateway), body.clone().into_bytes()).code(), Code::Unknown, "{body}");
    }
}
