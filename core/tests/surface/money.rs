//! A word of money is never lost: what an authentic reply says of it beside words that say something else is at least a hint.

use chexiao_kit::{Caller, MSG_ID, icbc, wechat};
use chexiao_sandbox::sample_order;
use serde_json::{Value, json};

/// Outcome, hint and whether it contradicts itself.
fn said(caller: &Caller, body: impl Into<Vec<u8>>) -> (String, Value, bool) {
    let outcome = caller.judge(body);
    assert_ne!(outcome.evidence().word(), "none");
    let hint = outcome.hint().map(|hint| hint.word()).into();
    (outcome.code().to_string(), hint, outcome.contradiction())
}

fn at_wechat(operation: &str, more: &[(&str, &str)]) -> (String, Value, bool) {
    let caller = Caller::of(operation, "wechat", &json!({}), &wechat::order("A1"));
    let fields = [&[("return_code", "SUCCESS"), ("nonce_str", "n")], more].concat();
    said(&caller, wechat::sealed(&json!({}), &fields))
}

#[test]
fn wechat_says_orderpaid_beside_anything() {
    let close = |result_code| at_wechat("close", &[("result_code", result_code), ("err_code", "ORDERPAID")]);
    assert_eq!(close("FAIL"), ("paid".into(), Value::Null, false));
    assert_eq!(close("SUCCESS"), ("unknown".into(), json!("paid"), true));
    for result_code in ["", "fail", "FAIL ", "OK"] {
        assert_eq!(close(result_code), ("unknown".into(), json!("paid"), false), "{result_code}");
    }
}

/// A payment's notification and the reply about a refund give no state; what they name exists only where money was.
#[test]
fn wechat_names_a_payment_beside_no_state_or_a_new_one() {
    for state in ["", "PAID", "success", "CLOSE"] {
        let query = |more: &[(&str, &str)]| at_wechat("query", &[&[("out_trade_no", "A1"), ("trade_state", state)], more].concat());
        for payment in [("transaction_id", "42"), ("time_end", "20260102150405")] {
            assert_eq!(query(&[("result_code", "SUCCESS"), payment]), ("unknown".into(), json!("paid"), false), "{state} {payment:?}");
        }
        assert_eq!(query(&[("result_code", "SUCCESS"), ("total_fee", "1")]).1, Value::Null, "an order that nobody paid has an amount too");
    }
    for err_code in ["ORDERNOTEXIST", "NOAUTH", "SYSTEMERROR"] {
        let fields = [("result_code", "FAIL"), ("err_code", err_code), ("transaction_id", "42")];
        assert_eq!(at_wechat("query", &fields), ("unknown".into(), json!("paid"), false), "{err_code}");
    }
}

/// An order that is closed or open has none, by whatever name.
#[test]
fn wechat_names_a_refund_beside_another_state() {
    for name in ["refund_fee", "settlement_refund_fee", "coupon_refund_fee_0", "cash_refund_fee", "out_refund_no_0", "refund_status_0"] {
        let query = |state: &str| {
            let fields = [("result_code", "SUCCESS"), ("out_trade_no", "A1"), ("trade_state", state), (name, "1")];
            at_wechat("query", &fields)
        };
        for state in ["CLOSED", "REVOKED", "NOTPAY", "SUCCESS"] {
            assert_eq!(query(state), ("unknown".into(), json!("paid"), true), "{state} {name}");
        }
        assert_eq!(query("REFUND"), ("refunded".into(), Value::Null, false), "{name}");
    }
}

#[test]
fn icbc_says_paid_beside_a_code_that_is_not_0() {
    let caller = Caller::of("query", "icbc", &json!({}), &icbc::order("1", "2", "3"));
    for code in ["5205", "77", "-1", "-500044"] {
        let query = |state: &str| {
            let content = format!(r#"{{"return_code":{code},"agreeCode":"1","partnerSeq":"3",{state}}}"#);
            said(&caller, icbc::sealed(&json!({}), &content))
        };
        for money in [r#""payStatus":"1""#, r#""payStatus":4"#, r#""payPlanList":[{"status":"6"},{"status":3}]"#] {
            assert_eq!(query(money), ("unknown".into(), json!("paid"), false), "{code} {money}");
        }
        assert_eq!(query(r#""payPlanList":[{"status":"6"}]"#), ("unknown".into(), Value::Null, false), "{code}");
    }
}

/// The reply to a close, or a member of one, where that to a query belongs.
#[test]
fn icbc_says_paid_as_to_a_close() {
    let caller = Caller::of("query", "icbc", &json!({}), &icbc::order("1", "2", "3"));
    let query = |words: &str| {
        let content = format!(r#"{{"agreeCode":"1","partnerSeq":"3",{words}}}"#);
        said(&caller, icbc::sealed(&json!({}), &content))
    };
    for code in ["0", "5205", "-1"] {
        assert_eq!(query(&format!(r#""return_code":{code},"status":"1""#)), ("unknown".into(), json!("paid"), false), "{code}");
    }
    for (state, without) in [
        (r#""payPlanList":[{"status":"6"}]"#, "closed"),
        (r#""payStatus":"2","payType":"101""#, "already_closed"),
        (r#""payStatus":"2","payType":"201","payPlanList":[{"status":"7"}]"#, "already_closed"),
    ] {
        let state = format!(r#""return_code":0,{state}"#);
        assert_eq!(query(&state).0, without);
        assert_eq!(query(&format!(r#"{state},"status":"2""#)).0, without);
        assert_eq!(query(&format!(r#"{state},"status":"1""#)), ("unknown".into(), json!("paid"), true), "{state}");
    }
}

fn chinaums(operation: &str, words: &str, payment: &str) -> (String, Value, bool) {
    let order = sample_order("chinaums", "A1").unwrap();
    let caller = Caller::of(operation, "chinaums", &json!({ "mid": "M1", "tid": "T1" }), &order);
    let ids = format!(r#""mid":{},"tid":{},"msgId":"{MSG_ID}""#, word(&order, "mid", "M1"), word(&order, "tid", "T1"));
    said(&caller, format!(r#"{{{ids},{words},"billPayment":{{"merOrderId":{}{payment}}}}}"#, order["merOrderId"]))
}

fn word(order: &Value, name: &str, of_account: &str) -> Value {
    order.get(name).cloned().unwrap_or(of_account.into())
}

#[test]
fn chinaums_says_that_it_stands_above_the_payment() {
    const CLOSED: &str = r#","status":"TRADE_CLOSED""#;
    for (operation, code, payment, without) in [
        ("close", "SUCCESS", CLOSED, "closed"),
        ("close", "HAS_CANCELLED", CLOSED, "already_closed"),
        ("close", "HAS_CANCELLED", "", "already_closed"),
        ("query", "SUCCESS", CLOSED, "closed"),
    ] {
        let with = |above: &str| chinaums(operation, &format!(r#""errCode":"{code}"{above}"#), payment);
        assert_eq!(with("").0, without);
        assert_eq!(with(r#","status":"TRADE_SUCCESS""#), ("unknown".into(), json!("paid"), true), "{operation} {code}{payment}");
        assert_eq!(with(r#","status":{"of":"another"}"#).0, without);
    }
    let alone = chinaums("close", r#""errCode":"SUCCESS","status":"TRADE_CLOSED""#, "");
    assert_eq!(alone, ("unknown".into(), json!("processing"), false), "it never closes anything");
}

#[test]
fn chinaums_says_paid_beside_a_code_that_says_nothing() {
    for code in ["", "0000", "success", "TARGET_FAIL", "HAS_REFUNDED"] {
        let query = |status: &str| chinaums("query", &format!(r#""errCode":"{code}""#), &format!(r#","status":"{status}""#));
        assert_eq!(query("TRADE_SUCCESS"), ("unknown".into(), json!("paid"), false), "{code}");
        assert_eq!(query("TRADE_CLOSED"), ("unknown".into(), Value::Null, false), "{code}");
    }
}
