//! Settings and orders that are refused before anything is signed, each by its field.

use chexiao::{Client, Kind};
use chexiao_kit::KEYS;
use serde_json::{Value, json};

/// The sandbox's configuration with these members over its own; `account` is merged.
fn config(name: &str, changes: &Value) -> String {
    let mut config = chexiao_sandbox::config(name, "https://127.0.0.1:1", &KEYS).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Object(settings) if name == "account" => {
                settings.iter().for_each(|(name, value)| config["account"][name] = value.clone())
            }
            Value::Null => _ = config.as_object_mut().unwrap().remove(name),
            value => config[name] = value.clone(),
        }
    }
    config.to_string()
}

#[test]
fn a_setting_that_does_not_fit_is_named() {
    let sandbox_of_icbc = json!({ "base_url": null, "environment": "sandbox" });
    for (gateway, changes, field) in [
        ("ysepay", json!({ "account": { "sm2_encoding": "raw" } }), "account.sm2_encoding"),
        ("ysepay", json!({ "account": { "sm2_user_id": "1234567812345678" } }), "account.sm2_user_id"),
        ("icbc", sandbox_of_icbc, "account.app_id"),
        ("icbc", json!({ "account": { "charset": "GB2312" } }), "account.charset"),
        ("icbc", json!({ "account": { "certificate": { "base64": KEYS.icbc_certificate_base64() } } }), "account.certificate"),
        ("icbc", json!({ "account": { "encrypt_key": "AAECAw==" } }), "account.encrypt_key"),
        ("chinaums", json!({ "account": { "mid": "a b" } }), "account.mid"),
        ("chinaums", json!({ "account": { "tid": "a&b" } }), "account.tid"),
        ("chinaums", json!({ "account": { "tid": "a<b" } }), "account.tid"),
        ("chinaums", json!({ "account": { "tid": "é" } }), "account.tid"),
    ] {
        let error = Client::new(&config(gateway, &changes)).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some(field)), "{gateway} {changes}: {error}");
    }
    let prefixed = json!({ "base_url": null, "environment": "sandbox", "account": { "app_id": "sandboxie_1" } });
    assert!(Client::new(&config("icbc", &prefixed)).is_ok());
}

#[test]
fn chinaums_dates_are_days() {
    let client = Client::new(&config("chinaums", &json!({}))).unwrap();
    let sign = |date: &str| {
        let order = json!({ "billNo": "B1", "billDate": date, "merOrderId": "A1", "authIdRespCd": "1" });
        client.sign(&json!({ "operation": "close", "order": order }).to_string())
    };
    assert!(sign("").is_ok() && sign("2024-02-29").is_ok());
    for date in ["2023-02-29", "2024-2-9", "20240209", "2024-02-09 ", "today"] {
        let error = sign(date).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Call, Some("order.billDate")), "{date}");
    }
}

#[test]
fn chinaums_cannot_sign_with_a_token_that_only_send_fetches() {
    let client = Client::new(&config("chinaums", &json!({ "account": { "authentication": "access_token" } }))).unwrap();
    let call = json!({ "operation": "close", "order": chexiao_sandbox::sample_order("chinaums", "A1") }).to_string();
    let error = client.sign(&call).unwrap_err();
    assert_eq!((error.kind(), error.field()), (Kind::Unsupported, Some("account.authentication")));
}
