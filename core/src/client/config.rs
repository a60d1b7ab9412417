//! The configuration of a client: everything but the account, which belongs to the gateway.

use crate::gateway::Entry;
use crate::gateways;
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::finding::Finding;
use crate::ground::key_fault::{KeyFault, Remedy};
use crate::ground::secret::{AsIs, Secret};
use crate::keys::{CredentialSource, Credentials};
use crate::strict::de;
use crate::strict::json::Node;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::time::Duration;

const DEFAULT_DEADLINE_MS: u64 = 30_000;
const DEFAULT_CONNECT_MS: u64 = 5_000;
/// From two, so that a connect_timeout fits in.
const DEADLINE_MS: RangeInclusive<u64> = 2..=600_000;
const CONNECT_MS: RangeInclusive<u64> = 1..=600_000;
const DEFAULT_DOWNLOAD: u64 = 64 << 20;
/// Up to 1 TiB.
const DOWNLOAD: RangeInclusive<u64> = 1..=1 << 40;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    gateway: String,
    base_url: Option<String>,
    environment: Option<String>,
    #[serde(rename = "account")]
    _account: IgnoredAny,
    connect_timeout_ms: Option<u64>,
    deadline_ms: Option<u64>,
    download_limit_bytes: Option<u64>,
    proxy: Option<Secret<String>>,
    ca_file: Option<AsIs<String>>,
    client_certificate: Option<CredentialSource>,
}

/// What a client needs besides its account.
pub(crate) struct Config {
    pub(crate) gateway: &'static Entry,
    pub(crate) base: BaseUrl,
    pub(crate) connect_timeout: Duration,
    pub(crate) deadline: Duration,
    /// Of the file of a download, in bytes.
    pub(crate) download_limit: u64,
    pub(crate) proxy: Option<Secret<String>>,
    pub(crate) ca_file: Option<String>,
    /// Of the setting [`CLIENT_CERTIFICATE`].
    pub(crate) credentials: Option<Credentials>,
}

pub(crate) const CLIENT_CERTIFICATE: &str = "client_certificate";

impl Config {
    /// Reads the top level of the configuration JSON.
    pub(crate) fn read(node: &Node<'_>) -> Result<Self> {
        let keys: Keys = de::read(node, Kind::Config, "")?;
        let gateway = gateways::ALL.iter().find(|entry| entry.id == keys.gateway).ok_or_else(|| {
            let known: Vec<&str> = gateways::ALL.iter().map(|entry| entry.id).collect();
            de::one_of(Kind::Config, "gateway", &keys.gateway, &known)
        })?;
        let base = match (&keys.base_url, &keys.environment) {
            (Some(url), None) => BaseUrl::parse(url)?,
            (None, Some(name)) => of_environment(gateway, name)?,
            (Some(_), Some(_)) => return Err(either("leave one of the two out", "请删去二者之一")),
            (None, None) => {
                let known: Vec<&str> = gateway.environments.iter().map(|(known, _)| *known).collect();
                let known = known.join(", ");
                return Err(either(format!("write \"environment\" (here: {known})"), format!("请写明 \"environment\"（可选：{known}）")));
            }
        };
        let deadline = milliseconds("deadline_ms", keys.deadline_ms.unwrap_or(DEFAULT_DEADLINE_MS), DEADLINE_MS)?;
        let connect = keys.connect_timeout_ms.unwrap_or(DEFAULT_CONNECT_MS.min(deadline / 2));
        let connect = milliseconds("connect_timeout_ms", connect, CONNECT_MS)?;
        if connect >= deadline {
            // A connection that is still being made when the deadline falls could not be told from one that was used.
            let remedy = Remedy::of("lower connect_timeout_ms or raise deadline_ms", "请减小 connect_timeout_ms 或增大 deadline_ms");
            return Err(Error::config("connect_timeout_ms", "must be shorter than deadline_ms").mended_by(remedy));
        }
        let download_limit = keys.download_limit_bytes.unwrap_or(DEFAULT_DOWNLOAD);
        if !DOWNLOAD.contains(&download_limit) {
            return Err(Error::config("download_limit_bytes", format!("must be {} to {} bytes", DOWNLOAD.start(), DOWNLOAD.end())));
        }
        Ok(Self {
            gateway,
            base,
            connect_timeout: Duration::from_millis(connect),
            deadline: Duration::from_millis(deadline),
            download_limit,
            proxy: keys.proxy,
            ca_file: keys.ca_file.map(|AsIs(path)| path),
            credentials: keys.client_certificate.map(|source| credentials(source, gateway)).transpose()?,
        })
    }
}

/// A configuration without a merchant.
pub(crate) fn without_account() -> Error {
    let error = Error::config("account", "is missing").with_hint("add `account`", "请补上 `account`");
    error.called(Finding::Missing)
}

fn either(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Error {
    Error::config("base_url", "give exactly one of base_url and environment").mended_by(Remedy::of(en, zh))
}

/// With what is known of this gateway's certificates, where a password is at fault.
fn credentials(source: CredentialSource, gateway: &Entry) -> Result<Credentials> {
    source.read(CLIENT_CERTIFICATE).map_err(|error| match (error.reason(), gateway.certificate_password) {
        (Some(KeyFault::PasswordMissing | KeyFault::WrongPassword), Some((en, zh))) => error.with_hint(en, zh),
        _ => error,
    })
}

fn milliseconds(field: &str, value: u64, range: RangeInclusive<u64>) -> Result<u64> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Error::config(field, format!("must be {} to {} milliseconds", range.start(), range.end())))
}

/// The host of a named environment.
fn of_environment(gateway: &Entry, name: &str) -> Result<BaseUrl> {
    match gateway.environments.iter().find(|(known, _)| *known == name) {
        Some((_, url)) => BaseUrl::parse(url),
        None => {
            let known: Vec<&str> = gateway.environments.iter().map(|(known, _)| *known).collect();
            Err(de::one_of(Kind::Config, "environment", name, &known))
        }
    }
}
