//! Orders as objects, one a line.

use super::columns::{no_account, of_members};
use super::{Accounts, Reading, Unreadable, damage};
use crate::order::Order;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

const QUOTED: (&str, &str) = (
    "write it in quotes, from its source: numbers lose leading zeros and last digits",
    "请从原始来源取值并加上引号：数字会丢失前导零和末尾数位",
);
const OBJECT: (&str, &str) = ("write one object of texts a line, without a list around them", "请每行写一个对象，值为文本，外面不加列表");

/// How the objects are read.
pub(super) struct JsonLines {
    accounts: Accounts,
    ignored: Vec<String>,
}

impl JsonLines {
    pub(super) fn new(reading: &Reading) -> Self {
        Self { accounts: reading.accounts.clone(), ignored: reading.ignored.clone() }
    }

    /// The order on a line; none on a blank one.
    pub(super) fn row(&self, line: u64, text: &str) -> Result<Option<Order>, Unreadable> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let Members(members) = serde_json::from_str(text).map_err(|bad| {
            let remedy = if bad.is_data() && text.trim_start().starts_with('{') { ONCE } else { OBJECT };
            Unreadable::new(line, format!("is no object of JSON at byte {}", bad.column()), remedy)
        })?;
        let (mut account, mut order) = (None, Map::new());
        for (name, value) in members {
            if self.ignored.contains(&name) || value.is_null() {
                continue;
            }
            let is_account = matches!(&self.accounts, Accounts::Column(column) if *column == name);
            let Value::String(text) = value else {
                let what = if value.is_number() { "is a number" } else { "is no text" };
                return Err(Unreadable { field: Some(name), ..Unreadable::new(line, what, QUOTED) });
            };
            if let Some(damage) = damage::of(&text) {
                return Err(Unreadable::of_damage(line, &name, damage));
            }
            match is_account {
                true => account = Some(text),
                false => _ = order.insert(name, Value::String(text)),
            }
        }
        let account = match &self.accounts {
            Accounts::One(account) => Some(account.clone()),
            Accounts::Column(name) => Some(account.filter(|account| !account.is_empty()).ok_or_else(|| no_account(line, name))?),
        };
        of_members(line, account, order).map(Some)
    }
}

const ONCE: (&str, &str) = ("write each member once", "每个成员只写一次");

/// The members of an object, in order, each once: of two, nobody knows which is meant.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members: Vec<(String, Value)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom("a member that stands there before"));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Once)
    }
}
