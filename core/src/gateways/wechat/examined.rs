//! What a diagnosis must know.

use crate::gateway::{Examined, Holds};
use crate::ground::finding::Finding as F;
use crate::outcome::table::When;

pub(super) const EXAMINED: Examined = Examined {
    keys: &[("api_key", Holds::Shared)],
    tests: &[],
    probe: Some(r##"{"out_trade_no":"#"}"##),
    causes: &[
        (When::Is(&["SIGNERROR", "签名失败", "签名错误", "簽名失敗", "簽名錯誤"]), Some(F::SignatureRefused)),
        (When::Is(&["APPID_NOT_EXIST", "MCHID_NOT_EXIST", "APPID_MCHID_NOT_MATCH"]), Some(F::AppUnknown)),
        (When::Is(&["NOAUTH"]), Some(F::NotPermitted)),
        (When::Is(&["ORDERNOTEXIST"]), None),
    ],
};
