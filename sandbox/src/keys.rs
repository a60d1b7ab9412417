//! Throw-away key material, made anew for every sandbox, and the RSA that the gateways share.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::Rng as _;
use rand::rngs::OsRng;
use rcgen::{CertificateParams, DnType, PKCS_RSA_SHA256, RsaKeySize};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use sha1::Digest as _;

use crate::sm2_keys::Sm2KeyPair;

/// What the merchant and the five gateways hold. Debug shows none of it.
#[derive(Clone)]
pub struct Keys {
    /// ICBC: merchant RSA-2048, gateway RSA-1024 like the real one.
    pub icbc: Pairs,
    /// ICBC, CA mode: the self-signed X.509 certificate (DER) of the merchant key.
    pub icbc_certificate: Vec<u8>,
    /// ICBC, encrypted calls: base64 of the 16-byte AES key.
    pub icbc_encrypt_key: String,
    /// YSEPay: merchant RSA-2048, platform RSA-1024 like the real one.
    pub ysepay: Pairs,
    /// YSEPay with sign_type SM: SM2 on both sides.
    pub ysepay_sm: Pairs<Sm2KeyPair>,
    /// WeChat Pay: the API key, 32 characters.
    pub wechat_api_key: String,
    /// EdgerOS Pay: RSA-2048 on both sides.
    pub edgeros: Pairs,
    /// ChinaUMS: the developer id, 32 characters.
    pub chinaums_app_id: String,
    /// ChinaUMS: the developer key, 32 characters.
    pub chinaums_app_key: String,
    /// ChinaUMS: the communication key (通讯密钥), which signs notifications; 32 characters.
    pub chinaums_notify_key: String,
}

/// The two sides of a gateway.
#[derive(Clone)]
pub struct Pairs<K = KeyPair> {
    /// Signs requests.
    pub merchant: K,
    /// Signs replies.
    pub gateway: K,
}

/// One RSA key pair. Debug shows its size only.
#[derive(Clone)]
pub struct KeyPair {
    key: RsaPrivateKey,
    twist: Option<Twist>,
}

/// How signatures are made that the right key makes and that are nevertheless wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twist {
    /// SHA-256 where SHA-1 is due, and the reverse.
    OtherHash,
    /// PSS padding instead of PKCS#1 v1.5.
    Pss,
}

impl Keys {
    /// New keys; the six RSA keys are made in parallel.
    pub fn generate() -> Keys {
        std::thread::scope(|scope| {
            let certified = scope.spawn(|| until(certified_pair));
            let [ysepay, edgeros, edgeros_gateway] = [(); 3].map(|()| scope.spawn(|| until(KeyPair::strong)));
            let [icbc_gateway, ysepay_gateway] = [(); 2].map(|()| scope.spawn(|| until(KeyPair::weak)));
            let (icbc, icbc_certificate) = join(certified);
            Keys {
                icbc: Pairs { merchant: icbc, gateway: join(icbc_gateway) },
                icbc_certificate,
                icbc_encrypt_key: STANDARD.encode(OsRng.r#gen::<[u8; 16]>()),
                ysepay: Pairs { merchant: join(ysepay), gateway: join(ysepay_gateway) },
                ysepay_sm: Pairs { merchant: Sm2KeyPair::generate(), gateway: Sm2KeyPair::generate() },
                wechat_api_key: random_text(32),
                edgeros: Pairs { merchant: join(edgeros), gateway: join(edgeros_gateway) },
                chinaums_app_id: random_text(32),
                chinaums_app_key: random_text(32),
                chinaums_notify_key: random_text(32),
            }
        })
    }

    /// Keys of the right kind and size that are nevertheless the wrong ones to reply with.
    pub(crate) fn mixed_up(&self) -> Keys {
        let mut wrong = self.clone();
        wrong.icbc.gateway = self.ysepay.gateway.clone();
        wrong.ysepay.gateway = self.icbc.gateway.clone();
        wrong.ysepay_sm.gateway = self.ysepay_sm.merchant.clone();
        wrong.edgeros.gateway = self.edgeros.merchant.clone();
        wrong.wechat_api_key = self.chinaums_app_key.clone();
        wrong.chinaums_notify_key = self.chinaums_app_key.clone();
        wrong
    }

    /// The right keys, with which the gateways sign wrongly.
    pub(crate) fn twisted(&self, twist: Twist) -> Keys {
        let mut keys = self.clone();
        for pairs in [&mut keys.icbc, &mut keys.ysepay, &mut keys.edgeros] {
            pairs.gateway.twist = Some(twist);
        }
        keys
    }

    /// What nobody is shown: the shared secrets and the private keys, as configurations hold them.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let shared = [&self.wechat_api_key, &self.chinaums_app_key, &self.chinaums_notify_key, &self.icbc_encrypt_key];
        let pairs = [&self.icbc, &self.ysepay, &self.edgeros].into_iter().flat_map(|pairs| [&pairs.merchant, &pairs.gateway]);
        let sm2 = [&self.ysepay_sm.merchant, &self.ysepay_sm.gateway].map(Sm2KeyPair::private_pem);
        shared.into_iter().cloned().chain(pairs.map(KeyPair::private_base64)).chain(sm2).filter(|secret| !secret.is_empty()).collect()
    }

    /// The certificate as the `ca` parameter carries it: base64 of the DER on one line.
    pub fn icbc_certificate_base64(&self) -> String {
        STANDARD.encode(&self.icbc_certificate)
    }
}

impl From<RsaPrivateKey> for KeyPair {
    fn from(key: RsaPrivateKey) -> KeyPair {
        KeyPair { key, twist: None }
    }
}

impl KeyPair {
    /// Reads PKCS#8 DER.
    pub fn from_pkcs8_der(der: &[u8]) -> Option<KeyPair> {
        RsaPrivateKey::from_pkcs8_der(der).ok().map(KeyPair::from)
    }

    /// The private key: base64 of PKCS#8 DER on one line.
    pub fn private_base64(&self) -> String {
        self.key.to_pkcs8_der().map(|der| STANDARD.encode(der.as_bytes())).unwrap_or_default()
    }

    /// The public key: base64 of SPKI DER on one line.
    pub fn public_base64(&self) -> String {
        self.key.to_public_key().to_public_key_der().map(|der| STANDARD.encode(der.as_bytes())).unwrap_or_default()
    }

    /// Base64 of the PKCS#1 v1.5 signature over `message`.
    pub(crate) fn sign(&self, scheme: Scheme, message: &[u8]) -> String {
        let signature = match self.twist {
            Some(Twist::Pss) => self.key.sign_with_rng(&mut OsRng, Pss::new::<sha2::Sha256>(), &sha2::Sha256::digest(message)),
            twist => {
                let (padding, digest) = scheme.twisted(twist).prepare(message);
                self.key.sign_with_rng(&mut OsRng, padding, &digest)
            }
        };
        signature.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default()
    }

    /// Whether `signature` is the strict base64 of this key's signature over `message`.
    pub(crate) fn verifies(&self, scheme: Scheme, message: &[u8], signature: &str) -> bool {
        verifies(&self.key.to_public_key(), scheme, message, signature)
    }

    /// RSA-2048, drawn by aws-lc because it is several times faster at it; signing stays with the `rsa` crate.
    fn strong() -> Option<KeyPair> {
        let drawn = rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).ok()?;
        KeyPair::from_pkcs8_der(drawn.serialized_der())
    }

    /// RSA-1024, as the real ICBC and YSEPay gateways still use.
    fn weak() -> Option<KeyPair> {
        RsaPrivateKey::new(&mut OsRng, 1024).ok().map(KeyPair::from)
    }
}

/// Whether `signature` is the strict base64 of a signature over `message`.
pub(crate) fn verifies(key: &RsaPublicKey, scheme: Scheme, message: &[u8], signature: &str) -> bool {
    let (padding, digest) = scheme.prepare(message);
    let Ok(signature) = STANDARD.decode(signature) else {
        return false;
    };
    key.verify(padding, &digest, &signature).is_ok()
}

/// The three ways of RSA signing the gateways ask for, all PKCS#1 v1.5.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scheme {
    Sha1,
    Sha256,
    /// ICBC's CA mode: type-1 padding over the bare 20-byte SHA-1 digest, without DigestInfo.
    BareSha1,
}

impl Scheme {
    fn twisted(self, twist: Option<Twist>) -> Scheme {
        match (twist, self) {
            (None, same) => same,
            (Some(_), Scheme::Sha256) => Scheme::Sha1,
            (Some(_), Scheme::Sha1 | Scheme::BareSha1) => Scheme::Sha256,
        }
    }

    fn prepare(self, message: &[u8]) -> (Pkcs1v15Sign, Vec<u8>) {
        match self {
            Scheme::Sha1 => (Pkcs1v15Sign::new::<sha1::Sha1>(), sha1::Sha1::digest(message).to_vec()),
            Scheme::Sha256 => (Pkcs1v15Sign::new::<sha2::Sha256>(), sha2::Sha256::digest(message).to_vec()),
            Scheme::BareSha1 => (Pkcs1v15Sign::new_unprefixed(), sha1::Sha1::digest(message).to_vec()),
        }
    }
}

/// `length` random letters and digits.
pub(crate) fn random_text(length: usize) -> String {
    let draw = OsRng.sample_iter(&rand::distributions::Alphanumeric);
    draw.take(length).map(char::from).collect()
}

fn certified_pair() -> Option<(KeyPair, Vec<u8>)> {
    let drawn = rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).ok()?;
    let mut params = CertificateParams::new(Vec::new()).ok()?;
    params.distinguished_name.push(DnType::CommonName, "chexiao sandbox merchant, TEST ONLY");
    let certificate = params.self_signed(&drawn).ok()?;
    Some((KeyPair::from_pkcs8_der(drawn.serialized_der())?, certificate.der().to_vec()))
}

/// Draws again when the generator reports a bad draw.
fn until<T>(draw: impl Fn() -> Option<T>) -> T {
    loop {
        if let Some(drawn) = draw() {
            return drawn;
        }
    }
}

fn join<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl<K> fmt::Debug for Pairs<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pairs").finish_non_exhaustive()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("bits", &(self.key.size() * 8)).finish_non_exhaustive()
    }
}
