//! The words of an outcome. The numbers of [`Code`] are fixed for ever.

use crate::ground::foreign;
use crate::ground::words::words;
use std::fmt;

words! {
    /// The outcomes. The numbers are fixed for ever; they are the status of the C interface.
    Code {
        /// An authentic reply says the order is closed now. Settled only where `next` is `done`; else query.
        Closed = 1 => "closed" "真实应答称订单现已关闭。仅当 `next` 为 `done` 时才算了结，否则请查询。",
        /// It was closed, failed or cancelled before. Settled only where `next` is `done`; else query.
        AlreadyClosed = 2 => "already_closed" "此前已关闭、失败或撤销。仅当 `next` 为 `done` 时才算了结，否则请查询。",
        /// Money was taken; the order is not closed. Where `next` is `confirm`, query before delivering or refunding.
        Paid = 3 => "paid" "已收款，订单未关闭。`next` 为 `confirm` 时，发货或退款前须先查询。",
        /// The buyer or the bank is in the middle. Query later and keep the goods.
        Processing = 4 => "processing" "买家或银行正在处理中。请稍后查询，勿发货，也勿释放库存。",
        /// The gateway knows no such order. Check order number, merchant and environment.
        NotFound = 5 => "not_found" "网关查无此单。请核对订单号、商户号和环境。",
        /// The gateway refused, without saying that it is paid or closed. Query the order.
        Refused = 6 => "refused" "网关拒绝，未说明已付或已关。请查询订单。",
        /// The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again.
        Misconfigured = 7 => "misconfigured" "网关未执行：签名、密钥、字段、权限或时钟有误。请先修正配置再试。",
        /// Too many requests; not executed. Wait, then call again.
        Throttled = 8 => "throttled" "请求过于频繁，未执行。请稍后重新调用。",
        /// Everything else, and the default: the close may have happened. Query the order.
        Unknown = 9 => "unknown" "其余一切，也是默认值：关闭可能已执行。请查询订单。",
        /// The order stands and can still be closed.
        Open = 10 => "open" "订单仍然有效，尚未关闭，仍可关闭。",
        /// Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again.
        Refunded = 11 => "refunded" "曾收款并已全部或部分退回。请与账务核对，勿发货，勿再次退款。",
    }
}

words! {
    /// What stands behind the outcome, strongest last.
    Evidence {
        /// Nothing that could be checked.
        None => "none" "没有可核实的依据",
        /// The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it.
        TlsOnly => "tls_only" "该网关的应答均无签名，经 TLS 收到；应答写明本次调用，除非网关拒绝受理",
        /// Signed by the gateway, but the format does not name the order.
        SignedUnbound => "signed_unbound" "有网关签名，但格式不写明订单",
        /// Signed by the gateway and naming this very order.
        SignedBound => "signed_bound" "有网关签名，且写明本订单",
    }
}

words! {
    /// What the merchant does next.
    Next {
        /// Nothing is left to do.
        Done => "done" "已了结，无须再做",
        /// Ask the gateway for the order's state before relying on what was said.
        Confirm => "confirm" "采信之前，先向网关查询订单状态",
        /// Deliver, or give the money back.
        FulfilOrRefund => "fulfil_or_refund" "发货或退款",
        /// Ask the gateway for the order's state; keep the goods.
        Query => "query" "向网关查询订单状态，勿发货，也勿释放库存",
        /// Check order number, merchant and environment.
        CheckOrder => "check_order" "核对订单号、商户号和环境",
        /// Stop and mend the configuration; never repeat blindly.
        Fix => "fix" "停下来修正配置，切勿盲目重试",
        /// Wait, then call again with a new message id.
        RetryLater => "retry_later" "稍后以新的消息号重新调用",
        /// Close it.
        Close => "close" "关闭订单",
        /// Compare with the books; neither deliver nor refund again.
        Reconcile => "reconcile" "与账务核对，勿发货，勿再次退款",
        /// Ask what became of the refund, by its own number; never refund under another number.
        RefundQuery => "refund_query" "按退款单号查询该笔退款，切勿换号再退",
    }
}

words! {
    /// Whether the same call may be sent again.
    Retry {
        /// Not by a program.
        Never => "never" "程序不得重发",
        /// As a new call: nothing was executed, or the gateway documents the repetition as harmless.
        SameRequest => "same_request" "可作为新的调用重发：未执行，或网关文档载明重复无害",
        /// Only once a query has shown that the order still stands.
        AfterQuery => "after_query" "仅当查询表明订单仍然有效时",
    }
}

words! {
    /// Whether what a reply says should be confirmed by a query.
    Confirm {
        /// The reply is the last word.
        NotNeeded => "not_needed" "以应答为准",
        /// The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order.
        Recommended => "recommended" "应答不写明订单，或仍可能是我方有误（如单号不符）",
        /// The reply alone does not settle it.
        Required => "required" "仅凭应答不足以定论",
    }
}

/// Declares the reasons with their words; one of them carries a number.
macro_rules! reasons {
    ($($(#[$doc:meta])+ $variant:ident $(($number:ty))? => $word:literal),+ $(,)?) => {
        /// Why an outcome is Unknown.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Reason { $($(#[$doc])+ $variant $(($number))?),+ }

        impl Reason {
            /// Every reason, in order; one HTTP status stands for all.
            pub const ALL: &'static [Self] = &[$(Self::$variant $((<$number>::MIN))?),+];

            /// The word, as documentation writes it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant { .. } => $word),+ }
            }
        }
    };
}

reasons! {
    /// No complete reply before the deadline.
    Timeout => "timeout",
    /// The caller did not wait for the reply.
    Interrupted => "interrupted",
    /// The connection broke after the request may have left.
    Reset => "reset",
    /// The connection ended before the reply was complete.
    Truncated => "truncated",
    /// The gateway pointed elsewhere; nobody followed.
    Redirect => "redirect",
    /// An HTTP status other than 200.
    Http(u16) => "http_NNN",
    /// A head that is no HTTP head, or leaves open where the body ends.
    Head => "head",
    /// A reply body over 1 MiB.
    TooLarge => "too_large",
    /// A content coding nobody asked for.
    Encoding => "encoding",
    /// Bytes that are not text in the configured charset, or a byte order mark.
    Charset => "charset",
    /// Not the one well-formed document the gateway documents.
    Parse => "parse",
    /// Signature absent or wrong.
    Signature => "signature",
    /// An authentic reply that does not name this call where it must.
    Mismatch => "mismatch",
    /// Two fields that disagree.
    Contradiction => "contradiction",
    /// Authentic and ours, but not a reply that proves anything.
    Unlisted => "unlisted",
    /// What the caller handed to `verify` cannot be read; see the explanation.
    Input => "input",
    /// The file of a download could not be fetched or written; see the explanation.
    File => "file",
    /// A defect of this library stopped the call.
    Defect => "defect",
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(status) => write!(f, "http_{status}"),
            reason => f.write_str(reason.word()),
        }
    }
}

/// The gateway's own words, copied for the log. Trust them as far as the evidence goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatewayWords {
    /// The gateway's result code.
    pub code: Option<String>,
    /// A second, finer code.
    pub sub_code: Option<String>,
    /// The order's state as the gateway calls it.
    pub status: Option<String>,
    /// Its message.
    pub message: Option<String>,
}

impl fmt::Display for GatewayWords {
    /// For people: one line, each word cut after 200 characters, without controls and without what turns the direction of writing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = [&self.code, &self.sub_code, &self.status, &self.message].into_iter().flatten();
        f.write_str(&said.map(foreign::cut).collect::<Vec<_>>().join(" · "))
    }
}
