//! WeChat Pay: signed over the field map, which does not name the order.

use crate::gateway::{Account, Gateway, Id, Members, Raw, Word, Words};
use crate::meaning::{Meaning, UNKNOWN};
use crate::plan::{Plan, Seal};
use chexiao::{Code, Confirm, Evidence};
use chexiao_kit::wechat;
use serde_json::{Value, json};
use std::ops::Range;

pub(crate) struct Wechat;

/// A value that begins with `<` is written as an element inside the element, which no reply may hold.
pub(crate) const RETURN_CODE: Word =
    Word { name: "return_code", listed: &["SUCCESS", "SUCCESS", "SUCCESS", "FAIL"], unlisted: NEAR_SUCCESS };
pub(crate) const RESULT_CODE: Word = Word { name: "result_code", listed: &["SUCCESS", "FAIL"], unlisted: NEAR_SUCCESS };
const ERR_CODE: Word = Word {
    name: "err_code",
    listed: &[
        "ORDERCLOSED",
        "ORDERPAID",
        "ORDERNOTEXIST",
        "SYSTEMERROR",
        "SIGNERROR",
        "REQUIRE_POST_METHOD",
        "XML_FORMAT_ERROR",
        "XML_ERROR",
        "APPID_NOT_EXIST",
        "MCHID_NOT_EXIST",
        "APPID_MCHID_NOT_MATCH",
        "LACK_PARAMS",
        "PARAM_ERROR",
        "POST_DATA_EMPTY",
        "NOT_UTF8",
        "NOAUTH",
        "FREQUENCY_LIMITED",
    ],
    unlisted: &[
        "SUCCESS",
        "0",
        "OK",
        "orderclosed",
        "ORDERCLOSED ",
        " ORDERPAID",
        "ORDERREVERSED",
        "ORDERCLOSE",
        "",
        "<b></b>",
        "<b>ORDERPAID</b>",
    ],
};
pub(crate) const MISCONFIGURED: [&str; 12] = [
    "SIGNERROR",
    "REQUIRE_POST_METHOD",
    "XML_FORMAT_ERROR",
    "XML_ERROR",
    "APPID_NOT_EXIST",
    "MCHID_NOT_EXIST",
    "APPID_MCHID_NOT_MATCH",
    "LACK_PARAMS",
    "PARAM_ERROR",
    "POST_DATA_EMPTY",
    "NOT_UTF8",
    "NOAUTH",
];
/// What an unsigned refusal may say is to be mended.
pub(crate) const MISTAKES: [&str; 6] = ["签名失败", "签名错误", "参数格式校验错误", "XML格式错误", "簽名失敗", "參數格式校驗錯誤"];
pub(crate) const RETURN_MSG: Word = Word {
    name: "return_msg",
    listed: &["OK", "签名失败", "签名错误", "参数格式校验错误", "XML格式错误", "簽名失敗", "參數格式校驗錯誤"],
    unlisted: &["系统繁忙", "SUCCESS", "签名成功", "", "ORDERPAID"],
};
const NEAR_SUCCESS: &[&str] =
    &["success", "SUCCESS ", " SUCCESS", "SUCCES", "OK", "0", "true", "", "<b></b>", "<b>SUCCESS</b>", "<![CDATA[]]>"];

const EXTRAS: [(&str, &str); 10] = [
    ("success", "true"),
    ("x1", "a<b>c\"'"),
    ("x2", "a]]>b"),
    ("x3", " 中文 "),
    ("x4", "100"),
    ("x5", ""),
    ("x6", "result_code=FAIL"),
    ("x7", "uid=1&order=2"),
    ("device_info", "1&2=3"),
    ("err_code_des", "已关闭"),
];

impl Gateway for Wechat {
    fn id(&self) -> &'static str {
        "wechat"
    }

    fn operation(&self) -> &'static str {
        "close"
    }

    /// Direct with MD5 and with HMAC-SHA256, and for a sub-merchant.
    fn accounts(&self) -> Vec<Account> {
        let order = wechat::order("Trade-Ab1");
        let own = |sub_appid, sub_mch_id| vec![Some("wxAb1"), Some("Mch1"), sub_appid, sub_mch_id, Some("Trade-Ab1")];
        let direct = |sign_type| json!({ "appid": "wxAb1", "mch_id": "Mch1", "sign_type": sign_type });
        let institution =
            json!({ "mode": "institution", "appid": "wxAb1", "mch_id": "Mch1", "sub_appid": "wxSubAb1", "sub_mch_id": "SubMch1" });
        vec![
            Account { settings: direct("MD5"), order: order.clone(), own: own(None, None), encrypted: false },
            Account { settings: direct("HMAC-SHA256"), order: order.clone(), own: own(None, None), encrypted: false },
            Account { settings: institution, order, own: own(Some("wxSubAb1"), Some("SubMch1")), encrypted: false },
        ]
    }

    fn words(&self) -> &'static [Word] {
        &[RETURN_CODE, RESULT_CODE, ERR_CODE, RETURN_MSG]
    }

    fn ids(&self) -> &'static [Id] {
        const {
            &[
                Id::optional("appid"),
                Id::optional("mch_id"),
                Id::optional("sub_appid"),
                Id::optional("sub_mch_id"),
                Id::unlisted("out_trade_no"),
            ]
        }
    }

    fn finals(&self) -> &'static [Words] {
        &[
            &[Some("SUCCESS"), Some("SUCCESS"), None, Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), None, None],
            &[Some("SUCCESS"), Some("FAIL"), Some("ORDERCLOSED"), Some("OK")],
            &[Some("SUCCESS"), Some("FAIL"), Some("ORDERPAID"), Some("OK")],
        ]
    }

    fn contradictions(&self) -> &'static [Words] {
        &[
            &[Some("SUCCESS"), Some("SUCCESS"), Some("ORDERPAID"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("ORDERCLOSED"), None],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("SYSTEMERROR"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("ORDERNOTEXIST"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("SUCCESS"), Some("OK")],
            &[Some("SUCCESS"), Some("SUCCESS"), Some("0"), None],
        ]
    }

    fn meaning(&self, words: &[Raw]) -> Meaning {
        let [return_code, result_code, err_code, return_msg] = words else { unreachable!() };
        if words.iter().flatten().any(|word| word.starts_with('<') && !word.starts_with("<!")) {
            return UNKNOWN;
        }
        match (return_code.as_deref(), return_msg.as_deref()) {
            (Some("SUCCESS"), _) => business(result_code.as_deref(), err_code.as_deref()),
            (Some("FAIL"), Some(message)) if MISTAKES.contains(&message) => Meaning::any_of(&[Code::Misconfigured]),
            _ => UNKNOWN,
        }
    }

    fn refuses(&self, _: u16, _: &[Raw]) -> bool {
        false
    }

    fn evidence(&self) -> Evidence {
        Evidence::SignedUnbound
    }

    fn can(&self) -> &'static [Code] {
        &[Code::Closed, Code::AlreadyClosed, Code::Paid, Code::Processing, Code::NotFound, Code::Misconfigured, Code::Unknown]
    }

    fn extras(&self) -> Members {
        &EXTRAS
    }

    fn listed(&self) -> Option<&'static [&'static str]> {
        Some(&["device_info", "err_code_des"])
    }

    fn foreign(&self) -> Members {
        &[
            ("trade_state", "CLOSED"),
            ("trade_type", "JSAPI"),
            ("prepay_id", "wx1"),
            ("code_url", "weixin://wxpay/bizpayurl?pr=1"),
            ("transaction_id", "1"),
            ("total_fee", "1"),
            ("time_end", "20240506070809"),
            ("refund_fee", "1"),
            ("refund_status_0", "SUCCESS"),
            ("out_refund_no", "1"),
            ("recall", "N"),
            ("short_url", "weixin://wxpay/s/1"),
        ]
    }

    fn quote(&self, text: &str) -> String {
        text.to_string()
    }

    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8> {
        write(self, plan, account)
    }

    fn second(&self) -> &'static str {
        "<xml><return_code>SUCCESS</return_code></xml>"
    }

    fn strays(&self) -> &'static [&'static str] {
        &[
            "<html><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></html>",
            "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code></xml>",
            "<xml><return_code>FAIL</return_code><result_code>FAIL</result_code><err_code>ORDERCLOSED</err_code></xml>",
            "<!DOCTYPE xml [<!ENTITY s \"SUCCESS\">]><xml><return_code>&s;</return_code></xml>",
            "{\"return_code\":\"SUCCESS\",\"result_code\":\"SUCCESS\"}",
        ]
    }

    /// The text of every element; the sandbox writes one element a line.
    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>> {
        let text = std::str::from_utf8(body).unwrap();
        let mut ranges = Vec::new();
        for line in text.lines() {
            let line = line.rsplit("-->").next().unwrap();
            let line = line.strip_prefix("<xml>").unwrap_or(line);
            let start = line.as_ptr() as usize - text.as_ptr() as usize;
            let (Some(open), Some(close)) = (line.find('>'), line.rfind("</")) else { continue };
            let cdata = if line[open..].starts_with("><![CDATA[") { (9, 3) } else { (0, 0) };
            if open < close {
                ranges.push(start + open + 1 + cdata.0..start + close - cdata.1);
            }
        }
        ranges.into_iter().filter(|range| !range.is_empty()).collect()
    }

    fn says_the_same(&self, _: &[u8], _: &[u8]) -> bool {
        false
    }
}

/// The body of a reply with these words.
pub(crate) fn write(gateway: &dyn Gateway, plan: &Plan, account: &Account) -> Vec<u8> {
    let id = |at: usize| account.own[at].and_then(|own| plan.ids[at].value(Some(own))).map(as_text);
    let words = gateway.words();
    let mut fields: Vec<(&str, Raw)> = Wechat.ids().iter().enumerate().map(|(at, name)| (name.name, id(at))).collect();
    fields.extend(words.iter().zip(&plan.words).map(|(word, raw)| (word.name, raw.clone())));
    fields.push(("nonce_str", Some("5K8264ILTKCH16CQ".to_string())));
    fields.extend(plan.more(gateway).into_iter().map(|(name, text)| (name, Some(text.to_string()))));
    let (nested, plain): (Vec<_>, Vec<_>) =
        fields.iter().filter_map(|(name, raw)| Some((*name, raw.as_deref()?))).partition(|(_, text)| text.starts_with('<'));
    let settings = &account.settings;
    let sealed = match plan.seal {
        Seal::Right => wechat::sealed(settings, &plain),
        Seal::OtherKey => wechat::sealed_by_another(settings, &plain),
        Seal::Stolen => wechat::sealed_otherwise(settings, &plain),
        Seal::Raw(raw) => with_sign(&wechat::sealed(settings, &plain), raw),
    };
    let twice = plan.repeated().and_then(|at| Some((words[at].name, plan.words[at].as_deref()?)));
    let nested = nested.into_iter().chain(twice);
    let more: String = nested.map(|(name, text)| format!("<{name}>{text}</{name}>")).collect();
    let sealed = wechat::beginning_with(&more, &sealed);
    if plan.spaced { sealed.replace(">\n", ">\r\n\t<!-- > -->").into_bytes() } else { sealed.into_bytes() }
}

fn business(result_code: Option<&str>, err_code: Option<&str>) -> Meaning {
    match (result_code, err_code) {
        (Some("SUCCESS"), None) => Meaning::any_of(&[Code::Closed]).confirm(Confirm::Recommended),
        (Some("SUCCESS"), Some("" | "<![CDATA[]]>")) => Meaning::any_of(&[Code::Closed, Code::Unknown]),
        (Some("SUCCESS"), Some(_)) => UNKNOWN.contradiction(),
        (Some("FAIL"), Some(err_code)) => match err_code {
            "ORDERCLOSED" => Meaning::any_of(&[Code::AlreadyClosed]).confirm(Confirm::Recommended),
            "ORDERPAID" => Meaning::any_of(&[Code::Paid]).confirm(Confirm::Recommended),
            "ORDERNOTEXIST" => Meaning::any_of(&[Code::NotFound]),
            "FREQUENCY_LIMITED" => Meaning::any_of(&[Code::Processing]),
            "SYSTEMERROR" => UNKNOWN,
            fixable if MISCONFIGURED.contains(&fixable) => Meaning::any_of(&[Code::Misconfigured]),
            _ => UNKNOWN,
        },
        _ => UNKNOWN,
    }
}

/// An id as XML text: nothing for null, an element for what is not text.
fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => format!("<b>{}</b>", other.to_string().replace(['<', '&'], "")),
    }
}

/// Another text where the signature stands, or none.
fn with_sign(sealed: &str, raw: Option<&str>) -> String {
    let sign = raw.map(|raw| format!("<sign>{}</sign>\n", raw.trim_matches('"'))).unwrap_or_default();
    wechat::ending_in(sealed, &format!("{sign}</xml>"))
}

/// `a=1&b=2` is also the text of one field `a` with the value `1&b=2`: the signature holds, the contradiction is gone.
#[test]
fn i3_joined_fields() {
    let lab = crate::lab::closing("wechat");
    let fields = [
        ("appid", "wxAb1"),
        ("device_info", "1"),
        ("err_code", "ORDERPAID"),
        ("mch_id", "Mch1"),
        ("result_code", "SUCCESS"),
        ("return_code", "SUCCESS"),
    ];
    let honest = wechat::sealed(&json!({}), &fields);
    let joined = honest.replace("<device_info>1</device_info>", "<device_info><![CDATA[1&err_code=ORDERPAID]]></device_info>");
    let joined = joined.replace("<err_code><![CDATA[ORDERPAID]]></err_code>\n", "");
    assert!(honest.contains("err_code>") && !joined.contains("err_code>") && joined.len() != honest.len());
    for body in [honest, joined] {
        assert_eq!(lab.judge_body(&Plan::plain(lab.gateway), body.clone().into_bytes()).code(), Code::Unknown, "{body}");
    }
}
