//! Clients whose settings of transport are equal share the connections to a host; where any differs, none.

use crate::server::Server;
use crate::support::{File, Merchant, assert_code, connections, sandbox};
use chexiao::Code;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(1);

fn close(merchant: &Merchant) {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    assert_code(&merchant.close(&format!("H{number}")), Code::Closed);
}

#[test]
fn many_accounts_of_one_host_use_one_connection() {
    let sandbox = sandbox();
    let authority = File::new("accounts.pem", sandbox.ca_pem());
    for gateway in ["icbc", "edgeros"] {
        let config = sandbox.config(gateway, sandbox.https_url()).unwrap();
        let accounts: Vec<_> = (0..30).map(|_| Merchant::new(&config, &json!({"ca_file": authority.0}))).collect();
        let before = connections(&sandbox);
        accounts.iter().for_each(close);
        assert_eq!(connections(&sandbox) - before - 1, 1, "{gateway}");
    }
}

/// Clients come and go while others close; no connection is lost to a client that has gone, and none is made beyond those in use.
#[test]
fn there_are_no_more_connections_than_calls_under_way() {
    let sandbox = sandbox();
    let config = sandbox.config("chinaums", sandbox.http_url()).unwrap();
    let _stays = Merchant::new(&config, &json!({}));
    let before = connections(&sandbox);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| (0..20).for_each(|_| close(&Merchant::new(&config, &json!({})))));
        }
    });
    // Each new account asks for a token, whose reply names nothing and ends its connection.
    let tokens = 6 * 20;
    assert!(connections(&sandbox) - before - 1 <= tokens + 6, "{}", connections(&sandbox) - before - 1);
}

/// The same host, and one setting that is another: a connection of its own each.
#[test]
fn nothing_is_shared_where_a_setting_differs() {
    let sandbox = sandbox();
    let port: u16 = sandbox.https_url().rsplit(':').next().unwrap().parse().unwrap();
    let proxy = Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            connection.relay(port);
        }
    });
    let authority = File::new("one.pem", sandbox.ca_pem());
    let same = File::new("copy.pem", sandbox.ca_pem());
    let two = File::new("two.pem", format!("{}{}", sandbox.ca_pem(), crate::certificates::AUTHORITY));
    let config = sandbox.config("edgeros", sandbox.https_url()).unwrap();
    let with_user = proxy.url().replace("//", "//user:password@");
    let first = Merchant::new(&config, &json!({"ca_file": authority.0}));
    close(&first);
    let mut kept = vec![first];
    let localhost = format!("https://localhost:{port}");
    let others: [(Value, u64); 8] = [
        (json!({"ca_file": same.0}), 0),
        (json!({"ca_file": authority.0, "deadline_ms": 29_000}), 0),
        (json!({"ca_file": two.0}), 1),
        (json!({"ca_file": authority.0, "connect_timeout_ms": 4321}), 0),
        (json!({"ca_file": authority.0, "base_url": localhost}), 1),
        (json!({"ca_file": authority.0, "proxy": proxy.url()}), 1),
        (json!({"ca_file": authority.0, "proxy": with_user}), 1),
        (json!({"ca_file": authority.0, "base_url": sandbox.http_url()}), 1),
    ];
    for (settings, new) in others {
        let merchant = Merchant::new(&config, &settings);
        let before = connections(&sandbox);
        close(&merchant);
        assert_eq!(connections(&sandbox) - before - 1, new, "{settings}");
        kept.push(merchant);
    }
    assert_eq!(proxy.seen().connections, 2);
}

/// A file that has changed its content trusts others.
#[test]
fn a_client_trusts_what_its_file_held_when_it_was_opened() {
    let sandbox = sandbox();
    let file = File::new("changed.pem", sandbox.ca_pem());
    let config = sandbox.config("edgeros", sandbox.https_url()).unwrap();
    let before = Merchant::new(&config, &json!({"ca_file": file.0}));
    close(&before);
    std::fs::write(&file.0, crate::certificates::AUTHORITY).unwrap();
    let after = Merchant::new(&config, &json!({"ca_file": file.0}));
    let refused = after.close("H0").unwrap_err();
    assert_eq!(refused.kind(), chexiao::Kind::Tls, "{refused}");
    close(&before);
}
