//! Client certificates of TEST ONLY keys, made by openssl: an authority, an intermediate one, and what they issue.

use crate::certificates::{GOOD, KEY};
use crate::child;
use crate::openssl::run;
use crate::server::{Connection, Server};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Opens every encrypted file.
pub(crate) const PASSWORD: &str = "CANARY0password";

/// The folder in which all of them lie; made once in a process, as the first test needs it.
pub(crate) fn folder() -> &'static Path {
    // A child is told its parent's.
    let of_parent = || child::argument().map(PathBuf::from).filter(|folder| folder.is_dir());
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| of_parent().unwrap_or_else(make))
}

/// A file in it.
pub(crate) fn file(name: &str) -> String {
    folder().join(name).to_str().unwrap().into()
}

pub(crate) fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// The DER of the first certificate of a file.
pub(crate) fn der(name: &str) -> Vec<u8> {
    CertificateDer::from_pem_file(folder().join(name)).unwrap().to_vec()
}

/// A server that wants a certificate under the authority, and runs the script once it has one.
pub(crate) fn demanding(
    versions: &[&'static SupportedProtocolVersion],
    script: impl Fn(&mut Connection) + Send + Sync + 'static,
) -> Server {
    Server::start_tls(config(versions, true), script)
}

/// A server that asks for a certificate under the authority, and does without.
pub(crate) fn asking(script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Server {
    Server::start_tls(config(rustls::ALL_VERSIONS, false), script)
}

fn config(versions: &[&'static SupportedProtocolVersion], is_mandatory: bool) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(der("ca.pem").into()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let verifier = if is_mandatory { verifier } else { verifier.allow_unauthenticated() };
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    let certificate = CertificateDer::from_pem_slice(GOOD.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    builder.with_client_cert_verifier(verifier.build().unwrap()).with_single_cert(vec![certificate], key).unwrap()
}

const SETTINGS: &str = "\
[ca]\ndefault_ca=own\n[own]\nnew_certs_dir=.\ndatabase=index\nserial=serial\nunique_subject=no\ndefault_md=sha256\npolicy=any\nemail_in_dn=no\n\
[any]\ncommonName=supplied\n\
[req]\ndistinguished_name=name\nprompt=no\n[name]\nCN=unused\n\
[authority]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nsubjectKeyIdentifier=hash\n\
[client]\nextendedKeyUsage=clientAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

/// Kept by name and age: (algorithm, its option), from, to.
const LEAVES: [(&str, &[&str], &str, &str); 8] = [
    ("rsa", &["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "20200101000000Z", "21200101000000Z"),
    ("other", &["RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "20200101000000Z", "21200101000000Z"),
    ("p256", &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "20200101000000Z", "21200101000000Z"),
    ("p384", &["EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "20200101000000Z", "21200101000000Z"),
    ("p521", &["EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "20200101000000Z", "21200101000000Z"),
    ("ed25519", &["ED25519"], "20200101000000Z", "21200101000000Z"),
    ("expired", &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "20200101000000Z", "20210101000000Z"),
    ("early", &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "21100101000000Z", "21200101000000Z"),
];

fn of_process(id: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("identities-{id}"))
}

/// Whoever ends leaves its own.
fn remove_those_of_the_dead() {
    for entry in std::fs::read_dir(env!("CARGO_TARGET_TMPDIR")).unwrap().flatten() {
        let name = entry.file_name();
        let of = name.to_str().and_then(|name| name.strip_prefix("identities-"));
        if of.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// `NAME-key.pem` and `NAME.pem` for each leaf, under `intermediate.pem` under `ca.pem`; `rsa` and `p256` in other forms too.
fn make() -> PathBuf {
    let folder = of_process(&std::process::id().to_string());
    remove_those_of_the_dead();
    std::fs::create_dir_all(&folder).unwrap();
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::write(
        at("settings"),
        SETTINGS
            .replace("=.\n", &format!("={}\n", at("")))
            .replace("=index", &format!("={}", at("index")))
            .replace("=serial", &format!("={}", at("serial"))),
    )
    .unwrap();
    std::fs::write(at("index"), "").unwrap();
    std::fs::write(at("serial"), "1000\n").unwrap();
    let settings = at("settings");
    let key = |name: &str, algorithm: &[&str]| {
        let path = at(&format!("{name}-key.pem"));
        run(&[&["genpkey", "-out", &path, "-algorithm"], algorithm].concat());
        path
    };
    let issue = |name: &str, by: &str, extensions: &str, from: &str, to: &str| {
        let (request, own) = (at("request.pem"), at(&format!("{name}-key.pem")));
        run(&["req", "-new", "-config", &settings, "-key", &own, "-subj", &format!("/CN={name} TEST ONLY"), "-out", &request]);
        let (by_key, by) = (at(&format!("{by}-key.pem")), at(&format!("{by}.pem")));
        let signs = ["ca", "-batch", "-notext", "-config", &settings, "-extensions", extensions, "-startdate", from, "-enddate", to];
        let out = at(&format!("{name}.pem"));
        run(&[&signs[..], &["-keyfile", &by_key, "-cert", &by, "-in", &request, "-out", &out]].concat());
    };
    let root = key("ca", &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let subject = "/CN=authority TEST ONLY";
    run(&[
        "req",
        "-x509",
        "-config",
        &settings,
        "-extensions",
        "authority",
        "-key",
        &root,
        "-subj",
        subject,
        "-days",
        "36500",
        "-out",
        &at("ca.pem"),
    ]);
    key("intermediate", &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    issue("intermediate", "ca", "authority", "20200101000000Z", "21200101000000Z");
    for (name, algorithm, from, to) in LEAVES {
        key(name, algorithm);
        issue(name, "intermediate", "client", from, to);
    }
    let read = |name: &str| std::fs::read_to_string(at(name)).unwrap();
    std::fs::write(at("chain.pem"), read("intermediate.pem") + &read("ca.pem")).unwrap();
    let pass = format!("pass:{PASSWORD}");
    for name in ["rsa", "p256"] {
        let (own, certificate) = (at(&format!("{name}-key.pem")), at(&format!("{name}.pem")));
        let both = ["-inkey", &own, "-in", &certificate, "-certfile", &at("chain.pem"), "-passout", &pass];
        run(&[&["pkcs12", "-export", "-out", &at(&format!("{name}.p12"))], &both[..]].concat());
        run(&[&["pkcs12", "-export", "-legacy", "-out", &at(&format!("{name}-legacy.p12"))], &both[..]].concat());
        run(&["pkcs8", "-topk8", "-in", &own, "-passout", &pass, "-out", &at(&format!("{name}-encrypted.pem"))]);
        run(&["pkey", "-in", &own, "-traditional", "-out", &at(&format!("{name}-traditional.pem"))]);
        run(&["pkey", "-in", &own, "-outform", "DER", "-out", &at(&format!("{name}-key.der"))]);
        run(&["x509", "-in", &certificate, "-outform", "DER", "-out", &at(&format!("{name}.der"))]);
    }
    run(&["genpkey", "-out", &at("weak-key.pem"), "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]);
    run(&["genpkey", "-out", &at("sm2-key.pem"), "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"]);
    run(&["genpkey", "-out", &at("k1-key.pem"), "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]);
    for name in ["weak", "sm2", "k1"] {
        let (own, out) = (at(&format!("{name}-key.pem")), at(&format!("{name}.pem")));
        run(&["req", "-x509", "-config", &settings, "-key", &own, "-subj", "/CN=TEST ONLY", "-days", "30", "-out", &out]);
    }
    run(&["req", "-new", "-config", &settings, "-key", &at("rsa-key.pem"), "-subj", "/CN=rsa", "-out", &at("request.pem")]);
    run(&["pkey", "-in", &at("rsa-key.pem"), "-pubout", "-out", &at("public.pem")]);
    folder
}
