//! Runs `tests/vectors` through the public API: every request byte for byte, every reply with its outcome, every refusal
//! with its kind and field. Fails when it finds fewer cases than the manifest says. (Primitives: `core/src/vectors.rs`.)

// A test fails by panicking; clippy knows that of test functions, not of their helpers.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use chexiao::face::json;
use chexiao::{Client, HttpReply, KeyFault, Kind};
use chexiao_kit::{with_keys, word_of};
use serde_json::{Value, json};
use std::path::Path;

/// The members of an answer.
const ANSWER: [&str; 12] = [
    "code",
    "elapsed_ms",
    "evidence",
    "explanation",
    "file",
    "gateway",
    "http_status",
    "msg_id",
    "raw_base64",
    "reason",
    "sent",
    "verified",
];

/// Runs `check` over every vector of `kind`; a vector fails with a text.
fn run(kind: &str, check: impl Fn(&Value) -> Result<(), String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let read = |path: &str| -> Value { serde_json::from_str(&std::fs::read_to_string(folder.join(path)).unwrap()).unwrap() };
    let (mut expected, mut ran, mut failures) = (0, 0, Vec::new());
    for file in read("manifest.json")["files"].as_array().unwrap().iter().filter(|file| file["kind"] == kind) {
        expected += file["count"].as_u64().unwrap();
        let content = read(file["path"].as_str().unwrap());
        for vector in content["vectors"].as_array().unwrap() {
            ran += 1;
            if let Err(why) = check(&with_keys(vector, &content["keys"])) {
                failures.push(format!("{}: {why}", vector["id"].as_str().unwrap()));
            }
        }
    }
    assert_eq!(ran, expected, "vectors found against the manifest");
    assert!(ran > 0, "no vectors of kind {kind}");
    assert!(failures.is_empty(), "{} of {ran} failed:\n{}", failures.len(), failures.join("\n"));
    println!("{ran} {kind} vectors passed");
}

fn text_of(vector: &Value, name: &str) -> String {
    vector[format!("{name}_text")].as_str().map_or_else(|| vector[name].to_string(), str::to_string)
}

fn decode(base64: &Value) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(base64.as_str().unwrap()).unwrap()
}

/// The first member of `expected` that `actual` does not hold.
fn first_difference(expected: &Value, actual: &Value, path: &str) -> Option<String> {
    match expected {
        Value::Object(members) => {
            members.iter().find_map(|(name, inner)| first_difference(inner, &actual[name], &format!("{path}/{name}")))
        }
        _ if expected == actual => None,
        _ => Some(format!("{path} is {actual}, not {expected}")),
    }
}

#[test]
fn requests_byte_for_byte() {
    run("sign", |vector| {
        let client = Client::new(&text_of(vector, "config")).map_err(|error| error.to_string())?;
        let signed = json::sign(&client, &text_of(vector, "call")).map_err(|error| error.to_string())?;
        let (actual, expected) = (serde_json::from_str::<Value>(&signed).unwrap(), &vector["expect"]);
        if actual == *expected {
            return Ok(());
        }
        let body = |request: &Value| String::from_utf8_lossy(&decode(&request["body_base64"])).into_owned();
        Err(format!("sends\n  {actual}\n  {}\nnot\n  {expected}\n  {}", body(&actual), body(expected)))
    });
}

#[test]
fn replies_with_their_outcomes() {
    run("verify", |vector| {
        let client = Client::new(&text_of(vector, "config")).map_err(|error| error.to_string())?;
        let call = text_of(vector, "call");
        let request = json::sign(&client, &call).map_err(|error| error.to_string())?;
        let exchange = format!("{{\"call\":{call},\"request\":{request},\"reply\":{}}}", vector["reply"]);
        let (code, result) = json::verify(&client, &exchange);
        let result: Value = serde_json::from_str(&result).unwrap();
        let of_an_order = vector["call"]["operation"] != "call";
        assert_eq!((result["outcome"].as_str(), &result["code"]), (of_an_order.then(|| word_of(code)), &json!(code)));
        assert_eq!(decode(&result["raw_base64"]), decode(&vector["reply"]["body_base64"]));
        match first_difference(&vector["expect"], &result, "") {
            None => Ok(()),
            Some(difference) => Err(format!(
                "{difference}\n  reason {}, {}",
                result["reason"],
                String::from_utf8_lossy(&decode(&vector["reply"]["body_base64"])).chars().take(300).collect::<String>()
            )),
        }
    });
}

#[test]
fn replies_to_calls_with_their_answers() {
    run("answer", |vector| {
        let client = Client::new(&text_of(vector, "config")).map_err(|error| error.to_string())?;
        let (call, reply) = (text_of(vector, "call"), &vector["reply"]);
        let request = json::sign(&client, &call).map_err(|error| error.to_string())?;
        let (status, document) = json::verify(&client, &format!("{{\"call\":{call},\"request\":{request},\"reply\":{reply}}}"));
        let answer: Value = serde_json::from_str(&document).unwrap();
        let keys: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ANSWER, "all keys, always");
        assert_eq!((&answer["code"], answer["verified"].is_null()), (&json!(status), status == 9));
        assert_eq!((answer["reason"].is_null(), answer["evidence"] == "none"), (status == 0, status == 9));
        assert_eq!(decode(&answer["raw_base64"]), decode(&reply["body_base64"]));
        let sent = client.sign(&call).unwrap();
        let headers = reply["headers"].as_object().unwrap().iter().map(|(name, text)| (name.clone(), text.as_str().unwrap().into()));
        let received =
            HttpReply { status: reply["status"].as_u64().unwrap() as u16, headers: headers.collect(), body: decode(&reply["body_base64"]) };
        let typed = client.verify_call(&call, &sent, &received);
        assert_eq!(answer, serde_json::from_str::<Value>(&json::answer_json(&typed)).unwrap());
        match &vector["expect"]["verified"] {
            expected if *expected != answer["verified"] => Err(format!("verified is {}, not {expected}", answer["verified"])),
            _ => first_difference(&vector["expect"], &answer, "").map_or(Ok(()), |why| Err(format!("{why}: {document}"))),
        }
    });
}

#[test]
fn refusals_before_anything_is_sent() {
    run("refuse", |vector| {
        let (config, call) = (text_of(vector, "config"), text_of(vector, "call"));
        let refused = match Client::new(&config) {
            Err(error) => error,
            Ok(client) => match json::sign(&client, &call) {
                Err(error) => error,
                Ok(request) => return Err(format!("was signed: {request}")),
            },
        };
        let actual = json!({"kind": refused.kind().word(), "field": refused.field(), "reason": refused.reason().map(KeyFault::word)});
        match first_difference(&vector["expect"], &actual, "") {
            None => Ok(()),
            Some(difference) => Err(format!("{difference} ({refused})")),
        }
    });
}

#[test]
fn a_whole_reply_of_another_call_text_is_unknown_not_an_error() {
    run("sign", |vector| {
        let client = Client::new(&text_of(vector, "config")).map_err(|error| error.to_string())?;
        let call = text_of(vector, "call");
        let sent = client.sign(&call).map_err(|error| error.to_string())?;
        let reply = HttpReply { status: 200, headers: Vec::new(), body: b"{}".to_vec() };
        for unreadable in ["", "{}", "{\"operation\":\"close\",\"order\":{\"nonsense\":1}}"] {
            let outcome = client.verify(unreadable, &sent, &reply);
            assert_eq!((outcome.code().word(), outcome.reason().unwrap().to_string().as_str()), ("unknown", "input"));
            assert!(matches!(client.sign(unreadable).unwrap_err().kind(), Kind::Call));
        }
        Ok(())
    });
}
