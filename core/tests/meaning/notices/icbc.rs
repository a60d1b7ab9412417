//! ICBC: a form whose `biz_content` is about an e-payment order, or about something else.

use super::{Listener, Parameters, form, string_to_sign};
use crate::echo::Echo;
use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::written::{object, with};
use chexiao_kit::{KEYS, Padded, Signer, icbc};
use serde_json::{Value, json};

const PATH: &str = "//pay/icbc";
const APP_ID: Echo<'_> = Echo { name: "app_id", own: "App-Ab1" };
const INNER: Echo<'_> = Echo { name: "inner", own: "App-Ab1" };
const AGREE_CODE: Echo<'_> = Echo { name: "agree", own: "Agree-Ab1" };
const PARTNER_SEQ: Echo<'_> = Echo { name: "seq", own: "Seq-Ab1" };

pub(crate) struct Posts {
    plain: (Listener, Value),
    encrypted: (Listener, Value),
    gateway: Signer,
    stranger: Signer,
}

impl Posts {
    pub(crate) fn new() -> Self {
        let open = |mut settings: Value| {
            settings["app_id"] = json!("App-Ab1");
            settings["notify_url"] = json!(format!("https://merchant.invalid{PATH}"));
            (Listener::open("icbc", &settings), settings)
        };
        Self {
            plain: open(json!({})),
            encrypted: open(json!({ "encrypt_key": KEYS.icbc_encrypt_key })),
            gateway: Signer::of(&KEYS.icbc.gateway),
            stranger: Signer::of(&KEYS.ysepay.gateway),
        }
    }

    fn sign(&self, seal: &str, signed: &str) -> Option<String> {
        let whole = |path: &str| format!("{path}{signed}").into_bytes();
        let right = whole(&format!("{PATH}?"));
        match seal {
            "no_sign" => None,
            "sign_blank" => Some(" ".into()),
            "other_key" => Some(self.stranger.sign(Padded::Sha1, &right)),
            "sha256" => Some(self.gateway.sign(Padded::Sha256, &right)),
            "bare_digest" => Some(self.gateway.sign(Padded::BareSha1, &right)),
            "no_path" => Some(self.gateway.sign(Padded::Sha1, &whole(""))),
            "other_path" => Some(self.gateway.sign(Padded::Sha1, &whole("/pay/icbc?"))),
            "stolen" => Some(self.gateway.sign(Padded::Sha1, b"//pay/icbc?app_id=App-Ab1")),
            _ => Some(self.gateway.sign(Padded::Sha1, &right)),
        }
    }
}

impl Gateway for Posts {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let ids = cell.name("ids");
        let [app_id, inner, agree_code, partner_seq] = [APP_ID, INNER, AGREE_CODE, PARTNER_SEQ].map(|echo| echo.raw(ids));
        let members = [
            ("msg_id", Some("\"05010007\"")),
            ("app_id", inner.as_deref()),
            ("agreeCode", agree_code.as_deref()),
            ("partnerSeq", partner_seq.as_deref()),
            ("return_code", cell.raw("return_code")),
            ("payType", cell.raw("payType")),
            ("payStatus", cell.raw("payStatus")),
            ("payPlanList", cell.raw("payPlanList")),
            ("orderAmount", Some("\"100\"")),
        ];
        let (listener, settings) = if cell.name("account") == "encrypted" { &self.encrypted } else { &self.plain };
        let content = icbc::content(settings, &with(&object(&members, false), cell.raw("more")));
        let encrypted = settings.get("encrypt_key").map(|_| "AES");
        let app_id = app_id.as_deref().map(|app_id| app_id.trim_matches('"'));
        let parameters: Parameters<'_> = vec![
            ("from", Some("icbc-api")),
            ("api", Some("/ui/cppayapply/V1")),
            ("app_id", app_id),
            ("charset", Some("utf-8")),
            ("format", Some("json")),
            ("encrypt_type", encrypted),
            ("timestamp", Some("2026/03/01 10:20:30")),
            ("biz_content", Some(content.trim_matches('"'))),
            ("sign_type", Some("RSA2")),
        ];
        let sign = self.sign(cell.name("seal"), &string_to_sign(&parameters));
        listener.hear(form(&parameters, sign.as_deref()))
    }
}
