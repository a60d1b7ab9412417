//! EdgerOS: every mistake is made by a client that really makes it.

use crate::client::*;
use chexiao_explain::Side;
use chexiao_kit::KEYS;
use rsa::RsaPrivateKey;
use serde_json::Value;
use std::sync::LazyLock;

const NONCE: &str = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS";
const PATH: &str = "/pay/v1/transactions/refund";
const BODY: &str = "{\"transaction_no\":\"AP/中 +\\\"<=>&'\",\"Zone\":\"\",\"mch_trade_no\":\" 7 \",\"refund_amount\":1.50,\"no\":\"8\",\"goods\":{\"b\":1,\"a\":\"x\"},\"memo\":null,\"aco_pay_sdk\":\"2.0.0\",\"version\":\"1.0\"}";

static MERCHANT: LazyLock<RsaPrivateKey> = LazyLock::new(|| key(&KEYS.edgeros.merchant.private_base64()));

fn request(sign: &str) -> Vec<u8> {
    format!(
        "POST {PATH} HTTP/1.1\r\nHost: api.edgeros.com\r\nx-acopay-mch-no: MCH1000000\r\nx-acopay-nonce: {NONCE}\r\nx-acopay-sign-type: SHA256withRSA\r\nx-acopay-sign: {sign}\r\nContent-Type: application/json\r\n\r\n{BODY}"
    )
    .into_bytes()
}

/// The members of the string, sorted, each with its JSON.
fn members() -> Vec<(&'static str, &'static str)> {
    vec![
        ("Zone", "\"\""),
        ("goods", "{\"a\":\"x\",\"b\":1}"),
        ("mch_no", "\"MCH1000000\""),
        ("mch_trade_no", "\" 7 \""),
        ("no", "\"8\""),
        ("nonce", "\"5K8264ILTKCH16CQ2502SI8ZNMTM67VS\""),
        ("refund_amount", "1.50"),
        ("sign_type", "\"SHA256withRSA\""),
        ("transaction_no", "\"AP/中 +\\\"<=>&'\""),
    ]
}

fn object(members: &[(&str, &str)]) -> String {
    format!("{{{}}}", members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(","))
}

fn over(text: impl AsRef<[u8]>) -> Vec<u8> {
    request(&rsa(&MERCHANT, Padding::Sha256, text))
}

fn right() -> String {
    object(&members())
}

fn changed(name: &str, value: &str) -> Vec<u8> {
    over(object(&members().into_iter().map(|(known, old)| (known, if known == name { value } else { old })).collect::<Vec<_>>()))
}

fn plus(added: &[(&'static str, &'static str)]) -> Vec<u8> {
    let mut all = members();
    all.extend(added);
    all.sort();
    over(object(&all))
}

fn without(names: &[&str]) -> Vec<u8> {
    over(object(&members().into_iter().filter(|(name, _)| !names.contains(name)).collect::<Vec<_>>()))
}

fn config_of() -> Value {
    let mut config = config("edgeros");
    config["account"]["mch_no"] = "MCH1000000".into();
    config
}

#[test]
fn mistakes_are_named() {
    let right = right();
    let good = rsa(&MERCHANT, Padding::Sha256, &right);
    let raw = chexiao_strict::base64::from_base64(&good).unwrap();
    let plain = |value: &str| serde_json::from_str::<Value>(value).unwrap();
    let pairs = |equals: &str, between: &str| {
        let text = |value: &str| plain(value).as_str().map_or(value.to_string(), String::from);
        members().iter().map(|(name, value)| format!("{name}{equals}{}", text(value))).collect::<Vec<_>>().join(between)
    };
    let no_case = {
        let mut members = members();
        members.sort_by_key(|(name, _)| name.to_lowercase());
        members
    };
    let renamed = {
        let rename = |name: &'static str| match name {
            "mch_no" => "x-acopay-mch-no",
            "nonce" => "x-acopay-nonce",
            "sign_type" => "x-acopay-sign-type",
            name => name,
        };
        let mut members: Vec<_> = members().into_iter().map(|(name, value)| (rename(name), value)).collect();
        members.sort();
        members
    };
    let made: Vec<(&str, Vec<u8>)> = vec![
        ("right", over(&right)),
        ("field_too_many", plus(&[("version", "\"1.0\"")])),
        ("field_too_many", plus(&[("aco_pay_sdk", "\"2.0.0\""), ("version", "\"1.0\"")])),
        ("null_kept", plus(&[("memo", "null")])),
        ("empty_dropped", without(&["Zone"])),
        ("field_left_out", without(&["nonce"])),
        ("field_left_out", without(&["sign_type"])),
        ("field_left_out", without(&["mch_no", "nonce", "sign_type"])),
        ("sign_empty_kept", plus(&[("sign", "\"\"")])),
        ("header_names_signed", over(object(&renamed))),
        ("order_ignoring_case", over(object(&no_case))),
        ("order_reversed", over(object(&members().into_iter().rev().collect::<Vec<_>>()))),
        ("order_as_sent", {
            let order = ["transaction_no", "Zone", "mch_trade_no", "refund_amount", "no", "goods", "mch_no", "nonce", "sign_type"];
            let member = |name: &&str| members().into_iter().find(|(known, _)| known == name).unwrap();
            over(object(&order.iter().map(member).collect::<Vec<_>>()))
        }),
        ("json_members_unsorted", changed("goods", "{\"b\":1,\"a\":\"x\"}")),
        ("json_as_text", changed("goods", "\"{\\\"a\\\":\\\"x\\\",\\\"b\\\":1}\"")),
        ("json_numbers_as_text", over(right.replace("1.50", "\"1.50\"").replace(":1}", ":\"1\"}"))),
        ("json_texts_as_numbers", changed("no", "8")),
        ("values_trimmed", changed("mch_trade_no", "\"7\"")),
        ("values_url_encoded", {
            let encode = |value: &str| plain(value).as_str().map_or(value.to_string(), |text| Value::from(url_encoded(text)).to_string());
            let encoded: Vec<(&str, String)> = members().into_iter().map(|(name, value)| (name, encode(value))).collect();
            over(object(&encoded.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()))
        }),
        ("json_blanks", over(right.replace("\":", "\": ").replace(",\"", ", \""))),
        (
            "json_pretty",
            over({
                let spaced: Vec<String> = members()
                    .iter()
                    .map(|(name, value)| {
                        format!("  \"{name}\": {}", value.replace("{\"a\":\"x\",\"b\":1}", "{\n    \"a\": \"x\",\n    \"b\": 1\n  }"))
                    })
                    .collect();
                format!("{{\n{}\n}}", spaced.join(",\n"))
            }),
        ),
        ("json_slashes", over(right.replace('/', "\\/"))),
        ("json_unicode", over(ascii(&right))),
        ("json_slashes_unicode", over(ascii(&right.replace('/', "\\/")))),
        (
            "json_html",
            over(
                right
                    .replace('<', "\\u003c")
                    .replace('>', "\\u003e")
                    .replace('&', "\\u0026")
                    .replace('=', "\\u003d")
                    .replace('\'', "\\u0027"),
            ),
        ),
        ("pairs_not_json", over(pairs("=", "&"))),
        ("pairs_not_json", over(format!("{{{}}}", pairs("=", ", ")))),
        (
            "values_only",
            over(members().iter().map(|(_, value)| plain(value).as_str().map_or(value.to_string(), String::from)).collect::<String>()),
        ),
        ("body_signed", over(BODY)),
        ("path_signed", over(format!("{PATH}{right}"))),
        ("path_signed", over(format!("POST\n{PATH}\n{right}"))),
        ("head_signed_before", over(format!("{NONCE}{right}"))),
        ("hash_other", request(&rsa(&MERCHANT, Padding::Sha1, &right))),
        ("hash_other", request(&rsa(&MERCHANT, Padding::Sha512, &right))),
        ("hashed_twice", over(hex(sha256(&right)))),
        ("hashed_twice", over(sha256(&right))),
        ("hashed_twice", over(hex(sha256(&right)).to_uppercase())),
        ("digest_bare", request(&padded(&MERCHANT, &sha256(&right)))),
        ("digest_hex", request(&padded(&MERCHANT, hex(sha256(&right)).as_bytes()))),
        ("key_of_other_setting", request(&rsa(&key(&KEYS.edgeros.gateway.private_base64()), Padding::Sha256, &right))),
        ("sign_hex", request(&hex(&raw))),
        ("sign_base64_twice", request(&base64(&good))),
        ("sign_padding", request(good.trim_end_matches('='))),
        ("sign_url_encoded", request(&url_encoded(&good))),
        ("sign_quoted", request(&format!("\"{good}\""))),
        ("charset_other", over(gbk(&right))),
        ("charset_lost", over(right.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>())),
        ("text_mojibake", over(right.bytes().map(char::from).collect::<String>())),
        ("newline_last", over(format!("{right}\n"))),
        ("bom_first", over(format!("\u{feff}{right}"))),
        ("text_base64", over(base64(&right))),
        ("text_lower_case", over(right.to_lowercase())),
        ("json_unicode+path_signed", over(format!("{PATH}{}", ascii(&right)))),
        ("unexplained", over("something else")),
    ];
    let names = named(&config_of(), Side::Request, made);
    println!("EdgerOS: {} mistakes", names.len());
    assert!(names.len() >= 35, "{}", names.len());
}

#[test]
fn a_query_is_signed_with_its_values_as_they_are() {
    let signed = |text: &str| {
        let sign = rsa(&MERCHANT, Padding::Sha256, text);
        format!("GET /pay/v1/transactions/trade?mch_trade_no=a%20b%2B&version=1.0 HTTP/1.1\r\nx-acopay-mch-no: MCH1000000\r\nx-acopay-nonce: {NONCE}\r\nx-acopay-sign-type: SHA256withRSA\r\nx-acopay-sign: {sign}\r\n\r\n").into_bytes()
    };
    let string = |number: &str| {
        format!("{{\"mch_no\":\"MCH1000000\",\"mch_trade_no\":\"{number}\",\"nonce\":\"{NONCE}\",\"sign_type\":\"SHA256withRSA\"}}")
    };
    let made = vec![
        ("right", signed(&string("a b+"))),
        ("values_url_encoded", signed(&string("a+b%2B"))),
        ("body_signed", signed("mch_trade_no=a%20b%2B&version=1.0")),
    ];
    named(&config_of(), Side::Request, made);
}

#[test]
fn a_reply_is_signed_over_the_whole_envelope() {
    let platform = key(&KEYS.edgeros.gateway.private_base64());
    let sign = |padding: Padding, text: &str| rsa(&platform, padding, text);
    let reply = |sign: String| {
        format!("{{\"status\":200,\"message\":\"SUCCESS\",\"fieldErrors\":null,\"data\":{{\"code\":\"SUCCESS\",\"mch_no\":\"MCH1000000\",\"sign\":\"{sign}\",\"amount\":1.50}}}}").into_bytes()
    };
    let data = "{\"amount\":1.50,\"code\":\"SUCCESS\",\"mch_no\":\"MCH1000000\"}";
    let right = format!("{{\"data\":{data},\"message\":\"SUCCESS\",\"status\":200}}");
    let made = vec![
        ("right", reply(sign(Padding::Sha256, &right))),
        ("hash_other", reply(sign(Padding::Sha1, &right))),
        ("data_alone", reply(sign(Padding::Sha256, data))),
        (
            "null_kept",
            reply(sign(Padding::Sha256, &format!("{{\"data\":{data},\"fieldErrors\":null,\"message\":\"SUCCESS\",\"status\":200}}"))),
        ),
        ("json_float", reply(sign(Padding::Sha256, &right.replace("1.50", "1.5").replace(":200", ":200.0")))),
        ("key_of_other_setting", reply(rsa(&MERCHANT, Padding::Sha256, &right))),
    ];
    named(&config_of(), Side::Reply, made);
}
