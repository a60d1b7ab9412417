//! Any other API of a gateway: how a call of it is signed, and the one judge that makes an answer of the reply.

use super::Gateway;
use super::answer::Answer;
use super::api::{Api, Takes};
use super::download::{Gives, To};
use super::message::{HttpReply, HttpRequest};
use super::operation::{Bound, Echo, Env, Seal, as_sent, prove, seen};
use crate::ground::error::{Error, Kind, Result};
use crate::outcome::{Doubt, GatewayWords, Reason, Verb};
use crate::strict::json::Node;
use crate::strict::xml::Fields;

/// How a gateway's other APIs are called: a file of its folder.
pub(crate) struct Calls<G: Gateway> {
    /// What of a call document it takes.
    pub(crate) takes: &'static Takes,
    /// Why the API of this name is none that can be called here, however it is written and whatever else the call says.
    pub(crate) refuses: fn(&str) -> Option<Error>,
    /// Whether this is a page or a form that a browser opens: signed here, never sent, and without a reply.
    pub(crate) is_page: fn(&Api) -> bool,
    /// Whether the gateway answers it only to a client certificate.
    pub(crate) needs_certificate: fn(&Api) -> bool,
    /// How it gives a file, if it gives one.
    pub(crate) gives: fn(&Api) -> Gives,
    /// Which of them does what no operation here does, since too little is documented of it for an outcome.
    pub(crate) instead: &'static [(Verb, &'static str)],
    /// The complete request. Pure: time, nonce and message id come in with `env`.
    pub(crate) sign: fn(&G, &Api, &Env) -> Result<HttpRequest>,
    /// The reply as it is read, and what seals it. Fails closed.
    pub(crate) open: fn(&G, &Api, &HttpRequest, &HttpReply) -> Opened,
}

/// A reply as it is read, and what seals it.
pub(crate) type Opened = std::result::Result<(Heard, Seal), Doubt>;

/// A reply, read and not yet believed.
pub(crate) struct Heard {
    /// What the seal covers, without the signature.
    pub(crate) fields: Fields,
    pub(crate) words: GatewayWords,
    /// Whom it names.
    pub(crate) names: Echo,
}

/// What a call is read for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Sign,
    Send { with_certificate: bool },
    Verify,
}

/// The call of this document, which is read here.
pub(super) fn bind<'g, G: Gateway>(gateway: &'g G, call: &Node<'_>, purpose: Purpose) -> Result<Box<dyn Bound<Answer> + 'g>> {
    if let Some(refused) = call.member("api").and_then(Node::text).and_then(G::CALLS.refuses) {
        return Err(refused);
    }
    let api = Api::read(call, G::ID, G::CALLS.takes)?;
    match purpose {
        Purpose::Sign | Purpose::Verify if api.to.is_some() => Err(Error::call("to", "is for `send`, which fetches the file")
            .with_hint("leave `to` out, or call `send`", "请删去 `to`，或调用 `send`")),
        Purpose::Send { .. } if api.to.is_some() && matches!((G::CALLS.gives)(&api), Gives::Nothing) => Err(Error::call(
            "to",
            "is not taken: this API gives no file that is known here",
        )
        .with_hint("leave `to` out; where the reply names a file, fetch that yourself", "请删去 `to`；应答中给出文件地址的，请自行下载")),
        Purpose::Send { .. } if api.is_document() => {
            Err(Error::unsupported("api", "names parameters that the front end pays with, which are signed and not sent")
                .with_hint("call `sign` and hand the body of what it gives to the front end", "请调用 `sign`，并将其结果的 body 交给前端"))
        }
        Purpose::Verify if api.is_document() => {
            Err(Error::call("api", "names parameters that the front end pays with: they have no reply to verify"))
        }
        Purpose::Send { .. } if (G::CALLS.is_page)(&api) => {
            Err(Error::unsupported("api", "is a page for the buyer's browser, not a request to send")
                .with_hint("call `sign` and hand what it gives to the browser", "请调用 `sign`，并将其结果交给浏览器"))
        }
        Purpose::Verify if (G::CALLS.is_page)(&api) => {
            Err(Error::call("api", "is a page for the buyer's browser: it has no reply to verify"))
        }
        Purpose::Send { with_certificate: false } if (G::CALLS.needs_certificate)(&api) => Err(no_certificate()),
        _ => Ok(Box::new(OfApi { gateway, api })),
    }
}

/// What is wrong with a client that is to send what only the merchant's certificate opens.
pub(super) fn no_certificate() -> Error {
    Error::config("client_certificate", "is missing: the gateway takes this API only with the merchant's client certificate").with_hint(
        "set client_certificate to the file that the gateway's console gives (apiclient_cert.p12) and its password",
        "请将 client_certificate 配置为商户平台下载的证书文件（apiclient_cert.p12）及其密码",
    )
}

struct OfApi<'g, G> {
    gateway: &'g G,
    api: Api,
}

impl<G: Gateway> Bound<Answer> for OfApi<'_, G> {
    fn sign(&self, env: &Env) -> Result<HttpRequest> {
        let request = (G::CALLS.sign)(self.gateway, &self.api, env)?;
        // A browser chooses its own headers.
        Ok(if self.api.is_document() || (G::CALLS.is_page)(&self.api) { request } else { as_sent(request) })
    }

    fn judge(&self, sent: &HttpRequest, reply: HttpReply) -> Answer {
        let answer = self.read(sent, &reply).unwrap_or_else(|doubt| Answer::doubtful(seen(doubt, &reply)));
        answer.of_exchange(&sent.msg_id, Some((reply.status, reply.body)))
    }

    fn lost(&self, sent: &HttpRequest, reason: Reason) -> Answer {
        Answer::lost(reason).of_exchange(&sent.msg_id, None)
    }

    fn file(&self) -> Option<(&To, Gives)> {
        self.api.to.as_ref().map(|to| (to, (G::CALLS.gives)(&self.api)))
    }
}

impl<G: Gateway> OfApi<'_, G> {
    /// The one way from a reply to an answer, at every gateway.
    fn read(&self, sent: &HttpRequest, reply: &HttpReply) -> std::result::Result<Answer, Doubt> {
        let (heard, seal) = (G::CALLS.open)(self.gateway, &self.api, sent, reply)?;
        match prove(seal, heard.names) {
            Ok(Some(proof)) => Ok(Answer::authentic(heard.fields, heard.words, proof, matches!(heard.names, Echo::Call))),
            Ok(None) => Err(Doubt::from(Reason::Signature).said(heard.words)),
            Err(reason) => Err(Doubt::from(reason).said(heard.words)),
        }
    }
}

/// The signed parameters of a front end, a JSON object. There is nowhere to send them to, so that whoever sends what was signed fails.
pub(crate) fn for_front_end(api: &Api, parameters: String, env: &Env) -> HttpRequest {
    HttpRequest { method: api.verb, url: String::new(), headers: Vec::new(), body: parameters.into(), msg_id: env.msg_id.clone() }
}

/// Where nothing of the kind is known.
pub(crate) fn never(_: &Api) -> bool {
    false
}

/// Where no API gives a file, as far as is known.
pub(crate) fn no_file(_: &Api) -> Gives {
    Gives::Nothing
}

/// An API that this library does not call, for a reason.
pub(crate) fn refused(what: &str, en: &'static str, zh: &'static str) -> Error {
    Error::of_field(Kind::Unsupported, "api", what).with_hint(en, zh)
}
