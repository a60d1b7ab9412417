//! Faults ordered for the next requests of a gateway.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use super::{Fault, Injection};
use crate::book::lock;

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<BTreeMap<&'static str, VecDeque<Injection>>>);

impl Faults {
    /// The next `times` business requests of the gateway; 0 forgets what was ordered.
    pub(crate) fn order(&self, gateway: &'static str, injection: &Injection, times: usize) {
        let mut all = lock(&self.0);
        let queue = all.entry(gateway).or_default();
        if times == 0 {
            queue.clear();
        }
        queue.extend(std::iter::repeat_n(*injection, times));
    }

    /// What this request suffers: what was ordered, else what its order number says.
    pub(crate) fn next(&self, gateway: &'static str, number: Option<&str>) -> Option<Injection> {
        let ordered = lock(&self.0).get_mut(gateway).and_then(VecDeque::pop_front);
        ordered.or_else(|| Fault::of_number(number?).map(Injection::from))
    }
}
