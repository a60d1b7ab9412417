//! One sentence for people, in English and Chinese, for every outcome.

use crate::outcome::{Code, Confirm, Evidence, Next, Outcome, Reason, Verb};

/// What happened and what to do, in two languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Outcome {
    /// A close and its query agree, and neither is signed.
    fn is_settled_unsigned(&self) -> bool {
        self.evidence() == Evidence::TlsOnly && self.confirm() == Confirm::NotNeeded
    }

    /// What happened and what to do.
    pub fn explanation(&self) -> Explanation {
        let mut todo = self.querying.filter(|_| matches!(self.next(), Next::Confirm | Next::Query));
        let (en, zh) = match self.code() {
            Code::Closed | Code::AlreadyClosed if self.is_settled_unsigned() => SETTLED_UNSIGNED,
            Code::Closed | Code::AlreadyClosed if self.verb().is_question() && self.evidence() == Evidence::TlsOnly => CLOSED_UNSIGNED,
            Code::Unknown if self.is_denied() => DENIED,
            Code::Closed | Code::AlreadyClosed => closed(self.code(), self.confirm()),
            Code::Paid if self.confirm() != Confirm::NotNeeded => PAID_UNCONFIRMED,
            Code::Paid => ("Money was taken: the order is not closed. Deliver, or refund.", "已收款，订单未关闭。请发货或退款。"),
            Code::Unknown if wants_certificate(self.http_status(), self.raw()) => TURNED_AWAY,
            Code::Unknown if self.verb() == Verb::Query => UNKNOWN_STATE,
            Code::Unknown if self.verb() == Verb::Reverse => UNKNOWN_REVERSAL,
            code if self.verb().is_of_refund() => of_refund(self.verb(), code, self.evidence()),
            Code::Unknown => self.reason().map_or(Code::Unknown.meaning(), |reason| {
                todo = todo.or(Some(QUERY));
                reason.meaning()
            }),
            code => code.meaning(),
        };
        let (mut en, mut zh) = (en.to_string(), zh.to_string());
        if let Some((more_en, more_zh)) = todo {
            en += &format!(" {more_en}");
            zh += more_zh;
        }
        if let Some(said) = self.query_said() {
            en += &format!(" The query that followed says: {said}.");
            zh += &format!("随后的查询结果：{said}。");
        }
        if let Some(note) = self.note() {
            en += &format!(" {note}");
            zh += note;
        }
        Explanation { en, zh }
    }
}

impl Reason {
    /// What it means of a close, in English and in Chinese.
    pub fn meaning(self) -> (&'static str, &'static str) {
        unknown(self)
    }

    /// What to do about it, whichever the gateway, in English and in Chinese.
    pub fn remedy(self) -> (&'static str, &'static str) {
        match self {
            Self::File => ("make room, or mend the folder, and download it once more", "请腾出空间或检查目录，然后重新下载"),
            _ => ("query the order; what no query settles, the merchant console shows", "请查询订单；查询不能定论的，以商户后台为准"),
        }
    }
}

pub(crate) type Texts = (&'static str, &'static str);

const QUERY: Texts = ("Query the order.", "请查询订单。");
const DENIED: Texts = (
    "The reply to the close and the query that followed contradict each other. Somebody must look: query again, and do not rely on either.",
    "关单应答与随后的查询相互矛盾。须人工核查：请再次查询，两者均不可采信。",
);
const UNKNOWN_STATE: Texts = (
    "The query proved nothing about the order. Query again, and keep the goods until then.",
    "本次查询未能证明订单状态。请再次查询，此前勿发货，也勿释放库存。",
);
const UNKNOWN_REVERSAL: Texts = (
    "Nothing is proven: the reversal may have happened. Query the order; where it still stands, reverse it again.",
    "未能证明结果，撤销可能已执行。请查询订单；若订单仍有效，请再次撤销。",
);
const SETTLED_UNSIGNED: Texts = (
    "Closed: the reply to the close and a query of its own say so. This gateway signs no reply: it rests on TLS and on the ids in them; the statement of account has the last word.",
    "已关闭：关单应答与另行查询一致。该网关的应答均无签名，结论依据 TLS 及应答中的单号；最终以对账单为准。",
);
const CLOSED_UNSIGNED: Texts = (
    "Closed, says a reply that is not signed. Compare it with the statement of account before relying on it.",
    "应答称已关闭，但应答没有签名；采信前请与对账单核对。",
);
const PAID_UNCONFIRMED: Texts = (
    "Money was taken, says an authentic reply that does not settle it. Confirm with a query before delivering or refunding.",
    "应答真实，称已收款，但不足以定论。发货或退款前须查询确认。",
);

/// What HTTP servers say where they ask for a certificate, with its page and without a signature: nothing follows from it.
pub(crate) const TURNED_AWAY: Texts = (
    "An HTTP 400 page says that the client certificate is missing or not accepted: check client_certificate. Nothing is proven by it.",
    "HTTP 400 页面称客户端证书缺失或未被接受，请检查 client_certificate；该页面不足以证明任何结果。",
);

/// Whether a reply is such a page, as nginx writes it.
pub(crate) fn wants_certificate(status: Option<u16>, body: &[u8]) -> bool {
    let says = |what: &[u8]| body.windows(what.len()).any(|window| window == what);
    status == Some(400) && body.len() < 4096 && (says(b"No required SSL certificate was sent") || says(b"The SSL certificate error"))
}

/// A second number is a second refund: whatever the doubt, the way out of it keeps the first one.
fn of_refund(verb: Verb, code: Code, evidence: Evidence) -> Texts {
    match code {
        Code::Refunded if evidence == Evidence::TlsOnly => (
            "Given back, says a reply that names this refund; this gateway signs none. Compare it with the statement of account, and do not refund again.",
            "应答写明本退款单号并称已退款，但该网关的应答均无签名。请与对账单核对，勿再次退款。",
        ),
        Code::Refunded => (
            "The refund of this number is done: the money went back. Enter it in the books, and do not refund again.",
            "该退款单号的退款已完成，款项已退回。请记账，勿再次退款。",
        ),
        Code::Processing => (
            "The gateway has taken up the refund, and the money is still on its way. Ask by `refund_query` until it is there.",
            "网关已受理退款，款项尚在途中。请用 `refund_query` 查询直至到账。",
        ),
        Code::Refused => (
            "The gateway says no: nothing goes back by this request. Ask by `refund_query` first; whoever tries again keeps the number of the refund.",
            "网关拒绝退款，款项不会因本次请求退回。请先用 `refund_query` 查询；再次退款须沿用原退款单号。",
        ),
        Code::NotFound if matches!(verb, Verb::RefundQuery) => (
            "The gateway knows no refund of this number, or not yet. Ask again later; whoever refunds after all keeps the number.",
            "网关查无此退款单号，或尚未登记。请稍后再查；仍须退款时，请沿用原退款单号。",
        ),
        Code::Unknown if matches!(verb, Verb::RefundQuery) => (
            "The query proved nothing about the refund. Ask again; never refund under another number.",
            "本次查询未能证明退款状态。请再次查询，切勿换号再退。",
        ),
        Code::Unknown => (
            "Nothing is proven: the refund may have happened, or may happen yet. Ask by `refund_query`; never refund under another number.",
            "未能证明结果，退款可能已执行或将要执行。请用 `refund_query` 查询，切勿换号再退。",
        ),
        code => code.meaning(),
    }
}

fn closed(code: Code, confirm: Confirm) -> Texts {
    match (code, confirm) {
        (Code::Closed, Confirm::NotNeeded) => ("Closed.", "已关闭。"),
        (Code::Closed, Confirm::Recommended) => (
            "Closed, says an authentic reply that does not name the order; a query is recommended.",
            "已关闭；应答真实但未写明订单号，建议查询确认。",
        ),
        (Code::Closed, Confirm::Required) => {
            ("Reported as closed; confirm with a query before relying on it.", "应答称已关闭；须查询确认后方可采信。")
        }
        (_, Confirm::NotNeeded) => ("It was closed before.", "此前已关闭。"),
        (_, Confirm::Recommended) => ("It had failed or was closed before; a query is recommended.", "此前已失败或关闭，建议查询确认。"),
        (_, Confirm::Required) => {
            ("Reported as closed before; confirm with a query before relying on it.", "应答称此前已关闭；须查询确认后方可采信。")
        }
    }
}

fn unknown(reason: Reason) -> Texts {
    match reason {
        Reason::Timeout => {
            ("No complete reply before the deadline; the close may have happened.", "截止前未收到完整应答，关闭可能已执行。")
        }
        Reason::Interrupted => ("Nobody waited for the reply; the close may have happened.", "未等待应答即被中断，关闭可能已执行。"),
        Reason::Reset => ("The connection broke; the close may have happened.", "连接中断，关闭可能已执行。"),
        Reason::Truncated => ("The reply was cut off; the close may have happened.", "应答不完整，关闭可能已执行。"),
        Reason::Redirect => {
            ("The gateway pointed to another address, which was not followed. Check base_url.", "网关要求跳转，未予跟随。请检查 base_url。")
        }
        Reason::Http(_) => {
            ("The reply's HTTP status is not 200; the close may have happened.", "应答的 HTTP 状态不是 200，关闭可能已执行。")
        }
        Reason::Head => (
            "The head of the reply is not HTTP, or leaves open where the body ends; the close may have happened.",
            "应答头部不合 HTTP 规范，或无法确定报文长度，关闭可能已执行。",
        ),
        Reason::TooLarge => ("The reply is larger than 1 MiB and was not read.", "应答超过 1 MiB，未予读取。"),
        Reason::Encoding => ("The reply came in a content coding that nobody asked for.", "应答采用了未请求的内容编码。"),
        Reason::Charset => {
            ("The reply is not text in the configured charset. Check charset.", "应答不是所配置字符集的文本。请检查 charset。")
        }
        Reason::Parse => ("The reply is not the well-formed document that the gateway documents.", "应答不是网关文档所述的合法报文。"),
        Reason::Signature => (
            "The reply's signature is missing or wrong; nothing in it can be believed. Check the gateway's public key or the API key.",
            "应答缺少签名或签名不符，内容不可信。请检查网关公钥或 API 密钥。",
        ),
        Reason::Mismatch => ("The reply is not about this call, or does not say so.", "应答与本次请求不符，或未写明所答何事。"),
        Reason::Contradiction => ("The reply contradicts itself.", "应答自相矛盾。"),
        Reason::Unlisted => ("The reply is authentic, but proves nothing about the order.", "应答不足以证明订单状态。"),
        Reason::File => ("A file could not be fetched or written.", "文件未能下载或写入。"),
        Reason::Defect => ("The library failed while the request may have been out.", "本库出错时请求可能已发出。"),
        Reason::Input => (
            "What was handed to verify cannot be read; the request may have been executed.",
            "交给 verify 的内容无法读取，请求可能已执行。",
        ),
    }
}
