//! Jobs at the sandbox: what becomes of every order, whatever happens to the job.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod book;
mod child;
mod database;
mod encrypted;
mod endings;
mod kills;
mod meter;
mod pace;
mod server;
mod stalls;
mod stops;
mod support;
mod torture;
mod turns;
