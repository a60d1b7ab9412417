//! ICBC: signed are all parameters of the form but blank ones, by byte, behind the path that the account knows.

use crate::posts::{Lab, Rules};
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules::of_form(
        "icbc",
        &[
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
    ))
});

pub fn run(data: &[u8]) {
    LAB.run(data);
}

pub fn seeds() -> Vec<Vec<u8>> {
    LAB.seeds()
}
