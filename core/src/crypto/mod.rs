//! Bytes to bytes, over AWS-LC, and over RustCrypto for what it lacks.

pub(crate) mod aes;
pub(crate) mod des;
pub(crate) mod mac;
pub(crate) mod sm2;
