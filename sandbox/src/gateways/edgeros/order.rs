//! How a request names its order, and a reply the order it is about.

use super::fields::Fields;

/// With their greatest lengths, in bytes.
pub(super) const FIELDS: [(&str, usize); 2] = [("transaction_no", 50), ("mch_trade_no", 50)];

/// One of the two at least.
pub(super) struct Ids {
    pub(super) transaction_no: Option<String>,
    pub(super) mch_trade_no: Option<String>,
}

impl Ids {
    /// An empty one is signed and names nothing.
    pub(super) fn of(fields: &Fields) -> Result<Ids, &'static str> {
        let id = |name| fields.get(name).filter(|id| !id.is_empty()).map(str::to_string);
        match (id("transaction_no"), id("mch_trade_no")) {
            (None, None) => Err("transaction_no and mch_trade_no are both missing"),
            (transaction_no, mch_trade_no) => Ok(Ids { transaction_no, mch_trade_no }),
        }
    }

    /// The one that the gateway obeys.
    pub(super) fn asked(&self) -> &str {
        self.transaction_no.as_ref().or(self.mch_trade_no.as_ref()).map(String::as_str).unwrap_or_default()
    }

    /// The members that name the order `named`. The gateway gave every order a transaction_no; a merchant's number it knows only when told.
    pub(super) fn in_reply(&self, named: &str) -> Vec<(&'static str, String)> {
        let (transaction_no, mch_trade_no) = match &self.transaction_no {
            Some(_) => (named.to_string(), self.mch_trade_no.clone()),
            None => (format!("AP-{named}").chars().take(50).collect(), Some(named.to_string())),
        };
        let mch_trade_no = mch_trade_no.map(|number| ("mch_trade_no", number));
        mch_trade_no.into_iter().chain([("transaction_no", transaction_no)]).collect()
    }
}
