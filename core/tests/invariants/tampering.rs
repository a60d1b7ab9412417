//! I3: a reply that was changed in what is signed closes nothing.

use crate::choice::{self, plans};
use crate::gateway::{name, signs};
use crate::lab::Lab;
use crate::meaning::is_final;
use crate::plan::{Plan, Seal};
use crate::tally::{Checked, Tally, check};
use chexiao::Code;
use proptest::prelude::*;
use proptest::sample::Index;

/// A change of a body inside one of its sealed ranges.
#[derive(Debug, Clone)]
pub(crate) enum Tamper {
    Replace(u8),
    Insert(u8),
    /// A blank at the start or at the end of the range.
    Pad(bool),
    /// So many bytes, or all of the range.
    Remove(usize),
    /// Two neighbours change places.
    Swap,
    /// Nothing is changed but the key it is signed with.
    OtherKey,
    /// The signature of another reply.
    Stolen,
}

pub(crate) fn tampers() -> BoxedStrategy<Tamper> {
    let byte = || prop_oneof![3 => 0x20..0x7fu8, 1 => any::<u8>()];
    prop_oneof![
        6 => byte().prop_map(Tamper::Replace),
        3 => byte().prop_map(Tamper::Insert),
        3 => prop_oneof![3 => 1..8usize, 1 => Just(usize::MAX)].prop_map(Tamper::Remove),
        1 => any::<bool>().prop_map(Tamper::Pad),
        1 => Just(Tamper::Swap),
        1 => Just(Tamper::OtherKey),
        1 => Just(Tamper::Stolen),
    ]
    .boxed()
}

/// The changed body; `None` if the change changes nothing that is signed.
pub(crate) fn tampered(lab: &Lab, plan: &Plan, body: &[u8], tamper: &Tamper, range: Index, at: Index) -> Option<Vec<u8>> {
    let ranges = lab.gateway.sealed(body);
    let range = ranges[range.index(ranges.len())].clone();
    let gap = match tamper {
        Tamper::Pad(at_the_end) => [range.start, range.end][usize::from(*at_the_end)],
        _ => range.start + at.index(range.len() + 1),
    };
    let at = range.start + at.index(range.len());
    let outside = |gap| gap == range.start && b"{\"".contains(&body[gap]) || gap == range.end && b"}\"".contains(&body[gap - 1]);
    let mut changed = body.to_vec();
    match tamper {
        Tamper::Replace(byte) => changed[at] = *byte,
        Tamper::Insert(_) | Tamper::Pad(_) if outside(gap) => return None,
        Tamper::Pad(_) => changed.insert(gap, b' '),
        Tamper::Insert(byte) => changed.insert(gap, *byte),
        Tamper::Remove(count) => drop(changed.drain(at..range.end.min(at.saturating_add(*count)))),
        Tamper::Swap => changed.swap(at, range.end - 1),
        Tamper::OtherKey => changed = lab.body(&Plan { seal: Seal::OtherKey, ..plan.clone() }),
        Tamper::Stolen => changed = lab.body(&Plan { seal: Seal::Stolen, ..plan.clone() }),
    }
    (changed != body && !lab.gateway.says_the_same(body, &changed)).then_some(changed)
}

/// Closed, AlreadyClosed, Paid, Open and Refunded do not survive a change of what is signed.
pub(crate) fn tampering(lab: &Lab) {
    let gateway = lab.gateway;
    let replies = plans(gateway, choice::final_words(gateway), choice::own_ids(gateway), choice::right_seal(), choice::undamaged());
    let cases = (replies, tampers(), any::<Index>(), any::<Index>());
    let intact = Tally::default();
    let property = |(plan, tamper, range, at): &(Plan, Tamper, Index, Index)| -> Checked {
        let body = lab.body(plan);
        let before = lab.judge_body(plan, body.clone());
        prop_assert!(is_final(before.code()), "{before:?} before it was changed\n{}", lab.show(plan));
        intact.count(before.code());
        let Some(changed) = tampered(lab, plan, &body, tamper, *range, *at) else {
            return Err(TestCaseError::reject("nothing signed was changed"));
        };
        let after = lab.judge_body(plan, changed.clone());
        let text = String::from_utf8_lossy(&changed);
        prop_assert!(!is_final(after.code()), "{after:?} after {tamper:?}\n{text}");
        prop_assert!(after.code() == Code::Unknown || !signs(gateway), "{after:?} after {tamper:?}\n{text}");
        Ok(after)
    };
    check("i3_tampering", gateway, &cases, &[Code::Unknown], property);
    let finals: Vec<Code> = gateway.can().iter().copied().filter(|code| is_final(*code)).collect();
    intact.report(&format!("i3_tampering {} (before)", name(gateway)), &finals);
}
