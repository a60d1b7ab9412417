//! What the reply itself shows that a result keeps as `raw_base64`, read with the configuration of its account.

use crate::families::reply_fields;
use crate::message::{Message, Side};
use crate::report::{Report, Verdict, explain};
use crate::settings::Settings;
use chexiao::table::When;

/// The reply of a result.
pub(crate) struct Raw {
    /// What its signature is; `None` where nothing is signed.
    seal: Option<Report>,
    /// Its members, those of objects inside too.
    fields: Vec<(String, String)>,
    /// Of those the ones that name somebody or something; none of a reply whose signature is wrong.
    named: Vec<String>,
}

/// By these a reply names a merchant, an order, a refund or a call.
const NAMES: [&str; 23] = [
    "msg_id",
    "app_id",
    "appid",
    "mch_id",
    "sub_mch_id",
    "mch_no",
    "partner_id",
    "mid",
    "tid",
    "agreeCode",
    "orderCode",
    "partnerSeq",
    "protocol_no",
    "out_trade_no",
    "transaction_id",
    "out_refund_no",
    "mch_trade_no",
    "transaction_no",
    "mch_refund_no",
    "billNo",
    "billDate",
    "merOrderId",
    "refundOrderId",
];

impl Raw {
    /// `None` if the document holds no reply.
    pub(crate) fn of(document: &str, settings: &Settings) -> Option<Self> {
        let message = Message::read(document.as_bytes(), Side::Reply);
        if message.read_as != "result" {
            return None;
        }
        let fields = reply_fields(settings, &message);
        let named = fields.iter().filter(|(name, value)| NAMES.contains(&name.as_str()) && !value.is_empty()).map(|(name, value)| {
            let own = settings.text(name);
            let other = if own.is_empty() || own == value { "" } else { " (another than in the configuration)" };
            format!("{name} {}{other}", settings.shown(value))
        });
        let seal = explain(settings, &message, Side::Reply).ok();
        let is_wrong = seal.as_ref().is_some_and(|report| report.verdict != Verdict::Right);
        let named = if is_wrong { Vec::new() } else { named.collect() };
        Some(Self { seal, named, fields })
    }

    /// Whether the signature is right, and what is known of it, in English and Chinese.
    pub(crate) fn seal(&self) -> Option<(bool, String, String)> {
        let report = self.seal.as_ref()?;
        Some(match &report.verdict {
            Verdict::Right => (true, format!("Signed by {} over what was read.", report.belongs), "由网关密钥对所读内容签名。".into()),
            Verdict::Wrong(ways) => {
                let rows = ways.first().into_iter().flatten().filter_map(|it| Some((it, crate::mistake(it.mistake)?)));
                let (en, zh): (Vec<_>, Vec<_>) = rows.map(|(it, row)| (format!("{it}: {}", row.en), row.zh)).unzip();
                (false, format!("The signature is wrong: {}.", en.join("; ")), format!("签名有误：{}。", zh.join("；")))
            }
            Verdict::Unexplained(_) => {
                let key = report.signed_by.as_ref().map_or_else(String::new, |key| format!(" It was made with the key of {key}."));
                (false, format!("The signature is wrong, and no known mistake explains it.{key}"), "签名有误，原因未知。".into())
            }
        })
    }

    /// What it names, one after the other.
    pub(crate) fn named(&self) -> String {
        self.named.join(", ")
    }

    /// Whether a row may have said so: of the members that it looks at, those that stand in the reply under their own names.
    pub(crate) fn admits(&self, when: When) -> bool {
        let When::Each(conditions) = when else { return true };
        conditions.iter().all(|(name, when)| {
            let words: Vec<&str> = self.fields.iter().filter(|(known, _)| known == name).map(|(_, word)| word.as_str()).collect();
            match when {
                _ if words.is_empty() => true,
                When::Is(these) => words.iter().any(|word| these.contains(word)),
                When::StartsWith(prefix) => words.iter().any(|word| word.starts_with(prefix)),
                _ => true,
            }
        })
    }
}
