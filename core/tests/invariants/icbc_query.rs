//! ICBC's answers to a query: the envelope of a close, the words of payStatus and of the payment plans.

use crate::gateway::{Account, Gateway, Id, Raw, Word, Words};
use crate::icbc::{Icbc, MISCONFIGURED, RETURN_CODE, integer, write};
use crate::meaning::{Meaning, UNKNOWN, is_final};
use crate::plan::Plan;
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use chexiao_sandbox::Keys;
use serde_json::Value;
use std::ops::Range;

pub(crate) struct IcbcQuery;

const PAY_STATUS: Word = Word {
    name: "payStatus",
    listed: &["\"1\"", "\"2\"", "\"3\"", "\"4\"", "1", "2", "3", "4", "\"\""],
    unlisted: &["\"0\"", "6", "\"01\"", "\"1 \"", "\"PAID\"", "1.0", "null", "true", "[]", "{}", r#"["1"]"#],
};
const PLANS: Word = Word {
    name: "payPlanList",
    listed: &[
        r#"[{"status":"6"}]"#,
        r#"[{"status":6},{"planNo":"2","status":"7"}]"#,
        "[]",
        r#"[{"status":"1"}]"#,
        r#"[{"status":"6"},{"status":3}]"#,
    ],
    unlisted: &[
        "null",
        "6",
        "\"6\"",
        "true",
        r#"{"status":"6"}"#,
        "[6]",
        r#"["6"]"#,
        r#"[{"status":"6"},"7"]"#,
        r#"[{"status":true}]"#,
        r#"[{"status":["6"]}]"#,
        "[{}]",
        r#"[{"status":""}]"#,
        r#"[{"status":"6"},{"status":null}]"#,
        r#"[{"status":6.0}]"#,
        r#"[{"status":"06"}]"#,
    ],
};

/// What a list of payment plans says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plans {
    /// Each is closed by request or expired.
    Closed,
    /// Absent, empty, or at least one is something else.
    Open,
    /// Null, or an entry whose status is missing, empty or no whole number: the page does not say.
    Strange,
    /// No list of objects, or a status that is no word.
    Mistyped,
}

fn plans(raw: Option<&str>) -> Plans {
    match raw.map(serde_json::from_str::<Value>) {
        None => Plans::Open,
        Some(Ok(Value::Null)) => Plans::Strange,
        Some(Ok(Value::Array(entries))) => entries.iter().map(entry).fold(Plans::Open, |so_far, entry| match (so_far, entry) {
            (Plans::Mistyped, _) | (_, Plans::Mistyped) => Plans::Mistyped,
            (Plans::Strange, _) | (_, Plans::Strange) => Plans::Strange,
            _ if entries.iter().all(|other| self::entry(other) == Plans::Closed) => Plans::Closed,
            _ => Plans::Open,
        }),
        Some(_) => Plans::Mistyped,
    }
}

fn entry(entry: &Value) -> Plans {
    let Some(entry) = entry.as_object() else { return Plans::Mistyped };
    match entry.get("status") {
        None | Some(Value::Null) => Plans::Strange,
        Some(Value::String(word)) if word.is_empty() => Plans::Strange,
        Some(Value::String(word)) if word == "6" || word == "7" => Plans::Closed,
        Some(Value::Number(word)) if word.as_i64() == Some(6) || word.as_i64() == Some(7) => Plans::Closed,
        Some(Value::Number(word)) if word.is_f64() => Plans::Strange,
        Some(Value::String(_) | Value::Number(_)) => Plans::Open,
        Some(_) => Plans::Mistyped,
    }
}

/// What an accepted query says of the order.
fn state(pay_status: Option<&str>, plans: Plans) -> Meaning {
    let closed = plans == Plans::Closed;
    let says = match pay_status.map_or(Some(0), |raw| if raw == "\"\"" { Some(0) } else { integer(raw).filter(|number| *number > 0) }) {
        _ if plans == Plans::Mistyped => UNKNOWN,
        Some(1 | 3 | 4) if closed => UNKNOWN.contradiction(),
        Some(1) => Meaning::any_of(&[Code::Paid]),
        Some(2) => Meaning::any_of(&[Code::AlreadyClosed]).confirm(if closed { Confirm::NotNeeded } else { Confirm::Recommended }),
        Some(3) => Meaning::any_of(&[Code::Processing]),
        Some(4) => UNKNOWN.hint(Code::Paid),
        Some(0) if closed => Meaning::any_of(&[Code::Closed]).confirm(Confirm::NotNeeded),
        None if closed && pay_status == Some("null") => Meaning::any_of(&[Code::Closed, Code::Unknown]),
        _ => UNKNOWN,
    };
    if plans == Plans::Strange && says.any_of.iter().any(|code| is_final(*code) || *code == Code::Processing) {
        return says.or_unknown();
    }
    if plans == Plans::Strange { UNKNOWN } else { says }
}

impl Gateway for IcbcQuery {
    fn id(&self) -> &'static str {
        "icbc"
    }

    fn operation(&self) -> &'static str {
        "query"
    }

    fn accounts(&self) -> Vec<Account> {
        Icbc.accounts()
    }

    fn words(&self) -> &'static [Word] {
        &[RETURN_CODE, PAY_STATUS, PLANS]
    }

    fn ids(&self) -> &'static [Id] {
        Icbc.ids()
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("0"), None, Some(r#"[{"status":"6"}]"#)],
            &[Some("\"0\""), Some("\"\""), Some(r#"[{"status":7},{"status":"6"}]"#)],
            &[Some("0"), Some("\"1\""), None],
            &[Some("0"), Some("1"), Some(r#"[{"status":"1"}]"#)],
            &[Some("0"), Some("\"2\""), None],
            &[Some("\"0\""), Some("2"), Some(r#"[{"status":"7"}]"#)],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("0"), Some("\"1\""), Some(r#"[{"status":"6"}]"#)],
            &[Some("\"0\""), Some("1"), Some(r#"[{"status":7},{"status":"6"}]"#)],
            &[Some("0"), Some("\"3\""), Some(r#"[{"status":"7"}]"#)],
            &[Some("0"), Some("4"), Some(r#"[{"status":6}]"#)],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let Some(code) = words[0].as_deref().and_then(integer) else { return UNKNOWN };
        let (pay_status, plans) = (words[1].as_deref(), plans(words[2].as_deref()));
        let refused = match code {
            0 => return state(pay_status, plans),
            500031 | 500032 => Meaning::any_of(&[Code::Throttled]),
            code if MISCONFIGURED.contains(&code) => Meaning::any_of(&[Code::Misconfigured]),
            _ => return UNKNOWN,
        };
        let plain = |raw: &str| text::unquote(raw).is_some() || integer(raw).is_some();
        if plans == Plans::Mistyped || plans == Plans::Strange || !pay_status.is_none_or(plain) { refused.or_unknown() } else { refused }
    }

    fn refuses(&self, status: u16, words: &[Raw]) -> bool {
        Icbc.refuses(status, words)
    }

    fn evidence(&self) -> Evidence {
        Icbc.evidence()
    }

    fn can(&self) -> &'static [Code] {
        Icbc.can()
    }

    fn quote(&self, text: &str) -> String {
        Icbc.quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account, keys: &Keys) -> Vec<u8> {
        write(self.words(), plan, account, keys)
    }

    fn second(&self) -> &'static str {
        Icbc.second()
    }

    fn strays(&self) -> &'static [&'static str] {
        &[
            r#"{"response_biz_content":{"return_code":0,"agreeCode":"Agree-Ab1","partnerSeq":"seq-Ab1","payStatus":"2"},"sign":null}"#,
            r#"{"response_biz_content":[{"return_code":0,"payStatus":"1"}],"sign":"AAAA"}"#,
            r#"{"return_code":0,"agreeCode":"Agree-Ab1","partnerSeq":"seq-Ab1","payPlanList":[{"status":"6"}]}"#,
        ]
    }

    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        Icbc.sealed(body)
    }

    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool {
        Icbc.says_the_same(before, after)
    }
}
