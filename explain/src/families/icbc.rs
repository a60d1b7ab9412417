//! ICBC: the path, `?` and sorted pairs, RSA. Its replies: the text of one member.

use super::pairs::{
    Picked, encoded, finished_or_hashed, form_values, joined, json_in_values, order, picked, values, with_pairs, with_text,
};
use super::parse::{self, decoded, value};
use super::{Case, body, unreadable};
use crate::message::{Message, Side};
use crate::seal::Hash;
use crate::seal::rsa::{Due, RsaSeal};
use crate::search::{Deviation, Draft, Pair, Stage};
use crate::settings::Settings;
use crate::text::Charset;
use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut as _, KeyIvInit as _};
use chexiao::Result;
use chexiao_strict::base64::from_base64;

/// The family that is best known, for a body without a URL.
const PATHS: [&str; 5] = [
    "/api/mybank/pay/cpay/cporderclose/V1",
    "/api/mybank/pay/cpay/cporderquery/V1",
    "/api/mybank/pay/cpay/cporderquery/V2",
    "/api/mybank/pay/cpay/cppayapply/V1",
    "/api/mybank/pay/cpay/cppayapply/V2",
];

pub(super) fn requests(settings: &Settings, message: &Message) -> Result<Vec<Case>> {
    match message.path() {
        "" => PATHS.into_iter().map(|path| request(settings, message, path, true)).collect(),
        path => request(settings, message, path, false).map(|case| vec![case]),
    }
}

fn request(settings: &Settings, message: &Message, path: &str, is_guess: bool) -> Result<Case> {
    let pairs = parse::form(message);
    let plain = decoded(&pairs, &|pair| Some(String::from_utf8_lossy(&pair.bytes).into_owned())).unwrap_or_default();
    let signature = value(&plain, "sign")
        .ok_or_else(|| unreadable(Side::Request, "holds no parameter `sign`: this is no signed request of ICBC"))?
        .to_string();
    let charset = Charset::named(value(&plain, "charset").unwrap_or("UTF-8"));
    let due = match value(&plain, "sign_type").filter(|word| !word.is_empty()).unwrap_or(settings.text("sign_type")) {
        "RSA2" => Due::Named(Hash::Sha256),
        "CA" => Due::Bare(Hash::Sha1),
        _ => Due::Named(Hash::Sha1),
    };
    let keys = body::keys(settings, "private_key");
    let seal = RsaSeal::open(&signature, due, &keys);
    let names = pairs.iter().map(|pair| pair.name.clone()).collect();
    let unsent = vec![("sign_type", "RSA"), ("sign_type", "RSA2"), ("charset", "UTF-8"), ("format", "json"), ("encrypt_type", "AES")];
    let stages = vec![
        form_values(charset),
        deciphered(settings, charset),
        picked(Picked { sign: "sign", names, unsent, has_key: false, blank_is_empty: true }),
        json_in_values(),
        values(),
        order(),
        joined(),
        behind_path(path, message),
        encoded(charset),
        finished_or_hashed(),
    ];
    let mut remarks = remarks(settings, &plain);
    if is_guess {
        remarks.push(Deviation::new("url_unknown", path));
    }
    Ok(Case { charset, stages, start: Draft { pairs, ..Draft::default() }, seal: Box::new(seal), remarks })
}

/// Whether the cipher or what is in it was signed.
fn deciphered(settings: &Settings, charset: Charset) -> Stage {
    let key = settings.secrets.iter().find(|secret| secret.name == "account.encrypt_key").and_then(|secret| from_base64(&secret.text));
    Stage::new(|draft| Some(draft.clone())).or("encrypted_after_signing", move |draft| {
        let key = key.as_deref()?;
        let cipher = value(&draft.pairs, "biz_content")?;
        let plain = charset.decode(&decrypted(key, &from_base64(cipher)?)?)?;
        with_pairs(draft, |pairs| {
            let write = |pair: Pair| if pair.name == "biz_content" { Pair { value: plain.clone(), ..pair } } else { pair };
            pairs.into_iter().map(write).collect()
        })
    })
}

fn decrypted(key: &[u8], cipher: &[u8]) -> Option<Vec<u8>> {
    let iv = [0; 16];
    match key.len() {
        16 => cbc::Decryptor::<aes::Aes128>::new_from_slices(key, &iv).ok()?.decrypt_padded_vec_mut::<Pkcs7>(cipher).ok(),
        24 => cbc::Decryptor::<aes::Aes192>::new_from_slices(key, &iv).ok()?.decrypt_padded_vec_mut::<Pkcs7>(cipher).ok(),
        32 => cbc::Decryptor::<aes::Aes256>::new_from_slices(key, &iv).ok()?.decrypt_padded_vec_mut::<Pkcs7>(cipher).ok(),
        _ => None,
    }
}

pub(super) fn behind_path(path: &str, message: &Message) -> Stage {
    let host = message.host().to_string();
    let path = path.to_string();
    let with = |before: String| move |draft: &Draft| with_text(draft, format!("{before}{}", draft.text));
    let mut stage = Stage::new(with(format!("{path}?")))
        .or("path_missing", |draft| Some(draft.clone()))
        .or_of("path_missing", "?", with("?".into()))
        .or("path_mark_missing", with(path.clone()))
        .or_of("path_mark_other", "&", with(format!("{path}&")))
        .or_of("path_mark_other", "\\n", with(format!("{path}\n")))
        .or("path_slash_missing", with(format!("{}?", path.trim_start_matches('/'))))
        .or("path_slash_last", with(format!("{path}/?")))
        .or("path_lower_case", with(format!("{}?", path.to_lowercase())))
        .or("path_url_encoded", with(format!("{}?", crate::text::escaped(path.as_bytes(), crate::text::Escape::Form))))
        .or("path_with_method", with(format!("POST {path}?")))
        .or("path_with_method", with(format!("POST\n{path}?")));
    let hosts: Vec<String> = [host.as_str(), "gw.open.icbc.com.cn", "gw-sandbox.open.icbc.com.cn"]
        .into_iter()
        .filter(|host| !host.is_empty())
        .map(String::from)
        .collect();
    for host in hosts {
        stage = stage.or("path_with_host", with(format!("{host}{path}?")));
        for scheme in ["https", "http"] {
            stage = stage.or("path_with_url", with(format!("{scheme}://{host}{path}?")));
        }
    }
    if let Some(short) = path.strip_prefix("/api").filter(|rest| rest.starts_with('/')) {
        stage = stage.or_of("path_cut", "/api", with(format!("{short}?"))).or_of("path_other", "/ui", with(format!("/ui{short}?")));
    }
    if let Some(short) = path.strip_prefix("/ui").filter(|rest| rest.starts_with('/')) {
        stage = stage.or_of("path_other", "/api", with(format!("/api{short}?")));
    }
    if let Some((before, _)) = path.rsplit_once("/V") {
        stage = stage.or_of("path_cut", "/V…", with(format!("{before}?")));
        for version in ["V1", "V2", "V3"] {
            stage = stage.or_of("path_other", version, with(format!("{before}/{version}?")));
        }
    }
    for other in PATHS {
        let name = other.rsplit('/').take(2).collect::<Vec<_>>();
        let name = name.into_iter().rev().collect::<Vec<_>>().join("/");
        stage = stage.or_of("path_other", name, with(format!("{other}?")));
    }
    stage
}

fn remarks(settings: &Settings, pairs: &[Pair]) -> Vec<Deviation> {
    let of = |name: &str| value(pairs, name).unwrap_or_default();
    let mut remarks = Vec::new();
    if of("app_id") != settings.text("app_id") {
        remarks.push(Deviation::new("id_of_another", "app_id"));
    }
    if !["RSA", "RSA2", "CA", "SM2"].contains(&of("sign_type")) {
        remarks.push(Deviation::new("sign_type_unknown", of("sign_type")));
    }
    remarks.extend(body::timestamp(of("timestamp"), "timestamp"));
    remarks
}

/// `{"response_biz_content":…,"sign":"…"}`
pub(super) fn reply(settings: &Settings, message: &Message) -> Result<Case> {
    let charset = Charset::named(settings.text("charset"));
    let due = if settings.text("reply_hash") == "SHA-256" { Hash::Sha256 } else { Hash::Sha1 };
    body::signed_member(settings, message, charset, Due::Named(due), &|name| name == "response_biz_content")
}
