//! Every form of a key, from every place, is the same key.

use crate::account::{believes, config, reply_signed_with, signed, with};
use crate::material::{GATEWAY, MERCHANT, Pair, certificate, one_line, text, wrapped};
use chexiao::Client;
use chexiao_kit::openssl::{Folder, openssl};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

type Form = (&'static str, Vec<u8>);

fn crlf(pem: &[u8]) -> Vec<u8> {
    text(pem).replace('\n', "\r\n").into()
}

fn after(start: &str, pem: &[u8]) -> Vec<u8> {
    [start.as_bytes(), pem].concat()
}

fn private_forms(pair: &Pair) -> Vec<Form> {
    vec![
        ("PKCS#8 PEM", pair.pkcs8_pem.clone()),
        ("PKCS#1 PEM", pair.pkcs1_pem.clone()),
        ("PKCS#8 DER", pair.pkcs8_der.clone()),
        ("PKCS#1 DER", pair.pkcs1_der.clone()),
        ("PKCS#8 base64", one_line(&pair.pkcs8_der).into()),
        ("PKCS#1 base64", one_line(&pair.pkcs1_der).into()),
        ("PKCS#8 base64, one line and a line break", (one_line(&pair.pkcs8_der) + "\r\n").into()),
        ("PKCS#8 base64 in lines", wrapped(&pair.pkcs8_der).into()),
        ("PKCS#1 base64 in lines", wrapped(&pair.pkcs1_der).into()),
        ("PKCS#8 PEM, CRLF", crlf(&pair.pkcs8_pem)),
        ("PKCS#1 PEM, CRLF", crlf(&pair.pkcs1_pem)),
        ("PKCS#8 base64, byte order mark", after("\u{feff}", one_line(&pair.pkcs8_der).as_bytes())),
        ("PKCS#8 PEM, byte order mark", after("\u{feff}", &pair.pkcs8_pem)),
        ("PKCS#8 PEM after text", after("Bag Attributes\n    friendlyName: 商户\nKey Attributes: <No Attributes>\n", &pair.pkcs8_pem)),
        ("PKCS#1 PEM after a byte order mark and text", after("\u{feff}测试 TEST ONLY\r\n\r\n", &crlf(&pair.pkcs1_pem))),
        ("PKCS#8 PEM before text", [pair.pkcs8_pem.clone(), b"\nsubject=CN = x\n".to_vec()].concat()),
        ("PKCS#8 PEM after openssl's own description", openssl(&["pkey", "-text"], &pair.pkcs8_pem)),
    ]
}

fn public_forms(pair: &Pair) -> Vec<Form> {
    let der = |pem: &[u8]| openssl(&["x509", "-outform", "DER"], pem);
    let old = certificate(&pair.pkcs8_pem, &["-md5", "-set_serial", "-5"]);
    let about = text(&openssl(&["x509", "-noout", "-text"], &old));
    assert!(about.contains("md5WithRSA") && about.contains("Serial Number: -5"), "{about}");
    vec![
        ("SPKI PEM", pair.spki_pem.clone()),
        ("SPKI DER", pair.spki_der.clone()),
        ("SPKI base64", one_line(&pair.spki_der).into()),
        ("SPKI base64 in lines", wrapped(&pair.spki_der).into()),
        ("SPKI PEM, CRLF, byte order mark", after("\u{feff}", &crlf(&pair.spki_pem))),
        ("PKCS#1 public PEM", pair.pkcs1_public_pem.clone()),
        ("PKCS#1 public base64", one_line(&openssl(&["rsa", "-RSAPublicKey_out", "-outform", "DER"], &pair.pkcs8_pem)).into()),
        ("X.509 PEM", pair.certificate_pem.clone()),
        ("X.509 DER", pair.certificate_der.clone()),
        ("X.509 base64", one_line(&pair.certificate_der).into()),
        ("X.509 PEM after openssl's own description", openssl(&["x509", "-text"], &pair.certificate_pem)),
        ("X.509 with a negative serial and md5WithRSA, PEM", old.clone()),
        ("X.509 with a negative serial and md5WithRSA, DER", der(&old)),
        ("X.509 with a serial of 20 bytes", certificate(&pair.pkcs8_pem, &["-set_serial", &format!("0x7f{}", "01".repeat(19))])),
        ("X.509 version 1", version_1(&pair.pkcs8_pem)),
    ]
}

fn version_1(private_pem: &[u8]) -> Vec<u8> {
    let folder = Folder::fresh();
    let request = folder.write("request.pem", &crate::material::certificate_request(private_pem));
    let pem = openssl(&["x509", "-req", "-in", &request, "-signkey", &folder.write("key.pem", private_pem), "-days", "2"], b"");
    assert!(text(&openssl(&["x509", "-noout", "-text"], &pem)).contains("Version: 1 "));
    pem
}

/// The ways to hand over a form: a file, and what is text also in the configuration itself.
fn sources(folder: &Folder, (name, bytes): &Form) -> Vec<(String, Value)> {
    let mut sources = vec![(format!("{name} from a file"), json!({"file": folder.write("key", bytes)}))];
    if let Ok(text) = std::str::from_utf8(bytes) {
        sources.extend(["pem", "base64"].map(|source| (format!("{name} as {source}"), json!({source: text}))));
    }
    sources
}

#[test]
fn every_form_of_a_private_key_gives_the_same_signature() {
    let (folder, expected) = (Folder::fresh(), signed(&config()).unwrap());
    assert_ne!(signed(&with("private_key", json!({"pem": text(&Pair::new(2048).pkcs8_pem)}))).unwrap(), expected, "of another key");
    for form in private_forms(&MERCHANT) {
        for (name, source) in sources(&folder, &form) {
            assert_eq!(signed(&with("private_key", source)).as_ref(), Ok(&expected), "{name}");
        }
    }
}

#[test]
fn every_form_of_a_gateway_key_verifies_the_same_reply() {
    let folder = Folder::fresh();
    let (reply, forged) = (reply_signed_with(&GATEWAY.pkcs8_pem), reply_signed_with(&MERCHANT.pkcs8_pem));
    for form in public_forms(&GATEWAY) {
        for (name, source) in sources(&folder, &form) {
            let config = with("gateway_public_key", source);
            assert_eq!((believes(&config, &reply), believes(&config, &forged)), (Ok(true), Ok(false)), "{name}");
        }
    }
}

#[test]
fn gateway_keys_of_2048_and_4096_bits_verify_too() {
    for pair in [&Pair::new(2048), &Pair::new(4096)] {
        let reply = reply_signed_with(&pair.pkcs8_pem);
        for form in [&pair.spki_pem, &pair.certificate_pem] {
            assert_eq!(believes(&with("gateway_public_key", json!({"pem": text(form)})), &reply), Ok(true));
        }
    }
}

/// ICBC's merchant numbers begin with 0, and text in front of a PEM block often names the merchant.
#[test]
fn text_before_a_pem_block_may_begin_with_any_character() {
    for start in ['0', '-', 'M', '#', '商'] {
        let key = format!("{start}200EH0013035 TEST ONLY\n{}", text(&MERCHANT.pkcs8_pem));
        assert_eq!(signed(&with("private_key", json!({"pem": key}))), signed(&config()), "text that begins with {start}");
    }
}

/// Runs itself again with the variables set, since a test may not change its own environment.
#[test]
fn a_key_from_the_environment_is_the_same_key() {
    const NAME: &str = "CHEXIAO_TEST_PRIVATE_KEY";
    const NOT_TEXT: &str = "CHEXIAO_TEST_NOT_TEXT";
    if let Ok(pem) = std::env::var(NAME) {
        let expected = signed(&with("private_key", json!({"pem": pem}))).unwrap();
        assert_eq!(signed(&with("private_key", json!({"env": NAME}))), Ok(expected));
        let error = Client::new(&with("private_key", json!({"env": NOT_TEXT})).to_string()).unwrap_err();
        assert_eq!((error.field(), error.message().contains("is not UTF-8")), (Some("account.private_key"), true), "{error}");
        return;
    }
    for form in [&MERCHANT.pkcs8_pem, &crlf(&MERCHANT.pkcs1_pem), one_line(&MERCHANT.pkcs8_der).as_bytes()] {
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "forms::a_key_from_the_environment_is_the_same_key"]);
        let output = again.env(NAME, OsStr::from_bytes(form)).env(NOT_TEXT, OsStr::from_bytes(b"\xFF")).output().unwrap();
        let said = text(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
}

#[test]
fn the_certificate_of_ca_mode_is_sent_alike_from_every_form() {
    let ca = |certificate: Value| {
        let mut config = with("sign_type", json!("CA"));
        config["account"]["certificate"] = certificate;
        signed(&config)
    };
    let expected = ca(json!({"pem": text(&MERCHANT.certificate_pem)})).unwrap();
    let sent = one_line(&MERCHANT.certificate_der).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    assert!(expected.contains(&format!("&ca={sent}&")));
    let folder = Folder::fresh();
    for source in [
        json!({"file": folder.write("der", &MERCHANT.certificate_der)}),
        json!({"base64": one_line(&MERCHANT.certificate_der)}),
        json!({"base64": wrapped(&MERCHANT.certificate_der)}),
        json!({"pem": text(&crlf(&MERCHANT.certificate_pem))}),
    ] {
        assert_eq!(ca(source).as_ref(), Ok(&expected));
    }
}
