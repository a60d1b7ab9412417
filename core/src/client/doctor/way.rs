//! From a survey to the steps of the way: DNS, TCP, proxy, TLS, clock, and what the answer says.

use super::facts::dates;
use super::step::Step;
use super::{Client, config};
use crate::client::wire::{Station, Survey};
use crate::ground::clock::BeijingTime;
use crate::ground::finding::{Finding, State};
use crate::ground::foreign::cut;
use crate::keys::ServerCertificate;
use std::time::{SystemTime, UNIX_EPOCH};

/// Those that a diagnosis ends with, in order.
const WAY: [&str; 5] = ["dns", "tcp", "tls", "clock", "probe"];

/// What was not come to is skipped, and says behind what.
pub(super) fn skipped_behind(mut steps: Vec<Step>) -> Vec<Step> {
    let cause = steps.iter().find(|step| step.state == State::Failure).map_or("", |step| step.name);
    for name in WAY {
        if steps.iter().all(|step| step.name != name || step.field.as_deref() == Some(CA_FILE)) {
            steps.push(Step::skipped(name, format!("not looked at: first mend {cause}"), format!("未检查：请先解决 {cause}")));
        }
    }
    steps
}

const CA_FILE: &str = "ca_file";

/// The steps of one survey; `probed` is asked once a reply came, or none.
pub(super) fn steps(client: &Client, survey: &Survey, probed: impl FnOnce(&Survey) -> Step) -> Vec<Step> {
    let failed = survey.failed.as_ref();
    let ended = failed.map(|(station, _)| *station);
    let is_past = |station| ended.is_none_or(|ended| ended > station);
    let here = |station| failed.filter(|(at, _)| *at == station).map(|(_, error)| error);
    let setting = if client.http.has_proxy() { "proxy" } else { "base_url" };
    // Where a proxy is, is told to nobody.
    let shown = |addresses: String| [("addresses", if client.http.has_proxy() { String::new() } else { addresses })];
    let mut steps = Vec::new();
    steps
        .extend(here(Station::Certificate).map(|error| Step::of_error(config::CLIENT_CERTIFICATE, error, Finding::ClientCertificateDates)));
    steps.extend(here(Station::Names).map(|error| Step::of_error("dns", error, Finding::UnknownName)));
    if is_past(Station::Names) {
        let found = survey.addresses.len();
        let all: Vec<String> = survey.addresses.iter().map(|(address, _)| address.ip().to_string()).collect();
        steps.push(Step::ok("dns", count(found), format!("{found} 个地址")).about(setting).with(shown(all.join(", "))));
    }
    if let Some(error) = here(Station::Tcp) {
        steps.push(Step::of_error("tcp", error, Finding::NoAnswer).with(shown(told(survey))));
    } else if is_past(Station::Tcp) {
        let is_silent = survey.addresses.iter().any(|(_, answer)| answer.is_err());
        let step = match is_silent {
            true => Step::of_finding("tcp", Finding::SomeAddressesSilent),
            false => Step::ok("tcp", "connected", "已连接"),
        };
        steps.push(step.about(setting).with(shown(told(survey))));
    }
    steps.extend(here(Station::Proxy).map(|error| Step::of_error("proxy", error, Finding::ProxySilent)));
    if survey.tunnel {
        steps.push(Step::ok("proxy", "the tunnel is open", "隧道已建立").about("proxy"));
    }
    if let Some(error) = here(Station::Tls) {
        let name = if error.field() == Some(config::CLIENT_CERTIFICATE) { config::CLIENT_CERTIFICATE } else { "tls" };
        steps.push(Step::of_error(name, error, Finding::HandshakeBrokenOff));
    } else if let Some(session) = &survey.session {
        let leaf = session.chain.first();
        let finding = leaf.and_then(|leaf| dates(&leaf.not_before, &leaf.not_after)).filter(|finding| *finding == Finding::ExpiresSoon);
        let step = finding.map(|finding| Step::of_finding("tls", finding));
        let step = step.unwrap_or_else(|| Step::ok("tls", "the server is trusted", "服务器可信"));
        let chain = session.chain.len().to_string();
        let facts = [("version", session.version.clone()), ("suite", session.suite.clone()), ("certificates", chain)];
        steps.push(step.with(facts).with(leaf.into_iter().flat_map(of_certificate)));
    } else if is_past(Station::Tls) {
        steps.push(Step::skipped("tls", "plain http, which goes to this machine only", "明文 http，仅限本机"));
    }
    if failed.is_none() {
        steps.push(clock(survey));
        steps.push(probed(survey));
    }
    steps
}

fn count(found: usize) -> String {
    if found == 1 { "1 address".into() } else { format!("{found} addresses") }
}

fn told(survey: &Survey) -> String {
    let each = survey.addresses.iter().map(|(address, answer)| match answer {
        Ok(milliseconds) => format!("{address} ({milliseconds} ms)"),
        Err(why) => format!("{address} ({why})"),
    });
    each.collect::<Vec<_>>().join(", ")
}

fn of_certificate(leaf: &ServerCertificate) -> [(&'static str, String); 5] {
    [
        ("subject", cut(&leaf.subject)),
        ("issuer", cut(&leaf.issuer)),
        ("not_before", leaf.not_before.clone()),
        ("not_after", leaf.not_after.clone()),
        ("signed_with", leaf.signed_with.into()),
    ]
}

/// From here on a difference is told.
const INEXACT: u64 = 30;
/// From here on gateways refuse requests.
const OFF: u64 = 300;

/// By the `Date` of the reply, and its `Age` where a cache has kept it.
fn clock(survey: &Survey) -> Step {
    let Some(Ok(reply)) = &survey.reply else { return Step::skipped("clock", "no answer told the time", "没有应答可供对时") };
    let header = |name: &str| reply.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim());
    let Some(theirs) = header("date").and_then(http_date) else {
        return Step::skipped("clock", "the answer names no time", "应答没有给出时间");
    };
    let age = header("age").and_then(|age| age.parse::<i64>().ok()).filter(|age| (0..=31_536_000).contains(age)).unwrap_or(0);
    let ours = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed());
    let ahead = ours - theirs - age;
    let step = match ahead.unsigned_abs() {
        off if off > OFF => Step::of_finding("clock", Finding::ClockOff).numbered(MISCONFIGURED),
        off if off > INEXACT => Step::of_finding("clock", Finding::ClockInexact),
        _ => Step::ok("clock", "as the server's", "与服务器一致"),
    };
    step.with([("seconds_ahead", ahead.to_string())])
}

/// As an outcome's.
pub(super) const MISCONFIGURED: i32 = crate::outcome::Code::Misconfigured as i32;

/// `Sun, 06 Nov 1994 08:49:37 GMT`, in seconds since 1970.
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const BEIJING: i64 = 8 * 3600;
    let [_, day, month, year, time, "GMT"] = text.split(' ').collect::<Vec<_>>()[..] else { return None };
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    BeijingTime::parse(&format!("{year}-{month:02}-{day} {time}")).map(|moment| moment.unix() + BEIJING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_a_head_is_read_and_nothing_else() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        for other in ["", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT"] {
            assert_eq!(http_date(other), None, "{other}");
        }
    }
}
