//! `chexiao sandbox`: the gateways for whoever has no merchant account.

use chexiao_sandbox::{GATEWAYS, Keys, Options, Sandbox, sample_order};
use serde_json::json;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The certificate the sandbox's TLS is trusted by.
pub(crate) const CA_FILE: &str = "ca.pem";

pub(crate) fn run(port: u16, https_port: u16, folder: Option<PathBuf>, as_json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let sandbox = Sandbox::start(Options { http: Some(port), https: Some(https_port), keys: Keys::generate() })?;
    let folder = folder.unwrap_or_else(private_folder);
    write_configs(&sandbox, &folder)?;
    if as_json {
        println!("{}", json!({"http_url": sandbox.http_url(), "https_url": sandbox.https_url(), "dir": folder}));
    } else {
        announce(&sandbox, &folder);
    }
    std::io::stdout().flush()?;
    loop {
        std::thread::park();
    }
}

/// A new name in the system's folder for temporary files.
pub(crate) fn private_folder() -> PathBuf {
    std::env::temp_dir().join(format!("chexiao-sandbox-{}", std::process::id()))
}

/// One configuration per gateway, over HTTPS, and the certificate they trust. Readable by this user alone.
pub(crate) fn write_configs(sandbox: &Sandbox, folder: &Path) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let ca_file = folder.join(CA_FILE);
    write_private(&ca_file, sandbox.ca_pem())?;
    for gateway in GATEWAYS {
        if let Some(mut config) = sandbox.config(gateway, sandbox.https_url()) {
            config["ca_file"] = json!(ca_file);
            write_private(&folder.join(format!("{gateway}.json")), &format!("{config:#}\n"))?;
        }
    }
    Ok(())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

fn announce(sandbox: &Sandbox, folder: &Path) {
    println!("Five gateways at {} and {} (this machine only).", sandbox.https_url(), sandbox.http_url());
    println!("Configurations with throw-away keys: {}\n", folder.display());
    for gateway in GATEWAYS {
        let order = sample_order(gateway, "A1001").unwrap_or_default();
        println!("chexiao close --config {} --order '{order}'", folder.join(format!("{gateway}.json")).display());
    }
    println!("\nOrder numbers that begin with PAID, CLOSED, PROCESSING, NOTFOUND, REFUSED or LIMITED are in that state;");
    println!("UNSIGNED, OTHER, SLEEP, DELAY, CUT, HALF, RESET, WRONGKEY suffer that fault. Ctrl-C stops.");
}
