//! ChinaUMS's answers to a query: nothing is signed, and the completion may still stand.

use crate::chinaums::{BILL_STATUS, Chinaums, PAYMENT_STATUS, write};
use crate::gateway::{Account, Gateway, Id, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::Plan;
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use chexiao_sandbox::{Json, Keys};
use std::ops::Range;

pub(crate) struct ChinaumsQuery;

const NOT_FOUND: [&str; 2] = ["NO_ORDER", "NO_BILL"];
const MISCONFIGURED: [&str; 10] = [
    "BAD_REQUEST",
    "NO_SERVICE",
    "BAD_SIGN",
    "ABNORMAL_REQUEST_TIME",
    "NO_MERCHANT",
    "INACTIVE_MERCHANT",
    "INVALID_MSGSRC",
    "DENIED_IP",
    "INVLID_MERCHANT_CONFIG",
    "INVALID_MERCHANT_CONFIG",
];
const ERR_CODE: Word = Word {
    name: "errCode",
    listed: &[
        "\"SUCCESS\"",
        "\"NO_ORDER\"",
        "\"NO_BILL\"",
        "\"ORDER_PROCESSING\"",
        "\"BAD_REQUEST\"",
        "\"BAD_SIGN\"",
        "\"ABNORMAL_REQUEST_TIME\"",
        "\"NO_MERCHANT\"",
        "\"INVLID_MERCHANT_CONFIG\"",
        "\"INVALID_MERCHANT_CONFIG\"",
    ],
    unlisted: &[
        "\"HAS_CANCELLED\"",
        "\"HAS_REFUNDED\"",
        "\"OPERATION_NOT_ALLOWED\"",
        "\"TARGET_FAIL\"",
        "\"TIMEOUT\"",
        "\"SYSTEM_BUSY\"",
        "\"1000\"",
        "\"0000\"",
        "\"\"",
        "\"success\"",
        "\"SUCCESS \"",
        "null",
        "0",
        "true",
        "[]",
        "{}",
        "[\"SUCCESS\"]",
    ],
};

/// What a status word says of the completion.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Completion {
    Voided,
    Stands,
    /// It is not even paid.
    Young,
    /// Money went back, perhaps by another hand and in part.
    Refunded,
    /// The word is absent.
    Silent,
    /// The word is empty or null.
    Blank,
    Unclear,
}

fn completion(raw: Option<&str>, [voided, stands, young, refunded]: [&[&str]; 4]) -> Completion {
    let word = raw.and_then(text::unquote);
    let is = |words: &[&str]| word.is_some_and(|word| words.contains(&word));
    match raw {
        None => Completion::Silent,
        Some("\"\"" | "null") => Completion::Blank,
        _ if is(voided) => Completion::Voided,
        _ if is(stands) => Completion::Stands,
        _ if is(young) => Completion::Young,
        _ if is(refunded) => Completion::Refunded,
        _ => Completion::Unclear,
    }
}

fn state(payment: Completion, bill: Completion) -> Meaning {
    use Completion::{Blank, Silent, Stands, Unclear, Voided, Young};
    match (payment, bill) {
        (Voided, Voided | Silent) | (Silent, Voided) => Meaning::any_of(&[Code::Closed]).confirm(Confirm::Required),
        (Stands, Stands | Silent) | (Silent, Stands) => Meaning::any_of(&[Code::Open]),
        (Voided, Blank) | (Blank, Voided) => Meaning::any_of(&[Code::Closed, Code::Unknown]),
        (Stands, Blank) | (Blank, Stands) => Meaning::any_of(&[Code::Open, Code::Unknown]),
        (Voided, Stands | Young) | (Stands | Young, Voided) => UNKNOWN.contradiction(),
        (Young, Young | Silent | Blank) | (Silent | Blank, Young | Silent | Blank) => UNKNOWN.hint(Code::Processing),
        (Unclear, Silent | Blank) | (Silent | Blank, Unclear) => UNKNOWN.hint(Code::Processing),
        _ => UNKNOWN,
    }
}

impl Gateway for ChinaumsQuery {
    fn id(&self) -> &'static str {
        "chinaums"
    }

    fn operation(&self) -> &'static str {
        "query"
    }

    fn accounts(&self) -> Vec<Account> {
        Chinaums.accounts()
    }

    fn words(&self) -> &'static [Word] {
        &[ERR_CODE, PAYMENT_STATUS, BILL_STATUS]
    }

    fn ids(&self) -> &'static [Id] {
        const { &[Id::required("mid"), Id::required("tid"), Id::optional("msgId"), Id::required("merOrderId"), Id::optional("billNo")] }
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"CLOSED\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), None],
            &[Some("\"SUCCESS\""), None, Some("\"CLOSED\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_SUCCESS\""), Some("\"PAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_SUCCESS\""), None],
            &[Some("\"SUCCESS\""), None, Some("\"PAID\"")],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"PAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"UNPAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"UNKNOWN\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_SUCCESS\""), Some("\"REFUND\"")],
            &[Some("\"SUCCESS\""), Some("\"NEW_ORDER\""), Some("\"CLOSED\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_SUCCESS\""), Some("\"UNPAID\"")],
            &[Some("\"SUCCESS\""), Some("\"WAIT_BUYER_PAY\""), Some("\"PAID\"")],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let payment =
            completion(words[1].as_deref(), [&["TRADE_CLOSED"], &["TRADE_SUCCESS"], &["NEW_ORDER", "WAIT_BUYER_PAY"], &["TRADE_REFUND"]]);
        let bill = completion(words[2].as_deref(), [&["CLOSED"], &["PAID"], &["UNPAID"], &["REFUND"]]);
        let says = match words[0].as_deref().and_then(text::unquote) {
            Some("SUCCESS") => state(payment, bill),
            Some("ORDER_PROCESSING") => Meaning::any_of(&[Code::Processing]),
            Some(code) if NOT_FOUND.contains(&code) => Meaning::any_of(&[Code::NotFound]),
            Some(code) if MISCONFIGURED.contains(&code) => Meaning::any_of(&[Code::Misconfigured]),
            _ => UNKNOWN,
        };
        let mistyped = |raw: &&Raw| raw.as_deref().is_some_and(|raw| text::unquote(raw).is_none());
        words[1..].iter().filter(mistyped).fold(says, |says, raw| says.mistyped(raw.as_deref()))
    }

    fn refuses(&self, status: u16, words: &[Raw]) -> bool {
        Chinaums.refuses(status, words)
    }

    fn evidence(&self) -> Evidence {
        Chinaums.evidence()
    }

    fn can(&self) -> &'static [Code] {
        &[Code::Closed, Code::Open, Code::Processing, Code::NotFound, Code::Misconfigured, Code::Unknown]
    }

    fn quote(&self, text: &str) -> String {
        Chinaums.quote(text)
    }

    /// The message id need not come back, so the merchant stands for the seal.
    fn reply(&self, plan: &Plan, account: &Account, _: &Keys) -> Vec<u8> {
        write(self.words(), 0, plan, account)
    }

    fn second(&self) -> &'static str {
        Chinaums.second()
    }

    fn strays(&self) -> &'static [&'static str] {
        Chinaums.strays()
    }

    /// The code, the ids that must be there, and the status word if the outcome hangs on it alone.
    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        let text_of = |name: &&str| text::text_of(body, name);
        let statuses: Vec<_> = ["status", "billStatus"].iter().filter_map(text_of).collect();
        let alone = statuses.clone().into_iter().filter(|_| statuses.len() == 1);
        ["errCode", "mid", "tid", "merOrderId"].iter().filter_map(text_of).chain(alone).collect()
    }

    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool {
        let read = |body| std::str::from_utf8(body).ok().and_then(Json::parse);
        read(before) == read(after)
    }
}
