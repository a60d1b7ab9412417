//! EdgerOS: however an envelope is written, its canonical text is the one that the sandbox signed.

use crate::json_generator::Generator;
use crate::lab::Lab;
use crate::random::Random;
use chexiao::Code;
use chexiao_kit::edgeros;
use chexiao_sandbox::Json;
use serde_json::json;
use std::collections::BTreeSet;

const ENVELOPES: usize = 2_000;

#[test]
fn every_spelling_of_an_envelope_verifies() {
    let lab = Lab::open("edgeros", &json!({}), &edgeros::order(Some("AP1"), None));
    let mut random = Random(13);
    for _ in 0..ENVELOPES {
        let mut generator = Generator { random: &mut random, duplicate: false };
        let envelope = envelope(&mut generator);
        let sealed = Json::parse(&edgeros::sealed(&envelope.compact())).unwrap();
        let text = spelt(&mut generator, &sealed);
        let outcome = lab.judge(text.as_bytes());
        assert_eq!(outcome.code(), Code::Closed, "{outcome:?}\n{text}\nsealed as\n{}", envelope.compact());
    }
    println!("hostile canonical: {ENVELOPES} envelopes, each spelt anew");
}

fn envelope(generator: &mut Generator<'_>) -> Json {
    let own = [("mch_no", "MCH1000000"), ("sign_type", "SHA256withRSA"), ("transaction_no", "AP1"), ("code", "SUCCESS")];
    let mut data: Vec<(String, Json)> = own.iter().map(|(name, text)| (name.to_string(), Json::from(*text))).collect();
    data.extend(more(generator));
    let mut members = vec![("status".to_string(), Json::from(200)), ("message".to_string(), Json::from("SUCCESS"))];
    members.extend(more(generator));
    members.push(("data".to_string(), Json::Object(data)));
    Json::Object(members)
}

/// New fields of new names.
fn more(generator: &mut Generator<'_>) -> Vec<(String, Json)> {
    let count = generator.random.below(5);
    let names: BTreeSet<String> = (0..count).map(|_| format!("x{}", generator.text())).collect();
    names.into_iter().map(|name| (name, value(generator))).collect()
}

fn value(generator: &mut Generator<'_>) -> Json {
    match generator.random.below(6) {
        0 => Json::Null,
        1 => Json::Bool(generator.random.once_in(2)),
        2 => Json::Number(generator.number().to_string()),
        3 => Json::List(vec![Json::from(generator.text().as_str()), Json::Number(generator.number().to_string())]),
        _ => Json::from(generator.text().as_str()),
    }
}

/// The same members in another order, with blanks and escapes.
fn spelt(generator: &mut Generator<'_>, value: &Json) -> String {
    let gap = generator.gap();
    let text = match value {
        Json::Null => "null".to_string(),
        Json::Bool(value) => value.to_string(),
        Json::Number(text) => text.clone(),
        Json::Text(text) => generator.quoted(text),
        Json::List(items) => {
            let items: Vec<String> = items.iter().map(|item| spelt(generator, item)).collect();
            format!("[{}]", items.join(","))
        }
        Json::Object(members) => {
            let mut members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}{}:{}", generator.quoted(name), generator.gap(), spelt(generator, value)))
                .collect();
            if !members.is_empty() {
                let at = generator.random.below(members.len());
                members.rotate_left(at);
            }
            format!("{{{}}}", members.join(","))
        }
    };
    format!("{gap}{text}{}", generator.gap())
}
