//! What knows neither payments nor networks.

pub(crate) mod base_url;
pub(crate) mod block_on;
pub(crate) mod clock;
pub(crate) mod error;
pub(crate) mod finding;
pub(crate) mod key_fault;
pub(crate) mod lock;
pub(crate) mod near;
pub(crate) mod process;
pub(crate) mod secret;
pub(crate) mod text;
pub(crate) mod unwind;
pub(crate) mod words;

pub(crate) use chexiao_strict::foreign;
