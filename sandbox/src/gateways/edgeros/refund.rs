//! `/pay/v1/transactions/refund`: POST gives money back, GET asks what became of it. The words of the refusals are published
//! nowhere: guesses.

use super::fields::Fields;
use super::order::Ids;
use super::{ID, Service, found, not_found, other_reply};
use crate::book::{Denied, Refund, RefundState, Wanted};
use crate::call::Call;
use crate::clock::{self, WITH_ZONE};
use crate::gateways::{Api, Visit, fen, yuan};
use crate::hex;

const PATH: &str = "/pay/v1/transactions/refund";

pub(super) const SERVICE: Service = Service {
    api: Api::post(PATH, Call::Refund),
    fields: &[
        ("transaction_no", 50),
        ("mch_trade_no", 50),
        ("mch_refund_no", 50),
        ("refund_amount", 20),
        ("refund_reason", 32 * 3), // 32 characters
        ("notify_url", 256),
    ],
    reply,
};

pub(super) const QUERY_SERVICE: Service = Service {
    api: Api::get(PATH, Call::RefundQuery),
    fields: &[("mch_refund_no", 50), ("refund_no", 50), ("transaction_no", 50), ("mch_trade_no", 50)],
    reply: query_reply,
};

/// The platform's own number of a refund.
pub(super) fn refund_no(number: &str) -> String {
    format!("AR{}", hex::digits(number))
}

fn reply(visit: &Visit<'_>, fields: &Fields) -> Result<String, &'static str> {
    let ids = Ids::of(fields)?;
    let number = fields.get("mch_refund_no").filter(|text| is_refund_no(text)).ok_or("mch_refund_no is invalid")?;
    let amount = fields.get("refund_amount").and_then(fen).filter(|fen| *fen > 0).ok_or("refund_amount is invalid")?;
    fields.get("refund_reason").filter(|text| !text.trim().is_empty()).ok_or("refund_reason is missing")?;
    if let Some(kind) = visit.other_call() {
        return Ok(other_reply(visit, kind, &ids));
    }
    let wanted = Wanted { number, order: ids.asked(), fen: amount, total: None, open_is_paid: false };
    Ok(match visit.refund(ID, &wanted) {
        Ok(refund) => told(visit, &ids.in_reply(&refund.order), &refund, false),
        Err(denied) => {
            let mut ids = ids.in_reply(ids.asked());
            ids.push(("mch_refund_no", number.to_string()));
            refused(visit, &ids, denied)
        }
    })
}

fn query_reply(visit: &Visit<'_>, fields: &Fields) -> Result<String, &'static str> {
    let by_own = |id: &str| visit.book.refunds().into_iter().find(|refund| refund_no(&refund.number) == id).map(|refund| refund.number);
    let number = match (fields.get("refund_no"), fields.get("mch_refund_no")) {
        (Some(id), _) => by_own(id).unwrap_or_default(),
        (None, number) => number.ok_or("refund_no and mch_refund_no are both missing")?.to_string(),
    };
    let numbers = ["refund_no", "mch_refund_no"].into_iter().filter_map(|name| Some((name, fields.get(name)?.to_string())));
    let asked: Vec<_> = numbers.collect();
    let refund = visit.refunded(ID, &number);
    let order = refund.as_ref().map_or("", |refund| refund.order.as_str());
    // The book does not say which of the two its number is.
    let ids = Ids { transaction_no: None, mch_trade_no: Some(order.to_string()) };
    if let Some(kind) = visit.other_call() {
        return Ok(other_reply(visit, kind, &ids));
    }
    Ok(match &refund {
        Ok(refund) => told(visit, &ids.in_reply(order), refund, true),
        Err(denied) => refused(visit, &asked, *denied),
    })
}

/// 24 to 50 letters, digits, `_` and `-`.
fn is_refund_no(text: &str) -> bool {
    (24..=50).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
}

/// The platform's SDK knows neither a reason nor a time in the reply to the refund itself, and fails on what it does not know.
fn told(visit: &Visit<'_>, ids: &[(&'static str, String)], refund: &Refund, is_query: bool) -> String {
    let (no, amount, time) = (refund_no(&refund.number), yuan(refund.fen), clock::spell(refund.since, WITH_ZONE));
    let (code, description) = match refund.state {
        RefundState::Done => ("SUCCESS", "退款成功"),
        RefundState::Processing => ("PROCESSING", "退款处理中"),
        RefundState::Failed => ("FAIL", "退款失败"),
    };
    let mut words = vec![("code", code), ("description", description), ("refund_no", &no), ("mch_refund_no", &refund.number)];
    words.push(("refund_amount", &amount));
    words.extend((is_query && refund.state == RefundState::Done).then_some(("success_time", time.as_str())));
    words.extend(visit.is_of_other_method().then_some(("pay_channel", "WX")));
    found(visit, ids, &words)
}

fn refused(visit: &Visit<'_>, ids: &[(&'static str, String)], denied: Denied) -> String {
    let why = match denied {
        Denied::NotFound => return not_found(visit),
        Denied::Unpaid => "订单未支付",
        Denied::Closed => "订单已关闭",
        Denied::Mismatch => "商户退款单号重复",
        Denied::TooMuch => "退款金额大于可退金额",
        Denied::AllReturned => "订单已全额退款",
        Denied::Refused => "系统繁忙",
        Denied::Limited => "操作过于频繁",
    };
    found(visit, ids, &[("code", "FAIL"), ("description", why)])
}
