//! Real replies, cut at every byte and changed in every byte.
//!
//! A changed signed byte never leaves anything but Unknown; a changed byte that is not signed leaves the outcome as it was, or
//! Unknown. `cargo test -p chexiao --test flips -- --nocapture` shows the counts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod calls;
mod change;
mod golden;
mod run;
mod unsigned;
mod vector;
