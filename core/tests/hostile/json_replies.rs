//! JSON that no gateway sends, inside and outside of what is signed.

use crate::lab::{Cost, is_malformed};
use crate::shells::shells;
use chexiao::{Code, MAX_REPLY, Reason};
use chexiao_kit::ysepay;

/// Members that make a reply something else than JSON with one meaning, though the seal is right.
fn malformed() -> Vec<(&'static str, String)> {
    let nested = |open: &str, middle: &str, close: &str, depth| format!("{}{middle}{}", open.repeat(depth), close.repeat(depth));
    let mut all = vec![
        ("deep list", nested("[", "", "]", 100)),
        ("deep object", nested("{\"a\":", "1", "}", 100)),
        ("very deep list", nested("[", "", "]", 200_000)),
        ("very deep object", nested("{\"a\":", "1", "}", 100_000)),
        ("very deep and never closed", "[".repeat(900_000)),
        ("deep duplicate", r#"{"b":[{"c":{"a":1,"a":2}}]}"#.into()),
        ("deep escaped duplicate", r#"{"b":[{"c":{"a":1,"\u0061":2}}]}"#.into()),
        ("escaped duplicate beyond U+FFFF", r#"{"\ud83d\ude00":1,"\uD83D\uDE00":2}"#.into()),
        ("duplicate of an escaped quote", r#"{"\"":1,"\u0022":2}"#.into()),
        ("empty duplicate", r#"{"":1,"":2}"#.into()),
        ("Chinese duplicate", r#"{"中":1,"\u4e2d":2}"#.into()),
    ];
    let literals = [
        "1e400",
        "-1e400",
        "01",
        "1.",
        ".5",
        "+1",
        "0x10",
        "1e",
        "NaN",
        "Infinity",
        "-",
        "tru",
        "True",
        "nul",
        "undefined",
        "'a'",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "[1 2]",
        "\"a\nb\"",
        "\"a\tb\"",
        "\"\\x41\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"",
        "/* */1",
        "1//\n",
        "\"a",
        "{",
        "[",
        "\u{feff}1",
        "\0",
        "\"\0\"",
        "1\u{a0}",
        "1\u{b}",
        "",
    ];
    all.extend(literals.map(|text| (text, text.to_string())));
    all
}

/// Members that are JSON, and large.
fn large() -> Vec<(&'static str, String)> {
    let list = |item: &str, count| format!("[{}]", vec![item; count].join(","));
    let object = |count: usize| format!("{{{}}}", (0..count).map(|at| format!("\"{at}\":0")).collect::<Vec<_>>().join(","));
    vec![
        ("5 000 members", object(5_000)),
        ("90 000 members", object(90_000)),
        ("300 000 items", list("0", 300_000)),
        ("100 000 empty objects", list("{}", 100_000)),
        ("4 900 objects of one member", list("{\"a\":0}", 4_900)),
        ("a text of a million letters", format!("\"{}\"", "a".repeat(1_000_000))),
        ("a text of 170 000 escapes", format!("\"{}\"", "\\u0041".repeat(170_000))),
        ("a text of 85 000 escaped pairs", format!("\"{}\"", "\\ud83d\\ude00".repeat(85_000))),
        ("a text of 300 000 Chinese characters", format!("\"{}\"", "中".repeat(300_000))),
        ("a number of a million digits", "1".repeat(1_000_000)),
        ("an exponent of a million digits", format!("1e{}", "0".repeat(1_000_000))),
        ("a name of a million letters", format!("{{\"{}\":0}}", "a".repeat(1_000_000))),
        ("half a million blanks", format!("[{}]", " ".repeat(500_000))),
        ("backslashes", format!("\"{}\"", "\\\\".repeat(500_000))),
        ("braces in texts", list("\"}{\\\"\"", 9_000)),
    ]
}

#[test]
fn sealed_all_the_same() {
    for shell in shells() {
        let (mut cost, mut closed) = (Cost::default(), 0);
        assert_eq!(shell.lab.measure(&mut cost, "as it is", &shell.reply("")).code(), Code::Closed, "{}", shell.name);
        for (name, value) in malformed() {
            let outcome = shell.lab.measure(&mut cost, name, &shell.reply(&format!(",\"x\":{value}")));
            assert!(is_malformed(&outcome), "{} with {name}: {outcome:?}", shell.name);
        }
        for more in [
            ",\"x\":1,\"x\":1".to_string(),
            ",\"x\":1,\"\\u0078\":1".to_string(),
            format!(",{}", shell.word),
            ",x".to_string(),
            ",,".to_string(),
        ] {
            let outcome = shell.lab.measure(&mut cost, &more, &shell.reply(&more));
            assert!(is_malformed(&outcome), "{} with {more}: {outcome:?}", shell.name);
        }
        for (name, value) in large() {
            let body = shell.reply(&format!(",\"x\":{value}"));
            assert!(body.len() <= MAX_REPLY, "{name}: {}", body.len());
            let outcome = shell.lab.measure(&mut cost, name, &body);
            assert!(is_malformed(&outcome) || outcome.code() == Code::Closed, "{} with {name}: {outcome:?}", shell.name);
            closed += usize::from(outcome.code() == Code::Closed);
        }
        cost.print(&format!("{}, sealed ({closed} large ones of {} closed)", shell.name, large().len()));
    }
}

#[test]
fn around_the_whole_reply() {
    for shell in shells() {
        let (body, mut cost) = (shell.reply(""), Cost::default());
        let with = |before: &[u8], after: &[u8]| [before, &body, after].concat();
        let blanks = vec![b' '; MAX_REPLY - body.len()];
        let utf16: Vec<u8> = String::from_utf8_lossy(&body).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let half = |at: usize| [&body[..at], b"\0", &body[at..]].concat();
        let bad = [
            ("empty", Vec::new()),
            ("blank", b" \n".to_vec()),
            ("byte order mark", with(b"\xef\xbb\xbf", b"")),
            ("byte order mark of UTF-16", with(b"\xff\xfe", b"")),
            ("UTF-16", utf16),
            ("trailing text", with(b"", b"x")),
            ("trailing brace", with(b"", b"}")),
            ("trailing comma", with(b"", b",")),
            ("trailing NUL", with(b"", b"\0")),
            ("trailing form feed", with(b"", b"\x0c")),
            ("two replies", with(&body, b"")),
            ("two replies on two lines", with(&[&body, &b"\n"[..]].concat(), b"")),
            ("in a list", with(b"[", b"]")),
            ("as a text", with(b"\"", b"\"")),
            ("in a call", with(b"callback(", b")")),
            ("leading NUL", with(b"\0", b"")),
            ("comment", with(b"/**/", b"")),
            ("magic prefix", with(b")]}',\n", b"")),
            ("NUL inside", half(1)),
            ("NUL before the end", half(body.len() - 1)),
            ("invalid UTF-8 and GBK", with(b"", b"\xff")),
            ("cut character", with(b"", b"\xe4")),
        ];
        for (name, body) in &bad {
            let outcome = shell.lab.measure(&mut cost, name, body);
            assert!(is_malformed(&outcome), "{} {name}: {outcome:?}", shell.name);
        }
        for (name, body) in
            [("trailing blanks", with(b"", &blanks)), ("leading blanks", with(&blanks, b"")), ("new lines", with(b"\r\n\t", b"\r\n"))]
        {
            assert_eq!(shell.lab.measure(&mut cost, name, &body).code(), Code::Closed, "{} {name}", shell.name);
        }
        let large = shell.lab.judge(&with(b"", &[&blanks[..], b" "].concat()));
        assert_eq!(large.reason(), Some(Reason::TooLarge), "{}: one byte too many", shell.name);
        cost.print(&format!("{}, around", shell.name));
    }
}

/// A second envelope before or behind the sealed one, and a second signature.
#[test]
fn two_envelopes() {
    for shell in shells().into_iter().filter(|shell| shell.name != "chinaums") {
        let (body, mut cost) = (shell.reply(""), Cost::default());
        let text: String = body.iter().map(|byte| char::from(*byte)).collect();
        let sign = r#""sign":"AAAA""#;
        let envelope = match shell.name {
            "edgeros" => r#""data":{"code":"SUCCESS"}"#.to_string(),
            "ysepay" | "ysepay GBK" => format!(r#""{}":{{"code":"10000","trade_status":"SUCCESS"}}"#, ysepay::SIGNED),
            _ => r#""response_biz_content":{"agreeCode":"A1","partnerSeq":"S1","return_code":0,"status":"2"}"#.to_string(),
        };
        for more in [envelope.as_str(), sign] {
            let escaped = more.replacen(&more[1..2], &format!("\\u{:04x}", more.as_bytes()[1]), 1);
            for more in [more, &escaped] {
                for twice in [format!("{{{more},{}", &text[1..]), format!("{},{more}}}", &text[..text.len() - 1])] {
                    let body: Vec<u8> = twice.chars().map(|c| c as u8).collect();
                    let outcome = shell.lab.measure(&mut cost, more, &body);
                    // EdgerOS signs inside `data`: a `sign` beside it is only another member, which breaks the seal.
                    let expected = is_malformed(&outcome) || shell.name == "edgeros" && outcome.reason() == Some(Reason::Signature);
                    assert!(expected, "{} with {more}: {outcome:?}", shell.name);
                }
            }
        }
        cost.print(&format!("{}, two envelopes", shell.name));
    }
}

/// GBK: the second byte of a character may be a backslash, a quote's neighbour or a brace.
#[test]
fn gbk_characters_that_look_like_json() {
    let mut closed = 0;
    for shell in shells().into_iter().filter(|shell| shell.name.ends_with("GBK")) {
        for trail in (0x40..=0xfe).filter(|trail| *trail != 0x7f) {
            let pair = [0x81, trail];
            let text = encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(&pair).unwrap();
            let outcome = shell.lab.judge(&shell.reply(&format!(",\"x\":\"{text}\"")));
            assert_eq!(outcome.code(), Code::Closed, "{} 81{trail:02x}", shell.name);
            closed += 1;
        }
        let body = shell.reply("");
        let at = body.windows(2).position(|pair| pair == b"\xb3\xc9").unwrap();
        for broken in [&b"\x80"[..], b"\xff", b"\x81", b"\x81\x20", b"\x81\x7f", b"\xe4\xb8\xad\xff", b"\x84\x31\xa4"] {
            let mut body = body.clone();
            body.splice(at..at + 2, broken.iter().copied());
            let outcome = shell.lab.judge(&body);
            assert!(
                outcome.code() == Code::Unknown && outcome.reason() != Some(Reason::Unlisted),
                "{} {broken:x?}: {outcome:?}",
                shell.name
            );
        }
    }
    println!("hostile GBK: {closed} characters with every second byte");
}

#[test]
fn invalid_utf8_is_charset() {
    let broken: [&[u8]; 10] = [
        b"\xff",
        b"\xc0\x80",
        b"\xe0\x80\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\x80",
        b"\xe4\xb8",
        b"\xd5\xfd",
        b"\xc1\xbf",
    ];
    for shell in shells().into_iter().filter(|shell| !shell.name.ends_with("GBK")) {
        let body = shell.reply(",\"x\":\"?\"");
        let at = body.iter().rposition(|byte| *byte == b'?').unwrap();
        for broken in broken {
            let mut body = body.clone();
            body.splice(at..=at, broken.iter().copied());
            assert_eq!(shell.lab.judge(&body).reason(), Some(Reason::Charset), "{} {broken:x?}", shell.name);
        }
    }
}
