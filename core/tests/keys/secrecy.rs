//! The canary check: nothing that is shown holds a piece of a key.

use crate::account::{config, signed};
use crate::material::{GATEWAY, MERCHANT, one_line, text};
use chexiao::face::json;
use chexiao::{Client, Error};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Shorter pieces of a key tell nothing and occur by chance.
const PIECE: usize = 12;
/// The base64 of a PKCS#8 key begins with so many characters of algorithm and lengths.
const HEADER: usize = 52;
pub(crate) const API_KEY: &str = "Zk7pQw2mXr9tLc4vBn6yHd8sGf3jKa5e";

/// Every run of 12 characters in what no text may show.
static PIECES: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    let private = [&MERCHANT, &GATEWAY].into_iter().flat_map(|pair| [one_line(&pair.pkcs8_der), one_line(&pair.pkcs1_der)]);
    let runs = private.flat_map(|base64| pieces(&base64.as_bytes()[HEADER..]).collect::<Vec<_>>());
    runs.chain(pieces(API_KEY.as_bytes())).collect()
});

fn pieces(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    bytes.windows(PIECE).map(<[u8]>::to_vec)
}

fn shows_a_key(shown: &str) -> bool {
    pieces(shown.as_bytes()).any(|piece| PIECES.contains(&piece))
}

/// The error of a configuration that must be refused; nowhere does it show a key.
pub(crate) fn refused(config: &Value) -> Error {
    let error = Client::new(&config.to_string()).expect_err("the configuration was accepted");
    for shown in [error.to_string(), format!("{error:?}"), format!("{error:#?}"), json::error(&error)] {
        assert!(!shows_a_key(&shown), "an error of {} bytes shows a piece of a key; its field is {:?}", shown.len(), error.field());
    }
    error
}

fn wechat(api_key: Value) -> Value {
    json!({"gateway": "wechat", "environment": "mainland",
        "account": {"appid": "wx8888888888888888", "mch_id": "1900000109", "api_key": api_key}})
}

#[test]
fn the_canary_check_finds_a_piece_of_a_key() {
    let base64 = one_line(&MERCHANT.pkcs1_der);
    assert!(shows_a_key(&format!("Secret(\"{}\")", &base64[800..815])));
    assert!(shows_a_key(&API_KEY[10..22]));
    assert!(!shows_a_key(&base64[..HEADER]) && !shows_a_key(&API_KEY[10..21]) && !shows_a_key(&one_line(&MERCHANT.spki_der)[..40]));
}

#[test]
fn debug_of_a_client_and_of_a_request_shows_no_key_and_no_signature() {
    let client = Client::new(&config().to_string()).unwrap();
    assert_eq!(format!("{client:?}"), r#"Client { gateway: "icbc", .. }"#);
    let client = Client::new(&wechat(json!(API_KEY)).to_string()).unwrap();
    assert_eq!(format!("{client:?}"), r#"Client { gateway: "wechat", .. }"#);
    let call = r#"{"operation":"close","order":{"out_trade_no":"A1"},"nonce":"n1","msg_id":"n1"}"#;
    let request = format!("{:?}", client.sign(call).unwrap());
    assert_eq!(request, r#"HttpRequest { url: "https://api.mch.weixin.qq.com/pay/closeorder", msg_id: "n1", .. }"#);
}

#[test]
fn requests_never_hold_a_piece_of_a_private_key_or_of_an_api_key() {
    assert!(!shows_a_key(&signed(&config()).unwrap()));
    let client = Client::new(&wechat(json!(API_KEY)).to_string()).unwrap();
    let request = json::sign(&client, r#"{"operation":"close","order":{"out_trade_no":"A1"}}"#).unwrap();
    let body = client.sign(r#"{"operation":"close","order":{"out_trade_no":"A1"}}"#).unwrap().body;
    assert!(!shows_a_key(&request) && !shows_a_key(&text(&body)));
}

#[test]
fn an_api_key_of_the_wrong_length_or_in_the_wrong_place_is_not_repeated() {
    for (bad, field) in [
        (wechat(json!(API_KEY.repeat(2))), "account.api_key"),
        (wechat(json!([API_KEY])), "account.api_key"),
        (wechat(json!({"env": API_KEY, "file": API_KEY})), "account.api_key"),
        (wechat(json!({"pem": API_KEY})), "account.api_key"),
        (json!({"gateway": "wechat", "environment": API_KEY, "account": {}}), "environment"),
        (json!({"gateway": API_KEY, "environment": "mainland", "account": {}}), "gateway"),
        (json!({"gateway": "wechat", "base_url": API_KEY, "account": {}}), "base_url"),
        (json!({"gateway": "wechat", "environment": "mainland", "proxy": API_KEY, "deadline_ms": API_KEY, "account": {}}), "deadline_ms"),
    ] {
        let error = refused(&bad);
        assert!(error.field().is_some_and(|at| at.starts_with(field)), "{field}: {error}");
    }
}

#[test]
fn configuration_text_that_is_no_json_is_not_repeated() {
    let whole = wechat(json!(API_KEY)).to_string();
    let at = whole.find(API_KEY).unwrap();
    for bad in [&whole[..at + 20], &format!("{whole}{whole}"), &whole.replace(API_KEY, &format!("{API_KEY}\n")), API_KEY] {
        let error = Client::new(bad).unwrap_err();
        assert!(!shows_a_key(&format!("{error} {error:?}")) && error.message().contains("not valid JSON"));
    }
}

/// Writing the key where its path or its variable's name belongs is the likeliest mistake of all.
#[test]
fn a_key_written_as_a_path_or_as_the_name_of_a_variable_is_not_repeated() {
    for place in ["file", "env"] {
        for key in [text(&MERCHANT.pkcs8_pem), one_line(&MERCHANT.pkcs8_der)] {
            assert_eq!(refused(&crate::account::with("private_key", json!({place: key}))).field(), Some("account.private_key"));
        }
        assert_eq!(refused(&wechat(json!({place: API_KEY}))).field(), Some("account.api_key"));
    }
}

#[test]
fn a_configuration_written_where_its_path_belongs_is_not_repeated() {
    let error = Client::from_file(wechat(json!(API_KEY)).to_string()).unwrap_err();
    assert!(!shows_a_key(&format!("{error} {error:?}")));
}

#[test]
fn a_configuration_holds_secrets_unless_it_says_where_they_are() {
    let folder = chexiao_kit::openssl::Folder::fresh();
    let by_file = json!({"file": folder.write("key.pem", &MERCHANT.pkcs8_pem)});
    let holds = |config: &Value| Client::new(&config.to_string()).unwrap().holds_secrets();
    let mut config = config();
    assert!(holds(&config));
    config["account"]["private_key"] = by_file;
    assert!(!holds(&config), "the gateway's public key is no secret");
    config["proxy"] = json!("http://proxy.invalid:3128");
    assert!(!holds(&config));
    config["proxy"] = json!("http://user:password@proxy.invalid:3128");
    assert!(holds(&config));
    assert!(holds(&wechat(json!(API_KEY))));
    assert!(!holds(&wechat(json!({"file": folder.write("api_key", API_KEY.as_bytes())}))));
}

#[test]
fn a_key_written_as_a_name_is_not_repeated() {
    for text in [one_line(&MERCHANT.pkcs8_der), text(&MERCHANT.pkcs8_pem)] {
        let error = refused(&crate::account::with("private_key", json!({ text.clone(): "" })));
        assert_eq!(error.field(), Some("account.private_key.(a key that is no name)"));
        let twice = format!("{{{0}:1,{0}:2}}", json!(text));
        let error = Client::new(&twice).unwrap_err();
        assert!(!shows_a_key(&error.to_string()) && error.field() == Some("(a key that is no name)"));
    }
}
