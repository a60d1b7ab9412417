//! What holds whatever came in.

use crate::vectors;
use chexiao::{Answer, Code, Error, HttpReply, Outcome, face};
use nix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use std::time::Duration;

const RESULT: [&str; 17] = [
    "code",
    "confirm",
    "contradiction",
    "elapsed_ms",
    "evidence",
    "explanation",
    "gateway",
    "hint",
    "http_status",
    "msg_id",
    "next",
    "outcome",
    "raw_base64",
    "reason",
    "retry",
    "retry_after_ms",
    "sent",
];
const ANSWER: [&str; 12] = [
    "code",
    "elapsed_ms",
    "evidence",
    "explanation",
    "file",
    "gateway",
    "http_status",
    "msg_id",
    "raw_base64",
    "reason",
    "sent",
    "verified",
];
const NOTICE: [&str; 16] = [
    "acknowledge",
    "amount",
    "code",
    "confirm",
    "contradiction",
    "dedupe",
    "event",
    "evidence",
    "explanation",
    "fields",
    "gateway",
    "hint",
    "order",
    "reason",
    "refuse",
    "time",
];
const ERROR: [&str; 6] = ["error", "field", "hint", "message", "reason", "status"];
/// Sanitizers and coverage make everything slower; measured on the corpus of key files.
const SLOWER: u32 = if cfg!(feature = "libfuzzer") { 10 } else { 1 };

/// Closed, already closed or paid: what nobody may be told without proof.
pub fn is_claim(code: Code) -> bool {
    matches!(code, Code::Closed | Code::AlreadyClosed | Code::Paid)
}

/// The result JSON of an outcome: every key, no other, and no member that belies another.
pub fn sound(outcome: &Outcome, reply: &HttpReply, signs: bool) {
    let result = result(&face::json::result(outcome), outcome.code() as i32);
    let word = |name: &str| result[name].as_str();
    let claim = is_claim(outcome.code());
    match signs {
        true => assert!(!claim || word("evidence").unwrap().starts_with("signed_"), "{result}"),
        false => assert!(!claim || (word("evidence"), word("confirm")) == (Some("tls_only"), Some("required")), "{result}"),
    }
    assert!(!claim || (reply.status == 200 && !outcome.contradiction()), "{result}");
    assert_eq!(vectors::decode(&result["raw_base64"]), reply.body);
    assert_eq!(result["http_status"], reply.status);
}

/// An answer: every key, no other, and nothing verified without evidence.
pub fn sound_answer(answer: &Answer, reply: &HttpReply) {
    let said: Value = serde_json::from_str(&face::json::answer_json(answer)).expect("answer JSON");
    let names: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ANSWER);
    let proven = answer.is_authentic();
    assert_eq!((said["code"] == 0, said["code"] == 9), (proven, !proven), "{said}");
    let unproven = [said["verified"].is_null(), said["evidence"] == "none", !said["reason"].is_null()];
    assert_eq!(unproven, [!proven; 3], "{said}");
    assert!(!proven || reply.status == 200, "{said}");
    assert_eq!((vectors::decode(&said["raw_base64"]), &said["http_status"]), (reply.body.clone(), &json!(reply.status)));
}

/// A notice: every key, no other, and no member that belies another. `has_unsigned`: of a gateway with a kind that is never signed.
pub fn sound_notice(notice: &Value, has_unsigned: bool) {
    let names: Vec<&str> = notice.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, NOTICE);
    let (event, evidence) = (notice["event"].as_str().unwrap(), notice["evidence"].as_str().unwrap());
    assert!(["unknown", "processing", "paid", "refunded", "closed", "already_closed"].contains(&event), "{notice}");
    assert!(event == "unknown" || evidence == "signed_bound", "{notice}");
    assert_eq!(notice["reason"].is_null(), event != "unknown", "{notice}");
    assert!([None, Some("paid"), Some("refunded")].contains(&notice["hint"].as_str()), "{notice}");
    assert!(notice["refuse"]["status"] == 200 && notice["refuse"] != notice["acknowledge"], "{notice}");
    let is_a_hint = has_unsigned && !notice["hint"].is_null();
    assert_eq!(notice["acknowledge"].is_null(), evidence == "none" && !is_a_hint, "{notice}");
    if notice["acknowledge"].is_null() {
        let told = ["amount", "time", "dedupe", "hint"].map(|name| notice[name].is_null());
        assert!(told == [true; 4] && notice["order"] == json!({}) && notice["fields"] == json!({}), "{notice}");
    }
    assert_eq!(notice["order"] == json!({}), evidence != "signed_bound" && !(evidence == "none" && is_a_hint), "{notice}");
}

/// Result JSON that says `code`.
pub fn result(text: &str, code: i32) -> Value {
    let result: Value = serde_json::from_str(text).expect("result JSON");
    let names: Vec<&str> = result.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, RESULT);
    let outcome = Code::ALL.iter().copied().find(|known| *known as i32 == code);
    assert_eq!((result["outcome"].as_str(), result["code"].as_i64()), (outcome.map(Code::word), Some(i64::from(code))));
    assert_eq!(result["reason"].is_null(), code != Code::Unknown as i32, "{result}");
    assert!(!["closed", "already_closed"].contains(&result["hint"].as_str().unwrap_or_default()), "{result}");
    result
}

/// Error JSON with every key, a negative number and something to do.
pub fn error(error: &Error) -> Value {
    let said: Value = serde_json::from_str(&face::json::error(error)).expect("error JSON");
    let names: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ERROR);
    assert!(said["status"].as_i64().unwrap() < 0 && !said["hint"].as_str().unwrap().is_empty(), "{said}");
    said
}

/// That `work` takes no more processor time than `limit` without sanitizers.
pub fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let clock = || Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap());
    let start = clock();
    let result = work();
    let took = clock() - start;
    assert!(took <= limit * SLOWER, "took {took:?} of processor time, more than {:?}", limit * SLOWER);
    result
}
