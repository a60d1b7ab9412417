//! Calls and configurations that no gateway should ever hear of.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// One mistake in a JSON document.
#[derive(Debug, Clone)]
pub(crate) enum Mistake {
    /// This member is missing.
    Missing(&'static str),
    /// Some member of an object has another type.
    Typed(&'static str, Index, Index),
    /// Some member of an object is gone.
    Dropped(&'static str, Index),
    /// Some member of an object is an empty text.
    Blank(&'static str, Index),
    /// Some text in an object is too long.
    TooLong(&'static str, Index, usize),
    /// Some text in an object holds this character.
    Holds(&'static str, Index, char),
    /// A member at this path has this value.
    Set(&'static [&'static str], Value),
    /// The document ends early.
    Cut(Index),
    /// This stands behind it.
    Tail(&'static str),
    /// This stands after its first brace.
    Head(&'static str),
    /// This instead of it.
    Instead(&'static str),
}

/// The greatest lengths the pages give; every other text may have 32 characters.
const LENGTHS: [(&str, usize); 8] = [
    ("agreeCode", 34),
    ("orderCode", 34),
    ("partnerSeq", 34),
    ("protocol_no", 20),
    ("mch_trade_no", 50),
    ("billNo", 31),
    ("billDate", 10),
    ("authIdRespCd", 64),
];

/// Mistakes in a call.
pub(crate) fn in_a_call() -> BoxedStrategy<Mistake> {
    const TIMES: [&str; 8] = [
        "",
        "now",
        "2024-05-06",
        "2024-13-01 00:00:00",
        "2024-02-30 00:00:00",
        "2024-05-06 24:00:00",
        "2024-05-06T07:08:09",
        " 2024-05-06 07:08:09",
    ];
    const OPERATIONS: [&str; 6] = ["", "Close", "close ", "Query", "Refund", "cancel"];
    const NOT_A_NUMBER: [char; 7] = ['&', '<', '\r', '\n', '\0', '\u{7f}', '\u{1f}'];
    let field = || any::<Index>();
    prop_oneof![
        2 => field().prop_map(|at| Mistake::Dropped("order", at)),
        2 => (field(), field()).prop_map(|(at, value)| Mistake::Typed("order", at, value)),
        3 => (field(), 1..300usize).prop_map(|(at, more)| Mistake::TooLong("order", at, more)),
        3 => (field(), select(&NOT_A_NUMBER)).prop_map(|(at, c)| Mistake::Holds("order", at, c)),
        1 => select(&TIMES).prop_map(|time| Mistake::Set(&["timestamp"], json!(time))),
        1 => select(&OPERATIONS).prop_map(|word| Mistake::Set(&["operation"], json!(word))),
        1 => "[a-z]{9,12}".prop_map(|_| Mistake::Set(&["order", "surprise"], json!("x"))),
        1 => Just(Mistake::Set(&["surprise"], json!("x"))),
        1 => any::<i64>().prop_map(|number| Mistake::Set(&["order"], json!(number))),
        1 => Just(Mistake::Missing("order")),
        1 => Just(Mistake::Missing("operation")),
        2 => any_text(),
    ]
    .boxed()
}

/// Mistakes in a configuration.
pub(crate) fn in_a_config() -> BoxedStrategy<Mistake> {
    const URLS: [&str; 8] = [
        "",
        "x",
        "http://example.com",
        "https://u:p@127.0.0.1",
        "https://127.0.0.1/path",
        "https://127.0.0.1?q",
        "ftp://127.0.0.1",
        "file:///etc",
    ];
    let times = || select(vec![json!(0), json!(-1), json!("5s"), json!(1.5), json!(600_001), json!(true)]);
    prop_oneof![
        2 => any::<Index>().prop_map(|at| Mistake::Dropped("account", at)),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(at, value)| Mistake::Typed("account", at, value)),
        1 => any::<Index>().prop_map(|at| Mistake::Blank("account", at)),
        1 => select(&URLS).prop_map(|url| Mistake::Set(&["base_url"], json!(url))),
        1 => Just(Mistake::Set(&["environment"], json!("production"))),
        1 => Just(Mistake::Set(&["gateway"], json!("alipay"))),
        1 => times().prop_map(|time| Mistake::Set(&["deadline_ms"], time)),
        1 => times().prop_map(|time| Mistake::Set(&["connect_timeout_ms"], time)),
        1 => (30_000..600_000u32).prop_map(|time| Mistake::Set(&["connect_timeout_ms"], json!(time))),
        1 => Just(Mistake::Set(&["ca_file"], json!("/nowhere/ca.pem"))),
        1 => Just(Mistake::Set(&["surprise"], json!(1))),
        1 => Just(Mistake::Set(&["account", "surprise"], json!(1))),
        1 => select(vec!["gateway", "base_url", "account"]).prop_map(Mistake::Missing),
        2 => any_text(),
    ]
    .boxed()
}

fn any_text() -> BoxedStrategy<Mistake> {
    const TEXTS: [&str; 8] = ["", " ", "null", "[]", "{}", "\"close\"", "close", "\u{feff}{}"];
    const HEADS: [&str; 4] =
        ["\"gateway\":\"icbc\",\"gateway\":\"icbc\",", "\"operation\":\"close\",\"operation\":\"close\",", ",", "\"x\":1e999,"];
    prop_oneof![
        3 => any::<Index>().prop_map(Mistake::Cut),
        1 => select(&["x", "{}", ",", "\0"][..]).prop_map(Mistake::Tail),
        1 => select(&HEADS).prop_map(Mistake::Head),
        1 => select(&TEXTS).prop_map(Mistake::Instead),
    ]
    .boxed()
}

impl Mistake {
    /// The document with the mistake in it.
    pub(crate) fn make(&self, good: &Value) -> String {
        let mut bad = good.clone();
        match self {
            Mistake::Missing(name) => drop(bad.as_object_mut().unwrap().remove(*name)),
            Mistake::Dropped(object, at) => {
                let name = nth_name(&bad[*object], *at);
                bad[*object].as_object_mut().unwrap().remove(&name);
            }
            Mistake::Typed(object, at, value) => {
                let name = nth_name(&bad[*object], *at);
                bad[*object][name] = [json!(null), json!(7), json!(true), json!([]), json!({ "x": 1 })][value.index(5)].clone();
            }
            Mistake::Blank(object, at) => {
                let name = nth_name(&bad[*object], *at);
                bad[*object][name] = json!("");
            }
            Mistake::TooLong(object, at, more) => {
                let name = nth_name(&bad[*object], *at);
                let length = LENGTHS.iter().find(|(known, _)| *known == name).map_or(32, |(_, length)| *length);
                bad[*object][name] = json!("7".repeat(length + more));
            }
            Mistake::Holds(object, at, c) => {
                let name = nth_name(&bad[*object], *at);
                bad[*object][name] = json!(format!("A{c}1"));
            }
            Mistake::Set(path, value) => *path.iter().fold(&mut bad, |inner, name| &mut inner[*name]) = value.clone(),
            Mistake::Cut(at) => return cut(&good.to_string(), *at),
            Mistake::Tail(tail) => return format!("{good}{tail}"),
            Mistake::Head(head) => return good.to_string().replacen('{', &format!("{{{head}"), 1),
            Mistake::Instead(text) => return (*text).to_string(),
        }
        bad.to_string()
    }
}

fn nth_name(object: &Value, at: Index) -> String {
    let members = object.as_object().unwrap();
    members.keys().nth(at.index(members.len())).unwrap().clone()
}

fn cut(text: &str, at: Index) -> String {
    let end = (0..text.len()).filter(|end| text.is_char_boundary(*end)).nth(at.index(text.chars().count())).unwrap();
    text[..end].to_string()
}
