//! What other calls of the same terminal about the same bill are answered. Nothing of it is signed.

use super::{Bill, REFUNDED, STANDING, VOIDED, bill_payment};
use crate::json::Json;

pub(super) const CALLS: [&str; 8] = ["create", "query", "refund", "refundquery", "notice", "completion", "qrcode", "token"];

/// The members besides what all replies have; `None`: no such call here.
pub(super) fn members(kind: &str, number: &str) -> Option<Vec<(&'static str, Json)>> {
    let (words, more): (Option<Bill>, Vec<(&str, Json)>) = match kind {
        "create" => (None, vec![("billQRCode", Json::from("https://qr.95516.com/1")), ("qrCodeId", Json::from("1"))]),
        "qrcode" => (None, vec![("qrCodeId", Json::from("1"))]),
        "query" => (Some(STANDING), vec![("memberId", Json::from("1"))]),
        "close" => (Some(VOIDED), Vec::new()),
        "completion" => (Some(STANDING), vec![("completeAmount", Json::from(100))]),
        "refund" => (Some(REFUNDED), refund()),
        "refundquery" => (Some(REFUNDED), [refund(), vec![("refundTargetOrderId", Json::from("1"))]].concat()),
        _ => return None,
    };
    let bill =
        words.map(|Bill { payment, status }| vec![("billPayment", bill_payment(number, payment, 100)), ("billStatus", Json::from(status))]);
    Some([more, bill.unwrap_or_default()].concat())
}

fn refund() -> Vec<(&'static str, Json)> {
    vec![
        ("refundStatus", Json::from("SUCCESS")),
        ("refundOrderId", Json::from("R1")),
        ("refundAmount", Json::from(40)),
        ("totalAmount", Json::from(100)),
    ]
}

/// errCode and errMsg of them all.
pub(super) const DONE: (&str, &str) = ("SUCCESS", "成功");

/// A notice is a form, and a token is no bill.
pub(super) fn elsewhere(kind: &str) -> Option<&'static str> {
    match kind {
        "notice" => Some("billStatus=PAID&totalAmount=100&mid=898201612345678&tid=88880001&notifyId=1&signType=SHA256&sign=AAAA"),
        "token" => Some(r#"{"errCode":"0000","errInfo":"正常","accessToken":"0","expiresIn":3600}"#),
        _ => None,
    }
}
