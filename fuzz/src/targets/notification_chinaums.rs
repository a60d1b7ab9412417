//! ChinaUMS: hashed are all parameters of the form but blank ones, by byte, and then a key.

use crate::posts::{Lab, Rules};
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules::of_form(
        "chinaums",
        &[
            "billStatus=PAID",
            "billStatus=CLOSED",
            "billPayment=",
            "%7B%22status%22%3A%22TRADE_SUCCESS%22%7D",
            "status=TRADE_REFUND",
            "secureStatus=UNCOMPLETED",
            "mid=898201612345678",
            "merOrderId=",
            "refundAmount=",
            "notifyId=",
            "signType=MD5",
            "signType=SHA256",
            "sign=",
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
