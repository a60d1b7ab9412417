//! How each gateway has things signed, as stages, with the ways in which its clients go wrong.

mod body;
mod chinaums;
mod edgeros;
mod icbc;
mod notice;
mod pairs;
mod parse;
mod wechat;
mod ysepay;

pub(crate) use notice::meant;

use crate::message::{Message, Side};
use crate::seal::Seal;
use crate::search::{Deviation, Draft, Stage};
use crate::settings::Settings;
use crate::text::Charset;
use crate::tree::Tree;
use chexiao::{Error, Kind, Result};

/// A message with a signature, ready to be taken apart.
pub(crate) struct Case {
    pub(crate) stages: Vec<Stage>,
    pub(crate) start: Draft,
    pub(crate) seal: Box<dyn Seal>,
    /// What strikes about the message whether or not its signature is right.
    pub(crate) remarks: Vec<Deviation>,
    /// The charset that people are to read it in.
    pub(crate) charset: Charset,
}

/// No gateway's message is longer, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// Nor has as many parameters, or half as many elements.
const MOST_PARTS: usize = 2_000;
/// Of so many names each may have been forgotten.
const MOST_NAMES: usize = 100;

/// What anybody may send costs no more than what gateways do.
fn bounded(message: &Message, side: Side) -> Result<()> {
    let bytes = || message.target.bytes().chain(message.body.iter().copied());
    let parts = bytes().filter(|byte| b"&<".contains(byte)).take(MOST_PARTS + 1).count();
    if message.target.len() + message.body.len() > MOST_BYTES || parts > MOST_PARTS {
        return Err(unreadable(side, "is larger than any message of a gateway (1 MiB, 2,000 of & and <): it is not taken apart"));
    }
    Ok(())
}

/// Every case that a message may be: more than one where the file does not say which.
pub(crate) fn cases(settings: &Settings, message: &Message, side: Side) -> Result<Vec<Case>> {
    bounded(message, side)?;
    if message.read_as == "curl command" && message.lossy {
        return Err(unreadable(side, "sends a file (@): put what stands in it in the place of @ and its name"));
    }
    match (settings.gateway.as_str(), side) {
        (_, Side::Notification) => notice::case(settings, message).map(|case| vec![case]),
        ("wechat", _) => wechat::case(settings, message, side).map(|case| vec![case]),
        ("icbc", Side::Request) => icbc::requests(settings, message),
        ("icbc", Side::Reply) => icbc::reply(settings, message).map(|case| vec![case]),
        ("ysepay", Side::Request) => ysepay::request(settings, message).map(|case| vec![case]),
        ("ysepay", Side::Reply) => ysepay::reply(settings, message).map(|case| vec![case]),
        ("edgeros", Side::Request) => edgeros::request(settings, message).map(|case| vec![case]),
        ("edgeros", Side::Reply) => edgeros::reply(settings, message).map(|case| vec![case]),
        ("chinaums", Side::Request) => chinaums::request(settings, message),
        ("chinaums", Side::Reply) => Err(unreadable(side, "this gateway signs no reply: there is no signature to explain")),
        (other, _) => Err(unreadable(side, &format!("signatures of {other} are not known here"))),
    }
}

/// The members of a reply, those of objects inside too.
pub(crate) fn reply_fields(settings: &Settings, message: &Message) -> Vec<(String, String)> {
    let charset = Charset::named(settings.text("charset"));
    let text = charset.decode(&message.body).or_else(|| charset.other().decode(&message.body)).unwrap_or_default();
    match Tree::read(&text) {
        Some(tree) => tree.words(),
        None => parse::xml(&text).unwrap_or_default().into_iter().map(|pair| (pair.name, pair.value)).collect(),
    }
}

/// Why a message cannot be taken apart.
pub(crate) fn unreadable(side: Side, what: &str) -> Error {
    Error::at_border(Kind::Call, side.word(), what)
}
