//! `chexiao doctor`: what stands between a configuration and a gateway that answers.

use crate::output::{Colour, line, line_of};
use chexiao::face::{border, json};
use chexiao::{Diagnosis, State, Step, diagnose, diagnose_offline};
use std::error::Error as StdError;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The configuration (JSON): gateway, environment or base_url, account
    config: PathBuf,
    /// Look at the configuration and its keys only, and connect nowhere
    #[arg(long)]
    offline: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// For `--help`.
pub(crate) const HELP: &str = "\
Steps: configuration, base_url, each key, client_certificate, proxy, dns, tcp, tls, clock, probe. The first \u{2717} names the cause; what depends
on it is skipped. The probe asks for the state of an order that does not exist, where the gateway has a query. No money is moved, no secret
is shown. docs/troubleshooting.md has every finding.
Exit codes: 0 all is well, 1 a warning, 2 a failure, 3 standard output cannot be written.";

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Box<dyn StdError>> {
    let diagnosis = match border::config_of_file(&arguments.config) {
        Ok(config) if arguments.offline => diagnose_offline(&config),
        Ok(config) => diagnose(&config),
        Err(error) => Diagnosis::unread(&error),
    };
    match arguments.json {
        true => line(json::diagnosis(&diagnosis).1)?,
        false => diagnosis.steps().iter().try_for_each(tell)?,
    }
    Ok(ExitCode::from(match diagnosis.worst() {
        State::Ok | State::Skipped => 0,
        State::Warning => 1,
        State::Failure => 2,
    }))
}

fn tell(step: &Step) -> Result<(), crate::output::Untold> {
    let field = step.field().map(|field| format!(" {field}")).unwrap_or_default();
    let finding = step.finding().map(|finding| format!(" ({finding})")).unwrap_or_default();
    let found = step.found();
    let mut rest = format!(" {}{field}{finding}: {}\n    {}", step.name(), found.en, found.zh);
    for (name, value) in step.facts() {
        rest += &format!("\n    {name:<14} {value}");
    }
    if let Some(remedy) = step.remedy() {
        rest += &format!("\n    \u{2192} {}\n    \u{2192} {}", remedy.en, remedy.zh);
    }
    match step.state() {
        State::Ok => line_of(Colour::Green, "\u{2713}", rest),
        State::Warning => line_of(Colour::Yellow, "!", rest),
        State::Failure => line_of(Colour::Red, "\u{2717}", rest),
        State::Skipped => line(format!("-{rest}")),
    }
}
