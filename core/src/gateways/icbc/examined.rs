//! What a diagnosis must know.

use crate::gateway::{Examined, Holds};
use crate::ground::finding::Finding as F;
use crate::outcome::table::When;

pub(super) const EXAMINED: Examined = Examined {
    keys: &[
        ("private_key", Holds::Private),
        ("certificate", Holds::Private),
        ("gateway_public_key", Holds::Public),
        ("encrypt_key", Holds::Shared),
    ],
    tests: &["sandbox"],
    probe: Some(r##"{"agreeCode":"#","orderCode":"#","partnerSeq":"#"}"##),
    // The page's section 10. Of an order that does not exist no code is documented: whatever the service itself says comes after the gateway's
    // checks.
    causes: &[
        (When::Is(&["400011"]), Some(F::AppOrClock)),
        (When::Is(&["400016", "400017"]), Some(F::SignatureRefused)),
        (When::Is(&["400051"]), Some(F::AppUnknown)),
        (When::Is(&["400019", "500018", "500020", "500091", "80003001", "80004001"]), Some(F::NotPermitted)),
        (When::Is(&["500043", "500052", "9990"]), Some(F::RequestRefused)),
        (When::Is(&["500031", "500032"]), Some(F::Throttled)),
        (When::Negative, Some(F::Unclear)),
        (When::Is(&["0"]), None),
        (When::Positive, None),
    ],
};
