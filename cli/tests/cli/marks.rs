//! Files and standard input as editors and shells write them: byte order marks, UTF-16, the line ends of Windows.

use crate::counter::{Counter, run};
use chexiao_sandbox::State;
use serde_json::json;

/// The text as each of them would be written.
fn forms(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let lines = text.replace('\n', "\r\n");
    let utf16 = |unit: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(lines.encode_utf16()).flat_map(unit).collect();
    vec![
        ("as it is", text.into()),
        ("CRLF", lines.clone().into()),
        ("UTF-8 with a mark", format!("\u{feff}{lines}").into()),
        ("UTF-16LE, as PowerShell writes", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
    ]
}

#[test]
fn marks_and_line_ends_are_no_part_of_an_order_a_configuration_or_a_list_of_authorities() {
    let counter = Counter::open();
    let mut config = counter.config("wechat");
    config["base_url"] = json!(counter.sandbox.https_url());
    let mut number = 0;
    let mut closes = |config: &str, order: &dyn Fn(&str) -> Vec<u8>, about: &str| {
        number += 1;
        let id = format!("A{number}");
        let done = run(&["close", "--config", config, "--order", "-", "--json"], order(&id));
        assert_eq!(done.json()["outcome"].as_str(), Some("closed"), "{about}: {}", done.out);
        assert_eq!(counter.sandbox.state("wechat", &id), Some(State::Closed), "{about}");
    };
    let plain = |id: &str| format!("{{\n  \"out_trade_no\": \"{id}\"\n}}\n");
    for (n, (about, authorities)) in forms(counter.sandbox.ca_pem()).into_iter().enumerate() {
        let path = counter.folder.write_bytes(&format!("ca-{n}.pem"), &authorities);
        config["ca_file"] = json!(path);
        let path = counter.folder.write(&format!("with-ca-{n}.json"), &config.to_string());
        closes(&path, &|id| plain(id).into(), &format!("ca_file {about}"));
    }
    let pretty = format!("{config:#}\n");
    for (n, (about, document)) in forms(&pretty).into_iter().enumerate() {
        let path = counter.folder.write_bytes(&format!("config-{n}.json"), &document);
        closes(&path, &|id| plain(id).into(), &format!("--config {about}"));
    }
    let path = counter.folder.write("config.json", &pretty);
    for (n, (about, _)) in forms("").iter().enumerate() {
        closes(&path, &|id| forms(&plain(id)).swap_remove(n).1, &format!("--order - {about}"));
    }
}

#[test]
fn an_order_in_another_encoding_or_place_is_told_what_to_do() {
    let counter = Counter::open();
    let config = counter.folder.write("config.json", &counter.config("wechat").to_string());
    for (order, input, parts) in [
        ("-", &b"{\"out_trade_no\":\"\xB3\xB7\"}"[..], ["is not UTF-8", "iconv -f GBK -t UTF-8", "请存为 UTF-8"]),
        ("-", b"", ["is not valid JSON", "it is empty", "内容为空"]),
        ("-", "{\u{201c}out_trade_no\u{201d}: \"A1\"}".as_bytes(), ["is not valid JSON", "write \" around", "英文双引号"]),
        ("order.json", b"", ["is not valid JSON", "--order - < FILE", "标准输入"]),
        ("@order.json", b"", ["is not valid JSON", "--order - < FILE", "标准输入"]),
        ("/tmp/order.json", b"", ["is not valid JSON", "--order - < FILE", "标准输入"]),
    ] {
        let done = run(&["close", "--config", &config, "--order", order], input);
        assert_eq!((done.code, done.out.as_str()), (2, ""));
        parts.iter().for_each(|part| assert!(done.err.contains(part), "{order}: no `{part}` in {}", done.err));
    }
}
