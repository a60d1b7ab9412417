//! What the sandbox's gateways post, and what frameworks, proxies and merchants make of it before it is verified.

use crate::client::*;
use chexiao_explain::{Message, Settings, Side, explain};
use chexiao_kit::KEYS;
use chexiao_sandbox::{Notice, NoticeFault, Options, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const NAMES: [&str; 7] = ["icbc", "icbc-aes", "ysepay", "ysepay-sm", "wechat", "edgeros", "chinaums"];
const NUMBER: &str = "PAID20261130";

/// The gateways, and a place to be told at that nobody listens at.
struct Bench(Sandbox);

impl Bench {
    fn open() -> Self {
        Self(Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap())
    }

    fn config(&self, name: &str) -> Value {
        self.0.config(name, self.0.http_url()).unwrap()
    }

    fn notice(&self, name: &str) -> Notice {
        self.0.notice(name, NUMBER, None).unwrap()
    }

    /// The body as it came.
    fn body(&self, name: &str) -> String {
        String::from_utf8(self.notice(name).body).unwrap()
    }
}

fn verdict_of(config: &Value, file: impl AsRef<[u8]>) -> (String, Vec<String>) {
    let report = explained(config, file, Side::Notification);
    let shown = report.lines().join("\n") + &report.to_json();
    for name in ["api_key", "notify_key", "app_key"] {
        assert!(config["account"][name].as_str().is_none_or(|secret| !shown.contains(secret)), "{shown}");
    }
    (verdict(&report), report.remarks.iter().map(|remark| remark.mistake.to_string()).collect())
}

fn right() -> (String, Vec<String>) {
    ("right".into(), Vec::new())
}

/// `a=1&b=2`, decoded by rules of this file alone.
fn pairs(body: &str) -> Vec<(String, Vec<u8>)> {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        let mut parts = text.split('%');
        let mut bytes = parts.next().unwrap().as_bytes().to_vec();
        for part in parts {
            bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
            bytes.extend(&part.as_bytes()[2..]);
        }
        bytes
    };
    body.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), decoded(value))).collect()
}

type Form = Vec<(String, String)>;

fn texts(body: &str) -> Form {
    pairs(body).into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
}

fn written(pairs: &[(String, String)], escape: impl Fn(&str) -> String) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

#[test]
fn what_came_is_right_in_every_form_that_people_have_of_it() {
    let bench = Bench::open();
    for name in NAMES {
        let (config, notice) = (bench.config(name), bench.notice(name));
        let body = String::from_utf8(notice.body.clone()).unwrap();
        let path = format!("/{}", notice.url.splitn(4, '/').nth(3).unwrap());
        let raw = format!("POST {path} HTTP/1.1\r\nHost: shop.example\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        let har = json!({ "log": { "entries": [{ "request": { "method": "POST", "url": notice.url, "headers": [], "postData": { "text": body } } }] } });
        let curl = format!("curl '{}' --data-raw '{}'", notice.url, body.replace('\'', "'\\''"));
        for file in [body.clone(), format!("{body}\n"), raw, har.to_string(), curl, notice.json().to_string()] {
            assert_eq!(verdict_of(&config, &file), right(), "{name}: {file}");
        }
        let line = format!("2026-11-30 10:00:00 INFO notify body={body}");
        if !name.starts_with("edgeros") {
            assert_eq!(verdict_of(&config, line), right(), "{name}");
        }
        let lines = explained(&config, &body, Side::Notification).lines().join("\n");
        assert!(lines.contains("over what stands here") && lines.contains("expected"), "{name}: {lines}");
    }
}

/// Nothing is said of what nobody has signed, and of a refund at WeChat Pay only whose key opens it.
#[test]
fn what_is_not_signed_is_said_to_be_so() {
    let bench = Bench::open();
    let told = |config: &Value, body: &[u8]| {
        let settings = Settings::read(&config.to_string()).unwrap();
        explain(&settings, &Message::read(body, Side::Notification), Side::Notification).unwrap_err().to_string()
    };
    for name in NAMES {
        let unsigned = bench.0.notice(name, NUMBER, Some(NoticeFault::Unsigned)).unwrap();
        assert!(told(&bench.config(name), &unsigned.body).contains("sign"), "{name}");
    }
    bench.0.set_state("wechat", "A1", chexiao_sandbox::State::Refunded);
    let refund = bench.0.notice("wechat", "A1", None).unwrap().body;
    let mut config = bench.config("wechat");
    assert!(told(&config, &refund).ends_with("its req_info opens with account.api_key"), "{}", told(&config, &refund));
    config["account"]["api_key"] = "0123456789abcdef0123456789ABCDEF".into();
    assert!(told(&config, &refund).contains("opens with no known key"), "{}", told(&config, &refund));
}

/// Forms, as frameworks and proxies leave them.
#[test]
fn what_became_of_a_form_is_named() {
    let bench = Bench::open();
    let mut names = BTreeSet::new();
    for name in ["icbc", "ysepay", "chinaums"] {
        let config = bench.config(name);
        // One signature in fifteen has no + that a second decoding loses: then all is right.
        let of = |at: usize| String::from_utf8(bench.0.notice(name, &format!("{NUMBER}{at}"), None).unwrap().body).unwrap();
        let body = (0..50).map(of).find(|body| body.contains("%2B")).unwrap();
        let texts = texts(&body);
        let latin1 = |text: &str| url_encoded(&text.bytes().map(char::from).collect::<String>());
        let read_as_gbk = |text: &str| match encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(text.as_bytes()) {
            Some(text) => url_encoded(&text),
            None => url_encoded(text),
        };
        let lost = |text: &str| url_encoded(&encoding_rs::UTF_8.decode_without_bom_handling(&gbk(text)).0);
        let changed = |change: &dyn Fn(&mut Form)| {
            let mut texts = texts.clone();
            change(&mut texts);
            written(&texts, url_encoded)
        };
        let dropped = if name == "icbc" { "format" } else { "signType" };
        let mut made = vec![
            ("received_decoded", "", written(&texts, str::to_string)),
            ("received_encoded", "", written(&texts, |text| url_encoded(&url_encoded(text)))),
            ("received_charset", "", written(&texts, latin1)),
            ("received_charset", "", written(&texts, read_as_gbk)),
            ("unexplained", "received_lost", written(&texts, lost)),
            ("received_added", "", changed(&|texts| texts.push(("tenant".into(), "7".into())))),
            ("right", "received_form", json!(texts.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()).to_string()),
        ];
        if name != "ysepay" {
            made.push(("received_dropped", "", changed(&|texts| texts.retain(|(known, _)| known != dropped))));
            let filtered = |text: &str| url_encoded(&text.replace('&', "&amp;").replace('"', "&quot;"));
            made.push(("received_encoded", "", written(&texts, filtered)));
            // What was signed is the compact text.
            made.push(("received_rewritten", "", written(&texts, |text| url_encoded(&text.replace("\":", "\" : ")))));
        }
        for (due, remark, file) in made {
            let (found, remarks) = verdict_of(&config, &file);
            let found = found.split(' ').next().unwrap().to_string();
            let remarks: Vec<&str> = remarks.iter().map(String::as_str).collect();
            assert_eq!((found.as_str(), remarks.first().copied().unwrap_or_default()), (due, remark), "{name}: {file}");
            names.insert(if remark.is_empty() { due } else { remark });
        }
    }
    println!("{names:?}");
    assert_eq!(names.len(), 8, "{names:?}");
}

/// XML and JSON, as frameworks leave them.
#[test]
fn what_became_of_xml_and_json_is_named() {
    let bench = Bench::open();
    let (wechat, edgeros) = (bench.config("wechat"), bench.config("edgeros"));
    bench.0.attach("wechat", NUMBER, "甲 & 乙");
    let xml = bench.body("wechat");
    let mojibake = |text: &str| text.bytes().map(char::from).collect::<String>();
    let escaped = xml.replace("<![CDATA[甲 & 乙]]>", "甲 &amp;amp; 乙");
    for (due, file) in [
        ("received_charset", mojibake(&xml)),
        ("received_added", xml.replace("<xml>", "<xml><tenant>7</tenant>")),
        ("received_encoded", escaped),
    ] {
        assert!(file != xml, "{due}: {xml}");
        assert_eq!(verdict_of(&wechat, &file).0, due, "{file}");
    }
    let plain = |text: &str| text.replace("<![CDATA[", "").replace("]]>", "");
    let members = xml.trim_start_matches("<xml>").lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix('<')?.split_once('>')?;
        Some((name.to_string(), Value::from(plain(rest.split_once(&format!("</{name}>"))?.0))))
    });
    let json = Value::Object(members.collect()).to_string();
    assert_eq!(verdict_of(&wechat, &json), ("right".into(), vec!["received_form".into()]), "{json}");

    let body = bench.body("edgeros");
    let value: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(verdict_of(&edgeros, serde_json::to_string_pretty(&value).unwrap()), right(), "blanks are not signed");
    let as_number = |digits: &str| body.replace("\"amount_total\":\"1.00\"", &format!("\"amount_total\":{digits}"));
    for (due, file) in [
        ("received_charset", mojibake(&body)),
        ("received_added", body.replacen('{', "{\"tenant\":\"7\",", 1)),
        ("received_rewritten", as_number("1.00")),
    ] {
        assert!(file != body, "{due}: {body}");
        assert_eq!(verdict_of(&edgeros, &file).0, due, "{file}");
    }
}

/// Keys that are not the gateway's, and the path that the bank signs.
#[test]
fn whose_key_it_was_and_which_path_was_signed_is_named() {
    let bench = Bench::open();
    let mut icbc = bench.config("icbc");
    let body = bench.body("icbc");
    let path = icbc["account"]["notify_url"].as_str().unwrap().splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap();
    icbc["account"]["notify_url"] = "https://shop.example/another/path".into();
    let raw = format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    assert_eq!(verdict_of(&icbc, raw).0, "notify_url_other");
    icbc["account"]["notify_url"] = format!("https://shop.example{path}/").into();
    let posted = format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    assert_eq!(verdict_of(&icbc, posted).0, "notify_url_other");

    // A test of one's own that signs with what is at hand.
    let (config, texts) = (bench.config("ysepay"), texts(&bench.body("ysepay")));
    let mut kept: Vec<(&str, &str)> =
        texts.iter().filter(|(name, value)| name != "sign" && !value.is_empty()).map(|(name, value)| (&**name, &**value)).collect();
    kept.sort_unstable();
    let text = kept.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let merchant = key(&KEYS.ysepay.merchant.private_base64());
    let sign = rsa(&merchant, Padding::Sha1, &text);
    let mut signed = texts.clone();
    signed.iter_mut().filter(|(name, _)| name == "sign").for_each(|(_, value)| value.clone_from(&sign));
    assert_eq!(verdict_of(&config, written(&signed, url_encoded)).0, "key_of_other_setting");

    let config = bench.config("chinaums");
    let form = crate::notices::texts(&bench.body("chinaums"));
    let mut kept: Vec<(&str, &str)> =
        form.iter().filter(|(name, value)| name != "sign" && !value.trim().is_empty()).map(|(name, value)| (&**name, &**value)).collect();
    kept.sort_unstable();
    let text = kept.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let of = |text: String| {
        let sign = upper(sha256(text));
        let mut form = form.clone();
        form.iter_mut().filter(|(name, _)| name == "sign").for_each(|(_, value)| value.clone_from(&sign));
        verdict_of(&config, written(&form, url_encoded)).0
    };
    let secret = |name: &str| config["account"][name].as_str().unwrap().to_string();
    for (due, text) in [
        ("right", format!("{text}{}", secret("notify_key"))),
        ("key_of_other_setting", format!("{text}{}", secret("app_key"))),
        ("key_not_bare", format!("{text}&key={}", secret("notify_key"))),
        ("key_empty", text.clone()),
        ("key_sample", format!("{text}fcAmtnx7MwismjWNhNKdHC44mNXtnEQeJkRrhKJwyrW2ysRR")),
    ] {
        assert_eq!(of(text), due);
    }
    let sm2 = bench.config("ysepay-sm");
    assert_eq!(verdict_of(&sm2, bench.body("ysepay")).1, ["sign_type_of_account"]);
}

/// The platform key of another environment, where its configuration is named too.
#[test]
fn the_key_of_another_environment_is_named() {
    let (bench, keys) = (Bench::open(), chexiao_sandbox::Keys::generate());
    for name in ["icbc", "ysepay", "edgeros", "wechat", "chinaums"] {
        let body = bench.body(name);
        let other = chexiao_sandbox::config(name, "http://127.0.0.1:1", &keys).unwrap();
        let settings = Settings::read(&other.to_string()).unwrap();
        let message = Message::read(body.as_bytes(), Side::Notification);
        assert!(verdict(&explain(&settings, &message, Side::Notification).unwrap()).starts_with("unexplained"), "{name}");
        let settings = settings.beside(&bench.config(name).to_string(), "sandbox.json").unwrap();
        assert_eq!(verdict(&explain(&settings, &message, Side::Notification).unwrap()), "key_of_other_config", "{name}");
    }
}

/// Characters are lost where U+FFFD stands in any spelling, not where the bytes are of another charset, nor where all is right.
#[test]
fn only_what_is_lost_is_said_to_be() {
    let bench = Bench::open();
    let (config, body) = (bench.config("icbc"), bench.body("icbc"));
    let with = |value: &[u8]| [body.as_bytes(), b"&tenant=", value].concat();
    let is_lost = |file: Vec<u8>| verdict_of(&config, file).1.contains(&"received_lost".to_string());
    assert!(is_lost(with("\u{fffd}".as_bytes())) && is_lost(with(b"%EF%BF%BD")) && is_lost(with(b"%ef%bf%bd")));
    assert!(!is_lost(with(&gbk("撤销"))) && !is_lost(with(b"1")));
    bench.0.attach("wechat", NUMBER, "\u{fffd}");
    assert!(bench.body("wechat").contains('\u{fffd}'));
    assert_eq!(verdict_of(&bench.config("wechat"), bench.body("wechat")), right());
}

/// The gateway signs as it says, and the account is set to another algorithm: that setting is named, once.
#[test]
fn the_setting_that_names_another_algorithm_is_named() {
    let bench = Bench::open();
    for (name, setting, other, due) in [
        ("chinaums", "notify_sign_type", "MD5", "account.notify_sign_type: SHA256"),
        ("wechat", "sign_type", "HMAC-SHA256", "account.sign_type: MD5"),
        ("ysepay", "sign_type", "SM", "account.sign_type: RSA"),
    ] {
        let (mut config, body) = (bench.config(name), bench.body(name));
        let account = if name == "ysepay" { bench.config("ysepay-sm")["account"].clone() } else { config["account"].clone() };
        config["account"] = account;
        config["account"][setting] = other.into();
        let lines = explained(&config, &body, Side::Notification).lines().join("\n");
        assert_eq!(lines.matches(&format!("sign_type_of_account ({due})")).count(), 1, "{name}: {lines}");
        assert!(!lines.contains("hash_other") && !lines.contains("sign_type_unknown"), "{name}: {lines}");
    }
    let mut config = bench.config("chinaums");
    config["account"]["notify_sign_type"] = "SHA256".into();
    let mut form = texts(&bench.body("chinaums"));
    form.iter_mut().filter(|(name, _)| name == "signType").for_each(|(_, word)| *word = "MD5".into());
    let mut kept: Vec<&(String, String)> = form.iter().filter(|(name, value)| name != "sign" && !value.trim().is_empty()).collect();
    kept.sort_unstable();
    let text = kept.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let sign = upper(md5(format!("{text}{}", config["account"]["notify_key"].as_str().unwrap())));
    form.iter_mut().filter(|(name, _)| name == "sign").for_each(|(_, value)| value.clone_from(&sign));
    assert_eq!(verdict_of(&config, written(&form, url_encoded)), ("sign_type_of_account".into(), Vec::new()));
}
