//! The network: before the request can have left, an error; from there on, an outcome, by the deadline, from one POST.
//! (The fault matrix of the transport. Everything is on loopback; each server lives as long as its test.)

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod advice;
mod at_hand;
mod body;
mod certificate;
mod certificates;
mod child;
mod connect;
mod counting;
mod deadline;
mod diagnosis;
mod download;
mod download_elsewhere;
mod download_place;
mod duplicates;
mod flood;
mod head;
mod heap;
mod hosts;
mod identities;
mod identity;
mod no_threads;
mod openssl;
mod pinned;
mod pool;
mod process;
mod proxy;
mod queue;
mod queue_tokens;
mod relay;
mod resolver;
mod server;
mod stop;
mod support;
mod threads;
mod token;
mod wait;
mod warm;
mod without_blocking;
