//! The merchant's or institution's settings and API key.

use crate::crypto::{aes, mac};
use crate::gateway::field::Field;
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::ground::secret::Secret;
use crate::keys::SecretSource;
use crate::strict::base64::from_base64;
use serde::Deserialize;

/// What stands under `account`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    #[serde(default)]
    mode: Mode,
    appid: String,
    mch_id: String,
    sub_appid: Option<String>,
    sub_mch_id: Option<String>,
    #[serde(default)]
    sign_type: SignType,
    api_key: SecretSource,
}

/// 直连模式 or 机构模式.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    #[default]
    Direct,
    Institution,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) enum SignType {
    #[default]
    #[serde(rename = "MD5")]
    Md5,
    #[serde(rename = "HMAC-SHA256")]
    HmacSha256,
}

/// An account ready to sign and verify.
pub(crate) struct Wechat {
    pub(super) base: BaseUrl,
    mode: Mode,
    pub(super) appid: String,
    pub(super) mch_id: String,
    pub(super) sub_appid: Option<String>,
    pub(super) sub_mch_id: Option<String>,
    sign_type: SignType,
    api_key: Secret<String>,
}

/// The sub-merchant of one order: the order's own, else the account's.
#[derive(Default)]
pub(super) struct SubMerchant<'a> {
    pub(super) appid: Option<&'a str>,
    pub(super) mch_id: Option<&'a str>,
}

impl Account {
    pub(super) fn open(self, base: BaseUrl) -> Result<Wechat> {
        for (path, id) in [("account.appid", &self.appid), ("account.mch_id", &self.mch_id)] {
            identifier(Field::of_account(path, id))?;
        }
        for (path, id) in [("account.sub_appid", &self.sub_appid), ("account.sub_mch_id", &self.sub_mch_id)] {
            let Some(id) = id else { continue };
            if self.mode == Mode::Direct {
                return Err(Error::config(path, "is only for mode institution"));
            }
            identifier(Field::of_account(path, id))?;
        }
        let api_key = self.api_key.text("account.api_key")?;
        if api_key.expose().len() != 32 {
            let what = format!("has {} bytes; a WeChat Pay API key has exactly 32", api_key.expose().len());
            return Err(Error::config("account.api_key", what));
        }
        Ok(Wechat {
            base,
            mode: self.mode,
            appid: self.appid,
            mch_id: self.mch_id,
            sub_appid: self.sub_appid,
            sub_mch_id: self.sub_mch_id,
            sign_type: self.sign_type,
            api_key,
        })
    }
}

impl Wechat {
    /// The text of `req_info`.
    pub(super) fn open_req_info(&self, req_info: &str) -> Option<String> {
        open_req_info(self.api_key.expose(), req_info)
    }

    /// The sub-merchant of an order with these ids of its own. `sub_mch_id` is required in institution mode; both are refused in direct mode.
    pub(super) fn sub_merchant<'a>(&'a self, appid: Option<&'a str>, mch_id: Option<&'a str>) -> Result<SubMerchant<'a>> {
        let sub = SubMerchant { appid: appid.or(self.sub_appid.as_deref()), mch_id: mch_id.or(self.sub_mch_id.as_deref()) };
        for (path, id) in [("order.sub_appid", sub.appid), ("order.sub_mch_id", sub.mch_id)] {
            let Some(id) = id else { continue };
            if self.mode == Mode::Direct {
                return Err(Error::call(path, "is only for mode institution"));
            }
            identifier(Field::of_call(path, id))?;
        }
        if self.mode == Mode::Institution && sub.mch_id.is_none() {
            return Err(Error::call("order.sub_mch_id", "is missing: mode institution needs it here or in the account"));
        }
        Ok(sub)
    }

    /// Whether it has no sub-merchants.
    pub(super) fn is_direct(&self) -> bool {
        self.mode == Mode::Direct
    }

    /// The algorithm that the account signs with.
    pub(super) fn sign_type(&self) -> &'static str {
        match self.sign_type {
            SignType::Md5 => "MD5",
            SignType::HmacSha256 => "HMAC-SHA256",
        }
    }

    /// An id of the caller's choice, where the account leaves it open.
    pub(super) fn identified<'a>(&self, path: &str, id: &'a str) -> Result<&'a str> {
        identifier(Field::of_call(path, id)).map(|()| id)
    }

    /// Whether a message that names these, where it does, is for this account; empty is not named. An institution hears for all its
    /// sub-merchants, unless the account is that of one.
    pub(super) fn is_named(&self, appid: &str, mch_id: &str, sub_appid: &str, sub_mch_id: &str) -> bool {
        let is = |named: &str, ours: &str| named.is_empty() || named == ours;
        let is_sub = |named: &str, ours: &Option<String>| match ours {
            Some(ours) => is(named, ours),
            None => named.is_empty() || self.mode == Mode::Institution,
        };
        is(appid, &self.appid) && is(mch_id, &self.mch_id) && is_sub(sub_appid, &self.sub_appid) && is_sub(sub_mch_id, &self.sub_mch_id)
    }

    /// Whether a payment must name a sub-merchant: the account is that of one.
    pub(super) fn is_of_sub_merchant(&self) -> bool {
        self.sub_mch_id.is_some()
    }

    /// What the request says about its signature: nothing for MD5, the documented default.
    pub(super) fn sign_type_sent(&self) -> &'static str {
        match self.sign_type {
            SignType::Md5 => "",
            SignType::HmacSha256 => "HMAC-SHA256",
        }
    }

    /// Over `a=1&b=2`: the API key is appended as `&key=…`, and is the HMAC key as well; upper-case hexadecimal.
    pub(super) fn signature(&self, string_to_sign: String) -> String {
        let mut text = Secret::new(string_to_sign);
        ["&key=", self.api_key.expose()].iter().for_each(|part| text.expose_mut().push_str(part));
        let digest = match self.sign_type {
            SignType::Md5 => mac::md5(text.expose().as_bytes()),
            SignType::HmacSha256 => mac::hmac_sha256(self.api_key.expose().as_bytes(), text.expose().as_bytes()),
        };
        mac::upper_hex(&digest)
    }
}

/// 1 to 32 ASCII letters, digits and the signs that ids hold.
fn identifier(field: Field<'_>) -> Result<()> {
    field
        .not_empty()?
        .max_chars(32)?
        .only(|c| c.is_ascii_alphanumeric() || "_-|*@.".contains(c), "ASCII letters, digits and _-|*@.")
        .map(drop)
}

/// AES-256-ECB with the hexadecimal MD5 of the api_key as key.
pub(super) fn open_req_info(api_key: &str, req_info: &str) -> Option<String> {
    let key = Secret::new(mac::hex(&mac::md5(api_key.as_bytes())));
    let plain = aes::decrypt_ecb(key.expose().as_bytes().try_into().ok()?, &from_base64(req_info)?)?;
    String::from_utf8(plain).ok()
}
