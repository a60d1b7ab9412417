//! For the vectors of kind `primitive`: the public-key operation is the `rsa` crate's, not ours.

use crate::crypto::mac;
use crate::ground::error::Kind;
use crate::keys::{PublicKey, PublicSource};
use crate::strict::base64::from_base64;
use crate::strict::charset::Charset;
use crate::strict::{de, json};
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs1v15::Pkcs1v15Sign;
use serde::Deserialize;
use serde_json::{Value, json as value};
use sha1::{Digest, Sha1};

pub(crate) fn compute(function: &str, input: &Value) -> Value {
    assert_eq!(function, "icbc.ca_digest");
    let text = |name: &str| input[name].as_str().unwrap();
    let signed = Charset::deserialize(&input["charset"]).unwrap().encode(text("text")).unwrap();
    let digest = Sha1::digest(&signed);
    let verify = |signature: Vec<u8>| public_key(text("certificate")).verify(Pkcs1v15Sign::new_unprefixed(), &digest, &signature);
    value!({"valid": from_base64(text("signature")).is_some_and(|bytes| verify(bytes).is_ok()), "sha1": mac::hex(&digest)})
}

fn public_key(certificate: &str) -> rsa::RsaPublicKey {
    let source = value!({"base64": certificate}).to_string();
    let source: PublicSource = de::read(&json::parse(&source).unwrap(), Kind::Config, "").unwrap();
    let PublicKey::Rsa(key) = source.public_key("certificate").unwrap() else { panic!("not RSA") };
    rsa::RsaPublicKey::from_pkcs1_der(&key.pkcs1()).unwrap()
}
