//! Closes many orders, each by the steps that its outcomes name, so that the job can be killed at any moment and taken up again.
#![forbid(unsafe_code)]

mod event;
mod governor;
pub mod input;
mod order;
mod pace;

pub use event::{Ending, Event, Watch};
pub use governor::{Governor, Limits};
pub use order::Order;
pub use pace::{Pace, Turn, Unpaced};
