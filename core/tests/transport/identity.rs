//! `client_certificate`: read in every form, shown with its chain to the gateway and to nobody else, and never on another's connection.

use crate::certificates::AUTHORITY;
use crate::child;
use crate::identities::{PASSWORD, asking, demanding, der, file, text};
use crate::openssl::OpenSsl;
use crate::relay::Gateways;
use crate::server::{Connection, Server};
use crate::support::{File, Merchant, assert_advice, assert_code, assert_plain, assert_unknown, closed, http, sandbox, wechat, with};
use base64::prelude::{BASE64_STANDARD, Engine};
use chexiao::{Client, Code, Error, KeyFault, Kind};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

type Shown = Arc<Mutex<Vec<Vec<Vec<u8>>>>>;
/// On which connection, by whom, what.
type Log = Arc<Mutex<Vec<(usize, Vec<Vec<u8>>, String)>>>;

/// A script that answers every close, and what clients have shown, request by request.
fn recording() -> (Shown, impl Fn(&mut Connection) + Send + Sync + 'static) {
    let shown = Shown::default();
    let of_script = shown.clone();
    (shown, move |connection: &mut Connection| {
        while connection.request().is_some() {
            of_script.lock().unwrap().push(connection.shown());
            connection.send(http(200, "", &closed()));
        }
    })
}

fn merchant(server: &str, authority: &File, certificate: &Value) -> Merchant {
    Merchant::at(server, &json!({"ca_file": authority.0, "client_certificate": certificate}))
}

#[test]
fn every_form_is_shown_with_its_chain() {
    let (shown, script) = recording();
    let server = demanding(rustls::ALL_VERSIONS, script);
    let authority = File::new("identity.pem", AUTHORITY);
    let inline = |name: &str| BASE64_STANDARD.encode(std::fs::read(file(name)).unwrap());
    let apart = |name: &str, key: &str| json!({"pem": text(name) + &text("chain.pem"), "key": {"file": file(key)}});
    let encrypted =
        |name: &str| json!({"pem": text(name) + &text("chain.pem"), "key": {"file": file("rsa-encrypted.pem"), "password": PASSWORD}});
    let shuffled = text("ca.pem") + &text("rsa-key.pem") + &text("other.pem") + &text("intermediate.pem") + &text("rsa.pem");
    let folder = File::new("shuffled.pem", &shuffled);
    let forms = [
        ("rsa", json!({"file": file("rsa.p12"), "password": PASSWORD})),
        ("rsa", json!({"file": file("rsa-legacy.p12"), "password": PASSWORD})),
        ("p256", json!({"file": file("p256.p12"), "password": PASSWORD})),
        ("p256", json!({"file": file("p256-legacy.p12"), "password": PASSWORD})),
        ("rsa", json!({"base64": inline("rsa.p12"), "password": PASSWORD})),
        ("rsa", json!({"file": folder.0})),
        ("rsa", json!({"pem": shuffled})),
        ("rsa", apart("rsa.pem", "rsa-key.pem")),
        ("rsa", apart("rsa.pem", "rsa-traditional.pem")),
        ("rsa", apart("rsa.pem", "rsa-key.der")),
        ("rsa", encrypted("rsa.pem")),
        ("p256", apart("p256.pem", "p256-key.pem")),
        ("p256", apart("p256.pem", "p256-traditional.pem")),
        ("p256", apart("p256.pem", "p256-key.der")),
        ("p384", apart("p384.pem", "p384-key.pem")),
        ("p521", apart("p521.pem", "p521-key.pem")),
        ("ed25519", apart("ed25519.pem", "ed25519-key.pem")),
    ];
    for (n, (name, form)) in forms.iter().enumerate() {
        let end = merchant(&server.url(), &authority, form).close(&format!("A{n}"));
        assert_code(&end, Code::Closed);
        let expected = [der(&format!("{name}.pem")), der("intermediate.pem"), der("ca.pem")];
        assert_eq!(shown.lock().unwrap().last().unwrap(), &expected, "{name} {n}");
    }
    assert_eq!(shown.lock().unwrap().len(), forms.len());
}

#[test]
fn it_may_stand_in_a_variable() {
    const NAME: &str = "CHEXIAO_TEST_IDENTITY";
    if child::argument().is_none() {
        let both = (text("p256.pem") + &text("intermediate.pem") + &text("p256-key.pem")).replace('\n', "\\n");
        return child::run("identity::it_may_stand_in_a_variable", &file(""), &[(NAME, &both)]);
    }
    let (shown, script) = recording();
    let server = demanding(rustls::ALL_VERSIONS, script);
    let authority = File::new("variable.pem", AUTHORITY);
    assert_code(&merchant(&server.url(), &authority, &json!({"env": NAME})).close("A100"), Code::Closed);
    assert_eq!(shown.lock().unwrap().len(), 1);
}

#[track_caller]
fn refused(certificate: &Value) -> Error {
    let settings = json!({"client_certificate": certificate});
    let error = Client::new(&with(&wechat("https://127.0.0.1:1"), &settings).to_string()).unwrap_err();
    assert_plain(&error);
    let said = format!("{error} {error:?} {}", chexiao::face::json::error(&error));
    assert!(!said.contains(PASSWORD) && !said.contains("PRIVATE KEY-"), "{said}");
    error
}

#[test]
fn what_cannot_be_shown_is_refused_before_any_connection() {
    let apart = |name: &str, key: &str| json!({"file": file(name), "key": {"file": file(key)}});
    let (own, key) = ("client_certificate", "client_certificate.key");
    let two = text("rsa.pem") + &text("rsa-key.pem") + &text("p256.pem") + &text("p256-key.pem");
    for (certificate, field, reason) in [
        (json!({"file": file("rsa.p12")}), own, KeyFault::PasswordMissing),
        (json!({"file": file("rsa.p12"), "password": format!("{PASSWORD}x")}), own, KeyFault::WrongPassword),
        (json!({"file": file("rsa-legacy.p12"), "password": ""}), own, KeyFault::WrongPassword),
        (json!({"file": file("rsa.pem"), "key": {"file": file("rsa-encrypted.pem")}}), key, KeyFault::PasswordMissing),
        (apart("rsa.pem", "other-key.pem"), own, KeyFault::Inconsistent),
        (apart("rsa.pem", "p256-key.pem"), own, KeyFault::Inconsistent),
        (apart("intermediate.pem", "rsa-key.pem"), own, KeyFault::Inconsistent),
        (json!({"file": file("rsa.pem")}), own, KeyFault::Certificate),
        (json!({"file": file("p256.pem")}), own, KeyFault::Certificate),
        (json!({"file": file("rsa-key.pem")}), own, KeyFault::PrivateKey),
        (json!({"file": file("p256-key.pem")}), own, KeyFault::PrivateKey),
        (apart("rsa-key.pem", "rsa.pem"), own, KeyFault::PrivateKey),
        (apart("rsa.pem", "rsa.pem"), key, KeyFault::Certificate),
        (apart("rsa-key.pem", "rsa-key.pem"), own, KeyFault::PrivateKey),
        (json!({"file": file("public.pem")}), own, KeyFault::NotACertificate),
        (json!({"file": file("request.pem")}), own, KeyFault::CertificateRequest),
        (apart("request.pem", "rsa-key.pem"), own, KeyFault::CertificateRequest),
        (apart("weak.pem", "weak-key.pem"), own, KeyFault::Weak),
        (apart("sm2.pem", "sm2-key.pem"), key, KeyFault::WrongType),
        (apart("k1.pem", "k1-key.pem"), key, KeyFault::Unsupported),
        (json!({"pem": two}), own, KeyFault::Several),
        (json!({"file": file("no-such.p12")}), own, KeyFault::Unreadable),
        (json!({"pem": ""}), own, KeyFault::Empty),
        (json!({"env": "CHEXIAO_TEST_NOT_SET"}), own, KeyFault::Unreadable),
    ] {
        let field = if reason == KeyFault::Weak { key } else { field };
        let error = refused(&certificate);
        assert_eq!((error.kind(), error.field(), error.reason()), (Kind::Config, Some(field), Some(reason)), "{certificate}: {error}");
    }
    for (certificate, field) in [
        (json!({}), own),
        (json!({"file": file("rsa.p12"), "pem": ""}), own),
        (json!({"file": file("rsa.p12"), "passwort": ""}), "client_certificate.passwort"),
        (json!({"file": file("rsa.pem"), "key": {}}), key),
        (json!({"file": file("rsa.pem"), "key": {"file": file("rsa-key.pem"), "key": {}}}), "client_certificate.key.key"),
        (json!(file("rsa.p12")), own),
        (json!([]), own),
        (json!(true), own),
    ] {
        let error = refused(&certificate);
        assert_eq!((error.kind(), error.field()), (Kind::Config, Some(field)), "{certificate}: {error}");
    }
}

/// At WeChat Pay the password is the merchant number.
#[test]
fn a_password_at_fault_says_which_one_it_is() {
    for certificate in [json!({"file": file("rsa.p12")}), json!({"file": file("rsa.p12"), "password": "1900000109"})] {
        assert!(refused(&certificate).hint().contains("mch_id"));
        let mut config = chexiao_sandbox::config("edgeros", "https://127.0.0.1:1", &chexiao_sandbox::Keys::generate()).unwrap();
        config["client_certificate"] = certificate;
        assert!(!Client::new(&config.to_string()).unwrap_err().hint().contains("mch_id"));
    }
}

#[test]
fn one_that_would_not_be_shown_is_refused() {
    let settings = json!({"client_certificate": {"file": file("rsa.p12"), "password": PASSWORD}});
    let error = Client::new(&with(&wechat("http://127.0.0.1:1"), &settings).to_string()).unwrap_err();
    assert_eq!(error.field(), Some("client_certificate"));
    assert_advice(&error, Kind::Config, &["only for https", "leave client_certificate out", "删去 client_certificate"]);
}

/// A client may be opened, to sign and to verify; it does not connect.
#[test]
fn outside_its_dates_it_is_an_error_and_nobody_hears_of_it() {
    let (shown, script) = recording();
    let server = demanding(rustls::ALL_VERSIONS, script);
    let authority = File::new("dates.pem", AUTHORITY);
    for (name, parts) in [
        ("expired", ["expired TEST ONLY", "expired at 2021-01-01T00:00:00Z", "重新申领"]),
        ("early", ["early TEST ONLY", "valid from 2110-01-01T00:00:00Z", "校准本机时钟"]),
    ] {
        let certificate = json!({"file": file(&format!("{name}.pem")), "key": {"file": file(&format!("{name}-key.pem"))}});
        let merchant = merchant(&server.url(), &authority, &certificate);
        for error in [merchant.close("A100").unwrap_err(), merchant.client.warm().unwrap_err()] {
            assert_eq!(error.field(), Some("client_certificate"));
            assert_advice(&error, Kind::Tls, &parts);
        }
    }
    assert_eq!((server.seen().connections, shown.lock().unwrap().len()), (0, 0));
}

/// In TLS 1.2 a refusal comes before the request, in TLS 1.3 perhaps after it: then nobody knows.
#[test]
fn a_gateway_that_refuses_it_is_an_error_or_unknown_but_never_a_reply() {
    let authority = File::new("refused.pem", AUTHORITY);
    let self_signed = File::new("self.pem", crate::openssl::self_signed("self", "rsa:2048", &["-subj", "/CN=stranger", "-days", "30"]));
    for certificate in [json!(null), json!({"file": self_signed.0})] {
        let is_shown = certificate.is_object();
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let (shown, script) = recording();
            let server = demanding(&[version], script);
            let mut settings = json!({"ca_file": authority.0});
            if is_shown {
                settings["client_certificate"] = certificate.clone();
            }
            match Merchant::at(&server.url(), &settings).close("A100") {
                Err(error) if version.version == rustls::ProtocolVersion::TLSv1_2 => {
                    assert_eq!(error.field(), Some("client_certificate"));
                    let said = if is_shown { "refuses the certificate" } else { "wants a certificate of its clients" };
                    assert_advice(&error, Kind::Tls, &[said, "client_certificate", "证书"]);
                }
                Err(error) => assert_eq!((version.version, error.kind()), (rustls::ProtocolVersion::TLSv1_3, Kind::NotSent), "{error}"),
                Ok(outcome) => {
                    assert_eq!((version.version, outcome.code()), (rustls::ProtocolVersion::TLSv1_3, Code::Unknown), "{outcome:?}");
                }
            }
            assert_eq!(shown.lock().unwrap().len(), 0);
        }
    }
}

/// OpenSSL as the gateway, which insists on a certificate and answers no POST: where it is content, a close waits in vain.
#[test]
fn openssl_takes_it() {
    let pem = crate::certificates::GOOD.to_owned() + crate::certificates::KEY;
    let authority = File::new("s-server.pem", AUTHORITY);
    let ca = file("ca.pem");
    for version in ["-tls1_2", "-tls1_3"] {
        let server = OpenSsl::serve("demanding", &pem, &["-Verify", "3", "-verify_return_error", "-CAfile", &ca, version]);
        let certificate = |name: &str| json!({"file": file(name), "password": PASSWORD});
        let close = |settings: &Value| {
            let settings = with(settings, &json!({"ca_file": authority.0, "deadline_ms": 2000}));
            Merchant::at(&server.url(), &settings).close("A100")
        };
        for name in ["rsa.p12", "p256.p12"] {
            assert_unknown(&close(&json!({"client_certificate": certificate(name)})), "timeout");
        }
        match close(&json!({})) {
            Err(error) => assert!(version == "-tls1_2" || error.kind() == Kind::NotSent, "{error}"),
            lost => assert_unknown(&lost, "reset"),
        }
    }
}

#[test]
fn a_proxy_is_shown_nothing() {
    let (to_gateway, script) = recording();
    let gateway = demanding(rustls::ALL_VERSIONS, script);
    let port = gateway.port();
    let proxy = Server::start(move |connection| {
        if connection.request().is_some() {
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            connection.relay(port);
        }
    });
    let (to_proxy, refusing) = recording();
    let secure = asking(refusing);
    let authority = File::new("proxied.pem", AUTHORITY);
    let certificate = json!({"file": file("rsa.p12"), "password": PASSWORD});
    let through = |proxy: &Server| {
        let settings = json!({"ca_file": authority.0, "client_certificate": certificate, "proxy": proxy.url()});
        Merchant::at(&gateway.url(), &settings).close("A100")
    };
    assert_code(&through(&proxy), Code::Closed);
    assert_eq!(to_gateway.lock().unwrap()[0][0], der("rsa.pem"));
    assert_eq!(through(&secure).unwrap_err().field(), Some("proxy"));
    assert_eq!(*to_proxy.lock().unwrap(), [Vec::<Vec<u8>>::new()]);
    // One that insists is told from a gateway that does.
    let insisting = demanding(&[&rustls::version::TLS12], recording().1);
    let error = through(&insisting).unwrap_err();
    assert_eq!(error.field(), Some("proxy"));
    assert_advice(&error, Kind::Tls, &["the proxy wants a certificate of its clients", "to a proxy no certificate is shown", "代理"]);
}

/// Requests, connections and what was shown on each: nothing is ever shared by two who differ, nor a TLS session gone on with.
#[test]
fn no_two_identities_share_a_connection_or_a_session() {
    let gateways = Gateways::start();
    let authority = File::new("shared.pem", AUTHORITY);
    for gateway in ["icbc", "wechat"] {
        let config = gateways.0.config(gateway, "https://127.0.0.1:1").unwrap();
        let log: Log = Arc::default();
        let of_script = log.clone();
        let answering = Gateways(gateways.0.clone());
        let server = asking(move |connection| {
            while let Some(request) = connection.request() {
                of_script.lock().unwrap().push((connection.number, connection.shown(), request.clone()));
                connection.send(answering.answer(&request));
            }
        });
        let pem = |name: &str| json!({"pem": text(&format!("{name}.pem")) + &text("intermediate.pem") + &text(&format!("{name}-key.pem"))});
        let longer = json!({"pem": text("rsa.pem") + &text("chain.pem") + &text("rsa-key.pem")});
        let settings = [None, Some(pem("rsa")), Some(pem("p256")), Some(longer), Some(pem("rsa"))];
        let merchants = settings.map(|certificate| {
            let mut settings = json!({"ca_file": authority.0, "base_url": server.url()});
            certificate.into_iter().for_each(|certificate| settings["client_certificate"] = certificate);
            Merchant::new(&config, &settings)
        });
        let (rsa, p256, middle) = (der("rsa.pem"), der("p256.pem"), der("intermediate.pem"));
        let expected = [
            vec![],
            vec![rsa.clone(), middle.clone()],
            vec![p256, middle.clone()],
            vec![rsa.clone(), middle.clone(), der("ca.pem")],
            vec![rsa, middle],
        ];
        for round in 0..3 {
            for (who, merchant) in merchants.iter().enumerate().take(4) {
                merchant.client.warm().unwrap();
                assert_code(&merchant.close(&format!("IDENTITY{who}ROUND{round}")), Code::Closed);
            }
        }
        assert_code(&merchants[4].close("IDENTITY4ROUND0"), Code::Closed);
        let log = log.lock().unwrap();
        let mut of_connection = std::collections::BTreeMap::new();
        for (connection, shown, request) in log.iter() {
            let who = (0..5).find(|who| request.contains(&format!("IDENTITY{who}ROUND"))).unwrap();
            assert_eq!(*shown, expected[who], "{gateway} {who}");
            let first = of_connection.entry(*connection).or_insert(shown);
            assert_eq!(*first, shown, "{gateway}: connection {connection} served two");
        }
        // Equal certificates are one identity: the fifth goes on with the connection of the second.
        let connection_of = |text: &str| log.iter().find(|(_, _, request)| request.contains(text)).unwrap().0;
        if gateway == "icbc" {
            assert_eq!(connection_of("IDENTITY4ROUND0"), connection_of("IDENTITY1ROUND0"));
            assert_eq!(of_connection.len(), 4);
        } else {
            assert!(server.seen().resumed >= 6, "{} resumed", server.seen().resumed);
        }
    }
}

/// As at WeChat Pay: the handshake succeeds, and the page of the HTTP server says what is missing.
#[test]
fn a_path_that_needs_one_is_known_by_the_page_of_whoever_guards_it() {
    let (sandbox, stranger) = (sandbox(), sandbox());
    let authority = File::new("guarded.pem", sandbox.ca_pem());
    let config = sandbox.config("wechat", sandbox.https_url()).unwrap();
    let call = json!({"operation": "call", "api": "POST /secapi/none", "fields": {"out_trade_no": "A1"}}).to_string();
    for (of, status) in [(&sandbox, 404), (&stranger, 400)] {
        let issued = of.merchant_certificate();
        let certificate = json!({"pem": issued.certificate_pem, "key": {"pem": issued.key_pem}});
        let merchant = Merchant::new(&config, &json!({"ca_file": authority.0, "client_certificate": certificate}));
        let answer = merchant.client.call(&call).unwrap();
        assert_eq!((answer.http_status(), answer.evidence()), (Some(status), chexiao::Evidence::None), "{answer:?}");
        let explained = answer.explanation();
        assert_eq!(explained.en.contains("check client_certificate"), status == 400, "{}", explained.en);
        assert_eq!(explained.zh.contains("请检查 client_certificate"), status == 400, "{}", explained.zh);
        // Other paths are open to everybody.
        assert_code(&merchant.close(&format!("G{status}")), Code::Closed);
    }
    let without = Merchant::new(&config, &json!({"ca_file": authority.0}));
    assert_eq!(without.client.call(&call).unwrap_err().field(), Some("client_certificate"));
}
