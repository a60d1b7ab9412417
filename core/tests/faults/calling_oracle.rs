//! What must hold of every answer to a call, and of the money afterwards.

use crate::calling::{Book, Deal};
use crate::counter::Run;
use chexiao_kit::matrix::Scenario;
use chexiao_sandbox::fault::Handling;
use chexiao_sandbox::{Call as Api, Fault, MovementKind};
use serde_json::{Value, json};

/// So many fen go back of the 100 that every order costs.
pub(crate) const PART: u64 = 30;

/// How a reply names what it is about, and says that it is done.
pub(crate) struct Words {
    number: &'static str,
    done: &'static [(&'static str, &'static str)],
}

impl Words {
    /// By the gateways' pages. Of other calls nothing is claimed here.
    pub(crate) fn of(gateway: &str, api: Api) -> Words {
        let (number, done): (_, &[_]) = match (gateway, api) {
            ("icbc", Api::Refund) => ("partnerSeq", &[("return_code", "0"), ("status", "1")]),
            ("icbc", Api::RefundQuery) => ("partnerSeq", &[("return_code", "0"), ("payStatus", "1")]),
            ("ysepay", Api::Refund | Api::RefundQuery) => ("out_request_no", &[("code", "10000"), ("refund_state", "success")]),
            ("ysepay", Api::Pay) => ("out_trade_no", &[("code", "10000"), ("trade_status", "TRADE_SUCCESS")]),
            ("wechat", Api::Refund) => ("out_refund_no", &[("result_code", "SUCCESS")]),
            ("wechat", Api::RefundQuery) => ("out_refund_no_0", &[("result_code", "SUCCESS"), ("refund_status_0", "SUCCESS")]),
            ("wechat", Api::Pay) => ("out_trade_no", &[("result_code", "SUCCESS")]),
            ("edgeros", Api::Refund | Api::RefundQuery) => ("mch_refund_no", &[("code", "SUCCESS")]),
            ("chinaums", Api::Refund | Api::RefundQuery) => ("refundOrderId", &[("errCode", "SUCCESS"), ("refundStatus", "SUCCESS")]),
            _ => ("", &[]),
        };
        Words { number, done }
    }

    /// Whether a reader who compares its number takes this answer for a yes.
    pub(crate) fn claims(&self, answer: &Value, number: &str) -> bool {
        let says = |name: &str, text: &str| answer["verified"][name] == text;
        answer["code"] == 0 && says(self.number, number) && self.done.iter().all(|(name, text)| says(name, text))
    }
}

/// Whether the sandbox says, under its seal, what is not so.
pub(crate) fn lies(scenario: &Scenario) -> bool {
    let fault = scenario.injection().map(|injection| injection.fault);
    matches!(fault, Some(Fault::Handling(Handling::Says(_) | Handling::OtherCall(_))))
}

/// The rules A1 to A4 that the run breaks.
pub(crate) fn broken(deal: &Deal, run: &Run, book: &Book, lies: bool) -> Vec<String> {
    let mut broken: Vec<String> = run.ends.iter().flat_map(|end| of_answer(deal, &end.document, book, lies)).collect();
    let once = run.facts.carried.iter().all(|connection| connection.requests.iter().filter(|request| request.call.is_some()).count() < 2);
    if run.facts.posts > run.ends.len() || !once {
        broken.push(format!("A4 {} arrived of {}, each over a connection of its own: {once}", run.facts.posts, run.ends.len()));
    }
    broken
}

fn of_answer(deal: &Deal, answer: &Value, book: &Book, lies: bool) -> Option<String> {
    if answer.get("error").is_some() {
        return (answer["status"].as_i64() >= Some(0)).then(|| format!("A1 an error with the status {}", answer["status"]));
    }
    let (evidence, reason) = (answer["evidence"].as_str().unwrap_or_default(), answer["reason"].as_str());
    if let Some(outcome) = answer["outcome"].as_str() {
        return of_outcome(deal, outcome, answer, book, lies);
    }
    let is_explained = ["en", "zh"].iter().all(|language| answer["explanation"][language].as_str().is_some_and(|text| !text.is_empty()));
    match answer["code"].as_i64() {
        _ if !is_explained => Some("A1 nothing is explained".into()),
        Some(9) if answer["verified"].is_null() && evidence == "none" && reason.is_some() => None,
        Some(0) => of_proof(deal, answer, evidence, book, lies),
        code => Some(format!("A1 code {code:?} with evidence {evidence}, reason {reason:?}, verified {}", answer["verified"])),
    }
}

/// A2: by the gateway's own standard. A3: a yes that names the call is one in the book.
fn of_proof(deal: &Deal, answer: &Value, evidence: &str, book: &Book, lies: bool) -> Option<String> {
    let standard: &[&str] = match deal.gateway {
        "chinaums" => &["tls_only"],
        "icbc" | "ysepay" => &["signed_unbound"],
        _ => &["signed_unbound", "signed_bound"],
    };
    if !standard.contains(&evidence) || answer["verified"].as_object().is_none() || !answer["reason"].is_null() {
        return Some(format!("A2 authentic with evidence {evidence} and reason {}", answer["reason"]));
    }
    // Two gateways' numbers are the caller's to compare, who is told so.
    if !["icbc", "ysepay"].contains(&deal.gateway)
        && let Some((name, told)) = another(deal, &answer["verified"])
    {
        return Some(format!("A2 authentic, and {name} is {told}"));
    }
    let claims = Words::of(deal.gateway, deal.api).claims(answer, if deal.api == Api::Pay { &deal.order } else { &deal.refund });
    let is_so = if deal.api == Api::Pay { book.paid } else { book.accepted };
    let is_of_money = matches!(deal.api, Api::Pay | Api::Refund | Api::RefundQuery);
    (is_of_money && claims && !is_so && !lies).then(|| format!("A3 {} says yes, the book does not", deal.api.name()))
}

/// A5: of a typed sibling, what is said to be done or taken up is in the book, what is refused is not, and nothing without proof.
fn of_outcome(deal: &Deal, outcome: &str, result: &Value, book: &Book, lies: bool) -> Option<String> {
    let refunded = book.movements.contains(&(MovementKind::Refunded(deal.refund.clone()), PART));
    let is_so = match outcome {
        "refunded" => refunded,
        "closed" => deal.api == Api::Reverse && book.accepted,
        "processing" => book.accepted,
        "refused" | "not_found" | "throttled" | "misconfigured" => !book.accepted,
        _ => outcome == "unknown",
    };
    let proven = result["evidence"] != "none";
    let is_right = (is_so || lies) && (proven || ["unknown", "misconfigured", "throttled"].contains(&outcome));
    (!is_right).then(|| format!("A5 {outcome} with evidence {}, the book says {:?}", result["evidence"], book.movements))
}

/// The first number in it that was asked for and is another.
fn another<'a>(deal: &Deal, verified: &'a Value) -> Option<(&'static str, &'a str)> {
    let is_of_refund = matches!(deal.api, Api::Refund | Api::RefundQuery);
    // Two of the queries of refunds ask by the number of the refund alone.
    let is_of_order = deal.api != Api::RefundQuery || deal.gateway == "chinaums";
    let orders = ["out_trade_no", "mch_trade_no", "merOrderId"].map(|name| (name, &deal.order, is_of_order));
    let refunds = ["out_refund_no", "out_refund_no_0", "mch_refund_no", "refundOrderId"].map(|name| (name, &deal.refund, is_of_refund));
    let asked = orders.into_iter().chain(refunds).filter(|(_, _, is_asked)| *is_asked);
    asked.filter_map(|(name, ours, _)| Some((name, verified[name].as_str()?)).filter(|(_, told)| told != ours)).next()
}

/// M1: no refund twice under one number, no more than was paid, and nothing else twice. M2: once, where the caller did as he was told.
pub(crate) fn broken_by_money(deal: &Deal, book: &Book, carried_on: bool) -> Vec<String> {
    let of = |wanted: &MovementKind| book.movements.iter().filter(|(kind, _)| kind == wanted).count();
    let fen = |is_payment: bool| -> u64 {
        book.movements.iter().filter(|(kind, _)| (*kind == MovementKind::Paid) == is_payment).map(|(_, fen)| fen).sum()
    };
    let (paid, undone, given_back) = (of(&MovementKind::Paid), of(&MovementKind::Undone), of(&MovementKind::Refunded(deal.refund.clone())));
    let others = book.movements.len() - paid - undone - given_back;
    let twice = paid > 1 || undone > 1 || given_back > 1 || others > 0 || fen(false) > fen(true);
    let lost = carried_on && given_back != 1;
    let twice = twice.then(|| format!("M1 moved twice: {:?}", book.movements));
    twice.into_iter().chain(lost.then(|| format!("M2 given back {given_back} times: {:?}", book.movements))).collect()
}

/// A rule that catches no lie proves nothing: each of these is one.
pub(crate) fn check_itself() {
    use MovementKind::{Paid, Refunded, Undone};
    let deal = |gateway, api| Deal { gateway, api, order: "A1".into(), refund: "R1".into() };
    let book = |accepted, movements: &[(MovementKind, u64)]| Book { movements: movements.to_vec(), accepted, paid: true };
    let (paid, ours, other) = ((Paid, 100), (Refunded("R1".into()), 30), (Refunded("R2".into()), 30));
    for (rule, movements, carried_on) in [
        ("", vec![paid.clone(), ours.clone()], true),
        ("", vec![paid.clone()], false),
        ("M1", vec![paid.clone(), ours.clone(), ours.clone()], false),
        ("M1", vec![paid.clone(), ours.clone(), other], true),
        ("M1", vec![paid.clone(), paid.clone(), ours.clone()], true),
        ("M1", vec![ours.clone()], true),
        ("M1", vec![paid.clone(), (Undone, 100), (Undone, 0)], false),
        ("M2", vec![paid], true),
    ] {
        let broken = broken_by_money(&deal("wechat", Api::Refund), &book(true, &movements), carried_on);
        assert_eq!(broken.iter().map(|why| &why[..2]).collect::<String>(), rule, "{movements:?}");
    }
    let explained = json!({"en": "a", "zh": "b"});
    let answer = |code: i32, evidence: &str, reason: Value, verified: Value| json!({"code": code, "evidence": evidence, "reason": reason, "verified": verified, "explanation": explained});
    let yes = json!({"result_code": "SUCCESS", "out_refund_no": "R1", "out_trade_no": "A1"});
    let with = |name: &str, text: &str| {
        let mut changed = yes.clone();
        changed[name] = text.into();
        changed
    };
    for (rule, gateway, accepted, answer) in [
        ("", "wechat", true, answer(0, "signed_bound", Value::Null, yes.clone())),
        ("", "wechat", false, answer(0, "signed_bound", Value::Null, with("result_code", "FAIL"))),
        ("", "wechat", false, answer(9, "none", json!("reset"), Value::Null)),
        ("", "icbc", false, answer(0, "signed_unbound", Value::Null, with("out_refund_no", "R2"))),
        ("A1", "wechat", false, answer(9, "none", Value::Null, Value::Null)),
        ("A1", "wechat", false, answer(9, "signed_bound", json!("reset"), Value::Null)),
        ("A1", "wechat", false, answer(9, "none", json!("reset"), yes.clone())),
        ("A1", "wechat", false, answer(1, "signed_bound", Value::Null, yes.clone())),
        ("A1", "wechat", false, json!({"error": "tls", "status": 9})),
        ("A1", "wechat", false, json!({"code": 9, "evidence": "none", "reason": "reset", "verified": null})),
        ("A2", "wechat", true, answer(0, "tls_only", Value::Null, yes.clone())),
        ("A2", "chinaums", true, answer(0, "signed_bound", Value::Null, yes.clone())),
        ("A2", "wechat", true, answer(0, "signed_bound", json!("reset"), yes.clone())),
        ("A2", "wechat", true, answer(0, "signed_bound", Value::Null, with("out_refund_no", "R2"))),
        ("A2", "wechat", true, answer(0, "signed_bound", Value::Null, with("out_trade_no", "A2"))),
        ("A3", "wechat", false, answer(0, "signed_bound", Value::Null, yes.clone())),
    ] {
        let broken = of_answer(&deal(gateway, Api::Refund), &answer, &book(accepted, &[]), false);
        assert_eq!(broken.as_deref().map_or("", |why| &why[..2]), rule, "{answer}");
    }
    let outcome = |outcome: &str, evidence: &str| json!({"outcome": outcome, "evidence": evidence});
    for (rule, said, accepted, movements) in [
        ("", outcome("refunded", "signed_bound"), true, vec![ours.clone()]),
        ("", outcome("processing", "signed_bound"), true, vec![]),
        ("", outcome("refused", "signed_bound"), false, vec![]),
        ("", outcome("unknown", "none"), true, vec![]),
        ("A5", outcome("refunded", "signed_bound"), true, vec![]),
        ("A5", outcome("processing", "signed_bound"), false, vec![]),
        ("A5", outcome("refused", "signed_bound"), true, vec![]),
        ("A5", outcome("not_found", "signed_bound"), true, vec![ours.clone()]),
        ("A5", outcome("refunded", "none"), true, vec![ours]),
        ("A5", outcome("closed", "signed_bound"), true, vec![]),
    ] {
        let broken = of_answer(&deal("wechat", Api::Refund), &said, &book(accepted, &movements), false);
        assert_eq!(broken.as_deref().map_or("", |why| &why[..2]), rule, "{said}");
    }
    for (rule, accepted) in [("", true), ("A5", false)] {
        let undone = outcome("closed", "signed_unbound");
        let broken = of_answer(&deal("wechat", Api::Reverse), &undone, &book(accepted, &[]), false);
        assert_eq!(broken.as_deref().map_or("", |why| &why[..2]), rule, "{undone}");
    }
}
