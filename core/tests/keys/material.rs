//! One RSA key pair in every form that merchants are handed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chexiao_kit::openssl::{Folder, openssl, rsa_key};
use std::sync::LazyLock;

/// The merchant's key, RSA-2048.
pub(crate) static MERCHANT: LazyLock<Pair> = LazyLock::new(|| Pair::new(2048));
/// The gateway's key, RSA-1024 like those of ICBC and YSEPay.
pub(crate) static GATEWAY: LazyLock<Pair> = LazyLock::new(|| Pair::new(1024));

pub(crate) struct Pair {
    pub(crate) pkcs8_pem: Vec<u8>,
    pub(crate) pkcs8_der: Vec<u8>,
    pub(crate) pkcs1_pem: Vec<u8>,
    pub(crate) pkcs1_der: Vec<u8>,
    pub(crate) spki_pem: Vec<u8>,
    pub(crate) spki_der: Vec<u8>,
    pub(crate) pkcs1_public_pem: Vec<u8>,
    pub(crate) certificate_pem: Vec<u8>,
    pub(crate) certificate_der: Vec<u8>,
}

impl Pair {
    pub(crate) fn new(bits: u32) -> Self {
        let pkcs8_pem = rsa_key(bits);
        let into = |arguments: &[&str]| openssl(arguments, &pkcs8_pem);
        let certificate_pem = certificate(&pkcs8_pem, &[]);
        Self {
            pkcs8_der: into(&["pkcs8", "-topk8", "-nocrypt", "-outform", "DER"]),
            pkcs1_pem: into(&["pkey", "-traditional"]),
            pkcs1_der: into(&["pkey", "-traditional", "-outform", "DER"]),
            spki_pem: into(&["pkey", "-pubout"]),
            spki_der: into(&["pkey", "-pubout", "-outform", "DER"]),
            pkcs1_public_pem: into(&["rsa", "-RSAPublicKey_out"]),
            certificate_der: openssl(&["x509", "-outform", "DER"], &certificate_pem),
            certificate_pem,
            pkcs8_pem,
        }
    }
}

/// A self-signed certificate (PEM), with more options of `openssl req`.
pub(crate) fn certificate(private_pem: &[u8], options: &[&str]) -> Vec<u8> {
    let folder = Folder::fresh();
    let key = folder.write("key.pem", private_pem);
    openssl(&[&["req", "-x509", "-new", "-days", "2", "-subj", "/CN=chexiao TEST ONLY", "-key", &key], options].concat(), b"")
}

/// A certificate request (PEM).
pub(crate) fn certificate_request(private_pem: &[u8]) -> Vec<u8> {
    let folder = Folder::fresh();
    let key = folder.write("key.pem", private_pem);
    openssl(&["req", "-new", "-subj", "/CN=chexiao TEST ONLY", "-key", &key], b"")
}

pub(crate) fn one_line(der: &[u8]) -> String {
    STANDARD.encode(der)
}

/// Base64 in lines of 64, as PEM breaks it.
pub(crate) fn wrapped(der: &[u8]) -> String {
    one_line(der).as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n").collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
