//! `/api/mybank/pay/cpay/cporderquery/V1`: the same parameters and the same envelope as the close.

use super::{Accepted, ID};
use crate::book::State;
use crate::gateways::Visit;
use crate::json::quote;

pub(super) const PATH: &str = "/api/mybank/pay/cpay/cporderquery/V1";

impl Accepted {
    /// What is known of the order; nothing when the gateway itself refuses. The only proof of a close is in the plan.
    pub(super) fn queried(&self, visit: &Visit<'_>, msg_id: &str) -> Option<String> {
        let (state, number) = visit.look(ID, &self.partner_seq);
        let (code, why, status) = match state {
            State::Open | State::Processing => (0, "查询成功", r#","payStatus":"3""#),
            State::Paid => (0, "查询成功", r#","payStatus":"1""#),
            State::Closed => (0, "查询成功", r#","payPlanList":[{"status":"6"}]"#),
            State::NotFound => (5205, "订单不存在", ""),
            State::Refused => (80008001, "业务逻辑错误", ""),
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
