//! `/pay/downloadbill`: text, or the same in GZIP, signed neither way; only its refusal is XML, and not signed either.

use super::query::transaction_id;
use super::refund::{refund_id, status};
use super::{APPID, Accepted, Field, ID, MCH_ID, OPENID, write};
use crate::book::{Movement, MovementKind, RefundState};
use crate::clock::{self, DAY_DIGITS, SPELT};
use crate::gateways::{Visit, yuan};
use crate::gzip::gzip;
use crate::http::Reply;

pub(super) const PATH: &str = "/pay/downloadbill";

pub(super) const FIELDS: [Field; 4] =
    [("bill_date", 8, true), ("bill_type", 16, false), ("tar_type", 8, false), ("device_info", 32, false)];

const HEAD: &str = "\u{feff}交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,\
                    应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,\
                    手续费,费率,订单金额,申请退款金额,费率备注";
const SUM: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

/// Unlike the real one's, which are there in the morning after, that of today is there.
pub(super) fn bill(visit: &Visit<'_>, request: &Accepted) -> Reply {
    let day = request.field("bill_date").unwrap_or_default();
    if !clock::is_day_digits(day) {
        return refusal("invalid bill_date", "20001");
    }
    let kinds: fn(&MovementKind) -> bool = match request.field("bill_type").unwrap_or("ALL") {
        "ALL" => |_| true,
        "SUCCESS" => |kind| *kind == MovementKind::Paid,
        "REFUND" => |kind| *kind != MovementKind::Paid,
        _ => return refusal("invalid bill_type", "20001"),
    };
    let mut movements = visit.book.movements();
    movements.retain(|movement| movement.gateway == ID && clock::spell(movement.when, DAY_DIGITS) == day && kinds(&movement.kind));
    if movements.is_empty() {
        return refusal("No Bill Exist", "20002");
    }
    let text = text(&movements, |order| visit.book.total(ID, order));
    match request.field("tar_type") {
        None => Reply::new(200, "text/plain", text),
        Some("GZIP") => Reply::new(200, "application/x-gzip", gzip(text.as_bytes())),
        Some(_) => refusal("invalid tar_type", "20001"),
    }
}

fn refusal(why: &str, code: &str) -> Reply {
    Reply::new(200, "text/plain", write(&[("return_code", "FAIL"), ("return_msg", why), ("error_code", code)]))
}

/// Every value behind a grave accent, so that no spreadsheet makes a number of it.
fn text(movements: &[Movement], total: impl Fn(&str) -> u64) -> String {
    let line = |values: &[&str]| values.iter().map(|value| format!("`{value}")).collect::<Vec<_>>().join(",");
    let mut lines = vec![HEAD.to_string()];
    lines.extend(movements.iter().map(|movement| {
        let (time, total, fen) = (clock::spell(movement.when, SPELT), yuan(total(&movement.order)), yuan(movement.fen));
        let id = transaction_id(&movement.order);
        let refund = match &movement.kind {
            MovementKind::Refunded(number) => Some((refund_id(number), number.as_str())),
            MovementKind::Undone => Some((refund_id(&movement.order), "")),
            MovementKind::Paid => None,
        };
        let state = match movement.kind {
            MovementKind::Paid => "SUCCESS",
            MovementKind::Refunded(_) => "REFUND",
            MovementKind::Undone => "REVOKED",
        };
        let before = [&time, APPID, MCH_ID, "0", "", &id, &movement.order, OPENID, "JSAPI", state, "OTHERS", "CNY"];
        let after = match &refund {
            None => [&fen, "0.00", "0", "0", "0.00", "0.00", "", "", "", "", "0.00000", "0.60%", &total, "0.00", ""],
            Some((id, number)) => {
                let done = status(RefundState::Done);
                ["0.00", "0.00", id, number, &fen, "0.00", "ORIGINAL", done, "", "", "0.00000", "0.60%", "0.00", &fen, ""]
            }
        };
        line(&[&before[..], &after].concat())
    }));
    let sum = |is_paid: bool| {
        let of = movements.iter().filter(|movement| (movement.kind == MovementKind::Paid) == is_paid);
        yuan(of.map(|movement| movement.fen).sum())
    };
    let (count, paid, returned) = (movements.len().to_string(), sum(true), sum(false));
    lines.extend([SUM.to_string(), line(&[&count, &paid, &returned, "0.00", "0.00000", &paid, &returned])]);
    lines.join("\r\n") + "\r\n"
}
