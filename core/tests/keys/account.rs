//! Configurations around the keys under test, and what an opened client is asked.

use crate::material::{GATEWAY, MERCHANT, one_line, text};
use chexiao::{Client, Code, Evidence, HttpReply, Outcome};
use chexiao_kit::openssl::{Folder, openssl};
use serde_json::{Value, json};

const CALL: &str = r#"{"operation":"close","timestamp":"2026-01-02 03:04:05","nonce":"00112233445566778899aabbccddeeff","msg_id":"m1",
"order":{"agreeCode":"A1","orderCode":"O1","partnerSeq":"S1"}}"#;

/// An ICBC account that opens.
pub(crate) fn config() -> Value {
    json!({"gateway": "icbc", "environment": "production", "account": {
        "app_id": "10000000000004096",
        "private_key": {"pem": text(&MERCHANT.pkcs8_pem)},
        "gateway_public_key": {"base64": one_line(&GATEWAY.spki_der)},
    }})
}

/// [`config`] with another setting of the account.
pub(crate) fn with(field: &str, value: Value) -> Value {
    let mut config = config();
    config["account"][field] = value;
    config
}

/// The signed form: the same text for the same key.
pub(crate) fn signed(config: &Value) -> Result<String, chexiao::Error> {
    Client::new(&config.to_string())?.sign(CALL).map(|request| text(&request.body))
}

/// A reply that says "closed", signed by openssl with this private key.
pub(crate) fn reply_signed_with(private_pem: &[u8]) -> HttpReply {
    let biz = r#"{"return_code":0,"return_msg":"","agreeCode":"A1","partnerSeq":"S1","status":"2"}"#;
    let folder = Folder::fresh();
    let signature = openssl(&["dgst", "-sha1", "-sign", &folder.write("key.pem", private_pem)], biz.as_bytes());
    let body = format!(r#"{{"response_biz_content":{biz},"sign":"{}"}}"#, one_line(&signature));
    HttpReply { status: 200, headers: Vec::new(), body: body.into() }
}

fn judged(config: &Value, reply: &HttpReply) -> Result<Outcome, chexiao::Error> {
    let client = Client::new(&config.to_string())?;
    Ok(client.verify(CALL, &client.sign(CALL)?, reply))
}

/// Whether a client with this gateway key believes the reply.
pub(crate) fn believes(config: &Value, reply: &HttpReply) -> Result<bool, chexiao::Error> {
    let outcome = judged(config, reply)?;
    let said = (outcome.code(), outcome.evidence());
    assert!([(Code::Closed, Evidence::SignedBound), (Code::Unknown, Evidence::None)].contains(&said), "{outcome:?}");
    Ok(outcome.is_closed())
}
