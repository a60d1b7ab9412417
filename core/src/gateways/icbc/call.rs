//! Any other API: a path under `/api/`, called; or a service under `/ui/`, a form that the browser submits.

use super::account::Icbc;
use super::envelope::{self, Request, VALUE, word};
use crate::gateway::field::Field;
use crate::gateway::{
    Api, Calls, Echo, Env, Heard, HttpReply, HttpRequest, Opened, Takes, Target, Verb, is_sm4, members_of, never, no_file, sm4,
};
use crate::ground::error::{Error, Result};
use crate::ground::foreign;
use crate::outcome::GatewayWords;
use crate::strict::json::{Node, Value};

pub(super) const CALLS: Calls<Icbc> = Calls {
    takes: &Takes {
        target: Target::Path,
        json: true,
        top_level: true,
        encrypt: true,
        version: false,
        added: ADDED,
        aliases: &[],
        documents: &[],
    },
    refuses: |_| None,
    is_page: |api| api.name.starts_with(PAGES),
    needs_certificate: never,
    gives: no_file,
    instead: &[(Verb::Refund, "POST /api/mybank/pay/cpay/cppayapply/V2")],
    sign,
    open,
};

const APIS: &str = "/api/";
const PAGES: &str = "/ui/";
/// Beside biz_content, which is the caller's.
const ADDED: &[&str] = &["app_id", "msg_id", "format", "charset", "encrypt_type", "sign_type", "timestamp", "ca"];
const OURS: &[&str] = &["app_id", "msg_id", "format", "charset", "encrypt_type", "sign_type", "timestamp", "ca", "biz_content", "sign"];
/// What the form of a page has in its address; the rest are hidden inputs.
const IN_ADDRESS: &[&str] = &["sign", "app_id", "sign_type", "charset", "format", "encrypt_type", "timestamp", "msg_id"];

fn sign(icbc: &Icbc, api: &Api, env: &Env) -> Result<HttpRequest> {
    let is_page = api.name.starts_with(PAGES);
    if !is_page && !api.name.starts_with(APIS) {
        return Err(Error::call("api", "must name a path under /api/, or the form of a page under /ui/"));
    }
    if is_page && api.verb != "POST" {
        return Err(Error::call("api", "is a form, which is posted: write POST"));
    }
    if api.top_level.iter().any(|(name, text)| name == "encrypt_type" && is_sm4(text)) {
        return Err(sm4("top_level.encrypt_type"));
    }
    api.refuse_at_top(OURS)?;
    let biz_content = api.json(&[]);
    Field::of_call(api.place(), &biz_content).encodable(icbc.charset)?;
    for (name, text) in &api.top_level {
        Field::of_call(&format!("top_level.{}", foreign::name(name)), text).encodable(icbc.charset)?;
    }
    let request = Request {
        verb: api.verb,
        path: &api.name,
        biz_content: &biz_content,
        encrypt: api.encrypt,
        top_level: &api.top_level,
        omits: &|name| api.omits(name),
    };
    envelope::seal_request(icbc, &request, if is_page { IN_ADDRESS } else { &[] }, env)
}

fn open(icbc: &Icbc, api: &Api, sent: &HttpRequest, reply: &HttpReply) -> Opened {
    envelope::unseal_as(icbc, reply, api.encrypt, |value| Some(heard(value, (!api.omits("msg_id")).then_some(sent.msg_id.as_str()))))
}

/// Only a message id tells this reply from one to another call; the bank's gateway gives it, most services do not.
fn heard(value: &Node<'_>, msg_id: Option<&str>) -> Heard {
    let said = |name| value.member(name).and_then(word).map(String::from);
    let names = match (said("msg_id").filter(|id| !id.is_empty()), msg_id) {
        (Some(theirs), Some(ours)) if theirs == ours => Echo::Call,
        (Some(_), Some(_)) => Echo::NotOurs,
        _ => Echo::Silent,
    };
    let fields = match &value.value {
        Value::Object(_) => members_of(value),
        Value::String(text) => [(VALUE.into(), text.to_string())].into(),
        _ => [(VALUE.into(), value.raw.into())].into(),
    };
    Heard { fields, names, words: GatewayWords { code: said("return_code"), message: said("return_msg"), ..GatewayWords::default() } }
}
