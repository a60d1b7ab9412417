//! I1, I2, I4, I5 and I7, and the outcome tables as such: what replies may be believed, and what they then mean.

use crate::choice::{self, plans};
use crate::gateway::{Gateway, Raw, name, signs};
use crate::lab::Lab;
use crate::meaning::is_final;
use crate::plan::{self, Damage, Echo, Plan, Seal};
use crate::tally::{Checked, Tally, check};
use chexiao::{Code, Confirm, Evidence, Outcome};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

/// Those of `codes` that must not be said without proof, and Unknown.
pub(crate) fn finals_and_unknown(gateway: &dyn Gateway) -> Vec<Code> {
    gateway.can().iter().copied().filter(|code| is_final(*code) || *code == Code::Unknown).collect()
}

pub(crate) fn demand(holds: bool, lab: &Lab, plan: &Plan, outcome: &Outcome, why: &str) -> Result<(), TestCaseError> {
    if holds {
        return Ok(());
    }
    let (hint, confirm) = (outcome.hint(), outcome.confirm());
    Err(TestCaseError::fail(format!("{why}: {outcome:?} hint {hint:?} confirm {confirm}\n{}", lab.show(plan))))
}

/// Closed, AlreadyClosed, Paid, Open and Refunded rest on a verified signature, at ChinaUMS on TLS and a query to come.
pub(crate) fn evidence(lab: &Lab) {
    let gateway = lab.gateway;
    let seals = prop_oneof![2 => choice::right_seal(), 1 => choice::broken_seal()].boxed();
    let replies = plans(gateway, choice::any_words(gateway), choice::any_ids(gateway), seals, choice::some_damage(gateway));
    let property = |plan: &Plan| -> Checked {
        let outcome = lab.judge(plan);
        let evidence = outcome.evidence();
        let demand = |holds, why| demand(holds, lab, plan, &outcome, why);
        if is_final(outcome.code()) {
            demand(plan.is_authentic(), "said without proof")?;
            demand(evidence == gateway.evidence(), "not the evidence that such a reply gives")?;
            let state = matches!(outcome.code(), Code::Open | Code::Refunded);
            let confirmed = signs(gateway) || state || outcome.confirm() == Confirm::Required;
            demand(confirmed, "nothing is signed, yet no query is asked for")?;
        }
        demand(evidence <= gateway.evidence(), "evidence that such a reply cannot give")?;
        demand(evidence == Evidence::None || plan.is_authentic() || !signs(gateway), "evidence without a signature")?;
        Ok(outcome)
    };
    check("i1_evidence", gateway, &replies, &finals_and_unknown(gateway), property);
}

/// Closed, AlreadyClosed, Paid, Open and Refunded come only from a reply that names nothing but this call.
pub(crate) fn echoes(lab: &Lab) {
    let gateway = lab.gateway;
    let ids = prop_oneof![1 => choice::own_ids(gateway), 2 => choice::other_ids(gateway)].boxed();
    let replies = plans(gateway, choice::final_words(gateway), ids, choice::right_seal(), choice::undamaged());
    let property = |plan: &Plan| -> Checked {
        let outcome = lab.judge(plan);
        let believed = is_final(outcome.code());
        let ours = plan.is_ours(gateway.ids(), lab.own(plan), outcome.code());
        demand(!believed || ours, lab, plan, &outcome, "believed of another call")?;
        let same = plan.ids.iter().all(|echo| matches!(echo, Echo::Same));
        demand(!same || believed, lab, plan, &outcome, "not believed, though every id is ours")?;
        Ok(outcome)
    };
    check("i2_echoes", gateway, &replies, &finals_and_unknown(gateway), property);
}

/// Unlisted, absent and mistyped words, another HTTP status than 200 and unreadable bodies are Unknown.
pub(crate) fn default(lab: &Lab) {
    let gateway = lab.gateway;
    let own = || choice::own_ids(gateway);
    let spoilt = plans(gateway, choice::spoilt_words(gateway), own(), choice::right_seal(), choice::undamaged());
    let damaged = plans(gateway, choice::any_words(gateway), own(), choice::right_seal(), choice::any_damage(gateway));
    let property = |plan: &Plan| -> Checked {
        let outcome = lab.judge(plan);
        let refused = matches!(plan.damage, Damage::Status(status) if gateway.refuses(status, &plan.words));
        let expected = if refused { Code::Misconfigured } else { Code::Unknown };
        let defective = !plan.is_whole() || gateway.meaning(&plan.words).is_unknown();
        demand(outcome.code() == expected || !defective, lab, plan, &outcome, "a reply that proves nothing")?;
        Ok(outcome)
    };
    check("i4_default (words)", gateway, &spoilt, &[Code::Unknown], property);
    let intact = Tally::default();
    check("i4_default (bytes)", gateway, &damaged, &[Code::Unknown], |plan| {
        intact.count(lab.judge(&Plan { damage: Damage::None, ..plan.clone() }).code());
        property(plan)
    });
    intact.report(&format!("i4_default {} (undamaged twins)", name(gateway)), &finals_and_unknown(gateway));
}

/// Two fields that disagree never close anything.
pub(crate) fn contradiction(lab: &Lab) {
    let gateway = lab.gateway;
    let words = select(gateway.contradictions()).prop_map(plan::owned).boxed();
    let replies = plans(gateway, words, choice::own_ids(gateway), choice::right_seal(), choice::undamaged());
    let property = |plan: &Plan| -> Checked {
        let outcome = lab.judge(plan);
        demand(!outcome.is_closed(), lab, plan, &outcome, "closed by a reply that contradicts itself")?;
        demand(is_final(lab.judge(&consistent(gateway, plan)).code()), lab, plan, &outcome, "its consistent twin closes nothing")?;
        Ok(outcome)
    };
    check("i5_contradiction", gateway, &replies, &[Code::Unknown], property);
}

/// The same reply with words that agree.
fn consistent(gateway: &dyn Gateway, plan: &Plan) -> Plan {
    Plan { words: plan::owned(gateway.finals()[0]), ..plan.clone() }
}

/// What says "paid" or "refunded" without a proof is Unknown with that hint; nothing else final is said without a proof either.
pub(crate) fn unproven_payment(lab: &Lab) {
    let gateway = lab.gateway;
    let replies = plans(gateway, choice::final_words(gateway), choice::own_ids(gateway), choice::broken_seal(), choice::undamaged());
    let proven = Tally::default();
    let property = |plan: &Plan| -> Checked {
        let outcome = lab.judge(plan);
        let twin = lab.judge(&Plan { seal: Seal::Right, ..plan.clone() });
        proven.count(twin.code());
        let demand = |holds, why| demand(holds, lab, plan, &outcome, why);
        demand(is_final(twin.code()), "its proven twin is not final")?;
        demand(outcome.code() == Code::Unknown, "said without proof")?;
        demand(outcome.evidence() == Evidence::None, "evidence without proof")?;
        let money = matches!(twin.code(), Code::Paid | Code::Refunded);
        let hint = (money && signs(gateway) && lab.is_readable(plan)).then_some(twin.code());
        demand(outcome.hint() == hint, "a hint other than the payment")?;
        Ok(outcome)
    };
    check("i7_unproven_payment", gateway, &replies, &[Code::Unknown], property);
    let finals: Vec<Code> = gateway.can().iter().copied().filter(|code| is_final(*code)).collect();
    proven.report(&format!("i7_unproven_payment {} (proven twins)", name(gateway)), &finals);
}

/// Whole, authentic replies that name this call mean exactly what the page says, for every combination of words.
pub(crate) fn tables(lab: &Lab) {
    let gateway = lab.gateway;
    let tally = Tally::default();
    for words in combinations(gateway) {
        let plan = Plan { words, ..Plan::plain(gateway) };
        let outcome = lab.judge(&plan);
        if let Some(difference) = gateway.meaning(&plan.words).differs(&outcome) {
            panic!("{}: {difference}\n{}", name(gateway), lab.show(&plan));
        }
        tally.count(outcome.code());
    }
    tally.report(&format!("tables_word_for_word {}", name(gateway)), gateway.can());
}

/// Every combination of listed words and their absence, and with one unlisted word among them.
fn combinations(gateway: &dyn Gateway) -> Vec<Vec<Raw>> {
    let mut all: Vec<(bool, Vec<Raw>)> = vec![(false, Vec::new())];
    for word in gateway.words() {
        let listed = word.listed.iter().map(|value| (false, Some((*value).to_string()))).chain([(false, None)]);
        let values: BTreeSet<(bool, Raw)> = listed.chain(word.unlisted.iter().map(|value| (true, Some((*value).to_string())))).collect();
        let longer = |(odd, words): (bool, Vec<Raw>)| {
            let fits = values.iter().filter(move |(unlisted, _)| !(odd && *unlisted));
            fits.map(|(unlisted, value)| (odd || *unlisted, [words.clone(), vec![value.clone()]].concat())).collect::<Vec<_>>()
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    all.into_iter().map(|(_, words)| words).collect()
}
