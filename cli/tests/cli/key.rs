//! `chexiao key`: what is printed, what is not, and the exit codes.

use crate::counter::{run, run_with};
use serde_json::json;
use std::path::Path;

fn corpus(file: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/keys/files").join(file).to_str().unwrap().into()
}

#[test]
fn a_container_is_described_without_its_secret() {
    let done =
        run_with(&["key", "inspect", &corpus("pfx-ysepay-ber.pfx"), "--password-env", "KEY_PASSWORD"], &[("KEY_PASSWORD", "123456")]);
    assert_eq!(done.code, 0, "{}", done.err);
    for said in ["private key  RSA, 2048 bits", "spki sha256", "certificate  ", "subject      ", "belongs to the private key above"] {
        assert!(done.out.contains(said), "{said} is not in\n{}", done.out);
    }
    assert!(!done.out.contains("PRIVATE KEY-----") && !done.out.contains("123456"));
}

#[test]
fn in_json_a_key_has_every_member() {
    let done = run(&["key", "inspect", &corpus("rsa-pkcs8.pem"), "--json"], "");
    let private = &done.json()["private"];
    assert_eq!(
        (private["algorithm"].as_str(), private["bits"].as_u64(), private["weak"].as_bool()),
        (Some("RSA"), Some(2048), Some(false))
    );
    assert_eq!(private["spki_sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn what_does_not_open_is_exit_code_2_with_reason_and_hint() {
    let pfx = corpus("pfx-ysepay-ber.pfx");
    let missing = run(&["key", "inspect", &pfx, "--json"], "");
    assert_eq!((missing.code, missing.json()["reason"].as_str()), (2, Some("password_missing")));
    let wrong =
        run_with(&["key", "inspect", &pfx, "--password-env", "KEY_PASSWORD", "--json"], &[("KEY_PASSWORD", "canary-of-a-password")]);
    assert_eq!((wrong.code, wrong.json()["reason"].as_str()), (2, Some("wrong_password")));
    assert!(!wrong.out.contains("canary") && wrong.json()["hint"].as_str().unwrap().contains("password"));
    assert_eq!(run(&["key", "inspect", &pfx, "--password-env", "CHEXIAO_TEST_UNSET"], "").code, 2);
    assert_eq!(run(&["key", "inspect", &corpus("missing")], "").code, 2);
    let endless = run(&["key", "inspect", "/dev/zero"], "");
    assert!(endless.code == 2 && endless.err.contains("1 MiB"), "{}", endless.err);
}

#[test]
fn a_key_matches_its_public_key_and_no_other() {
    let matches = |a: &str, b: &str| run(&["key", "match", &corpus(a), &corpus(b)], "").code;
    assert_eq!(matches("rsa-pkcs8.pem", "certificate-own-base64.txt"), 0);
    assert_eq!(matches("certificate-own-base64.txt", "rsa-pkcs8-der.der"), 0);
    assert_eq!(matches("rsa-pkcs8.pem", "platform-certificate.cer"), 1);
    assert_eq!(matches("rsa-pkcs8.pem", "sm2-pkcs8.pem"), 1);
}

/// What `client_certificate` takes is shown like all else, and never its secret.
#[test]
fn pairs_that_tls_alone_signs_with_are_shown() {
    let files = [
        ("client-p-384.pem", "P-384", 384),
        ("client-p-521.pfx", "P-521", 521),
        ("client-ed25519.pem", "Ed25519", 256),
        ("p-256-pfx.pfx", "P-256", 256),
        ("foreign-key-under-rsa.pem", "P-256", 256),
        ("client-encrypted.pem", "RSA", 2048),
    ];
    for (file, algorithm, bits) in files {
        let inspect =
            |more: &[&str]| run_with(&[&["key", "inspect", &corpus(file), "--password-env", "WORD"], more].concat(), &[("WORD", "123456")]);
        let found = inspect(&["--json"]).json();
        let (key, certificate) = (&found["private"], &found["certificates"][0]);
        assert_eq!((key["algorithm"].as_str(), key["bits"].as_u64()), (Some(algorithm), Some(bits)), "{file}: {found}");
        assert_eq!((&certificate["spki_sha256"], &certificate["matches"]), (&key["spki_sha256"], &json!(true)), "{file}: {found}");
        assert!(certificate["not_after"].as_str().unwrap().ends_with('Z') && found["passed_over"] == json!([]), "{file}: {found}");
        let people = inspect(&[]).out;
        assert!(people.contains(&format!("private key  {algorithm}, {bits} bits")), "{file}: {people}");
        assert!(
            people.contains("belongs to the private key above") && !people.contains("-----") && !people.contains("123456"),
            "{file}: {people}"
        );
    }
    let matches = |a: &str, b: &str| run(&["key", "match", &corpus(a), &corpus(b)], "").code;
    assert_eq!(matches("p-256-certificate.pem", "p-256-sec1.pem"), 0);
    assert_eq!(matches("p-256-certificate.pem", "client-p-384.pem"), 1);
    let other = run(&["key", "inspect", &corpus("client-of-another-key.pem")], "");
    assert!(other.out.contains("does not belong to the private key above"), "{}", other.out);
    // Of two, neither is the private key of the file.
    let two = run(&["key", "inspect", &corpus("foreign-only-two-keys.pem"), "--json"], "");
    assert_eq!((two.code, two.json()["reason"].as_str()), (2, Some("unsupported")));
}

/// What a client says of a file, `key inspect` says too.
#[test]
fn a_missing_password_says_how_to_give_it_here() {
    let pfx = corpus("pfx-openssl-modern.pfx");
    for words in [&["key", "inspect", &pfx][..], &["key", "match", &pfx, &pfx]] {
        let missing = run(words, "");
        assert!(missing.code == 2 && missing.err.contains("--password-env NAME") && missing.err.contains("环境变量"), "{}", missing.err);
    }
    let unset = run(&["key", "inspect", &pfx, "--password-env", "CHEXIAO_TEST_UNSET"], "");
    assert!(unset.err.contains("CHEXIAO_TEST_UNSET"), "{}", unset.err);
    let nowhere = run(&["key", "inspect", "/nowhere/merchant.pfx", "--json"], "");
    assert_eq!(nowhere.json()["reason"], "unreadable");
    assert!(nowhere.json()["message"].as_str().unwrap().contains("/nowhere/merchant.pfx"));
}

#[test]
fn what_no_role_takes_is_refused_and_what_is_foreign_is_passed_over() {
    let weak = run(&["key", "inspect", &corpus("rsa-512-public.pem"), "--json"], "");
    assert_eq!((weak.code, weak.json()["reason"].as_str()), (2, Some("wrong_size")));
    let mixed = run(&["key", "inspect", &corpus("foreign-x25519-key-first.pem")], "");
    assert!(mixed.code == 0 && mixed.out.contains("passed over  a key for key agreement"), "{}{}", mixed.out, mixed.err);
    let certificate = run(&["key", "inspect", &corpus("certificate-1024.cer")], "");
    assert!(certificate.out.contains("weak: verifies replies all the same"), "{}", certificate.out);
    assert_eq!(run(&["key", "match", &corpus("rsa-numbers-jdk.der"), &corpus("rsa-hex-der.txt")], "").code, 0);
}
