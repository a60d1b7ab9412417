//! A diagnosis of configurations and keys that are wrong: the first failure is the cause, and nothing else is blamed.

use chexiao::face::json;
use chexiao::{Diagnosis, State, diagnose_offline};
use chexiao_kit::{GATEWAYS, KEYS};
use chexiao_sandbox::config;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const CANARY: &str = "CANARY0c4f1";

fn good(name: &str) -> Value {
    config(name, "https://127.0.0.1:1", &KEYS).unwrap()
}

fn set(config: &mut Value, pointer: &str, value: Value) {
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = config.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => drop(parent.remove(member)),
        value => drop(parent.insert(member.into(), value)),
    }
}

/// What every diagnosis keeps to.
#[track_caller]
fn assert_sound(diagnosis: &Diagnosis) -> Value {
    let (status, text) = json::diagnosis(diagnosis);
    assert!(!text.contains(CANARY), "{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status != 0, document["worst"] == "failure"), (diagnosis.cause().is_some(), diagnosis.cause().is_some()), "{text}");
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for step in diagnosis.steps() {
        assert!(step.found().zh.contains(is_chinese) && !step.found().en.is_empty(), "{text}");
        let is_wrong = matches!(step.state(), State::Warning | State::Failure);
        assert_eq!((step.finding().is_some(), step.remedy().is_some()), (is_wrong, is_wrong), "{text}");
        assert!(step.remedy().is_none_or(|remedy| remedy.zh.contains(is_chinese) && !remedy.en.is_empty()), "{text}");
    }
    document
}

/// The failures, as step, field and finding.
fn failures(diagnosis: &Diagnosis) -> Vec<(&str, &str, &str)> {
    let failed = diagnosis.steps().iter().filter(|step| step.state() == State::Failure);
    failed.map(|step| (step.name(), step.field().unwrap_or_default(), step.finding().unwrap())).collect()
}

#[test]
fn what_is_in_order_is_said_to_be() {
    for gateway in GATEWAYS {
        let diagnosis = diagnose_offline(&good(gateway).to_string());
        let document = assert_sound(&diagnosis);
        assert!(failures(&diagnosis).is_empty() && diagnosis.status() == 0, "{gateway}: {document}");
        let keys: Vec<_> = diagnosis.steps().iter().filter(|step| step.name() == "key").collect();
        assert!(!keys.is_empty(), "{gateway}");
        for key in keys.iter().filter(|key| key.field().unwrap().ends_with("private_key")) {
            let facts: Vec<_> = key.facts().map(|(name, _)| name).collect();
            assert!(["kind", "bits", "spki_sha256", "from"].iter().all(|fact| facts.contains(fact)), "{gateway}: {facts:?}");
        }
    }
}

#[test]
fn a_broken_configuration_is_named_by_its_setting() {
    let cases = [
        ("wechat", "/base_ulr", json!("https://x"), ("configuration", "base_ulr", "unknown_key")),
        ("wechat", "/timeout_ms", json!(5000), ("configuration", "timeout_ms", "unknown_key")),
        ("icbc", "/account/appid", json!(CANARY), ("configuration", "account.appid", "unknown_key")),
        ("ysepay", "/account/privatekey", json!({"pem": CANARY}), ("configuration", "account.privatekey", "unknown_key")),
        ("wechat", "/gateway", Value::Null, ("configuration", "gateway", "missing")),
        ("wechat", "/gateway", json!("wechatpay"), ("configuration", "gateway", "wrong_word")),
        ("wechat", "/gateway", json!(5), ("configuration", "gateway", "wrong_json_type")),
        ("wechat", "/account", Value::Null, ("configuration", "account", "missing")),
        ("wechat", "/account", json!([]), ("configuration", "account", "wrong_json_type")),
        ("wechat", "/account/appid", Value::Null, ("configuration", "account.appid", "missing")),
        ("wechat", "/account/appid", json!(88), ("configuration", "account.appid", "wrong_json_type")),
        ("wechat", "/account/appid", json!("wx 1"), ("configuration", "account.appid", "wrong_value")),
        ("wechat", "/account/mch_id", json!("商户"), ("configuration", "account.mch_id", "wrong_value")),
        ("wechat", "/account/sign_type", json!("HMAC_SHA256"), ("configuration", "account.sign_type", "wrong_word")),
        ("wechat", "/account/sub_mch_id", json!("1900000110"), ("configuration", "account.sub_mch_id", "wrong_value")),
        ("wechat", "/account/api_key", json!(CANARY), ("key", "account.api_key", "wrong_value")),
        ("wechat", "/account/api_key", json!("\u{200b}23456789012345678901234567890123"), ("key", "account.api_key", "wrong_value")),
        ("wechat", "/account/api_key", json!({"env": "CHEXIAO_TEST_UNSET"}), ("key", "account.api_key", "unreadable")),
        ("wechat", "/account/api_key", json!({"file": "/nowhere/key"}), ("key", "account.api_key", "unreadable")),
        ("wechat", "/account/api_key", Value::Null, ("key", "account.api_key", "missing")),
        ("icbc", "/account/app_id", json!(""), ("configuration", "account.app_id", "wrong_value")),
        ("icbc", "/account/charset", json!("utf8"), ("configuration", "account.charset", "wrong_word")),
        ("icbc", "/account/sign_type", json!("RSA256"), ("configuration", "account.sign_type", "wrong_word")),
        ("icbc", "/account/notify_url", json!("https://x.test/a?b=1"), ("configuration", "account.notify_url", "wrong_value")),
        ("icbc", "/account/encrypt_key", json!(CANARY), ("key", "account.encrypt_key", "wrong_value")),
        ("icbc", "/account/private_key", json!("MIIE"), ("key", "account.private_key", "wrong_value")),
        ("icbc", "/account/private_key", json!({"flie": "x"}), ("key", "account.private_key.flie", "unknown_key")),
        ("ysepay", "/account/partner_id", json!("x".repeat(21)), ("configuration", "account.partner_id", "wrong_value")),
        ("ysepay", "/account/allow_weak_key", json!("true"), ("configuration", "account.allow_weak_key", "wrong_json_type")),
        ("edgeros", "/account/mch_no", json!(" "), ("configuration", "account.mch_no", "wrong_value")),
        ("chinaums", "/account/app_key", json!(""), ("key", "account.app_key", "wrong_value")),
        ("chinaums", "/account/authentication", json!("token"), ("configuration", "account.authentication", "wrong_word")),
        ("wechat", "/base_url", json!("api.mch.weixin.qq.com"), ("base_url", "base_url", "wrong_address")),
        ("wechat", "/base_url", json!("http://api.mch.weixin.qq.com"), ("base_url", "base_url", "wrong_address")),
        ("wechat", "/base_url", json!("https://127.0.0.1:1/pay/closeorder"), ("base_url", "base_url", "wrong_address")),
        ("wechat", "/base_url", json!(format!("https://user:{CANARY}@127.0.0.1:1")), ("base_url", "base_url", "wrong_address")),
        ("wechat", "/base_url", Value::Null, ("base_url", "base_url", "wrong_address")),
        ("wechat", "/environment", json!("mainland"), ("base_url", "base_url", "wrong_address")),
        ("wechat", "/connect_timeout_ms", json!("5s"), ("configuration", "connect_timeout_ms", "wrong_json_type")),
        ("wechat", "/connect_timeout_ms", json!(60_000), ("configuration", "connect_timeout_ms", "wrong_value")),
        ("wechat", "/deadline_ms", json!(0), ("configuration", "deadline_ms", "wrong_value")),
        ("wechat", "/deadline_ms", json!(-1), ("configuration", "deadline_ms", "wrong_json_type")),
        ("wechat", "/download_limit_bytes", json!(0), ("configuration", "download_limit_bytes", "wrong_value")),
        ("wechat", "/proxy", json!(format!("socks5://u:{CANARY}@127.0.0.1:1080")), ("proxy", "proxy", "proxy_setting")),
        ("wechat", "/proxy", json!("127.0.0.1:8080"), ("proxy", "proxy", "proxy_setting")),
        ("wechat", "/ca_file", json!("/nowhere/ca.pem"), ("tls", "ca_file", "unreadable")),
        ("wechat", "/client_certificate", json!({"file": "/nowhere/a.p12"}), ("client_certificate", "client_certificate", "unreadable")),
    ];
    for (gateway, pointer, value, cause) in &cases {
        let mut config = good(gateway);
        set(&mut config, pointer, value.clone());
        let diagnosis = diagnose_offline(&config.to_string());
        let document = assert_sound(&diagnosis);
        assert_eq!(failures(&diagnosis), [*cause], "{gateway} {pointer} {value}: {document}");
    }
    assert!(cases.len() >= 25);
}

#[test]
fn text_that_is_no_json_is_the_only_failure() {
    let whole = good("wechat").to_string();
    for text in [
        "",
        "{",
        "[]x",
        &whole[..whole.len() - 1],
        &whole.replace('"', "'"),
        &format!("{whole}{whole}"),
        &whole.replacen('{', "{\"gateway\":\"wechat\",", 1),
        &whole.replacen('{', "{// a note\n", 1),
        &whole.replace('}', ",}"),
    ] {
        let diagnosis = diagnose_offline(text);
        assert_sound(&diagnosis);
        assert_eq!((failures(&diagnosis).len(), failures(&diagnosis)[0].2), (1, "not_json"), "{text}");
    }
}

#[test]
fn each_of_several_faults_is_named() {
    let mut config = good("ysepay");
    set(&mut config, "/prox", json!("x"));
    set(&mut config, "/timeout", json!(1));
    set(&mut config, "/account/charsett", json!("GBK"));
    set(&mut config, "/account/private_key", json!({"base64": "AAAA"}));
    set(&mut config, "/account/gateway_public_key", json!({"file": "/nowhere/platform.cer"}));
    let diagnosis = diagnose_offline(&config.to_string());
    assert_sound(&diagnosis);
    let found = failures(&diagnosis);
    for field in ["prox", "timeout", "account.charsett", "account.private_key", "account.gateway_public_key"] {
        assert!(found.iter().any(|(_, named, _)| *named == field), "{field}: {found:?}");
    }
    assert_eq!((found.len(), found[0].0), (5, "configuration"), "{found:?}");
}

/// Keys that are published, before hosts where orders are real, and before others; nothing is connected to.
#[test]
fn a_published_test_key_is_refused_at_a_production_host_only() {
    let known: Value = serde_json::from_str(include_str!("../../../tests/notifications/known.json")).unwrap();
    let key = |name: &str| known["keys"][name].as_str().unwrap().to_owned();
    let (private, public) = ("/account/private_key/base64", "/account/gateway_public_key/base64");
    for (gateway, pointer, value, environments) in [
        ("wechat", "/account/api_key", "192006250b4c09247ec02edce69f6a2d".into(), &["mainland", "mainland_backup", "global"][..]),
        ("wechat", "/account/api_key", key("wechat_api_key"), &["global"]),
        ("edgeros", private, key("edgeros_merchant_private"), &["production"]),
        ("edgeros", public, key("edgeros_platform_public"), &["production"]),
        ("icbc", private, key("icbc_merchant_private"), &["production"]),
        ("icbc", public, key("icbc_gateway_public"), &["production"]),
        ("ysepay", private, key("ysepay_merchant_private"), &["production"]),
        ("ysepay", public, key("ysepay_platform_public"), &["production"]),
        ("chinaums", "/account/app_key", key("chinaums_app_key"), &["production"]),
        ("chinaums", "/account/notify_key", key("chinaums_notify_key"), &["production"]),
    ] {
        let mut config = good(gateway);
        set(&mut config, pointer, json!(value));
        let harmless = diagnose_offline(&config.to_string());
        assert!(failures(&harmless).is_empty(), "{gateway} {pointer}: {:?}", failures(&harmless));
        set(&mut config, "/base_url", Value::Null);
        for environment in environments {
            set(&mut config, "/environment", json!(environment));
            let diagnosis = diagnose_offline(&config.to_string());
            assert!(!assert_sound(&diagnosis).to_string().contains(&value[..20]));
            let field = pointer.trim_start_matches('/').trim_end_matches("/base64").replace('/', ".");
            assert_eq!(failures(&diagnosis), [("key", field.as_str(), "known_test_key")], "{gateway} {pointer} {environment}");
        }
    }
    let mut sandbox = good("chinaums");
    set(&mut sandbox, "/account/app_key", json!(key("chinaums_app_key")));
    set(&mut sandbox, "/base_url", Value::Null);
    set(&mut sandbox, "/environment", json!("test"));
    assert!(failures(&diagnose_offline(&sandbox.to_string())).is_empty());
}

/// A merchant of the sandbox, where in its configuration a key goes, and the key.
type Placed = (&'static str, &'static str, Value);

const PUBLIC: &str = "/account/gateway_public_key";
const PRIVATE: &str = "/account/private_key";

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Those of tests/keys that a gateway takes.
fn of_key_files() -> Vec<Placed> {
    let files = read(include_str!("../../../tests/keys/manifest.json"));
    let keys = files["keys"].as_object().unwrap().values();
    let taken = keys.filter(|key| key["algorithm"] == "SM2" || (1024..=8192).contains(&key["bits"].as_u64().unwrap()));
    let placed =
        taken.map(|key| (if key["algorithm"] == "SM2" { "ysepay-sm" } else { "edgeros" }, PUBLIC, json!({ "base64": key["spki"] })));
    let secrets: BTreeSet<&str> =
        files["roles"].as_object().unwrap().values().filter_map(|role| role["account"]["api_key"].as_str()).collect();
    placed.chain(secrets.into_iter().map(|secret| ("wechat", "/account/api_key", json!(secret)))).collect()
}

/// The pairs of tests/vectors that a gateway takes, but for a gateway's own.
fn of_vectors() -> Vec<Placed> {
    let vectors = read(include_str!("../../../tests/vectors/make/data/keys.json"));
    let keys = vectors["keys"].as_object().unwrap().iter().filter(|(name, _)| *name != "icbc_production_gateway" && *name != "elliptic");
    keys.map(|(_, key)| match (&key["public_base64"], &key["certificate"], &key["sm2"]) {
        (Value::String(base64), _, _) => ("edgeros", PUBLIC, json!({ "base64": base64 })),
        (_, Value::String(pem), Value::Null) => ("edgeros", PUBLIC, json!({ "pem": pem })),
        (_, Value::String(pem), _) => ("ysepay-sm", PUBLIC, json!({ "pem": pem })),
        (_, _, number) => ("ysepay-sm", PRIVATE, json!({ "base64": number })),
    })
    .collect()
}

/// What stands beside the vectors as plain text.
fn of_secrets() -> Vec<Placed> {
    let files = [
        include_str!("../../../tests/vectors/icbc/sign.json"),
        include_str!("../../../tests/vectors/wechat/sign.json"),
        include_str!("../../../tests/vectors/chinaums/sign.json"),
    ];
    let keys = files.map(|text| read(text)["keys"].as_object().unwrap().clone()).into_iter().flatten();
    keys.filter(|(name, _)| !name.contains('.')).map(|(name, key)| placed(&name, key)).collect()
}

fn of_notifications() -> Vec<Placed> {
    let known = read(include_str!("../../../tests/notifications/known.json"));
    known["keys"].as_object().unwrap().iter().map(|(name, key)| placed(name, key.clone())).collect()
}

/// A key by its name in a corpus.
fn placed(name: &str, key: Value) -> Placed {
    match name {
        "wechat_api_key" => ("wechat", "/account/api_key", key),
        "chinaums_app_key" => ("chinaums", "/account/app_key", key),
        "chinaums_notify_key" => ("chinaums", "/account/notify_key", key),
        name if name.starts_with("icbc_aes") => ("icbc", "/account/encrypt_key", key),
        name if name.contains("sm2_private") => ("ysepay-sm", PRIVATE, json!({ "base64": key })),
        name if name.ends_with("sm2_public") => ("ysepay-sm", PUBLIC, json!({ "base64": key })),
        name if name.ends_with("_private") => ("edgeros", PRIVATE, json!({ "base64": key })),
        _ => ("edgeros", PUBLIC, json!({ "base64": key })),
    }
}

/// What the vendors print in their demos and pages.
fn of_vendors() -> Vec<Placed> {
    let secrets = [
        ("wechat", "/account/api_key", "8934e7d15453e97507ef794cf7b0519d"),
        ("chinaums", "/account/app_key", "1c4e3b16066244ae9b236a09e5b312e8"),
        ("chinaums", "/account/notify_key", "fcAmtnx7MwismjWNhNKdHC44mNXtnEQeJkRrhKJwyrW2ysRR"),
        ("chinaums", "/account/notify_key", "impARTxrQcfwmRijpDNCw6hPxaWCddKEpYxjaKXDhCaTCXJ6"),
    ];
    secrets.map(|(merchant, pointer, secret)| (merchant, pointer, json!(secret))).into()
}

/// Whatever this repository publishes that could sign for real money, and what vendors print in their demos. A gateway's own key is none.
#[test]
fn every_key_that_is_published_is_known() {
    let sources = [
        ("key files", of_key_files(), 19),
        ("vectors", of_vectors(), 12),
        ("secrets", of_secrets(), 5),
        ("notifications", of_notifications(), 18),
        ("vendors", of_vendors(), 4),
    ];
    for (source, keys, count) in sources {
        assert_eq!(keys.len(), count, "{source}");
        for (merchant, pointer, key) in keys {
            assert_eq!(at_production(merchant, pointer, &key), ["known_test_key"], "{source}: {merchant} {pointer} {key}");
        }
    }
    let vectors = read(include_str!("../../../tests/vectors/make/data/keys.json"));
    let genuine = json!({ "base64": vectors["keys"]["icbc_production_gateway"]["public_base64"] });
    assert!(at_production("icbc", PUBLIC, &genuine).is_empty());
}

/// The words of what is wrong with it where orders are real.
fn at_production(merchant: &str, pointer: &str, key: &Value) -> Vec<String> {
    let mut config = good(merchant);
    set(&mut config, pointer, key.clone());
    if merchant == "edgeros" {
        set(&mut config, "/account/allow_weak_key", json!(true));
    }
    set(&mut config, "/base_url", Value::Null);
    set(&mut config, "/environment", json!(if merchant == "wechat" { "mainland" } else { "production" }));
    failures(&diagnose_offline(&config.to_string())).iter().map(|(_, _, word)| word.to_string()).collect()
}

#[test]
fn the_own_key_in_the_gateways_place_is_named() {
    for gateway in ["icbc", "ysepay", "edgeros"] {
        let mut config = good(gateway);
        let own = config["account"]["private_key"].clone();
        set(&mut config, "/account/gateway_public_key", own);
        let diagnosis = diagnose_offline(&config.to_string());
        assert_eq!(failures(&diagnosis), [("key", "account.gateway_public_key", "private_key")], "{gateway}");
    }
}

#[test]
fn every_finding_has_a_word_of_its_own() {
    let rows = json::findings();
    let words: BTreeSet<&str> = rows.iter().map(|row| row[1]).collect();
    assert_eq!(words.len(), rows.len());
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    assert!(rows.iter().all(|[_, _, en, zh, todo, todo_zh]| !en.is_empty()
        && !todo.is_empty()
        && zh.contains(is_chinese)
        && todo_zh.contains(is_chinese)));
}
