//! YSEPay: sorted pairs, RSA with SHA-1 or SM2. Its replies: the text of one member.

use super::pairs::{
    Picked, encoded, finished_or_hashed, finished_or_hashed_by_sm3, form_values, joined, json_in_values, order, picked, values, with_text,
};
use super::parse::{self, decoded, value};
use super::{Case, body, unreadable};
use crate::message::{Message, Side};
use crate::seal::rsa::{Due, RsaSeal};
use crate::seal::sm2::Sm2Seal;
use crate::seal::{Hash, Seal};
use crate::search::{Deviation, Draft, Pair, Stage};
use crate::settings::Settings;
use crate::text::Charset;
use chexiao::Result;

pub(super) fn request(settings: &Settings, message: &Message) -> Result<Case> {
    let pairs = parse::form(message);
    let plain = decoded(&pairs, &|pair| Some(String::from_utf8_lossy(&pair.bytes).into_owned())).unwrap_or_default();
    let signature = value(&plain, "sign")
        .ok_or_else(|| unreadable(Side::Request, "holds no parameter `sign`: this is no signed request of YSEPay"))?
        .to_string();
    let charset = Charset::named(value(&plain, "charset").unwrap_or("GBK"));
    let seal = seal(settings, &signature, "private_key");
    let names = pairs.iter().map(|pair| pair.name.clone()).collect();
    let unsent = vec![("sign_type", "RSA"), ("sign_type", "SM"), ("charset", "UTF-8"), ("charset", "GBK"), ("version", "3.0")];
    let stages = vec![
        form_values(charset),
        picked(Picked { sign: "sign", names, unsent, has_key: false, blank_is_empty: true }),
        json_in_values(),
        values(),
        order(),
        joined(),
        bare(message),
        encoded(charset),
        if is_sm2(settings) { finished_or_hashed_by_sm3() } else { finished_or_hashed() },
    ];
    Ok(Case { charset, stages, remarks: remarks(settings, &plain), start: Draft { pairs, ..Draft::default() }, seal })
}

pub(super) fn is_sm2(settings: &Settings) -> bool {
    settings.text("sign_type") == "SM"
}

pub(super) fn seal(settings: &Settings, signature: &str, right: &str) -> Box<dyn Seal> {
    let keys = body::keys(settings, right);
    if is_sm2(settings) {
        let user_id = Some(settings.text("sm2_user_id")).filter(|id| !id.is_empty()).unwrap_or("1234567812345678");
        let is_raw = settings.text("sm2_encoding") == "raw";
        return Box::new(Sm2Seal::open(signature, user_id, settings.text("partner_id"), is_raw, &keys));
    }
    Box::new(RsaSeal::open(signature, Due::Named(Hash::Sha1), &keys))
}

/// Nothing stands before the pairs here.
fn bare(message: &Message) -> Stage {
    let path = if message.path().is_empty() { "/gateway.do" } else { message.path() }.to_string();
    let url = message.target.split('?').next().unwrap_or_default().to_string();
    let with = |before: String| move |draft: &Draft| with_text(draft, format!("{before}{}", draft.text));
    Stage::new(|draft| Some(draft.clone()))
        .or("path_signed", with(format!("{path}?")))
        .or("path_signed", with(path))
        .or("path_signed", with(format!("{url}?")))
        .or_of("path_signed", "?", with("?".into()))
        .or_of("path_signed", "POST", with("POST&".into()))
}

fn remarks(settings: &Settings, pairs: &[Pair]) -> Vec<Deviation> {
    let of = |name: &str| value(pairs, name).unwrap_or_default();
    let mut remarks = Vec::new();
    if of("partner_id") != settings.text("partner_id") {
        remarks.push(Deviation::new("id_of_another", "partner_id"));
    }
    let due = if is_sm2(settings) { "SM" } else { "RSA" };
    if of("sign_type") != due {
        remarks.push(Deviation::new("sign_type_unknown", of("sign_type")));
    }
    remarks.extend(body::timestamp(of("timestamp"), "timestamp"));
    remarks
}

/// `{"sign":"…","…_response":{…}}`
pub(super) fn reply(settings: &Settings, message: &Message) -> Result<Case> {
    let charset = Charset::named(settings.text("charset"));
    let bad = |what: &str| unreadable(Side::Reply, what);
    let is_it = |name: &str| name.ends_with("_response") || name.ends_with("_respose");
    let (text, signature) = body::member(message, charset, &is_it).ok_or_else(|| bad("is not the JSON of a reply of YSEPay"))?;
    let seal = seal(settings, &signature.ok_or_else(|| bad("holds no `sign`: it is not signed"))?, "gateway_public_key");
    Ok(Case { charset, stages: body::reply_stages(charset), start: Draft { text, ..Draft::default() }, seal, remarks: Vec::new() })
}
