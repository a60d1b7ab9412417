//! What anybody may post to a merchant, or send to the sandbox: it costs no more than what a gateway posts.

use chexiao_explain::{Message, Settings, Side, Verdict, explain};
use chexiao_sandbox::{Options, Sandbox};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Of a build without optimisation, on a busy machine.
const MOST: Duration = Duration::from_secs(60);

/// Texts that are each too large to be taken apart, and the largest that are.
#[test]
fn no_size_of_a_message_costs_minutes() {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: chexiao_kit::KEYS.clone() }).unwrap();
    let settings = |name: &str| Settings::read(&sandbox.config(name, sandbox.http_url()).unwrap().to_string()).unwrap();
    let signed = |name: &str| String::from_utf8(sandbox.notice(name, "PAID20261130", None).unwrap().body).unwrap();
    let repeated = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<String>();
    let named = |at: usize| format!("a{at}=&");
    let cdata = |at: usize| if at == 0 { "<x>".into() } else { "<![CDATA[]]>".to_string() };
    for name in ["chinaums", "ysepay", "icbc"] {
        let sign = signed(name).split('&').find(|part| part.starts_with("sign=")).unwrap().to_string();
        let form = |count, part: &dyn Fn(usize) -> String| repeated(count, part) + &sign;
        let settings = settings(name);
        for (huge, large) in [
            (form(600_000, &named), form(1_900, &named)),
            (form(1_000_000, &|_| "a=1&".into()), form(1_900, &|_| "a=1&".into())),
            (form(1_000_000, &|_| "&;&;".into()), form(10, &|at| format!("a{at}={}&", "%41".repeat(30_000)))),
        ] {
            held(&settings, huge, large, Side::Notification);
        }
    }
    let sign = signed("wechat").split_once("<sign>").unwrap().1.split_once("</sign>").unwrap().0.to_string();
    let xml = |count, part: &dyn Fn(usize) -> String, end| format!("<xml>{}{end}<sign>{sign}</sign></xml>", repeated(count, part));
    let element = |at: usize| format!("<a{at}></a{at}>");
    for (huge, large) in [
        (xml(300_000, &element, ""), xml(900, &element, "")),
        (xml(300_000, &cdata, "</x>"), xml(1_900, &cdata, "</x>")),
        (xml(1, &|_| "&;".repeat(2_000_000), ""), xml(1, &|_| format!("<x>{}</x>", "z".repeat(1_000_000)), "")),
    ] {
        held(&settings("wechat"), huge.clone(), large.clone(), Side::Notification);
        held(&settings("wechat"), huge, large, Side::Request);
    }
    let sign = serde_json::from_str::<Value>(&signed("edgeros")).unwrap()["sign"].to_string();
    let json = |count| format!("{{{}\"sign\":{sign}}}", repeated(count, &|at| format!("\"a{at}\":\"\",")));
    held(&settings("edgeros"), json(400_000), json(9_900), Side::Notification);
}

/// Nothing is found out about either, and soon.
fn held(settings: &Settings, huge: String, large: String, side: Side) {
    assert!(found(settings, huge, side).is_err());
    assert!(matches!(found(settings, large, side), Ok(Verdict::Unexplained(_))));
}

fn found(settings: &Settings, body: String, side: Side) -> chexiao::Result<Verdict> {
    let message = Message { body: body.into_bytes(), target: "/notify".into(), ..Message::default() };
    let started = Instant::now();
    let found = explain(settings, &message, side).map(|report| report.verdict);
    let took = started.elapsed();
    println!("{} {side:?}: {} bytes, {took:?}: {}", settings.gateway(), message.body.len(), found.is_ok());
    assert!(took < MOST, "{} {side:?}: {took:?}", settings.gateway());
    found
}

/// A secret in the place of a name, a line end in it, and no end of it.
#[test]
fn what_others_wrote_shows_no_secret_and_makes_no_line() {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: chexiao_kit::KEYS.clone() }).unwrap();
    let config = sandbox.config("chinaums", sandbox.http_url()).unwrap();
    let settings = Settings::read(&config.to_string()).unwrap();
    let secret = config["account"]["notify_key"].as_str().unwrap();
    let body = String::from_utf8(sandbox.notice("chinaums", "PAID20261130", None).unwrap().body).unwrap();
    for (name, due) in [(format!("{secret}%0A  besides"), "***\\n  besides".to_string()), ("n".repeat(300), "n".repeat(200) + "…")] {
        let message = Message { body: format!("{name}=1&{body}").into_bytes(), ..Message::default() };
        let report = explain(&settings, &message, Side::Notification).unwrap();
        let Verdict::Wrong(ways) = &report.verdict else { panic!("{report:?}") };
        assert_eq!(ways[0][0].to_string(), format!("received_added ({due})"));
        let lines = report.lines();
        assert!(lines.iter().all(|line| !line.contains(['\n', '\r']) && !line.contains(secret)), "{lines:?}");
        assert!(!report.to_json().contains(secret));
    }
}

/// What a reply names makes no line of the way, is cut, and is not told where its signature is wrong.
#[test]
fn a_reply_forges_no_line_of_the_way() {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: chexiao_kit::KEYS.clone() }).unwrap();
    let told = |name: &str, evidence: &str, reply: &str| {
        let settings = Settings::read(&sandbox.config(name, sandbox.http_url()).unwrap().to_string()).unwrap();
        let result = serde_json::json!({
            "outcome": "closed", "evidence": evidence, "sent": "answered", "http_status": 200, "gateway": { "message": "a\nb" },
            "raw_base64": crate::client::base64(reply),
        });
        chexiao_explain::trail(&result.to_string(), Some(name), Some("close"), Some(&settings)).unwrap().lines()
    };
    let forged = format!("{{\"merOrderId\":\"A1\\n  ✓ sealed {}\"}}", "n".repeat(300));
    let lines = told("chinaums", "tls_only", &forged);
    let named = lines.iter().find(|line| line.contains("It says merOrderId A1\\n")).unwrap();
    assert!(named.contains('…') && lines.iter().all(|line| !line.contains('\n')), "{lines:?}");
    let wrong = format!("<xml><out_trade_no>A1</out_trade_no><sign>{}</sign></xml>", "0".repeat(32));
    let lines = told("wechat", "signed_bound", &wrong).join("\n");
    assert!(!lines.contains("out_trade_no"), "{lines}");
    assert!(lines.contains("the result was changed, or judged with another. The signature is wrong"), "{lines}");
}
