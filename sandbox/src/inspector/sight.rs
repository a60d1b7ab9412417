//! What is made of an exchange once somebody looks: whether it went well, and if not, why, in words.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::difference::{self, Difference};
use super::shown;
use super::tongue::Tongue;
use super::{Explain, Explained, Spoken, Verdict};
use crate::gateways::{self, Gateway, Reading, Signed};
use crate::keys::Keys;
use crate::record::Exchange;

/// Of what was signed and of what is verified, so many characters stand in a sentence.
const MOST_QUOTED: usize = 90;

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

    /// What a client of the library concludes of a close or a query.
    pub(super) fn verdict(&self, exchange: &Exchange, host: &dyn Explain) -> Option<&Verdict> {
        self.verdict.get_or_init(|| self.spoken(exchange, |spoken| host.verdict(spoken))).as_ref()
    }

    /// Where what was signed and what is verified part.
    pub(super) fn difference(&self) -> Option<Difference<'_>> {
        difference::between(self.verified.as_deref()?, self.known()?.signed.as_deref()?)
    }

    /// Why it did not go well; nothing, where it did.
    pub(super) fn reason(&self, exchange: &Exchange, tongue: Tongue) -> Option<String> {
        let request = &exchange.request;
        Some(match &self.finding {
            Finding::Well => return None,
            Finding::Fault(fault) => tongue.say("suffers a fault on purpose: ", "人为故障:").to_string() + fault,
            Finding::NoCall => {
                let asked =
                    format!("{} {}", shown::short(&request.method, 16), shown::short(&shown::line(request.target.as_bytes()), MOST_QUOTED));
                match self.gateway {
                    None => tongue.say(format!("no gateway has this path: {asked}"), format!("没有网关使用此路径:{asked}")),
                    Some(Gateway { id, .. }) => tongue.say(format!("{id} has no such call: {asked}"), format!("{id} 没有这个接口:{asked}")),
                }
            }
            Finding::WrongSignature => self.wrong_signature(tongue),
            Finding::Refused(words) => tongue.say("refused: ", "被拒绝:").to_string() + words,
            Finding::Status(status) => tongue.say(format!("refused with HTTP status {status}"), format!("被拒绝,HTTP 状态 {status}")),
        })
    }

    fn wrong_signature(&self, tongue: Tongue) -> String {
        let mut reason = tongue.say("signature does not match", "签名不匹配").to_string();
        for mistake in self.known().iter().flat_map(|explained| &explained.mistakes) {
            let what = mistake.what.in_tongue(tongue);
            reason += &tongue.say(format!(": {what}"), format!(":{what}"));
        }
        if let Some(Difference { right, wrong, .. }) = self.difference() {
            let nothing = tongue.say("nothing there", "无此内容");
            let quoted = |text: &str| if text.is_empty() { nothing.to_string() } else { shown::short(text, MOST_QUOTED) };
            let (wrong, right) = (quoted(wrong), quoted(right));
            reason +=
                &tongue.say(format!(": signed {wrong}, the gateway verifies {right}"), format!(":签名的是 {wrong},网关验证的是 {right}"));
        }
        reason
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

fn found(exchange: &Exchange, gateway: Option<&Gateway>, reading: Option<&Reading>) -> Finding {
    let answer = &exchange.answer;
    let refusal = gateway.and_then(|gateway| (gateway.refusal)(&answer.reply.body));
    let is_refused = refusal.is_some() || answer.reply.status >= 400;
    let has_api = gateway.is_some_and(|gateway| (gateway.api)(&exchange.request).is_some());
    match (refusal, &answer.injection) {
        _ if gateway.is_none() || is_refused && !has_api => Finding::NoCall,
        _ if reading.and_then(|reading| reading.signed.as_ref()).is_some_and(|signed| !signed.is_right) => Finding::WrongSignature,
        (_, Some(injection)) => Finding::Fault(format!("{:?}", injection.fault)),
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
