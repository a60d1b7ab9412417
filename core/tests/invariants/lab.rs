//! Clients of the five gateways, and replies put before them.

use crate::gateway::{ALL, Account, Gateway, MSG_ID};
use crate::plan::{Damage, Plan};
use chexiao::{Client, HttpReply, HttpRequest, Outcome};
use chexiao_sandbox::{Keys, Options, Sandbox};
use serde_json::{Value, json};
use std::sync::LazyLock;

pub(crate) static SANDBOX: LazyLock<Sandbox> =
    LazyLock::new(|| Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap());

static LABS: LazyLock<Vec<Lab>> = LazyLock::new(|| ALL.iter().map(|gateway| Lab::open(*gateway)).collect());

/// A gateway with a client per account.
pub(crate) struct Lab {
    pub(crate) gateway: &'static dyn Gateway,
    benches: Vec<Bench>,
}

struct Bench {
    account: Account,
    client: Client,
    call: String,
    sent: HttpRequest,
}

/// The gateway of this name, asked to close.
pub(crate) fn at(id: &str) -> &'static Lab {
    of(id, "close")
}

/// The gateway of this name, asked for the order's state.
pub(crate) fn asked(id: &str) -> &'static Lab {
    of(id, "query")
}

fn of(id: &str, operation: &str) -> &'static Lab {
    LABS.iter().find(|lab| (lab.gateway.id(), lab.gateway.operation()) == (id, operation)).unwrap()
}

impl Lab {
    fn open(gateway: &'static dyn Gateway) -> Self {
        let benches = gateway.accounts().into_iter().map(|account| Bench::open(gateway, account)).collect();
        Self { gateway, benches }
    }

    pub(crate) fn own(&self, plan: &Plan) -> &[Option<&'static str>] {
        &self.benches[plan.account].account.own
    }

    /// Whether the words can be read without the right key.
    pub(crate) fn is_readable(&self, plan: &Plan) -> bool {
        !self.benches[plan.account].account.encrypted
    }

    /// The body as it was written, before any damage.
    pub(crate) fn body(&self, plan: &Plan) -> Vec<u8> {
        self.gateway.reply(plan, &self.benches[plan.account].account, SANDBOX.keys())
    }

    /// What the library makes of the planned reply.
    pub(crate) fn judge(&self, plan: &Plan) -> Outcome {
        self.judge_reply(plan, &damaged(self.gateway, self.body(plan), &plan.damage))
    }

    /// What the library makes of this body, with status 200.
    pub(crate) fn judge_body(&self, plan: &Plan, body: Vec<u8>) -> Outcome {
        self.judge_reply(plan, &HttpReply { status: 200, headers: Vec::new(), body })
    }

    fn judge_reply(&self, plan: &Plan, reply: &HttpReply) -> Outcome {
        let bench = &self.benches[plan.account];
        bench.client.verify(&bench.call, &bench.sent, reply)
    }

    /// The reply as text, for a failure's message.
    pub(crate) fn show(&self, plan: &Plan) -> String {
        String::from_utf8_lossy(&damaged(self.gateway, self.body(plan), &plan.damage).body).chars().take(1500).collect()
    }
}

impl Bench {
    fn open(gateway: &dyn Gateway, account: Account) -> Self {
        let mut config = SANDBOX.config(gateway.id(), "https://127.0.0.1:1").unwrap();
        merge(&mut config["account"], &account.settings);
        let client = Client::new(&config.to_string()).unwrap();
        let call = json!({ "operation": gateway.operation(), "order": account.order, "msg_id": MSG_ID, "nonce": MSG_ID }).to_string();
        let sent = client.sign(&call).unwrap();
        assert_eq!(sent.msg_id, MSG_ID);
        Self { account, client, call, sent }
    }
}

fn merge(into: &mut Value, from: &Value) {
    for (name, value) in from.as_object().unwrap() {
        into[name] = value.clone();
    }
}

fn damaged(gateway: &dyn Gateway, mut body: Vec<u8>, damage: &Damage) -> HttpReply {
    let mut status = 200;
    let mut headers = vec![("Content-Type".to_string(), "text/plain".to_string())];
    match damage {
        Damage::None | Damage::Twice(_) => {}
        Damage::Status(other) => status = *other,
        Damage::Encoded(coding) => headers.push(("content-Encoding".to_string(), (*coding).to_string())),
        Damage::Cut(at) => body.truncate(at.index(body.len())),
        Damage::Tail(tail) => body.extend_from_slice(tail.as_bytes()),
        Damage::BadByte(at) => body.insert(at.index(body.len()), 0xff),
        Damage::Nul(at) => body.insert(at.index(body.len()), 0),
        Damage::Instead(other) => body = other.as_bytes().to_vec(),
        Damage::Second => {
            let root = body.iter().position(|byte| matches!(byte, b'{' | b'>')).unwrap() + 1;
            body.splice(root..root, gateway.second().bytes());
        }
        Damage::Huge => body.resize(chexiao::MAX_REPLY + 1, b' '),
    }
    HttpReply { status, headers, body }
}
