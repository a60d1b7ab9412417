//! The tables of docs/guide/configuration, in both languages, held against what the library itself says: the keys that it knows, in its
//! order, the words that a key may be, the bounds of a number.

use chexiao::{Client, Error, gateways};
use chexiao_kit::with_keys;
use serde_json::{Value, json};
use std::path::Path;

/// A row: the key, and what is code, or a range, among its values.
type Row = (String, Vec<String>);

#[test]
fn the_settings_on_the_pages_are_those_of_the_code() {
    for page in ["docs/guide/configuration.md", "docs/guide/configuration.zh-CN.md"] {
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page)).unwrap();
        let tables = tables(&text);
        assert_eq!(tables.len(), 1 + gateways::ALL.len(), "{page}: a table for all, and one for each gateway");
        held(page, "", &tables[0], |key, value| {
            let mut config = known_config("wechat");
            config[key] = value;
            Client::new(&config.to_string()).err()
        });
        for (entry, rows) in gateways::ALL.iter().zip(&tables[1..]) {
            let config = known_config(entry.id);
            held(&format!("{page}, {}", entry.id), "account.", rows, |key, value| {
                let mut config = config.clone();
                config["account"][key] = value;
                Client::new(&config.to_string()).err()
            });
            let environments = entry.environments.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" ");
            assert!(text.contains(&environments), "{page} has not the environments of {}: {environments}", entry.id);
        }
    }
}

/// Every table whose first column is keys and whose second is values.
fn tables(text: &str) -> Vec<Vec<Row>> {
    let (mut all, mut inside) = (Vec::new(), false);
    for line in text.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        match cells.as_slice() {
            ["key" | "键", "values" | "取值", ..] => {
                all.push(Vec::new());
                inside = true;
            }
            [key, values, ..] if inside && key.starts_with('`') => {
                let words = values.split(' ').map(|word| word.trim_matches('`')).filter(|word| !word.is_empty()).map(String::from);
                all.last_mut().unwrap().push((key.trim_matches('`').into(), words.collect()));
            }
            ["---", ..] => {}
            _ => inside = false,
        }
    }
    all
}

/// `tried` is what a configuration in which this key has this value ends with.
fn held(page: &str, prefix: &str, rows: &[Row], tried: impl Fn(&str, Value) -> Option<Error>) {
    let error_of = |key: &str, value: Value| tried(key, value).unwrap_or_else(|| panic!("{page}: {key} takes anything"));
    let unknown = error_of("no_such_key", json!("x"));
    let known = unknown.message().split_once("known here: ").unwrap().1;
    let listed: Vec<&str> = rows.iter().map(|(key, _)| key.as_str()).collect();
    let mut expected: Vec<&str> = known.split(", ").collect();
    let mut sorted = listed.clone();
    expected.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{page} lists other keys than the code");
    for (key, values) in rows {
        let field = format!("{prefix}{key}");
        match values.as_slice() {
            [] => {}
            [range] => {
                let number = |text: &str| text.parse::<u64>().unwrap();
                let (low, high) = range.split_once('–').unwrap();
                for beyond in [number(low) - 1, number(high) + 1] {
                    let error = error_of(key, json!(beyond));
                    assert_eq!(error.field(), Some(field.as_str()), "{page}: {field} {beyond}: {error}");
                    assert!(error.message().contains(&format!("{} to {}", number(low), number(high))), "{page}: {error}");
                }
            }
            [_, dot, _] if dot == "·" => assert!(error_of(key, json!("yes")).hint().contains("true or false"), "{page}: {field}"),
            words => {
                let error = error_of(key, json!("no such word"));
                let said =
                    error.message().split_once("must be one of: ").map_or_else(|| panic!("{page}: {field}: {error}"), |(_, said)| said);
                // A word that the code only knows in order to refuse it is on no page.
                let is_refused = |error: Error| error.field() == Some(field.as_str()) && !error.message().starts_with("is only for");
                let is_taken = |word: &&str| !tried(key, json!(word)).is_some_and(is_refused);
                assert_eq!(words, said.split(", ").filter(is_taken).collect::<Vec<_>>(), "{page}: the words of {field}");
            }
        }
    }
}

/// A configuration of the vectors.
fn known_config(gateway: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/vectors/{gateway}/sign.json"));
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    with_keys(&file["vectors"][0]["config"], &file["keys"])
}
