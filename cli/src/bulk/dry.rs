//! `--dry-run`: what a run would do, with nothing sent and nothing kept.

use super::arguments::Run;
use super::progress::clock;
use super::reports::Standing;
use super::{FOR_PEOPLE, input_name, tell_unreadable};
use crate::configs::PrivateFolder;
use crate::output::line;
use chexiao_bulk::input::read;
use chexiao_bulk::{Journal, Stopper};
use serde_json::{Value, json};
use std::error::Error as StdError;
use std::process::ExitCode;

pub(super) fn run(arguments: &Run) -> Result<ExitCode, Box<dyn StdError>> {
    arguments.limits()?;
    // A journal finds the orders that stand there twice. This one goes with its folder.
    let folder = PrivateFolder::new()?;
    let mut accounts = arguments.opens_accounts()?;
    let Some(input) = arguments.input.as_deref() else { return Err("--input is missing".into()) };
    let (name, rows) = (input_name(input), arguments.rows(input, &accounts)?);
    let (charset, mut told) = (rows.charset().name(), 0);
    let journal = Journal::sqlite(folder.path().join("journal"))?;
    read(rows, &name, &journal, &mut |name| Ok(accounts.named(name)?.cloned()), true, &Stopper::new(), |unread| {
        tell_unreadable(&name, unread, &mut told)
    })?;
    let standing = Standing::of(&journal)?;
    let of = |account: &str| standing.counts.iter().filter(|count| count.account == account).map(|count| count.orders).sum::<u64>();
    let opened: Vec<_> = accounts.opened().into_iter().map(|account| (of(account.name()), account)).collect();
    let code = if standing.unreadable > 0 { FOR_PEOPLE } else { 0 };
    if arguments.json {
        let accounts: Vec<Value> = opened
            .iter()
            .map(|(orders, account)| {
                json!({
                    "account": account.name(), "gateway": account.client().gateway(), "host": account.host(), "orders": orders,
                    "least_s": least(*orders, arguments.rate),
                })
            })
            .collect();
        line(json!({
            "event": "dry_run", "input": name, "charset": charset, "orders": standing.orders, "unreadable": standing.unreadable,
            "repeated": standing.repeated, "accounts": accounts, "exit_code": code,
        }))?;
        return Ok(ExitCode::from(code));
    }
    line(format_args!("{name} ({charset}): nothing was sent, and nothing is kept. 未发送任何请求，也未保存任何内容。"))?;
    for (orders, account) in &opened {
        let (gateway, host, least) = (account.client().gateway(), account.host(), clock(least(*orders, arguments.rate)));
        line(format_args!("  {}: would close {orders} orders at {gateway} ({host}), in {least} at the least", account.name()))?;
    }
    let (unreadable, repeated) = (standing.unreadable, standing.repeated);
    line(format_args!(
        "  {unreadable} lines give no order, {repeated} name one once more. 无法读取 {unreadable} 行，重复 {repeated} 行。"
    ))?;
    Ok(ExitCode::from(code))
}

/// In seconds, at the full rate of an account: a close for each.
fn least(orders: u64, rate: f64) -> u64 {
    (orders as f64 / rate).ceil() as u64
}
