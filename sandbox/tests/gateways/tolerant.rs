//! What real clients send and no page describes: taken when the sandbox is tolerant, refused when it is strict, and in both cases
//! worth nothing once a signed byte is changed.

use std::io::{Read as _, Write as _};

use chexiao_sandbox::{GATEWAYS, Sandbox, State};

use super::{chinaums, edgeros, every, icbc, support, wechat, ysepay};

/// Ten letters and digits that stand in the body as they are.
const NUMBER: &str = "N202601020";
const OTHER: &str = "N202601021";

fn is_closed(sandbox: &Sandbox, gateway: &str, (head, body): &(String, String), number: &str) -> bool {
    support::send(sandbox, head, body.as_bytes());
    sandbox.state(gateway, number) == Some(State::Closed)
}

/// `write` gives head and body of a close of an order with this number.
fn judge(gateway: &str, what: &str, write: impl Fn(&Sandbox, &str) -> (String, String)) {
    let (strict, tolerant) = (support::sandbox(), support::tolerant());
    let written = write(&strict, NUMBER);
    assert!(!is_closed(&strict, gateway, &written, NUMBER), "{gateway} {what}: strict");
    assert!(written.1.contains(NUMBER), "{gateway} {what}: {}", written.1);
    let (head, body) = &written;
    let forged = (head.clone(), body.replace(NUMBER, OTHER));
    assert!(!is_closed(&tolerant, gateway, &forged, OTHER), "{gateway} {what}: forged");
    assert!(is_closed(&tolerant, gateway, &written, NUMBER), "{gateway} {what}: tolerant");
    assert_eq!((tolerant.posts(gateway, NUMBER), tolerant.posts(gateway, OTHER)), (1, 1), "{gateway} {what}");
}

const CONTENT_TYPES: [&str; 6] = [
    "",
    "Content-Type: application/octet-stream\r\n",
    "Content-Type: text/plain;charset=ISO-8859-1\r\n",
    "Content-Type: application/json\r\n",
    "Content-Type: text/html; charset=gb2312; boundary=x\r\n",
    "Content-Type: \r\n",
];

#[test]
fn wechat_ignores_the_content_type() {
    for content_type in CONTENT_TYPES.into_iter().chain(["Content-Type: application/x-www-form-urlencoded\r\n"]) {
        judge("wechat", content_type, |sandbox, number| {
            let head = format!("POST /pay/closeorder HTTP/1.1\r\n{content_type}");
            (head, wechat::signed(sandbox, wechat::fields(number)))
        });
    }
}

fn with(number: &str, more: &[(&'static str, &str)]) -> wechat::Fields {
    let mut fields = wechat::fields(number);
    fields.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    fields.extend(more.iter().map(|(name, value)| (*name, value.to_string())));
    fields
}

#[test]
fn wechat_takes_fields_that_no_page_lists() {
    let odd: [&[(&str, &str)]; 6] = [
        &[("version", "1.0")],
        &[("device_info", "WEB"), ("attach", "退款")],
        &[("nonce_str", "1767337200-ab.c")],
        &[("sub_appid", ""), ("sub_mch_id", "")],
        &[("sign_type", "")],
        &[("transaction_id", "4200000000202601010000000000")],
    ];
    for more in odd {
        judge("wechat", &format!("{more:?}"), |sandbox, number| {
            let head = "POST /pay/closeorder HTTP/1.1\r\nContent-Type: text/xml\r\n".to_string();
            (head, wechat::signed(sandbox, with(number, more)))
        });
    }
}

#[test]
fn wechat_reads_what_writers_of_xml_add() {
    for (from, to) in [
        ("</xml>", "<sub_mch_id/></xml>"),
        ("</xml>", "<!-- end --></xml>\n"),
        (
            "<xml>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<xml xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">",
        ),
    ] {
        judge("wechat", to, |sandbox, number| {
            let head = "POST /pay/closeorder HTTP/1.1\r\nContent-Type: text/xml\r\n".to_string();
            (head, wechat::signed(sandbox, wechat::fields(number)).replace(from, to))
        });
    }
}

#[test]
fn wechat_queries_by_its_own_number() {
    let sandbox = support::tolerant();
    let ask = |fields: wechat::Fields| {
        let head = "POST /pay/orderquery HTTP/1.1\r\n";
        wechat::reply(&support::send(&sandbox, head, wechat::signed(&sandbox, fields).as_bytes()))
    };
    let by_id = |id: &str| {
        let mut fields = with("A", &[("transaction_id", id), ("version", "1.0")]);
        fields.retain(|(name, _)| *name != "out_trade_no");
        ask(fields)
    };
    let field = |fields: &[(String, String)], name| wechat::field(fields, name);
    let ids: Vec<String> =
        ["PAID1", "PAID2", "REFUNDED3"].map(|number| field(&ask(wechat::fields(number)), "transaction_id").unwrap()).into();
    assert!(ids.iter().all(|id| id.len() == 28) && ids[0] != ids[1]);
    for (id, number, state) in [(&ids[0], "PAID1", "SUCCESS"), (&ids[1], "PAID2", "SUCCESS"), (&ids[2], "REFUNDED3", "REFUND")] {
        let found = by_id(id);
        assert_eq!((field(&found, "out_trade_no").as_deref(), field(&found, "trade_state").as_deref()), (Some(number), Some(state)));
        assert_eq!(sandbox.queries("wechat", number), 2, "the query is booked under the order");
    }
    let both = ask(with("PAID1", &[("transaction_id", ids[1].as_str())]));
    assert_eq!(field(&both, "out_trade_no").as_deref(), Some("PAID2"), "its own number counts first");
    assert_eq!(field(&by_id("4200000000202601019999999999"), "err_code").as_deref(), Some("ORDERNOTEXIST"));
    sandbox.set_strict(true);
    assert_eq!(field(&by_id(&ids[0]), "return_code").as_deref(), Some("FAIL"));
}

const ICBC: &str = "POST /api/mybank/pay/cpay/cporderclose/V1 HTTP/1.1\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n";
const VERSION: &str = "APIGW-VERSION: v2_20190522\r\n";

#[test]
fn icbc_needs_neither_charset_nor_version() {
    let heads = CONTENT_TYPES.map(|content_type| format!("{content_type}{VERSION}"));
    let odd = [FORM.to_string(), format!("{FORM}APIGW-VERSION: v2_20990101\r\n"), String::new()];
    for head in heads.into_iter().chain(odd) {
        judge("icbc", &head, |sandbox, number| (format!("{ICBC}{head}"), support::form(&icbc::signed(sandbox, &icbc::fields(number)))));
    }
}

/// Everything as it is but what would end a field: no client escapes less.
fn raw(fields: &[(&'static str, String)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", value.replace('%', "%25").replace('+', "%2B"))).collect();
    pairs.join("&")
}

#[test]
fn icbc_takes_parameters_that_no_page_lists() {
    let odd: [&[(&'static str, &str)]; 6] = [
        &[("notify_url", "https://example.com/通知?a=1")],
        &[("app_auth_token", "t"), ("clientType", "2")],
        &[("interfaceName", " ")],
        &[("charset", "utf-8")],
        &[("encrypt_type", ""), ("ca", "  ")],
        &[("biz_content", r#"{"agreeCode":"1","orderCode":"2","partnerSeq":"N202601020","remark":"退"}"#)],
    ];
    for more in odd {
        judge("icbc", &format!("{more:?}"), |sandbox, number| {
            let mut signed = icbc::fields(number);
            for (name, value) in more {
                icbc::set(&mut signed, name, value);
            }
            let blank = |value: &str| value.trim().is_empty();
            let sign = icbc::signed(sandbox, &signed.iter().filter(|(_, value)| !blank(value)).cloned().collect::<Vec<_>>()).pop();
            (format!("{ICBC}{FORM}{VERSION}"), support::form(&[&signed[..], &[sign.unwrap()]].concat()))
        });
    }
}

#[test]
fn forms_that_escape_next_to_nothing() {
    judge("icbc", "raw", |sandbox, number| (format!("{ICBC}{FORM}{VERSION}"), raw(&icbc::signed(sandbox, &icbc::fields(number)))));
    let head = || format!("POST /gateway.do HTTP/1.1\r\n{FORM}");
    judge("ysepay", "raw", |sandbox, number| (head(), raw(&ysepay::signed(sandbox, &ysepay::fields(number)))));
    judge("ysepay", "a blank", |sandbox, number| {
        (head(), support::form(&ysepay::signed(sandbox, &ysepay::fields(number))).replace("+", " "))
    });
    judge("ysepay", "an & too many", |sandbox, number| {
        (head(), format!("&{}&", support::form(&ysepay::signed(sandbox, &ysepay::fields(number)))))
    });
}

/// `sun.misc.BASE64Encoder` breaks lines after 76 characters.
#[test]
fn signatures_in_lines() {
    let broken = |mut fields: Vec<(&'static str, String)>, end: &str| {
        let sign = fields.pop().unwrap().1;
        let lines: Vec<_> = sign.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        fields.push(("sign", lines.join(end) + end));
        support::form(&fields)
    };
    for end in ["\r\n", "\n"] {
        judge("icbc", end, |sandbox, number| (format!("{ICBC}{FORM}{VERSION}"), broken(icbc::signed(sandbox, &icbc::fields(number)), end)));
        judge("ysepay", end, |sandbox, number| {
            (format!("POST /gateway.do HTTP/1.1\r\n{FORM}"), broken(ysepay::signed(sandbox, &ysepay::fields(number)), end))
        });
    }
}

#[test]
fn ysepay_needs_no_content_type() {
    for content_type in CONTENT_TYPES.into_iter().chain(["Content-Type: application/x-www-form-urlencoded\r\n"]) {
        judge("ysepay", content_type, |sandbox, number| {
            let head = format!("POST /gateway.do HTTP/1.1\r\n{content_type}");
            (head, support::form(&ysepay::signed(sandbox, &ysepay::fields(number))))
        });
    }
}

#[test]
fn ysepay_takes_parameters_that_no_page_lists() {
    let odd: [&[(&'static str, &str)]; 5] = [
        &[("return_url", "https://example.com/返回")],
        &[("seller_id", "x"), ("tran_type", "1")],
        &[("charset", "utf-8")],
        &[("charset", "")],
        &[("biz_content", r#"{"protocol_no": "N202601020", "remark": "解约"}"#)],
    ];
    for more in odd {
        judge("ysepay", &format!("{more:?}"), |sandbox, number| {
            let mut fields = ysepay::fields(number);
            for (name, value) in more {
                ysepay::set(&mut fields, name, value);
            }
            fields.retain(|(_, value)| !value.is_empty());
            // Without a charset it is GBK, and this is not: the number alone is read.
            let is_gbk = fields.iter().all(|(name, _)| *name != "charset");
            assert!(!is_gbk || fields.iter().all(|(_, value)| value.is_ascii()));
            (format!("POST /gateway.do HTTP/1.1\r\n{FORM}"), support::form(&ysepay::signed(sandbox, &fields)))
        });
    }
}

#[test]
fn edgeros_looks_at_what_is_signed() {
    const JSON: &str = "Content-Type: application/json\r\n";
    const ACCEPT: &str = "Accept: application/json\r\n";
    let judge_head = |what: &str, from: &str, to: &str| {
        judge("edgeros", what, |sandbox, number| {
            let (head, body) = edgeros::correct(sandbox, number);
            assert!(head.contains(from));
            (head.replace(from, to), body)
        });
    };
    for content_type in CONTENT_TYPES.into_iter().filter(|text| *text != JSON) {
        judge_head(content_type, JSON, content_type);
    }
    for accept in ["", "Accept: */*\r\n", "Accept: text/html, */*;q=0.1\r\n"] {
        judge_head(accept, ACCEPT, accept);
    }
    for nonce in ["7", "123e4567-e89b-12d3-a456-426614174000", "a b"] {
        judge("edgeros", nonce, |sandbox, number| {
            let text = edgeros::string_to_sign(nonce, Some(number), None);
            (edgeros::head(sandbox, nonce, &text), format!(r#"{{"mch_trade_no":"{number}"}}"#))
        });
    }
    for (id, signed) in [("null", None), (r#""""#, Some(""))] {
        judge("edgeros", id, |sandbox, number| {
            let nonce = support::id();
            let text = edgeros::string_to_sign(&nonce, Some(number), signed);
            (edgeros::head(sandbox, &nonce, &text), format!(r#"{{"transaction_no":{id},"mch_trade_no":"{number}","version":null}}"#))
        });
    }
}

#[test]
fn chinaums_looks_at_what_is_signed() {
    let path = "POST /v1/netpay/bills/preauthed-cancel HTTP/1.1\r\n";
    let header = |sandbox: &Sandbox, body: &str| chinaums::body_sig(sandbox, body, &support::digits(0), ",");
    for content_type in CONTENT_TYPES.into_iter().filter(|text| !text.contains("json")) {
        judge("chinaums", content_type, |sandbox, number| {
            let body = chinaums::body(number, &support::spelt(0));
            (format!("{path}Authorization: {}\r\n{content_type}", header(sandbox, &body)), body)
        });
    }
    for more in [r#","msgSrc":"WWW.TEST.COM"}"#, r#","goods":[{"price":1}]}"#, r#","totalAmount":100,"divisionFlag":null}"#] {
        judge("chinaums", more, |sandbox, number| {
            let body = chinaums::body(number, &support::spelt(0)).replace('}', more);
            (format!("{path}Authorization: {}\r\nContent-Type: application/json\r\n", header(sandbox, &body)), body)
        });
    }
    for unquoted in [false, true] {
        judge("chinaums", &format!("in another order, unquoted: {unquoted}"), |sandbox, number| {
            let body = chinaums::body(number, &support::spelt(0));
            let header = header(sandbox, &body);
            let mut parts: Vec<_> = header.strip_prefix("OPEN-BODY-SIG ").unwrap().split(',').collect();
            parts.reverse();
            let text = if unquoted { parts.join(", ").replace('"', "") } else { parts.join(",") };
            (format!("{path}Authorization: OPEN-BODY-SIG {text}\r\nContent-Type: application/json\r\n"), body)
        });
    }
}

#[test]
fn the_path_counts() {
    for gateway in GATEWAYS {
        for (before, after) in [("", "?"), ("", "?a=1&b=%2F//x"), ("http://gateway.example:8080", ""), ("https://gateway.example", "?x")] {
            judge(gateway, &format!("{before} {after}"), |sandbox, number| {
                let (head, body) = every::correct(sandbox, gateway, number);
                let (method, rest) = head.split_once(' ').unwrap();
                let (path, rest) = rest.split_once(' ').unwrap();
                (format!("{method} {before}{path}{after} {rest}"), body)
            });
        }
    }
}

fn chunked(body: &str, size: usize) -> Vec<u8> {
    let mut framed = Vec::new();
    for chunk in body.as_bytes().chunks(size) {
        framed.extend(format!("{:X};name=value\r\n", chunk.len()).bytes().chain(chunk.iter().copied()).chain(*b"\r\n"));
    }
    framed.extend(b"0\r\nTrailer: x\r\n\r\n");
    framed
}

#[test]
fn bodies_in_chunks() {
    let (strict, tolerant) = (support::sandbox(), support::tolerant());
    for gateway in GATEWAYS {
        for (size, number) in [(1, "C1"), (7, "C2"), (4000, "C3")] {
            let (head, body) = every::correct(&strict, gateway, number);
            let request =
                [format!("{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").into_bytes(), chunked(&body, size)].concat();
            for (sandbox, closed) in [(&strict, None), (&tolerant, Some(State::Closed))] {
                let mut tcp = support::connect(sandbox);
                tcp.write_all(&request).unwrap();
                let mut answer = Vec::new();
                let _ = tcp.read_to_end(&mut answer); // refused before it was read, it may be reset
                assert_eq!(sandbox.state(gateway, number), closed, "{gateway} {size}");
            }
        }
    }
}

#[test]
fn chunks_that_are_none() {
    let sandbox = support::tolerant();
    for (body, status) in
        [("z\r\n", 400), ("2\r\nabc\r\n0\r\n\r\n", 400), ("fffffff\r\n", 413), ("ffffffffffffffff\r\n", 413), ("-1\r\n", 400)]
    {
        let mut tcp = support::connect(&sandbox);
        tcp.write_all(format!("POST /pay/closeorder HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        tcp.read_to_end(&mut answer).unwrap();
        assert_eq!(support::parse(&answer).status, status, "{body}");
    }
    let both = support::send(&sandbox, "POST /pay/closeorder HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n");
    assert_eq!(both.status, 501, "two framings are one too many");
}

#[test]
fn a_client_that_waits_to_be_told_to_go_on() {
    let sandbox = support::tolerant();
    for gateway in GATEWAYS {
        let (head, body) = every::correct(&sandbox, gateway, "E1");
        let mut tcp = support::connect(&sandbox);
        let head = format!("{head}Expect: 100-continue\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        tcp.write_all(head.as_bytes()).unwrap();
        let mut interim = [0; 25];
        tcp.read_exact(&mut interim).unwrap();
        assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n", "{gateway}");
        tcp.write_all(body.as_bytes()).unwrap();
        let mut answer = Vec::new();
        tcp.read_to_end(&mut answer).unwrap();
        assert_eq!((support::parse(&answer).status, sandbox.state(gateway, "E1")), (200, Some(State::Closed)), "{gateway}");
    }
}

/// What our own clients send is what the page says, so that it passes in both.
#[test]
fn correct_requests_pass_in_both() {
    for sandbox in [support::sandbox(), support::tolerant()] {
        for gateway in GATEWAYS {
            let written = every::correct(&sandbox, gateway, "A1");
            assert!(is_closed(&sandbox, gateway, &written, "A1"), "{gateway}");
        }
    }
}
