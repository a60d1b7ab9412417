//! ChinaUMS's answers to a query: nothing is signed, and the completion may still stand.

use crate::chinaums::{BILL_STATUS, Chinaums, PAYMENT_STATUS, write};
use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::Plan;
use crate::text;
use chexiao::{Code, Confirm, Evidence};
use chexiao_kit::written::text_of;
use chexiao_sandbox::Json;
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
    /// The gateway does not know.
    Unknown,
    /// The word is absent, empty or null.
    Silent,
    Unlisted,
}

fn completion(raw: Option<&str>, [voided, stands, young, refunded]: [&[&str]; 4]) -> Completion {
    let word = raw.and_then(text::unquote);
    let is = |words: &[&str]| word.is_some_and(|word| words.contains(&word));
    match raw {
        None | Some("\"\"" | "null") => Completion::Silent,
        _ if is(voided) => Completion::Voided,
        _ if is(stands) => Completion::Stands,
        _ if is(young) => Completion::Young,
        _ if is(refunded) => Completion::Refunded,
        _ if is(&["UNKNOWN"]) => Completion::Unknown,
        _ => Completion::Unlisted,
    }
}

fn state(payment: Completion, bill: Completion) -> Meaning {
    use Completion::{Refunded, Silent, Stands, Unlisted, Voided};
    let said = match (payment, bill) {
        (one, other) if one == other => one,
        (one, Silent) | (Silent, one) => one,
        (Stands | Refunded, _) | (_, Stands | Refunded) => return UNKNOWN.contradiction().hint(Code::Paid),
        _ => return UNKNOWN.contradiction(),
    };
    match said {
        Voided => Meaning::any_of(&[Code::Closed]).confirm(Confirm::Required),
        Stands => Meaning::any_of(&[Code::Open]),
        Refunded => Meaning::any_of(&[Code::Refunded]).confirm(Confirm::NotNeeded),
        Unlisted => UNKNOWN, // perhaps a word of the other member
        _ => UNKNOWN.hint(Code::Processing),
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
            &[Some("\"SUCCESS\""), Some("\"TRADE_REFUND\""), Some("\"REFUND\"")],
            &[Some("\"SUCCESS\""), None, Some("\"REFUND\"")],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"PAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"UNPAID\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"UNKNOWN\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_SUCCESS\""), Some("\"REFUND\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_CLOSED\""), Some("\"REFUND\"")],
            &[Some("\"SUCCESS\""), Some("\"TRADE_REFUND\""), Some("\"CLOSED\"")],
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
            Some(code) if NOT_FOUND.contains(&code) => match (payment, bill) {
                (Completion::Silent, Completion::Silent) => Meaning::any_of(&[Code::NotFound]),
                (Completion::Silent | Completion::Unlisted | Completion::Unknown, _) => Meaning::any_of(&[Code::NotFound, Code::Unknown]),
                _ => UNKNOWN,
            },
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
        &[Code::Closed, Code::Open, Code::Refunded, Code::Processing, Code::NotFound, Code::Misconfigured, Code::Unknown]
    }

    fn extras(&self) -> Members {
        Chinaums.extras()
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        None
    }

    fn foreign(&self) -> Members {
        &[]
    }

    fn quote(&self, text: &str) -> String {
        Chinaums.quote(text)
    }

    /// The message id need not come back, so the merchant stands for the seal.
    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        write(self, 0, plan, account)
    }

    fn second(&self) -> &'static str {
        Chinaums.second()
    }

    fn strays(&self) -> &'static [&'static str] {
        Chinaums.strays()
    }

    /// The code, the ids that must be there, and the status word if the outcome hangs on it alone.
    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        let text_of = |name: &&str| text_of(body, name);
        let statuses: Vec<_> = ["status", "billStatus"].iter().filter_map(text_of).collect();
        let alone = statuses.clone().into_iter().filter(|_| statuses.len() == 1);
        ["errCode", "mid", "tid", "merOrderId"].iter().filter_map(text_of).chain(alone).collect()
    }

    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool {
        let read = |body| std::str::from_utf8(body).ok().and_then(Json::parse);
        read(before) == read(after)
    }
}
