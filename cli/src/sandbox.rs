//! `chexiao sandbox`: the gateways for whoever has no merchant account.

use crate::configs::{PrivateFolder, set, write_configs};
use crate::output::{Untold, line};
use chexiao_sandbox::fault::{CATALOGUE, Row};
use chexiao_sandbox::{Door, GATEWAYS, Injection, Keys, Options, Sandbox, sample_order};
use serde_json::{Value, json};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is asked of a sandbox.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The port for plain HTTP; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The port for HTTPS; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    https_port: u16,
    /// Where the configurations are written, and stay; if left out, a new private folder, which goes with the sandbox
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Open two further ports that suffer this fault, with configurations of their own; may be given more than once
    #[arg(long = "fault", value_name = "[query:]NAME[:PARAMETER]…", value_parser = fault)]
    faults: Vec<Named>,
    /// Refuse whatever the vendors' pages do not say, to the byte; otherwise what the real gateways take is taken
    #[arg(long)]
    strict: bool,
    /// Print the addresses and the folder as one JSON document
    #[arg(long)]
    json: bool,
}

/// What order numbers choose.
pub(crate) const PREFIXES: &str = "\
Order numbers that begin with PAID, CLOSED, PROCESSING, NOTFOUND, REFUSED, LIMITED, REFUNDED, ACCEPTED, RESERVED
or RELEASED are in that state; all others are open. Closes of those that begin with UNSIGNED, OTHER, SLEEP, DELAY,
CUT, HALF, RESET, WRONGKEY or AGAIN suffer that fault, and those that begin with CALL and another call, as in
CALLREFUND, get that call's reply; queries of those that begin with QUERY and such a fault or state, as in QUERYCUT
or QUERYPAID, suffer it or say so.";

/// A fault as the user named it, of a close or of a query.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    injection: Injection,
}

fn fault(name: &str) -> Result<Named, String> {
    let injection = Injection::parse(name).ok_or("no such fault, or not with such parameters; --help lists them")?;
    Ok(Named { name: name.to_lowercase(), injection })
}

/// The prefixes, and every fault with its parameters.
pub(crate) fn help() -> String {
    let width = CATALOGUE.iter().map(|row| row.phase.len()).max().unwrap_or_default() + 2;
    let row = |row: &Row| {
        let colon = if row.parameters.is_empty() { "" } else { ":" };
        format!("\n  {:<width$}{}{colon}{}\n  {:<width$}  {}", row.phase, row.name, row.parameters, "", row.does)
    };
    format!("{PREFIXES}\n\nFaults (of a close; with query: before the name, of a query):{}", CATALOGUE.iter().map(row).collect::<String>())
}

/// Until a signal ends it.
pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let Arguments { port, https_port, dir, faults, strict, json } = arguments;
    let private = if dir.is_none() { Some(PrivateFolder::new()?) } else { None };
    let folder = private.as_ref().map(PrivateFolder::path).or(dir.as_deref()).unwrap_or(Path::new("."));
    let sandbox = Sandbox::start(Options { http: Some(port), https: Some(https_port), keys: Keys::generate() })?;
    sandbox.set_strict(strict);
    write_configs(&sandbox, sandbox.https_url(), folder)?;
    let doors: Vec<Out> = faults.iter().map(|named| Out::open(&sandbox, folder, named)).collect::<Result<_, _>>()?;
    if json {
        let mut said = json!({"http_url": sandbox.http_url(), "https_url": sandbox.https_url(), "dir": folder});
        if !doors.is_empty() {
            set(&mut said, "", "faults", doors.iter().map(Out::json).collect());
        }
        line(said)?;
    } else {
        announce(&sandbox, folder, &doors)?;
    }
    loop {
        std::thread::park();
    }
}

/// A door that suffers a fault, and the folder of its configurations.
struct Out<'a> {
    named: &'a Named,
    door: Door,
    folder: PathBuf,
}

impl<'a> Out<'a> {
    fn open(sandbox: &Sandbox, folder: &Path, named: &'a Named) -> std::io::Result<Self> {
        let door = sandbox.door(Some(named.injection))?;
        let folder = folder.join(named.name.replace(':', "-"));
        write_configs(sandbox, door.https_url(), &folder)?;
        Ok(Self { named, door, folder })
    }

    fn json(&self) -> Value {
        json!({"fault": self.named.name, "http_url": self.door.http_url(), "https_url": self.door.https_url(), "dir": self.folder})
    }
}

fn announce(sandbox: &Sandbox, folder: &Path, doors: &[Out<'_>]) -> Result<(), Untold> {
    line(format_args!("Five gateways at {} and {} (this machine only).", sandbox.https_url(), sandbox.http_url()))?;
    line(format_args!("Configurations with throw-away keys: {}\n", folder.display()))?;
    for gateway in GATEWAYS {
        let order = sample_order(gateway, "A1001").unwrap_or_default();
        line(format_args!("chexiao close --config {} --order '{order}'", folder.join(format!("{gateway}.json")).display()))?;
    }
    for Out { named, door, folder } in doors {
        line(format_args!("\n{}: {} and {}, configurations in {}", named.name, door.https_url(), door.http_url(), folder.display()))?;
    }
    line(format_args!("\n{PREFIXES}"))?;
    line("Ctrl-C stops.")
}
