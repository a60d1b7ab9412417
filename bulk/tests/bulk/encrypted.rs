//! Connections to PostgreSQL that are encrypted, with a certificate that openssl has made.

use crate::server::Server;
use crate::support::open;
use chexiao_kit::Away;
use std::path::Path;
use std::process::{Command, Stdio};

/// The server goes on with its socket alone.
pub(crate) fn encrypted(server: &Server) {
    let file = |name: &str| server.folder().join(name);
    openssl(server.folder());
    server.owns(&file("server.key"));
    let admin = || postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    admin().batch_execute("ALTER USER postgres PASSWORD 'secret'").unwrap();
    std::fs::write(file("data/pg_hba.conf"), "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n").unwrap();
    let held = Away::hold();
    let port = held.port;
    server.stops("fast");
    let (certificate, key) = (file("server.pem"), file("server.key"));
    let settings = "-c listen_addresses=127.0.0.1 -c ssl=on";
    server.starts_with(&format!("{settings} -c port={port} -c ssl_cert_file={} -c ssl_key_file={}", certificate.display(), key.display()));

    let place = |host: &str, more: &str| {
        format!("host={host} hostaddr=127.0.0.1 port={port} user=postgres password=secret dbname=postgres {more}|encrypted")
    };
    let roots = format!("sslrootcert={}", file("ca.pem").display());
    let told = |place: String| open(&place).map(drop).map_err(|failure| failure.to_string());
    assert_eq!(told(place("db.example", &format!("{roots} channel_binding=require"))), Ok(()), "proven by default");
    for (host, more) in [("other.example", roots.as_str()), ("db.example", ""), ("db.example", "sslmode=disable")] {
        let refused = told(place(host, more)).unwrap_err();
        assert!(!refused.contains("secret") && (more == "sslmode=disable" || refused.contains("certificate")), "{refused}");
    }
    assert_eq!(told(place("other.example", &format!("{roots} sslmode=verify-ca"))), Ok(()), "of that issuer, whatever its name");
    assert!(told(place("db.example", "sslmode=verify-ca")).is_err(), "of no issuer that the system knows");
    for mode in ["require", "prefer"] {
        let journal = open(&place("other.example", &format!("sslmode={mode}"))).unwrap();
        let url = format!("{} port={port}", server.address());
        let mut seen = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let sql = "SELECT bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'chexiao-bulk'";
        assert_eq!(seen.query_one(sql, &[]).unwrap().get::<_, Option<bool>>(0), Some(true), "{mode}");
        drop(journal);
    }
    server.stops("fast");
    server.starts();
}

/// A certificate for db.example, of an issuer of its own.
fn openssl(folder: &Path) {
    let runs = |arguments: &str| {
        let mut command = Command::new("openssl");
        command.args(arguments.split(' ')).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(command.status().unwrap().success(), "openssl {arguments}");
    };
    std::fs::write(folder.join("extensions"), "subjectAltName=DNS:db.example\n").unwrap();
    runs("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=issuer");
    runs("req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=db.example");
    runs("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile extensions");
}
