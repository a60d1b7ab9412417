//! A file of which a signed reply says where it is and what its hash is: those bytes, or none.

use crate::certificates::AUTHORITY;
use crate::download::{MIB, assert_missing, bill, left_in, replying, sha, with_length};
use crate::identities::{self, PASSWORD};
use crate::server::Server;
use crate::support::{File, http, with};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao::{Answer, Client, Evidence, Reason, Stop};
use chexiao_kit::openssl::{Folder, openssl};
use chexiao_kit::{KEYS, edgeros};
use chexiao_sandbox::{Call, Options, Sandbox, State, sample_call};
use serde_json::{Value, json};

fn document(to: &str) -> String {
    let fields = json!({"bill_date": "2026-11-28"});
    json!({"operation": "call", "api": "GET /pay/v1/transactions/bill", "fields": fields, "to": to}).to_string()
}

/// The signed reply with these members.
fn named(members: &[(&str, &str)]) -> String {
    let mut data = json!({"mch_no": "MCH1000000", "nonce": "n", "sign_type": "SHA256withRSA"});
    members.iter().for_each(|(name, text)| data[*name] = (*text).into());
    let envelope = edgeros::envelope(Some("200"), Some("\"SUCCESS\""), Some(&data.to_string()));
    http(200, "Content-Type: application/json\r\n", &edgeros::sealed(&envelope))
}

fn file_at(url: &str, hash_type: &str, hash: &str) -> String {
    named(&[("code", "SUCCESS"), ("url", url), ("hash_code", hash), ("hash_type", hash_type)])
}

fn client(base: &str, settings: Value) -> Client {
    let config = chexiao_sandbox::config("edgeros", base, &KEYS).unwrap();
    Client::new(&with(&config, &settings).to_string()).unwrap()
}

/// What comes of one download where the gateway answers so.
fn told(reply: String) -> (Answer, Option<Vec<u8>>) {
    let (gateway, folder) = (replying(reply), Folder::fresh());
    let to = folder.path("bill.csv");
    let answer = client(&gateway.url(), json!({})).call(&document(&to)).unwrap();
    (answer.clone(), left_in(&to, &answer))
}

#[test]
fn a_file_with_the_hash_that_was_signed_is_proven() {
    let text = bill(2 * MIB + 3);
    let files = replying(with_length(&text));
    let url = format!("{}/bills/1.csv?a=b&c=%20#part", files.url());
    let (hex, raw) = (sha("sha256", &text), openssl(&["dgst", "-sha256", "-binary"], &text));
    for (hash_type, hash) in [
        ("SHA256", hex.clone()),
        ("sha-256", hex.to_uppercase()),
        ("SHA_256", STANDARD.encode(raw)),
        ("SHA512", sha("sha512", &text)),
        ("Sha-384", sha("sha384", &text)),
        ("SHA1", sha("sha1", &text)),
    ] {
        let (answer, left) = told(file_at(&url, hash_type, &hash));
        assert!(left.as_ref() == Some(&text), "{hash_type}: {answer:?}");
        assert_eq!((answer.status(), answer.evidence(), answer.field("url")), (0, Evidence::SignedUnbound, Some(url.as_str())));
        assert!(!answer.raw().is_empty() && answer.reason().is_none() && answer.explanation().zh.contains("哈希"));
    }
    let seen = files.seen();
    assert_eq!(seen.requests.len(), 6);
    for request in seen.requests {
        assert!(request.starts_with("GET /bills/1.csv?a=b&c=%20 HTTP/1.1\r\n"), "{request}");
        let lower = request.to_lowercase();
        assert!(
            !["acopay", "sign", "mch", "nonce", "cookie", "authorization", "referer"].iter().any(|word| lower.contains(word)),
            "{request}"
        );
    }
    let nothing = replying(with_length(b""));
    let (_, left) = told(file_at(&nothing.url(), "SHA256", &sha("sha256", b"")));
    assert_eq!(left, Some(Vec::new()));
}

#[test]
fn another_file_is_not_there() {
    let text = bill(MIB);
    let hash = sha("sha256", &text);
    let mut changed = text.clone();
    *changed.last_mut().unwrap() ^= 1;
    let [longer, shorter] = [[text.as_slice(), b"\n"].concat(), text[1..].to_vec()];
    for other in [changed, longer, shorter, Vec::new()] {
        let files = replying(with_length(&other));
        let (answer, left) = told(file_at(&files.url(), "SHA256", &hash));
        assert!(answer.verified().is_none() && answer.explanation().en.contains("hash"), "{:?}", answer.explanation());
        assert_missing((answer, left), "mismatch");
    }
    for (reply, reason) in [
        (http(404, "", "gone"), "http_404"),
        (http(302, "Location: https://127.0.0.1:1/\r\n", ""), "redirect"),
        (http(200, "Content-Encoding: gzip\r\n", "zipped"), "encoding"),
        (String::from_utf8_lossy(&with_length(b"0123456789")[..45]).into_owned(), "truncated"),
    ] {
        let (answer, left) = told(file_at(&replying(reply).url(), "SHA256", &hash));
        assert!(answer.answered() && !answer.raw().is_empty());
        assert_missing((answer, left), reason);
    }
}

#[test]
fn a_reply_that_proves_no_file_gives_none() {
    let files = replying(with_length(b"0123456789"));
    let (url, hash) = (files.url(), sha("sha256", b"0123456789"));
    for (hash_type, hash) in [
        ("MD5", "781e5e245d69b566979b86e28d23f2c7"),
        ("SM3", &hash),
        ("", &hash),
        ("SHA256", &hash[1..]),
        ("SHA512", &hash),
        ("SHA256", ""),
    ] {
        assert_missing(told(file_at(&url, hash_type, hash)), "unlisted");
    }
    for missing in 1..4 {
        let mut members = vec![("code", "SUCCESS"), ("url", url.as_str()), ("hash_code", &hash), ("hash_type", "SHA256")];
        members.remove(missing);
        assert_missing(told(named(&members)), "unlisted");
    }
    for code in ["NO_BILL", "BILL_NOT_EXIST"] {
        let (answer, left) = told(named(&[("code", code), ("url", &url), ("hash_code", &hash), ("hash_type", "SHA256")]));
        assert_eq!((answer.status(), answer.field("code"), left, answer.reason()), (0, Some(code), None, None));
        assert!(answer.explanation().en.starts_with("No file was written."), "{:?}", answer.explanation());
    }
    let forged = file_at(&url, "SHA256", &hash).replace("SUCCESS", "SUCCESs");
    assert_missing(told(forged), "signature");
    assert_eq!(files.seen().connections, 0);
}

#[test]
fn an_address_is_as_safe_as_the_gateway_or_is_not_gone_to() {
    let authority = File::new("elsewhere.pem", AUTHORITY);
    let files = replying(with_length(b"0123456789"));
    let hash = sha("sha256", b"0123456789");
    let clear = files.url();
    for url in [
        clear.replace("http://", "http://user:password@"),
        clear.replace("http://", "ftp://"),
        clear.replace("127.0.0.1", "192.0.2.1"),
        "file:///etc/passwd".into(),
        "/bills/1.csv".into(),
        "http://".into(),
        String::new(),
    ] {
        let (answer, left) = told(file_at(&url, "SHA256", &hash));
        assert!(answer.explanation().en.contains("must be https"), "{url}: {:?}", answer.explanation());
        assert_missing((answer, left), "file");
    }
    let secure = identities::asking(move |connection| {
        if connection.request().is_some() {
            connection.send(file_at(&clear, "SHA256", &hash));
        }
    });
    let folder = Folder::fresh();
    let to = folder.path("bill.csv");
    let answer = client(&secure.url(), json!({"ca_file": authority.0})).call(&document(&to)).unwrap();
    assert_missing((answer.clone(), left_in(&to, &answer)), "file");
    assert_eq!(files.seen().connections, 0);
    // Nobody there.
    let (answer, left) = told(file_at("http://127.0.0.1:1/", "SHA256", &sha("sha256", b"")));
    assert!(answer.explanation().en.contains("no connection to 127.0.0.1:1"), "{:?}", answer.explanation());
    assert_missing((answer, left), "file");
}

#[test]
fn the_certificate_is_shown_to_the_gateway_alone() {
    let (authority, text) = (File::new("alone.pem", AUTHORITY), bill(1000));
    let hash = sha("sha256", &text);
    let files = identities::asking(move |connection| {
        if connection.request().is_some() {
            assert!(connection.shown().is_empty());
            connection.send(with_length(&text));
        }
    });
    let url = files.url();
    let gateway = identities::asking(move |connection| {
        if connection.request().is_some() {
            assert!(!connection.shown().is_empty());
            connection.send(file_at(&url, "SHA256", &hash));
        }
    });
    let settings = json!({"ca_file": authority.0, "client_certificate": {"file": identities::file("rsa.p12"), "password": PASSWORD}});
    let folder = Folder::fresh();
    let to = folder.path("bill.csv");
    let answer = client(&gateway.url(), settings).call(&document(&to)).unwrap();
    assert!(left_in(&to, &answer) == Some(bill(1000)), "{answer:?}");
}

#[test]
fn a_download_that_is_stopped_at_the_second_request_leaves_nothing() {
    let files = Server::start(|connection| {
        connection.request();
        connection.hold();
    });
    let gateway = replying(file_at(&files.url(), "SHA256", &sha("sha256", b"")));
    let (folder, stop) = (Folder::fresh(), Stop::new());
    let (to, client) = (folder.path("bill.csv"), client(&gateway.url(), json!({})));
    let answer = std::thread::scope(|scope| {
        let call = scope.spawn(|| client.call_until(&document(&to), &stop).unwrap());
        while files.seen().requests.is_empty() {}
        assert!(stop.stop());
        call.join().unwrap()
    });
    assert_missing((answer.clone(), left_in(&to, &answer)), "interrupted");
}

/// Both kinds of bill, from another cryptography, in clear and over TLS.
#[test]
fn the_bills_of_the_sandbox_are_downloaded() {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: KEYS.clone() }).unwrap();
    let authority = File::new("bills.pem", sandbox.ca_pem());
    for gateway in ["wechat", "edgeros"] {
        sandbox.set_state(gateway, "BILLED1", State::Open);
        sandbox.pay(gateway, "BILLED1");
    }
    let zipped = |mut call: Value| {
        call["fields"]["tar_type"] = "GZIP".into();
        call
    };
    let sample = |gateway| sample_call(gateway, Call::Bill, "", "").unwrap();
    let cases = [
        ("wechat", sample("wechat"), Some(Reason::Signature)),
        ("wechat", zipped(sample("wechat")), Some(Reason::Signature)),
        ("edgeros", sample("edgeros"), None),
    ];
    for base in [sandbox.http_url(), sandbox.https_url()] {
        for (gateway, call, reason) in &cases {
            let mut config = sandbox.config(gateway, base).unwrap();
            if base.starts_with("https") {
                config["ca_file"] = json!(authority.0);
            }
            let folder = Folder::fresh();
            let to = folder.path("bill");
            let mut call = call.clone();
            call["to"] = to.as_str().into();
            let answer = Client::new(&config.to_string()).unwrap().call(&call.to_string()).unwrap();
            let left = left_in(&to, &answer).unwrap();
            assert_eq!(answer.reason(), *reason, "{answer:?}");
            let is_zipped = call["fields"].get("tar_type").is_some();
            assert!(is_zipped == left.starts_with(b"\x1f\x8b") && left.windows(7).any(|seven| seven == b"BILLED1"), "{gateway}");
        }
    }
}
