//! Configurations with throw-away keys, in folders that are for this user alone.

use crate::private;
use crate::signals::Signals;
use chexiao_sandbox::{CONFIGS, Sandbox};
use serde_json::{Value, json};
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// The certificate the sandbox's TLS is trusted by.
pub(crate) const CA_FILE: &str = "ca.pem";

/// A new folder for temporary files. It goes when this is dropped, and when a signal ends the process: keys do not stay behind.
pub(crate) struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// Never one that somebody else has made before. To be called before there are other threads: it is told of signals in
    /// their place.
    pub(crate) fn new() -> io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("chexiao-sandbox-{}", std::process::id()));
        let signals = Signals::held_all()?;
        private::folders().create(&folder)?;
        let folder = Self(folder);
        let path = folder.0.clone();
        thread::Builder::new().spawn(move || {
            let Ok(signal) = signals.wait() else { return };
            remove(&path);
            signals.end_by(signal);
        })?;
        Ok(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

/// The main thread may be writing into it at this moment.
fn remove(folder: &Path) {
    for _ in 0..100 {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => thread::sleep(Duration::from_millis(10)),
            _ => return,
        }
    }
}

/// What the gateways issued to the merchant, certificate and key, as WeChat Pay names the file that it gives out.
pub(crate) const CLIENT_CERTIFICATE: &str = "apiclient_cert.p12";

/// One configuration per kind of merchant, the certificate they trust, and the one that they may show with its key. Readable by this user
/// alone, from any folder.
pub(crate) fn write_configs(sandbox: &Sandbox, base_url: &str, folder: &Path) -> io::Result<()> {
    private::folders().recursive(true).create(folder)?;
    let folder = std::path::absolute(folder)?;
    let ca_file = folder.join(CA_FILE);
    write_private(&ca_file, sandbox.ca_pem().as_bytes())?;
    let issued = sandbox.merchant_certificate();
    write_private(&folder.join(CLIENT_CERTIFICATE), &issued.pkcs12)?;
    for (name, pem) in [("apiclient_cert.pem", &issued.certificate_pem), ("apiclient_key.pem", &issued.key_pem)] {
        write_private(&folder.join(name), pem.as_bytes())?;
    }
    for name in CONFIGS {
        if let Some(mut config) = sandbox.config(name, base_url) {
            set(&mut config, "", "ca_file", json!(ca_file));
            write_private(&folder.join(format!("{name}.json")), format!("{config:#}\n").as_bytes())?;
        }
    }
    Ok(())
}

/// Over what stood there before, whoever could read that.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private::file(fs::OpenOptions::new().write(true).create_new(true)).open(path)?;
    file.write_all(bytes)
}

/// Sets a member of the object at `pointer`; what is no object stays as it is.
pub(crate) fn set(config: &mut Value, pointer: &str, name: &str, value: Value) {
    if let Some(members) = config.pointer_mut(pointer).and_then(Value::as_object_mut) {
        members.insert(name.into(), value);
    }
}
