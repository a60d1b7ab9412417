//! YSEPay: every mistake is made by a client that really makes it.

use crate::client::*;
use base64::Engine as _;
use chexiao_explain::Side;
use chexiao_kit::KEYS;
use rsa::RsaPrivateKey;
use serde_json::Value;
use std::sync::LazyLock;

const BIZ: &str = "{\"protocol_no\":\"K20 +中文/=\",\"amount\":1.50,\"no\":\"7\",\"remark\":null}";

static MERCHANT: LazyLock<RsaPrivateKey> = LazyLock::new(|| key(&KEYS.ysepay.merchant.private_base64()));

pub(crate) fn sent() -> Fields {
    fields(&[
        ("version", "3.0"),
        ("method", "ysepay.trusteeship.sign.cancel"),
        ("partner_id", "unit_test"),
        ("timestamp", "2021-10-14 12:00:00"),
        ("charset", "UTF-8"),
        ("notify_url", ""),
        ("return_url", "http://h/撤?a=1&b=2"),
        ("sign_type", "RSA"),
        ("Tran", "1"),
        ("biz_content", BIZ),
    ])
}

fn request(body: &str) -> Vec<u8> {
    format!("POST /gateway.do HTTP/1.1\r\nHost: trusteeship.ysepay.com\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) fn with_sign(fields: &Fields, sign: &str) -> Vec<u8> {
    request(&form(&fields.iter().cloned().chain([("sign", sign.to_string())]).collect()))
}

fn over(text: impl AsRef<[u8]>) -> Vec<u8> {
    with_sign(&sent(), &rsa(&MERCHANT, Padding::Sha1, text))
}

fn pairs_over(fields: &Fields) -> Vec<u8> {
    over(joined(fields, "=", "&"))
}

fn biz(text: &str) -> Vec<u8> {
    pairs_over(&sorted(&with(&sent(), "biz_content", |_| text.into())))
}

pub(crate) fn config_of(name: &str) -> Value {
    let mut config = config(name);
    config["account"]["partner_id"] = "unit_test".into();
    config
}

#[test]
fn mistakes_are_named() {
    let base = string(&sent());
    let good = rsa(&MERCHANT, Padding::Sha1, &base);
    let raw = chexiao_strict::base64::from_base64(&good).unwrap();
    let mut all = sent();
    all.sort();
    let mut no_case = sorted(&sent());
    no_case.sort_by_key(|(name, _)| name.to_lowercase());
    let mut by_value = sorted(&sent());
    by_value.sort_by(|a, b| a.1.cmp(&b.1));
    let unsorted: Fields = sent().into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let gbk_fields = with(&sent(), "charset", |_| "GBK".into());
    let gbk_signed = |text: Vec<u8>, body: fn(&Fields) -> String| {
        let sign = rsa(&MERCHANT, Padding::Sha1, text);
        request(&body(&gbk_fields.iter().cloned().chain([("sign", sign)]).collect()))
    };
    let gbk_text = string(&gbk_fields);
    let form_of = |change: &dyn Fn(&str) -> String| {
        let fields: Fields = sent().into_iter().chain([("sign", good.clone())]).collect();
        request(&joined(&each(&fields, change), "=", "&"))
    };
    let made: Vec<(&str, Vec<u8>)> = vec![
        ("right", over(&base)),
        ("right", gbk_signed(gbk(&gbk_text), form_gbk)),
        ("path_signed", over(format!("/gateway.do?{base}"))),
        ("path_signed", over(format!("?{base}"))),
        ("path_signed", over(format!("POST&{base}"))),
        ("field_left_out", pairs_over(&sorted(&sent().into_iter().filter(|(name, _)| *name != "sign_type").collect()))),
        ("field_left_out", pairs_over(&sorted(&sent().into_iter().filter(|(name, _)| *name != "charset").collect()))),
        ("field_left_out", pairs_over(&sorted(&sent().into_iter().filter(|(name, _)| *name != "version").collect()))),
        ("empty_kept", pairs_over(&all)),
        ("null_signed", pairs_over(&with(&all, "notify_url", |_| "null".into()))),
        ("order_as_sent", pairs_over(&unsorted)),
        ("order_ignoring_case", pairs_over(&no_case)),
        ("order_reversed", pairs_over(&sorted(&sent()).into_iter().rev().collect())),
        ("order_by_value", pairs_over(&by_value)),
        ("values_url_encoded", pairs_over(&each(&sorted(&sent()), url_encoded))),
        ("values_url_encoded", pairs_over(&each(&sorted(&sent()), |value| url_encoded(value).replace('+', "%20")))),
        ("double_encoded", form_of(&|value| url_encoded(&url_encoded(value)))),
        // The vendor's own SDK encodes nothing but `+`; who copies it and forgets that one loses it.
        ("plus_lost", form_of(&|value| value.replace('%', "%25").replace('&', "%26").replace(' ', "%20"))),
        ("right", form_of(&|value| value.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace(' ', "%20"))),
        ("separators_missing", over(joined(&sorted(&sent()), "", ""))),
        ("separators_other", over(joined(&sorted(&sent()), "=", "|"))),
        ("ampersand_first", over(format!("&{base}"))),
        ("ampersand_last", over(format!("{base}&"))),
        ("values_only", over(sorted(&sent()).into_iter().map(|(_, value)| value).collect::<String>())),
        ("values_unicode_escaped", pairs_over(&each(&sorted(&sent()), ascii))),
        ("names_lower_case", {
            let lower: Vec<String> = no_case.iter().map(|(name, value)| format!("{}={value}", name.to_lowercase())).collect();
            over(lower.join("&"))
        }),
        ("json_blanks", biz(&BIZ.replace("\":", "\": ").replace(",\"", ", \""))),
        ("json_slashes", biz(&BIZ.replace('/', "\\/"))),
        ("json_unicode", biz(&ascii(BIZ))),
        ("json_slashes_unicode", biz(&ascii(&BIZ.replace('/', "\\/")))),
        ("json_html", biz(&BIZ.replace('=', "\\u003d"))),
        ("json_float", biz(&BIZ.replace("1.50", "1.5"))),
        ("json_numbers_as_text", biz(&BIZ.replace("1.50", "\"1.50\""))),
        ("json_texts_as_numbers", biz(&BIZ.replace("\"7\"", "7"))),
        ("json_nulls_dropped", biz(&BIZ.replace(",\"remark\":null", ""))),
        ("json_sorted", biz("{\"amount\":1.50,\"no\":\"7\",\"protocol_no\":\"K20 +中文/=\",\"remark\":null}")),
        ("json_map_text", biz("{protocol_no=K20 +中文/=, amount=1.50, no=7, remark=null}")),
        ("json_as_text", biz(&Value::from(BIZ).to_string())),
        ("hash_other", with_sign(&sent(), &rsa(&MERCHANT, Padding::Sha256, &base))),
        ("hash_other", with_sign(&sent(), &rsa(&MERCHANT, Padding::Md5, &base))),
        ("hashed_twice", over(hex(sha1(&base)))),
        ("hashed_twice", over(hex(md5(&base)))),
        ("digest_bare", with_sign(&sent(), &rsa(&MERCHANT, Padding::Bare, &base))),
        ("digest_hex", with_sign(&sent(), &padded(&MERCHANT, hex(sha1(&base)).as_bytes()))),
        ("pss_padding", with_sign(&sent(), &pss(&base))),
        ("sign_hex", with_sign(&sent(), &hex(&raw))),
        ("sign_url_safe", with_sign(&sent(), &base64::engine::general_purpose::URL_SAFE.encode(&raw))),
        ("sign_padding", with_sign(&sent(), good.trim_end_matches('='))),
        ("sign_base64_twice", with_sign(&sent(), &base64(&good))),
        ("charset_other", over(gbk(&base))),
        ("charset_other", gbk_signed(gbk_text.clone().into_bytes(), form_gbk)),
        ("body_charset", gbk_signed(gbk_text.clone().into_bytes(), form)),
        ("charset_lost", over(base.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>())),
        ("text_mojibake", over(base.bytes().map(char::from).collect::<String>())),
        ("newline_last", over(format!("{base}\r\n"))),
        ("text_url_encoded", over(url_encoded(&base))),
        ("text_upper_case", over(base.to_uppercase())),
        ("unexplained", over("something else")),
    ];
    let (pss, made): (Vec<_>, Vec<_>) = made.into_iter().partition(|(due, _)| *due == "pss_padding");
    let names = named(&config_of("ysepay"), Side::Request, made);
    println!("YSEPay: {} mistakes", names.len() + 1);
    assert!(names.len() >= 35, "{}", names.len());
    // Salted: the text does not come to light, but what it is does.
    let report = explained(&config_of("ysepay"), &pss[0].1, Side::Request);
    assert_eq!((verdict(&report).as_str(), report.signed_by.as_deref()), ("unexplained pss_padding", Some("account.private_key")));
}

fn pss(text: &str) -> String {
    base64(MERCHANT.sign_with_rng(&mut rand::rngs::OsRng, rsa::Pss::new::<sha1::Sha1>(), &sha1(text)).unwrap())
}

#[test]
fn a_reply_is_signed_over_the_text_of_its_object() {
    let platform = key(&KEYS.ysepay.gateway.private_base64());
    let object = r#"{"code":"10000","msg":"Success","trade_status":"SUCCES","fee":1.0}"#;
    let reply =
        |object: &str, sign: String| format!("{{\"sign\":\"{sign}\",\"ysepay_trusteeship_sign_cancel_response\":{object}}}").into_bytes();
    let made = vec![
        ("right", reply(object, rsa(&platform, Padding::Sha1, object))),
        ("hash_other", reply(object, rsa(&platform, Padding::Sha256, object))),
        ("key_of_other_setting", reply(object, rsa(&MERCHANT, Padding::Sha1, object))),
        // What a log has written anew: 1.0 has become 1.
        ("json_float", reply(&object.replace("1.0}", "1}"), rsa(&platform, Padding::Sha1, object))),
        ("json_compact", reply(&object.replace("\":", "\" : "), rsa(&platform, Padding::Sha1, object))),
    ];
    named(&config_of("ysepay"), Side::Reply, made);
}
