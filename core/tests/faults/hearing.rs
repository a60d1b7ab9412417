//! Row F33: what the sandbox would post to the merchant is heard by a client of its configuration, twice.

use crate::counter::Counter;
use crate::hearing_oracle as oracle;
use crate::row::Cell;
use chexiao::face::json;
use chexiao::{Client, HttpReply, HttpRequest, Incoming};
use chexiao_kit::matrix::Scenario;
use chexiao_sandbox::{Notice, NoticeFault, State};
use serde_json::{Value, json};

/// How a notification was heard.
pub(crate) struct Heard {
    /// The notice, or error, JSON; or the result of verifying it as a reply.
    pub(crate) document: Value,
    /// The same of the second time.
    pub(crate) again: Value,
    /// The order as the gateway knows it.
    pub(crate) book: Option<State>,
    /// Whether the order's number stands in it.
    pub(crate) named: bool,
    /// Whether what is told has been so, and is no longer.
    pub(crate) overtaken: bool,
    /// Requests about the order that arrived.
    pub(crate) requests: usize,
    pub(crate) secret: bool,
}

impl Counter {
    pub(crate) fn judge_notice(&self, scenario: &Scenario, gateway: &'static str, cell: &mut Cell) {
        let heard = self.hear(scenario, gateway);
        cell.runs += 1;
        let wrong = oracle::broken(&heard).into_iter().chain(oracle::unexpected(&heard, &scenario.expected(gateway)));
        cell.wrong.extend(wrong.map(|why| format!("{} at {gateway}: {why}", scenario.id)));
    }

    fn hear(&self, scenario: &Scenario, gateway: &'static str) -> Heard {
        let mut asked = scenario.member("notice").clone();
        scenario.put_over(&mut asked, gateway, "notice");
        let number = self.new_number(&scenario.numbers()[0]);
        let account = scenario.member("account").as_str().unwrap_or(gateway);
        let mut config = self.sandbox.config(account, self.sandbox.http_url()).unwrap();
        scenario.put_over(&mut config, gateway, "config");
        let client = Client::new(&config.to_string()).unwrap();
        let call =
            json!({"operation": scenario.operations()[0], "order": chexiao_sandbox::sample_order(gateway, &number).unwrap()}).to_string();
        if asked["after"] == "close" {
            assert!(client.send(&call).unwrap().is_closed());
        }
        let requests = || self.sandbox.posts(gateway, &number) + self.sandbox.queries(gateway, &number);
        let before = requests();
        if let Some(state) = asked["state"].as_str() {
            self.sandbox.set_state(gateway, &number, State::named(state).unwrap());
        }
        let fault = asked["fault"].as_str().map(|name| NoticeFault::parse(name).unwrap());
        let notice = self.sandbox.notice(account, &number, fault).unwrap_or_else(|why| panic!("{}: {why}", scenario.id));
        let sent = client.sign(&call).unwrap();
        let told = || match asked["to"].as_str() {
            Some("verify") => verified(&client, &call, &sent, &notice),
            _ => notified(&client, &notice, &asked["expect"], &number),
        };
        let (document, debug) = told();
        let (again, _) = told();
        let shown = format!("{document} {debug} {client:?} {}", self.log());
        Heard {
            book: self.sandbox.state(gateway, &number),
            named: document["order"].as_object().is_some_and(|order| order.values().any(|text| text == &number)),
            overtaken: fault == Some(NoticeFault::OutOfOrder),
            requests: requests() - before,
            secret: self.shows_a_secret(&shown),
            document,
            again,
        }
    }
}

fn notified(client: &Client, notice: &Notice, expect: &Value, number: &str) -> (Value, String) {
    let members = expect.as_object().into_iter().flatten();
    let expect = members.map(|(name, text)| (name.clone(), text.as_str().unwrap().replace('#', number))).collect();
    let incoming = Incoming { url: Some(notice.url.clone()), headers: notice.headers.clone(), body: notice.body.clone(), expect };
    match client.notification(&incoming) {
        Ok(heard) => (read(&json::notice_json(&heard)), format!("{heard:?} {incoming:?}")),
        Err(error) => (read(&json::error(&error)), format!("{error:?} {error}")),
    }
}

/// As the reply to the call, with status 200.
fn verified(client: &Client, call: &str, sent: &HttpRequest, notice: &Notice) -> (Value, String) {
    let reply = HttpReply { status: 200, headers: notice.headers.clone(), body: notice.body.clone() };
    let outcome = client.verify(call, sent, &reply);
    (read(&json::result(&outcome)), format!("{outcome:?}"))
}

fn read(document: &str) -> Value {
    serde_json::from_str(document).unwrap()
}
