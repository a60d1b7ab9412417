//! The strategies that choose a reply, part by part.

use crate::gateway::{Gateway, Raw, Word, signs};
use crate::plan::{Damage, Echo, Plan, Seal, owned};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Replies of a gateway, from strategies for their parts.
pub(crate) fn plans(
    gateway: &'static dyn Gateway,
    words: BoxedStrategy<Vec<Raw>>,
    ids: BoxedStrategy<Vec<Echo>>,
    seals: BoxedStrategy<Seal>,
    damages: BoxedStrategy<Damage>,
) -> BoxedStrategy<Plan> {
    let accounts = 0..gateway.accounts().len();
    let extras = prop::collection::vec(any::<Index>(), 0..4);
    (accounts, words, ids, seals, damages, extras, any::<bool>(), any::<bool>())
        .prop_map(|(account, words, ids, seal, damage, extras, spaced, sign_first)| Plan {
            account,
            words,
            ids,
            seal,
            extras,
            foreign: None,
            spaced,
            sign_first,
            damage,
        })
        .boxed()
}

/// Words that mean Closed, AlreadyClosed, Paid, Open or Refunded.
pub(crate) fn final_words(gateway: &'static dyn Gateway) -> BoxedStrategy<Vec<Raw>> {
    select(gateway.finals()).prop_map(owned).boxed()
}

/// Any words; every second reply sounds final.
pub(crate) fn any_words(gateway: &'static dyn Gateway) -> BoxedStrategy<Vec<Raw>> {
    prop_oneof![final_words(gateway), mixed_words(gateway)].boxed()
}

/// Each word for itself: mostly listed, else absent, a near miss, a wrong type or any text.
pub(crate) fn mixed_words(gateway: &'static dyn Gateway) -> BoxedStrategy<Vec<Raw>> {
    gateway.words().iter().map(|word| any_word(gateway, word)).collect::<Vec<_>>().boxed()
}

fn any_word(gateway: &'static dyn Gateway, word: &'static Word) -> BoxedStrategy<Raw> {
    let written = |word: &'static str| Some(word.to_string());
    prop_oneof![
        6 => select(word.listed).prop_map(written),
        2 => Just(None),
        1 => select(word.unlisted).prop_map(written),
        1 => "[A-Z0-9_.]{0,9}".prop_map(|text| Some(gateway.quote(&text))),
    ]
    .boxed()
}

/// Final words of which one has been replaced by something the page does not list, so that nothing is proven any more.
pub(crate) fn spoilt_words(gateway: &'static dyn Gateway) -> BoxedStrategy<Vec<Raw>> {
    let spoil = |(mut words, other, at): (Vec<Raw>, Vec<Raw>, Index)| {
        let at = at.index(words.len());
        words[at].clone_from(&other[at]);
        words
    };
    (final_words(gateway), mixed_words(gateway), any::<Index>())
        .prop_map(spoil)
        .prop_filter("proves something", |words| gateway.meaning(words).is_unknown())
        .boxed()
}

/// Every id as we sent it.
pub(crate) fn own_ids(gateway: &'static dyn Gateway) -> BoxedStrategy<Vec<Echo>> {
    Just(vec![Echo::Same; gateway.ids().len()]).boxed()
}

/// Ids as we sent them, but for some.
pub(crate) fn any_ids(gateway: &'static dyn Gateway) -> BoxedStrategy<Vec<Echo>> {
    let count = gateway.ids().len();
    let mostly_same = prop_oneof![7 => Just(Echo::Same), 1 => any_echo()];
    prop::collection::vec(mostly_same, count..=count).boxed()
}

/// Ids of which at least one is not as we sent it.
pub(crate) fn other_ids(gateway: &'static dyn Gateway) -> BoxedStrategy<Vec<Echo>> {
    let replace = |(mut ids, at, echo): (Vec<Echo>, Index, Echo)| {
        let at = at.index(ids.len());
        ids[at] = echo;
        ids
    };
    (any_ids(gateway), any::<Index>(), any_echo()).prop_map(replace).boxed()
}

fn any_echo() -> BoxedStrategy<Echo> {
    prop_oneof![
        1 => Just(Echo::Absent),
        1 => Just(Echo::Null),
        4 => (0..8usize).prop_map(Echo::Other),
        2 => (0..4usize).prop_map(Echo::Typed),
    ]
    .boxed()
}

pub(crate) fn right_seal() -> BoxedStrategy<Seal> {
    Just(Seal::Right).boxed()
}

/// Anything but the right signature.
pub(crate) fn broken_seal() -> BoxedStrategy<Seal> {
    const RAW: [Option<&str>; 12] = [
        None,
        Some("null"),
        Some("\"\""),
        Some("\" \""),
        Some("0"),
        Some("true"),
        Some("[]"),
        Some("{}"),
        Some("\"AAAA\""),
        Some("\"====\""),
        Some("\"__--\""),
        Some("\"D41D8CD98F00B204E9800998ECF8427E\""),
    ];
    prop_oneof![2 => Just(Seal::OtherKey), 2 => Just(Seal::Stolen), 3 => select(&RAW).prop_map(Seal::Raw)].boxed()
}

pub(crate) fn undamaged() -> BoxedStrategy<Damage> {
    Just(Damage::None).boxed()
}

/// One thing that makes a reply unreadable or untrustworthy.
pub(crate) fn any_damage(gateway: &'static dyn Gateway) -> BoxedStrategy<Damage> {
    const STATUS: [u16; 16] = [201, 202, 204, 206, 301, 302, 303, 307, 308, 400, 401, 403, 404, 412, 429, 500];
    const CODINGS: [&str; 5] = ["gzip", "br", "deflate", "x-unknown", "identity, gzip"];
    const TAILS: [&str; 5] = ["x", "{}", "<xml></xml>", "\0", ","];
    const DOCUMENTS: [&str; 9] = ["", " ", "null", "[]", "{}", "\"SUCCESS\"", "SUCCESS", "<html><body>200 OK</body></html>", "<xml></xml>"];
    // Of a body that is signed, the head can say what it likes.
    let coded =
        if signs(gateway) { select(&TAILS).prop_map(Damage::Tail).boxed() } else { select(&CODINGS).prop_map(Damage::Encoded).boxed() };
    let other = prop_oneof![select(&DOCUMENTS), select(gateway.strays())];
    prop_oneof![
        4 => prop_oneof![select(&STATUS), 100..600u16].prop_filter("is 200", |status| *status != 200).prop_map(Damage::Status),
        1 => Just(Damage::Status(412)),
        2 => coded,
        4 => any::<Index>().prop_map(Damage::Cut),
        2 => select(&TAILS).prop_map(Damage::Tail),
        2 => any::<Index>().prop_map(Damage::BadByte),
        1 => any::<Index>().prop_map(Damage::Nul),
        2 => other.prop_map(Damage::Instead),
        2 => Just(Damage::Second),
        1 => Just(Damage::Huge),
        2 => any::<Index>().prop_map(Damage::Twice),
    ]
    .boxed()
}

/// Mostly none.
pub(crate) fn some_damage(gateway: &'static dyn Gateway) -> BoxedStrategy<Damage> {
    prop_oneof![7 => undamaged(), 1 => any_damage(gateway)].boxed()
}
