//! What the platform posts by itself: a form about a bill, signed by a hash with the communication key (通讯密钥) at its end.

use sha2::{Digest as _, Sha256};

use super::{Bill, MID, REFUNDED, STANDING, TID, UNKNOWN, VOIDED, bill_payment, other};
use crate::book::State;
use crate::clock::{DAY, SPELT};
use crate::hex;
use crate::http::Reply;
use crate::json::Json;
use crate::notices::{Notice, Reception, Telling};

/// For 24 hours: bills specification. The steps are not published, and a guess.
pub(super) const SCHEDULE: [u32; 9] = [15, 60, 300, 1800, 3600, 10800, 21600, 21600, 21600];

pub(super) fn notice(telling: &Telling<'_>) -> Option<Notice> {
    let (total, returned) = (telling.total.to_string(), telling.returned().to_string());
    let (bill, more) = match telling.state {
        State::Paid => (STANDING, None),
        State::Reserved => (STANDING, Some(("secureStatus", "UNCOMPLETED"))),
        State::Closed => (VOIDED, None),
        State::Refunded => (REFUNDED, Some(("refundAmount", returned.as_str()))),
        State::Processing | State::Accepted => (UNKNOWN, None),
        State::Open | State::NotFound | State::Refused | State::Limited | State::Released => return None,
    };
    let mid = telling.merchant(MID);
    let (day, time) = (telling.happened(DAY), telling.happened(SPELT));
    let (bill_no, payment) = (bill_no(telling.number), payment(telling, bill, &time));
    let (notify_id, random) = (uuid(&telling.id_of_this()), telling.id("random"));
    let (name, value) = random.split_at(2);
    let mut fields = vec![
        ("billPayment", payment.as_str()),
        (name, value.get(..4).unwrap_or_default()), // one field that nobody knows
        ("mid", mid.as_str()),
        ("tid", TID),
        ("instMid", "QRPAYDEFAULT"),
        ("billNo", bill_no.as_str()),
        ("billDate", day.as_str()),
        ("billStatus", bill.status),
        ("billDesc", "测试 账单(&=+)"),
        ("totalAmount", &total),
        ("createTime", time.as_str()),
        ("notifyId", notify_id.as_str()),
        ("memberId", ""),
        ("counterNo", " "),
        ("signType", "SHA256"),
    ];
    fields.extend(more);
    let body = telling
        .form(&fields, "totalAmount", |text| hex::upper(&Sha256::digest([text, telling.keys.chinaums_notify_key.as_bytes()].concat())));
    Some(telling.notice("application/x-www-form-urlencoded", body))
}

/// That of a bill has 31 characters at most, and is another than that of its payment.
fn bill_no(number: &str) -> String {
    format!("B{number}").chars().take(31).collect()
}

/// As in a reply, but as a text.
fn payment(telling: &Telling<'_>, bill: Bill, time: &str) -> String {
    let mut payment = bill_payment(telling.number, bill.payment, telling.total);
    if let Json::Object(members) = &mut payment {
        members.push(("payTime".to_string(), Json::from(time)));
    }
    payment.compact()
}

/// The digits of an id in the groups of a UUID.
fn uuid(digits: &str) -> String {
    let group = |at: std::ops::Range<usize>| digits.get(at).unwrap_or_default();
    [group(0..8), group(8..12), group(12..16), group(16..20), group(20..32)].join("-")
}

pub(super) fn acknowledges(reception: &Reception<'_>) -> bool {
    let says_so = |text: &str| text == "SUCCESS" || !reception.strict && text.contains("SUCCESS");
    reception.is_fine("text/plain") && reception.text().is_some_and(says_so)
}

/// The reply of another call about this bill, which is not signed.
pub(super) fn reply(telling: &Telling<'_>, kind: &str) -> Option<Reply> {
    const JSON: &str = "application/json;charset=UTF-8";
    if let Some(text) = other::elsewhere(kind) {
        return Some(Reply::new(200, JSON, text));
    }
    let texts = [("errCode", other::DONE.0), ("errMsg", other::DONE.1), ("mid", MID), ("tid", TID), ("instMid", "QRPAYDEFAULT")];
    let members = texts.into_iter().map(|(name, text)| (name, Json::from(text))).chain(other::members(kind, telling.number)?);
    Some(Reply::new(200, JSON, Json::Object(members.map(|(name, value)| (name.to_string(), value)).collect()).compact()))
}
