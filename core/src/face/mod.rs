//! What bindings and the command line call. Not for people: the API is at the root of the crate.

#[cfg_attr(windows, path = "silent.rs")]
mod bell;
pub mod border;
mod exchange;
pub mod handles;
pub mod json;
pub mod queue;
pub mod slots;
pub mod verbs;
