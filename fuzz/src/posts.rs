//! A forger who posts notifications: holds every one that the gateway ever signed, cannot sign, and may write anything around them.

use crate::oracle;
use crate::reference::form;
use crate::rewrite;
use crate::script::{Script, edited};
use crate::vectors;
use chexiao::face::json;
use chexiao::{Client, Incoming};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

/// What tells one gateway from another here.
pub struct Rules {
    pub gateway: &'static str,
    /// What a signature would be over, read by another reader than the library's.
    pub covered: fn(&[u8]) -> Option<Vec<u8>>,
    /// The same message, written in another way; `None` if it cannot be.
    pub rewritten: fn(&[u8], &mut Script<'_>) -> Option<Vec<u8>>,
    pub words: &'static [&'static str],
    /// Whether there is a kind that is never signed and acknowledged all the same.
    pub has_unsigned: bool,
}

impl Rules {
    /// Of a gateway that signs all parameters of a form but blank ones, by byte.
    pub fn of_form(gateway: &'static str, words: &'static [&'static str]) -> Self {
        let covered = |body: &[u8]| Some(form::signed(&form::read(body)?));
        let rewritten = |body: &[u8], script: &mut Script<'_>| Some(rewrite::form(&form::read(body)?, script));
        Self { gateway, covered, rewritten, words, has_unsigned: false }
    }
}

struct Account {
    client: Client,
    config: Value,
}

/// What a notice says, and what its signature is over.
type Told = (String, Vec<u8>);

pub struct Lab {
    rules: Rules,
    accounts: Vec<Account>,
    /// The account of each, and the message.
    messages: Vec<(usize, Incoming)>,
    /// Of `messages`, those that are authentic at their own account.
    authentic: Vec<usize>,
    /// For each account: what genuine notifications tell there.
    genuine: Vec<HashSet<Told>>,
}

impl Lab {
    /// From the gateway's notifications; fails unless enough of them are authentic, and mean what their vectors say.
    pub fn new(rules: Rules) -> Self {
        let mut lab = Self { rules, accounts: Vec::new(), messages: Vec::new(), authentic: Vec::new(), genuine: Vec::new() };
        for vector in vectors::notifications(lab.rules.gateway) {
            let account = lab.account_of(&vector["config"]);
            let message = incoming(&vector);
            let notice = lab.accounts[account].hear(&message);
            assert_eq!(vector["expect"]["outcome"], notice["event"], "{}", vector["id"]);
            if is_authentic(&notice) && message.expect.is_empty() {
                lab.authentic.push(lab.messages.len());
            }
            lab.messages.push((account, message));
        }
        assert!(lab.authentic.len() > 10);
        lab.genuine = lab.accounts.iter().map(|account| lab.genuine_at(account)).collect();
        lab
    }

    fn account_of(&mut self, config: &Value) -> usize {
        if let Some(known) = self.accounts.iter().position(|account| account.config == *config) {
            return known;
        }
        self.accounts.push(Account { client: Client::new(&config.to_string()).unwrap(), config: config.clone() });
        self.accounts.len() - 1
    }

    fn genuine_at(&self, account: &Account) -> HashSet<Told> {
        let told = self.messages.iter().filter_map(|(_, message)| {
            let notice = account.hear(message);
            if is_authentic(&notice) { Some((facts(&notice), (self.rules.covered)(&message.body)?)) } else { None }
        });
        told.collect()
    }

    /// The inputs to begin with: every message as it is, rewritten, and as a body of the fuzzer's own.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let whole = (0..self.messages.len()).map(|at| [&[0], (at as u16).to_be_bytes().as_slice()].concat());
        let rewritten = (0..self.authentic.len()).map(|at| [&[1], (at as u16).to_be_bytes().as_slice(), &[at as u8; 24]].concat());
        let raw = self.messages.iter().map(|(account, message)| [&[2, *account as u8], message.body.as_slice()].concat());
        whole.chain(rewritten).chain(raw).collect()
    }

    pub fn run(&self, data: &[u8]) {
        let mut script = Script::new(data);
        match script.byte() % 4 {
            0 => {
                let (account, message) = script.pick(&self.messages);
                self.judge(*account, &self.edited(message, &mut script));
            }
            1 => self.rewrite(&mut script),
            2 => {
                let account = usize::from(script.byte()) % self.accounts.len();
                self.judge(account, &Incoming { body: script.rest().into(), ..Incoming::default() });
            }
            // The same at another account than its own.
            _ => {
                let account = script.below(self.accounts.len());
                let (_, message) = script.pick(&self.messages);
                self.judge(account, &self.edited(message, &mut script));
            }
        }
    }

    fn edited(&self, message: &Incoming, script: &mut Script<'_>) -> Incoming {
        let others = |at: usize| self.messages[at % self.messages.len()].1.body.as_slice();
        let body = edited(script, &message.body, &others, self.rules.words);
        Incoming { headers: message.headers.clone(), body, ..Incoming::default() }
    }

    /// Believed is only what a genuine notification tells under the same signature, and the same message is the same notice.
    fn judge(&self, at: usize, message: &Incoming) {
        let account = &self.accounts[at];
        let notice = oracle::within(Duration::from_millis(50), || account.hear(message));
        assert_eq!(notice, account.hear(message));
        oracle::sound_notice(&notice, self.rules.has_unsigned);
        if is_authentic(&notice) {
            let covered = (self.rules.covered)(&message.body).expect("the second reader reads what is believed");
            assert!(self.genuine[at].contains(&(facts(&notice), covered)), "{notice} from what nobody signed");
        }
    }

    /// Writes a message anew without changing what is signed: its notice must not change.
    fn rewrite(&self, script: &mut Script<'_>) {
        let (account, message) = &self.messages[*script.pick(&self.authentic)];
        let account = &self.accounts[*account];
        let Some(body) = (self.rules.rewritten)(&message.body, script) else { return };
        let anew = Incoming { body, ..message.clone() };
        assert_eq!(account.hear(message), account.hear(&anew), "{}", String::from_utf8_lossy(&anew.body));
    }
}

impl Account {
    fn hear(&self, message: &Incoming) -> Value {
        serde_json::from_str(&json::notice_json(&self.client.notification(message).unwrap())).unwrap()
    }
}

fn is_authentic(notice: &Value) -> bool {
    notice["evidence"] != "none"
}

/// What a merchant acts on.
fn facts(notice: &Value) -> String {
    ["event", "evidence", "hint", "contradiction", "order", "amount", "time", "dedupe"].map(|name| notice[name].to_string()).join(" ")
}

fn incoming(vector: &Value) -> Incoming {
    let request = &vector["request"];
    let body = request["body_text"].as_str().map_or_else(|| vectors::decode(&request["body_base64"]), |text| text.as_bytes().to_vec());
    let headers = vec![("Content-Type".into(), request["content_type"].as_str().unwrap().into())];
    let expected = vector["expected"].as_object().into_iter().flatten();
    let expect = expected.map(|(name, text)| (name.clone(), text.as_str().unwrap().into())).collect();
    Incoming { url: None, headers, body, expect }
}
