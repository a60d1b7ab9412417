//! The registry: one row per gateway. A new gateway is a folder and a row here, and is named nowhere else.

mod chinaums;
mod edgeros;
mod icbc;
mod wechat;
mod ysepay;

use crate::gateway::Entry;

/// Every gateway this library speaks to.
pub static ALL: &[Entry] = &[
    Entry::of::<icbc::Icbc>(),
    Entry::of::<ysepay::Ysepay>(),
    Entry::of::<wechat::Wechat>(),
    Entry::of::<edgeros::Edgeros>(),
    Entry::of::<chinaums::Chinaums>(),
];

/// What a gateway's own rule makes of a test vector's input; `function` begins with the gateway's id.
#[cfg(test)]
pub(crate) fn compute(function: &str, input: &serde_json::Value) -> serde_json::Value {
    match function.split_once('.').map(|(id, _)| id) {
        Some("icbc") => icbc::primitives::compute(function, input),
        Some("ysepay") => ysepay::primitives::compute(function, input),
        Some("wechat") => wechat::primitives::compute(function, input),
        Some("edgeros") => edgeros::primitives::compute(function, input),
        Some("chinaums") => chinaums::primitives::compute(function, input),
        _ => panic!("no such function: {function}"),
    }
}
