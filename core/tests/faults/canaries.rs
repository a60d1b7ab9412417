//! What nothing that is shown may hold.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_sandbox::{CONFIGS, Sandbox};
use serde_json::Value;

/// The secrets of the accounts as they are, in hex and in base64. Of a private key, a piece that is not public.
pub(crate) fn secrets(sandbox: &Sandbox) -> Vec<String> {
    let mut secrets = of_key(&sandbox.merchant_certificate().key_pem);
    for config in CONFIGS.iter().filter_map(|name| sandbox.config(name, "https://x")) {
        let of = |pointer: &str| config.pointer(pointer).and_then(Value::as_str);
        for secret in ["/account/api_key", "/account/app_key", "/account/notify_key"].into_iter().filter_map(of) {
            secrets.extend(spellings(secret.as_bytes()));
        }
        secrets.extend(["/account/private_key/base64", "/account/private_key/pem"].into_iter().filter_map(of).flat_map(of_key));
    }
    secrets
}

fn of_key(key: &str) -> Vec<String> {
    let der: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let piece = der[der.len() / 3 / 4 * 4..][..24].to_string();
    spellings(&STANDARD.decode(&piece).unwrap()).into_iter().chain([piece]).collect()
}

fn spellings(bytes: &[u8]) -> Vec<String> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let raw = std::str::from_utf8(bytes).ok().map(str::to_string);
    raw.into_iter().chain([hex.to_uppercase(), hex, STANDARD.encode(bytes)]).collect()
}
