//! One notification, and beside it the primitives that it cannot do without: `scripts/notification-cost` counts their instructions.
//!
//! `notification NAME rust|document|bare ROUNDS`. Only what runs inside [`counted`] counts.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chexiao::face::json;
use chexiao::{Client, Incoming, Notice};
use chexiao_kit::with_keys;
use chexiao_lc::PrivateKey;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs8::DecodePrivateKey;
use serde_json::{Value, json};
use std::hint::black_box;
use std::path::Path;
use url::form_urlencoded;

/// A name, a vector of `tests/notifications` as file and id, and what it cannot do without.
const CASES: &[(&str, &str, &str, Primitive)] = &[
    (
        "icbc",
        "known",
        "icbc-paid",
        Primitive::Rsa { signer: "icbc_gateway_private", sha256: false, answers: Some("icbc_merchant_private") },
    ),
    ("ysepay", "known", "ysepay-paid-empty-card-type", Primitive::Rsa { signer: "ysepay_platform_private", sha256: false, answers: None }),
    ("edgeros", "known", "edgeros-paid", Primitive::Rsa { signer: "edgeros_platform_private", sha256: true, answers: None }),
    ("wechat", "wechat", "wechat-own-hmac", Primitive::Hmac("wechat_api_key")),
    ("wechat-md5", "known", "wechat-paid-md5", Primitive::Md5("wechat_api_key")),
    ("chinaums", "known", "chinaums-bills-paid", Primitive::Sha256("chinaums_notify_key")),
];

enum Primitive {
    /// A verification; where the answers are signed, one signature for each of the two.
    Rsa {
        signer: &'static str,
        sha256: bool,
        answers: Option<&'static str>,
    },
    Hmac(&'static str),
    Md5(&'static str),
    Sha256(&'static str),
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [name, what, rounds] = &arguments[..] else {
        CASES.iter().for_each(|(name, ..)| println!("{name}"));
        return;
    };
    let (_, file, id, primitive) = CASES.iter().find(|(known, ..)| known == name).unwrap();
    let case = Case::read(file, id);
    let work: Box<dyn Fn() + '_> = match what.as_str() {
        "rust" => Box::new(|| drop(black_box(case.notice()))),
        "document" => Box::new(|| drop(black_box(json::notification(&case.client, &case.message).unwrap()))),
        "bare" => case.bare(primitive),
        other => panic!("{other}"),
    };
    work();
    counted(rounds.parse().unwrap(), &*work);
}

#[inline(never)]
fn counted(rounds: u32, work: &dyn Fn()) {
    for _ in 0..rounds {
        work();
    }
}

struct Case {
    keys: Value,
    client: Client,
    incoming: Incoming,
    /// What bindings hand over.
    message: String,
}

impl Case {
    fn read(file: &str, id: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/notifications/{file}.json"));
        let content: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let vector = content["vectors"].as_array().unwrap().iter().find(|vector| vector["id"] == id).unwrap();
        let vector = with_keys(vector, &content["keys"]);
        let mut config = vector["config"].clone();
        for (name, setting) in vector["settings"].as_object().into_iter().flatten() {
            config["account"][name] = setting.clone();
        }
        let request = &vector["request"];
        let decoded = |base64: &Value| STANDARD.decode(base64.as_str().unwrap()).unwrap();
        let body = request["body_text"].as_str().map_or_else(|| decoded(&request["body_base64"]), |text| text.as_bytes().to_vec());
        let kind = request["content_type"].as_str().unwrap();
        let case = Self {
            keys: content["keys"].clone(),
            client: Client::new(&config.to_string()).unwrap(),
            message: json!({ "headers": { "Content-Type": kind }, "body_base64": STANDARD.encode(&body) }).to_string(),
            incoming: Incoming { headers: vec![("Content-Type".into(), kind.into())], body, ..Incoming::default() },
        };
        assert_eq!(case.notice().event().word(), "paid");
        case
    }

    fn notice(&self) -> Notice {
        self.client.notification(&self.incoming).unwrap()
    }

    /// Keys are parsed before.
    fn bare(&self, primitive: &Primitive) -> Box<dyn Fn() + '_> {
        let key = |name: &str| self.keys[name].as_str().unwrap();
        let text = self.signed(primitive);
        match *primitive {
            Primitive::Rsa { signer, sha256, answers } => {
                let (own, public) = rsa_key(key(signer));
                let algorithm =
                    if sha256 { &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY } else { &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY };
                let public = ParsedPublicKey::new(algorithm, public).unwrap();
                let signature = if sha256 { own.sign_sha256(&text) } else { own.sign_sha1(&text) }.unwrap();
                let answering = answers.map(|name| rsa_key(key(name)).0);
                Box::new(move || {
                    public.verify_sig(&text, &signature).unwrap();
                    answering.iter().for_each(|key| [0, 1].iter().for_each(|_| drop(black_box(key.sign_sha256(&[b'a'; 160])))));
                })
            }
            Primitive::Hmac(name) => {
                let key = key(name).as_bytes();
                Box::new(move || _ = black_box(hmac::sign(&hmac::Key::new(HMAC_SHA256, key), &text)))
            }
            Primitive::Md5(_) => Box::new(move || _ = black_box(chexiao_lc::md5(&text))),
            Primitive::Sha256(_) => Box::new(move || _ = black_box(digest(&SHA256, &text))),
        }
    }

    /// As long as what is signed.
    fn signed(&self, primitive: &Primitive) -> Vec<u8> {
        let body = &self.incoming.body;
        let mut pairs: Vec<_> = match self.client.gateway() {
            "wechat" | "edgeros" => self.notice().fields().clone().into_iter().collect(),
            _ => form_urlencoded::parse(body).into_owned().filter(|(name, text)| name != "sign" && !text.is_empty()).collect(),
        };
        pairs.sort();
        let end = match primitive {
            Primitive::Md5(key) => format!("&key={}", self.keys[key].as_str().unwrap()),
            Primitive::Hmac(key) => format!("&key={}", self.keys[key].as_str().unwrap()),
            Primitive::Sha256(key) => self.keys[key].as_str().unwrap().into(),
            Primitive::Rsa { .. } => String::new(),
        };
        let pairs: Vec<String> = pairs.iter().map(|(name, text)| format!("{name}={text}")).collect();
        (pairs.join("&") + &end).into()
    }
}

/// A key from base64 PKCS#8, and its public half.
fn rsa_key(base64: &str) -> (PrivateKey, Vec<u8>) {
    let key = RsaPrivateKey::from_pkcs8_der(&STANDARD.decode(base64).unwrap()).unwrap();
    let public = key.to_public_key().to_pkcs1_der().unwrap().into_vec();
    (PrivateKey::from_pkcs1(key.to_pkcs1_der().unwrap().as_bytes()).unwrap(), public)
}
