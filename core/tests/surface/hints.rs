//! What an error advises, made from what was found: the right remedy, in English and Chinese, and nothing of Rust's own spelling.

use chexiao::{Client, Error, Kind};
use chexiao_kit::KEYS;
use chexiao_sandbox::{CONFIGS, config, sample_order};
use serde_json::{Map, Value, json};

/// What only `Debug` writes, or a table by kind.
const NEVER: [&str; 13] = [
    "Os {",
    "Custom {",
    "kind:",
    "Some(",
    "None",
    "Err(",
    "Error(",
    "Error {",
    "Kind::",
    "\\\"",
    "Invalid",
    "Unexpected",
    "choose another setting",
];

#[track_caller]
fn assert_plain(error: &Error, about: &str) {
    let said = format!("{error}\n{}", error.hint());
    for never in NEVER {
        assert!(!said.contains(never), "{about}: `{never}` in: {said}");
    }
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    assert!(error.hint().starts_with(|c: char| c.is_ascii_alphanumeric()) && error.hint().contains(is_chinese), "{about}: {said}");
    assert_eq!(said.lines().count(), 2, "{about}: {said}");
}

#[track_caller]
fn assert_advice(error: &Error, (kind, field): (Kind, Option<&str>), parts: &[&str], about: &str) {
    assert_plain(error, about);
    assert_eq!((error.kind(), error.field()), (kind, field), "{about}: {error}");
    let said = format!("{}\n{}", error.message(), error.hint());
    for part in parts {
        assert!(said.contains(part), "{about}: no `{part}` in: {said}");
    }
}

fn base(name: &str) -> Value {
    config(name, "https://127.0.0.1:1", &KEYS).unwrap()
}

fn with(name: &str, pointer: &str, value: &Value) -> String {
    let mut config = base(name);
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    config.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(member.into(), value.clone());
    config.to_string()
}

/// What no call can do here: the account, what its call says more, the field, and of what the reason and the way out speak.
#[test]
fn what_is_not_supported_says_why_and_what_to_do() {
    for (name, more, field, parts) in [
        ("wechat", json!({"api": "POST /secapi/mch/uploadmedia"}), "api", ["multipart", "media_id"]),
        ("wechat", json!({"api": "POST /v3/merchant/media/upload"}), "api", ["APIv3", "API v2"]),
        ("wechat", json!({"api": "POST /bizpayurl"}), "api", ["native mode 1", "code_url"]),
        ("wechat", json!({"api": "POST /pay/unifiedorder", "files": ["a.jpg"]}), "files", ["multipart", "SDK"]),
        ("icbc", json!({"api": "POST /api/x/y/V1", "file": {"a": "a.jpg"}}), "file", ["multipart", "SDK"]),
        ("icbc", json!({"api": "POST /api/x/y/V1", "encrypt": "SM4"}), "encrypt", ["IV is not public", "AES"]),
        ("icbc", json!({"api": "POST /api/x/y/V1", "top_level": {"encrypt_type": "sm4"}}), "top_level.encrypt_type", ["SM4", "`encrypt`"]),
        ("ysepay", json!({"api": "upload"}), "api", ["multipart", "SDK"]),
        ("chinaums", json!({"api": "POST /netpay-route-server/api/"}), "api", ["sign inside the body", "SDK"]),
        ("chinaums", json!({"api": "POST /self-contract-nmrs/interface/autoreg"}), "api", ["encrypted json_data", "SDK"]),
        ("edgeros", json!({"api": "POST /pay/v1/transactions/create"}), "api", ["front end", "SIGN order"]),
    ] {
        let mut call = json!({"operation": "call"});
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let client = Client::new(&base(name).to_string()).unwrap();
        let about = call.to_string();
        let [signed, sent] = [client.sign(&about).unwrap_err(), client.call(&about).unwrap_err()];
        for error in [signed, sent] {
            assert_advice(&error, (Kind::Unsupported, Some(field)), &parts, &about);
        }
    }
}

fn refused(config: &str) -> Error {
    Client::new(config).err().unwrap_or_else(|| panic!("taken: {config}"))
}

#[test]
fn a_value_of_another_type_is_told_how_it_is_written() {
    let number = ["without quotes, such as 3000", "去掉引号"];
    let whole = ["a whole number without sign, point or exponent", "不带符号"];
    let quotes = ["put it in quotes", "加上引号"];
    for (gateway, pointer, value, parts) in [
        ("icbc", "/deadline_ms", json!("3000"), &number[..]),
        ("icbc", "/connect_timeout_ms", json!(" 300 "), &number),
        ("icbc", "/deadline_ms", json!("3s"), &["without a unit", "单位"]),
        ("icbc", "/deadline_ms", json!("5000ms"), &["without a unit", "单位"]),
        ("icbc", "/deadline_ms", json!(3e3), &whole),
        ("icbc", "/deadline_ms", json!(3000.5), &whole),
        ("icbc", "/deadline_ms", json!(-1), &whole),
        ("icbc", "/deadline_ms", json!(true), &whole),
        ("icbc", "/deadline_ms", json!([3000]), &whole),
        ("icbc", "/account/app_id", json!(10_000_000), &quotes),
        ("wechat", "/account/mch_id", json!(1_900_000_109), &quotes),
        ("wechat", "/account/mch_id", json!(1.5e30), &quotes),
        ("icbc", "/account/app_id", json!(["x"]), &["without [ ]", "不要用 [ ]"]),
        ("icbc", "/account/app_id", json!({"env": "X"}), &["a text in quotes", "带引号的文本"]),
        ("icbc", "/account/app_id", json!(null), &["leave the member out", "删去该项"]),
        ("icbc", "/account/allow_weak_key", json!("true"), &["true or false without quotes", "不带引号"]),
        ("icbc", "/account/allow_weak_key", json!("yes"), &["true or false without quotes", "不带引号"]),
        ("icbc", "/account/allow_weak_key", json!(1), &["write true or false", "请写 true 或 false"]),
        ("icbc", "/account/sign_type", json!("rsa2"), &["write \"RSA2\", exactly so", "请写作 \"RSA2\""]),
        ("icbc", "/account/charset", json!("utf8"), &["write \"UTF-8\", exactly so", "请写作 \"UTF-8\""]),
        ("icbc", "/account/charset", json!("gb18030"), &["write one of them", "请写其中之一"]),
        ("wechat", "/account/sign_type", json!("HMAC_SHA256"), &["write \"HMAC-SHA256\"", "大小写"]),
        ("icbc", "/account", json!("{\"app_id\": \"1\"}"), &["not a text that holds one", "而不是装有对象的文本"]),
        ("icbc", "/account", json!([]), &["without [ ]", "不要用 [ ]"]),
        ("icbc", "/account", json!(5), &["write an object", "请写对象"]),
        ("icbc", "/proxy", json!(8080), &quotes),
        ("icbc", "/gateway", json!("ICBC"), &["write \"icbc\", exactly so", "请写作 \"icbc\""]),
        ("icbc", "/gateway", json!("wechatpay"), &["write \"wechat\"", "请写作"]),
        ("icbc", "/gateway", json!("alipay"), &["write one of them", "请写其中之一"]),
    ] {
        let about = format!("{pointer} {value}");
        let field = pointer.trim_start_matches('/').replace('/', ".");
        assert_advice(&refused(&with(gateway, pointer, &value)), (Kind::Config, Some(&field)), parts, &about);
    }
}

#[test]
fn a_key_that_is_not_known_is_told_the_right_one() {
    for (pointer, field, parts) in [
        ("/deadline", "deadline", &["write `deadline_ms`, if that is meant", "若指 `deadline_ms`"][..]),
        ("/deadlineMs", "deadlineMs", &["write `deadline_ms`"]),
        ("/baseUrl", "baseUrl", &["write `base_url`"]),
        ("/enviroment", "enviroment", &["write `environment`"]),
        ("/ca-file", "ca-file", &["write `ca_file`"]),
        ("/app_id", "app_id", &["belong into `account`", "写在 `account` 中"]),
        ("/retries", "retries", &["leave it out", "删去"]),
        ("/account/appId", "account.appId", &["write `app_id`"]),
        ("/account/privateKey", "account.privateKey", &["write `private_key`"]),
        ("/account/public_key", "account.public_key", &["write `gateway_public_key`"]),
        ("/account/deadline_ms", "account.deadline_ms", &["write `deadline_ms` beside `account`", "写在 `account` 旁边"]),
        ("/account/caFile", "account.caFile", &["write `ca_file` beside `account`"]),
        ("/account/base_url\u{200b}", "account.(a key that is no name)", &["write `base_url` beside `account`"]),
    ] {
        assert_advice(&refused(&with("icbc", pointer, &json!("x"))), (Kind::Config, Some(field)), parts, pointer);
    }
    let client = Client::new(&base("wechat").to_string()).unwrap();
    for (call, field, parts) in [
        (json!({"operation": "close", "order": {"outTradeNo": "A1"}}), "order.outTradeNo", &["write `out_trade_no`", "照此书写"][..]),
        (
            json!({"operation": "close", "order": {"out_trade_no": "A1", "msg_id": "x"}}),
            "order.msg_id",
            &["write `msg_id` beside `order`", "旁边"],
        ),
        (json!({"operation": "close", "order": {"out_trade_no": "A1", "nonce": "x"}}), "order.nonce", &["write `nonce` beside `order`"]),
        (json!({"operation": "close", "order": {}, "out_trade_no": "A1"}), "out_trade_no", &["belong into `order`", "写在 `order` 中"]),
        (json!({"operation": "close", "order": {}}), "order.out_trade_no", &["add `out_trade_no`", "补上"]),
        (json!({"operation": "close"}), "order", &["add `order`", "补上"]),
        (json!({"order": {}}), "operation", &["add `operation`", "补上"]),
        (json!({"operation": "close", "order": {"out_trade_no": 123}}), "order.out_trade_no", &["put it in quotes", "前导零"]),
        (json!({"operation": "close", "order": "{\"out_trade_no\":\"A1\"}"}), "order", &["not a text that holds one", "装有对象"]),
    ] {
        assert_advice(&client.sign(&call.to_string()).unwrap_err(), (Kind::Call, Some(field)), parts, &call.to_string());
    }
}

#[test]
fn text_that_is_no_json_is_told_what_stands_there() {
    for (text, parts) in [
        ("", &["it is empty", "内容为空"][..]),
        ("/etc/pay/wechat.json", &["what the file holds", "文件的内容"]),
        ("{'gateway': 'icbc'}", &["line 1, column 2", "write \" around", "英文双引号"]),
        ("{\u{201c}gateway\u{201d}: 1}", &["write \" around", "英文双引号"]),
        ("{\"gateway\": \"icbc\",}", &["comma after the last member", "逗号"]),
        ("{\"gateway\": \"icbc\"\u{ff0c} \"x\": 1}", &["not U+FF0C (a full-width character)", "by hand", "半角"]),
        ("{\"gateway\"\u{ff1a} \"icbc\"}", &["not U+FF1A (a full-width character)", "半角"]),
        ("{\u{a0}\"gateway\": \"icbc\"}", &["line 1, column 2", "not U+00A0 (a no-break space)"]),
        ("{\"gateway\": \"icbc\"} // mine", &["nothing after it", "只能有一个文档"]),
        ("{\n  // mine\n  \"gateway\": \"icbc\"}", &["line 2, column 3", "JSON has none", "不支持注释"]),
        ("{\"allow\": True}", &["true, false or null", "true、false 或 null"]),
        ("{\"path\": \"C:\\keys\"}", &["C:\\\\keys", "反斜杠"]),
        ("{\"pem\": \"-----BEGIN\nkey\"}", &["line breaks inside a text as \\n", "换行请写成 \\n"]),
        ("{\"gateway\": \"icbc.json", &["closing quote"]),
        ("{\"gateway\": \"icbc", &["closing quote", "结尾的引号"]),
        ("{\"gateway\": \"icbc\"", &["ends early", "内容不完整"]),
        ("{gateway: 1}", &["write the name in quotes", "名称请加双引号"]),
    ] {
        assert_advice(&refused(text), (Kind::Config, None), parts, text);
    }
    let twice = "{\"gateway\": \"icbc\", \"gateway\": \"icbc\"}";
    assert_advice(&refused(twice), (Kind::Config, Some("gateway")), &["duplicate key", "leave one of the two out", "二者之一"], twice);
}

#[test]
fn an_address_is_told_how_it_is_written() {
    for (url, parts) in [
        ("gw.open.icbc.com.cn", &["write https:// and the host", "https://host"][..]),
        ("localhost:8443", &["write https:// before the host", "前写 https://"]),
        ("http://gw.open.icbc.com.cn", &["https:// instead of http://", "改为 https://"]),
        ("https://host/api", &["leave out what follows the host", "之后的部分"]),
        ("https://host?x", &["leave out what follows", "之后的部分"]),
        ("https://me:secret@host", &["before the @", "@ 之前"]),
        ("https://host\u{200b}", &["U+200B (a zero-width space) at line 1, character 13", "by hand", "手工输入"]),
    ] {
        assert_advice(&refused(&with("icbc", "/base_url", &json!(url))), (Kind::Config, Some("base_url")), parts, url);
    }
    let mut both = base("icbc");
    both["environment"] = "production".into();
    assert_advice(&refused(&both.to_string()), (Kind::Config, Some("base_url")), &["leave one of the two out", "二者之一"], "both");
    both.as_object_mut().unwrap().remove("base_url");
    both["environment"] = "prod".into();
    assert_advice(&refused(&both.to_string()), (Kind::Config, Some("environment")), &["must be one of: production, sandbox"], "prod");
    both.as_object_mut().unwrap().remove("environment");
    assert_advice(
        &refused(&both.to_string()),
        (Kind::Config, Some("base_url")),
        &["write \"environment\" (here: production, sandbox)"],
        "none",
    );
    let slow = with("icbc", "/connect_timeout_ms", &json!(30_000));
    assert_advice(&refused(&slow), (Kind::Config, Some("connect_timeout_ms")), &["lower connect_timeout_ms", "减小"], "slow");
}

#[test]
fn what_cannot_be_seen_is_named_in_every_setting() {
    for (gateway, pointer) in [
        ("icbc", "/base_url"),
        ("icbc", "/gateway"),
        ("icbc", "/proxy"),
        ("icbc", "/account/app_id"),
        ("ysepay", "/account/partner_id"),
        ("ysepay", "/account/notify_url"),
        ("ysepay-sm", "/account/sm2_user_id"),
        ("wechat", "/account/appid"),
        ("wechat", "/account/mch_id"),
        ("wechat", "/account/api_key"),
        ("edgeros", "/account/mch_no"),
        ("chinaums", "/account/app_id"),
        ("chinaums", "/account/app_key"),
        ("chinaums", "/account/mid"),
    ] {
        if !CONFIGS.contains(&gateway) {
            continue;
        }
        let own = base(gateway).pointer(pointer).and_then(Value::as_str).unwrap_or("http://x").to_owned();
        for (c, name) in [
            ('\u{200b}', "U+200B (a zero-width space)"),
            ('\u{a0}', "U+00A0 (a no-break space)"),
            ('\u{feff}', "U+FEFF"),
            ('\u{ff11}', "U+FF11 (a full-width"),
            ('\n', "U+000A (a line break)"),
            ('\u{202e}', "U+202E (a mark of"),
        ] {
            let error = refused(&with(gateway, pointer, &json!(format!("{own}{c}"))));
            let place = format!("at line 1, character {}", own.chars().count() + 1);
            let field = pointer.trim_start_matches('/').replace('/', ".");
            assert_advice(
                &error,
                (Kind::Config, Some(&field)),
                &[name, &place, "by hand", "手工输入"],
                &format!("{gateway} {pointer} {name}"),
            );
            assert!(own.len() < 8 || !error.to_string().contains(&own), "{error}");
        }
    }
}

/// They go into logs.
#[test]
fn what_cannot_be_seen_is_refused_in_ids_at_every_gateway() {
    for gateway in chexiao_sandbox::GATEWAYS {
        let client = Client::new(&base(gateway).to_string()).unwrap();
        let order = sample_order(gateway, "A1").unwrap();
        for c in
            "\0\t\n\r\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{61c}\u{200b}\u{200f}\u{2028}\u{2029}\u{202e}\u{2060}\u{2066}\u{feff}\u{e0041}".chars()
        {
            for member in ["msg_id", "nonce"] {
                let call = json!({"operation": "close", "order": order, member: format!("0123456789abcdef{c}")}).to_string();
                let error = client.sign(&call).unwrap_err();
                let code = format!("U+{:04X}", u32::from(c));
                assert_advice(&error, (Kind::Call, Some(member)), &[&code], &format!("{gateway} {member}"));
            }
        }
    }
}

#[test]
fn an_operation_that_a_gateway_lacks_names_the_gateway_and_what_to_do_instead() {
    let gateway = "ysepay";
    let client = Client::new(&base(gateway).to_string()).unwrap();
    let order = sample_order(gateway, "A1").unwrap();
    let parts = [&format!("{gateway} documents no query"), "here there is `close`", "use `close`", "`retry`", "商户后台", gateway];
    for (operation, sends) in [("query", true), ("query", false), ("ensure_closed", true)] {
        let call = json!({"operation": operation, "order": order}).to_string();
        let error = if sends { client.send(&call).unwrap_err() } else { client.sign(&call).unwrap_err() };
        assert_advice(&error, (Kind::Unsupported, Some("operation")), &parts, operation);
    }
    let client = Client::new(&base("wechat").to_string()).unwrap();
    let order = sample_order("wechat", "A1").unwrap();
    for (operation, part) in [
        ("Close", "write `close`"),
        ("closed", "write `close`"),
        ("ensureClosed", "write `ensure_closed`"),
        ("ensure-closed", "write `ensure_closed`"),
        ("cancel", "closes, cancels or voids"),
        ("revoke", "closes, cancels or voids"),
        ("closeOrder", "closes, cancels or voids"),
        ("orderquery", "write `query`"),
        ("Call", "write `call`"),
        ("Refund", "write `refund`"),
        ("refundquery", "write `refund_query`"),
        ("pay", "`call` with `api`"),
        ("", "`call` with `api`"),
    ] {
        let error = client.send(&json!({"operation": operation, "order": order}).to_string()).unwrap_err();
        assert_advice(&error, (Kind::Unsupported, Some("operation")), &[part], operation);
    }
    let error = client.sign(&json!({"operation": "ensure_closed", "order": order}).to_string()).unwrap_err();
    assert_advice(&error, (Kind::Call, Some("operation")), &["call `send`", "请调用 `send`"], "ensure_closed, signed");
    for gateway in ["wechat", "edgeros", "chinaums", "icbc"] {
        let error = Client::new(&base(gateway).to_string()).unwrap().encrypt_field("x").err();
        error.iter().for_each(|error| assert_advice(error, (Kind::Unsupported, None), &["the gateway's page", "网关文档"], gateway));
    }
}

#[test]
fn a_file_that_is_missing_is_named() {
    for (path, parts) in [
        ("/no/such/config.json", &["the file /no/such/config.json of the configuration cannot be read", "check the path", "检查路径"][..]),
        ("no-such.json", &["no-such.json", "check the path"]),
        ("{\"gateway\": \"icbc\"}", &["this is the configuration itself", "文档本身"]),
        ("/", &["cannot be read", "check the path"]),
    ] {
        let error = Client::from_file(path).unwrap_err();
        assert_advice(&error, (Kind::Config, None), parts, path);
        assert!(!error.to_string().contains("icbc"), "{error}");
    }
    for (pointer, value, parts) in [
        ("/ca_file", json!("/no/such/ca.pem"), &["the file /no/such/ca.pem cannot be read", "check the path", "检查路径"][..]),
        ("/account/private_key", json!({"file": "/no/such/key.pem"}), &["the file /no/such/key.pem", "检查路径"]),
        (
            "/account/private_key",
            json!({"file": "/no/such\u{200b}/key.pem"}),
            &["its name holds U+200B (a zero-width space) at line 1, character 9"],
        ),
        ("/account/private_key", json!({"env": "CHEXIAO_NO\u{200b}_KEY"}), &["is not set (its name holds U+200B", "variable"]),
        ("/account/private_key", json!({"env": "CHEXIAO_NO_SUCH_KEY"}), &["the environment variable CHEXIAO_NO_SUCH_KEY is not set"]),
        ("/account/private_key", json!("/etc/pay/key.pem"), &["write {\"file\": \"/etc/pay/key.pem\"}"]),
        ("/account/gateway_public_key", json!("keys/icbc.cer"), &["write {\"file\": \"keys/icbc.cer\"}"]),
        ("/account/private_key", json!("-----BEGIN PRIVATE KEY-----\nx"), &["write {\"pem\": \"…\"}"]),
    ] {
        let field = pointer.trim_start_matches('/').replace('/', ".");
        let error = refused(&with("icbc", pointer, &value));
        if !value.is_string() || pointer == "/ca_file" {
            assert_eq!(error.reason().map(|reason| reason.word()), Some("unreadable"), "{error}");
        }
        let said = format!("{}\n{}", error.message(), error.hint());
        assert_eq!(error.field(), Some(field.as_str()), "{said}");
        parts.iter().for_each(|part| assert!(said.contains(part), "no `{part}` in {said}"));
    }
}

/// Each member of each document, of each type, missing and misspelt: whatever is said is said in words.
#[test]
fn no_error_speaks_rust() {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-5),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!(" "),
        json!("x"),
        json!("\u{200b}"),
        json!("撤销<&"),
        json!([]),
        json!({}),
        json!({"file": "/no/such"}),
        json!({"env": "NO_SUCH_1"}),
        json!({"pem": "x", "base64": "y"}),
        json!({"base64": "AAAA"}),
        json!("x".repeat(5000)),
    ];
    let mut errors = 0;
    for name in CONFIGS {
        let whole = base(name);
        let refuse = |config: &Value, about: &str| match Client::new(&config.to_string()) {
            Ok(_) => 0,
            Err(error) => {
                assert_plain(&error, about);
                1
            }
        };
        errors += mutants(&whole, &values).iter().map(|(about, config)| refuse(config, &format!("{name} {about}"))).sum::<usize>();
        let client = Client::new(&whole.to_string()).unwrap();
        let gateway = whole["gateway"].as_str().unwrap();
        let call = json!({"operation": "close", "msg_id": "1234567890", "timestamp": "2024-01-31 08:30:00", "nonce": "abcdefghijklmnop", "order": sample_order(gateway, "A1").unwrap()});
        for (about, call) in mutants(&call, &values) {
            if let Err(error) = client.sign(&call.to_string()) {
                assert_plain(&error, &format!("{name} {about}"));
                errors += 1;
            }
        }
    }
    assert!(errors > 1500, "{errors}");
}

/// The document with each of its members, two levels deep, replaced by each value, left out, and under a name with an `x` before it.
fn mutants(document: &Value, values: &[Value]) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let inner = document.as_object().unwrap().iter().filter_map(|(name, value)| Some((name, value.as_object()?)));
    for (parent, members) in
        std::iter::once((None, document.as_object().unwrap())).chain(inner.map(|(name, members)| (Some(name), members)))
    {
        for name in members.keys() {
            let mut change = |what: String, change: &dyn Fn(&mut Map<String, Value>)| {
                let mut changed = document.clone();
                change(match parent {
                    None => changed.as_object_mut().unwrap(),
                    Some(parent) => changed[parent].as_object_mut().unwrap(),
                });
                all.push((format!("{}{name}: {what}", parent.map_or(String::new(), |parent| format!("{parent}."))), changed));
            };
            values.iter().for_each(|value| change(value.to_string().chars().take(40).collect(), &|members| members[name] = value.clone()));
            change("missing".into(), &|members| _ = members.remove(name));
            change("misspelt".into(), &|members| {
                let value = members.remove(name).unwrap();
                members.insert(format!("x{name}"), value);
            });
        }
    }
    all
}
