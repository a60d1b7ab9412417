//! What a gateway is to tell, and what its notice needs for it.

use time::OffsetDateTime;

use super::{Notice, NoticeFault, registered_url};
use crate::book::{Refund, State};
use crate::gateways::another;
use crate::keys::Keys;
use crate::{clock, form, hex};

/// What is to be told, and what is wrong with it.
pub(crate) struct Telling<'a> {
    /// The gateway.
    pub(crate) gateway: &'static str,
    /// The name of the configuration that is told.
    pub(crate) account: &'static str,
    pub(crate) number: &'a str,
    pub(crate) state: State,
    /// What the order costs, in fen.
    pub(crate) total: u64,
    /// The refund that is told of, where there is one for it.
    pub(crate) refund: Option<&'a Refund>,
    /// What the merchant attached to the order.
    pub(crate) attached: Option<&'a str>,
    /// What it is signed with: the right keys, or wrong ones.
    pub(crate) keys: &'a Keys,
    /// When the order came into this state, in Beijing.
    pub(crate) happened: OffsetDateTime,
    pub(crate) fault: Option<NoticeFault>,
}

impl Telling<'_> {
    /// 32 hexadecimal digits, the same as often as the same is asked about this order.
    pub(crate) fn id(&self, of: &str) -> String {
        hex::id(&format!("{of} of {} at {}", self.number, self.gateway))
    }

    /// The same of what is told now: another where another word is told, or another refund.
    pub(crate) fn id_of_this(&self) -> String {
        self.id(&[self.state.name(), self.refund.map_or("", |refund| &refund.number)].concat())
    }

    /// What has gone back, in fen.
    pub(crate) fn returned(&self) -> u64 {
        self.refund.map_or(self.total, |refund| refund.fen)
    }

    /// 20 decimal digits, likewise.
    pub(crate) fn digits(&self, of: &str) -> String {
        hex::digits(&self.id(of))
    }

    pub(crate) fn happened(&self, format: clock::Format) -> String {
        clock::spell(self.happened, format)
    }

    /// The merchant it is for.
    pub(crate) fn merchant(&self, name: &str) -> String {
        if self.fault == Some(NoticeFault::OtherMerchant) { another(name) } else { name.to_string() }
    }

    pub(crate) fn is_unsigned(&self) -> bool {
        self.fault == Some(NoticeFault::Unsigned)
    }

    /// A signed value, as it is sent.
    pub(crate) fn sent(&self, text: &str) -> String {
        if self.fault == Some(NoticeFault::Changed) { with_another_digit(text) } else { text.to_string() }
    }

    /// A form of these parameters and their signature; `changeable` is the one that a change hits.
    pub(crate) fn form(&self, fields: &[(&str, &str)], changeable: &str, sign: impl FnOnce(&[u8]) -> String) -> String {
        let signature = sign(&form::string_to_sign(fields));
        let sent = |(name, value): &(&str, &str)| {
            let value = if *name == changeable { self.sent(value) } else { value.to_string() };
            (name.to_string(), value)
        };
        let mut fields: Vec<_> = fields.iter().map(sent).collect();
        if !self.is_unsigned() {
            fields.push(("sign".to_string(), signature));
        }
        form::write(&fields)
    }

    pub(crate) fn notice(&self, content_type: &str, body: impl Into<Vec<u8>>) -> Notice {
        let content_type = if self.fault == Some(NoticeFault::ContentType) { "text/html; charset=iso-8859-1" } else { content_type };
        let headers = vec![("Content-Type".to_string(), content_type.to_string())];
        Notice { url: registered_url(self.gateway), headers, body: body.into() }
    }
}

/// The last digit is another.
fn with_another_digit(text: &str) -> String {
    match text.rfind(|c: char| c.is_ascii_digit()) {
        Some(at) => {
            let (before, from) = text.split_at(at);
            let (digit, after) = from.split_at(1);
            format!("{before}{}{after}", if digit == "1" { "7" } else { "1" })
        }
        None => another(text),
    }
}
