//! YSEPay: signed are all parameters of the form but blank ones, by byte.

use crate::posts::{Lab, Rules};
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules::of_form(
        "ysepay",
        &[
            "notify_type=directpay.status.sync",
            "notify_type=refund.status.sync",
            "notify_type=ysepay.df.single.notify",
            "trade_status=TRADE_SUCCESS",
            "trade_status=TRADE_CLOSED",
            "trade_status=TRADE_ALL_REFUND",
            "refund_state=success",
            "out_trade_no=",
            "total_amount=",
            "sign=",
            "sign_type=SM",
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
