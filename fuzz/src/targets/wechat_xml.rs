//! WeChat Pay: signed are the non-empty elements, sorted; the library's reader and a second one see the same ones.

use crate::lab::{Account, Lab, Rules};
use crate::reference::xml;
use crate::rewrite;
use crate::script::Script;
use chexiao::{HttpReply, Reason};
use std::sync::LazyLock;

static LAB: LazyLock<Lab> = LazyLock::new(|| {
    Lab::new(Rules {
        gateway: "wechat",
        covered,
        rewritten,
        words: &[
            "<xml>",
            "</xml>",
            "<return_code>SUCCESS</return_code>",
            "<result_code>SUCCESS</result_code>",
            "<err_code>ORDERCLOSED</err_code>",
            "<trade_state>CLOSED</trade_state>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<!DOCTYPE xml>",
            "&amp;",
            "&#38;",
            "&key=",
            "<sign>",
            "</sign>",
            "<?xml version=\"1.0\"?>",
            "<a/>",
        ],
        signs: true,
    })
});

/// One input in eight is a document of its own, which both readers read.
pub fn run(data: &[u8]) {
    match data.split_first() {
        Some((4.., document)) => read_twice(document),
        _ => LAB.run(data),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let documents = LAB.seeds().into_iter().filter(|seed| seed.first() == Some(&2)).map(|seed| [&[4], &seed[2..]].concat());
    LAB.seeds().into_iter().chain(documents).collect()
}

fn covered(_: &Account, body: &[u8]) -> Vec<Vec<u8>> {
    std::str::from_utf8(body).ok().and_then(xml::read).map(|fields| xml::signed(&fields)).into_iter().collect()
}

fn rewritten(_: &Account, body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    Some(rewrite::xml(&xml::read(std::str::from_utf8(body).ok()?)?, script).into())
}

const LOOKED_AT: [&str; 14] = [
    "return_code",
    "return_msg",
    "result_code",
    "err_code",
    "err_code_des",
    "trade_state",
    "out_trade_no",
    "appid",
    "mch_id",
    "sub_appid",
    "sub_mch_id",
    "sign",
    "sign_type",
    "key",
];

/// Both readers accept it, with the same fields as far as an outcome shows them, or neither does.
fn read_twice(document: &[u8]) {
    let outcome = LAB.account(0).verify(&HttpReply { status: 200, headers: Vec::new(), body: document.into() });
    let text = std::str::from_utf8(document).ok().filter(|text| !text.contains('\0'));
    let Some(text) = text else { return assert_eq!(outcome.reason(), Some(Reason::Charset)) };
    let Some(fields) = xml::read(text) else { return assert_eq!(outcome.reason(), Some(Reason::Parse)) };
    // A value that holds `&name=` could be signed as two fields: refused where the second one would be looked at.
    let hidden: Vec<&str> =
        fields.values().flat_map(|text| text.split('&').skip(1)).filter_map(|part| part.split_once('=')).map(|(name, _)| name).collect();
    let two_readings = hidden.len() > 1_000 || hidden.iter().any(|name| LOOKED_AT.contains(name) || fields.contains_key(*name));
    assert_eq!(two_readings, outcome.reason() == Some(Reason::Parse), "read by one, refused by the other");
    if two_readings {
        return;
    }
    let field = |name: &str| fields.get(name).filter(|text| !text.is_empty()).cloned();
    let words = outcome.gateway();
    let message = field("err_code_des").or(field("return_msg")).or(field("retmsg"));
    let status = field("trade_state").or(field("result_code"));
    let expected = (field("return_code"), field("err_code"), status, message);
    assert_eq!((words.code.clone(), words.sub_code.clone(), words.status.clone(), words.message.clone()), expected);
}
