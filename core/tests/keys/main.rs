//! Keys as merchants hold them, made by the `openssl` command line at test time: every form of one key works alike, and
//! everything else is refused with the field, the reason and the remedy, and without a byte of the key.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod account;
mod broken;
mod forms;
mod material;
mod secrecy;
