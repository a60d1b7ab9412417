//! Every word a reply can carry, in every seal, naming everyone it can name, means what `tests/faults/meaning` says from the pages.
//!
//! `cargo test -p chexiao --test meaning -- --nocapture` shows the counts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../bench/mod.rs"]
mod bench;
mod chinaums;
mod edgeros;
mod icbc;
mod reply;
mod signature;
mod table;
mod wechat;
mod ysepay;

#[test]
fn icbc() {
    table::check("icbc", &icbc::Icbc::open("close"));
}

#[test]
fn icbc_query() {
    table::check("icbc-query", &icbc::Icbc::open("query"));
}

#[test]
fn ysepay() {
    table::check("ysepay", &ysepay::Ysepay::open());
}

#[test]
fn wechat() {
    table::check("wechat", &wechat::Wechat::open("close"));
}

#[test]
fn wechat_query() {
    table::check("wechat-query", &wechat::Wechat::open("query"));
}

#[test]
fn edgeros() {
    table::check("edgeros", &edgeros::Edgeros::open());
}

#[test]
fn chinaums() {
    table::check("chinaums", &chinaums::Chinaums::open("close"));
}

#[test]
fn chinaums_query() {
    table::check("chinaums-query", &chinaums::Chinaums::open("query"));
}
