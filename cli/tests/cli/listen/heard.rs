//! What is printed of what was posted, and what is answered to it.

use super::{Ear, Vector, decoded, vector, vectors};
use crate::counter::{Folder, chexiao};
use chexiao::face::json;
use chexiao::{Client, Incoming};
use chexiao_kit::Away;
use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

fn by_config() -> BTreeMap<String, Vec<Vector>> {
    let mut all = BTreeMap::<String, Vec<Vector>>::new();
    for vector in vectors() {
        all.entry(vector.config.to_string()).or_default().push(vector);
    }
    all
}

/// The answer that a document holds.
fn answer(notice: &Value, name: &str) -> (String, String, String) {
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let answer = &notice[name];
    let body = String::from_utf8(decoded(&answer["body_base64"])).unwrap();
    (answer["status"].to_string(), text(&answer["headers"]["Content-Type"]), body)
}

#[test]
fn every_vector_is_a_line_and_has_its_answer() {
    let mut heard = 0;
    for (config, vectors) in by_config() {
        let config: Value = serde_json::from_str(&config).unwrap();
        let client = Client::new(&config.to_string()).unwrap();
        let mut ear = Ear::open(&config, &["--json"]);
        for vector in vectors {
            let answered = ear.post(&vector);
            let notice = ear.notice();
            assert_eq!((&notice["event"], &vector.id), (&vector.expect["outcome"], &vector.id));
            if let Some(evidence) = vector.expect.get("evidence") {
                assert_eq!(&notice["evidence"], evidence, "{}", vector.id);
            }
            if let Some(ack) = vector.expect.get("ack") {
                let text = |name: &str| ack[name].as_str().unwrap().to_string();
                assert_eq!(answered, (ack["status"].to_string(), text("content_type"), text("body")), "{}", vector.id);
            }
            let name = if notice["acknowledge"].is_null() { "refuse" } else { "acknowledge" };
            assert_eq!(answered, answer(&notice, name), "{}", vector.id);
            let incoming = Incoming { body: vector.body, ..Incoming::default() };
            let ours: Value = serde_json::from_str(&json::notice_json(&client.notification(&incoming).unwrap())).unwrap();
            assert_eq!(notice, ours, "{}", vector.id);
            heard += 1;
        }
    }
    assert_eq!(heard, vectors().len());
}

const PAID: [&str; 5] = ["icbc-paid", "wechat-paid-md5", "ysepay-paid-empty-card-type", "edgeros-paid", "chinaums-bills-paid"];

#[test]
fn people_read_what_it_means() {
    for (id, order, amount) in [
        (PAID[0], "partnerSeq 202603010001", "100 fen"),
        (PAID[1], "out_trade_no WX2026030100000001", "101 fen"),
        (PAID[2], "out_trade_no 20260301JY000000001", "0.10 yuan"),
        (PAID[3], "mch_trade_no mp20260301102030000000000000001", "12.50 yuan"),
        (PAID[4], "billNo 31942026030110203000000000001", "20 fen"),
    ] {
        let mut vector = vector(id);
        let ear = Ear::open(&vector.config, &[]);
        ear.post(&vector);
        ear.post(&vector);
        vector.body.pop();
        ear.post(&vector);
        let (code, out, err) = ear.ended();
        assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
        for said in [
            "\npaid acknowledged, after ",
            ": POST /notify\n",
            "money was taken",
            "已收款",
            &format!("  order    {order}\n"),
            &format!("  amount   {amount}\n"),
            "evidence signed_bound, confirm ",
            "(told 2 times)",
            "\nunknown refused, after ",
            "heard 收到 3, paid 2, unknown 1; acknowledged 已应答 2, refused 已拒绝 1\n",
        ] {
            assert!(out.contains(said), "{id}: no {said:?} in {out}");
        }
    }
}

#[test]
fn what_cannot_be_believed_is_shown_as_that() {
    let mut forged = vector(PAID[1]);
    let at = forged.body.windows(3).position(|bytes| bytes == b"101").unwrap();
    forged.body[at] = b'9';
    let refund = vectors().into_iter().find(|vector| vector.expect["kind"] == "refund" && vector.expect["hint"] == "refunded").unwrap();
    let ear = Ear::open(&forged.config, &[]);
    assert!(ear.post(&forged).2.contains("FAIL"));
    let (_, out, _) = ear.ended();
    assert!(out.contains("unknown refused") && out.contains("reason   signature") && out.contains("anybody may have sent this"), "{out}");
    assert!(!out.contains("WX2026030100000001") && !out.contains("901"), "nothing of it is told: {out}");
    // Never signed, yet acknowledged: what it hints at is to be asked for.
    let ear = Ear::open(&refund.config, &[]);
    assert!(ear.post(&refund).2.contains("SUCCESS"));
    let (_, out, _) = ear.ended();
    for said in ["unknown acknowledged", "evidence none, confirm required", "hint     refunded (not proven)", "out_refund_no"] {
        assert!(out.contains(said), "{out}");
    }
}

#[test]
fn with_refuse_it_is_told_and_refused() {
    for id in PAID {
        let vector = vector(id);
        let mut ear = Ear::open(&vector.config, &["--json", "--refuse"]);
        let answered = ear.post(&vector);
        let notice = ear.notice();
        assert_eq!((&notice["event"], answered), (&json!("paid"), answer(&notice, "refuse")));
        let (code, _, err) = ear.ended();
        assert_eq!((code, err.trim_end()), (Some(0), "heard 收到 1, paid 1; acknowledged 已应答 0, refused 已拒绝 1"));
    }
}

/// Neither from the settings nor from what they stand for; and what the notification holds beside the order stays in `--json`.
#[test]
fn no_key_is_printed() {
    for id in PAID {
        let vector = vector(id);
        let account = vector.config["account"].clone();
        let secrets: Vec<&str> = ["private_key", "api_key", "app_key", "notify_key"]
            .into_iter()
            .filter_map(|name| account[name].as_str().or(account[name]["base64"].as_str().map(|base64| &base64[60..90])))
            .collect();
        assert!(!secrets.is_empty());
        for options in [&[][..], &["--json"]] {
            let ear = Ear::open(&vector.config, options);
            ear.post(&vector);
            let (_, out, err) = ear.ended();
            assert!(secrets.iter().all(|secret| !out.contains(secret) && !err.contains(secret)), "{id}");
            assert_eq!(out.contains("oTEST-OPENID"), id.starts_with("wechat") && !options.is_empty());
        }
    }
}

/// Neither the path, which anybody may choose, nor a genuine order number.
#[test]
fn nothing_that_was_posted_steers_a_terminal() {
    let vector = vector(PAID[1]);
    let terminal = openpty(None, None).unwrap();
    let slave = || terminal.slave.try_clone().unwrap();
    let held = Away::hold();
    let port = held.port;
    let folder = Folder::new();
    let config = folder.write("config.json", &vector.config.to_string());
    let mut command = chexiao();
    command.args(["listen", "--config", &config, "--port", &port.to_string()]).env("TERM", "xterm").env_remove("NO_COLOR");
    let mut child = command.stdout(slave()).stderr(slave()).spawn().unwrap();
    drop((command, terminal.slave));
    let mut shown = String::new();
    let mut read_until = {
        let mut master = File::from(terminal.master);
        move |end: &str| {
            let mut bytes = [0; 4096];
            while !shown.contains(end) {
                match master.read(&mut bytes) {
                    Ok(count @ 1..) => shown += std::str::from_utf8(&bytes[..count]).unwrap(),
                    _ => break,
                }
            }
            shown.clone()
        }
    };
    read_until("结束。");
    let path = format!("/{}?a=\u{9b}2J\u{202e}", "x".repeat(150));
    let head = format!("POST {path} HTTP/1.1\r\nHost: m\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", vector.body.len());
    super::say_to(port, &[head.as_bytes(), &vector.body].concat());
    super::say_to(port, &vector.request());
    read_until("dedupe");
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let shown = read_until("refused 已拒绝");
    assert!(shown.contains("\u{1b}[1;32mpaid\u{1b}[0m acknowledged"), "{shown}");
    assert!(!shown.contains('\u{9b}') && !shown.contains('\u{202e}'), "{shown}");
}
