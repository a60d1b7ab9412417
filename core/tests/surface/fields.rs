//! Encrypted fields of the gateways' other calls, against values made by others and the openssl command.

use chexiao::face::json;
use chexiao::{Client, Error, Kind};
use chexiao_kit::KEYS;
use chexiao_kit::openssl::openssl;
use serde_json::{Value, json};

fn client(config: &str, settings: &Value) -> Client {
    let mut config = chexiao_sandbox::config(config, "https://127.0.0.1:1", &KEYS).unwrap();
    for (name, value) in settings.as_object().unwrap() {
        config["account"][name] = value.clone();
    }
    Client::new(&config.to_string()).unwrap()
}

fn text(json: &str) -> String {
    serde_json::from_str::<Value>(json).unwrap()["text"].as_str().unwrap().into()
}

/// An error of this kind, which repeats nothing of what it was given.
fn refused<T>(result: Result<T, Error>, kind: Kind, given: &str) {
    let error = result.err().unwrap();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(given.is_empty() || !error.to_string().contains(given), "{error}");
}

/// The 16-byte key of the tests, as the account has it and as openssl takes it.
const AES_BASE64: &str = "AAECAwQFBgcICQoLDA0ODw==";
const AES_HEX: &str = "000102030405060708090a0b0c0d0e0f";
const NO_IV: &str = "00000000000000000000000000000000";

#[test]
fn icbc_encrypts_with_aes_cbc_and_a_zero_iv() {
    let account = client("icbc", &json!({ "encrypt_key": AES_BASE64 }));
    let aes = |direction: &str, input: &[u8]| openssl(&["enc", direction, "-aes-128-cbc", "-K", AES_HEX, "-iv", NO_IV, "-a", "-A"], input);
    for plain in ["", "6222020200112233445", "张三", "sixteen bytes, ok"] {
        let field = account.encrypt_field(plain).unwrap();
        assert_eq!(aes("-d", field.as_bytes()), plain.as_bytes());
        assert_eq!(aes("-e", plain.as_bytes()), field.as_bytes());
        assert_eq!(account.decrypt_field(&field).unwrap(), plain);
        assert_eq!(text(&json::encrypt_field(&account, plain).unwrap()), field);
        assert_eq!(text(&json::decrypt_field(&account, &field).unwrap()), plain);
    }
    for wrong in ["?", "AAAA", "", "AAAAAAAAAAAAAAAAAAAAAA=="] {
        refused(account.decrypt_field(wrong), Kind::Call, wrong);
    }
    let not_utf8 = String::from_utf8(aes("-e", b"\xC3")).unwrap();
    refused(account.decrypt_field(&not_utf8), Kind::Call, &not_utf8);
}

#[test]
fn icbc_encrypts_in_the_accounts_charset() {
    let account = client("icbc", &json!({ "encrypt_key": AES_BASE64, "charset": "GBK" }));
    let field = account.encrypt_field("张三").unwrap();
    let plain = openssl(&["enc", "-d", "-aes-128-cbc", "-K", AES_HEX, "-iv", NO_IV, "-a", "-A"], field.as_bytes());
    assert_eq!(plain, b"\xD5\xC5\xC8\xFD");
    assert_eq!(account.decrypt_field(&field).unwrap(), "张三");
    refused(account.encrypt_field("a😀"), Kind::Call, "😀");
}

/// The values are those of `tests/vectors/ysepay/primitives.json`, one of them published by the platform.
#[test]
fn ysepay_encrypts_with_des_under_the_partner_id_whatever_the_charset() {
    for (partner_id, plain, field) in
        [("hyfz_test", "abc测试123", "7QS2P62EYbtdYECNSixfIw=="), ("p", "110101199003070000", "iY6pQ+Q3qj+gjpNhjutf/6o/iN19fdXa")]
    {
        for charset in ["UTF-8", "GBK", "GB2312"] {
            let account = client("ysepay", &json!({ "partner_id": partner_id, "charset": charset }));
            assert_eq!(account.encrypt_field(plain).unwrap(), field);
            assert_eq!(account.decrypt_field(field).unwrap(), plain);
            refused(account.encrypt_field("a😀"), Kind::Call, "😀");
            for wrong in ["?", "AAAA", "AAAAAAAAAAA="] {
                refused(account.decrypt_field(wrong), Kind::Call, wrong);
            }
        }
    }
}

/// As published by easywechat's own test, from `tests/vectors/wechat/primitives.json`.
#[test]
fn wechat_opens_req_info_and_encrypts_nothing() {
    const API_KEY: &str = "192006250b4c09247ec02edce69f6a2d";
    let account = client("wechat", &json!({ "api_key": API_KEY }));
    assert_eq!(account.decrypt_field("dxbWjxa9VtdMTUQUzMX/Q26JW7EYyzxuCtDaSTaUY+U=").unwrap(), "<root>12345</root");
    refused(account.decrypt_field("dxbWjxa9VtdMTUQUzMX/Q26JW7EYyzxuCtDaSTaUY+M="), Kind::Call, "dxbW");
    refused(account.encrypt_field("secret text"), Kind::Unsupported, "secret text");
}

#[test]
fn the_others_have_no_encrypted_fields() {
    for config in ["icbc", "edgeros", "chinaums"] {
        let account = client(config, &json!({}));
        refused(account.encrypt_field("secret text"), Kind::Unsupported, "secret text");
        refused(account.decrypt_field("c2VjcmV0"), Kind::Unsupported, "c2VjcmV0");
        refused(json::encrypt_field(&account, "secret text"), Kind::Unsupported, "secret text");
        refused(json::decrypt_field(&account, "c2VjcmV0"), Kind::Unsupported, "c2VjcmV0");
    }
}
