//! Faults ordered for the next requests of a gateway.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use super::Injection;
use crate::call::Call;
use crate::lock::lock;

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<BTreeMap<&'static str, VecDeque<Injection>>>);

impl Faults {
    /// The next `times` requests of the gateway that the injection is for; 0 forgets all that was ordered.
    pub(crate) fn order(&self, gateway: &'static str, injection: &Injection, times: usize) {
        let mut all = lock(&self.0);
        let queue = all.entry(gateway).or_default();
        if times == 0 {
            queue.clear();
        }
        queue.extend(std::iter::repeat_n(*injection, times));
    }

    /// What was ordered and has not struck, by gateway.
    pub(crate) fn ordered(&self) -> Vec<(&'static str, Injection)> {
        let all = lock(&self.0);
        all.iter().flat_map(|(gateway, queue)| queue.iter().map(|injection| (*gateway, *injection))).collect()
    }

    /// What this request suffers: what was ordered, else what its order number says.
    pub(crate) fn next(&self, gateway: &'static str, call: Call, number: Option<&str>) -> Option<Injection> {
        let ordered = lock(&self.0).get_mut(gateway).and_then(|queue| {
            let at = queue.iter().position(|injection| injection.hits(gateway, call))?;
            queue.remove(at)
        });
        ordered.or_else(|| Injection::of_number(number?, call))
    }
}
