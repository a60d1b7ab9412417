//! YSEPay: forms about payments, refunds, payouts and what nobody has heard of.

use super::{Listener, Parameters, form, string_to_sign};
use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::{KEYS, Padded, Signer};
use serde_json::json;

pub(crate) struct Posts {
    listener: Listener,
    platform: Signer,
    stranger: Signer,
}

impl Posts {
    pub(crate) fn new() -> Self {
        let listener = Listener::open("ysepay", &json!({}));
        Self { listener, platform: Signer::of(&KEYS.ysepay.gateway), stranger: Signer::of(&KEYS.icbc.gateway) }
    }

    fn sign(&self, seal: &str, signed: &[u8]) -> Option<String> {
        match seal {
            "no_sign" => None,
            "sign_blank" => Some(" ".into()),
            "other_key" => Some(self.stranger.sign(Padded::Sha1, signed)),
            "sha256" => Some(self.platform.sign(Padded::Sha256, signed)),
            "bare_digest" => Some(self.platform.sign(Padded::BareSha1, signed)),
            "stolen" => Some(self.platform.sign(Padded::Sha1, b"notify_type=directpay.status.sync&trade_status=TRADE_SUCCESS")),
            _ => Some(self.platform.sign(Padded::Sha1, signed)),
        }
    }
}

impl Gateway for Posts {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let parameters: Parameters<'_> = vec![
            ("notify_type", cell.raw("notify_type")),
            ("notify_time", Some("2026-03-01 10:20:30")),
            ("out_trade_no", cell.raw("out_trade_no")),
            ("trade_no", Some("01O-Ab1")),
            ("out_request_no", Some("R-Ab1")),
            ("trade_status", cell.raw("trade_status")),
            ("refund_state", cell.raw("refund_state")),
            ("total_amount", Some("0.10")),
            ("extra_common_param", Some("货款 a&b=c")),
            ("openid", Some("")),
            ("sign_type", cell.raw("sign_type")),
        ];
        let sign = self.sign(cell.name("seal"), string_to_sign(&parameters).as_bytes());
        self.listener.hear(form(&parameters, sign.as_deref()))
    }
}
