//! I8: what is not bound to the order, or holds what nobody knows, is not the last word.

use crate::choice::{self, plans};
use crate::gateway::signs;
use crate::lab::Lab;
use crate::meaning::is_final;
use crate::plan::Plan;
use crate::replies::{demand, finals_and_unknown};
use crate::tally::{Checked, check};
use chexiao::{Code, Confirm, Evidence, Next, Retry};
use proptest::prelude::*;
use proptest::sample::Index;

/// Closed, AlreadyClosed and Paid end in `done` or `fulfil_or_refund` only where the reply names the order and holds nothing unheard of.
pub(crate) fn not_final(lab: &Lab) {
    let gateway = lab.gateway;
    let seals = prop_oneof![7 => choice::right_seal(), 1 => choice::broken_seal()].boxed();
    let replies = plans(gateway, choice::any_words(gateway), choice::any_ids(gateway), seals, choice::some_damage(gateway));
    let property = |plan: &Plan| -> Checked {
        let outcome = lab.judge(plan);
        let demand = |holds, why| demand(holds, lab, plan, &outcome, why);
        let (confirm, next) = (outcome.confirm(), outcome.next());
        match outcome.code() {
            Code::Closed | Code::AlreadyClosed | Code::Paid => {
                let bound = outcome.evidence() == Evidence::SignedBound;
                demand(bound || confirm >= Confirm::Recommended, "final, though nothing signed names the order")?;
                let last = if outcome.code() == Code::Paid { Next::FulfilOrRefund } else { Next::Done };
                let expected = if confirm == Confirm::NotNeeded { last } else { Next::Confirm };
                demand(next == expected, "not the step that goes with its confirm")?;
            }
            Code::Refunded => {
                demand(
                    next == Next::Reconcile && outcome.retry() == Retry::Never,
                    "refunded, and something else than the books to look at",
                )?;
            }
            Code::NotFound => demand(next == Next::CheckOrder, "not found, and something else than the number to check")?,
            _ => return Ok(outcome),
        }
        let strange = outcome.code() != Code::Refunded && plan.is_strange(gateway, lab.own(plan));
        demand(!strange || confirm == Confirm::Required, "certain, though it holds a member nobody knows")?;
        Ok(outcome)
    };
    check("i8_not_final", gateway, &replies, &finals_and_unknown(gateway), property);
}

/// The reply to another call of the same gateway, merchant and order says nothing about this one.
pub(crate) fn another_call(lab: &Lab) {
    let gateway = lab.gateway;
    let replies = plans(gateway, choice::final_words(gateway), choice::own_ids(gateway), choice::right_seal(), choice::undamaged());
    let property = |(plan, foreign): &(Plan, Index)| -> Checked {
        let (twin, outcome) = (lab.judge(plan), lab.judge(&Plan { foreign: Some(*foreign), ..plan.clone() }));
        let demand = |holds, why| demand(holds, lab, plan, &outcome, why);
        // At ChinaUMS the page compares amounts only where SUCCESS stands beside them.
        let silent = !signs(gateway) && twin.code() == Code::AlreadyClosed;
        demand(outcome.code() == Code::Unknown || silent, "believed of a reply to another call")?;
        demand(outcome.evidence() == Evidence::None || !signs(gateway), "evidence of another call")?;
        demand(is_final(twin.code()), "its twin without that member closes nothing")?;
        Ok(outcome)
    };
    check("i8_another_call", gateway, &(replies, any::<Index>()), &[Code::Unknown], property);
}
