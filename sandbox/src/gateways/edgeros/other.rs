//! What the other calls of the same merchant about the same order are answered.

use super::Ids;
use crate::json::Json;

pub(super) const CALLS: [&str; 8] = ["query", "close", "refund", "refundquery", "bill", "notice", "refundnotice", "pay"];

/// The `data` of such a reply besides what all have; `None`: no such call here, or its reply is no envelope.
pub(super) fn data(kind: &str, ids: &Ids) -> Option<Vec<(&'static str, Json)>> {
    let done = [("code", "SUCCESS"), ("description", "成功"), ("success_time", "2026-01-02T15:04:05+08:00")];
    let refund = [("refund_no", "AR1"), ("mch_refund_no", "mr1"), ("refund_amount", "1.00"), ("refund_reason", "退货")];
    let payment =
        [("amount_total", "1.00"), ("acoid", "1"), ("app_no", "APP1"), ("extra", ""), ("pay_channel", "WX"), ("pay_method", "QR")];
    let bill = [("code", "SUCCESS"), ("url", "https://example.com/bill.csv"), ("hash_code", "00"), ("hash_type", "SHA256")];
    let more = match kind {
        "close" => vec![("code", "SUCCESS"), ("description", "关单成功")],
        "query" => [&done[..], &payment].concat(),
        "refund" | "refundquery" => [&done[..], &refund].concat(),
        "bill" => bill.to_vec(),
        // A payment just begun has neither time nor amount: one word more than a close.
        "pay" => vec![("code", "SUCCESS"), ("description", "成功"), ("pay_channel", "WX")],
        _ => return None,
    };
    let ids = [("transaction_no", Some(ids.transaction_no.as_deref().unwrap_or("AP-1"))), ("mch_trade_no", ids.mch_trade_no.as_deref())];
    let named = ids.into_iter().filter_map(|(name, id)| Some((name, id?))).filter(|_| kind != "bill");
    Some(named.chain(more).map(|(name, text)| (name, Json::from(text))).collect())
}

/// A notice is flat; one of a payment, one of a refund.
pub(super) fn notice(kind: &str, ids: &Ids) -> Option<Vec<(&'static str, Json)>> {
    let kind = match kind {
        "notice" => "query",
        "refundnotice" => "refund",
        _ => return None,
    };
    let mut members = data(kind, ids)?;
    members.push(("notify_time", Json::from("2026-01-02T15:04:06+08:00")));
    Some(members)
}
