//! One scenario after the other at a gateway, each call signed first, so that its signature is known.

use crate::spelling;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao::face::json as out;
use chexiao::{Client, Incoming};
use chexiao_kit::matrix::Scenario;
use chexiao_sandbox::{CONFIGS, Call, Keys, NoticeFault, Options, Sandbox, sample_call, sample_order};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use time::macros::{format_description, offset};

/// Where a sweep over every byte of the reply stops here: what is shown of a reply does not depend on where it was cut.
const SWEPT: [usize; 3] = [0, 80, 300];

pub(crate) struct Counter {
    sandbox: Sandbox,
    ca_file: PathBuf,
    /// Of every account, spelled out.
    pub(crate) secrets: Vec<String>,
    next: AtomicUsize,
}

/// The scenarios of a row at a gateway.
#[derive(Default)]
pub(crate) struct Cell {
    pub(crate) calls: usize,
    /// Scenarios, searched or left out.
    pub(crate) pairs: usize,
    pub(crate) signatures: Vec<String>,
    pub(crate) wrong: Vec<String>,
}

impl Counter {
    pub(crate) fn open() -> Counter {
        let sandbox = Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap();
        let ca_file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("secrets-{}.pem", std::process::id()));
        std::fs::write(&ca_file, sandbox.ca_pem()).unwrap();
        let accounts = CONFIGS.iter().filter_map(|name| sandbox.config(name, "https://x"));
        let certificate = json!({"private_key": {"pem": sandbox.merchant_certificate().key_pem}});
        let secrets =
            accounts.flat_map(|config| spelling::of_account(&config["account"])).chain(spelling::of_account(&certificate)).collect();
        Counter { sandbox, ca_file, secrets, next: AtomicUsize::new(1000) }
    }

    pub(crate) fn run(&self, scenarios: &[Scenario], gateway: &str) -> Cell {
        let mut cell = Cell::default();
        for scenario in scenarios.iter().filter(|scenario| scenario.gateways().contains(&gateway)) {
            cell.pairs += 1;
            // Of calls, those with the most secrets, and what comes back raw: the others, typed siblings too, share their way.
            if scenario.sibling().is_some() || scenario.api.is_some_and(|api| !matches!(api, Call::Refund | Call::Bill)) {
                continue;
            }
            if scenario.at_every_byte {
                SWEPT.iter().for_each(|offset| self.run_one(&scenario.at_byte(*offset), gateway, &mut cell));
            } else {
                self.run_one(scenario, gateway, &mut cell);
            }
        }
        cell
    }

    fn run_one(&self, scenario: &Scenario, gateway: &str, cell: &mut Cell) {
        let door = self.sandbox.door(scenario.injection()).unwrap();
        let over_tls = scenario.member("via") != "http";
        let account = scenario.member("account").as_str().unwrap_or(gateway);
        let mut config = self.sandbox.config(account, if over_tls { door.https_url() } else { door.http_url() }).unwrap();
        config["deadline_ms"] = json!(8000);
        if over_tls {
            config["ca_file"] = json!(self.ca_file);
            if scenario.api.is_some() && gateway == "wechat" {
                let issued = self.sandbox.merchant_certificate();
                config["client_certificate"] = json!({"pem": issued.certificate_pem, "key": {"pem": issued.key_pem}});
            }
        }
        scenario.put_over(&mut config, gateway, "config");
        let mut secrets = spelling::of_account(&config["account"]);
        secrets.extend(spelling::of_account(&json!({"private_key": config["client_certificate"]["key"]})));
        let mut search = |what: &str, text: &str, signature: &[String]| {
            let shown = spelling::first_shown(text, secrets.iter().chain(signature).cloned());
            cell.wrong.extend(shown.map(|shown| format!("{} at {gateway}: {what} shows {shown}", scenario.id)));
        };
        let client = match Client::new(&config.to_string()) {
            Ok(client) => client,
            Err(error) => {
                cell.calls += 1;
                return search("the error", &format!("{} {error:?} {error}", out::error(&error)), &[]);
            }
        };
        if !scenario.member("notice").is_null() {
            cell.calls += 1;
            return search("the notice", &self.heard(scenario, gateway, account, &client), &[]);
        }
        for number in scenario.numbers() {
            let number = number.replace('#', &self.next.fetch_add(1, Ordering::Relaxed).to_string());
            for operation in scenario.operations() {
                cell.calls += 1;
                let call = self.call(scenario, gateway, &number, &operation);
                // What closes and asks begins with the close.
                let signed = out::sign(&client, &call.to_string().replace("\"ensure_closed\"", "\"close\""));
                let signature = signed.as_deref().ok().map(signature);
                let spelled = signature.as_deref().map(spelling::of_signature).unwrap_or_default();
                cell.signatures.extend(signature);
                search("signing", &signed.unwrap_or_else(|error| format!("{} {error:?} {error}", out::error(&error))), &[]);
                let shown = match scenario.api {
                    Some(_) => client.call(&call.to_string()).map(|answer| format!("{} {answer:?}", out::answer_json(&answer))),
                    None => client.send(&call.to_string()).map(|outcome| format!("{} {outcome:?}", out::result(&outcome))),
                };
                let shown = shown.unwrap_or_else(|error| format!("{} {error:?} {error}", out::error(&error)));
                search("the result", &format!("{shown} {client:?}"), &spelled);
            }
        }
    }

    /// What the client makes of what the sandbox would post; whatever a notification is compared with, it shows no more.
    fn heard(&self, scenario: &Scenario, gateway: &str, account: &str, client: &Client) -> String {
        let mut asked = scenario.member("notice").clone();
        scenario.put_over(&mut asked, gateway, "notice");
        let number = scenario.numbers()[0].replace('#', &self.next.fetch_add(1, Ordering::Relaxed).to_string());
        let fault = asked["fault"].as_str().map(|name| NoticeFault::parse(name).unwrap());
        let notice = self.sandbox.notice(account, &number, fault).unwrap();
        let incoming = Incoming { headers: notice.headers, body: notice.body, ..Incoming::default() };
        match client.notification(&incoming) {
            Ok(heard) => format!("{} {heard:?} {incoming:?} {client:?}", out::notice_json(&heard)),
            Err(error) => format!("{} {error:?} {error} {client:?}", out::error(&error)),
        }
    }

    /// With an id, a nonce and a time of its own, so that signing it again gives the same signature.
    fn call(&self, scenario: &Scenario, gateway: &str, number: &str, operation: &str) -> Value {
        let id = format!("{:032x}", self.next.fetch_add(1, Ordering::Relaxed));
        let now = time::OffsetDateTime::now_utc().to_offset(offset!(+8));
        let now = now.format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second]")).unwrap();
        let mut call = match scenario.api {
            Some(api) => sample_call(gateway, api, number, &format!("R{number:0>27}")).unwrap(),
            None => {
                let mut order = sample_order(gateway, number).unwrap();
                scenario.put_over(&mut order, gateway, "order");
                json!({"operation": operation, "order": order})
            }
        };
        call.as_object_mut()
            .unwrap()
            .extend([("msg_id", id.clone()), ("nonce", id), ("timestamp", now)].map(|(name, text)| (name.into(), text.into())));
        scenario.put_over(&mut call, gateway, "call");
        call
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.ca_file);
    }
}

/// Wherever the gateway wants it.
fn signature(request: &str) -> String {
    let request: Value = serde_json::from_str(request).unwrap();
    let body = STANDARD.decode(request["body_base64"].as_str().unwrap()).unwrap();
    let body = String::from_utf8_lossy(&body);
    let headers = request["headers"].to_string().replace("\\\"", "'");
    let between = |text: &str, begin: &str, end: &str| Some(text.split_once(begin)?.1.split_once(end)?.0.to_string());
    between(&headers, "\"x-acopay-sign\":\"", "\"")
        .or_else(|| between(&headers, "Signature='", "'"))
        .or_else(|| between(&body, "<sign>", "</sign>"))
        .or_else(|| {
            between(&format!("{body}&"), "&sign=", "&").map(|sign| sign.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
        })
        .unwrap_or_else(|| panic!("no signature in {headers} {body}"))
}
