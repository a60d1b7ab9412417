//! The strict reader against serde_json: it accepts nothing that serde_json refuses, refuses nothing without one of its own
//! reasons (duplicates, numbers that no double holds, depth, size), and reads the same values.

use crate::oracle;
use crate::reference::json::{self, MAX_DEPTH, Node, Value};
use crate::vectors;
use chexiao::{Client, Code, HttpReply, Reason};
use std::sync::LazyLock;

/// A client whose replies are JSON without a signature: it shows what was read.
static CLIENT: LazyLock<(Client, String, String)> = LazyLock::new(|| {
    let vector = vectors::of("chinaums", "verify").swap_remove(0);
    let client = Client::new(&vector["config"].to_string()).unwrap();
    let call = vector["call"].to_string();
    let request = chexiao::face::json::sign(&client, &call).unwrap();
    (client, call, request)
});

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return as_reply(data, None) };
    let node = json::read(text);
    as_order(text, node.as_ref());
    as_string(text, node.as_ref());
    as_reply(data, node.as_ref());
}

pub fn seeds() -> Vec<Vec<u8>> {
    let words = [
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0.0e+00",
        "1e400",
        "true",
        "null",
        r#"{"a":1,"\u0061":2}"#,
        r#"{"a":{"b":[{"c":null}]}}"#,
        r#""\ud83d\ude00""#,
        r#""\ud800""#,
        "\"\u{2028}\"",
        "\u{feff}{}",
        "{} x",
        "[1,]",
        " {\"a\" :\t1\r\n} ",
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
        "01",
        "\"\\/\\b\\f\"",
    ];
    let replies = ["icbc", "ysepay", "edgeros", "chinaums"].into_iter().flat_map(|gateway| vectors::of(gateway, "verify"));
    let replies = replies.map(|vector| vectors::decode(&vector["reply"]["body_base64"])).step_by(5);
    words.iter().map(|word| word.as_bytes().to_vec()).chain(replies).collect()
}

/// As the order of a call, whose text is kept.
fn as_order(text: &str, node: Option<&Node<'_>>) {
    // The mark of a file is understood before what it holds is read; a second one is not.
    if let Some(rest) = text.strip_prefix('\u{feff}').filter(|rest| !rest.starts_with('\u{feff}')) {
        return assert_eq!(chexiao::face::json::call("close", text).ok(), chexiao::face::json::call("close", rest).ok());
    }
    let object = node.filter(|node| node.is_object());
    match (chexiao::face::json::call("close", text), object) {
        (Ok(call), Some(node)) => assert_eq!(call, format!("{{\"operation\":\"close\",\"order\":{}}}", node.raw)),
        (Ok(_), None) => panic!("accepted what serde_json refuses, or reads as no object"),
        (Err(error), Some(node)) => assert!(node.depth() > MAX_DEPTH, "{error}"),
        (Err(error), None) => _ = oracle::error(&error),
    }
}

/// As a text member of an exchange, which the result repeats.
fn as_string(text: &str, node: Option<&Node<'_>>) {
    let (client, call, _) = &*CLIENT;
    let request = format!(r#"{{"method":"POST","url":"","headers":{{}},"body_base64":"","msg_id":{text}}}"#);
    let exchange = format!(r#"{{"call":{call},"request":{request},"reply":{{"status":200,"body_base64":""}}}}"#);
    let (code, result) = chexiao::face::json::verify(client, &exchange);
    let result = oracle::result(&result, code);
    match node.map(|node| &node.value) {
        Some(Value::Text(msg_id)) => assert_eq!(result["msg_id"], msg_id.as_str()),
        Some(_) => assert_eq!(result["reason"], "input"),
        None => {}
    }
}

/// As a reply, whose texts the outcome repeats.
fn as_reply(body: &[u8], node: Option<&Node<'_>>) {
    let (client, call, request) = &*CLIENT;
    let exchange = format!(r#"{{"call":{call},"request":{request},"reply":{{"status":200,"body_base64":"{}"}}}}"#, vectors::encode(body));
    let (code, result) = chexiao::face::json::verify(client, &exchange);
    let by_json = oracle::result(&result, code);
    let request = client.sign(call).unwrap();
    let outcome = client.verify(call, &request, &HttpReply { status: 200, headers: Vec::new(), body: body.into() });
    assert_eq!((outcome.code() as i32, outcome.reason().map(|reason| reason.to_string()).as_deref()), (code, by_json["reason"].as_str()));
    if let Some(Reason::Parse | Reason::Charset) = outcome.reason() {
        assert_eq!(code, Code::Unknown as i32);
        return;
    }
    let node = node.expect("accepted what serde_json refuses");
    let text = |node: &Node<'_>, name: &str| node.member(name).and_then(|node| node.text().map(str::to_string));
    let words = outcome.gateway();
    assert_eq!(words.code, text(node, "errCode"));
    assert_eq!(words.sub_code, text(node, "billStatus"));
    let of_payment = node.member("billPayment").and_then(|payment| text(payment, "status"));
    assert_eq!(words.status, of_payment.or_else(|| text(node, "status")).or_else(|| text(node, "refundStatus")));
}
