//! EdgerOS Pay's answers to a query: sealed like those to a close. No word of theirs is a state that the page gives; one points to a payment.

use crate::choice::{self, plans};
use crate::edgeros::Edgeros;
use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::lab::asked;
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::{Echo, Plan};
use crate::replies::demand;
use crate::tally::{Checked, check};
use crate::tampering::{tampered, tampers};
use chexiao::{Code, Confirm, Evidence};
use proptest::prelude::*;
use proptest::sample::Index;
use std::ops::Range;

pub(crate) struct EdgerosQuery;

const SUCCESS: Option<&str> = Some("\"SUCCESS\"");
const NOT_EXIST: [Option<&str>; 3] = [Some("1007"), Some("\"ORDER_NOT_EXIST\""), None];

const CODE: Word = Word {
    name: "code",
    listed: &["\"SUCCESS\""],
    unlisted: &[
        "\"CLOSED\"",
        "\"NOTPAY\"",
        "\"success\"",
        "\"SUCCES\"",
        "\" SUCCESS\"",
        "\"FAIL\"",
        "\"\"",
        "null",
        "0",
        "true",
        "[]",
        "{}",
        "[\"SUCCESS\"]",
    ],
};

/// Or nothing.
fn is_text(raw: &Raw) -> bool {
    raw.as_deref().is_none_or(|raw| raw == "null" || crate::text::unquote(raw).is_some())
}

/// Whether such an envelope can be read at all.
fn is_readable(words: &[Raw]) -> bool {
    words[0].as_deref().is_some_and(|status| status.parse::<i64>().is_ok()) && is_text(&words[1]) && is_text(&words[2])
}

impl Gateway for EdgerosQuery {
    fn id(&self) -> &'static str {
        "edgeros"
    }

    fn operation(&self) -> &'static str {
        "query"
    }

    fn accounts(&self) -> Vec<Account> {
        Edgeros.accounts()
    }

    fn words(&self) -> &'static [Word] {
        const { &[crate::edgeros::STATUS, crate::edgeros::MESSAGE, CODE] }
    }

    fn ids(&self) -> &'static [Id] {
        Edgeros.ids()
    }

    /// There are none: what comes nearest.
    fn finals(&self) -> &'static [Words] {
        &[&[Some("200"), SUCCESS, SUCCESS], &NOT_EXIST]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let says = |these: [Option<&str>; 3]| words.iter().zip(these).all(|(word, this)| word.as_deref() == this);
        match words[2].as_deref() {
            _ if !is_readable(words) => UNKNOWN,
            _ if says([Some("200"), SUCCESS, SUCCESS]) => UNKNOWN.hint(Code::Paid),
            Some("\"SUCCESS\"") => UNKNOWN.hint(Code::Paid).contradiction(),
            None if says(NOT_EXIST) => Meaning::any_of(&[Code::NotFound]).confirm(Confirm::Recommended),
            Some("null" | "\"\"") if says([NOT_EXIST[0], NOT_EXIST[1], words[2].as_deref()]) => {
                Meaning::any_of(&[Code::NotFound, Code::Unknown])
            }
            _ => UNKNOWN,
        }
    }

    fn refuses(&self, _: u16, _: &[Raw]) -> bool {
        false
    }

    fn evidence(&self) -> Evidence {
        Evidence::SignedBound
    }

    fn can(&self) -> &'static [Code] {
        &[Code::NotFound, Code::Unknown]
    }

    fn extras(&self) -> Members {
        Edgeros.extras()
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        None
    }

    fn foreign(&self) -> Members {
        &[
            ("refund_no", "\"R1\""),
            ("mch_refund_no", "\"R1\""),
            ("refund_amount", "0.01"),
            ("refund_reason", "\"\""),
            ("url", "{}"),
            ("hash_code", "\"1\""),
            ("hash_type", "\"SHA256\""),
        ]
    }

    fn quote(&self, text: &str) -> String {
        Edgeros.quote(text)
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        crate::edgeros::write(self, plan, account)
    }

    fn second(&self) -> &'static str {
        Edgeros.second()
    }

    fn strays(&self) -> &'static [&'static str] {
        Edgeros.strays()
    }

    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        Edgeros.sealed(body)
    }

    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool {
        Edgeros.says_the_same(before, after)
    }
}

/// Only "no such order" is ever said, and only where it is proven; what points to a payment is neither made up nor swallowed.
#[test]
fn nothing_but_not_found_and_a_word_of_money() {
    let lab = asked("edgeros");
    let seals = prop_oneof![3 => choice::right_seal(), 1 => choice::broken_seal()].boxed();
    let replies = plans(lab.gateway, choice::any_words(lab.gateway), choice::any_ids(lab.gateway), seals, choice::some_damage(lab.gateway));
    check("edgeros query", lab.gateway, &replies, &[Code::NotFound, Code::Unknown], |plan: &Plan| -> Checked {
        let outcome = lab.judge(plan);
        let demand = |holds, why| demand(holds, lab, plan, &outcome, why);
        let (proven, own) = (plan.is_authentic() && plan.is_whole() && is_readable(&plan.words), lab.own(plan));
        let ours = plan.is_ours(lab.gateway.ids(), own, Code::Closed);
        let [merchant, sign_type, ..] = plan.ids.as_slice() else { unreachable!() };
        let named = [merchant, sign_type].iter().all(|echo| matches!(echo, Echo::Same));
        let money = plan.words[2].as_deref() == SUCCESS;
        match outcome.code() {
            Code::NotFound => demand(proven && named && plan.is_ours(lab.gateway.ids(), own, Code::NotFound), "not found, without proof")?,
            code => demand(code == Code::Unknown, "a state")?,
        }
        if outcome.evidence() != Evidence::None {
            demand(proven && named, "evidence without proof")?;
            demand((outcome.hint() == Some(Code::Paid)) == money, "a word of money, made up or swallowed")?;
        }
        demand(!(proven && ours) || outcome.evidence() == Evidence::SignedBound, "a reply of ours that is not believed")?;
        Ok(outcome)
    });
}

#[test]
fn i3_tampering() {
    let lab = asked("edgeros");
    let gateway = lab.gateway;
    let replies = plans(gateway, choice::final_words(gateway), choice::own_ids(gateway), choice::right_seal(), choice::undamaged());
    let cases = (replies, tampers(), any::<Index>(), any::<Index>());
    check("i3_tampering", gateway, &cases, &[Code::Unknown], |(plan, tamper, range, at)| {
        let body = lab.body(plan);
        prop_assert_eq!(lab.judge_body(plan, body.clone()).evidence(), Evidence::SignedBound, "{}", lab.show(plan));
        let Some(changed) = tampered(lab, plan, &body, tamper, *range, *at) else {
            return Err(TestCaseError::reject("nothing signed was changed"));
        };
        let after = lab.judge_body(plan, changed.clone());
        prop_assert!(
            (after.code(), after.evidence()) == (Code::Unknown, Evidence::None),
            "{after:?} after {tamper:?}\n{}",
            String::from_utf8_lossy(&changed)
        );
        Ok(after)
    });
}

/// A refund's or a bill's reply says SUCCESS too, about the same order.
#[test]
fn i8_another_call() {
    let lab = asked("edgeros");
    let gateway = lab.gateway;
    let replies = plans(gateway, choice::final_words(gateway), choice::own_ids(gateway), choice::right_seal(), choice::undamaged());
    check("i8_another_call", gateway, &(replies, any::<Index>()), &[Code::Unknown], |(plan, foreign)| {
        let outcome = lab.judge(&Plan { foreign: Some(*foreign), ..plan.clone() });
        demand(outcome.evidence() == Evidence::None && outcome.hint().is_none(), lab, plan, &outcome, "believed of another call")?;
        Ok(outcome)
    });
}
