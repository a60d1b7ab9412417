//! The scenario table that every language runs: `tests/faults/scenarios.json`, against a sandbox of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao::face::json;
use chexiao::{Client, HttpReply};
use chexiao_sandbox::{Keys, Options, Sandbox};
use serde_json::{Map, Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

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
            let result = match &scenario["notice"] {
                Value::Null => shop.run(scenario, gateway, &table["orders"][gateway]),
                notice => shop.hear(scenario, &at(notice, gateway), gateway, &table["orders"][gateway]),
            };
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
        let send = |client: &Client, number: &&str| {
            json::send(client, &call(scenario, order, number)).map_or_else(|error| json::error(&error), |(_, result)| result)
        };
        let document = match Client::new(&self.config(scenario, gateway).to_string()) {
            Ok(client) => numbers.iter().map(|number| send(&client, number)).last().unwrap(),
            Err(error) => json::error(&error),
        };
        let number = *numbers.last().unwrap();
        let mut result: Value = serde_json::from_str(&document).unwrap();
        result["posts"] = json!(self.sandbox.posts(gateway, number));
        result["book"] = self.book(gateway, number);
        result
    }

    /// The notice or error JSON of what the sandbox would post, with `acknowledged`, `named` and `book`; or what verifying it says.
    fn hear(&self, scenario: &Value, notice: &Map<String, Value>, gateway: &str, order: &Value) -> Value {
        let number = scenario["number"].as_str().unwrap();
        let mut config = self.config(scenario, gateway);
        merge(config["account"].as_object_mut().unwrap(), notice.get("account").unwrap_or(&Value::Null), str::to_string);
        if let Some(state) = notice.get("state") {
            self.post("orders", &json!({"gateway": gateway, "order": number, "state": state}));
        }
        let mut wanted = json!({"gateway": gateway, "order": number});
        merge(wanted.as_object_mut().unwrap(), &json!({"fault": notice.get("fault")}), str::to_string);
        let mut message = self.post("notices", &wanted);
        if let Some(expected) = notice.get("expect") {
            let mut expect = Map::new();
            merge(&mut expect, expected, |text| text.replace("$number", number));
            message["expect"] = expect.into();
        }
        let client = Client::new(&config.to_string()).unwrap();
        if notice.contains_key("to_verify") {
            return verified(&client, &call(scenario, order, number), &message);
        }
        let heard = || json::notification(&client, &message.to_string()).map_or_else(|error| json::error(&error), |(_, document)| document);
        let document = heard();
        if notice.contains_key("twice") {
            assert_eq!(document, heard(), "{} at {gateway}", scenario["id"]);
        }
        let mut result: Value = serde_json::from_str(&document).unwrap();
        result["acknowledged"] = json!(!result["acknowledge"].is_null());
        result["named"] = json!(result["order"].as_object().is_some_and(|order| order.values().any(|text| text == number)));
        result["book"] = self.book(gateway, number);
        result
    }

    fn config(&self, scenario: &Value, gateway: &str) -> Value {
        let mut config = self.sandbox.config(gateway, self.sandbox.https_url()).unwrap();
        config["ca_file"] = json!(self.ca_file);
        merge(config.as_object_mut().unwrap(), &scenario["config"], |text| self.address(text));
        config
    }

    fn book(&self, gateway: &str, number: &str) -> Value {
        json!(self.sandbox.state(gateway, number).map(|state| state.name().to_lowercase()))
    }

    /// What the admin page answers.
    fn post(&self, page: &str, command: &Value) -> Value {
        let address = self.sandbox.http_url().trim_start_matches("http://");
        let command = command.to_string();
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!("POST /_sandbox/{page} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}", command.len());
        write!(stream, "{head}\r\n\r\n{command}").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200"), "{command}: {reply}");
        serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    fn address(&self, text: &str) -> String {
        match text {
            "$http" => self.sandbox.http_url().into(),
            "$tls_to_plain" => self.sandbox.http_url().replace("http:", "https:"),
            text => text.into(),
        }
    }
}

/// With what it has for this gateway over it.
fn at(notice: &Value, gateway: &str) -> Map<String, Value> {
    let members = [notice, &notice["at"][gateway]].into_iter().filter_map(Value::as_object).flatten();
    members.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn call(scenario: &Value, order: &Value, number: &str) -> String {
    let mut fields = Map::new();
    merge(&mut fields, order, |text| if text == "$number" { number.into() } else { text.into() });
    merge(&mut fields, &scenario["order"], str::to_string);
    json!({"operation": scenario["operation"].as_str().unwrap_or("close"), "order": fields}).to_string()
}

/// The result JSON of a notification that is handed over as the reply to this call.
fn verified(client: &Client, call: &str, message: &Value) -> Value {
    let request = client.sign(call).unwrap();
    let headers = message["headers"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_string()));
    let body = STANDARD.decode(message["body_base64"].as_str().unwrap()).unwrap();
    let outcome = client.verify(call, &request, &HttpReply { status: 200, headers: headers.collect(), body });
    serde_json::from_str(&json::result(&outcome)).unwrap()
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
