//! The words of what a gateway is asked.

use crate::ground::words::words;
use std::fmt;

words! {
    /// What a gateway is asked about an order.
    Verb {
        /// To end it.
        Close => "close",
        /// For its state.
        Query => "query",
        /// To give money back, once for the number that the merchant gives the refund.
        Refund => "refund",
        /// What has become of the refund of that number.
        RefundQuery => "refund_query",
        /// To undo it: what was paid is given back, what was not is closed.
        Reverse => "reverse",
    }
}

impl Verb {
    /// Whether it only asks.
    pub(crate) const fn is_question(self) -> bool {
        matches!(self, Self::Query | Self::RefundQuery)
    }

    /// Whether it is about a refund, which has a number and a state of its own.
    pub(crate) const fn is_of_refund(self) -> bool {
        matches!(self, Self::Refund | Self::RefundQuery)
    }
}
