//! Closes many orders, each by the steps that its outcomes name, so that the job can be killed at any moment and taken up again.
//! `docs/bulk.md` says how an order ends, and what is in the journal.
//!
//! ```
//! # use chexiao_bulk::{Account, End, Event, Job, Journal, Options, Order, Stopper, Unpaced, Watch};
//! # use std::sync::Arc;
//! # struct Silent;
//! # impl Watch for Silent { fn hear(&self, _: &Event<'_>) {} }
//! # let sandbox = chexiao_sandbox::Sandbox::start(chexiao_sandbox::Options { http: None, https: None, keys: chexiao_sandbox::Keys::generate() })?;
//! # let config = sandbox.config("wechat", sandbox.http_url()).unwrap().to_string();
//! # let folder = std::env::temp_dir().join(format!("chexiao-bulk-example-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # std::env::set_current_dir(&folder)?;
//! # let (pace, watch) = (Arc::new(Unpaced), Arc::new(Silent));
//! let journal = Arc::new(Journal::sqlite("tonight.db")?);
//! journal.add(vec![Order::new("shop", 1, r#"{"out_trade_no":"A1"}"#)?])?;
//! let accounts = vec![Account::open("shop", &config)?];
//! let job = Job::new(journal.clone(), accounts, pace, watch, Options::default(), Stopper::new())?;
//! match job.run()? {
//!     End::Complete => println!("every order has its last word"),
//!     End::Stopped => println!("told to stop: run it again"),
//!     End::AccountsStopped => println!("mend the configuration, and run it again"),
//! }
//! for one in journal.ended(0, 1000)? {
//!     println!("{} {} {}", one.line, one.ending.word, one.ending.next);
//!     # assert_eq!((one.ending.word.as_str(), one.ending.next.as_str()), ("closed", "done"));
//! }
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod account;
mod course;
mod effort;
mod event;
pub mod face;
mod governor;
pub mod input;
mod job;
mod journal;
mod lane;
mod life;
pub mod metrics;
mod order;
mod pace;
pub mod picture;
mod room;
mod senders;
mod settle;
mod shared;
mod since;
mod steps;
mod tally;

pub use account::Account;
pub use event::{Ending, Event, Watch};
pub use governor::{Governor, Limits};
pub use job::{End, Job, Options, Stopper};
pub use journal::{Count, Ended, Failure, Journal};
pub use order::Order;
pub use pace::{Pace, Permit, Turn, Unpaced};
pub use shared::SharedGovernor;
pub use steps::Rules;
pub use tally::{Histogram, Sums, Tally, Timeline};
