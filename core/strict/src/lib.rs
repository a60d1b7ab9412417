//! Readers that accept one meaning or nothing: what they return is what was signed, and what every other reader must see. And the writers
//! of what is signed, and how foreign text is shown.
//!
//! The lowest floor of the core and a part of it, nobody's API: a crate because each call runs through all of it, and cargo builds for
//! speed or for size crate by crate.
#![forbid(unsafe_code)]
#![allow(missing_docs, clippy::new_without_default, reason = "as anywhere in the core, which nobody else uses")]

pub mod base64;
pub mod charset;
mod eight;
pub mod find;
pub mod foreign;
pub mod form;
pub mod json;
pub mod write;
pub mod xml;
