//! Closes many orders, each by the steps that its outcomes name, so that the job can be killed at any moment and taken up again.
#![forbid(unsafe_code)]

mod account;
mod event;
mod governor;
pub mod input;
mod job;
mod journal;
mod life;
pub mod metrics;
mod order;
mod pace;
pub mod picture;
mod settle;
mod steps;
mod tally;

pub use account::Account;
pub use event::{Ending, Event, Watch};
pub use governor::{Governor, Limits};
pub use job::{End, Job, Options, Stopper};
pub use journal::{Count, Ended, Failure, Journal};
pub use order::Order;
pub use pace::{Pace, Turn, Unpaced};
pub use steps::Rules;
pub use tally::{Histogram, Sums, Tally, Timeline};
