//! The forger of [`crate::lab`] at calls of any other API: of whatever he writes, nothing is verified but what a genuine answer holds.

use crate::lab::Account;
use crate::oracle;
use crate::script::{Script, edited};
use crate::vectors;
use chexiao::{Answer, Client, HttpReply};
use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

/// What a second reader says of a reply.
pub struct Reader {
    pub gateway: &'static str,
    /// Every text that its proof may be over.
    pub covered: fn(&Account, &[u8]) -> Vec<Vec<u8>>,
    pub words: &'static [&'static str],
}

/// An account with its call, and the replies to that.
struct Desk {
    reader: &'static Reader,
    account: Account,
    replies: Vec<HttpReply>,
    /// What genuine answers say, and the texts that their proof is over.
    genuine: HashSet<(String, Vec<u8>)>,
}

pub struct Answers(Vec<Desk>);

impl Answers {
    /// From the vectors of every gateway; fails unless some of the replies are authentic.
    pub fn new(readers: &'static [Reader]) -> Self {
        let mut answers = Self(Vec::new());
        for reader in readers {
            for vector in vectors::of(reader.gateway, "call-answer") {
                let headers = vector["reply"]["headers"].as_object().unwrap().iter();
                let reply = HttpReply {
                    status: u16::try_from(vector["reply"]["status"].as_u64().unwrap()).unwrap(),
                    headers: headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().into())).collect(),
                    body: vectors::decode(&vector["reply"]["body_base64"]),
                };
                let desk = answers.desk_of(reader, &vector["config"], vector["call"].to_string());
                let answer = desk.answer(&reply);
                assert_eq!(vector["expect"]["code"], answer.status(), "{}", vector["id"]);
                desk.replies.push(reply);
            }
        }
        answers.learn();
        assert!(readers.iter().all(|reader| {
            let of_gateway = answers.0.iter().filter(|desk| desk.reader.gateway == reader.gateway);
            of_gateway.map(|desk| desk.genuine.len()).sum::<usize>() > 2
        }));
        answers
    }

    /// What is genuine: whatever a reply of the vectors, as it is, says at any desk of its gateway, since some name no call.
    fn learn(&mut self) {
        let replies: Vec<_> =
            self.0.iter().flat_map(|desk| desk.replies.iter().map(|reply| (desk.reader.gateway, reply.clone()))).collect();
        for desk in &mut self.0 {
            for (_, reply) in replies.iter().filter(|(gateway, _)| *gateway == desk.reader.gateway) {
                let answer = desk.answer(reply);
                if answer.is_authentic() {
                    let texts = (desk.reader.covered)(&desk.account, &reply.body);
                    assert!(!texts.is_empty(), "{}: the second reader finds nothing that is proven", desk.reader.gateway);
                    desk.genuine.extend(texts.into_iter().map(|text| (said(&answer), text)));
                }
            }
        }
    }

    fn desk_of(&mut self, reader: &'static Reader, config: &Value, call: String) -> &mut Desk {
        let known = self.0.iter().position(|desk| desk.account.config == *config && desk.account.call == call);
        let at = known.unwrap_or_else(|| {
            let client = Client::new(&config.to_string()).unwrap();
            let request = client.sign(&call).unwrap();
            let account = Account { client, config: config.clone(), call, request };
            self.0.push(Desk { reader, account, replies: Vec::new(), genuine: HashSet::new() });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// Every reply as it is, at its own desk and at the next.
    pub fn seeds(&self) -> Vec<Vec<u8>> {
        let of_desk = |(at, desk): (usize, &Desk)| {
            let replies = 0..desk.replies.len();
            replies.flat_map(move |reply| [0u8, 1].map(|kind| [&[kind], &(at as u16).to_be_bytes()[..], &[0, reply as u8]].concat()))
        };
        self.0.iter().enumerate().flat_map(of_desk).collect()
    }

    pub fn run(&self, data: &[u8]) {
        let mut script = Script::new(data);
        let kind = script.byte() % 4;
        let desk = script.pick(&self.0);
        let reply = match kind {
            2 => HttpReply { status: 200, headers: Vec::new(), body: script.rest().into() },
            kind => {
                // The genuine reply to another call, of this account or of any other.
                let from = if kind == 1 { script.pick(&self.0) } else { desk };
                let reply = script.pick(&from.replies);
                let others = |at: usize| {
                    let replies = &self.0[at % self.0.len()].replies;
                    replies[at % replies.len()].body.as_slice()
                };
                HttpReply { body: edited(&mut script, &reply.body, &others, desk.reader.words), ..reply.clone() }
            }
        };
        self.judge(desk, &reply);
    }

    /// A reply to another call of the same account may be taken for this one's, where the gateway's replies name no call.
    fn judge(&self, desk: &Desk, reply: &HttpReply) {
        let answer = oracle::within(Duration::from_millis(50), || desk.answer(reply));
        oracle::sound_answer(&answer, reply);
        if !answer.is_authentic() {
            return;
        }
        let said = said(&answer);
        let is_genuine = |text: &Vec<u8>| {
            let here = self.0.iter().filter(|other| other.reader.gateway == desk.reader.gateway);
            let mut known = here.flat_map(|other| &other.genuine);
            known.any(|(theirs, signed)| signed == text && (*theirs == said || is_whole(text, &said)))
        };
        let texts = (desk.reader.covered)(&desk.account, &reply.body);
        assert!(
            texts.iter().any(|text| is_genuine(text) || is_own_word(text, &said)),
            "{}: {said} from what nobody signed",
            desk.reader.gateway
        );
    }
}

impl Desk {
    fn answer(&self, reply: &HttpReply) -> Answer {
        self.account.client.verify_call(&self.account.call, &self.account.request, reply)
    }
}

fn said(answer: &Answer) -> String {
    serde_json::to_string(&answer.verified()).unwrap()
}

/// Where nothing is signed, the second reader writes down what it reads: that is all that can be said.
fn is_own_word(text: &[u8], said: &str) -> bool {
    text.strip_prefix(b"unsigned ").is_some_and(|own| own == said.as_bytes())
}

/// What is signed, as it stands: an encrypted reply to a call that has encrypted nothing.
fn is_whole(text: &[u8], said: &str) -> bool {
    let Ok(text) = serde_json::from_slice::<String>(text) else { return false };
    serde_json::from_str::<Value>(said).is_ok_and(|said| said == serde_json::json!({ "response_biz_content": text }))
}
