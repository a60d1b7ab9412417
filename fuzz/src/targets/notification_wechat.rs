//! WeChat Pay: signed are the non-empty elements, sorted; what is about a refund is encrypted and not signed.

use crate::posts::{Lab, Rules};
use crate::reference::xml;
use crate::rewrite;
use crate::script::Script;
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
            "<err_code>FAIL</err_code>",
            "<trade_state>REFUND</trade_state>",
            "<trade_state_desc>1</trade_state_desc>",
            "<refund_id>1</refund_id>",
            "<trade_type>MICROPAY</trade_type>",
            "<req_info>",
            "</req_info>",
            "<sign_type>MD5</sign_type>",
            "<sign>",
            "</sign>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<!DOCTYPE xml>",
            "&amp;",
            "&#38;",
            "&amp;key=",
            "<a/>",
        ],
        has_unsigned: true,
    })
});

pub fn run(data: &[u8]) {
    LAB.run(data);
}

pub fn seeds() -> Vec<Vec<u8>> {
    LAB.seeds()
}

fn covered(body: &[u8]) -> Option<Vec<u8>> {
    Some(xml::signed(&xml::read(std::str::from_utf8(body).ok()?)?))
}

fn rewritten(body: &[u8], script: &mut Script<'_>) -> Option<Vec<u8>> {
    Some(rewrite::xml(&xml::read(std::str::from_utf8(body).ok()?)?, script).into())
}
