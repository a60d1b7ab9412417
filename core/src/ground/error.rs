//! [`Error`]: something was wrong before anything was sent.

use crate::ground::finding::Finding;
use crate::ground::foreign;
use crate::ground::key_fault::{KeyFault, Remedy};
use crate::ground::words::words;
use std::fmt;

/// Result of everything that happens before the first byte leaves this machine.
pub type Result<T> = std::result::Result<T, Error>;

words! {
    /// Why nothing was sent. The numbers are the negative statuses of the C interface; they never change meaning. `Null`, `Utf8`,
    /// `Handle` and `Panic` are found by bindings only.
    Kind {
        /// A pointer that must not be null is null.
        Null = -1 => "null" "必须给出的指针为空。",
        /// Bytes that are not UTF-8, a NUL inside a text, or an impossible length.
        Utf8 = -2 => "utf8" "不是 UTF-8，文本中有 NUL，或长度不可能。",
        /// A client that was freed or never was one, or too many clients.
        Handle = -3 => "handle" "客户端已释放、从未打开，或打开得太多。",
        /// The call: an order field is missing, too long, or holds characters the gateway does not take.
        Call = -10 => "call" "调用有误：订单字段缺失、过长，或含有网关不接受的字符。",
        /// The configuration: a key does not load, a setting is unknown or out of range.
        Config = -11 => "config" "配置有误：密钥不能加载，配置项未知或超出范围。",
        /// Understood, but this library does not do it, for the reason given.
        Unsupported = -12 => "unsupported" "能够理解，但因所述原因本库不支持。",
        /// The host name did not resolve.
        Dns = -20 => "dns" "主机名无法解析。",
        /// No TCP connection.
        Connect = -21 => "connect" "未能建立 TCP 连接。",
        /// No TLS session, or a certificate that is not trusted.
        Tls = -22 => "tls" "未能建立 TLS 会话，或证书不受信任。",
        /// Anything else that happened before the request could be sent.
        NotSent = -23 => "not_sent" "发送之前发生的其他任何情况。",
        /// A defect of this library, stopped at its border. While sending it is an Unknown outcome instead.
        Panic = -90 => "panic" "本库的缺陷，已在边界处截住。若发生在发送期间，则是结果 `unknown` 而非错误。",
    }
}

/// In characters. Our own are shorter: what is cut off is foreign.
const LONGEST_MESSAGE: usize = 500;
const LONGEST_FIELD: usize = 200;

/// Nothing was sent. The message names the field and the remedy and never repeats a value that could be secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    reason: Option<KeyFault>,
    field: Option<String>,
    message: String,
    remedy: Option<Remedy>,
    finding: Option<Finding>,
}

impl Kind {
    /// What to do about an error of this kind, where nothing better is known.
    fn remedy(self) -> Remedy {
        let (en, zh) = match self {
            Kind::Null => ("pass a value", "请传入值"),
            Kind::Utf8 => ("pass UTF-8 text without NUL", "请传入不含 NUL 的 UTF-8 文本"),
            Kind::Handle => ("open a client, and free it only after its last call", "请先打开客户端，并在最后一次调用之后再释放"),
            Kind::Call => ("correct the field and call again", "请更正该字段后重新调用"),
            Kind::Config => ("correct the setting and open the client again", "请更正该配置项后重新打开客户端"),
            Kind::Unsupported => ("use what the message names instead", "请改用错误信息所指的方式"),
            Kind::Dns => {
                ("check base_url and this machine's name server, then call again", "请检查 base_url 和本机的域名服务器，然后重新调用")
            }
            Kind::Connect => {
                ("check base_url, the network and the firewall, then call again", "请检查 base_url、网络和防火墙，然后重新调用")
            }
            Kind::Tls => {
                ("check base_url, this machine's clock and ca_file, then call again", "请检查 base_url、本机时钟和 ca_file，然后重新调用")
            }
            Kind::NotSent => ("call again", "请重新调用"),
            Kind::Panic => {
                ("report it to the authors of chexiao, with the version and the message", "请将版本和错误信息报告给 chexiao 的作者")
            }
        };
        Remedy::of(en, zh)
    }
}

impl Error {
    /// An error about one field; `field` is its path, such as `order.out_trade_no` or `account.private_key`.
    pub(crate) fn of_field(kind: Kind, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(foreign::limited(&field.into(), LONGEST_FIELD)), ..Self::new(kind, message) }
    }

    /// An error about the key of a setting.
    pub(crate) fn key(reason: KeyFault, field: &str, message: impl Into<String>) -> Self {
        Self { reason: Some(reason), ..Self::config(field, message) }
    }

    /// The same with another remedy, for a program that knows better what its user can do.
    pub fn with_hint(self, en: &'static str, zh: &'static str) -> Self {
        self.mended_by(Remedy::of(en, zh))
    }

    /// With what to do about it, better than the kind's or the reason's own remedy.
    pub(crate) fn mended_by(self, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    pub(crate) fn call(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of_field(Kind::Call, field, message)
    }

    pub(crate) fn config(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of_field(Kind::Config, field, message)
    }

    pub(crate) fn unsupported(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of_field(Kind::Unsupported, field, message)
    }

    /// An error that a binding finds at its border; `parameter` is the C or Java name of what is wrong.
    pub fn at_border(kind: Kind, parameter: &str, message: impl Into<String>) -> Self {
        Self::of_field(kind, parameter, message)
    }

    /// Asked for an encrypted field of a gateway or an account that has none.
    pub(crate) fn no_encrypted_fields() -> Self {
        Self::new(Kind::Unsupported, "fields are not encrypted so at this gateway, or not with this account's settings").with_hint(
            "send the field as the gateway's page has it; where the account takes encrypt_key, set that",
            "请按网关文档发送该字段；账户支持 encrypt_key 的请先配置",
        )
    }

    /// An encrypted field that does not open.
    pub(crate) fn not_decryptable() -> Self {
        Self::call("field", "is not base64 of what this account's key encrypts")
    }

    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, reason: None, field: None, message: foreign::limited(&message.into(), LONGEST_MESSAGE), remedy: None, finding: None }
    }

    /// What a diagnosis calls it.
    pub(crate) fn called(self, finding: Finding) -> Self {
        Self { finding: Some(finding), ..self }
    }

    pub(crate) fn finding(&self) -> Option<Finding> {
        self.finding
    }

    /// What kind of error.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The path of the field at fault, such as `order.partnerSeq`, when there is one.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// What is wrong and how to mend it, without the field's name.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next, in English and then in Chinese. Never empty.
    pub fn hint(&self) -> String {
        let Remedy { en, zh } = self.remedy();
        format!("{en} {zh}")
    }

    pub(crate) fn remedy(&self) -> Remedy {
        let usual = || self.reason.map_or_else(|| self.kind.remedy(), KeyFault::remedy);
        self.remedy.clone().unwrap_or_else(usual)
    }

    /// What is wrong with the key, where a key is at fault.
    pub fn reason(&self) -> Option<KeyFault> {
        self.reason
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{} error: {field}: {}", self.kind.word(), self.message),
            None => write!(f, "{} error: {}", self.kind.word(), self.message),
        }
    }
}

impl std::error::Error for Error {}
