//! The partner's settings and keys.

use crate::config::BaseUrl;
use crate::crypto::charset::Charset;
use crate::crypto::keys::KeySource;
use crate::crypto::rsa::{Hash, Scheme, SigningKey, VerifyingKey};
use crate::error::{Error, Result};
use crate::field::Field;
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
    private_key: KeySource,
    gateway_public_key: KeySource,
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
    pub(super) signing_key: SigningKey,
    pub(super) platform_key: VerifyingKey,
    pub(super) notify_url: String,
}

impl Account {
    pub(super) fn open(self, base: BaseUrl) -> Result<Ysepay> {
        if let SignType::Sm = self.sign_type {
            return Err(Error::unsupported("account.sign_type", "SM (SM3withSM2) is not supported yet; use RSA"));
        }
        Field::of_account("account.partner_id", &self.partner_id).not_empty()?.max_bytes(20, self.charset)?.order_number()?;
        let notify_url = self.notify_url.unwrap_or_default();
        Field::of_account("account.notify_url", &notify_url)
            .max_chars(256)?
            .encodable(self.charset)?
            .only(|c| !c.is_control(), "characters other than controls")?;
        let signing_key = SigningKey::open(&self.private_key, "account.private_key", self.allow_weak_key, Scheme::Sha1)?;
        let platform_key = self.gateway_public_key.public_key("account.gateway_public_key")?;
        Ok(Ysepay {
            base,
            partner_id: self.partner_id,
            charset: self.charset,
            signing_key,
            platform_key: VerifyingKey::new(platform_key, Hash::Sha1, "account.gateway_public_key")?,
            notify_url,
        })
    }
}
