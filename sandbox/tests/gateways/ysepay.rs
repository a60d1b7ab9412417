use chexiao_sandbox::{Sandbox, State};
use rsa::Pkcs1v15Sign;
use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::support::{self, Answer};

fn fields(number: &str) -> Vec<(&'static str, String)> {
    vec![
        ("biz_content", format!(r#"{{"protocol_no":"{number}"}}"#)),
        ("charset", "UTF-8".into()),
        ("method", "ysepay.trusteeship.sign.cancel".into()),
        ("partner_id", "sandbox_partner".into()),
        ("sign_type", "RSA".into()),
        ("timestamp", support::spelt(0)),
        ("version", "3.0".into()),
    ]
}

fn set(fields: &mut Vec<(&'static str, String)>, name: &'static str, value: &str) {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value.to_string()));
    fields.sort();
}

fn signed(sandbox: &Sandbox, fields: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let key = support::private(&sandbox.config("ysepay", "x").unwrap());
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let signature = support::sign(&key, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(pairs.join("&")));
    [fields, &[("sign", signature)]].concat()
}

/// A correct request, ready to write.
pub(crate) fn correct(sandbox: &Sandbox, number: &str) -> (String, String) {
    (head("UTF-8"), support::form(&signed(sandbox, &fields(number))))
}

fn head(charset: &str) -> String {
    format!("POST /gateway.do HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded; charset={charset}\r\n")
}

fn send(sandbox: &Sandbox, fields: &[(&'static str, String)]) -> Answer {
    let charset = &fields.iter().find(|(name, _)| *name == "charset").unwrap().1;
    support::send(sandbox, &head(charset), support::form(fields).as_bytes())
}

/// The response object, its signature checked over exactly these bytes.
fn object(sandbox: &Sandbox, answer: &Answer) -> Value {
    let (sign, object) = answer.text().split_once(r#"","ysepay_trusteeship_sign_cancel_response":"#).unwrap();
    let (sign, object) = (sign.strip_prefix(r#"{"sign":""#).unwrap(), object.strip_suffix('}').unwrap());
    let config = sandbox.config("ysepay", "x").unwrap();
    assert!(support::verifies(&config, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(object), sign));
    serde_json::from_str(object).unwrap()
}

#[test]
fn answers_by_state() {
    let sandbox = support::sandbox();
    for (number, code, word) in [
        ("K1", "10000", "SUCCESS"),
        ("K1", "10000", "FAILED"),
        ("PAID1", "10000", "FAILED"),
        ("REFUSED1", "10000", "FAILED"),
        ("NOTFOUND1", "10000", "FAILED"),
        ("PROCESSING1", "40004", "ACQ.SYSTEM_ERROR"),
        ("LIMITED1", "40004", "ACQ.SYSTEM_ERROR"),
    ] {
        let reply = object(&sandbox, &send(&sandbox, &signed(&sandbox, &fields(number))));
        assert_eq!(reply["code"], code, "{number}");
        assert_eq!(reply.get("trade_status").unwrap_or(&reply["sub_code"]), word, "{number}");
    }
    assert_eq!(sandbox.state("ysepay", "K1"), Some(State::Closed));
}

#[test]
fn gbk_and_gb2312() {
    let sandbox = support::sandbox();
    for charset in ["GBK", "GB2312"] {
        let mut fields = fields(charset);
        set(&mut fields, "charset", charset);
        let answer = send(&sandbox, &signed(&sandbox, &fields));
        let (text, _, bad) = encoding_rs::GBK.decode(&answer.body);
        assert!(!bad && text.contains("解约成功"), "{text}");
    }
}

#[test]
fn a_wrong_byte_cancels_nothing() {
    let sandbox = support::sandbox();
    let mut forged = signed(&sandbox, &fields("K3"));
    forged[0].1 = r#"{"protocol_no":"K2"}"#.to_string();
    assert_eq!(object(&sandbox, &send(&sandbox, &forged))["sub_code"], "ACQ.INVALID_PARAMETER");
    assert_eq!(sandbox.state("ysepay", "K2"), Some(State::Open));
}

#[test]
fn refuses_parameters() {
    let sandbox = support::sandbox();
    for (name, value) in [
        ("charset", "utf-8"),
        ("sign_type", "SM"),
        ("version", "1.0"),
        ("timestamp", "2026-01-01"),
        ("timestamp", &support::spelt(11)),
        ("app_id", "x"),
        ("notify_url", ""),
        ("biz_content", r#"{"protocol_no":"K40000000000000000000"}"#),
        ("biz_content", r#"{"protocol_no":"K4","x":"1"}"#),
    ] {
        let mut fields = fields("K4");
        set(&mut fields, name, value);
        let reply = object(&sandbox, &send(&sandbox, &signed(&sandbox, &fields)));
        assert_eq!(reply["sub_code"], "ACQ.INVALID_PARAMETER", "{name}={value}");
    }
    for (name, value) in [("method", "ysepay.x"), ("partner_id", "other")] {
        let mut fields = fields("K4");
        set(&mut fields, name, value);
        let answer = send(&sandbox, &signed(&sandbox, &fields));
        assert!(answer.json()["unknow_response"].is_object() && answer.json().get("sign").is_none());
    }
    let mut notified = fields("K4");
    set(&mut notified, "notify_url", "http://127.0.0.1/n");
    assert_eq!(object(&sandbox, &send(&sandbox, &signed(&sandbox, &notified)))["trade_status"], "SUCCESS");
}
