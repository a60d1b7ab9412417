//! For the vectors of kind `primitive`.

use super::account::{Account, Wechat, open_req_info};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::Kind;
use crate::strict::form::Parameters;
use crate::strict::{de, json};
use serde_json::{Value, json as value};

pub(crate) fn compute(function: &str, input: &Value) -> Value {
    match function {
        "wechat.sign" => sign(input),
        "wechat.req_info" => req_info(input),
        _ => panic!("{function} is not known here"),
    }
}

fn req_info(input: &Value) -> Value {
    let text = open_req_info(input["api_key"].as_str().unwrap(), input["req_info"].as_str().unwrap());
    value!({"text": text.unwrap_or("error".into())})
}

fn sign(input: &Value) -> Value {
    let pairs: Vec<(&str, &str)> =
        input["params"].as_object().unwrap().iter().map(|(name, text)| (name.as_str(), text.as_str().unwrap())).collect();
    let string_to_sign = Parameters::new(&pairs).string_to_sign();
    let signature = account(input).signature(string_to_sign.clone());
    value!({"sign": signature, "string_to_sign": format!("{string_to_sign}&key={}", input["key"].as_str().unwrap())})
}

fn account(input: &Value) -> Wechat {
    let account = value!({"appid": "wx1", "mch_id": "1", "sign_type": input["alg"], "api_key": input["key"]}).to_string();
    let account: Account = de::read(&json::parse(&account).unwrap(), Kind::Config, "account").unwrap();
    account.open(BaseUrl::parse("https://gw.example").unwrap()).unwrap()
}
