//! `chexiao explain`: what it prints, what it hides, and its exit codes.

use crate::counter::{Counter, Folder, run};
use chexiao_sandbox::GATEWAYS;
use serde_json::{Value, json};

/// Raw HTTP of a request that this library has signed.
fn signed(counter: &Counter, config: &str, order: &Value) -> String {
    let config = counter.config(config).to_string();
    let client = chexiao::Client::new(&config).unwrap();
    let request = client.sign(&json!({ "operation": "close", "order": order }).to_string()).unwrap();
    let headers: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{} {} HTTP/1.1\r\n{headers}\r\n{}", request.method, request.url, String::from_utf8(request.body).unwrap())
}

#[test]
fn our_own_requests_are_right_and_a_changed_one_is_not() {
    let counter = Counter::open();
    for gateway in GATEWAYS {
        let config = counter.folder.write("config.json", &counter.config(gateway).to_string());
        let request = signed(&counter, gateway, &chexiao_sandbox::sample_order(gateway, "A100200300").unwrap());
        let done = run(&["explain", "--request", "-", "--config", &config], &request);
        assert_eq!((done.code, done.out.split(':').next()), (0, Some("right")), "{gateway}: {}{}", done.out, done.err);
        let done = run(&["explain", "--request", "-", "--config", &config, "--json"], request.replace("A100200300", "A100200301"));
        assert_eq!((done.code, done.json()["verdict"].as_str()), (1, Some("unexplained")), "{gateway}");
    }
}

/// The first line that names a mistake names the cause, to people in both languages.
#[test]
fn the_cause_is_named_first() {
    let counter = Counter::open();
    let config = counter.config("wechat");
    let key = config["account"]["api_key"].as_str().unwrap();
    let config = counter.folder.write("config.json", &config.to_string());
    // MD5 of `a=1&key=KEY\n`, by nobody else than openssl.
    let digest = chexiao_kit::openssl::openssl(&["dgst", "-md5", "-r"], format!("a=1&key={key}\n").as_bytes());
    let sign = String::from_utf8(digest).unwrap()[..32].to_uppercase();
    let file = counter.folder.write("request.txt", &format!("curl https://h/pay/closeorder -d '<xml><a>1</a><sign>{sign}</sign></xml>'"));
    let done = run(&["explain", "--request", &file, "--config", &config], "");
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!((done.code, lines[0].starts_with("wrong: one of these"), lines[1]), (1, true, "  key_newline (\\n)"), "{}", done.out);
    for part in
        ["密钥末尾带换行", "to do: ", "expected   a=1&key=***\n", "signed     a=1&key=***\\n\n", "at byte 11", "read as    curl command"]
    {
        assert!(done.out.contains(part), "no `{part}` in\n{}", done.out);
    }
    assert!(!done.out.contains(key));
    let found = run(&["explain", "--request", &file, "--config", &config, "--json"], "").json();
    assert_eq!((&found["mistakes"][0]["mistake"], &found["or"][0][0]["mistake"]), (&json!("key_newline"), &json!("newline_last")));
    assert_eq!((&found["difference"]["at"], &found["difference"]["byte_theirs"]), (&json!(11), &json!(10)));
}

#[test]
fn another_configuration_tells_whose_key_it_was() {
    let counter = Counter::open();
    let mut other = counter.config("wechat");
    other["account"]["api_key"] = "0123456789abcdef0123456789ABCDEF".into();
    let [ours, theirs] = [("ours.json", counter.config("wechat")), ("theirs.json", other.clone())]
        .map(|(name, config)| counter.folder.write(name, &config.to_string()));
    let client = chexiao::Client::new(&other.to_string()).unwrap();
    let request = client.sign(r#"{"operation":"close","order":{"out_trade_no":"A1"}}"#).unwrap();
    let alone = run(&["explain", "--request", "-", "--config", &ours, "--json"], &request.body).json();
    assert_eq!(alone["verdict"], "unexplained");
    let done = run(&["explain", "--request", "-", "--config", &ours, "--also", &theirs, "--json"], &request.body);
    let found = done.json();
    assert_eq!(found["mistakes"][0]["mistake"], "key_of_other_config");
    assert!(
        found["mistakes"][0]["detail"].as_str().unwrap().ends_with("theirs.json") && !done.out.contains("0123456789abcdef0123456789ABCDEF")
    );
}

#[test]
fn what_cannot_be_taken_apart_is_exit_code_2() {
    let counter = Counter::open();
    let folder = Folder::new();
    let secret = counter.config("wechat").to_string();
    let config = folder.write("config.json", &secret);
    let wrong = folder.write("wrong.json", &secret.replace("\"wechat\"", "\"wechta\""));
    for (arguments, part) in [
        (vec!["--request", "-", "--config", &config], "no parameter `sign`"),
        (vec!["--reply", "-", "--config", &config], "no parameter `sign`"),
        (vec!["--request", "/nowhere/at/all", "--config", &config], "cannot be read"),
        (vec!["--request", "-", "--config", &wrong], "names no known gateway"),
        (vec!["--request", "-", "--config", &secret], "cannot be read"),
        (vec!["--config", &config], "<CODE | FILE>"),
    ] {
        let done = run(&[&["explain"], &arguments[..]].concat(), "<xml><a>1</a></xml>");
        assert!(done.code == 2 && done.err.contains(part) && done.out.is_empty(), "{part}: {} {}", done.code, done.err);
        let key = counter.config("wechat")["account"]["api_key"].as_str().unwrap().to_string();
        assert!(!arguments.contains(&"-") || !done.err.contains(&key), "{}", done.err);
    }
    let done = run(&["explain", "--request", "-", "--config", &config, "--json"], "nothing");
    assert_eq!((done.code, done.json()["error"].is_string()), (2, true));
}

#[test]
fn codes_and_words_are_explained() {
    let done = run(&["explain", "ORDERPAID", "--gateway", "wechat", "--operation", "close"], "");
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    for part in ["wechat, close: ", ": paid", "source 出处: WeChat Pay", "已收款"] {
        assert!(done.out.contains(part), "no `{part}` in {}", done.out);
    }
    let done = run(&["explain", "ORDERPAYED", "--gateway", "wechat"], "");
    assert!(done.code == 1 && done.out.contains("stands in no table") && done.out.contains("ORDERPAID"), "{}", done.out);
    let found = run(&["explain", "wrong_password", "--json"], "").json();
    assert_eq!((&found["known"], &found["own"][0]["kind"]), (&json!(true), &json!("reason of a key error")));
    let negative = run(&["explain", "-500041", "--gateway", "icbc", "--operation", "close"], "");
    assert!(negative.code == 0 && negative.out.contains("< 0"), "{}{}", negative.out, negative.err);
    assert_eq!(run(&["explain", "0", "--gateway", "nobody"], "").code, 2);
    assert_eq!(run(&["explain", "no/such/file.json"], "").code, 2);
    assert_eq!(run(&["explain"], "").code, 2);
}

/// A result is told as it is; an exchange is judged first, with the configuration of its account.
#[test]
fn results_and_exchanges_are_told_step_by_step() {
    let counter = Counter::open();
    for (number, gateway, part) in
        [("PAID1", "icbc", "✓ names"), ("PAID1", "wechat", "· names"), ("UNSIGNED1", "wechat", "✗ sealed"), ("CUT1", "edgeros", "✗ opened")]
    {
        let result = counter.close(gateway, number, &["--json"]).out;
        let done = run(&["explain", "-", "--gateway", gateway, "--operation", "close"], &result);
        assert!(
            done.code == 0 && done.out.starts_with("outcome:\n") && done.out.contains(part),
            "{gateway} {number}: {}{}",
            done.out,
            done.err
        );
    }
    let config = counter.config("wechat");
    let key = config["account"]["api_key"].as_str().unwrap().to_string();
    let path = counter.folder.write("config.json", &config.to_string());
    let call = r#"{"operation":"close","order":{"out_trade_no":"A1"}}"#;
    let request: Value =
        serde_json::from_str(&chexiao::face::json::sign(&chexiao::Client::new(&config.to_string()).unwrap(), call).unwrap()).unwrap();
    let body = chexiao_sandbox::wechat::seal(
        &[("return_code", "SUCCESS"), ("result_code", "FAIL"), ("err_code", "ORDERPAID")],
        chexiao_sandbox::wechat::SignType::Md5,
        &key,
    );
    let body = String::from_utf8(chexiao_kit::openssl::openssl(&["base64", "-A"], body.as_bytes())).unwrap();
    let exchange = json!({ "call": serde_json::from_str::<Value>(call).unwrap(), "request": request, "reply": { "status": 200, "headers": {}, "body_base64": body } });
    let file = counter.folder.write("exchange.json", &exchange.to_string());
    let done = run(&["explain", &file, "--config", &path, "--json"], "");
    let found = done.json();
    assert_eq!(
        (&found["document"], &found["rows"][0]["outcome"], &found["rows"][0]["operation"]),
        (&json!("outcome"), &json!("paid"), &json!("close"))
    );
    assert!(!done.out.contains(&key));
    assert_eq!(run(&["explain", &file], "").code, 2, "an exchange wants the configuration");
    let error = run(&["close", "--config", "/nowhere", "--order", "{}", "--json"], "").out;
    assert!(run(&["explain", "-"], &error).out.contains("Nothing left this machine"));
}

/// The reply that a bare result keeps is read with the configuration: its signature, whom it names, and the row by its members.
#[test]
fn a_bare_result_is_read_by_its_reply() {
    let counter = Counter::open();
    for (gateway, number, parts) in [
        ("icbc", "PAID1", ["✓ sealed    Signed by account.gateway_public_key", "partnerSeq PAID1"]),
        ("edgeros", "A1", ["✓ sealed    Signed by account.gateway_public_key", "mch_trade_no A1"]),
        ("icbc", "WRONGKEY1", ["✗ sealed    The signature is wrong, and no known mistake explains it.", "not to be trusted"]),
        ("icbc", "OTHER1", ["✓ sealed    Signed by account.gateway_public_key", "✗ names"]),
    ] {
        let config = counter.config(gateway);
        let path = counter.folder.write("account.json", &config.to_string());
        let result = counter.close(gateway, number, &["--json"]).out;
        let bare = run(&["explain", "-", "--gateway", gateway, "--operation", "close"], &result).out;
        let done = run(&["explain", "-", "--config", &path, "--operation", "close"], &result);
        for part in parts {
            assert!(done.code == 0 && done.out.contains(part), "{gateway} {number}: no `{part}` in {}{}", done.out, done.err);
        }
        assert_ne!(bare, done.out);
        let reply = run(&["explain", "--reply", "-", "--config", &path], &result);
        let due = if done.out.contains("✓ sealed") { "right" } else { "unexplained" };
        assert!(reply.out.starts_with(due), "{gateway} {number}: {}{}", reply.out, reply.err);
        assert!(config["account"]["api_key"].as_str().is_none_or(|key| !done.out.contains(key)));
    }
}

/// What a gateway has posted: taken apart, or judged.
#[test]
fn a_notification_is_taken_apart_and_judged() {
    let counter = Counter::open();
    for name in ["icbc", "ysepay", "wechat", "edgeros", "chinaums"] {
        let config = counter.folder.write("config.json", &counter.config(name).to_string());
        let notice = counter.sandbox.notice(name, "PAID1", None).unwrap();
        let done = run(&["explain", "--notification", "-", "--config", &config], &notice.body);
        assert!(done.code == 0 && done.out.starts_with("right: signed by account."), "{name}: {}{}", done.out, done.err);
        let judged = run(&["explain", "-", "--config", &config], notice.json().to_string());
        assert!(
            judged.code == 0 && judged.out.starts_with("notice:\n") && judged.out.contains("paid"),
            "{name}: {}{}",
            judged.out,
            judged.err
        );
        assert_eq!(run(&["explain", "-"], notice.json().to_string()).code, 2, "{name}: it wants the configuration");
    }
    let config = counter.folder.write("config.json", &counter.config("chinaums").to_string());
    let body = String::from_utf8(counter.sandbox.notice("chinaums", "PAID1", None).unwrap().body).unwrap();
    let added = run(&["explain", "--notification", "-", "--config", &config, "--json"], format!("{body}&tenant=7"));
    assert_eq!((added.code, &added.json()["mistakes"][0]["mistake"]), (1, &json!("received_added")), "{}", added.out);
}
