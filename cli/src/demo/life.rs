//! The life of an order: made, paid, not closed any more, given back, asked for; by calls of the gateway's own APIs.

use chexiao_sandbox::Call;

/// A call, and what its answer must hold.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) call: Call,
    /// A field of the answer, and its word.
    pub(super) says: (&'static str, &'static str),
}

/// The order, and the refund: numbers that all gateways take.
pub(super) const NUMBER: &str = "L20260102000000000000001";
pub(super) const REFUND: &str = "R20260102000000000000001";

const fn step(name: &'static str, call: Call, field: &'static str, word: &'static str) -> Step {
    Step { name, call, says: (field, word) }
}

/// What makes the order, if the gateway has such a call and not only a page.
pub(super) fn making(gateway: &str) -> Option<Step> {
    match gateway {
        "icbc" => Some(step("made", Call::Create, "return_code", "0")),
        "ysepay" => Some(step("made and paid", Call::Pay, "trade_status", "TRADE_SUCCESS")),
        "wechat" => Some(step("made", Call::Create, "result_code", "SUCCESS")),
        "chinaums" => Some(step("made", Call::Create, "status", "NEW_ORDER")),
        _ => None,
    }
}

/// What becomes of it once a buyer has paid. The same refund is asked for twice, and happens once.
pub(super) fn ending(gateway: &str) -> Vec<Step> {
    let twice = |field, word| [step("given back", Call::Refund, field, word), step("the same refund again", Call::Refund, field, word)];
    let (close, refund, asked) = match gateway {
        "icbc" => (Some(("status", "1")), twice("status", "1"), Some(("payStatus", "1"))),
        "ysepay" => (None, twice("code", "10000"), Some(("refund_state", "success"))),
        "wechat" => (Some(("err_code", "ORDERPAID")), twice("result_code", "SUCCESS"), Some(("refund_status_0", "SUCCESS"))),
        "edgeros" => (Some(("code", "FAIL")), twice("code", "SUCCESS"), Some(("code", "SUCCESS"))),
        _ => (Some(("errCode", "OPERATION_NOT_ALLOWED")), twice("refundStatus", "SUCCESS"), Some(("refundStatus", "SUCCESS"))),
    };
    let close = close.map(|(field, word)| step("too late to close", Call::Close, field, word));
    let asked = asked.map(|(field, word)| step("what became of it", Call::RefundQuery, field, word));
    close.into_iter().chain(refund).chain(asked).collect()
}
