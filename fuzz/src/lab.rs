//! A forger at work: someone who holds every reply the gateway ever signed, cannot sign, and may write anything around them.

use crate::oracle::{self, is_claim};
use crate::script::{Script, edited};
use crate::vectors;
use chexiao::{Client, Code, HttpReply, HttpRequest};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

/// What tells one gateway from another here.
pub struct Rules {
    pub gateway: &'static str,
    /// What a signature would be over, read by another reader than the library's: every text it may take for that.
    pub covered: fn(&Account, &[u8]) -> Vec<Vec<u8>>,
    /// The same message, written in another way; `None` if it cannot be.
    pub rewritten: fn(&Account, &[u8], &mut Script<'_>) -> Option<Vec<u8>>,
    pub words: &'static [&'static str],
    pub signs: bool,
}

/// A client with a call of it and the request it sent.
pub struct Account {
    pub client: Client,
    pub config: Value,
    pub call: String,
    pub request: HttpRequest,
}

impl Account {
    /// Bytes of a reply as text in the account's charset.
    pub fn decode(&self, body: &[u8]) -> Option<String> {
        match self.config["account"]["charset"].as_str() {
            None | Some("UTF-8") => String::from_utf8(body.into()).ok(),
            _ => encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(body).map(Into::into),
        }
    }

    pub fn encode(&self, text: &str) -> Vec<u8> {
        match self.config["account"]["charset"].as_str() {
            None | Some("UTF-8") => text.into(),
            _ => encoding_rs::GBK.encode(text).0.into(),
        }
    }

    pub fn verify(&self, reply: &HttpReply) -> chexiao::Outcome {
        self.client.verify(&self.call, &self.request, reply)
    }
}

pub struct Lab {
    rules: Rules,
    accounts: Vec<Account>,
    /// The account of each, and the reply.
    replies: Vec<(usize, HttpReply)>,
    /// Of `replies`, those that claim something at their own account.
    claims: Vec<usize>,
    /// For each account: what genuine replies say there, and what their signatures are over.
    genuine: Vec<HashSet<(Code, Vec<u8>)>>,
}

impl Lab {
    /// From the gateway's vectors; fails unless replies that close an order are among them, and do close it here.
    pub fn new(rules: Rules) -> Self {
        let mut lab = Self { rules, accounts: Vec::new(), replies: Vec::new(), claims: Vec::new(), genuine: Vec::new() };
        for vector in vectors::replies(lab.rules.gateway) {
            let account = lab.account_of(&vector["config"], vector["call"].to_string());
            let headers = vector["reply"]["headers"].as_object().unwrap().iter();
            let reply = HttpReply {
                status: u16::try_from(vector["reply"]["status"].as_u64().unwrap()).unwrap(),
                headers: headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().into())).collect(),
                body: vectors::decode(&vector["reply"]["body_base64"]),
            };
            let code = lab.accounts[account].verify(&reply).code();
            assert_eq!(vector["expect"]["outcome"].as_str(), Some(code.word()), "{}", vector["id"]);
            if is_claim(code) {
                lab.claims.push(lab.replies.len());
            }
            lab.replies.push((account, reply));
        }
        assert!(lab.claims.len() > 10);
        lab.genuine = lab.accounts.iter().map(|account| lab.genuine_at(account)).collect();
        lab
    }

    fn account_of(&mut self, config: &Value, call: String) -> usize {
        if let Some(known) = self.accounts.iter().position(|account| account.config == *config && account.call == call) {
            return known;
        }
        let client = Client::new(&config.to_string()).unwrap();
        let request = client.sign(&call).unwrap();
        self.accounts.push(Account { client, config: config.clone(), call, request });
        self.accounts.len() - 1
    }

    fn genuine_at(&self, account: &Account) -> HashSet<(Code, Vec<u8>)> {
        let claims = self.replies.iter().filter_map(|(_, reply)| {
            let code = account.verify(reply).code();
            is_claim(code).then(|| (self.rules.covered)(account, &reply.body).into_iter().map(move |text| (code, text)))
        });
        claims.flatten().collect()
    }

    pub fn account(&self, at: usize) -> &Account {
        &self.accounts[at]
    }

    /// The inputs to begin with: every reply as it is, and rewritten.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let whole = (0..self.replies.len()).map(|at| [&[0], (at as u16).to_be_bytes().as_slice()].concat());
        let rewritten = (0..self.claims.len()).map(|at| [&[1], (at as u16).to_be_bytes().as_slice(), &[at as u8; 24]].concat());
        let raw = self.replies.iter().map(|(account, reply)| [&[2, *account as u8], reply.body.as_slice()].concat());
        whole.chain(rewritten).chain(raw).collect()
    }

    pub fn run(&self, data: &[u8]) {
        let mut script = Script::new(data);
        match script.byte() % 4 {
            0 => self.forge(&mut script),
            1 => self.rewrite(&mut script),
            2 => {
                let account = usize::from(script.byte()) % self.accounts.len();
                self.judge(account, HttpReply { status: 200, headers: Vec::new(), body: script.rest().into() });
            }
            _ => self.replay(&mut script),
        }
    }

    /// Edits a reply. It may still claim only what a genuine reply with the same signed text claims.
    fn forge(&self, script: &mut Script<'_>) {
        let (account, reply) = script.pick(&self.replies);
        let others = |at: usize| self.replies[at % self.replies.len()].1.body.as_slice();
        let body = edited(script, &reply.body, &others, self.rules.words);
        self.judge(*account, HttpReply { status: reply.status, headers: reply.headers.clone(), body });
    }

    /// The same at another account than its own.
    fn replay(&self, script: &mut Script<'_>) {
        let account = script.below(self.accounts.len());
        let (_, reply) = script.pick(&self.replies);
        let others = |at: usize| self.replies[at % self.replies.len()].1.body.as_slice();
        let body = edited(script, &reply.body, &others, self.rules.words);
        self.judge(account, HttpReply { status: reply.status, headers: reply.headers.clone(), body });
    }

    fn judge(&self, at: usize, reply: HttpReply) {
        let account = &self.accounts[at];
        let outcome = oracle::within(Duration::from_millis(50), || account.verify(&reply));
        oracle::sound(&outcome, &reply, self.rules.signs);
        if is_claim(outcome.code()) {
            let covered = (self.rules.covered)(account, &reply.body);
            let known = covered.into_iter().any(|text| self.genuine[at].contains(&(outcome.code(), text)));
            assert!(known, "{:?} from what nobody signed", outcome.code());
        }
    }

    /// Writes a reply anew without changing what it says: its outcome must not change.
    fn rewrite(&self, script: &mut Script<'_>) {
        let (account, reply) = &self.replies[*script.pick(&self.claims)];
        let account = &self.accounts[*account];
        let Some(body) = (self.rules.rewritten)(account, &reply.body, script) else { return };
        let anew = HttpReply { status: reply.status, headers: reply.headers.clone(), body };
        let (before, after) = (account.verify(reply), account.verify(&anew));
        oracle::sound(&after, &anew, self.rules.signs);
        assert_eq!((before.code(), before.evidence(), before.gateway()), (after.code(), after.evidence(), after.gateway()));
    }
}
