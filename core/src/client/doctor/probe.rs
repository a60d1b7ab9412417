//! What an answer proves about the account: signature, app, address, and the gateway's own key.

use super::step::Step;
use super::way::MISCONFIGURED;
use crate::client::wire::Survey;
use crate::gateway::{Bound, Examined, HttpReply, HttpRequest};
use crate::ground::error::Error;
use crate::ground::finding::Finding;
use crate::outcome::table::Status;
use crate::outcome::{Code, Evidence, Outcome, Reason};
use crate::strict::find;

const UNKNOWN: i32 = Code::Unknown as i32;

/// Of the query of an order that does not exist.
pub(super) fn of_query(survey: &Survey, asked: &dyn Bound, request: &HttpRequest, examined: &Examined) -> Step {
    let outcome = match &survey.reply {
        Some(Ok(reply)) => asked.judge(request, reply.clone()),
        Some(Err(reason)) => asked.lost(request, *reason),
        None => return of_lost(survey),
    };
    let step = judged(survey, &outcome, examined);
    let words = outcome.gateway();
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    let status = outcome.http_status().map(|status| status.to_string()).unwrap_or_default();
    step.saying(&words.to_string()).with([
        ("outcome", outcome.code().word().into()),
        ("evidence", outcome.evidence().word().into()),
        ("reason", outcome.reason().map(|reason| reason.to_string()).unwrap_or_default()),
        ("code", word(&words.code)),
        ("sub_code", word(&words.sub_code)),
        ("http_status", status),
    ])
}

fn judged(survey: &Survey, outcome: &Outcome, examined: &Examined) -> Step {
    let is_sealed = outcome.evidence() != Evidence::None || outcome.reason() == Some(Reason::Mismatch);
    match outcome.reason() {
        Some(Reason::Signature) => of_finding(unsealed(outcome)),
        None | Some(Reason::Mismatch | Reason::Contradiction | Reason::Unlisted) if is_sealed || outcome.code() != Code::Unknown => {
            match of_words(outcome, examined) {
                Some(None) => proven(outcome),
                Some(Some(finding)) => of_finding(finding),
                None if outcome.code() == Code::Misconfigured => of_finding(Finding::RequestRefused),
                None if outcome.code() == Code::Throttled => of_finding(Finding::Throttled),
                None if outcome.code() == Code::Unknown => of_finding(Finding::Unclear),
                None => proven(outcome),
            }
        }
        _ => of_words(outcome, examined).flatten().map_or_else(|| of_lost_or_foreign(survey, outcome.reason()), of_finding),
    }
}

/// What the table says of its words; the first of them that it knows.
fn of_words(outcome: &Outcome, examined: &Examined) -> Option<Option<Finding>> {
    let words = outcome.gateway();
    let said = [&words.sub_code, &words.code, &words.message];
    said.into_iter().flatten().find_map(|word| {
        let row = examined.causes.iter().find(|(when, _)| when.holds_for(Status::Word(Some(word))));
        row.map(|(_, finding)| *finding)
    })
}

/// A wrong signature, or none at all: then the words are the better trail.
fn unsealed(outcome: &Outcome) -> Finding {
    let is_signed = [&b"\"sign\""[..], b"<sign>"].iter().any(|mark| find::holds(outcome.raw(), mark));
    if is_signed { Finding::WrongGatewayKey } else { Finding::AnswerUnsigned }
}

fn proven(outcome: &Outcome) -> Step {
    match outcome.evidence() {
        Evidence::TlsOnly => Step::ok(
            "probe",
            "the gateway accepts signature, app and address; it signs no answer",
            "网关接受签名、应用编号和本机地址；其应答不签名",
        ),
        _ => Step::ok(
            "probe",
            "the gateway accepts signature, app and address, and its answer is signed by the configured gateway key",
            "网关接受签名、应用编号和本机地址；应答的签名与配置的网关密钥相符",
        ),
    }
}

/// Of a token: `refused` is why it could not be taken from the reply.
pub(super) fn of_token(survey: &Survey, refused: Option<Error>) -> Step {
    match (&survey.reply, refused) {
        (Some(Ok(HttpReply { status: 200 | 400..=412, .. })), Some(error)) => of_finding(Finding::TokenRefused).saying(error.message()),
        (Some(Ok(reply)), _) => of_lost_or_foreign(survey, Some(of_status(reply))),
        (Some(Err(reason)), _) => of_lost_or_foreign(survey, Some(*reason)),
        (None, _) => of_lost(survey),
    }
}

/// Of an unsigned `GET /`: there is no query, or this account cannot ask it (`why`).
pub(super) fn of_nothing(survey: &Survey, why: Option<&Error>) -> Step {
    match (&survey.reply, why) {
        (Some(Ok(_)), Some(error)) => {
            Step::skipped("probe", "nothing can be asked without an order's own fields", "缺少订单自身的字段，无法查询")
                .saying(error.message())
        }
        (Some(Ok(_)), None) => Step::skipped("probe", "this gateway has no query to ask without harm", "该网关没有可安全调用的查询接口"),
        (reply, _) => of_lost_or_foreign(survey, reply.as_ref().and_then(|reply| reply.as_ref().err()).copied()),
    }
}

fn of_status(reply: &HttpReply) -> Reason {
    match reply.status {
        300..=399 => Reason::Redirect,
        200 => Reason::Parse,
        status => Reason::Http(status),
    }
}

fn of_lost_or_foreign(survey: &Survey, reason: Option<Reason>) -> Step {
    let said = match &survey.reply {
        Some(Ok(reply)) => String::from_utf8_lossy(reply.body.get(..4096).unwrap_or(&reply.body)).to_ascii_lowercase(),
        _ => String::new(),
    };
    if survey.speaks_tls {
        return of_finding(Finding::SpeaksTls);
    }
    match reason {
        Some(Reason::Http(400)) if said.contains("no required ssl certificate") => certificate(Finding::ClientCertificateWanted),
        Some(Reason::Http(400)) if said.contains("ssl certificate error") => certificate(Finding::ClientCertificateRefused),
        Some(Reason::Http(status)) => of_finding(of_http(status)).saying(&format!("HTTP {status}")),
        Some(Reason::Redirect) => of_finding(Finding::Redirected),
        Some(Reason::Encoding) => of_finding(Finding::Compressed),
        Some(Reason::Charset) if is_gzip(survey) => of_finding(Finding::Compressed),
        // Only gateways that answer in JSON have another charset.
        Some(Reason::Charset) if said.trim_start().starts_with('{') => of_finding(Finding::WrongCharset),
        Some(Reason::Charset | Reason::Parse | Reason::TooLarge) => of_finding(Finding::NotTheGateway),
        // A document of the gateway's form, which nothing seals, and whose words are in no table.
        Some(Reason::Unlisted | Reason::Mismatch | Reason::Contradiction) => of_finding(Finding::AnswerUnsigned),
        _ => of_lost(survey),
    }
}

fn is_gzip(survey: &Survey) -> bool {
    matches!(&survey.reply, Some(Ok(reply)) if reply.body.starts_with(&[0x1F, 0x8B]))
}

/// What the status of a page in the answer's place is the mark of.
fn of_http(status: u16) -> Finding {
    match status {
        401 => Finding::LoginWanted,
        404 | 405 => Finding::WrongPath,
        413 => Finding::BodyLimit,
        429 => Finding::Throttled,
        502 | 504 => Finding::FrontWithoutGateway,
        // 511: a portal that wants a login before it lets anybody through.
        200..=299 | 511 => Finding::NotTheGateway,
        500..=599 => Finding::ServerFails,
        _ => Finding::TurnedAway,
    }
}

/// In TLS 1.3 whoever refuses a certificate hangs up after the handshake.
fn of_lost(survey: &Survey) -> Step {
    let reason = survey.reply.as_ref().and_then(|reply| reply.as_ref().err());
    let hangs_up = matches!(reason, Some(Reason::Reset | Reason::Head | Reason::Truncated));
    match (survey.asked_in_vain, survey.shown) {
        (true, _) if hangs_up => certificate(Finding::ClientCertificateWanted),
        (_, true) if hangs_up => certificate(Finding::ClientCertificateRefused),
        _ if survey.speaks_tls => of_finding(Finding::SpeaksTls),
        _ => of_finding(Finding::NoReply).numbered(UNKNOWN).saying(&reason.map(Reason::to_string).unwrap_or_default()),
    }
}

fn certificate(finding: Finding) -> Step {
    Step::of_finding(finding.step(), finding).about("client_certificate").numbered(MISCONFIGURED)
}

fn of_finding(finding: Finding) -> Step {
    Step::of_finding("probe", finding).numbered(MISCONFIGURED)
}
