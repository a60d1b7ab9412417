//! The `openssl` command line: makes the keys, and judges the signatures on its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Runs `openssl` with `input` on its standard input; what it prints. A missing or failing `openssl` fails the test.
pub fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut openssl = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test needs the openssl command line (version 3) on the PATH: {error}"));
    // A command that does not read its input breaks the pipe; its exit status says whether that was right.
    _ = openssl.stdin.take().unwrap().write_all(input);
    let output = openssl.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {} failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A new RSA private key of so many bits: PKCS#8 PEM.
pub fn rsa_key(bits: u32) -> Vec<u8> {
    openssl(&["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", &format!("rsa_keygen_bits:{bits}")], b"")
}

/// A folder for one test, removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn fresh() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("chexiao-openssl-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// The path of a file of this name, whether or not there is one.
    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().into()
    }

    /// Writes a file; its path.
    pub fn write(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}
