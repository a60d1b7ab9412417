//! SM2 against the `openssl` command line (version 3): its signatures here, and those made here there.

// A test fails by panicking; clippy knows that of test functions, not of their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::Command;

use chexiao_sandbox::{Sm2Encoding, Sm2KeyPair};

const MESSAGES: [&[u8]; 4] = [b"", b"abc", "解约成功".as_bytes(), &[0x5a; 1000]];
const USER_IDS: [&str; 3] = ["1234567812345678", "unit_test", "A"];

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let file = self.0.join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

fn pkeyutl(mode: &[&str], user_id: &str, key: &Path, message: &Path, signature: (&str, &Path)) -> bool {
    let mut openssl = Command::new("openssl");
    openssl.arg("pkeyutl").args(mode).args(["-rawin", "-digest", "sm3", "-pkeyopt", &format!("distid:{user_id}")]);
    openssl.arg("-inkey").arg(key).arg("-in").arg(message).arg(signature.0).arg(signature.1);
    openssl.output().expect("this test needs the openssl command line").status.success()
}

/// r ‖ s as DER, worked out anew.
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().position(|byte| *byte != 0).unwrap();
        let fill = if number[start] & 0x80 == 0 { &[][..] } else { &[0] };
        let bytes = [fill, &number[start..]].concat();
        [&[2, bytes.len() as u8], &bytes[..]].concat()
    };
    let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [&[0x30, both.len() as u8], &both[..]].concat()
}

#[test]
fn openssl_verifies_what_is_signed_here() {
    let (folder, pair) = (Folder::new("ours"), Sm2KeyPair::generate());
    let key = folder.write("key", pair.public_pem());
    for message in MESSAGES {
        let file = folder.write("message", message);
        for user_id in USER_IDS {
            let raw = pair.sign(user_id.as_bytes(), message, Sm2Encoding::Raw);
            for signature in [pair.sign(user_id.as_bytes(), message, Sm2Encoding::Der), der(&raw)] {
                let signature = folder.write("signature", signature);
                let accepts = |user_id| pkeyutl(&["-verify", "-pubin"], user_id, &key, &file, ("-sigfile", &signature));
                assert!(accepts(user_id) && !accepts("another"), "{user_id}");
            }
        }
    }
}

#[test]
fn what_openssl_signs_verifies_here() {
    let (folder, pair) = (Folder::new("theirs"), Sm2KeyPair::generate());
    let key = folder.write("key", pair.private_pem());
    for message in MESSAGES {
        let (file, output) = (folder.write("message", message), folder.0.join("signature"));
        for user_id in USER_IDS {
            assert!(pkeyutl(&["-sign"], user_id, &key, &file, ("-out", &output)));
            let signature = std::fs::read(&output).unwrap();
            let accepts = |user_id: &str, message: &[u8]| pair.verifies(user_id.as_bytes(), message, Sm2Encoding::Der, &signature);
            assert!(accepts(user_id, message) && !accepts("another", message) && !accepts(user_id, b"other"));
            assert!(!pair.verifies(user_id.as_bytes(), message, Sm2Encoding::Raw, &signature));
        }
    }
}

/// A flip of every byte, and of every bit of a byte.
#[test]
fn signs_and_verifies() {
    let pair = Sm2KeyPair::generate();
    for turn in 0u8..64 {
        let raw = pair.sign(b"u", &[turn], Sm2Encoding::Raw);
        assert!(raw.len() == 64 && pair.verifies(b"u", &[turn], Sm2Encoding::Raw, &raw));
        assert!(pair.verifies(b"u", &[turn], Sm2Encoding::Der, &der(&raw)));
        let mut forged = raw;
        forged[usize::from(turn)] ^= 1 << (turn % 8);
        assert!(!pair.verifies(b"u", &[turn], Sm2Encoding::Raw, &forged));
    }
}
