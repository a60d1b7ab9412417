//! A string `a=1&b=2` that is signed can be read as other parameters: the second one as a part of the first one's value. Whoever posts it so
//! must not hide a word that decides.

use crate::corpus::{Case, hear, of_each_form};
use serde_json::{Value, json};

#[test]
fn no_parameter_hides_inside_another() {
    let (mut merged, mut believed) = (0, 0);
    for case in of_each_form() {
        let client = case.client();
        let golden = hear(&client, &case.incoming(case.body.clone()));
        if golden["evidence"] == "none" || case.config["account"]["sign_type"] == "SM" {
            continue;
        }
        for body in merges(&case) {
            let notice = hear(&client, &case.incoming(body.clone()));
            merged += 1;
            if notice["evidence"] != "none" {
                believed += 1;
                let facts = |of: &Value| json!([of["event"], of["hint"], of["order"], of["amount"], of["dedupe"], of["time"]]);
                assert_eq!(facts(&notice), facts(&golden), "{}: {}", case.id, String::from_utf8_lossy(&body));
            }
        }
    }
    println!("{merged} parameters put into the one before, {believed} of them nobody reads");
    assert!(merged > 500 && believed < merged, "{merged}, {believed}");
}

/// One neighbour of the signed string after the other, and then two, put into the value before.
fn merges(case: &Case) -> Vec<Vec<u8>> {
    let form = case.headers[0].1.contains("x-www-form-urlencoded");
    let mut fields: Vec<(String, String)> = if form {
        url::form_urlencoded::parse(&case.body).map(|(name, text)| (name.into(), text.into())).collect()
    } else if case.body.starts_with(b"<xml>") {
        elements(&String::from_utf8_lossy(&case.body))
    } else {
        return Vec::new();
    };
    fields.retain(|(_, text)| !text.trim().is_empty());
    fields.sort();
    let sign = fields.iter().position(|(name, _)| name == "sign").map(|at| fields.remove(at)).unwrap();
    let write = |fields: &[(String, String)]| if form { as_form(fields, &sign) } else { as_xml(fields, &sign) };
    let mut bodies = Vec::new();
    for (count, at) in [2, 3].into_iter().flat_map(|count| (0..fields.len()).map(move |at| (count, at))) {
        let Some(together) = fields.get(at..at + count) else { continue };
        let rest = together[1..].iter().map(|(name, text)| format!("&{name}={text}")).collect::<String>();
        let mut other = fields.clone();
        other.splice(at..at + count, [(together[0].0.clone(), format!("{}{rest}", together[0].1))]);
        bodies.push(write(&other));
    }
    bodies
}

fn elements(xml: &str) -> Vec<(String, String)> {
    let parts = xml.split("</").filter_map(|part| part.rsplit_once('<').map(|_| part));
    parts
        .filter_map(|part| {
            let part = part.replace("<![CDATA[", "").replace("]]>", "");
            let (name, text) = part.trim_start_matches(|c| c != '<').trim_start_matches("<xml>").rsplit_once('>')?;
            Some((name.rsplit_once('<')?.1.to_string(), text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")))
        })
        .collect()
}

fn as_form(fields: &[(String, String)], sign: &(String, String)) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields.iter().chain([sign]));
    form.finish().into_bytes()
}

fn as_xml(fields: &[(String, String)], sign: &(String, String)) -> Vec<u8> {
    let element = |(name, text): &(String, String)| format!("<{name}><![CDATA[{text}]]></{name}>");
    format!("<xml>{}</xml>", fields.iter().chain([sign]).map(element).collect::<String>()).into_bytes()
}
