use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_sandbox::{Sandbox, State};
use rsa::Pkcs1v15Sign;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::support::{self, Answer};

pub(crate) const PATH: &str = "/api/mybank/pay/cpay/cporderclose/V1";
const QUERY_PATH: &str = "/api/mybank/pay/cpay/cporderquery/V1";
pub(crate) const AGREE: &str = "0000000000090000000001000000085016";

/// The parameters of a correct request without its signature.
pub(crate) fn fields(number: &str) -> Vec<(&'static str, String)> {
    vec![
        ("app_id", "10000000000000000001".into()),
        ("biz_content", format!(r#"{{"agreeCode":"{AGREE}","orderCode":"O1","partnerSeq":"{number}"}}"#)),
        ("charset", "UTF-8".into()),
        ("format", "json".into()),
        ("msg_id", support::id()),
        ("sign_type", "RSA".into()),
        ("timestamp", support::spelt(0)),
    ]
}

pub(crate) fn set(fields: &mut Vec<(&'static str, String)>, name: &'static str, value: &str) {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value.to_string()));
    fields.sort();
}

pub(crate) fn signed(sandbox: &Sandbox, fields: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    signed_for(PATH, sandbox, fields)
}

pub(crate) fn signed_for(path: &str, sandbox: &Sandbox, fields: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let key = support::private(&sandbox.config("icbc", "x").unwrap());
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = format!("{path}?{}", pairs.join("&"));
    let sign_type = fields.iter().find(|(name, _)| *name == "sign_type").map_or("RSA", |(_, value)| value);
    let signature = match sign_type {
        "RSA" => support::sign(&key, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(text)),
        "RSA2" => support::sign(&key, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(text)),
        _ => support::sign(&key, Pkcs1v15Sign::new_unprefixed(), &Sha1::digest(text)),
    };
    [fields, &[("sign", signature)]].concat()
}

/// A correct request, ready to write.
pub(crate) fn correct(sandbox: &Sandbox, number: &str) -> (String, String) {
    (head("UTF-8"), support::form(&signed(sandbox, &fields(number))))
}

/// A correct query, ready to write.
pub(crate) fn query(sandbox: &Sandbox, number: &str) -> (String, String) {
    let head = head("UTF-8").replace(PATH, QUERY_PATH);
    (head, support::form(&signed_for(QUERY_PATH, sandbox, &fields(number))))
}

pub(crate) fn head(charset: &str) -> String {
    format!(
        "POST {PATH} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded; charset={charset}\r\n\
         APIGW-VERSION: v2_20190522\r\n"
    )
}

fn send(sandbox: &Sandbox, fields: &[(&'static str, String)]) -> Answer {
    send_body(sandbox, "UTF-8", &support::form(fields))
}

fn send_body(sandbox: &Sandbox, charset: &str, body: &str) -> Answer {
    support::send(sandbox, &head(charset), body.as_bytes())
}

/// The value of response_biz_content, its signature checked over exactly these bytes.
pub(crate) fn biz(sandbox: &Sandbox, answer: &Answer) -> String {
    let (value, sign) = answer.text().rsplit_once(r#","sign":""#).unwrap();
    let value = value.strip_prefix(r#"{"response_biz_content":"#).unwrap();
    let config = sandbox.config("icbc", "x").unwrap();
    let padding = Pkcs1v15Sign::new::<Sha1>();
    assert!(support::verifies(&config, padding, &Sha1::digest(value), sign.strip_suffix("\"}").unwrap()));
    value.to_string()
}

fn code(sandbox: &Sandbox, answer: &Answer) -> Value {
    assert_eq!(answer.status, 200);
    serde_json::from_str::<Value>(&biz(sandbox, answer)).unwrap()["return_code"].clone()
}

fn close(sandbox: &Sandbox, number: &str) -> Value {
    let answer = send(sandbox, &signed(sandbox, &fields(number)));
    serde_json::from_str(&biz(sandbox, &answer)).unwrap()
}

#[test]
fn closes_and_closes_again() {
    let sandbox = support::sandbox();
    let expected =
        json!({"agreeCode": AGREE, "partnerSeq": "A1", "return_code": 0, "return_msg": "关闭成功", "status": "2", "success": true});
    assert_eq!(close(&sandbox, "A1"), expected);
    assert_eq!(sandbox.state("icbc", "A1"), Some(State::Closed));
    assert_eq!(close(&sandbox, "A1")["return_code"], 0);
    assert_eq!(sandbox.posts("icbc", "A1"), 2);
}

#[test]
fn answers_by_state() {
    let sandbox = support::sandbox();
    for (number, code, status) in [
        ("PAID-1", 5205, json!("1")),
        ("processing-1", 80005207, json!("3")),
        ("NOTFOUND1", 80008001, Value::Null),
        ("REFUSED", 80008001, Value::Null),
        ("closed-1", 0, json!("2")),
    ] {
        let reply = close(&sandbox, number);
        assert_eq!((&reply["return_code"], &reply["status"]), (&json!(code), &status), "{number}");
        assert_eq!(reply["partnerSeq"], number);
    }
    let limited = close(&sandbox, "LIMITED-1");
    assert_eq!(limited["return_code"], 500031);
    assert_eq!(limited.as_object().unwrap().len(), 3);
}

#[test]
fn other_sign_types() {
    let sandbox = support::sandbox();
    let mut rsa2 = fields("A2");
    set(&mut rsa2, "sign_type", "RSA2");
    assert_eq!(code(&sandbox, &send(&sandbox, &signed(&sandbox, &rsa2))), 0);
    let mut ca = fields("A3");
    set(&mut ca, "sign_type", "CA");
    assert_eq!(code(&sandbox, &send(&sandbox, &signed(&sandbox, &ca))), 400011);
    set(&mut ca, "ca", &sandbox.keys().icbc_certificate_base64());
    assert_eq!(code(&sandbox, &send(&sandbox, &signed(&sandbox, &ca))), 0);
}

#[test]
fn gbk() {
    let sandbox = support::sandbox();
    let mut gbk = fields("A4");
    set(&mut gbk, "charset", "GBK");
    let body = support::form(&signed(&sandbox, &gbk));
    let answer = send_body(&sandbox, "GBK", &body);
    let (text, _, bad) = encoding_rs::GBK.decode(&answer.body);
    assert!(!bad && text.contains("关闭成功"), "{text}");
    assert!(answer.head.contains("charset=GBK"));
    assert_eq!(code(&sandbox, &send_body(&sandbox, "UTF-8", &body)), 400011);
}

#[test]
fn encrypted() {
    let sandbox = support::sandbox();
    let key = STANDARD.decode(&sandbox.keys().icbc_encrypt_key).unwrap();
    let mut fields = fields("A5");
    let plain = fields.iter().find(|(name, _)| *name == "biz_content").unwrap().1.clone();
    let cipher = cbc::Encryptor::<aes::Aes128>::new_from_slices(&key, &[0; 16]).unwrap();
    let cipher = cipher.encrypt_padded_vec_mut::<Pkcs7>(plain.as_bytes());
    set(&mut fields, "biz_content", &STANDARD.encode(cipher));
    set(&mut fields, "encrypt_type", "AES");
    let reply = biz(&sandbox, &send(&sandbox, &signed(&sandbox, &fields)));
    let reply = STANDARD.decode(reply.trim_matches('"')).unwrap();
    let plain = cbc::Decryptor::<aes::Aes128>::new_from_slices(&key, &[0; 16]).unwrap();
    let plain = plain.decrypt_padded_vec_mut::<Pkcs7>(&reply).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&plain).unwrap()["return_code"], 0);
    assert_eq!(sandbox.state("icbc", "A5"), Some(State::Closed));
}

#[test]
fn a_wrong_byte_closes_nothing() {
    let sandbox = support::sandbox();
    let mut forged = signed(&sandbox, &fields("A6"));
    forged.iter_mut().find(|(name, _)| *name == "biz_content").unwrap().1 =
        format!(r#"{{"agreeCode":"{AGREE}","orderCode":"O2","partnerSeq":"A6"}}"#);
    assert_eq!(code(&sandbox, &send(&sandbox, &forged)), 400017);
    assert_eq!(sandbox.state("icbc", "A6"), Some(State::Open));
    assert_eq!(sandbox.posts("icbc", "A6"), 1);
}

#[test]
fn refuses_parameters() {
    let sandbox = support::sandbox();
    let long = "x".repeat(41);
    let late = support::spelt(-11);
    let utc = support::spelt(-480);
    for (name, value) in [
        ("app_id", "10000000000000000002"),
        ("msg_id", &long),
        ("format", "xml"),
        ("format", "ｊｓｏｎ"),
        ("charset", "utf-8"),
        ("sign_type", "SM2"),
        ("timestamp", &late),
        ("timestamp", &utc),
        ("timestamp", "2026-1-1 00:00:00"),
        ("notify_url", "http://x"),
        ("encrypt_type", "AES"),
        ("ca", "x"),
        ("biz_content", r#"{"agreeCode":"A","orderCode":"O","partnerSeq":"A7","partnerSeq":"A7"}"#),
        ("biz_content", r#"{"agreeCode":"A","orderCode":"","partnerSeq":"A7"}"#),
        ("biz_content", r#"{"agreeCode":"A","orderCode":"O","partnerSeq":"A7","x":"1"}"#),
    ] {
        let mut fields = fields("A7");
        set(&mut fields, name, value);
        let answer = send(&sandbox, &signed(&sandbox, &fields));
        assert_eq!(code(&sandbox, &answer), 400011, "{name}={value}");
    }
    let correct = signed(&sandbox, &fields("A7"));
    let twice = [correct.clone(), vec![("format", "json".to_string())]].concat();
    assert_eq!(code(&sandbox, &send(&sandbox, &twice)), 400011);
    let blank = [correct.clone(), vec![("ca", " ".to_string())]].concat();
    assert_eq!(code(&sandbox, &send(&sandbox, &blank)), 400011);
    assert_eq!(sandbox.state("icbc", "A7"), Some(State::Open));
    assert_eq!(code(&sandbox, &send(&sandbox, &correct)), 0);
    assert_eq!(code(&sandbox, &send(&sandbox, &correct)), 400011, "msg_id replayed");
}

#[test]
fn refuses_head() {
    let sandbox = support::sandbox();
    let body = support::form(&signed(&sandbox, &fields("A8")));
    let form = "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n";
    let version = "APIGW-VERSION: v2_20190522\r\n";
    for (path, headers, expected) in [
        (PATH, form.to_string(), 400011),
        (PATH, format!("Content-Type: application/json; charset=UTF-8\r\n{version}"), 400011),
        (PATH, format!("Content-Type: application/x-www-form-urlencoded\r\n{version}"), 400011),
        ("/api/mybank/pay/cpay/cporderclose/V2", format!("{form}{version}"), 500018),
        ("/api/mybank/pay/cpay/cporderclose/V1?a=b", format!("{form}{version}"), 500018),
    ] {
        let answer = support::send(&sandbox, &format!("POST {path} HTTP/1.1\r\n{headers}"), body.as_bytes());
        assert_eq!(code(&sandbox, &answer), expected, "{path} {headers}");
    }
    assert_eq!(support::send(&sandbox, &format!("GET {PATH} HTTP/1.1\r\n"), b"").status, 405);
}
