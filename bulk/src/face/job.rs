//! [`Job`]: what a run works with, to be run more than once.

use super::{Journal, Result, Run, documents, is_of, read};
use crate::input::{self, Charset, Format, Reading, Rows};
use crate::job::LEAST_GRACE;
use crate::{Account, Limits, Options, Rules, SharedGovernor, Stopper};
use chexiao::face::border;
use chexiao::{Error, Kind};
use serde::Deserialize;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The orders of some accounts in a journal, and the pace at which they are closed.
pub struct Job {
    journal: Arc<Journal>,
    accounts: Vec<Account>,
    settings: Settings,
    /// Of the run, or the reading, that is under way, or is the next to begin.
    stopper: Arc<Mutex<Stopper>>,
    process: u32,
}

/// What is not given is as on the command line.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    rate: f64,
    in_flight: usize,
    host_rate: f64,
    host_in_flight: usize,
    attempts: u32,
    delay: f64,
    longest_delay: f64,
    grace: f64,
}

impl Default for Settings {
    fn default() -> Self {
        let Options { in_flight, rules, grace } = Options::default();
        let (delay, longest_delay, grace) = (rules.delay.as_secs_f64(), rules.longest_delay.as_secs_f64(), grace.as_secs_f64());
        Self { rate: 50.0, in_flight, host_rate: 200.0, host_in_flight: 128, attempts: rules.attempts, delay, longest_delay, grace }
    }
}

/// A configuration, or the file that holds one.
pub enum Config {
    /// JSON.
    Document(String),
    /// By its path.
    File(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    path: Option<String>,
    /// Of the journal's own database.
    query: Option<String>,
    format: Option<String>,
    charset: Option<String>,
    /// Of all orders; else a column names it.
    account: Option<String>,
    #[serde(default = "account")]
    account_column: String,
    #[serde(default)]
    ignore: Vec<String>,
}

fn account() -> String {
    "account".into()
}

impl Job {
    /// `{"rate", "in_flight", "host_rate", "host_in_flight", "attempts", "delay", "longest_delay", "grace"}`, times in seconds, and the accounts by name.
    ///
    /// # Errors
    /// A setting is out of range, or an account does not open.
    pub fn open(journal: Arc<Journal>, settings: &str, accounts: Vec<(String, Config)>) -> Result<Self> {
        let settings: Settings = read("settings", settings)?;
        settings.limits()?;
        settings.options()?;
        let open = |(name, config)| match config {
            Config::Document(text) => Account::open(name, &text),
            Config::File(path) => Account::open(name, &border::config_of_file(Path::new(&path))?),
        };
        let accounts = accounts.into_iter().map(open).collect::<chexiao::Result<_>>()?;
        journal.here()?;
        Ok(Self { journal, accounts, settings, stopper: Arc::default(), process: std::process::id() })
    }

    /// Reads an input into the journal: `{"path", "format"?, "charset"?, "account"?, "account_column"?, "ignore"?}`, or `{"query", …}`
    /// without the first three.
    ///
    /// # Errors
    /// The input or the journal cannot be used. What was read until then is in the journal.
    pub fn read(&self, input: &str) -> Result<String> {
        let input: Input = read("input", input)?;
        let (journal, stopper) = (self.journal.here()?, self.stopper()?);
        let _begun = self.begun();
        let (name, rows) = input.opened(journal)?;
        let mut named = |name: &str| Ok(self.accounts.iter().find(|account| account.name() == name).cloned());
        Ok(documents::was_read(&input::read(rows, name, journal, &mut named, false, &stopper, |_| {})?).to_string())
    }

    /// Begins a run, with threads of its own. `hears`: it keeps what happens for whoever takes it.
    ///
    /// # Errors
    /// Nothing was begun.
    pub fn begin(&self, hears: bool) -> Result<Run> {
        let (stopper, begun) = (self.stopper()?, self.begun());
        if let Some(input) = self.journal.here()?.unfinished_inputs()?.first() {
            return Err(Error::at_border(Kind::Call, "input", format!("{input} was not read to its end: read it once more")).into());
        }
        let ((account, host), options) = (self.settings.limits()?, self.settings.options()?);
        let governor = SharedGovernor::new(self.journal.here()?, account, host, options.lease(&self.accounts))?;
        Run::begin(self.journal.clone(), self.accounts.clone(), governor, options, (stopper, begun), hears)
    }

    /// Of the run, or the reading, that is under way; else of the next that begins, which ends at once if this was told before.
    ///
    /// # Errors
    /// This is another process.
    pub fn stopper(&self) -> Result<Stopper> {
        is_of(self.process)?;
        Ok(self.stopper.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn begun(&self) -> Begun {
        Begun(self.stopper.clone())
    }
}

/// A run, or a reading. When it is over, what comes next has another stopper.
pub(super) struct Begun(Arc<Mutex<Stopper>>);

impl Drop for Begun {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Stopper::new();
    }
}

impl Settings {
    /// Of each account, and of each host.
    fn limits(&self) -> Result<(Limits, Limits)> {
        let limits = |field, rate, in_flight| {
            let out_of_range = || setting(field, "must be 0.01 to 100000 requests a second, and at least 1 under way");
            Limits::new(rate, in_flight).ok_or_else(out_of_range)
        };
        Ok((limits("rate", self.rate, self.in_flight)?, limits("host_rate", self.host_rate, self.host_in_flight)?))
    }

    fn options(&self) -> Result<Options> {
        let seconds = |field, seconds: f64, least: f64| match (least..=86_400.0).contains(&seconds) {
            true => Ok(Duration::from_secs_f64(seconds)),
            false => Err(setting(field, &format!("must be {least} to 86400 seconds"))),
        };
        if self.attempts == 0 {
            return Err(setting("attempts", "must be at least 1").into());
        }
        let delay = seconds("delay", self.delay, 0.01)?;
        let longest_delay = seconds("longest_delay", self.longest_delay, 0.01)?.max(delay);
        let grace = seconds("grace", self.grace, LEAST_GRACE.as_secs_f64())?;
        Ok(Options { in_flight: self.in_flight, rules: Rules { attempts: self.attempts, delay, longest_delay }, grace })
    }
}

impl Input {
    /// Its name and its rows.
    fn opened(&self, journal: &crate::Journal) -> Result<(&str, Rows)> {
        match (&self.path, &self.query, &self.format, &self.charset) {
            (Some(path), None, ..) => Ok((path, Rows::of_file(Path::new(path), &self.reading(Path::new(path))?)?)),
            (None, Some(query), None, None) => Ok((query, Rows::of_query(journal, query, self.accounts(), self.ignore.clone())?)),
            _ => Err(Error::at_border(Kind::Call, "input", "is neither a file nor a query, which has no format and no charset").into()),
        }
    }

    fn accounts(&self) -> input::Accounts {
        self.account.clone().map_or_else(|| input::Accounts::Column(self.account_column.clone()), input::Accounts::One)
    }

    fn reading(&self, path: &Path) -> Result<Reading> {
        let format = match self.format.as_deref() {
            None => Format::of_path(path).ok_or_else(|| setting("format", "is not said by the name of the input: csv or jsonl")),
            Some("csv") => Ok(Format::Csv),
            Some("jsonl") => Ok(Format::JsonLines),
            Some(_) => Err(setting("format", "is neither csv nor jsonl")),
        };
        let charset = |name: &str| Charset::of_name(name).ok_or_else(|| setting("charset", "is neither utf-8 nor gb18030"));
        let charset = self.charset.as_deref().map(charset).transpose()?;
        Ok(Reading { format: format?, charset, accounts: self.accounts(), ignored: self.ignore.clone() })
    }
}

fn setting(field: &str, message: &str) -> Error {
    Error::at_border(Kind::Config, field, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grace_of_less_than_a_second_is_refused_by_its_name() {
        let refused = |settings: &str| match read::<Settings>("settings", settings).and_then(|settings| settings.options()) {
            Ok(_) => None,
            Err(trouble) => Some(trouble.answer().1),
        };
        assert_eq!(refused(r#"{"grace": 1.0, "delay": 0.01, "longest_delay": 0.01}"#), None);
        for grace in ["0.99", "0.01", "0", "-1", "86400.1"] {
            let told = refused(&format!(r#"{{"grace": {grace}}}"#)).unwrap();
            assert!(told.contains(r#""field":"grace""#) && told.contains("must be 1 to 86400 seconds"), "{told}");
        }
    }
}
