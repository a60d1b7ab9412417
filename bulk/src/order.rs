//! [`Order`]: one line of the input.

use chexiao::{Result, face};
use serde_json::{Map, Value};

/// An order that is to be closed, at one of the job's accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    account: String,
    line: u64,
    json: String,
    names: Vec<String>,
}

impl Order {
    /// Line `line` of the input, counted from 1: `json` is one object, the order's members under the gateway's own names, as
    /// [`Client::send`](chexiao::Client::send) takes them. It is kept as it is.
    ///
    /// # Errors
    /// [`Kind::Call`](chexiao::Kind::Call): it is not one object. What the members say, only the gateway knows: that is judged when the order is closed.
    pub fn new(account: impl Into<String>, line: u64, json: impl Into<String>) -> Result<Self> {
        let json = json.into();
        face::json::call("close", &json)?;
        let names = names(&json);
        Ok(Self { account: account.into(), line, json, names })
    }

    /// The name of its account in this job.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Its line in the input, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Its members.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// What it is known by at its account, each name alone: two orders that share one are the same, and are closed once.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Members that name an order at their gateway, with those that say whose number it is.
const NAMING: [&[&str]; 7] = [
    &["agreeCode", "partnerSeq"],
    &["protocol_no"],
    &["out_trade_no", "sub_mch_id"],
    &["transaction_no"],
    &["mch_trade_no"],
    &["merOrderId", "mid"],
    &["qrCodeId", "mid"],
];

/// Never none: an order of other members is named by all of them.
fn names(json: &str) -> Vec<String> {
    let members: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let is_given = |name: &str| members.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    let naming = NAMING.iter().filter(|naming| naming.first().is_some_and(|first| is_given(first)));
    let name = |naming: &&[&str]| {
        let named: Vec<String> =
            naming.iter().filter(|name| is_given(name)).map(|&name| format!("{name}={}", text(&members, name))).collect();
        named.join(" ")
    };
    let names: Vec<String> = naming.map(name).collect();
    if names.is_empty() { vec![Value::Object(members).to_string()] } else { names }
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> &'m str {
    members.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(json: &str) -> Vec<String> {
        Order::new("a", 1, json).unwrap().names
    }

    #[test]
    fn an_order_is_known_by_each_of_its_numbers() {
        assert_eq!(named(r#"{"mch_trade_no":"M","transaction_no":"T"}"#), ["transaction_no=T", "mch_trade_no=M"]);
        assert_eq!(named(r#"{"transaction_no":"","mch_trade_no":"M"}"#), ["mch_trade_no=M"]);
        assert_eq!(named(r#"{"agreeCode":"A","orderCode":"O","partnerSeq":"P"}"#), ["agreeCode=A partnerSeq=P"]);
        assert_eq!(named(r#"{"out_trade_no":"N"}"#), ["out_trade_no=N"]);
        assert_ne!(named(r#"{"out_trade_no":"N","sub_mch_id":"1"}"#), named(r#"{"out_trade_no":"N","sub_mch_id":"2"}"#));
    }

    #[test]
    fn an_order_of_unknown_members_is_named_by_all_of_them_in_any_order() {
        assert_eq!(named(r#"{"b":1,"a":"x"}"#), named(r#"{ "a" : "x", "b":1 }"#));
        assert_ne!(named(r#"{"b":1}"#), named(r#"{"b":"1"}"#));
        assert_ne!(named(r#"{"out_trade_no":7}"#), named(r#"{"out_trade_no":8}"#));
    }

    #[test]
    fn what_is_no_object_is_no_order() {
        for json in ["", "[]", "\"A1\"", "{", r#"{"a":1,"a":2}"#, "{} {}"] {
            assert!(Order::new("a", 1, json).is_err(), "{json}");
        }
    }
}
