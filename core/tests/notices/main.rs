//! What is heard of the gateways: the vectors of `tests/notifications`, every byte of every signed notification changed, and what strangers post.

// A test fails by panicking; clippy knows that of test functions, not of their helpers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod bounds;
mod corpus;
mod expectations;
mod flips;
mod message;
mod posted;
mod replies;
mod sandbox;
mod secrets;
mod settings;
mod split;
mod vectors;
