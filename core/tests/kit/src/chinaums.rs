//! ChinaUMS: a bill with its payment inside, which nobody signs.

use crate::written::{object, with};
use serde_json::{Value, json};

/// Members that stand above the payment or inside of it, as they are written.
pub type Members<'a> = &'a [(&'a str, Option<&'a str>)];

/// Of the account's merchant and terminal.
pub fn order(bill_no: &str, bill_date: &str, mer_order_id: &str) -> Value {
    json!({ "billNo": bill_no, "billDate": bill_date, "merOrderId": mer_order_id, "authIdRespCd": "" })
}

/// A reply with these members; `more` stands behind them: at the top, and in the payment.
pub fn reply(top: Members<'_>, payment: Members<'_>, [more_at_top, more_in_payment]: [Option<&str>; 2], spaced: bool) -> Vec<u8> {
    let paid = payment.iter().any(|(_, raw)| raw.is_some());
    let payment = with(&object(payment, spaced), more_in_payment);
    let members = [top, &[("billPayment", paid.then_some(payment.as_str()))]].concat();
    with(&object(&members, spaced), more_at_top).into_bytes()
}
