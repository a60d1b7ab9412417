//! Readers that accept one meaning or nothing: what they return is what was signed, and what every other reader must see.

mod advice;
pub(crate) mod base64;
pub(crate) mod charset;
pub(crate) mod de;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod write;
pub(crate) mod xml;
