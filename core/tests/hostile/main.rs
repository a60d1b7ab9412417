//! Replies written to break a reader: what they mean, how long they take and how much memory.
//!
//! `cargo test -p chexiao --test hostile -- --nocapture` shows the counts. Needs python3 for the comparison with `xml.etree`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod allocator;
mod canonical;
mod json_documents;
mod json_generator;
mod json_replies;
mod lab;
mod random;
mod shells;
mod xml_documents;
mod xml_generator;
mod xml_replies;
