//! Calls of the gateways' own APIs, as documents that a client takes.

use serde_json::{Value, json};

use crate::call::Call;
use crate::clock::{self, DAY, DAY_DIGITS, DIGITS};

/// A right `call` about this order, or, where it is one, about this refund of 1 yuan, all that it cost; `None` where the gateway has
/// none or nothing known of it is certain.
///
/// The number of a refund must suit the gateway: 24 to 32 letters and digits suit all.
pub fn sample_call(gateway: &str, call: Call, number: &str, refund: &str) -> Option<Value> {
    let (api, fields) = match gateway {
        "icbc" => icbc(call, number, refund)?,
        "ysepay" => ysepay(call, number, refund)?,
        "wechat" => wechat(call, number, refund)?,
        "edgeros" => edgeros(call, number, refund)?,
        "chinaums" => chinaums(call, number, refund)?,
        _ => return None,
    };
    Some(json!({ "operation": "call", "api": api, "fields": fields }))
}

type Sample = (&'static str, Value);

fn icbc(call: Call, number: &str, refund: &str) -> Option<Sample> {
    let own = if matches!(call, Call::Refund | Call::RefundQuery) { refund } else { number };
    let with = |more: Value| {
        let named = json!({ "agreeCode": "0000000000090000000001000000085016", "orderCode": "2019021314281026", "partnerSeq": own });
        joined(named, more)
    };
    let payment = json!({
        "orderAmount": "100", "orderCurr": "001", "sumPayamt": "100", "submitTime": clock::stamp(DIGITS), "payMode": "1",
    });
    Some(match call {
        Call::Create => ("POST /api/mybank/pay/cpay/cppayapply/V1", with(payment)),
        Call::Refund => ("POST /api/mybank/pay/cpay/cppayapply/V2", with(joined(payment, json!({ "partnerSeqOrigin": number })))),
        Call::Close => ("POST /api/mybank/pay/cpay/cporderclose/V1", with(json!({}))),
        Call::Query | Call::RefundQuery => ("POST /api/mybank/pay/cpay/cporderquery/V1", with(json!({}))),
        _ => return None,
    })
}

/// The members of both.
fn joined(mut fields: Value, more: Value) -> Value {
    if let (Some(members), Value::Object(more)) = (fields.as_object_mut(), more) {
        members.extend(more);
    }
    fields
}

fn ysepay(call: Call, number: &str, refund: &str) -> Option<Sample> {
    let day = clock::stamp(DAY_DIGITS);
    Some(match call {
        Call::Pay => (
            "ysepay.trusteeship.fastPay",
            json!({
                "out_trade_no": number, "shopdate": day, "subject": "测试", "total_amount": "1.00", "currency": "CNY",
                "seller_id": "seller", "seller_name": "商户", "business_code": "01000010", "protocol_no": "K1",
            }),
        ),
        Call::Query => ("ysepay.online.trade.query", json!({ "out_trade_no": number, "shopdate": day })),
        Call::Refund => (
            "ysepay.online.trade.refund",
            json!({ "out_trade_no": number, "refund_amount": "1.00", "refund_reason": "退货", "out_request_no": refund }),
        ),
        Call::RefundQuery => ("ysepay.online.trade.refund.query", json!({ "out_trade_no": number, "out_request_no": refund })),
        _ => return None,
    })
}

fn wechat(call: Call, number: &str, refund: &str) -> Option<Sample> {
    let (body, ip) = ("测试", "127.0.0.1");
    Some(match call {
        Call::Create => (
            "POST /pay/unifiedorder",
            json!({
                "out_trade_no": number, "body": body, "total_fee": "100", "spbill_create_ip": ip, "trade_type": "NATIVE",
                "notify_url": "https://merchant.invalid/notify/wechat",
            }),
        ),
        Call::Pay => (
            "POST /pay/micropay",
            json!({ "out_trade_no": number, "body": body, "total_fee": "100", "spbill_create_ip": ip, "auth_code": "120061098828009406" }),
        ),
        Call::Refund => {
            ("POST /secapi/pay/refund", json!({ "out_trade_no": number, "out_refund_no": refund, "total_fee": "100", "refund_fee": "100" }))
        }
        Call::RefundQuery => ("POST /pay/refundquery", json!({ "out_refund_no": refund })),
        Call::Reverse => ("POST /secapi/pay/reverse", json!({ "out_trade_no": number })),
        Call::Bill => ("POST /pay/downloadbill", json!({ "bill_date": clock::stamp(DAY_DIGITS), "bill_type": "ALL" })),
        Call::Close => ("POST /pay/closeorder", json!({ "out_trade_no": number })),
        Call::Query => ("POST /pay/orderquery", json!({ "out_trade_no": number })),
    })
}

fn edgeros(call: Call, number: &str, refund: &str) -> Option<Sample> {
    Some(match call {
        Call::Refund => (
            "POST /pay/v1/transactions/refund",
            json!({ "mch_trade_no": number, "mch_refund_no": refund, "refund_amount": "1.00", "refund_reason": "退货" }),
        ),
        Call::RefundQuery => ("GET /pay/v1/transactions/refund", json!({ "mch_refund_no": refund })),
        Call::Bill => ("GET /pay/v1/transactions/bill", json!({ "bill_date": clock::stamp(DAY) })),
        Call::Close => ("POST /pay/v1/transactions/close", json!({ "mch_trade_no": number })),
        Call::Query => ("GET /pay/v1/transactions/trade", json!({ "mch_trade_no": number })),
        _ => return None,
    })
}

fn chinaums(call: Call, number: &str, refund: &str) -> Option<Sample> {
    let with = |more: Value| joined(json!({ "instMid": "H5DEFAULT", "merOrderId": number }), more);
    Some(match call {
        Call::Create => ("POST /v1/netpay/wx/unified-order", with(json!({ "totalAmount": 100, "tradeType": "JSAPI" }))),
        Call::Close => ("POST /v1/netpay/close", with(json!({}))),
        Call::Query => ("POST /v1/netpay/query", with(json!({}))),
        Call::Refund => ("POST /v1/netpay/refund", with(json!({ "refundOrderId": refund, "refundAmount": 100 }))),
        Call::RefundQuery => ("POST /v1/netpay/refund-query", with(json!({ "refundOrderId": refund }))),
        _ => return None,
    })
}
