//! The merchant's settings and keys.

use crate::gateway::field::Field;
use crate::ground::base_url::BaseUrl;
use crate::ground::error::Result;
use crate::keys::{PrivateSource, PublicSource};
use crate::signatures::rsa::{Hash, Scheme, SigningKey, VerifyingKey};
use serde::Deserialize;

/// What stands under `account`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    mch_no: String,
    private_key: PrivateSource,
    gateway_public_key: PublicSource,
    aco_pay_sdk: Option<String>,
    #[serde(default)]
    allow_weak_key: bool,
}

/// An account ready to sign and verify.
pub(crate) struct Edgeros {
    pub(super) base: BaseUrl,
    pub(super) mch_no: String,
    pub(super) signing_key: SigningKey,
    pub(super) platform_key: VerifyingKey,
    /// The SDK version the request claims; not sent unless the account sets it.
    pub(super) aco_pay_sdk: Option<String>,
}

impl Account {
    pub(super) fn open(self, base: BaseUrl) -> Result<Edgeros> {
        Field::of_account("account.mch_no", &self.mch_no)
            .not_empty()?
            .max_chars(32)?
            .only(|c| c.is_ascii_graphic(), "visible ASCII characters")?;
        if let Some(version) = &self.aco_pay_sdk {
            Field::of_account("account.aco_pay_sdk", version).not_empty()?.max_chars(12)?;
        }
        let signing_key = SigningKey::open(self.private_key, "account.private_key", self.allow_weak_key, Scheme::Sha256)?;
        let platform_key = VerifyingKey::open(self.gateway_public_key, "account.gateway_public_key", Hash::Sha256, &signing_key)?;
        Ok(Edgeros { base, mch_no: self.mch_no, signing_key, platform_key, aco_pay_sdk: self.aco_pay_sdk })
    }
}
