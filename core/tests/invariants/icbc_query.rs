//! ICBC's answers to a query: the envelope of a close, the words of payStatus, payType and the payment plans.

use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::icbc::{Icbc, MISCONFIGURED, integer, write};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::Plan;
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use serde_json::Value;
use std::ops::Range;

pub(crate) struct IcbcQuery;

/// Fewer than a close has: all of them with all states would be many.
const RETURN_CODE: Word = Word {
    name: "return_code",
    listed: &["0", "\"0\"", "5205", "-31", "500031", "400011", "9990"],
    unlisted: &["0.0", "\"\"", "\"00\"", "\"SUCCESS\"", "null", "true", "[0]"],
};
const PAY_STATUS: Word = Word {
    name: "payStatus",
    listed: &["\"1\"", "\"2\"", "\"3\"", "\"4\"", "1", "2", "\"\""],
    unlisted: &["\"0\"", "6", "\"01\"", "\"1 \"", "\"PAID\"", "1.0", "null", "true", "[]", "{}", r#"["1"]"#],
};
const PAY_TYPE: Word = Word {
    name: "payType",
    listed: &["\"101\"", "201", "\"202\"", "\"203\""],
    unlisted: &["\"\"", "\"100\"", "\"0101\"", "\"101 \"", "101.0", "null", "true", r#"["101"]"#],
};
const PLANS: Word = Word {
    name: "payPlanList",
    listed: &[
        r#"[{"status":"6"}]"#,
        r#"[{"status":6},{"planNo":"2","status":"7"}]"#,
        "[]",
        r#"[{"status":"1"}]"#,
        r#"[{"status":"6"},{"status":3}]"#,
        r#"[{"status":2},{"status":"6"}]"#,
        r#"[{"status":"0"}]"#,
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
        r#"[{"status":1},{}]"#,
    ],
};

/// What a list of payment plans says.
#[derive(Default)]
struct Plans {
    words: Vec<String>,
    /// No list, or an entry without a word.
    unreadable: bool,
    /// Null, an empty word, a fraction: the page does not say what that is.
    unclear: bool,
}

impl Plans {
    fn read(raw: Option<&str>) -> Self {
        let mut plans = Self::default();
        match raw.map(serde_json::from_str::<Value>) {
            None => {}
            Some(Ok(Value::Null)) => plans.unclear = true,
            Some(Ok(Value::Array(entries))) => entries.iter().for_each(|entry| plans.enter(&entry["status"])),
            Some(_) => plans.unreadable = true,
        }
        plans
    }

    fn enter(&mut self, status: &Value) {
        match status {
            Value::String(word) if word.is_empty() => self.unclear = true,
            Value::Number(word) if word.is_f64() => self.unclear = true,
            Value::String(word) => self.words.push(word.clone()),
            Value::Number(word) => self.words.push(word.to_string()),
            _ => self.unreadable = true,
        }
    }

    fn any(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| words.contains(&word.as_str()))
    }

    fn other_than(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| !words.contains(&word.as_str()))
    }

    fn closed(&self) -> bool {
        !self.words.is_empty() && !self.other_than(&["6", "7"]) && !self.unreadable && !self.unclear
    }

    /// Paid, or perhaps so.
    fn money(&self) -> bool {
        self.any(&["1", "3", "4"])
    }
}

/// What an accepted query says of the order: the page's table, from the top.
fn state(pay_status: Option<&str>, pay_type: Option<&str>, plans: &Plans) -> Meaning {
    let number =
        |raw: Option<&str>| raw.map_or(Some(0), |raw| if raw == "\"\"" { Some(0) } else { integer(raw).filter(|number| *number > 0) });
    let pay_type = number(pay_type);
    match number(pay_status) {
        Some(1) if plans.other_than(&["1"]) => UNKNOWN.contradiction().hint(Code::Paid),
        Some(1) if pay_type == Some(202) => UNKNOWN,
        Some(1) if plans.unreadable || !matches!(pay_type, Some(101 | 203)) => UNKNOWN.hint(Code::Paid),
        Some(1) => Meaning::any_of(&[Code::Paid]).confirm(Confirm::NotNeeded),
        Some(2) if !matches!(pay_type, Some(101 | 201)) => UNKNOWN.hint(Code::Paid),
        Some(2) if plans.money() => UNKNOWN.contradiction().hint(Code::Paid),
        Some(2) if plans.other_than(&["2", "6", "7"]) => UNKNOWN.contradiction(),
        Some(2) => Meaning::any_of(&[Code::AlreadyClosed]).confirm(match plans.words.as_slice() {
            _ if plans.closed() => Confirm::NotNeeded,
            [] => Confirm::Required,
            _ if plans.unreadable => Confirm::Required,
            _ => Confirm::Recommended,
        }),
        Some(0) if plans.closed() => Meaning::any_of(&[Code::Closed]).confirm(Confirm::NotNeeded),
        None if plans.closed() && pay_status == Some("null") => Meaning::any_of(&[Code::Closed, Code::Unknown]),
        Some(3) if plans.closed() => UNKNOWN.contradiction(),
        Some(4) if plans.closed() => UNKNOWN.contradiction().hint(Code::Paid),
        Some(3) => Meaning::any_of(&[Code::Processing]),
        Some(4) => UNKNOWN.hint(Code::Paid),
        Some(_) if plans.money() && !plans.unreadable => UNKNOWN.hint(Code::Paid),
        _ => UNKNOWN,
    }
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
        &[RETURN_CODE, PAY_STATUS, PAY_TYPE, PLANS]
    }

    fn ids(&self) -> &'static [Id] {
        Icbc.ids()
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("0"), None, None, Some(r#"[{"status":"6"}]"#)],
            &[Some("\"0\""), Some("\"\""), Some("\"101\""), Some(r#"[{"status":7},{"status":"6"}]"#)],
            &[Some("0"), Some("\"1\""), Some("\"101\""), None],
            &[Some("0"), Some("1"), Some("203"), Some(r#"[{"status":"1"}]"#)],
            &[Some("0"), Some("\"2\""), Some("101"), None],
            &[Some("\"0\""), Some("2"), Some("\"201\""), Some(r#"[{"status":"7"}]"#)],
            &[Some("\"0\""), Some("2"), Some("\"101\""), Some(r#"[{"status":"7"},{"status":2}]"#)],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("0"), Some("\"1\""), Some("\"101\""), Some(r#"[{"status":"6"}]"#)],
            &[Some("\"0\""), Some("1"), Some("203"), Some(r#"[{"status":7},{"status":"6"}]"#)],
            &[Some("0"), Some("\"2\""), Some("\"101\""), Some(r#"[{"status":"1"}]"#)],
            &[Some("0"), Some("2"), Some("201"), Some(r#"[{"status":"6"},{"status":"4"}]"#)],
            &[Some("0"), Some("2"), Some("101"), Some(r#"[{"status":"0"}]"#)],
            &[Some("0"), Some("\"3\""), None, Some(r#"[{"status":"7"}]"#)],
            &[Some("0"), Some("4"), Some("101"), Some(r#"[{"status":6}]"#)],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let Some(code) = words[0].as_deref().and_then(integer) else { return UNKNOWN };
        let (pay_status, pay_type, plans) = (words[1].as_deref(), words[2].as_deref(), Plans::read(words[3].as_deref()));
        let plain = |raw: Option<&str>| raw.is_none_or(|raw| text::unquote(raw).is_some() || integer(raw).is_some());
        let refused = match code {
            0 if plans.unclear || !plain(pay_type) => return state(pay_status, pay_type, &plans).or_unknown(),
            0 => return state(pay_status, pay_type, &plans),
            500031 | 500032 => Meaning::any_of(&[Code::Throttled]),
            code if MISCONFIGURED.contains(&code) => Meaning::any_of(&[Code::Misconfigured]),
            _ => return UNKNOWN,
        };
        let readable = !plans.unreadable && !plans.unclear && plain(pay_status) && plain(pay_type);
        if readable { refused } else { refused.or_unknown() }
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

    fn extras(&self) -> Members {
        Icbc.extras()
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        None
    }

    fn foreign(&self) -> Members {
        &[]
    }

    fn quote(&self, text: &str) -> String {
        Icbc.quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        write(self, plan, account)
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
