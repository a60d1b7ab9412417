//! Every byte of every authentic notification changed, taken away and doubled: what was signed is heard as it was, or not at all.

use crate::corpus::{Case, hear, of_each_form};
use serde_json::Value;
use std::collections::BTreeMap;

const DECISIVE: [&str; 4] = ["paid", "refunded", "closed", "already_closed"];

#[test]
fn no_changed_byte_is_believed() {
    let mut counts = BTreeMap::<String, Count>::new();
    for case in of_each_form() {
        let client = case.client();
        let golden = hear(&client, &case.incoming(case.body.clone()));
        if golden["evidence"] == "none" {
            continue;
        }
        let meaning = meaning(&case, &case.body);
        // A signature of SM2 takes long without optimisation.
        let changes: &[Change] = if case.config["account"]["sign_type"] == "SM" { &[flipped] } else { &[flipped, without, doubled] };
        for (at, change) in (0..case.body.len()).flat_map(|at| changes.iter().map(move |change| (at, change))) {
            let body = change(&case.body, at);
            let notice = hear(&client, &case.incoming(body.clone()));
            let place = || format!("{} at byte {at}: {}", case.id, String::from_utf8_lossy(&body));
            let count = counts.entry(form(&case)).or_default();
            count.changes += 1;
            if notice["evidence"] != "none" {
                count.heard_alike += 1;
                assert_eq!(notice, golden, "{}", place());
                assert_eq!(self::meaning(&case, &body), meaning, "{}", place());
            } else {
                assert!(!DECISIVE.contains(&notice["event"].as_str().unwrap()) && notice["acknowledge"].is_null(), "{}", place());
            }
        }
    }
    for (form, Count { changes, heard_alike }) in &counts {
        println!("{form}: {changes} changes, of which {heard_alike} change nothing that is signed");
        assert!(*changes >= 500 && heard_alike * 10 < *changes, "{form}");
    }
    let changes: usize = counts.values().map(|count| count.changes).sum();
    println!("{changes} changes in all");
    let forms: Vec<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(
        forms,
        ["chinaums MD5", "chinaums SHA256", "edgeros", "icbc", "icbc AES", "wechat HMAC-SHA256", "wechat MD5", "ysepay RSA", "ysepay SM"]
    );
    assert!(changes >= 100_000, "{changes}");
}

#[derive(Default)]
struct Count {
    changes: usize,
    heard_alike: usize,
}

/// How it is signed, or encrypted besides.
fn form(case: &Case) -> String {
    let setting = |name: &str, default: &str| case.config["account"][name].as_str().unwrap_or(default).to_string();
    let how = match case.gateway.as_str() {
        "icbc" if case.body.windows(16).any(|part| part == b"encrypt_type=AES") => "AES".into(),
        "ysepay" => setting("sign_type", "RSA"),
        "wechat" => setting("sign_type", "MD5"),
        "chinaums" => setting("notify_sign_type", "SHA256"),
        _ => String::new(),
    };
    format!("{} {how}", case.gateway).trim_end().into()
}

type Change = fn(&[u8], usize) -> Vec<u8>;

fn flipped(body: &[u8], at: usize) -> Vec<u8> {
    let mut changed = body.to_vec();
    changed[at] ^= 1;
    changed
}

fn without(body: &[u8], at: usize) -> Vec<u8> {
    [&body[..at], &body[at + 1..]].concat()
}

fn doubled(body: &[u8], at: usize) -> Vec<u8> {
    [&body[..=at], &body[at..]].concat()
}

/// What another reader makes of the body: names and texts, blank ones left out. Of XML nothing; there the notice has to do.
fn meaning(case: &Case, body: &[u8]) -> Value {
    let fields: BTreeMap<String, Value> = if case.headers[0].1.contains("x-www-form-urlencoded") {
        url::form_urlencoded::parse(body).map(|(name, text)| (name.to_string(), Value::from(text.trim()))).collect()
    } else if let Ok(Value::Object(members)) = serde_json::from_slice(body) {
        members.into_iter().collect()
    } else {
        return Value::Null;
    };
    let said = |value: &Value| !value.is_null() && value != "";
    // The signature is compared by the library, in upper case where it is hexadecimal.
    fields.into_iter().filter(|(name, value)| name != "sign" && said(value)).collect()
}
