//! The replies, as the gateways send them, and where they are signed.

use crate::vector::{Answered, answered};
use chexiao::Code;
use chexiao_kit::{Caller, KEYS, MSG_ID, edgeros, icbc, wechat, ysepay};
use chexiao_sandbox::Sm2Encoding;
use serde_json::{Value, json};
use std::ops::Range;

/// A reply that means something.
pub(crate) struct Golden {
    pub(crate) name: &'static str,
    pub(crate) caller: Caller,
    pub(crate) code: Code,
    pub(crate) body: Vec<u8>,
    pub(crate) signed: Signed,
}

/// What a change must not touch.
pub(crate) enum Signed {
    /// The bytes of these ranges, as they are.
    Bytes(Vec<Range<usize>>),
    /// The members with their values, however they are written; null is no value.
    Members,
}

pub(crate) fn all() -> Vec<Golden> {
    let closes = icbc_replies().into_iter().chain(ysepay_replies()).chain(wechat_replies()).chain(edgeros_replies());
    closes.chain(icbc_states()).chain(wechat_states()).chain(siblings()).collect()
}

/// Refunds, their queries, and payments undone, as the test vectors have them.
fn siblings() -> Vec<Golden> {
    let golden = |file, name: &'static str, code| {
        let Answered { client, call, body } = answered(file, name);
        let signed = match file {
            "edgeros/refund" => Signed::Members,
            _ => Signed::Bytes(elements(str::from_utf8(&body).unwrap())),
        };
        let sent = client.sign(&call).unwrap();
        Golden { name, caller: Caller { client, call, sent }, code, body, signed }
    };
    vec![
        golden("wechat/refund", "wechat-refund-taken-up", Code::Processing),
        golden("wechat/refund", "wechat-refund-NOTENOUGH-named", Code::Refused),
        golden("wechat/refund", "wechat-refund-query-SUCCESS", Code::Refunded),
        golden("wechat/refund", "wechat-refund-query-REFUNDCLOSE", Code::Refused),
        golden("wechat/refund", "wechat-refund-query-REFUNDNOTEXIST", Code::NotFound),
        golden("wechat/reverse", "wechat-reverse-undone-names-the-order", Code::Closed),
        golden("wechat/reverse", "wechat-reverse-hmac", Code::Closed),
        golden("edgeros/refund", "edgeros-refund-taken-up", Code::Processing),
        golden("edgeros/refund", "edgeros-refund-1007", Code::NotFound),
        golden("edgeros/refund", "edgeros-refund-query-done-perhaps", Code::Unknown),
    ]
}

/// What came of this operation, with these members of response_biz_content.
fn icbc_reply(operation: &str, name: &'static str, settings: &Value, code: Code, biz: &str, spaced: bool) -> Golden {
    let body = icbc::sealed(settings, biz);
    let body = if spaced { with_blanks(&body, &["{\"response_biz_content\"", ",\"sign\"", "}"]) } else { body };
    let (caller, signed) =
        (Caller::of(operation, "icbc", settings, &icbc::order("A1", "O1", "序1")), Signed::Bytes(icbc::sealed_at(&body)));
    Golden { name, caller, code, body, signed }
}

fn icbc_states() -> Vec<Golden> {
    let golden = |name, settings, code, words: &str, spaced| {
        let biz = format!("{{\"agreeCode\":\"A1\",\"partnerSeq\":\"序1\",\"return_code\":0,\"return_msg\":\"查询 {{\\\"}}\"{words}}}");
        icbc_reply("query", name, &settings, code, &biz, spaced)
    };
    let encrypted = json!({ "encrypt_key": KEYS.icbc_encrypt_key });
    vec![
        golden(
            "icbc query: closed",
            json!({}),
            Code::Closed,
            ",\"payPlanList\":[{\"planNo\":\"1\",\"status\":\"6\"},{\"status\":7}]",
            false,
        ),
        golden(
            "icbc query: closed, GBK, spaced",
            json!({ "charset": "GBK" }),
            Code::Closed,
            ",\"payStatus\":\"\",\"payPlanList\":[{\"status\":\"7\"}]",
            true,
        ),
        golden("icbc query: closed, encrypted", encrypted, Code::Closed, ",\"payPlanList\":[{\"status\":6}]", false),
        golden(
            "icbc query: failed",
            json!({}),
            Code::AlreadyClosed,
            ",\"payStatus\":\"2\",\"payType\":\"101\",\"payPlanList\":[{\"status\":\"6\"}]",
            false,
        ),
        golden("icbc query: paid", json!({}), Code::Paid, ",\"payStatus\":1,\"payType\":203,\"payPlanList\":[]", false),
        golden("icbc query: processing", json!({}), Code::Processing, ",\"payStatus\":\"3\"", false),
        golden(
            "icbc query: contradictory",
            json!({}),
            Code::Unknown,
            ",\"payStatus\":\"1\",\"payType\":\"101\",\"payPlanList\":[{\"status\":\"6\"}]",
            false,
        ),
        golden("icbc query: released", json!({}), Code::Unknown, ",\"payStatus\":\"1\",\"payType\":\"202\"", false),
    ]
}

fn icbc_replies() -> Vec<Golden> {
    let golden = |name, settings: Value, code, biz: &str, spaced| icbc_reply("close", name, &settings, code, biz, spaced);
    let biz = |code: i64, status: &str| {
        format!(
            "{{\"agreeCode\":\"A1\",\"partnerSeq\":\"序1\",\"return_code\":{code},\"return_msg\":\"关闭 {{\\\"}}\"{status},\"success\":true}}"
        )
    };
    let refused = format!("{{\"return_code\":\"400017\",\"return_msg\":\"\",\"msg_id\":\"{MSG_ID}\"}}");
    vec![
        golden("icbc closed", json!({}), Code::Closed, &biz(0, ",\"status\":\"2\""), false),
        golden("icbc closed, GBK, spaced", json!({ "charset": "GBK" }), Code::Closed, &biz(0, ""), true),
        golden(
            "icbc closed, encrypted",
            json!({ "encrypt_key": KEYS.icbc_encrypt_key }),
            Code::Closed,
            &biz(0, ",\"status\":\"2\""),
            false,
        ),
        golden("icbc already closed", json!({}), Code::AlreadyClosed, &biz(5205, ",\"status\":\"2\""), false),
        golden("icbc paid", json!({}), Code::Paid, &biz(5205, ",\"status\":\"1\""), false),
        golden("icbc processing", json!({}), Code::Processing, &biz(80005207, ",\"status\":\"3\""), false),
        golden("icbc misconfigured", json!({}), Code::Misconfigured, &refused, false),
    ]
}

fn ysepay_replies() -> Vec<Golden> {
    let golden = |name, config, settings: Value, code, body: Vec<u8>| {
        let (caller, signed) = (Caller::open(config, &settings, &ysepay::order("K1")), Signed::Bytes(ysepay::sealed_at(&body)));
        Golden { name, caller, code, body, signed }
    };
    let rsa = |object: &str| ysepay::sealed(&json!({}), object);
    let gbk = json!({ "charset": "GBK" });
    let object =
        |status: &str| format!("{{\"code\":\"10000\",\"msg\":\"成功\",\"trade_status\":\"{status}\",\"url\":\"a/b {{\\\"}}\",\"n\":1.0}}");
    let spaced = with_blanks(&ysepay::sealed(&gbk, &object("SUCCESS")), &["{\"sign\"", ",\"ysepay", "}"]);
    let slashes = String::from_utf8(rsa(&object("SUCCESS"))).unwrap().replace("a/b", "a\\/b").into_bytes();
    let failure = "{\"code\":\"40004\",\"msg\":\"Business Failed\",\"sub_code\":\"ACQ.INVALID_PARAMETER\"}";
    vec![
        golden("ysepay closed", "ysepay", json!({}), Code::Closed, rsa(&object("SUCCES"))),
        golden("ysepay closed, GBK, spaced", "ysepay", gbk, Code::Closed, spaced),
        golden("ysepay closed, \\/ for /", "ysepay", json!({}), Code::Closed, slashes),
        golden("ysepay closed, SM2 in DER", "ysepay-sm", json!({}), Code::Closed, ysepay::sealed_sm(Sm2Encoding::Der, &object("SUCCESS"))),
        golden(
            "ysepay closed, SM2 raw",
            "ysepay-sm",
            json!({ "sm2_encoding": "raw" }),
            Code::Closed,
            ysepay::sealed_sm(Sm2Encoding::Raw, &object("SUCCESS")),
        ),
        golden("ysepay refused", "ysepay", json!({}), Code::Refused, rsa(&object("FAILED"))),
        golden("ysepay misconfigured", "ysepay", json!({}), Code::Misconfigured, rsa(failure)),
    ]
}

/// What came of this operation, with these fields beside those that are always there.
fn wechat_reply(operation: &str, name: &'static str, settings: &Value, code: Code, fields: &[(&str, &str)], spaced: bool) -> Golden {
    let own = [("return_code", "SUCCESS"), ("appid", "wx8888888888888888"), ("mch_id", "1900000109"), ("nonce_str", "5K8264ILTKCH16CQ")];
    let fields = [&own, fields, &[("x", "中 <]]>&\"")]].concat();
    let mut xml = wechat::sealed(settings, &fields);
    if spaced {
        xml = xml
            .replace(">\n", ">\r\n  <!-- 注释 <a> -->\t")
            .replace("<xml>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><empty></empty>\n<none/>\n");
    }
    let signed = Signed::Bytes(elements(&xml));
    let caller = Caller::of(operation, "wechat", settings, &wechat::order("T1"));
    Golden { name, caller, code, body: xml.into_bytes(), signed }
}

fn wechat_states() -> Vec<Golden> {
    let golden = |name, settings, code, state, spaced| {
        let fields = [("result_code", "SUCCESS"), ("out_trade_no", "T1"), ("trade_state", state), ("trade_state_desc", "订单")];
        wechat_reply("query", name, &settings, code, &fields, spaced)
    };
    let not_found = [("result_code", "FAIL"), ("err_code", "ORDERNOTEXIST")];
    vec![
        golden("wechat query: closed, MD5", json!({}), Code::Closed, "CLOSED", false),
        golden("wechat query: revoked, HMAC-SHA256, spaced", json!({ "sign_type": "HMAC-SHA256" }), Code::Closed, "REVOKED", true),
        golden("wechat query: paid", json!({ "sign_type": "HMAC-SHA256" }), Code::Paid, "SUCCESS", false),
        golden("wechat query: refunded", json!({}), Code::Refunded, "REFUND", false),
        golden("wechat query: open", json!({}), Code::Open, "NOTPAY", false),
        golden("wechat query: processing", json!({}), Code::Processing, "USERPAYING", false),
        wechat_reply("query", "wechat query: not found", &json!({}), Code::NotFound, &not_found, false),
    ]
}

fn wechat_replies() -> Vec<Golden> {
    let golden =
        |name, settings: Value, code, fields: &[(&str, &str)], spaced| wechat_reply("close", name, &settings, code, fields, spaced);
    let success = [("result_code", "SUCCESS")];
    let fail = |err_code| [("result_code", "FAIL"), ("err_code", err_code)];
    let sub = json!({ "mode": "institution", "sub_mch_id": "1900000199" });
    vec![
        golden("wechat closed, MD5", json!({}), Code::Closed, &success, false),
        golden("wechat closed, HMAC-SHA256, spaced", json!({ "sign_type": "HMAC-SHA256" }), Code::Closed, &success, true),
        golden("wechat already closed", json!({ "sign_type": "HMAC-SHA256" }), Code::AlreadyClosed, &fail("ORDERCLOSED"), false),
        golden(
            "wechat paid, institution",
            sub,
            Code::Paid,
            &[("sub_mch_id", "1900000199"), ("result_code", "FAIL"), ("err_code", "ORDERPAID")],
            false,
        ),
        golden("wechat not found", json!({}), Code::NotFound, &fail("ORDERNOTEXIST"), false),
    ]
}

fn edgeros_replies() -> Vec<Golden> {
    let golden = |name: &'static str, code, text: &str, spaced: bool| {
        let body = edgeros::sealed(text);
        let body = if spaced { body.replace("\":", "\" : ").replace(',', " ,\n\t") } else { body };
        let operation = if name.contains("query") { "query" } else { "close" };
        let caller = Caller::of(operation, "edgeros", &json!({}), &edgeros::order(Some("AP1"), Some("T1")));
        Golden { name, caller, code, body: body.into_bytes(), signed: Signed::Members }
    };
    let data = |code: &str| {
        format!(
            "{{\"status\":200,\"message\":\"SUCCESS\",\"fieldErrors\":null,\"data\":{{\"mch_no\":\"MCH1000000\",\"sign_type\":\"SHA256withRSA\",\"nonce\":null,\
             \"transaction_no\":\"AP1\",\"mch_trade_no\":\"T1\",\"code\":\"{code}\",\"description\":\"关单 {{\\\"}}\\n\",\"n\":1.50}}}}"
        )
    };
    let unknown = "{\"status\":1007,\"message\":\"ORDER_NOT_EXIST\",\"fieldErrors\":\"此订单不存在!\",\"data\":{\"mch_no\":\"MCH1000000\",\"sign_type\":\"SHA256withRSA\"}}";
    vec![
        golden("edgeros closed", Code::Closed, &data("SUCCESS"), false),
        golden("edgeros closed, spaced", Code::Closed, &data("SUCCESS"), true),
        golden("edgeros refused", Code::Refused, &data("FAIL"), false),
        golden("edgeros not found", Code::NotFound, unknown, false),
        golden("edgeros query: points to a payment", Code::Unknown, &data("SUCCESS"), false),
        golden("edgeros query: not found, spaced", Code::NotFound, unknown, true),
    ]
}

/// Blanks in front of each of these texts and behind the body.
fn with_blanks(body: &[u8], before: &[&str]) -> Vec<u8> {
    let mut out = body.to_vec();
    for text in before {
        let at = out.windows(text.len()).rposition(|window| window == text.as_bytes()).unwrap();
        out.splice(at..at, *b" \r\n\t");
    }
    [out.as_slice(), b"\n"].concat()
}

/// The elements that hold a text, with their tags.
fn elements(xml: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (end_tag, _) in xml.match_indices("</") {
        let name = &xml[end_tag + 2..][..xml[end_tag + 2..].find('>').unwrap()];
        if !["xml", "empty"].contains(&name) {
            ranges.push(xml.find(&format!("<{name}>")).unwrap()..end_tag + name.len() + 3);
        }
    }
    ranges
}
