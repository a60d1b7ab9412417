//! The way of the judge, told from a document that it made: what was opened, what seals it, what its words say, whom it names, and why
//! the outcome is this one and no other. What the document does not hold is not made up.

use crate::codes::{RowOfTable, rows_of, spelt_by_page};
use crate::difference::shown;
use crate::raw::Raw;
use crate::settings::Settings;
use chexiao::table::When;
use chexiao::{Code, Confirm, Error, Evidence, Kind, Next, Reason, Result};
use serde_json::{Value, json};

/// One step of the judge.
#[derive(Debug, Clone)]
pub struct Stop {
    /// `sent`, `opened`, `sealed`, `names`, `says`, `table`, `outcome`, `next`; of an error `error`.
    pub step: &'static str,
    /// Whether it was passed; `None` where the document does not tell.
    pub passed: Option<bool>,
    /// What is known, in English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// The way, and the rows that the words stand in.
#[derive(Debug, Clone)]
pub struct Trail {
    /// `outcome`, `notice`, `answer` or `error`.
    pub document: &'static str,
    /// In the order of the judge.
    pub stops: Vec<Stop>,
    /// Rows of the tables that name the gateway's words. Empty where none does, or where the gateway is not known.
    pub rows: Vec<RowOfTable>,
}

/// Tells the way that led to a result, notice, answer or error document. `gateway` and `operation` narrow the tables; with the settings of
/// its account the reply in it is read too.
///
/// # Errors
/// It is none of these documents.
pub fn trail(document: &str, gateway: Option<&str>, operation: Option<&str>, settings: Option<&Settings>) -> Result<Trail> {
    let bad = |what: &str| Error::at_border(Kind::Call, "document", what);
    let raw = settings.and_then(|settings| Raw::of(document, settings));
    let document: Value = serde_json::from_str(document.trim_start_matches('\u{feff}')).map_err(|_| bad("is not valid JSON"))?;
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    if let Some(kind) = text("error") {
        return Ok(of_error(kind, &document));
    }
    let (kind, word) = match (text("outcome"), text("event"), document.get("verified")) {
        (Some(word), _, _) => ("outcome", word),
        (_, Some(word), _) => ("notice", word),
        (_, _, Some(_)) => ("answer", ""),
        _ => return Err(bad("is no result, notice, answer or error of this library")),
    };
    let operation = if kind == "notice" { Some("notification") } else { operation };
    let words = ["code", "sub_code", "status"]
        .map(|name| document.pointer(&format!("/gateway/{name}")).and_then(Value::as_str).unwrap_or_default());
    let rows = if kind == "answer" { Vec::new() } else { rows_that_say(&document, word, gateway, operation, raw.as_ref()) };
    let mut stops = Vec::new();
    sent(&mut stops, &document, kind);
    let reason = text("reason").unwrap_or_default();
    let evidence = text("evidence").unwrap_or_default();
    if opened(&mut stops, reason, text("sent") == Some("maybe")) {
        sealed(&mut stops, reason, evidence, raw.as_ref());
        named(&mut stops, reason, evidence, raw.as_ref());
        said(&mut stops, &words, reason, &document);
        if kind != "answer" {
            table(&mut stops, &rows, gateway, reason);
        }
    }
    concluded(&mut stops, &document, word);
    Ok(Trail { document: kind, stops, rows })
}

fn stop(stops: &mut Vec<Stop>, step: &'static str, passed: Option<bool>, en: impl Into<String>, zh: impl Into<String>) {
    stops.push(Stop { step, passed, en: en.into(), zh: zh.into() });
}

fn of_error(kind: &str, document: &Value) -> Trail {
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
    let (en, zh) = Kind::ALL.iter().find(|known| known.word() == kind).map_or(("", ""), |known| known.meaning());
    let field = if text("field").is_empty() { String::new() } else { format!("{}: ", text("field")) };
    let mut stops = Vec::new();
    stop(&mut stops, "sent", Some(false), "Nothing left this machine: the order is as it was.", "未发送任何请求，订单状态未变。");
    stop(&mut stops, "error", Some(false), format!("{kind}: {field}{} {en}", text("message")).trim().to_string(), zh);
    stop(&mut stops, "next", None, text("hint"), "");
    Trail { document: "error", stops, rows: Vec::new() }
}

fn sent(stops: &mut Vec<Stop>, document: &Value, kind: &str) {
    if kind == "notice" {
        return stop(stops, "sent", Some(true), "The message came in by itself.", "消息由网关主动发来。");
    }
    let status = document.get("http_status").and_then(Value::as_u64);
    match (document.get("sent").and_then(Value::as_str), status) {
        (Some("answered"), Some(status)) => {
            stop(
                stops,
                "sent",
                Some(true),
                format!("Sent once, and answered with HTTP {status}."),
                format!("已发送一次，应答为 HTTP {status}。"),
            );
        }
        (Some("maybe"), _) => {
            stop(stops, "sent", None, "Sent, perhaps; no whole reply was judged.", "可能已发送；没有可供判定的完整应答。");
        }
        _ => stop(stops, "sent", None, "The document does not tell.", "文档中没有说明。"),
    }
}

/// Whether a reply was opened at all; where it was not, the reason says why.
fn opened(stops: &mut Vec<Stop>, reason: &str, is_lost: bool) -> bool {
    const AFTER: [&str; 5] = ["", "signature", "mismatch", "contradiction", "unlisted"];
    if AFTER.contains(&reason) && !is_lost {
        stop(stops, "opened", Some(true), "The reply was read whole, in one meaning.", "应答已完整读取，只有一种读法。");
        return true;
    }
    let (en, zh) = meaning_of(reason);
    stop(stops, "opened", Some(false), format!("{reason}: {en}"), zh);
    false
}

fn meaning_of(reason: &str) -> (&'static str, &'static str) {
    let is = |known: &&Reason| known.word() == reason || matches!(known, Reason::Http(_)) && reason.starts_with("http_");
    Reason::ALL.iter().find(is).map_or(("", ""), |reason| reason.meaning())
}

fn sealed(stops: &mut Vec<Stop>, reason: &str, evidence: &str, raw: Option<&Raw>) {
    let is_signed = ["signed_bound", "signed_unbound"].contains(&evidence);
    if let Some((is_right, en, zh)) = raw.and_then(Raw::seal) {
        if is_right && reason == "signature" {
            let en = "The text verifies, and the judge refused it: what names the signature (sign_type) is not as it must be, or he had another configuration.";
            return stop(
                stops,
                "sealed",
                Some(false),
                en,
                "所签文本可以通过验签，但判定时未予采信：签名方式（sign_type）不符，或当时所用的配置不同。",
            );
        }
        if !is_right && is_signed {
            let en = format!("It is not right with this configuration: the result was changed, or judged with another. {en}");
            let zh = format!("与此配置不符：该结果已被改动，或是用另一份配置判定的。{zh}");
            return stop(stops, "sealed", None, en, zh);
        }
        return stop(stops, "sealed", Some(is_right), en, zh);
    }
    let (passed, en, zh) = match (reason, evidence) {
        ("signature", _) => {
            (Some(false), "The signature is missing or wrong: nothing in it is believed.", "签名缺失或不符，内容一概不采信。")
        }
        _ if is_signed => (Some(true), "Signed by the gateway's key, over what was read.", "由网关密钥对所读内容签名。"),
        (_, "tls_only") => (Some(true), "This gateway signs nothing: TLS vouches for it.", "该网关不签名，仅由 TLS 担保。"),
        ("mismatch" | "contradiction" | "unlisted", _) => {
            (None, "The document does not tell whether it was signed.", "文档未说明是否有签名。")
        }
        _ => (Some(false), "Nothing that could be checked: a kind of reply that is never signed.", "没有可核实的依据：这类应答从不签名。"),
    };
    stop(stops, "sealed", passed, en, zh);
}

fn named(stops: &mut Vec<Stop>, reason: &str, evidence: &str, raw: Option<&Raw>) {
    let (passed, en, zh) = match (reason, evidence) {
        ("signature", _) => return,
        ("mismatch", _) => (
            Some(false),
            "It names another order, call or merchant than was asked about, or none where it must.",
            "应答所指的订单、请求或商户不符，或本应写明却没有。",
        ),
        (_, "signed_bound") => (Some(true), "It names this very order.", "应答写明本订单。"),
        (_, "signed_unbound") => {
            (None, "Its format names no order: it could be the answer to another one.", "应答格式不写明订单，可能是对另一订单的答复。")
        }
        (_, "tls_only") => (Some(true), "It names this call, or refuses to look at it.", "应答写明本次请求，或拒绝受理。"),
        _ => (None, "Nothing vouches for what it names.", "其所指之事无从核实。"),
    };
    let said = raw.map(Raw::named).filter(|said| !said.is_empty());
    let en = said.map_or_else(|| en.into(), |said| format!("{en} It says {said}."));
    stop(stops, "names", passed, en, zh);
}

fn said(stops: &mut Vec<Stop>, words: &[&str; 3], reason: &str, document: &Value) {
    let said: Vec<String> = ["code", "sub_code", "status"]
        .iter()
        .zip(words)
        .filter(|(_, word)| !word.is_empty())
        .map(|(name, word)| format!("{name} {word}"))
        .collect();
    let trust = if reason == "signature" { " (not to be trusted)" } else { "" };
    let message = document.pointer("/gateway/message").and_then(Value::as_str).map_or_else(String::new, |message| format!(", “{message}”"));
    let en = if said.is_empty() { "No code of the gateway was read.".into() } else { format!("{}{message}{trust}", said.join(", ")) };
    stop(stops, "says", None, en, if said.is_empty() { "未读到网关返回码。" } else { "网关原话。" });
}

fn table(stops: &mut Vec<Stop>, rows: &[RowOfTable], gateway: Option<&str>, reason: &str) {
    if !["", "unlisted", "contradiction"].contains(&reason) {
        return stop(stops, "table", None, "No table is read for what is not believed.", "不采信的应答不查判定表。");
    }
    let told = |row: &RowOfTable| {
        let RowOfTable { gateway, operation, of, row } = row;
        format!("{gateway} {operation}, {of}: “{} · {}” says {} ({})", row.code, row.status, row.says.code, row.source)
    };
    match rows {
        [] if gateway.is_none() => {
            stop(stops, "table", None, "Name the gateway (--gateway) to see the row.", "请用 --gateway 指明网关以查看所命中的行。");
        }
        [] => stop(
            stops,
            "table",
            Some(false),
            "No row of a table comes to this: what no row names is unknown.",
            "判定表中没有得出此结果的行；未列出者一律为 unknown。",
        ),
        [row] => stop(stops, "table", Some(true), told(row), "命中判定表的这一行。"),
        rows => {
            let shown = rows.iter().take(SHOWN_ROWS).map(told).collect::<Vec<_>>().join("; ");
            let more = if rows.len() > SHOWN_ROWS { format!("; and {} more (--json)", rows.len() - SHOWN_ROWS) } else { String::new() };
            let en = format!("one of {} rows, since the document does not hold all that they look at: {shown}{more}", rows.len());
            stop(stops, "table", Some(true), en, "命中其中一行；文档未含判定所需的全部字段，无法确定是哪一行。");
        }
    }
}

/// Most rows that people are shown.
const SHOWN_ROWS: usize = 3;

fn concluded(stops: &mut Vec<Stop>, document: &Value, word: &str) {
    let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(code) = Code::ALL.iter().find(|code| code.word() == word) {
        let (en, zh) = code.meaning();
        let confirm = Confirm::ALL.iter().find(|known| known.word() == text("confirm")).filter(|known| **known != Confirm::NotNeeded);
        let why = confirm.map_or(("", ""), |confirm| confirm.meaning());
        let contradiction =
            if document.get("contradiction") == Some(&Value::Bool(true)) { " Two words contradict each other." } else { "" };
        stop(stops, "outcome", None, format!("{word}: {en} {}{contradiction}", why.0).trim().to_string(), format!("{zh}{}", why.1));
        if let Some(hint) = Code::ALL.iter().find(|code| code.word() == text("hint")) {
            let en = format!("It points to {hint}, and proves it not.");
            stop(stops, "hint", None, en, format!("指向 {hint}，但未证明。"));
        }
    } else {
        let is_authentic = document.get("verified").is_some_and(|verified| !verified.is_null());
        let en = if is_authentic {
            "The answer is authentic: its fields are those of the gateway."
        } else {
            "Nothing is proven: no field may be relied on."
        };
        stop(stops, "outcome", Some(is_authentic), en, if is_authentic { "应答真实，字段可采信。" } else { "未能证明，字段不可采信。" });
    }
    if let Some(next) = Next::ALL.iter().find(|next| next.word() == text("next")) {
        let (en, zh) = next.meaning();
        stop(stops, "next", None, format!("{next}: {en}"), zh);
    }
    if let Some(evidence) = Evidence::ALL.iter().find(|known| known.word() == text("evidence")) {
        let (en, zh) = evidence.meaning();
        stop(stops, "evidence", None, format!("{evidence}: {en}"), zh);
    }
}

/// The rows that may have said so. Of the members that a row looks at, the document holds only the gateway's words, and in its reply those
/// that stand there under their own names: a row is left out where these tell that it does not hold.
fn rows_that_say(document: &Value, outcome: &str, gateway: Option<&str>, operation: Option<&str>, raw: Option<&Raw>) -> Vec<RowOfTable> {
    let word = |name: &str| spelt_by_page(document.pointer(&format!("/gateway/{name}")).and_then(Value::as_str).unwrap_or_default());
    let said = ["code", "sub_code", "status", "message"].map(word);
    let [code, sub_code, status, message] = said.each_ref().map(String::as_str);
    let joined = format!("{code} {sub_code}");
    let words = [code, sub_code, status, message, &joined];
    if [code, sub_code, status].iter().all(|word| word.is_empty()) {
        return Vec::new();
    }
    let may_hold = |when: When| match when {
        When::Is(known) => known.iter().any(|known| known.is_empty() || words.contains(known)),
        When::StartsWith(prefix) => words.iter().any(|word| word.starts_with(prefix)),
        When::Positive => code.parse::<i64>().is_ok_and(|number| number > 0),
        When::Negative => code.parse::<i64>().is_ok_and(|number| number < 0),
        When::Any | When::AllOf(_) | When::AnyOf(_) | When::AnyBut(_) | When::Unreadable | When::Each(_) => true,
    };
    let hint = document.get("hint").and_then(Value::as_str);
    let contradiction = document.get("contradiction").and_then(Value::as_bool).unwrap_or_default();
    let rows = rows_of(gateway).filter(|row| operation.is_none_or(|operation| operation == row.operation));
    let says = |row: &RowOfTable| {
        let says = row.row.says;
        says.code.word() == outcome && says.hint.map(Code::word) == hint && says.contradiction == contradiction
    };
    let is_admitted = |row: &RowOfTable| raw.is_none_or(|raw| raw.admits(row.row.status));
    rows.filter(says).filter(|row| may_hold(row.row.code) && may_hold(row.row.status) && is_admitted(row)).collect()
}

impl Trail {
    /// For people.
    pub fn lines(&self) -> Vec<String> {
        let mark = |passed: Option<bool>| match passed {
            Some(true) => '✓',
            Some(false) => '✗',
            None => '·',
        };
        let mut lines = vec![format!("{}:", self.document)];
        lines.extend(
            self.stops
                .iter()
                .map(|stop| shown(format!("  {} {:<9} {} {}", mark(stop.passed), stop.step, stop.en, stop.zh).trim_end().as_bytes())),
        );
        lines
    }

    /// One JSON document: `{"document","trail":[{"step","passed","en","zh"}],"rows":[…]}`.
    pub fn to_json(&self) -> String {
        let stops = self.stops.iter().map(|stop| json!({ "step": stop.step, "passed": stop.passed, "en": stop.en, "zh": stop.zh }));
        let rows = self.rows.iter().copied().map(RowOfTable::to_value);
        json!({ "document": self.document, "trail": stops.collect::<Vec<Value>>(), "rows": rows.collect::<Vec<Value>>() }).to_string()
    }
}
