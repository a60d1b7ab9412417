//! What others wrote, in errors: short, plain, and never a secret in the place of a name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao::face::json;
use chexiao::{Client, Error};
use chexiao_kit::KEYS;
use chexiao_sandbox::{GATEWAYS, config, sample_order};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;

/// A token page that answers one request with this.
fn page_with(body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        _ = stream.read(&mut [0; 4096]);
        _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    });
    url
}

fn refused_token(answer: &Value) -> Error {
    let mut config = config("chinaums", &page_with(answer.to_string()), &KEYS).unwrap();
    config["account"]["authentication"] = "access_token".into();
    let call = json::call("close", &sample_order("chinaums", "A1").unwrap().to_string()).unwrap();
    Client::new(&config.to_string()).unwrap().send(&call).unwrap_err()
}

/// No longer than any error, and nothing that a terminal or a log obeys.
fn is_plain(error: &Error) -> bool {
    let unseen = |c: char| c.is_control() || ('\u{200b}'..='\u{200f}').contains(&c) || ('\u{2028}'..='\u{202e}').contains(&c);
    let shown = error.to_string();
    shown.chars().count() <= 800 && !shown.contains(unseen) && !json::error(error).contains("\\u")
}

#[test]
fn what_a_token_page_says_is_cut_and_cleaned() {
    let long = "\u{1b}]0;owned\u{7}".repeat(20_000);
    for word in ["\u{1b}[2Jgone", "two\r\nlines", "\u{202e}drawkcab", "a\u{2028}b\u{2029}c", "nul\0", &long, &"撤".repeat(150_000)] {
        for answer in [json!({"errCode": "1000", "errInfo": word}), json!({"errCode": word}), json!({"errCode": word, "errInfo": word})] {
            let error = refused_token(&answer);
            assert!(is_plain(&error), "{error}");
            assert!(error.message().starts_with("no access token: HTTP 200, errCode "), "{error}");
        }
    }
    assert!(refused_token(&json!({"errCode": "1000", "errInfo": "应用不存在"})).message().contains("errCode 1000: 应用不存在;"));
}

/// Private keys, API keys in hex and letters, passwords, tokens; and names that turn a terminal.
const NOT_NAMES: [&str; 9] = [
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA",
    "MIIEvQIBADANBgkqhkiG",
    "8934e7d15453e97507ef794cf7b0519d",
    "qwertyuiopasdfghjklzxcvbnmqwerty",
    "fcAmtnx7MwismjWNhNKdHC44mNXtnEQe",
    "hunter2",
    "S3cret!",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{202e}drowssap",
];

#[test]
fn a_secret_in_the_place_of_a_name_is_not_repeated() {
    for gateway in GATEWAYS {
        for name in NOT_NAMES {
            for pointer in ["", "/account", "/account/private_key"] {
                let mut unknown = config(gateway, "http://127.0.0.1:9", &KEYS).unwrap();
                let Some(place) = unknown.pointer_mut(pointer).and_then(Value::as_object_mut) else { continue };
                place.insert(name.into(), json!(1));
                let twice = unknown.to_string().replacen(&format!("{}:1", json!(name)), &format!("{0}:1,{0}:1", json!(name)), 1);
                for document in [unknown.to_string(), twice] {
                    let error = Client::new(&document).unwrap_err();
                    assert!(is_plain(&error) && !error.to_string().contains(name), "{gateway} {pointer}: {error}");
                    assert!(error.field().unwrap().ends_with("(a key that is no name)"), "{error}");
                }
            }
            let client = Client::new(&config(gateway, "http://127.0.0.1:9", &KEYS).unwrap().to_string()).unwrap();
            let mut order = sample_order(gateway, "A1").unwrap();
            order[name] = "1".into();
            let error = client.sign(&json!({"operation": "close", "order": order}).to_string()).unwrap_err();
            assert!(is_plain(&error) && !error.to_string().contains(name), "{gateway}: {error}");
        }
    }
}

#[test]
fn a_mistyped_name_is_repeated() {
    for (pointer, name) in
        [("", "deadline"), ("", "conect_timeout_ms"), ("/account", "apikey"), ("/account", "mchId"), ("/account", "sub-appid")]
    {
        let mut config = config("wechat", "http://127.0.0.1:9", &KEYS).unwrap();
        config.pointer_mut(pointer).unwrap()[name] = json!(1);
        assert!(Client::new(&config.to_string()).unwrap_err().field().unwrap().ends_with(name), "{name}");
    }
}

#[test]
fn verify_repeats_no_secret_in_the_place_of_a_name_either() {
    let client = Client::new(&config("wechat", "http://127.0.0.1:9", &KEYS).unwrap().to_string()).unwrap();
    let call = json!({"operation": "close", "order": {"out_trade_no": "A1"}});
    let request: Value = serde_json::from_str(&json::sign(&client, &call.to_string()).unwrap()).unwrap();
    for name in NOT_NAMES {
        let headers = json!({ name: 1 });
        let reply = json!({"status": 200, "headers": headers, "body_base64": ""});
        let exchange = json!({"call": call, "request": request, "reply": reply}).to_string();
        let (code, told) = json::verify(&client, &exchange);
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!((code, told["reason"].as_str()), (chexiao::Code::Unknown as i32, Some("input")));
        let said = told["explanation"]["en"].as_str().unwrap();
        assert!(!said.contains(name) && said.contains("reply.headers.(a key that is no name)"), "{said}");
    }
}

/// C finds `"next":"done"` by `strstr`, and writes documents into logs as they are.
#[test]
fn what_a_gateway_says_never_reads_as_a_member_of_the_result() {
    let config = config("chinaums", "http://127.0.0.1:9", &KEYS).unwrap().to_string();
    let client = Client::new(&config).unwrap();
    let call = json!({"operation": "close", "order": sample_order("chinaums", "A1").unwrap()});
    let request: Value = serde_json::from_str(&json::sign(&client, &call.to_string()).unwrap()).unwrap();
    let of_logs =
        ["\u{1b}[2J", "a\nclosed", "a\u{85}b\u{2028}c\u{2029}d\r", "\u{9b}31m\u{7f}", "\u{202e}desolc\u{2066}\u{feff}", "\u{e0041}"];
    let of_members = [r#""next":"done""#, r#"","next":"done","#, r#"\","next":"done","x":""#, r#"\\"next":"done""#];
    for said in of_members.into_iter().chain(of_logs) {
        let body = STANDARD.encode(json!({"errCode": said, "errMsg": said, "billPayment": {"status": said}}).to_string());
        let reply = json!({"status": 200, "headers": {}, "body_base64": body});
        let (code, told) = json::verify(&client, &json!({"call": call, "request": request, "reply": reply}).to_string());
        assert_eq!(code, chexiao::Code::Unknown as i32);
        assert!(told.matches(r#""next":""#).count() == 1 && told.contains(r#""next":"query""#), "{told}");
        assert!(!told.contains(|c: char| c.is_control() || "\u{2028}\u{2029}\u{202e}\u{2066}\u{feff}\u{e0041}".contains(c)), "{told}");
        assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["gateway"]["code"], said, "it is told all the same");
    }
}
