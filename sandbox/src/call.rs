//! The calls that name an order.

/// The calls that name an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Changes the order.
    Close,
    /// Only asks for it.
    Query,
}
