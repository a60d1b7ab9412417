//! `chexiao sandbox`: the gateways for whoever has no merchant account.

use crate::demo::set;
use crate::output::{Untold, line};
use chexiao_sandbox::fault::{CATALOGUE, Row};
use chexiao_sandbox::{CONFIGS, Door, GATEWAYS, Injection, Keys, Options, Sandbox, sample_order};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The certificate the sandbox's TLS is trusted by.
pub(crate) const CA_FILE: &str = "ca.pem";

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

pub(crate) fn fault(name: &str) -> Result<Named, String> {
    let injection = Injection::parse(name).ok_or("no such fault, or not with such parameters; --help lists them")?;
    Ok(Named { name: name.to_lowercase(), injection })
}

/// The prefixes, and every fault with its parameters.
pub(crate) fn help() -> String {
    let row = |row: &Row| {
        let colon = if row.parameters.is_empty() { "" } else { ":" };
        format!("\n  {:<7}{}{colon}{}\n           {}", row.phase, row.name, row.parameters, row.does)
    };
    format!("{PREFIXES}\n\nFaults (of a close; with query: before the name, of a query):{}", CATALOGUE.iter().map(row).collect::<String>())
}

pub(crate) fn run(
    port: u16,
    https_port: u16,
    folder: Option<PathBuf>,
    faults: &[Named],
    as_json: bool,
) -> Result<ExitCode, Box<dyn Error>> {
    let sandbox = Sandbox::start(Options { http: Some(port), https: Some(https_port), keys: Keys::generate() })?;
    let is_ours = folder.is_none();
    let folder = folder.map_or_else(private_folder, Ok)?;
    write_configs(&sandbox, &folder)?;
    let doors: Vec<Out> = faults.iter().map(|named| Out::open(&sandbox, &folder, named)).collect::<Result<_, _>>()?;
    let told = if as_json {
        let mut said = json!({"http_url": sandbox.http_url(), "https_url": sandbox.https_url(), "dir": folder});
        if !doors.is_empty() {
            set(&mut said, "", "faults", doors.iter().map(Out::json).collect());
        }
        line(said)
    } else {
        announce(&sandbox, &folder, &doors)
    };
    if let Err(untold) = told {
        // Nobody knows where the keys are.
        if is_ours {
            fs::remove_dir_all(&folder)?;
        }
        return Err(untold.into());
    }
    loop {
        std::thread::park();
    }
}

/// A new folder for temporary files, for this user alone. Never one that somebody else has made before.
pub(crate) fn private_folder() -> std::io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("chexiao-sandbox-{}", std::process::id()));
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    Ok(folder)
}

/// One configuration per gateway, over HTTPS, and the certificate they trust. Readable by this user alone.
pub(crate) fn write_configs(sandbox: &Sandbox, folder: &Path) -> std::io::Result<()> {
    write_configs_for(sandbox, sandbox.https_url(), folder)
}

fn write_configs_for(sandbox: &Sandbox, base_url: &str, folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let ca_file = folder.join(CA_FILE);
    write_private(&ca_file, sandbox.ca_pem())?;
    for name in CONFIGS {
        if let Some(mut config) = sandbox.config(name, base_url) {
            set(&mut config, "", "ca_file", json!(ca_file));
            write_private(&folder.join(format!("{name}.json")), &format!("{config:#}\n"))?;
        }
    }
    Ok(())
}

/// Over what stood there before, whoever could read that.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
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
        write_configs_for(sandbox, door.https_url(), &folder)?;
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
