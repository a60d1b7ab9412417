//! What bindings and the command line call. Not for people: the API is at the root of the crate.

pub mod border;
pub mod handles;
pub mod json;
mod slots;
pub mod verbs;
