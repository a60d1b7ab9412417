//! What is no usable key is refused by name, at its field, with the remedy.

use crate::account::{config, signed, with};
use crate::material::{GATEWAY, MERCHANT, Pair, certificate, certificate_request, one_line, text};
use crate::secrecy::refused;
use chexiao::{KeyFault, Kind};
use chexiao_kit::openssl::{Folder, openssl, rsa_key};
use serde_json::{Value, json};

/// What it is, how it is given, and what the error must say.
type Row<'a> = (&'a str, Value, &'a str);

/// Each is a configuration error of this field.
fn all_refused(field: &str, rows: &[Row<'_>]) {
    for (what, key, says) in rows {
        let error = refused(&with(field, key.clone()));
        let expected = format!("account.{field}");
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some(expected.as_str())), "{what}: {error}");
        assert!(error.message().contains(says), "{what}: `{says}` is not in: {error}");
    }
}

fn pem(bytes: &[u8]) -> Value {
    json!({"pem": text(bytes)})
}

fn base64(der: &[u8]) -> Value {
    json!({"base64": one_line(der)})
}

/// However many were lost: without four of them it is base64 again, of a key that seems cut off.
#[test]
fn blanks_in_the_places_of_plus_signs_are_named() {
    let line = one_line(&MERCHANT.pkcs8_der);
    for lost in 1..=line.matches('+').count().min(9) {
        let key = json!({"base64": line.replacen('+', " ", lost)});
        all_refused("private_key", &[("lost plus signs", key, "blanks in the places of its plus signs")]);
    }
}

#[test]
fn a_key_that_is_cut_off_or_has_bytes_after_its_end() {
    let folder = Folder::fresh();
    let file = |bytes: &[u8]| json!({"file": folder.write(&format!("{}.key", bytes.len()), bytes)});
    let (key, line) = (&MERCHANT.pkcs8_der, one_line(&MERCHANT.pkcs8_der));
    let longer = [key.as_slice(), b"\0"].concat();
    let no_end = text(&MERCHANT.pkcs8_pem).replace("-----END PRIVATE KEY-----\n", "");
    let short_line = text(&MERCHANT.pkcs8_pem).lines().filter(|line| line.len() == 64).take(10).collect::<String>();
    all_refused(
        "private_key",
        &[
            ("base64 cut off inside a group", json!({"base64": line[..line.len() - 5]}), "not valid base64"),
            ("base64 cut off after a group", json!({"base64": line[..800]}), "cut off"),
            ("base64 of whole lines, the last missing", json!({"base64": short_line}), "cut off"),
            ("base64 with a stray character", json!({"base64": line.replacen('A', "*", 1)}), "not valid base64"),
            ("base64url", json!({"base64": "_-".to_string() + &line}), "not valid base64"),
            ("PEM without its END line", json!({"pem": no_end}), "cut off"),
            ("PEM with one character too few", pem(text(&MERCHANT.pkcs8_pem).replacen("\nMII", "\nMI", 1).as_bytes()), "not valid base64"),
            ("DER cut off", file(&key[..key.len() - 1]), "cut off"),
            ("DER of two bytes", file(&key[..2]), "cut off"),
            ("PKCS#8 DER with a byte after the end", file(&longer), "after the end"),
            ("PKCS#8 base64 with a byte after the end", base64(&longer), "after the end"),
            ("PKCS#1 DER with bytes after the end", file(&[&MERCHANT.pkcs1_der[..], b"\r\n"].concat()), "after the end"),
        ],
    );
    let public = &GATEWAY.spki_der;
    all_refused(
        "gateway_public_key",
        &[
            ("SPKI DER cut off", file(&public[..public.len() - 3]), "cut off"),
            ("SPKI DER with a byte after the end", file(&[public, &b"\n"[..]].concat()), "after the end"),
            ("certificate DER cut off", file(&GATEWAY.certificate_der[..300]), "cut off"),
        ],
    );
}

#[test]
fn a_place_without_a_key() {
    let folder = Folder::fresh();
    let huge = folder.write("huge", &vec![b'A'; (1 << 20) + 1]);
    let full = folder.write("full", &[text(&MERCHANT.pkcs8_pem).as_bytes(), &vec![b'\n'; (1 << 20) - MERCHANT.pkcs8_pem.len()]].concat());
    for field in ["private_key", "gateway_public_key"] {
        all_refused(
            field,
            &[
                ("a missing file", json!({"file": folder.path("missing")}), "No such file"),
                ("a folder", json!({"file": folder.path("")}), "directory"),
                ("a file over 1 MiB", json!({"file": huge}), "larger than 1 MiB"),
                ("a variable that is not set", json!({"env": "CHEXIAO_TEST_UNSET"}), "is not set"),
                ("neither text nor DER", json!({"file": folder.write("utf16", b"\xFF\xFE-\0-\0")}), "is UTF-16 text"),
            ],
        );
    }
    assert_eq!(signed(&with("private_key", json!({"file": full}))), signed(&config()), "exactly 1 MiB is read");
}

#[test]
fn a_place_that_is_empty_says_so() {
    let folder = Folder::fresh();
    for field in ["private_key", "gateway_public_key"] {
        all_refused(
            field,
            &[
                ("an empty file", json!({"file": folder.write("empty", b"")}), "is empty"),
                ("a file of blanks", json!({"file": folder.write("blank", b" \r\n\t")}), "is empty"),
                ("an empty text", json!({"pem": ""}), "is empty"),
            ],
        );
    }
}

#[test]
fn a_key_needs_exactly_one_place() {
    let key = text(&MERCHANT.pkcs8_pem);
    let one = "exactly one of file, pem, base64, env";
    all_refused(
        "private_key",
        &[
            ("none", json!({}), one),
            ("all of them null", json!({"file": null, "pem": null, "base64": null, "env": null}), one),
            ("two", json!({"pem": key, "base64": key}), one),
            ("two, a file and a variable", json!({"file": "/dev/null", "env": "PATH"}), one),
            ("all", json!({"file": "/dev/null", "pem": key, "base64": key, "env": "PATH"}), one),
            ("a bare string", json!(key), "must be an object"),
        ],
    );
    let error = refused(&with("private_key", json!({"path": key})));
    assert_eq!((error.kind(), error.field()), (Kind::Config, Some("account.private_key.path")));
    let error = refused(&with("private_key", json!({"pem": {"text": key}})));
    assert_eq!((error.kind(), error.field()), (Kind::Config, Some("account.private_key.pem")));
}

#[test]
fn a_password_may_stand_anywhere_a_secret_may_and_must_be_readable() {
    let folder = Folder::fresh();
    let encrypted = text(&openssl(&["pkcs8", "-topk8", "-passout", "pass:x"], &MERCHANT.pkcs8_pem));
    for password in [json!("x"), json!({"file": folder.write("password", b"x\n")})] {
        assert_eq!(signed(&with("private_key", json!({"pem": encrypted, "password": password}))), signed(&config()));
    }
    let error = refused(&with("private_key", json!({"pem": encrypted, "password": {"env": "CHEXIAO_TEST_UNSET"}})));
    assert_eq!(error.field(), Some("account.private_key.password"));
    let error = refused(&with("private_key", json!({"pem": encrypted, "password": "wrong"})));
    assert_eq!((error.reason(), error.field()), (Some(KeyFault::WrongPassword), Some("account.private_key")));
}

#[test]
fn the_other_half_of_a_pair() {
    let private = "the private key belongs here";
    all_refused(
        "private_key",
        &[
            ("SPKI PEM", pem(&MERCHANT.spki_pem), "holds a public key; the private key belongs here"),
            ("SPKI base64", base64(&MERCHANT.spki_der), "holds a public key; the private key belongs here"),
            ("PKCS#1 public PEM", pem(&MERCHANT.pkcs1_public_pem), private),
            ("certificate PEM", pem(&MERCHANT.certificate_pem), "holds a certificate; the private key belongs here"),
            ("certificate base64", base64(&MERCHANT.certificate_der), private),
        ],
    );
    let public = "holds a private key; the gateway's public key belongs here";
    all_refused(
        "gateway_public_key",
        &[
            ("PKCS#8 PEM", pem(&MERCHANT.pkcs8_pem), public),
            ("PKCS#1 PEM", pem(&MERCHANT.pkcs1_pem), public),
            ("PKCS#8 base64", base64(&GATEWAY.pkcs8_der), public),
        ],
    );
}

#[test]
fn the_certificate_of_ca_mode_must_be_one_and_fit_the_key() {
    let refused_as = |sign_type: &str, certificate: Value, says: &str| {
        let mut config = with("sign_type", json!(sign_type));
        config["account"]["certificate"] = certificate;
        let error = refused(&config);
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some("account.certificate")), "{error}");
        assert!(error.message().contains(says), "{error}");
    };
    refused_as("CA", Value::Null, "is missing");
    refused_as("CA", pem(&GATEWAY.certificate_pem), "does not belong to account.private_key");
    refused_as("CA", pem(&MERCHANT.spki_pem), "the X.509 certificate belongs here");
    refused_as("CA", pem(&MERCHANT.pkcs8_pem), "the X.509 certificate belongs here");
    refused_as("RSA", pem(&MERCHANT.certificate_pem), "only for sign_type CA");
}

#[test]
fn containers_and_foreign_formats_are_named() {
    let key = &MERCHANT.pkcs8_pem;
    let encrypted = |format| openssl(&["pkcs8", "-topk8", "-passout", "pass:x", "-outform", format], key);
    let pfx = openssl(&["pkcs12", "-export", "-passout", "pass:x"], &[key.as_slice(), &MERCHANT.certificate_pem].concat());
    let openssh = format!(
        "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n",
        one_line(b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none")
    );
    let request = certificate_request(key);
    let folder = Folder::fresh();
    let file = |name: &str, bytes: &[u8]| json!({"file": folder.write(name, bytes)});
    for field in ["private_key", "gateway_public_key"] {
        all_refused(
            field,
            &[
                ("encrypted PKCS#8 PEM", pem(&encrypted("PEM")), "encrypted with a password"),
                ("encrypted PKCS#8 DER", file("encrypted", &encrypted("DER")), "encrypted with a password"),
                ("encrypted PKCS#8 base64", base64(&encrypted("DER")), "encrypted with a password"),
                (
                    "encrypted PKCS#1 PEM",
                    pem(&openssl(&["pkey", "-traditional", "-aes128", "-passout", "pass:x"], key)),
                    "encrypted with a password",
                ),
                ("PFX", file("pfx", &pfx), "encrypted with a password"),
                ("PFX base64", base64(&pfx), "encrypted with a password"),
                ("OpenSSH", json!({"pem": openssh}), "OpenSSH"),
                ("certificate request", pem(&request), "certificate request"),
                ("certificate request DER", base64(&openssl(&["req", "-outform", "DER"], &request)), "certificate"),
            ],
        );
    }
}

/// A private key (PKCS#8 PEM) on a curve.
fn curve_key(name: &str) -> Vec<u8> {
    openssl(&["genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", &format!("ec_paramgen_curve:{name}")], b"")
}

#[test]
fn keys_of_another_algorithm_are_named() {
    for (curve, says) in [("prime256v1", "elliptic-curve key of another curve"), ("SM2", "is not an RSA key but an SM2 key")] {
        let key = curve_key(curve);
        all_refused("private_key", &[("PKCS#8", pem(&key), says)]);
        let certificate = certificate(&key, &[]);
        let public = openssl(&["pkey", "-pubout"], &key);
        all_refused("gateway_public_key", &[("SPKI", pem(&public), says), ("X.509", pem(&certificate), says)]);
    }
}

/// Also with its parameters in front, as `openssl ecparam -genkey` writes it.
#[test]
fn an_elliptic_curve_key_in_sec_1_form_is_named() {
    let sec_1 = openssl(&["pkey", "-traditional"], &curve_key("prime256v1"));
    let with_parameters = openssl(&["ecparam", "-name", "prime256v1", "-genkey"], b"");
    all_refused("private_key", &[("alone", pem(&sec_1), "elliptic-curve"), ("after parameters", pem(&with_parameters), "elliptic-curve")]);
}

#[test]
fn a_weak_private_key_signs_only_if_the_account_allows_it() {
    let pair = Pair::new(1024);
    for form in [&pair.pkcs8_pem, &pair.pkcs1_pem] {
        all_refused("private_key", &[("RSA-1024", pem(form), "1024 bits, too weak to sign with; allow_weak_key permits it")]);
        let mut config = with("private_key", pem(form));
        config["account"]["allow_weak_key"] = json!(false);
        assert!(refused(&config).message().contains("too weak"));
        config["account"]["allow_weak_key"] = json!(true);
        assert!(signed(&config).is_ok());
    }
}

#[test]
fn a_private_key_of_512_bits_is_refused_whatever_the_account_allows() {
    let mut config = with("private_key", pem(&rsa_key(512)));
    config["account"]["allow_weak_key"] = json!(true);
    assert!(refused(&config).message().contains("1024 to 8192 bits"));
}

#[test]
fn a_gateway_key_of_512_bits_is_refused() {
    let key = rsa_key(512);
    let public = openssl(&["pkey", "-pubout"], &key);
    all_refused(
        "gateway_public_key",
        &[("SPKI", pem(&public), "1024 to 8192 bits"), ("X.509", pem(&certificate(&key, &[])), "1024 to 8192 bits")],
    );
}
