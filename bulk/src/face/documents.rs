//! What is read from a journal, as JSON.

use crate::event::Event;
use crate::input::{Unreadable, WasRead};
use crate::journal::{Count, Ended};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn count(Count { account, state, word, next, needs_person, orders }: &Count) -> Value {
    json!({ "account": account, "state": state, "word": word, "next": next, "needs_person": needs_person, "orders": orders })
}

/// The order as one text, so that no number is shortened.
pub(super) fn ended(Ended { id, account, line, json, ending, attempts, msg_id }: &Ended) -> Value {
    let crate::Ending { word, next, needs_person, why } = ending;
    json!({
        "id": id, "account": account, "line": line, "order_json": json, "word": word, "next": next, "needs_person": needs_person, "why": why,
        "attempts": attempts, "msg_id": msg_id,
    })
}

pub(super) fn repeat((account, line, first_line): &(String, u64, u64)) -> Value {
    json!({ "account": account, "line": line, "first_line": first_line })
}

pub(super) fn unreadable((input, Unreadable { line, column, field, what, hint }): &(String, Unreadable)) -> Value {
    json!({ "input": input, "line": line, "column": column, "field": field, "what": what, "hint": hint })
}

pub(super) fn was_read(WasRead { new, known, unreadable, is_whole }: &WasRead) -> Value {
    json!({ "new": new, "known": known, "unreadable": unreadable, "is_whole": is_whole })
}

/// None of what nobody need hear: that an order was taken, and that a request is about to go.
pub(super) fn event(event: &Event<'_>) -> Option<Value> {
    Some(match event {
        Event::Taken { .. } | Event::Asking { .. } => return None,
        Event::Heard { account, line, verb, outcome, took } => {
            let (word, next) = match outcome {
                Ok(outcome) => (outcome.code().word(), Some(outcome.next().word())),
                Err(error) => (error.kind().word(), None),
            };
            let (verb, took) = (verb.word(), millis(*took));
            json!({ "event": "heard", "account": account, "line": line, "verb": verb, "word": word, "next": next, "took_ms": took })
        }
        Event::Ended { account, line, ending: crate::Ending { word, next, needs_person, why }, took } => json!({
            "event": "ended", "account": account, "line": line, "word": word, "next": next, "needs_person": needs_person, "why": why,
            "took_ms": millis(*took),
        }),
        Event::Stopped { account, why } => json!({ "event": "account_stopped", "account": account, "why": why }),
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
