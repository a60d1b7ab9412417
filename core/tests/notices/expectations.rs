//! What the merchant knows of the order, compared with what it is told.

use crate::corpus::{Case, hear, of_each_form};
use chexiao::Incoming;
use serde_json::{Value, json};

fn told(case: &Case, expect: &[(String, String)]) -> Value {
    hear(&case.client(), &Incoming { expect: expect.to_vec(), ..case.incoming(case.body.clone()) })
}

/// Of every authentic notification: all of its fields together, and each of them changed or missing.
#[test]
fn every_field_can_be_expected() {
    let mut compared = 0;
    for case in of_each_form().iter().filter(|case| case.config["account"]["sign_type"] != "SM") {
        let golden = told(case, &[]);
        let mut known: Vec<(String, String)> = Vec::new();
        for fields in [&golden["order"], &golden["fields"]] {
            known.extend(fields.as_object().unwrap().iter().map(|(name, text)| (name.clone(), text.as_str().unwrap().into())));
        }
        if let Some(amount) = golden["amount"]["text"].as_str() {
            known.push(("amount".into(), amount.into()));
        }
        if known.is_empty() {
            continue;
        }
        assert_eq!(told(case, &known), golden, "{}", case.id);
        for (name, text) in known {
            for other in [format!("{text}0"), format!(" {text}"), text.chars().skip(1).collect(), "\u{0}".into()] {
                if other == text {
                    continue;
                }
                let notice = told(case, &[(name.clone(), other)]);
                assert_eq!(
                    json!([notice["event"], notice["evidence"], notice["reason"]]),
                    json!(["unknown", "none", "mismatch"]),
                    "{}: {name}",
                    case.id
                );
                assert!(notice["acknowledge"].is_null() && notice["fields"] == json!({}) && notice["order"] == json!({}));
                compared += 1;
            }
        }
        let missing = told(case, &[("no_such_field".into(), String::new())]);
        assert_eq!(missing["reason"], "mismatch", "{}", case.id);
    }
    println!("{compared} expectations that are not so");
    assert!(compared > 1000);
}
