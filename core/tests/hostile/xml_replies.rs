//! XML that is more than WeChat Pay sends.

use crate::lab::{Cost, Lab, is_malformed};
use chexiao::{Code, MAX_REPLY, Reason};
use chexiao_kit::wechat;
use serde_json::json;

fn lab() -> Lab {
    Lab::open("wechat", &json!({}), &wechat::order("T1"))
}

/// A sealed reply that closes.
fn sealed(more: &[(&str, &str)]) -> String {
    let fields = [("return_code", "SUCCESS"), ("result_code", "SUCCESS"), ("nonce_str", "5K8264ILTKCH16CQ")];
    wechat::sealed(&json!({}), &[&fields, more].concat())
}

const LAUGHS: &str = r#"<!DOCTYPE xml [<!ENTITY a "SUCCESS"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;"><!ENTITY g "&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;">]>"#;

#[test]
fn sealed_all_the_same() {
    let (lab, mut cost, body) = (lab(), Cost::default(), sealed(&[]));
    let inside = |more: &str| body.replacen("<xml>", &format!("<xml>{more}"), 1);
    let before = |more: &str| format!("{more}{body}");
    let after = |more: &str| format!("{body}{more}");
    let million = |text: &str| text.repeat(1_000_000 / text.len());
    let many = |count: usize| (0..count).map(|at| format!("<e{at}>1</e{at}>")).collect::<String>();
    let bad = [
        ("DOCTYPE", before("<!DOCTYPE xml>")),
        ("DOCTYPE in the root", inside("<!DOCTYPE xml>")),
        ("internal entity", format!("<!DOCTYPE xml [<!ENTITY x \"1\">]>{}", inside("<a>&x;</a>"))),
        ("external entity", format!("<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}", inside("<a>&x;</a>"))),
        ("external entity over HTTP", format!("<!DOCTYPE xml [<!ENTITY x SYSTEM \"http://127.0.0.1:1/\">]>{}", inside("<a>&x;</a>"))),
        ("parameter entity", before("<!DOCTYPE xml [<!ENTITY % x SYSTEM \"http://127.0.0.1:1/\">%x;]>")),
        ("external DTD", before("<!DOCTYPE xml SYSTEM \"http://127.0.0.1:1/x.dtd\">")),
        ("billion laughs", format!("{LAUGHS}{}", inside("<a>&g;</a>"))),
        (
            "quadratic entity",
            format!(
                "<!DOCTYPE xml [<!ENTITY x \"{}\">]>{}",
                million("a").split_at(500_000).0,
                inside(&format!("<a>{}</a>", "&x;".repeat(50_000)))
            ),
        ),
        ("unknown entity", inside("<a>&nbsp;</a>")),
        ("entity in the root", inside("&amp;")),
        ("character reference in the root", inside("&#32;")),
        ("NUL reference", inside("<a>&#0;</a>")),
        ("surrogate reference", inside("<a>&#xd800;</a>")),
        ("reference too large", inside("<a>&#x110000;</a>")),
        ("reference beyond any number", inside("<a>&#xffffffffffffffffffffff41;</a>")),
        ("reference with a sign", inside("<a>&#+65;</a>")),
        ("reference without a number", inside("<a>&#;</a>")),
        ("unfinished reference", inside("<a>&amp</a>")),
        ("two roots", after("<xml></xml>")),
        ("two whole documents", after(&body)),
        ("text after the root", after("x")),
        ("text before the root", before("x")),
        ("text in the root", inside("x")),
        ("CDATA in the root", inside("<![CDATA[ ]]>")),
        ("CDATA after the root", after("<![CDATA[]]>")),
        ("unclosed root", body.replace("</xml>", "")),
        ("closed twice", after("</xml>")),
        ("duplicate", inside("<return_code>SUCCESS</return_code>")),
        ("empty duplicate", inside("<return_code/>")),
        ("nested", inside("<a><b>1</b></a>")),
        ("nested return_code", inside("<a><return_code>FAIL</return_code></a>")),
        ("attribute", inside("<a b=\"1\">1</a>")),
        ("attribute of the root", body.replacen("<xml>", "<xml a=\"1\">", 1)),
        ("name space", inside("<x:a>1</x:a>")),
        ("default name space", body.replacen("<xml>", "<xml xmlns=\"urn:x\">", 1)),
        ("processing instruction", inside("<?php x?>")),
        ("processing instruction before", before("<?x y?>")),
        ("second declaration", before("<?xml version=\"1.0\"?><?xml version=\"1.0\"?>")),
        ("late declaration", before(" <?xml version=\"1.0\"?>")),
        ("declaration inside", inside("<?xml version=\"1.0\"?>")),
        ("conditional section", inside("<![INCLUDE[<a>1</a>]]>")),
        ("unfinished CDATA", inside("<a><![CDATA[x</a>")),
        ("]]> in text", inside("<a>]]></a>")),
        ("-- in a comment", inside("<!-- a -- b -->")),
        ("unfinished comment", inside("<!-- ")),
        ("NUL", inside("<a>\0</a>")),
        ("control character", inside("<a>\u{1}</a>")),
        ("control character in CDATA", inside("<a><![CDATA[\u{b}]]></a>")),
        ("U+FFFE", inside("<a>\u{fffe}</a>")),
        ("two byte order marks", before("\u{feff}\u{feff}")),
        ("byte order mark inside", before(" \u{feff}")),
        ("HTML", body.replace("xml>", "html>")),
        ("upper case root", body.replace("xml>", "XML>")),
        ("100 000 open tags", inside(&"<a>".repeat(100_000))),
        ("100 000 nested", inside(&format!("{}{}", "<a>".repeat(90_000), "</a>".repeat(90_000)))),
        ("60 000 elements", inside(&many(60_000))),
        ("100 000 attributes", inside(&format!("<a {}>1</a>", (0..80_000).map(|at| format!("a{at}=\"\" ")).collect::<String>()))),
        ("a million <", inside(&million("<"))),
        ("a million &", inside(&format!("<a>{}</a>", million("&")))),
        ("a million <!", inside(&million("<!"))),
        ("unfinished comments", inside(&million("<!--"))),
        ("unfinished CDATAs", inside(&format!("<a>{}</a>", million("<![CDATA[")))),
        ("DOCTYPE of a million brackets", before(&format!("<!DOCTYPE x [{}", million("<")))),
    ];
    assert_eq!(lab.measure(&mut cost, "as it is", body.as_bytes()).code(), Code::Closed);
    for (name, body) in &bad {
        let outcome = lab.measure(&mut cost, name, body.as_bytes());
        let refused = is_malformed(&outcome) || outcome.reason() == Some(Reason::TooLarge);
        assert!(refused, "{name}: {outcome:?}");
    }
    for (name, bytes) in [
        ("invalid UTF-8", &b"\xff"[..]),
        ("overlong", b"\xc0\x80"),
        ("surrogate", b"\xed\xa0\x80"),
        ("GBK", b"\xd5\xfd"),
        ("cut", b"\xe4\xb8"),
    ] {
        let body = [b"<xml><a>", bytes, b"</a>", &body.as_bytes()[5..]].concat();
        assert_eq!(lab.measure(&mut cost, name, &body).reason(), Some(Reason::Charset), "{name}");
    }
    let utf16: Vec<u8> = format!("\u{feff}{body}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(is_malformed(&lab.measure(&mut cost, "UTF-16", &utf16)));
    cost.print("wechat, refused");
}

#[test]
fn odd_and_well_formed() {
    let (lab, mut cost, body) = (lab(), Cost::default(), sealed(&[]));
    let inside = |more: &str| body.replacen("<xml>", &format!("<xml>{more}"), 1);
    let good = [
        ("byte order mark", format!("\u{feff}{body}")),
        ("declaration", format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n{body}\r\n")),
        ("comments", inside(&format!("<!-- <a>&x; {} -->", "注释".repeat(1000)))),
        ("a comment of a million letters", inside(&format!("<!--{}-->", "a".repeat(1_000_000)))),
        ("blanks", inside(&" \r\n\t".repeat(100_000))),
        ("empty elements", inside("<a/><b></b><c><![CDATA[]]></c>")),
        ("comment behind the root", format!("{body}<!-- -->\n")),
        ("references", body.replace("<![CDATA[SUCCESS]]>", "&#83;&#x55;&#x0000043;<![CDATA[CE]]><!-- -->SS")),
    ];
    for (name, body) in &good {
        assert_eq!(lab.measure(&mut cost, name, body.as_bytes()).code(), Code::Closed, "{name}");
    }
    let letters = "a".repeat(900_000);
    let large = [
        ("a text of a million letters", sealed(&[("x", &letters)])),
        (
            "170 000 references",
            sealed(&[("x", &"A".repeat(150_000))])
                .replace(&"A".repeat(150_000), &"&#65;".repeat(150_000))
                .replace("<x><![CDATA[", "<x>")
                .replace(";]]></x>", ";</x>"),
        ),
        ("900 elements", sealed(&(0..900).map(|at| (LETTERS[at].as_str(), "1")).collect::<Vec<_>>())),
    ];
    for (name, body) in &large {
        assert!(body.len() <= MAX_REPLY, "{name}");
        let outcome = lab.measure(&mut cost, name, body.as_bytes());
        assert_eq!(outcome.code(), Code::Closed, "{name}: {outcome:?}");
    }
    cost.print("wechat, read");
}

static LETTERS: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| (0..900).map(|at| format!("e{at}")).collect());
