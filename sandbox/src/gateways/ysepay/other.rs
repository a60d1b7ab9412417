//! What other methods answer the same partner, under the name of the cancel: the signature covers the object and not its name.

use crate::json::quote;

pub(super) const CALLS: [&str; 9] = ["create", "query", "close", "refund", "refundquery", "bill", "notice", "sign", "pay"];

/// The signed object; `None`: no such method here.
pub(super) fn object(kind: &str, protocol_no: &str) -> Option<String> {
    const TRADE: &str = r#""out_trade_no":"20260102150405001","trade_no":"01O260102150405001","account_date":"20260102""#;
    let more = match kind {
        // Signing an agreement names it; everything else about it is as in a cancel.
        "sign" => format!(r#""trade_status":"SUCCESS","protocol_no":{}"#, quote(protocol_no)),
        "create" => r#""trade_status":"WAIT_CONFIRM","out_trade_no":"20260102150405001""#.to_string(),
        "pay" => format!(r#"{TRADE},"trade_status":"TRADE_SUCCESS","total_amount":"1.00","fee":"0.01""#),
        "query" => format!(r#"{TRADE},"trade_status":"TRADE_SUCCESS","total_amount":"1.00","settlement_amount":"1.00""#),
        "close" => format!(r#"{TRADE},"trade_status":"SUCCESS""#),
        "refund" => {
            r#""out_trade_no":"20260102150405001","refund_amount":"1.00","funds_state":"SUCCESS","trade_status":"SUCCESS""#.to_string()
        }
        "refundquery" => r#""refund_state":"success","refund_amount":"1.00","trade_status":"SUCCESS""#.to_string(),
        "bill" => r#""bill_download_url":"https://example.com/bill.zip""#.to_string(),
        _ => return None,
    };
    Some(format!(r#"{{"code":"10000","msg":"Success",{more}}}"#))
}

/// A notice is a form, not a reply.
pub(super) fn notice(kind: &str) -> Option<&'static str> {
    (kind == "notice").then_some(
        "sign_type=RSA&notify_type=directpay.status.sync&trade_status=TRADE_SUCCESS&total_amount=1.00&out_trade_no=1&trade_no=2&sign=AAAA",
    )
}
