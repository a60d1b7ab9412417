//! Every byte of every authentic notification changed, taken away and doubled: what was signed is heard as it was, or not at all.

use crate::corpus::{Case, hear, of_each_form};
use serde_json::Value;
use std::collections::BTreeMap;

const DECISIVE: [&str; 4] = ["paid", "refunded", "closed", "already_closed"];

#[test]
fn no_changed_byte_is_believed() {
    let mut flips = 0;
    let mut heard_alike = 0;
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
            flips += 1;
            if notice["evidence"] != "none" {
                heard_alike += 1;
                assert_eq!(notice, golden, "{}", place());
                assert_eq!(self::meaning(&case, &body), meaning, "{}", place());
            } else {
                assert!(!DECISIVE.contains(&notice["event"].as_str().unwrap()) && notice["acknowledge"].is_null(), "{}", place());
            }
        }
    }
    println!("{flips} changes, of which {heard_alike} change nothing that is signed");
    assert!(flips >= 20_000 && heard_alike * 10 < flips, "{flips}, {heard_alike}");
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
