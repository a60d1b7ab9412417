//! What a reply is taken for, and what stands behind that.

mod code;
mod doubt;
mod explanation;
mod proof;
mod record;
mod says;
mod settle;
pub mod table;
mod verb;

pub use code::{Code, Confirm, Evidence, GatewayWords, Next, Reason, Retry};
pub(crate) use doubt::Doubt;
pub use explanation::Explanation;
pub(crate) use explanation::{TURNED_AWAY, wants_certificate};
pub(crate) use proof::Proof;
pub use record::Outcome;
pub use says::Says;
pub use verb::Verb;
