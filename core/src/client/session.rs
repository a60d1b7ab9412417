//! What must be fetched before an order can be named (an access token): once for all threads.

use super::call::env_of_now;
use super::wire::{Http, Reply, Until};
use crate::gateway::Erased;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::process::PerProcess;
use crate::ground::turn::Turn;

/// Whose turn it is to fetch it.
pub(super) struct Session(PerProcess<Turn>);

impl Session {
    pub(super) fn new() -> Self {
        Self(PerProcess::new())
    }

    /// Fetches it, unless there is none here or what there is will do.
    pub(super) fn ready(&self, gateway: &dyn Erased, http: &Http, until: Until<'_>) -> Result<()> {
        if !gateway.has_session() || gateway.prior(&env_of_now()?).is_none() {
            return Ok(());
        }
        let turn = self.0.get(|| Ok::<_, Error>(Turn::default()))?;
        let _taken =
            turn.value().and_then(|turn| turn.take(until.deadline)).ok_or_else(|| none("another thread is still asking for one"))?;
        let env = env_of_now()?;
        match gateway.prior(&env) {
            None => Ok(()),
            Some(request) => match http.send(&request, until, None)? {
                // It names nothing: its connection ends here.
                Reply::Whole(reply, _) => gateway.learn(&env, &reply),
                Reply::Lost(reason) => Err(none(&reason.to_string())),
            },
        }
    }
}

fn none(why: &str) -> Error {
    Error::new(Kind::NotSent, format!("no access token: {why}; nothing was sent to the order"))
}
