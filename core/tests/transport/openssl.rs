//! A server of OpenSSL's own (`s_server`), for what rustls does not speak, and certificates that OpenSSL makes.

use crate::support::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Dropping it ends the process.
pub(crate) struct OpenSsl {
    child: Child,
    pub(crate) port: u16,
    _key: File,
}

impl OpenSsl {
    /// With this key and certificate (one PEM) and further arguments. It says little and reads nothing but HTTP.
    pub(crate) fn serve(name: &str, pem: &str, arguments: &[&str]) -> Self {
        Self::serve_at(0, name, pem, arguments)
    }

    /// On this port; 0: any free one.
    pub(crate) fn serve_at(port: u16, name: &str, pem: &str, arguments: &[&str]) -> Self {
        let key = File::new(&format!("{name}-server.pem"), pem);
        let path = key.0.to_str().unwrap();
        let place = format!("127.0.0.1:{port}");
        let fixed = ["s_server", "-accept", &place, "-www", "-key", path, "-cert", path];
        let mut command = Command::new("openssl");
        command.args(fixed).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let accepts = lines.find_map(|line| line.unwrap().strip_prefix("ACCEPT").map(str::to_owned)).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        // It names the port only where it was free to choose.
        let port = if port == 0 { accepts.rsplit(':').next().unwrap().parse().unwrap() } else { port };
        Self { child, port, _key: key }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A fresh key, and a certificate that it signs itself with these arguments of `openssl req -x509`: one PEM.
pub(crate) fn self_signed(name: &str, algorithm: &str, arguments: &[&str]) -> String {
    let key = File::new(&format!("{name}-key.pem"), "");
    let path = key.0.to_str().unwrap();
    let certificate = run(&[&["req", "-x509", "-nodes", "-newkey", algorithm, "-keyout", path], arguments].concat());
    certificate + &std::fs::read_to_string(path).unwrap()
}

/// The output of `openssl` with these arguments.
pub(crate) fn run(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
