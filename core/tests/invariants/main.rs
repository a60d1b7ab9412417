//! The seven invariants of an outcome, each a property over all five gateways.
//!
//! A [`plan::Plan`] says what a reply holds: its words, the ids it echoes, its seal, and what happened to it on the way.
//! Each gateway writes the plan as its own bytes, sealed by the sandbox's cryptography, and says from the vendor's page what
//! it may mean. Nothing here is taken from the library but its public interface.
//!
//! `PROPTEST_CASES=100000 cargo test -p chexiao --test invariants -- --nocapture` looks longer and shows the counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod chinaums;
mod edgeros;
mod gateway;
mod icbc;
mod lab;
mod meaning;
mod plan;
mod refusals;
mod replies;
mod sending;
mod tally;
mod tampering;
mod text;
mod wechat;
mod ysepay;
