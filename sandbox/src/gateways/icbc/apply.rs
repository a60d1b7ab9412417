//! `/api/mybank/pay/cpay/cppayapply`: V1 makes an order, V2 with the number of that gives it back.
//!
//! What else a request may hold differs from version to version and is not looked at. The words of the refusals are guesses.

use super::{Accepted, ID};
use crate::book::{Created, Denied, RefundState, State, Wanted};
use crate::clock::{self, DIGITS};
use crate::gateways::{Visit, whole};
use crate::json::{Json, quote};

pub(super) const PATH: &str = "/api/mybank/pay/cpay/cppayapply/V1";
pub(super) const REFUND_PATH: &str = "/api/mybank/pay/cpay/cppayapply/V2";

/// Of V1 beside agreeCode, orderCode and partnerSeq, with the greatest lengths in bytes.
const FIELDS: [(&str, usize); 4] = [("orderAmount", 17), ("orderCurr", 3), ("sumPayamt", 17), ("submitTime", 14)];

/// The member; empty where it is none.
fn field<'a>(biz: &'a Json, name: &str) -> &'a str {
    biz.member(name).and_then(Json::text).unwrap_or_default()
}

/// Whether the biz_content of an application has what it needs.
pub(super) fn is_complete(biz: &Json, is_refund: bool) -> bool {
    let is_there = |(name, length): &(&str, usize)| (1..=*length).contains(&field(biz, name).len());
    let origin = !is_refund || is_there(&("partnerSeqOrigin", 34));
    let amounts = ["orderAmount", "sumPayamt"].iter().all(|name| whole(field(biz, name)).is_some_and(|fen| fen > 0));
    FIELDS.iter().all(is_there) && origin && amounts && clock::is_between(field(biz, "submitTime"), DIGITS, -1, 12)
}

impl Accepted {
    /// Nothing when the gateway itself refuses.
    pub(super) fn applied(&self, visit: &Visit<'_>, msg_id: &str) -> Option<String> {
        let total = whole(field(&self.biz, "sumPayamt")).unwrap_or_default();
        let (made, named) = visit.create(ID, &self.partner_seq, total, &self.biz.compact());
        let why = match made {
            Created::Made => {
                let more = format!(r#","payMode":"1","redirectParam":{}"#, quote(&format!("https://b2b.icbc.com.cn/pay?t={named}")));
                return Some(self.order(visit, (0, "success"), msg_id, &named, &more));
            }
            Created::Is(State::Limited) => return None,
            Created::Is(State::Refused) => (80008001, "业务逻辑错误"),
            Created::Again | Created::Taken | Created::Is(_) => (5205, "合作方交易流水号重复"),
        };
        Some(self.order(visit, why, msg_id, &named, ""))
    }

    /// The partnerSeq of the application is the number of the refund.
    pub(super) fn refunded(&self, visit: &Visit<'_>, msg_id: &str) -> Option<String> {
        let (order, fen) = (field(&self.biz, "partnerSeqOrigin"), whole(field(&self.biz, "sumPayamt")).unwrap_or_default());
        let wanted = Wanted { number: &self.partner_seq, order, fen, total: None, open_is_paid: false };
        let why = match visit.refund(ID, &wanted) {
            Ok(refund) => {
                let status = match refund.state {
                    RefundState::Done => "1",
                    RefundState::Failed => "2",
                    RefundState::Processing => "3",
                };
                let more = format!(r#","payMode":"1","partnerSeqOrigin":{},"status":"{status}""#, quote(&refund.order));
                return Some(self.order(visit, (0, "success"), msg_id, &refund.number, &more));
            }
            Err(Denied::Limited) => return None,
            Err(Denied::Refused) => (80008001, "业务逻辑错误"),
            Err(Denied::NotFound) => (5205, "原订单不存在"),
            Err(Denied::Unpaid) => (5205, "原订单未支付"),
            Err(Denied::Closed) => (5205, "原订单已关闭"),
            Err(Denied::Mismatch) => (5205, "合作方交易流水号重复"),
            Err(Denied::TooMuch) => (5205, "退款金额超过原订单可退金额"),
            Err(Denied::AllReturned) => (5205, "原订单已全额退款"),
        };
        Some(self.order(visit, why, msg_id, &self.partner_seq, ""))
    }

    fn order(&self, visit: &Visit<'_>, (code, why): (u32, &str), msg_id: &str, number: &str, more: &str) -> String {
        let [order_code, amount, currency, sum] =
            ["orderCode", "orderAmount", "orderCurr", "sumPayamt"].map(|name| quote(field(&self.biz, name)));
        format!(
            r#"{{"return_code":{code},"return_msg":{},"msg_id":{},"agreeCode":{},"partnerSeq":{},"orderCode":{order_code},"orderAmount":{amount},"orderCurr":{currency},"sumPayamt":{sum}{more}}}"#,
            quote(why),
            quote(msg_id),
            quote(&visit.merchant(&self.agree_code)),
            quote(number),
        )
    }
}
