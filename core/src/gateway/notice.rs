//! [`Notice`]: what a notification is taken for, what stands behind that, and what to answer.

use super::message::HttpReply;
use crate::ground::words::words;
use crate::outcome::{Code, Confirm, Evidence, GatewayWords, Outcome, Reason};
use crate::strict::json::{Node, Value};
use crate::strict::xml::Fields;
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// What an amount counts.
    Unit {
        /// A hundredth of a yuan, or of the unit of another currency.
        Fen => "fen",
        /// Whole yuan, with decimals.
        Yuan => "yuan",
    }
}

/// An amount as the gateway wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// The text received.
    pub text: String,
    /// What it counts.
    pub unit: Unit,
}

impl Amount {
    /// `None` if there is no text.
    pub(crate) fn of(text: &str, unit: Unit) -> Option<Self> {
        text_of(text).map(|text| Self { text, unit })
    }
}

/// What a notification tells besides its event. Filled only where it is authentic and ours, and with the one that a gateway never signs.
#[derive(Clone, Default)]
pub(crate) struct Told {
    /// The gateway's own names.
    pub(crate) order: Fields,
    pub(crate) amount: Option<Amount>,
    pub(crate) time: Option<String>,
    pub(crate) dedupe: Option<String>,
    pub(crate) fields: Fields,
}

impl Told {
    /// Whether each of these is told, and so.
    pub(crate) fn agrees_with(&self, expected: &[(String, String)]) -> bool {
        let told = |name: &str| self.amount_named(name).or_else(|| self.order.get(name)).or_else(|| self.fields.get(name));
        expected.iter().all(|(name, text)| told(name) == Some(text))
    }

    fn amount_named(&self, name: &str) -> Option<&String> {
        self.amount.as_ref().filter(|_| name == "amount").map(|amount| &amount.text)
    }
}

/// The text, unless it is empty: which says as little as absence.
pub(crate) fn text_of(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.into())
}

/// Those of these names that stand in `fields`.
pub(crate) fn named(fields: &Fields, names: &[&str]) -> Fields {
    let of_name = |name: &&str| fields.get(*name).filter(|text| !text.is_empty()).map(|text| (name.to_string(), text.clone()));
    names.iter().filter_map(of_name).collect()
}

/// `a|b|c`; `None` if one of them is empty: what is not wholly named could be taken for another.
pub(crate) fn key_of(parts: &[&str]) -> Option<String> {
    (!parts.iter().any(|part| part.is_empty())).then(|| parts.join("|"))
}

/// The members of an object, by name: texts as they read, everything else as it was written, without nulls.
pub(crate) fn members_of(object: &Node<'_>) -> Fields {
    let text = |node: &Node<'_>| match &node.value {
        Value::Null => None,
        Value::String(text) => Some(text.to_string()),
        _ => Some(node.raw.to_string()),
    };
    let members = object.members().unwrap_or_default().iter();
    members.filter_map(|(name, node)| Some((name.to_string(), text(node)?))).collect()
}

/// What a gateway told by itself about an order. Every field of its JSON has its accessor; see docs/notifications.md for their meaning.
///
/// Three things stay apart: whether it is authentic ([`evidence`](Self::evidence)), what it says ([`event`](Self::event)), and whether to
/// acknowledge it, which the merchant decides once it is stored.
#[derive(Clone)]
pub struct Notice {
    pub(super) outcome: Outcome,
    pub(super) told: Told,
    /// What must be known of every notification of this gateway.
    pub(super) caveat: Option<(&'static str, &'static str)>,
    pub(super) acknowledge: Option<HttpReply>,
    pub(super) refuse: HttpReply,
}

impl Notice {
    /// What it says of the order: Paid, Refunded, Closed, AlreadyClosed, Processing or Unknown.
    pub fn event(&self) -> Code {
        self.outcome.code()
    }

    /// What stands behind it: signed_bound, if it is authentic, ours, of a kind that this library reads and names its order;
    /// signed_unbound, if it is authentic and of another kind; else none.
    pub fn evidence(&self) -> Evidence {
        self.outcome.evidence()
    }

    /// Whether a query should confirm it.
    pub fn confirm(&self) -> Confirm {
        if self.evidence() == Evidence::None && self.hint().is_some() { Confirm::Required } else { self.outcome.confirm() }
    }

    /// Why the event is Unknown.
    pub fn reason(&self) -> Option<Reason> {
        self.outcome.reason()
    }

    /// What it points to without proving it: Paid or Refunded.
    pub fn hint(&self) -> Option<Code> {
        self.outcome.hint()
    }

    /// Two of its fields disagree.
    pub fn contradiction(&self) -> bool {
        self.outcome.contradiction()
    }

    /// The order it names, under the gateway's own names.
    pub fn order(&self) -> &BTreeMap<String, String> {
        &self.told.order
    }

    /// The amount of the order; in the notice of a refund, that of the refund.
    pub fn amount(&self) -> Option<&Amount> {
        self.told.amount.as_ref()
    }

    /// When it happened, as the gateway wrote it; where it does not say, when it was told.
    pub fn time(&self) -> Option<&str> {
        self.told.time.as_deref()
    }

    /// Every verified field, decrypted where it was encrypted. Where a parameter is a JSON text, its members stand beside it, unless a
    /// parameter has that name.
    pub fn fields(&self) -> &BTreeMap<String, String> {
        &self.told.fields
    }

    /// The gateway's own words.
    pub fn gateway(&self) -> &GatewayWords {
        self.outcome.gateway()
    }

    /// What stays the same when the same thing is told again, and differs when another is. `None`: take it for new.
    pub fn dedupe(&self) -> Option<&str> {
        self.told.dedupe.as_deref()
    }

    /// The complete answer that ends the repeats, for when the notice is stored. `None` where nothing proves that the gateway sent it.
    pub fn acknowledge(&self) -> Option<&HttpReply> {
        self.acknowledge.as_ref()
    }

    /// The complete answer that asks for it to be sent again.
    pub fn refuse(&self) -> &HttpReply {
        &self.refuse
    }

    /// What could not be read, when the reason is [`Reason::Input`].
    pub(super) fn note(&self) -> Option<&str> {
        self.outcome.note()
    }
}

impl fmt::Debug for Notice {
    /// Without what it tells of the order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("event", &self.event())
            .field("evidence", &self.evidence())
            .field("reason", &self.reason())
            .finish_non_exhaustive()
    }
}
