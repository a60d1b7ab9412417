//! What people are shown of a request and of a refusal.

use super::envelope::SignType;
use super::{ACCOUNT_SM, ID, charset};
use crate::charset::Charset;
use crate::form::Form;
use crate::gateways::reading::{Reading, Signed, members, refused, word};
use crate::http::Request;
use crate::json::Json;
use crate::keys::Keys;

pub(super) fn reading(request: &Request, keys: &Keys) -> Option<Reading> {
    let form = Form::parse(&request.body, false)?;
    let charset = charset(&form, false).unwrap_or(Charset::Utf8);
    let biz_content = form.text("biz_content", charset).and_then(|text| members(&text));
    let of_form = form.names().filter(|name| *name != "biz_content" || biz_content.is_none());
    let mut fields: Vec<_> = of_form.map(|name| (name.to_string(), form.text(name, charset).unwrap_or_default())).collect();
    fields.extend(biz_content.unwrap_or_default());
    let text = form.string_to_sign();
    let signature = SignType::of(&form).zip(form.signature());
    let signed = Signed {
        is_right: signature.is_some_and(|(sign_type, signature)| sign_type.verifies(keys, &text, &signature)),
        text: charset.decode(&text).map_or(text, String::into_bytes),
        key: "account.private_key",
    };
    let account = if form.ascii("sign_type") == Some("SM") { ACCOUNT_SM } else { ID };
    Some(Reading { account, fields, signed: Some(signed) })
}

pub(super) fn refusal(reply: &[u8]) -> Option<String> {
    let text = Charset::Utf8.decode(reply).or_else(|| Charset::Gbk.decode(reply))?;
    let Json::Object(members) = Json::parse(&text)? else {
        return None;
    };
    let (_, object) = members.iter().find(|(name, _)| name.ends_with("_response"))?;
    let said = |name: &str| word(object, name);
    match (said("code"), said("trade_status")) {
        (Some("10000"), Some("FAILED")) => Some(refused(["sub_code", "sub_msg"].map(said))),
        (Some("10000"), _) => None,
        _ => Some(refused(["code", "msg", "sub_code", "sub_msg"].map(said))),
    }
}
