//! WeChat Pay: every mistake is made by a client that really makes it.

use crate::client::*;
use chexiao_explain::Side;
use chexiao_kit::KEYS;

/// As they are sent.
fn order() -> Fields {
    fields(&[
        ("mch_id", "1900000109"),
        ("appid", "wx8888888888888888"),
        ("nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"),
        ("device_info", ""),
        ("body", "测试 <商品>&+\"甲\""),
        ("attach", " a b "),
        ("detail", "{\"url\":\"http://a/b\",\"n\":1.50,\"中\":\"文\",\"id\":\"0042\",\"no\":\"7\",\"q\":null,\"e\":\"\",\"a\":\"x=y\"}"),
        ("Zone", "CN"),
        ("out_trade_no", "A100"),
        ("total_fee", "1"),
    ])
}

fn xml(fields: &Fields, sign: &str) -> Vec<u8> {
    let mut text = "<xml>\n".to_string();
    for (name, value) in fields {
        text.push_str(&match *name {
            "body" | "detail" => format!("<{name}><![CDATA[{value}]]></{name}>\n"),
            name => format!("<{name}>{}</{name}>\n", value.replace('&', "&amp;").replace('<', "&lt;")),
        });
    }
    (text + &format!("<sign>{sign}</sign>\n</xml>")).into_bytes()
}

fn api_key() -> String {
    KEYS.wechat_api_key.clone()
}

/// The right string but for the key.
fn base() -> String {
    string(&order())
}

/// A client that does one thing to the string without its key.
fn before_key(text: String) -> Vec<u8> {
    xml(&order(), &upper(md5(format!("{text}&key={}", api_key()))))
}

fn of(fields: Fields) -> Vec<u8> {
    before_key(joined(&fields, "=", "&"))
}

/// A client that does one thing to the whole string.
fn whole(text: String) -> Vec<u8> {
    xml(&order(), &upper(md5(text)))
}

fn with_key(key: impl AsRef<[u8]>) -> Vec<u8> {
    let text = [format!("{}&key=", base()).as_bytes(), key.as_ref()].concat();
    xml(&order(), &upper(md5(text)))
}

fn right() -> String {
    upper(md5(format!("{}&key={}", base(), api_key())))
}

fn signed(sign: &str) -> Vec<u8> {
    xml(&order(), sign)
}

fn detail(text: &str) -> Vec<u8> {
    of(sorted(&with(&order(), "detail", |_| text.into())))
}

#[test]
fn mistakes_are_named() {
    let (key, full) = (api_key(), format!("{}&key={}", base(), api_key()));
    let kept = |keep: &dyn Fn(&str) -> bool| sorted(&order()).into_iter().filter(|(name, _)| keep(name)).collect::<Fields>();
    let mut all: Fields = order();
    all.sort();
    let mut by_value = sorted(&order());
    by_value.sort_by(|a, b| a.1.cmp(&b.1));
    let mut no_case = sorted(&order());
    no_case.sort_by_key(|(name, _)| name.to_lowercase());
    let mut by_length = sorted(&order());
    by_length.sort_by_key(|(name, _)| (name.len(), *name));
    let sent: Fields = order().into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let mut keyed = order();
    keyed.push(("key", key.clone()));
    let mut typed = order();
    typed.push(("sign_type", "MD5".into()));
    let named_hmac: Fields = order().into_iter().chain([("sign_type", "HMAC-SHA256".to_string())]).collect();
    let of_hmac = |sign: String| xml(&named_hmac, &sign);
    let hmac_text = format!("{}&key={key}", string(&named_hmac));
    let compact = "{\"url\":\"http://a/b\",\"n\":1.50,\"中\":\"文\",\"id\":\"0042\",\"no\":\"7\",\"q\":null,\"e\":\"\",\"a\":\"x=y\"}";
    let made: Vec<(&str, Vec<u8>)> = vec![
        ("right", signed(&right())),
        ("right", of_hmac(upper(hmac_sha256(&key, &hmac_text)))),
        ("field_left_out", of(kept(&|name| name != "nonce_str"))),
        ("field_left_out", of(kept(&|name| name != "Zone"))),
        ("field_not_sent", of(sorted(&typed))),
        ("empty_kept", of(all.clone())),
        ("null_signed", of(with(&all, "device_info", |_| "null".into()))),
        ("null_signed", of(with(&all, "device_info", |_| "None".into()))),
        ("null_signed", of(with(&all, "device_info", |_| "undefined".into()))),
        ("sign_empty_kept", {
            let mut with_sign = sorted(&order());
            with_sign.push(("sign", String::new()));
            with_sign.sort();
            of(with_sign)
        }),
        ("values_url_encoded", of(each(&sorted(&order()), url_encoded))),
        ("values_url_encoded", of(each(&sorted(&order()), |value| url_encoded(value).replace('+', "%20").replace("%2A", "*")))),
        ("values_trimmed", of(each(&sorted(&order()), |value| value.trim().into()))),
        ("values_lower_case", of(each(&sorted(&order()), str::to_lowercase))),
        ("values_upper_case", of(each(&sorted(&order()), str::to_uppercase))),
        ("values_quoted", of(each(&sorted(&order()), |value| format!("\"{value}\"")))),
        ("values_unicode_escaped", of(each(&sorted(&order()), ascii))),
        (
            "cdata_counted",
            of(sorted(&with(&with(&order(), "body", |value| format!("<![CDATA[{value}]]>")), "detail", |value| {
                format!("<![CDATA[{value}]]>")
            }))),
        ),
        (
            "xml_escapes_counted",
            of(sorted(&each(&order(), |value| {
                value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
            }))),
        ),
        (
            "json_blanks",
            detail(
                "{\"url\": \"http://a/b\", \"n\": 1.50, \"中\": \"文\", \"id\": \"0042\", \"no\": \"7\", \"q\": null, \"e\": \"\", \"a\": \"x=y\"}",
            ),
        ),
        ("json_slashes", detail(&compact.replace('/', "\\/"))),
        ("json_unicode", detail(&ascii(compact))),
        ("json_slashes_unicode", detail(&ascii(&compact.replace('/', "\\/")))),
        ("json_html", detail(&compact.replace('=', "\\u003d"))),
        ("json_float", detail(&compact.replace("1.50", "1.5"))),
        ("json_numbers_as_text", detail(&compact.replace("1.50", "\"1.50\""))),
        ("json_texts_as_numbers", detail(&compact.replace("\"7\"", "7"))),
        ("json_nulls_dropped", detail(&compact.replace("\"q\":null,", ""))),
        ("json_empties_dropped", detail(&compact.replace("\"e\":\"\",", ""))),
        (
            "json_sorted",
            detail("{\"a\":\"x=y\",\"e\":\"\",\"id\":\"0042\",\"n\":1.50,\"no\":\"7\",\"q\":null,\"url\":\"http://a/b\",\"中\":\"文\"}"),
        ),
        ("json_map_text", detail("{url=http://a/b, n=1.50, 中=文, id=0042, no=7, q=null, e=, a=x=y}")),
        (
            "json_python_text",
            detail("{'url': 'http://a/b', 'n': 1.50, '中': '文', 'id': '0042', 'no': '7', 'q': None, 'e': '', 'a': 'x=y'}"),
        ),
        ("order_as_sent", of(sent)),
        ("order_ignoring_case", of(no_case)),
        ("order_reversed", of(sorted(&order()).into_iter().rev().collect())),
        ("order_by_value", of(by_value)),
        ("order_by_length", of(by_length)),
        ("names_lower_case", {
            let lower: Vec<(String, String)> = sorted(&order()).into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
            let mut lower = lower;
            lower.sort();
            before_key(lower.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
        }),
        ("separators_missing", before_key(joined(&sorted(&order()), "", ""))),
        ("separators_other", before_key(joined(&sorted(&order()), "=", ","))),
        ("separators_other", before_key(joined(&sorted(&order()), ":", "&"))),
        ("ampersand_first", before_key(format!("&{}", base()))),
        ("ampersand_last", before_key(format!("{}&", base()))),
        ("values_only", before_key(joined(&sorted(&order()).into_iter().map(|(_, value)| ("", value)).collect(), "", ""))),
        ("key_missing", whole(base())),
        ("key_without_name", whole(format!("{}{key}", base()))),
        ("key_without_name", whole(format!("{}&{key}", base()))),
        ("key_without_ampersand", whole(format!("{}key={key}", base()))),
        ("key_name_case", whole(format!("{}&KEY={key}", base()))),
        ("key_name_case", whole(format!("{}&Key={key}", base()))),
        ("key_name_other", whole(format!("{}&api_key={key}", base()))),
        ("key_name_other", whole(format!("{}&secret={key}", base()))),
        ("key_ampersand_last", whole(format!("{full}&"))),
        ("key_twice", whole(format!("{full}&key={key}"))),
        ("key_first", whole(format!("key={key}&{}", base()))),
        ("key_on_both_sides", whole(format!("{key}{}{key}", base()))),
        ("key_sorted_in", whole(string(&keyed))),
        ("key_newline|newline_last", with_key(format!("{key}\n"))),
        ("key_newline|newline_last", with_key(format!("{key}\r\n"))),
        ("key_blank|blank_around", with_key(format!("{key} "))),
        ("key_blank", with_key(format!(" {key}"))),
        ("key_blank", with_key(format!("{key}\u{200b}"))),
        ("key_blank", with_key(format!("{key}\u{a0}"))),
        ("key_bom", with_key(format!("\u{feff}{key}"))),
        ("key_quoted", with_key(format!("\"{key}\""))),
        ("key_case", with_key(key.to_uppercase())),
        ("key_case", with_key(key.to_lowercase())),
        ("key_cut", with_key(&key[1..])),
        ("key_cut", with_key(&key[..31])),
        ("key_hashed", with_key(hex(md5(&key)))),
        ("key_base64_encoded", with_key(base64(&key))),
        ("key_empty", with_key("")),
        ("key_placeholder", with_key("null")),
        ("key_placeholder", with_key("undefined")),
        ("key_sample", with_key("192006250b4c09247ec02edce69f6a2d")),
        ("key_is_id", with_key("1900000109")),
        ("hash_other", signed(&upper(hmac_sha256(&key, &full)))),
        ("hash_other", signed(&upper(sha1(&full)))),
        ("hash_other", signed(&upper(sha256(&full)))),
        ("hash_other", signed(&upper(sha512(&full)))),
        ("hash_other", of_hmac(upper(md5(&hmac_text)))),
        ("hash_other", of_hmac(upper(sha256(&hmac_text)))),
        ("hash_other", of_hmac(upper(hmac_sha1(&key, &hmac_text)))),
        ("hash_other", of_hmac(upper(hmac_md5(&key, &hmac_text)))),
        ("sign_lower_case", signed(&right().to_lowercase())),
        ("sign_base64", signed(&base64(md5(&full)))),
        ("sign_base64_of_hex", signed(&base64(right()))),
        ("sign_blanks", signed(&format!(" {} ", right()))),
        ("sign_quoted", signed(&format!("\"{}\"", right()))),
        ("charset_other", xml(&order(), &upper(md5(gbk(&full))))),
        ("charset_lost", xml(&order(), &upper(md5(full.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>())))),
        ("text_mojibake", xml(&order(), &upper(md5(full.bytes().map(char::from).collect::<String>())))),
        ("key_newline|newline_last", whole(format!("{full}\n"))),
        ("bom_first", whole(format!("\u{feff}{full}"))),
        ("text_url_encoded", whole(url_encoded(&full))),
        ("pairs_as_json", {
            let members: Vec<String> =
                sorted(&order()).iter().map(|(name, value)| format!("{}:{}", serde_json::json!(name), serde_json::json!(value))).collect();
            before_key(format!("{{{}}}", members.join(",")))
        }),
        // Two at once.
        ("order_as_sent+values_url_encoded", of(each(&order().into_iter().filter(|(_, value)| !value.is_empty()).collect(), url_encoded))),
        ("empty_kept+sign_lower_case", signed(&hex(md5(format!("{}&key={key}", joined(&all, "=", "&")))))),
        ("hash_other+key_newline", signed(&upper(hmac_sha256(format!("{key}\n"), format!("{full}\n"))))),
        // What nobody knows.
        ("unexplained", signed(&upper(md5("something else")))),
        ("unexplained", signed(&upper(md5(format!("{}&key={}", base(), "another key of 32 letters, really"))))),
    ];
    let mut config = config("wechat");
    config["account"]["appid"] = "wx8888888888888888".into();
    config["account"]["mch_id"] = "1900000109".into();
    let names = named(&config, Side::Request, made);
    println!("WeChat Pay: {} mistakes", names.len());
    assert!(names.len() >= 50, "{}", names.len());
}

/// Where the signature is right, what else is wrong is said all the same.
#[test]
fn what_strikes_beside_a_right_signature_is_said() {
    let config = config("wechat");
    let id = |name: &str| config["account"][name].as_str().unwrap().to_string();
    let striking = |pairs: &[(&'static str, &str)]| {
        let fields = fields(pairs);
        let sign = upper(md5(format!("{}&key={}", string(&fields), api_key())));
        let report = explained(&config, xml(&fields, &sign), Side::Request);
        assert_eq!(verdict(&report), "right");
        assert!(!report.lines().join("\n").contains(&api_key()) && !report.to_json().contains(&api_key()));
        report.remarks.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let (appid, mch_id, key) = (id("appid"), id("mch_id"), api_key());
    assert!(striking(&[("appid", &appid), ("mch_id", &mch_id)]).is_empty());
    assert_eq!(striking(&[("appid", &mch_id), ("mch_id", &appid)]), ["ids_swapped (appid, mch_id)"]);
    assert_eq!(striking(&[("appid", "wx1"), ("mch_id", &mch_id)]), ["id_of_another (appid)"]);
    assert_eq!(striking(&[("appid", &appid), ("sign_type", "md5")]), ["sign_type_unknown (md5)"]);
    assert_eq!(striking(&[("appid", &appid), ("attach", &key)]), ["secret_sent"]);
}

/// A right signature does not make a body of what the gateway cannot read.
#[test]
fn a_body_in_another_form_or_charset_is_said_to_be_one() {
    let config = config("wechat");
    let of = |name: &str| config["account"][name].as_str().unwrap().to_string();
    let fields: Fields = vec![("appid", of("appid")), ("mch_id", of("mch_id")), ("attach", "撤销".into())];
    let signed_in = |text: Vec<u8>| upper(md5(text));
    let text = format!("{}&key={}", string(&fields), api_key());
    let sent = |body: &[u8]| [&b"POST /pay/closeorder HTTP/1.1\r\nHost: gw\r\n\r\n"[..], body].concat();
    let remarked = |file: Vec<u8>| {
        let report = explained(&config, file, Side::Request);
        (verdict(&report), report.remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
    };
    let with_sign: Fields = fields.iter().cloned().chain([("sign", signed_in(text.clone().into_bytes()))]).collect();
    let members: Vec<String> = with_sign.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    let json = format!("{{{}}}", members.join(","));
    for body in [json.clone(), form(&with_sign)] {
        assert_eq!(remarked(sent(body.as_bytes())), ("right".into(), "body_form (not XML)".into()));
    }
    assert_eq!(remarked(json.into_bytes()), ("right".into(), String::new()));
    let body = xml(&fields, &signed_in(text.clone().into_bytes()));
    assert_eq!(remarked(sent(&body)), ("right".into(), String::new()));
    assert_eq!(remarked(sent(&gbk(std::str::from_utf8(&body).unwrap()))), ("right".into(), "body_charset (GBK)".into()));
    let body = xml(&fields, &signed_in(gbk(&text)));
    assert_eq!(remarked(sent(&gbk(std::str::from_utf8(&body).unwrap()))), ("charset_other".into(), "body_charset (GBK)".into()));
}
