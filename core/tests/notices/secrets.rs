//! No secret of the account stands in a notice, in what is printed of it, or in an error.

use crate::corpus::{base64, cases};
use chexiao::face::json;
use serde_json::Value;

/// The texts of the account that are secrets, as they are and as base64.
fn secrets(account: &Value) -> Vec<String> {
    let plain = ["api_key", "app_key", "notify_key", "encrypt_key"].iter().filter_map(|name| account[*name].as_str()).map(String::from);
    let private = account["private_key"]["base64"].as_str().map(String::from);
    plain.chain(private).flat_map(|secret| [base64(secret.as_bytes()), secret]).collect()
}

#[test]
fn no_notice_shows_a_secret() {
    let mut searched = 0;
    for case in cases() {
        let client = case.client();
        let (_, notice) = json::notification(&client, &case.message()).unwrap();
        let incoming = case.incoming(case.body.clone());
        let heard = client.notification(&incoming).unwrap();
        let unread = json::notification(&client, &format!("{{\"{}\":1}}", case.config["account"])).unwrap().1;
        let shown = format!("{notice}{heard:?}{incoming:?}{unread}{:?}", heard.acknowledge());
        for secret in secrets(&case.config["account"]) {
            assert!(!shown.contains(&secret), "{}", case.id);
            searched += 1;
        }
    }
    assert!(searched > 100, "{searched}");
}

/// What is printed of a notice or of a message holds nothing of the order.
#[test]
fn what_is_printed_holds_no_order() {
    for case in cases() {
        let incoming = case.incoming(case.body.clone());
        let notice = case.client().notification(&incoming).unwrap();
        let printed = format!("{notice:?}{incoming:?}");
        for text in notice.fields().values().chain(notice.order().values()).filter(|text| text.len() > 6) {
            assert!(!printed.contains(text.as_str()), "{}: {printed}", case.id);
        }
    }
}
