//! The life of an order beside its close: made, paid, given back, listed.

mod edgeros;
mod every;
mod wechat;
