//! What the other calls of the same merchant about the same order are answered.

const TRANSACTION_ID: &str = "4200000202601010000000000";
const REFUND_ID: &str = "50000000382019052709732678859";

pub(super) const CALLS: [&str; 12] =
    ["create", "query", "close", "refund", "refundquery", "bill", "notice", "refundnotice", "micropay", "reverse", "shorturl", "openid"];

/// What such a reply holds between the fields that all have and the signature; `None`: no such call here, or its reply is not signed.
pub(super) fn fields<'a>(kind: &str, number: &'a str) -> Option<Vec<(&'static str, &'a str)>> {
    let order = [("transaction_id", TRANSACTION_ID), ("out_trade_no", number), ("total_fee", "100"), ("cash_fee", "100")];
    let buyer = [("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"), ("is_subscribe", "N"), ("bank_type", "CMC")];
    let refund = [("out_refund_no", "R1"), ("refund_id", REFUND_ID), ("refund_fee", "100")];
    let state = [("trade_state", "SUCCESS"), ("trade_state_desc", "支付成功")];
    let refunds = [("refund_count", "1"), ("out_refund_no_0", "R1"), ("refund_status_0", "SUCCESS"), ("refund_fee_0", "100")];
    let more: Vec<(&str, &str)> = match kind {
        "create" => vec![("trade_type", "NATIVE"), ("prepay_id", "wx201411101639507cbf6ffd8b"), ("code_url", "weixin://wxpay/s/An4baqw")],
        "query" => [&order[..], &buyer, &[("trade_type", "JSAPI"), ("time_end", "20260102150405")], &state].concat(),
        "notice" => [&order[..], &buyer, &[("trade_type", "JSAPI"), ("time_end", "20260102150405")]].concat(),
        "micropay" => [&order[..], &buyer, &[("trade_type", "MICROPAY"), ("time_end", "20260102150405")]].concat(),
        "refund" => [&order[..], &refund].concat(),
        "refundquery" => [&order[..], &refunds].concat(),
        "reverse" => vec![("recall", "N")],
        "shorturl" => vec![("short_url", "weixin://wxpay/s/XXXXXX")],
        "openid" => vec![("openid", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")],
        "close" => Vec::new(),
        _ => return None,
    };
    Some([vec![("result_code", "SUCCESS")], more].concat())
}

/// Replies without a signature: a bill, which is no document at all, and the notice of a refund.
pub(super) fn unsigned(kind: &str) -> Option<String> {
    match kind {
        "bill" => {
            Some("\u{feff}交易时间,公众账号ID,商户号,商户订单号,交易状态\r\n`2026-01-02 15:04:05,`wx8888888888888888,`1900000109".into())
        }
        "refundnotice" => Some(super::write(&[
            ("return_code", "SUCCESS"),
            ("appid", super::APPID),
            ("mch_id", super::MCH_ID),
            ("nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"),
            ("req_info", "T87GAHG17TGAHG1TGHAHAHA1Y1CIOA9UGJH1GAHV871HAGAGQYQQPOOJMXNBCXBVNMNMAJAA"),
        ])),
        _ => None,
    }
}
