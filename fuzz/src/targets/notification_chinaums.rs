//! ChinaUMS: hashed are all parameters of the form but blank ones, by byte, and then a key.

use crate::posts::{Lab, Rules};
use crate::reference::form;
use crate::rewrite;
use crate::script::Script;
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "chinaums",
        covered,
        rewritten,
        words: &[
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
