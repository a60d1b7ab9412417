//! Another client: it builds and signs by itself, with the sandbox's cryptography, and shares no line with what explains it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_explain::{Message, Report, Settings, Side, Verdict, explain};
use chexiao_kit::KEYS;
use hmac::{Hmac, Mac as _};
use md5::Md5;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use std::collections::BTreeSet;

pub(crate) type Fields = Vec<(&'static str, String)>;

pub(crate) fn fields(pairs: &[(&'static str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| (*name, value.to_string())).collect()
}

/// Without `sign` and without empty values, sorted, as `a=1&b=2`.
pub(crate) fn string(fields: &Fields) -> String {
    joined(&sorted(fields), "=", "&")
}

pub(crate) fn sorted(fields: &Fields) -> Fields {
    let mut kept: Fields = fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()).cloned().collect();
    kept.sort();
    kept
}

pub(crate) fn joined(fields: &Fields, equals: &str, between: &str) -> String {
    fields.iter().map(|(name, value)| format!("{name}{equals}{value}")).collect::<Vec<_>>().join(between)
}

/// The same fields with one value changed.
pub(crate) fn with(fields: &Fields, name: &str, change: impl Fn(&str) -> String) -> Fields {
    fields.iter().map(|(known, value)| (*known, if *known == name { change(value) } else { value.clone() })).collect()
}

pub(crate) fn each(fields: &Fields, change: impl Fn(&str) -> String) -> Fields {
    fields.iter().map(|(name, value)| (*name, change(value))).collect()
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn upper(bytes: impl AsRef<[u8]>) -> String {
    hex(bytes).to_uppercase()
}

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn md5(text: impl AsRef<[u8]>) -> Vec<u8> {
    Md5::digest(text).to_vec()
}

pub(crate) fn sha1(text: impl AsRef<[u8]>) -> Vec<u8> {
    Sha1::digest(text).to_vec()
}

pub(crate) fn sha256(text: impl AsRef<[u8]>) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}

pub(crate) fn sha512(text: impl AsRef<[u8]>) -> Vec<u8> {
    Sha512::digest(text).to_vec()
}

pub(crate) fn hmac_sha256(key: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key.as_ref()).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

pub(crate) fn hmac_sha1(key: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> Vec<u8> {
    Hmac::<Sha1>::new_from_slice(key.as_ref()).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

pub(crate) fn hmac_md5(key: impl AsRef<[u8]>, text: impl AsRef<[u8]>) -> Vec<u8> {
    Hmac::<Md5>::new_from_slice(key.as_ref()).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

pub(crate) fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GBK.encode(text).0.into_owned()
}

/// As Java's URLEncoder does.
pub(crate) fn url_encoded(text: &str) -> String {
    url_encoded_bytes(text.as_bytes())
}

pub(crate) fn url_encoded_bytes(bytes: &[u8]) -> String {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*".contains(&byte);
    let one = |byte: &u8| match *byte {
        b' ' => "+".into(),
        byte if stays(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    bytes.iter().map(one).collect()
}

pub(crate) fn form(fields: &Fields) -> String {
    joined(&each(fields, url_encoded), "=", "&")
}

pub(crate) fn form_gbk(fields: &Fields) -> String {
    joined(&each(fields, |value| url_encoded_bytes(&gbk(value))), "=", "&")
}

/// All that is not ASCII as `\uXXXX`.
pub(crate) fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect()
}

/// How a private key is used.
pub(crate) enum Padding {
    Sha1,
    Sha256,
    Sha512,
    Md5,
    Bare,
}

pub(crate) fn key(base64: &str) -> RsaPrivateKey {
    RsaPrivateKey::from_pkcs8_der(&STANDARD.decode(base64).unwrap()).unwrap()
}

pub(crate) fn rsa(key: &RsaPrivateKey, padding: Padding, text: impl AsRef<[u8]>) -> String {
    let (padding, digest) = match padding {
        Padding::Sha1 => (Pkcs1v15Sign::new::<Sha1>(), sha1(text)),
        Padding::Sha256 => (Pkcs1v15Sign::new::<Sha256>(), sha256(text)),
        Padding::Sha512 => (Pkcs1v15Sign::new::<Sha512>(), sha512(text)),
        Padding::Bare => (Pkcs1v15Sign::new_unprefixed(), sha1(text)),
        Padding::Md5 => {
            let prefix = b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10";
            (Pkcs1v15Sign { hash_len: Some(16), prefix: Box::new(*prefix) }, md5(text))
        }
    };
    base64(key.sign(padding, &digest).unwrap())
}

/// Padding of type 1 around anything.
pub(crate) fn padded(key: &RsaPrivateKey, content: &[u8]) -> String {
    base64(key.sign(Pkcs1v15Sign::new_unprefixed(), content).unwrap())
}

pub(crate) fn config(name: &str) -> Value {
    chexiao_sandbox::config(name, "http://127.0.0.1:1", &KEYS).unwrap()
}

pub(crate) fn explained(config: &Value, file: impl AsRef<[u8]>, side: Side) -> Report {
    let settings = Settings::read(&config.to_string()).unwrap();
    explain(&settings, &Message::read(file.as_ref(), side), side).unwrap()
}

/// What the report says: `right`, `unexplained`, or the names of the first way, and `|` before further ones.
pub(crate) fn verdict(report: &Report) -> String {
    match &report.verdict {
        Verdict::Right => "right".into(),
        Verdict::Unexplained(facts) => {
            let facts: Vec<&str> = facts.iter().map(|fact| fact.mistake).collect();
            format!("unexplained {}", facts.join("+")).trim().into()
        }
        Verdict::Wrong(ways) => {
            let name = |way: &Vec<chexiao_explain::Deviation>| {
                let names: BTreeSet<&str> = way.iter().map(|deviation| deviation.mistake).collect();
                names.into_iter().collect::<Vec<_>>().join("+")
            };
            let mut names: Vec<String> = ways.iter().map(name).collect();
            names.dedup();
            names.join("|")
        }
    }
}

/// Every request is explained by exactly the mistake that made it, and no two ways of another name fit; how many different ones
/// there are.
pub(crate) fn named(config: &Value, side: Side, made: Vec<(&str, Vec<u8>)>) -> BTreeSet<String> {
    let secrets: Vec<String> = ["api_key", "app_key", "notify_key", "encrypt_key"]
        .iter()
        .filter_map(|name| config["account"][name].as_str().map(String::from))
        .collect();
    let (mut bad, mut names) = (Vec::new(), BTreeSet::new());
    for (number, (due, file)) in made.iter().enumerate() {
        let report = explained(config, file, side);
        let found = verdict(&report);
        if found != *due {
            bad.push(format!("{number}: {due} is said to be {found}\n  expected {}\n  signed   {:?}", report.ours, report.theirs));
        }
        let shown = report.lines().join("\n") + &report.to_json();
        assert!(secrets.iter().all(|secret| !shown.contains(secret.as_str())), "{due} shows a secret");
        names.extend(due.split(['+', '|']).map(String::from));
    }
    assert!(bad.is_empty(), "{} of {}:\n{}", bad.len(), made.len(), bad.join("\n"));
    names.remove("right");
    names
}
