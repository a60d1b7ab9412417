//! `chexiao record`: the call is made as ever, and the file explains itself and shows nothing.

use crate::counter::{Counter, run};
use chexiao_sandbox::sample_order;
use serde_json::{Value, json};

const NUMBER: &str = "PAID739184canary";
const REFUND: &str = "RCANARY52804617390canary9";
const REASON: &str = "退货原因甲乙丙丁戊己庚辛";

/// Every kind of merchant: what the sandbox answers verifies in the record, as the request does.
#[test]
fn each_gateway_is_recorded_without_a_trace_of_the_merchant() {
    let counter = Counter::open();
    for name in ["icbc", "ysepay", "ysepay-sm", "wechat", "edgeros", "chinaums"] {
        let config = counter.config(name);
        let order = sample_order(config["gateway"].as_str().unwrap(), NUMBER).unwrap();
        recorded(&counter, name, &config, "close", &order);
    }
}

/// All that can be asked for beside a close, wherever it can be asked for.
#[test]
fn each_operation_is_recorded_without_a_trace_of_the_merchant() {
    let counter = Counter::open();
    for name in ["icbc", "icbc-aes", "wechat", "edgeros", "chinaums"] {
        let config = counter.config(name);
        recorded(&counter, name, &config, "query", &sample_order(config["gateway"].as_str().unwrap(), NUMBER).unwrap());
    }
    let mut wechat = counter.sandbox.config("wechat", counter.sandbox.https_url()).unwrap();
    let shown = counter.sandbox.merchant_certificate();
    let certificate = counter.folder.write_bytes("shown.p12", &shown.pkcs12);
    wechat["ca_file"] = counter.folder.write("ca.pem", counter.sandbox.ca_pem()).into();
    wechat["client_certificate"] = json!({ "file": certificate, "password": shown.password });
    let of_wechat = json!({ "out_trade_no": NUMBER, "out_refund_no": REFUND, "total_fee": 100, "refund_fee": 40, "refund_desc": REASON });
    let of_edgeros = json!({ "mch_trade_no": NUMBER, "mch_refund_no": REFUND, "refund_amount": "0.40", "refund_reason": REASON });
    let of_chinaums =
        json!({ "merOrderId": NUMBER, "instMid": "H5DEFAULT", "refundOrderId": REFUND, "refundAmount": 40, "refundDesc": REASON });
    let (edgeros, chinaums) = (counter.config("edgeros"), counter.config("chinaums"));
    for (name, config, order) in
        [("wechat", &wechat, &of_wechat), ("edgeros", &edgeros, &of_edgeros), ("chinaums", &chinaums, &of_chinaums)]
    {
        for operation in ["refund", "refund-query"] {
            recorded(&counter, name, config, operation, order);
        }
    }
    recorded(&counter, "wechat", &wechat, "reverse", &json!({ "out_trade_no": NUMBER }));
}

/// What was answered, verified and judged stands in the record of this call, and nothing of the merchant and the order.
fn recorded(counter: &Counter, name: &str, config: &Value, operation: &str, order: &Value) {
    let told = format!("{name} {operation}");
    let path = counter.folder.write("config.json", &config.to_string());
    let file = counter.folder.0.join(format!("{name}-{operation}.json")).to_str().unwrap().to_string();
    let done = run(&["record", &file, operation, "--config", &path, "--order", &order.to_string(), "--json"], "");
    assert!(done.err.contains("recorded in"), "{told}: {}{}", done.out, done.err);
    let result: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(result["sent"], "answered", "{told}: {}", done.out);
    let record = std::fs::read_to_string(&file).unwrap();
    let document: Value = serde_json::from_str(&record).unwrap();
    let due = (&result["outcome"], &json!(operation.replace('-', "_")));
    assert_eq!((&document["outcome"]["outcome"], &document["operation"]), due, "{told}");
    let mut opened = record.clone();
    for side in ["request", "reply"] {
        let said = &document["signatures"][side];
        assert!(said["was"] == said["is"] && ["right", "unsigned"].contains(&said["was"].as_str().unwrap()), "{told} {side}: {said}");
        if said["is"] == "right" {
            let explained = run(&["explain", &format!("--{side}"), &file], "");
            assert!(explained.out.starts_with("right"), "{told} {side}: {}{}", explained.out, explained.err);
        }
        let body = chexiao_kit::openssl::openssl(&["base64", "-d", "-A"], document[side]["body_base64"].as_str().unwrap().as_bytes());
        opened += &String::from_utf8_lossy(&body);
    }
    assert_eq!(document["signatures"]["request"]["is"], "right", "{told}");
    let secrets = config["account"].as_object().unwrap().values().flat_map(|value| [value.as_str(), value["base64"].as_str()]);
    let numbers = [NUMBER, REFUND, REASON, result["msg_id"].as_str().unwrap()];
    for secret in secrets.flatten().filter(|text| text.len() > 8).chain(numbers) {
        assert!(!opened.contains(secret), "{told}: {secret}");
    }
    let pieces = |text: &str| text.chars().collect::<Vec<_>>().windows(8).map(|piece| piece.iter().collect()).collect::<Vec<String>>();
    for piece in numbers[..3].iter().flat_map(|number| pieces(number)) {
        assert!(!opened.contains(&piece), "{told}: {piece} in {opened}");
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
