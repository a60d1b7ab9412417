//! `chexiao bulk run`.

use super::accounts::Accounts;
use super::arguments::{Run, SAY_FORMAT};
use super::place::Place;
use super::progress::{Progress, clock};
use super::publishing::Publishing;
use super::reports::{Standing, Which};
use super::{FOR_PEOPLE, JOURNAL, LEFT, STOPPED, input_name, tell_unreadable, whole_file};
use crate::exit::UNTOLD;
use crate::output::{Colour, Untold, complain, line, line_of, note};
use crate::signals::Signals;
use chexiao::{Error, Kind};
use chexiao_bulk::input::{Format, Reading, Rows, read};
use chexiao_bulk::{End, Failure, Job, Journal, Limits, Options, Rules, SharedGovernor, Stopper, Tally, picture};
use serde_json::json;
use std::error::Error as StdError;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

impl Run {
    /// Reads, closes, and tells what came of it.
    pub(super) fn closes(&self) -> Result<ExitCode, Box<dyn StdError>> {
        let Some(place) = &self.place else { return Err("--journal is missing".into()) };
        let (per_account, per_host) = self.limits()?;
        let mut accounts = self.opens_accounts()?;
        let input = self.input.as_deref().map(|input| Ok::<_, Error>((input_name(input), self.rows(input, &accounts)?))).transpose()?;
        let stopper = stopper()?;
        let journal = Arc::new(place.open()?);
        let input = match &self.query {
            Some(sql) => {
                Some((sql.clone(), Rows::of_query(&journal, sql, accounts.chosen_by(&self.account_column), self.ignored.clone())?))
            }
            None => input,
        };
        if let Some((name, rows)) = input
            && !self.reads(&name, rows, &journal, &mut accounts, &stopper)?
        {
            complain(format_args!(
                "stopped while {name} was read: nothing was sent. The same command reads it again. 读取时被中断，未发送任何请求。"
            ));
            return Ok(ExitCode::from(STOPPED));
        }
        if let Some(input) = journal.unfinished_inputs()?.first() {
            return Err(format!("--input: {input} was not read to its end: give it once more. 该输入未读完，请再次给出。").into());
        }
        let strangers = self.strangers(&journal, &mut accounts)?;
        let standing = Standing::of(&journal)?;
        let tally = Arc::new(Tally::new(standing.orders, standing.ended));
        let publishing = match &self.metrics {
            Some(place) => Some(Publishing::begin(place.clone(), &tally, note).map_err(|error| format!("--metrics: {error}"))?),
            None => None,
        };
        let options = Options { in_flight: self.in_flight, rules: self.rules(), ..Options::default() };
        let accounts = accounts.opened();
        let pace = SharedGovernor::new(&journal, per_account, per_host, options.lease(&accounts))?;
        let job = Job::new(journal.clone(), accounts, Arc::new(pace), tally.clone(), options, stopper)?;
        let progress = Progress::begin(tally.clone(), self.json, self.every, publishing);
        let end = job.run();
        let untold = progress.end();
        self.tells(place, &journal, &tally, end, &strangers, untold)
    }

    /// Whether the end was reached.
    fn reads(
        &self,
        name: &str,
        rows: Rows,
        journal: &Journal,
        accounts: &mut Accounts,
        stopper: &Stopper,
    ) -> Result<bool, Box<dyn StdError>> {
        let charset = rows.charset();
        let mut told = 0;
        let read = read(rows, name, journal, &mut |name| Ok(accounts.named(name)?.cloned()), false, stopper, |unread| {
            tell_unreadable(name, unread, &mut told)
        })?;
        let (new, known, unreadable) = (read.new, read.known, read.unreadable);
        if self.json {
            line(json!({
                "event": "read", "input": name, "charset": charset.name(), "new": new, "known": known, "unreadable": unreadable,
            }))
            .map_err(|untold| untold.to_string())?;
        } else {
            note(format_args!("{name} ({}): {new} new orders, {known} known, {unreadable} lines that give none", charset.name()));
        }
        Ok(read.is_whole)
    }

    pub(super) fn rows(&self, input: &str, accounts: &Accounts) -> Result<Rows, Error> {
        let format = self.format.or_else(|| Format::of_path(Path::new(input)));
        let format = format.ok_or_else(|| {
            Error::at_border(Kind::Call, "format", "is not said by the name of the input").with_hint(SAY_FORMAT.0, SAY_FORMAT.1)
        })?;
        let accounts = accounts.chosen_by(&self.account_column);
        let reading = Reading { format, charset: self.charset, accounts, ignored: self.ignored.clone() };
        if input == "-" { Rows::of(std::io::stdin(), &reading) } else { Rows::of_file(Path::new(input), &reading) }
    }

    pub(super) fn opens_accounts(&self) -> Result<Accounts, Error> {
        match (&self.config, &self.accounts) {
            (Some(file), _) => {
                let mut accounts = Accounts::of_file(file)?;
                accounts.opens_the_one()?;
                Ok(accounts)
            }
            (None, folder) => Accounts::of_folder(folder.as_deref().unwrap_or(Path::new(""))),
        }
    }

    /// Of each account, and of each host.
    pub(super) fn limits(&self) -> Result<(Limits, Limits), String> {
        let limits = |rate, in_flight, what: &str| {
            Limits::new(rate, in_flight).ok_or_else(|| format!("{what}: 0.01 to 100000 requests a second, and at least 1 under way"))
        };
        Ok((
            limits(self.rate, self.in_flight, "--rate, --in-flight")?,
            limits(self.host_rate, self.host_in_flight, "--host-rate, --host-in-flight")?,
        ))
    }

    fn rules(&self) -> Rules {
        Rules { attempts: self.attempts, delay: self.delay, longest_delay: self.longest_delay.max(self.delay) }
    }

    /// Accounts of orders that are left, opened; the names of those that have no configuration.
    fn strangers(&self, journal: &Journal, accounts: &mut Accounts) -> Result<Vec<String>, Box<dyn StdError>> {
        let mut strangers = Vec::new();
        for count in journal.counts()?.into_iter().filter(|count| count.state != "ended") {
            if accounts.named(&count.account)?.is_none() && !strangers.contains(&count.account) {
                note(format_args!("{}: no configuration, so its orders are left. 缺少该账户的配置，其订单未处理。", count.account));
                strangers.push(count.account);
            }
        }
        Ok(strangers)
    }

    fn tells(
        &self,
        place: &Place,
        journal: &Journal,
        tally: &Tally,
        end: Result<End, Failure>,
        strangers: &[String],
        untold: Option<Untold>,
    ) -> Result<ExitCode, Box<dyn StdError>> {
        let sums = tally.sums();
        if let Some(file) = &self.picture
            && let Err(error) = whole_file::write(file, |out| out.write_all(picture::drawn(&sums).as_bytes()))
        {
            complain(format_args!("--picture: {} cannot be written: {error}", file.display()));
        }
        let (end, standing) = match end.and_then(|end| Ok((end, Standing::of(journal)?))) {
            Ok(ended) => ended,
            Err(failure) => {
                complain(format_args!("{failure}\n{}", resume(place)));
                return Ok(ExitCode::from(JOURNAL));
            }
        };
        for (target, which) in [(&self.results, Which::Ended), (&self.people, Which::ForPeople)] {
            if let Some(target) = target
                && let Err(error) = target.write(journal, which)
            {
                complain(format_args!("{} cannot be written: {error}; chexiao bulk results prints it", target.path().display()));
            }
        }
        let code = match end {
            _ if standing.left() == 0 && standing.people + standing.unreadable > 0 => FOR_PEOPLE,
            _ if standing.left() == 0 => 0,
            End::Stopped => STOPPED,
            _ => LEFT,
        };
        let word = match code {
            0 | FOR_PEOPLE => "complete",
            STOPPED => "stopped",
            _ => "left",
        };
        let told = if self.json {
            let elapsed = u64::try_from(sums.elapsed.as_millis()).unwrap_or(u64::MAX);
            let stopped: Vec<&String> = sums.stopped.keys().collect();
            let first = json!({
                "event": "end", "end": word, "exit_code": code, "elapsed_ms": elapsed, "stopped_accounts": stopped, "unknown_accounts": strangers,
            });
            line(standing.json(first))
        } else {
            people(word, code, &standing, sums.elapsed, place)
        };
        match (code, untold.map_or(told, Err)) {
            (0, Err(error)) => {
                complain(error);
                Ok(ExitCode::from(UNTOLD))
            }
            (code, _) => Ok(ExitCode::from(code)),
        }
    }
}

fn people(word: &str, code: u8, standing: &Standing, elapsed: Duration, place: &Place) -> Result<(), Untold> {
    let colour = match code {
        0 => Colour::Green,
        FOR_PEOPLE | STOPPED => Colour::Yellow,
        _ => Colour::Red,
    };
    let (ended, orders, people) = (standing.ended, standing.orders, standing.people + standing.unreadable);
    line_of(colour, word, format_args!(" ({}): {ended} of {orders} orders ended, {people} for people", clock(elapsed.as_secs())))?;
    standing.lines().iter().try_for_each(line)?;
    if standing.left() > 0 { line(resume(place)) } else { Ok(()) }
}

fn resume(place: &Place) -> String {
    format!(
        "The same command with --journal {place} goes on; what was under way is asked about first. 再次运行同一命令即可继续，先查询进行中的订单。"
    )
}

/// To be called before there are other threads: the one that waits gets the signals. A second one ends the program at once.
fn stopper() -> std::io::Result<Stopper> {
    let stopper = Stopper::new();
    let told = stopper.clone();
    let signals = Signals::held()?;
    std::thread::Builder::new().spawn(move || {
        if let Ok(signal) = signals.wait() {
            told.stop();
            note(format_args!(
                "{signal}: no more orders are taken; waiting for those under way. 不再处理新的订单，正在等待进行中的请求。再按一次立即结束。"
            ));
            signals.release();
            loop {
                std::thread::park();
            }
        }
    })?;
    Ok(stopper)
}
