//! What a diagnosis must know.

use crate::gateway::{Examined, Holds};
use crate::ground::finding::Finding as F;
use crate::outcome::table::When;

pub(super) const EXAMINED: Examined = Examined {
    keys: &[("app_key", Holds::Shared), ("notify_key", Holds::Shared)],
    tests: &["test"],
    probe: Some(r##"{"billNo":"","billDate":"@","merOrderId":"#","authIdRespCd":""}"##),
    causes: &[
        (When::Is(&["NO_ORDER", "NO_BILL", "SUCCESS"]), None),
        (When::Is(&["BAD_SIGN"]), Some(F::SignatureRefused)),
        (When::Is(&["ABNORMAL_REQUEST_TIME"]), Some(F::TimeRefused)),
        (When::Is(&["DENIED_IP"]), Some(F::AddressRefused)),
        (
            When::Is(&["NO_MERCHANT", "INACTIVE_MERCHANT", "INVALID_MSGSRC", "INVLID_MERCHANT_CONFIG", "INVALID_MERCHANT_CONFIG"]),
            Some(F::AppUnknown),
        ),
        (When::Is(&["NO_SERVICE"]), Some(F::NotPermitted)),
        // Of the platform, before any service: the authentication as a whole.
        (When::Is(&["1000"]), Some(F::AppOrClock)),
    ],
};
