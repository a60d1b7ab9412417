//! How any request is verified, and any reply sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::charset::Charset;
use crate::form::Form;
use crate::gateways::Visit;
use crate::http::Reply;
use crate::json::quote;
use crate::keys::{KeyPair, Keys, Scheme};
use crate::sm2_keys::{Sm2Encoding, Sm2KeyPair};

/// Of `ysepay.trusteeship.sign.query`.
const OTHER_RESPONSE_KEY: &str = "ysepay_trusteeship_sign_query_response";
/// Goes into every SM2 signature, of both sides.
const USER_ID: &[u8] = b"1234567812345678";

/// A signed reply with this exact response object under this key, `sign` first as in the real sample; `None` when a
/// character has no place in the charset.
pub fn seal(platform: &KeyPair, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
    let signature = platform.sign(Scheme::Sha1, &charset.encode(object)?);
    enclose(&signature, response_key, object, charset)
}

/// The same, signed with SM2 for the default user id.
pub fn seal_sm(platform: &Sm2KeyPair, encoding: Sm2Encoding, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
    let signature = platform.sign(USER_ID, &charset.encode(object)?, encoding);
    enclose(&STANDARD.encode(signature), response_key, object, charset)
}

fn enclose(signature: &str, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
    charset.encode(&format!(r#"{{"sign":"{signature}","{response_key}":{object}}}"#))
}

/// How a request is signed, by its own account.
#[derive(Clone, Copy)]
pub(super) enum SignType {
    Rsa,
    Sm(Sm2Encoding),
}

impl SignType {
    /// 64 bytes are r ‖ s: DER is that short by chance once in 10¹⁴ signatures.
    pub(super) fn of(form: &Form) -> Option<SignType> {
        let signature = form.signature().and_then(|text| STANDARD.decode(text).ok());
        match form.ascii("sign_type")? {
            "RSA" => Some(SignType::Rsa),
            "SM" if signature.is_some_and(|bytes| bytes.len() == 64) => Some(SignType::Sm(Sm2Encoding::Raw)),
            "SM" => Some(SignType::Sm(Sm2Encoding::Der)),
            _ => None,
        }
    }

    pub(super) fn verifies(self, keys: &Keys, text: &[u8], signature: &str) -> bool {
        match self {
            SignType::Rsa => keys.ysepay.merchant.verifies(Scheme::Sha1, text, signature),
            SignType::Sm(encoding) => {
                let signature = STANDARD.decode(signature);
                signature.is_ok_and(|bytes| keys.ysepay_sm.merchant.verifies(USER_ID, text, encoding, &bytes))
            }
        }
    }

    pub(super) fn seal(self, visit: &Visit<'_>, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
        let key = if visit.is_of_other_method() { OTHER_RESPONSE_KEY } else { response_key };
        self.enclose(visit.seal_keys, key, object, charset)
    }

    /// A signed reply.
    pub(super) fn enclose(self, keys: &Keys, response_key: &str, object: &str, charset: Charset) -> Option<Vec<u8>> {
        enclose(&self.sign(keys, &charset.encode(object)?), response_key, object, charset)
    }

    /// The platform's signature, in base64.
    pub(super) fn sign(self, keys: &Keys, text: &[u8]) -> String {
        match self {
            SignType::Rsa => keys.ysepay.gateway.sign(Scheme::Sha1, text),
            SignType::Sm(encoding) => STANDARD.encode(keys.ysepay_sm.gateway.sign(USER_ID, text, encoding)),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            SignType::Rsa => "RSA",
            SignType::Sm(_) => "SM",
        }
    }
}

/// The gateway's answer to a request it cannot assign; `unknow_response` is its own spelling.
pub(super) fn unknown(why: &str) -> Reply {
    let text = format!(
        r#"{{"unknow_response":{{"code":"40001","msg":"Invalid Request","sub_code":"ACQ.INVALID_PARAMETER","sub_msg":{}}}}}"#,
        quote(why)
    );
    Reply::new(200, "application/json;charset=UTF-8", text)
}
