//! ICBC: signed are all parameters of the form but blank ones, by byte, behind the path that the account knows.

use crate::posts::{Lab, Rules};
use crate::reference::form;
use crate::rewrite;
use crate::script::Script;
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "icbc",
        covered,
        rewritten,
        words: &[
            "biz_content=",
            "sign=",
            "app_id=10000000000000012345",
            "charset=GBK",
            "charset=UTF-8",
            "encrypt_type=AES",
            "sign_type=RSA2",
            "timestamp=",
            "%22payStatus%22%3A%221%22",
            "%22payType%22%3A%22101%22",
            "%22payPlanList%22%3A%5B%7B%22status%22%3A%221%22%7D%5D",
            "%26",
            "%3D",
            "%",
            "&",
            "=",
            "+",
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
    Some(form::signed(&form::read(body)?))
}

fn rewritten(body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    Some(rewrite::form(&form::read(body)?, script))
}
