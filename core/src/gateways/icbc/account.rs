//! The merchant's settings and keys.

use crate::crypto::aes::AesKey;
use crate::crypto::mac;
use crate::gateway::HttpReply;
use crate::gateway::field::Field;
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use crate::keys::{PrivateSource, PublicKey, PublicSource, SecretSource};
use crate::signatures::rsa::{Hash, Scheme, SigningKey, VerifyingKey};
use crate::strict::base64::{base64, from_base64};
use crate::strict::charset::Charset;
use serde::Deserialize;
use std::sync::OnceLock;

const GATEWAY_KEY: &str = "account.gateway_public_key";
pub(super) const ENCRYPT_KEY: &str = "account.encrypt_key";
pub(super) const NOTIFY_URL: &str = "account.notify_url";
const PRODUCTION_HOST: &str = "gw.open.icbc.com.cn";
const SANDBOX_HOST: &str = "gw-sandbox.open.icbc.com.cn";
/// The prefix of every app_id on the sandbox host (code 400051 otherwise).
const SANDBOX_PREFIX: &str = "sandboxie_";
/// SHA-256 of the modulus of ICBC's published test gateway key, whose private half is public knowledge.
const TEST_KEY_MODULUS_SHA256: &str = "850988619fe7a7d34391669e77f0f78ca736c18b248467f43ee5db57a084e4d8";

/// What stands under `account`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    app_id: String,
    #[serde(default)]
    sign_type: SignType,
    #[serde(default)]
    charset: Charset,
    private_key: PrivateSource,
    certificate: Option<PrivateSource>,
    gateway_public_key: PublicSource,
    encrypt_key: Option<SecretSource>,
    encrypt_orders: Option<bool>,
    #[serde(default)]
    reply_hash: Hash,
    notify_url: Option<String>,
    #[serde(default)]
    allow_weak_key: bool,
}

/// The merchant's signature, as the page names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum SignType {
    #[default]
    #[serde(rename = "RSA")]
    Rsa,
    #[serde(rename = "RSA2")]
    Rsa2,
    #[serde(rename = "CA")]
    Ca,
    #[serde(rename = "SM2")]
    Sm2,
}

impl SignType {
    pub(super) fn name(self) -> &'static str {
        match self {
            SignType::Rsa => "RSA",
            SignType::Rsa2 => "RSA2",
            SignType::Ca => "CA",
            SignType::Sm2 => "SM2",
        }
    }

    fn scheme(self) -> Result<Scheme> {
        match self {
            SignType::Rsa => Ok(Scheme::Sha1),
            SignType::Rsa2 => Ok(Scheme::Sha256),
            SignType::Ca => Ok(Scheme::BareSha1),
            SignType::Sm2 => Err(Error::unsupported(
                "account.sign_type",
                "SM2 is not supported: its user id, signature encoding and key format are not public; use RSA, RSA2 or CA",
            )
            .with_hint("set sign_type to RSA, RSA2 or CA, as registered with the bank", "请将 sign_type 设为在银行登记的 RSA、RSA2 或 CA")),
        }
    }
}

/// An account ready to sign and verify.
pub(crate) struct Icbc {
    pub(super) base: BaseUrl,
    pub(super) app_id: String,
    pub(super) sign_type: SignType,
    pub(super) charset: Charset,
    pub(super) signing_key: SigningKey,
    /// Base64 of the certificate's DER, sent as `ca` in CA mode.
    pub(super) ca: Option<String>,
    pub(super) gateway_key: VerifyingKey,
    /// Larger than all the rest, and few accounts have one.
    pub(super) aes: Option<Box<AesKey>>,
    /// Whether closes and queries are encrypted with it.
    pub(super) encrypts_orders: bool,
    pub(super) notices: Option<Notices>,
}

/// How the bank signs notifications: the path of the URL as registered, and always SHA-1.
pub(super) struct Notices {
    pub(super) path: String,
    pub(super) key: VerifyingKey,
    /// The one answer to whatever is not authentic.
    pub(super) refusal: OnceLock<HttpReply>,
}

impl Account {
    pub(super) fn open(self, base: BaseUrl) -> Result<Icbc> {
        let scheme = self.sign_type.scheme()?;
        if self.charset == Charset::Gb2312 {
            return Err(Error::config("account.charset", "must be one of: UTF-8, GBK"));
        }
        check_app_id(&self.app_id, &base)?;
        let signing_key = SigningKey::open(self.private_key, "account.private_key", self.allow_weak_key, scheme)?;
        let ca = certificate_of(self.sign_type, self.certificate, &signing_key)?;
        let gateway_key = VerifyingKey::open(self.gateway_public_key, GATEWAY_KEY, self.reply_hash, &signing_key)?;
        refuse_test_key(&gateway_key, &base)?;
        let aes = self.encrypt_key.map(aes_key).transpose()?.map(Box::new);
        if self.encrypt_orders == Some(true) && aes.is_none() {
            return Err(Error::config(ENCRYPT_KEY, "is missing: encrypt_orders has closes and queries encrypted with it"));
        }
        let notices = self.notify_url.map(|url| notices(&url, &gateway_key)).transpose()?;
        Ok(Icbc {
            base,
            app_id: self.app_id,
            sign_type: self.sign_type,
            charset: self.charset,
            signing_key,
            ca,
            gateway_key,
            encrypts_orders: self.encrypt_orders.unwrap_or(aes.is_some()),
            aes,
            notices,
        })
    }
}

fn check_app_id(app_id: &str, base: &BaseUrl) -> Result<()> {
    Field::of_account("account.app_id", app_id).not_empty()?.max_chars(20)?.order_number()?.only(|c| c.is_ascii(), "ASCII characters")?;
    if base.host() == SANDBOX_HOST && !app_id.starts_with(SANDBOX_PREFIX) {
        return Err(Error::config("account.app_id", format!("needs the prefix `{SANDBOX_PREFIX}` on the sandbox host")));
    }
    Ok(())
}

fn certificate_of(sign_type: SignType, source: Option<PrivateSource>, signing_key: &SigningKey) -> Result<Option<String>> {
    const FIELD: &str = "account.certificate";
    match (sign_type, source) {
        (SignType::Ca, None) => Err(Error::config(FIELD, "is missing: sign_type CA sends the merchant's certificate")),
        (SignType::Ca, Some(source)) => {
            let certificate = source.certificate_of(FIELD, &PublicKey::Rsa(signing_key.public().clone()))?;
            let ca = base64(&certificate.der);
            Field::of_account(FIELD, &ca).max_chars(2048)?;
            Ok(Some(ca))
        }
        (_, Some(_)) => Err(Error::config(FIELD, "is only for sign_type CA")),
        (_, None) => Ok(None),
    }
}

fn refuse_test_key(key: &VerifyingKey, base: &BaseUrl) -> Result<()> {
    let known = mac::hex(&mac::sha256(&key.public().modulus)) == TEST_KEY_MODULUS_SHA256;
    if known && base.host() == PRODUCTION_HOST {
        return Err(Error::key(
            KeyFault::KnownTestKey,
            GATEWAY_KEY,
            "is ICBC's published TEST gateway key: anyone can sign with it; get the production key from the ICBC console",
        ));
    }
    Ok(())
}

fn notices(url: &str, gateway_key: &VerifyingKey) -> Result<Notices> {
    let path = path_of(url)?;
    Ok(Notices { path: path.into(), key: gateway_key.hashing(NOTIFY_URL, Hash::Sha1)?, refusal: OnceLock::new() })
}

/// The path as it is written, a doubled slash included; the bank signs it so.
fn path_of(url: &str) -> Result<&str> {
    Field::of_account(NOTIFY_URL, url).max_chars(512)?.only(|c| c.is_ascii_graphic(), "visible ASCII characters")?;
    let bad = |what| Err(Error::config(NOTIFY_URL, what));
    if url.contains(['?', '#']) {
        return bad("must not hold a query or a fragment: whether the bank signs it is not settled; register a URL without");
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return bad("must be the URL exactly as registered, such as https://host/path");
    };
    match rest.find('/').and_then(|at| rest.split_at_checked(at)) {
        Some((host, path)) if ["https", "http"].contains(&scheme) && !host.is_empty() && !host.contains('@') => Ok(path),
        _ => bad("must be the URL exactly as registered, such as https://host/path"),
    }
}

fn aes_key(source: SecretSource) -> Result<AesKey> {
    let text = source.text(ENCRYPT_KEY)?;
    let bytes = Secret::new(from_base64(text.expose().trim()).unwrap_or_default());
    AesKey::new(bytes.expose()).ok_or_else(|| Error::config(ENCRYPT_KEY, "must be the base64 of an AES key of 16, 24 or 32 bytes"))
}
