//! What a signature *is*: a request made by any client, or a reply, is taken apart, and what that client did otherwise is named.
//!
//! For diagnosis only. Nothing here makes a reply authentic: the library does not know this crate, and judges by itself.
#![forbid(unsafe_code)]

mod catalogue;
mod codes;
mod difference;
mod families;
mod message;
mod raw;
mod record;
mod report;
mod seal;
mod search;
mod settings;
mod text;
mod time;
mod trail;
mod tree;

pub use catalogue::{CATALOGUE, Mistake, mistake};
pub use codes::{Meanings, OwnWord, RowOfTable, meanings};
pub use difference::Difference;
pub use message::{Message, Side};
pub use record::{Call, Exchange, Recorder, Sent, account_of};
pub use report::{Report, Verdict, explain};
pub use search::Deviation;
pub use settings::Settings;
pub use trail::{Stop, Trail, trail};
