//! What people are shown of a request and of a refusal.

use super::ID;
use super::fields::Fields;
use crate::charset::Charset;
use crate::gateways::reading::{Reading, Signed, refused, word};
use crate::http::Request;
use crate::json::Json;
use crate::keys::{Keys, Scheme};

pub(super) fn reading(request: &Request, keys: &Keys) -> Option<Reading> {
    let fields = Fields::read_leniently(request)?;
    let text = fields.string_to_sign(request.header("x-acopay-nonce").unwrap_or_default());
    let signature = request.header("x-acopay-sign").unwrap_or_default();
    let signed = Signed {
        is_right: keys.edgeros.merchant.verifies(Scheme::Sha256, text.as_bytes(), signature),
        text: text.into_bytes(),
        key: "account.private_key",
    };
    Some(Reading { account: ID, fields: fields.all(), signed: Some(signed) })
}

pub(super) fn refusal(reply: &[u8]) -> Option<String> {
    let reply = Json::parse(&Charset::Utf8.decode(reply)?)?;
    let status = word(&reply, "status").filter(|status| *status != "200")?;
    Some(refused([Some(status), word(&reply, "message"), word(&reply, "fieldErrors")]))
}
