//! The matrix as data: scenarios read from JSON, their parameters spread out.

use chexiao_sandbox::{Call, GATEWAYS, Injection, Json, sample_call};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub struct Matrix {
    /// Pairs of scenario and gateway.
    pub runs: usize,
    /// Scenarios by row.
    pub rows: BTreeMap<Row, Vec<Scenario>>,
    /// What has no scenario here, and who covers it.
    pub elsewhere: Vec<(Row, String)>,
}

/// F1 before F10.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(u8);

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "F{}", self.0)
    }
}

/// One scenario with one value of its `each`.
#[derive(Clone)]
pub struct Scenario {
    pub id: String,
    value: Value,
    /// Which of the gateway's APIs is called; none: an operation.
    pub api: Option<Call>,
    injection: Option<Injection>,
    /// Once for every byte of the reply, the offset in the fault.
    pub at_every_byte: bool,
}

impl Matrix {
    /// All rows that are here or named.
    pub fn all_rows(&self) -> BTreeSet<&Row> {
        self.rows.keys().chain(self.elsewhere.iter().map(|(row, _)| row)).collect()
    }
}

pub fn read() -> Matrix {
    let matrix: Value = serde_json::from_str(include_str!("../../../../tests/faults/matrix.json")).unwrap();
    let mut rows: BTreeMap<Row, Vec<Scenario>> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for scenario in matrix["scenarios"].as_array().unwrap() {
        let row = Row(scenario["row"].as_str().unwrap()[1..].parse().unwrap());
        match scenario.get("covered_by") {
            Some(test) => elsewhere.push((row, plain(test))),
            None => rows.entry(row).or_default().extend(spread(scenario)),
        }
    }
    Matrix { runs: usize::try_from(matrix["runs"].as_u64().unwrap()).unwrap(), rows, elsewhere }
}

/// One scenario per value of `each`, which stands for `$` in every text, and API.
fn spread(scenario: &Value) -> Vec<Scenario> {
    let each: Vec<Value> = match &scenario["each"] {
        Value::Array(values) => values.iter().map(|value| put(scenario, value)).collect(),
        _ => vec![scenario.clone()],
    };
    each.iter().flat_map(of_apis).collect()
}

fn of_apis(scenario: &Value) -> Vec<Scenario> {
    let apis = scenario["api"].as_array().map(|names| names.iter().map(|name| Call::named(name.as_str().unwrap()).unwrap()).collect());
    let apis: Vec<Call> = apis.unwrap_or_default();
    match apis.as_slice() {
        [] => vec![Scenario::new(scenario, None)],
        apis => apis.iter().map(|api| Scenario::new(scenario, Some(*api))).collect(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn put(value: &Value, each: &Value) -> Value {
    match value {
        Value::String(text) if text == "$" => each.clone(),
        Value::String(text) => text.replace('$', &plain(each)).into(),
        Value::Array(values) => values.iter().map(|value| put(value, each)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), put(value, each))).collect::<Map<_, _>>().into(),
        other => other.clone(),
    }
}

impl Scenario {
    fn new(value: &Value, api: Option<Call>) -> Scenario {
        let at_every_byte = value["each"] == "byte of the reply";
        let id = match value.get("each") {
            Some(Value::Array(_)) => match value.get("fault").or(value.get("number")) {
                Some(each) => format!("{} {}", plain(&value["id"]), plain(each)),
                None => plain(&value["id"]),
            },
            _ => plain(&value["id"]),
        };
        let id = api.iter().fold(id, |id, api| format!("{id} {}", api.name()));
        let injection = value.get("fault").filter(|_| !at_every_byte).map(|fault| injection(&plain(fault), &value["seed"]));
        Scenario { id, value: value.clone(), api, injection, at_every_byte }
    }

    /// The same with the fault at this byte.
    pub fn at_byte(&self, offset: usize) -> Scenario {
        let fault = plain(&self.value["fault"]).replace('$', &offset.to_string());
        Scenario { injection: Some(injection(&fault, &Value::Null)), ..self.clone() }
    }

    pub fn gateways(&self) -> Vec<&'static str> {
        let named = self.value["gateways"].as_array();
        let has_api = |gateway: &str| self.api.is_none_or(|api| api_at(gateway, api).is_some());
        let is_named = |gateway: &str| named.is_none_or(|named| named.iter().any(|name| name == gateway));
        GATEWAYS.into_iter().filter(|gateway| is_named(gateway) && has_api(gateway)).collect()
    }

    /// The operation that is this API's typed sibling, where that is sent in place of a call.
    pub fn sibling(&self) -> Option<&'static str> {
        let api = self.api.filter(|_| self.value["typed"] == true)?;
        Some(if api == Call::RefundQuery { "refund_query" } else { api.name() })
    }

    /// What strikes the request itself strikes that to this API.
    pub fn injection(&self) -> Option<Injection> {
        let of_api = |injection: Injection| match self.api {
            Some(call) if !injection.fault.is_of_connection() => Injection { call, ..injection },
            _ => injection,
        };
        self.injection.map(of_api)
    }

    /// A number of milliseconds; none if it is absent.
    pub fn time(&self, name: &str) -> Duration {
        Duration::from_millis(self.value[name].as_u64().unwrap_or_default())
    }

    pub fn member(&self, name: &str) -> &Value {
        &self.value[name]
    }

    /// Puts over `members` the scenario's object of this name, and then what it has `at` the gateway under this name.
    pub fn put_over(&self, members: &mut Value, gateway: &str, name: &str) {
        let members = members.as_object_mut().unwrap();
        merge(members, &self.value[name]);
        merge(members, &self.value["at"][gateway][name]);
    }

    /// What is expected at the gateway; null counts.
    pub fn expected(&self, gateway: &str) -> Map<String, Value> {
        let objects = [&self.value["expect"], &self.value["at"][gateway]["expect"]];
        objects.into_iter().filter_map(Value::as_object).flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The order numbers, one call for each.
    pub fn numbers(&self) -> Vec<String> {
        match &self.value["number"] {
            Value::Array(numbers) => numbers.iter().map(plain).collect(),
            Value::Null => vec!["A#".into()],
            number => vec![plain(number)],
        }
    }

    /// What is called for each number, one after the other.
    pub fn operations(&self) -> Vec<String> {
        match &self.value["operation"] {
            Value::Array(operations) => operations.iter().map(plain).collect(),
            Value::Null => vec!["close".into()],
            operation => vec![plain(operation)],
        }
    }

    pub fn is_known_limit_at(&self, gateway: &str) -> bool {
        self.value["unbound"].as_array().is_some_and(|gateways| gateways.iter().any(|name| name == gateway))
    }
}

/// The document of a call, where the gateway has the API. ICBC has one query for orders and refunds.
fn api_at(gateway: &str, api: Call) -> Option<Value> {
    sample_call(gateway, api, "A1", "R1").filter(|_| (gateway, api) != ("icbc", Call::RefundQuery))
}

fn injection(fault: &str, seed: &Value) -> Injection {
    let mut members = vec![("fault".to_string(), Json::from(fault))];
    members.extend((!seed.is_null()).then(|| ("seed".to_string(), Json::Number(plain(seed)))));
    Injection::read(&Json::Object(members), &GATEWAYS).unwrap_or_else(|why| panic!("{fault}: {why}"))
}

/// Puts the members of `over` into `members`, objects into objects; null removes.
fn merge(members: &mut Map<String, Value>, over: &Value) {
    for (name, value) in over.as_object().into_iter().flatten() {
        match (members.get_mut(name), value) {
            (_, Value::Null) => _ = members.remove(name),
            (Some(Value::Object(inner)), Value::Object(_)) => merge(inner, value),
            _ => _ = members.insert(name.clone(), value.clone()),
        }
    }
}
