//! Records: an exchange whose keys, ids, names, amounts and tokens are replaced and whose signatures are made anew by keys that are thrown
//! away, so that it can be shown to others and still be explained.

mod keys;
mod rewrite;
mod scrub;

use crate::families;
use crate::message::{Message, Side};
use crate::report::{Report, Verdict, explain, searched};
use crate::seal::PrivateKey;
use crate::search::{Deviation, Draft, drafts, right};
use crate::settings::Settings;
use crate::text::Charset;
use chexiao::{Client, Error, Kind, Result};
use rewrite::Value as Part;
use scrub::Scrub;
use serde_json::{Map, Value, json};
use std::fmt;

/// What a record says of its own form.
const VERSION: u64 = 1;
const MARK: &str = "chexiao_record";

/// A call that is made as it is signed beforehand: message id, moment and nonce are settled.
#[derive(Debug)]
pub struct Call {
    /// The document to send.
    pub document: String,
    /// What is sent for it; the signature of SM2 alone differs from time to time.
    pub request: chexiao::HttpRequest,
}

impl Call {
    /// Settles what a call leaves open.
    ///
    /// # Errors
    /// As for [`Client::sign`].
    pub fn settled(client: &Client, document: &str) -> Result<Self> {
        let unusable = |_| Error::at_border(Kind::Call, "call", "is not valid JSON");
        let mut call: Map<String, Value> = serde_json::from_str(document).map_err(unusable)?;
        let drawn = || client.sign(document).map(|request| request.msg_id);
        for (name, value) in [("msg_id", drawn()?), ("nonce", drawn()?), ("timestamp", crate::time::now())] {
            call.entry(name).or_insert_with(|| value.into());
        }
        let document = Value::Object(call).to_string();
        Ok(Self { request: client.sign(&document)?, document })
    }
}

/// A request with its reply.
#[derive(Debug)]
pub struct Exchange<'e> {
    /// What was asked.
    pub operation: &'e str,
    /// What was sent.
    pub request: Sent,
    /// The status and the body; `None` where no whole reply came.
    pub reply: Option<(u16, &'e [u8])>,
    /// The words of the outcome, which tell nothing of the order.
    pub outcome: Value,
}

/// A request as a record keeps it.
#[derive(Debug)]
pub struct Sent(Message);

impl From<&chexiao::HttpRequest> for Sent {
    fn from(request: &chexiao::HttpRequest) -> Self {
        let (headers, body) = (request.headers.clone(), request.body.clone());
        Self(Message {
            read_as: "call",
            method: Some(request.method.into()),
            target: request.url.clone(),
            headers,
            body,
            ..Message::default()
        })
    }
}

/// Makes one record, by keys that are thrown away with it.
pub struct Recorder {
    redaction: Redaction,
    /// What the record holds of the configuration.
    config: Value,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl Recorder {
    /// For an account.
    ///
    /// # Errors
    /// The configuration cannot be read, or holds a key of a kind that cannot be made anew.
    pub fn new(config: &str) -> Result<Self> {
        let old = Settings::read(config)?;
        let scrub = Scrub::new(keys::seed());
        let (config, private) = keys::throw_away(&old, &scrub)?;
        Ok(Self { redaction: Redaction { new: Settings::read(&config.to_string())?, old, scrub, private }, config })
    }

    /// The record, one JSON document. Nothing of the account, of the order or of the signatures is in it.
    pub fn record(&self, exchange: &Exchange<'_>) -> String {
        record(&self.redaction, &self.config, exchange)
    }
}

fn record(redaction: &Redaction, config: &Value, exchange: &Exchange<'_>) -> String {
    let (request, asked) = redaction.message(&exchange.request.0, Side::Request);
    let answered = exchange.reply.map(|(status, body)| {
        let message = Message { status: Some(status), body: body.to_vec(), ..Message::default() };
        redaction.message(&message, Side::Reply)
    });
    let document = json!({
        MARK: VERSION,
        "version": env!("CARGO_PKG_VERSION"),
        "gateway": redaction.old.gateway,
        "operation": exchange.operation,
        "outcome": exchange.outcome,
        "request": written(&request),
        "reply": answered.as_ref().map(|(reply, _)| written(reply)),
        "signatures": { "request": asked, "reply": answered.as_ref().map(|(_, said)| said) },
        "config": config,
        "replaced": redaction.scrub.replaced(),
    });
    document.to_string()
}

fn written(message: &Message) -> Value {
    let headers: Map<String, Value> = message.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let body = chexiao_strict::base64::base64(&message.body);
    match message.status {
        Some(status) => json!({ "status": status, "headers": headers, "body_base64": body }),
        None => json!({ "method": message.method, "url": message.target, "headers": headers, "body_base64": body }),
    }
}

struct Redaction {
    old: Settings,
    new: Settings,
    scrub: Scrub,
    private: Vec<PrivateKey>,
}

/// Headers that are kept; others may hold anything.
const HEADERS: [&str; 8] =
    ["content-type", "host", "accept", "authorization", "x-acopay-mch-no", "x-acopay-nonce", "x-acopay-sign-type", "x-acopay-sign"];
/// Under these names a signature stands.
const SIGNATURES: [&str; 4] = ["sign", "Signature", "signature", "x-acopay-sign"];
/// Where the gateways are, for everybody.
const HOSTS: [&str; 5] = [".icbc.com.cn", ".ysepay.com", ".weixin.qq.com", ".edgeros.com", ".chinaums.com"];

impl Redaction {
    /// The message with everything replaced, and what is said of its signature: what it was, and whether that is still so.
    fn message(&self, old: &Message, side: Side) -> (Message, Value) {
        let was = explain(&self.old, old, side).ok();
        let unsigned = self.replaced(old, None);
        let Some(was) = was else { return (unsigned, json!({ "was": "unsigned", "is": "unsigned" })) };
        let remade = self.way(old, side).and_then(|way| self.signature(&unsigned, side, &way));
        // By nobody, over nothing that is known: as unexplained as it was.
        let signature = remade.or_else(|| self.signature(&unsigned, side, &[Deviation::new(UNKNOWN, "")]));
        let new = self.replaced(old, signature.as_deref());
        let is = explain(&self.new, &new, side).ok();
        let words = |report: Option<&Report>| report.map_or_else(|| "unsigned".into(), verdict);
        (new, json!({ "was": verdict(&was), "is": words(is.as_ref()) }))
    }

    /// What went wrong with a signature, the likeliest; empty if it is right.
    fn way(&self, message: &Message, side: Side) -> Option<Vec<Deviation>> {
        let cases = families::cases(&self.old, message, side).ok()?;
        let mut found: Vec<Vec<Deviation>> = cases.iter().filter_map(|case| Some(searched(case, &mut 0).first()?.0.clone())).collect();
        found.sort_by_key(Vec::len);
        found.into_iter().next()
    }

    /// A signature that went wrong in the same way.
    fn signature(&self, message: &Message, side: Side, way: &[Deviation]) -> Option<String> {
        let case = families::cases(&self.new, message, side).ok()?.into_iter().next()?;
        if way.first().is_some_and(|first| first.mistake == UNKNOWN) {
            return case.seal.remade(self.scrub.text("of nobody").as_bytes(), &[], &self.private);
        }
        (0..=way.len()).rev().find_map(|of_string| {
            let (string, own) = way.split_at_checked(of_string)?;
            let text = text_of(&case.stages, &case.start, string)?;
            case.seal.remade(&text, own, &self.private)
        })
    }

    /// With this signature, or one of the same look.
    fn replaced(&self, message: &Message, signature: Option<&str>) -> Message {
        let rule = |name: &str, value: Part<'_>| match (value, signature) {
            (Part::Text(_), Some(signature)) if SIGNATURES.contains(&name) => signature.to_string(),
            (Part::Text(text), _) => self.scrub.value(name, text),
            (Part::Number(text), _) => self.scrub.number(name, text),
        };
        let charset = Charset::named(self.old.text("charset"));
        let kept = message.headers.iter().filter(|(name, _)| HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known)));
        let header = |(name, value): &(String, String)| match name.to_ascii_lowercase().as_str() {
            "authorization" => (name.clone(), rewrite::authorization(value, &rule)),
            "host" => (name.clone(), host(value)),
            lower => (name.clone(), rule(lower, Part::Text(value))),
        };
        Message {
            target: target(&message.target, charset, &rule),
            headers: kept.map(header).collect(),
            body: rewrite::body(&message.body, charset, &rule),
            ..message.clone()
        }
    }
}

/// Of a signature that nothing explains.
const UNKNOWN: &str = "";

fn text_of(stages: &[crate::search::Stage], start: &Draft, way: &[Deviation]) -> Option<Vec<u8>> {
    if way.is_empty() {
        return right(stages, start);
    }
    let mut found = None;
    drafts(stages, start, way.len(), &mut |chosen, text| {
        if chosen == way && found.is_none() {
            found = Some(text.to_vec());
        }
    });
    found
}

fn target(target: &str, charset: Charset, rule: rewrite::Rule<'_>) -> String {
    let (before, query) = match target.split_once('?') {
        Some((before, query)) => (before, format!("?{}", rewrite::form(query, charset, rule))),
        None => (target, String::new()),
    };
    match before.split_once("://") {
        Some((scheme, rest)) => {
            let (name, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at_checked(at).unwrap_or((rest, "")));
            format!("{scheme}://{}{path}{query}", host(name))
        }
        None => format!("{before}{query}"),
    }
}

/// The gateway's own is known to everybody.
fn host(name: &str) -> String {
    if HOSTS.iter().any(|known| name.ends_with(known)) { name.into() } else { "gateway.invalid".into() }
}

/// `right`, `unexplained`, or the names of the mistakes.
fn verdict(report: &Report) -> String {
    let names = |way: &[Deviation]| way.iter().map(|it| it.mistake).collect::<Vec<_>>().join(" ");
    match &report.verdict {
        Verdict::Right => "right".into(),
        Verdict::Unexplained(_) => "unexplained".into(),
        Verdict::Wrong(ways) => ways.first().map(|way| names(way)).unwrap_or_default(),
    }
}

/// Whether a document is a record.
pub(crate) fn is_one(document: &Value) -> bool {
    document.get(MARK).and_then(Value::as_u64) == Some(VERSION)
}

/// The configuration in a record; `None` if the text is none.
pub fn account_of(record: &str) -> Option<String> {
    let document: Value = serde_json::from_str(record).ok()?;
    is_one(&document).then(|| document.get("config").map(Value::to_string))?
}
