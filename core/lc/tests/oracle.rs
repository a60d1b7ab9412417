//! Every signature is compared byte for byte with the `rsa` crate (PKCS#1 v1.5 is deterministic).

// A test fails by panicking; clippy knows that of test functions, not of their helpers.
#![allow(clippy::unwrap_used)]

use chexiao_lc::{BadKey, PrivateKey, PublicKey, hmac_sha256, md5, sha256, wipe};
use hmac::{Hmac, Mac};
use rsa::pkcs1::{EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs1v15::Pkcs1v15Sign;
use rsa::pkcs8::EncodePrivateKey;
use rsa::traits::PublicKeyParts;
use sha1::{Digest, Sha1};
use sha2::Sha256;

fn pair(bits: usize) -> (rsa::RsaPrivateKey, PrivateKey) {
    let oracle = rsa::RsaPrivateKey::new(&mut rand::thread_rng(), bits).unwrap();
    let ours = PrivateKey::from_pkcs1(oracle.to_pkcs1_der().unwrap().as_bytes()).unwrap();
    (oracle, ours)
}

#[test]
fn signatures_equal_the_rsa_crate() {
    for bits in [1024, 1536, 2048] {
        let (oracle, ours) = pair(bits);
        assert_eq!(ours.bits() as usize, bits);
        for message in [b"".as_slice(), b"a=1&b=2", &[0xB1, 0xD5, 0xFF, 0x00], &[7; 5000]] {
            let sha1 = Sha1::digest(message);
            let sha256 = Sha256::digest(message);
            assert_eq!(ours.sign_sha1(message).unwrap(), oracle.sign(Pkcs1v15Sign::new::<Sha1>(), &sha1).unwrap());
            assert_eq!(ours.sign_sha256(message).unwrap(), oracle.sign(Pkcs1v15Sign::new::<Sha256>(), &sha256).unwrap());
            assert_eq!(ours.sign_bare_sha1(message).unwrap(), oracle.sign(Pkcs1v15Sign::new_unprefixed(), &sha1).unwrap());
        }
    }
}

#[test]
fn only_signatures_of_the_rsa_crate_are_right() {
    for bits in [1024, 2048] {
        let (oracle, _) = pair(bits);
        let ours = PublicKey::from_pkcs1(oracle.to_public_key().to_pkcs1_der().unwrap().as_bytes()).unwrap();
        for message in [b"".as_slice(), b"a=1&b=2", &[7; 5000]] {
            let sha1 = oracle.sign(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(message)).unwrap();
            let sha256 = oracle.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message)).unwrap();
            let bare = oracle.sign(Pkcs1v15Sign::new_unprefixed(), &Sha1::digest(message)).unwrap();
            assert!(ours.verifies_sha1(message, &sha1) && ours.verifies_sha256(message, &sha256));
            assert!(!ours.verifies_sha1(message, &sha256) && !ours.verifies_sha256(message, &sha1) && !ours.verifies_sha1(message, &bare));
            assert!(!ours.verifies_sha1(b"another", &sha1) && !ours.verifies_sha256(b"another", &sha256));
            for bad in
                [&sha256[1..], &[&[0], &sha256[..]].concat(), &[&sha256[..], &[0]].concat(), b"", &vec![0; bits / 8], &vec![255; bits / 8]]
            {
                assert!(!ours.verifies_sha256(message, bad));
            }
            for at in 0..sha256.len() {
                let mut bad = sha256.clone();
                bad[at] ^= 1;
                assert!(!ours.verifies_sha256(message, &bad), "byte {at}");
            }
        }
    }
}

#[test]
fn what_is_not_exactly_one_public_key_is_refused() {
    let (oracle, _) = pair(1024);
    let good = oracle.to_public_key().to_pkcs1_der().unwrap().into_vec();
    let whole = oracle.to_pkcs1_der().unwrap();
    let small = rsa::RsaPrivateKey::new(&mut rand::thread_rng(), 512).unwrap().to_public_key().to_pkcs1_der().unwrap().into_vec();
    for bad in [&[&good[..], b"\0"].concat(), whole.as_bytes(), &small, b"", &good[1..]] {
        assert_eq!(PublicKey::from_pkcs1(bad).err(), Some(BadKey));
    }
    for cut in 0..good.len() {
        assert_eq!(PublicKey::from_pkcs1(&good[..cut]).err(), Some(BadKey), "cut at {cut}");
    }
}

#[test]
fn a_key_of_three_numbers_signs_as_the_whole_one() {
    use rsa::traits::PrivateKeyParts;
    for bits in [1024, 2048] {
        let (oracle, whole) = pair(bits);
        let (n, e, d) = (oracle.n().to_bytes_be(), oracle.e().to_bytes_be(), oracle.d().to_bytes_be());
        let ours = PrivateKey::from_numbers(&n, &e, &d).unwrap();
        assert_eq!(ours.sign_sha1(b"x"), whole.sign_sha1(b"x"));
        assert_eq!(ours.sign_sha256(b"x"), whole.sign_sha256(b"x"));
        assert_eq!(ours.sign_bare_sha1(b"x"), whole.sign_bare_sha1(b"x"));
        let other = pair(bits).0.d().to_bytes_be();
        for (n, e, d) in
            [(&n, &vec![3], &d), (&n, &e, &other), (&n, &vec![], &d), (&n, &e, &vec![]), (&d, &e, &n), (&n, &e, &vec![1; 2000])]
        {
            assert_eq!(PrivateKey::from_numbers(n, e, d).unwrap_err(), BadKey);
        }
    }
    let small = rsa::RsaPrivateKey::new(&mut rand::thread_rng(), 512).unwrap();
    let (n, e, d) = (small.n().to_bytes_be(), small.e().to_bytes_be(), small.d().to_bytes_be());
    assert_eq!(PrivateKey::from_numbers(&n, &e, &d).unwrap_err(), BadKey);
}

#[test]
fn what_is_not_exactly_one_key_is_refused() {
    let (oracle, _) = pair(1024);
    let (pkcs1, pkcs8) = (oracle.to_pkcs1_der().unwrap(), oracle.to_pkcs8_der().unwrap());
    assert_eq!(PrivateKey::from_pkcs1(pkcs8.as_bytes()).unwrap_err(), BadKey);
    let good = pkcs1.as_bytes();
    assert_eq!(PrivateKey::from_pkcs1(&[good, b"\0"].concat()).unwrap_err(), BadKey, "trailing byte");
    for cut in (0..good.len()).step_by(17) {
        assert_eq!(PrivateKey::from_pkcs1(&good[..cut]).unwrap_err(), BadKey, "cut at {cut}");
    }
    let small = rsa::RsaPrivateKey::new(&mut rand::thread_rng(), 512).unwrap();
    assert_eq!(PrivateKey::from_pkcs1(small.to_pkcs1_der().unwrap().as_bytes()).unwrap_err(), BadKey);
}

#[test]
fn a_key_whose_numbers_do_not_fit_is_refused() {
    let (oracle, _) = pair(1024);
    let good = oracle.to_pkcs1_der().unwrap();
    let mut bad = good.as_bytes().to_vec();
    let inside_the_modulus = 40;
    bad[inside_the_modulus] ^= 1;
    assert_eq!(PrivateKey::from_pkcs1(&bad).unwrap_err(), BadKey);
}

#[test]
fn debug_shows_the_size_and_nothing_else() {
    let (_, ours) = pair(1024);
    assert_eq!(format!("{ours:?}"), "PrivateKey { bits: 1024, .. }");
}

#[test]
fn one_key_signs_in_many_threads() {
    let (oracle, ours) = pair(1024);
    let expected = oracle.sign(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(b"shared")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..50).for_each(|_| assert_eq!(ours.sign_sha1(b"shared").unwrap(), expected)));
        }
    });
}

#[test]
fn md5_equals_the_md5_crate() {
    for message in [b"".as_slice(), b"appid=wx&key=k", &[0xFF; 300]] {
        assert_eq!(md5(message)[..], <md5::Md5 as md5::Digest>::digest(message)[..]);
        assert_eq!(sha256(message)[..], Sha256::digest(message)[..]);
    }
}

#[test]
fn hmac_equals_the_hmac_crate() {
    for length in [0, 1, 31, 32, 63, 64, 65, 200] {
        let bytes: Vec<u8> = (0..length).collect();
        for (key, message) in [(&bytes[..], &b"a=1&b=2"[..]), (b"key", &bytes), (&bytes, &bytes)] {
            let oracle = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes();
            assert_eq!(hmac_sha256(key, message).unwrap()[..], oracle[..]);
        }
    }
}

#[test]
fn nothing_is_left_in_all_the_room_of_what_was_wiped() {
    let mut bytes = vec![7; 90];
    bytes.truncate(20);
    wipe(&mut bytes);
    assert!(bytes.is_empty());
    // SAFETY: so many bytes were written there, and the room is still theirs.
    assert_eq!(unsafe { std::slice::from_raw_parts(bytes.as_ptr(), 90) }, [0; 90]);
    wipe(&mut Vec::new());
}
