//! ICBC: every mistake is made by a client that really makes it.

use crate::client::*;
use chexiao_explain::Side;
use chexiao_kit::KEYS;
use rsa::RsaPrivateKey;
use serde_json::Value;
use std::sync::LazyLock;

const PATH: &str = "/api/mybank/pay/cpay/cporderclose/V1";
const BIZ: &str = "{\"agreeCode\":\"中文 +/&=\",\"url\":\"http://a/b\",\"n\":1.50,\"no\":\"7\",\"partnerSeq\":\"A100\"}";

static MERCHANT: LazyLock<RsaPrivateKey> = LazyLock::new(|| key(&KEYS.icbc.merchant.private_base64()));

fn sent() -> Fields {
    fields(&[
        ("msg_id", "urcnl24ciutr9"),
        ("app_id", "Oikeclo001"),
        ("timestamp", "2016-10-29 20:44:38"),
        ("format", "json"),
        ("charset", "UTF-8"),
        ("encrypt_type", ""),
        ("sign_type", "RSA"),
        ("Notify", "甲a+b c"),
        ("biz_content", BIZ),
    ])
}

fn url() -> String {
    format!("https://gw.open.icbc.com.cn{PATH}")
}

fn request(body: &str) -> Vec<u8> {
    format!("POST {PATH} HTTP/1.1\r\nHost: gw.open.icbc.com.cn\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn with_sign(fields: &Fields, sign: &str) -> Vec<u8> {
    request(&form(&fields.iter().cloned().chain([("sign", sign.to_string())]).collect()))
}

/// Sends what it should, and signs this.
fn over(text: impl AsRef<[u8]>) -> Vec<u8> {
    with_sign(&sent(), &rsa(&MERCHANT, Padding::Sha1, text))
}

fn pairs_over(fields: &Fields) -> Vec<u8> {
    over(format!("{PATH}?{}", joined(fields, "=", "&")))
}

fn right() -> String {
    format!("{PATH}?{}", string(&sent()))
}

fn biz(text: &str) -> Vec<u8> {
    pairs_over(&sorted(&with(&sent(), "biz_content", |_| text.into())))
}

fn signed(sign: &str) -> Vec<u8> {
    with_sign(&sent(), sign)
}

fn config_of(sign_type: &str) -> Value {
    let mut config = config("icbc");
    config["account"]["app_id"] = "Oikeclo001".into();
    config["account"]["sign_type"] = sign_type.into();
    config
}

#[test]
fn mistakes_are_named() {
    let mut all = sent();
    all.sort();
    let mut no_case = sorted(&sent());
    no_case.sort_by_key(|(name, _)| name.to_lowercase());
    let unsorted: Fields = sent().into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let base = string(&sent());
    let good = rsa(&MERCHANT, Padding::Sha1, right());
    let raw = chexiao_strict::base64::from_base64(&good).unwrap();
    let form_of = |change: &dyn Fn(&str) -> String| {
        let fields: Fields = sent().into_iter().chain([("sign", good.clone())]).collect();
        request(&joined(&each(&fields, change), "=", "&"))
    };
    let utf8_as_gbk: Fields = with(&sent(), "charset", |_| "GBK".into());
    let gbk_text = format!("{PATH}?{}", string(&utf8_as_gbk));
    let gbk_body = |sign: String| request(&form_gbk(&utf8_as_gbk.iter().cloned().chain([("sign", sign)]).collect()));
    let made: Vec<(&str, Vec<u8>)> = vec![
        ("right", over(right())),
        ("right", gbk_body(rsa(&MERCHANT, Padding::Sha1, gbk(&gbk_text)))),
        ("path_missing", over(&base)),
        ("path_missing", over(format!("?{base}"))),
        ("path_with_host", over(format!("gw.open.icbc.com.cn{PATH}?{base}"))),
        ("path_with_url", over(format!("{}?{base}", url()))),
        ("path_mark_missing", over(format!("{PATH}{base}"))),
        ("path_mark_other", over(format!("{PATH}&{base}"))),
        ("path_slash_missing", over(format!("{}?{base}", &PATH[1..]))),
        ("path_slash_last", over(format!("{PATH}/?{base}"))),
        ("path_lower_case", over(format!("{}?{base}", PATH.to_lowercase()))),
        ("path_url_encoded", over(format!("{}?{base}", url_encoded(PATH)))),
        ("path_with_method", over(format!("POST {PATH}?{base}"))),
        ("path_cut", over(format!("{}?{base}", &PATH[4..]))),
        ("path_other", over(format!("{}2?{base}", &PATH[..PATH.len() - 1]))),
        ("path_other", over(format!("/api/mybank/pay/cpay/cporderquery/V1?{base}"))),
        ("field_left_out", pairs_over(&sorted(&sent().into_iter().filter(|(name, _)| *name != "sign_type").collect()))),
        ("field_left_out", pairs_over(&sorted(&sent().into_iter().filter(|(name, _)| *name != "charset").collect()))),
        ("empty_kept", pairs_over(&all)),
        ("null_signed", pairs_over(&with(&all, "encrypt_type", |_| "null".into()))),
        ("order_as_sent", pairs_over(&unsorted)),
        ("order_ignoring_case", pairs_over(&no_case)),
        ("order_reversed", pairs_over(&sorted(&sent()).into_iter().rev().collect())),
        ("values_url_encoded", pairs_over(&each(&sorted(&sent()), url_encoded))),
        ("values_url_encoded", pairs_over(&each(&sorted(&sent()), |value| url_encoded(value).replace('+', "%20")))),
        ("values_url_encoded", pairs_over(&each(&sorted(&sent()), |value| lower_escapes(&url_encoded(value))))),
        ("double_encoded", form_of(&|value| url_encoded(&url_encoded(value)))),
        ("plus_lost", form_of(&|value| url_encoded(value).replace('+', "%20").replace("%2B", "+"))),
        ("sign_plus_lost", {
            let fields: Fields = sent().into_iter().chain([("sign", String::new())]).collect();
            request(&(form(&fields) + &good))
        }),
        ("separators_missing", over(format!("{PATH}?{}", joined(&sorted(&sent()), "", "")))),
        ("separators_other", over(format!("{PATH}?{}", joined(&sorted(&sent()), "=", ",")))),
        ("ampersand_last", over(format!("{PATH}?{base}&"))),
        ("values_only", over(format!("{PATH}?{}", sorted(&sent()).into_iter().map(|(_, value)| value).collect::<String>()))),
        ("timestamp_other", pairs_over(&sorted(&with(&sent(), "timestamp", |_| "20161029204438".into())))),
        ("timestamp_other", pairs_over(&sorted(&with(&sent(), "timestamp", |_| "2016-10-29 20:44:37".into())))),
        ("timestamp_other", pairs_over(&sorted(&with(&sent(), "timestamp", |_| "2016-10-29 12:44:38".into())))),
        ("timestamp_other", pairs_over(&sorted(&with(&sent(), "timestamp", |_| "1477745078000".into())))),
        ("json_blanks", biz(&BIZ.replace("\":", "\": ").replace(",\"", ", \""))),
        (
            "json_pretty",
            biz(
                "{\n  \"agreeCode\": \"中文 +/&=\",\n  \"url\": \"http://a/b\",\n  \"n\": 1.50,\n  \"no\": \"7\",\n  \"partnerSeq\": \"A100\"\n}",
            ),
        ),
        ("json_slashes", biz(&BIZ.replace('/', "\\/"))),
        ("json_unicode", biz(&ascii(BIZ))),
        ("json_html", biz(&BIZ.replace('&', "\\u0026").replace("=\"", "\\u003d\""))),
        ("json_float", biz(&BIZ.replace("1.50", "1.5"))),
        ("json_numbers_as_text", biz(&BIZ.replace("1.50", "\"1.50\""))),
        ("json_texts_as_numbers", biz(&BIZ.replace("\"7\"", "7"))),
        ("json_sorted", biz("{\"agreeCode\":\"中文 +/&=\",\"n\":1.50,\"no\":\"7\",\"partnerSeq\":\"A100\",\"url\":\"http://a/b\"}")),
        ("json_reversed", biz("{\"partnerSeq\":\"A100\",\"no\":\"7\",\"n\":1.50,\"url\":\"http://a/b\",\"agreeCode\":\"中文 +/&=\"}")),
        ("json_map_text", biz("{agreeCode=中文 +/&=, url=http://a/b, n=1.50, no=7, partnerSeq=A100}")),
        ("json_python_text", biz("{'agreeCode': '中文 +/&=', 'url': 'http://a/b', 'n': 1.50, 'no': '7', 'partnerSeq': 'A100'}")),
        ("json_as_text", biz(&Value::from(BIZ).to_string())),
        ("json_flattened", {
            let mut flat: Fields = sent().into_iter().filter(|(name, value)| *name != "biz_content" && !value.is_empty()).collect();
            flat.extend(fields(&[("agreeCode", "中文 +/&="), ("url", "http://a/b"), ("n", "1.50"), ("no", "7"), ("partnerSeq", "A100")]));
            pairs_over(&sorted(&flat))
        }),
        ("key_of_other_config", with_sign(&sent(), &rsa(&key(&KEYS.ysepay.merchant.private_base64()), Padding::Sha1, right()))),
        ("hash_other", with_sign(&sent(), &rsa(&MERCHANT, Padding::Sha256, right()))),
        ("hash_other", with_sign(&sent(), &rsa(&MERCHANT, Padding::Md5, right()))),
        ("hash_other", with_sign(&sent(), &rsa(&MERCHANT, Padding::Sha512, right()))),
        ("hashed_twice", over(hex(sha1(right())))),
        ("hashed_twice", over(sha1(right()))),
        ("hashed_twice", over(hex(sha256(right())))),
        ("hashed_twice", over([&b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14"[..], &sha1(right())].concat())),
        ("digest_bare", with_sign(&sent(), &rsa(&MERCHANT, Padding::Bare, right()))),
        ("digest_hex", with_sign(&sent(), &padded(&MERCHANT, hex(sha1(right())).as_bytes()))),
        ("sign_hex", signed(&hex(&raw))),
        ("sign_url_safe", signed(&url_safe(&good))),
        ("sign_padding", signed(good.trim_end_matches('='))),
        ("sign_line_breaks", signed(&lines(&good))),
        ("sign_base64_twice", signed(&base64(&good))),
        ("sign_base64_of_hex", signed(&base64(hex(&raw)))),
        ("sign_url_encoded", signed(&url_encoded(&good))),
        ("charset_other", over(gbk(&right()))),
        ("charset_other", gbk_body(rsa(&MERCHANT, Padding::Sha1, &gbk_text))),
        ("charset_lost", over(right().chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>())),
        ("newline_last", over(format!("{}\n", right()))),
        ("bom_first", over(format!("\u{feff}{}", right()))),
        ("text_url_encoded", over(url_encoded(&right()))),
        ("text_base64", over(base64(right()))),
        ("text_lower_case", over(right().to_lowercase())),
        ("path_missing+values_url_encoded", over(joined(&each(&sorted(&sent()), url_encoded), "=", "&"))),
        ("hash_other+path_missing", with_sign(&sent(), &rsa(&MERCHANT, Padding::Sha256, &base))),
        ("unexplained", over("something else")),
        ("unexplained text_unhashed", with_sign(&sent(), &padded(&MERCHANT, b"a short text that nobody knows"))),
        ("unexplained", signed(&base64([7; 256]))),
    ];
    let config = config_of("RSA");
    let (others, own): (Vec<_>, Vec<_>) = made.into_iter().partition(|(due, _)| *due == "key_of_other_config");
    let names = named(&config, Side::Request, own);
    println!("ICBC: {} mistakes", names.len());
    assert!(names.len() >= 50, "{}", names.len());
    // The key of another configuration is known where that one is given.
    let (_, file) = &others[0];
    let settings = chexiao_explain::Settings::read(&config.to_string()).unwrap();
    let message = chexiao_explain::Message::read(file, Side::Request);
    let alone = chexiao_explain::explain(&settings, &message, Side::Request).unwrap();
    assert_eq!(verdict(&alone), "unexplained");
    let settings = settings.beside(&crate::client::config("ysepay").to_string(), "ysepay.json").unwrap();
    let report = chexiao_explain::explain(&settings, &message, Side::Request).unwrap();
    assert_eq!(verdict(&report), "key_of_other_config");
    assert_eq!(report.signed_by.as_deref(), Some("account.private_key of ysepay.json"));
}

#[test]
fn the_certificate_mode_and_encryption_have_mistakes_of_their_own() {
    let ca = with(&sent(), "sign_type", |_| "CA".into());
    let text = format!("{PATH}?{}", string(&ca));
    let made = vec![
        ("right", with_sign(&ca, &rsa(&MERCHANT, Padding::Bare, &text))),
        ("digest_info", with_sign(&ca, &rsa(&MERCHANT, Padding::Sha1, &text))),
        ("digest_info+hash_other", with_sign(&ca, &rsa(&MERCHANT, Padding::Sha256, &text))),
    ];
    named(&config_of("CA"), Side::Request, made);

    let mut config = config("icbc-aes");
    config["account"]["app_id"] = "Oikeclo001".into();
    let cipher = chexiao_sandbox::icbc::encrypt(&KEYS.icbc_encrypt_key, BIZ, chexiao_sandbox::Charset::Utf8).unwrap();
    let plain = with(&sent(), "encrypt_type", |_| "AES".into());
    let encrypted = with(&plain, "biz_content", |_| cipher.trim_matches('"').into());
    let sign = |fields: &Fields| rsa(&MERCHANT, Padding::Sha1, format!("{PATH}?{}", string(fields)));
    let made = vec![("right", with_sign(&encrypted, &sign(&encrypted))), ("encrypted_after_signing", with_sign(&encrypted, &sign(&plain)))];
    named(&config, Side::Request, made);
}

#[test]
fn a_body_without_its_url_is_held_against_the_known_paths() {
    let body = |path: &str| {
        let sign = rsa(&MERCHANT, Padding::Sha1, format!("{path}?{}", string(&sent())));
        form(&sent().into_iter().chain([("sign", sign)]).collect())
    };
    let report = explained(&config_of("RSA"), body("/api/mybank/pay/cpay/cporderquery/V2"), Side::Request);
    assert_eq!((verdict(&report).as_str(), report.remarks[0].mistake), ("right", "url_unknown"));
    let report = explained(&config_of("RSA"), body("/api/of/nobody/V9"), Side::Request);
    assert_eq!(verdict(&report), "unexplained");
    assert_eq!((report.signed_by.as_deref(), report.hash), (Some("account.private_key"), Some("SHA-1")));
}

#[test]
fn a_reply_is_signed_by_the_gateway_over_the_text_of_its_value() {
    let gateway = key(&KEYS.icbc.gateway.private_base64());
    let value = r#"{"return_code":0,"return_msg":"","agreeCode":"1","partnerSeq":"2","url":"a\/b"}"#;
    let reply = |value: &str, sign: String| format!("{{\"response_biz_content\":{value},\"sign\":\"{sign}\"}}").into_bytes();
    let made = vec![
        ("right", reply(value, rsa(&gateway, Padding::Sha1, value))),
        ("hash_other", reply(value, rsa(&gateway, Padding::Sha256, value))),
        ("key_of_other_setting", reply(value, rsa(&MERCHANT, Padding::Sha1, value))),
        // What a log has written anew.
        ("json_compact", reply(&value.replace("\":", "\": "), rsa(&gateway, Padding::Sha1, value.replace("\\/", "/")))),
        ("json_slashes_unescaped|json_compact", reply(value, rsa(&gateway, Padding::Sha1, value.replace("\\/", "/")))),
    ];
    named(&config_of("RSA"), Side::Reply, made);
}

fn lower_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut left = 0;
    for c in text.chars() {
        left = if c == '%' { 2 } else { left };
        out.push(if left > 0 && c != '%' { c.to_ascii_lowercase() } else { c });
        left = if c == '%' || left == 0 { left } else { left - 1 };
    }
    out
}

fn url_safe(base64: &str) -> String {
    base64.replace('+', "-").replace('/', "_")
}

fn lines(base64: &str) -> String {
    base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\r\n")
}
