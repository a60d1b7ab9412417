//! Any other API under `/pay/v1/transactions/`: a POST with JSON, or a GET. The path and the verb are not signed; refund and refund query
//! differ in the verb alone.

use super::account::Edgeros;
use super::envelope::{self, Reply, SIGN_TYPE};
use super::front_end::{self, DOCUMENTS};
use crate::crypto::mac;
use crate::gateway::{
    Api, Calls, Echo, Env, Gives, Heard, HttpReply, HttpRequest, Opened, Place, Takes, Target, Whose, members_of, never, refused,
};
use crate::ground::error::{Error, Result};
use crate::outcome::{Doubt, Reason};
use crate::strict::base64::from_base64;
use crate::strict::charset::Charset;
use crate::strict::xml::Fields;
use crate::strict::{form, json, write};

pub(super) const CALLS: Calls<Edgeros> = Calls {
    takes: &Takes {
        target: Target::Path,
        json: false,
        top_level: false,
        encrypt: false,
        version: false,
        added: ADDED,
        aliases: &[],
        documents: DOCUMENTS,
    },
    refuses: |_| None,
    is_page: |_| false,
    needs_certificate: never,
    gives: |api| if (api.verb, api.name.as_str()) == BILL { Gives::Elsewhere(bill) } else { Gives::Nothing },
    instead: &[],
    sign,
    open,
};

/// Sent, and not signed.
const ADDED: &[&str] = &["aco_pay_sdk", "version"];
const VERSION: &str = "1.0";
/// A day's bill: where it is, and its hash.
const BILL: (&str, &str) = ("GET", "/pay/v1/transactions/bill");
const BEGINNING: &str = "/pay/v1/transactions/";
/// What names the order or the refund.
const NUMBERS: &[&str] = &["transaction_no", "mch_trade_no", "refund_no", "mch_refund_no"];

fn sign(edgeros: &Edgeros, api: &Api, env: &Env) -> Result<HttpRequest> {
    if api.is_document() {
        return front_end::sign(edgeros, api, env);
    }
    match api.name.strip_prefix(BEGINNING) {
        Some("create" | "pay") => {
            return Err(refused(
                "is no call: the merchant signs the parameters of a new order, and the front end pays with them",
                "call `sign` with the api \"SIGN order\" and hand what it gives to the gateway's front-end SDK",
                "请以 api \"SIGN order\" 调用 `sign`，并将结果交给网关的前端 SDK",
            ));
        }
        Some(name) if !name.contains('/') => {}
        _ => return Err(Error::call("api", format!("must name {BEGINNING}<name>"))),
    }
    api.refuse(&["nonce", "sign"])?;
    let sdk = edgeros.aco_pay_sdk.as_deref().unwrap_or_default();
    let added = api.added(&[("aco_pay_sdk", Whose::Account(sdk)), ("version", Whose::Caller(VERSION))])?;
    // What the headers say may be said once more, if it is the same.
    for (name, ours) in [("mch_no", edgeros.mch_no.as_str()), ("sign_type", SIGN_TYPE)] {
        if api.given(name).is_some_and(|given| given != ours) {
            return Err(api.differs(name));
        }
    }
    let theirs: Vec<(&str, &str)> = api.texts().filter(|(name, _)| !["mch_no", "sign_type"].contains(name)).collect();
    let signed: Vec<(&str, &str)> = theirs.iter().copied().filter(|(name, _)| !ADDED.contains(name)).collect();
    let sent = [theirs, added].concat();
    let mut headers = envelope::seal(edgeros, &signed, env)?;
    let url = edgeros.base.join(&api.name);
    let msg_id = env.msg_id.clone();
    if api.verb == "GET" {
        let url = url + "?" + &form::query(&sent);
        return Ok(HttpRequest { method: "GET", url: url.trim_end_matches('?').into(), headers, body: Vec::new(), msg_id });
    }
    headers.push(("Content-Type".into(), "application/json".into()));
    Ok(HttpRequest { method: "POST", url, headers, body: write::object(&sent).into(), msg_id })
}

/// The members of `data`; beside them those of the envelope, unless `data` has one of that name.
fn open(edgeros: &Edgeros, api: &Api, _: &HttpRequest, reply: &HttpReply) -> Opened {
    let body = Charset::Utf8.decode(reply.body_to_verify()?).ok_or(Reason::Charset)?;
    let reply = Reply::open(&body)?;
    let envelope = json::parse(&body).map_err(|_| Reason::Parse)?;
    let mut fields = members_of(&envelope);
    fields.remove("data");
    if let Some(data) = envelope.member("data") {
        fields.extend(members_of(data));
    }
    fields.remove("sign");
    let seal = reply.verify(edgeros).into();
    Ok((Heard { names: names(edgeros, api, &reply, &fields), words: reply.words(), fields }, seal))
}

/// Where the bill is, unless the reply says that there is none.
fn bill(fields: &Fields) -> std::result::Result<Option<Place>, Doubt> {
    let told = |name: &str| fields.get(name).map(String::as_str);
    if told("code") != Some("SUCCESS") {
        return Ok(None);
    }
    let place = || {
        let algorithm = mac::sha(told("hash_type")?)?;
        let code = told("hash_code")?;
        let hash = mac::from_hex(code).or_else(|| from_base64(code)).filter(|hash| hash.len() == algorithm.output_len())?;
        Some(Place { url: told("url")?.into(), algorithm, hash })
    };
    place().map(Some).ok_or_else(|| Reason::Unlisted.into())
}

/// After a call that succeeded each number that was asked for must come back; an error need not name any.
fn names(edgeros: &Edgeros, api: &Api, reply: &Reply, fields: &Fields) -> Echo {
    let asked: Vec<_> = NUMBERS.iter().filter_map(|name| Some((*name, api.given(name).filter(|number| !number.is_empty())?))).collect();
    let told = |name: &str| fields.get(name).map(String::as_str);
    let is_another = |(name, asked): &(&str, &str)| told(name).is_some_and(|told| told != *asked);
    let is_told = |(name, _): &(&str, &str)| told(name).is_some();
    match asked.iter().all(is_told) {
        _ if reply.data.mch_no.as_deref() != Some(edgeros.mch_no.as_str()) || asked.iter().any(is_another) => Echo::NotOurs,
        true if !asked.is_empty() => Echo::Order,
        true => Echo::Silent,
        false if reply.status == "200" => Echo::NotOurs,
        false => Echo::Silent,
    }
}
