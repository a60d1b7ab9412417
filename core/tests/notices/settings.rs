//! The settings that notifications need: strict, and named where they are missing.

use crate::corpus::{Case, cases};
use chexiao::{Client, Kind};
use serde_json::{Value, json};

fn first(gateway: &str) -> Case {
    cases().into_iter().find(|case| case.gateway == gateway && case.expect["outcome"] == "paid").unwrap()
}

fn without(mut config: Value, setting: &str) -> Value {
    config["account"].as_object_mut().unwrap().remove(setting).unwrap();
    config
}

#[test]
fn what_is_missing_and_needed_is_named() {
    for (gateway, setting) in [("icbc", "notify_url"), ("chinaums", "notify_key"), ("chinaums", "mid")] {
        let case = first(gateway);
        let client = Client::new(&without(case.config.clone(), setting).to_string()).unwrap();
        for body in [case.body.clone(), Vec::new()] {
            let error = client.notification(&case.incoming(body)).unwrap_err();
            assert_eq!((error.kind(), error.field()), (Kind::Config, Some(format!("account.{setting}").as_str())));
        }
    }
}

#[test]
fn what_is_optional_may_be_missing() {
    let case = first("chinaums");
    let client = Client::new(&without(case.config.clone(), "notify_sign_type").to_string()).unwrap();
    assert_eq!(client.notification(&case.incoming(case.body.clone())).unwrap().event().word(), "paid");
}

#[test]
fn settings_are_strict() {
    for (gateway, setting, value) in [
        ("icbc", "notify_url", json!("https://merchant.invalid/pay/icbc/notify?x=1")),
        ("icbc", "notify_url", json!("https://merchant.invalid/pay#top")),
        ("icbc", "notify_url", json!("https://merchant.invalid")),
        ("icbc", "notify_url", json!("/pay/icbc/notify")),
        ("icbc", "notify_url", json!("ftp://merchant.invalid/pay")),
        ("icbc", "notify_url", json!("https:///pay")),
        ("icbc", "notify_url", json!("https://u:p@merchant.invalid/pay")),
        ("icbc", "notify_url", json!("https://merchant.invalid/支付")),
        ("icbc", "notify_url", json!("https://merchant.invalid/pay ")),
        ("icbc", "notify_url", json!("")),
        ("icbc", "notify_url", json!(5)),
        ("chinaums", "notify_key", json!("")),
        ("chinaums", "notify_key", json!(5)),
        ("chinaums", "notify_sign_type", json!("SHA-256")),
        ("chinaums", "notify_sign_type", json!("sha256")),
        ("chinaums", "notify_sign_type", json!("")),
        ("edgeros", "notify_key", json!("x")),
        ("wechat", "notify_url", json!("https://merchant.invalid/")),
    ] {
        let mut config = first(gateway).config;
        config["account"][setting] = value.clone();
        let error = Client::new(&config.to_string()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some(format!("account.{setting}").as_str())), "{value}");
    }
}

/// Both as they are registered, a doubled slash and plain http too.
#[test]
fn the_path_is_that_of_the_url_as_registered() {
    let case = first("icbc");
    for (url, event) in [
        ("https://merchant.invalid/pay/icbc/notify", "paid"),
        ("http://other.invalid:8080/pay/icbc/notify", "paid"),
        ("https://merchant.invalid//pay/icbc/notify", "unknown"),
        ("https://merchant.invalid/pay/icbc/notify/", "unknown"),
        ("https://merchant.invalid/pay/icbc/Notify", "unknown"),
        ("https://merchant.invalid/pay/icbc/%6Eotify", "unknown"),
    ] {
        let mut config = case.config.clone();
        config["account"]["notify_url"] = url.into();
        let client = Client::new(&config.to_string()).unwrap();
        assert_eq!(client.notification(&case.incoming(case.body.clone())).unwrap().event().word(), event, "{url}");
    }
}

/// The setting of replies is none of notifications.
#[test]
fn the_bank_signs_notifications_with_sha1_whatever_replies_are_signed_with() {
    let mut case = first("icbc");
    case.config["account"]["reply_hash"] = "SHA-256".into();
    assert_eq!(case.client().notification(&case.incoming(case.body.clone())).unwrap().event().word(), "paid");
}
