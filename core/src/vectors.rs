//! The vectors of kind `primitive`: what a whole call does not reach. Fails when it finds fewer than the manifest says.

use crate::crypto::mac::hex;
use crate::gateways;
use crate::strict::charset::Charset;
use crate::strict::form::Parameters;
use crate::strict::xml;
use crate::{crypto, keys, signatures};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;

fn encode(charset: Charset, text: &Value) -> Value {
    charset.encode(text.as_str().unwrap()).map_or(json!("error"), |bytes| json!(hex(&bytes)))
}

/// `path?a=1&b=2`, or without a path.
fn string_to_sign(input: &Value) -> String {
    let pairs: Vec<(&str, &str)> =
        input["params"].as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let joined = Parameters::new(&pairs).string_to_sign();
    input["path"].as_str().map_or(joined.clone(), |path| format!("{path}?{joined}"))
}

fn sm2_verify(point: &[u8], user_id: &str, message: &[u8], encoding: &str, signature: &str) -> Value {
    let encoding = if encoding == "raw" { signatures::sm2::Encoding::Raw } else { signatures::sm2::Encoding::Der };
    let key = crypto::sm2::PublicKey::new(point).and_then(|key| signatures::sm2::VerifyingKey::new(key, user_id, encoding));
    key.map_or(json!("error"), |key| json!(key.verify(message, signature).is_some()))
}

/// What `function` makes of `input`; `"error"` where it refuses.
fn compute(function: &str, input: &Value) -> Value {
    let text = |name: &str| input[name].as_str().unwrap();
    let bytes = |name: &str| keys::primitives::from_hex(text(name));
    match function {
        "form.string_to_sign" => json!({"text": string_to_sign(input)}),
        "charset.encode" => json!({"hex": encode(Charset::deserialize(&input["charset"]).unwrap(), &input["text"])}),
        "gb2312.range" => json!({"hex": encode(Charset::Gb2312, &input["text"])}),
        "xml.parse" => json!({"map": xml::parse(text("xml"), "xml").map_or(json!("error"), |fields| json!(fields))}),
        "sm3.digest" => json!({"digest": hex(&crypto::sm2::sm3(&bytes("message")))}),
        "sm2.verify" => {
            json!({"valid": sm2_verify(&bytes("public_key"), text("user_id"), &bytes("message"), text("encoding"), text("signature"))})
        }
        "sm4.encrypt_block" => {
            json!({"block": hex(&keys::primitives::sm4_encrypt(&bytes("key"), &bytes("block"), input["times"].as_u64().unwrap()))})
        }
        "sm4.cbc_decrypt" => {
            json!({"plain": keys::primitives::sm4_cbc_decrypt(&bytes("key"), &bytes("iv"), &bytes("cipher")).map_or("error".into(), |plain| hex(&plain))})
        }
        "cfca.open" => keys::primitives::cfca_open(text("container"), text("password")),
        gateway_rule => gateways::compute(gateway_rule, input),
    }
}

#[test]
fn primitives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let read = |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.join(path)).unwrap()).unwrap() };
    let (mut expected, mut ran) = (0, 0);
    for file in read("manifest.json")["files"].as_array().unwrap().iter().filter(|file| file["kind"] == "primitive") {
        expected += file["count"].as_u64().unwrap();
        for vector in read(file["path"].as_str().unwrap())["vectors"].as_array().unwrap() {
            let actual = compute(vector["function"].as_str().unwrap(), &vector["input"]);
            for (name, value) in vector["expect"].as_object().unwrap() {
                match name.as_str() {
                    "error" => assert!(actual.as_object().unwrap().values().any(|value| value == "error"), "{}: {actual}", vector["id"]),
                    name => assert_eq!(&actual[name], value, "{}", vector["id"]),
                }
            }
            ran += 1;
        }
    }
    assert_eq!(ran, expected, "vectors found against the manifest");
    assert!(ran > 0);
}
