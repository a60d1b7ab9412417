//! `chexiao sandbox` and the certificates that merchants show: the container that it gives out, and whom it lets in. OpenSSL opens the
//! container, makes the other certificates and asks without one.

use crate::counter::{Done, Folder, chexiao, run};
use crate::sandbox::Running;
use chexiao_kit::openssl::openssl;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What WeChat Pay's merchants are known by, and so the password.
const MCH_ID: &str = "1900000109";

/// A sandbox, and where it has written its files.
struct Shop {
    _running: Running,
    address: String,
    dir: PathBuf,
}

impl Shop {
    fn open(folder: &Folder, arguments: &[&str]) -> Self {
        let mut running = Running::start(folder, &[&["--json"], arguments].concat());
        let said: Value = serde_json::from_str(&running.line()).unwrap();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        Self { _running: running, address: text("https_url").replace("https://", ""), dir: text("dir").into() }
    }

    fn file(&self, name: &str) -> String {
        self.dir.join(name).to_str().unwrap().into()
    }

    /// A call of `/secapi/` by a merchant who shows this certificate.
    fn refund(&self, folder: &Folder, certificate: &Value) -> Done {
        let mut config: Value = serde_json::from_slice(&std::fs::read(self.file("wechat.json")).unwrap()).unwrap();
        config["client_certificate"] = certificate.clone();
        let config = folder.write("config.json", &config.to_string());
        let order = json!({"out_trade_no": "PAID1", "out_refund_no": "R1", "total_fee": "100", "refund_fee": "40"});
        run(&["refund", "--config", &config, "--order", &order.to_string(), "--json"], "")
    }
}

#[test]
fn the_container_is_as_the_console_gives_it_out() {
    let folder = Folder::new();
    let shop = Shop::open(&folder, &[]);
    let container = shop.file("apiclient_cert.p12");
    let open = |arguments: &[&str]| {
        let output = Command::new("openssl").args(["pkcs12", "-in", &container]).args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let password = format!("pass:{MCH_ID}");
    let (opened, out, told) = open(&["-legacy", "-info", "-nodes", "-passin", &password]);
    assert!(opened, "{told}");
    for scheme in
        ["MAC: sha1, Iteration 2048", "pbeWithSHA1And40BitRC2-CBC, Iteration 2048", "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 2048"]
    {
        assert!(told.contains(scheme), "{scheme}: {told}");
    }
    assert_eq!(out.matches("friendlyName: Tenpay Certificate").count(), 2, "{out}");
    assert_eq!(out.matches("BEGIN CERTIFICATE").count(), 1, "the merchant's alone");
    let certificate = std::fs::read_to_string(shop.file("apiclient_cert.pem")).unwrap().replace('\r', "");
    let own = certificate.split_inclusive("-----END CERTIFICATE-----\n").next().unwrap();
    assert!(out.contains(own), "the certificate beside it");
    let public = |input: &[u8]| openssl(&["pkey", "-pubout"], input);
    assert_eq!(public(out.as_bytes()), public(&std::fs::read(shop.file("apiclient_key.pem")).unwrap()));
    assert!(!open(&["-legacy", "-nodes", "-passin", "pass:1900000108"]).0, "another password");
    assert!(open(&["-nodes", "-passin", &password]).2.contains("RC2-40-CBC"), "OpenSSL 3 says so of the real one too");

    let inspected =
        chexiao().args(["key", "inspect", &container, "--password-env", "WORD", "--json"]).env("WORD", MCH_ID).output().unwrap();
    let inspected: Value = serde_json::from_slice(&inspected.stdout).unwrap();
    assert_eq!(inspected["certificates"][0]["matches"], true, "{inspected}");
    let done = shop.refund(&folder, &json!({"file": container, "password": MCH_ID}));
    assert_eq!(done.json()["outcome"], "processing", "{}", done.out);
}

/// `openssl req -x509` with a new key of this kind, by itself or by the authority of this name; the files of both begin with `name`.
fn issue(folder: &Folder, name: &str, by: Option<&str>, kind: &[&str], extensions: &[&str]) {
    let path = |name: &str, kind: &str| folder.0.join(format!("{name}.{kind}")).to_str().unwrap().to_owned();
    let (key, out, subject) = (path(name, "key"), path(name, "pem"), format!("/CN={name} TEST ONLY"));
    let mut arguments = vec!["req", "-x509", "-nodes", "-keyout", &key, "-out", &out, "-subj", &subject];
    arguments.extend(kind);
    let authority = by.map(|by| [path(by, "pem"), path(by, "key")]);
    if let Some([certificate, key]) = &authority {
        arguments.extend(["-CA", certificate, "-CAkey", key]);
    }
    extensions.iter().for_each(|extension| arguments.extend(["-addext", extension]));
    openssl(&arguments, b"");
}

const RSA: &[&str] = &["-newkey", "rsa:2048"];
const P256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const LEAF: &[&str] = &["basicConstraints=critical,CA:FALSE"];

/// Makes the certificates; what becomes of a refund with each.
fn merchants(folder: &Folder) -> Vec<(Value, Option<&'static str>)> {
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    issue(folder, "authority", None, P256, &[]);
    issue(folder, "middle", Some("authority"), P256, &["basicConstraints=critical,CA:TRUE"]);
    issue(folder, "unheard-of", None, P256, &[]);
    issue(folder, "issued", Some("authority"), RSA, LEAF);
    issue(folder, "behind", Some("middle"), P256, LEAF);
    issue(folder, "server", Some("authority"), P256, &[LEAF, &["extendedKeyUsage=serverAuth"]].concat());
    issue(folder, "stranger", Some("unheard-of"), RSA, LEAF);
    issue(folder, "itself", None, RSA, &[]);
    issue(folder, "itself-leaf", None, P256, LEAF);
    std::fs::write(path("chain.pem"), [std::fs::read(path("behind.pem")).unwrap(), std::fs::read(path("middle.pem")).unwrap()].concat())
        .unwrap();
    let of = |certificate: &str, key: &str| json!({"file": path(certificate), "key": {"file": path(key)}});
    vec![
        (of("issued.pem", "issued.key"), Some("processing")),
        (of("chain.pem", "behind.key"), Some("processing")),
        (of("itself.pem", "itself.key"), Some("processing")),
        (of("itself-leaf.pem", "itself-leaf.key"), Some("processing")),
        (of("behind.pem", "behind.key"), None),
        (of("server.pem", "server.key"), None),
        (of("stranger.pem", "stranger.key"), None),
    ]
}

#[test]
fn merchants_with_certificates_of_their_own_are_let_in() {
    let folder = Folder::new();
    let merchants = merchants(&folder);
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    // A file may hold several.
    let both = [std::fs::read(path("itself.pem")).unwrap(), std::fs::read(path("itself-leaf.pem")).unwrap()].concat();
    let both = folder.write_bytes("both.pem", &both);
    let (open, shut) = (Shop::open(&folder, &["--client-ca", &path("authority.pem"), "--client-ca", &both]), Shop::open(&folder, &[]));
    for (certificate, outcome) in &merchants {
        for (shop, outcome) in [(&open, *outcome), (&shut, None)] {
            let done = shop.refund(&folder, certificate);
            let (said, reason) = (&done.json()["outcome"], &done.json()["reason"]);
            match outcome {
                Some(outcome) => assert_eq!(said, outcome, "{certificate}: {}", done.out),
                None => assert!(said == "unknown" && reason == "http_400", "{certificate}: {}", done.out),
            }
        }
    }
    let own = json!({"file": open.file("apiclient_cert.p12"), "password": MCH_ID});
    assert_eq!(open.refund(&folder, &own).json()["outcome"], "processing", "the sandbox's own as before");
}

/// What the HTTP server before the gateway says, to whoever shows none and to whoever shows a wrong one.
#[test]
fn whoever_is_not_let_in_reads_why() {
    let folder = Folder::new();
    issue(&folder, "itself", None, RSA, &[]);
    let shop = Shop::open(&folder, &[]);
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    let ca = shop.file("ca.pem");
    let ask = |target: &str, shown: &[&str]| {
        let request = format!("POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        let common = ["s_client", "-quiet", "-verify_quiet", "-connect", &shop.address, "-CAfile", &ca, "-verify_return_error"];
        String::from_utf8(openssl(&[&common, shown].concat(), request.as_bytes())).unwrap()
    };
    let (certificate, key) = (path("itself.pem"), path("itself.key"));
    let guarded = [
        "/secapi/pay/refund",
        "/secapi/pay/reverse",
        "/mmpaymkttransfers/promotion/transfers",
        "/pay/downloadfundflow",
        "/billcommentsp/x",
    ];
    for target in guarded {
        let none = ask(target, &[]);
        assert!(
            none.starts_with("HTTP/1.1 400 ") && none.contains("<center>No required SSL certificate was sent</center>"),
            "{target}: {none}"
        );
        let wrong = ask(target, &["-cert", &certificate, "-key", &key]);
        assert!(wrong.starts_with("HTTP/1.1 400 ") && wrong.contains("<center>The SSL certificate error</center>"), "{target}: {wrong}");
    }
    let anybody = ask("/pay/refundquery", &[]);
    assert!(!anybody.contains("SSL certificate"), "{anybody}");
}

#[test]
fn a_file_that_is_no_certificate_is_exit_code_2() {
    let folder = Folder::new();
    issue(&folder, "itself", None, P256, &[]);
    let broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let cut = folder.write("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    let files = [
        (folder.0.join("nowhere.pem").to_str().unwrap().to_owned(), "cannot be read"),
        (folder.0.to_str().unwrap().to_owned(), "cannot be read"),
        (folder.write("empty.pem", ""), "holds no certificate in PEM"),
        (folder.0.join("itself.key").to_str().unwrap().to_owned(), "holds no certificate in PEM"),
        (folder.write("broken.pem", broken), "broken inside"),
        (cut, "PEM"),
    ];
    for (file, why) in files {
        let output = chexiao().args(["sandbox", "--json", "--client-ca", &file]).env("TMPDIR", &folder.0).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{file}: {err}");
        assert!(err.contains("--client-ca") && err.contains(&file) && err.contains(why), "{file}: {err}");
    }
    assert!(
        !Path::new(&folder.0).read_dir().unwrap().any(|entry| entry.unwrap().file_name().to_str().unwrap().starts_with("chexiao-sandbox"))
    );
}
