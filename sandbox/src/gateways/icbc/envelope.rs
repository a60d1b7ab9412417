//! How any request is checked, and any reply sealed.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut as _, BlockEncryptMut as _, KeyIvInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::APP_ID;
use crate::charset::Charset;
use crate::clock::{self, Stamp};
use crate::form::Form;
use crate::http::Request;
use crate::json::quote;
use crate::keys::{KeyPair, Keys, Scheme};

/// The parameters of the page with their greatest lengths, in bytes.
const PARAMETERS: [(&str, usize); 10] = [
    ("app_id", 20),
    ("msg_id", 40),
    ("format", 5),
    ("charset", 10),
    ("encrypt_type", 5),
    ("sign_type", 5),
    ("sign", 400), // the page says 300, but RSA-2048 needs 344
    ("timestamp", 19),
    ("ca", 2048),
    ("biz_content", usize::MAX),
];

/// A signed reply with this exact `response_biz_content`; `None` when a character has no place in the charset.
pub fn seal(gateway: &KeyPair, biz_content: &str, charset: Charset) -> Option<Vec<u8>> {
    let signature = gateway.sign(Scheme::Sha1, &charset.encode(biz_content)?);
    charset.encode(&format!(r#"{{"response_biz_content":{biz_content},"sign":"{signature}"}}"#))
}

/// An encrypted `response_biz_content` with its quotes, to be given to [`seal`]. `key` is the base64 of the AES-128 key.
pub fn encrypt(key: &str, biz_content: &str, charset: Charset) -> Option<String> {
    let key = STANDARD.decode(key).ok()?;
    let cipher = cbc::Encryptor::<aes::Aes128>::new_from_slices(&key, &[0; 16]).ok()?;
    let bytes = cipher.encrypt_padded_vec_mut::<Pkcs7>(&charset.encode(biz_content)?);
    Some(format!("\"{}\"", STANDARD.encode(bytes)))
}

pub(super) fn decrypt(key: &str, biz_content: &str, charset: Charset) -> Option<String> {
    let key = STANDARD.decode(key).ok()?;
    let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(&key, &[0; 16]).ok()?;
    charset.decode(&cipher.decrypt_padded_vec_mut::<Pkcs7>(&STANDARD.decode(biz_content).ok()?).ok()?)
}

pub(super) fn charset(form: &Form, strict: bool) -> Option<Charset> {
    let name = form.ascii("charset").unwrap_or("UTF-8");
    Charset::named(name, strict).filter(|_| !name.eq_ignore_ascii_case("GB2312"))
}

pub(super) fn biz_content(form: &Form, charset: Charset, keys: &Keys) -> Option<String> {
    let text = form.text("biz_content", charset)?;
    match form.ascii("encrypt_type") {
        None => Some(text),
        Some("AES") => decrypt(&keys.icbc_encrypt_key, &text, charset),
        Some(_) => None,
    }
}

/// A refusal by the gateway itself: return_code and return_msg.
pub(super) type Refusal = (u32, &'static str);

pub(super) fn refusal(code: u32, why: &str, msg_id: &str) -> String {
    format!(r#"{{"return_code":{code},"return_msg":{},"msg_id":{}}}"#, quote(why), quote(msg_id))
}

pub(super) fn check_head(request: &Request, form: &Form) -> Result<(), Refusal> {
    let charset = request.content_type("application/x-www-form-urlencoded").flatten();
    if !charset.is_some_and(|charset| charset.eq_ignore_ascii_case(form.ascii("charset").unwrap_or("UTF-8"))) {
        return Err((400011, "Content-Type is not that of a form in the request's charset"));
    }
    match request.header("apigw-version") {
        Some("v2_20190522") => Ok(()),
        _ => Err((400011, "APIGW-VERSION is missing or unknown")),
    }
}

/// The page knows no further parameters; the gateway lets them take part in the signature.
fn check_names(form: &Form) -> Result<(), Refusal> {
    if form.names().any(|name| !PARAMETERS.iter().any(|(known, _)| *known == name)) {
        return Err((400011, "a parameter is unknown"));
    }
    let too_long = |(name, length): &(&str, usize)| form.ascii(name).is_some_and(|value| value.len() > *length);
    if !form.is_clean() || PARAMETERS.iter().any(too_long) {
        return Err((400011, "a parameter is blank, not ASCII or too long"));
    }
    Ok(())
}

pub(super) fn check_parameters(form: &Form, strict: bool) -> Result<(), Refusal> {
    if strict {
        check_names(form)?;
    }
    if form.ascii("app_id") != Some(APP_ID) {
        return Err((400011, "app id is not registered"));
    }
    if form.ascii("msg_id").is_none() {
        return Err((400011, "msg_id is missing"));
    }
    if form.ascii("format").unwrap_or("json") != "json" {
        return Err((400011, "format is invalid"));
    }
    match form.ascii("timestamp").map(|text| clock::check(text, clock::SPELT)) {
        Some(Stamp::Good) => Ok(()),
        Some(Stamp::Skewed) => Err((400011, "timestamp is out of range")),
        _ => Err((400011, "timestamp is invalid")),
    }
}

/// How the merchant signs, and the `ca` that belongs to it.
pub(super) fn scheme(sign_type: &str, keys: &Keys) -> Option<(Scheme, Option<String>)> {
    match sign_type {
        "RSA" => Some((Scheme::Sha1, None)),
        "RSA2" => Some((Scheme::Sha256, None)),
        "CA" => Some((Scheme::BareSha1, Some(keys.icbc_certificate_base64()))),
        _ => None,
    }
}

pub(super) fn check_signature(path: &str, form: &Form, keys: &Keys) -> Result<(), Refusal> {
    let (scheme, certificate) = scheme(form.ascii("sign_type").unwrap_or("RSA"), keys).ok_or((400011, "sign_type is invalid"))?;
    if form.ascii("ca") != certificate.as_deref() {
        return Err((400011, "ca is not the registered certificate"));
    }
    let signature = form.signature().ok_or((400011, "sign is missing"))?;
    let message = [path.as_bytes(), b"?", &form.string_to_sign()].concat();
    match keys.icbc.merchant.verifies(scheme, &message, &signature) {
        true => Ok(()),
        false => Err((400017, "签名验证失败")),
    }
}
