//! What people are shown of a request and of a refusal.

use super::envelope::{SignType, sign, string_to_sign};
use super::{ID, field};
use crate::gateways::reading::{Reading, Signed, refused};
use crate::http::Request;
use crate::keys::Keys;
use crate::xml;

pub(super) fn reading(request: &Request, keys: &Keys) -> Option<Reading> {
    let fields = xml::parse(&request.body, false)?;
    let sign_type = if field(&fields, "sign_type") == Some("HMAC-SHA256") { SignType::HmacSha256 } else { SignType::Md5 };
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let signed = Signed {
        text: string_to_sign(&pairs, "***").into_bytes(),
        key: "account.api_key",
        is_right: field(&fields, "sign") == Some(&sign(&pairs, sign_type, &keys.wechat_api_key)),
    };
    Some(Reading { account: ID, fields, signed: Some(signed) })
}

pub(super) fn refusal(reply: &[u8]) -> Option<String> {
    let fields = xml::parse(reply, false)?;
    let field = |name| field(&fields, name);
    match (field("return_code"), field("result_code")) {
        (Some("SUCCESS"), None | Some("SUCCESS")) => None,
        (Some("SUCCESS"), _) => Some(refused([field("err_code"), field("err_code_des")])),
        _ => Some(refused([field("return_code"), field("return_msg")])),
    }
}
