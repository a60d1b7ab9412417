//! What is made of an exchange once somebody looks: whether it went well, and if not, why, in words.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::difference::{self, Difference};
use super::page::View;
use super::shown;
use super::{Explain, Explained, Mistake, Spoken, Verdict};
use crate::gateways::{self, Gateway, Reading, Signed};
use crate::http::Request;
use crate::keys::Keys;
use crate::record::Exchange;

/// Of what was signed and of what is verified, so many characters stand in a sentence.
const MOST_QUOTED: usize = 90;

/// Of a gateway's words.
const MOST_WORDS: usize = 400;
/// Of a page of the HTTP server.
const MOST_REPLIED: usize = 80;
/// From here on, of 0 to 1, one path is like another.
const LIKE: f64 = 0.75;

/// An exchange, looked at.
pub(crate) struct Sight {
    pub(super) gateway: Option<&'static Gateway>,
    pub(super) reading: Option<Reading>,
    /// What is verified, on one line.
    pub(super) verified: Option<String>,
    pub(super) finding: Finding,
    explained: OnceLock<Option<Explained>>,
    verdict: OnceLock<Option<Verdict>>,
}

/// How it went.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Well,
    /// It suffered a fault on purpose.
    Fault(String),
    /// The path is no gateway's, or no call of it.
    NoCall,
    WrongSignature,
    /// Refused, in the gateway's words.
    Refused(String),
    /// Refused by the HTTP server.
    Status(u16),
}

impl Exchange {
    pub(super) fn sight(&self, keys: &Keys) -> &Sight {
        self.sight.get_or_init(|| Sight::of(self, keys))
    }
}

impl Sight {
    fn of(exchange: &Exchange, keys: &Keys) -> Sight {
        let request = &exchange.request;
        let gateway = gateways::by_path(&request.target);
        let reading = gateway.and_then(|gateway| (gateway.reading)(request, keys));
        let verified = reading.as_ref().and_then(|reading| reading.signed.as_ref()).map(|signed| shown::line(&signed.text));
        let finding = found(exchange, gateway, reading.as_ref());
        Sight { gateway, reading, verified, finding, explained: OnceLock::new(), verdict: OnceLock::new() }
    }

    pub(super) fn signed(&self) -> Option<&Signed> {
        self.reading.as_ref()?.signed.as_ref()
    }

    /// What the host says of a wrong signature.
    pub(super) fn explained(&self, exchange: &Exchange, host: &dyn Explain) -> Option<&Explained> {
        if self.finding != Finding::WrongSignature {
            return None;
        }
        self.explained.get_or_init(|| self.spoken(exchange, |spoken| host.signature(spoken))).as_ref()
    }

    /// Whether the host need not be asked any more, or at all.
    pub(super) fn is_explained(&self) -> bool {
        self.finding != Finding::WrongSignature || self.explained.get().is_some()
    }

    /// What the host has said of it, if it was asked.
    pub(super) fn known(&self) -> Option<&Explained> {
        self.explained.get()?.as_ref()
    }

    /// What a client of the library concludes of a close or a query, where the reply reaches it.
    pub(super) fn verdict(&self, exchange: &Exchange, host: &dyn Explain) -> Option<&Verdict> {
        if exchange.answer.injection.is_some_and(|injection| !injection.fault.delivers()) {
            return None;
        }
        self.verdict.get_or_init(|| self.spoken(exchange, |spoken| host.verdict(spoken))).as_ref()
    }

    /// Where what was signed and what is verified part.
    pub(super) fn difference(&self) -> Option<Difference<'_>> {
        difference::between(self.verified.as_deref()?, self.known()?.signed.as_deref()?)
    }

    /// Whether the right key made the signature, though over another text or hash; nothing, where that cannot be told.
    pub(super) fn has_right_key(&self) -> Option<bool> {
        Some(self.known()?.signed_by.as_deref()? == self.signed()?.key)
    }

    /// Why it did not go well; nothing, where it did.
    pub(super) fn reason(&self, exchange: &Exchange, view: &View) -> Option<String> {
        Some(match &self.finding {
            Finding::Well => return None,
            Finding::Fault(fault) => view.say("suffers a fault on purpose: ", "人为故障：").to_string() + fault,
            Finding::NoCall => self.no_call(&exchange.request, view),
            Finding::WrongSignature => self.wrong_signature(view),
            Finding::Refused(words) => view.say("refused: ", "被拒绝：").to_string() + &view.short(words, MOST_WORDS),
            Finding::Status(status) => {
                let words = view.short(String::from_utf8_lossy(&exchange.answer.reply.body).trim(), MOST_REPLIED);
                let colon = if words.is_empty() { "" } else { view.say(": ", "：") };
                view.say(format!("refused with HTTP status {status}"), format!("被拒绝，HTTP 状态 {status}")) + colon + &words
            }
        })
    }

    fn no_call(&self, request: &Request, view: &View) -> String {
        let called = self.gateway.map_or_else(|| request.target.clone(), |gateway| gateway.called(request));
        let meant = nearest(&called);
        let meant = meant.map_or(String::new(), |meant| view.say(format!(" – meant {meant}?"), format!(" – 是否应为 {meant}？")));
        let called = view.short(&called, MOST_QUOTED);
        if let Some(Gateway { id, .. }) = self.gateway.filter(|_| !called.starts_with('/')) {
            return view.say(format!("{id} has no such method: {called}{meant}"), format!("{id} 没有这个 method：{called}{meant}"));
        }
        let asked = format!("{} {called}", view.short(&request.method, 16));
        match self.gateway {
            None => view.say(format!("no gateway has this path: {asked}{meant}"), format!("没有网关使用此路径：{asked}{meant}")),
            Some(Gateway { id, .. }) => {
                view.say(format!("{id} has no such call: {asked}{meant}"), format!("{id} 没有这个接口：{asked}{meant}"))
            }
        }
    }

    fn wrong_signature(&self, view: &View) -> String {
        let reason = view.say("signature does not match", "签名不匹配").to_string();
        let Some(explained) = self.known() else {
            let is_due = view.explains && !self.is_explained();
            return reason + if is_due { view.say(" – open it for the reason", " – 打开以查看原因") } else { "" };
        };
        let difference = self.difference();
        let is_quoted = |detail: &str| difference.is_some_and(|it| it.wrong.contains(detail));
        let named =
            |mistake: &Mistake| if is_quoted(&mistake.detail) { mistake.what.in_tongue(view.tongue).into() } else { mistake.named(view) };
        let mistakes: Vec<_> = explained.mistakes.iter().map(named).collect();
        let what = match mistakes.is_empty() {
            true => self.certain(explained, view),
            false => mistakes.join(view.say("; and ", "；且")),
        };
        let parts = difference.map_or(String::new(), |difference| parts(&difference, view));
        reason + view.say(": ", "：") + &what + &parts
    }

    /// What is known of a signature that no known mistake explains.
    fn certain(&self, explained: &Explained, view: &View) -> String {
        let keys = explained.keys;
        match (self.has_right_key(), &explained.signed_by) {
            (Some(true), _) => view.say("signed with the right key over another text", "密钥正确，但签名的是另一段内容").to_string(),
            (_, Some(key)) => view.say(format!("made by another key, that of {key}"), format!("由另一把密钥签名：{key}")),
            _ => view.say(
                format!("no known mistake and none of the {keys} known keys explains it"),
                format!("已知的错误与 {keys} 把已知密钥均无法解释"),
            ),
        }
    }

    fn spoken<T>(&self, exchange: &Exchange, tell: impl FnOnce(&Spoken<'_>) -> Option<T>) -> Option<T> {
        let (gateway, reading) = (self.gateway?, self.reading.as_ref()?);
        let Exchange { request, answer, .. } = exchange;
        let order = order(gateway, answer.number.as_deref().unwrap_or_default(), reading).unwrap_or(Value::Null);
        let with_query = if request.query.is_empty() { String::new() } else { format!("{}?{}", request.target, request.query) };
        tell(&Spoken {
            config: reading.account,
            call: answer.call,
            order: &order,
            msg_id: &(gateway.message_id)(request).unwrap_or_default(),
            method: &request.method,
            target: if with_query.is_empty() { &request.target } else { &with_query },
            request_headers: request.headers(),
            request_body: &request.body,
            status: answer.reply.status,
            reply_headers: &answer.reply.headers,
            reply_body: &answer.reply.body,
        })
    }
}

fn parts(Difference { right, wrong, .. }: &Difference<'_>, view: &View) -> String {
    let nothing = view.say("nothing there", "无此内容");
    let quoted = |text: &str| if text.is_empty() { nothing.to_string() } else { view.short(text, MOST_QUOTED) };
    let (wrong, right) = (quoted(wrong), quoted(right));
    view.say(format!(": signed {wrong}, the gateway verifies {right}"), format!("：签名的是 {wrong}，网关验证的是 {right}"))
}

/// The API that was meant, by its path or its name, where one is like it.
fn nearest(called: &str) -> Option<String> {
    let paths = |gateway: &'static Gateway| {
        let whole = gateway.prefixes.iter().filter(|prefix| !prefix.ends_with('/'));
        (gateway.apis)().into_iter().map(|api| (api.method, api.path)).chain(whole.map(|path| ("POST", *path)))
    };
    let is_path = |name: &str| name.starts_with('/');
    let likeness = |(_, name): &(&str, &str)| strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &called.to_lowercase());
    let known = gateways::ALL.iter().filter(|_| called.len() <= MOST_QUOTED).flat_map(paths);
    let nearest = known.filter(|(_, name)| is_path(name) == is_path(called)).max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    let (method, name) = nearest;
    (likeness(&nearest) >= LIKE).then(|| if is_path(name) { format!("{method} {name}") } else { name.into() })
}

fn found(exchange: &Exchange, gateway: Option<&Gateway>, reading: Option<&Reading>) -> Finding {
    let answer = &exchange.answer;
    let refusal = gateway.and_then(|gateway| (gateway.refusal)(&answer.reply.body));
    let is_refused = refusal.is_some() || answer.reply.status >= 400;
    let has_api = gateway.is_some_and(|gateway| {
        let called = (gateway.named)(&exchange.request);
        (gateway.api)(&exchange.request).is_some_and(|api| called.is_none_or(|called| called == api.path))
    });
    match (refusal, &answer.injection) {
        _ if gateway.is_none() || is_refused && !has_api => Finding::NoCall,
        _ if reading.and_then(|reading| reading.signed.as_ref()).is_some_and(|signed| !signed.is_right) => Finding::WrongSignature,
        (_, Some(injection)) => Finding::Fault(injection.fault.to_string()),
        (Some(words), None) => Finding::Refused(words),
        _ if is_refused => Finding::Status(answer.reply.status),
        _ => Finding::Well,
    }
}

/// The `order` that the request names, as a client of the library would; nothing, where it names it in another way.
fn order(gateway: &Gateway, number: &str, reading: &Reading) -> Option<Value> {
    let mut order = (gateway.order)(number);
    for (name, value) in order.as_object_mut()? {
        match reading.fields.iter().find(|(known, _)| known == name) {
            Some((_, text)) => *value = json!(text),
            None if *value == "" => {}
            None => return None,
        }
    }
    Some(order)
}
