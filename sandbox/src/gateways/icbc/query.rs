//! `/api/mybank/pay/cpay/cporderquery/V1`: the same parameters and the same envelope as the close.

use super::{Accepted, ID};
use crate::book::{RefundState, State};
use crate::gateways::Visit;
use crate::json::quote;

pub(super) const PATH: &str = "/api/mybank/pay/cpay/cporderquery/V1";

const FOUND: &str = "查询成功";

/// How a payment stands: payStatus, which that of a closed one lacks, payType and the status of the only plan.
pub(super) struct Plan(&'static str, &'static str, &'static str);

const REGISTERED: Plan = Plan("3", "101", "0");
pub(super) const IN_PROCESS: Plan = Plan("3", "101", "4");
pub(super) const PAID: Plan = Plan("1", "101", "1");
pub(super) const RESERVED: Plan = Plan("1", "201", "1");
pub(super) const RELEASED: Plan = Plan("1", "202", "1");
pub(super) const CLOSED: Plan = Plan("", "101", "6");

/// A refund has a number of its own; its payType is not documented.
fn of_refund(state: RefundState) -> Plan {
    match state {
        RefundState::Done => Plan("1", "", "1"),
        RefundState::Processing => Plan("3", "", "4"),
        RefundState::Failed => Plan("2", "", "2"),
    }
}

impl Plan {
    /// Each with a comma before it. payMode: 1 pays at once, 2 reserves first.
    pub(super) fn members(&self) -> String {
        let Plan(pay_status, pay_type, plan) = self;
        let pay_mode = if pay_type.starts_with("20") { "2" } else { "1" };
        let pay_status = if pay_status.is_empty() { String::new() } else { format!(r#""payStatus":"{pay_status}","#) };
        let pay_type = if pay_type.is_empty() { String::new() } else { format!(r#""payType":"{pay_type}","#) };
        format!(r#","payMode":"{pay_mode}",{pay_type}{pay_status}"payPlanList":[{{"status":"{plan}"}}]"#)
    }
}

impl Accepted {
    /// What is known of the order; nothing when the gateway itself refuses. The only proof of a close is in the plan.
    pub(super) fn queried(&self, visit: &Visit<'_>, msg_id: &str) -> Option<String> {
        let (state, number) = visit.look(ID, &self.partner_seq);
        let refund = visit.book.refunded(ID, &self.partner_seq).filter(|_| !visit.is_untouched());
        let (code, why, status) = match state {
            _ if refund.is_some() => (0, FOUND, refund.map(|refund| of_refund(refund.state).members()).unwrap_or_default()),
            State::Open => (0, FOUND, REGISTERED.members()),
            State::Processing | State::Accepted => (0, FOUND, IN_PROCESS.members()),
            State::Paid | State::Refunded => (0, FOUND, PAID.members()),
            State::Reserved => (0, FOUND, RESERVED.members()),
            State::Released => (0, FOUND, RELEASED.members()),
            State::Closed => (0, FOUND, CLOSED.members()),
            State::NotFound => (5205, "订单不存在", String::new()),
            State::Refused => (80008001, "业务逻辑错误", String::new()),
            State::Limited => return None,
        };
        Some(format!(
            r#"{{"return_code":{code},"return_msg":{},"msg_id":{},"agreeCode":{},"partnerSeq":{}{status}}}"#,
            quote(why),
            quote(msg_id),
            quote(&visit.merchant(&self.agree_code)),
            quote(&number),
        ))
    }
}
