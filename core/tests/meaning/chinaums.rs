//! ChinaUMS replies.

use crate::echo::Echo;
use crate::table::{Cell, Gateway, Judged};
use chexiao_kit::{Caller, MSG_ID, chinaums};
use serde_json::json;

const MER_ORDER_ID: Echo<'_> = Echo { name: "mer_order_id", own: "Order-Ab1" };
/// Comes back in the answer to a query, as this number or as that of the completion.
const BILL_NO: Echo<'_> = Echo { name: "bill_no", own: "Bill-Ab1" };
const NAMES: [Echo<'_>; 3] =
    [Echo { name: "mid", own: "Mid-Ab1" }, Echo { name: "tid", own: "Tid-Ab1" }, Echo { name: "msg_id", own: MSG_ID }];

pub(crate) struct Replies {
    in_account: Caller,
    in_order: Caller,
}

impl Replies {
    pub(crate) fn to(operation: &str) -> Self {
        let order = chinaums::order(BILL_NO.own, "", MER_ORDER_ID.own);
        let mut full = order.clone();
        full["mid"] = json!(NAMES[0].own);
        full["tid"] = json!(NAMES[1].own);
        Self {
            in_account: Caller::of(operation, "chinaums", &json!({ "mid": NAMES[0].own, "tid": NAMES[1].own }), &order),
            in_order: Caller::of(operation, "chinaums", &json!({}), &full),
        }
    }
}

impl Gateway for Replies {
    fn judge(&self, cell: &Cell<'_>) -> Judged {
        let ids = cell.name("ids");
        let change = |name: &str| ids.split('+').find(|part| part.starts_with(name));
        let echo = |echo: &Echo<'_>| echo.raw(change(echo.name).unwrap_or("own")).filter(|_| ids != "bare");
        let [mid, tid, msg_id] = NAMES.map(|name| echo(&name));
        let mer_order_id = echo(&MER_ORDER_ID);
        let bill_no = change(BILL_NO.name).and_then(|change| match change {
            "bill_no_own" => BILL_NO.raw("own"),
            "bill_no_order" => MER_ORDER_ID.raw("own"),
            _ => BILL_NO.raw(change),
        });
        let top = [
            ("errCode", cell.raw("errCode")),
            ("errMsg", Some("\"撤销 {\\\"}\"")),
            ("mid", mid.as_deref()),
            ("tid", tid.as_deref()),
            ("msgId", msg_id.as_deref()),
            ("billNo", bill_no.as_deref()),
            ("billStatus", cell.raw("billStatus")),
        ];
        let payment = [("merOrderId", mer_order_id.as_deref()), ("status", cell.raw("status"))];
        let body = chinaums::reply(&top, &payment, [cell.raw("at_top"), cell.raw("in_payment")], false);
        let caller = if cell.name("account") == "in_account" { &self.in_account } else { &self.in_order };
        Judged::by(caller, cell.name("reply"), body)
    }
}
