//! Readers that accept one meaning or nothing: what they return is what was signed, and what every other reader must see.

pub(crate) mod de;
pub(crate) mod json;
pub(crate) mod write;
pub(crate) mod xml;
