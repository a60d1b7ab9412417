//! ChinaUMS access tokens: at most ten live ones, each for one hour unless told otherwise.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::keys::random_text;
use crate::lock::lock;

const LIVE: usize = 10;

pub(crate) struct Tokens(Mutex<Desk>);

struct Desk {
    live: VecDeque<(String, Instant)>,
    issued: usize,
    expires_in: u32,
}

impl Default for Tokens {
    fn default() -> Tokens {
        Tokens(Mutex::new(Desk { live: VecDeque::new(), issued: 0, expires_in: 3600 }))
    }
}

impl Tokens {
    /// A new token and its life in seconds; the eleventh live one ends the first.
    pub(crate) fn issue(&self) -> (String, u32) {
        let mut desk = lock(&self.0);
        let token = random_text(32);
        let until = Instant::now() + Duration::from_secs(desk.expires_in.into());
        desk.live.push_back((token.clone(), until));
        desk.issued += 1;
        if desk.live.len() > LIVE {
            desk.live.pop_front();
        }
        (token, desk.expires_in)
    }

    pub(crate) fn is_live(&self, token: &str) -> bool {
        lock(&self.0).live.iter().any(|(live, until)| live == token && Instant::now() < *until)
    }

    pub(crate) fn live(&self) -> Vec<String> {
        lock(&self.0).live.iter().map(|(token, _)| token.clone()).collect()
    }

    pub(crate) fn issued(&self) -> usize {
        lock(&self.0).issued
    }

    /// The life of tokens issued from now on, in seconds.
    pub(crate) fn set_expires_in(&self, seconds: u32) {
        lock(&self.0).expires_in = seconds;
    }

    pub(crate) fn revoke_all(&self) {
        lock(&self.0).live.clear();
    }
}
