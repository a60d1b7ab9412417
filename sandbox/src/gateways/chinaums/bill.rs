//! `/v1/netpay/bills/get-qrcode` makes a bill, and `close-qrcode` closes it while nobody has paid.

use super::{ANYTHING, Done, Field, ID, QR, Service, amount, text};
use crate::book::{Book, Created, State};
use crate::call::Call;
use crate::gateways::{Api, Visit};
use crate::hex;
use crate::json::Json;

pub(super) const CREATE: Service = Service {
    api: Api::post("/v1/netpay/bills/get-qrcode", Call::Create),
    fields: &CREATE_FIELDS,
    number: "billNo",
    inst_mids: QR,
    reply: created,
};

pub(super) const CLOSE: Service = Service {
    api: Api::post("/v1/netpay/bills/close-qrcode", Call::Close),
    fields: &[
        ("requestTimestamp", 19, true),
        ("mid", 32, true),
        ("tid", 32, true),
        ("instMid", 32, true),
        (QR_CODE_ID, 64, true),
        ("msgId", 64, false),
        ("srcReserve", 255, false),
    ],
    number: QR_CODE_ID,
    inst_mids: QR,
    reply: closed,
};

/// Names the bill whose code it is.
pub(super) const QR_CODE_ID: &str = "qrCodeId";

const CREATE_FIELDS: [Field; 20] = [
    ("requestTimestamp", 19, true),
    ("mid", 32, true),
    ("tid", 32, true),
    ("instMid", 32, true),
    ("billNo", 31, true),
    ("billDate", 10, true),
    ("totalAmount", 12, true),
    ("billDesc", 255, false),
    ("notifyUrl", 255, false),
    ("returnUrl", 255, false),
    ("expireTime", 19, false),
    ("counterNo", 32, false),
    ("memberId", 64, false),
    ("walletOption", 16, false),
    ("systemId", 32, false),
    ("limitCreditCard", ANYTHING, false),
    ("secureTransaction", ANYTHING, false),
    ("goods", ANYTHING, false),
    ("msgId", 64, false),
    ("srcReserve", 255, false),
];

/// A bill is asked for once: the same words again are `账单号重复` too.
fn created(visit: &Visit<'_>, body: &Json) -> Done {
    let Some(total) = amount(body, "totalAmount") else {
        return Done::refused("BAD_REQUEST", "totalAmount is invalid");
    };
    let (made, named) = visit.create(ID, text(body, "billNo").unwrap_or_default(), total, "");
    if let Some((code, why)) = refused(made) {
        return Done::refused(code, why);
    }
    let id = qr_code_id(&named);
    let url = format!("https://qr.95516.com/{id}");
    let members = [("billNo", named.as_str()), ("billQRCode", &url), (QR_CODE_ID, &id)];
    Done { code: "SUCCESS", why: "生成二维码成功", members: members.map(|(name, text)| (name, Json::from(text))).to_vec() }
}

/// errCode and errMsg of an order that is not made.
pub(super) fn refused(made: Created) -> Option<(&'static str, &'static str)> {
    match made {
        Created::Made => None,
        Created::Is(State::Limited) => Some(("SYSTEM_BUSY", "系统繁忙")),
        Created::Is(State::Refused) => Some(("INTERNAL_ERROR", "内部错误")),
        Created::Again | Created::Taken | Created::Is(_) => Some(("DUP_ORDER", "账单号重复")),
    }
}

fn qr_code_id(number: &str) -> String {
    format!("{}{}", super::MID, hex::digits(number))
}

/// The bill of this code.
pub(super) fn of_qr_code(book: &Book, id: &str) -> Option<String> {
    book.numbers(ID).find(|number| qr_code_id(number) == id)
}

fn closed(visit: &Visit<'_>, body: &Json) -> Done {
    let id = text(body, QR_CODE_ID).unwrap_or_default();
    let number = of_qr_code(visit.book, id).filter(|number| visit.book.order(ID, number).is_some_and(|order| order.created));
    let Some(number) = number else {
        return Done::refused("NO_ORDER", "订单不存在");
    };
    let (state, named) = visit.close(ID, &number);
    let (code, why) = match state {
        State::Open => ("SUCCESS", "二维码已关闭"),
        State::Closed => ("OPERATION_NOT_ALLOWED", "二维码已关闭"),
        State::Processing | State::Accepted => ("ORDER_PROCESSING", "订单处理中"),
        State::NotFound => ("NO_ORDER", "订单不存在"),
        State::Limited => ("SYSTEM_BUSY", "系统繁忙"),
        State::Paid | State::Refunded | State::Refused | State::Reserved | State::Released => ("OPERATION_NOT_ALLOWED", "不允许的操作"),
    };
    Done { code, why, members: vec![(QR_CODE_ID, Json::from(qr_code_id(&named).as_str()))] }
}
