//! `examples/close.rs`, run as a program against the sandbox. (`cargo test` builds examples before it runs tests.)

use chexiao_sandbox::{Keys, Options, Sandbox, State, sample_order};
use std::process::Command;

#[test]
fn the_example_ends_with_0_only_where_nothing_is_left_to_do() {
    let sandbox = Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap();
    let config = std::env::temp_dir().join(format!("chexiao-example-{}.json", std::process::id()));
    let at = |gateway: &str| std::fs::write(&config, sandbox.config(gateway, sandbox.http_url()).unwrap().to_string()).unwrap();
    at("icbc");
    let example = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/close");
    let close = |order: &str| {
        let done = Command::new(&example).arg(&config).arg(order).output().expect("the example is built by `cargo test`");
        (done.status.code(), serde_json::from_slice::<serde_json::Value>(&done.stdout).unwrap_or_default()["outcome"].clone())
    };
    let order = |number: &str| sample_order("icbc", number).unwrap().to_string();
    assert_eq!(close(&order("A1")), (Some(0), "closed".into()));
    assert_eq!(sandbox.state("icbc", "A1"), Some(State::Closed));
    assert_eq!(close(&order("PAID1")), (Some(1), "paid".into()));
    assert_eq!(close(&order("UNSIGNED1")), (Some(1), "unknown".into()));
    assert_eq!(close("{}"), (Some(2), serde_json::Value::Null));
    at("ysepay");
    assert_eq!(close(&sample_order("ysepay", "A1").unwrap().to_string()), (Some(1), "closed".into()), "still to be confirmed");
    std::fs::remove_file(config).unwrap();
}
