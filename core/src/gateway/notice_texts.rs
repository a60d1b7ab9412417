//! One sentence for people, in English and Chinese, for every notice.

use super::notice::Notice;
use crate::outcome::{Code, Evidence, Explanation, Reason};

type Texts = (&'static str, &'static str);

impl Notice {
    /// What was told and what to do.
    pub fn explanation(&self) -> Explanation {
        let (en, zh) = match (self.event(), self.evidence()) {
            (Code::Unknown, Evidence::None) if self.hint().is_some() => NEVER_SIGNED,
            (Code::Unknown, Evidence::None) => self.reason().map_or(UNKNOWN, unproven),
            (Code::Unknown, _) if self.contradiction() => CONTRADICTION,
            (Code::Unknown, Evidence::SignedUnbound) => OTHER_KIND,
            (Code::Unknown, _) if self.hint().is_some() => MONEY_MAYBE,
            (event, _) => told(event),
        };
        let (mut en, mut zh) = (en.to_string(), zh.to_string());
        if let Some((more_en, more_zh)) = self.caveat {
            en += &format!(" {more_en}");
            zh += more_zh;
        }
        if let Some(note) = self.note() {
            en += &format!(" {note}");
            zh += note;
        }
        Explanation { en, zh }
    }
}

const UNKNOWN: Texts = (
    "Authentic, and no word from it that settles anything. Query the order before acting.",
    "通知真实，但其内容不足以定论。处理前请查询订单。",
);
const CONTRADICTION: Texts =
    ("Authentic, and it contradicts itself. Query the order before acting.", "通知真实，但内容自相矛盾。处理前请查询订单。");
const OTHER_KIND: Texts = (
    "Authentic, but of a kind that this library does not read: its verified fields are there, and the merchant decides.",
    "通知真实，但属本库未解读的类型：已验证的字段可供使用，由商户自行判断。",
);
const MONEY_MAYBE: Texts = (
    "Authentic, and it points to money without settling where it is. Query the order before delivering or refunding.",
    "通知真实，涉及资金但不足以定论。发货或退款前请查询订单。",
);
const NEVER_SIGNED: Texts = (
    "The gateway does not sign this kind of notification: what it says proves nothing. Confirm it with a query of the refund.",
    "网关对此类通知不签名，内容不能作为证明。请通过退款查询确认。",
);

fn told(event: Code) -> Texts {
    match event {
        Code::Paid => (
            "A verified notification says that money was taken for this order, perhaps after it was closed. Deliver, or refund.",
            "经验证的通知称该订单已收款，可能发生在关单之后。请发货或退款。",
        ),
        Code::Refunded => (
            "A verified notification says that money was given back, in part or whole. Compare with the books; neither deliver nor refund again.",
            "经验证的通知称已全部或部分退款。请与账务核对，勿发货，勿再次退款。",
        ),
        Code::Closed | Code::AlreadyClosed => (
            "A verified notification says that the order is closed or has failed. Where confirm says so, query before relying on it.",
            "经验证的通知称订单已关闭或失败。如 confirm 要求，采信前请查询确认。",
        ),
        Code::Processing => (
            "The buyer or the bank is in the middle. Wait for the next notification, or query later.",
            "买家或银行正在处理中。请等待后续通知或稍后查询。",
        ),
        _ => UNKNOWN,
    }
}

fn unproven(reason: Reason) -> Texts {
    match reason {
        Reason::Signature => (
            "The signature is missing or wrong: anybody may have sent this. Do not act on it. If it is genuine, check the gateway's key and the settings for notifications.",
            "缺少签名或签名不符，任何人都可能发送。请勿据此处理。若确为网关所发，请检查网关密钥和通知相关配置。",
        ),
        Reason::Mismatch => (
            "Not a notification for this merchant, or not about the order and the amount that were expected. Do not act on it.",
            "不是发给本商户的通知，或与预期的订单号、金额不符。请勿据此处理。",
        ),
        Reason::TooLarge => ("Larger than 1 MiB, and not read.", "超过 1 MiB，未予读取。"),
        Reason::Encoding => (
            "The body is compressed, or two lengths are given for it. Hand over the body as the gateway sent it.",
            "正文经过压缩，或给出了两个长度。请传入网关发送的原始正文。",
        ),
        Reason::Charset => ("Not text in the charset that it should have.", "不是预期字符集的文本。"),
        Reason::Contradiction => ("It contradicts itself. Query the order before acting.", "内容自相矛盾。处理前请查询订单。"),
        Reason::Input => {
            ("What was handed over cannot be read as a notification; nothing is known of it.", "传入的内容无法作为通知读取，其内容未知。")
        }
        Reason::Parse => (
            "Not the one well-formed document that the gateway documents. Hand over the body as the web server received it.",
            "不是网关文档所述的合法报文。请传入 Web 服务器收到的原始正文。",
        ),
        // Of a reply, or only with proof: no notification that proves nothing has one of these.
        Reason::Timeout
        | Reason::Interrupted
        | Reason::Reset
        | Reason::Truncated
        | Reason::Redirect
        | Reason::Http(_)
        | Reason::Head
        | Reason::Unlisted
        | Reason::File
        | Reason::Defect => ("Nothing is known of it. Query the order before acting.", "其内容未知。处理前请查询订单。"),
    }
}
