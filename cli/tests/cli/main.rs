//! The command line as its users meet it: exit codes, standard output, standard error and files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod api;
mod bulk;
mod client_certificate;
mod close;
mod counter;
mod demo;
mod doctor;
mod exit;
mod explain;
mod gateways;
mod hundred;
mod inspector;
mod interrupt;
mod key;
mod listen;
mod marks;
mod nginx;
mod pages;
mod record;
mod sandbox;
mod secrecy;
// Those of the journal use all of it.
#[allow(dead_code)]
#[path = "../../../bulk/tests/bulk/server.rs"]
mod server;
mod terminal;
