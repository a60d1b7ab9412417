//! Readers that accept one meaning or nothing, those of `core/strict`; and from their JSON to settings and calls.

mod advice;
pub(crate) mod de;

pub(crate) use chexiao_strict::{base64, charset, find, form, json, write, xml};
