//! What a diagnosis must know. There is no query with public field names: nothing is asked.

use crate::gateway::{Examined, Holds};

pub(super) const EXAMINED: Examined =
    Examined { keys: &[("private_key", Holds::Private), ("gateway_public_key", Holds::Public)], tests: &[], probe: None, causes: &[] };
