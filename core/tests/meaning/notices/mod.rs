//! Notifications, each built from its cell and sealed with the sandbox's keys.

pub(crate) mod chinaums;
pub(crate) mod edgeros;
pub(crate) mod icbc;
pub(crate) mod wechat;
pub(crate) mod ysepay;

use crate::table::{Judged, Said};
use chexiao::{Client, Incoming};
use chexiao_kit::KEYS;
use serde_json::Value;
use std::collections::BTreeMap;

/// Whom they are posted to.
struct Listener(Client);

impl Listener {
    /// A client of the sandbox's configuration with these settings over those of its account.
    fn open(config: &str, settings: &Value) -> Self {
        let mut config = chexiao_sandbox::config(config, "https://127.0.0.1:1", &KEYS).unwrap();
        for (name, value) in settings.as_object().unwrap() {
            config["account"][name] = value.clone();
        }
        Self(Client::new(&config.to_string()).unwrap())
    }

    fn hear(&self, body: Vec<u8>) -> Judged {
        let notice = self.0.notification(&Incoming { body: body.clone(), ..Incoming::default() }).unwrap();
        Judged { status: 200, body, said: Said::Notice(notice.into()) }
    }
}

/// Parameters of a form; those without a text are left out.
type Parameters<'a> = Vec<(&'a str, Option<&'a str>)>;

/// `a=1&b=2` by byte, without blank values.
fn string_to_sign(parameters: &Parameters<'_>) -> String {
    let kept: BTreeMap<&str, &str> = parameters.iter().filter_map(|(name, text)| Some((*name, (*text)?))).collect();
    let pairs = kept.into_iter().filter(|(_, text)| !text.trim().is_empty());
    pairs.map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join("&")
}

fn form(parameters: &Parameters<'_>, sign: Option<&str>) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, text) in parameters.iter().chain([&("sign", sign)]) {
        text.map(|text| form.append_pair(name, text));
    }
    form.finish().into_bytes()
}
