//! EdgerOS Pay: an envelope whose canonical text is signed, with the signature inside of its `data`.

use crate::KEYS;
use crate::written::{object, signature, with};
use chexiao_sandbox::{Json, KeyPair, edgeros};
use serde_json::Value;

/// By either number, or both.
pub fn order(transaction_no: Option<&str>, mch_trade_no: Option<&str>) -> Value {
    let numbers = [("transaction_no", transaction_no), ("mch_trade_no", mch_trade_no)];
    numbers.into_iter().filter_map(|(name, number)| Some((name, number?))).collect()
}

/// The envelope around `data`, each as it is written.
pub fn envelope(status: Option<&str>, message: Option<&str>, data: Option<&str>) -> String {
    object(&[("status", status), ("message", message), ("fieldErrors", Some("null")), ("data", data)], false)
}

/// The envelope with the signature of what is in it.
pub fn sealed(envelope: &str) -> String {
    edgeros::seal(&KEYS.edgeros.gateway, &Json::parse(envelope).unwrap())
}

/// The signature of this envelope with its quotes, by whomever.
pub fn signed_by(key: &KeyPair, envelope: &Json) -> String {
    signature(edgeros::seal(key, envelope).as_bytes())
}

/// An envelope that ends with its `data`, with this behind the members of that.
pub fn with_sign(envelope: &str, sign: Option<&str>) -> String {
    let Some(sign) = sign else { return envelope.to_string() };
    format!("{}}}", with(envelope.strip_suffix('}').unwrap(), Some(&format!("\"sign\":{sign}"))))
}

/// The text that is signed: members sorted at every level, nulls left out.
pub fn canonical(envelope: &str) -> String {
    sorted(Json::parse(envelope).unwrap()).compact().replace('\u{2028}', "\\u2028")
}

/// Members sorted, nulls left out.
pub fn sorted(value: Json) -> Json {
    let Json::Object(members) = value else { return value };
    let members = members.into_iter().filter(|(_, value)| *value != Json::Null);
    let mut members: Vec<_> = members.map(|(name, value)| (name, sorted(value))).collect();
    members.sort_by(|(one, _), (other, _)| one.cmp(other));
    Json::Object(members)
}
