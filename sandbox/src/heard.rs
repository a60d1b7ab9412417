//! What a merchant's own program has heard and made of it, told at the admin pages: for people to see beside what was posted.

use std::collections::VecDeque;
use std::sync::Mutex;

use time::OffsetDateTime;

use crate::lock::lock;

/// So many are kept.
const MOST: usize = 500;

/// One notification, as whoever heard it tells.
#[derive(Clone, Debug)]
pub(crate) struct Hearing {
    pub(crate) at: OffsetDateTime,
    pub(crate) gateway: &'static str,
    /// The order it names, empty where it names none.
    pub(crate) order: String,
    /// The word for what it means, and sentences about that.
    pub(crate) event: String,
    pub(crate) en: String,
    pub(crate) zh: String,
    pub(crate) acknowledged: bool,
}

/// The last ones, and how many there were.
#[derive(Debug, Default)]
pub(crate) struct Heard(Mutex<(VecDeque<Hearing>, usize)>);

impl Heard {
    pub(crate) fn keep(&self, hearing: Hearing) {
        let mut kept = lock(&self.0);
        let (hearings, count) = &mut *kept;
        *count += 1;
        hearings.push_back(hearing);
        if hearings.len() > MOST {
            hearings.pop_front();
        }
    }

    /// How many there were.
    pub(crate) fn count(&self) -> usize {
        lock(&self.0).1
    }

    /// In their order.
    pub(crate) fn all(&self) -> Vec<Hearing> {
        lock(&self.0).0.iter().cloned().collect()
    }
}
