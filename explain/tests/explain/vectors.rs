//! Every request of the vectors, those that real SDKs have made among them, is signed right over the string that the vectors name.

use crate::client::verdict;
use chexiao_explain::{Message, Settings, Side, explain};
use chexiao_kit::with_keys;
use serde_json::Value;
use std::path::Path;

fn files(suffix: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let paths = manifest["files"].as_array().unwrap().iter().filter_map(|file| file["file"].as_str().or(file["path"].as_str()));
    paths
        .filter(|path| path.ends_with(suffix))
        .map(|path| serde_json::from_slice(&std::fs::read(folder.join(path)).unwrap()).unwrap())
        .collect()
}

#[test]
fn requests_of_the_vectors_are_right_over_their_string() {
    let (mut seen, mut bad) = (0, Vec::new());
    for file in files("sign.json") {
        for vector in file["vectors"].as_array().unwrap() {
            let expect = &vector["expect"];
            let config = with_keys(&vector["config"], &file["keys"]);
            let headers: Vec<(String, String)> =
                expect["headers"].as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().into())).collect();
            // A token authenticates these, and front ends take their parameters from the body.
            let signs_nothing = headers.iter().any(|(_, value)| value.starts_with("OPEN-ACCESS-TOKEN"));
            let Some(string) = vector["string_to_sign"].as_str().filter(|_| !signs_nothing) else { continue };
            let body = expect["body_base64"].as_str().unwrap();
            let message = Message {
                method: expect["method"].as_str().map(String::from),
                target: expect["url"].as_str().unwrap().into(),
                headers,
                body: chexiao_strict::base64::from_base64(body).unwrap(),
                ..Message::default()
            };
            if message.method.as_deref() == Some("SIGN") && file["gateway"] == "edgeros" {
                continue;
            }
            let id = vector["id"].as_str().unwrap();
            let mut config = config;
            config["account"]["allow_weak_key"] = Value::Null;
            config["account"].as_object_mut().unwrap().remove("allow_weak_key");
            let report = Settings::read(&config.to_string()).and_then(|settings| explain(&settings, &message, Side::Request));
            seen += 1;
            match report {
                Ok(report) => {
                    let key = config["account"]["api_key"].as_str().unwrap_or("\u{0}");
                    let string = string.replace(key, "***").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
                    if verdict(&report) != "right" || report.ours != string {
                        bad.push(format!("{id}: {}\n  {}\n  {string}", verdict(&report), report.ours));
                    }
                }
                Err(error) => bad.push(format!("{id}: {error}")),
            }
        }
    }
    assert!(bad.is_empty(), "{} of {seen}:\n{}", bad.len(), bad.join("\n"));
    assert!(seen > 200, "{seen}");
    println!("{seen} requests of the vectors are right");
}
