//! The forms in which people have a request: the same one, out of each of them.

use crate::client::*;
use chexiao_explain::{Message, Settings, Side, explain};
use chexiao_kit::KEYS;
use serde_json::json;

const TARGET: &str = "/api/mybank/pay/cpay/cporderclose/V1";

/// A right request of ICBC, whose path is signed.
fn body() -> String {
    let sent = fields(&[
        ("app_id", "app"),
        ("biz_content", "{\"partnerSeq\":\"A1 '\\\"$撤\"}"),
        ("charset", "UTF-8"),
        ("format", "json"),
        ("msg_id", "1"),
        ("sign_type", "RSA"),
        ("timestamp", "2016-10-29 20:44:38"),
    ]);
    let sign = rsa(&key(&KEYS.icbc.merchant.private_base64()), Padding::Sha1, format!("{TARGET}?{}", string(&sent)));
    form(&sent.into_iter().chain([("sign", sign)]).collect())
}

fn is_right(file: &[u8], read_as: &str) {
    let mut config = config("icbc");
    config["account"]["app_id"] = "app".into();
    let report = explained(&config, file, Side::Request);
    let shown = String::from_utf8_lossy(file).into_owned();
    assert_eq!((verdict(&report).as_str(), report.read_as, &report.remarks), ("right", read_as, &vec![]), "{shown}");
}

#[test]
fn raw_http() {
    let body = body();
    let lines = format!("POST {TARGET} HTTP/1.1\nHost: gw\n\n{body}\n");
    for file in [
        format!("POST {TARGET} HTTP/1.1\r\nHost: gw\r\nContent-Length: {}\r\n\r\n{body}\r\n", body.len()),
        lines.clone(),
        lines.replace('\n', "\r\n"),
        format!("POST https://gw{TARGET} HTTP/1.1\r\n\r\n{body}"),
        format!("POST {TARGET}\n\n{body}"),
        format!("\u{feff}POST {TARGET} HTTP/1.1\n\n{body}").trim_start_matches('\u{feff}').into(),
        format!("POST {TARGET} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
    ] {
        is_right(file.as_bytes(), "raw HTTP");
    }
    let get = format!("GET {TARGET}?{body} HTTP/1.1\r\nHost: gw\r\n\r\n");
    is_right(get.as_bytes(), "raw HTTP");
}

#[test]
fn curl_commands() {
    let (body, url) = (body(), format!("https://gw{TARGET}"));
    for file in [
        format!("curl -X POST '{url}' -H 'Content-Type: application/x-www-form-urlencoded' -d '{body}'"),
        format!("$ curl -sS --data-raw \"{body}\" \\\n  --max-time 10 -o /dev/null \\\n  {url}\n"),
        format!("curl --url={url} --data-binary $'{body}' --compressed -k"),
        format!("curl -G '{url}' -d '{body}'"),
        format!("curl '{url}' {}", body.split('&').map(|pair| format!("-d '{pair}'")).collect::<Vec<_>>().join(" ")),
    ] {
        is_right(file.as_bytes(), "curl command");
    }
    let message = Message::read(b"curl http://h/p --data-urlencode 'a=b c&+' -H 'X-Y: 1' -XPUT", Side::Request);
    assert_eq!((message.body.as_slice(), message.method.as_deref()), (&b"a=b%20c%26%2B"[..], Some("PUT")));
    assert_eq!(message.headers, [("X-Y".to_string(), "1".to_string())]);
}

/// As Chromium copies it for the command line of Windows.
#[test]
fn curl_commands_of_windows() {
    let (body, url) = (body(), format!("https://gw{TARGET}"));
    let value = body.replace('"', "^\\^\"").replace('&', "^&").replace('%', "^%^");
    for end in ["\n", "\r\n"] {
        let file =
            format!("curl ^\"{url}^\" ^{end}  -H ^\"content-type: application/x-www-form-urlencoded^\" ^{end}  --data-raw ^\"{value}^\"");
        is_right(file.as_bytes(), "curl command");
    }
    let message = Message::read(b"curl ^\"http://h/p^\" --data-raw ^\"{^\\^\"a^\\^\":^\n\n1}^\" ^\n -H ^\"X: 1^\"", Side::Request);
    assert_eq!((message.body.as_slice(), message.headers.len()), (&b"{\"a\":\n1}"[..], 1));
}

#[test]
fn a_file_that_stands_elsewhere_is_asked_for() {
    let settings = Settings::read(&config("icbc").to_string()).unwrap();
    let message = Message::read(b"curl https://gw/p -d @body.txt", Side::Request);
    let error = explain(&settings, &message, Side::Request).unwrap_err();
    assert!(error.message().contains("sends a file (@)"), "{error}");
}

/// No text is looked for where no key opens the signature.
#[test]
fn a_key_that_nobody_named_is_said_to_be_one() {
    let mut other = config("icbc");
    other["account"]["private_key"] = config("ysepay")["account"]["private_key"].clone();
    let report = explained(&other, body(), Side::Request);
    assert_eq!((verdict(&report).as_str(), report.tried), ("unexplained", 0));
    assert!(report.lines()[0].starts_with(": none of the 2 keys made it"), "{}", report.lines()[0]);
}

/// PowerShell writes it where the output of a command is redirected.
#[test]
fn utf_16() {
    let text = format!("POST {TARGET} HTTP/1.1\r\nHost: gw\r\n\r\n{}\r\n", body());
    for (mark, bytes) in [([0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xFE, 0xFF], u16::to_be_bytes)] {
        let file: Vec<u8> = mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect();
        is_right(&file, "raw HTTP");
    }
}

#[test]
fn what_curl_shows() {
    let body = body();
    let head = format!("POST {TARGET} HTTP/1.1\r\nHost: gw\r\nContent-Length: {}\r\n\r\n", body.len());
    let dump = |bytes: &[u8]| {
        let line = |(at, chunk): (usize, &[u8])| {
            let digits: String = chunk.iter().map(|byte| format!("{byte:02x} ")).collect();
            let shown: String = chunk.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }).collect();
            format!("{:04x}: {digits:<48}{shown}\n", at * 16)
        };
        bytes.chunks(16).enumerate().map(line).collect::<String>()
    };
    let ascii = |text: &str| {
        let (mut out, mut at) = (String::new(), 0);
        for line in text.split_inclusive("\r\n") {
            let plain = line.trim_end_matches("\r\n");
            for chunk in plain.as_bytes().chunks(64) {
                out += &format!("{at:04x}: {}\n", std::str::from_utf8(chunk).unwrap());
                at += chunk.len();
            }
            if plain.is_empty() {
                out += &format!("{at:04x}: \n");
            }
            at += line.len() - plain.len();
        }
        out
    };
    let trace = format!(
        "== Info: Trying\n=> Send header, 9 bytes (0x9)\n{}=> Send data, 9 bytes (0x9)\n{}<= Recv header, 2 bytes (0x2)\n{}",
        dump(head.as_bytes()),
        dump(body.as_bytes()),
        dump(b"HTTP/1.1 200 OK\r\n")
    );
    is_right(trace.as_bytes(), "curl --trace");
    let trace = format!(
        "== Info: Trying\n=> Send header, 9 bytes (0x9)\n{}=> Send data, 9 bytes (0x9)\n{}== Info: done\n",
        ascii(&head),
        ascii(&body)
    );
    is_right(trace.as_bytes(), "curl --trace");
    let verbose = format!(
        "$ curl -v -d '{body}' 'https://gw{TARGET}'\n*   Trying 1.2.3.4:443...\n> POST {TARGET} HTTP/1.1\n> Host: gw\n>\n* done\n< HTTP/1.1 200 OK\n<\n{{\"a\":1}}\n"
    );
    let message = Message::read(verbose.as_bytes(), Side::Request);
    assert_eq!(message.body, body.as_bytes());
    let message =
        Message::read(b"*   Trying\n> POST /p HTTP/1.1\n> Host: gw\n>\n< HTTP/1.1 412 No\n< X-Y: 1\n<\n* end\n{\"a\":1}\n", Side::Reply);
    assert_eq!((message.status, message.body.as_slice()), (Some(412), &b"{\"a\":1}"[..]));
}

#[test]
fn har_body_and_log() {
    let body = body();
    let har = json!({ "log": { "entries": [
        { "request": { "method": "GET", "url": "https://gw/other", "headers": [] }, "response": { "status": 200 } },
        { "request": { "method": "POST", "url": format!("https://gw{TARGET}"), "headers": [{ "name": "Host", "value": "gw" }], "postData": { "text": body } },
          "response": { "status": 200, "headers": [], "content": { "text": base64("{}"), "encoding": "base64" } } },
    ] } });
    is_right(har.to_string().as_bytes(), "HAR");
    let mut visited = har.clone();
    let count = json!({ "request": { "method": "POST", "url": "https://count/", "headers": [], "postData": { "text": "v=1&t=event" } } });
    visited["log"]["entries"].as_array_mut().unwrap().push(count);
    is_right(visited.to_string().as_bytes(), "HAR");
    let reply = Message::read(har.to_string().as_bytes(), Side::Reply);
    assert_eq!((reply.status, reply.body.as_slice()), (Some(200), &b"{}"[..]));
    for line in [
        format!("2026-01-01 10:00:00.123 INFO [main] c.s.Pay - url=https://gw{TARGET} body={body} took 12ms"),
        format!("2026-01-01 POST https://gw{TARGET} \"{body}\"\n"),
    ] {
        is_right(line.as_bytes(), "line of a log");
    }
    let message = Message::read(format!("{body}\n").as_bytes(), Side::Request);
    assert_eq!((message.read_as, message.body), ("body", body.into_bytes()));
    let xml = Message::read("2026-01-01 DEBUG req: <xml><a>1</a></xml> end".as_bytes(), Side::Request);
    assert_eq!((xml.read_as, xml.body.as_slice()), ("line of a log", &b"<xml><a>1</a></xml>"[..]));
    let line = r#"INFO send {"transaction_no":"1"} headers {x-acopay-sign=AbC+/==, x-acopay-nonce: "n1"}"#;
    let json = Message::read(line.as_bytes(), Side::Request);
    assert_eq!(json.body, b"{\"transaction_no\":\"1\"}");
    assert!(json.headers.contains(&("x-acopay-sign".into(), "AbC+/==".into())), "{:?}", json.headers);
    assert!(json.headers.contains(&("x-acopay-nonce".into(), "n1".into())), "{:?}", json.headers);
}

/// Whatever a file holds, it is read as something.
#[test]
fn no_file_is_too_odd() {
    let pieces = [
        "curl ",
        "'",
        "\"",
        "\\",
        "$'",
        "POST / HTTP/1.1\r\n",
        "\r\n\r\n",
        "=> Send data\n",
        "0000: 41",
        "> POST / HTTP/1.1\n",
        "{\"log\":",
        "<xml>",
        "<a><![CDATA[",
        "]]>",
        "</a>",
        "&sign=",
        "%4",
        "%",
        "\u{1}",
        "撤",
    ];
    let mut seed = 7usize;
    let mut next = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        seed >> 33
    };
    let settings: Vec<_> = ["wechat", "icbc"].map(|name| chexiao_explain::Settings::read(&config(name).to_string()).unwrap()).into();
    for _ in 0..300 {
        let file: String = (0..next() % 12).map(|_| pieces[next() % pieces.len()]).collect();
        for side in [Side::Request, Side::Reply] {
            let message = Message::read(file.as_bytes(), side);
            for settings in &settings {
                // Most hold no signature; those that do are not explained by chance.
                if let Ok(report) = chexiao_explain::explain(settings, &message, side) {
                    assert!(verdict(&report).starts_with("unexplained"), "{file}");
                }
            }
        }
    }
}
