//! ICBC: the text of `response_biz_content`, byte for byte, is what was signed and what is read.

use crate::lab::{Account, Lab, Rules};
use crate::reference::json;
use crate::rewrite;
use crate::script::Script;
use std::sync::LazyLock;

const SIGNED: &str = "response_biz_content";

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "icbc",
        covered,
        rewritten,
        words: &[
            "\"response_biz_content\":",
            "\"sign\":",
            "\"return_code\":0",
            "\"status\":\"2\"",
            "\"payStatus\":\"1\"",
            "\"payPlanList\":[{\"status\":\"6\"}]",
            "\"sign_type\":\"RSA\"",
            "\\u0073ign",
            "null",
            ",",
            "{",
            "}",
        ],
        signs: true,
    })
});

pub fn run(data: &[u8]) {
    LAB.run(data);
}

pub fn seeds() -> Vec<Vec<u8>> {
    LAB.seeds()
}

fn covered(account: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    super::spans(account, body, |node| Some(node.member(SIGNED)?.raw))
}

/// All but the signed text.
fn rewritten(account: &Account, body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    let text = account.decode(body)?;
    Some(account.encode(&rewrite::json(&json::read(&text)?, &[SIGNED], script)))
}
