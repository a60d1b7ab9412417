//! How any text is made canonical and any reply sealed.

use crate::gateways::Visit;
use crate::json::{Json, quote};
use crate::keys::{KeyPair, Scheme};

/// The compact text of this envelope with `sign` added to its `data`; an envelope without `data` stays unsigned.
pub fn seal(platform: &KeyPair, envelope: &Json) -> String {
    let signature = platform.sign(Scheme::Sha256, canonical(envelope).as_bytes());
    let mut sealed = envelope.clone();
    if let Json::Object(members) = &mut sealed {
        for (name, value) in members {
            if let ("data", Json::Object(data)) = (name.as_str(), value) {
                data.push(("sign".to_string(), Json::from(signature.as_str())));
            }
        }
    }
    sealed.compact()
}

/// The string to sign: members sorted, nulls left out, empty strings kept, `data.sign` left out.
pub(crate) fn canonical(envelope: &Json) -> String {
    let sorted = match sorted(envelope) {
        Json::Object(members) => Json::Object(members.into_iter().map(without_sign).collect()),
        other => other,
    };
    let mut text = String::new();
    sorted.write(&mut text, &gson_quote);
    text
}

fn without_sign((name, value): (String, Json)) -> (String, Json) {
    match value {
        Json::Object(data) if name == "data" => (name, Json::Object(data.into_iter().filter(|(name, _)| name != "sign").collect())),
        value => (name, value),
    }
}

fn sorted(value: &Json) -> Json {
    let Json::Object(members) = value else {
        return value.clone();
    };
    let mut members: Vec<_> = members.iter().filter(|(_, value)| *value != Json::Null).collect();
    members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
    Json::Object(members.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect())
}

/// Gson escapes the two Unicode line separators as well.
fn gson_quote(text: &str) -> String {
    quote(text).replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

pub(super) fn envelope(visit: &Visit<'_>, status: u64, message: &str, field_errors: Json, data: Json) -> String {
    let members = [("status", Json::from(status)), ("message", Json::from(message)), ("fieldErrors", field_errors), ("data", data)];
    let envelope = Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect());
    match visit.unsigned() {
        true => envelope.compact(),
        false => seal(&visit.seal_keys.edgeros.gateway, &envelope),
    }
}
