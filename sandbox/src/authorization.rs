//! The Authorization header of ChinaUMS: OPEN-BODY-SIG and OPEN-ACCESS-TOKEN.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::clock::{self, Stamp};
use crate::hex;
use crate::http::Request;
use crate::keys::Keys;
use crate::tokens::Tokens;

/// HTTP status and errInfo.
type Refusal = (u16, &'static str);

/// Whether the request may pass.
pub(crate) fn check(request: &Request, keys: &Keys, tokens: &Tokens, strict: bool) -> Result<(), Refusal> {
    let (scheme, rest) = request.header("authorization").and_then(|text| text.split_once(' ')).ok_or((401, "认证失败"))?;
    match scheme {
        "OPEN-BODY-SIG" => body_sig(rest, &request.body, keys, strict),
        "OPEN-ACCESS-TOKEN" if is_live_token(rest, keys, tokens, strict) => Ok(()),
        _ => Err((401, "认证失败")),
    }
}

fn body_sig(parameters: &str, body: &[u8], keys: &Keys, strict: bool) -> Result<(), Refusal> {
    let [app_id, timestamp, nonce, signature] =
        named(parameters, ["AppId", "Timestamp", "Nonce", "Signature"], strict).ok_or((412, "Authorization解析失败"))?;
    match clock::check(timestamp, clock::DIGITS) {
        Stamp::Good => {}
        Stamp::Skewed => return Err((412, "Timestamp超出允许范围")),
        Stamp::Malformed => return Err((412, "Timestamp解析失败")),
    }
    if app_id != keys.chinaums_app_id {
        return Err((412, "AppId不存在"));
    }
    if !is_nonce(nonce, strict) {
        return Err((412, "Nonce解析失败"));
    }
    match body_signature([app_id, timestamp, nonce], body, &keys.chinaums_app_key) == signature {
        true => Ok(()),
        false => Err((412, "签名验证失败")),
    }
}

/// What OPEN-BODY-SIG has to sign, and whether it was signed so; nothing, where the header is another one.
pub(crate) fn verified(request: &Request, keys: &Keys) -> Option<(String, bool)> {
    let parameters = request.header("authorization")?.strip_prefix("OPEN-BODY-SIG ")?;
    let [app_id, timestamp, nonce, signature] = named(parameters, ["AppId", "Timestamp", "Nonce", "Signature"], false)?;
    let head = [app_id, timestamp, nonce];
    let is_right = body_signature(head, &request.body, &keys.chinaums_app_key) == signature;
    Some((string_to_sign(head, &request.body), is_right))
}

/// Base64 of HMAC-SHA256 over AppId, Timestamp, Nonce and the body's SHA-256 in lower-case hex.
pub(crate) fn body_signature(head: [&str; 3], body: &[u8], app_key: &str) -> String {
    let text = string_to_sign(head, body);
    Hmac::<Sha256>::new_from_slice(app_key.as_bytes())
        .map(|mac| STANDARD.encode(mac.chain_update(text).finalize().into_bytes()))
        .unwrap_or_default()
}

fn string_to_sign(head: [&str; 3], body: &[u8]) -> String {
    head.concat() + &hex::lower(&Sha256::digest(body))
}

/// Both spellings that occur: quoted with AppId, and plain without.
fn is_live_token(parameters: &str, keys: &Keys, tokens: &Tokens, strict: bool) -> bool {
    match named(parameters, ["AccessToken", "AppId"], strict) {
        Some([token, app_id]) => app_id == keys.chinaums_app_id && tokens.is_live(token),
        None => parameters.strip_prefix("AccessToken=").is_some_and(|token| tokens.is_live(token)),
    }
}

/// `Name="value"` for exactly these names, blanks allowed after the commas; strictly, quoted and in this order.
fn named<'a, const N: usize>(parameters: &'a str, names: [&str; N], strict: bool) -> Option<[&'a str; N]> {
    let parts: Vec<(&str, &str)> = parameters.split(',').map(|part| part.trim_start().split_once('=')).collect::<Option<_>>()?;
    let in_order = parts.iter().map(|(name, _)| *name).eq(names);
    if parts.len() != N || strict && !in_order {
        return None;
    }
    let value = |name: &str| -> Option<&'a str> {
        let (_, text) = parts.iter().find(|(known, _)| *known == name)?;
        let value = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).or((!strict).then_some(*text))?;
        (!value.contains('"')).then_some(value)
    };
    let values: Option<Vec<&str>> = names.into_iter().map(value).collect();
    values?.try_into().ok()
}

/// 1 to 128 characters; strictly, letters and digits.
pub(crate) fn is_nonce(text: &str, strict: bool) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || !strict && b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP_ID: &str = "12345678901234567890123456789012";
    const APP_KEY: &str = "67890123456789012345678901234567";

    #[test]
    fn vendor_sample_recomputes() {
        let head = [APP_ID, "20170101120000", "09876543210987654321098765432109"];
        assert_eq!(body_signature(head, b"A", APP_KEY), "GINsCTyNKTpEI9KXO16KqZJ64fOyAytEKl8aaR/Dy08=");
    }

    #[test]
    fn chinese_body() {
        let head = [APP_ID, "20220421150052", "99930a147f5353dd8a8f29a5329f37e9"];
        let body = r#"{"requestTimestamp":"2022-04-21 15:00:52","mid":"898201612345678","tid":"88880001","instMid":"QRPAYDEFAULT","billNo":"327M22061819820261705544110","billDate":"2022-06-18","merOrderId":"327M22061819820261705544110","authIdRespCd":"012345","msgId":"msg-0001","srcReserve":"预授权完成撤销 测试+/=&%"}"#;
        assert_eq!(body_signature(head, body.as_bytes(), APP_KEY), "lvbPpvvJV81+4XqsRi3wzWkfH6v8abCQCc2Q7PbiGsY=");
    }

    #[test]
    fn blanks_after_commas() {
        for strict in [true, false] {
            assert_eq!(named(r#"A="1",B="2""#, ["A", "B"], strict), Some(["1", "2"]));
            assert_eq!(named(r#"A="1",  B="2=""#, ["A", "B"], strict), Some(["1", "2="]));
        }
    }

    #[test]
    fn order_and_quotes() {
        for text in [r#"B="2",A="1""#, r#"A="1",B=2"#, "A=1, B=2"] {
            assert_eq!(named(text, ["A", "B"], true), None, "{text}");
            assert_eq!(named(text, ["A", "B"], false), Some(["1", "2"]), "{text}");
        }
        for text in [r#"A="1""#, r#"A="1",A="2""#, r#"A="1",B="2",C="3""#, r#"A="1",B="2"#, "A,B"] {
            assert_eq!(named(text, ["A", "B"], false), None, "{text}");
        }
    }
}
