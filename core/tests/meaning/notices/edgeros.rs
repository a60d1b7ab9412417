//! EdgerOS Pay: one flat object about a payment or a refund.

use super::Listener;
use crate::echo::Echo;
use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::written::{object, with};
use chexiao_kit::{KEYS, Padded, Signer, edgeros};
use serde_json::json;

pub(crate) struct Posts {
    listener: Listener,
    gateway: Signer,
    stranger: Signer,
}

impl Posts {
    /// The gateway signs with a key of 1024 bits here, as in its replies.
    pub(crate) fn new() -> Self {
        let settings = json!({ "mch_no": "Mch-Ab1", "gateway_public_key": { "base64": KEYS.icbc.gateway.public_base64() } });
        let listener = Listener::open("edgeros", &settings);
        Self { listener, gateway: Signer::of(&KEYS.icbc.gateway), stranger: Signer::of(&KEYS.ysepay.gateway) }
    }

    fn sign(&self, seal: &str, canonical: &[u8]) -> Option<String> {
        let text = match seal {
            "no_sign" => return None,
            "sign_null" => return Some("null".into()),
            "sign_number" => return Some("0".into()),
            "sign_empty" => String::new(),
            "other_key" => self.stranger.sign(Padded::Sha256, canonical),
            "sha1" => self.gateway.sign(Padded::Sha1, canonical),
            "stolen" => self.gateway.sign(Padded::Sha256, b"{\"code\":\"SUCCESS\"}"),
            _ => self.gateway.sign(Padded::Sha256, canonical),
        };
        Some(format!("\"{text}\""))
    }
}

impl Gateway for Posts {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let ids = cell.name("ids");
        let echo = |name, own| Echo { name, own }.raw(ids);
        let number = |name, own| if ids == "bare" { None } else { echo(name, own) };
        let members = [
            ("notify_time", Some("\"2026-03-01T10:20:31+08:00\"".to_string())),
            ("transaction_no", number("transaction_no", "AP-Ab1")),
            ("mch_trade_no", number("mch_trade_no", "Trade-Ab1")),
            ("extra", Some("\"\"".into())),
            ("acoid", Some("null".into())),
            ("code", cell.raw("code").map(str::to_string)),
            ("description", Some("\"支付成功 {\\\"}/\\u2028<\"".into())),
            ("success_time", cell.raw("success_time").map(str::to_string)),
            ("mch_no", echo("mch_no", "Mch-Ab1")),
            ("nonce", Some("\"n1\"".into())),
            ("sign_type", cell.raw("sign_type").map(str::to_string)),
        ];
        let message = with(&with(&object(&members, false), cell.raw("about")), cell.raw("more"));
        let sign = self.sign(cell.name("seal"), edgeros::canonical(&message).as_bytes());
        let sign = sign.map(|sign| format!("\"sign\":{sign}"));
        self.listener.hear(with(&message, sign.as_deref()).into_bytes())
    }
}
