//! Every sign type, with a fresh key and random orders, judged by the `openssl` command line. What should have been signed
//! is put together here from the request that would go out and from the vendors' rules, with no code of the library.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod received;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chexiao::{Client, HttpReply, HttpRequest};
use chexiao_kit::openssl::{Folder, openssl, rsa_key};
use chexiao_sandbox::{Sm2Encoding, Sm2KeyPair};
use received::{Form, hex, random_hex, random_text, stay_within, token_gateway, xml};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Random orders per sign type.
const ORDERS: usize = 12;
/// Printable ASCII without `&` and `<`, which no order number may hold.
const ASCII: &str = " !\"#$%'()*+,-./09:;=>?@AZ[\\]^_`az{|}~";

/// A fresh key pair, and openssl's word on signatures of it.
struct Signer {
    folder: Folder,
    pem: String,
    public: String,
}

impl Signer {
    fn new() -> Self {
        let (folder, pem) = (Folder::fresh(), rsa_key(2048));
        let public = folder.write("public.pem", &openssl(&["pkey", "-pubout"], &pem));
        Self { folder, pem: String::from_utf8(pem).unwrap(), public }
    }

    fn public_pem(&self) -> String {
        std::fs::read_to_string(&self.public).unwrap()
    }

    fn signature_file(&self, base64: &str) -> String {
        let signature = STANDARD.decode(base64).expect("the signature is standard base64 on one line");
        assert_eq!(signature.len(), 256, "RSA-2048");
        self.folder.write("signature", &signature)
    }

    /// Fails unless `base64` is this key's PKCS#1 v1.5 signature over `message`.
    fn verify(&self, hash: &str, message: &[u8], base64: &str) {
        let signature = self.signature_file(base64);
        let said = openssl(&["dgst", hash, "-verify", &self.public, "-signature", &signature], message);
        assert_eq!(said, b"Verified OK\n");
    }

    /// What stands inside the type-1 padding.
    fn recover(&self, base64: &str) -> Vec<u8> {
        let signature = self.signature_file(base64);
        let padding = ["-pkeyopt", "rsa_padding_mode:pkcs1"];
        openssl(&[&["pkeyutl", "-verifyrecover", "-pubin", "-inkey", &self.public, "-in", &signature], &padding[..]].concat(), b"")
    }
}

/// Of a gateway that is never asked.
static GATEWAY: LazyLock<String> = LazyLock::new(|| Signer::new().public_pem());

#[test]
#[should_panic(expected = "openssl dgst -sha256 -verify")]
fn the_judge_refuses_a_signature_over_another_message() {
    let signer = Signer::new();
    let signature = openssl(&["dgst", "-sha256", "-sign", &signer.folder.write("key.pem", signer.pem.as_bytes())], b"a");
    signer.verify("-sha256", b"a", &STANDARD.encode(&signature));
    signer.verify("-sha256", b"b", &STANDARD.encode(&signature));
}

fn client(gateway: &str, account: &Value) -> Client {
    Client::new(&json!({"gateway": gateway, "base_url": "https://example.com", "account": account}).to_string()).unwrap()
}

fn signed(client: &Client, order: &Value) -> HttpRequest {
    client.sign(&json!({"operation": "close", "order": order}).to_string()).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    &request.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap_or_else(|| panic!("no header {name}")).1
}

/// Random ICBC orders; `check` gets the form and the string to sign.
fn icbc(sign_type: &str, charset: &str, signer: &Signer, more: Value, check: impl Fn(&Form, &[u8])) {
    let mut account = json!({"app_id": "10000000000004096", "sign_type": sign_type, "charset": charset,
        "private_key": {"pem": signer.pem}, "gateway_public_key": {"pem": *GATEWAY}});
    account.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let client = client("icbc", &account);
    for _ in 0..ORDERS {
        let [agree, code, seq] = [(); 3].map(|()| random_text(34, &(ASCII.to_string() + stay_within(charset))));
        let request = signed(&client, &json!({"agreeCode": agree, "orderCode": code, "partnerSeq": seq}));
        let form = Form::of(&request.body);
        let path = request.url.strip_prefix("https://example.com").unwrap();
        assert_eq!((form.text("sign_type"), form.text("charset")), (sign_type.into(), charset.into()));
        assert_eq!(form.json("biz_content", charset), json!({"agreeCode": agree, "orderCode": code, "partnerSeq": seq}));
        check(&form, &[path.as_bytes(), b"?", &form.string_to_sign()].concat());
    }
}

#[test]
fn icbc_rsa_is_sha1_with_rsa_in_both_charsets() {
    let signer = Signer::new();
    for charset in ["UTF-8", "GBK"] {
        icbc("RSA", charset, &signer, json!({}), |form, message| signer.verify("-sha1", message, &form.text("sign")));
    }
}

#[test]
fn icbc_rsa2_is_sha256_with_rsa_in_both_charsets() {
    let signer = Signer::new();
    for charset in ["UTF-8", "GBK"] {
        icbc("RSA2", charset, &signer, json!({}), |form, message| signer.verify("-sha256", message, &form.text("sign")));
    }
}

#[test]
fn icbc_ca_pads_the_bare_sha1_and_sends_the_certificate() {
    let signer = Signer::new();
    let key = signer.folder.write("key.pem", signer.pem.as_bytes());
    let certificate = openssl(&["req", "-x509", "-new", "-subj", "/CN=TEST ONLY", "-days", "2", "-key", &key], b"");
    let der = openssl(&["x509", "-outform", "DER"], &certificate);
    let more = json!({"certificate": {"pem": String::from_utf8(certificate).unwrap()}});
    icbc("CA", "UTF-8", &signer, more, |form, message| {
        assert_eq!(form.text("ca"), STANDARD.encode(&der));
        assert_eq!(signer.recover(&form.text("sign")), openssl(&["dgst", "-sha1", "-binary"], message));
    });
}

#[test]
fn ysepay_rsa_is_sha1_with_rsa_over_the_bytes_of_the_charset() {
    let signer = Signer::new();
    for charset in ["UTF-8", "GBK", "GB2312"] {
        let notify_url = "https://example.com/回调?a=1&b=2 3";
        let account = json!({"partner_id": "yfpay_中文", "charset": charset, "notify_url": notify_url,
            "private_key": {"pem": signer.pem}, "gateway_public_key": {"pem": *GATEWAY}});
        let client = client("ysepay", &account);
        for _ in 0..ORDERS {
            let order = json!({"protocol_no": random_text(6, &(ASCII.to_string() + stay_within(charset)))});
            let form = Form::of(&signed(&client, &order).body);
            let names: Vec<&str> = form.0.keys().map(String::as_str).collect();
            assert_eq!(names.join(" "), "biz_content charset method notify_url partner_id sign sign_type timestamp version");
            assert_eq!((form.text("charset"), form.text("sign_type")), (charset.into(), "RSA".into()));
            assert_eq!(form.json("biz_content", charset), order);
            signer.verify("-sha1", &form.string_to_sign(), &form.text("sign"));
        }
    }
}

#[test]
fn edgeros_is_sha256_with_rsa_over_the_sorted_json_of_body_and_headers() {
    let signer = Signer::new();
    let account = json!({"mch_no": "MCH1000000", "aco_pay_sdk": "2.0.0",
        "private_key": {"pem": signer.pem}, "gateway_public_key": {"pem": *GATEWAY}});
    let client = client("edgeros", &account);
    let number = || random_text(50, &(ASCII.to_string() + stay_within("UTF-8") + "\u{2028}\u{2029}😀"));
    for round in 0..ORDERS {
        let order = match round % 4 {
            0 => json!({"transaction_no": number()}),
            1 => json!({"mch_trade_no": number()}),
            2 => json!({"mch_trade_no": number(), "transaction_no": ""}),
            _ => json!({"mch_trade_no": number(), "transaction_no": number()}),
        };
        let request = signed(&client, &order);
        let mut fields: BTreeMap<String, String> = serde_json::from_slice(&request.body).unwrap();
        assert_eq!((fields.remove("aco_pay_sdk").as_deref(), fields.remove("version").as_deref()), (Some("2.0.0"), Some("1.0")));
        assert_eq!(json!(fields), order);
        for name in ["mch_no", "nonce", "sign_type"] {
            fields.insert(name.into(), header(&request, &format!("x-acopay-{}", name.replace('_', "-"))).into());
        }
        assert_eq!((fields["mch_no"].as_str(), fields["sign_type"].as_str()), ("MCH1000000", "SHA256withRSA"));
        let text = serde_json::to_string(&fields).unwrap().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        signer.verify("-sha256", text.as_bytes(), header(&request, "x-acopay-sign"));
    }
}

/// Both encodings and two user ids, judged by openssl and by the sandbox's own SM2; and the signatures of both by us.
#[test]
fn ysepay_sm_is_sm3_with_sm2_in_the_encoding_of_the_account() {
    let (merchant, platform) = (Sm2KeyPair::generate(), Sm2KeyPair::generate());
    let folder = Folder::fresh();
    let public = folder.write("public.pem", merchant.public_pem().as_bytes());
    for (word, encoding, user_id) in [("der", Sm2Encoding::Der, "1234567812345678"), ("raw", Sm2Encoding::Raw, "ALICE123@YAHOO.COM")] {
        let account = json!({"partner_id": "unit_test", "sign_type": "SM", "sm2_encoding": word, "sm2_user_id": user_id,
            "private_key": {"pem": merchant.private_pem()}, "gateway_public_key": {"pem": platform.public_pem()}});
        let client = client("ysepay", &account);
        for _ in 0..ORDERS {
            let request = signed(&client, &json!({"protocol_no": random_text(6, &(ASCII.to_string() + stay_within("UTF-8")))}));
            let form = Form::of(&request.body);
            let message = form.string_to_sign();
            let signature = STANDARD.decode(form.text("sign")).unwrap();
            assert_eq!(form.text("sign_type"), "SM");
            assert!(merchant.verifies(user_id.as_bytes(), &message, encoding, &signature));
            if word == "der" {
                let signature = folder.write("signature", &signature);
                let id = format!("distid:{user_id}");
                let verify = [
                    "pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-inkey", &public, "-sigfile", &signature, "-pkeyopt", &id,
                ];
                openssl(&[&verify[..], &["-in", &folder.write("message", &message)]].concat(), b"");
            }
            let response = r#"{"code":"10000","msg":"Success","trade_status":"SUCCESS"}"#;
            let sign = |key: &Sm2KeyPair| key.sign(user_id.as_bytes(), response.as_bytes(), encoding);
            let mut replies = vec![(sign(&platform), true), (sign(&merchant), false)];
            if word == "der" {
                let (key, id) = (folder.write("platform.pem", platform.private_pem().as_bytes()), format!("distid:{user_id}"));
                let sign = ["pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-inkey", &key, "-pkeyopt", &id];
                replies.push((openssl(&[&sign[..], &["-in", &folder.write("response", response.as_bytes())]].concat(), b""), true));
            }
            for (signature, closed) in replies {
                let signature = STANDARD.encode(signature);
                let body = format!(r#"{{"sign":"{signature}","ysepay_trusteeship_sign_cancel_response":{response}}}"#);
                let reply = HttpReply { status: 200, headers: Vec::new(), body: body.into() };
                assert_eq!(client.verify(r#"{"operation":"close","order":{"protocol_no":"K1"}}"#, &request, &reply).is_closed(), closed);
            }
        }
    }
}

/// `openssl dgst`'s hexadecimal digits of `message`; with a key, of its HMAC.
fn digest(hash: &str, key: Option<&str>, message: &[u8]) -> String {
    let key = key.map(|key| format!("hexkey:{}", hex(key.as_bytes())));
    let mac = key.iter().flat_map(|key| ["-mac", "HMAC", "-macopt", key]);
    hex(&openssl(&["dgst", "-binary", hash].into_iter().chain(mac).collect::<Vec<_>>(), message))
}

fn wechat(sign_type: &str, check: impl Fn(&str, &str) -> String) {
    for institution in [false, true] {
        let key = random_hex(16);
        let mut account = json!({"appid": "wx8888888888888888", "mch_id": "1900000109", "sign_type": sign_type, "api_key": key});
        if institution {
            account["mode"] = json!("institution");
            account["sub_mch_id"] = json!(random_hex(8));
            account["sub_appid"] = json!(format!("wx{}", random_hex(8)));
        }
        let client = client("wechat", &account);
        for _ in 0..ORDERS {
            let number = random_text(32, "09AZaz_-|*@");
            let mut fields = xml(&signed(&client, &json!({"out_trade_no": number})).body);
            let sign = fields.remove("sign").unwrap();
            assert_eq!(fields["out_trade_no"], number);
            assert_eq!(fields.contains_key("sub_mch_id"), institution);
            assert_eq!(fields.get("sign_type").map_or("MD5", String::as_str), sign_type);
            let pairs: String = fields.iter().map(|(name, value)| format!("{name}={value}&")).collect();
            assert_eq!(sign, check(&key, &format!("{pairs}key={key}")).to_ascii_uppercase());
        }
    }
}

#[test]
fn wechat_md5_is_over_the_sorted_fields_and_the_key() {
    wechat("MD5", |_, text| digest("-md5", None, text.as_bytes()));
}

#[test]
fn wechat_hmac_sha256_takes_the_key_as_key_and_in_the_text() {
    wechat("HMAC-SHA256", |key, text| digest("-sha256", Some(key), text.as_bytes()));
}

/// The names and values of `name="value"` after the scheme.
fn authorization(header: &str) -> (&str, BTreeMap<&str, &str>) {
    let (scheme, rest) = header.split_once(' ').unwrap();
    let pairs = rest.split(',').map(|pair| pair.trim().split_once('=').unwrap());
    (scheme, pairs.map(|(name, value)| (name, value.strip_prefix('"').unwrap().strip_suffix('"').unwrap())).collect())
}

fn bill(number: &str) -> Value {
    json!({"mid": "898201612345678", "tid": "88880001", "billNo": "", "billDate": "2026-01-02", "merOrderId": number, "authIdRespCd": ""})
}

#[test]
fn chinaums_body_sig_is_the_hmac_over_id_time_nonce_and_the_hash_of_the_body_sent() {
    let (app_id, app_key) = (random_hex(16), random_hex(16));
    let client = client("chinaums", &json!({"app_id": app_id, "app_key": app_key}));
    for _ in 0..ORDERS {
        let number = random_text(32, &(ASCII.to_string() + stay_within("UTF-8")));
        let request = signed(&client, &bill(&number));
        let (scheme, said) = authorization(header(&request, "Authorization"));
        assert_eq!((scheme, said["AppId"], said.len()), ("OPEN-BODY-SIG", app_id.as_str(), 4));
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["merOrderId"], number);
        let spelt: String = body["requestTimestamp"].as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
        assert_eq!(said["Timestamp"], spelt, "one moment, written in two ways");
        let text = format!("{app_id}{}{}{}", said["Timestamp"], said["Nonce"], digest("-sha256", None, &request.body));
        assert_eq!(hex(&STANDARD.decode(said["Signature"]).unwrap()), digest("-sha256", Some(&app_key), text.as_bytes()));
    }
}

#[test]
fn chinaums_asks_for_a_token_with_the_hash_of_id_time_nonce_and_key() {
    let (app_id, app_key) = (random_hex(16), random_hex(16));
    let (base_url, gateway) = token_gateway("T0KEN");
    let account = json!({"app_id": app_id, "app_key": app_key, "authentication": "access_token"});
    let config = json!({"gateway": "chinaums", "base_url": base_url, "deadline_ms": 10_000, "account": account});
    let outcome = Client::new(&config.to_string()).unwrap().send(&json!({"operation": "close", "order": bill("A1")}).to_string());
    assert!(!outcome.unwrap().is_closed());
    let [(asked, body), (business, _)] = gateway.join().unwrap();
    assert!(asked.starts_with("POST /v1/token/access HTTP/1.1\r\n"), "{asked}");
    let body: BTreeMap<String, String> = serde_json::from_slice(&body).unwrap();
    assert_eq!((body["appId"].as_str(), body["signMethod"].as_str(), body.len()), (app_id.as_str(), "SHA256", 5));
    let text = format!("{app_id}{}{}{app_key}", body["timestamp"], body["nonce"]);
    assert_eq!(body["signature"], digest("-sha256", None, text.as_bytes()));
    assert!(business.starts_with("POST /v1/netpay/bills/preauthed-cancel HTTP/1.1\r\n"), "{business}");
    let header = format!("authorization: OPEN-ACCESS-TOKEN AccessToken=\"T0KEN\", AppId=\"{app_id}\"");
    assert!(business.lines().any(|line| line.eq_ignore_ascii_case(&header)), "{business}");
}
