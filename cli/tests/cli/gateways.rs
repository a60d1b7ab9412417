//! `chexiao gateways`

use crate::counter::{keys, run};
use chexiao_sandbox::GATEWAYS;
use serde_json::Value;

const OUTCOMES: [&str; 9] =
    ["closed", "already_closed", "paid", "processing", "not_found", "refused", "misconfigured", "throttled", "unknown"];

#[test]
fn json_lists_every_gateway_with_its_environments_and_outcome_table() {
    let done = run(&["gateways", "--json"], "");
    let all = done.json();
    assert_eq!(done.code, 0);
    assert_eq!(all.as_array().unwrap().iter().map(|entry| entry["gateway"].as_str().unwrap()).collect::<Vec<_>>(), GATEWAYS);
    for entry in all.as_array().unwrap() {
        let environments = entry["environments"].as_object().unwrap();
        assert!(environments.values().all(|url| url.as_str().unwrap().starts_with("https://")) && !environments.is_empty());
        let tables = entry["close"].as_array().unwrap();
        assert!(tables.iter().all(|table| keys(table) == ["of", "rows"] && table["of"].is_string()), "{}", entry["gateway"]);
        let rows: Vec<&Value> = tables.iter().flat_map(|table| table["rows"].as_array().unwrap()).collect();
        assert!(rows.len() > 3, "{}", entry["gateway"]);
        for row in &rows {
            assert_eq!(keys(row), ["code", "outcome", "source", "status"]);
            assert!(row.as_object().unwrap().values().all(Value::is_string) && row["source"] != "", "{row}");
            assert!(OUTCOMES.contains(&row["outcome"].as_str().unwrap()), "{row}");
        }
        assert!(rows.iter().any(|row| row["outcome"] == "closed"));
    }
}

#[test]
fn people_read_the_same_list() {
    let done = run(&["gateways"], "");
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    let ids: Vec<&str> = done.out.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect();
    assert_eq!(ids, GATEWAYS);
    for entry in run(&["gateways", "--json"], "").json().as_array().unwrap() {
        for (name, url) in entry["environments"].as_object().unwrap() {
            let named = |line: &str| line.split_whitespace().eq([name, url.as_str().unwrap()]);
            assert!(done.out.lines().any(named), "{name} {url}");
        }
        for row in entry["close"].as_array().unwrap().iter().flat_map(|table| table["rows"].as_array().unwrap()) {
            let outcome = row["outcome"].as_str().unwrap();
            let line = format!("    {outcome:<14} {} · {}", row["code"].as_str().unwrap(), row["status"].as_str().unwrap());
            assert!(done.out.lines().any(|printed| printed == line), "{line}");
        }
    }
    assert_eq!(done.out.matches("everything else").count(), GATEWAYS.len(), "every gateway ends in unknown");
}
