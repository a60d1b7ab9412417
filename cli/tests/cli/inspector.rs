//! What the command adds to the sandbox's inspector: the mistake of another client, and the judge's verdict.

use crate::counter::Folder;
use crate::listen::Ear;
use crate::sandbox::Running;
use chexiao::{Client, HttpRequest};
use chexiao_explain::{Message, Settings, Side, explain};
use chexiao_sandbox::{CONFIGS, sample_order};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

struct Site {
    _running: Running,
    address: String,
    dir: std::path::PathBuf,
}

impl Site {
    fn start(folder: &Folder) -> Self {
        let mut running = Running::start(folder, &["--json"]);
        let said: Value = serde_json::from_str(&running.line()).unwrap();
        let address = said["http_url"].as_str().unwrap().strip_prefix("http://").unwrap().to_string();
        Self { _running: running, address, dir: said["dir"].as_str().unwrap().into() }
    }

    fn exchange(&self, head: &str, body: &[u8]) -> String {
        let mut tcp = TcpStream::connect(&self.address).unwrap();
        let head = format!("{head}Host: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", self.address, body.len());
        tcp.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut bytes = Vec::new();
        tcp.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// As a person reads it: without escapes.
    fn page(&self, path: &str) -> String {
        let page = self.exchange(&format!("GET {path} HTTP/1.1\r\n"), b"");
        assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
        page.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    }

    fn send(&self, sent: &HttpRequest, path: &str) -> String {
        let headers: String = sent.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.exchange(&format!("{} {path} HTTP/1.1\r\n{headers}", sent.method), &sent.body)
    }
}

fn config(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(format!("{name}.json"))).unwrap()
}

fn signed(dir: &Path, name: &str, operation: &str, number: &str) -> HttpRequest {
    let order = sample_order(name.split('-').next().unwrap(), number).unwrap();
    let client = Client::from_file(dir.join(format!("{name}.json"))).unwrap();
    client.sign(&json!({ "operation": operation, "order": order }).to_string()).unwrap()
}

fn path(sent: &HttpRequest) -> String {
    let rest = sent.url.split_once("://").unwrap().1;
    rest.split_at(rest.find('/').unwrap()).1.to_string()
}

#[test]
fn a_wrong_path_is_named_at_first_sight() {
    let folder = Folder::new();
    let site = Site::start(&folder);
    let (close, query) = (signed(&site.dir, "icbc", "close", "A1"), signed(&site.dir, "icbc", "query", "A1"));
    site.send(&query, &path(&close));
    let reason = "signature does not match: Another path was signed than is called: signed /api/mybank/pay/cpay/cporderquery/V1, \
                  the gateway verifies /api/mybank/pay/cpay/cporderclose/V1";
    assert!(site.page("/inspector").contains(reason), "{}", site.page("/inspector"));
    let detail = site.page("/inspector/exchange/1");
    assert!(detail.find(reason).unwrap() < detail.find("<h2>").unwrap(), "the page begins with it");
    assert!(detail.contains("<ins>/api/mybank/pay/cpay/cporderclose/V1</ins>"), "{detail}");
    assert!(detail.contains("<del>/api/mybank/pay/cpay/cporderquery/V1</del>"), "{detail}");
    assert!(detail.contains("What to do: "), "{detail}");
    assert!(detail.contains("The key is right, that of <code>account.private_key</code>") && detail.contains("is SHA-1."), "{detail}");
    let zh = site.page("/inspector/exchange/1?lang=zh");
    assert!(zh.contains("签名不匹配：签名的路径与请求的不同：签名的是 /api/mybank/pay/cpay/cporderquery/V1"), "{zh}");
}

/// A list that takes its time says so, and goes on where it is asked once more.
#[test]
fn a_list_explains_the_rest_when_it_is_asked_again() {
    let folder = Folder::new();
    let site = Site::start(&folder);
    let (close, query) = (signed(&site.dir, "icbc", "close", "A1"), signed(&site.dir, "icbc", "query", "A1"));
    for _ in 0..5 {
        site.send(&query, &path(&close));
    }
    let due = || {
        let list = site.page("/inspector");
        (list.matches("– open it for the reason").count(), list.contains("data-more"))
    };
    assert_eq!((due(), due()), ((2, true), (0, false)));
}

#[test]
fn no_verdict_where_the_reply_does_not_arrive() {
    let folder = Folder::new();
    let site = Site::start(&folder);
    for (at, number) in (1..).zip(["A1", "CUT1", "HALF1"]) {
        let sent = signed(&site.dir, "wechat", "close", number);
        site.send(&sent, &path(&sent));
        let has_verdict = site.page(&format!("/inspector/exchange/{at}")).contains("What this library concludes");
        assert_eq!(has_verdict, number == "A1", "{number}");
    }
}

/// Two implementations that share no line build the same string; and the judge is asked.
#[test]
fn the_string_to_sign_is_the_library_s_and_the_verdict_is_shown() {
    let folder = Folder::new();
    let site = Site::start(&folder);
    for (at, name) in (1..).zip(CONFIGS) {
        let sent = signed(&site.dir, name, "close", &format!("A{at}"));
        site.send(&sent, &path(&sent));
        let page = site.page(&format!("/inspector/exchange/{at}"));
        assert!(page.contains("✓") && page.contains("<code>closed</code>"), "{name} {page}");
        let message = Message {
            method: Some(sent.method.into()),
            target: path(&sent),
            headers: sent.headers.clone(),
            body: sent.body.clone(),
            ..Message::default()
        };
        let report = explain(&Settings::read(&config(&site.dir, name)).unwrap(), &message, Side::Request).unwrap();
        let shown = page.split("String to sign</h2><pre>").nth(1).unwrap().split("</pre>").next().unwrap();
        assert_eq!(shown, report.ours, "{name}");
    }
}

#[test]
fn a_wrong_key_is_named() {
    let folder = Folder::new();
    let site = Site::start(&folder);
    let mut config: Value = serde_json::from_str(&config(&site.dir, "wechat")).unwrap();
    config["account"]["api_key"] = "192006250b4c09247ec02edce69f6a2d".into();
    config["base_url"] = format!("http://{}", site.address).into();
    config.as_object_mut().unwrap().remove("ca_file");
    let client = Client::new(&config.to_string()).unwrap();
    let sent = client.sign(r#"{"operation":"close","order":{"out_trade_no":"A1"}}"#).unwrap();
    site.send(&sent, &path(&sent));
    let list = site.page("/inspector");
    assert!(list.contains("signature does not match: A sample key from documentation was taken"), "{list}");
}

#[test]
fn another_text_is_told_from_another_key() {
    let folder = Folder::new();
    let site = Site::start(&folder);
    for name in ["icbc", "wechat"] {
        let mut sent = signed(&site.dir, name, "close", "A1001");
        sent.body = String::from_utf8(sent.body).unwrap().replace("A1001", "A1002").into_bytes();
        site.send(&sent, &path(&sent));
    }
    let list = site.page("/inspector");
    assert!(list.contains("signature does not match: signed with the right key over another text<"), "{list}");
    assert!(list.contains("signature does not match: no known mistake and none of the "), "{list}");
}

#[test]
fn what_listen_hears_is_shown() {
    let folder = Folder::new();
    let site = Site::start(&folder);
    let config: Value = serde_json::from_str(&config(&site.dir, "wechat")).unwrap();
    let ear = Ear::open(&config, &["--show", &format!("http://{}", site.address)]);
    let notice = json!({"gateway": "wechat", "order": "A1", "to": format!("http://127.0.0.1:{}/notify", ear.port)});
    site.exchange("POST /_sandbox/notices HTTP/1.1\r\n", notice.to_string().as_bytes());
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let page = site.page("/inspector/notices");
        if page.contains("paid, acknowledged") {
            break;
        }
        assert!(Instant::now() < until, "{page}");
        std::thread::sleep(Duration::from_millis(50));
    }
    for bad in ["http://10.0.0.1:80", "http://example.com", "https://127.0.0.1:1", "127.0.0.1:1", "http://127.0.0.1"] {
        let done = crate::counter::run(&["listen", "--config", "x", "--show", bad], "");
        assert_eq!(done.code, 2, "{bad}");
    }
}
