//! JSON in, JSON out: what the C interface, Java and the command line call. Strict inputs; results with every key, always.

use super::border::{self, DEFECT};
use super::exchange::{Exchange, read_incoming};
use super::queue::Finished;
use crate::client::{self, Client, Diagnosis, Step, Stop};
use crate::gateway::{Answer, HttpReply, HttpRequest, Notice, Verb};
use crate::ground::error::{Error, Kind, Result};
use crate::ground::finding::Finding;
use crate::ground::foreign;
use crate::ground::key_fault::KeyFault;
use crate::ground::unwind::{survived, unwound};
use crate::keys::Inspection;
use crate::outcome::table::{Row, Table};
use crate::outcome::{Code, Explanation, GatewayWords, Outcome, Reason};
use crate::strict::de;
use crate::strict::write::Object;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The call of this operation: `order` must be one JSON object.
pub fn call(operation: &str, order: &str) -> Result<String> {
    call_of(operation, order, None)
}

/// The same with a message id of the caller's own.
pub fn call_of(operation: &str, order: &str, msg_id: Option<&str>) -> Result<String> {
    let node = de::parse(order, Kind::Call, "the order", "order")?;
    let id = msg_id.map(|id| format!(",\"msg_id\":{}", write(&id))).unwrap_or_default();
    match node.members() {
        Some(_) => Ok(format!("{{\"operation\":\"{operation}\"{id},\"order\":{}}}", node.raw)),
        None => Err(Error::call("order", "must be an object")),
    }
}

/// [`Client::sign`]: `{"method","url","headers","body_base64","msg_id"}`.
pub fn sign(client: &Client, call: &str) -> Result<String> {
    client.sign(call).map(|request| request_json(&request))
}

fn request_json(request: &HttpRequest) -> String {
    let mut headers: Vec<&(String, String)> = request.headers.iter().collect();
    headers.sort_unstable();
    let mut out = Object::new();
    out.text("method", request.method);
    out.text("url", &request.url);
    out.object("headers", |out| headers.iter().for_each(|(name, value)| out.pair(name, value)));
    out.bytes("body_base64", &request.body);
    out.text("msg_id", &request.msg_id);
    shown(out.done())
}

/// A status and its document: an outcome's number with its result JSON, or an answer's status with its JSON.
pub type Said = (i32, String);

/// [`Client::send`] or, of a `call`, [`Client::call`].
pub fn send(client: &Client, call: &str) -> Result<Said> {
    client.wait(call, sending(client, call, &Stop::never()))
}

/// The same without blocking.
pub(super) async fn sending(client: &Client, call: &str, stop: &Stop) -> Result<Said> {
    let said = survived(async {
        match de::parse(call, Kind::Call, "the call", "").is_ok_and(|node| client::is_of_api(&node)) {
            true => client.calling(call, stop).await.map(|answer| answered(&answer)),
            false => client.sending(call, stop).await.map(|outcome| judged(&outcome)),
        }
    });
    said.await.unwrap_or_else(|| Ok(unknown_after(call, DEFECT)))
}

/// What was in a queue when it ended: `[{"tag":…,"status":…,"document":{…}},…]`.
pub fn finished(calls: &[Finished]) -> String {
    let mut out = String::from("[");
    for Finished { tag, answer: (status, document) } in calls {
        let comma = if out.len() > 1 { "," } else { "" };
        // Writing to a String cannot fail.
        _ = write!(out, "{comma}{{\"tag\":{tag},\"status\":{status},\"document\":{document}}}");
    }
    out + "]"
}

/// [`Client::verify`] or, of a `call`, [`Client::verify_call`]; from `{"call":…,"request":<what sign returned>,"reply":{"status","headers",
/// "body_base64"}}`. The request is out, so this never fails: input that cannot be read proves nothing, with the reason `input`.
pub fn verify(client: &Client, exchange: &str) -> Said {
    let said = unwound(|| match Exchange::read(exchange) {
        Ok(Exchange { call, request, reply, .. }) if client::is_of_api(&call) => answered(&client.verify_call_read(call, &request, reply)),
        Ok(Exchange { call, request, reply, body }) => {
            let outcome = client.verify_read(call, &request, reply);
            (outcome.code() as i32, result_of(&outcome, body))
        }
        Err(error) => judged(&Outcome::unreadable_input(error.to_string()).asked(asked_in(exchange))),
    });
    said.unwrap_or_else(|| unknown_after(exchange, DEFECT))
}

/// What a call, or the call of an exchange, asks for, as far as that can be read: a refund leads to the query of a refund, whatever became of it.
fn asked_in(text: &str) -> Verb {
    let asked = unwound(|| {
        let node = de::parse(text, Kind::Call, "the call", "").ok()?;
        Some(client::asked_in(node.member("call").unwrap_or(&node)))
    });
    asked.flatten().unwrap_or(Verb::Close)
}

fn judged(outcome: &Outcome) -> Said {
    (outcome.code() as i32, result(outcome))
}

fn answered(answer: &Answer) -> Said {
    (answer.status(), answer_json(answer))
}

/// [`Client::notification`], from `{"url"?,"headers":{…},"body_base64":…,"expect"?:{…}}`: the event's number and the notice JSON. Whatever
/// came in is a notice: a message that cannot be read gives Unknown with the reason `input`.
///
/// # Errors
/// As for [`Client::notification`].
pub fn notification(client: &Client, message: &str) -> Result<Said> {
    match read_incoming(message) {
        Ok(incoming) => client.notification(&incoming).map(|notice| noticed(&notice)),
        Err(error) => unread_notification(client, &error),
    }
}

/// The same of a message that is not even text.
///
/// # Errors
/// As for [`Client::notification`].
pub fn unread_notification(client: &Client, error: &Error) -> Result<Said> {
    client.unread_notification(error.to_string()).map(|notice| noticed(&notice))
}

fn noticed(notice: &Notice) -> Said {
    (notice.event() as i32, notice_json(notice))
}

/// Notice JSON.
pub fn notice_json(notice: &Notice) -> String {
    let mut out = Object::new();
    out.text("event", notice.event().word());
    out.json("code", notice.event() as i32);
    out.text("evidence", notice.evidence().word());
    out.text("confirm", notice.confirm().word());
    out.optional("reason", notice.reason().as_ref().map(Reason::to_string).as_deref());
    out.optional("hint", notice.hint().map(Code::word));
    out.json("contradiction", notice.contradiction());
    out.object("order", |out| notice.order().iter().for_each(|(name, text)| out.pair(name, text)));
    match notice.amount() {
        Some(amount) => out.object("amount", |out| {
            out.text("text", &amount.text);
            out.text("unit", amount.unit.word());
        }),
        None => out.json("amount", "null"),
    }
    out.optional("time", notice.time());
    out.object("fields", |out| notice.fields().iter().for_each(|(name, text)| out.pair(name, text)));
    put_words(&mut out, notice.gateway());
    out.optional("dedupe", notice.dedupe());
    put_explanation(&mut out, &notice.explanation());
    match notice.acknowledge() {
        Some(answer) => put_answer(&mut out, "acknowledge", answer),
        None => out.json("acknowledge", "null"),
    }
    put_answer(&mut out, "refuse", notice.refuse());
    shown(out.done())
}

fn put_answer(out: &mut Object, name: &'static str, answer: &HttpReply) {
    out.object(name, |out| {
        out.json("status", answer.status);
        out.object("headers", |out| answer.headers.iter().for_each(|(name, value)| out.pair(name, value)));
        out.bytes("body_base64", &answer.body);
    });
}

/// [`Client::encrypt_field`]: `{"text":…}`.
pub fn encrypt_field(client: &Client, text: &str) -> Result<String> {
    client.encrypt_field(text).map(|text| write(&FieldOut { text: &text }))
}

/// [`Client::decrypt_field`]: `{"text":…}`.
pub fn decrypt_field(client: &Client, field: &str) -> Result<String> {
    client.decrypt_field(field).map(|text| write(&FieldOut { text: &text }))
}

/// What is in a key file: see [`Inspection`].
pub fn inspection(inspection: &Inspection) -> String {
    write(inspection)
}

/// [`client::diagnose`].
pub fn diagnose(config: &str) -> Said {
    diagnosis(&client::diagnose(config))
}

/// The same of a file.
pub fn diagnose_file(path: &Path) -> Said {
    diagnosis(&border::config_of_file(path).map_or_else(|error| Diagnosis::unread(&error), |config| client::diagnose(&config)))
}

/// 0 or the status of the first failure, and `{"worst":…,"cause":…,"status":…,"steps":[{"step","field","state","finding","found":{"en","zh"},
/// "remedy":{"en","zh"},"facts":{…}},…],"elapsed_ms":…}`, where `cause` is the word of the first failure.
pub fn diagnosis(diagnosis: &Diagnosis) -> Said {
    let mut steps = String::from("[");
    for step in diagnosis.steps() {
        let mut out = Object::new();
        out.text("step", step.name());
        out.optional("field", step.field());
        out.text("state", step.state().word());
        out.optional("finding", step.finding());
        put_texts(&mut out, "found", step.found());
        match step.remedy() {
            Some(remedy) => put_texts(&mut out, "remedy", remedy),
            None => out.json("remedy", "null"),
        }
        out.object("facts", |out| step.facts().for_each(|(name, value)| out.pair(name, value)));
        steps += if steps.len() > 1 { "," } else { "" };
        steps += &out.done();
    }
    let mut out = Object::new();
    out.text("worst", diagnosis.worst().word());
    out.optional("cause", diagnosis.cause().and_then(Step::finding));
    out.json("status", diagnosis.status());
    out.json("steps", steps + "]");
    out.json("elapsed_ms", diagnosis.elapsed_ms());
    (diagnosis.status(), shown(out.done()))
}

/// Every finding, for the pages: the step, the word, what it means and what to do, in English and in Chinese.
pub fn findings() -> Vec<[&'static str; 6]> {
    let of_key = |fault: &KeyFault| {
        let ((en, zh), remedy) = (fault.meaning(), fault.usual_remedy());
        ["key", fault.word(), en.trim_end_matches('.'), zh, remedy.0, remedy.1]
    };
    let of_finding = |finding: &Finding| {
        let ((en, zh), (todo, todo_zh)) = (finding.meaning(), finding.remedy());
        [finding.step(), finding.word(), en, zh, todo, todo_zh]
    };
    let (before, behind): (Vec<_>, Vec<_>) =
        Finding::ALL.iter().map(of_finding).partition(|row| ["configuration", "base_url"].contains(&row[0]));
    before.into_iter().chain(KeyFault::ALL.iter().map(of_key)).chain(behind).collect()
}

/// Unknown with the reason `input`, for a binding whose `verify` cannot even be asked.
pub fn unknown_input(error: &Error) -> Said {
    judged(&Outcome::unreadable_input(error.to_string()))
}

/// Unknown, where a defect stopped what this text asked for while the request may have been out; `note` goes into the explanation.
pub fn unknown_after(text: &str, note: &str) -> Said {
    judged(&Outcome::interrupted(note.into()).asked(asked_in(text)))
}

/// Result JSON.
pub fn result(outcome: &Outcome) -> String {
    result_of(outcome, "")
}

/// Bytes have one base64 here: where `raw` is that of the reply, it need not be made again.
fn result_of(outcome: &Outcome, raw: &str) -> String {
    let explanation = outcome.explanation();
    let mut out = Object::of_about(explanation.en.len() + explanation.zh.len() + outcome.raw().len() * 4 / 3 + USUAL_RESULT);
    out.text("outcome", outcome.code().word());
    out.json("code", outcome.code() as i32);
    out.text("next", outcome.next().word());
    out.text("retry", outcome.retry().word());
    out.number("retry_after_ms", outcome.retry_after_ms());
    out.text("confirm", outcome.confirm().word());
    out.text("evidence", outcome.evidence().word());
    out.text("sent", if outcome.answered() { "answered" } else { "maybe" });
    out.optional("reason", outcome.reason().as_ref().map(Reason::to_string).as_deref());
    out.json("contradiction", outcome.contradiction());
    out.optional("hint", outcome.hint().map(Code::word));
    put_words(&mut out, outcome.gateway());
    out.text("msg_id", outcome.msg_id());
    out.number("http_status", outcome.http_status());
    out.json("elapsed_ms", outcome.elapsed_ms());
    match raw.len() == outcome.raw().len().div_ceil(3) * 4 {
        true => out.text("raw_base64", raw),
        false => out.bytes("raw_base64", outcome.raw()),
    }
    put_explanation(&mut out, &explanation);
    shown(out.done())
}

/// The rest of it has so many bytes and the gateway's words.
const USUAL_RESULT: usize = 700;

/// Answer JSON.
pub fn answer_json(answer: &Answer) -> String {
    let mut out = Object::new();
    out.json("code", answer.status());
    match answer.verified() {
        Some(fields) => out.object("verified", |out| fields.iter().for_each(|(name, text)| out.pair(name, text))),
        None => out.json("verified", "null"),
    }
    out.text("evidence", answer.evidence().word());
    out.text("sent", if answer.answered() { "answered" } else { "maybe" });
    out.optional("reason", answer.reason().as_ref().map(Reason::to_string).as_deref());
    put_words(&mut out, answer.gateway());
    out.text("msg_id", answer.msg_id());
    out.number("http_status", answer.http_status());
    out.json("elapsed_ms", answer.elapsed_ms());
    match answer.file() {
        Some(file) => out.object("file", |out| {
            out.text("path", &file.path.to_string_lossy());
            out.json("bytes", file.bytes);
            out.text("sha256", &file.sha256);
        }),
        None => out.json("file", "null"),
    }
    out.bytes("raw_base64", answer.raw());
    put_explanation(&mut out, &answer.explanation());
    shown(out.done())
}

fn put_words(out: &mut Object, words: &GatewayWords) {
    out.object("gateway", |out| {
        out.optional("code", words.code.as_deref());
        out.optional("sub_code", words.sub_code.as_deref());
        out.optional("status", words.status.as_deref());
        out.optional("message", words.message.as_deref());
    });
}

fn put_explanation(out: &mut Object, explanation: &Explanation) {
    put_texts(out, "explanation", explanation);
}

fn put_texts(out: &mut Object, name: &'static str, texts: &Explanation) {
    out.object(name, |out| {
        out.text("en", &texts.en);
        out.text("zh", &texts.zh);
    });
}

/// Every gateway with its environments and its outcome tables: `[{"gateway","environments","close":[{"of","rows":[{"outcome","code",
/// "status","source"}]}],"query":[…],"notification":[…]}]`; `query` and `notification` are empty where there is none.
pub fn gateways() -> String {
    let entries = crate::gateways::ALL.iter().map(|entry| EntryOut {
        gateway: entry.id,
        environments: entry.environments.iter().copied().collect(),
        operations: Verb::ALL.iter().map(|verb| (verb.word(), entry.tables(*verb).iter().map(TableOut::of).collect())).collect(),
        notification: entry.notices().iter().map(TableOut::of).collect(),
    });
    write(&entries.collect::<Vec<_>>())
}

/// Error JSON: `{"error":<kind>,"status":<negative number>,"reason":…,"field":…,"message":…,"hint":…}`; `reason` is the word of a
/// [`KeyFault`], or null. An error means that nothing was sent.
pub fn error(error: &Error) -> String {
    write(&ErrorOut {
        error: error.kind().word(),
        status: error.kind() as i32,
        reason: error.reason().map(KeyFault::word),
        field: error.field(),
        message: error.message(),
        hint: &error.hint(),
    })
}

#[derive(Serialize)]
struct EntryOut {
    gateway: &'static str,
    environments: BTreeMap<&'static str, &'static str>,
    #[serde(flatten)]
    operations: BTreeMap<&'static str, Vec<TableOut>>,
    notification: Vec<TableOut>,
}

#[derive(Serialize)]
struct TableOut {
    of: &'static str,
    rows: Vec<RowOut>,
}

impl TableOut {
    fn of(table: &Table) -> Self {
        Self { of: table.of, rows: table.rows.iter().map(RowOut::of).collect() }
    }
}

#[derive(Serialize)]
struct RowOut {
    outcome: &'static str,
    code: String,
    status: String,
    source: &'static str,
}

impl RowOut {
    fn of(row: &Row) -> Self {
        Self { outcome: row.says.code.word(), code: row.code.to_string(), status: row.status.to_string(), source: row.source }
    }
}

#[derive(Serialize)]
struct FieldOut<'a> {
    text: &'a str,
}

#[derive(Serialize)]
struct ErrorOut<'a> {
    error: &'static str,
    status: i32,
    reason: Option<&'static str>,
    field: Option<&'a str>,
    message: &'a str,
    hint: &'a str,
}

/// Serialising these structs cannot fail: they hold only strings, numbers and string-keyed maps. The document goes into logs and onto
/// terminals: whatever others have written in it, it is one line, and nothing in it moves a cursor.
fn write(value: &impl Serialize) -> String {
    shown(serde_json::to_string(value).unwrap_or_default())
}

fn shown(json: String) -> String {
    match foreign::escaped(&json) {
        Cow::Borrowed(_) => json,
        Cow::Owned(escaped) => escaped,
    }
}
