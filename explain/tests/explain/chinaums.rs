//! ChinaUMS: every mistake is made by a client that really makes it.

use crate::client::*;
use chexiao_explain::Side;
use chexiao_kit::KEYS;

const ID: &str = "Ab345678901234567890123456789012";
const TIME: &str = "20220421150052";
const NONCE: &str = "99930a147f5353dd8a8f29a5329f37eF";
const BODY: &str = "{\"requestTimestamp\":\"2022-04-21 15:00:51\",\"mid\":\"898\",\"b\":1.50,\"no\":\"7\",\"srcReserve\":\"预授权 +/=&\",\"n\":null,\"e\":\"\"}";

fn request_of(body: &[u8], signature: &str) -> Vec<u8> {
    let head = format!(
        "POST /v1/netpay/bills/query HTTP/1.1\r\nAuthorization: OPEN-BODY-SIG AppId=\"{ID}\", Timestamp=\"{TIME}\", Nonce=\"{NONCE}\", Signature=\"{signature}\"\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn request(signature: &str) -> Vec<u8> {
    request_of(BODY.as_bytes(), signature)
}

fn app_key() -> String {
    KEYS.chinaums_app_key.clone()
}

fn over(text: impl AsRef<[u8]>) -> Vec<u8> {
    request(&base64(hmac_sha256(app_key(), text)))
}

fn text_of(body: impl AsRef<[u8]>) -> String {
    format!("{ID}{TIME}{NONCE}{}", hex(sha256(body)))
}

fn body(text: &str) -> Vec<u8> {
    over(text_of(text))
}

fn with_key(key: impl AsRef<[u8]>) -> Vec<u8> {
    request(&base64(hmac_sha256(key, text_of(BODY))))
}

#[test]
fn mistakes_are_named() {
    let (key, text, hash) = (app_key(), text_of(BODY), hex(sha256(BODY)));
    let mac = hmac_sha256(&key, &text);
    let gbk_body = gbk(BODY);
    let made: Vec<(&str, Vec<u8>)> = vec![
        ("right", over(&text)),
        ("right", request_of(&gbk_body, &base64(hmac_sha256(&key, text_of(&gbk_body))))),
        ("charset_other", request_of(&gbk_body, &base64(hmac_sha256(&key, &text)))),
        ("charset_other", body_bytes(&gbk(BODY))),
        ("head_order", over(format!("{ID}{NONCE}{TIME}{hash}"))),
        ("head_order", over(format!("{TIME}{NONCE}{ID}{hash}"))),
        ("head_case", over(format!("{}{TIME}{NONCE}{hash}", ID.to_lowercase()))),
        ("head_case", over(format!("{ID}{TIME}{}{hash}", NONCE.to_lowercase()))),
        ("field_left_out", over(format!("{TIME}{NONCE}{hash}"))),
        ("field_left_out", over(format!("{ID}{NONCE}{hash}"))),
        ("field_left_out", over(format!("{ID}{TIME}{hash}"))),
        ("separators_added", over(format!("{ID}&{TIME}&{NONCE}&{hash}"))),
        ("separators_added", over(format!("{ID}\n{TIME}\n{NONCE}\n{hash}"))),
        ("body_first", over(format!("{hash}{ID}{TIME}{NONCE}"))),
        ("timestamp_other", over(format!("{ID}2022-04-21 15:00:52{NONCE}{hash}"))),
        ("timestamp_other", over(format!("{ID}2022-04-21 15:00:51{NONCE}{hash}"))),
        ("timestamp_other", over(format!("{ID}20220421150051{NONCE}{hash}"))),
        ("body_hash_upper", over(format!("{ID}{TIME}{NONCE}{}", hash.to_uppercase()))),
        ("body_hash_base64", over(format!("{ID}{TIME}{NONCE}{}", base64(sha256(BODY))))),
        ("body_hash_other", over(format!("{ID}{TIME}{NONCE}{}", hex(md5(BODY))))),
        ("body_hash_other", over(format!("{ID}{TIME}{NONCE}{}", hex(sha1(BODY))))),
        ("body_hash_twice", over(format!("{ID}{TIME}{NONCE}{}", hex(sha256(&hash))))),
        ("body_not_hashed", over(format!("{ID}{TIME}{NONCE}{BODY}"))),
        ("body_left_out", over(format!("{ID}{TIME}{NONCE}"))),
        ("text_empty", body("")),
        ("json_blanks", body(&BODY.replace("\":", "\": ").replace(",\"", ", \""))),
        ("json_slashes", body(&BODY.replace('/', "\\/"))),
        ("json_unicode", body(&ascii(BODY))),
        ("json_slashes_unicode", body(&ascii(&BODY.replace('/', "\\/")))),
        ("json_html", body(&BODY.replace('&', "\\u0026").replace('=', "\\u003d"))),
        ("json_float", body(&BODY.replace("1.50", "1.5"))),
        ("json_numbers_as_text", body(&BODY.replace("1.50", "\"1.50\""))),
        ("json_nulls_dropped", body(&BODY.replace(",\"n\":null", ""))),
        ("json_empties_dropped", body(&BODY.replace(",\"e\":\"\"", ""))),
        (
            "json_reversed",
            body(
                "{\"e\":\"\",\"n\":null,\"srcReserve\":\"预授权 +/=&\",\"no\":\"7\",\"b\":1.50,\"mid\":\"898\",\"requestTimestamp\":\"2022-04-21 15:00:51\"}",
            ),
        ),
        (
            "json_sorted",
            body(
                "{\"b\":1.50,\"e\":\"\",\"mid\":\"898\",\"n\":null,\"no\":\"7\",\"requestTimestamp\":\"2022-04-21 15:00:51\",\"srcReserve\":\"预授权 +/=&\"}",
            ),
        ),
        ("json_map_text", body("{requestTimestamp=2022-04-21 15:00:51, mid=898, b=1.50, no=7, srcReserve=预授权 +/=&, n=null, e=}")),
        ("json_compact", request_of(BODY.replace("\":", "\" : ").as_bytes(), &base64(&mac))),
        ("text_url_encoded", body(&url_encoded(BODY))),
        ("newline_last", body(&format!("{BODY}\n"))),
        ("bom_first", body(&format!("\u{feff}{BODY}"))),
        ("charset_lost", body(&BODY.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>())),
        ("key_newline", with_key(format!("{key}\n"))),
        ("key_blank", with_key(format!("{key} "))),
        ("key_bom", with_key(format!("\u{feff}{key}"))),
        ("key_quoted", with_key(format!("\"{key}\""))),
        ("key_case", with_key(key.to_lowercase())),
        ("key_cut", with_key(&key[1..])),
        ("key_hashed", with_key(hex(md5(&key)))),
        ("key_base64_encoded", with_key(base64(&key))),
        ("key_placeholder", with_key("undefined")),
        ("key_empty", with_key("")),
        ("key_is_id", with_key(ID)),
        ("key_of_other_setting", with_key(&KEYS.chinaums_notify_key)),
        ("key_sample", with_key("67890123456789012345678901234567")),
        ("key_in_text", over(format!("{text}{key}"))),
        // As a token is asked for.
        ("hash_other+key_in_text+sign_hex", request(&hex(sha256(format!("{text}{key}"))))),
        ("hash_other", request(&base64(hmac_sha1(&key, &text)))),
        ("hash_other", request(&base64(hmac_md5(&key, &text)))),
        ("hash_other", request(&base64(sha256(&text)))),
        ("hashed_twice", over(hex(sha256(&text)))),
        ("sign_hex", request(&hex(&mac))),
        ("sign_base64_of_hex", request(&base64(hex(&mac)))),
        ("sign_base64_twice", request(&base64(base64(&mac)))),
        ("sign_padding", request(base64(&mac).trim_end_matches('='))),
        ("sign_url_encoded", request(&base64(&mac).replace('=', "%3D").replace('+', "%2B").replace('/', "%2F"))),
        ("unexplained", over("something else")),
    ];
    let mut config = config("chinaums");
    config["account"]["app_id"] = ID.into();
    let names = named(&config, Side::Request, made);
    println!("ChinaUMS: {} mistakes", names.len());
    assert!(names.len() >= 40, "{}", names.len());
}

fn body_bytes(signed: &[u8]) -> Vec<u8> {
    over(text_of(signed))
}

#[test]
fn a_page_is_signed_over_its_content_before_it_is_encoded() {
    let content = "{\"mid\":\"898\",\"note\":\"预 +&\"}";
    let signed = |text: &str| {
        let sent =
            fields(&[("authorization", "OPEN-FORM-PARAM"), ("appId", ID), ("timestamp", TIME), ("nonce", NONCE), ("content", content)]);
        let sign = base64(hmac_sha256(app_key(), text_of(text)));
        format!("curl 'https://h/v1/netpay/trade/h5-pay?{}'", form(&sent.into_iter().chain([("signature", sign)]).collect())).into_bytes()
    };
    let mut config = config("chinaums");
    config["account"]["app_id"] = ID.into();
    let made = vec![
        ("right", signed(content)),
        ("text_url_encoded", signed(&url_encoded(content))),
        ("text_url_encoded", signed(&url_encoded(content).replace('+', "%20"))),
    ];
    named(&config, Side::Request, made);
}

#[test]
fn what_is_not_signed_is_said_not_to_be() {
    let settings = chexiao_explain::Settings::read(&config("chinaums").to_string()).unwrap();
    let said = |file: &str, side| {
        let message = chexiao_explain::Message::read(file.as_bytes(), side);
        chexiao_explain::explain(&settings, &message, side).unwrap_err().to_string()
    };
    assert!(said("{\"errCode\":\"SUCCESS\"}", Side::Reply).contains("signs no reply"));
    assert!(said("POST /p HTTP/1.1\nAuthorization: OPEN-ACCESS-TOKEN AccessToken=\"1\"\n\n{}", Side::Request).contains("token"));
    assert!(said("POST /p HTTP/1.1\n\n{}", Side::Request).contains("nothing is signed"));
}
