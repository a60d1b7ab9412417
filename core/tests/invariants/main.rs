//! The eight invariants of an outcome, each a property over all five gateways, and over the four that answer queries.
//!
//! A [`plan::Plan`] says what a reply holds: its words, the ids it echoes, its seal, and what happened to it on the way.
//! Each gateway writes the plan as its own bytes, sealed by the sandbox's cryptography, and says from the vendor's page what
//! it may mean. Nothing here is taken from the library but its public interface.
//!
//! `PROPTEST_CASES=100000 cargo test -p chexiao --test invariants -- --nocapture` looks longer and shows the counts.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

/// Runs each property at every gateway that can be asked so.
macro_rules! properties {
    (at $lab:ident $operation:ident: $($test:ident: $property:path;)+) => {$(
        mod $test {
            chexiao_kit::gateways!($operation => each $lab $property);
        }
    )+};
}

macro_rules! each {
    ([$($id:ident)+] $lab:ident $property:path) => {$(
        #[test]
        fn $id() {
            $property(crate::lab::$lab(stringify!($id)));
        }
    )+};
}

mod chinaums;
mod chinaums_query;
mod choice;
mod confirming;
mod edgeros;
mod edgeros_query;
mod gateway;
mod icbc;
mod icbc_query;
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
mod wechat_query;
mod ysepay;

properties! {
    at closing close:
    i1_evidence: crate::replies::evidence;
    i2_echoes: crate::replies::echoes;
    i3_tampering: crate::tampering::tampering;
    i4_default: crate::replies::default;
    i5_contradiction: crate::replies::contradiction;
    i6_bad_calls: crate::sending::bad_calls;
    i6_bad_configs: crate::sending::bad_configs;
    i6_unreachable: crate::sending::unreachable;
    i6_after_the_post: crate::sending::after_the_post;
    i7_unproven_payment: crate::replies::unproven_payment;
    i8_not_final: crate::confirming::not_final;
    i8_another_call: crate::confirming::another_call;
    tables_word_for_word: crate::replies::tables;
}

mod queries {
    properties! {
        at asked query:
        i1_evidence: crate::replies::evidence;
        i4_default: crate::replies::default;
        i6_bad_calls: crate::sending::bad_calls;
        i8_not_final: crate::confirming::not_final;
        tables_word_for_word: crate::replies::tables;
    }
    // What the fourth says instead of a state: `edgeros_query`.
    properties! {
        at asked state:
        i2_echoes: crate::replies::echoes;
        i3_tampering: crate::tampering::tampering;
        i5_contradiction: crate::replies::contradiction;
        i7_unproven_payment: crate::replies::unproven_payment;
    }
}
