//! The journal against the sandbox's book: nothing lost, nothing forgotten, nothing closed once more than it may be.

use crate::support::ended;
use chexiao_bulk::Journal;
use chexiao_sandbox::Sandbox;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// One attempt, as the journal tells it to whoever reads it by hand.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) verb: String,
    pub(crate) word: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) answered: bool,
    pub(crate) worker: String,
}

const HISTORY: &str =
    "SELECT account, line, verb, word, reason, CASE WHEN http_status IS NULL THEN 0 ELSE 1 END, worker FROM history ORDER BY 1, 2, attempt";

pub(crate) fn history(place: &str) -> BTreeMap<(String, u64), Vec<Attempt>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut add = |account: String, line: i64, attempt| all.entry((account, line.unsigned_abs())).or_default().push(attempt);
    if let Some((url, schema)) = place.split_once('|') {
        let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
        client.batch_execute(&format!("SET search_path TO {schema}")).unwrap();
        for row in client.query(HISTORY, &[]).unwrap() {
            let answered = row.get::<_, i32>(5) == 1;
            add(row.get(0), row.get(1), Attempt { verb: row.get(2), word: row.get(3), reason: row.get(4), answered, worker: row.get(6) });
        }
    } else {
        let connection = Connection::open(place).unwrap();
        let mut statement = connection.prepare(HISTORY).unwrap();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let text = |at| row.get::<_, Option<String>>(at).unwrap();
            let answered = row.get::<_, i64>(5).unwrap() == 1;
            let attempt = Attempt { verb: row.get(2).unwrap(), word: text(3), reason: text(4), answered, worker: text(6).unwrap() };
            add(row.get(0).unwrap(), row.get(1).unwrap(), attempt);
        }
    }
    all
}

/// How the orders ended, and how many closes were begun of which nobody heard.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) words: BTreeMap<(String, String), usize>,
    pub(crate) lost: usize,
    pub(crate) posted_twice: usize,
}

/// Checks every order that was added; `number` of account and line.
pub(crate) fn agrees(journal: &Journal, place: &str, sandbox: &Sandbox, orders: &[(String, u64, String)]) -> Tally {
    let (results, history) = (ended(journal), history(place));
    assert_eq!(results.len(), orders.len(), "none forgotten, none invented");
    let mut tally = Tally::default();
    for (account, line, number) in orders {
        let key = (account.clone(), *line);
        let (result, attempts) = (&results[&key], &history[&key]);
        let at = format!("{account} {number}: {:?}, of {attempts:#?}", result.ending);
        let closes: Vec<usize> = (0..attempts.len()).filter(|&at| attempts[at].verb == "close").collect();
        let posts = sandbox.posts(account, number);
        assert!(posts <= closes.len(), "{posts} posts; a request left that the journal does not know: {at}");
        let answered = closes.iter().filter(|&&at| attempts[at].answered).count();
        assert!(posts >= answered, "{posts} posts: {at}");
        tally.lost += closes.iter().filter(|&&at| attempts[at].reason.as_deref() == Some("lost")).count();
        tally.posted_twice += usize::from(posts > 1);
        for pair in closes.windows(2) {
            let (first, again) = (&attempts[pair[0]], pair[1]);
            let nothing_was_done = matches!(first.word.as_deref(), Some("throttled" | "connect" | "not_sent"));
            // At ICBC an order that nobody has paid is `processing`, and its page says that a second close does no harm.
            let stands = attempts[pair[0]..again].last().is_some_and(|before| {
                before.verb == "query"
                    && (before.word.as_deref() == Some("open") || account == "icbc" && before.word.as_deref() == Some("processing"))
            });
            assert!(nothing_was_done || stands, "closed again blindly: {at}");
        }
        if ["ysepay", "edgeros"].contains(&account.as_str()) {
            assert!(posts <= 1, "{at}");
        }
        let state = sandbox.state(account, number).map(|state| state.name());
        match result.ending.next.as_str() {
            "done" => assert_eq!(state, Some("CLOSED"), "{at}"),
            "fulfil_or_refund" => assert_eq!(state, Some("PAID"), "{at}"),
            _ => assert!(result.ending.needs_person, "{at}"),
        }
        assert!(attempts.iter().all(|attempt| attempt.word.is_some()), "an attempt without an outcome is left: {at}");
        *tally.words.entry((account.clone(), format!("{} {}", result.ending.word, result.ending.next))).or_default() += 1;
    }
    tally
}
