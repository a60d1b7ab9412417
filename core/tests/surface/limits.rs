//! How much may come in, at the last value that is taken and the first that is not; and what an error repeats of it.

use chexiao::face::json;
use chexiao::{Client, HttpReply, Kind};
use chexiao_kit::{Caller, KEYS};
use serde_json::json;

fn taken(order: &str) -> bool {
    match json::call("close", order) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), Kind::Call, "{error}");
            false
        }
    }
}

#[test]
fn an_input_may_have_4_mib() {
    const MAX: usize = 4 << 20;
    let padded = |length: usize| format!("{{{}}}", " ".repeat(length - 2));
    assert!(taken(&padded(MAX)));
    let error = json::call("close", &padded(MAX + 1)).unwrap_err();
    assert!(error.to_string().contains(&MAX.to_string()), "{error}");
}

/// The document itself is the first of the levels that hold something.
#[test]
fn an_input_may_have_16_levels() {
    let objects = |depth: usize| format!("{}7{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let arrays = |depth: usize| format!("{{\"a\":{}7{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    for nested in [&objects as &dyn Fn(usize) -> String, &arrays] {
        assert!(taken(&nested(16)) && !taken(&nested(17)) && !taken(&nested(1000)));
    }
}

#[test]
fn an_input_may_have_10_000_values() {
    // The array, the object around it, and what the array holds.
    let values = |count: usize| format!("{{\"a\":[{}]}}", vec!["1"; count - 2].join(","));
    assert!(taken(&values(10_000)) && !taken(&values(10_001)));
}

#[test]
fn numbers_are_those_of_json() {
    for number in ["0", "-0", "10", "1.5", "1e5", "1E5", "1e+5", "1E-5", "-1.25e-3"] {
        assert!(taken(&format!("{{\"a\":{number}}}")), "{number}");
    }
    for number in ["", "+1", "01", ".5", "1.", "1e", "1e+", "1eE5", "1e+-5", "-", "--1", "0x1", "1e999", "NaN"] {
        assert!(!taken(&format!("{{\"a\":{number}}}")), "{number}");
    }
}

/// Two halves make one character; a half alone, or parted from the other, is none.
#[test]
fn escapes_are_those_of_json() {
    let text = |escapes: &str| format!("{{\"a\":\"{escapes}\"}}");
    for good in [r#"\"\\\/\b\f\n\r\t"#, r"\u0041", r"\ud83d\ude00", r"\uD83D\uDE00"] {
        assert!(taken(&text(good)), "{good}");
    }
    for bad in [r"\ud83d", r"\ude00", r"\ud83dxude00", r"\ud83d\n", r"\ud83d\u0041", r"\ud83d\ud83d", r"\u12", r"\u12g4", r"\x41", r"\"] {
        assert!(!taken(&text(bad)), "{bad}");
    }
    assert!(!taken(r#"{"a":"\u12"#));
}

#[test]
fn null_stands_for_what_is_absent() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1", "sub_appid": null, "sub_mch_id": null }));
    let absent = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    assert!(caller.sent == absent.sent);
}

/// A key that no name looks like could be a value in the wrong place.
#[test]
fn an_error_repeats_a_key_only_if_it_can_be_a_name() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    for (key, repeated) in
        [("total_fee", true), ("attach", true), ("k1234", false), ("é", false), (&"k".repeat(41), false), ("a\u{7}b", false)]
    {
        let call = json!({ "operation": "close", "order": { "out_trade_no": "A1", key: "x" } }).to_string();
        let error = caller.client.sign(&call).unwrap_err();
        assert_eq!((error.kind(), error.to_string().contains(key)), (Kind::Call, repeated), "{error}");
    }
}

#[test]
fn a_client_knows_whether_its_configuration_held_a_secret() {
    let with = |api_key: serde_json::Value| {
        let mut config = chexiao_sandbox::config("wechat", "https://127.0.0.1:1", &KEYS).unwrap();
        config["account"]["api_key"] = api_key;
        Client::new(&config.to_string()).unwrap().holds_secrets()
    };
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("api-key-{}", std::process::id()));
    std::fs::write(&file, &KEYS.wechat_api_key).unwrap();
    assert!(with(KEYS.wechat_api_key.clone().into()));
    assert!(!with(json!({ "file": file })));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn xml_may_have_1_000_elements_with_plain_names_and_as_many_in_values() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    let reason = |body: String| {
        let outcome = caller.verify(&HttpReply { status: 200, headers: Vec::new(), body: body.into() });
        outcome.reason().unwrap().to_string()
    };
    let elements = |count: usize| (0..count).map(|n| format!("<e{n}>x</e{n}>")).collect::<String>();
    assert_eq!(reason(format!("<xml><return_code>SUCCESS</return_code>{}</xml>", elements(999))), "signature");
    assert_eq!(reason(format!("<xml><return_code>SUCCESS</return_code>{}</xml>", elements(1_000))), "parse");
    let value = |count: usize| format!("<xml><return_code>SUCCESS</return_code><attach>{}</attach></xml>", "x&amp;b=".repeat(count));
    assert_eq!((reason(value(1_000)).as_str(), reason(value(1_001)).as_str()), ("signature", "parse"));
    for (tag, expected) in [
        ("a", "signature"),
        ("_a-1.b", "signature"),
        ("a \n", "signature"),
        ("1a", "parse"),
        ("a b", "parse"),
        ("a b='c'", "parse"),
        ("é", "parse"),
    ] {
        let end = tag.trim_end();
        assert_eq!(reason(format!("<xml><return_code>SUCCESS</return_code><{tag}>x</{end}></xml>")), expected, "{tag}");
    }
}
