use chexiao_sandbox::{Sandbox, State};

use super::super::support;
use super::super::wechat::{Fields, field, fields, reply, signature, signed};

const HEAD: &str = "Content-Type: text/xml; charset=utf-8\r\n";

fn head(path: &str) -> String {
    format!("POST {path} HTTP/1.1\r\n{HEAD}")
}

/// The fields of every call and these.
fn with(more: &[(&'static str, &str)]) -> Fields {
    let mut fields = fields("x");
    fields.retain(|(name, _)| *name != "out_trade_no");
    fields.extend(more.iter().map(|(name, value)| (*name, value.to_string())));
    fields
}

fn ask(sandbox: &Sandbox, path: &str, more: &[(&'static str, &str)]) -> Vec<(String, String)> {
    let fields = reply(&support::send(sandbox, &head(path), signed(sandbox, with(more)).as_bytes()));
    if field(&fields, "return_code").as_deref() == Some("SUCCESS") {
        assert_eq!(field(&fields, "sign").unwrap(), signature(sandbox, fields.clone(), false), "{fields:?}");
    }
    fields
}

/// result_code or err_code, or return_msg of what is not signed.
fn word(fields: &[(String, String)]) -> String {
    let words = ["err_code", "result_code", "return_msg"];
    words.into_iter().find_map(|name| field(fields, name)).unwrap()
}

pub(crate) fn refund(sandbox: &Sandbox, order: &str, number: &str, fen: u64) -> (String, String) {
    let fen = fen.to_string();
    let more = [("out_trade_no", order), ("out_refund_no", number), ("total_fee", "100"), ("refund_fee", fen.as_str())];
    (head("/secapi/pay/refund"), signed(sandbox, with(&more)))
}

pub(crate) fn refund_query(sandbox: &Sandbox, number: &str) -> (String, String) {
    (head("/pay/refundquery"), signed(sandbox, with(&[("out_refund_no", number)])))
}

fn order<'a>(number: &'a str, total: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("out_trade_no", number),
        ("body", "测试"),
        ("total_fee", total),
        ("spbill_create_ip", "127.0.0.1"),
        ("notify_url", "https://example.com/notify"),
        ("trade_type", "NATIVE"),
    ]
}

#[test]
fn created_paid_not_closed_given_back() {
    let sandbox = support::sandbox();
    let create = |number: &str, total| ask(&sandbox, "/pay/unifiedorder", &order(number, total));
    let first = create("A1", "250");
    assert!(field(&first, "code_url").unwrap().starts_with("weixin://") && field(&first, "trade_type").unwrap() == "NATIVE");
    assert_eq!(field(&create("A1", "250"), "prepay_id"), field(&first, "prepay_id"), "the same words again");
    let other = create("A1", "251");
    assert_eq!((word(&other), field(&other, "err_code_des").unwrap()), ("INVALID_REQUEST".into(), "201 商户订单号重复".into()));
    sandbox.pay("wechat", "A1");
    assert_eq!((word(&create("A1", "250")), word(&create("CLOSED1", "1"))), ("ORDERPAID".into(), "ORDERCLOSED".into()));
    assert_eq!(word(&ask(&sandbox, "/pay/closeorder", &[("out_trade_no", "A1")])), "ORDERPAID");
    let refund = |number, total, fen| {
        ask(&sandbox, "/secapi/pay/refund", &[("out_trade_no", "A1"), ("out_refund_no", number), ("total_fee", total), ("refund_fee", fen)])
    };
    let done = refund("R1", "250", "100");
    let id = field(&done, "transaction_id").unwrap();
    assert_eq!(
        (word(&done), field(&done, "refund_fee").unwrap(), field(&done, "total_fee").unwrap()),
        ("SUCCESS".into(), "100".into(), "250".into())
    );
    for (number, total, fen, code) in [
        ("R1", "250", "99", "REFUND_FEE_MISMATCH"),
        ("R2", "251", "100", "REFUND_FEE_MISMATCH"),
        ("R2", "250", "151", "INVALID_REQUEST"),
        ("R2", "250", "251", "invalid refund_fee"),
        ("R2", "250", "0", "invalid refund_fee"),
        ("R2", "250", "150", "SUCCESS"),
        ("R3", "250", "1", "ERROR"),
        ("REFUSED1", "250", "1", "SYSTEMERROR"),
        ("LIMITED1", "250", "1", "FREQUENCY_LIMITED"),
    ] {
        assert_eq!(word(&refund(number, total, fen)), code, "{number} {total} {fen}");
    }
    let state = ask(&sandbox, "/pay/orderquery", &[("out_trade_no", "A1")]);
    assert_eq!(field(&state, "trade_state").unwrap(), "REFUND");
    let all = ask(&sandbox, "/pay/refundquery", &[("transaction_id", &id)]);
    assert_eq!((field(&all, "refund_count").unwrap(), field(&all, "refund_fee_1").unwrap()), ("2".into(), "150".into()));
    let one = ask(&sandbox, "/pay/refundquery", &[("refund_id", &field(&all, "refund_id_1").unwrap())]);
    assert_eq!((field(&one, "out_refund_no_0").unwrap(), field(&one, "refund_status_0").unwrap()), ("R2".into(), "SUCCESS".into()));
    assert_eq!(word(&ask(&sandbox, "/pay/refundquery", &[("out_refund_no", "R9")])), "REFUNDNOTEXIST");
}

#[test]
fn what_a_create_needs() {
    let sandbox = support::sandbox();
    let with = |name: &str, value: Option<&'static str>| {
        let mut fields = order("A1", "1");
        fields.retain(|(known, _)| *known != name);
        fields.extend(
            value.map(|value| (["trade_type", "openid", "total_fee", "colour"].into_iter().find(|known| *known == name).unwrap(), value)),
        );
        word(&ask(&sandbox, "/pay/unifiedorder", &fields))
    };
    for (name, value, code) in [
        ("trade_type", Some("JSAPI"), "PARAM_ERROR"),
        ("trade_type", Some("PIGEON"), "PARAM_ERROR"),
        ("body", None, "参数格式校验错误"),
        ("notify_url", None, "参数格式校验错误"),
        ("total_fee", Some("1.00"), "invalid total_fee"),
        ("total_fee", Some("0"), "invalid total_fee"),
        ("colour", Some("red"), "参数格式校验错误"),
        ("trade_type", Some("APP"), "SUCCESS"),
    ] {
        assert_eq!(with(name, value), code, "{name} {value:?}");
    }
    sandbox.set_strict(false);
    assert_eq!((with("body", None), with("colour", Some("red"))), ("参数格式校验错误".into(), "INVALID_REQUEST".into()));
}

#[test]
fn scanned_and_reversed() {
    let sandbox = support::sandbox();
    let pay = |number: &str| {
        let fields =
            [("out_trade_no", number), ("body", "x"), ("total_fee", "7"), ("spbill_create_ip", "::1"), ("auth_code", "120061098828009406")];
        ask(&sandbox, "/pay/micropay", &fields)
    };
    let reverse = |number: &str| {
        let fields = ask(&sandbox, "/secapi/pay/reverse", &[("out_trade_no", number)]);
        (word(&fields), field(&fields, "recall").unwrap())
    };
    let paid = pay("A1");
    assert_eq!(
        (word(&paid), field(&paid, "total_fee").unwrap(), sandbox.state("wechat", "A1")),
        ("SUCCESS".into(), "7".into(), Some(State::Paid))
    );
    assert_eq!((word(&pay("A1")), word(&pay("PROCESSING1"))), ("ORDERPAID".into(), "USERPAYING".into()));
    assert_eq!((reverse("A1"), reverse("A1")), (("SUCCESS".into(), "N".into()), ("SUCCESS".into(), "N".into())));
    assert_eq!(sandbox.movements().iter().map(|movement| movement.fen).collect::<Vec<_>>(), [7, 7]);
    assert_eq!((reverse("REFUSED1"), reverse("PROCESSING1").0), (("SYSTEMERROR".into(), "Y".into()), "SUCCESS".into()));
    assert_eq!(sandbox.state("wechat", "PROCESSING1"), Some(State::Closed));
}

#[test]
fn bills_are_signed_neither_way() {
    let sandbox = support::sandbox();
    let today = &support::digits(0)[..8];
    let bill = |more: &[(&'static str, &str)]| {
        let fields = [&[("bill_date", today)], more].concat();
        support::send(&sandbox, &head("/pay/downloadbill"), signed(&sandbox, with(&fields)).as_bytes())
    };
    let none = reply(&bill(&[]));
    assert_eq!((word(&none), field(&none, "error_code").unwrap(), field(&none, "sign")), ("No Bill Exist".into(), "20002".into(), None));
    for number in ["A1", "A2"] {
        sandbox.pay("wechat", number);
    }
    support::send(&sandbox, &refund(&sandbox, "A1", "R1", 40).0, refund(&sandbox, "A1", "R1", 40).1.as_bytes());
    let all = bill(&[]);
    let lines: Vec<_> = all.text().lines().collect();
    assert!(lines[0].starts_with("\u{feff}交易时间,公众账号ID") && lines.iter().all(|line| !line.contains("sign")));
    let columns = lines[0].split(',').count();
    assert_eq!((columns, lines.len()), (27, 6));
    for line in &lines[1..4] {
        assert!(line.split(',').count() == columns && line.split(',').all(|value| value.starts_with('`')), "{line}");
    }
    assert!(lines[3].contains("`R1,`0.40,") && lines[5].starts_with("`3,`2.00,`0.40"), "{all:?}", all = lines);
    assert_eq!((bill(&[("bill_type", "SUCCESS")]).text().lines().count(), bill(&[("bill_type", "REFUND")]).text().lines().count()), (5, 4));
    let packed = bill(&[("tar_type", "GZIP")]);
    assert!(packed.head.contains("application/x-gzip") && gunzip(&packed.body) == all.body);
    assert_eq!(word(&reply(&bill(&[("bill_type", "X")]))), "invalid bill_type");
    let forged = signed(&sandbox, with(&[("bill_date", today)])).replace("<sign>", "<sign>0");
    assert_eq!(word(&reply(&support::send(&sandbox, &head("/pay/downloadbill"), forged.as_bytes()))), "签名错误");
}

/// By the tool that everybody has.
fn gunzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let mut gzip = Command::new("gzip").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    gzip.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = gzip.wait_with_output().unwrap();
    assert!(output.status.success());
    output.stdout
}
