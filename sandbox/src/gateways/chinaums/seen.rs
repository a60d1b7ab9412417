//! What people are shown of a request and of a refusal.

use super::ID;
use crate::authorization;
use crate::gateways::reading::{Reading, Signed, members, refused, word};
use crate::http::Request;
use crate::json::Json;
use crate::keys::Keys;

pub(super) fn reading(request: &Request, keys: &Keys) -> Option<Reading> {
    let fields = members(std::str::from_utf8(&request.body).ok()?)?;
    let signed =
        authorization::verified(request, keys).map(|(text, is_right)| Signed { text: text.into_bytes(), key: "account.app_key", is_right });
    Some(Reading { account: ID, fields, signed })
}

pub(super) fn refusal(reply: &[u8]) -> Option<String> {
    let reply = Json::parse(std::str::from_utf8(reply).ok()?)?;
    let code = word(&reply, "errCode").filter(|code| !["SUCCESS", "0000"].contains(code))?;
    Some(refused([Some(code), word(&reply, "errMsg").or_else(|| word(&reply, "errInfo"))]))
}
