//! nginx, as it stands before a gateway or in its place: with what people get wrong in its configuration.

use crate::counter::Folder;
use chexiao_kit::openssl::openssl;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Whether it is there. Where it was promised (`scripts/with-nginx`), it is.
pub(crate) fn is_there() -> bool {
    let is_there = command().arg("-v").stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    assert!(is_there || std::env::var_os("CHEXIAO_NGINX").is_none(), "nginx is missing: scripts/with-nginx finds it");
    is_there
}

fn command() -> Command {
    Command::new(std::env::var_os("CHEXIAO_NGINX").unwrap_or_else(|| "nginx".into()))
}

/// An authority, one below it, and what they have issued: all TEST ONLY, made by OpenSSL and gone with the folder.
pub(crate) struct Identities(Folder);

impl Identities {
    pub(crate) fn make() -> Self {
        let identities = Self(Folder::new());
        let leaf = "basicConstraints=critical,CA:FALSE";
        identities.issue("root", None, &["basicConstraints=critical,CA:TRUE"]);
        identities.issue("between", Some("root"), &["basicConstraints=critical,CA:TRUE"]);
        identities.issue("right", Some("between"), &[leaf, "subjectAltName=IP:127.0.0.1,DNS:localhost"]);
        identities.issue("other_name", Some("between"), &[leaf, "subjectAltName=DNS:pay.other.example"]);
        for name in ["right", "other_name"] {
            let chain = [name, "between"].map(|name| std::fs::read(identities.path(name, "pem")).unwrap()).concat();
            identities.0.write_bytes(&format!("{name}.chain.pem"), &chain);
        }
        identities
    }

    fn issue(&self, name: &str, by: Option<&str>, extensions: &[&str]) {
        let (key, out, subject) = (self.path(name, "key"), self.path(name, "pem"), format!("/CN={name} TEST ONLY"));
        let mut arguments = vec!["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-keyout", &key, "-out", &out, "-subj", &subject];
        let authority = by.map(|by| [self.path(by, "pem"), self.path(by, "key")]);
        if let Some([certificate, key]) = &authority {
            arguments.extend(["-CA", certificate, "-CAkey", key]);
        }
        extensions.iter().for_each(|extension| arguments.extend(["-addext", extension]));
        openssl(&arguments, b"");
    }

    fn path(&self, name: &str, kind: &str) -> String {
        self.0.0.join(format!("{name}.{kind}")).to_str().unwrap().into()
    }

    /// What a client trusts.
    pub(crate) fn root(&self) -> String {
        self.path("root", "pem")
    }

    /// What a server shows: `right`, `other_name`, or `no_chain`, which leaves out who issued it.
    fn shown(&self, tls: &str) -> String {
        let (name, kind) = if tls == "no_chain" { ("right", "pem") } else { (tls, "chain.pem") };
        format!("ssl_certificate {}; ssl_certificate_key {};", self.path(name, kind), self.path(name, "key"))
    }
}

/// One server; dropping it ends the process.
pub(crate) struct Nginx {
    child: Child,
    folder: Folder,
    pub(crate) port: u16,
}

impl Nginx {
    /// With these directives of a `server`; `tls` names what it shows, and none is plain HTTP.
    pub(crate) fn serve(directives: &str, tls: Option<&str>, identities: &Identities) -> Self {
        let (ssl, shown) = tls.map_or(("", String::new()), |tls| (" ssl", identities.shown(tls)));
        let rest = format!("{ssl}; server_name localhost; {shown}\n{directives}\n");
        // Between the choice of a port and its use, another may take it.
        (0..5).find_map(|_| Self::start(&rest).listening()).expect("a port that stays free")
    }

    fn start(rest: &str) -> Self {
        let folder = Folder::new();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = |name: &str| folder.0.join(name).to_str().unwrap().to_string();
        let temporary: String =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].iter().map(|name| format!("{name}_temp_path {};", own(name))).collect();
        let text = format!(
            "daemon off; master_process off; pid {}; error_log {}; events {{}}\n\
             http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}{rest}}} }}\n",
            own("pid"),
            own("errors"),
        );
        let path = folder.write("nginx.conf", &text);
        let child = command().args(["-e", &own("errors"), "-p", &own("."), "-c", &path]).stdin(Stdio::null()).stderr(Stdio::null()).spawn();
        Self { child: child.unwrap(), folder, port }
    }

    /// Itself once it listens, which its pid file says, written thereafter; nothing where another has the port.
    fn listening(mut self) -> Option<Self> {
        let end = Instant::now() + Duration::from_secs(60);
        while !std::fs::read_to_string(self.folder.0.join("pid")).is_ok_and(|pid| pid.trim() == self.child.id().to_string()) {
            if let Some(status) = self.child.try_wait().unwrap() {
                let errors = std::fs::read_to_string(self.folder.0.join("errors")).unwrap_or_default();
                assert!(errors.contains("Address already in use"), "nginx: {status}: {errors}");
                return None;
            }
            assert!(Instant::now() < end, "nginx does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(self)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
