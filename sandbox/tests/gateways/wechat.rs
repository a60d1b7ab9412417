use chexiao_sandbox::{Sandbox, State};
use hmac::{Hmac, Mac as _};
use md5::{Digest as _, Md5};
use sha2::Sha256;

use super::support::{self, Answer};

pub(crate) type Fields = Vec<(&'static str, String)>;

pub(crate) fn fields(number: &str) -> Fields {
    vec![
        ("appid", "wx8888888888888888".into()),
        ("mch_id", "1900000109".into()),
        ("nonce_str", support::id()),
        ("out_trade_no", number.into()),
    ]
}

pub(crate) fn signature(sandbox: &Sandbox, mut fields: Vec<(String, String)>, hmac: bool) -> String {
    let key = &sandbox.keys().wechat_api_key;
    fields.sort();
    let pairs: Vec<_> =
        fields.iter().filter(|(name, value)| name != "sign" && !value.is_empty()).map(|(name, value)| format!("{name}={value}")).collect();
    let text = format!("{}&key={key}", pairs.join("&"));
    let bytes = match hmac {
        true => Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update(text).finalize().into_bytes().to_vec(),
        false => Md5::digest(text).to_vec(),
    };
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

pub(crate) fn signed(sandbox: &Sandbox, mut fields: Fields) -> String {
    let hmac = fields.iter().any(|(name, value)| *name == "sign_type" && value == "HMAC-SHA256");
    let owned = fields.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    fields.sort();
    fields.push(("sign", signature(sandbox, owned, hmac)));
    let escape = |value: &str| value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let elements: String = fields.iter().map(|(name, value)| format!("<{name}>{}</{name}>", escape(value))).collect();
    format!("<xml>{elements}</xml>")
}

const HEAD: &str = "POST /pay/closeorder HTTP/1.1\r\nContent-Type: text/xml; charset=utf-8\r\n";

/// A correct request, ready to write.
pub(crate) fn correct(sandbox: &Sandbox, number: &str) -> (String, String) {
    (HEAD.to_string(), signed(sandbox, fields(number)))
}

/// A correct query, ready to write.
pub(crate) fn query(sandbox: &Sandbox, number: &str) -> (String, String) {
    (HEAD.replace("closeorder", "orderquery"), signed(sandbox, fields(number)))
}

fn send(sandbox: &Sandbox, xml: &str) -> Answer {
    support::send(sandbox, HEAD, xml.as_bytes())
}

/// The reply's fields; every reply is `<a>text</a>` or `<a><![CDATA[text]]></a>`, one a line.
pub(crate) fn reply(answer: &Answer) -> Vec<(String, String)> {
    assert!(answer.head.contains("Content-Type: text/plain"));
    let inside = answer.text().strip_prefix("<xml>").unwrap().strip_suffix("</xml>").unwrap();
    let one = |line: &str| {
        let (name, rest) = line.strip_prefix('<').unwrap().split_once('>').unwrap();
        let value = rest.strip_suffix(&format!("</{name}>")).unwrap();
        let value = value.strip_prefix("<![CDATA[").and_then(|value| value.strip_suffix("]]>")).unwrap_or(value);
        (name.to_string(), value.to_string())
    };
    inside.lines().map(one).collect()
}

pub(crate) fn field(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

#[test]
fn answers_by_state() {
    let sandbox = support::sandbox();
    for (number, code) in [
        ("A1", None),
        ("A1", Some("ORDERCLOSED")),
        ("PAID-1", Some("ORDERPAID")),
        ("NOTFOUND-1", Some("ORDERNOTEXIST")),
        ("processing_1", Some("FREQUENCY_LIMITED")),
        ("LIMITED", Some("FREQUENCY_LIMITED")),
        ("REFUSED", Some("SYSTEMERROR")),
    ] {
        let fields = reply(&send(&sandbox, &signed(&sandbox, fields(number))));
        assert_eq!(field(&fields, "err_code").as_deref(), code, "{number}");
        assert_eq!(field(&fields, "sign").unwrap(), signature(&sandbox, fields.clone(), false));
        let result = if code.is_none() { "SUCCESS" } else { "FAIL" };
        assert_eq!(field(&fields, "result_code").as_deref(), Some(result));
    }
    assert_eq!(sandbox.state("wechat", "A1"), Some(State::Closed));
}

#[test]
fn hmac_and_institution_mode() {
    let sandbox = support::sandbox();
    let mut request = fields("A2");
    request.extend([("sign_type", "HMAC-SHA256".into()), ("sub_mch_id", "1900000110".into())]);
    let fields = reply(&send(&sandbox, &signed(&sandbox, request)));
    assert_eq!(field(&fields, "result_code").as_deref(), Some("SUCCESS"));
    assert_eq!(field(&fields, "sub_mch_id").as_deref(), Some("1900000110"));
    assert_eq!(field(&fields, "sign").unwrap(), signature(&sandbox, fields.clone(), true));
}

#[test]
fn refusals_are_unsigned() {
    let sandbox = support::sandbox();
    let correct = signed(&sandbox, fields("A3"));
    let with = |name, value: &str| {
        let mut fields = fields("A3");
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value.to_string()));
        signed(&sandbox, fields)
    };
    for (xml, why) in [
        (correct.replace("A3", "A4"), "签名错误"),
        (correct.replace("</xml>", ""), "XML格式错误"),
        (correct.replace("<xml>", "<!DOCTYPE xml><xml>"), "XML格式错误"),
        (with("appid", "wx1"), "参数格式校验错误"),
        (with("sub_appid", "wx1"), "参数格式校验错误"),
        (with("sign_type", "HMAC-SHA2566"), "参数格式校验错误"),
        (with("out_trade_no", "A3 "), "参数格式校验错误"),
        (with("out_trade_no", &"A".repeat(33)), "参数格式校验错误"),
        (with("transaction_id", "1"), "参数格式校验错误"),
        (with("nonce_str", "a-b"), "参数格式校验错误"),
        (with("sub_mch_id", ""), "参数格式校验错误"),
    ] {
        let fields = reply(&send(&sandbox, &xml));
        assert_eq!(field(&fields, "return_code").as_deref(), Some("FAIL"), "{xml}");
        assert_eq!(field(&fields, "return_msg").as_deref(), Some(why), "{xml}");
        assert_eq!(fields.len(), 2);
    }
    assert_eq!(sandbox.state("wechat", "A4"), Some(State::Open));
}
