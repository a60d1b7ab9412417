//! YSEPay: the text of `<method>_response`, byte for byte, or with `\/` read as `/`, is what was signed and what is read.

use crate::lab::{Account, Lab, Rules};
use crate::reference::json;
use crate::rewrite;
use crate::script::Script;
use std::sync::LazyLock;

const SIGNED: &str = "ysepay_trusteeship_sign_cancel_response";

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "ysepay",
        covered,
        rewritten,
        words: &[
            "\"ysepay_trusteeship_sign_cancel_response\":",
            "\"unknow_response\":",
            "\"sign\":",
            "\"code\":\"10000\"",
            "\"trade_status\":\"SUCCESS\"",
            "\"sub_code\":\"ACQ.",
            "\\/",
            "\\\\/",
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
    let mut texts = super::spans(account, body, |node| Some(node.member(SIGNED)?.raw));
    let unescaped = texts.first().and_then(|bytes| account.decode(bytes)).map(|text| account.encode(&text.replace("\\/", "/")));
    texts.extend(unescaped);
    texts
}

/// All but the signed text.
fn rewritten(account: &Account, body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    let text = account.decode(body)?;
    Some(account.encode(&rewrite::json(&json::read(&text)?, &[SIGNED], script)))
}
