//! What must hold of every notification, whatever is wrong with it.

use crate::hearing::Heard;
use chexiao_sandbox::State;
use serde_json::{Map, Value, json};

/// The rules that it breaks: O1 and O3, nothing is told that the book does not hold; O2, nothing is sent; O6; N1, the same message is the
/// same notice; N2, nothing is believed, told or acknowledged without proof.
pub(crate) fn broken(heard: &Heard) -> Vec<String> {
    let mut broken: Vec<String> = of_book(heard).into_iter().chain(without_proof(heard)).collect();
    if heard.requests > 0 {
        broken.push(format!("O2 {} requests", heard.requests));
    }
    if heard.secret {
        broken.push("O6 a secret is shown".into());
    }
    if heard.document != heard.again {
        broken.push(format!("N1 first {}, then {}", heard.document, heard.again));
    }
    broken
}

fn of_book(heard: &Heard) -> Option<String> {
    let holds: &[State] = match heard.event() {
        "paid" => &[State::Paid],
        "refunded" => &[State::Refunded],
        "closed" | "already_closed" => &[State::Closed],
        "processing" => &[State::Processing, State::Accepted],
        "unknown" | "" => return None,
        other => return Some(format!("O3 {other} is no event")),
    };
    let is_so = heard.overtaken || heard.book.is_some_and(|book| holds.contains(&book));
    (!is_so).then(|| format!("{} {}, and the book says {:?}", if heard.says_closed() { "O1" } else { "O3" }, heard.event(), heard.book))
}

fn without_proof(heard: &Heard) -> Option<String> {
    let document = &heard.document;
    let evidence = document["evidence"].as_str().unwrap_or("none");
    if evidence != "signed_bound" && !["unknown", ""].contains(&heard.event()) {
        return Some(format!("N2 {} with evidence {evidence}", heard.event()));
    }
    // A refund that is never signed is told, as a hint, and acknowledged.
    let told = heard.named || !document["acknowledge"].is_null() || !document["dedupe"].is_null();
    (document.get("event").is_some() && evidence == "none" && document["hint"].is_null() && told).then(|| format!("N2 told: {document}"))
}

/// The members of the document, or `book`, `acknowledged` or `named`, that are not what the scenario expects. A list: any of these.
pub(crate) fn unexpected(heard: &Heard, expected: &Map<String, Value>) -> Vec<String> {
    let wrong = expected.iter().filter_map(|(name, wanted)| {
        let found = match name.as_str() {
            "book" => json!(heard.book.map(|state| state.name().to_lowercase())),
            "acknowledged" => json!(!heard.document["acknowledge"].is_null()),
            "named" => json!(heard.named),
            name => heard.document[name].clone(),
        };
        let fits = wanted.as_array().map_or(found == *wanted, |any| any.contains(&found));
        (!fits).then(|| format!("{name} is {found}, not {wanted}"))
    });
    wrong.collect()
}

impl Heard {
    /// Of a notice its event, of an outcome its word, of an error nothing.
    fn event(&self) -> &str {
        self.document["event"].as_str().or(self.document["outcome"].as_str()).unwrap_or_default()
    }

    fn says_closed(&self) -> bool {
        matches!(self.event(), "closed" | "already_closed")
    }
}

/// A rule that catches no lie proves nothing: each of these is one.
pub(crate) fn check_itself() {
    let notice = |event: &str, evidence: &str| {
        let acknowledge = if evidence == "none" { Value::Null } else { json!({}) };
        json!({"event": event, "evidence": evidence, "hint": null, "dedupe": null, "acknowledge": acknowledge})
    };
    let with = |document: &Value, member: &str, value: Value| {
        let mut document = document.clone();
        document[member] = value;
        document
    };
    let heard = |document: &Value, book| Heard {
        document: document.clone(),
        again: document.clone(),
        book: Some(book),
        named: document["evidence"] == "signed_bound",
        overtaken: false,
        requests: 0,
        secret: false,
    };
    let (paid, forged) = (notice("paid", "signed_bound"), notice("unknown", "none"));
    let hint = with(&with(&forged, "hint", json!("refunded")), "acknowledge", json!({}));
    for honest in [
        heard(&paid, State::Paid),
        heard(&forged, State::Paid),
        heard(&hint, State::Refunded),
        heard(&json!({"outcome": "unknown"}), State::Paid),
        Heard { overtaken: true, ..heard(&paid, State::Refunded) },
    ] {
        assert!(broken(&honest).is_empty(), "{:?}", broken(&honest));
    }
    for (rule, lie) in [
        ("O3", heard(&paid, State::Closed)),
        ("O3", heard(&notice("refunded", "signed_bound"), State::Paid)),
        ("O3", heard(&notice("open", "signed_bound"), State::Open)),
        ("O1", heard(&notice("closed", "signed_bound"), State::Paid)),
        ("O1", heard(&notice("already_closed", "signed_bound"), State::Open)),
        ("O1", heard(&json!({"outcome": "closed", "evidence": "signed_bound"}), State::Paid)),
        ("O2", Heard { requests: 1, ..heard(&paid, State::Paid) }),
        ("O6", Heard { secret: true, ..heard(&paid, State::Paid) }),
        ("N1", Heard { again: with(&paid, "dedupe", json!("1")), ..heard(&paid, State::Paid) }),
        ("N2", heard(&notice("paid", "signed_unbound"), State::Paid)),
        ("N2", heard(&notice("closed", "none"), State::Closed)),
        ("N2", heard(&with(&forged, "acknowledge", json!({})), State::Paid)),
        ("N2", heard(&with(&forged, "dedupe", json!("1")), State::Paid)),
        ("N2", Heard { named: true, ..heard(&forged, State::Paid) }),
    ] {
        let found: Vec<String> = broken(&lie).iter().map(|why| why.split(' ').next().unwrap().into()).collect();
        assert_eq!(found, [rule], "{}", lie.document);
    }
}
