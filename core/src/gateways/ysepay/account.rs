//! The partner's settings and keys.

use crate::gateway::field::Field;
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::keys::{PrivateSource, PublicSource};
use crate::signatures::{Verified, rsa, sm2};
use crate::strict::charset::Charset;
use serde::Deserialize;

/// What stands under `account`. The page's default charset is GBK; the vendor's SDK sends UTF-8 for this method, and so does this library.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    partner_id: String,
    #[serde(default)]
    sign_type: SignType,
    #[serde(default)]
    charset: Charset,
    private_key: PrivateSource,
    gateway_public_key: PublicSource,
    sm2_encoding: Option<sm2::Encoding>,
    sm2_user_id: Option<String>,
    notify_url: Option<String>,
    #[serde(default)]
    allow_weak_key: bool,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
enum SignType {
    #[default]
    #[serde(rename = "RSA")]
    Rsa,
    #[serde(rename = "SM")]
    Sm,
}

/// An account ready to sign and verify.
pub(crate) struct Ysepay {
    pub(super) base: BaseUrl,
    pub(super) partner_id: String,
    pub(super) charset: Charset,
    pub(super) keys: Keys,
    pub(super) notify_url: String,
}

/// The merchant's key and the platform's: both of the account's sign_type.
pub(super) enum Keys {
    /// SHA1withRSA.
    Rsa { signing: rsa::SigningKey, platform: rsa::VerifyingKey },
    /// SM3withSM2.
    Sm { signing: Box<sm2::SigningKey>, platform: sm2::VerifyingKey },
}

impl Keys {
    pub(super) fn sign_type(&self) -> &'static str {
        match self {
            Keys::Rsa { .. } => "RSA",
            Keys::Sm { .. } => "SM",
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<String> {
        match self {
            Keys::Rsa { signing, .. } => signing.sign(message),
            Keys::Sm { signing, .. } => signing.sign(message),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &str) -> Option<Verified> {
        match self {
            Keys::Rsa { platform, .. } => platform.verify(message, signature),
            Keys::Sm { platform, .. } => platform.verify(message, signature),
        }
    }
}

impl Account {
    pub(super) fn open(self, base: BaseUrl) -> Result<Ysepay> {
        Field::of_account("account.partner_id", &self.partner_id).not_empty()?.max_bytes(20, self.charset)?.order_number()?;
        let notify_url = self.notify_url.clone().unwrap_or_default();
        Field::of_account("account.notify_url", &notify_url)
            .max_chars(256)?
            .encodable(self.charset)?
            .only(|c| !c.is_control(), "characters other than controls")?;
        Ok(Ysepay { base, charset: self.charset, notify_url, partner_id: self.partner_id.clone(), keys: self.keys()? })
    }

    fn keys(self) -> Result<Keys> {
        const OWN: &str = "account.private_key";
        const PLATFORM: &str = "account.gateway_public_key";
        match self.sign_type {
            SignType::Rsa => {
                for (field, set) in
                    [("account.sm2_encoding", self.sm2_encoding.is_some()), ("account.sm2_user_id", self.sm2_user_id.is_some())]
                {
                    if set {
                        return Err(Error::config(field, "is only for sign_type SM"));
                    }
                }
                let signing = rsa::SigningKey::open(self.private_key, OWN, self.allow_weak_key, rsa::Scheme::Sha1)?;
                let platform = rsa::VerifyingKey::open(self.gateway_public_key, PLATFORM, rsa::Hash::Sha1, &signing)?;
                Ok(Keys::Rsa { signing, platform })
            }
            SignType::Sm => {
                let user_id = self.sm2_user_id.as_deref().unwrap_or(sm2::DEFAULT_USER_ID);
                Field::of_account("account.sm2_user_id", user_id)
                    .not_empty()?
                    .max_chars(256)?
                    .only(|c| c.is_ascii_graphic(), "visible ASCII characters")?;
                let encoding = self.sm2_encoding.unwrap_or_default();
                let signing = Box::new(sm2::SigningKey::open(self.private_key, OWN, user_id, encoding)?);
                let platform = sm2::VerifyingKey::open(self.gateway_public_key, PLATFORM, user_id, encoding, &signing)?;
                Ok(Keys::Sm { signing, platform })
            }
        }
    }
}
