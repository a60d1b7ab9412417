//! What a diagnosis must know.

use crate::gateway::{Examined, Holds};
use crate::outcome::table::When;

pub(super) const EXAMINED: Examined = Examined {
    keys: &[("private_key", Holds::Private), ("gateway_public_key", Holds::Public)],
    tests: &[],
    probe: Some(r##"{"mch_trade_no":"#"}"##),
    // No page lists the codes of refusals.
    causes: &[(When::Is(&["1007", "200"]), None)],
};
