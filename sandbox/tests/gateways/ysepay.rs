use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_sandbox::{Sandbox, Sm2Encoding, Sm2KeyPair, State};
use rsa::Pkcs1v15Sign;
use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::support::{self, Answer};

pub(crate) fn fields(number: &str) -> Vec<(&'static str, String)> {
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

pub(crate) fn set(fields: &mut Vec<(&'static str, String)>, name: &'static str, value: &str) {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value.to_string()));
    fields.sort();
}

pub(crate) fn signed(sandbox: &Sandbox, fields: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let key = support::private(&sandbox.config("ysepay", "x").unwrap());
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let signature = support::sign(&key, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(pairs.join("&")));
    [fields, &[("sign", signature)]].concat()
}

/// A correct request, ready to write.
pub(crate) fn correct(sandbox: &Sandbox, number: &str) -> (String, String) {
    (head("UTF-8"), support::form(&signed(sandbox, &fields(number))))
}

pub(crate) fn head(charset: &str) -> String {
    format!("POST /gateway.do HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded; charset={charset}\r\n")
}

fn send(sandbox: &Sandbox, fields: &[(&'static str, String)]) -> Answer {
    let charset = &fields.iter().find(|(name, _)| *name == "charset").unwrap().1;
    support::send(sandbox, &head(charset), support::form(fields).as_bytes())
}

fn object(sandbox: &Sandbox, answer: &Answer) -> Value {
    object_of("ysepay.trusteeship.sign.cancel", sandbox, answer)
}

/// The response object, its signature checked over exactly these bytes.
pub(crate) fn object_of(method: &str, sandbox: &Sandbox, answer: &Answer) -> Value {
    let key = format!(r#"","{}_response":"#, method.replace('.', "_"));
    let (sign, object) = answer.text().split_once(&key).unwrap();
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
        ("sign_type", "SM2"),
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

const USER_ID: &[u8] = b"1234567812345678";

/// A request with `sign_type` SM, signed so.
fn sm_signed(key: &Sm2KeyPair, user_id: &[u8], number: &str, encoding: Sm2Encoding) -> Vec<(&'static str, String)> {
    let mut fields = fields(number);
    set(&mut fields, "sign_type", "SM");
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let signature = key.sign(user_id, pairs.join("&").as_bytes(), encoding);
    fields.push(("sign", STANDARD.encode(signature)));
    fields
}

/// The reply's object, its signature checked in this encoding.
fn sm_object(sandbox: &Sandbox, encoding: Sm2Encoding, answer: &Answer) -> Option<Value> {
    let (sign, object) = answer.text().split_once(r#"","ysepay_trusteeship_sign_cancel_response":"#)?;
    let (sign, object) = (STANDARD.decode(sign.strip_prefix(r#"{"sign":""#)?).ok()?, object.strip_suffix('}')?);
    let verifies = sandbox.keys().ysepay_sm.gateway.verifies(USER_ID, object.as_bytes(), encoding, &sign);
    verifies.then(|| serde_json::from_str(object).unwrap())
}

#[test]
fn sm_in_either_encoding() {
    let sandbox = support::sandbox();
    let key = &sandbox.keys().ysepay_sm.merchant;
    for (encoding, other, number) in [(Sm2Encoding::Der, Sm2Encoding::Raw, "K1"), (Sm2Encoding::Raw, Sm2Encoding::Der, "K2")] {
        let answer = send(&sandbox, &sm_signed(key, USER_ID, number, encoding));
        assert_eq!(sm_object(&sandbox, encoding, &answer).unwrap()["trade_status"], "SUCCESS");
        assert!(sm_object(&sandbox, other, &answer).is_none(), "the reply is encoded as the request");
        assert_eq!(sandbox.state("ysepay", number), Some(State::Closed));
        let number = format!("WRONGKEY-{number}");
        let answer = send(&sandbox, &sm_signed(key, USER_ID, &number, encoding));
        assert!(answer.text().contains("SUCCESS") && sm_object(&sandbox, encoding, &answer).is_none());
    }
}

#[test]
fn sm_signed_wrongly() {
    let sandbox = support::sandbox();
    let keys = &sandbox.keys().ysepay_sm;
    for encoding in [Sm2Encoding::Der, Sm2Encoding::Raw] {
        let good = sm_signed(&keys.merchant, USER_ID, "K1", encoding);
        let (mut other, mut untrue, mut rsa) = (good.clone(), good.clone(), good);
        other[0].1 = r#"{"protocol_no":"K2"}"#.to_string();
        untrue.last_mut().unwrap().1.replace_range(..1, "!");
        set(&mut rsa, "sign_type", "RSA");
        for (at, forged) in [
            other,
            sm_signed(&keys.merchant, b"1234567812345679", "K1", encoding),
            sm_signed(&keys.gateway, USER_ID, "K1", encoding),
            untrue,
        ]
        .iter()
        .enumerate()
        {
            let answer = send(&sandbox, forged);
            let encoding = if at == 3 { Sm2Encoding::Der } else { encoding };
            assert_eq!(sm_object(&sandbox, encoding, &answer).unwrap()["sub_code"], "ACQ.INVALID_PARAMETER");
        }
        assert_eq!(object(&sandbox, &send(&sandbox, &rsa))["sub_msg"], "验签失败");
    }
    for number in ["K1", "K2"] {
        assert_ne!(sandbox.state("ysepay", number), Some(State::Closed));
    }
}

#[test]
fn sm_configuration() {
    let sandbox = support::sandbox();
    let (config, keys) = (sandbox.config("ysepay-sm", "http://x").unwrap(), &sandbox.keys().ysepay_sm);
    let account = &config["account"];
    assert_eq!((&config["gateway"], &account["sign_type"], &account["sm2_encoding"]), (&"ysepay".into(), &"SM".into(), &"der".into()));
    assert_eq!(account["private_key"]["pem"], keys.merchant.private_pem());
    assert_eq!(account["gateway_public_key"]["pem"], keys.gateway.public_pem());
    assert!(chexiao_sandbox::CONFIGS.iter().all(|name| sandbox.config(name, "http://x").is_some()));
}
