//! The life of an order beside its close: made, paid, given back, listed.

mod chinaums;
mod edgeros;
mod every;
mod icbc;
mod wechat;
mod ysepay;
