//! For the vectors of kind `primitive`.

use super::account::{Account, Chinaums};
use crate::gateway::Env;
use crate::ground::base_url::BaseUrl;
use crate::ground::clock::BeijingTime;
use crate::ground::error::Kind;
use crate::strict::{de, json};
use serde_json::{Value, json as value};

pub(crate) fn compute(function: &str, input: &Value) -> Value {
    let nonce = input["nonce"].as_str().unwrap();
    let env = Env { now: moment(input["timestamp"].as_str().unwrap()), nonce: nonce.into(), msg_id: nonce.into() };
    let signature = match function {
        "chinaums.body_sig" => {
            let header = account(input, "body_sig").authorization(&env, input["body"].as_str().unwrap().as_bytes()).unwrap();
            header.rsplit_once("Signature=\"").unwrap().1.trim_end_matches('"').to_string()
        }
        "chinaums.token_signature" => {
            let request = account(input, "access_token").token_request(&env).unwrap();
            serde_json::from_slice::<Value>(&request.body).unwrap()["signature"].as_str().unwrap().to_string()
        }
        other => panic!("unknown function {other}"),
    };
    value!({"signature": signature})
}

/// From `yyyyMMddHHmmss`.
fn moment(compact: &str) -> BeijingTime {
    let part = |range: std::ops::Range<usize>| &compact[range];
    let dashed = format!("{}-{}-{} {}:{}:{}", part(0..4), part(4..6), part(6..8), part(8..10), part(10..12), part(12..14));
    BeijingTime::parse(&dashed).unwrap()
}

fn account(input: &Value, authentication: &str) -> Chinaums {
    let account = value!({"app_id": input["app_id"], "app_key": input["app_key"], "authentication": authentication}).to_string();
    let account: Account = de::read(&json::parse(&account).unwrap(), Kind::Config, "account").unwrap();
    account.open(BaseUrl::parse("https://gw.example").unwrap()).unwrap()
}
