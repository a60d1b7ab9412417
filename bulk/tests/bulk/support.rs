//! A sandbox, its five accounts, a journal, and what is heard of a job.

use chexiao_bulk::{Account, End, Ended, Event, Failure, Job, Journal, Options, Order, Pace, Rules, Stopper, Unpaced, Watch};
use chexiao_sandbox::{GATEWAYS, Keys, Sandbox, sample_order};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

pub(crate) fn sandbox() -> Sandbox {
    Sandbox::start(chexiao_sandbox::Options { http: None, https: None, keys: KEYS.clone() }).unwrap()
}

/// A folder that goes when this is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        Self::in_folder(&std::env::temp_dir())
    }

    pub(crate) fn in_folder(parent: &Path) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let folder = parent.join(format!("chexiao-bulk-{}-{}", std::process::id(), MADE.fetch_add(1, SeqCst)));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The journal of job so many.
    pub(crate) fn of(&self, job: usize) -> String {
        self.0.join(format!("journal-{job}.db")).to_str().unwrap().into()
    }

    pub(crate) fn journal(&self) -> String {
        self.0.join("journal.db").to_str().unwrap().into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What opens the five accounts, each named as its gateway; with the deadline of every call.
pub(crate) fn configs(sandbox: &Sandbox, deadline_ms: u64) -> BTreeMap<String, Value> {
    let config = |gateway: &&str| {
        let mut config = sandbox.config(gateway, sandbox.http_url()).unwrap();
        config["deadline_ms"] = deadline_ms.into();
        (gateway.to_string(), config)
    };
    GATEWAYS.iter().map(config).collect()
}

pub(crate) fn accounts(configs: &BTreeMap<String, Value>) -> Vec<Account> {
    configs.iter().map(|(name, config)| Account::open(name, &config.to_string()).unwrap()).collect()
}

pub(crate) fn order(gateway: &str, line: u64, number: &str) -> Order {
    Order::new(gateway, line, sample_order(gateway, number).unwrap().to_string()).unwrap()
}

/// By gateway, line and number.
pub(crate) fn add(journal: &Journal, orders: &[(String, u64, String)]) {
    journal.add(orders.iter().map(|(gateway, line, number)| order(gateway, *line, number)).collect()).unwrap();
}

/// In a journal's file, until this is dropped.
pub(crate) fn keeps_others_from_writing(file: &str) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection.busy_timeout(Duration::from_secs(20)).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// Patient enough to see every step, and no longer.
pub(crate) fn options(attempts: u32) -> Options {
    let rules = Rules { attempts, delay: Duration::from_millis(5), longest_delay: Duration::from_millis(80) };
    // A machine that is busy keeps a commit waiting for a second.
    Options { rules, grace: Duration::from_millis(2000), ..Options::default() }
}

/// What is heard, a line each.
#[derive(Default)]
pub(crate) struct Notes(pub(crate) Mutex<Vec<String>>);

impl Watch for Notes {
    fn hear(&self, event: &Event<'_>) {
        let told = match event {
            Event::Taken { account, line } => format!("{account} {line} taken"),
            Event::Asking { account, line, verb, .. } => format!("{account} {line} {verb}"),
            Event::Heard { account, line, verb, outcome, .. } => match outcome {
                Ok(outcome) => format!("{account} {line} {verb}: {}", outcome.code()),
                Err(error) => format!("{account} {line} {verb}: {}", error.kind()),
            },
            Event::Ended { account, line, ending, .. } => format!("{account} {line} ended: {}, {}", ending.word, ending.next),
            Event::Stopped { account, .. } => format!("{account} stopped"),
        };
        self.0.lock().unwrap().push(told);
    }
}

impl Notes {
    pub(crate) fn of(&self, begins: &str) -> Vec<String> {
        self.0.lock().unwrap().iter().filter_map(|note| Some(note.strip_prefix(begins)?.to_string())).collect()
    }
}

pub(crate) fn run(journal: &Arc<Journal>, accounts: Vec<Account>, options: Options) -> (Result<End, Failure>, Arc<Notes>) {
    run_at(Arc::new(Unpaced), journal, accounts, options)
}

pub(crate) fn run_at(
    pace: Arc<dyn Pace>,
    journal: &Arc<Journal>,
    accounts: Vec<Account>,
    options: Options,
) -> (Result<End, Failure>, Arc<Notes>) {
    let notes = Arc::new(Notes::default());
    let job = Job::new(journal.clone(), accounts, pace, notes.clone(), options, Stopper::new()).unwrap();
    (job.run(), notes)
}

/// All that have ended, by account and line.
pub(crate) fn ended(journal: &Journal) -> BTreeMap<(String, u64), Ended> {
    let mut all = BTreeMap::new();
    let mut after = 0;
    loop {
        let some = journal.ended(after, 100).unwrap();
        let Some(last) = some.last() else { return all };
        after = last.id;
        for one in some {
            assert!(all.insert((one.account.clone(), one.line), one).is_none(), "an order has two results");
        }
    }
}

/// Where a journal is: a file, or, after `|`, a schema of a database.
pub(crate) fn open(place: &str) -> Result<Journal, Failure> {
    match place.split_once('|') {
        Some((url, schema)) => Journal::postgres(url, schema),
        None => Journal::sqlite(place),
    }
}

/// By hand.
pub(crate) fn changes(place: &str, sql: &str) {
    match place.split_once('|') {
        Some((url, schema)) => {
            let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
            client.batch_execute(&format!("SET search_path TO {schema}; {sql}")).unwrap();
        }
        None => Connection::open(place).unwrap().execute_batch(sql).unwrap(),
    }
}

/// Whether PostgreSQL and strace must be there; otherwise what needs them is left out without them.
pub(crate) fn is_needed() -> bool {
    std::env::var_os("CHEXIAO_BULK_NEEDS").is_some()
}
