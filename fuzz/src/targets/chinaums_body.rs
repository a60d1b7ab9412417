//! ChinaUMS signs nothing: what closes an order must name it, by another reader's reading, and say nothing else.

use crate::lab::{Account, Lab, Rules};
use crate::reference::json::{self, Node};
use crate::rewrite;
use crate::script::Script;
use serde_json::Value;
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "chinaums",
        covered,
        rewritten,
        words: &[
            "\"errCode\":\"SUCCESS\"",
            "\"errCode\":\"HAS_CANCELLED\"",
            "\"billPayment\":",
            "\"status\":\"TRADE_CLOSED\"",
            "\"billStatus\":\"CLOSED\"",
            "\"merOrderId\":",
            "\"msgId\":",
            "\"mid\":",
            "\"tid\":",
            "\"TRADE_REFUND\"",
            "null",
            "\"\"",
            ",",
            "{",
            "}",
        ],
        signs: false,
    })
});

pub fn run(data: &[u8]) {
    LAB.run(data);
}

pub fn seeds() -> Vec<Vec<u8>> {
    LAB.seeds()
}

/// All that a claim rests on: without a signature, that is what must be as in a genuine reply.
fn covered(account: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    let Some(node) = std::str::from_utf8(body).ok().and_then(json::read) else { return Vec::new() };
    let order: Value = serde_json::from_slice(&account.request.body).unwrap();
    let text =
        |node: Option<&Node<'_>>, name: &str| node.and_then(|node| node.member(name)?.text().map(str::to_string)).unwrap_or_default();
    let (of_reply, payment) = (|name: &str| text(Some(&node), name), node.member("billPayment"));
    let is_ours = |theirs: String, name: &str| order[name] == theirs.as_str() && !theirs.is_empty();
    let strange = |theirs: String, name: &str| !theirs.is_empty() && order[name] != "" && order[name] != theirs.as_str();
    let of_order = text(payment, "merOrderId");
    // A query names the order in billNo, where the reply may have the account's own number; and need not give back the msgId.
    let queries = account.request.url.ends_with("/query");
    let (names, others, number): (&[_], &[_], _) = match queries {
        true => (&["mid", "tid"], &["billDate", "instMid", "msgId"], "billNo"),
        false => (&["mid", "tid", "msgId"], &["billNo", "billDate", "instMid"], "merOrderId"),
    };
    let named = names.iter().all(|name| is_ours(of_reply(name), name));
    let other = others.iter().any(|name| strange(of_reply(name), name));
    let bound = is_ours(of_order.clone(), number) || (!queries && of_reply("errCode") == "HAS_CANCELLED" && of_order.is_empty());
    if !named || other || !bound {
        return Vec::new();
    }
    let (paid, billed) = (text(payment, "status"), of_reply("billStatus"));
    // Either place may be silent; what is said must be that the order is voided.
    let payment_voided = ["TRADE_CLOSED", "TRADE_REFUND", ""].contains(&paid.as_str());
    let bill_voided = ["CLOSED", "REFUND", ""].contains(&billed.as_str());
    let silent = paid.is_empty() && billed.is_empty();
    match payment_voided && bill_voided {
        true => vec![format!("{} {}", of_reply("errCode"), if silent { "" } else { "voided" }).into()],
        false => Vec::new(),
    }
}

fn rewritten(_: &Account, body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    let node = json::read(std::str::from_utf8(body).ok()?)?;
    Some(rewrite::json(&node, &[], script).into())
}
