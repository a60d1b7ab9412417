//! Requests built by hand against the running sandbox, and replies checked by hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod admin;
mod chinaums;
mod connections;
mod edgeros;
mod every;
mod faults;
mod icbc;
mod inspector;
mod life;
mod merchant;
mod notices;
mod queries;
mod support;
mod tolerant;
mod wechat;
mod ysepay;
