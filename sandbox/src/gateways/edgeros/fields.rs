//! The fields of a request: members of its JSON body or, of a GET, parameters of its query.

use super::envelope::canonical;
use super::{MCH_NO, SIGN_TYPE};
use crate::charset::Charset;
use crate::form::Form;
use crate::gateways::fits;
use crate::http::Request;
use crate::json::Json;

/// What every call takes beside its own fields and nobody signs, with its greatest length, in bytes.
const UNSIGNED: [(&str, usize); 2] = [("aco_pay_sdk", 12), ("version", 3)];

pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Those that `known` names, each with its greatest length. Strictly, nothing is null or empty, as the official SDK leaves it out.
    pub(super) fn read(request: &Request, known: &[(&str, usize)], strict: bool) -> Result<Fields, &'static str> {
        let fields = if request.method == "GET" { of_query(&request.query, strict) } else { of_body(&request.body, strict) }?;
        for (name, text) in &fields {
            let (_, length) = UNSIGNED.iter().chain(known).find(|(known, _)| known == name).ok_or("a field is unknown")?;
            if !(if strict { fits(text, *length) } else { text.len() <= *length }) {
                return Err("a field is empty or too long");
            }
        }
        let fields = Fields(fields);
        if fields.get("version").is_some_and(|version| version != "1.0") {
            return Err("version is invalid");
        }
        Ok(fields)
    }

    /// Whatever there is, known or not.
    pub(super) fn read_leniently(request: &Request) -> Option<Fields> {
        let fields = if request.method == "GET" { of_query(&request.query, false) } else { of_body(&request.body, false) };
        fields.ok().map(Fields)
    }

    pub(super) fn all(self) -> Vec<(String, String)> {
        self.0
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// The fields that are signed, with what the head says.
    pub(super) fn string_to_sign(&self, nonce: &str) -> String {
        let is_signed = |name: &str| !UNSIGNED.iter().any(|(unsigned, _)| *unsigned == name);
        let own = self.0.iter().filter(|(name, _)| is_signed(name)).map(|(name, text)| (name.as_str(), text.as_str()));
        let head = [("mch_no", MCH_NO), ("nonce", nonce), ("sign_type", SIGN_TYPE)];
        canonical(&Json::texts(&own.chain(head).collect::<Vec<_>>()))
    }
}

/// Whatever names an order, read as leniently as possible; an empty text names none.
pub(super) fn read_leniently(request: &Request, name: &str) -> Option<String> {
    Fields::read_leniently(request)?.get(name).filter(|text| !text.is_empty()).map(str::to_string)
}

fn of_query(query: &str, strict: bool) -> Result<Vec<(String, String)>, &'static str> {
    let form = Form::parse(query.as_bytes(), strict).ok_or("query cannot be read")?;
    let fields = form.names().map(|name| Some((name.to_string(), form.text(name, Charset::Utf8)?)));
    fields.collect::<Option<_>>().ok_or("query is not UTF-8")
}

fn of_body(body: &[u8], strict: bool) -> Result<Vec<(String, String)>, &'static str> {
    let Some(Json::Object(members)) = std::str::from_utf8(body).ok().and_then(Json::parse) else {
        return Err("body is not a JSON object");
    };
    let kept = members.iter().filter(|(_, value)| strict || *value != Json::Null);
    kept.map(|(name, value)| Ok((name.clone(), value.text().ok_or("a field is not a string")?.to_string()))).collect()
}
