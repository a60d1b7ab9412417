//! What the other calls of the same agreement about the same payment are answered.

use super::Accepted;
use crate::json::quote;

pub(super) const CALLS: [&str; 8] = ["create", "query", "close", "refund", "notice", "reservationpay", "reservationcancel", "deposit"];

impl Accepted {
    /// The `response_biz_content` of such a reply; `None`: no such call here.
    pub(super) fn other(&self, kind: &str, msg_id: &str) -> Option<String> {
        const ORDER: &str = r#""orderCode":"2019021314281026","orderAmount":"100","orderCurr":"001","sumPayamt":"100""#;
        let more = match kind {
            "create" => format!(r#"{ORDER},"payMode":"1","redirectParam":"https://b2b.icbc.com.cn/pay?t=1""#),
            "query" => format!(r#"{ORDER},"payMode":"1","payType":"101","payStatus":"1","payPlanList":[{{"status":"1"}}]"#),
            "refund" => format!(r#"{ORDER},"partnerSeqOrigin":{0},"payMode":"1","status":"1""#, quote(&self.partner_seq)),
            "reservationpay" => format!(r#"{ORDER},"partnerSeqOrigin":{0},"payType":"203","status":"1""#, quote(&self.partner_seq)),
            "reservationcancel" => format!(r#"{ORDER},"partnerSeqOrigin":{0},"payType":"202","status":"1""#, quote(&self.partner_seq)),
            "deposit" => r#""depositAmount":"100","status":"1""#.to_string(),
            "close" => r#""status":"2","success":true"#.to_string(),
            _ => return None,
        };
        let (agreement, payment) = (quote(&self.agree_code), quote(&self.partner_seq));
        Some(format!(
            r#"{{"return_code":0,"return_msg":"success","msg_id":{},"agreeCode":{agreement},"partnerSeq":{payment},{more}}}"#,
            quote(msg_id)
        ))
    }
}

/// The bank's notice is a form, not a reply.
pub(super) fn notice(kind: &str) -> Option<&'static str> {
    (kind == "notice").then_some(
        "from=icbc-api&api=%2Fui%2Fcppayapply%2FV1&app_id=10000000000000000001&charset=utf-8&format=json\
         &timestamp=2026-01-02+15%3A04%3A05&biz_content=%7B%22payStatus%22%3A%221%22%7D&sign_type=RSA&sign=AAAA",
    )
}
