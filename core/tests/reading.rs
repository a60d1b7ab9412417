//! One reader for all: what people keep in configurations, secrets, lists of authorities and key files, and the advice for what
//! cannot be read. The files are those of `tests/keys`, made by other tools.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use chexiao::face::json;
use chexiao::{Client, Error, keys};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const CALL: &str =
    r#"{"operation":"close","order":{"out_trade_no":"1217752501201407033233368018"},"nonce":"00112233445566778899aabbccddeeff"}"#;
const API_KEY: &str = "192006250b4c09247ec02edce69f6a2d";

fn corpus(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/keys/files").join(file)
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(corpus(file)).unwrap()
}

/// A file for this test alone.
fn file(name: &str, bytes: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("reading-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().into()
}

fn wechat(api_key: &Value) -> Value {
    json!({"gateway": "wechat", "base_url": "https://127.0.0.1:1", "account": {"appid": "wx2421b1c4370ec43b", "mch_id": "10000100", "api_key": api_key}})
}

fn ysepay(private_key: &Value) -> Value {
    let gateway = corpus("platform-certificate.cer");
    json!({"gateway": "ysepay", "base_url": "https://127.0.0.1:1", "account": {
        "partner_id": "unit_test", "sign_type": "RSA", "private_key": private_key, "gateway_public_key": {"file": gateway}}})
}

fn refused(config: &Value) -> Error {
    Client::new(&config.to_string()).expect_err(&config.to_string())
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn a_configuration_may_begin_with_a_byte_order_mark() {
    let text = serde_json::to_string_pretty(&wechat(&json!(API_KEY))).unwrap();
    let crlf = text.replace('\n', "\r\n");
    let signed = Client::new(&text).unwrap().sign(CALL).unwrap().body;
    for (name, bytes) in [
        ("plain", text.clone().into_bytes()),
        ("bom", format!("\u{feff}{crlf}").into_bytes()),
        ("le", utf16(&crlf, u16::to_le_bytes)),
        ("be", utf16(&text, u16::to_be_bytes)),
    ] {
        assert_eq!(Client::from_file(file(name, &bytes)).unwrap().sign(CALL).unwrap().body, signed, "{name}");
    }
    let client = Client::new(&format!("\u{feff}{text}")).unwrap();
    assert_eq!(client.sign(&format!("\u{feff}{CALL}")).unwrap().body, signed);
    assert!(json::call("close", "\u{feff}{\"out_trade_no\":\"1\"}").is_ok());
    assert!(Client::from_file(file("gbk", b"{\"gateway\":\"\xD6\xD0\"}")).is_err());
}

#[test]
fn a_secret_in_a_file_is_its_text_and_nothing_around_it() {
    let signed = |config: &Value| Client::new(&config.to_string()).unwrap().sign(CALL).unwrap().body;
    let plain = signed(&wechat(&json!(API_KEY)));
    for (name, bytes) in [
        ("lf", format!("{API_KEY}\n").into_bytes()),
        ("crlf", format!("{API_KEY}\r\n").into_bytes()),
        ("bom", format!("\u{feff}{API_KEY}\r\n\r\n").into_bytes()),
        ("le", utf16(&format!("{API_KEY}\r\n"), u16::to_le_bytes)),
        ("be", utf16(API_KEY, u16::to_be_bytes)),
    ] {
        assert_eq!(signed(&wechat(&json!({"file": file(&format!("secret-{name}"), &bytes)}))), plain, "{name}");
    }
}

#[test]
fn what_cannot_be_seen_in_a_secret_is_named_with_its_place() {
    for c in ['\u{200b}', '\u{a0}', '\u{feff}', '\u{3000}', '\u{ff11}', '\u{2009}', '\u{202e}', '\u{ad}', '\t', '\n', '\r', '\0'] {
        let secret = format!("{}{c}{}", &API_KEY[..20], &API_KEY[21..]);
        let mut sources = vec![json!(secret)];
        sources.push(json!({"file": file("unseen", secret.as_bytes())}));
        for source in sources {
            let said = refused(&wechat(&source)).to_string();
            assert!(said.contains(&format!("U+{:04X}", u32::from(c))) && said.contains("line 1, character 21"), "{said}");
            assert!(!said.contains(&API_KEY[..20]) && said.contains("account.api_key"), "{said}");
        }
    }
    let password = json!({"file": corpus("pfx-openssl-modern.pfx"), "password": "123\u{200b}456"});
    assert!(refused(&ysepay(&password)).to_string().contains("U+200B (a zero-width space) at line 1, character 4"));
    let chinese = json!({"file": corpus("pfx-openssl-modern-chinese-password.pfx"), "password": "密码123"});
    assert!(Client::new(&ysepay(&chinese).to_string()).is_ok());
    for (name, place) in [
        ("damaged-zero-width.txt", "U+200B"),
        ("damaged-no-break.txt", "U+00A0"),
        ("damaged-full-width.txt", "U+FF1"),
        ("damaged-bom-inside.txt", "U+FEFF"),
    ] {
        let said = keys::inspect(&read(name), None).unwrap_err().to_string();
        assert!(said.contains(place) && said.contains("line 1, character "), "{said}");
    }
    let said = keys::inspect(&read("damaged-zero-width-pem.pem"), None).unwrap_err().to_string();
    assert!(said.contains("U+200D (a zero-width joiner) at line 6, character "), "{said}");
}

#[test]
fn a_list_of_authorities_is_read_in_every_form() {
    let opens = |path: &str| {
        let mut config = wechat(&json!(API_KEY));
        config["ca_file"] = json!(path);
        Client::new(&config.to_string()).map(|_| ())
    };
    let der = read("certificate-own-der.cer");
    let pem = String::from_utf8(read("certificate-own-pem.pem")).unwrap();
    let mut trusted = read("certificate-trusted.pem");
    trusted.extend_from_slice(pem.as_bytes());
    for (name, bytes) in [
        ("der", der),
        ("base64", read("certificate-own-base64.txt")),
        ("trusted", read("certificate-trusted.pem")),
        ("trusted-and-pem", trusted),
        ("p7b-pem", read("p7b-pem.p7b")),
        ("p7b-der", read("p7b-der.p7b")),
        ("p7b-base64", read("p7b-base64.txt")),
        ("bom-crlf", format!("\u{feff}{}", pem.replace('\n', "\r\n")).into_bytes()),
        ("utf-16", utf16(&pem, u16::to_le_bytes)),
        ("one-line", pem.trim().replace('\n', " ").into_bytes()),
        ("escaped", pem.trim().replace('\n', "\\n").into_bytes()),
        ("base64-of-pem", read("certificate-base64-of-pem.txt")),
        ("hex", read("certificate-hex.txt")),
        ("p-256", read("p-256-certificate.pem")),
        ("beside-a-key", read("rsa-pem-key-certificate.pem")),
        ("with-text", read("certificate-with-text.pem")),
        ("bundle", pem.repeat(300).into_bytes()),
    ] {
        opens(&file(&format!("ca-{name}"), &bytes)).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for (name, bytes) in [
        ("empty", Vec::new()),
        ("html", read("html.cer")),
        ("key", read("rsa-pkcs8.pem")),
        ("request", read("request-pem.pem")),
        ("p7b-empty", read("p7b-empty.p7b")),
        ("cut", read("certificate-no-end.pem")),
    ] {
        let error = opens(&file(&format!("ca-{name}"), &bytes)).expect_err(name);
        assert_eq!(error.field(), Some("ca_file"), "{name}");
    }
    assert_eq!(opens("/nowhere/ca.pem").unwrap_err().field(), Some("ca_file"));
}

#[test]
fn a_key_as_a_text_is_told_how_to_be_written() {
    let hint = |text: &str| {
        let error = refused(&ysepay(&json!(text)));
        assert_eq!(error.field(), Some("account.private_key"));
        error.hint()
    };
    assert!(hint("/etc/chexiao/merchant.pem").contains(r#"write {"file": "/etc/chexiao/merchant.pem"}"#));
    assert!(hint("keys/商户.pfx").contains(r#"{"file": "keys/商户.pfx"}"#));
    assert!(hint(r"C:\keys\merchant.pfx").contains(r#"{"file": "C:\\keys\\merchant.pfx"}"#));
    let pem = String::from_utf8(read("rsa-pkcs8.pem")).unwrap();
    assert!(hint(&pem).contains(r#"{"pem": "…"}"#));
    let base64 = String::from_utf8(read("rsa-pkcs8-base64.txt")).unwrap();
    assert!(hint(&base64).contains(r#"{"base64": "…"}"#) && !hint(&base64).contains(&base64[..12]));
    assert!(hint(API_KEY).contains(r#"{"file": "PATH"}"#));
}

#[test]
fn what_is_missing_is_named_unless_it_may_be_a_secret() {
    let said = |source: Value| refused(&ysepay(&source)).to_string();
    assert!(said(json!({"file": "/nowhere/merchant.pem"})).contains("/nowhere/merchant.pem"));
    assert!(said(json!({"env": "CHEXIAO_NO_SUCH_KEY"})).contains("CHEXIAO_NO_SUCH_KEY"));
    assert!(
        said(json!({"file": corpus("rsa-pkcs8.pem"), "password": {"env": "CHEXIAO_NO_SUCH_PASSWORD"}}))
            .contains("CHEXIAO_NO_SUCH_PASSWORD")
    );
    for secret in [API_KEY, "hunter2", "A934E7D15453E97507EF794CF7B0519D"] {
        assert!(!said(json!({"file": secret})).contains(secret) && !said(json!({"env": secret})).contains(secret));
    }
}

/// File, password, what its advice holds in English; all advice is in Chinese too.
const ADVICE: &[(&str, Option<&str>, &str)] = &[
    ("keystore.jks", None, "keytool -importkeystore -srckeystore FILE -srcstoretype JKS -destkeystore FILE.p12 -deststoretype PKCS12"),
    ("keystore.jceks", None, "-srcstoretype JCEKS"),
    ("keystore.bks", None, "-srcstoretype BKS -destkeystore FILE.p12 -deststoretype PKCS12 -providerpath bcprov.jar"),
    ("keystore.uber", None, "-srcstoretype UBER"),
    ("keystore.bcfks", None, "-srcstoretype BCFKS"),
    ("private.msblob", None, "openssl rsa -inform MSBLOB"),
    ("private.pvk", None, "openssl rsa -inform PVK"),
    ("putty-3.ppk", None, "puttygen FILE -O private-openssh"),
    ("openssh-private.pem", None, "ssh-keygen -p -m PKCS8"),
    ("filtered-replacement.pfx", Some("123456"), "copy it as binary"),
    ("filtered-latin-1.pfx", Some("123456"), "copy it as binary"),
    ("filtered-question-marks.pfx", Some("123456"), "copy it as binary"),
    ("filtered-crlf.pfx", Some("123456"), "copy it as binary"),
    ("filtered-der.der", None, "copy it as binary"),
    ("damaged-plus-to-blank.txt", None, "put + back"),
    ("damaged-plus-to-blank-lines.txt", None, "put + back"),
    ("damaged-en-dashes.pem", None, "five hyphens"),
    ("typographic-dashes.pem", None, "five hyphens"),
    ("damaged-full-width-dashes.pem", None, "five hyphens"),
    ("damaged-utf-16-no-mark.pem", None, "UTF-8"),
    ("zip.zip", None, "unpack"),
    ("pfx-openssl-modern.pfx", None, "give the password"),
    ("request-pem.pem", None, "configure what it issues"),
];

#[test]
fn advice_is_made_from_what_was_found() {
    for (name, password, advice) in ADVICE {
        let error = keys::inspect(&read(name), *password).expect_err(name);
        assert!(error.hint().contains(advice), "{name}: {error}: {}", error.hint());
        assert!(error.hint().contains(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)), "{name}: {}", error.hint());
        assert!(!format!("{error}{}", error.hint()).contains("Some("));
    }
    let two = keys::inspect(&read("foreign-only-two-keys.pem"), None).unwrap_err().to_string();
    assert!(two.contains("P-256") && two.contains("Ed25519"), "{two}");
    let mixed = keys::inspect(&read("foreign-p-256-authority.pem"), None).unwrap();
    assert_eq!(mixed.certificates.iter().map(|certificate| certificate.key.algorithm).collect::<Vec<_>>(), ["RSA", "P-256"]);
    // TLS signs with these, no gateway does.
    for (name, algorithm, advice) in
        [("p-256-private.pem", "P-256", "ec_paramgen_curve:SM2"), ("ed25519-private.pem", "Ed25519", "sign_type")]
    {
        assert_eq!(keys::inspect(&read(name), None).unwrap().private.unwrap().algorithm, algorithm);
        let error = refused(&ysepay(&json!({"pem": String::from_utf8(read(name)).unwrap()})));
        assert!(error.hint().contains(advice), "{name}: {error}: {}", error.hint());
    }
}

/// What a client opens is shown, however odd its dates and names are.
#[test]
fn a_certificate_is_shown_if_it_is_taken() {
    let replaced = |file: &str, from: &[u8], to: &[u8]| {
        let mut bytes = read(file);
        let at = bytes.windows(from.len()).rposition(|window| window == from).expect("to be there");
        bytes[at..at + to.len()].copy_from_slice(to);
        bytes
    };
    let utf8 = "仅供测试".as_bytes();
    for (name, bytes) in [
        ("no-zulu", replaced("certificate-der.cer", b"460101000000Z", b"46010100+0800")),
        ("no-number", replaced("certificate-der.cer", b"260101000000Z", b"26/1/1 00:00Z")),
        ("binary", replaced("certificate-der.cer", b"260101000000Z", &[0xFF; 13])),
        ("thirteenth", replaced("certificate-der.cer", b"260101000000Z", b"261331000000Z")),
        ("gbk", replaced("certificate-utf8-subject.cer", utf8, b"\xBD\xF6\xB9\xA9\xB2\xE2")),
        ("broken-utf-8", replaced("certificate-utf8-subject.cer", utf8, b"\xFF\xFE")),
    ] {
        let mut config = ysepay(&json!({"file": corpus("rsa-pkcs8.pem")}));
        config["account"]["gateway_public_key"] = json!({"file": file(&format!("odd-{name}.cer"), &bytes)});
        Client::new(&config.to_string()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let shown = keys::inspect(&bytes, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!shown.certificates[0].not_before.is_empty());
    }
}

#[test]
fn fifty_million_iterations_are_refused_at_once() {
    for name in ["pbes2-endless.der", "pfx-endless.pfx", "pbes2-scrypt-memory.der"] {
        let bytes = read(name);
        let before = std::time::Instant::now();
        assert!(keys::inspect(&bytes, Some("123456")).is_err());
        assert!(before.elapsed().as_millis() < 500, "{name}: {:?}", before.elapsed());
    }
}
