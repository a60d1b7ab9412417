//! `/v1/token/access`

use sha2::{Digest as _, Sha256};

use super::{is_json, platform_error, read_body};
use crate::authorization;
use crate::clock::{self, Stamp};
use crate::gateways::Visit;
use crate::hex;
use crate::http::Reply;
use crate::json::Json;

pub(super) const PATH: &str = "/v1/token/access";

pub(super) fn token(visit: &Visit<'_>) -> Reply {
    let issued = read_body(visit.request).and_then(|body| {
        let field = |name| body.member(name).and_then(Json::text);
        let (app_id, timestamp, nonce) = (field("appId")?, field("timestamp")?, field("nonce")?);
        let text = [app_id, timestamp, nonce, &visit.keys.chinaums_app_key].concat();
        let correct = app_id == visit.keys.chinaums_app_id
            && authorization::is_nonce(nonce, visit.strict)
            && clock::check(timestamp, clock::DIGITS) == Stamp::Good
            && field("signMethod")? == "SHA256"
            && field("signature")? == hex::lower(&Sha256::digest(text))
            && (!visit.strict || is_json(visit.request) && matches!(&body, Json::Object(members) if members.len() == 5));
        correct.then(|| visit.tokens.issue())
    });
    let Some((token, expires_in)) = issued else {
        return platform_error(412, "签名验证失败");
    };
    let mut reply = Json::texts(&[("errCode", "0000"), ("errInfo", "正常"), ("accessToken", &token)]);
    if let Json::Object(members) = &mut reply {
        members.push(("expiresIn".to_string(), Json::from(u64::from(expires_in))));
    }
    Reply::json(200, &reply)
}
