//! How any request is signed and any reply opened, to the byte.

use super::account::Edgeros;
use crate::gateway::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest, Seal};
use crate::ground::error::{Error, Result};
use crate::outcome::table::{Row, When};
use crate::outcome::{Code, Confirm, Doubt, GatewayWords, Reason, Says};
use crate::signatures::Verified;
use crate::strict::charset::Charset;
use crate::strict::json::{self, Node, Value};
use crate::strict::{find, form, write};
use std::borrow::Cow;

pub(super) const SIGN_TYPE: &str = "SHA256withRSA";

/// Status and message of whatever was done; what became of it is said by `data.code`.
pub(super) const CALL_SUCCEEDED: When = When::Is(&["200 SUCCESS"]);
/// It need not name the order.
pub(super) const NO_SUCH_ORDER: Row = Row {
    code: When::Is(&[""]),
    status: When::Is(&["1007 ORDER_NOT_EXIST"]),
    says: Says::new(Code::NotFound).confirm(Confirm::Recommended),
    source: "EdgerOS transactions/close page, \"error response\"",
};

/// `fields` are signed and sent, as JSON.
pub(super) fn post(account: &Edgeros, path: &str, fields: &[(&str, &str)], env: &Env) -> Result<HttpRequest> {
    let mut headers = seal(account, fields, env)?;
    headers.push(("Content-Type".into(), "application/json".into()));
    let body = write::object(&sent(account, fields)).into();
    Ok(HttpRequest { method: "POST", url: account.base.join(path), headers, body, msg_id: env.msg_id.clone() })
}

/// `fields` are signed and sent, in the URL. The method and the path are not signed.
pub(super) fn get(account: &Edgeros, path: &str, fields: &[(&str, &str)], env: &Env) -> Result<HttpRequest> {
    let url = account.base.join(path) + "?" + &form::query(&sent(account, fields));
    Ok(HttpRequest { method: "GET", url, headers: seal(account, fields, env)?, body: Vec::new(), msg_id: env.msg_id.clone() })
}

/// The headers that carry the signature over `fields`.
pub(super) fn seal(account: &Edgeros, fields: &[(&str, &str)], env: &Env) -> Result<Vec<(String, String)>> {
    check_nonce(env)?;
    let mut signed = [fields, &[("mch_no", account.mch_no.as_str()), ("nonce", &env.nonce), ("sign_type", SIGN_TYPE)]].concat();
    signed.sort_unstable();
    let signature = account.signing_key.sign(escape_separators(write::object(&signed)).as_bytes())?;
    Ok(vec![
        ("x-acopay-mch-no".into(), account.mch_no.clone()),
        ("x-acopay-nonce".into(), env.nonce.clone()),
        ("x-acopay-sign-type".into(), SIGN_TYPE.into()),
        ("x-acopay-sign".into(), signature),
        ("Accept".into(), "application/json".into()),
    ])
}

/// The signature over the parameters of an order, a JSON object.
pub(super) fn sign_order(account: &Edgeros, parameters: &str, env: &Env) -> Result<String> {
    check_nonce(env)?;
    let read = json::parse(parameters).map_err(|bad| Error::call("fields", format!("cannot be signed: {}", bad.what)))?;
    account.signing_key.sign(canonical(&read, Place::Data).as_bytes())
}

fn check_nonce(env: &Env) -> Result<()> {
    let nonce = Field::of_call("nonce", &env.nonce).exact_chars(32)?;
    nonce.only(|c| c.is_ascii_alphanumeric(), "ASCII letters and digits").map(drop)
}

/// `fields`, and behind them what is only sent: the version of the SDK and that of the interface.
fn sent<'f>(account: &'f Edgeros, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let versions = account.aco_pay_sdk.as_deref().map(|version| ("aco_pay_sdk", version)).into_iter().chain([("version", "1.0")]);
    fields.iter().copied().chain(versions).collect()
}

/// The reply, and whether it is signed.
pub(super) fn unseal(account: &Edgeros, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
    let body = Charset::Utf8.decode(reply.body_to_verify()?).ok_or(Reason::Charset)?;
    let reply = Reply::open(&body)?;
    let seal = reply.verify(account).into();
    Ok((reply, seal))
}

/// The reply and the text of it that is signed.
pub(crate) struct Reply {
    canonical: String,
    sign: Option<String>,
    pub(super) status: String,
    message: String,
    field_errors: Option<String>,
    /// The names of the members of the envelope and of `data`. Null and absent are the same, as they are to the signature.
    pub(super) envelope_members: Vec<String>,
    pub(super) data_members: Vec<String>,
    pub(super) data: Data,
}

#[derive(Default)]
pub(crate) struct Data {
    code: Option<String>,
    description: Option<String>,
    sign_type: Option<String>,
    pub(super) mch_no: Option<String>,
    pub(super) transaction_no: Option<String>,
    pub(super) mch_trade_no: Option<String>,
    /// Of the reply about a refund.
    pub(super) mch_refund_no: Option<String>,
    /// As it is written.
    pub(super) refund_amount: Option<String>,
}

impl Reply {
    pub(super) fn open(body: &str) -> std::result::Result<Self, Doubt> {
        let envelope = json::parse(body).map_err(|_| Reason::Parse)?;
        Ok(Self::fields(&envelope).ok_or(Reason::Parse)?)
    }

    /// `None` if a field has another type than documented. `null` and absent are the same, as they are to the signature.
    fn fields(envelope: &Node<'_>) -> Option<Self> {
        let status = match envelope.member("status")?.value {
            Value::Number(digits) if digits.parse::<i64>().is_ok() => digits,
            _ => return None,
        };
        let data = match envelope.member("data") {
            None | Some(Node { value: Value::Null, .. }) => None,
            Some(data) => data.members().map(|_| Some(data))?,
        };
        let of_data = |name| data.map_or(Some(None), |data: &Node<'_>| data.nullable_text(name));
        let written = |name| match &data?.member(name)?.value {
            Value::Null => None,
            Value::String(text) => Some(text.to_string()),
            _ => data?.member(name).map(|node| node.raw.to_string()),
        };
        Some(Self {
            canonical: canonical(envelope, Place::Envelope),
            sign: data.and_then(|data| data.member("sign")?.text().map(String::from)),
            status: status.into(),
            message: envelope.nullable_text("message")?.unwrap_or_default(),
            field_errors: envelope.nullable_text("fieldErrors")?,
            envelope_members: names(envelope),
            data_members: data.map(names).unwrap_or_default(),
            data: Data {
                code: of_data("code")?,
                description: of_data("description")?,
                sign_type: of_data("sign_type")?,
                mch_no: of_data("mch_no")?,
                transaction_no: of_data("transaction_no")?,
                mch_trade_no: of_data("mch_trade_no")?,
                mch_refund_no: written("mch_refund_no"),
                refund_amount: written("refund_amount"),
            },
        })
    }

    /// Over every received member of the envelope and of `data`, without `data.sign`.
    pub(super) fn verify(&self, account: &Edgeros) -> Option<Verified> {
        if self.data.sign_type.as_deref() != Some(SIGN_TYPE) {
            return None;
        }
        account.platform_key.verify(self.canonical.as_bytes(), self.sign.as_deref()?)
    }

    #[cfg(test)]
    pub(super) fn into_canonical(self) -> String {
        self.canonical
    }

    pub(super) fn code(&self) -> &str {
        self.data.code.as_deref().unwrap_or_default()
    }

    /// `200 SUCCESS`, `1007 ORDER_NOT_EXIST`, …; a field error beside SUCCESS stands behind it.
    pub(super) fn envelope_word(&self) -> String {
        match self.field_errors.as_deref() {
            Some(error) if self.message == "SUCCESS" && !error.is_empty() => format!("{} {} {error}", self.status, self.message),
            _ => format!("{} {}", self.status, self.message),
        }
    }

    pub(super) fn words(&self) -> GatewayWords {
        GatewayWords {
            code: Some(self.status.clone()),
            sub_code: Some(self.message.clone()),
            status: self.data.code.clone(),
            message: self.data.description.clone().or_else(|| self.field_errors.clone()),
        }
    }
}

fn names(object: &Node<'_>) -> Vec<String> {
    let members = object.members().unwrap_or_default().iter();
    members.filter(|(_, node)| node.value != Value::Null).map(|(name, _)| name.to_string()).collect()
}

/// A notification is what stands in `data` of a reply.
pub(super) fn canonical_notification(message: &Node<'_>) -> String {
    canonical(message, Place::Data)
}

/// As the platform's Gson writes it: members sorted by UTF-16 code unit, nulls dropped, numbers as they came, `data` without its `sign`.
fn canonical(message: &Node<'_>, place: Place) -> String {
    let mut out = String::with_capacity(message.raw.len());
    write_value(&mut out, message, place);
    escape_separators(out)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Envelope,
    Data,
    Deeper,
}

fn write_value(out: &mut String, node: &Node<'_>, place: Place) {
    match &node.value {
        Value::String(text) => write::string(out, text),
        Value::Object(members) => write_object(out, members, place),
        Value::Array(items) => write_list(out, ['[', ']'], items, |out, item| write_value(out, item, Place::Deeper)),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(node.raw),
    }
}

fn write_object(out: &mut String, members: &[(Cow<'_, str>, Node<'_>)], place: Place) {
    let is_signature = |name: &str| place == Place::Data && name == "sign";
    let mut kept: Vec<_> = members.iter().filter(|(name, node)| node.value != Value::Null && !is_signature(name)).collect();
    kept.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    write_list(out, ['{', '}'], kept, |out, (name, node)| {
        write::string(out, name);
        out.push(':');
        write_value(out, node, if place == Place::Envelope && name == "data" { Place::Data } else { Place::Deeper });
    });
}

fn write_list<T>(out: &mut String, [open, close]: [char; 2], items: impl IntoIterator<Item = T>, write: impl Fn(&mut String, T)) {
    out.push(open);
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(close);
}

/// Gson escapes the two line separators of JavaScript, which only strings can hold.
fn escape_separators(json: String) -> String {
    // The first byte of both.
    if !find::has(json.as_bytes(), 0xE2) {
        return json;
    }
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}
