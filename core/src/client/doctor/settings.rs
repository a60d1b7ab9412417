//! The configuration: what can be known of it without connecting.

use super::super::holds_secrets;
use super::facts::{key_step, secret_step};
use super::step::Step;
use super::{Client, config, published};
use crate::client::config::{CLIENT_CERTIFICATE, Config};
use crate::client::wire::Http;
use crate::gateway::{Entry, Erased, Holds};
use crate::gateways;
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::finding::{Finding, State};
use crate::ground::key_fault::KeyFault;
use crate::keys::inspect_setting;
use crate::strict::de;
use crate::strict::json::Node;

/// The steps, and the client where nothing is wrong.
pub(super) fn look(text: &str) -> (Vec<Step>, Option<Client>) {
    let parsed = || de::parse(text, Kind::Config, "the configuration", "");
    let (mut top, mut apart) = match (parsed(), parsed()) {
        (Ok(top), Ok(apart)) => (top, apart),
        (Err(error), _) | (_, Err(error)) => return (vec![Step::of_error("configuration", &error, Finding::NotJson)], None),
    };
    let mut faults = Vec::new();
    let read = without_strangers(&mut top, "", &mut faults, Config::read);
    let http = read.as_ref().and_then(|config| Http::new(config).map_err(|error| faults.push(error)).ok());
    let entry = top.member("gateway").and_then(Node::text).and_then(|id| gateways::ALL.iter().find(|entry| entry.id == id));
    let mut account = apart.take_member("account");
    if account.is_none() && read.is_some() {
        faults.push(config::without_account());
    }
    let (gateway, keys) = match (entry, &mut account) {
        (Some(entry), Some(account)) => of_account(entry, account, read.as_ref(), &mut faults),
        _ => (None, Vec::new()),
    };
    let mut steps = Vec::new();
    place(&mut steps, &faults, "configuration", || Some(of_config(&top, read.as_ref())));
    place(&mut steps, &faults, "base_url", || read.as_ref().map(|config| of_base(&config.base, entry)));
    steps.extend(keys);
    place(&mut steps, &faults, CLIENT_CERTIFICATE, || top.member(CLIENT_CERTIFICATE).map(of_credentials));
    place(&mut steps, &faults, "proxy", || None);
    place(&mut steps, &faults, "tls", || None);
    if steps.iter().any(|step| step.state == State::Failure) {
        return (steps, None);
    }
    let client = match (read, http, gateway, &account) {
        (Some(config), Some(http), Some(gateway), Some(account)) => {
            let kept = (!holds_secrets(&top, account, &config)).then(|| text.into());
            Some(Client::of(config, http, gateway, kept))
        }
        _ => None,
    };
    (steps, client)
}

/// Of a client that keeps no text.
pub(super) fn of_open(client: &Client) -> Vec<Step> {
    vec![
        Step::ok("configuration", "it was opened", "已打开").with([("gateway", client.gateway().into())]),
        of_base(&client.base, gateways::ALL.iter().find(|entry| entry.id == client.id)),
        Step::skipped(
            "key",
            "the keys were loaded; a client keeps no text that holds them: diagnose the configuration itself to look at each",
            "密钥均已加载；客户端不保留含密钥的文本：如需逐一查看，请诊断配置本身",
        ),
    ]
}

/// Reads it; each key that is not known there is noted, and left out.
fn without_strangers<'a, T>(node: &mut Node<'a>, above: &str, faults: &mut Vec<Error>, read: impl Fn(&Node<'a>) -> Result<T>) -> Option<T> {
    loop {
        let error = match read(node) {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        let name = error.field().and_then(|field| field.strip_prefix(above)).map(String::from);
        let is_stranger = error.finding() == Some(Finding::UnknownKey);
        faults.push(error);
        if !is_stranger || name.and_then(|name| node.take_member(&name)).is_none() {
            return None;
        }
    }
}

/// The step of each key; other faults of the account join the others.
fn of_account(
    entry: &Entry,
    account: &mut Node<'_>,
    config: Option<&Config>,
    faults: &mut Vec<Error>,
) -> (Option<Box<dyn Erased>>, Vec<Step>) {
    let Some(base) = config.map(|config| config.base.clone()).or_else(|| BaseUrl::parse("https://localhost").ok()) else {
        return (None, Vec::new());
    };
    let mut own = Vec::new();
    let opened = without_strangers(account, "account.", &mut own, |account| (entry.open)(account, base.clone()));
    let is_production = config.is_some_and(|config| is_production(entry, &config.base));
    let mut steps = Vec::new();
    for (name, holds) in entry.examined.keys {
        let field = format!("account.{name}");
        let is_of_key = |error: &Error| error.field().is_some_and(|path| path == field || path.starts_with(&format!("{field}.")));
        let fault = own.iter().position(is_of_key).map(|at| own.remove(at));
        let from = account.member(name).map(place_of).unwrap_or_default();
        let step = match (account.member(name), fault) {
            (None, None) => continue,
            (None, Some(fault)) => of_fault("key", &fault),
            (Some(setting), fault) if *holds == Holds::Shared => secret_step(setting, &field, fault.as_ref(), is_production),
            (Some(setting), fault) => {
                let inspected = inspect_setting(setting, &field);
                match (&inspected, &fault) {
                    (_, Some(fault)) => of_fault("key", fault).with(inspected.iter().flat_map(super::facts::of_inspection)),
                    // Opened all the same.
                    (Err(_), None) if opened.is_some() => Step::ok("key", "loaded", "已加载"),
                    (Err(error), None) => of_fault("key", error),
                    (Ok(inspection), None) => key_step(inspection, *holds, is_production),
                }
            }
        };
        // An error may know the very member.
        let step = if step.field.is_some() { step } else { step.about(&field) };
        steps.push(step.with([("from", from)]));
    }
    faults.extend(own);
    (opened, steps)
}

/// `file`, `pem`, `base64` or `env`; or the text itself.
fn place_of(setting: &Node<'_>) -> String {
    match setting.members() {
        Some(members) => members.iter().map(|(name, _)| name.as_ref()).find(|name| ["file", "pem", "base64", "env"].contains(name)),
        None => setting.text().map(|_| "text"),
    }
    .unwrap_or_default()
    .into()
}

/// The faults of this step, or what there is to say where it has none.
fn place(steps: &mut Vec<Step>, faults: &[Error], name: &'static str, fine: impl FnOnce() -> Option<Step>) {
    let before = steps.len();
    steps.extend(faults.iter().filter(|fault| step_of(fault) == name).map(|fault| of_fault(name, fault)));
    if steps.len() == before {
        steps.extend(fine());
    }
}

/// By the setting that is at fault.
fn step_of(fault: &Error) -> &'static str {
    let field = fault.field().unwrap_or_default();
    match field.split('.').next().unwrap_or_default() {
        _ if fault.finding() == Some(Finding::UnknownKey) && !field.contains('.') => "configuration",
        "base_url" | "environment" => "base_url",
        "client_certificate" => CLIENT_CERTIFICATE,
        "proxy" => "proxy",
        "ca_file" => "tls",
        _ => "configuration",
    }
}

fn of_fault(name: &'static str, fault: &Error) -> Step {
    let usual = match name {
        "base_url" => Finding::WrongAddress,
        "proxy" => Finding::ProxySetting,
        "tls" => Finding::CaFile,
        CLIENT_CERTIFICATE => Finding::ClientCertificateBad,
        _ => Finding::WrongValue,
    };
    Step::of_error(name, fault, usual)
}

fn of_config(top: &Node<'_>, config: Option<&Config>) -> Step {
    let milliseconds = |time: std::time::Duration| time.as_millis().to_string();
    Step::ok("configuration", "every key is known", "各键均可识别").with([
        ("gateway", top.member("gateway").and_then(Node::text).unwrap_or_default().into()),
        ("connect_timeout_ms", config.map(|config| milliseconds(config.connect_timeout)).unwrap_or_default()),
        ("deadline_ms", config.map(|config| milliseconds(config.deadline)).unwrap_or_default()),
    ])
}

fn of_base(base: &BaseUrl, entry: Option<&Entry>) -> Step {
    let environment = entry.and_then(|entry| environment(entry, base)).unwrap_or_default();
    let (en, zh) = match environment {
        "" => ("a host of no named environment", "不属于任何预置环境的主机"),
        _ => ("a host of the gateway", "网关的主机"),
    };
    Step::ok("base_url", en, zh).with([("url", base.join("")), ("environment", environment.into())])
}

fn environment(entry: &Entry, base: &BaseUrl) -> Option<&'static str> {
    let is_here = |url: &str| BaseUrl::parse(url).is_ok_and(|known| known.host() == base.host());
    entry.environments.iter().find(|(_, url)| is_here(url)).map(|(name, _)| *name)
}

/// Whether real orders are there.
fn is_production(entry: &Entry, base: &BaseUrl) -> bool {
    environment(entry, base).is_some_and(|name| !entry.examined.tests.contains(&name))
}

fn of_credentials(setting: &Node<'_>) -> Step {
    let step = Step::ok(CLIENT_CERTIFICATE, "certificate and key belong together", "证书与私钥相符").about(CLIENT_CERTIFICATE);
    match inspect_setting(setting, CLIENT_CERTIFICATE) {
        Ok(inspection) => step.with(super::facts::of_inspection(&inspection)),
        Err(_) => step,
    }
}

/// Where a published key would sign for real money.
pub(super) fn if_published(hash: &str, is_production: bool) -> Option<Step> {
    let is_known = published::KEYS.contains(&hash);
    is_known.then(|| match is_production {
        true => Step::of_key(KeyFault::KnownTestKey),
        false => Step::ok("key", "a published test key: never for production", "已公开的测试密钥，切勿用于生产"),
    })
}
