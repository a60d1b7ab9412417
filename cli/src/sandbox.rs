//! `chexiao sandbox`: the gateways for whoever has no merchant account.

use crate::configs::{PrivateFolder, set, write_configs};
use crate::inspector::Host;
use crate::output::{Untold, line};
use chexiao_sandbox::fault::{CATALOGUE, Row};
use chexiao_sandbox::{CONFIGS, Call, Door, GATEWAYS, Injection, Keys, NOTICE_FAULTS, Options, Sandbox, sample_order};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
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
    #[arg(long = "fault", value_name = "[CALL:]NAME[:PARAMETER]…", value_parser = fault)]
    faults: Vec<Named>,
    /// Post to this URL of this machine what becomes of money, as the gateway does; may be given once for each configuration
    #[arg(long = "notify", value_name = "CONFIGURATION=URL", value_parser = notified)]
    notified: Vec<Notified>,
    /// How many times as fast as in reality what is not acknowledged is posted again
    #[arg(long, value_name = "TIMES", default_value_t = 1)]
    notify_speed: u32,
    /// Let in clients that show one of the certificates in this file (PEM), or one that they issued, as well as the merchant of the
    /// sandbox's own; may be given more than once
    #[arg(long = "client-ca", value_name = "FILE")]
    client_authorities: Vec<PathBuf>,
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
or QUERYPAID, suffer it or say so; and so do creates of CREATE…, payments of PAY… and reversals of REVERSE….";

/// How money goes back.
const MONEY: &str = "\
Refunds happen once for each of the merchant's refund numbers, whose prefix chooses as an order's does: CUT… is given
back and not answered, PROCESSING… waits, REFUSED… is refused, and of QUERYCUT… the refund query is not answered.
GET /_sandbox/money lists what moved, and a refund that waits is ended by
  curl -d '{\"gateway\":\"wechat\",\"refund\":\"PROCESSING1\",\"state\":\"DONE\"}' http://127.0.0.1:PORT/_sandbox/money";

/// How merchants are told, and what can be wrong with it.
const NOTICES: &str = "\
Notifications: with --notify wechat=http://127.0.0.1:8000/notify (or icbc, icbc-aes, ysepay, ysepay-sm, edgeros,
chinaums) the sandbox posts what becomes of money, and again until it is acknowledged as the gateway's page says. A
buyer pays, or is given back (REFUNDED):
  curl -d '{\"gateway\":\"wechat\",\"order\":\"A1001\",\"state\":\"PAID\"}' http://127.0.0.1:PORT/_sandbox/orders
One notification, right or wrong, to be posted, or without \"to\" only shown:
  curl -d '{\"gateway\":\"wechat\",\"order\":\"A1001\",\"fault\":\"changed\",\"to\":\"http://127.0.0.1:8000/notify\"}' \\
    http://127.0.0.1:PORT/_sandbox/notices
GET /_sandbox/notices lists what was answered. Their faults:";

/// A merchant's configuration, and where it is told.
#[derive(Clone, Debug)]
struct Notified {
    config: String,
    to: String,
}

fn notified(text: &str) -> Result<Notified, String> {
    let (config, to) = text.split_once('=').ok_or("is not CONFIGURATION=URL")?;
    match CONFIGS.contains(&config) {
        true => Ok(Notified { config: config.into(), to: to.into() }),
        false => Err(format!("{config} is none of {}", CONFIGS.join(", "))),
    }
}

/// A fault as the user named it, of a close or of another call.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    injection: Injection,
}

fn fault(name: &str) -> Result<Named, String> {
    let injection = Injection::parse(name).ok_or("no such fault, or not with such parameters; --help lists them")?;
    Ok(Named { name: name.to_lowercase(), injection })
}

/// The prefixes, and every fault with its parameters; notifications and theirs.
pub(crate) fn help() -> String {
    let width = CATALOGUE.iter().map(|row| row.phase.len()).max().unwrap_or_default() + 2;
    let row = |row: &Row| {
        let colon = if row.parameters.is_empty() { "" } else { ":" };
        format!("\n  {:<width$}{}{colon}{}\n  {:<width$}  {}", row.phase, row.name, row.parameters, "", row.does)
    };
    let of_replies = CATALOGUE.iter().map(row).collect::<String>();
    let of_notices = NOTICE_FAULTS.iter().map(|(name, does)| format!("\n  {name:<15}{does}")).collect::<String>();
    let others = Call::ALL.iter().skip(1).map(|call| format!("{}:", call.name())).collect::<Vec<_>>().join(" ");
    format!(
        "{PREFIXES}\n\n{MONEY}\n\nFaults (of a close; of another call with its name before that of the fault, {others}):\
         {of_replies}\n\n{NOTICES}{of_notices}"
    )
}

/// Until a signal ends it.
pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Box<dyn Error>> {
    let Arguments { port, https_port, dir, faults, notified, notify_speed, client_authorities, strict, json } = arguments;
    let private = if dir.is_none() { Some(PrivateFolder::new()?) } else { None };
    let folder = private.as_ref().map(PrivateFolder::path).or(dir.as_deref()).unwrap_or(Path::new("."));
    let sandbox = Sandbox::start(Options { http: Some(port), https: Some(https_port), keys: Keys::generate() })?;
    sandbox.explain_by(Host::of(&sandbox)?);
    sandbox.set_strict(strict);
    sandbox.set_notify_speed(notify_speed);
    for file in &client_authorities {
        let pem = fs::read(file).map_err(|error| format!("--client-ca: {} cannot be read: {error}", file.display()))?;
        sandbox.trust_clients(&pem).map_err(|error| format!("--client-ca: {} {error}", file.display()))?;
    }
    for Notified { config, to } in &notified {
        sandbox.set_notify_url(config, Some(to)).map_err(|_| format!("{to} is not http://127.0.0.1:port/path"))?;
    }
    write_configs(&sandbox, sandbox.https_url(), folder)?;
    let doors: Vec<Out> = faults.iter().map(|named| Out::open(&sandbox, folder, named)).collect::<Result<_, _>>()?;
    if json {
        let mut said = json!({"http_url": sandbox.http_url(), "https_url": sandbox.https_url(), "dir": folder});
        if !doors.is_empty() {
            set(&mut said, "", "faults", doors.iter().map(Out::json).collect());
        }
        line(said)?;
    } else {
        announce(&sandbox, folder, &doors, &notified)?;
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

fn announce(sandbox: &Sandbox, folder: &Path, doors: &[Out<'_>], notified: &[Notified]) -> Result<(), Untold> {
    line(format_args!("Five gateways at {} and {} (this machine only).", sandbox.https_url(), sandbox.http_url()))?;
    line(format_args!("What came, and why it was refused, in a browser: {}/inspector", sandbox.http_url()))?;
    line(format_args!("Configurations with throw-away keys: {}\n", folder.display()))?;
    for gateway in GATEWAYS {
        let order = sample_order(gateway, "A1001").unwrap_or_default();
        line(format_args!("chexiao close --config {} --order '{order}'", folder.join(format!("{gateway}.json")).display()))?;
    }
    for Out { named, door, folder } in doors {
        line(format_args!("\n{}: {} and {}, configurations in {}", named.name, door.https_url(), door.http_url(), folder.display()))?;
    }
    for Notified { config, to } in notified {
        let gateway = config.split('-').next().unwrap_or_default();
        line(format_args!("\n{config}: told at {to} of every order that is paid or given back. To pay one:"))?;
        let paid = json!({"gateway": gateway, "order": "A1001", "state": "PAID"});
        line(format_args!("curl -d '{paid}' {}/_sandbox/orders", sandbox.http_url()))?;
    }
    line(format_args!("\n{PREFIXES}"))?;
    line("Ctrl-C stops.")
}
