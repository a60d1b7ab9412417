//! chexiao (撤销) closes, cancels and voids at Chinese payment gateways, and says truthfully what happened.
//!
//! - What is not proven is not done. [`Done`](Next::Done) and [`FulfilOrRefund`](Next::FulfilOrRefund) rest on a reply that
//!   names this very order (where the gateway signs nothing: on a close and a query that agree over TLS). What is
//!   [`Closed`](Code::Closed), [`AlreadyClosed`](Code::AlreadyClosed) or [`Paid`](Code::Paid) by less has
//!   [`Confirm`](Next::Confirm) as its next step; none of them ever comes from an unauthenticated, malformed,
//!   contradictory or unlisted reply.
//! - An [`Error`] means that nothing of the close or query left this machine. Everything after its first byte is an
//!   [`Outcome`]; where the truth is not known it is [`Unknown`](Code::Unknown), never "failed".
//!
//! ```
//! use chexiao::{Client, Next};
//!
//! # let sandbox = chexiao_sandbox::Sandbox::start(chexiao_sandbox::Options { http: None, https: None, keys: chexiao_sandbox::Keys::generate() })?;
//! # let config = sandbox.config("wechat", sandbox.http_url()).unwrap().to_string();
//! let client = Client::new(&config)?;
//! let outcome = client.send(r#"{"operation":"close","order":{"out_trade_no":"1217752501201407033233368018"}}"#)?;
//! match outcome.next() {
//!     Next::Done => println!("closed: release the goods"),
//!     Next::FulfilOrRefund => println!("paid: deliver or refund"),
//!     Next::Confirm => println!("{}, says the reply: query", outcome.code()),
//!     next => println!("{}, then {next}: {}", outcome.code(), outcome.explanation().en),
//! }
//! # assert!(outcome.is_closed());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod client;
mod crypto;
pub mod face;
mod gateway;
pub mod gateways;
mod ground;
pub mod keys;
mod outcome;
mod signatures;
mod strict;
#[cfg(test)]
mod vectors;

pub use client::{Client, Diagnosis, Step, Stop, diagnose, diagnose_offline};
pub use gateway::{Amount, Answer, Entry, HttpReply, HttpRequest, Incoming, MAX_REPLY, Notice, Saved, Unit, Verb};
pub use ground::error::{Error, Kind, Result};
pub use ground::finding::{Finding, State};
pub use ground::key_fault::KeyFault;
pub use outcome::{Code, Confirm, Evidence, Explanation, GatewayWords, Next, Outcome, Reason, Retry, Says, table};
