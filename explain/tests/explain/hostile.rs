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
