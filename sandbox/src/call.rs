//! The calls of the gateways.

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Call {
    /// Closes the order.
    Close,
    /// Only asks for it.
    Query,
    /// Makes it.
    Create,
    /// Makes it and has it paid at once.
    Pay,
    /// Gives money back.
    Refund,
    /// Asks what became of that.
    RefundQuery,
    /// Undoes a payment, or closes what is not paid.
    Reverse,
    /// Lists a day.
    Bill,
}

impl Call {
    /// Every call.
    pub const ALL: [Call; 8] =
        [Call::Close, Call::Query, Call::Create, Call::Pay, Call::Refund, Call::RefundQuery, Call::Reverse, Call::Bill];

    /// The lower-case name, which stands before that of a fault: `refund:cut`.
    pub fn name(self) -> &'static str {
        match self {
            Call::Close => "close",
            Call::Query => "query",
            Call::Create => "create",
            Call::Pay => "pay",
            Call::Refund => "refund",
            Call::RefundQuery => "refundquery",
            Call::Reverse => "reverse",
            Call::Bill => "bill",
        }
    }

    /// The call of this name, in any case.
    pub fn named(name: &str) -> Option<Call> {
        Call::ALL.into_iter().find(|call| call.name().eq_ignore_ascii_case(name))
    }

    /// What stands before the name of a fault in a number that chooses it for this call. That of a refund is its own and not the
    /// order's; a bill has none.
    pub(crate) fn prefix(self) -> Option<&'static str> {
        match self {
            Call::Close | Call::Refund => Some(""),
            Call::Query | Call::RefundQuery => Some("QUERY"),
            Call::Create => Some("CREATE"),
            Call::Pay => Some("PAY"),
            Call::Reverse => Some("REVERSE"),
            Call::Bill => None,
        }
    }
}
