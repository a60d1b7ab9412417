//! `/api/mybank/pay/cpay/cporderclose/V1`

use super::{Accepted, ID};
use crate::book::State;
use crate::gateways::Visit;
use crate::json::quote;

pub(super) const PATH: &str = "/api/mybank/pay/cpay/cporderclose/V1";

impl Accepted {
    /// Nothing when the gateway itself refuses.
    pub(super) fn closed(&self, visit: &Visit<'_>) -> Option<String> {
        let (state, number) = visit.close(ID, &self.partner_seq);
        let (code, why, status) = match state {
            State::Open => (0, "关闭成功", Some("2")),
            State::Closed => (0, "订单已关闭", Some("2")),
            State::Paid | State::Refunded | State::Reserved | State::Released => (5205, "订单关闭失败", Some("1")),
            State::Processing | State::Accepted => (80005207, "调用企网指令查询服务异常", Some("3")),
            State::NotFound | State::Refused => (80008001, "业务逻辑错误", None),
            State::Limited => return None,
        };
        let status = status.map(|status| format!(r#","status":"{status}""#)).unwrap_or_default();
        Some(format!(
            r#"{{"agreeCode":{},"partnerSeq":{},"return_code":{code},"return_msg":{}{status},"success":{}}}"#,
            quote(&visit.merchant(&self.agree_code)),
            quote(&number),
            quote(why),
            code != 80005207, // the page's samples: true beside 5205, false beside 80005207
        ))
    }
}
