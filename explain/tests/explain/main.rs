//! Requests that other clients have made, right and wrong, and what is said of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod catalogue;
mod chinaums;
mod client;
mod edgeros;
mod files;
mod hostile;
mod icbc;
mod notices;
mod pages;
mod record;
mod sm2;
mod vectors;
mod wechat;
mod words;
mod ysepay;
