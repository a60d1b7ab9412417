//! The life of an order: made, paid, not closed any more, given back, asked for; by the operations of the library where there are such, else by
//! calls of the gateway's own APIs.

use chexiao::Code::{self, Paid, Processing, Refunded, Refused, Unknown};
use chexiao_sandbox::Call;

/// Something that is asked for, and what must be said of it.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) call: Call,
    pub(super) says: Says,
}

pub(super) enum Says {
    /// The answer to a call: a field of it, and its word.
    Field(&'static str, &'static str),
    /// An operation.
    Outcome(Code),
}

/// The order, and the refund: numbers that all gateways take.
pub(super) const NUMBER: &str = "L20260102000000000000001";
pub(super) const REFUND: &str = "R20260102000000000000001";

const fn step(name: &'static str, call: Call, says: Says) -> Step {
    Step { name, call, says }
}

/// What makes the order, if the gateway has such a call and not only a page.
pub(super) fn making(gateway: &str) -> Option<Step> {
    match gateway {
        "icbc" => Some(step("made", Call::Create, Says::Field("return_code", "0"))),
        "ysepay" => Some(step("made and paid", Call::Pay, Says::Field("trade_status", "TRADE_SUCCESS"))),
        "wechat" => Some(step("made", Call::Create, Says::Field("result_code", "SUCCESS"))),
        "chinaums" => Some(step("made", Call::Create, Says::Field("status", "NEW_ORDER"))),
        _ => None,
    }
}

/// What becomes of it once a buyer has paid. The same refund is asked for twice, and happens once.
pub(super) fn ending(gateway: &str) -> Vec<Step> {
    use Says::{Field, Outcome};
    let (close, [refund, again], asked) = match gateway {
        "icbc" => (Some(Field("status", "1")), [Field("status", "1"), Field("status", "1")], Field("payStatus", "1")),
        "ysepay" => (None, [Field("code", "10000"), Field("code", "10000")], Field("refund_state", "success")),
        "wechat" => (Some(Outcome(Paid)), [Outcome(Processing), Outcome(Processing)], Outcome(Refunded)),
        "edgeros" => (Some(Outcome(Refused)), [Outcome(Processing), Outcome(Processing)], Outcome(Unknown)),
        _ => (Some(Outcome(Refused)), [Outcome(Refunded), Outcome(Refunded)], Outcome(Refunded)),
    };
    let close = close.map(|says| step("too late to close", Call::Close, says));
    let refund = [step("given back", Call::Refund, refund), step("the same refund again", Call::Refund, again)];
    close.into_iter().chain(refund).chain([step("what became of it", Call::RefundQuery, asked)]).collect()
}
