//! Any other method: called with one JSON text; or the page of a method `…createbyuser`, whose fields stand beside each other.

use super::account::Ysepay;
use super::envelope::{self, VERSION, response_of};
use crate::gateway::field::Field;
use crate::gateway::{
    Api, Calls, Echo, Env, Heard, HttpReply, HttpRequest, Opened, Takes, Target, Verb, members_of, never, no_file, upload,
};
use crate::ground::error::{Error, Result};
use crate::ground::foreign;
use crate::outcome::GatewayWords;
use crate::strict::json::Node;

pub(super) const CALLS: Calls<Ysepay> = Calls {
    takes: &Takes {
        target: Target::Name,
        json: true,
        top_level: true,
        encrypt: false,
        version: true,
        added: ADDED,
        aliases: &[],
        documents: &[],
    },
    refuses,
    is_page,
    needs_certificate: never,
    gives: no_file,
    instead: &[
        (Verb::Query, "ysepay.trusteeship.fastPay.queryProtocol"),
        (Verb::Refund, "ysepay.online.trade.refund"),
        (Verb::RefundQuery, "ysepay.online.trade.refund.query"),
    ],
    sign,
    open,
};

const ADDED: &[&str] = &["partner_id", "timestamp", "charset", "sign_type", "version"];
const OURS: &[&str] = &["method", "partner_id", "timestamp", "charset", "sign_type", "version", "biz_content", "sign"];
/// What the names of the methods end with that answer with a page.
const PAGE: &str = "createbyuser";
/// The platform misspells the reply to one method; one client reports it.
const MISSPELT: (&str, &str) = ("ysepay.df.single.query", "ysepay_df_single_query_respose");

/// A service beside the gateway's, which takes files and is no method.
fn refuses(api: &str) -> Option<Error> {
    (api.eq_ignore_ascii_case("upload") || api.contains("upload-service")).then(|| upload("api"))
}

fn is_page(api: &Api) -> bool {
    api.name.to_ascii_lowercase().ends_with(PAGE)
}

fn sign(ysepay: &Ysepay, api: &Api, env: &Env) -> Result<HttpRequest> {
    api.refuse_at_top(OURS)?;
    let mut theirs: Vec<(&str, &str)> = api.top_level.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let biz_content = api.json(&[]);
    if is_page(api) {
        page_fields(api, &mut theirs)?;
    } else {
        theirs.push(("biz_content", &biz_content));
    }
    for (name, text) in &theirs {
        Field::of_call(if *name == "biz_content" { api.place() } else { foreign::name(name) }, text).encodable(ysepay.charset)?;
    }
    let version = api.version.as_deref().unwrap_or(VERSION);
    Field::of_call("version", version).not_empty()?.max_chars(10)?.only(|c| c.is_ascii_graphic(), "visible ASCII characters")?;
    envelope::seal_parameters(ysepay, &api.name, version, &theirs, &|name| api.omits(name), env)
}

/// The fields of a page are parameters of their own.
fn page_fields<'a>(api: &'a Api, theirs: &mut Vec<(&'a str, &'a str)>) -> Result<()> {
    if api.has_content() {
        return Err(Error::call("content", "is not taken by the page of a method, whose fields stand beside each other")
            .with_hint("give them in `fields`", "请写入 `fields`"));
    }
    api.refuse(OURS)?;
    for (name, text) in api.texts() {
        if theirs.iter().any(|(known, _)| *known == name) {
            return Err(Error::call(format!("top_level.{}", foreign::name(name)), "stands in `fields` as well")
                .with_hint("give it once", "请只给出一次"));
        }
        theirs.push((name, text));
    }
    Ok(())
}

fn open(ysepay: &Ysepay, api: &Api, _: &HttpRequest, reply: &HttpReply) -> Opened {
    let right = response_of(&api.name);
    let responses = if api.name == MISSPELT.0 { vec![right.as_str(), MISSPELT.1] } else { vec![right.as_str()] };
    envelope::unseal_as(ysepay, &responses, reply, heard)
}

/// A reply names its method and no request.
fn heard(response: &Node<'_>) -> Option<Heard> {
    response.members()?;
    let fields = members_of(response);
    let said = |name: &str| fields.get(name).cloned();
    let words = GatewayWords {
        code: said("code"),
        sub_code: said("sub_code"),
        status: said("trade_status"),
        message: said("sub_msg").or_else(|| said("msg")),
    };
    Some(Heard { fields, words, names: Echo::Silent })
}
