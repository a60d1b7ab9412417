//! The scenario table that every language runs: `tests/faults/scenarios.json`, against a sandbox of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use chexiao::Client;
use chexiao::face::json;
use chexiao_sandbox::{Keys, Options, Sandbox};
use serde_json::{Map, Value, json};

struct Shop {
    sandbox: Sandbox,
    ca_file: std::path::PathBuf,
}

#[test]
fn every_scenario_ends_as_the_table_says() {
    let table: Value = serde_json::from_str(include_str!("../../tests/faults/scenarios.json")).unwrap();
    let shop = Shop::open();
    let mut runs = 0;
    let mut wrong = Vec::new();
    for scenario in table["scenarios"].as_array().unwrap() {
        for (gateway, expected) in scenario["expect"].as_object().unwrap() {
            runs += 1;
            let result = shop.run(scenario, gateway, &table["orders"][gateway]);
            let wanted = expected.as_object().unwrap().iter().filter(|(name, value)| !fits(&result[*name], value));
            wrong.extend(wanted.map(|(name, value)| format!("{} at {gateway}: {name} is {}, not {value}", scenario["id"], result[name])));
        }
    }
    std::fs::remove_file(&shop.ca_file).unwrap();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(Some(runs), table["runs"].as_u64(), "runs of the table");
}

impl Shop {
    fn open() -> Self {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap();
        let ca_file = std::env::temp_dir().join(format!("chexiao-scenarios-{}.pem", std::process::id()));
        std::fs::write(&ca_file, sandbox.ca_pem()).unwrap();
        Self { sandbox, ca_file }
    }

    /// The last result or error JSON, with `posts` and `book` from the sandbox.
    fn run(&self, scenario: &Value, gateway: &str, order: &Value) -> Value {
        let numbers = numbers(scenario);
        let number = *numbers.last().unwrap();
        let mut config = self.sandbox.config(gateway, self.sandbox.https_url()).unwrap();
        config["ca_file"] = json!(self.ca_file);
        merge(config.as_object_mut().unwrap(), &scenario["config"], |text| self.address(text));
        let operation = scenario["operation"].as_str().unwrap_or("close");
        let call = |number: &str| {
            let mut fields = Map::new();
            merge(&mut fields, order, |text| if text == "$number" { number.into() } else { text.into() });
            merge(&mut fields, &scenario["order"], str::to_string);
            json!({"operation": operation, "order": fields}).to_string()
        };
        let send = |client: &Client, number: &&str| {
            json::send(client, &call(number)).map_or_else(|error| json::error(&error), |(_, result)| result)
        };
        let document = match Client::new(&config.to_string()) {
            Ok(client) => numbers.iter().map(|number| send(&client, number)).last().unwrap(),
            Err(error) => json::error(&error),
        };
        let mut result: Value = serde_json::from_str(&document).unwrap();
        result["posts"] = json!(self.sandbox.posts(gateway, number));
        result["book"] = json!(self.sandbox.state(gateway, number).map(|state| state.name().to_lowercase()));
        result
    }

    fn address(&self, text: &str) -> String {
        match text {
            "$http" => self.sandbox.http_url().into(),
            "$tls_to_plain" => self.sandbox.http_url().replace("http:", "https:"),
            text => text.into(),
        }
    }
}

/// One order, or several, one after the other through one client.
fn numbers(scenario: &Value) -> Vec<&str> {
    match &scenario["number"] {
        Value::Array(numbers) => numbers.iter().map(|number| number.as_str().unwrap()).collect(),
        number => vec![number.as_str().unwrap()],
    }
}

/// A list means any of these.
fn fits(found: &Value, wanted: &Value) -> bool {
    wanted.as_array().map_or(found == wanted, |any| any.contains(found))
}

/// Puts the members of `over` into `members`; null removes.
fn merge(members: &mut Map<String, Value>, over: &Value, text: impl Fn(&str) -> String) {
    for (name, value) in over.as_object().into_iter().flatten() {
        match value {
            Value::Null => _ = members.remove(name),
            Value::String(value) => _ = members.insert(name.clone(), text(value).into()),
            value => _ = members.insert(name.clone(), value.clone()),
        }
    }
}
