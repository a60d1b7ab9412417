//! `GET /pay/v1/transactions/bill` names a file and its hash; the file itself is fetched without a signature.

use sha2::{Digest as _, Sha256};

use super::fields::Fields;
use super::order::Ids;
use super::refund::refund_no;
use super::{ID, Service, found, other_reply};
use crate::book::MovementKind;
use crate::call::Call;
use crate::clock::{self, DAY, SPELT};
use crate::gateways::{Api, Visit, yuan};
use crate::hex;
use crate::http::Reply;

pub(super) const SERVICE: Service = Service { api: Api::get("/pay/v1/transactions/bill", Call::Bill), fields: &[("bill_date", 10)], reply };

const FILES: &str = "/pay/v1/bills/";

/// The words of a hash are published nowhere: `SHA256` is a guess. Unlike the real one's, the bill of today is there.
fn reply(visit: &Visit<'_>, fields: &Fields) -> Result<String, &'static str> {
    let day = fields.get("bill_date").filter(|text| clock::is_date(text)).ok_or("bill_date is invalid")?;
    if let Some(kind) = visit.other_call() {
        return Ok(other_reply(visit, kind, &Ids { transaction_no: None, mch_trade_no: None }));
    }
    if day > clock::stamp(DAY).as_str() {
        return Ok(found(visit, &[], &[("code", "BILL_NOT_EXIST"), ("description", "账单不存在")]));
    }
    let Some(text) = text(visit, day) else {
        return Ok(found(visit, &[], &[("code", "NO_BILL"), ("description", "无账单")]));
    };
    let scheme = if visit.request.is_secure { "https" } else { "http" };
    let url = format!("{scheme}://{}{FILES}{day}.csv", visit.request.header("host").unwrap_or("127.0.0.1"));
    let hash = hex::lower(&Sha256::digest(text));
    let bill = [("code", "SUCCESS"), ("description", "成功"), ("url", &url), ("hash_code", &hash), ("hash_type", "SHA256")];
    let of_other_method: &[_] = if visit.is_of_other_method() { &[("pay_channel", "WX")] } else { &[] };
    Ok(found(visit, &[], &[&bill[..], of_other_method].concat()))
}

/// The file of a day; nothing, where the path is no such file's.
pub(super) fn file(visit: &Visit<'_>) -> Option<Reply> {
    let day = visit.request.target.strip_prefix(FILES)?.strip_suffix(".csv")?;
    (visit.request.method == "GET").then(|| text(visit, day).map(|text| Reply::new(200, "text/csv", text)))?
}

/// What happened on that day; the columns are the sandbox's own.
fn text(visit: &Visit<'_>, day: &str) -> Option<String> {
    let mut lines = vec!["time,mch_trade_no,kind,mch_refund_no,refund_no,amount".to_string()];
    for movement in visit.book.movements() {
        if movement.gateway != ID || clock::spell(movement.when, DAY) != day {
            continue;
        }
        let (kind, number) = match &movement.kind {
            MovementKind::Paid => ("PAY", None),
            MovementKind::Refunded(number) => ("REFUND", Some(number.as_str())),
            MovementKind::Undone => ("REFUND", None),
        };
        let (time, own) = (clock::spell(movement.when, SPELT), number.map(refund_no).unwrap_or_default());
        lines.push([&time, &movement.order, kind, number.unwrap_or_default(), &own, &yuan(movement.fen)].join(","));
    }
    (lines.len() > 1).then(|| lines.join("\r\n") + "\r\n")
}
