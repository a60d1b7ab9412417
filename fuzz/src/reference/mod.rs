//! Second readers, which share nothing with the library's: what it accepts is compared with what they read.

pub mod form;
pub mod json;
pub mod xml;
