//! What a generated reply holds.

use crate::gateway::{Gateway, Id, Raw};
use chexiao::Code;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A reply, before a gateway writes it.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// Which of the gateway's accounts.
    pub(crate) account: usize,
    pub(crate) words: Vec<Raw>,
    pub(crate) ids: Vec<Echo>,
    pub(crate) seal: Seal,
    /// More members, as places in a list of the gateway's.
    pub(crate) extras: Vec<Index>,
    /// A member of another call's reply, likewise.
    pub(crate) foreign: Option<Index>,
    /// Blanks, line breaks and comments where the format allows them.
    pub(crate) spaced: bool,
    /// The signature before what it signs, where the format leaves that open.
    pub(crate) sign_first: bool,
    pub(crate) damage: Damage,
}

/// How an id comes back.
#[derive(Debug, Clone)]
pub(crate) enum Echo {
    Same,
    Absent,
    Null,
    /// Another text, made from ours in one of several ways.
    Other(usize),
    /// Not a text.
    Typed(usize),
}

impl Echo {
    /// The member's value; `None` if absent.
    pub(crate) fn value(&self, own: Option<&str>) -> Option<Value> {
        let Some(own) = own else {
            return matches!(self, Echo::Other(_)).then(|| json!("the gateway's own"));
        };
        match self {
            Echo::Same => Some(json!(own)),
            Echo::Absent => None,
            Echo::Null => Some(Value::Null),
            Echo::Other(way) => Some(json!(another(own, *way))),
            Echo::Typed(way) => Some([json!(7), json!(true), json!([own]), json!({ "is": own })][way % 4].clone()),
        }
    }
}

/// A text that is not `own`, but like it.
fn another(own: &str, way: usize) -> String {
    let flipped = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let other = match way % 8 {
        0 => own.chars().map(flipped).collect(),
        1 => format!("{own}0"),
        2 => own.chars().take(own.chars().count() - 1).collect(),
        3 => format!(" {own}"),
        4 => format!("{own} "),
        5 => format!("0{own}"),
        6 => own.chars().rev().collect(),
        _ => "ANOTHER-1".to_string(),
    };
    if other == own { format!("{own}x") } else { other }
}

/// What stands where the signature belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// The right signature.
    Right,
    /// By another key.
    OtherKey,
    /// By the right key, over another reply.
    Stolen,
    /// Something else, as written; `None`: nothing.
    Raw(Option<&'static str>),
}

/// What happens to the reply on its way.
#[derive(Debug, Clone)]
pub(crate) enum Damage {
    None,
    Status(u16),
    Encoded(&'static str),
    /// Ends early.
    Cut(Index),
    /// More bytes behind it.
    Tail(&'static str),
    /// A byte that no charset has, somewhere.
    BadByte(Index),
    /// A NUL somewhere.
    Nul(Index),
    /// Another document altogether.
    Instead(&'static str),
    /// One of the words stands there twice, with the same value.
    Twice(Index),
    /// The gateway's envelope twice.
    Second,
    /// Over a mebibyte.
    Huge,
}

impl Plan {
    /// The gateway's first final words, sealed, ours and whole, with no member that the page does not list.
    pub(crate) fn plain(gateway: &dyn Gateway) -> Self {
        Self {
            account: 0,
            words: owned(gateway.finals()[0]),
            ids: gateway.ids().iter().map(|id| if id.listed { Echo::Same } else { Echo::Absent }).collect(),
            seal: Seal::Right,
            extras: Vec::new(),
            foreign: None,
            spaced: false,
            sign_first: false,
            damage: Damage::None,
        }
    }

    /// Sealed by the right key.
    pub(crate) fn is_authentic(&self) -> bool {
        self.seal == Seal::Right
    }

    /// No id contradicts ours, and every one that this outcome requires is there.
    pub(crate) fn is_ours(&self, ids: &[Id], own: &[Option<&str>], code: Code) -> bool {
        let fits = |((echo, id), own): ((&Echo, &Id), &Option<&str>)| match echo {
            Echo::Same => true,
            _ if own.is_none() => true,
            Echo::Absent | Echo::Null => !id.required.contains(&code),
            Echo::Other(_) | Echo::Typed(_) => false,
        };
        self.ids.iter().zip(ids).zip(own).all(fits)
    }

    /// Arrived as it was written, and readable.
    pub(crate) fn is_whole(&self) -> bool {
        match self.damage {
            Damage::None => true,
            Damage::Twice(_) => self.repeated().is_none(),
            _ => false,
        }
    }

    /// The members beside words and ids, no name twice.
    pub(crate) fn more(&self, gateway: &dyn Gateway) -> BTreeMap<&'static str, &'static str> {
        let (extras, foreign) = (gateway.extras(), gateway.foreign());
        let foreign = self.foreign.map(|at| foreign[at.index(foreign.len())]);
        self.extras.iter().map(|at| extras[at.index(extras.len())]).chain(foreign).collect()
    }

    /// Whether it holds a member that the page's list lacks. An empty text is none: not every signature covers it.
    pub(crate) fn is_strange(&self, gateway: &dyn Gateway, own: &[Option<&str>]) -> bool {
        let Some(listed) = gateway.listed() else { return false };
        let unlisted =
            |((echo, id), own): ((&Echo, &Id), &Option<&str>)| !id.listed && echo.value(*own).is_some_and(|value| !value.is_null());
        self.more(gateway).iter().any(|(name, raw)| !listed.contains(name) && !raw.is_empty())
            || self.ids.iter().zip(gateway.ids()).zip(own).any(unlisted)
    }

    /// The word that stands there twice.
    pub(crate) fn repeated(&self) -> Option<usize> {
        let present: Vec<usize> = (0..self.words.len()).filter(|at| self.words[*at].is_some()).collect();
        match self.damage {
            Damage::Twice(at) if !present.is_empty() => Some(present[at.index(present.len())]),
            _ => None,
        }
    }

    /// The words as members, one of them twice if so planned.
    pub(crate) fn members(&self, gateway: &dyn Gateway) -> Vec<(&'static str, Raw)> {
        let mut members: Vec<_> = gateway.words().iter().zip(&self.words).map(|(word, raw)| (word.name, raw.clone())).collect();
        if let Some(at) = self.repeated() {
            members.push(members[at].clone());
        }
        members
    }
}

/// A row of a table as words.
pub(crate) fn owned(words: &[Option<&str>]) -> Vec<Raw> {
    words.iter().map(|word| word.map(str::to_string)).collect()
}
