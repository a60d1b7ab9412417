//! `chexiao doctor`: what is printed, what is not, and the exit codes.

use crate::counter::{Counter, run};
use chexiao_sandbox::GATEWAYS;
use serde_json::json;

#[test]
fn a_gateway_in_order_is_exit_code_0_or_a_warning() {
    let counter = Counter::open();
    for gateway in GATEWAYS {
        let config = counter.folder.write("config.json", &counter.config(gateway).to_string());
        let done = run(&["doctor", &config, "--json"], "");
        let document = done.json();
        assert!(document["cause"].is_null() && document["worst"] != "failure", "{gateway}: {}", done.out);
        assert_eq!(done.code, i32::from(document["worst"] == "warning"), "{gateway}: {}", done.out);
        let people = run(&["doctor", &config], "");
        assert_eq!(people.code, done.code);
        for said in ["\u{2713} configuration", "spki_sha256", "\u{2713} tcp"] {
            let is_shared = said == "spki_sha256" && ["wechat", "chinaums"].contains(&gateway);
            assert!(is_shared || people.out.contains(said), "{gateway}: no {said} in {}", people.out);
        }
        // By the Date of the answer to the probe, which YSEPay has none for.
        assert!(gateway == "ysepay" || people.out.contains("\u{2713} clock"), "{gateway}: {}", people.out);
        assert_eq!(counter.sandbox.movements().len(), 0);
    }
}

#[test]
fn the_first_cross_names_the_cause_and_the_rest_is_skipped() {
    let counter = Counter::open();
    let mut config = counter.config("wechat");
    config["account"]["api_key"] = json!("CANARY0tooshort");
    let path = counter.folder.write("config.json", &config.to_string());
    for options in [&[][..], &["--offline"]] {
        let done = run(&[&["doctor", &path], options].concat(), "");
        assert_eq!(done.code, 2);
        let crosses: Vec<&str> = done.out.lines().filter(|line| line.starts_with('\u{2717}')).collect();
        assert!(crosses.len() == 1 && crosses[0].contains("key account.api_key (wrong_value)"), "{}", done.out);
        assert!(!done.out.contains("CANARY") && done.out.contains("\u{2192} "), "{}", done.out);
        assert_eq!(done.out.contains("- probe"), options.is_empty(), "{}", done.out);
    }
    assert_eq!(queries(&counter), 0);
}

/// Of whatever order.
fn queries(counter: &Counter) -> usize {
    counter.sandbox.queries("wechat", "")
}

#[test]
fn a_file_that_is_not_there_is_a_finding_too() {
    let done = run(&["doctor", "/nowhere/config.json", "--json"], "");
    assert_eq!((done.code, done.json()["cause"].as_str()), (2, Some("unreadable_file")));
    let text = run(&["doctor", "{\"gateway\":\"CANARY\"}"], "");
    assert!(text.code == 2 && !text.out.contains("CANARY") && text.out.contains("unreadable_file"), "{}", text.out);
}
