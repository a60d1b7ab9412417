//! Clients of the five gateways, and replies put before them.

use crate::gateway::{ALL, Account, Gateway};
use crate::plan::{Damage, Plan};
use chexiao::{HttpReply, Outcome};
use chexiao_kit::{Caller, KEYS, MSG_ID};
use chexiao_sandbox::{Options, Sandbox};
use std::sync::LazyLock;

pub(crate) static SANDBOX: LazyLock<Sandbox> =
    LazyLock::new(|| Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap());

static LABS: LazyLock<Vec<Lab>> = LazyLock::new(|| ALL.iter().map(|gateway| Lab::open(*gateway)).collect());

/// A gateway with a caller per account.
pub(crate) struct Lab {
    pub(crate) gateway: &'static dyn Gateway,
    accounts: Vec<(Account, Caller)>,
}

/// The gateway of this name, asked to close.
pub(crate) fn closing(id: &str) -> &'static Lab {
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
        let opened = |account: Account| {
            let caller = Caller::of(gateway.operation(), gateway.id(), &account.settings, &account.order);
            assert_eq!(caller.sent.msg_id, MSG_ID);
            (account, caller)
        };
        Self { gateway, accounts: gateway.accounts().into_iter().map(opened).collect() }
    }

    pub(crate) fn own(&self, plan: &Plan) -> &[Option<&'static str>] {
        &self.accounts[plan.account].0.own
    }

    /// Whether the words can be read without the right key.
    pub(crate) fn is_readable(&self, plan: &Plan) -> bool {
        !self.accounts[plan.account].0.encrypted
    }

    /// The body as it was written, before any damage.
    pub(crate) fn body(&self, plan: &Plan) -> Vec<u8> {
        self.gateway.reply(plan, &self.accounts[plan.account].0)
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
        self.accounts[plan.account].1.verify(reply)
    }

    /// The reply as text, for a failure's message.
    pub(crate) fn show(&self, plan: &Plan) -> String {
        String::from_utf8_lossy(&damaged(self.gateway, self.body(plan), &plan.damage).body).chars().take(1500).collect()
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
