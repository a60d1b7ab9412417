//! EdgerOS: signed is the canonical form of the one flat object, however it was written.

use super::edgeros_canonical::canonical_notification;
use crate::posts::{Lab, Rules};
use crate::reference::json;
use crate::rewrite;
use crate::script::Script;
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "edgeros",
        covered,
        rewritten,
        words: &[
            "\"data\":{}",
            "\"status\":200",
            "\"sign\":",
            "\"sign_type\":\"SHA256withRSA\"",
            "\"mch_no\":\"MCH1000000\"",
            "\"code\":\"SUCCESS\"",
            "\"refund_no\":\"1\"",
            "\"mch_refund_no\":null",
            "\"success_time\":\"\"",
            "\\u0073ign",
            "null",
            "\"\"",
            "\\u2028",
            "1.0",
            ",",
            "{",
            "}",
            "[]",
        ],
        has_unsigned: false,
    })
});

pub fn run(data: &[u8]) {
    LAB.run(data);
}

pub fn seeds() -> Vec<Vec<u8>> {
    LAB.seeds()
}

fn covered(body: &[u8]) -> Option<Vec<u8>> {
    Some(canonical_notification(&json::read(std::str::from_utf8(body).ok()?)?).into())
}

fn rewritten(body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    Some(rewrite::json(&json::read(std::str::from_utf8(body).ok()?)?, &[], script).into())
}
