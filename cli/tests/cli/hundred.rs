//! A hundred set-ups and more that do not work (tests/diagnosis/hundred.json): `doctor` or `explain` names the cause in its first ✗, blames
//! nothing else, and shows no secret. Keys are files that other tools have made, servers are OpenSSL's, nginx and scripts, signatures are
//! those of openssl and of other SDKs.

use crate::counter::{Counter, run};
use crate::nginx::{self, Identities, Nginx};
use chexiao_kit::openssl::{Folder, openssl};
use chexiao_kit::{Away, with_keys};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// So many in a hundred must be right; of the others, none may blame what is in order.
const ENOUGH: usize = 97;
const KINDS: [&str; 4] = ["config", "keys", "network", "signing"];

fn tests(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests").join(path)
}

#[test]
fn the_cause_is_named_first_in_97_of_a_hundred() {
    let mut rows: Vec<Value> = serde_json::from_slice(&std::fs::read(tests("diagnosis/hundred.json")).unwrap()).unwrap();
    if !nginx::is_there() {
        rows.retain(|row| row["nginx"].is_null());
        println!("without nginx");
    }
    for kind in KINDS {
        assert!(rows.iter().filter(|row| row["kind"] == kind).count() >= 25, "{kind}");
    }
    let lab = Lab::open();
    let (next, found) = (AtomicUsize::new(0), std::sync::Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let named = lab.causes(row);
                    found.lock().unwrap().push((text(row, "name"), text(row, "cause"), named));
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    let wrong: Vec<_> = found.iter().filter(|(_, cause, named)| named.first() != Some(cause) || named.len() > 1).collect();
    let blamed: Vec<_> = wrong.iter().filter(|(_, _, named)| !named.is_empty()).collect();
    println!("{} of {} name the cause; not so: {wrong:?}", found.len() - wrong.len(), found.len());
    assert!(found.len() == rows.len() && found.len() >= 100);
    assert!(100 * (found.len() - wrong.len()) >= ENOUGH * found.len() && blamed.is_empty(), "{wrong:#?}");
}

fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap().into()
}

struct Lab {
    counter: Counter,
    /// The key and certificate of OpenSSL's servers.
    identity: String,
    /// Private keys of the sandbox's merchants, as openssl reads them.
    keys: Folder,
    /// The certificates that nginx shows.
    identities: Identities,
    /// What other SDKs have signed, with the keys in it.
    captured: Vec<Value>,
}

impl Lab {
    fn open() -> Self {
        let (counter, keys) = (Counter::open(), Folder::fresh());
        for name in ["icbc", "ysepay", "ysepay-sm", "edgeros"] {
            let key = &counter.config(name)["account"]["private_key"];
            let base64 = |key: &str| format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n");
            keys.write(name, key["pem"].as_str().map_or_else(|| base64(key["base64"].as_str().unwrap()), String::from).as_bytes());
        }
        let path = keys.path("server.pem");
        let certificate = openssl(&["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-keyout", &path, "-subj", "/CN=localhost"], b"");
        let key = std::fs::read(&path).unwrap();
        let identity = counter.folder.write_bytes("server.pem", &[certificate, key].concat());
        let captured = ["wechat", "edgeros"].map(|gateway| {
            let file = std::fs::read(tests(&format!("vectors/{gateway}/captured-sign.json"))).unwrap();
            let file: Value = serde_json::from_slice(&file).unwrap();
            let vectors = file["vectors"].as_array().unwrap().clone();
            vectors.into_iter().map(move |vector| with_keys(&vector, &file["keys"])).collect::<Vec<_>>()
        });
        Self { counter, identity, keys, identities: Identities::make(), captured: captured.concat() }
    }

    /// What is named: the failures of doctor, or the likeliest mistake of explain.
    fn causes(&self, row: &Value) -> Vec<String> {
        match row["kind"].as_str().unwrap() {
            "signing" if row["captured"].is_string() => self.captured(row),
            "signing" => self.signing(row),
            "network" => self.network(row),
            _ => self.doctor(&self.document(row), &["--offline"]),
        }
    }

    /// Runs it with a file of its own; no secret of the account is in what it says.
    fn told(&self, command: &[&str], config: &str, input: &str) -> Value {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let file = self.counter.folder.write(&format!("{}.json", NEXT.fetch_add(1, Ordering::Relaxed)), config);
        let command: Vec<&str> = command.iter().map(|word| if *word == "CONFIG" { file.as_str() } else { word }).collect();
        let done = run(&command, input);
        let config: Value = serde_json::from_str(config).unwrap_or_default();
        for name in ["api_key", "app_key", "notify_key", "private_key"] {
            let value = &config["account"][name];
            let secret = value.as_str().or(value["base64"].as_str()).filter(|secret| secret.len() > 8);
            assert!(secret.is_none_or(|secret| !(done.out.clone() + &done.err).contains(secret)), "{command:?} shows {name}");
        }
        assert!(!(done.out.clone() + &done.err).contains("CANARY"), "{}", done.out);
        serde_json::from_str(&done.out).unwrap_or_else(|_| panic!("{command:?}: {}{}", done.out, done.err))
    }

    fn doctor(&self, config: &str, options: &[&str]) -> Vec<String> {
        let told = self.told(&[&["doctor", "CONFIG", "--json"], options].concat(), config, "");
        let steps = told["steps"].as_array().unwrap();
        steps.iter().filter(|step| step["state"] == "failure").map(|step| text(step, "finding")).collect()
    }

    /// The configuration of a merchant of the sandbox, changed as the row says.
    fn document(&self, row: &Value) -> String {
        let Some(of) = row["of"].as_str() else { return text(row, "text") };
        let mut config = self.counter.config(of);
        let mut put = |pointer: &str, value: Option<Value>| {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            let members = config.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            match value {
                Some(value) => members.insert(name.into(), value),
                None => members.remove(name),
            };
        };
        for (pointer, value) in row["set"].as_object().into_iter().flatten() {
            let mut value = value.clone();
            if let Some(file) = value["file"].as_str() {
                value["file"] = tests("keys/files").join(file).to_str().unwrap().into();
            }
            put(pointer, Some(value));
        }
        row["drop"].as_array().into_iter().flatten().for_each(|pointer| put(pointer.as_str().unwrap(), None));
        config.to_string()
    }

    fn network(&self, row: &Value) -> Vec<String> {
        let mut config = self.counter.config("wechat");
        config["connect_timeout_ms"] = 3000.into();
        let scheme = row["scheme"].as_str().unwrap_or("https");
        let url = |port: u16| format!("{scheme}://127.0.0.1:{port}");
        if let Some(arguments) = row["openssl"].as_array() {
            let server = Openssl::serve(&self.identity, &arguments.iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>());
            config["base_url"] = url(server.port).into();
            return self.doctor(&config.to_string(), &[]);
        }
        if let Some(directives) = row["nginx"].as_str() {
            let away = Away::hold();
            let silent = TcpListener::bind("127.0.0.1:0").unwrap();
            let directives = directives
                .replace("{sandbox}", self.counter.sandbox.http_url())
                .replace("{away}", &format!("http://127.0.0.1:{}", away.port))
                .replace("{silent}", &format!("http://{}", silent.local_addr().unwrap()));
            let server = Nginx::serve(&directives, row["tls"].as_str(), &self.identities);
            config["base_url"] = format!("{}://127.0.0.1:{}", row["scheme"].as_str().unwrap_or("http"), server.port).into();
            if scheme == "https" {
                config["ca_file"] = self.identities.root().into();
            }
            return self.doctor(&config.to_string(), &[]);
        }
        let Some(says) = row["says"].as_str() else {
            let away = Away::hold();
            config["base_url"] = url(away.port).into();
            return self.doctor(&config.to_string(), &[]);
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        match row["proxy"].as_bool() {
            Some(true) => {
                config["base_url"] = "https://gateway.invalid".into();
                config["proxy"] = json!(format!("http://user:CANARY0secret@127.0.0.1:{port}"));
            }
            _ => config["base_url"] = url(port).into(),
        }
        answer_all(listener, says.as_bytes().to_vec());
        self.doctor(&config.to_string(), &[])
    }

    fn signing(&self, row: &Value) -> Vec<String> {
        let config = self.counter.config(row["of"].as_str().unwrap());
        let sent: Vec<(String, String)> = row["sent"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| (pair[0].as_str().unwrap().into(), self.filled(pair[1].as_str().unwrap(), row, &config, "")))
            .collect();
        let body = object(&sent);
        let arguments: Vec<String> =
            row["by"].as_array().unwrap().iter().map(|word| self.filled(word.as_str().unwrap(), row, &config, &body)).collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["-binary"]).collect();
        let signature = openssl(&arguments, self.filled(row["text"].as_str().unwrap(), row, &config, &body).as_bytes());
        let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        let signature = match row["write"].as_str().unwrap() {
            "upper" => hex.to_uppercase(),
            "hex" => hex,
            _ => String::from_utf8(openssl(&["base64", "-A"], &signature)).unwrap().trim().into(),
        };
        let request = request(config["gateway"].as_str().unwrap(), &config["account"], sent, &body, &signature);
        let told = self.told(&["explain", "--request", "-", "--config", "CONFIG", "--json"], &config.to_string(), &request);
        told["mistakes"].as_array().unwrap().iter().map(|mistake| text(mistake, "mistake")).collect()
    }

    /// A request that another SDK has signed, changed on its way, or of another account than the configuration's.
    fn captured(&self, row: &Value) -> Vec<String> {
        let vector = self.captured.iter().find(|vector| vector["id"] == row["captured"]).unwrap();
        let (mut config, sent) = (vector["config"].clone(), &vector["expect"]);
        let path = sent["url"].as_str().unwrap().splitn(4, '/').nth(3).unwrap();
        let headers = sent["headers"].as_object().unwrap().iter();
        let headers: String = headers.map(|(name, value)| format!("{name}: {}\r\n", value.as_str().unwrap())).collect();
        let body = openssl(&["base64", "-d", "-A"], sent["body_base64"].as_str().unwrap().as_bytes());
        let mut body = String::from_utf8(body).unwrap();
        for pair in row["replace"].as_array().into_iter().flatten() {
            let (from, to) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            assert!(body.contains(from), "{from}: {body}");
            body = body.replacen(from, to, 1);
        }
        let request = format!("POST /{path} HTTP/1.1\r\nHost: gateway.example\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
        let mut command = vec!["explain", "--request", "-", "--config", "CONFIG", "--json"];
        let own = row["other"].as_str().map(|_| self.keys.path(&format!("{}.json", row["captured"].as_str().unwrap())));
        if let Some(own) = &own {
            std::fs::write(own, config.to_string()).unwrap();
            command.extend(["--also", own]);
            let gateway = config["gateway"].as_str().unwrap();
            let of_sandbox = self.counter.config(gateway)["account"].clone();
            let name = row["other"].as_str().unwrap();
            config["account"][name] = of_sandbox[name].clone();
        }
        let told = self.told(&command, &config.to_string(), &request);
        told["mistakes"].as_array().unwrap().iter().map(|mistake| text(mistake, "mistake")).collect()
    }

    /// With settings of the account, the path of its key, and what is made of the body in their places.
    fn filled(&self, template: &str, row: &Value, config: &Value, body: &str) -> String {
        let mut text = template.replace("{private_key}", &self.keys.path(row["of"].as_str().unwrap()));
        for (name, value) in config["account"].as_object().unwrap() {
            text = text.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
        }
        if text.contains("{body_sha256}") {
            let said = String::from_utf8(openssl(&["dgst", "-sha256", "-r"], body.as_bytes())).unwrap();
            text = text.replace("{body_sha256}", &said[..64]);
        }
        text.replace("{body}", body)
    }
}

fn object(sent: &[(String, String)]) -> String {
    let members: Vec<String> = sent.iter().map(|(name, value)| format!("{}:{}", json!(name), json!(value))).collect();
    format!("{{{}}}", members.join(","))
}

/// Raw HTTP, as the gateway takes it.
fn request(gateway: &str, account: &Value, sent: Vec<(String, String)>, body: &str, sign: &str) -> String {
    let (path, headers, body) = match gateway {
        "wechat" => {
            let elements: String = sent.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
            ("/pay/closeorder", String::new(), format!("<xml>{elements}<sign>{sign}</sign></xml>"))
        }
        "edgeros" => {
            let headers = format!(
                "x-acopay-mch-no: {}\r\nx-acopay-nonce: 5K8264ILTKCH16CQ2502SI8ZNMTM67VS\r\nx-acopay-sign-type: SHA256withRSA\r\nx-acopay-sign: {sign}\r\n",
                account["mch_no"].as_str().unwrap()
            );
            ("/pay/v1/transactions/close", headers, body.into())
        }
        "chinaums" => {
            let id = account["app_id"].as_str().unwrap();
            let nonce = "99930a147f5353dd8a8f29a5329f37eF";
            let head = format!("AppId=\"{id}\", Timestamp=\"20220421150052\", Nonce=\"{nonce}\", Signature=\"{sign}\"");
            ("/v1/netpay/close", format!("Authorization: OPEN-BODY-SIG {head}\r\n"), body.into())
        }
        form => {
            let path = if form == "icbc" { "/api/mybank/pay/cpay/cporderclose/V1" } else { "/gateway.do" };
            let pairs = sent.into_iter().chain([("sign".into(), sign.into())]);
            (path, String::new(), pairs.map(|(name, value)| format!("{name}={}", escaped(&value))).collect::<Vec<_>>().join("&"))
        }
    };
    format!("POST {path} HTTP/1.1\r\nHost: gw.open.icbc.com.cn\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn escaped(value: &str) -> String {
    value.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Every connection gets these bytes once it has said something, and is closed where there are none.
fn answer_all(listener: TcpListener, says: Vec<u8>) {
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten().take(20) {
            let says = says.clone();
            std::thread::spawn(move || answer(&mut connection, &says));
        }
    });
}

fn answer(connection: &mut TcpStream, says: &[u8]) {
    let mut buffer = [0; 8192];
    _ = connection.set_read_timeout(Some(Duration::from_secs(5)));
    _ = connection.read(&mut buffer);
    _ = connection.write_all(says);
    // Until the client goes.
    while !says.is_empty() && connection.read(&mut buffer).is_ok_and(|count| count > 0) {}
}

/// OpenSSL's own server; dropping it ends the process.
struct Openssl {
    child: Child,
    port: u16,
}

impl Openssl {
    fn serve(identity: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("openssl");
        command.args(["s_server", "-accept", "127.0.0.1:0", "-www", "-key", identity, "-cert", identity]).args(arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let accepts = lines.find_map(|line| line.unwrap().strip_prefix("ACCEPT").map(str::to_owned)).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port: accepts.rsplit(':').next().unwrap().parse().unwrap() }
    }
}

impl Drop for Openssl {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
