//! Calls of any other API: each through a door that spoils it, and what is said of it compared with the book. A caller who then does
//! what he is told to, asking and calling again under the same number, gives no money back twice, and none is left behind.

use crate::calling_oracle::{self as oracle, Words};
use crate::counter::{Call, Counter, fault};
use crate::row::Cell;
use chexiao::Client;
use chexiao::face::json;
use chexiao_kit::matrix::Scenario;
use chexiao_sandbox::{Call as Api, MovementKind, Refund, RefundState, State, sample_call};
use serde_json::{Value, json};

/// An order, and the refund of a part of it, which could be given back twice.
pub(crate) struct Deal {
    pub(crate) gateway: &'static str,
    pub(crate) api: Api,
    pub(crate) order: String,
    pub(crate) refund: String,
}

/// What the book says of a deal.
pub(crate) struct Book {
    /// Which way, and how many fen.
    pub(crate) movements: Vec<(MovementKind, u64)>,
    /// Whether the gateway has accepted the refund, or closed the order that was to be undone.
    pub(crate) accepted: bool,
    /// Whether the order is paid, or some of it given back by its number.
    pub(crate) paid: bool,
}

impl Counter {
    pub(crate) fn judge_deal(&self, scenario: &Scenario, gateway: &'static str, api: Api, cell: &mut Cell) {
        let deal = self.strike(scenario, gateway, api);
        self.judge_run(scenario, &deal, cell);
        let carried_on = self.carry_on(scenario, &deal, cell);
        cell.carried_on += usize::from(carried_on);
        let broken = oracle::broken_by_money(&deal, &self.book(&deal), carried_on);
        cell.wrong.extend(broken.into_iter().map(|why| format!("{} at {gateway}: {why} ({})", scenario.id, fault(scenario))));
    }

    /// What is there before the call.
    fn strike(&self, scenario: &Scenario, gateway: &'static str, api: Api) -> Deal {
        let order = self.new_number(&scenario.numbers()[0]);
        let refund = self.new_number(&scenario.member("refund").as_str().unwrap_or("R#").replace('#', "00000000000000000000#"));
        let deal = Deal { gateway, api, order, refund };
        let is_of_money = matches!(api, Api::Refund | Api::RefundQuery | Api::Reverse | Api::Bill);
        if is_of_money && scenario.member("number").is_null() {
            self.sandbox.set_state(gateway, &deal.order, State::Paid);
        }
        if matches!(api, Api::RefundQuery | Api::Bill) {
            let given_back = self.unhindered(scenario, &deal, Api::Refund);
            assert!(self.book(&deal).accepted, "{}: {given_back}", scenario.id);
        }
        deal
    }

    fn judge_run(&self, scenario: &Scenario, deal: &Deal, cell: &mut Cell) {
        let number = if matches!(deal.api, Api::Refund | Api::RefundQuery) { &deal.refund } else { &deal.order };
        let operation = scenario.sibling().unwrap_or("call");
        let text = match operation {
            "call" => self.text(scenario, deal, deal.api),
            // One order serves a refund and its query.
            _ => {
                let api = if deal.api == Api::RefundQuery { Api::Refund } else { deal.api };
                let call: Value = serde_json::from_str(&self.text(scenario, deal, api)).unwrap();
                json!({"operation": operation, "order": call["fields"]}).to_string()
            }
        };
        let call = Call { operation: operation.into(), text, gateway: deal.gateway, number: number.into() };
        let run = self.run_calls(scenario, deal.gateway, &[call]);
        cell.runs += run.ends.len();
        let common = crate::oracle::broken(&run);
        let own = oracle::broken(deal, &run, &self.book(deal), oracle::lies(scenario));
        let unexpected = crate::oracle::unexpected(&run, &scenario.expected(deal.gateway));
        let wrong = common.into_iter().chain(own).chain(unexpected);
        cell.wrong.extend(wrong.map(|why| format!("{} at {}: {why} ({})", scenario.id, deal.gateway, fault(scenario))));
    }

    /// What the explanations say: ask what became of it, and give it the same number again, even where it has come: a caller may
    /// have lost the answer. Whether the order was one to give back.
    fn carry_on(&self, scenario: &Scenario, deal: &Deal, cell: &mut Cell) -> bool {
        let book = self.book(deal);
        if deal.api != Api::Refund || !scenario.member("refund").is_null() || oracle::lies(scenario) || !book.paid {
            return false;
        }
        let asked = self.unhindered(scenario, deal, Api::RefundQuery);
        let again = self.unhindered(scenario, deal, Api::Refund);
        let claims = |api, answer: &Value| Words::of(deal.gateway, api).claims(answer, &deal.refund);
        if claims(Api::RefundQuery, &asked) != book.accepted || !claims(Api::Refund, &again) {
            let accepted = book.accepted;
            cell.wrong.push(format!("{} at {}: accepted: {accepted}; asked: {asked}; again: {again}", scenario.id, deal.gateway));
        }
        true
    }

    /// The answer to a call that suffers nothing.
    fn unhindered(&self, scenario: &Scenario, deal: &Deal, api: Api) -> Value {
        let mut config = self.config(scenario, deal.gateway, self.sandbox.https_url());
        let own = json!({"deadline_ms": 8000, "connect_timeout_ms": 7000, "base_url": self.sandbox.https_url(), "ca_file": self.ca_file});
        config.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        let client = Client::new(&config.to_string()).unwrap();
        let answer = client.call(&self.text(scenario, deal, api)).unwrap();
        serde_json::from_str(&json::answer_json(&answer)).unwrap()
    }

    fn text(&self, scenario: &Scenario, deal: &Deal, api: Api) -> String {
        let mut call = sample_call(deal.gateway, api, &deal.order, &deal.refund).unwrap();
        if api == Api::Refund {
            let part = match deal.gateway {
                "icbc" => json!({"orderAmount": "30", "sumPayamt": "30"}),
                "wechat" => json!({"refund_fee": "30"}),
                "chinaums" => json!({"refundAmount": 30}),
                _ => json!({"refund_amount": "0.30"}),
            };
            call["fields"].as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        }
        scenario.put_over(&mut call, deal.gateway, "call");
        call.to_string()
    }

    fn book(&self, deal: &Deal) -> Book {
        let state = self.sandbox.state(deal.gateway, &deal.order);
        let mut movements = self.sandbox.movements();
        movements.retain(|movement| (movement.gateway, &movement.order) == (deal.gateway, &deal.order));
        let movements: Vec<_> = movements.into_iter().map(|movement| (movement.kind, movement.fen)).collect();
        let is_undone = movements.iter().any(|(kind, _)| *kind == MovementKind::Undone);
        let is_ours = |refund: &Refund| {
            let told = (refund.gateway, &refund.order, &refund.number);
            told == (deal.gateway, &deal.order, &deal.refund) && refund.state != RefundState::Failed
        };
        Book {
            accepted: if deal.api == Api::Reverse {
                is_undone || state == Some(State::Closed)
            } else {
                self.sandbox.refunds().iter().any(is_ours)
            },
            paid: matches!(state, Some(State::Paid | State::Refunded)) && !is_undone,
            movements,
        }
    }
}
