//! What the core's test programs share: the list of the gateways, callers of them, and their replies, each written in one place; and how late
//! the machine is, and ports where nobody is.
//! What a reply means is not said here: every program has that from the vendors' pages, apart from the core and from the others.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

pub mod chinaums;
pub mod edgeros;
pub mod icbc;
pub mod lateness;
pub mod matrix;
pub mod openssl;
pub mod wechat;
pub mod written;
pub mod ysepay;

mod away;
mod caller;
mod known;
mod signer;

pub use away::Away;
pub use caller::{Caller, KEYS, MSG_ID};
pub use known::with_keys;
pub use signer::{Padded, Signer};

/// The word of an outcome's number, which is the status of its document.
pub fn word_of(code: i32) -> &'static str {
    chexiao::Code::ALL.iter().find(|known| **known as i32 == code).unwrap().word()
}

/// The gateways that can be asked for this operation: the one list of them. Hands it, and `$more`, to the macro `$with`.
#[macro_export]
macro_rules! gateways {
    (close => $with:ident $($more:tt)*) => { $with! { [icbc ysepay wechat edgeros chinaums] $($more)* } };
    (query => $with:ident $($more:tt)*) => { $with! { [icbc wechat edgeros chinaums] $($more)* } };
    (state => $with:ident $($more:tt)*) => { $with! { [icbc wechat chinaums] $($more)* } };
}

macro_rules! names {
    ([$($id:ident)+]) => { &[$(stringify!($id)),+] };
}

/// All gateways.
pub const GATEWAYS: &[&str] = gateways!(close => names);
/// Those that can be asked for an order's state.
pub const ASKED: &[&str] = gateways!(query => names);
/// Those of them that tell it. EdgerOS has no word for any state that its page gives.
pub const TELLING: &[&str] = gateways!(state => names);
