//! `chexiao record`: the call is made as ever, and the file explains itself and shows nothing.

use crate::counter::{Counter, run};
use chexiao_sandbox::sample_order;
use serde_json::{Value, json};

const NUMBER: &str = "CANARY739184canary";

/// Every kind of merchant: what the sandbox answers verifies in the record, as the request does.
#[test]
fn each_gateway_is_recorded_without_a_trace_of_the_merchant() {
    let counter = Counter::open();
    for name in ["icbc", "ysepay", "ysepay-sm", "wechat", "edgeros", "chinaums"] {
        let config = counter.config(name);
        let gateway = config["gateway"].as_str().unwrap();
        let path = counter.folder.write("config.json", &config.to_string());
        let file = counter.folder.0.join(format!("{name}.json")).to_str().unwrap().to_string();
        let order = sample_order(gateway, NUMBER).unwrap().to_string();
        let done = run(&["record", &file, "close", "--config", &path, "--order", &order, "--json"], "");
        assert!(done.err.contains("recorded in"), "{name}: {}", done.err);
        let result: Value = serde_json::from_str(&done.out).unwrap();
        let record = std::fs::read_to_string(&file).unwrap();
        let document: Value = serde_json::from_str(&record).unwrap();
        assert_eq!((&document["outcome"]["outcome"], &document["operation"]), (&result["outcome"], &json!("close")), "{name}");
        for side in ["request", "reply"] {
            let said = &document["signatures"][side];
            assert!(said["was"] == said["is"] && ["right", "unsigned"].contains(&said["was"].as_str().unwrap()), "{name} {side}: {said}");
            if said["is"] == "right" {
                let explained = run(&["explain", &format!("--{side}"), &file], "");
                assert!(explained.out.starts_with("right"), "{name} {side}: {}{}", explained.out, explained.err);
            }
            let body = chexiao_kit::openssl::openssl(&["base64", "-d", "-A"], document[side]["body_base64"].as_str().unwrap().as_bytes());
            assert!(!String::from_utf8_lossy(&body).contains(NUMBER), "{name} {side}");
        }
        let secrets = config["account"].as_object().unwrap().values().flat_map(|value| [value.as_str(), value["base64"].as_str()]);
        for secret in secrets.flatten().filter(|text| text.len() > 8).chain([NUMBER, result["msg_id"].as_str().unwrap()]) {
            assert!(!record.contains(secret), "{name}: {secret}");
        }
    }
}

/// Whatever becomes of the record, the outcome is told before, and decides the exit code.
#[test]
fn an_outcome_waits_for_no_record() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("wechat").to_string());
    for (limit, due) in [("", "recorded in"), ("trap '' XFSZ; ulimit -f 0; ", "record cannot be written")] {
        let file = counter.folder.0.join(format!("{}.json", due.len()));
        let order = sample_order("wechat", &format!("A{}", due.len())).unwrap().to_string();
        let script = format!("{limit}exec \"$@\" 2>&1");
        let done = std::process::Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_chexiao"), "record"])
            .arg(&file)
            .args(["close", "--config", &config, "--order", &order])
            .output()
            .unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        let [outcome, record] = ["closed (", due].map(|part| said.find(part).unwrap_or_else(|| panic!("no {part}: {said}")));
        assert!(outcome < record && done.status.code() == Some(11), "{:?}: {said}", done.status);
        assert_eq!(file.exists(), limit.is_empty());
    }
}

/// What can fail fails before anything is sent, and leaves no file.
#[test]
fn nothing_is_sent_that_cannot_be_recorded() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("wechat").to_string());
    let there = counter.folder.write("there.json", "precious");
    let order = sample_order("wechat", "A1").unwrap().to_string();
    for file in [there.as_str(), "/nowhere/at/all.json"] {
        let done = run(&["record", file, "close", "--config", &config, "--order", &order], "");
        assert!(done.code == 2 && done.err.contains("Nothing was sent"), "{file}: {}{}", done.out, done.err);
    }
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "precious");
    assert_eq!(counter.sandbox.movements().len(), 0);
    let fresh = counter.folder.0.join("fresh.json").to_str().unwrap().to_string();
    let done = run(&["record", &fresh, "close", "--config", &config, "--order", "{}"], "");
    assert!(done.code == 2 && !std::path::Path::new(&fresh).exists(), "{}", done.err);
}
