//! Any other API: JSON that is posted; or a page, the address of which is signed and opened by the browser (OPEN-FORM-PARAM).

use super::account::Chinaums;
use super::envelope;
use crate::gateway::{
    Api, Calls, Echo, Env, Heard, HttpReply, HttpRequest, Opened, Seal, Takes, Target, Whose, members_of, never, no_file, refused,
};
use crate::ground::error::{Error, Result};
use crate::outcome::{GatewayWords, Reason};
use crate::strict::charset::Charset;
use crate::strict::json;
use crate::strict::xml::Fields;

pub(super) const CALLS: Calls<Chinaums> = Calls {
    takes: &Takes {
        target: Target::Path,
        json: true,
        top_level: false,
        encrypt: false,
        version: false,
        added: ADDED,
        aliases: &[("msg_id", "msgId")],
        documents: &[],
    },
    refuses,
    is_page: |api| api.verb == "GET",
    needs_certificate: never,
    gives: no_file,
    instead: &[],
    sign,
    open,
};

const ADDED: &[&str] = &["requestTimestamp", "mid", "tid", "msgId"];
const BEGINNING: &str = "/v1/";
const PAGES: &[&str] = &[
    "/v1/netpay/trade/h5-pay",
    "/v1/netpay/wxpay/h5-pay",
    "/v1/netpay/wxpay/h5-to-minipay",
    "/v1/netpay/uac/order",
    "/v1/netpay/webpay/pay",
];
/// Families with another protocol: merchants' own contracts (encrypted json_data with a hash), and POS (sign in the body).
const OTHER_PROTOCOLS: &[&str] = &["self-contract", "selfcontract", "self-sign", "selfsign", "netpay-route-server"];
/// What says whose it is, and which call, order or refund it is about.
const IDS: &[&str] = &["msgId", "mid", "tid", "merOrderId", "billNo", "billDate", "refundOrderId", "qrCodeId", "instMid"];
/// Which of them name the order, beside the merchant.
const NUMBERS: &[&str] = &["merOrderId", "billNo"];

fn refuses(api: &str) -> Option<Error> {
    let api = api.to_ascii_lowercase();
    OTHER_PROTOCOLS.iter().any(|family| api.contains(family)).then(|| {
        refused(
            "belongs to a family with another protocol: an encrypted json_data, or a sign inside the body",
            "use what the gateway gives for that family",
            "请使用该接口族自己的 SDK 或页面",
        )
    })
}

fn check(api: &Api) -> Result<()> {
    let path = api.name.as_str();
    let parts = path.strip_prefix(BEGINNING).map_or(0, |rest| rest.split('/').count());
    if parts < 2 {
        return Err(Error::call("api", "must name /v1/<family>/<name>"));
    }
    if api.verb == "POST" && PAGES.contains(&path) {
        return Err(Error::call("api", "is a page for the buyer's browser, which is opened and not posted")
            .with_hint("write GET before the path and call `sign`", "请在路径前写 GET，并调用 `sign`"));
    }
    Ok(())
}

fn sign(chinaums: &Chinaums, api: &Api, env: &Env) -> Result<HttpRequest> {
    check(api)?;
    let msg_id = api.given("msgId").unwrap_or(&env.msg_id);
    let env = &Env { msg_id: msg_id.into(), ..env.clone() };
    envelope::check_ids(env)?;
    let timestamp = env.now.dashed();
    let added = api.added(&[
        ("requestTimestamp", Whose::Caller(&timestamp)),
        ("mid", Whose::Account(chinaums.mid.as_deref().unwrap_or_default())),
        ("tid", Whose::Account(chinaums.tid.as_deref().unwrap_or_default())),
        ("msgId", Whose::Caller(&env.msg_id)),
    ])?;
    let content = api.json(&added);
    if api.verb == "POST" {
        return envelope::seal_body(chinaums, &api.name, content, env);
    }
    let url = format!("{}?{}", chinaums.base.join(&api.name), chinaums.signed_query(env, &content));
    Ok(HttpRequest { method: "GET", url, headers: Vec::new(), body: Vec::new(), msg_id: env.msg_id.clone() })
}

/// Nothing is signed: the proof is TLS, HTTP status 200, and that the reply names this call, or its merchant and order.
fn open(chinaums: &Chinaums, api: &Api, sent: &HttpRequest, reply: &HttpReply) -> Opened {
    chinaums.forget_refused_token(sent, reply);
    let trusted = reply.trusted_body().map(drop);
    let text = Charset::Utf8.decode(reply.plain_body()?).ok_or(Reason::Charset);
    let read = text.and_then(|text| read(&text));
    // What a refusal says before the business system is shown, and proves nothing.
    if let Err(doubt) = trusted {
        return Err(doubt.said(read.map(|(fields, _)| words(&fields)).unwrap_or_default()));
    }
    let (fields, paid_order) = read?;
    let (names, words) = (names(chinaums, api, sent, &fields, paid_order.as_deref()), words(&fields));
    Ok((Heard { fields, words, names }, Seal::Tls))
}

/// The members, and the order number in billPayment.
fn read(body: &str) -> std::result::Result<(Fields, Option<String>), Reason> {
    let node = json::parse(body).map_err(|_| Reason::Parse)?;
    node.members().ok_or(Reason::Parse)?;
    let paid_order = node.member("billPayment").and_then(|payment| payment.member("merOrderId")?.text().map(String::from));
    Ok((members_of(&node), paid_order))
}

fn words(fields: &Fields) -> GatewayWords {
    let said = |name: &str| fields.get(name).filter(|text| !text.is_empty()).cloned();
    GatewayWords {
        code: said("errCode"),
        sub_code: said("billStatus"),
        status: said("status").or_else(|| said("refundStatus")),
        message: said("errMsg").or_else(|| said("errInfo")),
    }
}

fn names(chinaums: &Chinaums, api: &Api, sent: &HttpRequest, fields: &Fields, paid_order: Option<&str>) -> Echo {
    let asked = |name: &str| match name {
        _ if api.given(name).is_some() => api.given(name),
        _ if api.omits(name) => None,
        "mid" => chinaums.mid.as_deref(),
        "tid" => chinaums.tid.as_deref(),
        "msgId" if !api.has_content() => Some(sent.msg_id.as_str()),
        _ => None,
    };
    let asked = |name: &str| asked(name).filter(|text| !text.is_empty());
    let beside = |name: &str| paid_order.filter(|_| name == "merOrderId");
    let told = |name: &str| fields.get(name).map(String::as_str).or(beside(name)).filter(|text| !text.is_empty());
    let is_echoed = |name: &&str| asked(name).is_some() && told(name) == asked(name);
    let is_another = |name: &&str| matches!((asked(name), told(name)), (Some(asked), Some(told)) if asked != told);
    let mut numbers = NUMBERS.iter().filter(|name| asked(name).is_some()).peekable();
    match () {
        () if IDS.iter().any(is_another) => Echo::NotOurs,
        () if paid_order.is_some_and(|told| asked("merOrderId").is_some_and(|asked| asked != told)) => Echo::NotOurs,
        () if is_echoed(&"msgId") => Echo::Call,
        () if is_echoed(&"mid") && numbers.peek().is_some() && numbers.all(is_echoed) => Echo::Order,
        () => Echo::NotOurs,
    }
}
