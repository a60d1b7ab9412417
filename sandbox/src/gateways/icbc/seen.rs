//! What people are shown of a request and of a refusal.

use super::envelope::{biz_content, charset, check_signature};
use super::{ACCOUNT_AES, ID};
use crate::charset::Charset;
use crate::form::Form;
use crate::gateways::reading::{Reading, Signed, members, refused, word};
use crate::http::Request;
use crate::json::Json;
use crate::keys::Keys;

pub(super) fn reading(request: &Request, keys: &Keys) -> Option<Reading> {
    let form = Form::parse(&request.body, false)?;
    let charset = charset(&form, false).unwrap_or(Charset::Utf8);
    let biz_content = biz_content(&form, charset, keys).and_then(|text| members(&text));
    let of_form = form.names().filter(|name| *name != "biz_content" || biz_content.is_none());
    let mut fields: Vec<_> = of_form.map(|name| (name.to_string(), form.text(name, charset).unwrap_or_default())).collect();
    fields.extend(biz_content.unwrap_or_default());
    let text = [request.target.as_bytes(), b"?", &form.string_to_sign()].concat();
    let signed = Signed {
        text: charset.decode(&text).map_or(text, String::into_bytes),
        key: "account.private_key",
        is_right: check_signature(&request.target, &form, keys).is_ok(),
    };
    let account = if form.ascii("encrypt_type").is_some() { ACCOUNT_AES } else { ID };
    Some(Reading { account, fields, signed: Some(signed) })
}

pub(super) fn refusal(reply: &[u8]) -> Option<String> {
    let text = Charset::Utf8.decode(reply).or_else(|| Charset::Gbk.decode(reply))?;
    let reply = Json::parse(&text)?;
    let content = reply.member("response_biz_content")?;
    let code = word(content, "return_code").filter(|code| *code != "0")?;
    Some(refused([Some(code), word(content, "return_msg")]))
}
