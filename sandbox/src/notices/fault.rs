//! What can be wrong with a notice on purpose.

use std::fmt;

use crate::fault::CALLS;

/// A fault of one notice. [`NoticeFault::parse`] reads the names of [`NOTICE_FAULTS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeFault {
    /// Without its signature; WeChat Pay's notice of a refund, which has none, without `req_info`.
    Unsigned,
    /// Signed, or encrypted, with another key.
    OtherKey,
    /// A genuine one of another merchant. YSEPay's name no merchant: the same order number, and 0.01 yuan.
    OtherMerchant,
    /// A digit of what is signed is another when it is sent; of WeChat Pay's refund, of what is encrypted.
    Changed,
    /// The last one about the order once more, byte for byte.
    Replayed,
    /// Twice at once.
    Duplicated,
    /// The word before, after the one that holds: paid, after the refund; at ICBC, which tells of no refunds, in process, after paid.
    OutOfOrder,
    /// Under a Content-Type that is wrong.
    ContentType,
    /// In place of a notice the genuine reply of this call about the same order, one of [`CALLS`].
    Call(&'static str),
}

/// The name of each, and what it does.
pub static NOTICE_FAULTS: &[(&str, &str)] = &[
    ("unsigned", "without its signature; WeChat Pay's refund, which has none, without req_info"),
    ("otherkey", "signed, or encrypted, with another key"),
    ("othermerchant", "a genuine one of another merchant; YSEPay's name none: the same order number, and 0.01 yuan"),
    ("changed", "a digit of what is signed is another"),
    ("replayed", "the last one about the order once more, byte for byte"),
    ("duplicated", "twice at once"),
    ("outoforder", "paid after the refund; at ICBC, which tells of no refunds, in process after paid"),
    ("contenttype", "under a Content-Type that is wrong"),
    ("call:KIND", "the genuine reply of another call, of those of the fault `call`, or `close`"),
];

const CALL: &str = "call:";

impl NoticeFault {
    /// Those that need no call to be named.
    pub const ALL: [NoticeFault; 8] = [
        NoticeFault::Unsigned,
        NoticeFault::OtherKey,
        NoticeFault::OtherMerchant,
        NoticeFault::Changed,
        NoticeFault::Replayed,
        NoticeFault::Duplicated,
        NoticeFault::OutOfOrder,
        NoticeFault::ContentType,
    ];

    /// Reads a name, in any case.
    pub fn parse(text: &str) -> Option<NoticeFault> {
        let text = text.to_ascii_lowercase();
        match text.strip_prefix(CALL) {
            Some(kind) => CALLS.into_iter().find(|known| *known == kind).map(NoticeFault::Call),
            None => NoticeFault::ALL.into_iter().find(|fault| fault.name() == text),
        }
    }

    /// Whether it is no longer the gateway's own word.
    pub(crate) fn spoils(self) -> bool {
        !matches!(self, NoticeFault::Replayed | NoticeFault::Duplicated | NoticeFault::OutOfOrder)
    }

    fn name(self) -> &'static str {
        match self {
            NoticeFault::Unsigned => "unsigned",
            NoticeFault::OtherKey => "otherkey",
            NoticeFault::OtherMerchant => "othermerchant",
            NoticeFault::Changed => "changed",
            NoticeFault::Replayed => "replayed",
            NoticeFault::Duplicated => "duplicated",
            NoticeFault::OutOfOrder => "outoforder",
            NoticeFault::ContentType => "contenttype",
            NoticeFault::Call(kind) => kind,
        }
    }
}

impl fmt::Display for NoticeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = if matches!(self, NoticeFault::Call(_)) { CALL } else { "" };
        write!(f, "{prefix}{}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_described() {
        let calls = CALLS.map(NoticeFault::Call);
        for fault in NoticeFault::ALL.into_iter().chain(calls) {
            assert_eq!(NoticeFault::parse(&fault.to_string().to_uppercase()), Some(fault));
        }
        let described: Vec<_> = NOTICE_FAULTS.iter().map(|(name, _)| *name).filter(|name| !name.starts_with(CALL)).collect();
        assert_eq!(described, NoticeFault::ALL.map(NoticeFault::name));
        for bad in ["", "call", "call:", "call:nothing", "sleep", "close"] {
            assert_eq!(NoticeFault::parse(bad), None, "{bad}");
        }
    }
}
