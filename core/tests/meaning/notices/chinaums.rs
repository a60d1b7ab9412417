//! ChinaUMS: forms about bills and orders, hashed with the communication key behind them.

use super::{Listener, Parameters, form, string_to_sign};
use crate::echo::Echo;
use crate::table::{Cell, Gateway, Judged};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA512, digest};
use chexiao_kit::written::object;
use serde_json::json;

const KEY: &str = "notify-Ab1";
const APP_KEY: &str = "app-Ab1";

pub(crate) struct Posts {
    with_tid: Listener,
    without_tid: Listener,
}

impl Posts {
    pub(crate) fn new() -> Self {
        let settings = json!({ "notify_key": KEY, "app_key": APP_KEY, "mid": "Mid-Ab1", "tid": "Tid-Ab1" });
        let mut without = settings.clone();
        without["tid"] = json!(null);
        Self { with_tid: Listener::open("chinaums", &settings), without_tid: Listener::open("chinaums", &without) }
    }
}

fn hash(seal: &str, signed: &str) -> Option<String> {
    let key = match seal {
        "other_key" => "notify-Ab2",
        "app_key" => APP_KEY,
        "no_key" => "",
        _ => KEY,
    };
    let algorithm = match seal {
        "sha1" => &SHA1_FOR_LEGACY_USE_ONLY,
        "sha512" => &SHA512,
        _ => &SHA256,
    };
    let joint = if seal == "separated" { "&key=" } else { "" };
    let hex = |signed: &str| {
        digest(algorithm, format!("{signed}{joint}{key}").as_bytes()).as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<String>()
    };
    match seal {
        "no_sign" => None,
        "sign_blank" => Some(" ".into()),
        "lower_case" => Some(hex(signed).to_lowercase()),
        "stolen" => Some(hex("billStatus=PAID")),
        "cut" => Some(hex(signed)[..32].into()),
        _ => Some(hex(signed)),
    }
}

impl Gateway for Posts {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let ids = cell.name("ids");
        let echo = |name, own| Echo { name, own }.raw(ids).map(|text| text.trim_matches('"').to_string());
        let (mid, tid) = (echo("mid", "Mid-Ab1"), echo("tid", "Tid-Ab1"));
        let status = cell.raw("payment_status").map(|word| format!("\"{word}\""));
        let payment = object(&[("merOrderId", Some("\"Order-Ab1\"")), ("status", status.as_deref())], false);
        let payment = if cell.name("payment") == "laid_open" { None } else { Some(payment.as_str()) };
        let parameters: Parameters<'_> = vec![
            ("mid", mid.as_deref()),
            ("tid", tid.as_deref()),
            ("billNo", Some("Bill-Ab1")),
            ("billDate", Some("2026-03-01")),
            ("billStatus", cell.raw("billStatus")),
            ("billDesc", Some("账单 (&=+)")),
            ("billPayment", payment),
            ("status", cell.raw("status")),
            ("totalAmount", Some("20")),
            ("secureStatus", cell.raw("secureStatus")),
            ("notifyId", Some("N1")),
            ("memo", Some(" \t")),
            ("6q", Some("a154")),
            ("signType", cell.raw("signType")),
        ];
        let sign = hash(cell.name("seal"), &string_to_sign(&parameters));
        let listener = if cell.name("account") == "with_tid" { &self.with_tid } else { &self.without_tid };
        listener.hear(form(&parameters, sign.as_deref()))
    }
}
