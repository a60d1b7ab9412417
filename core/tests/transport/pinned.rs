//! A server's own certificate as `ca_file`: exactly that one is trusted, for its names and its time (ADR 4).

use crate::certificates::{EXPIRED, GOOD, KEY, NOT_YET_VALID, OTHER_NAME, server_with};
use crate::openssl::{run, self_signed};
use crate::server::{Connection, Server};
use crate::support::{End, File, Merchant, assert_advice, assert_code, closed, http};
use chexiao::{Code, Error, Kind};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use std::sync::Arc;

const CURVE: [&str; 2] = ["-pkeyopt", "ec_paramgen_curve:P-256"];

/// With these subject and extensions.
fn certificate(name: &str, subject: &str, extensions: &[&str]) -> String {
    let extensions = extensions.iter().flat_map(|extension| ["-addext", extension]).collect::<Vec<_>>();
    self_signed(name, "ec", &[&CURVE[..], &["-days", "30", "-subj", subject], &extensions].concat())
}

/// A server with the certificate and key of this PEM.
fn server(pem: &str) -> Server {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let shown = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
    // rustls' own `with_single_cert` looks at the certificate; a server need not.
    let key = rustls::crypto::aws_lc_rs::sign::any_supported_type(&key).unwrap();
    let certified = Arc::new(rustls::sign::CertifiedKey::new(vec![shown], key));
    let resolver = Arc::new(rustls::sign::SingleCertAndKey::from(certified));
    Server::start_tls(builder.with_cert_resolver(resolver), answer)
}

fn answer(connection: &mut Connection) {
    while connection.request().is_some() {
        connection.send(http(200, "", &closed()));
    }
}

/// A call to `server` under this host name, by a client with this `ca_file`.
fn call(server: &Server, host: &str, ca_file: &str) -> End {
    let file = File::new(&format!("pinned-{}-{host}.pem", server.port()), ca_file);
    Merchant::at(&format!("https://{host}:{}", server.port()), &json!({"ca_file": file.0})).close("A100")
}

#[track_caller]
fn refused(server: &Server, host: &str, ca_file: &str) -> Error {
    let error = call(server, host, ca_file).unwrap_err();
    assert_eq!(server.seen().requests.len(), 0, "{error}");
    error
}

#[test]
fn a_self_signed_certificate_is_trusted_by_itself() {
    const NAMES: &str = "subjectAltName=DNS:localhost,IP:127.0.0.1";
    for (name, subject, extensions) in [
        ("default", "/CN=any", &[NAMES][..]),
        ("leaf", "/CN=any", &[NAMES, "basicConstraints=critical,CA:FALSE"]),
        ("client", "/CN=any", &[NAMES, "extendedKeyUsage=clientAuth"]),
        ("common", "/CN=localhost", &[]),
        ("usage", "/O=Pay/CN=LOCALHOST", &["basicConstraints=CA:FALSE", "keyUsage=critical,digitalSignature"]),
    ] {
        let pem = certificate(name, subject, extensions);
        let server = server(&pem);
        assert_code(&call(&server, "localhost", &pem), Code::Closed);
        assert_code(&call(&server, "localhost", &format!("{GOOD}{pem}")), Code::Closed);
        assert_eq!(server.seen().requests.len(), 2, "{name}");
    }
    let rsa = self_signed("rsa", "rsa:2048", &["-subj", "/CN=127.0.0.1"]);
    assert_code(&call(&server(&rsa), "127.0.0.1", &rsa), Code::Closed);
}

#[test]
fn its_name_is_looked_at() {
    for (name, subject, extensions, shown) in [
        ("wrong", "/CN=localhost", &["subjectAltName=DNS:pay.test"][..], "for pay.test, not for localhost"),
        ("wrong-common", "/CN=pay.test", &[], "for pay.test, not for localhost"),
        ("address", "/CN=x", &["subjectAltName=IP:127.0.0.1"], "for 127.0.0.1, not for localhost"),
        ("mail", "/CN=localhost", &["subjectAltName=email:a@b.test"], "for nobody, not for localhost"),
    ] {
        let pem = certificate(name, subject, extensions);
        assert_advice(&refused(&server(&pem), "localhost", &pem), Kind::Tls, &[shown, "leads to another server", "hosts 文件"]);
    }
    let pem = certificate("wrong-address", "/CN=x", &["subjectAltName=DNS:localhost"]);
    assert_advice(&refused(&server(&pem), "127.0.0.1", &pem), Kind::Tls, &["for localhost, not for 127.0.0.1"]);
}

#[test]
fn its_time_is_looked_at() {
    let pem = certificate("expired", "/CN=localhost", &[]);
    let key = File::new("expired-key.pem", &pem);
    let path = key.0.to_str().unwrap();
    let old = run(&["x509", "-in", path, "-signkey", path, "-days", "-1"]) + pem.split_once("-----END CERTIFICATE-----\n").unwrap().1;
    assert_advice(&refused(&server(&old), "localhost", &old), Kind::Tls, &["expired at 20", "clock says 20", "更新其证书"]);
    for (shown, part) in [(EXPIRED, "expired at 20"), (NOT_YET_VALID, "is valid from 2"), (OTHER_NAME, "not for 127.0.0.1")] {
        assert_advice(&refused(&server_with(shown, answer), "127.0.0.1", shown), Kind::Tls, &[part]);
    }
}

/// An issued certificate stands for itself too, without its authority.
#[test]
fn a_certificate_that_others_issued_may_be_pinned() {
    let server = server_with(GOOD, answer);
    assert_code(&call(&server, "127.0.0.1", GOOD), Code::Closed);
    assert_code(&call(&server, "127.0.0.1", &format!("{OTHER_NAME}{GOOD}")), Code::Closed);
}

/// Not another one of the same name, not one of the same key, and not one that it issued: unless it is an authority's.
#[test]
fn exactly_that_certificate_is_trusted() {
    let names = ["subjectAltName=DNS:localhost", "basicConstraints=CA:FALSE"];
    let pem = certificate("exact", "/CN=Gateway", &names);
    let twin = certificate("twin", "/CN=Gateway", &names);
    let advice = ["self-signed certificate (CN=Gateway)", "exactly this certificate into ca_file", "原样放入 ca_file"];
    assert_advice(&refused(&server(&twin), "localhost", &pem), Kind::Tls, &advice);

    let key = File::new("exact-key.pem", &pem);
    let path = key.0.to_str().unwrap();
    let renewed = run(&["x509", "-in", path, "-signkey", path, "-days", "90"]) + pem.split_once("-----END CERTIFICATE-----\n").unwrap().1;
    assert_advice(&refused(&server(&renewed), "localhost", &pem), Kind::Tls, &advice);
}

/// What a pinned certificate's key has signed is trusted only where the certificate is an authority's.
#[test]
fn a_server_is_no_authority() {
    const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE";
    for (id, extensions, trusted) in [
        ("leaf", &["basicConstraints=CA:FALSE"][..], false),
        ("authority", &[AUTHORITY], true),
        ("authority-that-signs", &[AUTHORITY, "keyUsage=critical,keyCertSign"], true),
        ("authority-that-does-not-sign", &[AUTHORITY, "keyUsage=critical,digitalSignature"], false),
        ("leaf-that-signs", &["basicConstraints=CA:FALSE", "keyUsage=critical,keyCertSign"], false),
    ] {
        let issuer = certificate(id, "/CN=Issuer", extensions);
        let end = call(&server_with(&issued(id, &issuer, "x", Some("subjectAltName=DNS:localhost")), answer), "localhost", &issuer);
        match trusted {
            true => assert_code(&end, Code::Closed),
            false => assert_advice(&end.unwrap_err(), Kind::Tls, &["issued by CN=Issuer, which is not in ca_file"]),
        }
    }
    // Of version 1, which cannot say, and which an authority has issued.
    let authority = certificate("authority-of-old", "/CN=Authority", &[AUTHORITY]);
    let old = issued("old", &authority, "Issuer", None) + KEY;
    let end =
        call(&server_with(&issued("new", &old, "x", Some("subjectAltName=DNS:localhost")), answer), "localhost", &(GOOD.to_owned() + &old));
    assert_advice(&end.unwrap_err(), Kind::Tls, &["issued by CN=Issuer, which is not in ca_file"]);
}

/// A certificate for [`KEY`], of version 1 where it has no extension, by the certificate and key of `issuer`.
fn issued(id: &str, issuer: &str, subject: &str, extension: Option<&str>) -> String {
    let file = |kind: &str, text: &str| File::new(&format!("{id}-{kind}"), text);
    let path = |file: &File| file.0.to_str().unwrap().to_owned();
    let (issuer, key) = (file("issuer.pem", issuer), file("request.pem", KEY));
    let csr = file("request.csr", &run(&["req", "-new", "-key", &path(&key), "-subj", &format!("/CN={subject}")]));
    let extensions = file("extensions.txt", extension.unwrap_or_default());
    let (csr, issuer, extensions) = (path(&csr), path(&issuer), path(&extensions));
    let mut arguments = vec!["x509", "-req", "-in", &csr, "-CA", &issuer, "-CAkey", &issuer, "-set_serial", "7"];
    if extension.is_some() {
        arguments.extend(["-extfile", &extensions]);
    }
    run(&arguments)
}
