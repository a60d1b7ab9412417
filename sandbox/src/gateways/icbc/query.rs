//! `/api/mybank/pay/cpay/cporderquery/V1`: the same parameters and the same envelope as the close.

use super::{Accepted, ID};
use crate::book::State;
use crate::gateways::Visit;
use crate::json::quote;

pub(super) const PATH: &str = "/api/mybank/pay/cpay/cporderquery/V1";

const FOUND: &str = "查询成功";

/// payStatus, payType and the status of the only plan. payMode: 1 pays at once, 2 reserves first.
fn paid(pay_status: &str, pay_type: &str, plan: &str) -> String {
    let pay_mode = if pay_type == "101" { "1" } else { "2" };
    format!(r#","payMode":"{pay_mode}","payType":"{pay_type}","payStatus":"{pay_status}","payPlanList":[{{"status":"{plan}"}}]"#)
}

impl Accepted {
    /// What is known of the order; nothing when the gateway itself refuses. The only proof of a close is in the plan.
    pub(super) fn queried(&self, visit: &Visit<'_>, msg_id: &str) -> Option<String> {
        let (state, number) = visit.look(ID, &self.partner_seq);
        let (code, why, status) = match state {
            State::Open => (0, FOUND, paid("3", "101", "0")),
            State::Processing | State::Accepted => (0, FOUND, paid("3", "101", "4")),
            State::Paid | State::Refunded => (0, FOUND, paid("1", "101", "1")),
            State::Reserved => (0, FOUND, paid("1", "201", "1")),
            State::Released => (0, FOUND, paid("1", "202", "1")),
            State::Closed => (0, FOUND, r#","payMode":"1","payType":"101","payPlanList":[{"status":"6"}]"#.to_string()),
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
