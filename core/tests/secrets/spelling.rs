//! The ways in which a secret could be spelled where it should not be.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;
use std::fmt::Write as _;

/// Of a key, every piece of so many bytes: base64 of a piece is a piece of its base64, and of one line of PEM.
const PIECE: usize = 24;
/// Shorter words are words of every message.
const SHORTEST: usize = 8;

/// The secrets of an account, spelled out.
pub(crate) fn of_account(account: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in account.as_object().into_iter().flatten() {
        match (name.as_str(), value) {
            ("api_key" | "app_key" | "encrypt_key" | "notify_key" | "password", Value::String(text)) if text.len() >= SHORTEST => {
                found.extend(of_bytes(text.as_bytes()))
            }
            ("private_key", key) => {
                found.extend(of_account(key));
                found.extend(["base64", "pem"].iter().filter_map(|form| key[form].as_str()).flat_map(of_key));
            }
            _ => {}
        }
    }
    found
}

/// What stands at the beginning is the same in many keys, and left out.
fn of_key(text: &str) -> Vec<String> {
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap_or_default();
    der.chunks_exact(PIECE).skip(1).flat_map(of_bytes).collect()
}

/// A signature as it is sent, and its bytes.
pub(crate) fn of_signature(text: &str) -> Vec<String> {
    let is_hex = matches!(text.len(), 32 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let of_hex = || (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    let bytes = if is_hex { of_hex() } else { STANDARD.decode(text).unwrap() };
    assert!(bytes.len() >= 16, "{text} is no signature");
    [of_bytes(text.as_bytes()), of_bytes(&bytes)].concat()
}

/// As they are, if that is text, in hex, in both kinds of base64, with percent signs, and as Rust shows bytes.
fn of_bytes(bytes: &[u8]) -> Vec<String> {
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    let shown = format!("{bytes:?}");
    let whole = &bytes[..bytes.len() / 3 * 3];
    let mut all = vec![hex.to_uppercase(), hex, STANDARD.encode(whole), URL_SAFE.encode(whole), shown.trim_matches(['[', ']']).into()];
    all.push(percent(&STANDARD.encode(whole)));
    if let Ok(text) = std::str::from_utf8(bytes) {
        all.extend([text.to_string(), percent(text)]);
    }
    all.sort();
    all.dedup();
    all
}

fn percent(text: &str) -> String {
    let of_byte = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(of_byte).collect()
}

/// What of these stands in the text, or in a body that it holds in base64.
pub(crate) fn first_shown(text: &str, spellings: impl IntoIterator<Item = String>) -> Option<String> {
    let bodies = text.split("_base64\":\"").skip(1).filter_map(|rest| STANDARD.decode(rest.split('"').next()?).ok());
    let texts: Vec<String> = std::iter::once(text.into()).chain(bodies.map(|body| String::from_utf8_lossy(&body).into_owned())).collect();
    spellings.into_iter().find(|spelling| texts.iter().any(|text| text.contains(spelling)))
}

/// A search that finds nothing proves nothing: what is planted is found, and only that.
pub(crate) fn check_itself() {
    let der: Vec<u8> = (7..207).collect();
    let key = STANDARD.encode(&der);
    let account =
        serde_json::json!({"app_id": "public", "app_key": "k/e+y=with%odd", "private_key": {"base64": key, "password": "pass word"}});
    let signature = STANDARD.encode([250; 32]);
    let digest = "0123456789ABCDEF0123456789ABCDEF";
    let spellings = || [of_account(&account), of_signature(&signature), of_signature(digest)].concat();
    let hex: String = der.iter().map(|byte| format!("{byte:02X}")).collect();
    let plants =
        [key, hex, format!("{der:?}"), percent("k/e+y=with%odd"), "pass word".into(), percent(&signature), "fa".repeat(32), digest.into()];
    for plant in plants {
        let body = format!(r#"{{"raw_base64":"{}"}}"#, STANDARD.encode(format!("<xml>{plant}</xml>")));
        for text in [format!("before {plant} behind"), body] {
            assert!(first_shown(&text, spellings()).is_some(), "a planted secret is not found: {text}");
        }
    }
    assert_eq!(first_shown(r#"{"app_id":"public","raw_base64":"cHVibGlj"}"#, spellings()), None);
}
