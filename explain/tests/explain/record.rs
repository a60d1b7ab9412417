//! Records: nothing of the original is in them, their signatures verify by openssl, and what was wrong is wrong in the same way.

use crate::client::{Padding, config, key, rsa, verdict};
use chexiao::Client;
use chexiao_explain::{Call, Exchange, Message, Recorder, Sent, Settings, Side, account_of, explain};
use chexiao_kit::KEYS;
use chexiao_kit::openssl::{Folder, openssl};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An order of each gateway that is full of what must not be seen.
fn order(gateway: &str) -> Value {
    match gateway {
        "icbc" => json!({ "agreeCode": "0900000000010000000085016", "orderCode": "2019021314281026", "partnerSeq": CANARY }),
        "ysepay" => json!({ "protocol_no": CANARY }),
        "wechat" => json!({ "out_trade_no": CANARY }),
        "edgeros" => json!({ "mch_trade_no": CANARY }),
        _ => json!({ "instMid": "H5DEFAULT", "merOrderId": CANARY }),
    }
}

const CANARY: &str = "CANARY739184canary";

/// The record of a close, and everything of it that must not be seen.
fn recorded(name: &str, reply: impl Fn(&Client, &Call) -> Option<(u16, Vec<u8>)>) -> (String, Vec<String>) {
    let config = config(name);
    let gateway = config["gateway"].as_str().unwrap();
    let client = Client::new(&config.to_string()).unwrap();
    let call = Call::settled(&client, &json!({ "operation": "close", "order": order(gateway) }).to_string()).unwrap();
    let reply = reply(&client, &call);
    let exchange = Exchange {
        operation: "close",
        request: Sent::from(&call.request),
        reply: reply.as_ref().map(|(status, body)| (*status, body.as_slice())),
        outcome: json!({ "outcome": "closed" }),
    };
    let record = Recorder::new(&config.to_string()).unwrap().record(&exchange);
    let mut secret = vec![CANARY.to_string(), call.request.msg_id.clone()];
    let account = config["account"].as_object().unwrap();
    for value in account.values() {
        // What keys of a kind have in common stands at their ends.
        let key = |member: &str, head: usize, tail: usize| value[member].as_str().and_then(|text| text.get(head..text.len() - tail));
        let texts = [value.as_str(), key("base64", 64, 8), key("pem", 80, 30)].into_iter().flatten();
        secret.extend(texts.filter(|text| text.len() > 6).map(String::from));
    }
    secret.extend([&call.request.body[..]].iter().filter_map(|body| signature_in(&String::from_utf8_lossy(body))));
    (record, secret)
}

fn signature_in(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("sign=").or_else(|| body.split_once("<sign>"))?;
    Some(rest.split(['&', '<']).next()?.into())
}

/// All that a record holds, its bodies opened.
fn opened(record: &str) -> String {
    let document: Value = serde_json::from_str(record).unwrap();
    let body = |side: &str| document[side]["body_base64"].as_str().and_then(chexiao_strict::base64::from_base64).unwrap_or_default();
    [record.as_bytes(), &body("request"), &body("reply")].iter().map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

fn shows(record: &str, secret: &str) -> bool {
    let all = opened(record);
    let characters: Vec<char> = secret.chars().collect();
    all.contains(secret) || characters.windows(12).any(|piece| all.contains(&piece.iter().collect::<String>()))
}

fn explained(record: &str, side: Side) -> String {
    let settings = Settings::read(&account_of(record).unwrap()).unwrap();
    explain(&settings, &Message::read(record.as_bytes(), side), side).map_or_else(|error| error.to_string(), |report| verdict(&report))
}

#[test]
fn a_request_of_each_gateway_is_right_under_other_keys_and_shows_nothing() {
    for name in ["icbc", "icbc-aes", "ysepay", "ysepay-sm", "wechat", "edgeros", "chinaums"] {
        let (record, secrets) = recorded(name, |_, _| None);
        assert_eq!(explained(&record, Side::Request), "right", "{name}: {record}");
        for secret in &secrets {
            assert!(!shows(&record, secret), "{name} shows {secret}: {}", opened(&record));
        }
        let document: Value = serde_json::from_str(&record).unwrap();
        assert_eq!(document["signatures"]["request"], json!({ "was": "right", "is": "right" }), "{name}");
        let of_config = Client::new(&config(name).to_string()).unwrap();
        assert_eq!(of_config.gateway(), document["gateway"]);
    }
}

/// The string to sign, built by nobody of us but this line, and verified by openssl with the key in the record.
#[test]
fn openssl_verifies_what_is_recorded() {
    let folder = Folder::fresh();
    for (name, digest) in [("icbc", "-sha1"), ("ysepay", "-sha1"), ("ysepay-sm", "-sm3")] {
        let (record, _) = recorded(name, |_, _| None);
        let document: Value = serde_json::from_str(&record).unwrap();
        let body = chexiao_strict::base64::from_base64(document["request"]["body_base64"].as_str().unwrap()).unwrap();
        let pairs: BTreeMap<String, Vec<u8>> = String::from_utf8(body)
            .unwrap()
            .split('&')
            .filter_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                Some((name.to_string(), percent_decoded(value))).filter(|(_, value)| !value.is_empty())
            })
            .collect();
        let signed: Vec<Vec<u8>> =
            pairs.iter().filter(|(name, _)| *name != "sign").map(|(name, value)| [name.as_bytes(), b"=", value].concat()).collect();
        let path = document["request"]["url"].as_str().unwrap().split_once("://").unwrap().1.split_once('/').unwrap().1;
        let before = if name == "icbc" { format!("/{path}?") } else { String::new() };
        let text = [before.as_bytes(), &signed.join(&b'&')].concat();
        let signature = chexiao_strict::base64::from_base64(std::str::from_utf8(&pairs["sign"]).unwrap()).unwrap();
        let spki = chexiao_strict::base64::from_base64(document["config"]["account"]["private_key"]["base64"].as_str().unwrap()).unwrap();
        let pem = openssl(&["pkey", "-pubin", "-inform", "DER", "-pubout"], &spki);
        let [key, sign] = [("key.pem", pem), ("sign", signature)].map(|(name, bytes)| folder.write(name, &bytes));
        let id: &[&str] = if name == "ysepay-sm" { &["-sigopt", "distid:1234567812345678"] } else { &[] };
        let said = openssl(&[&["dgst", digest, "-verify", &key, "-signature", &sign], id].concat(), &text);
        assert_eq!(String::from_utf8(said).unwrap().trim(), "Verified OK", "{name}");
    }
}

/// The same of the gateways whose texts are no pairs in a form, and whose secrets are shared.
#[test]
fn openssl_comes_to_the_recorded_hashes() {
    let part = |record: &Value, pointer: &str| record.pointer(pointer).and_then(Value::as_str).unwrap().to_string();
    let opened = |name: &str| {
        let record: Value = serde_json::from_str(&recorded(name, |_, _| None).0).unwrap();
        let body = chexiao_strict::base64::from_base64(&part(&record, "/request/body_base64")).unwrap();
        (record, String::from_utf8(body).unwrap())
    };
    let said = |arguments: &[&str], text: &str| String::from_utf8(openssl(arguments, text.as_bytes())).unwrap();

    let (record, body) = opened("wechat");
    let elements = body.trim_start_matches("<xml>").split("</").filter_map(|part| part.rsplit_once('<')?.1.split_once('>'));
    let fields: BTreeMap<&str, &str> = elements.filter(|(_, value)| !value.is_empty()).collect();
    let text: String = fields.iter().filter(|(name, _)| **name != "sign").map(|(name, value)| format!("{name}={value}&")).collect();
    let digest = said(&["dgst", "-md5", "-r"], &format!("{text}key={}", part(&record, "/config/account/api_key")));
    assert_eq!(digest[..32].to_uppercase(), fields["sign"], "{body}");

    let (record, body) = opened("chinaums");
    let header = part(&record, "/request/headers/Authorization");
    let parts: Vec<&str> = header.split('"').skip(1).step_by(2).collect();
    let text = format!("{}{}{}{}", parts[0], parts[1], parts[2], &said(&["dgst", "-sha256", "-r"], &body)[..64]);
    let mac = openssl(&["dgst", "-sha256", "-hmac", &part(&record, "/config/account/app_key"), "-binary"], text.as_bytes());
    assert_eq!(crate::client::base64(mac), parts[3], "{header}");

    let (record, body) = opened("edgeros");
    let mut members: BTreeMap<String, Value> = serde_json::from_str(&body).unwrap();
    // Sent, and signed by nobody.
    members.retain(|name, _| !["aco_pay_sdk", "version"].contains(&name.as_str()));
    let headers = record["request"]["headers"].as_object().unwrap();
    let header = |name: &str| headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap().1.clone();
    for (name, of) in [("mch_no", "x-acopay-mch-no"), ("nonce", "x-acopay-nonce"), ("sign_type", "x-acopay-sign-type")] {
        members.insert(name.into(), header(of));
    }
    let folder = Folder::fresh();
    let bytes = |text: &str| chexiao_strict::base64::from_base64(text).unwrap();
    let spki = bytes(&part(&record, "/config/account/private_key/base64"));
    let key = folder.write("key.pem", &openssl(&["pkey", "-pubin", "-inform", "DER", "-pubout"], &spki));
    let sign = folder.write("sign", &bytes(header("x-acopay-sign").as_str().unwrap()));
    let text = serde_json::to_string(&members).unwrap();
    assert_eq!(said(&["dgst", "-sha256", "-verify", &key, "-signature", &sign], &text).trim(), "Verified OK");
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let text = text.replace('+', " ");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(&part.as_bytes()[2..]);
    }
    bytes
}

#[test]
fn replies_verify_too_and_wrong_ones_are_wrong_in_the_same_way() {
    let gateway = key(&KEYS.icbc.gateway.private_base64());
    let merchant = key(&KEYS.icbc.merchant.private_base64());
    let value = format!(
        r#"{{"return_code":0,"return_msg":"已关闭 {CANARY}","agreeCode":"1","partnerSeq":"{CANARY}","amount":123456.78,"url":"a\/b"}}"#
    );
    let reply = |sign: String| Some((200, format!("{{\"response_biz_content\":{value},\"sign\":\"{sign}\"}}").into_bytes()));
    for (due, sign) in [
        ("right", rsa(&gateway, Padding::Sha1, &value)),
        ("hash_other", rsa(&gateway, Padding::Sha256, &value)),
        ("key_of_other_setting", rsa(&merchant, Padding::Sha1, &value)),
        ("digest_bare", rsa(&gateway, Padding::Bare, &value)),
        ("json_slashes_unescaped|json_compact", rsa(&gateway, Padding::Sha1, value.replace("\\/", "/"))),
        ("unexplained", rsa(&gateway, Padding::Sha1, "another text")),
    ] {
        let (record, _) = recorded("icbc", |_, _| reply(sign.clone()));
        assert_eq!(explained(&record, Side::Reply), due, "{}", opened(&record));
        let all = opened(&record);
        assert!(!all.contains(CANARY) && !all.contains(&sign) && !all.contains("123456.78") && !all.contains("已关闭"), "{all}");
        assert!(all.contains("\"return_code\":0") && !all.contains("a\\/b") && all.contains("\\/"), "{all}");
    }
}

/// The same value is replaced by the same one, in the request, the reply and the configuration; by one of the same look.
#[test]
fn the_same_is_replaced_by_the_same() {
    let (record, _) = recorded("wechat", |client, call| {
        let body = chexiao_sandbox::wechat::seal(
            &[
                ("return_code", "SUCCESS"),
                ("result_code", "FAIL"),
                ("err_code", "ORDERPAID"),
                ("appid", client_id(client)),
                ("out_trade_no", CANARY),
            ],
            chexiao_sandbox::wechat::SignType::Md5,
            &KEYS.wechat_api_key,
        );
        assert!(!call.document.is_empty());
        Some((200, body.into_bytes()))
    });
    assert_eq!(
        (explained(&record, Side::Request).as_str(), explained(&record, Side::Reply).as_str()),
        ("right", "right"),
        "{}",
        opened(&record)
    );
    let document: Value = serde_json::from_str(&record).unwrap();
    let body = |side: &str| {
        String::from_utf8(chexiao_strict::base64::from_base64(document[side]["body_base64"].as_str().unwrap()).unwrap()).unwrap()
    };
    let element = |text: &str, name: &str| {
        let inside = text.split_once(&format!("<{name}>")).unwrap().1.split_once("</").unwrap().0.to_string();
        inside.replace("<![CDATA[", "").replace("]]>", "")
    };
    let [sent, answered] = [body("request"), body("reply")];
    let number = element(&sent, "out_trade_no");
    assert_eq!(number, element(&answered, "out_trade_no"));
    assert_eq!(element(&sent, "appid"), document["config"]["account"]["appid"].as_str().unwrap());
    let look = |text: &str| {
        text.chars()
            .map(|c| {
                if c.is_ascii_digit() {
                    '0'
                } else if c.is_ascii_uppercase() {
                    'A'
                } else {
                    'a'
                }
            })
            .collect::<String>()
    };
    assert_eq!(look(&number), look(CANARY));
    assert!(answered.contains("ORDERPAID") && number != CANARY);
    assert!(document["replaced"].as_array().unwrap().contains(&json!("out_trade_no")), "{}", document["replaced"]);
    assert!(account_of("{}").is_none() && account_of("").is_none());
}

fn client_id(_: &Client) -> &'static str {
    static ID: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| config("wechat")["account"]["appid"].as_str().unwrap().into());
    &ID
}

/// What a proxy or a firewall answers in the gateway's place, and what only looks like a message.
#[test]
fn a_reply_that_is_no_message_shows_nothing() {
    let page = format!(
        "<!DOCTYPE html PUBLIC \"{CANARY}\">\n<html lang=\"{CANARY}\"><!-- {CANARY} > {CANARY} --><head><title>502</title></head><body>\
         <a href=\"https://{CANARY}.example/?a=1&{CANARY};\">{CANARY}</a><p>&{CANARY}; &nbsp;</p><code>{CANARY}</code><![CDATA[{CANARY}</body></html>"
    );
    let embedded = serde_json::to_string(&json!({ "code": format!("[{CANARY}"), CANARY: 1, "张三": { "name": CANARY } })).unwrap();
    for body in [
        page.as_str(),
        &format!("[{CANARY}] is down"),
        &format!("{{upstream {CANARY} \"a\": 1}}"),
        &format!("{{\"a\":\"b\"}} {CANARY}"),
        &format!("host {CANARY}, code=1"),
        &format!("code=1&{CANARY}"),
        &format!("code=1&id=[{CANARY}"),
        &format!("code=1&id=%7B{CANARY}%7D"),
        &format!("<xml><code attribute=\"{CANARY}\">1</code><a>[{CANARY}</a><b><![CDATA[{{{CANARY}]]></b></xml>"),
        &format!("<xml>{CANARY}"),
        &format!("<{CANARY}</xml>"),
        &embedded.replace(&format!("\"{CANARY}\":1"), "\"a b\":1"),
    ] {
        let (record, _) = recorded("wechat", |_, _| Some((502, body.as_bytes().to_vec())));
        assert!(!shows(&record, CANARY) && !opened(&record).contains("张三"), "{body}\n{}", opened(&record));
    }
    let (record, _) = recorded("wechat", |_, _| Some((502, page.clone().into_bytes())));
    assert!(["<html ", "<title>", "</title>", "<p>", "&"].iter().all(|kept| opened(&record).contains(kept)), "{}", opened(&record));
}

/// A gateway's message may be in English, and an amount or a number short. Codes stay.
#[test]
fn messages_and_short_values_are_replaced_and_codes_are_not() {
    let body = format!(
        r#"{{"code":"40004","sub_code":"ORDER_NOT_EXIST","status":"FAIL","message":"order {CANARY}","msg":"{CANARY}\"","total_fee":88,"id":"A7","empty":"","none":0,"is":true}}"#
    );
    let (record, _) = recorded("edgeros", |_, _| Some((200, body.clone().into_bytes())));
    let all = opened(&record);
    assert!(!shows(&record, CANARY), "{all}");
    for kept in
        [r#""code":"40004","sub_code":"ORDER_NOT_EXIST","status":"FAIL""#, r#""empty":"","none":0,"is":true}"#, r#"\"","total_fee":"#]
    {
        assert!(all.contains(kept), "{kept}: {all}");
    }
    let document: Value = serde_json::from_str(&record).unwrap();
    for name in ["message", "msg", "total_fee", "id"] {
        assert!(document["replaced"].as_array().unwrap().contains(&json!(name)), "{name}: {}", document["replaced"]);
    }
}
