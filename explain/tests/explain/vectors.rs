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
                    let string = string
                        .replace(key, "***")
                        .replace('\t', "\\t")
                        .replace('\n', "\\n")
                        .replace('\r', "\\r")
                        .replace('\u{a0}', "\\u00a0");
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

/// Requests of real SDKs under a configuration with another key: whose it was is named, and nothing else is.
#[test]
fn requests_of_real_sdks_with_another_key_are_named() {
    let mut seen = 0;
    for file in files("captured-sign.json").into_iter().filter(|file| file["gateway"] == "wechat") {
        for vector in file["vectors"].as_array().unwrap().iter().filter(|vector| vector["expect"]["method"] == "POST") {
            let theirs = with_keys(&vector["config"], &file["keys"]);
            let mut ours = theirs.clone();
            ours["account"]["api_key"] = "abcdefghijklmnopqrstuvwxyz012345".into();
            let expect = &vector["expect"];
            let body = chexiao_strict::base64::from_base64(expect["body_base64"].as_str().unwrap()).unwrap();
            let message = Message { target: expect["url"].as_str().unwrap().into(), body, ..Message::default() };
            let settings = Settings::read(&ours.to_string()).unwrap();
            // The vectors' key is the sample of the documents, which is known by itself.
            let alone = verdict(&explain(&settings, &message, Side::Request).unwrap());
            assert!(["key_sample", "unexplained"].contains(&alone.as_str()), "{}: {alone}", vector["id"]);
            let settings = settings.beside(&theirs.to_string(), "theirs").unwrap();
            let found = verdict(&explain(&settings, &message, Side::Request).unwrap());
            assert_eq!(found, "key_of_other_config", "{}", vector["id"]);
            // An SDK that writes it in lower case.
            let lower = String::from_utf8(message.body.clone()).unwrap();
            let (before, sign) = lower.split_once("<sign>").unwrap();
            let (sign, after) = sign.split_once("</sign>").unwrap();
            let lower = Message { body: format!("{before}<sign>{}</sign>{after}", sign.to_lowercase()).into_bytes(), ..message };
            let settings = Settings::read(&theirs.to_string()).unwrap();
            assert_eq!(verdict(&explain(&settings, &lower, Side::Request).unwrap()), "sign_lower_case", "{}", vector["id"]);
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}
