//! One module per target: `run` takes an input and panics if something does not hold; `seeds` are inputs to begin with.

pub mod call_answer;
pub mod cfca;
pub mod chinaums_body;
pub mod config_json;
pub mod edgeros_canonical;
pub mod ffi_sequence;
pub mod http_reply;
pub mod icbc_envelope;
pub mod json_strict;
pub mod key_loader;
pub mod notification_chinaums;
pub mod notification_edgeros;
pub mod notification_icbc;
pub mod notification_wechat;
pub mod notification_ysepay;
pub mod pkcs12;
pub mod wechat_xml;
pub mod ysepay_envelope;

use crate::lab::Account;
use crate::reference::json;

/// A target, for whoever runs all of them.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
    pub seeds: fn() -> Vec<Vec<u8>>,
}

macro_rules! targets {
    ($($name:ident),*) => { &[$(Target { name: stringify!($name), run: $name::run, seeds: $name::seeds }),*] };
}

pub static ALL: &[Target] = targets![
    key_loader,
    pkcs12,
    cfca,
    json_strict,
    icbc_envelope,
    ysepay_envelope,
    wechat_xml,
    edgeros_canonical,
    chinaums_body,
    call_answer,
    notification_icbc,
    notification_ysepay,
    notification_wechat,
    notification_edgeros,
    notification_chinaums,
    http_reply,
    config_json,
    ffi_sequence
];

/// The bytes of `body` that a span of its text stands in.
fn spans(account: &Account, body: &[u8], find: impl for<'a> Fn(&json::Node<'a>) -> Option<&'a str>) -> Vec<Vec<u8>> {
    let Some(text) = account.decode(body) else { return Vec::new() };
    let span = json::read(&text).as_ref().and_then(&find).map(|span| {
        let before = span.as_ptr() as usize - text.as_ptr() as usize;
        let start = account.encode(&text[..before]).len();
        body[start..start + account.encode(span).len()].to_vec()
    });
    span.into_iter().collect()
}
